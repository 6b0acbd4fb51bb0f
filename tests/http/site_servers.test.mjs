// site_servers.test.mjs: where web servers differ: odd addresses and methods, and what each makes of them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSite, places, tested } from './harness.mjs';

// Whoever leaves the mount, after the server has resolved the dots, meets what else the name has: nothing.
const leaves = [404, 'the address is outside the mount'];
const climbs = [400, 'nginx resolves the dots, also encoded ones, and refuses to climb above the root'];
const decodes = [400, 'the server decodes the address itself to find its configuration'];

// Address below the mount; what Platen answers when it is asked; which servers answer by themselves, at
// the root or below a path, with what and why.
const odd = [
	['/a%2Fb', 400], ['/a%5Cb', 400], ['/a\\b', 400], ['/the-quiet-press%0a', 400], ['/?q=%FF', 400], ['/search?q=%00', 400],
	['/the-quiet-press%20', 404], ['/the-quiet-press;x=1', 404], ['/' + 'a/'.repeat(600), 404],
	['/the-quiet-press?', 200], ['/%74he-quiet-press', 200], ['/search?q=a%20b&x="<', 200],
	...['/%00', '/%', '/%zz'].map((address) => [address, 400, { nginx: decodes, caddy: decodes }]),
	...['/%FF', '/%C0%AF', '/%ED%A0%80'].map((address) => [address, 400, { lighttpd: [404, 'lighttpd takes no path that is not UTF-8'] }]),
	['/..%2f..%2fetc%2fpasswd', 400, { nginx: climbs, 'nginx deep': leaves, 'caddy below': leaves, 'lighttpd below': leaves }],
	['/%2e%2e/%2e%2e/etc/passwd', 404, { nginx: climbs, 'nginx deep': leaves, 'caddy below': leaves, 'lighttpd below': leaves }],
	['/../../the-quiet-press', 301, { nginx: climbs, 'nginx deep': leaves, 'caddy below': leaves, 'lighttpd below': leaves }],
	['/x%2f..%2f..%2fplaten.env', 400, { nginx: climbs, 'nginx below': leaves, 'nginx deep': leaves, 'caddy below': leaves, 'lighttpd below': leaves }],
	['/' + 'x'.repeat(9000), 414, { nginx: [414, 'large_client_header_buffers is 8k'], lighttpd: [431, 'lighttpd reads heads of 8k'] }],
];

const methods = [
	['PROPFIND', 501],
	['BREW', 501, { lighttpd: [501, 'lighttpd knows a list of methods'] }],
	['TRACE', 501, { nginx: [405, 'nginx refuses TRACE everywhere'] }],
];

for (const place of tested) {
	describe(`odd requests, ${place}`, () => {
		let site;
		before(async () => { site = await openSite(place, { posts: 0 }); });
		after(() => site?.stop());

		// The exception for this place: the most exact one.
		function expected(status, own = {}) {
			const deep = site.mount.split('/').length > 2 && own[`${site.server} deep`];
			const exception = deep || (site.mount && own[`${site.server} below`]) || own[site.server];
			return exception ? { status: exception[0], own: true } : { status, own: false };
		}
		async function check(res, status, own) {
			assert.deepEqual({ status: res.status, own: !res.headers['x-request-id'] }, expected(status, own));
			assert.doesNotMatch(res.text, /sqlite|root:|\.c:\d/);
			assert.equal(res.headers.status, undefined, 'the status line of CGI is not for visitors');
		}

		for (const [address, status, own] of odd)
			test(`${address.slice(0, 40)}`, async () => check(await site.get(address), status, own));
		for (const [method, status, own] of methods)
			test(`the method ${method}`, async () => check(await site.get('/', { method }), status, own));

		test('the mount without its slash leads to the site, whatever name the request claims', async () => {
			const res = await site.get(site.mount || '/', { raw: true, headers: { host: 'evil.example' } });
			assert.deepEqual([res.status, res.headers.location], site.mount ? [301, site.mount + '/'] : [200, undefined]);
		});
		if (places[place].mount) test('what only begins like the mount is not the site', async () => {
			assert.equal((await site.get(`${site.mount}ger`, { raw: true })).status, 404);
		});
		test('the program still serves', async () => assert.equal((await site.get('/healthz')).text, 'ok\n'));
	});
}
