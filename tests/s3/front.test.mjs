// front.test.mjs: media in a private bucket that nginx and Caddy fetch by themselves, with the configurations of tools/deploy:
// the same answers, byte for byte and header for header, as Platen's own, and nothing that Platen would not give.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, sample, startApp } from '../http/harness.mjs';
import { png } from '../http/media.mjs';
import { sqlite } from '../sqlite.mjs';
import { WebServer, installed } from '../http/webserver.mjs';
import { Gateway, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const changing = new Set(['date', 'x-request-id', 'connection', 'keep-alive']);
const steady = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !changing.has(name)).sort());

describe('a private bucket behind a web server', { skip: missing }, () => {
	let gateway;
	before(async () => { gateway = await Gateway.start(); });
	after(() => gateway?.stop());

	for (const kind of ['nginx', 'caddy']) for (const place of ['fastcgi', 'below']) {
		describe(`${kind}, ${place}`, { skip: !installed(kind) && 'not installed' }, () => {
			let site, fetching, own, link, ink, cache;
			const remove = (hash) => gateway.aws('s3', 'rm', '--quiet', `s3://${bucket}/${kind}-${place}/${hash}`);
			before(async () => {
				site = await openSite(place, { serve: false, posts: 0, env: { ...gateway.media(`${kind}-${place}`), PLATEN_MEDIA_DELIVERY: 'stream' } });
				ink = fs.readFileSync(path.join(sample, fs.readdirSync(sample, { recursive: true }).find((name) => name.endsWith('ink.png'))));
				await startApp(site);
				cache = path.join(site.dir, 'cache');
				for (const [name, which] of [['one', `${kind}-bucket`], ['two', kind]]) {
					const dir = path.join(site.dir, name);
					fs.mkdirSync(dir);
					const server = await WebServer.start(which, dir, { MOUNT: site.mount, SOCKET: site.socket, BUCKET: gateway.url, RESOLVER: '127.0.0.1', CACHE: cache });
					site.children.push(server);
					if (name === 'one') fetching = server; else own = server;
				}
				[, link] = (await own.ask(`${site.mount}/the-quiet-press`)).body.toString().match(/src="([^"]*\/media\/[0-9a-f]{64}\/)ink\.png"/);
			});
			after(() => site?.stop());

			test('every answer is as Platen\'s own', async () => {
				const { etag } = (await own.ask(`${link}ink.png`)).headers;
				const asked = [
					{}, {}, { method: 'HEAD' }, { method: 'POST' }, { method: 'OPTIONS' }, { range: 'bytes=1-3' }, { range: 'bytes=5-' }, { range: 'bytes=-7' },
					{ range: 'bytes=0-0,3-4' }, { range: 'bytes=999999-' }, { range: 'lines=1-2' }, { range: 'bytes=3-1' }, { method: 'HEAD', range: 'bytes=1-3' },
					{ 'if-none-match': etag }, { 'if-none-match': '"other"' }, { 'if-none-match': '*' }, { 'if-match': etag }, { 'if-match': '"other"' },
					{ range: 'bytes=1-3', 'if-range': etag }, { range: 'bytes=1-3', 'if-range': '"other"' }, { range: 'bytes=1-3', 'if-none-match': etag },
					{ 'if-modified-since': 'Fri, 01 Jan 2038 00:00:00 GMT' }, { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:01 GMT' },
					{ 'accept-encoding': 'gzip, br' }, { cookie: 'a=b', authorization: 'Basic eDp5' },
				];
				for (const name of ['ink.png', 'x.html', 'x.svg', 'a%20b%22;.zip', '%C3%BC.png', 'none'])
					for (const { method, ...headers } of asked) {
						const [mine, theirs] = await Promise.all([own, fetching].map((server) => server.ask(link + name, { method, headers })));
						const what = `${name} ${JSON.stringify({ method, ...headers })}`;
						assert.equal(theirs.status, mine.status, what);
						if (mine.status === 206) for (const res of [mine, theirs]) delete res.headers['accept-ranges']; // the part says so itself
						assert.deepEqual(steady(theirs.headers), steady(mine.headers), what);
						if (mine.status < 400) assert.deepEqual(theirs.body, mine.body, what);
					}
			});

			test('the web server sends what the bucket has', async () => {
				const bytes = png(31, 12, [1, place.length, kind.length]), other = Buffer.alloc(bytes.length, 'x'), hash = sha256(bytes), more = path.join(site.dir, 'other');
				fs.mkdirSync(more);
				fs.writeFileSync(path.join(more, 'o.png'), bytes);
				fs.writeFileSync(path.join(more, 'o.md'), '---\ntitle: Other\nslug: other\ndate: 2024-01-01\n---\n![x](o.png)\n');
				platen(site, 'import', more);
				const [shown] = sqlite(path.join(site.data, 'site.db'), `SELECT hash FROM media_variant WHERE original = '${hash}'`)[0];
				gateway.aws('s3', 'cp', '--quiet', '-', `s3://${bucket}/${kind}-${place}/${shown}`, { input: other });
				const address = `${site.mount}/media/${hash}/o.png`;
				assert.deepEqual((await fetching.ask(address)).body, other);
				const part = await fetching.ask(address, { headers: { range: 'bytes=1-3' } });
				assert.deepEqual([part.status, part.body.toString()], [206, 'xxx']);
				assert.notDeepEqual((await own.ask(address)).body, other); // it proves what it sends
			});

			test('nobody is shown the bucket, a signature, or what Platen does not give', async () => {
				const res = await fetching.ask(`${link}ink.png`), said = JSON.stringify(res.headers);
				assert.equal(res.status, 200);
				assert.doesNotMatch(said, /amz|rgw|signature|x-platen|x-accel/i);
				assert.match(res.headers['content-security-policy'], /sandbox/);
				assert.equal(res.headers['x-content-type-options'], 'nosniff');
				const hash = sha256(ink);
				for (const address of [`/.platen-bucket/${hash}`, `/.platen-bucket/${bucket}/${hash}`, `/${bucket}/${kind}-${place}/${hash}`, `/media/${'0'.repeat(64)}/x.png`])
					for (const before of new Set(['', site.mount])) assert.notEqual((await fetching.ask(before + address)).status, 200, address);
				const forged = await fetching.ask(`${link}ink.png`, { headers: { 'x-platen-object': '/x', 'x-accel-redirect': '/x', 'send-media': 'X-Accel-Proxy /x' } });
				assert.deepEqual(forged.body, ink);
			});

			test('pictures as they were uploaded are not reached, though the bucket has them', async () => {
				const original = png(20, 10, [place.length, 99, 3], 'taken at home');
				fs.mkdirSync(path.join(site.dir, 'more'));
				fs.writeFileSync(path.join(site.dir, 'more/private.png'), original);
				fs.writeFileSync(path.join(site.dir, 'more/p.md'), '---\ntitle: Private\nslug: private\ndate: 2024-01-01\n---\n![x](private.png)\n');
				platen(site, 'import', path.join(site.dir, 'more'));
				assert.deepEqual(sqlite(path.join(site.data, 'site.db'), `SELECT private FROM media WHERE hash = '${sha256(original)}'`), [[1]]);
				const address = `${site.mount}/media/${sha256(original)}/private.png`;
				for (const ask of [() => fetching.ask(address), () => fetching.ask(address, { headers: { range: 'bytes=0-9999' } })]) {
					const res = await ask();
					assert.ok(res.body.length > 0 && !res.body.includes('taken at home'));
				}
				remove(sha256(original)); // whatever was sent, it was not these bytes
				assert.ok([200, 206].includes((await fetching.ask(address)).status));
			});

			test('of a site that is closed nobody gets media', async () => {
				platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
				platen(site, 'config', 'set', 'access', 'private');
				try {
					assert.deepEqual((await Promise.all([own, fetching].map((server) => server.ask(`${link}ink.png`)))).map(({ status }) => status), [403, 403]);
				} finally {
					platen(site, 'config', 'set', 'access', 'public');
				}
			});

			if (kind === 'nginx') test('what was fetched is kept: the bucket is asked once, and may be away', async () => {
				const films = path.join(site.dir, 'films'), film = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'), Buffer.alloc(9 << 20, 'abcdefg')]);
				fs.mkdirSync(films);
				fs.writeFileSync(path.join(films, 'long.wav'), film);
				fs.writeFileSync(path.join(films, 'f.md'), '---\ntitle: Film\nslug: film\ndate: 2024-01-01\n---\n[film](long.wav)\n');
				platen(site, 'import', films);
				const address = `${site.mount}/media/${sha256(film)}/long.wav`;
				// What is whole; nginx goes on with a piece after the bytes that somebody asked for.
				const kept = () => fs.readdirSync(cache, { recursive: true }).filter((name) => /(^|\/)[0-9a-f]{32}$/.test(name)).length;
				const keeps = async (count) => {
					for (const end = Date.now() + 60000; kept() < count && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20));
					return kept();
				};
				const before = kept();
				const part = await fetching.ask(address, { headers: { range: 'bytes=9000000-9000009' } });
				assert.deepEqual([part.status, part.body, part.headers['content-range']], [206, film.subarray(9000000, 9000010), `bytes 9000000-9000009/${film.length}`]);
				assert.equal(await keeps(before + 1), before + 1, 'the piece that was asked for');
				const whole = await fetching.ask(address);
				assert.deepEqual([whole.status, sha256(whole.body)], [200, sha256(film)]);
				assert.equal(await keeps(before + 3), before + 3);
				gateway.pause();
				try {
					const again = await fetching.ask(address);
					assert.deepEqual([again.status, sha256(again.body)], [200, sha256(film)]);
				} finally {
					gateway.resume();
				}
			});

			test('what the bucket does not give is answered by Platen, and nobody keeps that', async () => {
				const bytes = png(30, 11, [7, place.length, kind.length]), more = path.join(site.dir, 'gone');
				fs.mkdirSync(more);
				fs.writeFileSync(path.join(more, 'gone.png'), bytes);
				fs.writeFileSync(path.join(more, 'g.md'), '---\ntitle: Gone\nslug: gone\ndate: 2024-01-01\n---\n![x](gone.png)\n');
				platen(site, 'import', more);
				sqlite(path.join(site.data, 'site.db'), `UPDATE media SET private = 0 WHERE hash = '${sha256(bytes)}'`);
				remove(sha256(bytes));
				const address = `${site.mount}/media/${sha256(bytes)}/gone.png`;
				const [mine, theirs] = await Promise.all([own, fetching].map((server) => server.ask(address)));
				assert.equal(theirs.status, mine.status);
				assert.ok(mine.status >= 400);
				assert.doesNotMatch(theirs.headers['cache-control'] ?? '', /immutable/);
				assert.doesNotMatch(theirs.body.toString(), /NoSuchKey|Signature/);
			});

			// Whoever reads a log could fetch what it names.
			test('no log has a signature, nor when the bucket is not reached', async () => {
				const bytes = png(29, 13, [8, place.length, kind.length]), more = path.join(site.dir, 'away');
				fs.mkdirSync(more);
				fs.writeFileSync(path.join(more, 'away.png'), bytes);
				fs.writeFileSync(path.join(more, 'a.md'), '---\ntitle: Away\nslug: away\ndate: 2024-01-01\n---\n![x](away.png)\n');
				platen(site, 'import', more);
				gateway.pause();
				try {
					const { status } = await fetching.ask(`${site.mount}/media/${sha256(bytes)}/away.png`);
					assert.equal(status, kind === 'nginx' ? 503 : 502); // Caddy asks Platen only when there is an answer
				} finally {
					gateway.resume();
				}
				const logs = fs.readdirSync(path.join(site.dir, 'one')).filter((name) => name.endsWith('.log'))
					.map((name) => fs.readFileSync(path.join(site.dir, 'one', name), 'utf8'));
				if (kind === 'nginx') assert.ok(logs.length > 0);
				assert.doesNotMatch(logs.join('') + fetching.child.errors, /X-Amz-Signature/);
			});
		});
	}
});
