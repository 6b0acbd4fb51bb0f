/* site.test.mjs: every kind of page as the engine makes it, behind nginx, in each built-in theme by day
 * and by night. theme.test.mjs judges the templates with made-up values, this one what visitors get. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { form, openSite, platen } from "../http/harness.mjs";
import { closeBrowser, hasJava, htmlCheck, noScript, openPage, pageCheck } from "./checks.mjs";
import { themes } from "./preview.mjs";

const java = await hasJava() ? false : "java is not installed";
const nav = JSON.stringify([
	{ label: "About", url: "/about", children: [{ label: "The team", url: "/about/team" }, { label: "Archive", url: "/archive" }] },
	{ label: "Letters", url: "/tag/letters" }]);
const settings = {
	title: "Halftone & Type", tagline: "Notes from a <small> print shop", description: "On letterpress and the slow web.",
	nav, nav_second: JSON.stringify([{ label: "Imprint", url: "/about" }]), copyright: "© Halftone & Type",
	social: JSON.stringify([{ name: "mastodon", label: "Mastodon", url: "https://example.social/@halftone" }]),
};

const pages = [
	"/", "/page/2", "/the-quiet-press", "/the-type-case", "/long-read", "/greetings", "/gruesse", "/quiet-print-he", "/kappan",
	"/unlisted-note", "/behind-a-password", "/about", "/about/team", "/tag/letters", "/tag/filler/page/2", "/author/ada-quill",
	"/archive", "/archive/2024", "/archive/2024/03", "/search", "/search?q=platen", "/search?q=platne", "/search?q=xqzzyw",
	"/nothing-here",
];
/* Pages that differ from all others in their frame, for the slower looks. */
const frames = ["/", "/the-quiet-press", "/gruesse", "/quiet-print-he", "/about", "/archive", "/search?q=platen", "/nothing-here", "/behind-a-password"];
const schemes = { light: 390, dark: 1280 };

let site;

function clean(complaints) {
	assert.equal(complaints.length, 0, complaints.join("\n"));
}

before(async () => { site = await openSite("fastcgi", { settings }); });
after(async () => {
	await closeBrowser();
	await site.stop();
});

async function styleSheet() {
	return (await site.get("/")).text.match(/href="([^"]*\/style\.css)"/)[1];
}

const seen = new Set();

for (const theme of themes) {
	describe(`the site in ${theme}`, { concurrency: 2 }, () => {
		before(async () => {
			platen(site, "config", "set", "theme", theme);
			const sheet = await styleSheet();
			assert.ok(!seen.has(sheet), "the theme has changed");
			seen.add(sheet);
		});

		test("HTML is valid", { skip: java }, async () => clean(await htmlCheck(pages.map((page) => site.url + page))));

		for (const page of pages)
			test(`${page}: accessible, within its width, and alone, on a phone by day and on a desk by night`, async () => {
				for (const [scheme, width] of Object.entries(schemes))
					clean(await pageCheck(site.url + page, { scheme, width, fonts: scheme === "dark" }));
			});

		for (const page of frames)
			test(`${page}: works without script`, async () => clean(await noScript(site.url + page)));

		test("a post and a list the other way round: a desk by day, a phone by night", async () => {
			for (const page of ["/", "/the-quiet-press"]) {
				clean(await pageCheck(site.url + page, { scheme: "light", width: 1280 }));
				clean(await pageCheck(site.url + page, { scheme: "dark", width: 390 }));
			}
		});

		test("the page's own policy lets its styles through", async () => {
			const page = await openPage({ ownPolicy: true });
			const refused = [];
			page.on("console", (message) => { if (message.type() === "error") refused.push(message.text()); });
			await page.goto(`${site.url}/the-quiet-press`, { waitUntil: "load" });
			const image = await page.locator(".prose img").first().evaluate((img) => img.complete && img.naturalWidth);
			await page.context().close();
			clean(refused);
			assert.ok(image > 0, "the picture is shown");
		});
	});
}

for (const theme of themes) {
	describe(`a closed site in ${theme}`, () => {
		before(() => {
			platen(site, "config", "set", "theme", theme);
			platen(site, "config", "--stdin", "set-password", { input: "two words\n" });
		});
		after(() => platen(site, "config", "set", "access", "public"));

		async function look(address) {
			if (!java) clean(await htmlCheck(site.url + address));
			for (const [scheme, width] of Object.entries(schemes))
				clean(await pageCheck(site.url + address, { scheme, width }));
		}

		test("a wrong password is told in a page that passes too", async () => {
			const page = await openPage({ width: 390 });
			await page.goto(`${site.url}/behind-a-password`);
			await page.locator("input[type=password]").fill("wrong");
			await page.keyboard.press("Enter");
			await page.locator("[role=alert]").waitFor();
			assert.equal(await page.locator("input[type=password]").getAttribute("aria-invalid"), "true");
			await page.context().close();
			assert.equal((await site.get("/behind-a-password", form({ password: "wrong" }))).status, 403);
		});

		test("private", async () => {
			platen(site, "config", "set", "access", "private");
			await look("/");
		});

		test("in maintenance", async () => {
			platen(site, "config", "set", "access", "maintenance");
			await look("/");
		});
	});
}
