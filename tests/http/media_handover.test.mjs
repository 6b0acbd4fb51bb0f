// media_handover.test.mjs: media that nginx and Caddy send by themselves, with the configurations of
// tools/deploy: the same answers, byte for byte and header for header, as Platen's own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as f from './fastcgi.mjs';
import { openSite, platen, startApp } from './harness.mjs';
import { WebServer, installed } from './webserver.mjs';

const changing = new Set(['date', 'x-request-id', 'connection', 'keep-alive']);
const steady = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !changing.has(name)).sort());

for (const kind of ['nginx', 'caddy']) {
	for (const [place, mount] of [['fastcgi', 'at the root'], ['below', 'below a path']]) {
		describe(`media, ${kind}, ${mount}`, { skip: !installed(kind) && 'not installed' }, () => {
			let site, handing, own, link, copy, blob;
			before(async () => {
				site = await openSite(place, { serve: false, posts: 0 });
				await startApp(site);
				// A copy with other bytes shows who sends them.
				copy = path.join(site.dir, 'media-copy');
				fs.cpSync(path.join(site.data, 'media'), copy, { recursive: true });
				for (const [name, media] of [['one', copy], ['two', null]]) {
					const dir = path.join(site.dir, name), values = { MOUNT: site.mount, SOCKET: site.socket, MEDIA: media };
					fs.mkdirSync(dir);
					const server = await WebServer.start(media ? `${kind}-media` : kind, dir, values);
					site.children.push(server);
					if (media) handing = server; else own = server;
				}
				const page = (await own.ask(`${site.mount}/the-quiet-press`)).body.toString();
				[, link, blob] = page.match(/src="([^"]*\/media\/([0-9a-f]{64})\/)ink\.png"/);
				blob = path.join(copy, blob.slice(0, 2), blob.slice(2, 4), blob);
			});
			after(() => site?.stop());

			test('the web server sends the bytes', async () => {
				const bytes = fs.readFileSync(blob);
				fs.writeFileSync(blob, Buffer.alloc(bytes.length, 'x'));
				try {
					const res = await handing.ask(`${link}ink.png`);
					assert.equal(res.status, 200);
					assert.deepEqual(res.body, Buffer.alloc(bytes.length, 'x'));
					const part = await handing.ask(`${link}ink.png`, { headers: { range: 'bytes=1-3' } });
					assert.deepEqual([part.status, part.body.toString()], [206, 'xxx']);
				} finally {
					fs.writeFileSync(blob, bytes);
				}
			});

			test('every answer is as Platen\'s own', async () => {
				const { etag } = (await own.ask(`${link}ink.png`)).headers;
				const asked = [
					{}, { method: 'HEAD' }, { method: 'POST' }, { method: 'OPTIONS' }, { range: 'bytes=1-3' }, { range: 'bytes=5-' }, { range: 'bytes=-7' },
					{ range: 'bytes=0-0,3-4' }, { range: 'bytes=999999-' }, { range: 'lines=1-2' }, { range: 'bytes=3-1' }, { method: 'HEAD', range: 'bytes=1-3' },
					{ 'if-none-match': etag }, { 'if-none-match': '"other"' }, { 'if-none-match': '*' }, { 'if-match': etag }, { 'if-match': '"other"' },
					{ range: 'bytes=1-3', 'if-range': etag }, { range: 'bytes=1-3', 'if-range': '"other"' }, { range: 'bytes=1-3', 'if-none-match': etag },
					{ 'if-modified-since': 'Fri, 01 Jan 2038 00:00:00 GMT' }, { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:01 GMT' },
					{ 'accept-encoding': 'gzip, br' },
				];
				for (const name of ['ink.png', 'x.html', 'x.svg', 'x.txt', 'x.pdf', 'x.mp4', 'a%20b%22;.zip', '%C3%BC.png', 'none']) {
					for (const { method, ...headers } of asked) {
						const [mine, theirs] = await Promise.all([own, handing].map((server) => server.ask(link + name, { method, headers })));
						const what = `${name} ${JSON.stringify({ method, ...headers })}`
						assert.equal(theirs.status, mine.status, what);
						if (mine.status === 206) for (const res of [mine, theirs]) delete res.headers['accept-ranges']; // the part says so itself
						assert.deepEqual(steady(theirs.headers), steady(mine.headers), what);
						if (mine.status < 400) assert.deepEqual(theirs.body, mine.body, what);
					}
				}
			});

			test('what nobody has is 404, and the folder is nobody\'s address', async () => {
				const hash = path.basename(blob), inside = `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
				for (const address of [`/media/${'0'.repeat(64)}/x.png`, `/media/../site.db`, `/media/${hash.toUpperCase()}/x`, `/.platen-media/${inside}`, `/${inside}`, '/.platen-media/']) {
					for (const before of new Set(['', site.mount])) assert.notEqual((await handing.ask(before + address)).status, 200, address);
				}
				const header = await handing.ask(`${link}ink.png`, { headers: { 'send-media': 'X-Sendfile /etc', 'x-accel-redirect': '/x' } });
				assert.equal(header.headers['x-sendfile'], undefined);
			});

			if (kind === 'nginx') test('what the web server cannot read Platen sends', async () => {
				fs.renameSync(blob, `${blob}.away`);
				try {
					const [mine, theirs] = await Promise.all([own, handing].map((server) => server.ask(`${link}x.html`)));
					assert.equal(theirs.status, 200);
					assert.deepEqual(theirs.body, mine.body);
					assert.deepEqual(steady(theirs.headers), steady(mine.headers));
				} finally {
					fs.renameSync(`${blob}.away`, blob);
				}
			});

			test('whoever may not see the site gets no media', async () => {
				platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
				platen(site, 'config', 'set', 'access', 'private');
				try {
					const [mine, theirs] = await Promise.all([own, handing].map((server) => server.ask(`${link}ink.png`)));
					assert.deepEqual([mine.status, theirs.status], [403, 403]);
				} finally {
					platen(site, 'config', 'set', 'access', 'public');
				}
			});
		});
	}
}

test('the header and the folder are the web server\'s choice, if Platen knows the header', async () => {
	const site = await openSite('fastcgi', { serve: false, posts: 0 });
	try {
		await startApp(site);
		const ask = (target, more) => f.fetch1({ path: site.socket }, f.get(target, more));
		const page = (await ask('/the-quiet-press', {})).body.toString();
		const [link, hash] = page.match(/\/media\/([0-9a-f]{64})\/ink\.png/);
		const place = `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
		const sent = await ask(link, { SEND_MEDIA: 'X-Sendfile /srv/media' });
		assert.equal(sent.headers['x-sendfile'], `/srv/media/${place}`);
		assert.equal(sent.body.length, 0);
		for (const SEND_MEDIA of ['', ' ', 'X-Sendfile', 'Location /x', ' /x', 'X-Accel-Redirectx /y']) {
			const own = await ask(link, { SEND_MEDIA });
			assert.ok(own.body.length > 100, SEND_MEDIA);
			assert.equal(own.headers['x-sendfile'] ?? own.headers['x-accel-redirect'] ?? own.headers.location, undefined);
		}
		assert.equal((await ask(link, { HTTP_SEND_MEDIA: 'X-Sendfile /etc' })).headers['x-sendfile'], undefined);	} finally {
		await site.stop();
	}
});
