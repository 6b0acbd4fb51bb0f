// site.test.mjs: every address of the public site, through real web servers, in every place of the harness:
// at the root and below a path, over FastCGI and as plain CGI. An HTML page from the page folder has most of its
// policy in itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { below, eventually, form, openSite, tested } from './harness.mjs';

const html = /^text\/html; charset=utf-8$/;
const year = 31536000;

// Address, status, content type, what the body must have (texts or patterns), what it must not.
const pages = [
	['/', 200, html, ['The type case &amp; its &lt;drawers&gt;', '<link rel="canonical" href="{url}/">', '<link rel="icon" sizes="16x16 32x32 48x48" href="{mount}/favicon.ico">'], []],
	['/page/2', 200, html, ['{url}/page/2', 'rel="prev"'], []],
	['/the-quiet-press', 200, html, ['<strong>platen</strong>', 'application/ld+json', '"BlogPosting"', 'href="{mount}/the-type-case"'], []],
	['/the-type-case', 200, html, ['only readers of the whole post'], []],
	['/long-read', 200, html, ['setting-type', 'A footnote'], []],
	['/gruesse', 200, html, ['<html lang="de"', 'hreflang="en" href="{url}/greetings"', 'hreflang="de" href="{url}/gruesse"'], []],
	['/greetings', 200, html, ['hreflang="de"'], []],
	['/quiet-print-he', 200, html, ['dir="rtl"', 'lang="he"'], []],
	['/about', 200, html, ['A small print shop', '"WebPage"'], []],
	['/about/team', 200, html, ['Two people and a press', '"BreadcrumbList"', 'href="{mount}/about"'], []],
	['/unlisted-note', 200, html, ['zebraunlisted', 'name="robots" content="noindex"'], []],
	['/behind-a-password', 200, html, ['type="password"', 'content="noindex"'], ['zebrasecret']],
	['/tag/letters', 200, html, ['The quiet press', 'A teaser that everybody'], ['zebra', 'Draft thoughts', 'From the future', 'For the team', 'An unlisted note']],
	['/tag/filler/page/2', 200, html, ['{url}/tag/filler/page/2'], []],
	['/author/ada-quill', 200, html, ['Ada Quill', '"ProfilePage"'], []],
	['/archive', 200, html, ['{mount}/archive/2024', '{mount}/archive/2024/03'], ['/archive/2091', '>2091']],
	['/archive/2024', 200, html, ['A long read'], ['Filler 1']],
	['/archive/2024/03', 200, html, ['The quiet press'], ['A long read']],
	['/search', 200, html, ['name="q"', 'noindex'], []],
	['/search?q=platen', 200, html, ['<mark>platen</mark>', '{mount}/the-quiet-press'], []],
	['/search?q=koln', 200, html, ['{mount}/gruesse'], []],
	['/search?q=' + encodeURIComponent('活字'), 200, html, ['{mount}/kappan'], []],
	['/search?q=zebradraft+OR+zebrafuture', 200, html, [], ['draft-thoughts', 'from-the-future']],
	['/search?q=zebrateam', 200, html, [], ['for-the-team']],
	['/search?q=zebrasecret', 200, html, [], ['behind-a-password']],
	['/feed.xml', 200, /^application\/atom\+xml/, ['<feed xmlns="http://www.w3.org/2005/Atom"', '{url}/the-quiet-press'], ['zebra', 'href=&quot;/']],
	['/rss.xml', 200, /^application\/rss\+xml/, ['<rss version="2.0"', 'href="{url}/rss.xml"'], ['zebra']],
	['/feed.json', 200, /^application\/feed\+json/, ['https://jsonfeed.org/version/1.1'], ['zebra']],
	['/tag/letters/feed.xml', 200, /^application\/atom\+xml/, ['{url}/tag/letters'], ['Filler', 'zebra']],
	['/tag/letters/rss.xml', 200, /^application\/rss\+xml/, [], ['zebra']],
	['/tag/letters/feed.json', 200, /^application\/feed\+json/, [], ['zebra']],
	['/author/bo-form/feed.xml', 200, /^application\/atom\+xml/, ['A long read'], ['The quiet press']],
	['/author/bo-form/rss.xml', 200, /^application\/rss\+xml/, [], []],
	['/author/bo-form/feed.json', 200, /^application\/feed\+json/, [], []],
	['/sitemap.xml', 200, /^application\/xml/, ['<loc>{url}/the-quiet-press</loc>', '<loc>{url}/tag/letters</loc>', '<loc>{url}/about</loc>'],
		['unlisted-note', 'behind-a-password', 'for-the-team', 'draft-thoughts', 'from-the-future']],
	['/robots.txt', 200, /^text\/plain/, ['Sitemap: {url}/sitemap.xml', 'Disallow: {mount}/admin/\n', 'Disallow: {mount}/search?\n'], ['/search\n', '/admin\n']],
	['/llms.txt', 200, /^text\/plain/, ['{url}/the-quiet-press.md', '## Posts', '## Pages'],
		['draft-thoughts', 'unlisted-note', 'behind-a-password', 'zebra']],
	['/the-quiet-press.md', 200, /^text\/markdown/, ['# The quiet press', 'A **platen** press'], []],
	['/healthz', 200, /^text\/plain/, ['ok'], []],
	['/readyz', 200, /^text\/plain/, ['ready'], []],
	['/metrics', 200, /^text\/plain; version=0\.0\.4/, ['platen_requests_total{class="2xx"}'], []],
];

