/* editor.test.mjs: the editor of texts: what it does to them, that the form always has what it shows, and that the
 * page does without it. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { openSite, source } from "../http/harness.mjs";
import { closeBrowser, openPage, pageCheck, truth } from "./checks.mjs";
import { ownerCookies } from "./owner.mjs";

const bundle = path.join(source, "templates/admin/assets/editor/main.js");
const skip = fs.existsSync(bundle) ? false : "the editor is not built: make editor";
const complaints = [];
let site, cookies;

before(async () => {
	site = await openSite("fastcgi", { posts: 1 });
	cookies = await ownerCookies(site);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
	assert.deepEqual(complaints, [], "nothing is said in the console, and the policy is never broken");
});

const editor = (page) => page.getByRole("textbox", { name: "Text", exact: true }).and(page.locator(".cm-content"));
const field = (page) => page.locator("#markdown");
const tool = (page, name) => page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name, exact: true });

/* A page for a new post, with the editor standing in the text. */
async function open(options = {}) {
	const page = await openPage({ ownPolicy: true, ...options });
	page.on("console", (message) => {
		if (message.type() === "error" && !/favicon\.ico|\/nothing-\d+/.test(message.location().url)) complaints.push(message.text());
	});
	page.on("pageerror", (error) => complaints.push(error.message));
	await page.context().addCookies(cookies);
	await page.goto(`${site.url}/admin/posts/new?kind=${options.kind ?? "post"}`);
	await editor(page).waitFor();
	await editor(page).focus();
	return page;
}

/* Waits until the form has this text. */
async function hasText(page, wanted) {
	await truth(page, (text) => document.getElementById("markdown").value === text, wanted)
		.catch(async () => assert.equal(await field(page).inputValue(), wanted));
}

async function clear(page) {
	await editor(page).press("ControlOrMeta+a");
	await editor(page).press("Delete");
	await hasText(page, "");
}

