// direct.test.mjs: files that a browser sends straight to the bucket: what is taken, and what a liar is told.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen } from '../http/harness.mjs';
import { Uploader, jpeg, png } from '../http/media.mjs';
import { EMAIL, PASSWORD, signedIn } from '../http/visitor.mjs';
import { sqlite } from '../sqlite.mjs';
import path from 'node:path';
import { Gateway, Proxy, blob, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const base64 = (text) => Buffer.from(text).toString('base64');
const PART_B = 16 << 20;

// What a browser does at an address of another server.
const put = (address, bytes, headers = {}) => new Promise((resolve, reject) => {
	http.request(address, { method: 'PUT', agent: false, headers: { 'content-length': bytes.length, 'content-type': 'application/octet-stream', ...headers } }, (res) => {
		const parts = [];
		res.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: res.statusCode, text: Buffer.concat(parts).toString() }));
	}).on('error', reject).end(bytes);
});

describe('uploads straight to S3', { skip: missing }, () => {
	let gateway, site, owner, up;
	before(async () => {
		gateway = await Gateway.start();
		site = await openSite('fastcgi', { posts: 0, env: { ...gateway.media('site'), PLATEN_S3_DIRECT: 'on', PLATEN_LOG_LEVEL: 'error' } });
		for (const [email, role] of [[EMAIL, 'owner'], ['author@example.org', 'author']])
			platen(site, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
		owner = await signedIn(site);
		up = new Uploader(owner);
	});
	after(async () => {
		await site?.stop();
		gateway?.stop();
	});
	const begin = async (size, name, who = up) => {
		const res = await who.begin(size, undefined, { headers: { 'upload-metadata': `filename ${base64(name)},library ${base64('1')},direct ${base64('1')}` } });
		assert.deepEqual([res.status, res.headers['upload-direct']], [201, '1'], res.text);
		return { at: below(site, res.headers.location), parts: JSON.parse(res.text).parts };
	};
	const finish = (at, size) => up.piece(at, size, Buffer.alloc(0));
	const item = async (at) => JSON.parse((await up.state(at, 'GET')).text).item;
	const sent = async (bytes, name) => {
		const { at, parts } = await begin(bytes.length, name);
		for (const part of parts) assert.equal((await put(part.url, bytes.subarray(part.from, part.from + part.size))).status, 200);
		return at;
	};
	const keys = (prefix) => (JSON.parse(gateway.aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix).toString() || '{}').Contents ?? []).map(({ Key }) => Key);
	const uploads = () => JSON.parse(gateway.aws('s3api', 'list-multipart-uploads', '--bucket', bucket).toString() || '{}').Uploads ?? [];
	const detail = (res) => JSON.parse(res.text).detail;
	const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);

	test('the admin may connect to the bucket and nowhere else', async () => {
		assert.match((await owner.get('/admin/media')).headers['content-security-policy'], new RegExp(`connect-src 'self' ${gateway.url};`));
	});

	test('a file is proven and at its place, and nothing is left where it came in', async () => {
		const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300000)]);
		const at = await sent(bytes, 'paper.pdf');
		assert.equal((await up.state(at)).headers['upload-offset'], '0');
		assert.equal(JSON.parse((await up.state(at, 'GET')).text).parts[0].there, true);
		const done = await finish(at, bytes.length);
		assert.equal(done.status, 204, done.text);
		const made = await item(at);
		assert.deepEqual([made.mime, made.address], ['application/pdf', `/media/${sha256(bytes)}/paper.pdf`]);
		assert.deepEqual([keys(`site/${sha256(bytes)}`).length, keys('site/incoming/')], [1, []]);
		const head = JSON.parse(gateway.aws('s3api', 'head-object', '--bucket', bucket, '--key', `site/${sha256(bytes)}`));
		assert.deepEqual([head.ContentLength, head.CacheControl], [bytes.length, 'public, max-age=31536000, immutable']);
		assert.equal((await finish(at, bytes.length)).status, 204, 'what is done can be said again');
		const again = await sent(bytes, 'the same.pdf');
		assert.equal((await finish(again, bytes.length)).status, 204);
		assert.equal((await item(again)).id, made.id);
	});

	test('a picture is published without what its camera wrote into it', async () => {
		for (const [bytes, name] of [[jpeg('SECRET-PLACE'), 'a.jpg'], [png(8, 6, [1, 2, 3], 'SECRET-PLACE'), 'a.png']]) {
			const at = await sent(bytes, name);
			assert.equal((await finish(at, bytes.length)).status, 204);
			const made = await item(at), led = await site.get(made.address);
			assert.equal(led.status, 302);
			assert.ok(!led.headers.location.includes(sha256(bytes)));
		}
	});

	test('a large file comes in parts, goes on where it stopped, and is one object', async () => {
		const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(PART_B * 2 + 1000)]);
		const { at, parts } = await begin(bytes.length, 'large.pdf');
		assert.deepEqual(parts.map(({ from, size }) => [from, size]), [[0, PART_B], [PART_B, PART_B], [2 * PART_B, 1009]]);
		const send = ({ url, from, size }) => put(url, bytes.subarray(from, from + size));
		assert.equal((await send(parts[1])).status, 200);
		const early = await finish(at, bytes.length);
		assert.equal(early.status, 409);
		assert.match(detail(early), /not the file that was announced/);
		const fresh = JSON.parse((await up.state(at, 'GET')).text).parts;
		assert.deepEqual(fresh.map(({ there }) => there), [false, true, false]);
		for (const part of fresh.filter(({ there }) => !there)) assert.equal((await send(part)).status, 200);
		const done = await finish(at, bytes.length);
		assert.equal(done.status, 204, done.text);
		assert.equal((await item(at)).address, `/media/${sha256(bytes)}/large.pdf`);
		assert.deepEqual([keys('site/incoming/'), uploads()], [[], []]);
		assert.match(platen(site, 'media', 'verify'), /: 0 damaged, 0 missing\n$/);
	});

	test('an address is good for the bytes that were announced, at their place, and for nothing else', async () => {
		const bytes = randomBytes(1000), { at, parts: [{ url }] } = await begin(bytes.length, 'a.bin');
		for (const [what, address, body] of [['longer', url, randomBytes(1001)], ['shorter', url, randomBytes(999)],
			['elsewhere', url.replace(/incoming\/\w+/, sha256(bytes)), bytes], ['another upload', url.replace(/incoming\/\w+/, `incoming/${'a'.repeat(22)}`), bytes]])
			assert.equal((await put(address, body)).status, 403, what);
		assert.equal((await put(url, bytes, { 'content-type': 'text/html' })).status, 403, 'a page');
		assert.deepEqual(keys('site/incoming/'), []);
		const nothing = await finish(at, bytes.length);
		assert.deepEqual([nothing.status, detail(nothing)], [409, 'What has arrived in the media store is not the file that was announced.']);
		assert.equal((await up.piece(at, 0, bytes)).status, 409, 'its bytes are not sent here');
		assert.equal((await up.drop(at)).status, 204);
	});

	test('another length, put with keys of the bucket, is refused', async () => {
		const { at } = await begin(1000, 'a.pdf');
		gateway.aws('s3', 'cp', '--quiet', '-', `s3://${bucket}/site/incoming/${at.split('/').pop()}`, { input: Buffer.from('%PDF-1.7\nshort') });
		const res = await finish(at, 1000);
		assert.deepEqual([res.status, detail(res)], [409, 'What has arrived in the media store is not the file that was announced.']);
		assert.equal((await up.drop(at)).status, 204);
		assert.deepEqual(keys('site/incoming/'), []);
	});

	test('the type is told by the bytes that arrived, and one that is not taken leaves nothing', async () => {
		const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), randomBytes(500)]), broken = Buffer.concat([png().subarray(0, 20), Buffer.alloc(50)]);
		for (const [bytes, status] of [[program, 415], [broken, 422]]) {
			const at = await sent(bytes, 'holiday.png');
			const res = await finish(at, bytes.length);
			assert.equal(res.status, status, res.text);
			assert.deepEqual(keys('site/incoming/'), []);
			assert.deepEqual(keys(`site/${sha256(bytes)}`), []);
			assert.equal((await up.state(at)).status, 404);
		}
	});

	test('what is put after it was proven changes nothing', async () => {
		const bytes = Buffer.from('%PDF-1.7\nfirst'), other = Buffer.from('%PDF-1.7\nother');
		const { at, parts: [{ url }] } = await begin(bytes.length, 'twice.pdf');
		await put(url, bytes);
		assert.equal((await finish(at, bytes.length)).status, 204);
		assert.equal((await put(url, other)).status, 200); // the address is good for a day
		assert.equal((await finish(at, bytes.length)).status, 204);
		assert.equal(sha256(gateway.aws('s3', 'cp', '--quiet', `s3://${bucket}/site/${sha256(bytes)}`, '-')), sha256(bytes));
		assert.deepEqual(keys(`site/${sha256(other)}`), []);
	});

	test('what is proven and taken is none that the sender has an address for', async () => {
		const seen = [];
		const proxy = await Proxy.start(gateway.port, (client, server) => {
			client.on('data', (part) => { seen.push(part.toString('latin1')); server.write(part); });
			server.pipe(client);
		});
		const other = await openSite('fastcgi', { posts: 0, serve: false, env: { ...gateway.media('other'), PLATEN_S3_DIRECT: 'on' } });
		try {
			platen(other, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			other.env.PLATEN_S3_ENDPOINT = proxy.url; // which goes on only while nothing here waits
			await other.serve();
			const theirs = new Uploader(await signedIn(other));
			for (const [file, bytes] of [['x.pdf', Buffer.from('%PDF-1.7\nsmall')], ['x.jpg', jpeg('SECRET-PLACE')]]) {
				const res = await theirs.begin(bytes.length, undefined, { headers: { 'upload-metadata': `filename ${base64(file)},library ${base64('1')},direct ${base64('1')}` } });
				const at = below(other, res.headers.location), [{ url }] = JSON.parse(res.text).parts, name = at.split('/').pop();
				assert.equal((await put(url, bytes)).status, 200);
				seen.length = 0;
				const done = await theirs.piece(at, bytes.length, Buffer.alloc(0));
				assert.equal(done.status, 204, done.text);
				const lines = seen.join('').split('\r\n'), gets = lines.filter((line) => line.startsWith('GET ') && line.includes('/incoming/'));
				const copies = lines.filter((line) => /^x-amz-copy-source:/i.test(line)).map((line) => line.split('/').pop().trim());
				assert.ok(gets.length > 0 && gets.every((line) => !line.includes(name)), gets.join());
				assert.deepEqual([copies.length, copies[0] === name, copies[1] === name], [2, true, false], copies.join());
				assert.deepEqual(keys('other/incoming/'), []);
			}
		} finally {
			await other.stop();
			proxy.stop();
		}
	});

	test("nobody finishes, reads or drops another person's upload", async () => {
		const bytes = Buffer.from('%PDF-1.7\nmine'), at = await sent(bytes, 'mine.pdf');
		const author = new Uploader(await signedIn(site, 'author@example.org'));
		for (const res of [await author.piece(at, bytes.length, Buffer.alloc(0)), await author.state(at, 'GET'), await author.drop(at)]) assert.equal(res.status, 404);
		assert.equal((await finish(at, bytes.length)).status, 204);
	});

	test('what is given up goes at once, and what is forgotten after a day; what others have there stays', async () => {
		const theirs = 'site/incoming/holiday.jpg';
		gateway.aws('s3', 'cp', '--quiet', '-', `s3://${bucket}/${theirs}`, { input: Buffer.from('theirs') });
		const { at } = await begin(PART_B + 1, 'given-up.pdf');
		assert.equal(uploads().length, 1);
		assert.equal((await up.drop(at)).status, 204);
		assert.equal(uploads().length, 0);
		await begin(PART_B + 1, 'forgotten.pdf');
		await sent(Buffer.from('%PDF-1.7\nforgotten'), 'forgotten too.pdf');
		platen(site, 'hook', 'run', 'ttl'); // neither is a day old
		assert.deepEqual([uploads().length, keys('site/incoming/').length >= 2], [1, true]);
		// One that is two days old and still sent is nothing that was forgotten: who asks for its addresses keeps it.
		const { at: slow } = await begin(PART_B + 1, 'slow.pdf'), day = 86400000, id = slow.split('/').pop();
		const rows = () => sql(`SELECT expires_ms FROM media_upload WHERE public_id = '${id}'`);
		sql(`UPDATE media_upload SET created_ms = created_ms - ${2 * day}, expires_ms = ${Date.now() + 1000} WHERE public_id = '${id}'`);
		assert.equal((await up.state(slow)).status, 200);
		assert.equal(rows()[0][0] > Date.now() + day / 2, false, 'a look keeps nothing');
		assert.equal((await up.state(slow, 'GET')).status, 200);
		assert.ok(rows()[0][0] > Date.now() + day - 600000);
		sql(`UPDATE media_upload SET created_ms = created_ms - ${4.25 * day}, expires_ms = ${Date.now() + 1000} WHERE public_id = '${id}'`);
		assert.equal((await up.state(slow, 'GET')).status, 200);
		assert.ok(Math.abs(rows()[0][0] - Date.now() - 0.75 * day) < 600000, 'a week after it was begun is the end');
		sql('UPDATE media_upload SET expires_ms = 1 WHERE item_id IS NULL');
		platen(site, 'hook', 'run', 'ttl');
		assert.equal(sql('SELECT count(*) FROM media_upload WHERE item_id IS NULL')[0][0], 0);
		const swept = await blob(gateway.settings(site.data, 'site'), ['sweep', '0']); // as if a day had gone by
		assert.equal(swept.code, 0, swept.errors);
		assert.deepEqual([uploads(), keys('site/incoming/')], [[], [theirs]]);
		gateway.aws('s3', 'rm', '--quiet', `s3://${bucket}/${theirs}`);
	});

	test('while the bucket is away small files are begun, and said to be waited for', async () => {
		const bytes = Buffer.from('%PDF-1.7\naway'), at = await sent(bytes, 'away.pdf');
		gateway.pause();
		try {
			const res = await finish(at, bytes.length);
			assert.equal(res.status, 503);
			assert.ok(detail(res).includes(gateway.url));
			const large = await up.begin(PART_B + 1, undefined, { headers: { 'upload-metadata': `filename ${base64('l.pdf')},direct ${base64('1')}` } });
			assert.deepEqual([large.status, large.headers['upload-direct']], [201, undefined], 'the pieces come to us');
		} finally {
			gateway.resume();
		}
		assert.equal((await finish(at, bytes.length)).status, 204);
	});

	test('without the setting, and to whoever does not ask for it, no address is given', async () => {
		const res = await up.begin(100, 'a.pdf');
		assert.deepEqual([res.status, res.headers['upload-direct'], res.text], [201, undefined, '']);
	});
});
