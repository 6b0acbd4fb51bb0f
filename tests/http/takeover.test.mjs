// takeover.test.mjs: the whole program is started by what real servers start it with, and is replaced under load
// with forms and with commits, also by another version, without losing a request.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { fetch1, get } from './fastcgi.mjs';
import { form, openSite, platen, program, request } from './harness.mjs';
import { accepting, holder, run } from './responder.mjs';
import { WebServer } from './webserver.mjs';

const password = form({ password: 'open sesame' });

// Another version of the program: the same bytes with another version in them.
function otherVersion(site) {
	const file = path.join(site.dir, 'platen-next');
	const version = platen(site, 'version').trim().split(' ')[1];
	const next = version.replace(/.$/, (last) => (last === '9' ? '8' : '9'));
	const bytes = fs.readFileSync(program, 'latin1').replaceAll(`platen ${version}`, `platen ${next}`);
	fs.writeFileSync(file, bytes, { encoding: 'latin1', mode: 0o755 });
	return file;
}

// Visitors of a site behind nginx, on kept connections as browsers have them: pages, searches (which are
// never kept), forms; and an editor who commits with both versions and must see each commit at once.
class Visitors {
	constructor(site, editors) {
		Object.assign(this, { site, editors, over: false, pages: 0, forms: 0, commits: 0, wrong: [], slowest_ms: 0 });
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
	}
	async ask(target, wanted, options = {}) {
		const begin = Date.now();
		const res = await request(this.site, target, { agent: this.agent, ...options }).catch((error) => ({ status: error.code ?? error.message, text: '' }));
		this.slowest_ms = Math.max(this.slowest_ms, Date.now() - begin);
		if (res.status !== wanted) this.wrong.push(`${target} ${res.status}`);
		return res;
	}
	async read(target) {
		for (; !this.over; this.pages++) await this.ask(target, 200);
	}
	async post() {
		for (; !this.over; this.forms++) {
			const right = await this.ask('/behind-a-password', 303, password);
			const cookie = right.headers?.['set-cookie']?.[0].split(';')[0];
			if (!/zebrasecret/.test((await this.ask('/behind-a-password', 200, { headers: { cookie } })).text)) this.wrong.push('the form opened nothing');
		}
	}
	async edit() {
		const file = path.join(this.site.dir, 'edited.md');
		for (; !this.over; this.commits++) {
			fs.writeFileSync(file, `Commit number ${this.commits}.\n`);
			await promisify(execFile)(this.editors[this.commits % this.editors.length], ['post', 'edit', '/greetings', file], { env: this.site.env });
			if (!(await this.ask('/greetings', 200)).text.includes(`Commit number ${this.commits}.`)) this.wrong.push('an old page after a commit');
		}
	}
	start() {
		const targets = ['/', '/the-quiet-press', '/the-quiet-press', '/long-read', '/search?q=platen', '/tag/letters'];
		this.all = [...targets.map((target) => this.read(target)), this.post(), this.post(), this.edit()];
	}
	// Until every kind of visitor was served once more by whoever serves now.
	async more() {
		const { pages, forms, commits } = this;
		while ((this.pages < pages + 200 || this.forms < forms + 5 || this.commits < commits + 3) && !this.wrong.length)
			await new Promise((resolve) => setTimeout(resolve, 5));
	}
	async stop() {
		this.over = true;
		await Promise.all(this.all);
		this.agent.destroy();
	}
}

const restarts = 9;

