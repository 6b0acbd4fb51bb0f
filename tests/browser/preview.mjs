/* preview.mjs: the built-in themes with sample values, without the engine.
 *
 * Serves every state of every theme on loopback: /THEME/STATE. `node preview.mjs [PORT]` prints an index. */

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Hogan from "hogan.js";
import { states, values } from "../data/theme-sample.mjs";
import { landscape, portrait } from "../data/pictures.mjs";

const top = fileURLToPath(new URL("../..", import.meta.url));
const siteDir = path.join(top, "templates/site");
export const themes = ["quire", "broadside"];
export const stateNames = Object.keys(states);

function walk(dir, below = "") {
	if (!fs.existsSync(dir)) return [];
	return fs.readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
		e.isDirectory() ? walk(path.join(dir, e.name), `${below}${e.name}/`) : [below + e.name]).sort();
}

export function phrases() {
	const read = (lang) => JSON.parse(fs.readFileSync(path.join(top, `templates/lang/${lang}.json`), "utf8"));
	return { en: read("en"), de: read("de") };
}

/* Every template of a theme by name; what it lacks comes from the default theme, as in the engine. */
export function templates(theme) {
	const found = {};
	for (const name of ["quire", theme])
		for (const file of walk(path.join(siteDir, name)).filter((f) => f.endsWith(".mustache")))
			found[file.slice(0, -".mustache".length)] = fs.readFileSync(path.join(siteDir, name, file), "utf8");
	return found;
}

function assets(theme) {
	const files = walk(path.join(siteDir, theme, "assets"));
	return Object.fromEntries(files.map((f) => [f.replace(/[^A-Za-z0-9]/g, "_"), `/assets/${theme}/${f}`]));
}

function defaults(theme) {
	const manifest = JSON.parse(fs.readFileSync(path.join(siteDir, theme, "theme.json"), "utf8"));
	return Object.fromEntries(manifest.settings.map((s) => [s.key, s.default]));
}

function head(title, settings) {
	return `<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${title}</title>\n`
		+ `<style>:root{--theme-accent:${settings.accent}}</style>`;
}

export function render(theme, state) {
	const all = templates(theme);
	const tree = values(state, { theme: defaults(theme), asset: assets(theme), phrases: phrases(), head });
	const name = states[state].template ?? states[state].kind;
	return Hogan.compile(all[name] ?? all.page).render(tree, all);
}

const types = { ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".txt": "text/plain" };

function answer(url) {
	const [, first, second, ...rest] = decodeURIComponent(new URL(url, "http://x").pathname).split("/");
	if (first === "assets") {
		const file = path.join(siteDir, second, "assets", ...rest);
		return fs.existsSync(file) ? [200, types[path.extname(file)] ?? "application/octet-stream", fs.readFileSync(file)] : [404, "text/plain", "no such file"];
	}
	if (first === "media") {
		const at = /^picture-(\d+)-(\d+)x(\d+)\.svg$/.exec(second);
		return [200, types[".svg"], at ? landscape(+at[1], +at[2], +at[3]) : portrait(1)];
	}
	if (themes.includes(first) && states[second])
		return [200, "text/html; charset=utf-8", render(first, second)];
	if (!first)
		return [200, "text/html; charset=utf-8", themes.flatMap((t) => stateNames.map((s) => `<p><a href="/${t}/${s}">${t}/${s}</a>`)).join("\n")];
	return [404, "text/plain", "no such page"];
}

/* Starts the preview on a free loopback port (or `port`). The caller closes `server`. */
export async function serve(port = 0) {
	const server = http.createServer((request, response) => {
		const [status, type, body] = answer(request.url);
		response.writeHead(status, { "content-type": type });
		response.end(body);
	});
	await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
	return { server, base: `http://127.0.0.1:${server.address().port}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	console.log((await serve(Number(process.argv[2] ?? 8090))).base);
