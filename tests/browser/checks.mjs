/* checks.mjs: what every page must pass, whoever serves it: each check takes an address.
 *
 * A check returns a list of complaints, empty when all is well. One browser is shared by all checks
 * of a process; closeBrowser() ends it. */

import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const run = promisify(execFile);
const axeSource = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const vnuJar = path.join(path.dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
	"--disable-background-networking", "--disable-component-update"];

/* How long anything is waited for that must come: the machine may be slow, and busy with other things. */
export const PATIENCE_MS = 60000;

/* For those who look for tests that win a race by luck: how late scripts, style sheets and fonts come. */
const slowMs = Number(process.env.PLATEN_TEST_SLOW_MS ?? 0);

let browser;

/* A page of its own context. `options`: width, height, scheme ("light", "dark"), javaScript,
 * forcedColors, ownPolicy (the page's Content-Security-Policy holds, which keeps axe out), fonts (false: the
 * theme's own never come). For the checks also before and with: what to do to the page before it loads, and then. */
export async function openPage(options = {}) {
	browser ??= chromium.launch({ executablePath, args, timeout: 2 * PATIENCE_MS });
	const context = await (await browser).newContext({
		viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
		colorScheme: options.scheme ?? "light", reducedMotion: "reduce", forcedColors: options.forcedColors ?? "none",
		javaScriptEnabled: options.javaScript ?? true, bypassCSP: !options.ownPolicy });
	context.setDefaultTimeout(PATIENCE_MS);
	if (options.fonts === false) await context.route(/\.woff2(\?|$)/, (route) => route.abort());
	if (slowMs) await context.route(/\.(js|css|woff2)(\?|$)/, async (route) => {
		await new Promise((resolve) => setTimeout(resolve, slowMs));
		await route.continue().catch(() => {}); /* the page may have gone meanwhile */
	});
	return context.newPage();
}

/* Waits until `ask` gives a truth in the page. Playwright's own waitForFunction() asks again by eval(), which the
 * admin's policy forbids. A page that goes on to another one while it is asked, or is not whole yet, has not answered. */
export async function truth(page, ask, arg) {
	let wrong = "";
	const answer = () => page.evaluate(ask, arg).catch((error) => {
		if (page.isClosed()) throw error;
		wrong = ` (${error.message})`;
	});
	for (const end = Date.now() + PATIENCE_MS; !await answer(); wrong = "") {
		if (Date.now() > end) throw new Error(`never true: ${ask}${wrong}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

export async function closeBrowser() {
	if (browser) await (await browser).close();
	browser = undefined;
}

async function onPage(url, options, look) {
	const page = await openPage(options);
	try {
		await options.before?.(page);
		await page.goto(url, { waitUntil: "load" });
		if (options.javaScript ?? true) await page.evaluate(() => document.fonts.ready.then(() => true)); /* "load" does not wait for them */
		await options.with?.(page);
		return await look(page);
	} finally {
		await page.context().close();
	}
}

async function axe(page) {
	await page.evaluate(axeSource);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
	return violations.flatMap((v) => v.nodes.map((n) =>
		`${v.id}: ${n.target.join(" ")}: ${n.failureSummary.replace(/\s+/g, " ")}`));
}

function tooWide(page) {
	return page.evaluate(() => {
		const room = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= room) return [];
		const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1)
			.slice(0, 5).map((e) => `${e.localName}.${e.className}`);
		return [`${document.documentElement.scrollWidth} px in ${room} px: ${wide.join(", ")}`];
	});
}

function tooSmall(page) {
	return page.evaluate(() => {
		const inline = ".prose :is(p, li, dd, td) a, .heading-text a, .about-bio a, figcaption a, .anchor";
		return [...document.querySelectorAll("a, button, summary, input:not([type=hidden], :disabled)")]
			.filter((e) => !e.matches(inline) && e.checkVisibility({ visibilityProperty: true }) && !e.closest(".skip, .hidden"))
			.map((e) => [e, e.getBoundingClientRect()])
			.filter(([, box]) => box.width > 0 && (box.height < 23.9 || box.width < 23.9))
			.map(([e, box]) => `${e.localName} "${e.textContent.trim().slice(0, 30)}" ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
	});
}

