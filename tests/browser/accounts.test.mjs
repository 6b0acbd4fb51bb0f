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

/* What people and their browsers can write, by table: planted. */
const planted = {
	"site.db": {
		audit: "who action object remote_addr", autosave: "title fields markdown", job: "kind payload state lease_owner result error", media_item: "name alt caption credit placeholder problem",
		post: "title lang template image image_alt image_caption excerpt excerpt_auto seo_title seo_description seo_canonical social_title social_description social_image",
		post_body: "custom markdown", preview_link: "note", redirect: "from_path to_path", review_note: "note", revision: "name title fields markdown", setting: "value",
		tag: "name description image", task_run: "task result", user: "email name bio picture website",
	},
	"traffic.db": { missing: "path referrer", session: "remote_addr user_agent" },
};
/* What is not: keys, words and times that the program makes; HTML that the renderer made (tests/browser/xss.test.mjs judges it);
 * addresses, which are checked and encoded; what only indexes and machines read; what is sent and never shown. */
const judged = {
	"site.db": {
		autosave: "key", bulk: "token action refused", bulk_post: "before", counter: "name", job: "unique_key", lease: "name owner", media: "hash name mime", media_gone: "hash",
		media_item: "hash kind edit color state", media_ref: "hash", media_source: "url hash", media_upload: "public_id name direct", media_use: "kind owner hash",
		media_variant: "original mime crop hash", migration: "name sql min_program", outbox: "to_addr subject text state",
		post: "public_id kind status visibility slug path translation_group password_hash import_key render_stamp content_hash tag_ids author_ids",
		post_body: "toc html_before_more html", post_tally: "status", post_text: "title tags body", receipt: "id task body_hash result", redirect_text: "from_path target",
		redirect_todo: "from_path", revision: "kind", schedule: "task", setting: "key", tag: "slug description_html",
		user: "public_id email_folded password_hash role slug bio_html lang timezone", vocab: "word reversed", worker: "id",
	},
	"traffic.db": { login_attempt: "account remote_addr", migration: "name sql min_program", rate_limit: "key", redirect_hit: "from_path" },
};
/* Settings alike; the first are planted as they are, menus and links in their form. */
const plantedSettings = ["title", "tagline", "description", "copyright", "twitter", "maintenance_message", "cover", "icon", "logo", "social_image", "robots_extra", "media_types", "nav", "nav_second", "social"];
const judgedSettings = ["access_password", "code_head", "code_foot", "cron", "front_page", "lang", "permalink", "posts_path", "theme", "theme_settings", "timezone"];

