/* accounts.test.mjs: the pages around accounts in a browser: accessible where a form leads to them, and none of
 * them, nor any other of the admin, runs what somebody wrote into a field. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { below, openSite, platen, source } from "../http/harness.mjs";
import { PASSWORD, totp, Visitor } from "../http/visitor.mjs";
import { sqlite } from "../sqlite.mjs";
import { closeBrowser, openPage, pageCheck } from "./checks.mjs";

const EMAIL = "owner@example.org";
const looks = [["light", 390], ["dark", 1280]];
let site, owner;

before(async () => { site = await openSite("fastcgi", { posts: 60, settings: { title: "Halftone & Type" } }); });
after(async () => {
	await closeBrowser();
	await site?.stop();
});

/* A page that a form led to: the browser gets what the visitor got, with the site's own styles and scripts. */
async function passes(name, text) {
	for (const [scheme, width] of looks) {
		const url = `${site.url}/admin/what-a-form-led-to`;
		const give = (page) => page.route(url, (route) => route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", body: text }));
		assert.deepEqual(await pageCheck(url, { scheme, width, before: give }), [], `${name}, ${scheme}, ${width} px`);
	}
}

const answer = async (asked, status) => {
	const res = await asked;
	assert.equal(res.status, status);
	return res.text;
};
const value = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];

