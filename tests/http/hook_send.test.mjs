// hook_send.test.mjs: `platen hook send` to the site itself, and to receivers that verify with the official library, are
// busy, refuse, or are not who they should be.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { openSite, program, tested } from './harness.mjs';

const key = 'whsec_' + crypto.randomBytes(32).toString('base64');
let dir;
before(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-send-')); });
after(() => fs.rmSync(dir, { recursive: true, force: true }));

// Runs `platen hook send`; nothing of a site is there unless `env` names one.
function send(args, env = {}) {
	const all = { PATH: process.env.PATH, PLATEN_DATA: path.join(dir, 'nothing'), ...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}), ...env };
	return new Promise((resolve) => {
		execFile(program, ['hook', 'send', ...args], { env: all, timeout: 180000 }, (error, out, errors) => resolve({ status: error ? error.code : 0, out, errors }));
	});
}

// A receiver that answers with what `answers` has, one after the other, the last one for ever.
async function receiver(answers, { server = http.createServer(), listen = [0, '127.0.0.1'] } = {}) {
	const got = [];
	server.on('request', (req, res) => {
		const parts = [];
		req.on('data', (part) => parts.push(part));
		req.on('end', () => {
			got.push({ url: req.url, headers: req.headers, body: Buffer.concat(parts).toString() });
			const { status = 200, headers = {}, body = '' } = answers[Math.min(got.length, answers.length) - 1];
			res.writeHead(status, headers).end(body);
		});
	});
	await new Promise((resolve) => server.listen(...listen, resolve));
	return { got, port: server.address().port, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections?.(); }) };
}
const withReceiver = async (answers, options, body) => {
	const r = await receiver(answers, options);
	try { await body(r); } finally { await r.close(); }
};

for (const place of tested.filter((place) => ['below', 'cgi'].includes(place)))
	test(`the site's own cronhooks take it, ${place}`, async () => {
		const site = await openSite(place, { posts: 0 });
		try {
			execFileSync(program, ['hook', 'key'], { env: site.env });
			const all = await send([], site.env);
			assert.equal(all.status, 0, all.errors);
			const rows = all.out.trim().split('\n').map((line) => JSON.parse(line));
			assert.ok(rows.length >= 3 && rows.every((row) => row.ok && !row.dry_run), all.out);
			const dry = JSON.parse((await send(['--dry-run', 'ttl'], site.env)).out);
			assert.deepEqual([dry.task, dry.dry_run], ['ttl', true]);
			const unknown = await send(['nothing'], site.env);
			assert.deepEqual([unknown.status, unknown.out], [1, '']);
			assert.match(unknown.errors, /answer is 404: There is no such task/);
			const stranger = await send(['--key', key, 'ttl'], site.env);
			assert.equal(stranger.status, 1);
			assert.match(stranger.errors, /401: no signature of the message is right/);
		} finally {
			await site.stop();
		}
	});

