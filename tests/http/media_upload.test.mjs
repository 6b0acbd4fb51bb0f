// media_upload.test.mjs: files into the library, piece by piece: the protocol, what is refused, and what is served.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { once } from 'node:events';
import { below, openSite, platen, program, startApp } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, jobsDone, jpeg, png } from './media.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

let site, owner, up;
const person = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const incoming = () => (fs.existsSync(path.join(site.data, 'media/incoming')) ? fs.readdirSync(path.join(site.data, 'media/incoming')) : []);
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const detail = (res) => JSON.parse(res.text).detail;

// The program ends as the power's button ends it, and another one is started.
async function kill() {
	const { app } = site, gone = once(app, 'exit');
	site.app = null;
	app.kill('SIGKILL');
	await gone;
	fs.rmSync(site.socket, { force: true });
	await startApp(site);
}

before(async () => {
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn', PLATEN_UPLOAD_MAX: '20m' } });
	person(EMAIL, 'owner');
	person('contributor@example.org', 'contributor');
	owner = await signedIn(site);
	up = new Uploader(owner);
});
after(() => site?.stop());

test('the server says what it speaks', async () => {
	const res = await owner.ask('/admin/media/uploads', { method: 'OPTIONS' });
	assert.equal(res.status, 204);
	assert.deepEqual([res.headers['tus-version'], res.headers['tus-extension'], res.headers['tus-max-size']], ['1.0.0', 'creation,termination,expiration', String(20 << 20)]);
});

test('a file comes in pieces, is the same bytes, and is there once', async () => {
	const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(3 << 20)]);
	const begun = await up.begin(bytes.length, 'A paper – ü.pdf', { library: true });
	assert.equal(begun.status, 201, begun.text);
	assert.equal(begun.headers['tus-resumable'], '1.0.0');
	const target = below(site, begun.headers.location);
	assert.match(target, /^\/admin\/media\/uploads\/[A-Za-z0-9]{22}$/);
	for (let at = 0; at < bytes.length; at += 1 << 20) {
		const res = await up.state(target);
		assert.deepEqual([res.status, res.headers['upload-offset'], res.headers['upload-length'], /no-store/.test(res.headers['cache-control'])], [200, String(at), String(bytes.length), true]);
		const put = await up.piece(target, at, bytes.subarray(at, at + (1 << 20)));
		assert.deepEqual([put.status, put.headers['upload-offset']], [204, String(Math.min(bytes.length, at + (1 << 20)))], put.text);
	}
	const { item } = JSON.parse((await up.state(target, 'GET')).text);
	assert.deepEqual([item.name, item.mime, item.kind, item.address], ['A paper – ü.pdf', 'application/pdf', 'document', `/media/${hash(bytes)}/A%20paper%20%E2%80%93%20%C3%BC.pdf`]);
	assert.deepEqual(incoming(), []);
	const got = await site.get(item.address);
	assert.equal(got.status, 200);
	assert.equal(hash(got.bytes), hash(bytes));
	assert.equal(got.headers['x-content-type-options'], 'nosniff');
	const part = await site.get(item.address, { headers: { range: 'bytes=5-7' } });
	assert.deepEqual([part.status, part.bytes.toString(), part.headers['content-range']], [206, '1.7', `bytes 5-7/${bytes.length}`]);
	const again = await up.send(bytes, 'other.pdf');
	assert.equal(again.id, item.id);
	assert.equal(sql(`SELECT count(*) FROM media WHERE hash = '${hash(bytes)}'`)[0][0], 1);
	const twice = await up.piece(target, bytes.length, Buffer.alloc(0));
	assert.equal(twice.status, 204, 'what is done can be said again');
});

test('a picture is published without what its camera wrote into it', async () => {
	for (const [bytes, name] of [[jpeg('SECRET-PLACE'), 'a.jpg'], [png(8, 6, [1, 2, 3], 'SECRET-PLACE'), 'a.png']]) {
		const item = await up.send(bytes, name);
		assert.equal(item.kind, 'image', JSON.stringify(item));
		const got = await site.get(item.address);
		assert.equal(got.status, 200, name);
		assert.match(got.headers['content-type'], /^image\/(jpeg|png)$/);
		assert.ok(got.bytes.length > 30 && !got.bytes.includes('SECRET'), name);
		if (name === 'a.jpg') assert.ok(got.bytes.includes(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])), 'which way up it is stays');
		const own = await owner.ask(`/admin/media/${item.id}/file`);
		assert.equal(hash(own.bytes), hash(bytes), 'whoever works on the site gets what was uploaded');
		assert.equal((await site.get(`/admin/media/${item.id}/file`)).status, 303);
	}
});

