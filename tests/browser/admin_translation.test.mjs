/* admin_translation.test.mjs: the post that another is a translation of is found by words of its title. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage, truth } from "./checks.mjs";

const EMAIL = "owner@example.org", PASSWORD = "correct horse battery";
let site;

before(async () => {
	site = await openSite("fastcgi", { posts: 2 });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive", "--password-stdin", { input: `${PASSWORD}\n` });
	platen(site, "post", "add", "-", "--title", "Der stille Garten", "--lang", "de", { input: "Text.\n" });
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

test("a post is offered by its words, with its language, and taken by its address", async () => {
	const page = await openPage({ ownPolicy: true });
	const refused = [];
	page.on("console", (message) => { if (/Content Security Policy|Uncaught/.test(message.text())) refused.push(message.text()); });
	const loaded = (act) => Promise.all([page.waitForEvent("load"), act()]);
	await page.goto(`${site.url}/admin/posts/new`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await loaded(() => page.keyboard.press("Enter"));
	await page.getByLabel("Title").fill("The quiet garden");
	await page.getByText("Kind, place and language").click();
	await page.getByLabel("Translation of").fill("stille gart");
	await truth(page, () => document.getElementById("translation_of").list.options.length > 0);
	assert.deepEqual(await page.evaluate(() => [...document.getElementById("translation_of").list.options].map((option) => [option.value, option.label])),
		[["/der-stille-garten", "Der stille Garten – Deutsch"]]);
	await page.getByLabel("Translation of").fill("/der-stille-garten"); // as picking it does
	await loaded(() => page.getByRole("button", { name: "Save draft" }).click());
	await page.getByText("Kind, place and language").click();
	assert.match(await page.locator(".translations li").innerText(), /Deutsch: Der stille Garten\s+Draft/);
	await page.context().close();
	assert.deepEqual(refused, []);
});
