/* media.test.mjs: pictures dragged, pasted and chosen into the editor and the library: progress, cancelling, going on
 * after a broken connection, words for what cannot be seen. */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { Uploader, jobsDone, png } from "../http/media.mjs";
import { signedIn } from "../http/visitor.mjs";
import { sqlite } from "../sqlite.mjs";
import { closeBrowser, openPage, openPageCheck, truth } from "./checks.mjs";
import { EMAIL, PASSWORD, openAdmin, ownerCookies } from "./owner.mjs";

const LONG = `${"long".repeat(40)}.png`;
const WRONG = { name: "page.png", mimeType: "image/png", buffer: Buffer.from("<!DOCTYPE html>") };
let site, cookies, shade = 0;

before(async () => {
	site = await openSite("fastcgi", { posts: 0 });
	cookies = await ownerCookies(site);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

const open = (address, options) => openAdmin(site, cookies, address, "[data-uploads]:not([hidden])", options);

const written = (page) => page.locator("#markdown").inputValue();
/* Waits until the text has all of these; tells what it has instead, and what is said of the uploads. */
const hasAll = (page, ...patterns) => truth(page, (all) => all.every((one) => new RegExp(one).test(document.getElementById("markdown").value)), patterns.map((one) => one.source))
	.catch(async (error) => assert.fail(`${error.message}\n${await written(page)}\n${await page.locator("#uploads").innerText()}`));
const picture = () => [...png(40, 30, [shade++, 90, 120])];

/* What a browser does with files that somebody lets go over a place, or pastes. */
function give(page, selector, kind, files) {
	return page.locator(selector).first().evaluate((node, { kind, files }) => {
		const data = new DataTransfer(), box = node.getBoundingClientRect();
		for (const { name, type, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name, { type, lastModified: 1 }));
		const more = { bubbles: true, cancelable: true, clientX: box.x + 5, clientY: box.y + 5 };
		node.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...more, clipboardData: data }) : new DragEvent(kind, { ...more, dataTransfer: data }));
	}, { kind, files });
}

