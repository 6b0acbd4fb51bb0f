/* admin.test.mjs: the admin in a browser: accessible by day and by night, on phone and desk, and the way from
 * signing in to a published post, by keyboard and without script. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { below, openSite, platen, source } from "../http/harness.mjs";
import { jobsDone } from "../http/media.mjs";
import { EMAIL, PASSWORD, signedIn } from "../http/visitor.mjs";
import { multipart, zip } from "../http/zip.mjs";
import { closeBrowser, openPage, pageCheck } from "./checks.mjs";

const looks = [["light", 390], ["dark", 1280], ["light", 1280], ["dark", 390]];
const AHEAD_MS = 45000, MINUTE_MS = 60000;
let site, cookies, visitor, picture;
/* Of what only some addresses have. */
const ids = {};
/* Of posts that are scheduled: what was seen around their moment, while the other tests run. */
const moments = [];

function clean(complaints) {
	assert.equal(complaints.length, 0, complaints.join("\n"));
}

async function loaded(page, act) {
	const load = page.waitForEvent("load");
	await act();
	await load;
}

async function signIn(page) {
	await page.goto(`${site.url}/admin/posts`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await loaded(page, () => page.keyboard.press("Enter"));
	await page.getByRole("heading", { name: "Posts" }).waitFor();
}

/* A post with two versions, a redirect, and an archive that waits for its import. */
async function fill() {
	const edit = await visitor.made({ title: "A draft with a rather long title that has to go on a second line", markdown: "Text." });
	assert.equal((await visitor.write(edit, { title: "A draft with a rather long title that has to go on a second line", markdown: "Other text." })).status, 303);
	ids.post = edit.split("/").at(-1);
	ids.person = (await visitor.get("/admin/people")).text.match(/href="[^"]*\/people\/(\w+)"/)[1];
	ids.revision = (await visitor.get(`${edit}/revisions`)).text.match(/revisions\/(\d+)"/)[1];
	assert.equal((await visitor.post("/admin/redirects", { form_token: await visitor.token(), from: "/old-place", to: "/about", status: "301" })).status, 303);
	const archive = multipart({ form_token: await visitor.token() }, zip([["one.md", "---\ntitle: Packed\ndate: 2024-01-01\n---\n![far](https://pictures.example/far.png)\n"]]));
	const sent = await visitor.ask("/admin/transfer/import", { ...archive, headers: { ...archive.headers, origin: site.origin } });
	ids.import = below(site, sent.headers.location).match(/import\/(\w+)/)[1];
}

before(async () => {
	site = await openSite("fastcgi", { settings: { title: "Halftone & Type" } });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive Owner", "--password-stdin", { input: `${PASSWORD}\n` });
	visitor = await signedIn(site);
	platen(site, "hook", "run", "ttl");
	jobsDone(site); /* pictures get their variants */
	await fill();
	[picture] = (await site.get("/the-quiet-press")).text.match(/\/media\/\w+\/ink\.png/);
	const page = await openPage();
	await signIn(page);
	cookies = await page.context().cookies();
	await page.context().close();
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

/* Asks for an address now, and again and again around a moment, until an answer comes that was asked for after
 * it. Gives whether the words were there in the answers that came before, and in those asked for afterwards. */
async function around(address, words, atMs) {
	const early = [], late = [];
	while (late.length === 0) {
		const asked = Date.now(), { status, text } = await site.get(address), there = status === 200 && text.includes(words);
		if (Date.now() < atMs) early.push(there);
		else if (asked >= atMs) late.push(there);
		await sleep(Math.max(40, atMs - 1500 - Date.now()));
	}
	return { address, early, late };
}

for (const javaScript of [true, false])
	test(`from the door to a post that is read, and one that waits for its moment, by keyboard, ${javaScript ? "with" : "without"} script`, async () => {
		const page = await openPage({ javaScript, ownPolicy: true }), how = javaScript ? "with" : "without";
		const refused = [];
		page.on("console", (message) => { if (message.type() === "error") refused.push(message.text()); });
		await signIn(page);
		await loaded(page, () => page.getByRole("link", { name: "New post" }).press("Enter"));
		const title = `Typed ${how} script – é 漢字 🖋`, text = `# Part\n\nIt was *typed*.\n\n![A proof](${picture})`;
		const press = (name) => loaded(page, () => page.getByRole("button", { name, exact: true }).press("Enter"));
		await page.getByLabel("Title").fill(title);
		await page.getByLabel("Text", { exact: true }).fill(text);
		await page.getByLabel("Tags").fill("Ink, Paper");
		const [preview] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("button", { name: "Preview", exact: true }).press("Enter")]);
		await preview.waitForLoadState();
		assert.equal(await preview.locator(".prose em").first().innerText(), "typed");
		await preview.locator(".prose img").scrollIntoViewIfNeeded();
		assert.equal(new URL(await preview.locator(".prose img").getAttribute("src"), site.url).pathname, picture);
		await preview.close();
		await press("Save draft");
		await page.getByRole("status").getByText("Saved.").waitFor();
		assert.equal(await page.locator("#markdown").inputValue(), text);
		await press("Publish");
		await page.getByRole("status").getByText("Published.").waitFor();
		await loaded(page, () => page.getByRole("link", { name: "View on the site" }).press("Enter"));
		assert.equal(await page.locator("h1").first().innerText(), title);
		assert.equal(await page.locator(".prose em").first().innerText(), "typed");
		assert.ok((await site.get("/feed.xml")).text.includes(title));

		const later = `Later, ${how} script`, slug = `/later-${how}-script`;
		await page.goto(`${site.url}/admin/posts/new`);
		await page.getByLabel("Title").fill(later);
		await page.getByLabel("Text", { exact: true }).fill("It waits.");
		const atMs = Math.ceil((Date.now() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS;
		await page.getByLabel("Publish at").fill(new Date(atMs).toISOString().slice(0, 16));
		await press("Publish");
		await page.getByRole("status").getByText("Scheduled.").waitFor();
		moments.push(...[slug, "/", "/feed.xml"].map((address) => around(address, later, atMs)));
		for (const moment of moments) moment.catch(() => {}); /* the last test tells */
		await page.goto(`${site.url}/admin/posts?show=scheduled`);
		await page.getByRole("link", { name: later }).waitFor();

		await press("Sign out");
		await page.getByRole("heading", { name: "Sign in" }).waitFor();
		await page.context().close();
		clean(refused);
	});

async function passes(where, name, each) {
	for (const [scheme, width] of each)
		clean((await pageCheck(site.url + where.at, { scheme, width, before: async (page) => {
			if (name !== "the door") await page.context().addCookies(cookies);
			await where.before?.(page);
		}, with: where.with }).catch((error) => [error.message])).map((complaint) => `${scheme} ${width}: ${complaint}`));
}

const pages = { "the door": "/admin/signin", "the first page": "/admin", "the list": "/admin/posts", "an empty list": "/admin/posts?show=trash", "a list with filters": "/admin/posts?q=text&tag=Filler&sort=title", "nothing found": "/admin/posts?q=xylophone", "pages": "/admin/posts?show=pages", "a new post": "/admin/posts/new", "the profile": "/admin/profile", "sessions": "/admin/sessions", "the second step": "/admin/second", "people": "/admin/people", "the audit log": "/admin/audit", "the queue": "/admin/review", "a post": "/admin/posts/:post" };
Object.assign(pages, { "settings": "/admin/settings", "settings of addresses": "/admin/settings/addresses", "settings of social links": "/admin/settings/social",
	"settings of code": "/admin/settings/code", "times of maintenance": "/admin/settings/maintenance", "settings of the process": "/admin/settings/system",
	"themes": "/admin/themes", "a theme": "/admin/themes/quire", "import and export": "/admin/transfer" });
/* Managing. */
Object.assign(pages, { "tags": "/admin/tags", "a tag": "/admin/tags/1", "maintenance": "/admin/jobs", "calls for it": "/admin/jobs/key", "its runs": "/admin/jobs/runs", "jobs": "/admin/jobs/open",
	"menus": "/admin/menus", "what is not found": "/admin/missing", "redirects": "/admin/redirects", "many redirects": "/admin/redirects/import" });
Object.assign(pages, { "uploading a theme": "/admin/themes/upload", "a redirect": "/admin/redirects/edit?from=%2Fold-place", "links to a draft": "/admin/posts/:post/links", "versions": "/admin/posts/:post/revisions",
	"somebody": "/admin/people/:person", "a version": "/admin/posts/:post/revisions/:revision", "taking an archive": "/admin/transfer/import", "an import": "/admin/transfer/import/:import", "nothing there": "/admin/posts/nothing" });

Object.assign(pages, { "media": "/admin/media", "media as a list": "/admin/media?look=list", "media in the trash": "/admin/media?show=trash", "settings of pictures": "/admin/settings/pictures", "a file": "/admin/media/1", "rotating and cropping": "/admin/media/1/edit", "adding media": "/admin/media/upload" });

/* What is no page, or no page of the admin's own; and pages that are looked at elsewhere. Nor are routes for scripts
 * alone (SCRIPT), and what completes what is typed. */
const noPages = ["/admin/assets/:hash/*name", "/admin/palette", "/admin/media/:id/file", "/admin/media/:id/whole", "/admin/media/choose", "/admin/posts/new/address", "/admin/posts/:id/address", "/admin/transfer/exports/:id", "/admin/progress/:job",
	"/admin/themes/:name/archive", "/admin/themes/:name/preview", "/admin/themes/:name/preview/*path"];
const elsewhere = { "/admin/first": "accounts.test.mjs", "/admin/welcome/:token": "accounts.test.mjs" };

test("every page of the program's table is among those that are looked at", () => {
	const table = [...fs.readFileSync(path.join(source, "cgi/web/routes.c"), "utf8").matchAll(/^\t(?!SCRIPT)[A-Z]+\(GET, +"(\/admin(?:\/[^"]*)?)"/gm)].map(([, pattern]) => pattern)
		.filter((pattern) => !pattern.startsWith("/admin/complete/"));
	assert.ok(table.length > 40);
	/* The pattern that an address belongs to: of those that it fits the one with the most names of its own. */
	const names = (pattern) => pattern.split("/").filter((part) => !/^[:*]/.test(part)).length;
	const of = (address) => table.filter((pattern) => new RegExp(`^${pattern.replace(/\*\w+/g, ".+").replace(/:\w+/g, "[^/]+")}$`).test(address.replace(/\?.*/, "")))
		.sort((a, b) => names(b) - names(a))[0];
	const seen = new Set([...Object.values(pages).map(of), ...noPages, ...Object.keys(elsewhere)]);
	assert.deepEqual(table.filter((pattern) => !seen.has(pattern)), [], "these have no page in the list of admin.test.mjs");
	assert.deepEqual([...seen].filter((pattern) => !table.includes(pattern)), [], "these are not in the table any more");
});

const filled = (address) => address.replace(/:(\w+)/g, (_, name) => ids[name]);
/* The pages that all the others are made like are looked at in each way, the rest by day on a phone and by night on a desk. */
const models = ["the door", "the first page", "the list", "an empty list", "a new post", "a post", "people", "settings", "themes", "tags"];

describe("every page passes", () => {
	for (const [name, address] of Object.entries(pages))
		test(name, () => passes({ at: filled(address) }, name, models.includes(name) ? looks : looks.slice(0, 2)));

	test("what a form leads to: many posts at once", async () => {
		for (const [action, fields] of [["trash", {}], ["delete", {}]]) {
			const asked = await visitor.post("/admin/posts/bulk", { form_token: await visitor.token(), action, scope: "all", query: "?tag=Filler", ...fields });
			assert.match(asked.text, /name="sure" value="1"/);
			const at = "/admin/what-a-form-led-to";
			await passes({ at, before: (page) => page.route(site.url + at, (route) => route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", body: asked.text })) }, action, looks.slice(0, 2));
		}
	});

	test("what a form leads to: many files at once", async () => {
		const list = await visitor.get("/admin/media"), item = list.text.match(/name="item" value="(\d+)"/)[1];
		for (const [name, fields] of Object.entries({ "all": { action: "pin", scope: "all" }, "for good": { action: "delete", item } })) {
			const asked = await visitor.post("/admin/media", { form_token: await visitor.token(), ...fields });
			assert.match(asked.text, /name="sure" value="1"/);
			const at = "/admin/what-a-form-led-to";
			await passes({ at, before: (page) => page.route(site.url + at, (route) => route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", body: asked.text })) }, name, looks.slice(0, 2));
		}
	});

	test("the palette, open", () => passes({ at: "/admin/posts", with: async (page) => {
		await page.keyboard.press("Control+k");
		await page.getByRole("dialog", { name: "Go to or search" }).getByRole("option", { name: "New post" }).waitFor();
		await page.keyboard.press("ArrowDown");
	} }, "the palette", looks));
});

test("what was scheduled came at its second, and not before, on its page, the first one and in the feed", async () => {
	assert.equal(moments.length, 6);
	for (const { address, early, late } of await Promise.all(moments)) {
		assert.ok(early.length > 0, address);
		assert.ok(early.every((there) => !there), `${address}: too early`);
		assert.deepEqual(late, [true], `${address}: too late`);
	}
});

test("German, for whoever chose it", async () => {
	platen(site, "config", "set", "lang", "de");
	const page = await openPage();
	await page.goto(`${site.url}/admin/signin`);
	assert.equal(await page.locator("h1").innerText(), "Anmelden");
	assert.equal(await page.locator("html").getAttribute("lang"), "de");
	await page.context().close();
});
