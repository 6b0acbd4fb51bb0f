// front_stop.test.mjs: the FastCGI front stops, is replaced and reloads without losing a request.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import * as f from './fastcgi.mjs';
import { Responder, scratch } from './responder.mjs';

const until = (socket, event) => new Promise((resolve) => socket.once(event, resolve));

test('requests in flight are finished, kept connections are closed after their next answer', async () => {
	const server = await Responder.start(['--lame-duck', 60000, '--grace', 60000]);
	const [idle, blocked, upload, control] = [0, 1, 2, 3].map(() => new f.Connection(server.address));
	await idle.get('/fast');
	const body = Buffer.alloc(200000, 'x'), bytes = f.request(f.post('/echo', body), body);
	upload.send(bytes.subarray(0, 150000));
	blocked.send(f.request(f.get('/block')));
	for (let s = {}; s.blocked !== 1;) s = (await control.get('/status')).json;
	server.child.kill('SIGTERM');
	while (fs.existsSync(server.address.path)) await new Promise((resolve) => setTimeout(resolve, 5));
	assert.equal((await idle.get('/fast')).text, 'fast', 'a kept connection still serves');
	await idle.closed;
	upload.send(bytes.subarray(150000));
	assert.equal((await upload.answer()).json.length, 200000);
	await control.get('/open');
	assert.equal((await blocked.answer()).text, 'unblocked');
	assert.equal(await server.child.ended, 0);
});

test('what waits in the backlog is served before the end', async () => {
	const server = await Responder.start([]);
	const all = Array.from({ length: 200 }, () => new f.Connection(server.address).send(f.request(f.get('/echo'), '', { keep: false })));
	await Promise.all(all.map((c) => until(c.socket, 'connect')));
	server.child.kill('SIGTERM');
	for (const c of all) assert.equal((await c.answer()).status, 200);
	assert.equal(await server.child.ended, 0);
});

test('two loops share the connections, and each ends its own', async () => {
	const server = await Responder.start(['--loops', 2, '--lame-duck', 60000, '--grace', 60000]);
	const control = new f.Connection(server.address), all = [];
	let status = {}, asked = 0;
	// A loop that is busy leaves what comes meanwhile to the other.
	while (!status.in_loop_0 || !status.in_loop_1) {
		const some = Array.from({ length: 16 }, () => new f.Connection(server.address));
		const answers = await Promise.all(some.map((c) => c.get('/fast-memory?n=2000000')));
		for (const a of answers) assert.equal(a.body.length, 2000000);
		all.push(...some);
		asked += 17;
		status = (await control.get('/status')).json;
	}
	assert.equal(status.in_loop_0 + status.in_loop_1, asked);
	server.child.kill('SIGTERM');
	while (fs.existsSync(server.address.path)) await new Promise((resolve) => setTimeout(resolve, 5));
	for (const c of all) assert.equal((await c.get('/fast')).text, 'fast', 'a kept connection still serves');
	await Promise.all(all.map((c) => c.closed));
	await control.get('/fast');
	assert.equal(await server.child.ended, 0);
});

test('idle connections are closed when the lame duck is over, busy ones after the grace', async () => {
	const server = await Responder.start(['--lame-duck', 50, '--grace', 1000]);
	const idle = new f.Connection(server.address), blocked = new f.Connection(server.address);
	blocked.send(f.request(f.get('/block')));
	for (let s = {}; s.blocked !== 1;) s = (await idle.get('/status')).json;
	const begun = performance.now();
	server.child.kill('SIGTERM');
	await idle.closed;
	const ended = server.child.exitCode;
	if (performance.now() - begun < 1000) assert.equal(ended, null, 'the blocked request has more time');
	assert.equal(await server.child.ended, 1);
	assert.match(server.child.errors, /1 requests were still being worked on/);
});

test('SIGHUP reloads and disturbs nobody', async () => {
	const server = await Responder.start([]);
	const c = new f.Connection(server.address);
	server.child.kill('SIGHUP');
	for (let s = {}; s.reloads !== 1;) s = (await c.get('/status')).json;
	c.close();
	assert.equal(await server.stop(), 0);
});

// Keeps asking until told to end, as a web server does: GET on kept connections, bodies on fresh ones.
// A kept connection that was closed before a byte of the answer came is what a client must expect (RFC
// 9112, 9.3.1): it asks again on a fresh one. That nginx need not even do that is shown in
// front_nginx.test.mjs.
class Load {
	constructor(address) { Object.assign(this, { address, stopping: false, failed: 0, answered: 0 }); }
	note(answer, wanted) {
		if (answer?.status === 200 && answer.body.length >= wanted) this.answered++;
		else this.failed++;
	}
	async kept() {
		let c = new f.Connection(this.address), used = 0;
		for (let i = 0; !this.stopping; i++) {
			const answer = await c.get(i % 4 ? '/page' : '/slow-page');
			if (answer || !used || c.have || c.parts.length) this.note(answer, 12288);
			if (answer) used++;
			else [c, used] = [new f.Connection(this.address), 0];
		}
		c.close();
	}
	async fresh(body) {
		while (!this.stopping) this.note(await f.fetch1(this.address, f.post('/echo', body), body), 1);
	}
	start() {
		this.all = [this.kept(), this.kept(), this.kept(), this.kept(), this.fresh(Buffer.alloc(300)), this.fresh(Buffer.alloc(100000))];
	}
	async stop() { this.stopping = true; await Promise.all(this.all); }
}

test('nine restarts by rename under load with bodies: 0 failed', async () => {
	const dir = scratch();
	let server = await Responder.start([], { dir });
	const load = new Load(server.address);
	load.start();
	try {
		for (let i = 0; i < 9; i++) {
			const next = await Responder.start([], { dir });
			assert.equal(await server.stop(), 0, server.child.errors);
			assert.ok(fs.existsSync(server.address.path), 'the path belongs to the successor now');
			server = next;
			const wanted = load.answered + 200;
			while (load.answered < wanted && load.failed === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		}
	} finally {
		await load.stop();
	}
	assert.equal(load.failed, 0);
	assert.equal(await server.stop(), 0);
	assert.ok(!fs.existsSync(server.address.path), 'the last one removes its path');
});

// All its threads wait: what it did behind an answer's last byte is done.
async function atRest({ pid }) {
	const state = (task) => { try { return fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').split(') ')[1][0]; } catch { return 'S'; } };
	while (!fs.readdirSync(`/proc/${pid}/task`).every((task) => state(task) === 'S')) await new Promise(setImmediate);
}

test('restarts of a socket that is inherited lose nothing: the backlog waits for the next', async () => {
	const first = await Responder.start([], { wrap: '0' });
	const c = new f.Connection(first.address);
	await c.get('/fast');
	await atRest(first.child); // stopping before that, it would have ended the connection behind its answer
	first.child.kill('SIGTERM');
	assert.equal((await c.get('/fast')).text, 'fast');
	assert.equal(await first.child.ended, 0);
	assert.ok(fs.existsSync(first.address.path));
});
