// front_nginx.test.mjs: the FastCGI front behind a real nginx with the configuration of tools/deploy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { get as params, request as records } from './fastcgi.mjs';
import { Responder, scratch } from './responder.mjs';
import { WebServer } from './webserver.mjs';

const options = ['--body-max', 4 << 20, '--lame-duck', 6000, '--grace', 12000];
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
let dir, server, nginx;
const ask = (...args) => nginx.ask(...args);

before(async () => {
	dir = scratch();
	server = await Responder.start(options, { dir });
	nginx = await WebServer.start('nginx', dir, { SOCKET: server.address.path });
});
after(async () => {
	await nginx.stop();
	assert.equal(await server.stop(), 0, server.child.errors);
	// nginx notes the kept connections that it found closed during a restart, and repeats their GETs.
	const repeated = /while (sending request to|reading response header from) upstream.*"(GET|HEAD) /;
	const errors = fs.readFileSync(path.join(dir, 'nginx-error.log'), 'utf8').split('\n').filter((l) => /\[(error|crit|alert|emerg)\]/.test(l));
	assert.deepEqual(errors.filter((l) => !repeated.test(l)), []);
	fs.rmSync(dir, { recursive: true });
});

test('GET, HEAD and 304', async () => {
	const page = await ask('/page');
	assert.deepEqual([page.status, page.body.length, page.headers.etag], [200, 12288, '"abc"']);
	const head = await ask('/page', { method: 'HEAD' });
	assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, '12288']);
	assert.deepEqual([(await ask('/304')).status, (await ask('/304')).body.length], [304, 0]);
});
test('the target arrives as it was sent; the Proxy header does not arrive', async () => {
	const seen = (await ask('/a//b/%2e%2e/c%20d?x=%41', { headers: { proxy: 'http://evil', 'x-a': '1' } })).json;
	assert.equal(seen.target, '/a//b/%2e%2e/c%20d?x=%41');
	assert.deepEqual([seen['header proxy'], seen['header x-a'], seen.addr], [undefined, '1', '127.0.0.1']);
});
test('uploads arrive whole: small, large, chunked', async () => {
	for (const [n, chunked] of [[10, false], [70000, false], [4 << 20, false], [3 << 20, true]]) {
		const body = Buffer.alloc(n, 'upload');
		const seen = (await ask('/echo', { method: 'POST', body, chunked })).json;
		assert.deepEqual([seen.length, seen.sha256], [n, sha256(body)]);
	}
});
test('an upload that is too large gets our 413, an unread one its answer', async () => {
	const body = Buffer.alloc(6 << 20);
	const refused = await ask('/echo', { method: 'POST', body });
	assert.equal(refused.status, 413);
	assert.match(refused.body.toString(), /The upload is too large/);
	assert.equal((await ask('/ignore', { method: 'POST', body: body.subarray(0, 4 << 20) })).body.toString(), 'ignored');
});
test('large answers pass', async () => {
	for (const uri of ['/file?n=20000000', '/memory?n=20000000']) assert.equal((await ask(uri)).body.length, 20000000);
});
test('headers of 12 KB pass in the answer, and the largest that nginx lets through in the request', async () => {
	assert.equal((await ask('/echo', { headers: { 'x-a': 'a'.repeat(7000), 'x-b': 'b'.repeat(7000) } })).json['header x-a'].length, 7000);
});
test('a body full of FastCGI records is a body', async () => {
	const forged = Buffer.concat(Array.from({ length: 300 }, () => records(params('/forged'))));
	for (let i = 0; i < 50; i++) assert.equal((await ask('/ignore', { method: 'POST', body: forged })).status, 200);
	assert.equal((await ask('/status')).json.forged, 0);
});
test('three restarts by rename under load with bodies: 0 failed', async () => {
	let stopping = false, answered = 0, restarts = 0;
	const wrong = [];
	const body = Buffer.alloc(20000, 'b');
	const load = Array.from({ length: 16 }, async (_, i) => {
		while (!stopping) {
			const r = await (i < 12 ? ask(i % 3 ? '/page' : '/slow-page') : ask('/echo', { method: 'POST', body })).catch((e) => ({ status: e.code }));
			if (r.status === 200) answered++;
			else wrong.push(r.status);
		}
	});
	const pids = new Set();
	const old = [];
	try {
		for (; restarts < 3; restarts++) {
			const next = await Responder.start(options, { dir });
			server.child.kill('SIGTERM');
			old.push(server);
			server = next;
			while (!pids.has(next.child.pid) && !wrong.length) pids.add((await ask('/status')).json.pid);
			for (const wanted = answered + 500; answered < wanted && !wrong.length;) await new Promise((resolve) => setTimeout(resolve, 5));
		}
	} finally {
		stopping = true;
		await Promise.all(load);
	}
	assert.deepEqual(wrong, []);
	for (const o of old) assert.equal(await o.child.ended, 0, o.child.errors);
});
