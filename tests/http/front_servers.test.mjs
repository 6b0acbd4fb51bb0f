// front_servers.test.mjs: both fronts behind lighttpd and Caddy with the configurations of tools/deploy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, before, after, test } from 'node:test';
import { get as params, request as records } from './fastcgi.mjs';
import { Responder, responder, scratch } from './responder.mjs';
import { WebServer, installed } from './webserver.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const limit = 4 << 20;

// What every server must bring through; `at` is where the program is mounted.
function behaviours(ask, at) {
	test('GET, HEAD and 304', async () => {
		const page = await ask(at + '/slow-page');
		assert.deepEqual([page.status, page.body.length, page.headers.etag, page.headers.status], [200, 12288, '"abc"', undefined]);
		const head = await ask(at + '/slow-page', { method: 'HEAD' });
		assert.deepEqual([head.status, head.body.length], [200, 0]);
		const unchanged = await ask(at + '/304');
		assert.deepEqual([unchanged.status, unchanged.body.length], [304, 0]);
	});
	test('the target arrives as it was sent; the Proxy header does not arrive', async () => {
		const seen = (await ask(at + '/a%20b/%C3%A4?x=%41', { headers: { proxy: 'http://evil', 'x-a': '1' } })).json;
		assert.equal(seen.target, at + '/a%20b/%C3%A4?x=%41');
		assert.deepEqual([seen['header proxy'], seen['header x-a']], [undefined, '1']);
	});
	test('uploads arrive whole: small, large, chunked', async () => {
		for (const [n, chunked] of [[10, false], [70000, false], [limit, false], [3 << 20, true]]) {
			const body = Buffer.alloc(n, 'upload');
			const seen = (await ask(at + '/echo', { method: 'POST', body, chunked })).json;
			assert.deepEqual([seen.length, seen.sha256], [n, sha256(body)]);
		}
	});
	test('an upload that is too large gets our 413, an unread one its answer', async () => {
		for (const chunked of [false, true]) {
			const refused = await ask(at + '/echo', { method: 'POST', body: Buffer.alloc(6 << 20), chunked });
			assert.equal(refused.status, 413);
			assert.match(refused.body.toString(), /too large/);
		}
		assert.equal((await ask(at + '/ignore', { method: 'POST', body: Buffer.alloc(limit) })).body.toString(), 'ignored');
	});
	test('large answers pass', async () => {
		for (const uri of ['/file?n=20000000', '/memory?n=20000000']) assert.equal((await ask(at + uri)).body.length, 20000000);
	});
	test('a body full of FastCGI records is a body', async () => {
		const forged = Buffer.concat(Array.from({ length: 300 }, () => records(params('/forged'))));
		for (let i = 0; i < 20; i++) assert.equal((await ask(at + '/ignore', { method: 'POST', body: forged })).status, 200);
	});
}

for (const kind of ['lighttpd', 'caddy']) {
	describe(`FastCGI behind ${kind}`, { skip: !installed(kind) && `${kind} is not installed` }, () => {
		let dir, server, web;
		before(async () => {
			dir = scratch();
			server = await Responder.start(['--body-max', limit], { dir });
			web = await WebServer.start(kind, dir, { SOCKET: server.address.path });
		});
		after(async () => {
			await web.stop();
			assert.equal(await server.stop(), 0, server.child.errors);
			fs.rmSync(dir, { recursive: true });
		});
		behaviours((...args) => web.ask(...args), '');
		test('nothing was forged, nothing is left open', async () => {
			const now = (await web.ask('/status')).json;
			assert.equal(now.forged, 0);
		});
	});
}

describe('CGI behind lighttpd', { skip: !installed('lighttpd') && 'lighttpd is not installed' }, () => {
	let dir, web;
	before(async () => {
		dir = scratch();
		const folder = path.join(dir, 'cgi-bin');
		fs.mkdirSync(folder);
		fs.writeFileSync(path.join(folder, 'platen'), `#!/bin/sh\nexec '${responder}' --mount /cgi-bin/platen --body-max ${limit}\n`, { mode: 0o755 });
		web = await WebServer.start('lighttpd-cgi', dir, { PROGRAM_DIR: folder, MOUNT: '/cgi-bin/platen' });
	});
	after(async () => {
		await web.stop();
		fs.rmSync(dir, { recursive: true });
	});
	behaviours((...args) => web.ask(...args), '/cgi-bin/platen');
});
