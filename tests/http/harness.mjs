// harness.mjs: puts a site of tests/data/site behind a real web server on a loopback port.
//
// A place is a way to be served, with the configuration that tools/deploy has for it: nginx, Caddy and
// lighttpd over FastCGI, each at the root of its name and below a path, lighttpd that starts the program
// itself, and plain CGI, one process a request, by lighttpd and by fcgiwrap behind nginx; once with platen-cgi,
// which answers from the page folder. Every place gets the same content, made by the command line from the sample
// folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { accepting, freePort, run, top as source } from './responder.mjs';
import { WebServer } from './webserver.mjs';

export { source };
const build = path.resolve(process.env.PLATEN_BUILD ?? process.env.top_builddir ?? path.join(source, 'build'));
export const program = path.join(build, 'platen');
export const cgiProgram = path.join(build, 'platen-cgi');
export const sample = path.join(source, 'tests/data/site');

export const places = {
	fastcgi: { mount: '', serve: overFastcgi('nginx') },
	below: { mount: '/blog', serve: overFastcgi('nginx') },
	caddy: { mount: '', serve: overFastcgi('caddy') },
	'caddy-below': { mount: '/blog', serve: overFastcgi('caddy') },
	lighttpd: { mount: '', serve: overFastcgi('lighttpd') },
	'lighttpd-below': { mount: '/blog', serve: overFastcgi('lighttpd') },
	'lighttpd-spawn': { mount: '', serve: spawned },
	cgi: { mount: '/cgi-bin/platen', serve: withCgi },
	'cgi-root': { mount: '', serve: withCgi },
	fcgiwrap: { mount: '/cgi-bin/platen', serve: withFcgiwrap },
	'platen-cgi': { mount: '/cgi-bin/platen', serve: (site) => withCgi(site, cgiProgram), env: { PLATEN_PAGES: 'on' } },
};

// What this run is about: PLATEN_TEST_PLACES=fastcgi,cgi; all of them without it.
const wanted = process.env.PLATEN_TEST_PLACES?.split(',');
export const tested = Object.keys(places).filter((place) => !wanted || wanted.includes(place));

function stop(child) {
	if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
	return new Promise((resolve) => {
		const hard = setTimeout(() => child.kill('SIGKILL'), 60000);
		child.once('exit', () => { clearTimeout(hard); resolve(); });
		child.kill('SIGTERM');
	});
}

// Starts a program that listens on a unix socket of the site's folder; it ends with the site.
async function listener(site, command, args, name) {
	const child = run(command, args, { env: site.env });
	child.log = () => child.errors;
	site.children.push({ stop: () => stop(child) });
	await accepting({ path: path.join(site.dir, name) }, child);
	return child;
}

async function webServer(site, kind, values) {
	site.children.push(await WebServer.start(kind, site.dir, { PORT: site.port, MOUNT: site.mount, ...values }, { edit: site.edit }));
}

// `platen serve` on a unix socket in the site's folder.
export async function startApp(site) {
	site.socket = path.join(site.dir, 'platen.sock');
	site.app = await listener(site, program, ['serve', '--listen', `unix:${site.socket}`], 'platen.sock');
}

// A web server in front of it.
function overFastcgi(kind) {
	return async (site) => {
		await startApp(site);
		site.server = kind;
		await webServer(site, kind, { SOCKET: site.socket });
	};
}

// lighttpd starts the program itself and gives it its socket.
async function spawned(site) {
	site.server = 'lighttpd';
	const values = { PROGRAM: path.join(cgiFolder(site), 'platen'), DATA: site.data, SOCKET: path.join(site.dir, 'spawned.sock') };
	await webServer(site, 'lighttpd-spawn', values);
}

// The folder with the program as a web server starts it: a short script gives it its settings.
function cgiFolder(site, started = program) {
	const folder = path.join(site.dir, 'cgi-bin');
	const exports = Object.entries(site.env).filter(([name]) => /^(PLATEN|ASAN)_/.test(name))
		.map(([name, value]) => `export ${name}='${value}'`).join('\n');
	fs.mkdirSync(folder, { recursive: true });
	fs.writeFileSync(path.join(folder, 'platen'), `#!/bin/sh\n${exports}\nexec '${started}'\n`, { mode: 0o755 });
	return folder;
}

async function withCgi(site, started) {
	site.server = 'lighttpd';
	await webServer(site, 'lighttpd-cgi', { PROGRAM_DIR: cgiFolder(site, started) });
}

async function withFcgiwrap(site) {
	site.server = 'nginx';
	const socket = path.join(site.dir, 'fcgiwrap.sock');
	await listener(site, '/usr/sbin/fcgiwrap', ['-s', `unix:${socket}`], 'fcgiwrap.sock');
	await webServer(site, 'nginx-cgi', { PROGRAM_DIR: cgiFolder(site), SOCKET: socket });
}

