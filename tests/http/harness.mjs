// harness.mjs: puts a site of tests/data/site behind a real web server on a loopback port.
//
// A place is a way to be served: "fastcgi" (nginx, at the root), "below" (nginx, under /blog) or
// "cgi" (lighttpd starts one process a request, under /cgi-bin/platen). Every place gets the same
// content, made by the command line from the sample folder.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const source = path.resolve(here, '../..');
const build = path.resolve(process.env.PLATEN_BUILD ?? process.env.top_builddir ?? path.join(source, 'build'));
export const program = path.join(build, 'platen');
export const sample = path.join(source, 'tests/data/site');

export const places = {
	fastcgi: { mount: '', serve: withNginx },
	below: { mount: '/blog', serve: withNginx },
	cgi: { mount: '/cgi-bin/platen', serve: withLighttpd },
};

function find(name) {
	const dirs = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
	const hit = dirs.map((dir) => path.join(dir, name)).find((file) => fs.existsSync(file));
	if (!hit) throw new Error(`${name} is not installed`);
	return hit;
}

function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// Resolves once `probe` gives true, rejects when `child` ends or the time is up.
async function until(probe, child, what, limitMs = 10000) {
	const end = Date.now() + limitMs;
	for (;;) {
		if (await probe()) return;
		if (child && child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}: ${child.log()}`);
		if (Date.now() > end) throw new Error(`${what} did not come up: ${child ? child.log() : ''}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

function start(command, args, env) {
	const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { text = (text + part).slice(-200000); });
	child.log = () => text;
	return child;
}

function stop(child) {
	if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
	return new Promise((resolve) => {
		const hard = setTimeout(() => child.kill('SIGKILL'), 15000);
		child.once('exit', () => { clearTimeout(hard); resolve(); });
		child.kill('SIGTERM');
	});
}

function connects(port) {
	return new Promise((resolve) => {
		const socket = net.connect(port, '127.0.0.1');
		socket.once('connect', () => { socket.destroy(); resolve(true); });
		socket.once('error', () => resolve(false));
	});
}

// nginx in front of `platen serve` on a unix socket.
async function withNginx(site) {
	const socket = path.join(site.dir, 'platen.sock');
	const app = start(program, ['serve', '--listen', `unix:${socket}`], site.env);
	site.children.push(app);
	site.app = app;
	await until(() => fs.existsSync(socket), app, 'platen serve');
	const conf = path.join(site.dir, 'nginx.conf');
	fs.writeFileSync(conf, `
${process.getuid() === 0 ? "user root;" : ""} daemon off; worker_processes 1; pid ${site.dir}/nginx.pid; error_log ${site.dir}/nginx.log warn;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path ${site.dir}/nginx-body; proxy_temp_path ${site.dir}/nginx-proxy;
	fastcgi_temp_path ${site.dir}/nginx-fastcgi; uwsgi_temp_path ${site.dir}/nginx-uwsgi;
	scgi_temp_path ${site.dir}/nginx-scgi;
	merge_slashes off; large_client_header_buffers 8 32k; client_max_body_size 64m;
	upstream platen { server unix:${socket}; keepalive 8; keepalive_timeout 5s; }
	server {
		listen 127.0.0.1:${site.port};
		location ${site.mount || ''}/ {
			include /etc/nginx/fastcgi_params;
			fastcgi_param HTTP_PROXY "";
			fastcgi_buffer_size 16k; fastcgi_buffers 16 16k;
			fastcgi_next_upstream off;
			fastcgi_pass platen;
		}
	}
}
`);
	const front = start(find('nginx'), ['-p', site.dir, '-c', conf, '-e', path.join(site.dir, 'nginx.log')], site.env);
	site.children.push(front);
	await until(() => connects(site.port), front, 'nginx');
}

// lighttpd starting the program as plain CGI; a two-line script gives it its data folder.
async function withLighttpd(site) {
	const root = path.join(site.dir, 'htdocs');
	const script = path.join(root, 'cgi-bin', 'platen');
	fs.mkdirSync(path.dirname(script), { recursive: true });
	const exports = Object.entries(site.env).filter(([name]) => name.startsWith('PLATEN_'))
		.map(([name, value]) => `export ${name}='${value}'`).join('\n');
	fs.writeFileSync(script, `#!/bin/sh\n${exports}\nexec '${program}'\n`, { mode: 0o755 });
	const conf = path.join(site.dir, 'lighttpd.conf');
	fs.writeFileSync(conf, `
server.modules = ("mod_cgi", "mod_access")
server.document-root = "${root}"
server.bind = "127.0.0.1"
server.port = ${site.port}
server.upload-dirs = ("${site.dir}")
server.errorlog = "${site.dir}/lighttpd.log"
server.http-parseopts = ("url-normalize" => "disable", "url-path-2f-decode" => "disable", "url-path-dotseg-remove" => "disable")
$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "") }
`);
	const front = start(find('lighttpd'), ['-D', '-f', conf], site.env);
	site.children.push(front);
	await until(() => connects(site.port), front, 'lighttpd');
}

// Runs a command of the program on the site's data folder; gives what it printed.
export function platen(site, ...args) {
	const input = typeof args.at(-1) === 'object' ? args.pop().input : undefined;
	return execFileSync(program, args, { env: site.env, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
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
// the servers out. The caller ends it with site.stop().
export async function openSite(place, { settings = {}, posts = 30, env = {}, file = [], serve = true } = {}) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-http-'));
	const port = await freePort();
	const { mount } = places[place];
	const origin = `http://127.0.0.1:${port}`;
	const site = {
		place, dir, port, mount, origin, url: origin + mount, data: path.join(dir, 'data'), children: [],
		env: {
			PATH: process.env.PATH, HOME: dir, TZ: 'UTC',
			...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}),
			PLATEN_DATA: path.join(dir, 'data'),
			PLATEN_URL: origin + mount,
			PLATEN_THEMES: path.join(source, 'templates/site'),
			PLATEN_SCHEMA: path.join(source, 'schema'),
			PLATEN_ASSETS: path.join(source, 'assets'),
			PLATEN_LANG: path.join(source, 'templates/lang'),
			...env,
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
		for (const child of site.children.reverse()) await stop(child);
		fs.rmSync(dir, { recursive: true, force: true });
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

// One request on a connection of its own. `target` is below the site's mount and sent as it is.
export function request(site, target, { method = 'GET', headers = {}, body, raw = false } = {}) {
	return new Promise((resolve, reject) => {
		const req = http.request({
			host: '127.0.0.1', port: site.port, method, agent: false,
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
		req.setTimeout(20000, () => req.destroy(new Error(`no answer to ${method} ${target}`)));
		req.end(body);
	});
}

// The form encoding of fields.
export function form(fields) {
	return {
		method: 'POST', body: new URLSearchParams(fields).toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
	};
}

// Where a Location leads, below the mount; fails when it leaves the site.
export function below(site, location) {
	const absolute = new URL(location, site.url + '/').href;
	if (!absolute.startsWith(site.url)) throw new Error(`${location} leaves ${site.url}`);
	return absolute.slice(site.url.length) || '/';
}
