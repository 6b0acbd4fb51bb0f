/* templates.test.mjs: no words in templates, no gaps in the catalogues, no file over its budget. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { phrases, themes } from "./preview.mjs";

const templatesDir = fileURLToPath(new URL("../../templates", import.meta.url));
const siteDir = path.join(templatesDir, "site");
const catalogues = phrases();
const FONT_BUDGET_B = 120 * 1024;

/* Phrases that the engine asks for and no template: templates/README.md, "Phrases". */
const engineKeys = /^(language|number_group|posts|posts_count|reading_time|page_of|search_(title|count|count_more|none|corrected)|archive_title(_of)?|date_\w+|month_\d+|mon_\d+|weekday_\d|anchor|footnotes|footnote_back|table|picture|code|more|password_(failed|busy|wait)|protected_excerpt|preview_notice|(elsewhere|maintenance|private)_(title|message)|error_\d{3}_(title|message))$/;

function files(dir, below = "") {
	return fs.readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
		e.isDirectory() ? files(path.join(dir, e.name), `${below}${e.name}/`) : [below + e.name]);
}

function mustaches() {
	return themes.flatMap((theme) => files(path.join(siteDir, theme)).filter((f) => f.endsWith(".mustache"))
		.map((f) => ({ name: `${theme}/${f}`, text: fs.readFileSync(path.join(siteDir, theme, f), "utf8") })));
}

/* What a visitor would read of a template's own words: text between tags, and attributes that are read out. */
function literals(text) {
	const bare = text.replace(/\{\{\{[^}]*\}\}\}|\{\{[^}]*\}\}/g, " ");
	const attributes = [...bare.matchAll(/\s(?:alt|title|placeholder|aria-label|value|content|label)="([^"]*)"/g)].map((m) => m[1]);
	return [...bare.replace(/<[^>]*>/g, "\n").split("\n"), ...attributes].map((s) => s.trim()).filter((s) => /\p{L}/u.test(s));
}

test("the search for literals finds them", () => {
	assert.deepEqual(literals('<p class="x">{{t.by}} Hello</p>'), ["Hello"]);
	assert.deepEqual(literals('<img alt="A hill {{n}}">'), ["A hill"]);
	assert.deepEqual(literals('<p{{#a}} class="b"{{/a}}>{{a}} · 1</p>'), []);
});

test("templates say nothing that is not in the catalogue", () => {
	for (const { name, text } of mustaches()) // what goes into a tag's attributes is no word
		assert.deepEqual(literals(text.replace(/\{\{\$(sizes|when)\}\}[^]*?\{\{\/\1\}\}/g, "")), [], name);
});

test("every phrase that a template asks for is there, and is plain text", () => {
	for (const { name, text } of mustaches())
		for (const [, key] of text.matchAll(/\{\{\s*&?\s*t\.(\w+)\s*\}\}/g))
			for (const [lang, catalogue] of Object.entries(catalogues)) {
				assert.equal(typeof catalogue[key], "string", `${name}: ${lang}.json: ${key}`);
				assert.ok(!catalogue[key].includes("{"), `${name}: ${lang}.json: ${key} has places to fill`);
			}
});

test("all languages have the same phrases with the same places", () => {
	const places = (value) => JSON.stringify([...new Set(JSON.stringify(value).match(/\{[a-z]+\}/g) ?? [])].sort());
	const [first, ...rest] = Object.keys(catalogues);
	for (const lang of rest) {
		assert.deepEqual(Object.keys(catalogues[lang]).sort(), Object.keys(catalogues[first]).sort(), lang);
		for (const [key, value] of Object.entries(catalogues[first])) {
			assert.equal(typeof catalogues[lang][key], typeof value, key);
			if (!key.startsWith("date_")) assert.equal(places(catalogues[lang][key]), places(value), `${lang}.json: ${key}`);
		}
	}
});

test("every phrase is used by a template or belongs to the engine", () => {
	const asked = new Set(mustaches().flatMap(({ text }) => [...text.matchAll(/\bt\.(\w+)/g)].map((m) => m[1])));
	for (const key of Object.keys(catalogues.en))
		assert.ok(asked.has(key) || engineKeys.test(key), `nobody uses ${key}`);
});

