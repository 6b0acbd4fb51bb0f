// front_cgi.test.mjs: the same program as plain CGI.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { get, parse, post } from './fastcgi.mjs';
import { start } from './children.mjs';
import { responder } from './responder.mjs';

// Runs it once with this environment and input; `open` leaves the input open behind the bytes.
function cgi(env, input = '', { args = [], open = false } = {}) {
	return new Promise((resolve) => {
		const child = start(responder, args, { env: { GATEWAY_INTERFACE: 'CGI/1.1', ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
		const out = [];
		let errors = '';
		child.stdin.on('error', () => {});
		child.stdout.on('data', (d) => out.push(d));
		child.stderr.on('data', (d) => { errors += d; });
		child.stdin.write(input);
		if (!open) child.stdin.end();
		child.on('close', (code) => resolve(Object.assign(parse(Buffer.concat(out)), { code, errors })));
	});
}

test('a GET: the variables become a request', async () => {
	const r = await cgi({ ...get('/echo?x=1'), HTTP_USER_AGENT: 'test', HTTP_PROXY: 'http://evil' });
	assert.deepEqual([r.code, r.status, r.json.target, r.json['header user-agent'], r.json['header proxy']], [0, 200, '/echo?x=1', 'test', undefined]);
	assert.equal(r.headers['content-length'], String(r.body.length));
});
test('a program below /cgi-bin without REQUEST_URI', async () => {
	const r = await cgi({ ...get(''), REQUEST_URI: undefined, SCRIPT_NAME: '/cgi-bin/platen', PATH_INFO: '/a b' }, '', { args: ['--mount', '/cgi-bin/platen'] });
	assert.deepEqual([r.status, r.json.target], [200, '/cgi-bin/platen/a%20b']);
});
test('bodies: whole, without an end of input, none without a length', async () => {
	const body = Buffer.alloc(500000, 'abc'), sha = createHash('sha256').update(body).digest('hex');
	for (const open of [false, true])
		assert.equal((await cgi(post('/echo', body), body, { open })).json.sha256, sha);
	assert.equal((await cgi(post('/echo', body, { CONTENT_LENGTH: '' }), '')).json.length, -1);
	assert.equal((await cgi(post('/echo', body, { CONTENT_LENGTH: '-1' }), body)).json.sha256, sha);
	assert.equal((await cgi(post('/echo', body), Buffer.concat([body, Buffer.from('behind')]))).json.length, 500000);
});
test('a body that ends early is an error to the handler, not a shorter body', async () => {
	const r = await cgi(post('/echo', Buffer.alloc(100)), Buffer.alloc(60));
	assert.deepEqual([r.status, r.json.error], [200, 'input/output error']);
});
test('a body that stops coming runs into the timeout', async () => {
	const r = await cgi(post('/echo', Buffer.alloc(100)), Buffer.alloc(60), { open: true, args: ['--timeout', '100'] });
	assert.equal(r.json.error, 'timed out');
});
test('an unread body does not cost the answer', async () => {
	const body = Buffer.alloc(2 << 20);
	assert.equal((await cgi(post('/ignore', body), body)).body.toString(), 'ignored');
});
test('HEAD, 304, files and large bodies', async () => {
	assert.equal((await cgi(get('/page', { REQUEST_METHOD: 'HEAD' }))).body.length, 0);
	assert.equal((await cgi(get('/304'))).status, 304);
	assert.equal((await cgi(get('/file?n=3000000'))).body.length, 3000000);
	assert.equal((await cgi(get('/memory?n=3000000'))).body.length, 3000000);
});

const broken = [
	['no method', 400, { ...get('/echo'), REQUEST_METHOD: undefined }],
	['no address', 400, { ...get(''), REQUEST_URI: undefined }],
	['a length that is no number', 400, get('/echo', { CONTENT_LENGTH: 'ten' })],
	['a length beyond 63 bits', 400, get('/echo', { CONTENT_LENGTH: '99999999999999999999' })],
	['a body beyond the limit', 413, get('/echo', { REQUEST_METHOD: 'POST', CONTENT_LENGTH: '99999999999' })],
	['a long address', 414, get('/' + 'x'.repeat(9000))],
	['large headers', 431, get('/echo', { HTTP_COOKIE: 'x'.repeat(40000) })],
	['an unknown method', 501, get('/echo', { REQUEST_METHOD: 'BREW' })],
];
for (const [name, code, env] of broken) {
	test(`${name}: ${code}`, async () => {
		const clean = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined));
		const r = await cgi(clean);
		assert.deepEqual([r.code, r.status], [0, code]);
		assert.match(r.body.toString(), /Request [0-9a-f]{32}/);
	});
}
