/* admin_unsaved.test.mjs: what is typed is not lost: not by a killed server, a lost network, a session that is
 * over or a page that is left; and the pages of versions. */

import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { openSite, platen, startApp } from "../http/harness.mjs";
import { signedIn, turnOn } from "../http/visitor.mjs";
import { sqlite } from "../sqlite.mjs";
import { closeBrowser, openPage, pageCheck, truth } from "./checks.mjs";
import { PASSWORD, ownerCookies } from "./owner.mjs";

const looks = [["light", 390], ["dark", 1280]];
let site, cookies;

before(async () => {
	site = await openSite("fastcgi", { posts: 1 });
	cookies = await ownerCookies(site);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

const text = (page) => page.getByLabel("Text", { exact: true });
/* What the form has of it, with the editor and without. */
const written = (page) => page.locator("#markdown").inputValue();
const kept = (page) => page.locator("#kept");

/* Does what leads to a page that says "Saved.", and waits for that page and its scripts: the page before may
 * have said the same. */
async function saved(page, act) {
	const loaded = page.waitForEvent("load");
	await act();
	await loaded;
	await page.getByRole("status").getByText("Saved.").waitFor();
}

const saveDraft = (page) => saved(page, () => page.getByRole("button", { name: "Save draft" }).click());

/* Comes back to a post whose text waits in this browser: the page that comes first goes on by itself, maybe
 * before it is whole. */
async function comeBack(page, address) {
	await page.goto(address, { waitUntil: "commit" });
	await page.waitForURL(/unsaved=take/);
}

/* A page of a new draft, signed in, under the page's own policy. */
async function onDraft(title, markdown) {
	const page = await openPage({ ownPolicy: true });
	await page.context().addCookies(cookies);
	await page.goto(`${site.url}/admin/posts/new`);
	await page.getByLabel("Title").fill(title);
	await text(page).fill(markdown);
	await saveDraft(page);
	return page;
}

/* In one go: however slow the machine is, what is kept of it is all of it. */
async function type(page, words) {
	await text(page).press("Control+End");
	await page.keyboard.insertText(words);
}

/* Types, and leaves before anything of it was kept. */
async function typeAndLeave(page, words) {
	await text(page).press("Control+End");
	await page.evaluate((words) => {
		document.execCommand("insertText", false, words);
		location.assign("about:blank");
	}, words);
	await page.waitForURL("about:blank");
}

test("the server is killed in the middle of typing: every acknowledged word is there, and the rest is sent later", async () => {
	const page = await onDraft("Killed", "Begin.");
	await type(page, " Acknowledged.");
	await kept(page).getByText(/Draft kept \d\d:\d\d/).waitFor();
	const dead = once(site.app, "exit");
	site.app.kill("SIGKILL");
	await dead;
	fs.rmSync(site.socket);
	await type(page, " Meanwhile.");
	await kept(page).getByText("Offline: kept in this browser").waitFor();
	await startApp(site);
	const other = await openPage();
	await other.context().addCookies(cookies);
	await other.goto(page.url());
	const loaded = other.waitForEvent("load");
	await other.getByRole("link", { name: "Go on with it" }).click();
	await loaded;
	assert.match(await written(other), /^Begin\. Acknowledged\./);
	await other.context().close();
	await kept(page).getByText(/Draft kept/).waitFor();
	await page.goto(page.url().replace(/\?.*/, ""));
	await page.getByRole("link", { name: "Show what differs" }).click();
	assert.match(await page.locator(".diff ins").first().innerText(), /Acknowledged\. Meanwhile\./);
	await page.context().close();
});

test("the network is lost and the page is left: it is sent when somebody comes back, and told who saved meanwhile", async () => {
	const page = await onDraft("Offline", "Begin.");
	await page.context().setOffline(true);
	await type(page, " In the tunnel.");
	await kept(page).getByText("Offline").waitFor();
	await truth(page, () => Object.values(localStorage).some((item) => item.includes("In+the+tunnel."))); /* all that was typed since, too */
	const address = page.url().replace(/\?.*/, "");
	await page.goto("about:blank");
	await page.context().setOffline(false);
	await (await signedIn(site)).write(new URL(address).pathname, { title: "Offline", markdown: "Begin.\n\nHere." });
	await comeBack(page, address);
	assert.equal(await written(page), "Begin. In the tunnel.");
	await page.locator(".others", { hasText: "Olive Owner saved this post meanwhile" }).waitFor();
	await type(page, " Outside.");
	await kept(page).getByText("Draft kept. Olive Owner saved this post meanwhile").waitFor();
	const loaded = page.waitForEvent("load");
	await page.getByRole("button", { name: "Save draft" }).click();
	await loaded;
	await page.getByRole("heading", { name: "Two versions" }).waitFor();
	await saved(page, () => page.getByRole("button", { name: "Save merged" }).click());
	assert.match(await written(page), /In the tunnel\. Outside\.[^]*Here\./);
	await page.goto(address);
	assert.equal(await page.locator(".offer").count(), 0);
	assert.equal(await page.evaluate(() => localStorage.length), 0);
	await page.context().close();
});

test("typed before the page's script has come: it is kept all the same", async () => {
	const page = await onDraft("Slow", "Begin.");
	let come;
	const asked = new Promise((resolve) => { come = resolve; });
	await page.route(/edit\.[^/]*js$/, async (route) => { await asked; await route.continue(); });
	await page.goto(page.url().replace(/\?.*/, ""), { waitUntil: "commit" });
	await text(page).fill("Begin. Early.");
	await page.getByLabel("Featured").check();
	assert.equal(await kept(page).innerText(), "");
	come();
	await kept(page).getByText(/Draft kept/).waitFor();
	await page.context().close();
});

test("the page is left at once: it is sent behind its back", async () => {
	const page = await onDraft("Left", "Begin.");
	const address = page.url().replace(/\?.*/, "");
	await typeAndLeave(page, " Just now.");
	await comeBack(page, address);
	assert.equal(await written(page), "Begin. Just now.");
	await page.context().close();
});

test("what is typed in the trash is there when the post is taken out of it", async () => {
	const page = await onDraft("Out of the trash", "Begin.");
	const address = page.url().replace(/\?.*/, "");
	const press = (value) => page.locator(`form.edit button[value=${value}]`).first().evaluate((button) => button.form.requestSubmit(button));
	await Promise.all([page.waitForURL(/[?]trashed=/), press("trash")]);
	await page.goto(address);
	await page.route("**/autosave", (route) => route.abort()); /* as if it were pressed sooner than that */
	await type(page, " Typed there.");
	await Promise.all([page.waitForURL(/done=restored/), press("restore")]);
	await page.unroute("**/autosave");
	await comeBack(page, address);
	assert.match(await written(page), /^Begin\. Typed there\./);
	await page.context().close();
});

test("the session is over: the password is asked for in place, and the code of a second step, and then it is saved", async () => {
	const page = await onDraft("Expired", "Begin.");
	sqlite(path.join(site.data, "traffic.db"), "UPDATE session SET expires_ms = 1");
	await type(page, " After hours.");
	const dialog = page.getByRole("dialog", { name: "Your session is over" });
	await dialog.getByLabel("Password").fill("wrong");
	await dialog.getByRole("button", { name: "Sign in" }).click();
	await dialog.getByRole("alert").waitFor();
	await dialog.getByLabel("Password").fill(PASSWORD);
	await page.keyboard.press("Enter");
	await dialog.waitFor({ state: "hidden" });
	await kept(page).getByText(/Draft kept/).waitFor();
	await saveDraft(page);
	assert.equal(await written(page), "Begin. After hours.");
	const { codes } = await turnOn(await signedIn(site)); /* ends the session, too */
	await type(page, " And later.");
	await dialog.getByLabel("Password").fill(PASSWORD);
	await page.keyboard.press("Enter");
	await dialog.getByLabel("Code").fill("000000");
	await page.keyboard.press("Enter");
	await dialog.getByRole("alert").getByText("This is not the code").waitFor();
	await dialog.getByLabel("Code").fill(codes[0]);
	await page.keyboard.press("Enter");
	await dialog.waitFor({ state: "hidden" });
	await kept(page).getByText(/Draft kept/).waitFor();
	await saveDraft(page);
	assert.equal(await written(page), "Begin. After hours. And later.");
	cookies = await page.context().cookies();
	await page.context().close();
});

test("an earlier version is looked at beside the text, brought back, and what came after it is kept", async () => {
	const page = await onDraft("Versions", "One\n\nThe old press\n\nThree\n\nFour\n\nFive\n\nSix");
	const address = page.url().replace(/\?.*/, "");
	await text(page).fill("One\n\nThe new press, and a longer line of words that wraps on a phone\n\nThree\n\nFour\n\nFive\n\nSix");
	await saved(page, () => page.keyboard.press("Control+s"));
	await type(page, " Unsaved.");
	await kept(page).getByText(/Draft kept/).waitFor();
	for (const url of [address, `${address}/revisions/unsaved`])
		for (const [scheme, width] of looks) {
			const enter = (fresh) => fresh.context().addCookies(cookies);
			assert.deepEqual(await pageCheck(url, { scheme, width, before: enter }), [], url);
		}
	await page.goto(`${address}/revisions`);
	const loaded = page.waitForEvent("load");
	await page.locator(".entry-title").nth(1).click();
	await loaded;
	assert.match(await page.locator(".diff").innerText(), /old[^]*new/);
	await page.getByRole("button", { name: "Bring this version back" }).click();
	await page.getByRole("status").getByText("The earlier version is back.").waitFor();
	await page.goto(`${address}/revisions`);
	assert.equal(await page.locator(".entry-title").count(), 3, "going back is a version, too");
	await page.goto(address);
	assert.equal(await written(page), "One\n\nThe old press\n\nThree\n\nFour\n\nFive\n\nSix");
	await page.getByRole("link", { name: "Go on with it" }).waitFor();
	await page.context().close();
});

test("the preview follows what is typed, and nothing in it runs", async () => {
	const page = await onDraft("Previewed", "First *words*.");
	const asked = [];
	page.on("dialog", (dialog) => { asked.push(dialog.message()); void dialog.dismiss(); });
	platen(site, "config", "set", "raw_html", "on");
	await page.getByRole("button", { name: "Preview beside" }).click();
	const frame = page.frameLocator("iframe[name=preview-frame]");
	await frame.locator(".prose em", { hasText: "words" }).waitFor();
	await text(page).fill("Then **others**.\n\n<img src=x onerror=\"alert(1)\"><script>alert(2)</script>\n");
	await page.getByLabel("Title").fill("A new title");
	await frame.locator(".prose strong", { hasText: "others" }).waitFor();
	await frame.locator("h1", { hasText: "A new title" }).waitFor();
	const [whole] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("button", { name: "Preview", exact: true }).click()]);
	await whole.locator(".prose strong", { hasText: "others" }).waitFor();
	assert.deepEqual(asked, []);
	await kept(page).getByText(/Draft kept/).waitFor();
	platen(site, "config", "set", "raw_html", "filtered");
	await page.context().close();
});