const missing = [
	'/nothing-here', '/draft-thoughts', '/from-the-future', '/draft-thoughts.md', '/from-the-future.md', '/tag/secretdraft',
	'/tag/tomorrow', '/tag/nothing', '/tag/tomorrow/feed.xml', '/author/nobody', '/author/nobody/rss.xml',
	'/page/0', '/page/01', '/page/-1', '/page/1e3', '/page/99', '/page/99999999999', '/page/99999999999999999999999', '/page/x',
	'/tag/letters/page/0', '/tag/letters/page/99', '/archive/2024/3', '/archive/2024/13', '/archive/2024/00', '/archive/2091',
	'/archive/2091/01', '/archive/1', '/archive/x', '/archive/2024/03?page=9', '/search?q=platen&page=0', '/search?q=platen&page=999',
	'/sitemap-2.xml', '/sitemap-0.xml', '/sitemap-x.xml', '/media/abc/x.png', '/media/' + '0'.repeat(64) + '/x.png',
	'/assets/0000000000000000/nothing.css', '/assets/0000000000000000/../theme.json', '/preview/abc', '/.env', '/platen.env',
	'/site.db', '/media/../site.db',
];

const moved = [
	['/the-quiet-press/', '/the-quiet-press'], ['/The-Quiet-Press', '/the-quiet-press'], ['/THE-QUIET-PRESS/', '/the-quiet-press'],
	['//the-quiet-press', '/the-quiet-press'], ['/./the-quiet-press', '/the-quiet-press'], ['/x/../the-quiet-press', '/the-quiet-press'],
	['/the-quiet-press/index.html', '/the-quiet-press'], ['/index.html', '/'], ['/index.php', '/'], ['/page/1', '/'], ['/page/2/', '/page/2'],
	['/tag/letters/', '/tag/letters'], ['/Tag/Letters', '/tag/letters'], ['/tag/letters/page/1', '/tag/letters'], ['/archive/', '/archive'],
	['/archive/2024/?page=1', '/archive/2024'], ['/old/type-case', '/the-type-case'], ['/2011/type-case.html', '/the-type-case'],
	['/Old/Type-Case', '/the-type-case'], ['/feed.xml/', '/feed.xml'],
	['/search/?q=a+b', '/search?q=a+b'],
];

// Every place with the default theme, and the second theme where everything else is the same.
const runs = tested.map((place) => [place, 'quire']);
if (tested.includes('fastcgi')) runs.push(['fastcgi', 'broadside']);