test('a piece at the wrong place, of the wrong length or kind changes nothing', async () => {
	const bytes = randomBytes(5000);
	const target = below(site, (await up.begin(bytes.length, 'x.zip')).headers.location);
	assert.equal((await up.piece(target, 0, bytes.subarray(0, 1000))).status, 204);
	for (const [what, offset, body, headers, wanted] of [
		['too early', 0, bytes.subarray(0, 10), {}, 409], ['too late', 1001, bytes.subarray(0, 10), {}, 409],
		['beyond the end', 5000, bytes.subarray(0, 10), {}, 409], ['longer than the file', 1000, bytes, {}, 413],
		['longer than a piece', 1000, Buffer.alloc((8 << 20) + 1), {}, 413],
		['no number', 'x', bytes, {}, 400], ['a negative one', -1, bytes, {}, 400], ['a huge one', '99999999999999999999', bytes, {}, 400], ['hexadecimal', '0x3e8', bytes, {}, 400],
		['another type', 1000, bytes, { 'content-type': 'application/octet-stream' }, 415],
		['another version', 1000, bytes, { 'tus-resumable': '0.2.2' }, 412],
		['no token', 1000, bytes, { 'form-token': '' }, 403], ['another site', 1000, bytes, { origin: 'https://evil.example' }, 403],
	]) {
		const res = await up.piece(target, offset, body, headers);
		assert.equal(res.status, wanted, `${what}: ${res.text}`);
		assert.equal((await up.state(target)).headers['upload-offset'], '1000', what);
	}
	const stranger = new Uploader(await signedIn(site, 'contributor@example.org'));
	for (const res of [await stranger.state(target), await stranger.piece(target, 1000, bytes), await stranger.drop(target)])
		assert.equal(res.status, 404, 'what is somebody else\'s is not there');
	const nobody = new Uploader(new Visitor(site));
	nobody.token = 'x';
	for (const res of [await nobody.begin(10, 'x'), await nobody.state(target), await nobody.piece(target, 1000, bytes), await nobody.drop(target)])
		assert.equal(res.status, 401);
	assert.equal((await up.drop(target)).status, 204);
	assert.deepEqual(incoming(), []);
	assert.equal((await up.state(target)).status, 404);
	for (const wrong of ['../../site.db', '%2e%2e%2fsite.db', 'x'.repeat(22), 'A'.repeat(500)])
		assert.ok([404, 400, 301].includes((await up.state(`/admin/media/uploads/${wrong}`)).status), wrong);
});

test('of two pieces at once one is taken', async () => {
	const bytes = Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(4 << 20)]);
	const target = below(site, (await up.begin(bytes.length, 'x.zip')).headers.location);
	const all = await Promise.all(Array.from({ length: 6 }, () => up.piece(target, 0, bytes.subarray(0, 2 << 20))));
	assert.equal(all.filter((res) => res.status === 204).length, 1);
	assert.ok(all.every((res) => [204, 409, 423].includes(res.status)), all.map((res) => res.status).join());
	assert.equal((await up.piece(target, 2 << 20, bytes.subarray(2 << 20))).status, 204);
	const { item } = JSON.parse((await up.state(target, 'GET')).text);
	assert.equal(hash((await site.get(item.address)).bytes), hash(bytes));
});

// A piece during which the program is killed, as soon as some of it is in the file. (nginx hands over whole pieces.)
async function cutOff(target, at, bytes) {
	const file = path.join(site.data, 'media/incoming', path.basename(target)), end = Date.now() + 60000;
	const sent = up.piece(target, at, bytes).catch(() => null);
	while (fs.statSync(file).size <= at) {
		assert.ok(Date.now() < end, 'nothing of it came');
		await new Promise((done) => setImmediate(done));
	}
	await kill();
	await sent;
}