/* Collects requests that leave the page's origin, and those that fail, while `page` lives. */
function watchRequests(page, url, origins = []) {
	const complaints = [], own = new Set([new URL(url).origin, ...origins]);
	page.on("request", (request) => {
		const to = new URL(request.url());
		if (to.protocol !== "data:" && !own.has(to.origin)) complaints.push(`request to ${to.href}`);
	});
	page.on("response", (response) => {
		if (response.status() >= 400 && response.url() !== url) complaints.push(`${response.status()} ${response.url()}`);
	});
	return complaints;
}

async function scrollThrough(page) {
	await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
	await page.waitForLoadState("networkidle");
}

/* Accessibility: WCAG 2.2 A and AA, and axe's best practices. */
export function axeCheck(url, options = {}) {
	return onPage(url, options, axe);
}

/* Nothing is wider than the window. */
export function noScroll(url, options = {}) {
	return onPage(url, { width: 320, ...options }, tooWide);
}

/* What can be pressed is at least 24 by 24 px, save for links within a sentence (WCAG 2.5.8). */
export function targetSize(url, options = {}) {
	return onPage(url, { width: 360, ...options }, tooSmall);
}

/* No request leaves the page's own origin (or `options.origins`), and none fails. */
export async function noThirdParty(url, options = {}) {
	let complaints;
	const before = (page) => { complaints = watchRequests(page, url, options.origins); };
	await onPage(url, { ...options, before }, scrollThrough);
	return complaints;
}

/* Of a page that is open: one that a form led to. */
export async function openPageCheck(page, { scheme, width }) {
	await page.emulateMedia({ colorScheme: scheme });
	await page.setViewportSize({ width, height: 900 });
	return [...await axe(page), ...await tooSmall(page), ...await tooWide(page)];
}

/* All of the above in one visit: for a long list of pages. */
export async function pageCheck(url, options = {}) {
	let requests;
	const before = async (page) => {
		await options.before?.(page);
		requests = watchRequests(page, url, options.origins);
	};
	const found = await onPage(url, { ...options, before }, async (page) => {
		const seen = [...await axe(page), ...await tooSmall(page), ...await tooWide(page)];
		await page.setViewportSize({ width: 320, height: 800 });
		seen.push(...await tooWide(page));
		await scrollThrough(page);
		return seen;
	});
	return [...found, ...requests];
}

/* Without script the text is there, and on a small screen the menu opens. */
export function noScript(url) {
	return onPage(url, { width: 360, javaScript: false }, async (page) => {
		const complaints = [];
		if (!await page.locator("main h1").first().innerText()) complaints.push("no heading");
		const button = page.locator(".menu-button"), nav = page.locator("#menu nav");
		if (await button.isVisible()) {
			await button.click();
			if (!await nav.isVisible()) complaints.push("the menu does not open");
			await page.keyboard.press("Escape");
			if (await nav.isVisible()) complaints.push("the menu does not close");
		} else if (!await nav.isVisible()) {
			complaints.push("no menu and no button for it");
		}
		return complaints;
	});
}

async function vnu(files, names, flags) {
	const { stderr } = await run("java", ["-jar", vnuJar, "--errors-only", "--format", "json", "--exit-zero-always", ...flags, ...files],
		{ maxBuffer: 64 << 20 }).catch((error) => error);
	return JSON.parse(stderr).messages.map((m) => {
		const at = files.findIndex((f) => m.url?.endsWith(f));
		return `${names[at] ?? m.url}:${m.lastLine}: ${m.message} [${(m.extract ?? "").trim()}]`;
	});
}

/* The Nu validator over one address or many (one start of Java). Needs java. */
export async function htmlCheck(urls) {
	const names = [urls].flat();
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "platen-html-"));
	try {
		const files = await Promise.all(names.map(async (url, i) => {
			const file = path.join(dir, `${i}.html`);
			fs.writeFileSync(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
			return file;
		}));
		return await vnu(files, names, []);
	} finally {
		fs.rmSync(dir, { recursive: true });
	}
}

/* The same for style sheets on disk. What the validator does not know yet is listed in `known`. */
export async function cssCheck(files, known = []) {
	return (await vnu(files, files, ["--css"])).filter((message) => !known.some((k) => k.test(message)));
}

export async function hasJava() {
	return run("java", ["-version"]).then(() => true, () => false);
}