for (const [place, theme] of runs) {
	describe(`the site, ${place}, ${theme}`, () => {
		let site;
		before(async () => { site = await openSite(place, { settings: theme === 'quire' ? {} : { theme } }); });
		after(() => site?.stop());
		const fill = (text) => text.replaceAll('{url}', site.url).replaceAll('{mount}', site.mount);

		for (const [path, status, type, has, lacks] of pages) {
			test(`${decodeURIComponent(path)} answers ${status}`, async () => {
				const res = await site.get(path);
				assert.equal(res.status, status, res.text.slice(0, 2000));
				assert.match(res.headers['content-type'], type);
				for (const part of has) assert.ok(res.text.includes(fill(part)), `${fill(part)} is not in ${res.text.slice(0, 6000)}`);
				for (const part of lacks) assert.ok(!res.text.includes(fill(part)), `${fill(part)} is in ${res.text.slice(Math.max(0, res.text.indexOf(fill(part)) - 200)).slice(0, 400)}`);
			});
		}

		for (const path of missing) {
			test(`${path.slice(0, 60)} is not found`, async () => {
				const res = await site.get(path);
				assert.equal(res.status, 404, res.text.slice(0, 500));
				assert.doesNotMatch(res.text, /zebra|sqlite|\/work\/|\.c:\d|no such/i);
			});
		}

		for (const [path, to] of moved) {
			test(`${path} leads to ${to}`, async () => {
				const res = await site.get(path);
				assert.equal(res.status, 301, res.text.slice(0, 500));
				assert.equal(below(site, res.headers.location), to);
				assert.ok([200, 301].includes((await site.get(to)).status));
			});
		}

		test('HEAD has the headers of GET and no body, everywhere', async () => {
			for (const path of ['/', '/the-quiet-press', '/feed.xml', '/robots.txt', '/nothing-here', '/the-quiet-press/']) {
				const get = await site.get(path);
				const head = await site.get(path, { method: 'HEAD' });
				assert.equal(head.status, get.status, path);
				assert.equal(head.bytes.length, 0);
				for (const name of ['content-type', 'etag', 'location', 'cache-control', 'content-security-policy'])
					if (path !== '/nothing-here' || name !== 'etag') assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
			}
		});

		test('a method that an address does not have is 405 with Allow, on a missing one 404', async () => {
			for (const path of ['/', '/feed.xml', '/the-quiet-press', '/tag/letters', '/robots.txt']) {
				for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
					const res = await site.get(path, { method });
					assert.equal(res.status, 405, `${method} ${path}`);
					assert.match(res.headers.allow, /^GET, HEAD(, POST)?, OPTIONS$/, `${method} ${path}`);
				}
			}
			assert.equal((await site.get('/nothing-here', { method: 'POST' })).status, 404);
			const options = await site.get('/feed.xml', { method: 'OPTIONS' });
			assert.equal(options.status, 204);
			assert.match(options.headers.allow, /GET, HEAD, OPTIONS/);
			for (const method of ['OPTIONS', 'PUT', 'GET']) {
				const { status, headers } = await site.get('/cronhooks/all', { method });
				assert.equal(status, method === 'OPTIONS' ? 204 : 405);
				assert.match(headers.allow, method === 'GET' ? /^POST/ : /^POST, OPTIONS$/, method);
			}
			assert.equal((await site.get('/', { method: 'BREW' })).status, 501);
		});

		test('an unchanged page is 304 by its entity tag, and never by a date', async () => {
			for (const path of ['/', '/the-quiet-press', '/feed.xml', '/sitemap.xml', '/the-quiet-press.md']) {
				const first = await site.get(path);
				assert.match(first.headers.etag, /^"[^"]+"$/, path);
				const again = await site.get(path, { headers: { 'if-none-match': first.headers.etag } });
				assert.equal(again.status, 304, path);
				assert.equal(again.bytes.length, 0);
				assert.equal(again.headers.etag, first.headers.etag);
				assert.equal((await site.get(path, { headers: { 'if-none-match': '"other"' } })).status, 200);
			}
			// What is taken off a feed leaves the others as old as they were.
			for (const path of ['/feed.xml', '/the-quiet-press.md']) {
				const res = await site.get(path, { headers: { 'if-modified-since': new Date().toUTCString() } });
				assert.equal(res.status, 200, path);
				assert.equal(res.headers['last-modified'], undefined);
			}
		});

		test('pages are compressed as the visitor accepts it, and told apart by their tags', async () => {
			const tags = new Set();
			for (const [accept, coding, unpack] of [['', undefined, (b) => b], ['gzip', 'gzip', zlib.gunzipSync], ['gzip, br', 'br', zlib.brotliDecompressSync],
				['gzip;q=0, *;q=0', undefined, (b) => b]]) {
				// A page's first answers are not compressed: that happens beside them.
				const res = await eventually(() => site.get('/the-quiet-press', { headers: { 'accept-encoding': accept } }),
					(r) => r.headers['content-encoding'] === coding);
				assert.equal(res.headers['content-encoding'], coding, accept);
				assert.equal(res.headers.vary, 'Accept-Encoding');
				assert.match(unpack(res.bytes).toString(), /<strong>platen<\/strong>/);
				assert.equal((await site.get('/the-quiet-press', { headers: { 'accept-encoding': accept, 'if-none-match': res.headers.etag } })).status, 304);
				tags.add(res.headers.etag);
			}
			assert.equal(tags.size, 3);
		});

		test('every answer has the security headers', async () => {
			for (const path of ['/', '/the-quiet-press', '/nothing-here', '/feed.xml', '/robots.txt', '/the-quiet-press/']) {
				const { headers, text } = await site.get(path), inside = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text);
				assert.equal(headers['x-content-type-options'], 'nosniff', path);
				assert.equal(headers['referrer-policy'], 'strict-origin-when-cross-origin', path);
				assert.match(headers['permissions-policy'], /camera=\(\)/, path);
				assert.equal(headers['cross-origin-opener-policy'], 'same-origin', path);
				const policy = `${inside?.[1] ?? ''} ${headers['content-security-policy'] ?? ''}`;
				assert.match(policy, /default-src 'none'.*frame-ancestors/, path);
				assert.doesNotMatch(policy, /unsafe/, path);
				assert.match(headers['x-request-id'], /^[0-9a-f]{32}$/, path);
				assert.equal(headers['strict-transport-security'], undefined, path);
			}
		});

		test('a post for the team says that one must sign in, and is kept by no cache', async () => {
			for (const path of ['/for-the-team', '/for-the-team.md']) {
				const res = await site.get(path);
				assert.equal(res.status, 403);
				assert.match(res.headers['cache-control'], /private/);
				assert.doesNotMatch(res.text, /zebrateam/);
				assert.match(res.text, /sign in/i);
			}
		});

		test('a protected post opens with its password, for this visitor alone', async () => {
			const path = '/behind-a-password';
			assert.equal((await site.get(path + '.md')).status, 403);
			const wrong = await site.get(path, { ...form({ password: 'open barley' }) });
			assert.equal(wrong.status, 403);
			assert.doesNotMatch(wrong.text, /zebrasecret/);
			assert.equal(wrong.headers['set-cookie'], undefined);
			const right = await site.get(path, { ...form({ password: 'open sesame' }) });
			assert.equal(right.status, 303, right.text);
			assert.equal(below(site, right.headers.location), path);
			const [set] = right.headers['set-cookie'];
			assert.match(set, /HttpOnly/i);
			assert.match(set, /SameSite=Lax/i);
			const cookie = set.split(';')[0];
			const open = await site.get(path, { headers: { cookie } });
			assert.equal(open.status, 200);
			assert.match(open.text, /zebrasecret words/);
			assert.match(open.text, /pictures\.example\/zebrasecret\.jpg/);
			assert.match(open.headers['cache-control'], /private, no-store/);
			assert.match((await site.get(path + '.md', { headers: { cookie } })).text, /zebrasecret/);
			for (const forged of [cookie.slice(0, -2), cookie + 'x', cookie.replace(/=.*/, '='), cookie.replace(/=.*/, '=AAAA')])
				assert.doesNotMatch((await site.get(path, { headers: { cookie: forged } })).text, /zebrasecret/);
			const foreign = form({ password: 'open sesame' });
			foreign.headers.origin = 'https://evil.example';
			assert.equal((await site.get(path, foreign)).status, 403);
		});

		test('no syntax of the search engine reaches it', async () => {
			for (const q of ['"', '""', '*', 'a*', '-', '-a', 'NEAR(a b)', 'title:x', '^a', 'a AND', 'OR', '(', ')', '{a b}', 'a"b"c', "';--",
				'\u0000'.replace('\0', 'x'), '+', '"unclosed phrase', 'x'.repeat(500), '\u{1F600}', '<script>alert(1)</script>']) {
				const res = await site.get('/search?q=' + encodeURIComponent(q));
				assert.equal(res.status, 200, q);
				assert.doesNotMatch(res.text, /<script>alert/);
			}
			const twice = await site.get('/search?q=platen&q=filler');
			assert.match(twice.text, /the-quiet-press/);
		});

		test('a problem document for whoever asks for JSON', async () => {
			const res = await site.get('/nothing-here', { headers: { accept: 'application/json' } });
			assert.equal(res.status, 404);
			assert.equal(res.headers['content-type'], 'application/problem+json');
			const problem = JSON.parse(res.text);
			assert.equal(problem.status, 404);
			assert.equal(problem.request_id, res.headers['x-request-id']);
		});

		test('the error page names the request', async () => {
			const res = await site.get('/nothing-here');
			assert.ok(res.text.includes(res.headers['x-request-id']));
			assert.equal(res.headers['cache-control'], 'no-store');
		});

		test('assets are immutable at their address, and still there at an old one', async () => {
			const home = await site.get('/');
			const links = [...home.text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((m) => m[1]);
			assert.ok(links.length > 0);
			for (const link of links) {
				const res = await site.get(link, { raw: true });
				assert.equal(res.status, 200, link);
				assert.match(res.headers['content-type'], /^text\/css/);
				assert.match(res.headers['cache-control'], new RegExp(`max-age=${year}, immutable`));
				const old = await site.get(link.replace(/assets\/[^/]+/, 'assets/0123456789abcdef'), { raw: true });
				assert.equal(old.status, 200);
				assert.equal(old.headers['cache-control'], 'no-cache');
			}
		});

		test('media come with their type, in parts, and never as a page', async () => {
			const post = await site.get('/the-quiet-press');
			const [, link] = post.text.match(/src="([^"]*\/media\/[0-9a-f]{64}\/ink\.png)"/) ?? [];
			assert.ok(link, post.text);
			const whole = await site.get(link, { raw: true });
			assert.equal(whole.status, 200);
			assert.equal(whole.headers['content-type'], 'image/png');
			assert.equal(whole.headers['cache-control'], 'public, max-age=300'); // of the picture, which can be edited
			assert.match(whole.headers['content-security-policy'], /sandbox/);
			const part = await site.get(link, { raw: true, headers: { range: 'bytes=1-3' } });
			assert.equal(part.status, 206);
			assert.equal(part.text, 'PNG');
			assert.equal(part.headers['content-range'], `bytes 1-3/${whole.bytes.length}`);
			const beyond = await site.get(link, { raw: true, headers: { range: 'bytes=999999-' } });
			assert.equal(beyond.status, 416);
			assert.equal((await site.get(link, { raw: true, headers: { 'if-none-match': whole.headers.etag } })).status, 304);
			const named = await site.get(link.replace('ink.png', 'x.html'), { raw: true });
			assert.equal(named.headers['content-type'], 'application/octet-stream');
			assert.match(named.headers['content-disposition'], /^attachment/);
		});

		test('no address of the site is made of the Host header', async () => {
			for (const path of ['/', '/feed.xml', '/sitemap.xml', '/robots.txt', '/the-quiet-press/']) {
				const res = await site.get(path, { headers: { host: 'evil.example' } });
				assert.ok(!res.text.includes('evil.example'), path);
				assert.ok(!(res.headers.location ?? '').includes('evil.example'), path);
			}
		});

		test('many visitors at once get the same pages as one', async () => {
			const asked = ['/', '/the-quiet-press', '/long-read', '/about/team', '/tag/letters', '/archive', '/search?q=platen', '/feed.xml', '/feed.json',
				'/sitemap.xml', '/nothing-here', '/the-quiet-press/', '/behind-a-password'];
			// What differs from one answer to the next is the request's id alone.
			const look = async (path) => {
				const { status, headers, text } = await site.get(path);
				return status + text.replaceAll(headers['x-request-id'], 'ID');
			};
			const alone = {};
			for (const path of asked) alone[path] = await look(path);
			for (let round = 0; round < 3; round++)
				await Promise.all([...asked, ...asked].map(async (path) => assert.equal(await look(path), alone[path], path)));
		});

		test('every link of the main pages leads somewhere', async () => {
			const seen = new Set();
			for (const path of ['/', '/the-quiet-press', '/about', '/tag/letters', '/archive', '/archive/2024', '/search?q=platen']) {
				for (const [, link] of (await site.get(path)).text.matchAll(/(?:href|src)="([^"#]+)/g)) {
					const url = new URL(link.replaceAll('&amp;', '&'), site.url + path);
					if (url.origin === site.origin) seen.add(url.pathname + url.search);
				}
			}
			assert.ok(seen.size > 30);
			for (const target of seen) {
				assert.ok(target.startsWith(site.mount + '/') || target === site.mount, `${target} leaves the mount`);
				const res = await site.get(target, { raw: true });
				assert.equal(res.status, 200, target);
			}
		});
	});
}