test("pictures that are dropped and pasted stand in the text, with the words that are asked for", async () => {
	const page = await open("/admin/posts/new");
	await page.getByLabel("Title").fill("With pictures");
	await give(page, ".writing .cm-content, .writing textarea.text", "drop", [{ name: "a [hill].png", type: "image/png", bytes: picture() }]);
	const words = page.getByLabel("Description of the picture");
	await words.waitFor();
	await hasAll(page, /^!\[\]\(\/media\/[0-9a-f]{64}\/a%20%5Bhill%5D\.png\)\n/);
	await words.fill("A hill at noon");
	await words.press("Enter");
	await hasAll(page, /^!\[A hill at noon\]\(\/media\/[0-9a-f]{64}\//);
	await page.evaluate(() => { const wait = setTimeout; window.setTimeout = (work, ms) => wait(work, ms > 3000 ? 0 : ms); }); /* whatever is to go after a while goes now */
	await give(page, ".writing .cm-content, .writing textarea.text", "paste", [{ name: "image.png", type: "image/png", bytes: picture() }, { name: "notes.csv", type: "text/csv", bytes: [...Buffer.from("a;b\n")] }]);
	await hasAll(page, /\[notes\.csv\]\(\/media\//, /!\[\]\(\/media\/[0-9a-f]{64}\/image\.png\)/);
	assert.doesNotMatch(await written(page), /upload:/);
	await page.getByRole("button", { name: "Hide this message: notes.csv" }).click();
	assert.equal(await page.locator(".upload-done").count(), 1, "the one that asks for words");
	await page.context().close();
});

test("pictures that are dropped together are one paragraph, sound has one of its own", async () => {
	const page = await open("/admin/posts/new");
	await page.locator(".writing .cm-content").click();
	await page.keyboard.type("Before");
	const sound = { name: "talk.mp3", type: "audio/mpeg", bytes: [...Buffer.from("ID3\x04\0\0\0\0\0\0"), 1, 2, shade++] };
	await give(page, ".writing .cm-content", "paste", [{ name: "one.png", type: "image/png", bytes: picture() }, sound, { name: "two.png", type: "image/png", bytes: picture() }]);
	await hasAll(page, /^Before\n\n!\[\]\(\/media\/[0-9a-f]{64}\/one\.png\)\n!\[\]\(\/media\/[0-9a-f]{64}\/two\.png\)\n\n\[talk\.mp3\]\(\/media\/[0-9a-f]{64}\/talk\.mp3\)\n$/);
	await page.context().close();
});

test("a file that is whole and not in the library yet is asked for once more", async () => {
	const page = await open("/admin/posts/new");
	let asked = 0;
	await page.route("**/admin/media/uploads/*", (route) => (route.request().method() === "GET" && !asked++
		? route.fulfill({ status: 200, headers: { "upload-offset": "12", "upload-length": "12" }, body: "\n" }) : route.continue()));
	await give(page, ".writing .cm-content", "paste", [{ name: "later.mp3", type: "audio/mpeg", bytes: [...Buffer.from("ID3\x04\0\0\0\0\0"), 3, 4, shade++] }]);
	await hasAll(page, /^\[later\.mp3\]\(\/media\/[0-9a-f]{64}\/later\.mp3\)/);
	assert.equal(asked, 2);
	await page.context().close();
});

test("what is refused or cancelled leaves nothing in the text", async () => {
	const page = await open("/admin/posts/new");
	await give(page, ".writing .cm-content, .writing textarea.text", "drop", [{ name: "page.png", type: "image/png", bytes: [...Buffer.from("<!DOCTYPE html>")] }]);
	await page.getByText("Files of this type are not taken.").waitFor();
	assert.equal((await written(page)).trim(), "");
	await page.getByRole("button", { name: "Hide this message: page.png" }).click();
	// It never comes to an end by itself.
	await page.route("**/admin/media/uploads/*", (route) => (route.request().method() === "PATCH" ? undefined : route.continue()));
	const [begun] = await Promise.all([
		page.waitForRequest((req) => req.method() === "PATCH"),
		page.locator("#upload-files").setInputFiles({ name: "slow.png", mimeType: "image/png", buffer: Buffer.from(picture()) }),
	]);
	assert.match(await written(page), /!\[Uploading slow\.png…\]\(upload:/);
	const dropped = page.waitForRequest((req) => req.method() === "DELETE");
	await page.getByRole("button", { name: "Cancel: slow.png" }).click();
	assert.equal((await (await dropped).response()).status(), 204);
	await truth(page, () => document.getElementById("markdown").value.trim() === "");
	assert.ok(begun.url().includes("/admin/media/uploads/"));
	await page.context().close();
});

test("words for pictures need no button, the focus stays with what is asked, and everything names its file", async () => {
	const page = await open("/admin/posts/new"), text = () => document.getElementById("markdown").value;
	const at = () => page.evaluate(() => document.activeElement.closest(".upload")?.querySelector(".upload-name").textContent ?? document.activeElement.localName);
	const file = (name) => ({ name, type: "image/png", bytes: picture() });
	await page.getByLabel("Title").fill("With words");
	await give(page, ".writing .cm-content, .writing textarea.text", "paste", [{ ...file("page.png"), bytes: [...WRONG.buffer] }, file("one.png"), file(LONG)]);
	await truth(page, () => document.querySelectorAll(".upload-alt + input").length === 2 && document.querySelector(".upload-failed") !== null);
	assert.ok(await page.evaluate(() => { const { scrollWidth, clientWidth } = document.getElementById("uploads"); return scrollWidth <= clientWidth; }), "a long name widens nothing");
	assert.equal(await page.getByRole("button", { name: "Keep: one.png" }).count(), 1);
	await page.getByRole("button", { name: "Try again: page.png" }).press("Enter");
	await page.getByRole("button", { name: "Hide this message: page.png" }).waitFor();
	assert.equal(await at(), "page.png");
	await page.keyboard.press("Enter");
	assert.equal(await at(), "one.png");
	await page.keyboard.type("The first");
	await page.keyboard.press("Enter");
	await truth(page, (name) => document.activeElement.closest(".upload")?.querySelector(".upload-name").textContent === name, LONG);
	await page.keyboard.type("The long one");
	await page.keyboard.press("Enter");
	await truth(page, () => document.activeElement.matches(".cm-content, #markdown"));
	await give(page, ".writing .cm-content, .writing textarea.text", "paste", [file("last.png")]);
	await page.getByLabel("Description of the picture").fill("The last, saved at once");
	const loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save draft" }).first().click();
	await loaded;
	assert.deepEqual((await page.evaluate(text)).match(/!\[.*?\]/g), ["![The first]", "![The long one]", "![The last, saved at once]"]);
	await page.context().close();
	// The library has them as well, though the page was left.
	const words = () => sqlite(path.join(site.data, "site.db"), "SELECT alt FROM media_item WHERE alt LIKE 'The %' ORDER BY id").flat();
	for (const end = Date.now() + 60000; words().length < 3 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50));
	assert.deepEqual(words(), ["The first", "The long one", "The last, saved at once"]);
});

test("what came stands in the library beside what was refused; what the library has already replaces nothing, and that is said", async () => {
	const up = new Uploader(await signedIn(site, EMAIL, PASSWORD)), bytes = Buffer.from(picture());
	const there = await up.send(bytes, "there.png", { library: true }), other = await up.send(Buffer.from(picture()), "other.png", { library: true });
	const page = await open("/admin/media"), box = page.locator(`#row-${there.id} .pick`);
	await box.check();
	await page.locator("#files").setInputFiles([{ name: "new.png", mimeType: "image/png", buffer: Buffer.from(picture()) }, WRONG]);
	await page.locator("#media-rows").getByRole("link", { name: "new.png" }).waitFor();
	assert.equal(await page.locator(".upload-failed").count(), 1);
	assert.ok(await box.isChecked());
	assert.deepEqual((await page.locator("#media-rows .media-name").allInnerTexts()).slice(0, 3), ["new.png", "other.png", "there.png"]);
	await page.locator("#media-rows .pick").first().check();
	await page.getByText("2 selected").waitFor({ state: "attached" });
	await page.goto(`${site.url}/admin/media/${other.id}`);
	await truth(page, () => document.querySelector("[data-uploads=replace] button[type=submit][hidden]") !== null);
	await page.locator("[data-uploads=replace] input[type=file]").setInputFiles({ name: "there.png", mimeType: "image/png", buffer: bytes });
	await page.getByText("This file is in the library already").waitFor();
	// What is typed beside it stays when another one comes.
	await page.getByLabel("Caption").fill("Typed before");
	await page.locator("[data-uploads=replace] input[type=file]").setInputFiles({ name: "newer.png", mimeType: "image/png", buffer: Buffer.from(picture()) });
	await page.locator(".upload-done").waitFor();
	jobsDone(site);
	await truth(page, () => document.querySelector("[data-unready]") === null);
	assert.equal(await page.getByLabel("Caption").inputValue(), "Typed before");
	// Nothing was there that matches.
	await page.goto(`${site.url}/admin/media?q=unheard`);
	await truth(page, () => document.querySelector("[data-uploads]:not([hidden])") !== null);
	await page.locator("#files").setInputFiles([{ name: "unheard.png", mimeType: "image/png", buffer: Buffer.from(picture()) }, WRONG]);
	await page.locator("#media-rows").getByRole("link", { name: "unheard.png" }).waitFor();
	await page.getByRole("button", { name: "Hide this message: page.png" }).press("Enter");
	await truth(page, () => document.activeElement?.id === "files");
	await page.context().close();
});

test("a large file shows how far it is and goes on after the connection broke", async () => {
	const page = await open("/admin/media");
	const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(9 << 20, 7)]);
	let cut = 0;
	const offsets = [];
	await page.route("**/admin/media/uploads/*", async (route) => {
		const req = route.request();
		if (req.method() !== "PATCH") return route.continue();
		offsets.push(Number(await req.headerValue("upload-offset")));
		if (offsets.length === 2 && !cut++) return route.abort("connectionreset");
		return route.continue();
	});
	const loaded = page.waitForEvent("load");
	await page.locator("#files").setInputFiles({ name: "large.pdf", mimeType: "application/pdf", buffer: bytes });
	await page.getByRole("progressbar", { name: "large.pdf" }).waitFor();
	await loaded;
	await page.getByRole("link", { name: "large.pdf" }).waitFor();
	assert.deepEqual(offsets, [0, 4 << 20, 4 << 20, 8 << 20]);
	await page.context().close();
});

/* Of each row: are its pictures as high as each other, and do they fill it? */
function rowsOf() {
	return [...document.querySelectorAll(".gallery-row")].map((row) => {
		const boxes = [...row.querySelectorAll("img")].map((img) => img.getBoundingClientRect()), lines = [];
		for (const box of boxes) if (Math.abs(lines.at(-1)?.[0].top - box.top) < 1.5) lines.at(-1).push(box); else lines.push([box]);
		const { left, right } = row.getBoundingClientRect();
		return lines.map((line) => ({ count: line.length, even: line.every((box) => Math.abs(box.height - line[0].height) < 1.5), full: Math.abs(Math.max(...line.map((box) => box.right)) - right) < 1.5 && Math.abs(Math.min(...line.map((box) => box.left)) - left) < 1.5 }));
	});
}

test("galleries stand in even rows, and they and players are accessible, in each theme", async () => {
	const owner = await signedIn(site, EMAIL, PASSWORD), up = new Uploader(owner), sizes = [[900, 600], [400, 600], [500, 500], [600, 800], [1200, 400]];
	const addresses = [];
	for (const [width, height] of sizes) addresses.push((await up.send(png(width, height, [shade++, 60, 130]), "shape.png")).address);
	const sound = (await up.send(Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\0\0"), Buffer.from([shade++])]), "talk.mp3")).address;
	await owner.made({ title: "Shapes", slug: "shapes", markdown: `${addresses.map((one, n) => `![${n ? `Shape ${n}` : ""}](${one} "Words ${n}")`).join("\n")}\n\n[The talk](${sound})\n` }, "publish_anyway");
	jobsDone(site);
	for (const theme of ["quire", "broadside"]) {
		platen(site, "config", "set", "theme", theme);
		for (const [scheme, width] of [["light", 390], ["dark", 1280]]) {
			const page = await openPage({ scheme, width });
			await page.goto(`${site.url}/shapes`);
			assert.deepEqual(await openPageCheck(page, { scheme, width }), [], `${theme} ${width}`);
			const lines = (await page.evaluate(rowsOf)).flat();
			assert.ok(lines.every(({ even, full }) => even && full), JSON.stringify(lines));
			assert.deepEqual(lines.map(({ count }) => count), width === 390 ? [1, 2, 1, 1] : [3, 2], theme);
			await page.context().close();
		}
	}
});

for (const [scheme, width] of [["light", 390], ["dark", 1280]])
	test(`the library is accessible and nothing overflows: ${scheme}, ${width} px`, async () => {
		const page = await open("/admin/media", { scheme, width });
		await page.locator("#files").setInputFiles({ ...WRONG, name: LONG });
		await page.locator(".upload-failed").waitFor();
		assert.deepEqual(await openPageCheck(page, { scheme, width }), []);
		if (process.env.PLATEN_TEST_SHOTS) await page.screenshot({ path: `${process.env.PLATEN_TEST_SHOTS}/media-${scheme}.png`, fullPage: true });
		const loaded = page.waitForEvent("load");
		await page.getByRole("link", { name: "image.png" }).click();
		await loaded;
		await page.getByLabel("Caption").waitFor();
		assert.deepEqual(await openPageCheck(page, { scheme, width }), []);
		if (process.env.PLATEN_TEST_SHOTS) await page.screenshot({ path: `${process.env.PLATEN_TEST_SHOTS}/item-${scheme}.png`, fullPage: true });
		await page.context().close();
	});

test("a picture is cropped by dragging a rectangle over it, and by keys", async () => {
	const item = await new Uploader(await signedIn(site)).send(png(1600, 1200, [9, 90, shade++]), "crop.png", { library: true });
	jobsDone(site);
	const page = await openPage({ ownPolicy: true });
	await page.context().addCookies(cookies);
	await page.goto(`${site.url}/admin/media/${item.id}/edit`);
	const frame = page.getByRole("application", { name: /^Crop: arrow keys move it/ });
	await frame.waitFor();
	const fields = () => page.evaluate(() => ["x", "y", "width", "height"].map((name) => Number(document.querySelector(`[data-crop] [name=${name}]`).value)));
	const box = await page.locator("svg.crop").boundingBox(), px = box.width / 1600;
	const drag = async (from, to) => {
		await page.mouse.move(box.x + from[0] * px, box.y + from[1] * px);
		await page.mouse.down();
		await page.mouse.move(box.x + (from[0] + to[0]) / 2 * px, box.y + (from[1] + to[1]) / 2 * px);
		await page.mouse.move(box.x + to[0] * px, box.y + to[1] * px);
		await page.mouse.up();
	};
	const near = async (want, why) => assert.ok((await fields()).every((n, i) => Math.abs(n - want[i]) <= 8), `${why}: ${await fields()} is not ${want}`);
	await drag([400, 300], [1200, 900]);
	await near([400, 300, 800, 600], "drawn");
	await drag([800, 600], [1000, 500]);
	await near([600, 200, 800, 600], "moved");
	await drag([600, 200], [-300, -300]);
	await near([0, 0, 1400, 800], "drawn by a corner, no further than the picture goes");
	await page.getByLabel("Shape").selectOption("1:1");
	await near([300, 0, 800, 800], "the largest square in it");
	await drag([1100, 800], [900, 700]);
	const [, , wide, high] = await fields();
	assert.equal(wide, high, "it stays a square");
	for (const [name, value] of [["Left, px", "100"], ["Top, px", "200"], ["Width, px", "400"], ["Height, px", "400"]]) await page.getByLabel(name).fill(value);
	assert.equal(await frame.getAttribute("x"), "100", "numbers are drawn, too");
	await frame.focus();
	for (const key of ["ArrowRight", "ArrowRight", "ArrowUp", "Alt+ArrowDown", "Shift+ArrowRight"]) await frame.press(key);
	assert.deepEqual(await fields(), [132, 186, 416, 416]);
	for (let n = 0; n < 15; n++) await frame.press("ArrowLeft");
	assert.deepEqual((await fields()).slice(0, 1), [0], "no further than the edge");
	const saved = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save" }).click();
	await saved;
	await page.getByText("Readers get the picture like this").waitFor();
	jobsDone(site);
	const shown = await site.get(item.address);
	assert.deepEqual([shown.bytes.readUInt32BE(16), shown.bytes.readUInt32BE(20)], [416, 416]);
	await page.context().close();
});
