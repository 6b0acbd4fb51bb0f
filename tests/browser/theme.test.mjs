/* theme.test.mjs: the built-in themes, every template in every state, judged in a browser and by the
 * Nu validator. `THEME_STATES=post,home` looks at some states only. */

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { axeCheck, closeBrowser, cssCheck, hasJava, htmlCheck, noScript, noScroll, noThirdParty, openPage, pageCheck } from "./checks.mjs";
import { serve, stateNames, themes } from "./preview.mjs";

const only = process.env.THEME_STATES?.split(",");
const states = only ? stateNames.filter((name) => only.includes(name)) : stateNames;
const java = await hasJava() ? false : "java is not installed";
let server, base;

before(async () => { ({ server, base } = await serve()); });
after(async () => {
	await closeBrowser();
	server.closeAllConnections();
	server.close();
});

function clean(complaints) {
	assert.equal(complaints.length, 0, complaints.join("\n"));
}

for (const theme of themes) {
	describe(theme, () => {
		const at = (state) => `${base}/${theme}/${state}`;

		test("HTML is valid in every state", { skip: java }, async () => clean(await htmlCheck(states.map(at))));

		test("style sheets are valid", { skip: java }, async () => {
			const dir = new URL(`../../templates/site/${theme}/assets/`, import.meta.url);
			clean(await cssCheck(fs.readdirSync(dir).filter((f) => f.endsWith(".css")).map((f) => fileURLToPath(new URL(f, dir)))));
		});

		for (const state of states) {
			test(`${state}: accessible, within its width, and alone, on a phone by day and on a desk by night`, async () => {
				clean(await pageCheck(at(state), { width: 360, scheme: "light", fonts: false }));
				clean(await pageCheck(at(state), { width: 1280, scheme: "dark" }));
			});
			test(`${state}: works without script`, async () => clean(await noScript(at(state))));
		}

		test("a post is accessible on a phone by night and on a desk by day", async () => {
			clean(await axeCheck(at("post"), { width: 360, scheme: "dark" }));
			clean(await axeCheck(at("post"), { width: 1280, scheme: "light" }));
		});

		test("fits every width from 320 to 2560 px", async () => {
			for (const width of [360, 480, 640, 768, 900, 1024, 1152, 1280, 1680, 2560])
				for (const state of ["home", "post", "archive"])
					clean(await noScroll(at(state), { width }));
		});

		test("text at twice the size still fits", async () => {
			for (const state of ["home", "post-german", "search"])
				clean(await noScroll(at(state), { width: 640, before: (page) => page.addInitScript(() =>
					document.addEventListener("DOMContentLoaded", () => { document.documentElement.style.fontSize = "200%"; })) }));
		});

		test("the keyboard reaches the text first, then the menu, and sees where it is", async () => {
			const page = await openPage();
			await page.goto(at("post"));
			await page.keyboard.press("Tab");
			assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
			assert.equal(await page.evaluate(() => document.activeElement.getBoundingClientRect().top >= 0), true);
			await page.keyboard.press("Enter");
			await page.waitForURL(/#main$/);
			await page.keyboard.press("Tab");
			assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true);
			assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
			await page.context().close();
		});

		test("prints the text without menus and forms", async () => {
			const page = await openPage();
			await page.goto(at("post"));
			await page.emulateMedia({ media: "print" });
			assert.equal(await page.locator(".prose").isVisible(), true);
			for (const gone of ["#menu", ".menu-button", ".toc-side", ".around"])
				assert.equal(await page.locator(gone).first().isVisible(), false, gone);
			assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
			await page.context().close();
		});

		test("an accent of any colour keeps its contrast", async () => {
			for (const state of ["home-cards", "post-sans"])
				for (const scheme of ["light", "dark"])
					clean(await axeCheck(at(state), { scheme }));
		});

		test("forced colours keep text and links", async () => {
			clean(await noThirdParty(at("post"), { forcedColors: "active" }));
			clean(await noScroll(at("post"), { forcedColors: "active" }));
		});
	});
}
