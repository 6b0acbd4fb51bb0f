// killed.test.mjs: a site whose web server, program and worker are killed at random while people write: what they were
// told is saved is there afterwards, whole, and once. What goes on below is in tests/fault/save_kill.c.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { eventually, openSite, platen, program, startApp, tested } from './harness.mjs';
import { run } from './responder.mjs';
import { WebServer } from './webserver.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

const SAVES = 1000, SAVERS = 4, JOBS = 200;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const titleOf = (name, n) => `${name} number ${n}`;
// "17 17 17 ...": a text that was cut or mixed is seen.
const textOf = (name, n) => `${name}${n} `.repeat(20 + n * 37 % 400).trim();

// Who is known by `name` saves one post again and again. What was answered by a redirect is noted in `kept`; what was answered
// by no one may be there or not.
class Saver {
	constructor(visitor, name, edit) { Object.assign(this, { visitor, name, edit, kept: [], lost: 0, last: 0, unheard: false }); }
	// The fields that a browser sends along: from the page, as soon as somebody answers.
	async open() {
		const page = await eventually(() => this.visitor.get(this.edit).catch(({ code }) => ({ status: code, text: '' })), ({ status }) => status === 200);
		const value = (name) => page.text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';
		this.page = { form_token: value('form_token'), version: Number(value('version')), base: value('base'), kind: value('kind') };
	}
	async save() {
		if (!this.page) await this.open();
		const n = ++this.last;
		const res = await this.visitor.post(this.edit, { ...this.page, title: titleOf(this.name, n), slug: this.name, markdown: textOf(this.name, n), button: 'save' })
			.catch((error) => { if (!['ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(error.code)) throw error; });
		if (res?.status === 303) {
			this.kept.push(n);
			this.page.version++; // each save is one: else the next would be told that somebody saved meanwhile
			this.unheard = false;
			return;
		}
		this.page = null;
		// What nginx had handed on before it was killed may be saved behind the page that was opened since.
		if (res?.status === 409 && this.unheard) return;
		// By nginx, or by nobody: the program itself has nothing to complain of.
		assert.ok(!res || [502, 504].includes(res.status) && /nginx/.test(res.text), `${res?.status} ${res?.text.match(/<main[^]{0,3000}/)?.[0] ?? res?.text}`);
		this.unheard = true;
		this.lost++;
	}
}

const childrenOf = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
const stateOf = (pid) => { try { return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\) (\w) /)[1]; } catch { return 'gone'; } };
const gone = (pid) => ['gone', 'Z'].includes(stateOf(pid));
const killPid = (pid) => { try { process.kill(pid, 'SIGKILL'); } catch (error) { if (error.code !== 'ESRCH') throw error; } };

// The processes of a site, each with how it is killed and comes again.
class Processes {
	constructor(site) { Object.assign(this, { site, killed: { serve: 0, worker: 0, nginx: 0, 'worker of nginx': 0 } }); }
	startWorker() {
		this.worker = run(program, ['worker'], { env: this.site.env });
		const { worker } = this;
		this.site.children.push({ stop: () => { worker.kill('SIGTERM'); return worker.ended; } });
	}
	async startNginx() {
		const { dir, port, mount, socket } = this.site, server = await WebServer.start('nginx', dir, { PORT: port, MOUNT: mount, SOCKET: socket });
		this.site.children.push(server);
		this.nginx = server.child;
	}
	async kill(which) {
		this.killed[which]++;
		if (which === 'worker of nginx') return childrenOf(this.nginx.pid).slice(0, 1).forEach(killPid); // nginx starts another
		const child = which === 'serve' ? this.site.app : this[which];
		if (which === 'serve') this.site.app = null; // its end is no failure
		assert.equal(child.exitCode, null, child.errors);
		// One that nginx starts while it is killed would hold the port.
		if (which === 'nginx') for (child.kill('SIGSTOP'); stateOf(child.pid) !== 'T';) await sleep(1);
		const others = which === 'nginx' ? childrenOf(child.pid) : [];
		child.kill('SIGKILL');
		others.forEach(killPid);
		while (!others.every(gone)) await sleep(2);
		return child.ended;
	}
	// As the machine's own supervisor would, a socket that was left behind included.
	start(which) {
		if (which === 'serve') return startApp(this.site);
		if (which === 'worker') return this.startWorker();
		if (which === 'nginx') return this.startNginx();
	}
	// One after the other, each time after other saves; goes on until nothing is saved any more.
	async killOften(saved, ended) {
		const all = Object.keys(this.killed);
		for (let n = 0; ; n++) {
			const enough = saved() + 5 + n * 7919 % 37;
			while (saved() < enough && !ended()) await sleep(2);
			if (ended()) return;
			await sleep(n * 31 % 13); // in the middle of the next one
			const which = all[n % all.length];
			await this.kill(which);
			await this.start(which);
		}
	}
}

const skip = !tested.includes('fastcgi') && 'another place';
test(`${SAVES} saves by ${SAVERS} people, the processes killed at random: nothing that was answered is lost`, { skip }, async () => {
	const site = await openSite('fastcgi', { posts: 0, serve: false, env: { PLATEN_LOG_LEVEL: 'warn' } });
	const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
	try {
		platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
		// The worker writes and calls, too.
		platen(site, 'config', 'set', 'cron', JSON.stringify({ ttl: '@every 1s', publish: '@every 1s', optimize: '', jobs: '', logs: '' }));
		sql(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${JOBS})
			INSERT INTO job (kind, payload, priority, state, due_ms, created_ms) SELECT 'noop', '{"pause_ms":100}', 1, 'waiting', 1, 1 FROM c`);
		const processes = new Processes(site), savers = [];
		await processes.start('serve');
		await processes.start('nginx');
		for (let n = 1; n <= SAVERS; n++) {
			const visitor = await signedIn(site), name = `saver${n}`;
			savers.push(new Saver(visitor, name, await visitor.made({ title: titleOf(name, 0), slug: name, markdown: textOf(name, 0) }, 'publish')));
		}
		processes.startWorker();

		const saved = () => savers.reduce((sum, { kept }) => sum + kept.length, 0);
		let failed = false;
		const saving = Promise.all(savers.map(async (saver) => { while (saved() < SAVES && !failed) await saver.save(); }))
			.catch((error) => { failed = true; throw error; });
		await Promise.all([saving, processes.killOften(saved, () => failed || saved() >= SAVES).catch((error) => { failed = true; throw error; })]);
		for (const [which, count] of Object.entries(processes.killed)) assert.ok(count > 2, `${which}: killed ${count} times`);

		// All at once, with saves under way.
		const last = savers.map((saver) => saver.save());
		await Promise.race(last);
		await Promise.all(['nginx', 'serve', 'worker'].map((which) => processes.kill(which)));
		await Promise.all(last);

		for (const file of ['site.db', 'traffic.db']) {
			assert.deepEqual(sqlite(path.join(site.data, file), 'PRAGMA integrity_check'), [['ok']], file);
			assert.deepEqual(sqlite(path.join(site.data, file), 'PRAGMA foreign_key_check'), [], file);
		}
		await processes.start('serve');
		await processes.start('nginx');
		for (const { name, edit, kept, lost } of savers) {
			const versions = sql(`SELECT r.title, r.markdown FROM revision r JOIN post p ON p.id = r.post_id WHERE p.public_id = '${edit.split('/').pop()}' ORDER BY r.id`)
				.map(([title, markdown]) => ({ n: Number(title.split(' ').pop()), title, markdown: markdown.trim() }));
			const found = versions.map(({ n }) => n);
			for (const { n, title, markdown } of versions) assert.ok(title === titleOf(name, n) && markdown === textOf(name, n), `version ${n} is whole`);
			assert.deepEqual(found, [...new Set(found)].sort((a, b) => a - b), 'each once, in the order in which they were saved');
			assert.deepEqual(kept.filter((n) => !found.includes(n)), [], `${name}: what was answered is a version`);
			assert.ok(found.length <= 1 + kept.length + lost);
			const page = (await site.get(`/${name}`)).text, now = found.at(-1);
			assert.ok(page.includes(`>${textOf(name, now)}<`), `readers of ${name} see what was saved last`);
			assert.ok(page.includes(titleOf(name, now)));
		}
		// What the worker was doing when it was killed is another's when the lease is over: nothing is left out.
		sql("UPDATE job SET due_ms = 1, lost = 0 WHERE state = 'running'");
		processes.startWorker();
		const jobs = () => ({ status: 0, text: JSON.stringify(sql("SELECT state, count(*) FROM job WHERE kind = 'noop' GROUP BY state")) });
		await eventually(jobs, ({ text }) => text === `[["done",${JOBS}]]`, 120000);
	} finally {
		await site.stop();
	}
});
