// site_modes.test.mjs: what settings, time and damage do to the public site.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hold } from '../sqlite.mjs';
import { eventually, below, form, openSite, platen, source } from './harness.mjs';
import { Visitor } from './visitor.mjs';

// Runs `body` on a site of its own; most need no fillers.
const withSite = (options, body) => async () => {
	const site = await openSite(options.place ?? 'fastcgi', { posts: 3, ...options });
	try {
		await body(site);
	} finally {
		await site.stop();
	}
};

const SOON_MS = 60000;

// What the program wrote before it answered may be on its way still.
const logged = (site, pattern) => eventually(async () => ({ text: site.app.log() }), ({ text }) => pattern.test(text), SOON_MS);

describe('settings of the site', () => {
	test('a private site shows nothing until its password is given', withSite({}, async (site) => {
		platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
		platen(site, 'config', 'set', 'access', 'private');
		platen(site, 'config', 'set', 'nav', '[{"label": "Hidden", "url": "/hidden-place"}]');
		for (const picture of ['logo', 'icon', 'cover']) platen(site, 'config', 'set', picture, `/media/${'0'.repeat(64)}/${picture}.png`);
		for (const address of ['/', '/the-quiet-press', '/feed.xml', '/sitemap.xml', '/llms.txt', '/the-quiet-press.md', '/search?q=platen', '/nothing']) {
			const res = await site.get(address);
			assert.equal(res.status, 403, address);
			assert.match(res.headers['cache-control'], /private, no-store/, address);
			assert.doesNotMatch(res.text, /quiet press|impression/i, address);
			assert.match(res.text, /type="password"/, address);
			assert.match(res.text, />Platen<\/a>/, 'the title where the logo would be a broken picture');
			assert.doesNotMatch(res.text, /href="\/(archive|search|feed|hidden-place)|\/media\//, address);
		}
		assert.equal((await site.get('/healthz')).status, 200);
		assert.match((await site.get('/robots.txt')).text, /Disallow: \/\n/);
		const wrong = await site.get('/', form({ password: 'three words' }));
		assert.equal(wrong.status, 403);
		for (const address of ['/', '/the-quiet-press']) {
			const right = await site.get(address, form({ password: 'two words' }));
			assert.equal(right.status, 303, right.text.slice(0, 300));
			assert.equal(below(site, right.headers.location), address);
			const cookie = right.headers['set-cookie'][0].split(';')[0];
			const open = await site.get('/the-quiet-press', { headers: { cookie } });
			assert.equal(open.status, 200);
			assert.match(open.headers['cache-control'], /private/);
			assert.match(open.text, /<img src="\/media\/0+\/logo\.png"/);
		}
	}));

	test('no error page of a closed site tells its menu, whatever is wrong with the request', withSite({
		settings: { nav: '[{"label": "Hidden", "url": "/hidden-place"}]', access: 'private' },
	}, async (site) => {
		const origin = { origin: 'https://elsewhere.example', 'content-type': 'application/x-www-form-urlencoded' };
		const wrong = [
			[400, '/a%2fb'], [400, '/?a=%zz'], [404, '/assets/x/y'], [405, '/tag/letters', { method: 'PUT' }], [405, '/about', { method: 'PUT' }],
			[501, '/', { method: 'BREW' }], [403, '/', { method: 'POST', body: 'password=x', headers: origin }], [415, '/', { method: 'POST', body: 'x' }],
		];
		for (const access of ['private', 'maintenance']) {
			platen(site, 'config', 'set', 'access', access);
			for (const [status, address, options] of wrong) {
				const res = await site.get(address, options), of = `${access} ${options?.method ?? 'GET'} ${address}`;
				assert.ok([status, 503].includes(res.status), `${of} ${res.status}`);
				assert.match(res.text, /<html/, of);
				assert.doesNotMatch(res.text, /Hidden<|hidden-place|feed\.xml|\/archive/, of);
			}
		}
		platen(site, 'config', 'set', 'access', 'public');
		assert.match((await site.get('/assets/x/y')).text, /hidden-place/);
	}));

	test('a site in maintenance says so with 503 and Retry-After', withSite({ settings: { access: 'maintenance', maintenance_message: 'Back <soon>.' } },
		async (site) => {
			for (const address of ['/', '/the-quiet-press', '/feed.xml']) {
				const res = await site.get(address);
				assert.equal(res.status, 503, address);
				assert.match(res.headers['retry-after'], /^\d+$/);
				assert.match(res.text, /Back &lt;soon&gt;\./);
			}
			assert.equal((await site.get('/healthz')).status, 200);
			platen(site, 'config', 'set', 'access', 'public');
			assert.equal((await site.get('/')).status, 200);
		}));

	test('a static front page moves the posts to an address of their own', withSite({ posts: 30, settings: { front_page: '/about', posts_path: '/posts' } },
		async (site) => {
			const home = await site.get('/');
			assert.match(home.text, /A small print shop/);
			assert.match(home.text, new RegExp(`<link rel="canonical" href="${site.url}/">`));
			const about = await site.get('/about');
			assert.equal(about.status, 301);
			assert.equal(below(site, about.headers.location), '/');
			assert.match((await site.get('/posts')).text, /type case/);
			assert.match((await site.get('/posts/page/2')).text, /Filler/);
			assert.equal((await site.get('/posts/page/99')).status, 404);
			assert.equal(below(site, (await site.get('/page/2')).headers.location), '/posts/page/2');
			assert.equal(below(site, (await site.get('/posts/page/1')).headers.location), '/posts');
		}));

	test('the front page stays it under a new address, and where it is not to be seen the posts are there', withSite({ settings: { front_page: '/about' } },
		async (site) => {
			platen(site, 'post', 'edit', '/about', '--path', '/colophon');
			const home = await site.get('/');
			assert.equal(home.status, 200);
			assert.match(home.text, /A small print shop/);
			assert.equal(below(site, (await site.get('/colophon')).headers.location), '/');
			assert.doesNotMatch((await site.get('/sitemap.xml')).text, /colophon/);
			platen(site, 'post', 'unpublish', '/colophon');
			const posts = await site.get('/');
			assert.equal(posts.status, 200);
			assert.match(posts.text, /type case/);
			assert.match(posts.text, new RegExp(`<link rel="canonical" href="${site.url}/posts">`));
		}));

	test('a page that the theme cannot make is an error of the server, and logged', withSite({}, async (site) => {
		const theme = path.join(site.data, 'themes', 'endless');
		fs.cpSync(path.join(source, 'templates/site/quire'), theme, { recursive: true });
		fs.writeFileSync(path.join(theme, 'parts', 'again.mustache'), '{{> parts/again}}');
		fs.writeFileSync(path.join(theme, 'tag.mustache'), '<html><head>{{{head}}}</head><body>{{> parts/again}}</body></html>');
		platen(site, 'config', 'set', 'theme', 'endless');
		assert.equal((await site.get('/')).status, 200);
		const res = await site.get('/tag/letters');
		assert.equal(res.status, 500);
		await logged(site, new RegExp(`cannot answer.*${res.headers['x-request-id']}.*template 'tag'`));
	}));

	test('a new permalink pattern moves the posts and keeps their old addresses', withSite({}, async (site) => {
		platen(site, 'config', 'set', 'permalink', '/:year/:month/:slug');
		platen(site, 'rebuild');
		const res = await site.get('/2024/03/the-quiet-press');
		assert.equal(res.status, 200);
		assert.match(res.text, /<link rel="canonical" href="[^"]*\/2024\/03\/the-quiet-press">/);
		const old = await site.get('/the-quiet-press');
		assert.equal(old.status, 301);
		assert.equal(below(site, old.headers.location), '/2024/03/the-quiet-press');
		assert.equal((await site.get('/2024/03/the-quiet-press.md')).status, 200);
		assert.equal((await site.get('/about')).status, 200);
		// The old address of what is not to be seen leads nowhere: it would tell the new one.
		assert.equal((await site.get('/from-the-future')).status, 404);
		assert.equal((await site.get('/old/type-case')).status, 301);
	}));

	test('a post without a title is called by its date wherever something leads to it', withSite({}, async (site) => {
		const file = path.join(site.dir, 'note.md');
		fs.writeFileSync(file, 'A note.\n');
		platen(site, 'post', 'add', '--title', '', '--path', '/note', '--tag', 'Letters', '--status', 'published', '--at', '2024-05-01', file);
		for (const address of ['/', '/tag/letters', '/archive/2024', '/search?q=note'])
			assert.match((await site.get(address)).text, /<a href="\/note"[^>]*>May 1, 2024</, address);
		const { text } = await site.get('/note');
		assert.match(text, /<title>May 1, 2024 \u2013 /);
		assert.match(text, /<h1[^>]*>May 1, 2024</);
		assert.match((await site.get('/feed.xml')).text, /<title[^>]*>May 1, 2024</);
		assert.match((await site.get('/llms.txt')).text, /\[May 1, 2024\]/);
		assert.equal((await site.get('/note.md')).text, 'A note.\n');
	}));

	test('German phrases and dates on a German site', withSite({ settings: { lang: 'de' } }, async (site) => {
		const home = await site.get('/');
		assert.match(home.text, /<html lang="de"/);
		assert.match(home.text, /10\. März 2024/);
		assert.match((await site.get('/nothing-here')).text, /Seite nicht gefunden/);
	}));

	test('dates follow the time zone of the site', withSite({ settings: { timezone: 'Pacific/Auckland' } }, async (site) => {
		const res = await site.get('/the-quiet-press');
		assert.match(res.text, /datetime="2024-03-09T23:00:00\+13:00"/);
	}));

	test('noindex reaches every page and robots.txt', withSite({ settings: { noindex: 'true' } }, async (site) => {
		assert.match((await site.get('/')).text, /name="robots" content="noindex"/);
		assert.match((await site.get('/robots.txt')).text, /Disallow: \/\n/);
	}));

	test('code of the owner runs, and no other inline code', withSite({
		settings: { code_head: '<script>window.a = 1;</script><script src="https://stats.example/s.js"></script>' },
	}, async (site) => {
		const { headers, text } = await site.get('/');
		assert.match(text, /window\.a = 1/);
		assert.match(headers['content-security-policy'], /script-src 'self'[^;]* 'sha256-[A-Za-z0-9+/]{43}='[^;]* https:\/\/stats\.example/);
		assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline/);
	}));

	for (const theme of ['quire', 'broadside'])
		test(`a year of many posts has pages, and leads to the other years, in ${theme}`, withSite({ posts: 110, settings: { theme } }, async (site) => {
			const first = (await site.get('/archive/2023')).text, second = (await site.get('/archive/2023?page=2')).text;
			assert.match(first, /href="\/archive\/2023\?page=2"/);
			for (const page of [first, second]) assert.match(page, /href="\/archive\/2024"/);
			assert.match(first, />Filler 110</);
			assert.match(first, /href="\/archive\/2023\/04"/);
			assert.match(second, />Filler 1</);
			assert.doesNotMatch(second, /archive\/2023\/04"|>Filler 110</, 'a month that stands on another page');
		}));

	test('a featured post leads the home page and is not said again below', withSite({}, async (site) => {
		const titles = async () => (await site.get('/')).text.match(/<h[23][^>]*><a href="\/the-quiet-press"/g).length;
		assert.equal(await titles(), 1);
		platen(site, 'post', 'edit', '/the-quiet-press', '--featured', 'no');
		assert.equal(await titles(), 1);
	}));

	test('the other built-in theme answers every kind of page', withSite({ settings: { theme: 'broadside' } }, async (site) => {
		for (const address of ['/', '/the-quiet-press', '/long-read', '/about', '/tag/letters', '/author/ada-quill', '/archive', '/archive/2024',
			'/archive/2024/03', '/search?q=platen', '/behind-a-password'])
			assert.equal((await site.get(address)).status, 200, address);
		assert.equal((await site.get('/nothing-here')).status, 404);
	}));
});

describe('a site on https', () => {
	test('has strict transport security, secure cookies and addresses of PLATEN_URL alone', withSite({ env: { PLATEN_URL: 'https://example.org' } }, async (site) => {
		const home = await site.get('/');
		assert.match(home.headers['strict-transport-security'], /^max-age=\d{8}/);
		assert.match(home.text, /<link rel="canonical" href="https:\/\/example\.org\/">/);
		assert.doesNotMatch(home.headers['content-security-policy'], / http:/);
		const right = await site.get('/behind-a-password', form({ password: 'open sesame' }));
		assert.equal(right.status, 303);
		assert.match(right.headers['set-cookie'][0], /; Secure/i);
	}));
});

describe('the log', () => {
	test('says why no form is taken where PLATEN_URL is not what browsers call the site, and so does the page', withSite({}, async (site) => {
		const sent = form({ password: 'open sesame' });
		sent.headers.origin = `http://localhost:${site.port}`;
		const res = await site.get('/behind-a-password', sent);
		assert.equal(res.status, 403);
		assert.match(res.text, /Sent from elsewhere/);
		await logged(site, new RegExp(`warn a form from another origin .*origin=http://localhost:${site.port} PLATEN_URL=${site.origin}`));
	}));

	test('has no error for a method that a visitor makes up', withSite({}, async (site) => {
		assert.equal((await site.get('/', { method: 'BREW' })).status, 501);
		await logged(site, /method=BREW path=\/ status=501/);
		assert.doesNotMatch(site.app.log(), / error /);
	}));
});

describe('forms', () => {
	test('a program that is told to stop twice says what it leaves undone', withSite({ env: { PLATEN_BUSY_TIMEOUT: '600000' } }, async (site) => {
		const letGo = await hold(path.join(site.data, 'traffic.db')), ended = new Promise((resolve) => site.app.once('exit', resolve));
		// Whoever signs in waits for his turn to be counted, from where the database is opened for him.
		const folder = `/proc/${site.app.pid}/fd`;
		const opened = () => fs.readdirSync(folder).some((fd) => { try { return fs.readlinkSync(path.join(folder, fd)).endsWith('/traffic.db'); } catch { return false; } });
		assert.ok(!opened());
		const asked = new Visitor(site).signIn().catch(() => {});
		await eventually(() => ({ text: 'traffic.db is not opened' }), opened, SOON_MS);
		site.app.kill('SIGTERM');
		site.app.kill('SIGINT');
		assert.equal(await ended, 1);
		await asked;
		await letGo();
		await logged(site, /platen: \d+ requests were still being worked on/);
		site.app = undefined;
	}));

	test('too large, of another type, malformed or empty ones get their own status', withSite({}, async (site) => {
		const post = (body, type = 'application/x-www-form-urlencoded') =>
			site.get('/behind-a-password', { method: 'POST', body, headers: { 'content-type': type } });
		assert.equal((await post('password=' + 'x'.repeat(10000))).status, 413);
		assert.equal((await post('password=' + 'x'.repeat(3000))).status, 403);
		assert.equal((await post('{}', 'application/json')).status, 415);
		assert.equal((await post('password=%zz')).status, 400);
		assert.equal((await post('password=%FF')).status, 400);
		assert.equal((await post('')).status, 403);
		assert.equal((await post('password=open+sesame&password=x')).status, 303);
		assert.equal((await site.get('/')).status, 200);
	}));
});

describe('time', () => {
	test('a scheduled post appears everywhere at its second and nowhere before', withSite({}, async (site) => {
		let due, slug, tag, everywhere;
		const add = (ahead) => {
			const file = path.join(site.dir, 'due.md');
			[due, slug, tag] = [Date.now() + ahead, `due-${ahead}-soon`, `tag-${ahead}`];
			everywhere = ['/', '/feed.xml', '/rss.xml', '/feed.json', '/sitemap.xml', '/llms.txt', `/search?q=zebra${ahead}`, '/archive'];
			fs.writeFileSync(file, `zebra${ahead} words.\n`);
			platen(site, 'post', 'add', '--title', `Titled ${slug}`, '--slug', slug, '--tag', tag, '--status', 'published', '--at', new Date(due).toISOString(), file);
		};
		// False: its time came while it was looked for, and what was seen proves nothing.
		const hidden = async () => {
			for (const address of [...everywhere, `/${slug}`, `/${slug}.md`, `/tag/${tag}`, `/tag/${tag}/feed.xml`]) {
				const res = await site.get(address);
				if (Date.now() >= due) return false;
				assert.ok(!res.text.includes(slug), address);
				assert.equal(res.status, everywhere.includes(address) ? 200 : 404, address);
			}
			return true;
		};
		let ahead = 4000;
		for (add(ahead); !await hidden(); ahead *= 2) add(2 * ahead);
		await eventually(() => site.get(`/${slug}`), (res) => res.status === 200, ahead + SOON_MS);
		assert.ok(Date.now() >= due);
		for (const address of everywhere.filter((a) => a !== '/archive'))
			assert.ok((await site.get(address)).text.includes(slug), address);
		assert.equal((await site.get(`/tag/${tag}`)).status, 200);
	}));

	test('a commit of another process shows in the very next answer', withSite({}, async (site) => {
		const file = path.join(site.dir, 'now.md');
		for (let n = 1; n <= 3; n++) {
			fs.writeFileSync(file, `Version number ${n}.\n`);
			platen(site, 'post', ...(n === 1 ? ['add', '--title', 'Now', '--slug', 'now', '--status', 'published'] : ['edit', 'now']), file);
			assert.match((await site.get('/now')).text, new RegExp(`Version number ${n}\\.`));
		}
		platen(site, 'post', 'unpublish', 'now');
		assert.equal((await site.get('/now')).status, 404);
		platen(site, 'config', 'set', 'title', 'Another name');
		assert.match((await site.get('/')).text, /Another name/);
	}));
});

describe('damage', () => {
	test('without a database every page is 503, said once in the log, and all is well again after init', async () => {
		const site = await openSite('fastcgi', { posts: 0, serve: false });
		try {
			const away = path.join(site.dir, 'away.db');
			fs.renameSync(path.join(site.data, 'site.db'), away);
			await site.serve();
			for (const address of ['/', '/the-quiet-press', '/feed.xml', '/readyz']) {
				const res = await site.get(address);
				assert.equal(res.status, 503, address);
				assert.match(res.headers['retry-after'], /^\d+$/);
				assert.match(res.text, /<h1>/);
				assert.doesNotMatch(res.text, new RegExp(site.dir));
			}
			assert.equal((await site.get('/healthz')).status, 200);
			await logged(site, /cannot answer/);
			assert.equal(site.app.log().split('cannot answer').length - 1, 1, site.app.log());
			fs.renameSync(away, path.join(site.data, 'site.db'));
			assert.equal((await site.get('/the-quiet-press')).status, 200);
		} finally {
			await site.stop();
		}
	});

	test('a corrupt database is 503 and kills nothing', async () => {
		const site = await openSite('fastcgi', { posts: 0, serve: false });
		try {
			for (const name of ['site.db-wal', 'site.db-shm']) fs.rmSync(path.join(site.data, name), { force: true });
			const file = path.join(site.data, 'site.db');
			fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 'not a database '));
			await site.serve();
			for (let n = 0; n < 3; n++) assert.equal((await site.get('/')).status, 503);
			assert.equal((await site.get('/healthz')).status, 200);
		} finally {
			await site.stop();
		}
	});

	test('a damaged page of the database fails what is on it and nothing else', withSite({ serve: false }, async (site) => {
		const file = path.join(site.data, 'site.db');
		const bytes = fs.readFileSync(file);
		let damaged = 0;
		for (let at = 0; at < bytes.length; at += 4096) {
			const part = bytes.subarray(at, at + 4096);
			if (part.includes('impression at a time. See')) { part.fill(0xff); damaged++; }
		}
		assert.ok(damaged > 0);
		fs.writeFileSync(file, bytes);
		await site.serve();
		for (let n = 0; n < 3; n++) {
			assert.equal((await site.get('/the-quiet-press')).status, 503);
			assert.equal((await site.get('/robots.txt')).status, 200);
		}
	}));

	test('a broken edit of a theme keeps the last good one, and its repair is taken', withSite({ serve: false }, async (site) => {
		const dir = path.join(site.data, 'themes', 'mine');
		fs.cpSync(path.join(site.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
		platen(site, 'config', 'set', 'theme', 'mine');
		await site.serve();
		const file = path.join(dir, 'post.mustache');
		const good = fs.readFileSync(file, 'utf8');
		const get = () => site.get('/the-quiet-press');
		assert.equal((await get()).status, 200);
		fs.writeFileSync(file, good + '{{#open}}');
		site.app.kill('SIGHUP');
		for (let n = 0; n < 5; n++) assert.match((await get()).text, /<strong>platen<\/strong>/);
		await eventually(async () => { await get(); return { status: 0, text: site.app.log() }; }, ({ text }) => /post\.mustache:\d+/.test(text), SOON_MS);
		fs.writeFileSync(file, good + '<!-- mended -->');
		await eventually(get, (res) => res.status === 200 && res.text.includes('mended'), SOON_MS);
	}));

	test('a template that a theme lacks is taken from the default one', withSite({ serve: false }, async (site) => {
		const dir = path.join(site.data, 'themes', 'mine');
		fs.cpSync(path.join(site.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
		fs.rmSync(path.join(dir, 'search.mustache'));
		platen(site, 'config', 'set', 'theme', 'mine');
		await site.serve();
		assert.equal((await site.get('/search?q=platen')).status, 200);
	}));

	test('a theme that is gone gives way to the default one', withSite({ serve: false }, async (site) => {
		const dir = path.join(site.data, 'themes', 'mine');
		fs.cpSync(path.join(site.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
		platen(site, 'config', 'set', 'theme', 'mine');
		fs.rmSync(dir, { recursive: true });
		await site.serve();
		assert.equal((await site.get('/')).status, 200);
	}));
});

describe('a read-only data folder', () => {
	let site;
	before(async () => {
		site = await openSite('fastcgi', { posts: 0, serve: false });
		fs.chmodSync(path.join(site.data, 'site.db'), 0o444);
		fs.chmodSync(site.data, 0o555);
		await site.serve();
	});
	after(async () => {
		fs.chmodSync(site.data, 0o755);
		await site.stop();
	});
	test('still shows the pages, or says 503, and never fails otherwise', async () => {
		for (const address of ['/', '/the-quiet-press', '/search?q=platen'])
			assert.ok([200, 503].includes((await site.get(address)).status), address);
	});
});