test("each text that a table or a setting can hold is planted below, or was judged", () => {
	for (const file of Object.keys(planted)) {
		const columns = sqlite(path.join(site.data, file), `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
			WHERE m.type = 'table' AND instr(m.name, '_fts') = 0 AND instr(m.name, 'sqlite_') = 0 AND c.type LIKE 'TEXT%' AND c.hidden = 0`).flat();
		const known = [planted, judged].flatMap((of) => Object.entries(of[file]).flatMap(([table, names]) => names.split(" ").map((name) => `${table}.${name}`)));
		assert.deepEqual(columns.sort(), known.sort(), file);
	}
	const settings = [...fs.readFileSync(path.join(source, "cgi/core/settings.c"), "utf8").matchAll(/^\t(?:TEXT|LONG_TEXT|OTHER)\("(\w+)"/gm)].map(([, key]) => key);
	assert.deepEqual(settings.sort(), [...plantedSettings, ...judgedSettings].sort());
});

/* Into the tables themselves, past every check of a form: what is shown must be harmless whoever wrote it. */
function plant(words, post) {
	const site_db = path.join(site.data, "site.db"), traffic_db = path.join(site.data, "traffic.db"), quote = (s) => `'${s.replaceAll("'", "''")}'`;
	const list = "(SELECT n AS column1, word AS column2 FROM evil)", pick = (id) => `(SELECT word FROM evil WHERE n = (${id}) % ${words.length})`;
	for (const file of [site_db, traffic_db]) {
		sqlite(file, "CREATE TABLE evil (n INTEGER PRIMARY KEY, word TEXT)");
		sqlite(file, `INSERT INTO evil VALUES ${words.map((word, n) => `(${n}, ${quote(word)})`).join(", ")}`);
	}
	const now = Date.now(), postId = `(SELECT id FROM post WHERE public_id = '${post}')`, ownerId = `(SELECT id FROM user WHERE email = '${EMAIL}')`;
	const update = (table, names, id = "id") => sqlite(site_db, `UPDATE ${table} SET ${names.split(" ").map((name, n) => `${name} = ${pick(`${id} + ${n * 7}`)}`).join(", ")}`);
	for (const table of ["post", "tag", "media_item"]) update(table, planted["site.db"][table]);
	update("revision", "name title markdown");
	sqlite(site_db, `UPDATE post_body SET markdown = ${pick("post_id + 23")}, custom = json_object('field', ${pick("post_id + 17")})`);
	sqlite(site_db, `UPDATE post SET status = 'review' WHERE status = 'draft'`);
	sqlite(site_db, `INSERT OR REPLACE INTO review_note (post_id, user_id, at_ms, note) SELECT id, ${ownerId}, 1, ${pick("id + 29")} FROM post`);
	sqlite(site_db, `INSERT INTO preview_link (token_hash, post_id, user_id, note, created_ms, expires_ms) SELECT randomblob(32), ${postId}, ${ownerId}, column2, ${now}, ${now + 864e5} FROM ${list} WHERE column1 < 5`);
	sqlite(site_db, `INSERT INTO job (kind, payload, priority, state, failures, created_ms, finished_ms, error, result, lease_owner) SELECT column2, json_object('x', column2), 1, CASE column1 % 9 WHEN 0 THEN column2 ELSE 'dead' END, 1, ${now}, ${now}, column2, json_object('x', column2), column2 FROM ${list}`);
	sqlite(site_db, `INSERT INTO job (kind, payload, priority, state, due_ms, failures, created_ms, error) SELECT column2, '{}', 1, 'waiting', ${now + 864e5}, 1, ${now}, column2 FROM ${list} WHERE column1 % 5 = 0`);
	sqlite(site_db, `INSERT INTO task_run (task, started_ms, duration_ms, ok, dry_run, result) SELECT CASE column1 % 3 WHEN 0 THEN column2 ELSE 'ttl' END, ${now} + column1, 1, 0, 0, json_object('error', column2, 'task', column2) FROM ${list}`);
	sqlite(site_db, `INSERT INTO user (public_id, email, email_folded, role, name, slug, bio, bio_html, picture, website, lang, timezone, epoch, created_ms, updated_ms) SELECT 'evil' || column1, column2 || column1, column2 || column1, 'author', column2, 'evil-' || column1, column2, '', column2, column2, '', '', 1, 1, 1 FROM ${list}`);
	sqlite(site_db, `UPDATE user SET bio = ${quote(words[3])}, picture = ${quote(words[5])}, website = ${quote(words[7])}, name = ${quote(words[0])} WHERE email = '${EMAIL}'`);
	sqlite(site_db, `INSERT INTO audit (at_ms, who, action, object, remote_addr) SELECT ${now}, column2, CASE column1 % 3 WHEN 0 THEN column2 ELSE 'role' END, column2, column2 FROM ${list}`);
	sqlite(site_db, `INSERT INTO redirect (from_path, to_path, status, created_ms) SELECT '/' || column2, column2, 301, 1 FROM ${list}`);
	sqlite(site_db, `INSERT INTO autosave (user_id, key, post_id, version, saved_ms, title, fields, markdown) SELECT u.id, 'k' || column1, NULL, 0, ${now} + column1, column2, json_object('excerpt', column2, 'tags', column2), column2 FROM ${list} CROSS JOIN user u WHERE u.email = '${EMAIL}'`);
	const menu = (from, url) => JSON.stringify(words.slice(from, from + 30).map((label) => ({ label, url: url ?? label, children: [{ label, url: "/x" }] })));
	const links = JSON.stringify(words.slice(90, 120).map((word) => ({ name: word, label: word, url: word })));
	const settings = { ...Object.fromEntries(plantedSettings.map((key, n) => [key, words[n + 1]])), nav: menu(0, "/x"), nav_second: menu(60), social: links };
	sqlite(site_db, `INSERT OR REPLACE INTO setting (key, value, updated_ms) VALUES ${Object.entries(settings).map(([key, word]) => `('${key}', ${quote(word)}, 1)`).join(", ")}`);
	sqlite(traffic_db, `INSERT INTO session (token_hash, user_id, epoch, created_ms, seen_ms, expires_ms, proved_ms, remote_addr, user_agent) SELECT randomblob(32), s.user_id, s.epoch, s.created_ms, s.seen_ms, s.expires_ms, 0, column2, column2 FROM ${list} CROSS JOIN (SELECT * FROM session ORDER BY seen_ms DESC LIMIT 1) s`);
	sqlite(traffic_db, `INSERT OR REPLACE INTO missing (path, hits, last_ms, referrer, ignored) SELECT '/' || column2, 9, ${now}, column2, 0 FROM ${list}`);
	/* Somebody with such a name writes there, too. */
	const [[id, evil]] = sqlite(site_db, `SELECT ${postId}, (SELECT id FROM user WHERE public_id = 'evil1')`);
	sqlite(traffic_db, `INSERT INTO presence (post_id, user_id, since_ms, seen_ms) VALUES (${id}, ${evil}, ${now}, ${now + 60000})`);
	platen(site, "config", "set", "excerpt_chars", "239"); /* readers get nothing that was finished before */
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
			if (a.name === "style" && /^left: [\d.]+%; top: [\d.]+%;$/.test(a.value)) continue; /* a picture's focal point, by script, too */
			if (/^on/i.test(a.name) || ["srcdoc", "style", "ping"].includes(a.name)) seen.push(`${e.localName} ${a.name}="${a.value.slice(0, 60)}"`);
			if (["href", "src", "action", "formaction", "xlink:href"].includes(a.name) && /^[\s\u0000-\u001f]*(javascript|vbscript|data:text)/i.test(a.value)) seen.push(`${e.localName} ${a.name}="${a.value.slice(0, 60)}"`);
		}
		if (["object", "embed", "base", "math", "applet", "frame"].includes(e.localName) || (e.localName === "script" && e.type !== "application/ld+json" && (!e.src || new URL(e.src, base).origin !== base.origin)) ||
			(e.localName === "meta" && e.httpEquiv)) seen.push(e.outerHTML.slice(0, 80));
	}
	return seen;
}

