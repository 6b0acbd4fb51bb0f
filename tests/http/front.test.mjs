// front.test.mjs: the FastCGI front: requests and answers, limits, peers that misbehave.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as f from './fastcgi.mjs';
import { Responder, freePort, scratch } from './responder.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const filled = (n) => Buffer.alloc(n, 'platen ');
let server, quiet; // `quiet`: descriptors open when nothing is under way
const connect = () => new f.Connection(server.address);
const status = async () => (await f.fetch1(server.address, f.get('/status'))).json;
const alive = async () => assert.equal((await f.fetch1(server.address, f.get('/fast'))).text, 'fast');
// Asks until the responder's status satisfies `wanted`: for effects that follow an answer.
async function eventually(wanted) {
	for (;;) {
		const now = await status();
		if (wanted(now)) return now;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

before(async () => {
	server = await Responder.start(['--workers', 4, '--body-workers', 4, '--body-max', 4 << 20, '--timeout', 60000, '--mount', '']);
	quiet = Infinity;
	for (let i = 0; i < 10; i++) quiet = Math.min(quiet, (await status()).descriptors);
});
after(async () => {
	assert.equal(await server.stop(), 0, server.child.errors);
	fs.rmSync(server.dir, { recursive: true });
});

describe('where it listens', () => {
	test('a unix socket is for owner and group only', () => {
		assert.equal(fs.statSync(server.address.path).mode & 0o777, 0o660);
	});
	test('TCP on the loopback, and no other address', async () => {
		const port = await freePort();
		const tcp = await Responder.start([], { listen: `127.0.0.1:${port}`, address: { host: '127.0.0.1', port } });
		assert.equal((await f.fetch1(tcp.address, f.get('/page'))).body.length, 12288);
		assert.equal((await f.fetch1(tcp.address, f.get('/memory?n=3000000'))).body.length, 3000000);
		assert.equal(await tcp.stop(), 0);
		await assert.rejects(Responder.start([], { listen: `0.0.0.0:${port}`, address: { host: '127.0.0.1', port } }), /127\.0\.0\.1/);
	});
	for (const [name, number] of [['descriptor 0', '0'], ['LISTEN_FDS', '3']]) {
		test(`a socket inherited as ${name}`, async () => {
			const inherited = await Responder.start([], { wrap: number });
			assert.equal((await f.fetch1(inherited.address, f.get('/fast'))).text, 'fast');
			assert.equal(await inherited.stop(), 0);
			assert.ok(fs.existsSync(inherited.address.path), 'a socket that is not ours stays');
		});
	}
	test('what is no listening socket is refused with its name', async () => {
		for (const listen of ['fd:9', 'fd:x', 'example.org:80', 'nonsense', `unix:${scratch()}/no/such/folder/s`])
			await assert.rejects(Responder.start([], { listen, address: { path: '/nonexistent' } }), (e) => e.message.includes(listen.replace(/^(unix|fd):/, '')));
	});
});

describe('requests', () => {
	test('the program sees what the server sent, once', async () => {
		const answer = await f.fetch1(server.address, f.get('/echo/%C3%A4?a=1', {
			HTTP_ACCEPT_ENCODING: 'gzip', HTTP_X_LONG: 'x'.repeat(300), HTTP_PROXY: 'http://evil', HTTP_CONTENT_LENGTH: '7', HTTPS: 'on',
		}));
		const seen = answer.json;
		assert.equal(answer.status, 200);
		assert.deepEqual([seen.method, seen.target, seen.query, seen.addr, seen.scheme], ['GET', '/echo/%C3%A4?a=1', 'a=1', '192.0.2.7', 'https']);
		assert.equal(seen['header accept-encoding'], 'gzip');
		assert.equal(seen['header x-long'].length, 300);
		assert.deepEqual(['header proxy', 'header content-length', 'header content-type'].filter((n) => n in seen), []);
		assert.match(seen.id, /^[0-9a-f]{32}$/);
		assert.equal(seen.length, -1);
	});
	test('request ids differ', async () => {
		const c = connect(), ids = new Set();
		for (let i = 0; i < 600; i++) ids.add((await c.get('/echo')).json.id);
		assert.equal(ids.size, 600);
		c.close();
	});
	test('without REQUEST_URI the target is put together and encoded', async () => {
		const seen = (await f.fetch1(server.address, f.get('/', { REQUEST_URI: '', SCRIPT_NAME: '/app', PATH_INFO: '/a b/ä?', QUERY_STRING: 'q=1' }))).json;
		assert.equal(seen.target, '/app/a%20b/%C3%A4%3F?q=1');
	});
	test('bodies of every size arrive whole, also a byte a record', async () => {
		const c = connect();
		for (const n of [1, 100, 8184, 65535, 65536, 200000, 3 << 20]) {
			const seen = (await c.post('/echo', filled(n))).json;
			assert.deepEqual([seen.length, seen.announced, seen.sha256, seen.error], [n, n, sha256(filled(n)), '']);
		}
		const small = filled(3000);
		c.send(f.head(f.post('/echo', small)), f.stream(f.STDIN, small, { size: 1, padding: 7 }));
		assert.equal((await c.answer()).json.sha256, sha256(small));
		c.close();
	});
	test('a body of unknown length is read to its end', async () => {
		for (const CONTENT_LENGTH of ['-1', '']) {
			const seen = (await f.fetch1(server.address, f.post('/echo', filled(70000), { CONTENT_LENGTH }), filled(70000))).json;
			assert.deepEqual([seen.length, seen.sha256], [70000, sha256(filled(70000))]);
		}
	});
	test('several requests sent at once are answered in turn', async () => {
		const c = connect();
		c.send(Buffer.concat([1, 2, 3].flatMap((id) => [f.request(f.get('/echo?' + id), '', { id }), f.request(f.get('/fast'), '', { id })])));
		for (const id of [1, 2, 3]) {
			const slow = await c.answer();
			assert.deepEqual([slow.id, slow.json.query], [id, String(id)]);
			assert.equal((await c.answer()).text, 'fast');
		}
		c.close();
	});
	test('64 kept connections need no thread each', async () => {
		const all = Array.from({ length: 64 }, connect);
		for (let round = 0; round < 3; round++) {
			const answers = await Promise.all(all.map((c, i) => c.get(i % 2 ? '/fast' : '/echo')));
			assert.ok(answers.every((a) => a.status === 200));
		}
		all.forEach((c) => c.close());
	});
	test('a connection that is not to be kept is closed after its answer', async () => {
		const c = connect();
		assert.equal((await c.get('/fast', {}, { keep: false })).text, 'fast');
		await c.closed;
	});
	test('HEAD and 304 carry no body', async () => {
		const c = connect();
		const head = await c.get('/page', { REQUEST_METHOD: 'HEAD' });
		assert.deepEqual([head.body.length, head.headers['content-length']], [0, '12288']);
		const unchanged = await c.get('/304');
		assert.deepEqual([unchanged.status, unchanged.body.length], [304, 0]);
		c.close();
	});
	test('large answers from memory and from files are complete, and everything is given back', async () => {
		const before = await status();
		const c = connect();
		for (const uri of ['/fast-memory?n=9000001', '/memory?n=9000001', '/file?n=9000001', '/file?n=0'])
			assert.equal((await c.get(uri)).body.length, Number(uri.split('=')[1]), uri);
		c.close();
		const after = await eventually((s) => s.descriptors <= quiet && s.released >= before.released + 2);
		assert.equal(after.released - before.released, 2);
	});
	test('a file shorter than announced ends in a broken connection, not in a good answer', async () => {
		assert.equal(await f.fetch1(server.address, f.get('/file?n=200000&short=1')), null);
	});
});

describe('what is refused', () => {
	const cases = [
		['a target beyond 8 KB', 414, f.get('/' + 'a'.repeat(8200))],
		['a joined target beyond 8 KB', 414, f.get('/', { REQUEST_URI: '', PATH_INFO: '/' + ' '.repeat(3000) })],
		['129 headers', 431, f.get('/fast', Object.fromEntries(Array.from({ length: 129 }, (_, i) => ['HTTP_X' + i, 'v'])))],
		['40 KB of headers', 431, f.get('/fast', { HTTP_COOKIE: 'c'.repeat(40000) })],
		['2 MB of headers', 431, f.get('/fast', { HTTP_COOKIE: 'c'.repeat(2 << 20) })],
		['20 000 parameters', 431, Object.fromEntries(Array.from({ length: 20000 }, (_, i) => ['A' + i, '']))],
		['NUL in a value', 400, f.get('/fast\0/admin')],
		['a name with an equals sign', 400, f.get('/fast', { 'REMOTE_ADDR=127.0.0.1': 'x' })],
		['no method', 400, f.get('/fast', { REQUEST_METHOD: '' })],
		['no target', 400, f.get('', { SCRIPT_NAME: '', PATH_INFO: '' })],
		['a length that is no number', 400, f.get('/fast', { CONTENT_LENGTH: '1e3' })],
		['a negative length', 400, f.get('/fast', { CONTENT_LENGTH: '-2' })],
		['a length beyond 63 bits', 400, f.get('/fast', { CONTENT_LENGTH: '9'.repeat(30) })],
		['a method nobody knows', 501, f.get('/fast', { REQUEST_METHOD: 'BREW' })],
		['a body that is too large', 413, f.post('/echo', filled(10), { CONTENT_LENGTH: String(5 << 20) })],
		['a body shorter than announced', 400, f.post('/echo', filled(10), { CONTENT_LENGTH: '11' })],
		['a body longer than announced', 400, f.post('/echo', filled(10), { CONTENT_LENGTH: '9' })],
		['no parameters at all', 400, {}],
	];
	for (const [name, code, params] of cases) {
		test(`${name}: ${code}, and the connection is kept`, async () => {
			const c = connect();
			c.send(f.request(params, code === 400 && params.REQUEST_METHOD === 'POST' ? filled(10) : ''));
			const answer = await c.answer();
			assert.equal(answer.status, code);
			assert.match(answer.text, /Request [0-9a-f]{32}/);
			assert.equal((await c.get('/fast')).text, 'fast');
			c.close();
		});
	}
	test('outside the mount: 404; the program may make the page itself', async () => {
		const own = await Responder.start(['--mount', '/blog', '--refuse', 1]);
		assert.equal((await f.fetch1(own.address, f.get('/blog/fast'))).text, 'fast');
		const answer = await f.fetch1(own.address, f.get('/else'));
		assert.equal(answer.status, 404);
		assert.match(answer.text, /^refused by the program: .* \([0-9a-f]{32}\)$/);
		assert.equal(await own.stop(), 0);
	});
	test('413 leaves before the body came, and the rest of the body is dropped', async () => {
		const c = connect(), body = filled(5 << 20);
		c.send(f.head(f.post('/echo', body)), f.record(f.STDIN, filled(1000)));
		assert.equal((await c.answer()).status, 413);
		c.send(f.stream(f.STDIN, body.subarray(1000)), f.request(f.get('/fast')));
		assert.equal((await c.answer()).text, 'fast');
		c.close();
	});
	test('413 for a body of unknown length that grows too large', async () => {
		const c = connect();
		c.send(f.request(f.post('/echo', '', { CONTENT_LENGTH: '-1' }), filled(6 << 20)), f.request(f.get('/fast')));
		assert.equal((await c.answer()).status, 413);
		assert.equal((await c.answer()).text, 'fast');
		c.close();
	});
	test('503 when uploads together are too large', async () => {
		const own = await Responder.start(['--spool-max', 1 << 20]);
		assert.equal((await f.fetch1(own.address, f.post('/echo', filled(3 << 20)), filled(3 << 20))).status, 503);
		assert.equal((await f.fetch1(own.address, f.post('/echo', filled(900 << 10)), filled(900 << 10))).status, 200);
		assert.equal(await own.stop(), 0);
		const unwritable = await Responder.start(['--spool-dir', '/nonexistent']);
		assert.equal((await f.fetch1(unwritable.address, f.post('/echo', filled(1 << 20)), filled(1 << 20))).status, 503);
		assert.equal((await f.fetch1(unwritable.address, f.post('/echo', filled(100)), filled(100))).status, 200);
		assert.equal(await unwritable.stop(), 0);
	});
});

describe('attacks by the peer', () => {
	test('an unread body is never taken for requests: 0 of 1000', async () => {
		const forged = f.request(f.get('/forged', { REMOTE_USER: 'admin' }));
		const body = Buffer.concat(Array.from({ length: 60 }, () => forged));
		const c = connect();
		for (let i = 0; i < 1000; i++) {
			const answer = await c.post('/ignore', body);
			assert.equal(answer.text, 'ignored');
		}
		assert.equal((await c.get('/fast')).text, 'fast');
		assert.equal((await status()).forged, 0);
		c.close();
	});
	const values = f.pairs({ FCGI_MAX_CONNS: '', FCGI_MAX_REQS: '', FCGI_MPXS_CONNS: '', FCGI_MAX_CONNS1: '' });
	const four = f.record(f.GET_VALUES, Buffer.concat([values, values]), { id: 0 });
	const huge = (first, second) => Buffer.concat([Buffer.from(first), Buffer.from(second)]);
	const start = f.begin(), page = f.head(f.get('/fast')), upload = f.head(f.post('/echo', filled(99)));
	const bad = {
		'GET_VALUES first': [four],
		'GET_VALUES inside PARAMS': [start, four],
		'GET_VALUES inside a body': [upload, four],
		'a management record of unknown type': [f.record(77, 'x', { id: 0 })],
		'an unknown type': [start, f.record(77, 'x')],
		'a type in the wrong place': [start, f.record(f.STDIN, 'x')],
		'PARAMS before BEGIN_REQUEST': [f.record(f.PARAMS, 'x')],
		'PARAMS inside a body': [upload, f.record(f.PARAMS, 'x')],
		'another version': [f.record(f.BEGIN, '\0\x01\0\0\0\0\0\0', { version: 2 })],
		'request id 0': [f.begin({ id: 0 })],
		'another request id': [start, f.record(f.PARAMS, 'x', { id: 2 })],
		'a second request on top': [start, f.begin({ id: 2 })],
		'a BEGIN_REQUEST of seven bytes': [f.record(f.BEGIN, '\0\x01\0\0\0\0\0')],
		'a padded BEGIN_REQUEST': [f.begin({ padding: 8 })],
		'a padded end of PARAMS': [start, f.record(f.PARAMS, '', { padding: 8 })],
		'a padded end of STDIN': [page, f.record(f.STDIN, '', { padding: 8 })],
		'the role of an authorizer': [f.begin({ role: 2 })],
		'ABORT_REQUEST in the head': [start, f.record(f.ABORT)],
		'ABORT_REQUEST in the body': [upload, f.record(f.ABORT)],
		'PARAMS that end in a name': [start, f.stream(f.PARAMS, Buffer.from([5, 5, 65, 66]))],
		'PARAMS that end in a length': [start, f.stream(f.PARAMS, Buffer.from([0x80, 0]))],
		'plain HTTP': [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
		'endless PARAMS': [start, ...Array.from({ length: 80 }, () => f.record(f.PARAMS, Buffer.alloc(65535, 1)))],
	};
	for (const [name, bytes] of Object.entries(bad)) {
		test(`${name}: closed without an answer`, async () => {
			const c = connect();
			c.send(...bytes);
			assert.equal(await c.answer(), null);
			await alive();
		});
	}
	for (const [name, lengths] of Object.entries({
		'INT_MAX twice': huge([255, 255, 255, 255], [255, 255, 255, 255]),
		'a sum that wraps to 4': huge([255, 255, 255, 255], [128, 0, 0, 5]),
		'a long value': huge([1], [0xFF, 0xFF, 0xFF, 0xFE]),
	})) {
		test(`impossible lengths, ${name}: 431`, async () => {
			const c = connect();
			c.send(start, f.stream(f.PARAMS, Buffer.concat([lengths, Buffer.from('abc')])), f.stream(f.STDIN, ''));
			assert.equal((await c.answer()).status, 431);
			c.close();
			await alive();
		});
	}
});

describe('peers that are slow', () => {
	test('silent ones delay nobody, wherever they stop', async () => {
		const whole = f.request(f.post('/echo', filled(500)), filled(500));
		const stuck = [0, 1, 7, 8, 15, 16, 20, 40, 200, whole.length - 9, whole.length - 1].map((n) => connect().send(whole.subarray(0, n)));
		const c = connect();
		for (let i = 0; i < 20; i++) assert.equal((await c.get(i % 2 ? '/fast' : '/echo')).status, 200);
		assert.ok(stuck.every((s) => s.have === 0 && !s.isClosed));
		stuck.forEach((s) => s.close());
		c.close();
	});
	test('one byte at a time is understood, and others are served in between', async () => {
		const slow = connect(), c = connect(), body = filled(40);
		slow.socket.setNoDelay(true);
		for (const byte of f.request(f.post('/echo', body), body)) {
			assert.equal(slow.have, 0);
			slow.send(Buffer.from([byte]));
			assert.equal((await c.get('/fast')).text, 'fast');
		}
		assert.equal((await slow.answer()).json.sha256, sha256(body));
		slow.close();
		c.close();
	});
	test('64 uploads that stop in the middle hold no thread: pages and other uploads go on', async () => {
		const body = filled(300000), bytes = f.request(f.post('/echo', body), body);
		const stuck = Array.from({ length: 64 }, () => connect().send(bytes.subarray(0, 200000)));
		const c = connect();
		for (let i = 0; i < 20; i++) {
			assert.equal((await c.get('/fast')).text, 'fast');
			assert.equal((await c.get('/echo')).status, 200);
			assert.equal((await c.post('/echo', filled(90000))).json.sha256, sha256(filled(90000)));
		}
		assert.ok(stuck.every((s) => s.have === 0));
		stuck.forEach((s) => s.send(bytes.subarray(200000)));
		for (const s of stuck) {
			assert.equal((await s.answer()).json.sha256, sha256(body));
			s.close();
		}
		c.close();
	});
	test('64 that stop reading hold no thread, and get everything once they read', async () => {
		const uris = ['/memory?n=5000000', '/file?n=5000000', '/fast-memory?n=5000000'];
		const stuck = Array.from({ length: 64 }, (_, i) => {
			const s = connect();
			s.socket.pause();
			return s.send(f.request(f.get(uris[i % 3])));
		});
		const c = connect();
		for (let i = 0; i < 20; i++) {
			assert.equal((await c.get('/fast')).text, 'fast');
			assert.equal((await c.get('/echo')).status, 200);
			assert.equal((await c.get('/file?n=1000000')).body.length, 1000000);
		}
		for (const s of stuck) {
			assert.equal(s.have, 0);
			s.socket.resume();
			assert.equal((await s.answer()).body.length, 5000000);
			s.close();
		}
		c.close();
	});
	test('8 requests that block leave those from memory alone', async () => {
		const blocked = Array.from({ length: 8 }, () => connect().send(f.request(f.get('/block'))));
		await eventually((s) => s.blocked === 4);
		const c = connect();
		for (let i = 0; i < 100; i++) assert.equal((await c.get('/fast')).text, 'fast');
		assert.ok(blocked.every((b) => b.have === 0));
		assert.equal((await c.post('/echo', filled(10))).status, 200, 'uploads have threads of their own');
		await c.get('/open');
		await eventually((s) => s.blocked === 4);
		await c.get('/open');
		for (const b of blocked) {
			assert.equal((await b.answer()).text, 'unblocked');
			b.close();
		}
		c.close();
	});
	test('a peer that leaves in the middle leaves nothing behind', async () => {
		const before = await status(), body = filled(300000), bytes = f.request(f.post('/echo', body), body);
		for (const n of [5, 100, 1000, 200000, bytes.length]) connect().send(bytes.subarray(0, n)).socket.end();
		for (const uri of ['/memory?n=5000000', '/file?n=5000000', '/fast-memory?n=5000000', '/echo']) {
			const c = connect().send(f.request(f.get(uri)));
			c.socket.once('data', () => c.close());
		}
		const now = await eventually((s) => s.descriptors <= quiet && s.given_up + s.done >= before.given_up + before.done + 6);
		assert.ok(now.released - before.released >= 2);
	});
});

describe('bounds', () => {
	test('whoever falls silent in the middle is dropped after the timeout', async () => {
		const own = await Responder.start(['--timeout', 150]);
		const body = filled(300000), bytes = f.request(f.post('/echo', body), body);
		const idle = new f.Connection(own.address);
		const head = new f.Connection(own.address).send(bytes.subarray(0, 50));
		const memory = new f.Connection(own.address).send(bytes.subarray(0, 5000));
		const file = new f.Connection(own.address).send(bytes.subarray(0, 200000));
		const reader = new f.Connection(own.address);
		reader.socket.pause();
		reader.send(f.request(f.get('/memory?n=5000000')));
		await Promise.all([head.closed, memory.closed, file.closed]);
		assert.equal((await idle.get('/fast')).text, 'fast', 'between requests silence is allowed');
		for (let s = {}; s.given_up !== 1;) s = (await idle.get('/status')).json;
		reader.socket.resume();
		assert.equal(await reader.answer(), null);
		assert.equal(await own.stop(), 0);
	});
	test('a head that trickles in has no more time than one that stops', async () => {
		const own = await Responder.start(['--timeout', 200]);
		const c = new f.Connection(own.address);
		const trickle = setInterval(() => c.send(f.record(f.PARAMS, f.pairs({ A: 'b' }))), 20);
		c.send(f.begin());
		await c.closed;
		clearInterval(trickle);
		assert.equal(await own.stop(), 0);
	});
	test('at the limit of connections the longest idle one gives way', async () => {
		const own = await Responder.start(['--loops', 1, '--connections', 8]);
		const idle = Array.from({ length: 8 }, () => new f.Connection(own.address));
		for (const c of idle) assert.equal((await c.get('/fast')).text, 'fast');
		const ninth = new f.Connection(own.address);
		assert.equal((await ninth.get('/fast')).text, 'fast');
		await idle[0].closed;
		assert.equal((await idle[7].get('/fast')).text, 'fast');
		[...idle, ninth].forEach((c) => c.close());
		assert.equal(await own.stop(), 0);
	});
	test('when all are busy new connections wait their turn', async () => {
		const own = await Responder.start(['--loops', 1, '--connections', 4, '--workers', 4]);
		const control = new f.Connection(own.address);
		const busy = Array.from({ length: 3 }, () => new f.Connection(own.address).send(f.request(f.get('/block'))));
		for (let s = {}; s.blocked !== 3;) s = (await control.get('/status')).json;
		control.send(f.request(f.get('/block')));
		const waiting = new f.Connection(own.address).send(f.request(f.get('/fast')));
		await new Promise((resolve) => waiting.socket.once('connect', resolve));
		assert.ok(!control.isClosed && waiting.have === 0, 'nobody busy gives way');
		assert.equal(await own.stop(['SIGTERM', 'SIGINT']), 1, 'a second signal ends the wait for blocked requests');
		[...busy, control, waiting].forEach((c) => c.close());
	});
	test('and get it when one of the busy leaves', async () => {
		const own = await Responder.start(['--loops', 1, '--connections', 2]);
		const busy = [0, 1].map(() => new f.Connection(own.address).send(f.head(f.get('/fast'))));
		await Promise.all(busy.map((c) => new Promise((resolve) => c.socket.once('connect', resolve))));
		const waiting = new f.Connection(own.address).send(f.request(f.get('/fast')));
		busy[1].send(f.stream(f.STDIN, ''));
		assert.equal((await busy[1].answer()).text, 'fast');
		assert.equal((await waiting.answer()).text, 'fast');
		[...busy, waiting].forEach((c) => c.close());
		assert.equal(await own.stop(), 0);
	});
});