describe('nine restarts of the program behind nginx, with forms and commits, two versions in turn', () => {
	let site, nginx, other;
	const socket = () => path.join(site.dir, 'platen.sock');
	before(async () => {
		// Each has all the time that its last requests need.
		site = await openSite('fastcgi', { posts: 3, serve: false, env: { PLATEN_GRACE: '60000' } });
		other = otherVersion(site);
	});
	after(async () => {
		await nginx?.stop();
		await site?.stop();
	});
	async function visited(replace, context) {
		nginx = await WebServer.start('nginx', site.dir, { SOCKET: socket(), PORT: site.port });
		const visitors = new Visitors(site, [program, other]);
		visitors.start();
		try {
			for (let i = 1; i <= restarts && !visitors.wrong.length; i++) {
				await visitors.more();
				await replace(i % 2 ? other : program);
			}
			await visitors.more();
		} finally {
			await visitors.stop();
		}
		await nginx.stop();
		nginx = null;
		context.diagnostic(`${visitors.pages} pages, ${visitors.forms} forms, ${visitors.commits} commits, the slowest answer took ${visitors.slowest_ms} ms`);
		assert.deepEqual(visitors.wrong, []);
	}

	test('by rename: the next serves before the last one stops: 0 failed', async (context) => {
		const all = [];
		const serve = async (file) => {
			const old = all.at(-1);
			const inode = old && fs.statSync(socket()).ino;
			const next = run(file, ['serve', '--listen', `unix:${socket()}`], { env: site.env });
			all.push(next);
			await accepting({ path: socket() }, next, inode);
			old?.kill('SIGTERM');
		};
		await serve(program);
		await visited(serve, context);
		all.at(-1).kill('SIGTERM');
		for (const child of all) assert.equal(await child.ended, 0, child.errors);
		assert.equal(all.length, restarts + 1);
		assert.ok(!fs.existsSync(socket()));
	});

	test('with a socket that is held, as systemd does it: the last one stops before the next starts: 0 failed', async (context) => {
		const current = path.join(site.dir, 'current');
		fs.symlinkSync(program, current);
		// As platen.service sets it.
		const held = run(holder, [socket(), current], { env: { ...site.env, PLATEN_LAME_DUCK: '0' } });
		await accepting({ path: socket() }, held);
		await visited(async (file) => {
			const starts = held.errors.split('started ').length;
			fs.rmSync(current);
			fs.symlinkSync(file, current);
			held.kill('SIGUSR1');
			while (held.errors.split('started ').length === starts) await new Promise((resolve) => setTimeout(resolve, 5));
		}, context);
		held.kill('SIGTERM');
		assert.equal(await held.ended, 0, held.errors);
		assert.deepEqual(held.errors.match(/^ended .*$/mg), Array(restarts + 1).fill('ended 0'));
	});
});

describe('a socket that another program made', () => {
	let site, nginx;
	before(async () => { site = await openSite('fastcgi', { posts: 0, serve: false }); });
	after(() => site?.stop());
	const socket = () => path.join(site.dir, 'platen.sock');

	async function serves(child) {
		nginx = await WebServer.start('nginx', site.dir, { SOCKET: socket(), PORT: site.port });
		try {
			assert.equal((await site.get('/the-quiet-press')).status, 200);
			assert.equal((await site.get('/behind-a-password', password)).status, 303);
			child.kill('SIGTERM');
			assert.equal(await child.ended, 0, child.errors);
			assert.ok(fs.existsSync(socket()), 'it is not ours to remove');
		} finally {
			await nginx.stop();
		}
	}

	test('spawn-fcgi, again and again', async () => {
		for (let i = 0; i < 2; i++) {
			const child = run('/usr/bin/spawn-fcgi', ['-n', '-s', socket(), '-M', '0660', '--', program], { env: { ...site.env, PLATEN_LAME_DUCK: '0' } });
			await accepting({ path: socket() }, child);
			assert.equal(fs.statSync(socket()).mode & 0o777, 0o660);
			await serves(child);
		}
	});
	test('systemd-socket-activate, which starts it with the first request', async () => {
		fs.rmSync(socket(), { force: true });
		const env = Object.entries({ ...site.env, PLATEN_LAME_DUCK: '0' }).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
		const child = run('/usr/bin/systemd-socket-activate', ['-l', socket(), ...env, program], { env: { PATH: process.env.PATH } });
		await accepting({ path: socket() }, child);
		await serves(child);
	});
	test('systemd-socket-activate on TCP', async () => {
		const env = Object.entries({ ...site.env, PLATEN_LAME_DUCK: '0' }).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
		const child = run('/usr/bin/systemd-socket-activate', ['-l', `127.0.0.1:${site.port}`, ...env, program], { env: { PATH: process.env.PATH } });
		const address = { host: '127.0.0.1', port: site.port };
		await accepting(address, child);
		assert.equal((await fetch1(address, get('/the-quiet-press'))).status, 200);
		child.kill('SIGTERM');
		assert.equal(await child.ended, 0, child.errors);
	});
	test('TCP: a second program is refused while the first serves, hence an inherited socket', async () => {
		const port = site.port;
		const args = ['serve', '--listen', `127.0.0.1:${port}`];
		const first = run(program, args, { env: { ...site.env, PLATEN_LAME_DUCK: '0' } });
		await accepting({ host: '127.0.0.1', port }, first);
		const second = run(program, args, { env: site.env });
		assert.equal(await second.ended, 1);
		assert.match(second.errors, new RegExp(`cannot listen on '127\\.0\\.0\\.1:${port}': Address already in use`));
		first.kill('SIGTERM');
		assert.equal(await first.ended, 0, first.errors);
	});
});