/* As if it came from the clipboard: there is none without a window. */
function paste(page, types) {
	return page.evaluate((given) => {
		const data = new DataTransfer();
		for (const [type, text] of Object.entries(given)) data.setData(type, text);
		document.querySelector(".cm-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	}, types);
}

test("typing, tools, keys, lists and undo, each in the form at once", { skip }, async () => {
	const page = await open();
	await page.keyboard.type("one two");
	await hasText(page, "one two");
	await page.keyboard.press("ControlOrMeta+b");
	await hasText(page, "one **two**");
	await tool(page, "Bold").and(page.locator("[aria-pressed=true]")).waitFor();
	await page.keyboard.press("ControlOrMeta+b");
	await hasText(page, "one two");
	await page.keyboard.press("ControlOrMeta+a");
	await tool(page, "Italic").click();
	await hasText(page, "*one two*");
	await page.keyboard.press("ControlOrMeta+z");
	await hasText(page, "one two");
	await page.keyboard.press("ControlOrMeta+a");
	await page.keyboard.press("ControlOrMeta+k");
	await hasText(page, "[one two](https://)");
	await page.keyboard.type("https://example.org");
	await hasText(page, "[one two](https://example.org)");

	await clear(page);
	await page.keyboard.type("- one\ntwo");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	await page.keyboard.type("in\n");
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.type("out");
	await hasText(page, "- one\n- two\n  - in\n- out");
	await tool(page, "Numbered list").click();
	await hasText(page, "- one\n- two\n  - in\n1. out");
	await page.keyboard.press("ControlOrMeta+a");
	await page.keyboard.press("ControlOrMeta+Shift+9");
	await hasText(page, "- [ ] one\n- [ ] two\n  - [ ] in\n- [ ] out");

	await clear(page);
	for (const [name, text] of [["Heading", "## a"], ["Heading", "### a"], ["Heading", "a"], ["Quote", "> a"], ["Quote", "a"], ["List", "- a"], ["List", "a"], ["Code", "`a`"], ["Code", "a"]]) {
		if (text === "## a") await page.keyboard.type("a");
		await tool(page, name).click();
		await hasText(page, text);
	}
	await tool(page, "Footnote").click();
	await page.keyboard.type("Note.");
	await hasText(page, "a[^1]\n\n[^1]: Note.");
	await tool(page, "Table").click();
	await page.keyboard.type("Year");
	await page.keyboard.press("Tab");
	await page.keyboard.type("Sheets");
	await hasText(page, "a[^1]\n\n[^1]: Note.\n\n| Year | Sheets |\n| --- | --- |\n|  |  |\n|  |  |");
	await page.context().close();
});

test("the menu of blocks, words and reading time, searching, full screen", { skip }, async () => {
	const page = await open();
	await page.keyboard.type("/");
	await page.getByRole("listbox", { name: "Blocks" }).waitFor();
	await page.keyboard.type("quo");
	await page.getByRole("option", { name: "Quote" }).waitFor();
	await page.keyboard.press("Enter");
	await page.keyboard.type("said");
	await hasText(page, "> said");
	await clear(page);
	await page.keyboard.type("1/2 and/or /");
	await hasText(page, "1/2 and/or /");
	assert.equal(await page.getByRole("listbox").count(), 0);

	for (const [text, said] of [["One [two](https://example.org/a/b) **three**\n<!-- no -->", "3 words · 1 min read"],
		[`${"word ".repeat(1000)}`, "1,000 words · 5 min read"], ["我们喜欢印刷机", /^[3-5] words · 1 min read$/], ["word", "1 word · 1 min read"]]) {
		await editor(page).fill(text);
		await page.locator("#editor-count").getByText(said).waitFor();
	}
	await page.keyboard.press("ControlOrMeta+f");
	await page.getByRole("textbox", { name: "Find" }).pressSequentially("wor");
	await page.locator(".cm-searchMatch").waitFor();
	await page.keyboard.press("Escape");
	await hasText(page, "word");

	const settings = page.getByRole("complementary", { name: "Settings of the post" });
	await page.keyboard.press("ControlOrMeta+Shift+Enter");
	await settings.waitFor({ state: "hidden" });
	await page.keyboard.type("s");
	await page.locator("#kept").getByText(/Draft kept/).waitFor();
	assert.ok(await page.locator("#kept").isVisible(), "that it is kept is told there, too");
	await page.keyboard.press("Escape");
	await settings.waitFor();
	await page.context().close();
});

test("what is pasted from word processors and web pages comes as Markdown", { skip }, async () => {
	const page = await open();
	for (const name of ["word", "google-docs", "web", "libreoffice", "word-notes", "google-docs-notes"]) {
		const of = (ext) => fs.readFileSync(path.join(source, `tests/data/paste/${name}.${ext}`), "utf8");
		await clear(page);
		await paste(page, { "text/html": of("html"), "text/plain": "plain" });
		await hasText(page, of("md").trimEnd());
	}
	await page.keyboard.press("ControlOrMeta+z");
	await hasText(page, "");
	await page.keyboard.type("a b");
	await paste(page, { "text/html": "<p>one</p><p>two</p>", "text/plain": "one two" });
	await hasText(page, "a b\n\none\n\ntwo");
	await clear(page);
	await paste(page, { "text/plain": "*a*\n\n**b**" });
	await hasText(page, "*a*\n\n**b**");
	await clear(page);
	await page.keyboard.type("word");
	await page.keyboard.press("Shift+Home");
	await paste(page, { "text/plain": "https://example.org/x", "text/html": "<a href='https://example.org/x'>x</a>" });
	await hasText(page, "[word](https://example.org/x)");
	await page.context().close();
});

test("label, error link, keyboard: in and out again; kept by the server; brought in from outside", { skip }, async () => {
	const page = await open({ kind: "page" });
	const isIn = () => editor(page).evaluate((element) => element === document.activeElement);
	assert.equal(await page.getByLabel("Text", { exact: true }).count(), 1, "the field behind it has no label any more");
	await page.getByLabel("Title").focus();
	await page.keyboard.press("Tab");
	assert.equal(await tool(page, "Bold").evaluate((element) => element === document.activeElement), true);
	await page.keyboard.press("ArrowRight");
	assert.equal(await tool(page, "Italic").evaluate((element) => element === document.activeElement), true);
	await page.keyboard.press("Tab");
	assert.ok(await isIn());
	await page.keyboard.type("- one\ntwo");
	await page.keyboard.press("Tab"); /* moves the item */
	assert.ok(await isIn());
	await page.keyboard.press("Escape");
	await page.keyboard.press("Tab");
	assert.ok(!await isIn());
	await page.locator("#markdown-label").evaluate((label) => label.click());
	assert.ok(await isIn());
	await page.getByLabel("Title").focus();
	await field(page).evaluate((element) => element.focus());
	assert.ok(await isIn());
	await page.locator("#kept").getByText(/Draft kept/).waitFor();
	await field(page).evaluate((element) => { element.value = "From elsewhere."; element.dispatchEvent(new Event("input", { bubbles: true })); });
	await editor(page).getByText("From elsewhere.").waitFor();
	await page.getByLabel("Title").fill("Kept");
	const loaded = page.waitForEvent("load");
	await editor(page).press("ControlOrMeta+s");
	await loaded;
	await editor(page).getByText("From elsewhere.").waitFor();
	await page.context().close();
});

test("text and preview show the same line, whichever of them is scrolled, and neither pulls at the other", { skip }, async () => {
	const page = await open({ height: 600 });
	const parts = Array.from({ length: 60 }, (_, n) => `Paragraph ${n}.\n\n${n % 3 ? "" : `![](/nothing-${n}.png)\n\n| a |\n|---|\n${"| b |\n".repeat(8)}\n`}`);
	await editor(page).fill(parts.join("\n"));
	await page.getByRole("button", { name: "Preview beside" }).click();
	const frame = page.frameLocator("iframe[name=preview-frame]");
	await frame.getByText("Paragraph 59.").waitFor();
	await editor(page).getByText("Paragraph 0.", { exact: true }).waitFor();
	const upper = (root, edge) => [...root.querySelectorAll(".cm-line, .prose p")].map((each) => [/^Paragraph (\d+)/.exec(each.textContent)?.[1], each.getBoundingClientRect().top])
		.find(([number, top]) => number && top >= edge - 2)?.[0];
	/* Both show the same paragraph, one between these. */
	const together = (from, to) => truth(page, `(() => {
		const upper = ${upper}, edge = document.getElementById("editor-tools").getBoundingClientRect().bottom;
		const here = upper(document, edge), there = upper(document.querySelector(".preview iframe").contentDocument, 0);
		return here > ${from} && here < ${to} && Math.abs(here - there) <= 1;
	})()`);
	const scrolls = (down) => page.evaluate((part) => scrollTo(0, document.documentElement.scrollHeight * part), down);
	await scrolls(0.5);
	await together(10, 60);

	await truth(page, () => document.querySelector(".preview iframe").contentDocument.readyState === "complete");
	const previewAt = (top) => truth(page, (wanted) => Math.abs(document.querySelector(".preview iframe").contentDocument.scrollingElement.scrollTop - wanted) < 2, top);
	const box = await page.locator(".preview iframe").boundingBox();
	await page.mouse.move(box.x + box.width / 2, box.y + 200);
	await page.mouse.wheel(0, -100000);
	await truth(page, () => scrollY === 0);
	await previewAt(0);
	const third = await page.evaluate(() => document.querySelector(".preview iframe").contentDocument.scrollingElement.scrollHeight / 3);
	await page.mouse.wheel(0, third);
	await previewAt(third);
	await together(12, 30);
	await previewAt(third); /* what somebody scrolls stays where it was put */
	await page.mouse.wheel(0, 100000);
	await editor(page).getByText("Paragraph 59.", { exact: true }).waitFor();
	await truth(page, () => document.querySelector(".cm-content").getBoundingClientRect().bottom <= innerHeight + 40);

	/* The keyboard takes the lead from a pointer that rests over the preview, and a pointer from there. */
	await editor(page).focus();
	await page.keyboard.press("ControlOrMeta+Home");
	await page.keyboard.type("First. ");
	await truth(page, () => document.querySelector(".cm-line").getBoundingClientRect().top >= document.getElementById("editor-tools").getBoundingClientRect().bottom - 1);
	await truth(page, () => document.querySelector(".preview iframe").contentDocument.querySelector(".prose p").getBoundingClientRect().top > -40);
	/* What did not change is not made anew, and knows its new lines. */
	await frame.getByText("First. Paragraph 0.").waitFor();
	await frame.getByText("Paragraph 30.").evaluate((block) => { block.wasHere = true; });
	const line = Number(await frame.getByText("Paragraph 30.").getAttribute("data-line"));
	await page.keyboard.type("\n\nNew here.\n\n");
	await truth(page, (wanted) => {
		const found = [...document.querySelector(".preview iframe").contentDocument.querySelectorAll("p")];
		const block = found.find((p) => p.textContent.startsWith("Paragraph 30."));
		return block?.wasHere && Number(block.dataset.line) === wanted;
	}, line + 4);
	await page.mouse.move(box.x - 200, 300);
	await page.mouse.wheel(0, 2000);
	await together(5, 60);
	await page.context().close();
});

test("what is composed is text when it is done: nothing is lost, kept half or taken for a key", { skip }, async () => {
	const page = await open(), sent = [];
	const textOf = (request) => (request.url().endsWith("/autosave") ? new URLSearchParams(request.postData()).get("markdown") : null);
	page.on("request", (request) => { if (textOf(request) !== null) sent.push(textOf(request)); });
	const cdp = await page.context().newCDPSession(page);
	const compose = (text) => cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
	const commit = (text) => cdp.send("Input.insertText", { text });
	/* Keys that the input method takes for itself. */
	const taken = async (code, modifiers = 0) => {
		for (const type of ["rawKeyDown", "keyUp"]) await cdp.send("Input.dispatchKeyEvent", { type, key: "Process", code, windowsVirtualKeyCode: 229, modifiers });
	};
	await page.keyboard.type("Ink ");
	for (const text of ["に", "にほ", "にほん", "日本"]) await compose(text);
	await taken("Enter");
	await taken("KeyB", 2);
	await page.locator("#editor-count").getByText("words").waitFor();
	await new Promise((resolve) => setTimeout(resolve, 2500)); /* longer than autosave waits for a pause */
	assert.deepEqual(sent.filter((text) => /[^ -~]/.test(text)), [], "what is half composed is not kept");
	const kept = page.waitForRequest((request) => textOf(request) === "Ink 日本");
	await commit("日本");
	await hasText(page, "Ink 日本");
	await kept;

	await page.keyboard.press("Enter");
	for (const text of ["/", "/q", "/qu"]) await compose(text);
	await taken("Enter");
	assert.equal(await page.getByRole("listbox").count(), 0, "no menu comes into a composition");
	await compose("");
	await hasText(page, "Ink 日本\n");
	for (const [step, done] of [["ちゅう", "中"], ["ごく", "国"], ["ご", "語"]]) {
		await compose(step);
		await commit(done);
	}
	await page.keyboard.press("ControlOrMeta+ArrowLeft");
	await page.keyboard.press("End");
	await page.keyboard.type(".");
	await hasText(page, "Ink 日本\n中国語.");
	await page.keyboard.press("ControlOrMeta+z");
	await page.getByLabel("Title").focus();
	await compose("かみ");
	await commit("紙");
	await truth(page, () => document.activeElement.value === "紙");
	await page.context().close();
});

test("a text of a megabyte is typed into as quickly as any", { skip }, async () => {
	const page = await open();
	const line = "A sentence with **bold** words and a [link](https://example.org).\n\n";
	const put = (count) => field(page).evaluate((element, text) => { element.value = text; element.dispatchEvent(new Event("input", { bubbles: true })); }, line.repeat(count));
	/* Until the form has heard of each. */
	const keys = () => field(page).evaluate(async (element) => {
		const begin = performance.now();
		for (let n = 0; n < 20; n++) {
			const heard = new Promise((resolve) => { element.addEventListener("input", resolve, { once: true }); });
			document.execCommand("insertText", false, "x");
			await heard;
		}
		return (performance.now() - begin) / 20;
	});
	const least = { 30: Infinity, 15000: Infinity }; /* lines: ms a key */
	for (let tries = 0; tries < 3; tries++)
		for (const count of [30, 15000]) {
			await put(count);
			await editor(page).press("ControlOrMeta+End");
			least[count] = Math.min(least[count], await keys());
			await hasText(page, `${line.repeat(count)}${"x".repeat(20)}`);
		}
	/* CodeMirror parses on for 20 ms with each key: ten times as long or so. It is seconds, if the whole text is gone through. */
	assert.ok(least[15000] < 100 * least[30], `${least[15000]} ms a key, ${least[30]} in a short text`);
	await page.context().close();
});

test("the script does not come: the field stays, and saves", { skip }, async () => {
	const page = await openPage({ ownPolicy: true });
	await page.context().addCookies(cookies);
	await page.route(/editor\/main\.js$/, (route) => route.abort());
	await page.goto(`${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill("Without");
	await page.getByLabel("Text", { exact: true }).fill("Plain *field*.");
	assert.equal(await page.getByRole("toolbar").count(), 0);
	const loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save draft" }).click();
	await loaded;
	assert.equal(await field(page).inputValue(), "Plain *field*.");
	await page.context().close();
});

test("accessible with all its parts open, by day and by night, on phone and desk", { skip }, async () => {
	const markdown = fs.readFileSync(path.join(source, "tests/data/paste/word.md"), "utf8");
	for (const [scheme, width] of [["light", 390], ["dark", 1280]]) {
		const found = await pageCheck(`${site.url}/admin/posts/new`, { scheme, width, before: (page) => page.context().addCookies(cookies), with: async (page) => {
			await editor(page).waitFor();
			await editor(page).fill(markdown);
			await editor(page).press("ControlOrMeta+End");
			await page.keyboard.press("ControlOrMeta+f");
			await page.getByRole("textbox", { name: "Find" }).waitFor();
			await editor(page).focus();
			await page.keyboard.type("\n\n/");
			await page.getByRole("listbox", { name: "Blocks" }).waitFor();
		} });
		assert.deepEqual(found, [], `${scheme} ${width}`);
	}
});
