/* media_choose.test.mjs: a picture of the library chosen for a post, its text, a person and the site: by mouse, by
 * keyboard, from another page of the list, and uploaded on the way. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { openSite } from "../http/harness.mjs";
import { Uploader, png } from "../http/media.mjs";
import { signedIn } from "../http/visitor.mjs";
import { sqlite } from "../sqlite.mjs";
import { closeBrowser, openPage, openPageCheck, truth } from "./checks.mjs";
import { openAdmin, ownerCookies } from "./owner.mjs";

const OLD = 50; /* more than a page of the dialog */
let site, cookies, red, green;

before(async () => {
	site = await openSite("fastcgi", { posts: 0 });
	cookies = await ownerCookies(site);
	sqlite(path.join(site.data, "site.db"), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${OLD})
		INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) SELECT printf('%064x', i), printf('old-%02d.png', i), 'image/png', 1, 1, 1, 1, 1 FROM n`);
	const owner = await signedIn(site), up = new Uploader(owner);
	red = await up.send(png(400, 300, [180, 40, 30]), "red.png");
	green = await up.send(png(300, 400, [30, 140, 60]), "green.png");
	const form = Object.fromEntries(await owner.fields(`/admin/media/${green.id}`, /<form class="card"[^]*?<\/form>/));
	await owner.post(`/admin/media/${green.id}`, { ...form, button: "save", alt: "A green [hill]", caption: "At \"noon\"\r\nin May", credit: "Photo: O & O" });
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

const open = (address, options) => openAdmin(site, cookies, address, ".picture-ways:not([hidden])", options);

const chooser = (page) => page.getByRole("dialog", { name: "Choose a picture" });
const shown = (page, count) => truth(page, (count) => document.querySelectorAll("#chooser [role=option]").length >= count, count);
const chosen = (page, name) => truth(page, (name) => document.querySelector("#chooser [aria-selected=true] span")?.textContent === name, name);
const value = (page, id, wanted) => truth(page, ({ id, wanted }) => document.getElementById(id).value === wanted, { id, wanted });

test("a post gets its picture by mouse, with its words, and loses it again", async () => {
	const page = await open("/admin/posts/new");
	await page.getByLabel("Title").fill("With a picture");
	await page.locator("summary", { hasText: "Picture" }).first().click();
	const button = page.locator("[data-picture=image] [data-choose]");
	await button.click();
	await shown(page, 48);
	await chooser(page).getByRole("option", { name: "green.png" }).click();
	await chosen(page, "green.png");
	assert.equal(await chooser(page).getByLabel("Description of the picture").inputValue(), "A green [hill]");
	if (process.env.PLATEN_TEST_SHOTS) await page.screenshot({ path: `${process.env.PLATEN_TEST_SHOTS}/choose-light-1280.png` });
	const saved = page.waitForResponse((res) => res.url().endsWith("/autosave"));
	await chooser(page).getByRole("button", { name: "Use this picture" }).click();
	await value(page, "image", green.address);
	await value(page, "image_alt", "A green [hill]");
	await value(page, "image_caption", 'At "noon" in May (Photo: O & O)');
	assert.equal(await page.locator("[data-picture=image] > img").count(), 1);
	await saved;
	// Its own words here are what the dialog begins with, and they stay.
	await page.locator("#image_alt").fill("Green, as in this post");
	await button.click();
	await chosen(page, "green.png");
	assert.equal(await chooser(page).getByLabel("Description of the picture").inputValue(), "Green, as in this post");
	await page.keyboard.press("Enter");
	await truth(page, () => !document.getElementById("chooser").open);
	await value(page, "image_alt", "Green, as in this post");
	await button.click();
	await chosen(page, "green.png");
	await chooser(page).getByRole("option", { name: "red.png" }).click();
	await chosen(page, "red.png");
	assert.equal(await chooser(page).getByLabel("Description of the picture").inputValue(), "", "another one has not the words of this");
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: /^Remove/ }).first().click();
	await value(page, "image", "");
	await value(page, "image_alt", "");
	await value(page, "image_caption", "");
	assert.equal(await page.locator("[data-picture=image] > img").count(), 0);
	await page.context().close();
});

test("a picture comes into the text by keyboard alone: search, arrows, the next page, Enter; Escape leads back", async () => {
	const page = await open("/admin/posts/new");
	await page.getByLabel("Text", { exact: true }).fill("Before.\n\n");
	const button = page.getByRole("button", { name: "Choose from the library", exact: true });
	await button.focus();
	await page.keyboard.press("Enter");
	await shown(page, 48);
	await page.keyboard.press("Escape");
	await truth(page, () => document.activeElement?.matches("[data-insert]"));
	// The editor's own tool leads there, too.
	await page.getByRole("toolbar").getByRole("button", { name: "Image" }).click();
	await chooser(page).waitFor();
	await page.keyboard.press("Escape");
	await chooser(page).waitFor({ state: "hidden" });
	await button.focus();
	await page.keyboard.press("Enter");
	await shown(page, 48);
	await page.keyboard.press("ArrowRight");
	await chosen(page, "green.png");
	await page.keyboard.press("ArrowRight");
	await chosen(page, "red.png");
	await page.keyboard.press("End");
	await page.keyboard.press("ArrowRight");
	await shown(page, OLD + 2);
	await chosen(page, "old-04.png");
	await page.route(/[?&]q=(g|gr|gre)(&|$)/, (route) => route.abort()); // the list of half a word would come between
	await page.keyboard.type("gree");
	await truth(page, () => document.querySelectorAll("#chooser [role=option]").length === 1);
	await page.keyboard.press("ArrowDown");
	await chosen(page, "green.png");
	await page.keyboard.press("Enter");
	await value(page, "markdown", `Before.\n\n![A green  hill](${green.address} "At \\"noon\\" in May (Photo: O \\& O)")\n`);
	await truth(page, () => document.activeElement?.matches(".cm-content, #markdown"));
	await page.context().close();
});

test("a picture that is uploaded in the dialog is the one that is used, with the words that it was given", async () => {
	const page = await open("/admin/posts/new");
	await page.getByRole("button", { name: "Choose from the library", exact: true }).click();
	await shown(page, 48);
	const bytes = [...png(200, 200, [20, 40, 160])];
	await chooser(page).evaluate((dialog, bytes) => {
		const data = new DataTransfer();
		data.items.add(new File([new Uint8Array(bytes)], "blue.png", { type: "image/png", lastModified: 1 }));
		dialog.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
	}, bytes);
	await chosen(page, "blue.png");
	await truth(page, () => document.activeElement?.id === "chooser-words");
	await page.keyboard.type("A blue square");
	const kept = page.waitForResponse((res) => res.url().endsWith("/alt"));
	await page.keyboard.press("Enter");
	await truth(page, () => /^!\[A blue square\]\(\/media\/[0-9a-f]{64}\/blue\.png\)\n$/.test(document.getElementById("markdown").value));
	assert.equal((await kept).status(), 200);
	// A file that is none is refused there, and does not come into the text.
	await page.getByRole("button", { name: "Choose from the library", exact: true }).click();
	await page.locator("#chooser-files").setInputFiles({ name: "page.png", mimeType: "image/png", buffer: Buffer.from("<!DOCTYPE html>") });
	await chooser(page).getByText("Files of this type are not taken.").waitFor();
	assert.match(await page.locator("#markdown").inputValue(), /^!\[A blue square\][^\n]*\n$/);
	await page.context().close();
});

test("a person and the site have their pictures from the same dialog, and the forms keep them", async () => {
	const page = await open("/admin/profile");
	await page.getByLabel("Name").fill("Olive O.");
	await page.locator("[data-picture=picture] [data-choose]").click();
	await shown(page, 48);
	assert.equal(await chooser(page).getByLabel("Description of the picture").isVisible(), false);
	await chooser(page).getByRole("option", { name: "red.png" }).dblclick();
	await value(page, "picture", red.address);
	let loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save" }).first().click();
	await loaded;
	assert.deepEqual([await page.getByLabel("Name").inputValue(), await page.locator("#picture").inputValue()], ["Olive O.", red.address]);
	assert.equal(await page.locator("[data-picture=picture] > img").count(), 1);
	await page.goto(`${site.url}/admin/settings/pictures`);
	await truth(page, () => document.querySelectorAll(".picture-ways:not([hidden])").length === 4);
	await page.getByRole("button", { name: "Choose from the library: Logo" }).click();
	await shown(page, 48);
	await chooser(page).getByRole("option", { name: "red.png" }).dblclick();
	await value(page, "logo", red.address);
	loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save" }).click();
	await loaded;
	assert.equal(await page.locator("#logo").inputValue(), red.address);
	await page.context().close();
});

for (const [scheme, width] of [["light", 390], ["dark", 1280]])
	test(`the dialog is accessible and nothing overflows: ${scheme}, ${width} px`, async () => {
		const page = await open("/admin/posts/new", { scheme, width, ownPolicy: false });
		await page.getByRole("button", { name: "Choose from the library", exact: true }).click();
		await shown(page, 48);
		await page.keyboard.press("ArrowRight");
		await truth(page, () => document.querySelector("#chooser [aria-selected=true]") !== null);
		if (process.env.PLATEN_TEST_SHOTS) await page.screenshot({ path: `${process.env.PLATEN_TEST_SHOTS}/choose-${scheme}-${width}.png` });
		assert.deepEqual(await openPageCheck(page, { scheme, width }), []);
		await page.context().close();
	});

test("without script the address is written by hand, and the way to the library loses nothing", async () => {
	const page = await openPage({ javaScript: false });
	await page.context().addCookies(cookies);
	await page.goto(`${site.url}/admin/profile`);
	await page.locator("#picture").fill(green.address);
	const [library] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Look for its address in the library" }).click()]);
	await library.getByRole("link", { name: "red.png" }).waitFor();
	assert.equal(await page.locator("#picture").inputValue(), green.address);
	await page.context().close();
});