describe('hook send', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('is sent again until it is taken: the same id and body, signed anew', () => withReceiver([
		{ status: 503 }, { status: 409, headers: { 'retry-after': '1' } }, { body: '{"results":[{"task":"ttl","ok":true},{"task":"jobs","ok":true}]}' },
	], {}, async ({ got, port }) => {
		const begun = Date.now(), res = await send([`http://127.0.0.1:${port}/cronhooks/all`, '--key', key, '--dry-run', '--data', '{"a":"<ü>"}']);
		assert.equal(res.status, 0, res.errors);
		assert.deepEqual(res.out.split('\n'), ['{"task":"ttl","ok":true}', '{"task":"jobs","ok":true}', '']);
		assert.equal(got.length, 3);
		for (const request of got) {
			const message = new Webhook(key).verify(request.body, request.headers);
			assert.deepEqual([message.type, message.data], ['cron', { a: '<ü>', dry_run: true }]);
			assert.ok(Date.parse(message.timestamp) >= begun - 1000 && Date.parse(message.timestamp) <= Date.now());
			assert.equal(request.headers['webhook-id'], got[0].headers['webhook-id']);
			assert.equal(request.headers['content-type'], 'application/json');
			assert.equal(request.body, got[0].body);
			assert.equal(request.url, '/cronhooks/all');
		}
		assert.ok(Number(got[2].headers['webhook-timestamp']) > Number(got[0].headers['webhook-timestamp']));
	}));

	// A proxy that restarts, a port that somebody else has for a moment.
	test('garbage in place of an answer is no answer: it is sent again', async () => {
		let count = 0;
		const server = net.createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => socket.end(++count === 1 ? 'SSH-2.0-OpenSSH_9.2p1\r\n' : 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"results":[]}'));
		});
		await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			const res = await send([`http://127.0.0.1:${server.address().port}/`, '--key', key]);
			assert.deepEqual([res.status, count], [0, 2], res.errors);
			assert.match(res.errors, /does not speak HTTP: .*; again in 1 s/);
		} finally {
			server.close();
		}
	});

	test('is not sent again when that would be no use', async () => {
		for (const status of [400, 401, 404, 409, 413]) await withReceiver([{ status, body: '{"detail":"this is why"}' }], {}, async ({ got, port }) => {
			const res = await send([`http://127.0.0.1:${port}/`, '--key', key]);
			assert.deepEqual([res.status, got.length], [1, 1], String(status));
			assert.match(res.errors, new RegExp(`${status}: this is why`));
		});
	});

	test('a redirect is not followed, and the key goes nowhere', () => withReceiver([{ status: 302, headers: { location: '/elsewhere' } }], {}, async ({ got, port }) => {
		const res = await send([`http://127.0.0.1:${port}/`, '--key', key]);
		assert.deepEqual([res.status, got.length], [1, 1]);
		assert.ok(!JSON.stringify(got).includes(key.slice(6)) && !res.errors.includes(key.slice(6)));
	}));

	test('a failed task is told by its row and the exit status', () => withReceiver([{ status: 500, body: '{"ok":false,"results":[{"task":"ttl","ok":false,"error":"no"}]}' }], {}, async ({ port }) => {
		const res = await send([`http://127.0.0.1:${port}/`, '--key', key, '--wait', '0']);
		assert.deepEqual([res.status, res.out], [1, '{"task":"ttl","ok":false,"error":"no"}\n']);
		assert.match(res.errors, /1 of 1 tasks failed/);
	}));

	test('nobody there is told with the host', async () => {
		const res = await send(['--wait', '0', '--key', key], { PLATEN_URL: 'http://127.0.0.1:1/blog' });
		assert.equal(res.status, 1);
		assert.match(res.errors, /cannot call '127\.0\.0\.1'/);
	});

	test('what is wrong on the command line is told before anything is sent', async () => {
		const file = path.join(dir, 'key');
		fs.writeFileSync(file, `${key}\n`);
		for (const [args, why] of [
			[['--data', '[]'], /--data: it is no JSON object/], [['--data', '{'], /--data: line 1/], [['ftp://127.0.0.1/'], /http/],
			[['http://a:b@127.0.0.1/'], /user and a password/],
		]) {
			const res = await send(['--key', `file:${file}`, '--wait', '0', ...args]);
			assert.equal(res.status, 1, res.errors);
			assert.match(res.errors, why);
		}
		const bad = await send(['--key', 'whsec_short']);
		assert.match(bad.errors, /--key: webhook key 1 is none/);
		assert.match((await send(['--key', key, '--wait', 'x'])).errors, /'x' is no number/);
		for (const where of ['unix:relative', 'nonsense', 'host:99999', 'ftp://x/', 'http://x/?q'])
			assert.match((await send(['--key', key], { PLATEN_CRON_URL: where })).errors, /PLATEN_CRON_URL/);
	});

	function certificate(name) {
		const [file, keyFile] = ['crt', 'key'].map((end) => path.join(dir, `${name}.${end}`));
		execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', `/CN=${name}`,
			'-addext', `subjectAltName=DNS:${name}`, '-keyout', keyFile, '-out', file], { stdio: 'pipe' });
		return { file, options: { cert: fs.readFileSync(file), key: fs.readFileSync(keyFile) } };
	}

	test('TLS is verified: who signed it, and for whom', async () => {
		const { file, options } = certificate('blog.example');
		await withReceiver([{ body: '{"results":[]}' }], { server: https.createServer(options) }, async ({ got, port }) => {
			const env = { PLATEN_URL: 'https://blog.example', PLATEN_CRON_URL: `127.0.0.1:${port}`, PLATEN_HOOK_KEYS: key };
			const stranger = await send(['--wait', '0'], env);
			assert.equal(stranger.status, 1);
			assert.match(stranger.errors, /the certificate of 'blog\.example' is not right/);
			const other = await send(['--wait', '0'], { ...env, PLATEN_URL: 'https://other.example', PLATEN_CA_FILE: file });
			assert.match(other.errors, /the certificate of 'other\.example' is not right/);
			assert.equal(got.length, 0);
			const right = await send([], { ...env, PLATEN_CA_FILE: file });
			assert.equal(right.status, 0, right.errors);
			assert.deepEqual([got[0].headers.host, got[0].url], ['blog.example', '/cronhooks/all']);
		});
	});

	test('PLATEN_CRON_URL leads to another address or a unix socket', async () => {
		const socket = path.join(dir, 'receiver.sock');
		const env = { PLATEN_URL: 'https://blog.example/below', PLATEN_HOOK_KEYS: key };
		await withReceiver([{ body: '{"results":[]}' }], { listen: [socket] }, async ({ got }) => {
			const res = await send(['ttl'], { ...env, PLATEN_URL: 'http://blog.example/below', PLATEN_CRON_URL: `unix:${socket}` });
			assert.equal(res.status, 0, res.errors);
			assert.deepEqual([got[0].headers.host, got[0].url], ['blog.example', '/below/cronhooks/ttl']);
		});
		await withReceiver([{ body: '<h1>Welcome</h1>' }, { body: '{"ok":true}' }], {}, async ({ port }) => {
			for (let n = 0; n < 2; n++) {
				const res = await send(['ttl'], { ...env, PLATEN_CRON_URL: `http://127.0.0.1:${port}/inside/` });
				assert.equal(res.status, 1);
				assert.match(res.errors, /the answer is 200, but none of a cronhook/);
			}
		});
		await withReceiver([{ body: '{"results":[]}' }], {}, async ({ got, port }) => {
			const res = await send(['ttl'], { ...env, PLATEN_CRON_URL: `http://127.0.0.1:${port}/inside/` });
			assert.equal(res.status, 0, res.errors);
			assert.equal(got[0].url, '/inside/cronhooks/ttl');
		});
	});

	test('libcurl is not loaded before it is needed', () => {
		assert.doesNotMatch(execFileSync('ldd', [program], { encoding: 'utf8' }), /libcurl/);
	});
});
