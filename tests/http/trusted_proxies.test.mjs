// trusted_proxies.test.mjs: who the visitor is where other web servers stand in front (PLATEN_TRUSTED_PROXIES).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from './responder.mjs';
import { openSite, program } from './harness.mjs';

const sixth = Object.values(os.networkInterfaces()).flat().some(({ address }) => address === '::1');
let site, front, socket;

// nginx before nginx, as a CDN is: it writes whom it got the request from behind what was there. And nginx itself
// at an address of IPv6 and at a unix socket.
const edit = (text) => text.replace(/listen 127\.0\.0\.1:(\d+);/, (plain, port) => `${plain}
	${sixth ? `listen [::1]:${port};` : ''}
	listen unix:${socket};`).replace(/\}\s*$/, `
	server {
		listen 127.0.0.1:${front};
		location / {
			proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
			proxy_pass http://127.0.0.1:$SITE;
		}
	}
}`).replace('$SITE', /listen 127\.0\.0\.1:(\d+);/.exec(text)[1]);

before(async () => {
	front = await freePort();
	socket = path.join(os.tmpdir(), `platen-proxies-${process.pid}.sock`);
	site = await openSite('fastcgi', { posts: 0, edit, file: ['PLATEN_TRUSTED_PROXIES', 'PLATEN_LOG_FORMAT'],
		env: { PLATEN_LOG_FORMAT: 'json', PLATEN_TRUSTED_PROXIES: '127.0.0.1, 127.0.1.0/24 ::1 unix' } });
});
after(() => site?.stop());

function ask(options, forwarded) {
	const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
	return new Promise((resolve, reject) => {
		http.get({ agent: false, path: '/search?q=x', headers, ...options }, (res) => {
			res.resume();
			res.on('end', () => resolve(res));
		}).on('error', reject);
	});
}

// Whom the log names as the visitor of such a request.
async function visitor(from, forwarded, options = {}) {
	const where = { host: '127.0.0.1', port: site.port, localAddress: from, ...options };
	const id = (await ask(where, forwarded)).headers['x-request-id'];
	for (;;) {
		const line = site.app.log().split('\n').slice(0, -1).find((one) => one.includes(id));
		if (line) return JSON.parse(line).remote;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

test('of a server that is listed the header is believed', async () => {
	assert.equal(await visitor('127.0.0.1'), '127.0.0.1');
	assert.equal(await visitor('127.0.0.1', '198.51.100.7'), '198.51.100.7');
	assert.equal(await visitor('127.0.1.9', '203.0.113.5, 2001:DB8::7, 127.0.1.8'), '2001:db8::7');
	assert.equal(await visitor('127.0.0.1', '198.51.100.7, nonsense'), '127.0.0.1');
	assert.equal(await visitor('127.0.0.1', ['203.0.113.5', '198.51.100.7']), '198.51.100.7');
});
test('of everybody else it is ignored', async () => {
	assert.equal(await visitor('127.0.0.2', '198.51.100.7'), '127.0.0.2');
	assert.equal(await visitor('127.0.0.2', '127.0.0.1'), '127.0.0.2');
});
test('what a visitor claims does not pass a server that says whom it has', async () => {
	assert.equal(await visitor('127.0.0.3', undefined, { port: front }), '127.0.0.3');
	assert.equal(await visitor('127.0.0.3', '198.51.100.7', { port: front }), '127.0.0.3');
	assert.equal(await visitor('127.0.0.3', '127.0.0.1, ::1', { port: front }), '127.0.0.3');
	const own = await ask({ host: '127.0.0.1', port: front, localAddress: '127.0.0.3', path: '/metrics' }, '127.0.0.1');
	// Loopback, and so the machine's own, who may see the figures; one who comes from elsewhere may not.
	assert.equal(own.statusCode, 200);
	assert.equal((await ask({ host: '127.0.0.1', port: front, localAddress: '127.0.1.4', path: '/metrics' }, '198.51.100.7')).statusCode, 404);
});
test('an address of IPv6, and a unix socket', { skip: sixth ? false : 'this machine has no ::1' }, async () => {
	assert.equal(await visitor('::1', '203.0.113.5, 198.51.100.7', { host: '::1' }), '198.51.100.7');
	assert.equal(await visitor('::1', undefined, { host: '::1' }), '::1');
	const there = { host: undefined, port: undefined, localAddress: undefined, socketPath: socket };
	assert.equal(await visitor(undefined, '2001:db8::7', there), '2001:db8::7');
	assert.equal(await visitor(undefined, undefined, there), 'unix:');
});
test('plain CGI does the same; without the setting nobody is believed', () => {
	const remote = (addr, trusted) => {
		const { stderr } = spawnSync(program, { encoding: 'utf8', env: { ...site.env, GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', REQUEST_URI: '/search?q=x',
			SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: addr, HTTP_X_FORWARDED_FOR: '203.0.113.5, 198.51.100.7', ...trusted } });
		return JSON.parse(stderr.split('\n').find((line) => line.includes('"remote"'))).remote;
	};
	assert.deepEqual(['127.0.0.1', '127.0.0.2'].map((addr) => remote(addr)), ['198.51.100.7', '127.0.0.2']);
	assert.equal(remote('127.0.0.1', { PLATEN_TRUSTED_PROXIES: '' }), '127.0.0.1');
});
