// sites.mjs: the sites that are measured, each made once, and Platen serving one of them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as f from '../../tests/http/fastcgi.mjs';
import { accepting, end, run, start } from './processes.mjs';

const { PLATEN_TOP: top, PLATEN_BUILD: build } = process.env;
export const platen = path.join(build, 'platen'), platenCgi = path.join(build, 'platen-cgi');
export const work = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-bench-'));
export const PAGE = '/the-page', PAGE_B = 12288;
export const LOCKED = '/the-locked';
const made = new Map();

// Nothing of the caller's own site may leak in.
export function settings(site, more = {}) {
	const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PLATEN_')));
	return { ...clean, PLATEN_DATA: site.dir, PLATEN_URL: 'http://localhost:8080', PLATEN_THEMES: `${top}/templates/site`,
		PLATEN_LANG: `${top}/templates/lang`, PLATEN_ADMIN_TEMPLATES: `${top}/templates/admin`, PLATEN_SCHEMA: `${top}/schema`, PLATEN_ASSETS: `${top}/assets`,
		PLATEN_LOG_LEVEL: 'error', PLATEN_LAME_DUCK: '0', ...more };
}

export const command = (site, args, input) => run(platen, args, { env: settings(site), input });

// A program under test, serving on a socket of its own: { socket, address, child }.
export async function serve(site, more) {
	const socket = path.join(fs.mkdtempSync(path.join(work, 'socket-')), 'platen.sock');
	const child = start(platen, ['serve', '--listen', `unix:${socket}`], { env: settings(site, more) });
	await accepting({ path: socket }, child);
	return { socket, address: { path: socket }, child };
}

export async function ask(address, target, headers = {}) {
	const answer = await f.fetch1(address, f.get(target, { HTTP_HOST: 'localhost:8080', ...headers }));
	if (answer?.status !== 200) throw new Error(`${target}: status ${answer?.status}`);
	return answer;
}

// The page as it is kept in `coding`: compressed bytes are made off the path, so it may take a moment.
export async function kept(address, target, coding = '') {
	for (let i = 0; i < 500; i++) {
		const answer = await ask(address, target, { HTTP_ACCEPT_ENCODING: coding });
		if ((answer.headers['content-encoding'] ?? '') === coding) return answer;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error(`${target} does not come as ${coding}`);
}

// Text that compresses like prose, the same in every run.
function prose(length_b) {
	let state = 12345, text = '';
	const next = (n) => { state = (state * 1103515245 + 12345) % 2147483648; return Math.floor((state / 2147483648) * n); };
	const syllables = ['ka', 'lo', 'mi', 'ten', 'ra', 'su', 've', 'nor', 'pi', 'da', 'gel', 'fu', 'bar', 'zo', 'qui', 'hem'];
	const words = Array.from({ length: 400 }, () => Array.from({ length: 1 + next(3) }, () => syllables[next(16)]).join(''));
	while (text.length < length_b) text += words[Math.floor((next(400) * next(400)) / 400)] + (next(90) === 0 ? '.\n\n' : ' ');
	return `${text.slice(0, length_b - 1).trimEnd().padEnd(length_b - 1, 'o')}.`;
}

export const pageText = (site, mark) => `${site.prose}\n\nMark ${String(mark).padStart(6, '0')}\n`;

// A page of exactly PAGE_B bytes: its text is as long as the rest of the page leaves room for.
async function addPage(site) {
	let length_b = 5000;
	site.prose = prose(length_b);
	await command(site, ['post', 'add', '--title', 'The page', '--path', PAGE, '--status', 'published', '-'], pageText(site, 0));
	for (let tries = 0; ; tries++) {
		const server = await serve(site);
		const { body } = await ask(server.address, PAGE);
		await end(server.child);
		if (body.length === PAGE_B) return;
		if (tries === 5) throw new Error(`the page has ${body.length} bytes`);
		length_b += PAGE_B - body.length;
		site.prose = prose(length_b);
		await command(site, ['post', 'edit', PAGE, '-'], pageText(site, 0));
	}
}

async function addLocked(site) {
	const file = path.join(work, 'password');
	fs.writeFileSync(file, 'open sesame\n', { mode: 0o600 });
	await command(site, ['post', 'add', '--title', 'The locked', '--path', LOCKED, '--status', 'published',
		'--visibility', 'password', '--password-file', file, '-'], 'Secret.\n');
}

async function make(posts) {
	const site = { posts, dir: path.join(work, `site-${posts}`) };
	await command(site, ['init']);
	await run(path.join(build, 'tests/seed'), [String(posts)], { env: settings(site) });
	await addPage(site);
	await addLocked(site);
	return site;
}

// The site with so many posts, a page of PAGE_B bytes and a protected post.
export function siteOf(posts) {
	if (!made.has(posts)) made.set(posts, make(posts));
	return made.get(posts);
}

export const cleanUp = () => fs.rmSync(work, { recursive: true, force: true });
