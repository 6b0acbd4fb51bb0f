/* admin_list.test.mjs: the list of posts in a browser: by keys, many at once, taken back; going anywhere by the
 * palette. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage, truth } from "./checks.mjs";

const EMAIL = "owner@example.org", PASSWORD = "correct horse battery";
let site, page;

const loaded = async (act) => {
	const load = page.waitForEvent("load");
	await act();
	await load;
};

before(async () => {
	site = await openSite("fastcgi", { posts: 30 });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive Owner", "--password-stdin", { input: `${PASSWORD}\n` });
	page = await openPage({ ownPolicy: true });
	await page.goto(`${site.url}/admin/signin`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await loaded(() => page.keyboard.press("Enter"));
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

const rows = () => page.locator(".pick-row"), boxes = () => page.locator(".pick"), focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);

test("rows are moved over, picked and opened by keys, which leave typing alone", async () => {
	await page.goto(`${site.url}/admin/posts?tag=filler&sort=title`);
	await page.keyboard.press("j");
	assert.equal(await focused(), await rows().nth(0).locator(".entry-title").getAttribute("id"));
	await page.keyboard.press("j");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("k");
	assert.equal(await focused(), await rows().nth(1).locator(".entry-title").getAttribute("id"));
	await page.keyboard.press("x");
	assert.deepEqual([await boxes().nth(0).isChecked(), await boxes().nth(1).isChecked()], [false, true]);
	assert.equal(await page.locator("[data-picked]").textContent(), "1 selected");
	await page.keyboard.press("/");
	assert.equal(await focused(), "q");
	await page.keyboard.type("jxk?");
	assert.equal(await page.locator("#q").inputValue(), "jxk?");
	await page.locator(".entry-title").nth(1).focus();
	await page.keyboard.press("?");
	const help = page.getByRole("dialog", { name: "Keys in this list" });
	await help.waitFor();
	await page.getByLabel("Use these keys in this browser").uncheck();
	await page.keyboard.press("Escape");
	await help.waitFor({ state: "hidden" });
	await page.keyboard.press("x");
	assert.equal(await boxes().nth(1).isChecked(), true);
	await page.keyboard.press("?");
	await page.getByLabel("Use these keys in this browser").check();
	await page.keyboard.press("Escape");
	await help.waitFor({ state: "hidden" });
	const title = await rows().nth(1).locator(".entry-title").textContent();
	await page.locator(".entry-title").nth(1).focus();
	await loaded(() => page.keyboard.press("Enter"));
	assert.equal(await page.getByLabel("Title", { exact: true }).inputValue(), title);
});

test("a range is picked, thrown away and taken back", async () => {
	await page.goto(`${site.url}/admin/posts?tag=filler&sort=title`);
	const before = await rows().count();
	await boxes().nth(1).click();
	await boxes().nth(4).click({ modifiers: ["Shift"] });
	assert.equal(await page.locator(".pick:checked").count(), 4);
	await page.locator("#bulk-action").selectOption("trash");
	assert.equal(await page.locator("#bulk-tag").isVisible(), false);
	await loaded(() => page.getByRole("button", { name: "Apply" }).click());
	await page.getByRole("status").getByText("4 posts moved to the trash.").waitFor();
	assert.equal(await rows().count(), before - 4);
	// It stays until it is put away.
	assert.equal(await page.locator(".result").isVisible(), true);
	await loaded(() => page.getByRole("button", { name: "Undo" }).click());
	await page.getByRole("status").getByText("Undone for 4 posts.").waitFor();
	assert.equal(await rows().count(), before);
	await page.getByRole("button", { name: "Hide this message" }).click();
	assert.equal(await page.locator(".result").count(), 0);
	await page.getByLabel("All on this page").check();
	assert.equal(await page.locator(".pick:checked").count(), before);
});

test("the palette goes anywhere, from any page but out of a text", async () => {
	await page.goto(`${site.url}/admin/profile`);
	await page.keyboard.press("Control+k");
	const typed = page.getByRole("combobox", { name: "Go to or search" });
	await typed.waitFor();
	await typed.fill("filler 12");
	await page.getByRole("option", { name: "New post" }).waitFor({ state: "hidden" });
	await page.getByRole("option", { name: /^Filler 12 / }).waitFor();
	await page.keyboard.press("Escape");
	await typed.waitFor({ state: "hidden" });
	await page.keyboard.press("Control+k");
	await typed.fill("new page");
	const option = page.getByRole("option", { name: "New page" });
	await option.waitFor();
	await truth(page, () => document.querySelectorAll("#palette-list li").length === 1);
	assert.equal(await option.getAttribute("aria-selected"), "true");
	assert.equal(await typed.getAttribute("aria-activedescendant"), await option.getAttribute("id"));
	await loaded(() => page.keyboard.press("Enter"));
	assert.match(page.url(), /\/admin\/posts\/new\?kind=page$/);
});