test('after a kill it goes on where it was', async () => {
	const bytes = Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(3 << 20)]);
	const target = below(site, (await up.begin(bytes.length, 'x.zip')).headers.location);
	const where = async () => {
		const state = await up.state(target);
		assert.equal(state.status, 200);
		return Number(state.headers['upload-offset']);
	};
	let at = 0;
	for (let n = 0; n < 3; n++) {
		await cutOff(target, at, bytes.subarray(at, at + (1 << 20)));
		at = await where();
	}
	assert.ok(at > 0);
	for (; at < bytes.length; at = await where()) assert.equal((await up.piece(target, at, bytes.subarray(at, at + (1 << 20)))).status, 204);
	const { item } = JSON.parse((await up.state(target, 'GET')).text);
	assert.equal(hash((await site.get(item.address)).bytes), hash(bytes));
});

test('files are told by their content, and pages and programs are none', async () => {
	for (const [name, bytes, wanted] of [
		['a.jpg', '<!DOCTYPE html><script>alert(1)</script>', 415], ['a.png', '  \n<html>', 415], ['a.txt', '<?php echo 1;', 415],
		['x.html', 'hello', 415], ['x.js', 'alert(1)', 415], ['a.pdf', 'MZ\x90\0\x03\0\0\0', 415], ['a.mp4', '\x7fELF\x02\x01\x01\0', 415], ['a.txt', '#!/bin/sh\n', 415],
		['a.bin', '\x00\x01\x02\x03', 415], ['a.png', '\x89PNG\r\n\x1a\nbroken', 422], ['a.jpg', '\xff\xd8\xff\xe0\0\x10JFIF', 422],
	]) {
		const res = await up.send(Buffer.from(bytes, 'latin1'), name);
		assert.equal(res.status, wanted, `${name} ${bytes}: ${res.text ?? JSON.stringify(res)}`);
		assert.ok(detail(res).length > 10);
	}
	assert.equal((await up.begin(0, 'empty')).status, 422);
	assert.deepEqual(incoming(), []);
	const svg = await up.send(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'x.png');
	assert.equal(svg.mime, 'image/svg+xml');
	const got = await site.get(svg.address.replace('x.png', 'x.svg'));
	assert.equal(got.headers['content-disposition'], 'attachment; filename="x.svg"; filename*=UTF-8\'\'x.svg');
	assert.match(got.headers['content-security-policy'], /default-src 'none'.*sandbox/);
	const text = await up.send(Buffer.from('a;b\n1;2\n'), 'Zahlen "ä".csv');
	assert.equal(text.mime, 'text/csv');
	const table = await site.get(text.address);
	assert.equal(table.headers['content-disposition'], 'attachment; filename="Zahlen -_-.csv"; filename*=UTF-8\'\'Zahlen%20-%C3%A4-.csv');
	// The name in an address is the visitor's: it decides nothing.
	const png1 = await up.send(png(4, 4, [9, 9, 9]), 'p.png');
	const named = await site.get(png1.address.replace('p.png', 'x.html'));
	assert.equal(named.headers['content-type'], 'application/octet-stream');
	assert.match(named.headers['content-disposition'], /^attachment/);
	platen(site, 'config', 'set', 'media_types', 'image/png');
	assert.equal((await up.send(Buffer.from('%PDF-1.4\nx'), 'a.pdf')).status, 415);
	assert.equal((await up.send(png(4, 4, [7, 9, 9]), 'x')).mime, 'image/png');
	platen(site, 'config', 'reset', 'media_types');
});

test('names lead nowhere and say nothing else', async () => {
	let n = 0;
	for (const [name, wanted] of [
		['../../../etc/passwd', 'passwd'], ['..\\..\\boot.ini', 'boot.ini'], ['/abs/olute.png', 'olute.png'], ['..', 'file.png'], ['.htaccess', 'htaccess'],
		['a\0b.png', null], ['a\r\nSet-Cookie: x=1.png', 'a--Set-Cookie- x=1.png'], ['\u202egnp.exe', 'gnp.exe'], ['', 'file.png'], ['"><script>.png', 'script-.png'],
		[`${'ä'.repeat(300)}.png`, `${'ä'.repeat(78)}.png`], ['a%2f..%2fb.png', 'a-2f..-2fb.png'], ['\u007f\u0085.png', 'png'],
	]) {
		const res = await up.send(png(5, 5, [50 + n++, 1, 1]), name);
		if (wanted === null) assert.equal(res.status, 400);
		else assert.equal(res.name, wanted, JSON.stringify(name));
		if (wanted !== null) assert.equal((await site.get(res.address)).status, 200, res.address);
	}
	assert.equal((await up.begin(10, 'x', { headers: { 'upload-metadata': 'filename !!!' } })).status, 400);
	assert.equal((await up.begin(10, 'x', { headers: { 'upload-metadata': `filename ${'A'.repeat(6000)}` } })).status, 400);
	assert.deepEqual(fs.readdirSync(path.join(site.data, 'media')).filter((name) => !/^[0-9a-f]{2}$/.test(name)).sort(), ['incoming', 'tmp']);
});

