// blob.test.mjs: the blob store in a bucket of a real S3 server: what all stores do, what other clients see, and what is
// left when keys, clocks, connections, the server or the program itself go wrong.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run, scratch } from '../http/responder.mjs';
import { Gateway, Proxy, blob, blobs, bucket, cutAfter, getBlob, keys, missing, putBlob, sha256, suite, through } from './server.mjs';

const [OK, INVALID, DENIED, IO] = [0, 3, 6, 9];

describe('blobs in S3', { skip: missing }, () => {
	let gateway, data, n = 0;
	before(async () => {
		data = scratch();
		const [cert, key] = ['cert.pem', 'key.pem'].map((name) => path.join(data, name));
		execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
			'-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
		gateway = await Gateway.start({ TLS_CERT: cert, TLS_KEY: key });
	});
	after(() => gateway?.stop());
	// Each test has a prefix of its own.
	const fresh = (more) => gateway.settings(data, `test-${++n}`, more);
	const prefix = () => `test-${n}`;

	test('it does what every store does', () => {
		const env = { PATH: process.env.PATH, TZ: 'UTC', PLATEN_TEST_S3_REGION: 'us-east-1', PLATEN_TEST_S3_BUCKET: bucket, CMOCKA_MESSAGE_OUTPUT: 'TAP',
			PLATEN_TEST_S3_ACCESS_KEY: keys.access, PLATEN_TEST_S3_SECRET_KEY: keys.secret };
		for (const more of [{ PLATEN_TEST_S3_ENDPOINT: gateway.url }, { PLATEN_TEST_S3_ENDPOINT: `http://localhost:${gateway.port}`, PLATEN_TEST_S3_VIRTUAL: '1' }]) {
			const { status, stdout, stderr } = spawnSync(suite, { env: { ...env, ...more }, encoding: 'utf8' });
			assert.equal(status, 0, stdout + stderr);
			assert.match(stdout, /1\.\.\d\d/);
		}
	});

	test('what is removed is gone by every name that it ever had', async () => {
		const open = (secret) => ({ PLATEN_S3_PUBLIC: 'on', PLATEN_SECRET: secret.repeat(40) }), bytes = randomBytes(1000);
		const env = fresh(), second = { ...env, ...open('b') };
		const names = () => JSON.parse(gateway.aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', `${prefix()}/`).toString() || '{}').Contents ?? [];
		const hash = await putBlob(env, bytes), end = async (secret) => (await blob({ ...env, ...open(secret) }, ['link', hash, '', '60'])).text.split('/').pop();
		for (const secret of ['a', 'b', 'c']) gateway.aws('s3', 'cp', '--quiet', `s3://${bucket}/${prefix()}/${hash}`, `s3://${bucket}/${prefix()}/${await end(secret)}`);
		gateway.aws('s3', 'cp', '--quiet', '-', `s3://${bucket}/${prefix()}/${hash}.jpg`, { input: bytes }); // another's
		assert.equal(names().length, 5);
		assert.equal((await blob(second, ['remove', hash])).code, OK);
		assert.deepEqual(names().map(({ Key }) => Key), [`${prefix()}/${hash}.jpg`]);
		assert.equal((await blob(second, ['remove', hash])).code, OK);
	});

	test('another client reads what was put, and the other way round', async () => {
		const env = fresh(), small = randomBytes(1000), large = randomBytes((17 << 20) + 5), theirs = randomBytes(5000);
		for (const bytes of [small, large]) {
			const hash = await putBlob(env, bytes);
			const copy = path.join(data, 'copy');
			gateway.aws('s3', 'cp', '--quiet', `s3://${bucket}/${prefix()}/${hash}`, copy);
			assert.equal(sha256(fs.readFileSync(copy)), hash);
		}
		const file = path.join(data, 'theirs');
		fs.writeFileSync(file, theirs);
		gateway.aws('s3api', 'put-object', '--bucket', bucket, '--key', `${prefix()}/${sha256(theirs)}`, '--body', file);
		assert.deepEqual(await getBlob(env, sha256(theirs)), theirs);
		const { text } = await blob(env, ['list']);
		assert.deepEqual(text.split('\n'), [small, large, theirs].map(sha256).sort());
	});

	test('bytes that are not what their address says are never given', async () => {
		const env = fresh(), file = path.join(data, 'damaged'), hash = sha256('the true one');
		fs.writeFileSync(file, 'a false one!');
		gateway.aws('s3api', 'put-object', '--bucket', bucket, '--key', `${prefix()}/${hash}`, '--body', file);
		const done = await blob(env, ['get', hash]);
		assert.equal(done.out.length, 0);
		assert.match(done.errors, /is damaged/);
		fs.writeFileSync(file, 'of another size');
		gateway.aws('s3api', 'put-object', '--bucket', bucket, '--key', `${prefix()}/${hash}`, '--body', file);
		await putBlob(env, 'the true one');
		assert.equal((await getBlob(env, hash)).toString(), 'the true one');
	});

	test('an address with a signature is good for anybody, for a while', async () => {
		const env = fresh(), bytes = randomBytes(100), hash = await putBlob(env, bytes);
		const { text: link } = await blob(env, ['link', hash, 'image/png', 600]);
		const answer = execFileSync('curl', ['-si', link]);
		const head = answer.subarray(0, answer.indexOf('\r\n\r\n')).toString();
		assert.match(head, /^HTTP\/1\.1 200/);
		assert.match(head, /content-type: image\/png/i);
		assert.deepEqual(answer.subarray(answer.indexOf('\r\n\r\n') + 4), bytes);
		const status = (address) => execFileSync('curl', ['-s', '-o', path.join(data, 'refused'), '-w', '%{http_code}', address]).toString();
		assert.equal(status(link.replace(/.$/, (c) => (c === '0' ? '1' : '0'))), '403');
		assert.equal(status(link.replace('image%2Fpng', 'text%2Fhtml')), '403');
		const { text: old } = await blob({ ...env, BLOBS_CLOCK_MS: '-700000' }, ['link', hash, 'image/png', 600]);
		assert.equal(status(old), '403');
		assert.equal(status(gateway.url + `/${bucket}/${prefix()}/${hash}`), '403');
	});

	test('wrong keys, buckets and addresses are named, never the secret', async () => {
		const wrong = [
			[{ PLATEN_S3_SECRET_KEY: 'not-the-secret-key' }, DENIED, /the secret key is wrong/],
			[{ PLATEN_S3_ACCESS_KEY: 'NOBODY' }, DENIED, /the access key is not known/],
			[{ PLATEN_MEDIA: 's3://no-such-bucket/x' }, INVALID, /'no-such-bucket' .*there is no such bucket/],
			[{ PLATEN_MEDIA: 's3://' }, INVALID, /needs the name of a bucket/],
			[{ PLATEN_S3_ENDPOINT: 'http://127.0.0.1:1' }, IO, /cannot reach the S3 server '127\.0\.0\.1:1'/],
			[{ PLATEN_S3_ENDPOINT: `https://127.0.0.1:${gateway.port}` }, IO, /cannot reach the S3 server/],
			[{ PLATEN_S3_ENDPOINT: 'ftp://127.0.0.1' }, INVALID, /PLATEN_S3_ENDPOINT/], [{ PLATEN_S3_ENDPOINT: 'http://127.0.0.1/path' }, INVALID, /the S3 endpoint/],
		];
		for (const [settings, code, says] of wrong) {
			const done = await blob(fresh(settings), ['check']);
			assert.match(done.errors, says);
			assert.equal(done.code, code, done.errors);
			assert.ok(!done.errors.includes(keys.secret) && !done.errors.includes('not-the-secret-key'));
			const read = await blob(fresh(settings), ['get', sha256('x')]);
			assert.equal(read.code, code, read.errors);
		}
		assert.match((await blob(fresh({ PLATEN_S3_SECRET_KEY: undefined }), ['check'])).errors, /PLATEN_S3_ACCESS_KEY and PLATEN_S3_SECRET_KEY/);
	});

	test('a clock that is hours wrong is corrected by the server', async () => {
		for (const skew of [-3 * 3600e3, 5 * 3600e3]) {
			const env = fresh({ BLOBS_CLOCK_MS: String(skew) });
			const hash = await putBlob(env, `at ${skew}`);
			assert.equal((await getBlob(env, hash)).toString(), `at ${skew}`);
			assert.equal((await blob(env, ['count'])).text, '1');
		}
	});

	test('storage class and encryption are asked for', async () => {
		const seen = [];
		const proxy = await Proxy.start(gateway.port, (client, server) => {
			client.on('data', (part) => seen.push(part.toString('latin1')));
			through(client, server);
		});
		const env = fresh({ PLATEN_S3_ENDPOINT: proxy.url, PLATEN_S3_STORAGE_CLASS: 'STANDARD', PLATEN_S3_SSE: 'AES256' });
		await blob(env, ['put'], 'x'); // whether it is allowed is the server's own thing
		assert.match(seen.join(''), /\r\nx-amz-storage-class: STANDARD\r\n/);
		assert.match(seen.join(''), /\r\nx-amz-server-side-encryption: AES256\r\n/);
		proxy.stop();
	});

	test('one connection serves a whole listing and many puts', async () => {
		const proxy = await Proxy.start(gateway.port, through);
		const env = fresh({ PLATEN_S3_ENDPOINT: proxy.url });
		const done = await blob(env, ['puts', 20, 1000]);
		assert.equal(done.text.split('\n').length, 20);
		assert.equal(proxy.count, 1);
		proxy.stop();
	});

	test('connections that break while bytes go either way lose nothing', async () => {
		const env = fresh(), bytes = randomBytes(3 << 20), hash = sha256(bytes);
		const proxy = await Proxy.start(gateway.port, (client, server, count) => {
			if (count === 2) { server.pipe(client); cutAfter(client, server, 1 << 20); } else through(client, server);
		});
		const cut = { ...env, PLATEN_S3_ENDPOINT: proxy.url };
		// The first connection, for the question whether it is there, is ended by the proxy, too.
		proxy.how = ((how) => (client, server, count) => {
			if (count === 1) { client.pipe(server); cutAfter(server, client, 1); } else how(client, server, count);
		})(proxy.how);
		await putBlob(cut, bytes);
		assert.ok(proxy.count >= 3, `${proxy.count} connections`);
		let seen = 0;
		proxy.how = (client, server) => { if (++seen <= 3) { client.pipe(server); cutAfter(server, client, 900000); } else through(client, server); };
		assert.equal(sha256(await getBlob(cut, hash)), hash);
		assert.equal(seen, 4); // three that broke, each with the next 900 000 bytes
		proxy.stop();
	});

	test('a slow connection is waited for', async () => {
		const env = fresh(), bytes = randomBytes(200000), hash = await putBlob(env, bytes);
		const slow = await Proxy.start(gateway.port, (client, server) => {
			client.pipe(server);
			server.on('data', (part) => {
				server.pause();
				client.write(part.subarray(0, part.length >> 1));
				setTimeout(() => { client.write(part.subarray(part.length >> 1)); server.resume(); }, 100);
			});
		});
		assert.deepEqual(await getBlob({ ...env, PLATEN_S3_ENDPOINT: slow.url }, hash), bytes);
		slow.stop();
	});

	test('while the server is away nothing is half there, and afterwards all goes on', async () => {
		const env = fresh(), hash = await putBlob(env, 'before');
		gateway.pause();
		const writing = await blob(env, ['put'], 'meanwhile');
		const reading = await blob(env, ['get', hash]);
		gateway.resume();
		for (const done of [writing, reading]) {
			assert.equal(done.code, IO, done.errors);
			assert.match(done.errors, /cannot reach the S3 server '127\.0\.0\.1:\d+'/);
			assert.equal(done.out.length, 0);
		}
		assert.equal((await getBlob(env, hash)).toString(), 'before');
		assert.equal((await blob(env, ['count'])).text, '1');
		await putBlob(env, 'meanwhile');
	});

	test('an outage in the middle of many puts loses none that was acknowledged', async () => {
		const env = fresh(), child = run(blobs, ['puts', '1000000', '20000'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '';
		await new Promise((resolve) => { child.stdout.on('data', (part) => { out += part; if (out.length > 65 * 20) resolve(); }); });
		gateway.pause();
		assert.equal(await child.ended, IO, child.errors);
		gateway.resume();
		const there = new Set((await blob(env, ['list'])).text.split('\n'));
		for (const hash of out.trim().split('\n')) assert.ok(there.has(hash), `${hash} was acknowledged`);
		for (const hash of there) assert.equal(sha256(await getBlob(env, hash)), hash);
	});

	test('a program that is killed leaves whole blobs and no file', async () => {
		const env = fresh();
		const acknowledged = [];
		for (let round = 0; round < 3; round++) {
			const child = run(blobs, ['puts', '1000000', '300000'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
			let out = '';
			await new Promise((resolve) => { child.stdout.on('data', (part) => { out += part; if (out.length >= 65 * 3) resolve(); }); });
			child.kill('SIGKILL');
			await child.ended;
			acknowledged.push(...out.split('\n').filter((line) => line.length === 64));
		}
		const there = new Set((await blob(env, ['list'])).text.split('\n'));
		for (const hash of acknowledged) assert.ok(there.has(hash), `${hash} was acknowledged`);
		for (const hash of there) assert.equal(sha256(await getBlob(env, hash)), hash);
		const tmp = path.join(data, 'media/tmp');
		assert.deepEqual(fs.readdirSync(tmp), []);
	});

	test('parts of a large blob that a killed program left are swept when they are old', async () => {
		const env = fresh();
		// Killed when its second part is on its way.
		const proxy = await Proxy.start(gateway.port, (client, server) => {
			let sent = 0;
			server.pipe(client);
			client.on('data', (part) => { sent += part.length; if (sent > 17 << 20) child.kill('SIGKILL'); else server.write(part); });
		});
		const child = run(blobs, ['puts', '1', String(33 << 20)], { env: { ...env, PLATEN_S3_ENDPOINT: proxy.url }, stdio: ['ignore', 'pipe', 'pipe'] });
		assert.equal(await child.ended, 'SIGKILL');
		proxy.stop();
		const left = () => JSON.parse(gateway.aws('s3api', 'list-multipart-uploads', '--bucket', bucket, '--prefix', `${prefix()}/`).toString() || '{}').Uploads?.length ?? 0;
		assert.equal(left(), 1);
		assert.equal((await blob(env, ['sweep', 3600e3])).text, '0');
		assert.equal(left(), 1);
		// Ten minutes later.
		assert.equal((await blob({ ...env, BLOBS_CLOCK_MS: '600000' }, ['sweep', 1000])).text, '1');
		assert.equal(left(), 0);
		assert.equal((await blob(env, ['count'])).text, '0');
	});

	test('what others have in the bucket is never swept, with a prefix or without', async () => {
		const begin = (key) => gateway.aws('s3api', 'create-multipart-upload', '--bucket', bucket, '--key', key);
		const env = fresh(), ours = sha256('ours'), theirs = ['theirs.bin', `other/${ours}`, `${prefix()}/${ours}.bin`];
		theirs.forEach(begin);
		gateway.aws('s3', 'cp', '--quiet', '-', `s3://${bucket}/incoming/theirs`, { input: 'theirs' });
		const left = () => (JSON.parse(gateway.aws('s3api', 'list-multipart-uploads', '--bucket', bucket).toString() || '{}').Uploads ?? []).map((u) => u.Key).sort();
		for (const [media, key] of [[`s3://${bucket}`, ours], [`s3://${bucket}/${prefix()}`, `${prefix()}/${ours}`]]) {
			begin(key);
			assert.deepEqual(left(), [...theirs, key].sort());
			assert.equal((await blob({ ...env, PLATEN_MEDIA: media, BLOBS_CLOCK_MS: '600000' }, ['sweep', 1000])).text, '1');
			assert.deepEqual(left(), [...theirs].sort());
		}
		assert.equal(gateway.aws('s3', 'cp', '--quiet', `s3://${bucket}/incoming/theirs`, '-').toString(), 'theirs');
	});

	test('https is spoken with a certificate that is trusted', async () => {
		const secure = { PLATEN_S3_ENDPOINT: `https://127.0.0.1:${gateway.port + 10}` };
		const trusted = fresh({ ...secure, PLATEN_CA_FILE: path.join(data, 'cert.pem') });
		assert.equal((await getBlob(trusted, await putBlob(trusted, 'x'))).toString(), 'x');
		const refused = await blob(fresh(secure), ['put'], 'y');
		assert.match(refused.errors, /the certificate of the S3 server '127\.0\.0\.1:\d+' is not right/);
	});
});
