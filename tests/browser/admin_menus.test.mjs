/* admin_menus.test.mjs: a menu is put in order by keyboard alone, with script and without. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage } from "./checks.mjs";

const EMAIL = "owner@example.org", PASSWORD = "correct horse battery";
let site;

before(async () => {
	site = await openSite("fastcgi", { posts: 2 });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive", "--password-stdin", { input: `${PASSWORD}\n` });
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

// Does something that loads a page, and waits for that page.
async function loaded(page, act) {
	await Promise.all([page.waitForEvent("load"), act()]);
}

const labels = (page) => page.locator("input[name=label]").evaluateAll((inputs) => inputs.map((input) => input.value));
const focused = (page) => page.evaluate(() => [document.activeElement.name, document.activeElement.value]);

for (const javaScript of [true, false])
	test(`entries are added, moved, nested, removed and saved by keyboard, ${javaScript ? "with" : "without"} script`, async () => {
		platen(site, "config", "set", "nav", '[{"label":"One","url":"/"},{"label":"Two","url":"/about"}]');
		const page = await openPage({ javaScript, ownPolicy: true });
		const refused = [];
		page.on("console", (message) => { if (/Content Security Policy|Uncaught/.test(message.text())) refused.push(message.text()); });
		await page.goto(`${site.url}/admin/menus`);
		await page.getByLabel("E-mail").fill(EMAIL);
		await page.getByLabel("Password").fill(PASSWORD);
		await loaded(page, () => page.keyboard.press("Enter"));
		await loaded(page, () => page.getByRole("button", { name: "Add an entry" }).press("Enter"));
		assert.deepEqual(await focused(page), ["label", ""]);
		await page.keyboard.type("Three");
		await page.keyboard.press("Tab");
		await page.keyboard.type("archive");
		await loaded(page, () => page.getByRole("button", { name: "Up: 3", exact: true }).press("Enter"));
		assert.deepEqual(await labels(page), ["One", "Three", "Two"]);
		assert.deepEqual(await focused(page), ["button", "up-1"]);
		if (javaScript) {
			await page.locator("input[name=label]").nth(1).focus();
			await loaded(page, () => page.keyboard.press("Alt+ArrowUp"));
			assert.deepEqual(await labels(page), ["Three", "One", "Two"]);
			assert.deepEqual(await focused(page), ["button", "up-0"]);
		} else {
			await loaded(page, () => page.keyboard.press("Enter"));
			assert.deepEqual(await labels(page), ["Three", "One", "Two"]);
		}
		await loaded(page, () => page.getByRole("button", { name: "Below the one above: One" }).press("Enter"));
		await loaded(page, () => page.getByRole("button", { name: "Remove: Two" }).press("Enter"));
		assert.deepEqual(await labels(page), ["Three", "One"]);
		await page.locator("input[name=label]").first().focus();
		await loaded(page, () => page.keyboard.press("Enter")); // saves, as Enter in a field does
		await page.getByRole("status").getByText("Saved.").waitFor();
		assert.deepEqual(JSON.parse(platen(site, "config", "get", "nav")), [{ label: "Three", url: "/archive", children: [{ label: "One", url: "/" }] }]);
		await page.context().close();
		assert.deepEqual(refused, []);
	});
