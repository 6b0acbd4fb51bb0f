/* team.test.mjs: people in a browser: the second step from its picture on, a team from the invitation to the last
 * day, and what each role sees and is refused. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import jsQR from "jsqr";
import { openSite, platen } from "../http/harness.mjs";
import { EMAIL, PASSWORD, totp } from "../http/visitor.mjs";
import { closeBrowser, openPage, truth } from "./checks.mjs";

const roles = ["contributor", "author", "editor", "owner"], NEW_PASSWORD = "a press of one's own";
let site;

const addPerson = (email, role, name) => platen(site, "user", "add", email, "--role", role, "--name", name, "--password-stdin", { input: `${PASSWORD}\n` });

/* Does what leads to another page, and waits for that page and its scripts. */
async function loaded(page, act) {
	const load = page.waitForEvent("load");
	await act();
	await load;
}

const press = (page, name, scope = page) => loaded(page, () => scope.getByRole("button", { name, exact: true }).click());
const follow = (page, name) => loaded(page, () => page.getByRole("link", { name, exact: true }).click());
const heading = (page) => page.locator("h1").first().innerText();

/* Stands at the door, and gives e-mail address and password. */
async function knock(page, email, password = PASSWORD) {
	await page.goto(`${site.url}/admin/signin?next=/admin/posts`);
	await page.getByLabel("E-mail").fill(email);
	await page.getByLabel("Password").fill(password);
	await press(page, "Sign in");
}

async function signedIn(email, password) {
	const page = await openPage({ ownPolicy: true });
	await knock(page, email, password);
	assert.equal(await heading(page), "Posts");
	return page;
}

/* As a telephone does: takes a picture of the screen and reads what is in it. */
async function scan(page) {
	const picture = (await page.locator(".qr-box").screenshot()).toString("base64"), camera = await openPage();
	const { data, width, height } = await camera.evaluate(async (source) => {
		const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
		const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
		context.drawImage(image, 0, 0);
		return { data: [...context.getImageData(0, 0, image.width, image.height).data], width: image.width, height: image.height };
	}, picture);
	await camera.context().close();
	return new URL(jsQR(Uint8ClampedArray.from(data), width, height).data);
}

before(async () => {
	site = await openSite("fastcgi", { posts: 1 });
	addPerson(EMAIL, "owner", "Olive Owner");
	for (const role of roles.slice(0, 3)) addPerson(`${role}@example.org`, role, `The ${role}`);
});
after(async () => {
	await closeBrowser();
	await site?.stop();
});

test("the second step: scanned, asked for, a wrong code, a recovery code in its place", async () => {
	const email = "careful@example.org";
	addPerson(email, "author", "Careful");
	const page = await signedIn(email);
	await page.goto(`${site.url}/admin/second`);
	const uri = await scan(page), secret = uri.searchParams.get("secret");
	assert.equal(uri.protocol, "otpauth:");
	assert.equal((await page.locator(".secret").innerText()).replace(/\s/g, ""), secret, "picture and text are the same");

	/* A code that was not used yet, and that holds for half a minute at least. */
	let last = 0;
	const code = () => {
		const now = Math.floor(Date.now() / 30000);
		last = Math.max(now, last + 1);
		return totp(secret, last - now);
	};
	const first = page.getByLabel("The six digits that the app shows");
	await first.fill("12345");
	await press(page, "Turn on");
	await page.getByRole("alert").waitFor();
	assert.equal((await page.locator(".secret").innerText()).replace(/\s/g, ""), secret, "a wrong code does not make a new secret");
	await first.fill(code());
	await press(page, "Turn on");
	const codes = await page.locator(".codes li").allInnerTexts();
	assert.equal(codes.length, 10);
	await follow(page, "I have kept them");

	await press(page, "Sign out");
	await knock(page, email);
	const asked = page.getByLabel("Code", { exact: true });
	await truth(page, () => document.activeElement?.name === "signin_code"); // one can type the code at once
	await page.keyboard.type("nonsense");
	await loaded(page, () => page.keyboard.press("Enter"));
	await page.getByRole("alert").getByText("This is not the code. Each code works once.").waitFor();
	await asked.fill(code());
	await press(page, "Sign in");
	assert.equal(await heading(page), "Posts");

	await press(page, "Sign out");
	for (const works of [true, false]) {
		await knock(page, email);
		await asked.fill(codes[3].toUpperCase().replaceAll("-", " "));
		await press(page, "Sign in");
		if (works) {
			await page.goto(`${site.url}/admin/second`);
			await page.getByText("9 recovery codes are left.").waitFor();
			await press(page, "Sign out");
		}
	}
	await page.getByRole("alert").getByText("Each code works once.").waitFor();
	await page.context().close();
});

