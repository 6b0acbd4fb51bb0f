// page_cache.test.mjs: finished pages in memory, seen from outside: when they are given, when not any more.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as f from './fastcgi.mjs';
import { eventually, openSite, platen } from './harness.mjs';

const withSite = (options, body) => async (t) => {
	const site = await openSite('fastcgi', { posts: 3, ...options });
	try {
		site.socket = { path: path.join(site.dir, 'platen.sock') };
		await body(site, t);
	} finally {
		await site.stop();
	}
};

async function figures(site) {
	const { text } = await site.get('/metrics');
	return Object.fromEntries([...text.matchAll(/^platen_page_cache_(\w+) (\d+)$/gm)].map(([, name, n]) => [name, Number(n)]));
}

// What `body` adds to the figures.
async function added(site, body) {
	const before = await figures(site);
	await body();
	const after = await figures(site);
	return Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
}

const post = (site, name, front, text) => {
	const folder = path.join(site.dir, `new-${name}`);
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, `${name}.md`), `---\n${Object.entries(front).map(([k, v]) => `${k}: ${v}`).join('\n')}\n---\n${text}\n`);
	platen(site, 'import', folder);
};

describe('pages in memory', () => {
	test('a page is made once and then given from memory, whatever query stands behind it', withSite({}, async (site) => {
		const more = await added(site, async () => {
			const first = await site.get('/about');
			for (let n = 0; n < 20; n++) {
				const again = await site.get('/about' + (n % 2 ? '?utm_source=a' + n : ''));
				assert.equal(again.text, first.text);
				assert.equal(again.headers.etag, first.headers.etag);
				assert.notEqual(again.headers['x-request-id'], first.headers['x-request-id']);
				assert.equal(again.headers['content-security-policy'], first.headers['content-security-policy']);
			}
		});
		assert.equal(more.made_total, 1);
		assert.equal(more.hits_total, 20);
	}));

	test('searches, forms, errors, redirects and what a visitor has opened for himself are not kept', withSite({}, async (site) => {
		const more = await added(site, async () => {
			for (let n = 0; n < 2; n++) {
				assert.equal((await site.get('/search?q=platen')).status, 200);
				assert.equal((await site.get('/nothing-here')).status, 404);
				assert.equal((await site.get('/about/')).status, 301);
				assert.equal((await site.get('/behind-a-password')).status, 200);
				assert.equal((await site.get('/for-the-team')).status, 403);
				assert.equal((await site.get('/healthz')).status, 200);
				assert.equal((await site.get('/about', { method: 'POST', body: 'a=b' })).status, 405);
			}
		});
		assert.deepEqual([more.made_total, more.hits_total], [0, 0]);
		const search = await added(site, async () => { for (let n = 0; n < 3; n++) assert.match((await site.get('/search')).text, /<form/); });
		assert.deepEqual([search.made_total, search.hits_total], [1, 2], 'the empty form is a page like others');
	}));

	test('a crowd that wants one page after a write makes it once', withSite({}, async (site) => {
		const all = Array.from({ length: 64 }, () => new f.Connection(site.socket));
		await Promise.all(all.map((c) => c.get('/')));
		for (let round = 1; round <= 5; round++) {
			platen(site, 'config', 'set', 'tagline', `round ${round}`);
			const more = await added(site, async () => {
				const answers = await Promise.all(all.map((c) => c.get('/')));
				for (const a of answers) assert.ok(a.text.includes(`round ${round}`));
			});
			assert.equal(more.made_total, 1);
		}
		all.forEach((c) => c.close());
	}));

	test('HEAD has the headers of GET, and 304 knows the page in every coding', withSite({}, async (site) => {
		const tags = [];
		for (const coding of [undefined, 'gzip', 'br']) {
			const headers = { 'accept-encoding': coding ?? 'identity' };
			const got = await eventually(() => site.get('/', { headers }), (r) => r.headers['content-encoding'] === coding);
			const head = await site.get('/', { method: 'HEAD', headers });
			assert.equal(head.bytes.length, 0);
			for (const name of ['etag', 'content-length', 'content-type', 'vary', 'cache-control', 'content-encoding'])
				assert.equal(head.headers[name], got.headers[name], name);
			tags.push(got.headers.etag);
		}
		assert.equal(new Set(tags).size, 3);
		for (const tag of tags) {
			for (const method of ['GET', 'HEAD']) {
				const res = await site.get('/', { method, headers: { 'if-none-match': `"x", ${tag}`, 'accept-encoding': 'gzip, br' } });
				assert.deepEqual([res.status, res.bytes.length, res.headers.etag], [304, 0, tag]);
			}
		}
		platen(site, 'config', 'set', 'tagline', 'another one');
		const changed = await site.get('/', { headers: { 'if-none-match': tags.join(', ') } });
		assert.deepEqual([changed.status, changed.text.includes('another one')], [200, true]);
	}));

	test('assets of the theme are kept compressed; parts of them are still to be had', withSite({}, async (site) => {
		const css = (await site.get('/')).text.match(/href="([^"]*\.css)"/)[1];
		const whole = (await site.get(css, { raw: true })).bytes;
		const packed = await eventually(() => site.get(css, { raw: true, headers: { 'accept-encoding': 'br' } }), (r) => r.headers['content-encoding'] === 'br');
		assert.ok(packed.bytes.length < whole.length / 2);
		assert.match(packed.headers['cache-control'], /immutable/);
		const part = await site.get(css, { raw: true, headers: { range: 'bytes=10-19' } });
		assert.deepEqual([part.status, part.text, part.headers.vary], [206, whole.subarray(10, 20).toString(), 'Accept-Encoding']);
		const had = await site.get(css, { raw: true, headers: { range: 'bytes=10-19', 'if-none-match': part.headers.etag } });
		assert.deepEqual([had.status, had.headers['content-range'], had.headers.etag], [304, undefined, part.headers.etag]);
		platen(site, 'config', 'set', 'tagline', 'new words');
		const more = await added(site, () => site.get(css, { raw: true }));
		assert.equal(more.hits_total, 1, 'a write to the site leaves them');
	}));

	test('an asset asked for at the address of another theme is not what that theme gives later', withSite({}, async (site) => {
		const style = async () => (await site.get('/')).text.match(/href="([^"]*\/style\.css)"/)[1];
		const use = (theme) => platen(site, 'config', 'set', 'theme', theme);
		const quire = await style(), whole = (await site.get(quire)).text;
		use('broadside');
		const broadside = await style();
		assert.notEqual(broadside, quire);
		use('quire');
		assert.equal(await style(), quire);
		for (let n = 0; n < 3; n++) assert.equal((await site.get(broadside)).headers['cache-control'], 'no-cache');
		use('broadside');
		await style();
		const own = await site.get(broadside);
		assert.match(own.headers['cache-control'], /immutable/);
		assert.notEqual(own.text, whole);
	}));

	test('a changed theme is seen without a write and without a signal', withSite({ serve: false }, async (site) => {
		const dir = path.join(site.data, 'themes', 'mine');
		fs.cpSync(path.join(site.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
		platen(site, 'config', 'set', 'theme', 'mine');
		await site.serve();
		const file = path.join(dir, 'post.mustache');
		for (let n = 0; n < 3; n++) assert.doesNotMatch((await site.get('/the-quiet-press')).text, /edited by hand/);
		fs.appendFileSync(file, '<!-- edited by hand -->');
		await eventually(() => site.get('/the-quiet-press'), (res) => res.text.includes('edited by hand'));
	}));

	test('a post whose time comes is on every warm page from that millisecond on', withSite({}, async (site) => {
		let due, name, before = 0, after = 0;
		const look = async () => {
			for (const address of ['/', '/feed.xml', `/${name}`]) {
				const begin = Date.now();
				const { text } = await site.get(address);
				const shown = text.includes(`Comes ${name} itself`);
				if (begin >= due) {
					assert.ok(shown, `${address} ${begin - due} ms after`);
					after++;
				} else if (Date.now() < due) {
					assert.ok(!shown, `${address} ${due - begin} ms before`);
					before++;
				}
			}
		};
		// One that is there so early that all pages are warm before its time.
		for (let ahead = 2000; before < 9; ahead *= 2) {
			before = after = 0;
			due = Math.ceil(Date.now() / 1000) * 1000 + ahead;
			name = `in-${ahead}`;
			post(site, name, { title: `Comes ${name} itself`, slug: name, date: new Date(due).toISOString() }, 'Here.');
			for (let n = 0; n < 3; n++) await look();
		}
		while (after < 20) await look();
	}));

	test('a private site takes its pages back at once', withSite({}, async (site) => {
		for (let n = 0; n < 3; n++) assert.equal((await site.get('/')).status, 200);
		platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
		platen(site, 'config', 'set', 'access', 'private');
		assert.doesNotMatch((await site.get('/')).text, /The quiet press/);
		const more = await added(site, () => site.get('/'));
		assert.equal(more.hits_total, 0);
	}));

	test('a page too large to be kept is compressed for each of its visitors', withSite({ env: { PLATEN_PAGE_CACHE: '20000' } }, async (site) => {
		for (let n = 0; n < 3; n++) {
			const res = await site.get('/long-read', { headers: { 'accept-encoding': 'gzip' } });
			assert.deepEqual([res.status, res.headers['content-encoding']], [200, 'gzip']);
		}
		assert.equal((await figures(site)).pages, 0);
	}));

	test('without memory for them pages are made each time, compressed at once', withSite({ env: { PLATEN_PAGE_CACHE: '0' } }, async (site) => {
		for (let n = 0; n < 2; n++) {
			const res = await site.get('/', { headers: { 'accept-encoding': 'gzip' } });
			assert.deepEqual([res.status, res.headers['content-encoding']], [200, 'gzip']);
		}
		assert.doesNotMatch((await site.get('/metrics')).text, /page_cache/);
	}));
});