test("the first run, invitations, the second step and the question who one is pass", async () => {
	const first = new Visitor(site);
	await passes("the first run", await answer(first.get("/admin/first"), 200));
	await passes("a wrong token", await answer(first.post("/admin/first", { token: "x", email: EMAIL, name: "O", password: PASSWORD }), 403));
	const token = fs.readFileSync(path.join(site.data, "first-run-token"), "utf8").trim();
	assert.equal((await first.post("/admin/first", { token, email: EMAIL, name: "Olive Owner", password: PASSWORD })).status, 303);
	owner = first;

	const invited = await answer(owner.post("/admin/people", { form_token: await owner.token(), email: "new@example.org", role: "author" }), 200);
	await passes("people with an invitation", invited);
	await welcome(below(site, invited.match(/value="([^"]+\/admin\/welcome\/\w{43})"/)[1]));
	const person = below(site, invited.split('class="entry"').find((part) => part.includes(">new@example.org<")).match(/href="([^"]+)"/)[1]);
	await passes("one person", await answer(owner.get(person), 200));
	await passes("a link for a person", await answer(owner.post(person, { form_token: await owner.token(), button: "link" }), 200));
	await passes("the audit log", await answer(owner.get("/admin/audit"), 200));

	sqlite(path.join(site.data, "traffic.db"), "UPDATE session SET proved_ms = 0");
	await passes("is it you?", await answer(owner.post("/admin/people", { form_token: await owner.token(), email: "a@example.org", role: "author" }), 401));
	assert.equal((await owner.signIn(EMAIL)).status, 303);

	const setup = (await owner.get("/admin/second")).text, secret = setup.match(/class="secret"[^>]*>([^<]+)</)[1];
	await passes("setting up the second step", setup);
	await passes("recovery codes", await answer(owner.post("/admin/second", { form_token: value(setup, "form_token"), setup: value(setup, "setup"), code: totp(secret) }), 200));
	const door = new Visitor(site), asked = await answer(door.signIn(EMAIL), 200);
	await passes("the code", asked);
	await passes("a wrong code", await answer(door.post("/admin/signin", { signin_challenge: value(asked, "signin_challenge"), signin_code: "000000" }), 403));
	await passes("a session that is over", await answer(new Visitor(site).post("/admin/posts/new", { title: "Kept", markdown: "x" }), 401));
	platen(site, "user", "totp-off", EMAIL);
});

async function welcome(link) {
	const guest = new Visitor(site);
	await passes("welcome", await answer(guest.get(link), 200));
	await passes("welcome, with a password that is too short", await answer(guest.post(link, { name: "N", password: "x" }), 422));
}

const payloads = () => fs.readFileSync(path.join(source, "tests/data/xss.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("# "))
	.map((line) => line.replace(/\\(n|t|r|x[0-9a-f]{2})/g, (_, c) => ({ n: "\n", t: "\t", r: "\r" })[c] ?? String.fromCharCode(parseInt(c.slice(1), 16))))
	.filter((line) => !line.includes("\0"));

/* Into the tables themselves, past every check of a form: what is shown must be harmless whoever wrote it. */
function plant(words) {
	const site_db = path.join(site.data, "site.db"), quote = (s) => `'${s.replaceAll("'", "''")}'`;
	const list = `(VALUES ${words.map((word, n) => `(${n}, ${quote(word)})`).join(", ")})`;
	const pick = (id) => `(SELECT column2 FROM ${list} WHERE column1 = ${id} % ${words.length})`;
	const now = Date.now();
	sqlite(site_db, `UPDATE post SET title = ${pick("id")}, excerpt = ${pick("id + 7")}, image = ${pick("id + 9")}, image_alt = ${pick("id + 11")}, seo_title = ${pick("id + 13")}, template = ${pick("id + 19")}`);
	sqlite(site_db, `UPDATE post_body SET markdown = ${pick("post_id + 23")}, custom = json_object('field', ${pick("post_id + 17")})`);
	sqlite(site_db, `UPDATE tag SET name = ${pick("id")}, description = ${pick("id + 3")}, image = ${pick("id + 5")}`);
	sqlite(site_db, `UPDATE revision SET name = ${pick("id")}, title = ${pick("id + 3")}, markdown = ${pick("id + 5")}`);
	sqlite(site_db, `INSERT INTO user (public_id, email, email_folded, role, name, slug, bio, bio_html, picture, website, lang, timezone, epoch, created_ms, updated_ms) SELECT 'evil' || column1, column2 || column1, column2 || column1, 'author', column2, 'evil-' || column1, column2, '', column2, column2, '', '', 1, 1, 1 FROM ${list}`);
	sqlite(site_db, `UPDATE user SET bio = ${quote(words[3])}, picture = ${quote(words[5])}, website = ${quote(words[7])}, name = ${quote(words[0])} WHERE email = '${EMAIL}'`);
	sqlite(site_db, `INSERT INTO audit (at_ms, who, action, object, remote_addr) SELECT ${now}, column2, 'role', column2, column2 FROM ${list}`);
	sqlite(site_db, `INSERT INTO redirect (from_path, to_path, status, created_ms) SELECT '/' || column2, column2, 301, 1 FROM ${list}`);
	sqlite(site_db, `INSERT INTO autosave (user_id, key, post_id, version, saved_ms, title, fields, markdown) SELECT u.id, 'k' || column1, NULL, 0, ${now} + column1, column2, '{}', column2 FROM ${list} CROSS JOIN user u WHERE u.email = '${EMAIL}'`);
	sqlite(site_db, `INSERT OR REPLACE INTO setting (key, value, updated_ms) VALUES ('title', ${quote(words[1])}, 1), ('tagline', ${quote(words[2])}, 1), ('description', ${quote(words[4])}, 1)`);
	sqlite(path.join(site.data, "traffic.db"), `INSERT INTO session (token_hash, user_id, epoch, created_ms, seen_ms, expires_ms, proved_ms, remote_addr, user_agent) SELECT randomblob(32), s.user_id, s.epoch, s.created_ms, s.seen_ms, s.expires_ms, 0, column2, column2 FROM ${list} CROSS JOIN (SELECT * FROM session ORDER BY seen_ms DESC LIMIT 1) s`);
}

/* Runs in the page before anything else. */
function trap() {
	window.__live = [];
	for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = (...given) => { window.__live.push(`${name}(${given.join().slice(0, 60)})`); };
}

/* And at the end: what ran, and what could. */
function look() {
	const seen = [...window.__live], base = new URL(document.baseURI);
	for (const e of document.querySelectorAll("*")) {
		for (const a of e.attributes) {
			if (a.name === "style" && e.closest(".cm-editor")) continue; /* the editor's own, set by its script */
			if (/^on/i.test(a.name) || ["srcdoc", "style", "ping"].includes(a.name)) seen.push(`${e.localName} ${a.name}="${a.value.slice(0, 60)}"`);
			if (["href", "src", "action", "formaction", "xlink:href"].includes(a.name) && /^[\s\u0000-\u001f]*(javascript|vbscript|data:text)/i.test(a.value)) seen.push(`${e.localName} ${a.name}="${a.value.slice(0, 60)}"`);
		}
		if (["object", "embed", "base", "math", "applet", "frame"].includes(e.localName) || (e.localName === "script" && e.type !== "application/ld+json" && (!e.src || new URL(e.src, base).origin !== base.origin)) ||
			(e.localName === "meta" && e.httpEquiv)) seen.push(e.outerHTML.slice(0, 80));
	}
	return seen;
}

test("no page of the admin runs what stands in any field", async () => {
	assert.equal((await owner.signIn(EMAIL)).status, 303);
	const made = await owner.write("/admin/posts/new", { title: "Mine", markdown: "x", tags: "Ink, Paper" });
	const post = below(site, made.headers.location).match(/posts\/(\w+)/)[1];
	assert.equal((await owner.write(`/admin/posts/${post}`, { title: "Mine", markdown: "y" })).status, 303);
	await owner.post(`/admin/posts/${post}/autosave`, { form_token: await owner.token(), version: "2", title: "Mine", markdown: "z" });
	const words = payloads();
	assert.ok(words.length > 150);
	plant(words);
	const revision = sqlite(path.join(site.data, "site.db"), `SELECT max(r.id) FROM revision r JOIN post p ON p.id = r.post_id WHERE p.public_id = '${post}'`)[0][0];
	const tag = sqlite(path.join(site.data, "site.db"), "SELECT min(id) FROM tag")[0][0];
	const pages = [...fs.readFileSync(path.join(source, "cgi/web/routes.c"), "utf8").matchAll(/(?:ADMIN|PROVEN)\(GET, +"(\/admin[^"*]*)"/g)]
		.map(([, pattern]) => pattern.replace("/posts/:id", `/posts/${post}`).replace("/people/:id", "/people/evil7").replace("/tags/:id", `/tags/${tag}`)
			.replace(":revision", revision).replace("/themes/:name", "/themes/quire").replace("/settings/:section", "/settings/general").replace(/:\w+/g, "x"));
	pages.push(`/admin/posts/${post}?unsaved=take`, `/admin/posts/${post}/revisions/unsaved`, `/admin/posts/${post}/revisions/${revision}?against=before`, "/admin/posts/new?key=k5", "/admin/posts/new?key=k17",
		"/admin/posts?show=drafts", "/admin/signin?next=/admin/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/admin/posts?done=%3Cscript%3E", ...[1, 2, 3].map((n) => `/admin/people/evil${n * 31}`));
	const page = await openPage({ width: 1280 });
	await page.addInitScript(trap);
	await page.context().addCookies([...owner.jar].map(([name, cookie]) => ({ name, value: cookie, url: site.url })));
	let seen = 0;
	for (const address of new Set(pages)) {
		const res = await page.goto(site.url + address, { waitUntil: "load" }).catch((error) => {
			if (!/Download is starting/.test(error.message)) throw error; /* shown by nobody */
		});
		if (!res) continue;
		assert.ok(res.status() < 500, `${address}: ${res.status()}`);
		if (!/text\/html/.test(res.headers()["content-type"])) { assert.equal(res.headers()["x-content-type-options"], "nosniff"); continue; }
		assert.deepEqual(await page.evaluate(look), [], address);
		seen += (await page.evaluate(() => document.documentElement.textContent)).includes("<script>") ? 1 : 0;
	}
	assert.ok(seen > 5, "the payloads are there to be read");
	await page.context().close();
});