test('a bucket that is not there costs nobody an upload, and no picture is called broken for it', async () => {
	const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(1000)]), usual = site.env;
	jobsDone(site); // of the pictures before: one run tries what waits, and nothing else
	const waits = await up.send(png(700, 20, [4, 4, 4]), 'waits.png');
	const target = below(site, (await up.begin(bytes.length, 'paper.pdf')).headers.location);
	const bucket = http.createServer((req, res) => req.resume().on('end', () => res.writeHead(404, { 'content-type': 'application/xml' })
		.end('<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>none</Message></Error>')));
	bucket.listen(0, '127.0.0.1');
	await once(bucket, 'listening');
	site.env = { ...usual, PLATEN_MEDIA: 's3://none/site', PLATEN_S3_ENDPOINT: `http://127.0.0.1:${bucket.address().port}`, PLATEN_S3_ACCESS_KEY: 'a', PLATEN_S3_SECRET_KEY: 'b' };
	try {
		await kill();
		const res = await up.piece(target, 0, bytes);
		assert.ok(res.status >= 500, `${res.status} ${res.text}`);
		assert.equal((await up.state(target)).headers['upload-offset'], String(bytes.length), 'it is there, wholly');
		const run = () => new Promise((done) => execFile(program, ['hook', 'run', 'jobs'], { env: site.env }, done));
		const failures = () => sql(`SELECT failures FROM job WHERE kind = 'media.variants' AND unique_key = '${waits.id}'`)[0][0];
		const said = () => sql(`SELECT state, problem <> '' FROM media_item WHERE id = ${waits.id}`)[0];
		await run();
		assert.deepEqual([failures(), ...said()], [1, 'waiting', 0]);
		// When no more is tried the library says so, and not only the list of jobs.
		sql(`UPDATE job SET failures = 4, due_ms = 1 WHERE kind = 'media.variants' AND unique_key = '${waits.id}'`);
		await run();
		assert.deepEqual([failures(), ...said()], [5, 'failed', 1]);
	} finally {
		site.env = usual;
		bucket.closeAllConnections();
		bucket.close();
		await kill();
	}
	assert.equal((await up.piece(target, bytes.length, Buffer.alloc(0))).status, 204);
	const { item } = JSON.parse((await up.state(target, 'GET')).text);
	assert.equal(hash((await site.get(item.address)).bytes), hash(bytes));
});

test('too much is refused before it comes', async () => {
	assert.equal((await up.begin((20 << 20) + 1, 'x')).status, 413);
	for (const length of ['', '-1', 'x', '1e3', '99999999999999999999']) assert.equal((await up.begin(length, 'x')).status, 400, length);
	const begun = [];
	for (let n = 0; n < 205; n++) begun.push(await up.begin(10, `${n}`));
	assert.equal(begun.filter((res) => res.status === 201).length, 200);
	assert.ok(begun.slice(200).every((res) => res.status === 429));
	const other = new Uploader(await signedIn(site, 'contributor@example.org'));
	assert.equal((await other.begin(10, 'x')).status, 201, 'nobody else is kept from it');
	// What is given up goes by itself.
	sql('UPDATE media_upload SET expires_ms = 1 WHERE item_id IS NULL');
	platen(site, 'hook', 'run', 'ttl');
	assert.deepEqual(incoming(), []);
	assert.equal(sql('SELECT count(*) FROM media_upload WHERE item_id IS NULL')[0][0], 0);
	assert.equal((await up.begin(10, 'x')).status, 201);
});
