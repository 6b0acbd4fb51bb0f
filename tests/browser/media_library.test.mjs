/* media_library.test.mjs: the library under the fingers: it goes on by itself while sizes are made, and is used by keys. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { Uploader, jobsDone, png } from "../http/media.mjs";
import { signedIn } from "../http/visitor.mjs";
import { closeBrowser, openPageCheck, truth } from "./checks.mjs";
import { openAdmin, ownerCookies } from "./owner.mjs";

let site, cookies, up;
const items = [];

before(async () => {
	site = await openSite("fastcgi", { posts: 0 });
	cookies = await ownerCookies(site);
	up = new Uploader(await signedIn(site));
	for (let i = 0; i < 6; i++) items.push(await up.send(png(400, 300, [40 * i, 90, 120]), `file-${i}.png`, { library: true }));
	platen(site, "hook", "run", "ttl");
	jobsDone(site);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

const open = (address, options) => openAdmin(site, cookies, address, ".bulk-page:not([hidden]), [data-uploads] button[type=submit][hidden]", options);

test("the list and the page of a picture show by themselves that its sizes are made, and nothing typed is lost", async () => {
	const item = await up.send(png(900, 700, [200, 20, 90]), "new.png", { library: true });
	const list = await open("/admin/media"), own = await open(`/admin/media/${item.id}`);
	for (const page of [list, own]) await page.getByText("waits for its sizes").waitFor();
	await list.getByText(/^Pictures still being prepared: \d+ of \d+$/).waitFor();
	await own.getByRole("button", { name: "Copy the address" }).click();
	await truth(own, () => document.querySelector("[data-copied]").textContent === "Copied.");
	await own.getByLabel("Credit").press("ControlOrMeta+V");
	assert.equal(await own.getByLabel("Credit").inputValue(), item.address);
	await own.getByLabel("Caption").fill("Typed meanwhile");
	jobsDone(site);
	for (const page of [list, own]) await truth(page, () => document.querySelector("[data-unready]") === null);
	assert.equal(await list.locator("#media-preparing").innerText(), "");
	await truth(own, () => /WebP.*px/.test(document.getElementById("media-sizes").innerText.replaceAll("\n", " ")));
	for (const page of [list, own]) await truth(page, () => document.querySelector("[data-live-said]").textContent === "Everything is ready.");
	assert.equal(await own.getByLabel("Caption").inputValue(), "Typed meanwhile");
	await own.locator("#files").setInputFiles({ name: "other.png", mimeType: "image/png", buffer: png(500, 310, [20, 200, 90]) });
	await truth(own, () => /500 × 310/.test(document.getElementById("media-facts").innerText));
	assert.equal(await own.getByLabel("Caption").inputValue(), "Typed meanwhile", "also after other bytes came");
	const loaded = own.waitForEvent("load");
	await own.getByRole("button", { name: "Save", exact: true }).click();
	await loaded;
	assert.equal(await own.getByLabel("Caption").inputValue(), "Typed meanwhile");
	assert.match(await list.locator(`#thumb-${item.id} img`).getAttribute("src"), /\/media\/[0-9a-f]{64}\//);
	for (const page of [list, own]) await page.context().close();
});

test("by keys: down the grid, picked, a range with Shift, into the trash, found, opened, the help", async () => {
	const page = await open("/admin/media"), at = () => page.evaluate(() => document.activeElement.textContent);
	await page.keyboard.press("j");
	assert.equal(await at(), "new.png");
	await page.keyboard.press("ArrowRight");
	assert.equal(await at(), "file-5.png");
	await page.keyboard.press("ArrowLeft");
	await page.keyboard.press("j");
	await page.keyboard.press("x");
	assert.equal(await page.locator(".pick:checked").count(), 1);
	await page.locator(".pick").nth(3).click({ modifiers: ["Shift"] });
	assert.equal(await page.locator(".pick:checked").count(), 3);
	await page.keyboard.press("?");
	await page.getByRole("dialog", { name: "Keys in this list" }).getByText("Next, previous one").waitFor();
	await page.keyboard.press("Escape");
	await page.locator("#bulk-action").selectOption({ label: "Move to the trash" });
	let loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Apply" }).click();
	await loaded;
	await page.getByText("Moved to the trash.").waitFor();
	await truth(page, () => document.querySelector(".bulk-page:not([hidden])") !== null);
	loaded = page.waitForEvent("load");
	await page.keyboard.press("/");
	await page.keyboard.type("file-1");
	await page.keyboard.press("Enter");
	await loaded;
	await truth(page, () => document.querySelector(".bulk-page:not([hidden])") !== null);
	loaded = page.waitForEvent("load");
	await page.keyboard.press("j");
	await page.keyboard.press("Enter");
	await loaded;
	assert.equal(new URL(page.url()).pathname, `/admin/media/${items[1].id}`);
	await page.context().close();
});

test("all of the trash is deleted for good, after the question", async () => {
	const page = await open("/admin/media?show=trash"), scheme = "dark", width = 390;
	await page.getByLabel("All that match, on every page").check();
	await page.locator("#bulk-action").selectOption({ label: "Delete for good" });
	let loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Apply" }).click();
	await loaded;
	await page.getByRole("heading", { name: "Delete 3 files for good?" }).waitFor();
	loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Delete for good" }).click();
	await loaded;
	await page.getByText("Deleted for good.").waitFor();
	assert.equal(await page.locator(".pick").count(), 0);
	await page.context().close();
	const free = await open("/admin/media", { scheme, width, ownPolicy: false });
	await free.keyboard.press("?");
	assert.deepEqual(await openPageCheck(free, { scheme, width }), []);
	await free.context().close();
});
