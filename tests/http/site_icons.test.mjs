// site_icons.test.mjs: the site's icons and its manifest: its own, made of one picture, or those of the theme.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSite, platen } from './harness.mjs';
import { Uploader, jobsDone, png } from './media.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const size = (bytes) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
// The PNG files of an .ico.
const inIco = (bytes) => Array.from({ length: bytes.readUInt16LE(4) }, (_, n) => {
	const at = 6 + 16 * n;
	return { side: bytes[at], png: bytes.subarray(bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 8)) };
});
const links = (text) => Object.fromEntries([...text.matchAll(/<link rel="(icon|apple-touch-icon|manifest)"(?: type="([^"]*)")?(?: sizes="([^"]*)")? href="([^"]*)">/g)].map(([, rel, type, sizes, href]) => [`${rel} ${sizes ?? ''}`.trim(), href]));

describe('icons', () => {
	let site, owner, up;
	before(async () => {
		site = await openSite('below', { posts: 0, settings: { title: 'Ink & Paper', description: 'Notes' } });
		platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
		owner = await signedIn(site);
		up = new Uploader(owner);
	});
	after(() => site?.stop());

	const choose = async (icon) => {
		const fields = Object.fromEntries(await owner.fields('/admin/settings/pictures', /<form class="card"[^]*?<\/form>/));
		const res = await owner.post('/admin/settings/pictures', { ...fields, icon });
		assert.equal(res.status, 303);
	};
	const manifest = async () => JSON.parse((await site.get('/site.webmanifest')).text);

	test('a site that chose none has those of its theme', async () => {
		assert.deepEqual(links((await site.get('/')).text), { 'icon 16x16 32x32 48x48': '/blog/favicon.ico', 'apple-touch-icon': '/blog/apple-touch-icon.png', manifest: '/blog/site.webmanifest' });
		const ico = await site.get('/favicon.ico'), apple = await site.get('/apple-touch-icon.png');
		assert.deepEqual([ico.status, ico.headers['content-type'], ico.headers['cache-control']], [200, 'image/vnd.microsoft.icon', 'public, max-age=3600']);
		assert.deepEqual(inIco(ico.bytes).map(({ side, png }) => [side, ...size(png)]), [[16, 16, 16], [32, 32, 32], [48, 48, 48]]);
		assert.deepEqual([apple.headers['content-type'], size(apple.bytes)], ['image/png', [180, 180]]);
		assert.equal((await site.get('/favicon.ico', { headers: { 'if-none-match': ico.headers.etag } })).status, 304);
		const res = await site.get('/site.webmanifest'), { icons, ...rest } = JSON.parse(res.text);
		assert.equal(res.headers['content-type'], 'application/manifest+json');
		assert.deepEqual(rest, { name: 'Ink & Paper', short_name: 'Ink & Paper', description: 'Notes', lang: 'en', dir: 'ltr', start_url: '/blog/', scope: '/blog/', display: 'browser' });
		assert.deepEqual(icons.map(({ src, sizes }) => [src, sizes]), [['/blog/favicon.ico', '16x16 32x32 48x48'], ['/blog/apple-touch-icon.png', '180x180']]);
		assert.equal((await site.get('/site.webmanifest', { headers: { 'if-none-match': res.headers.etag } })).status, 304);
	});

	test('of a picture that was chosen the whole set is made, square and round its focal point', async () => {
		const before = await site.get('/favicon.ico'), item = await up.send(png(900, 600, [10, 120, 60]), 'leaf.png');
		await choose(item.address);
		// Nothing is made yet: the picture itself stands for it.
		assert.equal(links((await site.get('/')).text).icon, `${site.url}${item.address}`);
		const waits = await site.get('/favicon.ico');
		assert.deepEqual([waits.status, waits.headers.location], [302, `${site.url}${item.address}`]);
		jobsDone(site);
		const found = links((await site.get('/')).text);
		assert.deepEqual(Object.keys(found), ['icon 16x16 32x32 48x48', 'icon 192x192', 'apple-touch-icon', 'manifest']);
		const ico = await site.get('/favicon.ico');
		assert.deepEqual([ico.status, ico.headers['content-type'], ico.headers['cache-control'], ico.headers['content-disposition']], [200, 'image/vnd.microsoft.icon', 'public, max-age=3600', undefined]);
		assert.notEqual(ico.headers.etag, before.headers.etag);
		assert.deepEqual(inIco(ico.bytes).map(({ side, png }) => [side, ...size(png)]), [[16, 16, 16], [32, 32, 32], [48, 48, 48]]);
		assert.equal((await site.get('/favicon.ico', { headers: { 'if-none-match': ico.headers.etag } })).status, 304);
		assert.equal((await site.get('/favicon.ico', { method: 'HEAD' })).headers['content-length'], String(ico.bytes.length));
		assert.deepEqual(size((await site.get('/apple-touch-icon.png')).bytes), [180, 180]);
		const small = await site.get(found['icon 192x192'].slice(site.mount.length));
		assert.deepEqual([size(small.bytes), small.headers['content-type']], [[192, 192], 'image/png']);
		assert.match(small.headers['cache-control'], /immutable/);
		assert.ok((await site.get('/feed.xml')).text.includes(`<icon>${site.origin}${found['icon 192x192']}</icon>`));
		const { icons } = await manifest();
		assert.deepEqual(icons.map(({ sizes }) => sizes), ['16x16 32x32 48x48', '180x180', '192x192', '512x512']);
		for (const { src, sizes } of icons.slice(1)) assert.deepEqual(size((await site.get(src.slice(site.mount.length))).bytes), sizes.split('x').map(Number));
	});

	test('another picture under the same address gives other icons', async () => {
		const item = await up.send(png(300, 300, [1, 2, 250]), 'blue.png');
		await choose(item.address);
		jobsDone(site);
		const blue = await site.get('/favicon.ico');
		assert.deepEqual((await manifest()).icons.map(({ sizes }) => sizes), ['16x16 32x32 48x48', '180x180', '192x192']); // never made larger
		await up.send(png(300, 300, [250, 2, 1]), 'red.png', { replaces: item.id });
		jobsDone(site);
		const red = await site.get('/favicon.ico');
		assert.equal(red.status, 200);
		assert.notEqual(red.headers.etag, blue.headers.etag);
		assert.notDeepEqual(red.bytes, blue.bytes);
	});

	test('what nothing can be made of stands for itself', async () => {
		const svg = await up.send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'), 'mark.svg');
		for (const icon of [svg.address, 'https://example.org/icon.png']) {
			await choose(icon);
			jobsDone(site);
			const whole = icon.startsWith('/') ? site.url + icon : icon;
			assert.deepEqual(links((await site.get('/')).text), { icon: whole, manifest: '/blog/site.webmanifest' });
			const res = await site.get('/favicon.ico');
			assert.deepEqual([res.status, res.headers.location], [302, whole]);
			assert.deepEqual((await manifest()).icons, []);
		}
		await choose('');
		jobsDone(site);
		assert.equal((await site.get('/favicon.ico')).status, 200);
	});

	test('to whom the site is shut, its icon is', async () => {
		const { address } = await up.send(png(200, 200, [90, 90, 9]), 'shut.png');
		await choose(address);
		jobsDone(site);
		platen(site, 'config', 'set-password', '--stdin', { input: 'two words\n' });
		platen(site, 'config', 'set', 'access', 'private');
		const res = await site.get('/favicon.ico'), login = await site.get('/');
		assert.notEqual(res.status, 200);
		assert.ok(login.text.includes('<link rel="icon" href="data:,">'));
		assert.ok(!login.text.includes('site.webmanifest'));
		// Whoever may come in gets it, and what stands for the picture: into no cache that others share.
		const reader = new Visitor(site);
		assert.equal((await reader.post('/', { password: 'two words' })).status, 303);
		for (const path of ['/favicon.ico', '/site.webmanifest', address]) {
			const own = await reader.get(path);
			assert.deepEqual([own.status, /public/.test(own.headers['cache-control'])], [200, false], `${path} ${own.headers['cache-control']}`);
		}
		platen(site, 'config', 'set', 'access', 'public');
	});
});
