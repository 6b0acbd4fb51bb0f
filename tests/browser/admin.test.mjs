/* admin.test.mjs: the admin in a browser: accessible by day and by night, on phone and desk, and the way from
 * signing in to a published post, by keyboard and without script. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { closeBrowser, openPage, pageCheck } from "./checks.mjs";

const EMAIL = "owner@example.org", PASSWORD = "correct horse battery";
const looks = [["light", 390], ["dark", 1280], ["light", 1280], ["dark", 390]];
let site, cookies, draft;

function clean(complaints) {
	assert.equal(complaints.length, 0, complaints.join("\n"));
}

async function signIn(page) {
	await page.goto(`${site.url}/admin/posts`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "Posts" }).waitFor();
}

before(async () => {
	site = await openSite("fastcgi", { settings: { title: "Halftone & Type" } });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive Owner", "--password-stdin", { input: `${PASSWORD}\n` });
	draft = platen(site, "post", "add", "-", "--title", "A draft with a rather long title that has to go on a second line", { input: "Text.\n" });
	const page = await openPage();
	await signIn(page);
	cookies = await page.context().cookies();
	await page.context().close();
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

async function firstPost() {
	const header = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
	const { text } = await site.get("/admin/posts", { headers: { cookie: header } });
	return text.match(/class="entry-title"[^>]* href="([^"]+)"/)[1];
}

describe("every page passes", () => {
	const pages = { "the door": "/admin/signin", "the first page": "/admin", "the list": "/admin/posts", "an empty list": "/admin/posts?show=trash", "a list with filters": "/admin/posts?q=text&tag=Filler&sort=title", "nothing found": "/admin/posts?q=xylophone", "pages": "/admin/posts?show=pages", "a new post": "/admin/posts/new", "the profile": "/admin/profile", "sessions": "/admin/sessions", "the second step": "/admin/second", "people": "/admin/people", "the audit log": "/admin/audit", "the queue": "/admin/review", "a post": null };
	Object.assign(pages, { "settings": "/admin/settings", "settings of addresses": "/admin/settings/addresses", "settings of social links": "/admin/settings/social",
		"settings of code": "/admin/settings/code", "times of maintenance": "/admin/settings/maintenance", "settings of the process": "/admin/settings/system",
		"themes": "/admin/themes", "a theme": "/admin/themes/quire", "import and export": "/admin/transfer" });
	/* Managing. */
	Object.assign(pages, { "tags": "/admin/tags", "a tag": "/admin/tags/1", "maintenance": "/admin/jobs",
		"menus": "/admin/menus", "what is not found": "/admin/missing", "redirects": "/admin/redirects", "many redirects": "/admin/redirects/import" });

	for (const [name, address] of Object.entries(pages))
		test(name, async () => {
			for (const [scheme, width] of looks) {
				const url = site.url + (address ?? await firstPost());
				const enter = name === "the door" ? undefined : (page) => page.context().addCookies(cookies);
				clean(await pageCheck(url, { scheme, width, before: enter }).catch((error) => [error.message]));
			}
		});
});

for (const javaScript of [true, false])
	test(`from the door to a published post, by keyboard, ${javaScript ? "with" : "without"} script`, async () => {
		const page = await openPage({ javaScript, ownPolicy: true });
		const refused = [];
		page.on("console", (message) => { if (message.type() === "error") refused.push(message.text()); });
		await signIn(page);
		await page.getByRole("link", { name: "New post" }).press("Enter");
		const title = `Typed ${javaScript ? "with" : "without"} script – é 漢字 🖋`;
		await page.getByLabel("Title").fill(title);
		await page.getByLabel("Text", { exact: true }).fill("# Part\n\nIt was *typed*.");
		await page.getByLabel("Tags").fill("Ink, Paper");
		await page.getByRole("button", { name: "Save draft" }).press("Enter");
		await page.getByRole("status").getByText("Saved.").waitFor();
		assert.equal(await page.locator("#markdown").inputValue(), "# Part\n\nIt was *typed*.");
		await page.getByRole("button", { name: "Publish", exact: true }).press("Enter");
		await page.getByRole("status").getByText("Published.").waitFor();
		await page.getByRole("link", { name: "View on the site" }).press("Enter");
		assert.equal(await page.locator("h1").first().innerText(), title);
		assert.equal(await page.locator(".prose em").first().innerText(), "typed");
		await page.goBack();
		await page.getByRole("button", { name: "Sign out" }).press("Enter");
		await page.getByRole("heading", { name: "Sign in" }).waitFor();
		await page.context().close();
		clean(refused);
	});

test("German, for whoever chose it", async () => {
	assert.ok(draft);
	platen(site, "config", "set", "lang", "de");
	const page = await openPage();
	await page.goto(`${site.url}/admin/signin`);
	assert.equal(await page.locator("h1").innerText(), "Anmelden");
	assert.equal(await page.locator("html").getAttribute("lang"), "de");
	await page.context().close();
});
