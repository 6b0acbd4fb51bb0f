// deploy_media_domain.test.mjs: media at a name of their own, behind nginx and Caddy with the configurations of tools/deploy;
// and what is sent at the site's own name, where the admin is, acts nowhere.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, startApp } from './harness.mjs';
import { freePort } from './responder.mjs';
import { WebServer, deployed, installed, kinds } from './webserver.mjs';

// What a browser could run, by what it is or by what it is called.
const active = {
	'evil.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	'evil.xml': '<?xml version="1.0"?><a:b xmlns:a="http://www.w3.org/1999/xhtml"/>',
	'evil.txt': `Words${' '.repeat(5000)}\n<script>alert(1)</script>`,
	'evil.pdf': '%PDF-1.4\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n',
	'evil.swf': 'FWS\x09rest', 'evil.vtt': 'WEBVTT\n\n00:00.000 --> 00:01.000\n<i onclick="alert(1)">',
};
// What an import does not take to begin with.
const refused = {
	'page.xml': '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
	'page.txt': '<!doctype html><script>alert(1)</script>', 'page.png': '<!doctype html><script>alert(2)</script>',
};
const runs = /^(text\/html|application\/xhtml|image\/svg|(text|application)\/(xml|javascript|ecmascript)|application\/x-shockwave|multipart\/|text\/css)/;

for (const kind of ['nginx', 'caddy']) for (const place of ['fastcgi', 'below']) {
	describe(`media at their own name, ${kind}, ${place}`, { skip: !installed(kind) && 'not installed' }, () => {
		let site, server, port, media, links;
		before(async () => {
			port = await freePort();
			media = `http://127.0.0.1:${port}${place === 'below' ? '/blog' : ''}`;
			site = await openSite(place, { serve: false, posts: 0, env: { PLATEN_MEDIA_URL: media } });
			const folder = path.join(site.dir, 'active');
			fs.mkdirSync(folder);
			for (const [name, text] of Object.entries({ ...active, ...refused })) fs.writeFileSync(path.join(folder, name), text);
			fs.writeFileSync(path.join(folder, 'all.md'), `---\ntitle: All\nslug: all\ndate: 2024-01-01\n---\n${Object.keys({ ...active, ...refused }).map((name) => `[${name}](${name})`).join(' ')}\n`);
			const told = platen(site, 'import', folder);
			for (const name of Object.keys(refused)) assert.ok(told.includes(`'${name}' is not taken`), told);
			await startApp(site);
			const dir = path.join(site.dir, 'web');
			fs.mkdirSync(path.join(dir, 'platen'), { recursive: true });
			// Beside the site a second name, which for a test is a port.
			const second = `${kind}-only-media.conf`, values = { MOUNT: site.mount, SOCKET: site.socket, PORT: site.port };
			fs.writeFileSync(path.join(dir, 'platen', second), deployed(second, values));
			const edit = kind === 'nginx'
				? (text) => text.replace(/(\n\tserver \{)/, `\n\tserver {\n\t\tlisten 127.0.0.1:${port};\n\t\tinclude platen/${second};\n\t}$1`)
				: (text) => `${text}\nhttp://:${port} {\n\tbind 127.0.0.1\n\timport platen/${second}\n}\n`;
			assert.ok(kinds[kind]);
			server = await WebServer.start(kind, dir, values, { edit });
			site.children.push(server);
			links = [...(await site.get('/all')).text.matchAll(/href="([^"]*\/media\/[^"]+)"/g)].map(([, link]) => link);
		});
		after(() => site?.stop());
		const at = async (origin, target, options) => { const url = new URL(target, origin); return (Object.assign(Object.create(Object.getPrototypeOf(server)), server, { port: Number(url.port) })).ask(url.pathname, options); };

		test('pages link them there, and there they are', async () => {
			const [, link] = (await site.get('/the-quiet-press')).text.match(/src="([^"]*\/media\/[0-9a-f]{64}\/ink\.png)"/);
			assert.ok(link.startsWith(`${media}/media/`), link);
			const res = await at(link, link);
			assert.deepEqual([res.status, res.headers['content-type'], res.headers['cross-origin-resource-policy']], [200, 'image/png', 'cross-origin']);
			assert.match(res.headers['cache-control'], /^public, max-age=\d+/);
			assert.equal(res.headers['set-cookie'], undefined);
			const part = await at(link, link, { headers: { range: 'bytes=1-3' } });
			assert.deepEqual([part.status, part.body], [206, res.body.subarray(1, 4)]);
			assert.equal((await at(link, link, { headers: { 'if-none-match': res.headers.etag } })).status, 304);
			// A CDN that fetches from the site gets the same.
			assert.deepEqual((await site.get(new URL(link).pathname.slice(site.mount.length))).bytes, res.body);
		});

		test('nothing else of the site is there', async () => {
			for (const target of ['/', '/admin', '/admin/signin', '/admin/media', '/the-quiet-press', '/feed.xml', '/api/v1/posts', '/cronhooks/all', '/healthz', '/media', '/media/../admin', '/media/%2e%2e/admin/signin', '/media//..//admin'])
				for (const mount of new Set(['', site.mount])) {
					const res = await at(media, mount + target);
					assert.ok([400, 404].includes(res.status), `${mount}${target}: ${res.status}`);
				}
			assert.notEqual((await at(media, `${site.mount}/media/${'0'.repeat(64)}/x`, { method: 'POST', body: Buffer.from('x') })).status, 200);
		});

		test('what could act acts at neither name, and not at the admin\'s', async () => {
			assert.equal(links.length, Object.keys(active).length);
			for (const link of links) {
				const bare = new URL(link).pathname.replace(/[^/]*$/, '');
				for (const origin of [site.origin, new URL(media).origin])
					for (const name of ['', 'x.html', 'x.xhtml', 'x.svg', 'x.js', 'x.mjs', 'x.css', 'x.xml', 'x.htm%20', 'x.pdf', 'x.png', 'x.html%00.png']) {
						const res = await at(origin, name ? bare + name : new URL(link).pathname), what = `${origin} ${link} as ${name}: ${res.headers['content-type']}`;
						assert.equal(res.status, name.includes('%00') ? 400 : 200, what);
						if (res.status !== 200) continue;
						assert.equal(res.headers['x-content-type-options'], 'nosniff', what);
						assert.match(res.headers['content-security-policy'], /default-src 'none';.*sandbox(;|$)/, what);
						assert.doesNotMatch(res.headers['content-security-policy'], /allow-scripts|allow-same-origin|script-src/, what);
						if (runs.test(res.headers['content-type'])) assert.match(res.headers['content-disposition'] ?? '', /^attachment/, what);
						if (!/^(image\/svg)/.test(res.headers['content-type'])) assert.doesNotMatch(res.headers['content-type'], runs, what);
					}
			}
		});
	});
}