test("no page, of the admin or of readers, runs what stands in any field", async () => {
	assert.equal((await owner.signIn(EMAIL)).status, 303);
	const made = await owner.write("/admin/posts/new", { title: "Mine", markdown: "x", tags: "Ink, Paper" });
	const post = below(site, made.headers.location).match(/posts\/(\w+)/)[1];
	assert.equal((await owner.write(`/admin/posts/${post}`, { title: "Mine", markdown: "y" })).status, 303);
	await owner.post(`/admin/posts/${post}/autosave`, { form_token: await owner.token(), version: "2", title: "Mine", markdown: "z" });
	const words = payloads();
	assert.ok(words.length > 150);
	plant(words, post);
	const revision = sqlite(path.join(site.data, "site.db"), `SELECT max(r.id) FROM revision r JOIN post p ON p.id = r.post_id WHERE p.public_id = '${post}'`)[0][0];
	const tag = sqlite(path.join(site.data, "site.db"), "SELECT min(id) FROM tag")[0][0];
	const item = sqlite(path.join(site.data, "site.db"), "SELECT min(id) FROM media_item")[0][0];
	const pages = [...fs.readFileSync(path.join(source, "cgi/web/routes.c"), "utf8").matchAll(/(?:ADMIN|PROVEN)\(GET, +"(\/admin[^"*]*)"/g)]
		.map(([, pattern]) => pattern.replace("/posts/:id", `/posts/${post}`).replace("/people/:id", "/people/evil7").replace("/tags/:id", `/tags/${tag}`).replace("/media/:id", `/media/${item}`)
			.replace(":revision", revision).replace("/themes/:name", "/themes/quire").replace("/settings/:section", "/settings/general").replace(/:\w+/g, "x"));
	pages.push(`/admin/posts/${post}?unsaved=take`, `/admin/posts/${post}/revisions/unsaved`, `/admin/posts/${post}/revisions/${revision}?against=before`, "/admin/posts/new?key=k5", "/admin/posts/new?key=k17",
		"/admin/posts?show=drafts", "/admin/settings/social", "/admin/settings/privacy", "/admin/signin?next=/admin/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/admin/posts?done=%3Cscript%3E", ...[1, 2, 3].map((n) => `/admin/people/evil${n * 31}`));
	const rows = (text) => sqlite(path.join(site.data, "site.db"), text).flat();
	pages.push("/", "/search?q=%3Cscript%3E", "/none/%3Cscript%3E", ...rows("SELECT path FROM post WHERE listed = 1 AND path LIKE '%press%' OR id % 40 = 3 AND listed = 1 LIMIT 3"),
		...rows("SELECT '/tag/' || slug FROM tag ORDER BY id LIMIT 1"), "/author/ada-quill");
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
	/* What readers get of a site that is closed. */
	platen(site, "config", "set", "access", "maintenance");
	await page.context().clearCookies();
	assert.equal((await page.goto(`${site.url}/`, { waitUntil: "load" })).status(), 503);
	assert.deepEqual(await page.evaluate(look), [], "maintenance");
	assert.ok((await page.textContent("body")).includes(words[plantedSettings.indexOf("maintenance_message") + 1]));
	platen(site, "config", "set", "access", "public");
	/* What is no page is nothing that a browser would take for one. */
	for (const address of ["/feed.xml", "/rss.xml", "/feed.json", "/sitemap.xml", "/robots.txt", "/llms.txt", "/site.webmanifest", "/favicon.ico", "/apple-touch-icon.png", ...rows("SELECT '/media/' || hash || '/x.svg' FROM media LIMIT 1")]) {
		const res = await site.get(address);
		assert.ok(res.status < 500, `${address}: ${res.status}`);
		if (res.status === 200) assert.doesNotMatch(res.headers["content-type"], /html/, address);
		assert.equal(res.headers["x-content-type-options"], "nosniff", address);
	}
	await page.context().close();
});