test("a team: invited, let in, writing for review, an author, and gone, with the posts in other hands", async () => {
	const owner = await signedIn(EMAIL), email = "nova@example.org";
	await owner.goto(`${site.url}/admin/people`);
	await owner.getByLabel("E-mail").fill(email);
	await owner.getByLabel("Role").selectOption("contributor");
	await press(owner, "Make a link");
	const link = await owner.getByLabel("Link", { exact: true }).inputValue();

	const nova = await openPage({ ownPolicy: true });
	await nova.goto(link);
	assert.equal(await nova.getByLabel("E-mail").inputValue(), email);
	await nova.getByLabel("Name").fill("Nova Newcomer");
	await nova.getByLabel("Password").fill("short");
	await nova.getByRole("button", { name: "Save" }).click();
	assert.equal(nova.url(), link, "the browser itself says that it is too short");
	await nova.getByLabel("Password").fill(NEW_PASSWORD);
	await press(nova, "Save");
	await nova.getByRole("status").getByText("Sign in with your new password.").waitFor();
	assert.equal((await nova.goto(link)).status(), 410, "the link works once");
	await knock(nova, email, NEW_PASSWORD);

	await nova.goto(`${site.url}/admin/posts/new`);
	assert.equal(await nova.getByRole("button", { name: "Publish" }).count(), 0);
	await nova.getByLabel("Title").fill("Nova's first");
	await nova.getByLabel("Text", { exact: true }).fill("Words of hers.");
	await press(nova, "Submit for review");
	await nova.getByRole("status").getByText("Submitted.").waitFor();
	const post = nova.url().replace(/\?.*/, "");
	await owner.goto(`${site.url}/admin/review`);
	await owner.getByRole("link", { name: "Nova's first", exact: true }).waitFor();

	await owner.goto(`${site.url}/admin/people`);
	await follow(owner, "Nova Newcomer");
	const person = owner.url();
	await owner.getByLabel("Role").selectOption("author");
	await press(owner, "Save");
	await owner.getByRole("status").getByText("Saved.").waitFor();
	await nova.goto(post);
	assert.equal(await heading(nova), "Sign in", "a new role signs the person out");
	await nova.getByLabel("E-mail").fill(email);
	await nova.getByLabel("Password").fill(NEW_PASSWORD);
	await press(nova, "Sign in");
	assert.equal(nova.url().replace(/\?.*/, ""), post, "and leads back to where it was");
	await press(nova, "Publish");
	if (await nova.getByRole("button", { name: "Publish all the same" }).count()) await press(nova, "Publish all the same");
	await nova.getByRole("status").getByText("Published.").waitFor();
	const seen = await openPage();
	await seen.goto(`${site.url}/novas-first`);
	assert.match(await seen.locator("main").innerText(), /Nova Newcomer/);

	await owner.goto(person);
	await owner.getByLabel("Who takes the posts").selectOption({ label: "The editor" });
	await press(owner, "Delete this person");
	assert.doesNotMatch(await owner.locator("main").innerText(), /Nova Newcomer/);
	await nova.goto(post);
	assert.equal(await heading(nova), "Sign in");
	await seen.reload();
	assert.match(await seen.locator("main").innerText(), /Words of hers\./);
	assert.match(await seen.locator("main").innerText(), /The editor/);
	assert.doesNotMatch(await seen.locator("main").innerText(), /Nova Newcomer/);
	await owner.goto(`${site.url}/admin/audit`);
	for (const what of [email, "Nova Newcomer"]) await owner.getByText(what).first().waitFor();
	for (const page of [owner, nova, seen]) await page.context().close();
});

/* What people decided: from which role on each part of the admin is shown. */
const parts = { Overview: "contributor", Posts: "contributor", Pages: "contributor", Media: "contributor", Review: "editor", Tags: "editor", Redirects: "editor", People: "owner", Settings: "owner", Menus: "owner", Maintenance: "owner" };
/* On the page of a new post. */
const buttons = { "Save draft": ["contributor", "author", "editor", "owner"], "Submit for review": ["contributor"], "Publish": ["author", "editor", "owner"] };

test("each role sees what it may, and is told clearly what it may not", async () => {
	const pages = {};
	for (const role of roles) pages[role] = await signedIn(role === "owner" ? EMAIL : `${role}@example.org`);
	await pages.owner.goto(`${site.url}/admin/posts/new`);
	await pages.owner.getByLabel("Title").fill("The owner's draft");
	await press(pages.owner, "Save draft");
	const draft = pages.owner.url().replace(/\?.*/, "");
	const menu = (page) => page.getByRole("navigation", { name: "Admin" }).getByRole("link");
	const all = await menu(pages.owner).evaluateAll((links) => links.map((link) => [link.textContent.trim(), link.href]));
	for (const name of Object.keys(parts)) assert.ok(all.some(([label]) => label === name), `the owner sees ${name}`);

	for (const role of roles) {
		const page = pages[role], least = (name) => roles.indexOf(role) >= roles.indexOf(parts[name]);
		await page.goto(`${site.url}/admin/posts/new`);
		for (const [name, who] of Object.entries(buttons))
			assert.equal(await page.getByRole("button", { name, exact: true }).count(), who.includes(role) ? 1 : 0, `${role}: ${name}`);
		assert.equal(await page.locator("summary", { hasText: "Written by" }).count(), least("Tags") ? 1 : 0, `${role}: authors`);
		const names = await menu(page).allInnerTexts();
		assert.deepEqual(names.filter((name) => parts[name]), Object.keys(parts).filter(least).sort((a, b) => names.indexOf(a) - names.indexOf(b)), role);

		/* The menu says the truth: what it names opens, and what it leaves out is refused, typed as an address. */
		for (const [name, address] of all) {
			const shown = names.includes(name), { status } = await page.evaluate(async (url) => ({ status: (await fetch(url)).status }), address);
			assert.equal(status, shown ? 200 : 403, `${role}: ${name}`);
		}
		const refused = roles.indexOf(role) < 2 ? draft : role === "editor" ? `${site.url}/admin/settings` : null;
		if (refused) {
			assert.equal((await page.goto(refused)).status(), 403);
			assert.equal(await heading(page), "Not allowed");
			await page.getByText(`Your role here: ${role[0].toUpperCase()}${role.slice(1)}`).waitFor();
			await follow(page, "Back to the overview");
			assert.equal(await heading(page), "Overview");
		}
		await page.goto(`${site.url}/admin/posts`);
		assert.equal(await page.getByRole("link", { name: "The owner's draft" }).count(), least("Tags") ? 1 : 0, `${role}: other people's drafts`);
	}
	await pages.editor.goto(draft);
	assert.equal(await pages.editor.getByLabel("Title").inputValue(), "The owner's draft");
	for (const page of Object.values(pages)) await page.context().close();
});