// Proportional set size of the process, in bytes.
const memory = (pid) => Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB/m)[1]) * 1024;

describe('the budget', () => {
	// An address may be written in many ways: each is a page of its own to the cache. Not so many under a sanitizer, whose
	// memory says nothing anyway.
	const plain = !/tsan|asan/.test(process.env.PLATEN_BUILD ?? '');
	const pages = plain ? 100000 : 2000, budget = 4 << 20;
	const spelled = (n) => '/' + [...'the-quiet-press'].map((c, i) => (n >> i & 1 ? '%' + c.charCodeAt(0).toString(16) : c)).join('')
		+ (n >> 15 ? `?${n}` : '');

	test(`holds under a crawl of ${pages} pages`, withSite({ posts: 30, env: { PLATEN_PAGE_CACHE: String(budget) } }, async (site, t) => {
		const all = Array.from({ length: 8 }, () => new f.Connection(site.socket));
		const crawl = (from, to) => Promise.all(all.map(async (c, k) => {
			for (let n = from + k; n < to; n += all.length) assert.equal((await c.get(spelled(n), { HTTP_ACCEPT_ENCODING: 'gzip, br' })).status, 200);
		}));
		await crawl(0, 1000); // every worker has its connection
		const before = memory(site.app.pid), first = await figures(site);
		await crawl(1000, pages);
		const after = memory(site.app.pid), last = await figures(site);
		t.diagnostic(`${JSON.stringify(last)}, ${before >> 10} KB, then ${after >> 10} KB`);
		assert.ok(last.bytes <= budget && first.bytes > budget / 2, JSON.stringify([first, last]));
		if (plain) assert.ok(after < 20e6 + budget, `${after} bytes`);
		all.forEach((c) => c.close());
	}));
});

describe('a process at rest', () => {
	// Each connection has the write-ahead log open.
	const connections = (pid) => fs.readdirSync(`/proc/${pid}/fd`).filter((fd) => {
		try { return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).endsWith('/site.db-wal'); } catch { return false; }
	}).length;

	async function within(limitMs, ask) {
		const end = Date.now() + limitMs;
		while (!await ask()) {
			assert.ok(Date.now() < end, `not within ${limitMs} ms: ${ask}`);
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	}

	test('closes the connections of its threads and opens them again for the next request', withSite({}, async (site) => {
		const pid = site.app.pid, all = Array.from({ length: 8 }, () => new f.Connection(site.socket));
		const ask = () => Promise.all(all.map((c, i) => c.get(`/search?q=press${i}`)));
		const before = connections(pid);
		let busy = 0;
		await within(60000, async () => {
			assert.deepEqual((await ask()).map((res) => res.status), all.map(() => 200));
			busy = connections(pid);
			return busy > before;
		});
		await within(60000, () => connections(pid) < busy);
		assert.deepEqual((await ask()).map((res) => res.status), all.map(() => 200));
		assert.ok(connections(pid) >= before);
		all.forEach((c) => c.close());
	}));
});
