/* admin_menus.test.mjs: a menu is put in order by keyboard alone, with script and without. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage, truth } from "./checks.mjs";

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
// The browser gives the focus a moment after the page's load.
const focused = (page, name, value) =>
	truth(page, (wanted) => document.activeElement.name === wanted[0] && document.activeElement.value === wanted[1], [name, value]);

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
		await focused(page, "label", "");
		await page.keyboard.type("Three");
		await page.keyboard.press("Tab");
		await page.keyboard.type("archive");
		await loaded(page, () => page.getByRole("button", { name: "Up: 3", exact: true }).press("Enter"));
		assert.deepEqual(await labels(page), ["One", "Three", "Two"]);
		await focused(page, "button", "up-1");
		if (javaScript) {
			await page.locator("input[name=label]").nth(1).focus();
			await loaded(page, () => page.keyboard.press("Alt+ArrowUp"));
			assert.deepEqual(await labels(page), ["Three", "One", "Two"]);
			await focused(page, "button", "up-0");
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

// Drags a row by its grip, so that it stands in front of another (or behind the last), and so far to the side.
async function drag(page, from, to, right, { touch = false } = {}) {
	const middle = async (locator) => { const box = await locator.boundingBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };
	const rows = page.locator("[data-row]"), count = await rows.count();
	const [x, y] = await middle(page.locator(".menu-grip").nth(from));
	const box = await rows.nth(Math.min(to, count - 1)).boundingBox();
	const end = [x + right, to < count ? box.y + 2 : box.y + box.height - 2];
	if (!touch) {
		await page.mouse.move(x, y);
		await page.mouse.down();
		await page.mouse.move(x, y + 10);
		await page.mouse.move(...end, { steps: 4 });
		return page.mouse.up();
	}
	const cdp = await page.context().newCDPSession(page);
	const send = (type, ...points) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([px, py]) => ({ x: px, y: py })) });
	await send("touchStart", [x, y]);
	await send("touchMove", [x, y + 10]);
	await send("touchMove", end);
	await send("touchEnd");
}

test("entries are dragged with those below them, by pointer and by finger, and it is said where they are", async () => {
	platen(site, "config", "set", "nav", '[{"label":"One","url":"/","children":[{"label":"Below","url":"/about"}]},{"label":"Two","url":"/archive"},{"label":"Three","url":"/search"}]');
	const page = await openPage({ ownPolicy: true, height: 1200 });
	const refused = [];
	page.on("console", (message) => { if (/Content Security Policy|Uncaught/.test(message.text())) refused.push(message.text()); });
	await page.goto(`${site.url}/admin/menus`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await loaded(page, () => page.keyboard.press("Enter"));
	await page.locator(".menu-grip").nth(3).waitFor();
	const levels = () => page.locator("input[name=level]").evaluateAll((inputs) => inputs.map((input) => input.value).join(""));
	assert.equal(await page.getByText("Changed, but not saved yet.").isVisible(), false);
	await drag(page, 0, 3, 0); // One and Below, in front of Three
	assert.deepEqual([await labels(page), await levels()], [["Two", "One", "Below", "Three"], "1121"]);
	assert.equal(await page.locator("[data-moved]").innerText(), "“One” is entry 2 of 4 now, at level 1.");
	assert.ok(await page.getByText("Changed, but not saved yet.").isVisible());
	await drag(page, 3, 1, 32); // Three, below Two
	assert.deepEqual([await labels(page), await levels()], [["Two", "Three", "One", "Below"], "1212"]);
	await page.mouse.move(...await page.locator(".menu-grip").first().boundingBox().then((box) => [box.x + 8, box.y + 8]));
	await page.mouse.down();
	await page.mouse.move(600, 500, { steps: 3 });
	await page.keyboard.press("Escape"); // it stays
	await page.mouse.up();
	assert.deepEqual([await labels(page), await levels()], [["Two", "Three", "One", "Below"], "1212"]);
	await drag(page, 2, 0, 500, { touch: true }); // One and Below, to the top; the first is below nothing
	assert.deepEqual([await labels(page), await levels()], [["One", "Below", "Two", "Three"], "1212"]);
	await drag(page, 2, 4, 0); // no further than where they are
	assert.deepEqual([await labels(page), await levels()], [["One", "Below", "Two", "Three"], "1212"]);
	// The buttons know where their rows are now, and what was dragged is saved.
	await loaded(page, () => page.getByRole("button", { name: "Up: Two", exact: true }).click());
	assert.deepEqual(await labels(page), ["Two", "Three", "One", "Below"]);
	await loaded(page, () => page.getByRole("button", { name: "Save", exact: true }).click());
	assert.deepEqual(JSON.parse(platen(site, "config", "get", "nav")), [
		{ label: "Two", url: "/archive", children: [{ label: "Three", url: "/search" }] },
		{ label: "One", url: "/", children: [{ label: "Below", url: "/about" }] }]);
	await page.context().close();
	assert.deepEqual(refused, []);
});
