// media.test.mjs: a site whose media lie in a bucket: readers are led there or get the bytes through the site, and pages go
// on being read while the bucket is away.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, sample } from '../http/harness.mjs';
import { Uploader, jpeg } from '../http/media.mjs';
import { EMAIL, PASSWORD, signedIn } from '../http/visitor.mjs';
import { Gateway, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// What a reader's browser gets at an absolute address.
const fetched = (address, options = {}) => new Promise((resolve, reject) => {
	http.request(address, { agent: false, ...options }, (res) => {
		const parts = [];
		res.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: res.statusCode, headers: res.headers, bytes: Buffer.concat(parts) }));
	}).on('error', reject).end();
});

describe('media in S3', { skip: missing }, () => {
	let gateway, site, link, ink;
	const reopen = async (env) => {
		await site?.stop();
		site = await openSite('fastcgi', { posts: 0, env: { ...gateway.media('site'), ...env } });
		[, link] = (await site.get('/the-quiet-press')).text.match(/src="([^"]*\/media\/[0-9a-f]{64}\/ink\.png)"/);
	};
	before(async () => {
		gateway = await Gateway.start();
		ink = fs.readFileSync(path.join(sample, fs.readdirSync(sample, { recursive: true }).find((name) => name.endsWith('ink.png'))));
		await reopen({});
	});
	after(async () => {
		await site?.stop();
		gateway?.stop();
	});

	test('imported files are in the bucket and not in the data folder', () => {
		const listed = gateway.aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', `site/${sha256(ink)}`).toString();
		assert.equal(JSON.parse(listed).Contents[0].Size, ink.length);
		assert.ok(!fs.existsSync(path.join(site.data, 'media', sha256(ink).slice(0, 2))));
		assert.match(platen(site, 'doctor'), /ok +media: /);
	});

	test('readers are led to the bucket, by an address that stays the same for a while', async () => {
		const res = await site.get(link);
		assert.equal(res.status, 302);
		assert.match(res.headers['cache-control'], /^public, max-age=\d+$/);
		const answer = await fetched(res.headers.location);
		assert.deepEqual([answer.status, answer.headers['content-type'], sha256(answer.bytes)], [200, 'image/png', sha256(ink)]);
		assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
		const part = await fetched(res.headers.location, { headers: { range: 'bytes=1-3' } });
		assert.deepEqual([part.status, part.bytes], [206, ink.subarray(1, 4)]);
		const head = await site.get(link, { method: 'HEAD' });
		assert.equal((await fetched(head.headers.location, { method: 'HEAD' })).status, 200);
		// What could act on a page is a download, whatever its bytes are.
		const away = await site.get(link.replace('ink.png', 'x.html'));
		const download = await fetched(away.headers.location);
		assert.equal(download.headers['content-type'], 'application/octet-stream');
		assert.match(download.headers['content-disposition'], /^attachment;.*filename\*=UTF-8''x\.html$/);
		assert.equal((await site.get(link.replace(/[0-9a-f]{64}/, '0'.repeat(64)))).status, 404);
	});

	test('of a site that is not open to all nobody keeps where the bucket is', async () => {
		platen(site, 'config', 'set', 'access', 'private');
		const res = await site.get(link);
		assert.ok(!res.headers.location?.startsWith(gateway.url), res.headers.location);
		assert.match(res.headers['cache-control'], /private|no-store/);
	});

	test('a public bucket is led to without a signature, and what readers are not led to is not found there', async () => {
		const allow = (names) => gateway.aws('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', JSON.stringify({ Version: '2012-10-17',
			Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${names}` }] }));
		allow('open/*-*'); // as README has it
		const open = { PLATEN_MEDIA: `s3://${bucket}/open`, PLATEN_S3_PUBLIC: 'on' };
		await reopen({ ...open, PLATEN_SECRET: 'x'.repeat(40) });
		const { location } = (await site.get(link)).headers;
		assert.match(location, new RegExp(`^${gateway.url}/${bucket}/open/${sha256(ink)}-[0-9a-f]{32}$`));
		assert.deepEqual((await fetched(location)).bytes, ink);
		platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Owner', '--password-stdin', { input: `${PASSWORD}\n` });
		const photo = jpeg('SECRET-PLACE'), item = await new Uploader(await signedIn(site)).send(photo, 'a.jpg', { library: true });
		const copy = await fetched((await site.get(item.address)).headers.location);
		assert.equal(copy.status, 200);
		assert.ok(!copy.bytes.includes('SECRET-PLACE'));
		for (const name of [sha256(photo), `${sha256(photo)}-${location.split('-').pop()}`, ''])
			assert.notEqual((await fetched(`${gateway.url}/${bucket}/open/${name}`)).status, 200);
		assert.notEqual((await fetched(`${gateway.url}/${bucket}/?prefix=open/`)).status, 200);
		assert.match(platen(site, 'media', 'verify'), /: 0 damaged, 0 missing\n$/);
		assert.match(platen(site, 'doctor'), /ok +media: the store is written[^]*ok +media: what is not for readers is private/);
		allow('open/*'); // uploads on their way would be pages of the bucket
		assert.throws(() => platen(site, 'doctor'), (error) => /everybody may read all that is in the bucket, below 'open\/incoming\/'/.test(error.stdout + error.stderr));
		allow('open/*-*');
		assert.equal(gateway.aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', 'open/incoming/').toString().includes('Contents'), false);
		// The names of before, and after it is public no longer: all is found, and moved it is led to again.
		gateway.aws('s3', 'cp', '--quiet', `s3://${bucket}/open/${location.split('/').pop()}`, `s3://${bucket}/open/${sha256(ink)}`);
		gateway.aws('s3', 'rm', '--quiet', `s3://${bucket}/open/${location.split('/').pop()}`);
		assert.match(platen(site, 'media', 'verify'), /: 0 damaged, 0 missing\n$/);
		const said = (...args) => { try { return platen(site, ...args); } catch (error) { return error.stdout + error.stderr; } };
		assert.match(said('doctor'), /1 files have another name in the bucket than readers are led to/);
		assert.match(said('media', 'mend', '--dry-run'), new RegExp(`^renamed ${sha256(ink)}$`, 'm'));
		assert.notEqual((await fetched(location)).status, 200);
		assert.match(said('media', 'mend'), /^1 files copied to the names that readers are led to$/m);
		const named = await fetched(location);
		assert.deepEqual([named.bytes, named.headers['content-type'], named.headers['cache-control']], [ink, 'image/png', 'public, max-age=31536000, immutable']);
		assert.match(platen(site, 'doctor'), /0 without use in the store/);
		platen(site, 'media', 'copy', '--to', `s3://${bucket}/open/moved`);
		assert.deepEqual((await fetched(location.replace('/open/', '/open/moved/'))).bytes, ink);
		await site.stop();
		site = null;
		assert.throws(() => platen({ env: { PATH: process.env.PATH, PLATEN_DATA: gateway.dir, ...gateway.media('x'), ...open } }, 'media', 'verify'),
			(error) => /PLATEN_S3_PUBLIC needs PLATEN_SECRET/.test(error.stdout + error.stderr));
	});

	test('the site sends the bytes itself when it is told to', async () => {
		await reopen({ PLATEN_MEDIA_DELIVERY: 'stream' });
		const whole = await site.get(link);
		assert.deepEqual([whole.status, whole.headers['content-type'], whole.bytes], [200, 'image/png', ink]);
		assert.equal(whole.headers['content-length'], String(ink.length));
		const { etag } = whole.headers, n = ink.length;
		for (const [range, from, to] of [['bytes=1-3', 1, 4], ['bytes=5-', 5, n], ['bytes=-7', n - 7, n], [`bytes=0-${n * 2}`, 0, n]]) {
			const res = await site.get(link, { headers: { range } });
			assert.deepEqual([res.status, res.headers['content-range'], res.bytes], [206, `bytes ${from}-${to - 1}/${n}`, ink.subarray(from, to)]);
		}
		const status = async (headers, method) => (await site.get(link, { headers, method })).status;
		assert.equal(await status({ range: `bytes=${n}-` }), 416);
		assert.equal(await status({ 'if-none-match': etag }), 304);
		assert.equal(await status({ 'if-match': '"other"' }), 412);
		const other = await site.get(link, { headers: { range: 'bytes=1-3', 'if-range': '"other"' } });
		assert.deepEqual([other.status, other.bytes], [200, ink]);
		const head = await site.get(link, { method: 'HEAD' });
		assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, String(n), 0]);
	});

	test('while the bucket is away pages are read, and media say that they will be back', async () => {
		gateway.pause();
		try {
			const media = [...Array(6)].map(() => site.get(link));
			const page = await site.get('/the-quiet-press');
			assert.equal(page.status, 200);
			for (const res of await Promise.all(media)) {
				assert.equal(res.status, 503);
				assert.ok(res.headers['retry-after']);
				assert.ok(!res.text.includes('S3 server'));
			}
			assert.throws(() => platen(site, 'doctor'), (error) => /problem +media: cannot reach the S3 server/.test(error.stdout));
		} finally {
			gateway.resume();
		}
		assert.deepEqual((await site.get(link)).bytes, ink);
	});

	test('a library moves between a folder and a bucket, goes on where it stopped, and is proven', async () => {
		const folder = path.join(site.dir, 'elsewhere'), far = `s3://${bucket}/moved`;
		const tally = (...args) => { try { return platen(site, 'media', ...args); } catch (error) { return error.stdout + error.stderr; } };
		const total = Number(tally('verify').match(/^(\d+) files: 0 damaged, 0 missing$/m)[1]);
		assert.match(tally('copy', '--to', folder), new RegExp(`^${total} files: ${total} copied \\(\\d+ bytes\\), 0 were there, 0 damaged`));
		assert.match(tally('verify', '--in', folder), new RegExp(`^${total} files: 0 damaged, 0 missing`));
		// Stopped after some: what is there is not sent again.
		const hash = sha256(ink), at = path.join(folder, hash.slice(0, 2), hash.slice(2, 4), hash);
		assert.match(tally('copy', '--from', folder, '--to', far), new RegExp(`${total} copied`));
		gateway.aws('s3', 'rm', '--quiet', `s3://${bucket}/moved/${hash}`);
		assert.match(tally('verify', '--in', far), new RegExp(`^missing ${hash}\n${total - 1} files: 0 damaged, 1 missing`));
		assert.match(tally('copy', '--from', folder, '--to', far), new RegExp(`${total} files: 1 copied \\(${ink.length} bytes\\), ${total - 1} were there`));
		// A file that is damaged is named and never passed on.
		fs.writeFileSync(at, Buffer.alloc(ink.length, 'x'));
		assert.match(tally('verify', '--in', folder), new RegExp(`^damaged ${hash}\n${total} files: 1 damaged, 0 missing`));
		gateway.aws('s3', 'rm', '--quiet', `s3://${bucket}/moved/${hash}`);
		assert.match(tally('copy', '--from', folder, '--to', far), new RegExp(`^damaged ${hash}\n${total} files: 0 copied .*, ${total - 1} were there, 1 damaged`));
		assert.match(tally('verify', '--in', far), new RegExp(`^missing ${hash}\n${total - 1} files: 0 damaged, 1 missing`));
		assert.match(tally('copy', '--from', folder), /copy to where/);
		assert.match(tally('verify', '--to', folder), /takes no such place/);
		assert.match(tally('shuffle'), /copy or verify/);
	});
});
