/* admin_transfer.test.mjs: imports and exports in a browser: how far they are is shown while they run, by eye and by
 * ear; an archive is sent with a bar; where no worker is the page has the work done. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { openSite, platen } from "../http/harness.mjs";
import { EMAIL, PASSWORD, signedIn } from "../http/visitor.mjs";
import { zip } from "../http/zip.mjs";
import { sqlite } from "../sqlite.mjs";
import { closeBrowser, openPage, pageCheck, truth } from "./checks.mjs";

let site, owner, page, cookies;
const sql = (statement) => sqlite(path.join(site.data, "site.db"), statement);

before(async () => {
	site = await openSite("fastcgi", { posts: 5, env: { PLATEN_LOG_LEVEL: "error", PLATEN_IMPORT_MAX: "300k" } });
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive Owner", "--password-stdin", { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
	cookies = [...owner.jar].map(([name, value]) => ({ name, value, url: site.origin }));
	page = await openPage({ ownPolicy: true });
	await page.context().addCookies(cookies);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

/* What a worker would write, which is not there: the test says how far it is. */
async function running() {
	const made = await owner.post("/admin/transfer", { form_token: await owner.token(), later: "1" });
	const job = Number(made.headers.location.match(/job=(\d+)/)[1]);
	sql(`UPDATE job SET state = 'running', lease_owner = 'test', attempts = 1, due_ms = ${Date.now() + 3600000} WHERE id = ${job}`);
	return job;
}
function tell(job, progress) {
	const file = path.join(site.data, "jobs", `${job}.json`);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	fs.writeFileSync(`${file}.new`, JSON.stringify(progress));
	fs.renameSync(`${file}.new`, file);
}
const shows = (text) => truth(page, (text) => document.querySelector("[data-work]")?.textContent.includes(text), text);

test("a running job is shown as it goes, told to screen readers, passes the checks, and ends by itself", async () => {
	const job = await running();
	tell(job, { stage: "exporting", done: 10, total: 80, item: "posts/one.md" });
	await page.goto(`${site.url}/admin/transfer?job=${job}`, { waitUntil: "load" });
	await shows("10 of 80");
	tell(job, { stage: "exporting", done: 60, total: 80, item: "posts/two.md" });
	await shows("60 of 80");
	await shows("posts/two.md");
	assert.deepEqual(await page.evaluate(() => { const bar = document.querySelector("progress"); return [bar.value, bar.max]; }), [60, 80]);
	tell(job, { stage: "packing", done: 0, total: 0, item: "" });
	await truth(page, () => document.querySelector("[data-work-said]").textContent.startsWith("Packing the archive"));
	assert.equal(await page.evaluate(() => document.querySelector("progress").hasAttribute("value")), false);
	for (const [scheme, width] of [["light", 390], ["dark", 1280]])
		assert.deepEqual(await pageCheck(`${site.url}/admin/transfer?job=${job}`, { scheme, width, before: (other) => other.context().addCookies(cookies) }), []);
	const load = page.waitForEvent("load");
	sql(`UPDATE job SET state = 'done', due_ms = NULL, lease_owner = NULL, finished_ms = ${Date.now()} WHERE id = ${job}`);
	await load;
	await page.locator("p.done").filter({ hasText: "Done." }).waitFor();
});

test("it is cancelled by its button", async () => {
	const job = await running();
	tell(job, { stage: "exporting", done: 1, total: 8, item: "" });
	await page.goto(`${site.url}/admin/transfer?job=${job}`, { waitUntil: "load" });
	await shows("1 of 8");
	const load = page.waitForEvent("load");
	await page.getByRole("button", { name: "Cancel" }).click();
	await load;
	await page.locator(".note").filter({ hasText: "Cancelled." }).waitFor();
	assert.equal(sql(`SELECT state FROM job WHERE id = ${job}`)[0][0], "cancelled");
});

test("an archive that is too large is not even sent; another is, and the page has it looked into and imported", async () => {
	await page.goto(`${site.url}/admin/transfer`, { waitUntil: "load" });
	const choose = (bytes) => page.locator("#file").setInputFiles({ name: "a.zip", mimeType: "application/zip", buffer: bytes });
	await choose(Buffer.alloc(400 << 10));
	let sent = 0;
	page.on("request", (request) => { if (request.url().endsWith("/transfer/import")) sent++; });
	await page.getByRole("button", { name: "Look into it" }).click();
	await page.locator("form .problem").filter({ hasText: "too large" }).waitFor();
	assert.equal(sent, 0);
	// What is no archive is said on the page that asks.
	await choose(Buffer.from("no archive"));
	await page.getByRole("button", { name: "Look into it" }).click();
	await page.locator("form .problem").filter({ hasText: "cannot be taken" }).waitFor();
	assert.equal(sent, 1);
	await choose(zip([["a.md", "---\ntitle: Sent by the browser\nslug: sent-by-the-browser\ndate: 2024-01-01\n---\nText.\n"]]));
	await page.getByRole("button", { name: "Look into it" }).click();
	await page.getByRole("heading", { name: "What would be done" }).waitFor();
	assert.equal((await site.get("/sent-by-the-browser")).status, 404);
	await page.getByRole("button", { name: "Import", exact: true }).click();
	await page.getByRole("heading", { name: "What was done" }).waitFor();
	assert.equal((await site.get("/sent-by-the-browser")).status, 200);
});

test("without script the page looks again by itself and has its buttons", async () => {
	const job = await running(), plain = await openPage({ ownPolicy: true, javaScript: false });
	await plain.context().addCookies(cookies);
	tell(job, { stage: "exporting", done: 3, total: 9, item: "posts/three.md" });
	await plain.goto(`${site.url}/admin/transfer?job=${job}`, { waitUntil: "load" });
	await plain.getByText("3 of 9").waitFor();
	const load = plain.waitForEvent("load");
	tell(job, { stage: "exporting", done: 5, total: 9, item: "posts/five.md" });
	await load;
	await plain.getByText("5 of 9").waitFor();
	// Pressed while the page looks again, it would be one or the other that wins; what it sends is sent here.
	await plain.getByRole("button", { name: "Cancel" }).waitFor();
	assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: "cancel" })).status, 303);
	await plain.getByText("The site is as it was before.").waitFor();
	await plain.context().close();
});
