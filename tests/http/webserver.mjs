// webserver.mjs: real web servers with the configurations of tools/deploy, for tests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { accepting, freePort, run, top } from './responder.mjs';

const nginx = {
	program: '/usr/sbin/nginx', check: ['-t'], stop: 'SIGQUIT',
	args: (dir, conf) => ['-e', path.join(dir, 'nginx-error.log'), '-p', dir, '-c', conf],
};
const lighttpd = { program: '/usr/sbin/lighttpd', check: ['-tt'], stop: 'SIGTERM', args: (dir, conf) => ['-D', '-f', conf] };
const caddy = { program: '/usr/bin/caddy', stop: 'SIGTERM', args: (dir, conf) => ['run', '--adapter', 'caddyfile', '--config', conf] };

// What is started, and the files of tools/deploy that it needs: the first is its configuration, the others are included.
export const kinds = {
	nginx: { ...nginx, files: ['nginx.conf', 'nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf'] },
	'nginx-cgi': { ...nginx, files: ['nginx-cgi.conf'] },
	lighttpd: { ...lighttpd, files: ['lighttpd.conf', 'lighttpd-site.conf'] },
	'lighttpd-spawn': { ...lighttpd, files: ['lighttpd.conf', 'lighttpd-spawn.conf'], as: 'lighttpd-site.conf' },
	'lighttpd-cgi': { ...lighttpd, files: ['lighttpd-cgi.conf'] },
	caddy: { ...caddy, files: ['Caddyfile.local', 'caddy-site.conf', 'caddy-fastcgi.conf'] },
	// With media that the web server sends by itself, from MEDIA.
	'nginx-media': { ...nginx, files: ['nginx.conf', 'nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf', 'nginx-media.conf'] },
	'caddy-media': { ...caddy, files: ['Caddyfile.local', 'caddy-site.conf', 'caddy-fastcgi.conf', 'caddy-media.conf'] },
	// With media that the web server fetches from BUCKET and, where it can, keeps in CACHE.
	'nginx-bucket': { ...nginx, files: ['nginx.conf', 'nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf', 'nginx-bucket.conf', 'nginx-cache.conf'] },
	'caddy-bucket': { ...caddy, files: ['Caddyfile.local', 'caddy-site.conf', 'caddy-fastcgi.conf', 'caddy-bucket.conf'] },
	// With the page folder, whose place is PAGES.
	'nginx-pages': { ...nginx, files: ['nginx.conf', 'nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf', 'nginx-pages.conf'] },
	'caddy-pages': { ...caddy, files: ['Caddyfile.local', 'caddy-site.conf', 'caddy-fastcgi.conf', 'caddy-pages.conf'] },
};

export const installed = (kind) => fs.existsSync(kinds[kind].program);

// Fills in the placeholders of a file of tools/deploy.
export function deployed(file, values) {
	return fs.readFileSync(path.join(top, 'tools/deploy', file), 'utf8').replace(/@([A-Z_]+)@/g, (_, name) => {
		assert.ok(name in values, `${file} needs @${name}@`);
		return values[name];
	});
}

// Writes the files into `dir`, those that are included into its folder platen; gives the path of the first.
// `edit` changes the text of the first; `as` is the name that the second gets.
export function deploy(dir, [main, ...parts], values, { edit = (text) => text, as = parts[0] } = {}) {
	for (const folder of ['nginx', 'lighttpd', 'platen']) fs.mkdirSync(path.join(dir, folder), { recursive: true });
	for (const part of parts) fs.writeFileSync(path.join(dir, 'platen', part === parts[0] ? as : part), deployed(part, values));
	fs.writeFileSync(path.join(dir, main), edit(deployed(main, values)));
	return path.join(dir, main);
}

export class WebServer {
	// `values` fill the placeholders that the kind needs beside RUN, USER, BIND and PORT; a PORT among them
	// is taken. `edit` changes the text of its configuration.
	static async start(kind, dir, values, { edit } = {}) {
		const { program, files, as, args, check, stop } = kinds[kind];
		const port = values.PORT ?? await freePort();
		const conf = deploy(dir, files, { RUN: dir, USER: os.userInfo().username, BIND: '127.0.0.1', PORT: port, MOUNT: '', ...values }, { as, edit });
		if (check) {
			const checked = spawnSync(program, [...check, ...args(dir, conf)], { encoding: 'utf8' });
			assert.equal(checked.status, 0, checked.stderr);
		}
		const child = run(program, args(dir, conf), { env: { PATH: process.env.PATH, HOME: dir } });
		await accepting({ host: '127.0.0.1', port }, child);
		return Object.assign(new WebServer(), { child, port, stopSignal: stop, agent: new http.Agent({ keepAlive: true, maxSockets: 64 }) });
	}
	async stop() {
		this.agent.destroy();
		this.child.kill(this.stopSignal);
		await this.child.ended;
	}
	// A kept connection that the server closed as the request was sent says nothing of the request, which is asked again then.
	ask(uri, options) {
		return this.once(uri, options).catch((error) => { if (error.unheard) return this.ask(uri, options); throw error; });
	}
	once(uri, { method = 'GET', headers = {}, body, chunked } = {}) {
		return new Promise((resolve, reject) => {
			const length = body && !chunked ? { 'content-length': body.length } : {};
			const req = http.request({ port: this.port, host: '127.0.0.1', path: uri, method, headers: { ...length, ...headers }, agent: this.agent }, (res) => {
				const out = [];
				res.on('data', (d) => out.push(d));
				res.on('error', reject);
				res.on('end', () => {
					const bytes = Buffer.concat(out);
					resolve({ status: res.statusCode, headers: res.headers, body: bytes, get json() { return JSON.parse(bytes); } });
				});
			});
			req.on('error', (error) => reject(Object.assign(error, { unheard: req.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code) })));
			req.end(body);
		});
	}
}
