// page_folder_cgi.test.mjs: plain CGI reads and writes the page folder itself: a page that is there needs neither
// database nor theme nor phrases. By platen alone, and by platen-cgi in front of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { openSite, platen, source } from './harness.mjs';

const withSite = (place, body, env) => async () => {
	const site = await openSite(place, { posts: 3, env: { PLATEN_PAGES: 'on', ...env } });
	try {
		await body(site);
	} finally {
		await site.stop();
	}
};
const isFile = (res) => res.headers['content-security-policy'] === "frame-ancestors 'self'" || /^"[0-9a-f]+-[0-9a-f]+"$/.test(res.headers.etag);
const differ = new Set(['etag', 'content-security-policy', 'content-length', 'x-request-id', 'last-modified', 'date']);


for (const place of ['cgi', 'platen-cgi']) describe(place, () => {
	test('the first visitor gets the page from the database, the next ones from the folder', withSite(place, async (site) => {
		for (const address of ['/', '/about', '/tag/letters', '/feed.xml', '/rss.xml', '/feed.json', '/sitemap.xml', '/robots.txt']) {
			const first = await site.get(address), second = await site.get(address);
			assert.ok(!isFile(first) && isFile(second), address);
			assert.equal(second.text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''), first.text, address);
			for (const name of Object.keys(first.headers).filter((name) => !differ.has(name))) {
				if (name === 'vary') assert.equal(second.headers.vary, 'Accept-Encoding');
				else assert.equal(second.headers[name], first.headers[name], `${address}: ${name}`);
			}
			assert.notEqual((await site.get(address)).headers['x-request-id'], second.headers['x-request-id']);
			assert.equal((await site.get(address, { headers: { 'if-none-match': second.headers.etag } })).status, 304);
			const head = await site.get(address, { method: 'HEAD' });
			assert.deepEqual([head.status, head.bytes.length, head.headers['content-length']], [200, 0, second.headers['content-length']]);
		}
		const packed = await site.get('/about', { headers: { 'accept-encoding': 'br' } });
		assert.equal(packed.headers['content-encoding'], 'br');
		assert.equal(zlib.brotliDecompressSync(packed.bytes).toString(), (await site.get('/about')).text);
	}));

	test('what depends on visitor or query, errors and other spellings are never taken from it', withSite(place, async (site) => {
		for (let n = 0; n < 2; n++) {
			for (const [address, status] of [['/search', 200], ['/search?q=platen', 200], ['/archive', 200], ['/behind-a-password', 200], ['/for-the-team', 403],
				['/about/', 301], ['/About', 301], ['/nothing', 404], ['/about.html', 404], ['/the-quiet-press.md', 200]]) {
				const res = await site.get(address);
				assert.equal(res.status, status, address);
				assert.ok(!isFile(res), address);
			}
			assert.equal((await site.get('/about', { method: 'POST', body: 'a=b' })).status, 405);
		}
	}));

	test('a commit, a private site and the hour of a post take pages back', withSite(place, async (site) => {
		for (let n = 0; n < 3; n++) await site.get('/');
		assert.ok(isFile(await site.get('/')));
		platen(site, 'config', 'set', 'tagline', 'words of now');
		assert.match((await site.get('/')).text, /words of now/);
		// One that is there so early that its time finds a page in the folder.
		let due, name, files = 0, after = 0;
		for (let ahead = 2000; files === 0; ahead *= 2) {
			const folder = path.join(site.dir, `due-${ahead}`);
			due = Math.ceil(Date.now() / 1000) * 1000 + ahead;
			name = `Comes in ${ahead}`;
			fs.mkdirSync(folder);
			fs.writeFileSync(path.join(folder, 'due.md'), `---\ntitle: ${name}\nslug: due-${ahead}\ndate: ${new Date(due).toISOString()}\n---\nHere.\n`);
			platen(site, 'import', folder);
			for (after = 0; after < 3;) {
				const begin = Date.now(), res = await site.get('/'), shown = res.text.includes(name);
				if (Date.now() < due) {
					assert.ok(!shown, `${due - begin} ms before`);
					files += isFile(res);
				}
				if (begin < due) continue;
				assert.ok(shown, `${begin - due} ms after`);
				after++;
			}
		}
		assert.ok(isFile(await site.get('/')), 'and the new page is in the folder again');
		platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
		platen(site, 'config', 'set', 'access', 'private');
		for (let n = 0; n < 2; n++) assert.doesNotMatch((await site.get('/')).text, /The quiet press/);
	}));

	test('without phrases the folder\'s pages are given, and for others it is said that the program could not start', async () => {
		const phrases = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-phrases-'));
		fs.cpSync(path.join(source, 'templates/lang'), phrases, { recursive: true });
		await withSite(place, async (site) => {
			for (let n = 0; n < 2; n++) await site.get('/about');
			fs.rmSync(phrases, { recursive: true });
			assert.ok(isFile(await site.get('/about')));
			for (const [address, method] of [['/', 'GET'], ['/nothing', 'GET'], ['/about', 'POST'], ['/about?x=%00', 'GET']]) {
				const res = await site.get(address, { method });
				assert.equal(res.status, 500, address);
				assert.match(res.text, /could not start/);
				assert.equal(res.headers['cache-control'], 'no-store');
			}
		}, { PLATEN_LANG: phrases })();
	});

	test('folders that nobody reads any more go, though no process stays to see to it', withSite(place, async (site) => {
		const old = () => fs.readdirSync(path.join(site.data, 'pages')).filter((name) => name.includes('-'));
		for (let n = 0; n < 5; n++) {
			platen(site, 'config', 'set', 'tagline', `words ${n}`);
			for (let visits = 0; visits < 2; visits++) assert.match((await site.get('/')).text, new RegExp(`words ${n}`));
		}
		assert.ok(old().length <= 2, old().join(' '));
	}));
});
