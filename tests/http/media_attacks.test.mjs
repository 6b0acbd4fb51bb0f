// media_attacks.test.mjs: uploads that are announced and never sent, cut off, lied about or killed, and a disk that is full:
// nothing is half there afterwards, nobody else is kept out, and what was begun goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen, startApp } from './harness.mjs';
import { Uploader, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner, up;
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const incoming = () => (fs.existsSync(path.join(site.data, 'media/incoming')) ? fs.readdirSync(path.join(site.data, 'media/incoming')) : []);
const pdf = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);
const person = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const begun = async (who, size, name) => {
	const res = await who.begin(size, name);
	assert.equal(res.status, 201, res.text);
	return below(site, res.headers.location);
};
const whole = async (who, target) => JSON.parse((await who.state(target, 'GET')).text).item;

before(async () => {
	site = await openSite('caddy', { posts: 0, env: { PLATEN_LOG_LEVEL: 'error' } });
	person(EMAIL, 'owner');
	person('contributor@example.org', 'contributor');
	owner = await signedIn(site);
	up = new Uploader(owner);
});
after(() => site?.stop());

test('what one person only announces keeps nobody else out', async () => {
	const greedy = new Uploader(await signedIn(site, 'contributor@example.org'));
	for (let n = 0; n < 3; n++) await begun(greedy, 2000000000, `${n}.mp4`);
	assert.deepEqual(incoming().map((name) => fs.statSync(path.join(site.data, 'media/incoming', name)).size), [0, 0, 0], 'announcing takes no room');
	// As if it went on so: three fifths of what is free.
	const { bavail, bsize } = fs.statfsSync(site.data);
	sql(`UPDATE media_upload SET size_b = ${Math.floor(bavail * bsize * 0.2)} WHERE item_id IS NULL`);
	const more = await greedy.begin(1000000, 'more.mp4');
	assert.equal(more.status, 507, more.text);
	assert.match(JSON.parse(more.text).detail, /no room left on the server/);
	assert.equal((await up.send(pdf(1000), 'mine.pdf')).kind, 'document');
	sql('UPDATE media_upload SET expires_ms = 1 WHERE item_id IS NULL');
	platen(site, 'hook', 'run', 'ttl');
	assert.deepEqual(incoming(), []);
	assert.equal((await greedy.begin(1000000, 'again.mp4')).status, 201);
});

