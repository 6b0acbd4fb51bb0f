// webserver.mjs: real web servers with the configurations of tools/deploy, for tests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { accepting, freePort, run, top } from './responder.mjs';

const kinds = {
	nginx: {
		program: '/usr/sbin/nginx', template: 'nginx.conf', stop: 'SIGQUIT',
		args: (dir, conf) => ['-e', path.join(dir, 'nginx-error.log'), '-p', dir, '-c', conf], check: ['-t'],
	},
	'nginx-cgi': {
		program: '/usr/sbin/nginx', template: 'nginx-cgi.conf', stop: 'SIGQUIT',
		args: (dir, conf) => ['-e', path.join(dir, 'nginx-error.log'), '-p', dir, '-c', conf], check: ['-t'],
	},
	lighttpd: { program: '/usr/sbin/lighttpd', template: 'lighttpd.conf', stop: 'SIGTERM', args: (dir, conf) => ['-D', '-f', conf], check: ['-tt'] },
	'lighttpd-cgi': { program: '/usr/sbin/lighttpd', template: 'lighttpd-cgi.conf', stop: 'SIGTERM', args: (dir, conf) => ['-D', '-f', conf], check: ['-tt'] },
	caddy: { program: '/usr/bin/caddy', template: 'Caddyfile', stop: 'SIGTERM', args: (dir, conf) => ['run', '--adapter', 'caddyfile', '--config', conf] },
};

export const installed = (kind) => fs.existsSync(kinds[kind].program);

export class WebServer {
	// `values` fill the placeholders that the kind needs beside RUN, USER, BIND and PORT; a PORT among them
	// is taken.
	static async start(kind, dir, values) {
		const { program, template, args, check, stop } = kinds[kind];
		const port = values.PORT ?? await freePort(), conf = path.join(dir, template);
		const all = { RUN: dir, USER: os.userInfo().username, BIND: '127.0.0.1', PORT: port, SITE: `http://127.0.0.1:${port}`, ...values };
		const text = fs.readFileSync(path.join(top, 'tools/deploy', template), 'utf8').replace(/@([A-Z_]+)@/g, (_, name) => all[name]);
		fs.writeFileSync(conf, (kind === 'caddy' ? '{\n\tadmin off\n}\n' : '') + text);
		for (const folder of ['nginx', 'lighttpd']) fs.mkdirSync(path.join(dir, folder), { recursive: true });
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
	ask(uri, { method = 'GET', headers = {}, body, chunked } = {}) {
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
			req.on('error', reject);
			req.end(body);
		});
	}
}