// Runs a command of the program on the site's data folder; gives what it printed.
export function platen(site, ...args) {
	const input = typeof args.at(-1) === 'object' ? args.pop().input : undefined;
	return execFileSync(program, args, { env: site.env, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
}

// Removes a folder. What a web server started as CGI may be busy behind its answer, and write there meanwhile.
async function removed(dir) {
	for (const end = Date.now() + 60000; ;) {
		try { return fs.rmSync(dir, { recursive: true, force: true }); } catch (error) { if (error.code !== 'ENOTEMPTY' || Date.now() > end) throw error; }
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

// `posts` more posts, one a day before the sample's own, for paging.
function fillers(dir, count) {
	for (let n = 1; n <= count; n++) {
		const day = new Date(Date.UTC(2023, 0, n, 12)).toISOString();
		fs.writeFileSync(path.join(dir, `filler-${String(n).padStart(2, '0')}.md`),
			`---\ntitle: Filler ${n}\ndate: ${day}\nslug: filler-${n}\nauthors: [Ada Quill]\ntags: [Filler]\n---\nFiller text number ${n}.\n`);
	}
}

// A site in one place. `settings` go into its settings table before it is served; settings of the
// process named in `file` stand in its platen.env and not in the environment; `serve: false` leaves
// the servers out; `edit` changes the text of the web server's configuration. The caller ends it with site.stop().
export async function openSite(place, { settings = {}, posts = 30, env = {}, file = [], serve = true, edit } = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-http-'));
	const port = await freePort();
	const { mount } = places[place];
	const origin = `http://127.0.0.1:${port}`;
	const site = {
		place, dir, port, mount, origin, url: origin + mount, data: path.join(dir, 'data'), children: [], edit,
		env: {
			PATH: process.env.PATH, HOME: dir, TZ: 'UTC',
			...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}),
			...(process.env.PLATEN_TEST_PRELOAD ? { LD_PRELOAD: process.env.PLATEN_TEST_PRELOAD } : {}),
			...(process.env.PLATEN_TEST_LOOPS ? { PLATEN_LOOPS: process.env.PLATEN_TEST_LOOPS } : {}),
			PLATEN_DATA: path.join(dir, 'data'),
			PLATEN_URL: origin + mount,
			PLATEN_THEMES: path.join(source, 'templates/site'),
			PLATEN_SCHEMA: path.join(source, 'schema'),
			PLATEN_ASSETS: path.join(source, 'assets'),
			PLATEN_LANG: path.join(source, 'templates/lang'), PLATEN_ADMIN_TEMPLATES: path.join(source, 'templates/admin'),
			...places[place].env, ...env,
		},
	};
	site.file = {};
	for (const name of file) {
		site.file[name] = site.env[name];
		delete site.env[name];
	}
	// Writes platen.env: what was there, with `changes`; undefined takes a line away.
	site.configure = (changes = {}) => {
		Object.assign(site.file, changes);
		fs.mkdirSync(site.data, { recursive: true, mode: 0o700 });
		fs.writeFileSync(path.join(site.data, 'platen.env'), Object.entries(site.file).filter(([, value]) => value !== undefined)
			.map(([name, value]) => `${name}=${value}\n`).join(''));
	};
	site.serve = () => places[place].serve(site);
	site.get = (target, options) => request(site, target, options);
	site.stop = async () => {
		for (const child of site.children.reverse()) await child.stop();
		await removed(dir);
		// Killed by a signal, or by a sanitizer that found something.
		if (site.app && site.app.exitCode !== 0) throw new Error(`platen ended with ${site.app.exitCode}: ${site.app.log().slice(-4000)}`);
	};
	try {
		const content = path.join(dir, 'content');
		fs.cpSync(sample, content, { recursive: true });
		fillers(path.join(content, 'posts'), posts);
		if (file.length > 0) site.configure();
		platen(site, 'init');
		platen(site, 'import', content);
		for (const [key, value] of Object.entries(settings)) platen(site, 'config', 'set', key, value);
		if (serve) await site.serve();
	} catch (error) {
		await site.stop();
		throw error;
	}
	return site;
}

// One request, on a connection of its own unless `agent` keeps some. `target` is below the site's mount and sent as it is.
export function request(site, target, { method = 'GET', headers = {}, body, raw = false, agent = false } = {}) {
	return new Promise((resolve, reject) => {
		const req = http.request({
			host: '127.0.0.1', port: site.port, method, agent,
			path: raw ? target : site.mount + target, headers,
		}, (res) => {
			const parts = [];
			res.on('data', (part) => parts.push(part));
			res.on('error', reject);
			res.on('end', () => {
				const bytes = Buffer.concat(parts);
				resolve({ status: res.statusCode, headers: res.headers, bytes, text: bytes.toString('utf8') });
			});
		});
		req.on('error', reject);
		req.setTimeout(120000, () => req.destroy(new Error(`no answer to ${method} ${target}`)));
		req.end(body);
	});
}

// Asks again until the answer satisfies `wanted`; for what a commit elsewhere must bring about at once
// there is no waiting: limit 0.
export async function eventually(ask, wanted, limitMs = 60000) {
	const end = Date.now() + limitMs;
	for (;;) {
		const res = await ask();
		if (wanted(res)) return res;
		if (Date.now() > end) assert.fail(`still ${res.status}: ${res.text.slice(0, 300)}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

// The form encoding of fields: an object, whose values may be lists, or a list of pairs.
export function form(fields) {
	const pairs = (Array.isArray(fields) ? fields : Object.entries(fields)).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
	return {
		method: 'POST', body: new URLSearchParams(pairs).toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
	};
}

// Where a Location leads, below the mount; fails when it leaves the site.
export function below(site, location) {
	const absolute = new URL(location, site.url + '/').href;
	if (!absolute.startsWith(site.url)) throw new Error(`${location} leaves ${site.url}`);
	return absolute.slice(site.url.length) || '/';
}
