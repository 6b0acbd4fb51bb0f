/* admin_merge.test.mjs: two who write at once, in two browsers; what is told before publishing; links to a draft. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage, openPageCheck, pageCheck } from "./checks.mjs";

const people = { Olive: "owner@example.org", Eve: "editor@example.org" }, PASSWORD = "correct horse battery";
const looks = [["light", 390], ["dark", 1280], ["light", 1280], ["dark", 390]];
const text = (page) => page.getByLabel("Text", { exact: true });
const cookies = {};
let site;

async function begin(name, address) {
	const page = await openPage({ ownPolicy: true });
	await page.context().addCookies(cookies[name]);
	await page.goto(address);
	return page;
}

/* Presses a button and waits for the page that comes of it, with its scripts. */
async function press(page, name, scope = page) {
	const loaded = page.waitForEvent("load");
	await scope.getByRole("button", { name, exact: true }).click();
	await loaded;
}

async function allLooks(page) {
	for (const [scheme, width] of looks) assert.deepEqual(await openPageCheck(page, { scheme, width }), [], `${scheme} ${width}`);
	await page.setViewportSize({ width: 1280, height: 900 });
}

before(async () => {
	site = await openSite("fastcgi", { posts: 1 });
	platen(site, "user", "add", people.Olive, "--role", "owner", "--name", "Olive", "--password-stdin", { input: `${PASSWORD}\n` });
	platen(site, "user", "add", people.Eve, "--role", "editor", "--name", "Eve", "--password-stdin", { input: `${PASSWORD}\n` });
	for (const [name, email] of Object.entries(people)) {
		const page = await openPage();
		await page.goto(`${site.url}/admin/signin?next=/admin/posts`);
		await page.getByLabel("E-mail").fill(email);
		await page.getByLabel("Password").fill(PASSWORD);
		await page.keyboard.press("Enter");
		await page.getByRole("heading", { name: "Posts" }).waitFor();
		cookies[name] = await page.context().cookies();
		await page.context().close();
	}
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

test("two write at once in two browsers, and both of their words are there", async () => {
	const olive = await begin("Olive", `${site.url}/admin/posts/new`);
	await olive.getByLabel("Title").fill("Shared");
	await text(olive).fill("The old press.\n\nIn the middle.\n\nThe end.\n");
	await press(olive, "Save draft");
	const address = olive.url().replace(/\?.*/, "");
	const eve = await begin("Eve", address);
	await eve.getByText(/Olive has this post open, too/).waitFor();
	await text(eve).fill("The wooden press.\n\nIn the middle.\n\nThe end, by Eve.\n");
	await eve.getByLabel("Title").fill("By Eve");
	await olive.getByLabel("Title").fill("By Olive");
	await text(olive).fill("The new press.\n\nIn the middle, by Olive.\n\nThe end.\n");
	await press(eve, "Save draft");
	await press(olive, "Save draft");
	await olive.getByRole("heading", { name: "Two versions" }).waitFor();
	assert.equal(await olive.locator("textarea[name=markdown]").inputValue(), "The new press.\n\nIn the middle, by Olive.\n\nThe end, by Eve.\n");
	await olive.getByText("Their changes, word by word").click();
	assert.match(await olive.locator(".diff").first().innerText(), /wooden press[^]*The end, by Eve/);
	await allLooks(olive);
	const place = olive.getByRole("group", { name: "Place 1" });
	assert.match(await place.innerText(), /new[^]*wooden/);
	await place.getByLabel("Theirs").check();
	await press(olive, "Put into the text");
	assert.match(await olive.locator("textarea[name=markdown]").inputValue(), /^The wooden press\./);
	await olive.getByRole("group", { name: "Title" }).getByLabel("Theirs").check();
	await press(olive, "Save merged");
	await olive.getByRole("status").getByText("Saved.").waitFor();
	assert.equal(await olive.locator("textarea[name=markdown]").inputValue(), "The wooden press.\n\nIn the middle, by Olive.\n\nThe end, by Eve.\n");
	assert.equal(await olive.locator("#title").inputValue(), "By Eve");
	assert.equal(await olive.evaluate(() => localStorage.length), 0);
	await olive.context().close();
	await eve.context().close();
});

test("what may be wrong is told before publishing, its line is led to, and one key publishes all the same", async () => {
	const page = await begin("Olive", `${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill("With faults");
	await text(page).fill("One\n\n[gone](/not-there)\n\n![](/media/x.png)\n");
	await press(page, "Publish");
	await page.getByRole("heading", { name: "Before this is published" }).waitFor();
	await allLooks(page);
	const plain = page.locator("textarea[name=markdown]");
	if (await plain.isVisible()) {
		await page.getByRole("link", { name: "Line 3" }).click();
		assert.equal(await plain.evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd)), "[gone](/not-there)");
	}
	const anyway = page.getByRole("button", { name: "Publish all the same" });
	const loaded = page.waitForEvent("load");
	await anyway.press("Enter");
	await loaded;
	await page.getByRole("status").getByText("Published.").waitFor();
	await page.context().close();
});

test("the column: an address that is taken, tags that are known, how it looks elsewhere", async () => {
	const page = await begin("Olive", `${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill("First");
	await page.getByLabel("Tags").fill("Letterpress, Ink");
	await press(page, "Save draft");
	await page.goto(`${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill("Second");
	await page.getByLabel("Address", { exact: true }).fill("first");
	await page.getByText("Another post has this address. Free would be: first-2").waitFor();
	await page.getByLabel("Address", { exact: true }).fill("");
	await page.getByText(`Free: ${site.url}/second`).waitFor();
	await page.getByLabel("Tags").fill("Ink, le"); // at once: the list of half a word would come between
	await page.getByRole("option", { name: "Letterpress" }).waitFor();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	assert.equal(await page.getByLabel("Tags").inputValue(), "Ink, Letterpress, ");
	await page.getByText("Search engines", { exact: true }).click();
	await page.getByLabel("Headline in results").fill("Found 🖋");
	await page.locator("[data-look=search] [data-look-title]", { hasText: "Found 🖋" }).waitFor();
	assert.equal(await page.locator("[data-counts=seo_title]").innerText(), "7");
	await page.getByText("Own fields", { exact: true }).click();
	const names = page.getByLabel("Field", { exact: true }), before = await names.count();
	await names.last().fill("mood");
	assert.equal(await names.count(), before + 1);
	await page.context().close();
});

test("a link to a draft is made, works without an account, and is taken back", async () => {
	const page = await begin("Olive", `${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill("For Ann");
	await text(page).fill("A draft of *words*.");
	await press(page, "Save draft");
	const come = page.waitForEvent("load");
	await page.getByRole("link", { name: "Links to the draft" }).click();
	await come;
	await page.getByLabel("Who it is for").fill("Ann");
	const list = page.url();
	await press(page, "Make a link");
	await allLooks(page);
	const address = await page.getByLabel("Link", { exact: true }).inputValue();
	const ann = await openPage({ ownPolicy: true });
	await ann.goto(address);
	await ann.getByText("A draft, not published.").waitFor();
	await ann.frameLocator("iframe").locator(".prose em", { hasText: "words" }).waitFor();
	for (const [scheme, width] of looks) assert.deepEqual(await pageCheck(address, { scheme, width }), []);
	await page.goto(list);
	await press(page, "Take back Ann");
	assert.equal((await ann.goto(address)).status(), 404);
	await ann.context().close();
	await page.context().close();
});