test('of all people together there are so many uploads at once and no more', async () => {
	sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
		INSERT INTO media_upload (public_id, user_id, name, size_b, pinned, created_ms, expires_ms) SELECT printf('x%d', i), 2, 'x', 1, 0, 1, 4000000000000 FROM n`);
	const res = await up.begin(10, 'x.pdf');
	assert.equal(res.status, 429, res.text);
	assert.match(JSON.parse(res.text).detail, /Too many uploads/);
	sql("UPDATE media_upload SET expires_ms = 1 WHERE public_id LIKE 'x%'");
	for (let n = 0; n < 50 && sql("SELECT count(*) FROM media_upload WHERE public_id LIKE 'x%'")[0][0]; n++) platen(site, 'hook', 'run', 'ttl');
	assert.equal((await up.begin(10, 'x.pdf')).status, 201, 'they go by themselves');
});

// A piece of which the browser sends a part and is gone.
async function halfSent(target, at, bytes, share) {
	const cookie = [...owner.jar].map(([name, value]) => `${name}=${value}`).join('; '), head = await up.head();
	const socket = net.connect(site.port, '127.0.0.1');
	socket.on('error', () => {});
	await once(socket, 'connect');
	socket.write(`PATCH ${site.mount}${target} HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nCookie: ${cookie}\r\nContent-Type: application/offset+octet-stream\r\n` +
		`${Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`).join('')}Upload-Offset: ${at}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
	await new Promise((done) => socket.write(bytes.subarray(0, bytes.length * share), done));
	socket.destroy();
}

test('a piece that is cut off is sent again from where the file ends', async () => {
	const bytes = pdf(3 << 20), target = await begun(up, bytes.length, 'cut.pdf');
	let at = 0;
	for (const share of [0.1, 0.9, 0.5]) {
		await halfSent(target, at, bytes.subarray(at, at + (1 << 20)), share);
		for (let end = Date.now() + 60000, res; ;) { // the piece that was cut off may be held still
			at = Number((await up.state(target)).headers['upload-offset']);
			res = await up.piece(target, at, bytes.subarray(at, at + 500000));
			if (res.status === 204) { at = Number(res.headers['upload-offset']); break; }
			assert.ok([409, 423].includes(res.status) && Date.now() < end, `${res.status} ${res.text}`);
		}
	}
	for (; at < bytes.length; at += 1 << 20) assert.equal((await up.piece(target, at, bytes.subarray(at, at + (1 << 20)))).status, 204);
	assert.equal(hash((await site.get((await whole(up, target)).address)).bytes), hash(bytes));
});

test('names that systems treat in a way of their own are names like any other', async () => {
	let n = 0;
	for (const name of ['CON', 'nul.png', 'aux.jpg', 'com1.png', '~', '-rf.png', '$(id).png', '%00.png', '\u200f\u200egnp.png', 'a'.repeat(255) + '.png', '🖼️'.repeat(120) + '.png', '.. .png', '....', 'con ', 'x.png.']) {
		const item = await up.send(png(4, 4, [7, n++, 9]), name);
		assert.ok(item.id, `${name}: ${item.text}`);
		assert.ok(item.name.length > 0 && Buffer.byteLength(item.name) <= 160 && !/[/\\\0\u200e\u200f]/.test(item.name) && !/^[.-]/.test(item.name), JSON.stringify(item.name));
		assert.equal((await site.get(item.address)).status, 200, item.address);
		assert.equal((await owner.get(`/admin/media/${item.id}`)).status, 200);
	}
	assert.deepEqual(fs.readdirSync(path.join(site.data, 'media')).filter((one) => !/^([0-9a-f]{2}|incoming|tmp)$/.test(one)), []);
});

// A limit on the size of files that the program may write is a disk that is full for it, and needs no rights.
test('a full disk is said, leaves nothing half there, and the upload goes on when there is room again', async () => {
	const MB = 1 << 20, bytes = pdf(6 * MB - 9), target = await begun(up, bytes.length, 'large.pdf');
	const media = path.join(site.data, 'media'), file = path.join(media, 'incoming', path.basename(target));
	const disk = (size) => execFileSync('prlimit', ['--pid', site.app.pid, `--fsize=${size}:`]);
	const stored = () => fs.readdirSync(media, { recursive: true }).filter((name) => fs.statSync(path.join(media, name)).isFile()).length;
	const refused = (res) => assert.deepEqual([res.status, /no room left on the server/.test(res.text)], [507, true], res.text);
	const before = stored(), send = (at) => up.piece(target, at, bytes.subarray(at, at + MB));
	try {
		disk(5 * MB / 2);
		for (const at of [0, MB]) assert.equal((await send(at)).status, 204);
		refused(await send(2 * MB));
		assert.equal(fs.statSync(file).size, 2 * MB, 'it is as long as it was');
		refused(await send(2 * MB));
		disk('unlimited');
		for (const at of [2, 3, 4]) assert.equal((await send(at * MB)).status, 204);
		// All of it has come, as if the program had ended there, and the copy in the library does not fit.
		fs.appendFileSync(file, bytes.subarray(5 * MB));
		disk(5 * MB / 2);
		refused(await up.piece(target, bytes.length, Buffer.alloc(0)));
		assert.equal(fs.statSync(file).size, bytes.length);
		assert.equal(stored(), before, 'nothing of the copy is left');
	} finally {
		disk('unlimited');
	}
	assert.equal((await up.piece(target, bytes.length, Buffer.alloc(0))).status, 204);
	assert.equal(hash((await site.get((await whole(up, target)).address)).bytes), hash(bytes));
	assert.ok(!fs.existsSync(file));
});

async function killed() {
	const { app } = site, gone = once(app, 'exit');
	site.app = null;
	app.kill('SIGKILL');
	await gone;
	fs.rmSync(site.socket, { force: true });
	await startApp(site);
}

test('killed at any moment of an upload, nothing is lost and nothing dangles', async () => {
	const rounds = 8, files = Array.from({ length: rounds }, (_, n) => (n % 2 ? png(400, 300, [n, 90, 5]) : pdf(300000)));
	const places = [];
	for (const [n, bytes] of files.entries()) {
		const target = await begun(up, bytes.length, n % 2 ? `${n}.png` : `${n}.pdf`);
		places.push(target);
		// From before its first byte to after its answer: what such a piece took before is what it is cut in.
		const sent = up.piece(target, 0, bytes).catch(() => null);
		const end = process.hrtime.bigint() + BigInt(n) * 6000000n;
		while (process.hrtime.bigint() < end) await new Promise((done) => setImmediate(done));
		await killed();
		await sent;
		for (const hash of sql('SELECT hash FROM media WHERE item_id IS NOT NULL').map(([one]) => one))
			assert.ok(fs.existsSync(path.join(site.data, 'media', hash.slice(0, 2), hash.slice(2, 4), hash)), `${hash} is named and not there`);
		assert.equal(sql('SELECT count(*) FROM media_variant v WHERE NOT EXISTS (SELECT 1 FROM media m WHERE m.hash = v.original)')[0][0], 0);
	}
	for (const [n, bytes] of files.entries()) {
		let at = Number((await up.state(places[n])).headers['upload-offset']);
		const res = await up.piece(places[n], at, bytes.subarray(at));
		assert.equal(res.status, 204, `${n}: ${res.text}`);
		const item = await whole(up, places[n]);
		assert.equal(hash((await owner.ask(`/admin/media/${item.id}/file`)).bytes), hash(bytes));
	}
	assert.match(platen(site, 'doctor'), /^ok +media: \d+ files are there/m);
	// What a killed program was writing goes when it is old.
	const tmp = path.join(site.data, 'media/tmp');
	for (const name of fs.readdirSync(tmp)) fs.utimesSync(path.join(tmp, name), 1, 1);
	platen(site, 'hook', 'run', 'ttl');
	assert.deepEqual(fs.readdirSync(tmp), []);
});
