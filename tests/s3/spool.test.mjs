// spool.test.mjs: uploads while the bucket is away: kept here and sent later when the settings say so, else refused by name.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen } from '../http/harness.mjs';
import { Uploader, png } from '../http/media.mjs';
import { run, scratch } from '../http/responder.mjs';
import { EMAIL, PASSWORD, signedIn } from '../http/visitor.mjs';
import { sqlite } from '../sqlite.mjs';
import { Gateway, Proxy, blob, blobs, bucket, cutAfter, getBlob, missing, putBlob, sha256, through } from './server.mjs';

const [OK, IO] = [0, 9];

describe('the spool before a bucket', { skip: missing }, () => {
	let gateway, n = 0;
	before(async () => { gateway = await Gateway.start(); });
	after(() => gateway?.stop());
	// Each test has a prefix and a data folder of its own.
	const fresh = (more) => gateway.settings(scratch(), `spool-${++n}`, { PLATEN_S3_SPOOL: '100m', ...more });
	const waiting = async (env) => (await blob(env, ['waiting'])).text;
	const inBucket = () => (JSON.parse(gateway.aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', `spool-${n}/`).toString() || '{}').Contents ?? [])
		.map(({ Key }) => Key.replace(/.*\//, '')).sort();
	const away = async (what) => {
		gateway.pause();
		try { return await what(); } finally { gateway.resume(); }
	};
	const files = (dir) => fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);

	test('what is put while the bucket is away waits, is read meanwhile, and is sent', async () => {
		const env = fresh(), small = randomBytes(1000), large = randomBytes((17 << 20) + 5);
		const spool = path.join(env.PLATEN_DATA, 'media/spool');
		await away(async () => {
			for (const bytes of [small, large]) assert.deepEqual(await getBlob(env, await putBlob(env, bytes)), bytes);
			assert.equal(await waiting(env), `2 ${small.length + large.length}`);
			const failed = await blob(env, ['send']);
			assert.equal(failed.code, IO);
			assert.equal(await waiting(env), `2 ${small.length + large.length}`);
			assert.equal((await blob(env, ['check'])).code, IO);
		});
		const both = [sha256(small), sha256(large)].sort();
		assert.deepEqual((await blob(env, ['list'])).text.split('\n'), both);
		assert.equal((await blob(env, ['send'])).code, OK);
		assert.deepEqual(inBucket(), both);
		assert.equal(await waiting(env), '0 0');
		assert.deepEqual(fs.readdirSync(spool), ['tmp']);
		for (const bytes of [small, large]) assert.deepEqual(await getBlob(env, sha256(bytes)), bytes);
	});

	test('answers that say busy or are cut are an outage too', async () => {
		const busy = (client, server) => {
			server.destroy();
			client.on('data', () => client.end('HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
			client.removeAllListeners('close');
		};
		const cut = (client, server) => { cutAfter(client, server, 3000); server.pipe(client); };
		for (const [name, how] of Object.entries({ busy, cut })) {
			let broken = true;
			const proxy = await Proxy.start(gateway.port, (client, server) => (broken ? how : through)(client, server));
			const env = fresh({ PLATEN_S3_ENDPOINT: proxy.url }), bytes = randomBytes(200000);
			await putBlob(env, bytes);
			assert.equal(await waiting(env), `1 ${bytes.length}`, name);
			broken = false;
			assert.equal((await blob(env, ['send'])).code, OK);
			assert.deepEqual(inBucket(), [sha256(bytes)]);
			proxy.stop();
		}
	});

	test('a full spool and no spool at all refuse by the name of the server', async () => {
		await away(async () => {
			const env = fresh({ PLATEN_S3_SPOOL: '2000' });
			await putBlob(env, randomBytes(1500));
			const full = await blob(env, ['put'], randomBytes(1500));
			assert.equal(full.code, IO);
			assert.match(full.errors, /cannot reach the S3 server '127\.0\.0\.1:\d+'.*; the spool is full: 1 files with 1500 bytes wait already, and there may be 2000$/m);
			const none = await blob(fresh({ PLATEN_S3_SPOOL: '0' }), ['put'], randomBytes(10));
			assert.equal(none.code, IO);
			assert.match(none.errors, /cannot reach the S3 server '127\.0\.0\.1:\d+'/);
		});
	});

	test('whoever is killed while he puts or sends loses nothing that was acknowledged, and leaves nothing half', async (t) => {
		const env = fresh(), acknowledged = [], size = 40000;
		// The bucket falls silent in the middle of a file: however quick the sender is, most is left when he is killed.
		let passing;
		const silent = await Proxy.start(gateway.port, (client, server) => {
			client.on('data', (part) => { server.write(part.subarray(0, Math.max(passing, 0))); passing -= part.length; });
			server.pipe(client);
		});
		t.after(() => silent.stop());
		const killedAfter = async (args, lines, more) => {
			const child = run(blobs, args, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
			let out = '';
			const ended = child.ended;
			await Promise.race([ended, new Promise((resolve) => { child.stdout.on('data', (part) => { out += part; if (out.split('\n').length > lines) resolve(); }); })]);
			child.kill('SIGKILL');
			await ended;
			return out.split('\n').slice(0, -1);
		};
		await away(async () => {
			for (const lines of [0, 3, 20]) acknowledged.push(...(await killedAfter(['puts', '1000000', String(size)], lines)).filter((line) => line.length === 64));
		});
		assert.ok(acknowledged.length >= 23);
		for (const lines of [0, 1, 4]) {
			passing = (lines + 2.5) * size;
			assert.ok((await killedAfter(['send'], lines, { PLATEN_S3_ENDPOINT: silent.url })).length >= lines);
			const there = new Set((await blob(env, ['list'])).text.split('\n'));
			for (const hash of acknowledged) assert.ok(there.has(hash), `${hash} was acknowledged`);
		}
		assert.notEqual(await waiting(env), '0 0', 'there was something left to kill');
		assert.equal((await blob(env, ['send'])).code, OK);
		const there = inBucket();
		for (const hash of acknowledged) assert.ok(there.includes(hash), `${hash} was acknowledged`);
		for (const hash of there) assert.equal(sha256(await getBlob(env, hash)), hash);
		const left = files(path.join(env.PLATEN_DATA, 'media/spool'));
		for (const name of left) assert.match(name, /^put-/);
		assert.equal((await blob(env, ['sweep', '0'])).text, String(left.length));
		assert.deepEqual(files(path.join(env.PLATEN_DATA, 'media/spool')), []);
	});

	test('two who send at once send each once', async () => {
		const env = fresh(), hashes = (await away(() => blob(env, ['puts', '12', '30000']))).text.split('\n');
		assert.equal(hashes.length, 12);
		const both = await Promise.all([blob(env, ['send']), blob(env, ['send'])]);
		for (const one of both) assert.equal(one.code, OK, one.errors);
		assert.equal(both.reduce((sum, one) => sum + Number(one.text.split('\n').at(-1)), 0), hashes.length);
		assert.deepEqual(inBucket(), hashes.sort());
	});

	describe('of a site', () => {
		let site, up, owner;
		const open = async (env) => {
			site = await openSite('fastcgi', { posts: 0, env: { ...gateway.media(`spool-${++n}`), PLATEN_LOG_LEVEL: 'error', ...env } });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			owner = await signedIn(site);
			up = new Uploader(owner);
		};
		const doctor = () => { try { return platen(site, 'doctor'); } catch (error) { return error.stdout; } };
		const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);

		test('an upload is in the library at once and in the bucket later', async () => {
			await open({ PLATEN_S3_SPOOL: '50m' });
			try {
				const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(100000)]), picture = png(40, 30, [9, 120, 40]);
				const items = await away(async () => {
					const sent = [await up.send(pdf, 'paper.pdf', { library: true }), await up.send(picture, 'green.png', { library: true })];
					assert.deepEqual(sent.map(({ mime }) => mime), ['application/pdf', 'image/png']);
					const got = await site.get(sent[0].address);
					assert.deepEqual([got.status, got.bytes], [200, pdf]);
					const part = await site.get(sent[0].address, { headers: { range: 'bytes=0-4' } });
					assert.deepEqual([part.status, part.bytes.toString()], [206, '%PDF-']);
					assert.equal((await site.get('/the-quiet-press')).status, 200);
					assert.equal((await owner.get('/admin/media')).status, 200);
					platen(site, 'jobs', 'work'); // the variants are made of what waits, and wait too
					assert.equal(sql("SELECT state FROM media_item WHERE name = 'green.png'")[0][0], 'ready');
					assert.match(doctor(), /ok +media: \d+ files \(\d+ bytes\) wait to be sent/);
					assert.match(sql("SELECT error FROM job WHERE kind = 'media.send'")[0][0], /cannot reach the S3 server/);
					assert.doesNotMatch((await owner.get('/admin')).text, /waiting for the media store/);
					// What waits for long is told to the owner, and by doctor.
					const old = new Date(Date.now() - 3600000), spool = path.join(site.data, 'media/spool');
					fs.rmSync(path.join(spool, 'tmp/waiting')); // which would know better
					for (const name of files(spool)) fs.utimesSync(path.join(spool, name.slice(0, 2), name.slice(2, 4), name), old, old);
					assert.match((await owner.get('/admin')).text, /\d+ files have been waiting for the media store for long/);
					assert.match(doctor(), /problem +media: \d+ files \(\d+ bytes\) wait to be sent to the store, the first for \d+ minutes/);
					return sent;
				});
				assert.match(platen(site, 'media', 'verify'), /: 0 damaged, 0 missing\n\d+ of them wait in 'media\/spool' to be sent/);
				platen(site, 'jobs', 'retry', String(sql("SELECT id FROM job WHERE kind = 'media.send' AND state = 'waiting'")[0][0])); // its time has come
				platen(site, 'jobs', 'work');
				assert.equal(sql("SELECT count(*) FROM job WHERE kind = 'media.send' AND state = 'waiting'")[0][0], 0);
				assert.deepEqual(files(path.join(site.data, 'media/spool')), []);
				assert.ok(inBucket().includes(sha256(pdf)) && inBucket().includes(sha256(picture)));
				assert.match(platen(site, 'media', 'verify'), /: 0 damaged, 0 missing\n$/);
				const led = await site.get(items[0].address);
				assert.ok(led.status === 302 && led.headers.location.startsWith(gateway.url));
			} finally {
				await site.stop();
			}
		});

		test('whoever was killed before he ordered it is made up for by the task ttl', async () => {
			await open({ PLATEN_S3_SPOOL: '50m' });
			try {
				const env = gateway.settings(site.data, `spool-${n}`, { PLATEN_S3_SPOOL: '50m' });
				const hash = await away(() => putBlob(env, randomBytes(1000)));
				platen(site, 'hook', 'run', 'ttl');
				assert.equal(sql("SELECT count(*) FROM job WHERE kind = 'media.send' AND state = 'waiting'")[0][0], 1);
				platen(site, 'jobs', 'work');
				assert.ok(inBucket().includes(hash));
			} finally {
				await site.stop();
			}
		});

		test('what waits when the bucket is given up is not forgotten', async () => {
			await open({ PLATEN_S3_SPOOL: '50m' });
			try {
				const hash = await away(() => putBlob(gateway.settings(site.data, `spool-${n}`, { PLATEN_S3_SPOOL: '50m' }), randomBytes(1000)));
				site.env.PLATEN_MEDIA = 'media';
				assert.match(doctor(), /problem +media: 1 files in 'media\/spool' waited for another store/);
				assert.match(platen(site, 'media', 'copy', '--from', 'media/spool', '--to', 'media'), /1 files: 1 copied/);
				assert.ok(fs.existsSync(path.join(site.data, 'media', hash.slice(0, 2), hash.slice(2, 4), hash)));
			} finally {
				await site.stop();
			}
		});

		test('without a spool an upload is refused by the name of the store, stays, and goes on when it is back', async () => {
			await open({});
			try {
				const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(1000)]);
				const target = await away(async () => {
					const begun = await up.begin(bytes.length, 'paper.pdf', { library: true });
					const at = below(site, begun.headers.location);
					for (let tries = 0; tries < 2; tries++) {
						const res = await up.piece(at, tries ? bytes.length : 0, tries ? Buffer.alloc(0) : bytes);
						assert.equal(res.status, 503);
						assert.ok(res.headers['retry-after']);
						assert.ok(JSON.parse(res.text).detail.includes(`s3://${bucket}/spool-${n} (${gateway.url})`), res.text);
					}
					return at;
				});
				assert.equal((await up.piece(target, bytes.length, Buffer.alloc(0))).status, 204);
				assert.ok(inBucket().includes(sha256(bytes)));
			} finally {
				await site.stop();
			}
		});
	});
});