test("every setting of a theme is used, named in every language, and has a valid default", () => {
	for (const theme of themes) {
		const manifest = JSON.parse(fs.readFileSync(path.join(siteDir, theme, "theme.json"), "utf8"));
		const all = mustaches().filter((m) => m.name.startsWith(`${theme}/`) || m.name.startsWith("quire/")).map((m) => m.text).join("");
		const css = files(path.join(siteDir, theme, "assets")).filter((f) => f.endsWith(".css"))
			.map((f) => fs.readFileSync(path.join(siteDir, theme, "assets", f), "utf8")).join("");
		for (const s of manifest.settings) {
			assert.ok(all.includes(`theme.${s.key}`) || css.includes(`--theme-${s.key}`), `${theme}: ${s.key} is not used`);
			for (const lang of Object.keys(catalogues)) assert.ok(s.label[lang], `${theme}: ${s.key}: label in ${lang}`);
			if (s.type === "choice") assert.ok(s.choices.includes(s.default), s.key);
			if (s.type === "color") assert.match(s.default, /^#[0-9a-f]{6}$/);
			if (s.type === "bool") assert.equal(typeof s.default, "boolean");
		}
	}
});

test("no template reads a name through {{{ }}} that the contract does not call html", () => {
	const html = /^(head|code_foot|snippet|bio|post\.(content|toc_html|caption)|(tag|author)\.(description|bio))$/;
	for (const { name, text } of mustaches())
		for (const [, key] of text.matchAll(/\{\{\{\s*([\w.]+)\s*\}\}\}/g))
			assert.match(key, html, `${name}: {{{${key}}}}`);
});

test("no template holds script or style of its own", () => {
	for (const { name, text } of mustaches()) {
		assert.doesNotMatch(text, /<script|<style|\son\w+=|\sstyle=/i, name);
		assert.doesNotMatch(text, /(?:href|src|action)="https?:/i, name);
	}
});

test("style sheets load only from their own folder", () => {
	for (const theme of themes)
		for (const file of files(path.join(siteDir, theme, "assets")).filter((f) => f.endsWith(".css"))) {
			const css = fs.readFileSync(path.join(siteDir, theme, "assets", file), "utf8");
			assert.doesNotMatch(css, /@import|url\(["']?(?:https?:|\/)/i, `${theme}/${file}`);
		}
});

/* The extended sets come to a page only for letters that it has. */
test("web fonts of a theme stay within their budget", (t) => {
	const fonts = themes.map((theme) => path.join(siteDir, theme, "assets/fonts")).filter((dir) => fs.existsSync(dir));
	if (!fonts.length) return t.skip("no fonts were fetched: assets/fonts");
	for (const dir of fonts) {
		const total = fs.readdirSync(dir).filter((f) => f.endsWith(".woff2") && !f.includes("-ext-")).reduce((sum, f) => sum + fs.statSync(path.join(dir, f)).size, 0);
		assert.ok(total > 0 && total <= FONT_BUDGET_B, `${dir}: ${total} bytes`);
	}
});

test("the list of what is installed names every file of themes and languages", () => {
	const listed = fs.readFileSync(path.join(templatesDir, "templates.am"), "utf8").match(/templates\/\S+\.(?:mustache|json|css|svg|png|ico)/g).sort();
	const there = ["site", "lang"].flatMap((d) => files(path.join(templatesDir, d)).map((f) => `templates/${d}/${f}`))
		.filter((f) => !f.includes("/assets/fonts/")).sort();
	assert.deepEqual(listed.filter((f) => /^templates\/(site|lang)\//.test(f)), there);
});

/* What the pages that manage a site ask for by a name that they put together. */
const managedKeys = /^(work_\w+|menu_(front|hidden|main|moved|nothing|second)|redirects|redirect_(301|302|410|chain|shadows|to_gone|to_hidden|to_nothing)|redirect_(hits|last|never)|redirects_(added|imported|replaced|since|sort_\w+|wrong)|jobs_(worker|no_worker|nobody|waiting|running)|jobs_open|job_failures|job_kind_\w+|runs|runs_all|run_(done|ms)|cron_renew_(ask|text)|task_(jobs|logs|optimize|publish|ttl)|home_(damaged|dead|media_waits|missing|overdue)|missing_hits|missing_clear_(ask|text)|tag_posts|tag_(merge|delete)_(ask|text))$/;

/* The admin: its own templates and phrases. */
const adminDir = path.join(templatesDir, "admin");
const adminPhrases = Object.fromEntries(["en", "de"].map((lang) => [lang, JSON.parse(fs.readFileSync(path.join(adminDir, `lang/${lang}.json`), "utf8"))]));
/* What handlers ask for by a name that they put together. */
const adminKeys = /^(media|media_(all|preparing|shape_free|unused|expiring|no_alt|trash|refused|still_used|still_used_hint|waits|waits_again|works|many_\w+|ask_\w+|do_\w+|why_\w+|wrong_\w+|kind_\w+|use_\w+)|language|number_group|conflict|first|first_(token_hint|wait|wrong)|mail_(invite|link)_(subject|text)|home|people|new_page|home_(drafts|review|saves|scheduled|unsaved)|new_post|untitled|posts|signin|prove|lang_of_site|diff_skipped|nobody|offer_hint|revision|copy_of|parent_other|conflict_merged|revision_(autosave|conflict|import|nothing|restore|save|state)|signin_(busy|over|wait|wrong|wrong_code)|second_(codes_left|over|picture)|bulk|empty_filter|(audit|bulk|palette|role|device|done|kind|report|edit|posts|set|state|visibility|wrong)_\w+)$/;

test("the admin says nothing that is not in its catalogue, and the catalogue nothing that it does not say", () => {
	const asked = new Set();
	for (const file of files(adminDir).filter((f) => f.endsWith(".mustache"))) {
		const text = fs.readFileSync(path.join(adminDir, file), "utf8");
		// Values of buttons and boxes, names of classes and of keys are no words.
		const said = text.replace(/<meta [^>]*>|<kbd>[^<]*<\/kbd>|\svalue="[\w-]+(?:\{\{at\}\})?"|\{\{\$page_class\}\}[\w- ]*\{\{\/page_class\}\}/g, "");
		assert.deepEqual(literals(said), [], file);
		for (const [, key] of text.matchAll(/\{\{\s*t\.(\w+)\s*\}\}/g)) asked.add(key);
	}
	for (const [lang, catalogue] of Object.entries(adminPhrases)) {
		for (const key of asked) assert.equal(typeof catalogue[key], "string", `${lang}: ${key}`);
		assert.deepEqual(Object.keys(catalogue).filter((key) => !asked.has(key) && !adminKeys.test(key) && !managedKeys.test(key)), [], lang);
		assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(adminPhrases.en).sort());
	}
});

/* "Sie" within a sentence is the person who reads; at its beginning it may be things. Imperatives tell that it is not. */
const formal = (text) => /(?:[\p{L},;]|\d) (?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b|\bIhnen\b/u.test(text.replace(/[„“]/g, ""));
test("the German admin says du to whoever reads", () => {
	assert.ok(formal("Bitte versuchen Sie es noch einmal.") && formal("Es gehört jetzt Ihnen.") && !formal("Sie ist da. Sie bleibt, und du liest sie."));
	for (const [key, value] of Object.entries(adminPhrases.de))
		for (const text of typeof value === "string" ? [value] : Object.values(value)) assert.ok(!formal(text), `${key}: ${text}`);
});

/* As it is sent. The first visit of a page brings it all. */
test("the admin's scripts stay small: 40 KB, and 180 KB of the editor", (t) => {
	const assets = path.join(adminDir, "assets"), size = (name) => gzipSync(fs.readFileSync(path.join(assets, name)), { level: 5 }).length;
	const own = fs.readdirSync(assets).filter((name) => name.endsWith(".js")).reduce((sum, name) => sum + size(name), 0);
	assert.ok(own > 0 && own < 40 * 1024, `${own} bytes`);
	if (!fs.existsSync(path.join(assets, "editor/main.js"))) return t.skip("the editor is not built: make editor");
	const editor = size("editor/main.js") + size("editor/html.js");
	assert.ok(editor < 180 * 1024, `${editor} bytes`);
	t.diagnostic(`${own} bytes and ${editor} of the editor`);
});
