// page_folder.test.mjs: what nginx and Caddy make of the page folder, with the configurations of
// tools/deploy: which requests they answer by themselves, with which headers, and which they leave to Platen.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { openSite, program } from './harness.mjs';
import { accepting, run } from './responder.mjs';
import { WebServer, installed } from './webserver.mjs';

const page = (name) => `<!DOCTYPE html><html><head><meta charset="utf-8"><title>from the folder: ${name}</title></head>` +
	`<body>${'words '.repeat(300)}</body></html>`;
const security = {
	'x-content-type-options': 'nosniff', 'referrer-policy': 'strict-origin-when-cross-origin',
	'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
	'cross-origin-opener-policy': 'same-origin', vary: 'Accept-Encoding',
};

// The folder as Platen keeps it; made here, so that what comes from it can be told from Platen's own.
class Folder {
	constructor(root, mount) { Object.assign(this, { root, mount, count: 0 }); }
	put(name, text, { hash = 4242, codings = [] } = {}) {
		const bytes = { '': text, '.gz': zlib.gzipSync(text), '.br': zlib.brotliCompressSync(text) };
		for (const ending of ['', ...codings]) {
			const file = path.join(this.root, name + ending);
			fs.mkdirSync(path.dirname(file), { recursive: true });
			fs.writeFileSync(file, bytes[ending]);
			fs.utimesSync(file, hash, hash);
			if (name.startsWith('current/page/')) this.alias(file, name.slice(13, -5), ending);
		}
	}
	// A page's second name, its address.
	alias(file, name, ending) {
		let own = path.join(this.root, 'current/path', this.mount, name || '.page-');
		fs.mkdirSync(path.dirname(own), { recursive: true });
		if (fs.existsSync(own) && fs.statSync(own).isDirectory()) own = path.join(own, `.page-${path.basename(name)}`);
		fs.rmSync(own + ending, { force: true });
		fs.linkSync(file, own + ending);
	}
	link() {
		const name = `generation-${this.count++}`;
		fs.mkdirSync(path.join(this.root, name), { recursive: true });
		fs.symlinkSync(name, path.join(this.root, 'next'));
		fs.renameSync(path.join(this.root, 'next'), path.join(this.root, 'current'));
	}
	unlink() { fs.rmSync(path.join(this.root, 'current')); }
}

async function openPlace(kind, place, settings) {
	const site = await openSite(place, { serve: false, posts: 0, settings });
	const socket = path.join(site.dir, 'platen.sock');
	const app = run(program, ['serve', '--listen', `unix:${socket}`], { env: site.env });
	site.app = Object.assign(app, { log: () => app.errors });
	site.children.push({ stop: async () => { app.kill('SIGTERM'); await app.ended; } });
	await accepting({ path: socket }, app);
	site.folder = new Folder(path.join(site.data, 'pages'), site.mount);
	site.children.push(await WebServer.start(kind, site.dir, { PORT: site.port, MOUNT: site.mount, SOCKET: socket, PAGES: site.folder.root }));
	site.folder.link();
	return site;
}

const isFromFolder = (res) => res.text.includes('from the folder');

for (const kind of ['nginx-pages', 'caddy-pages']) {
	for (const [place, mount] of [['fastcgi', 'at the root'], ['below', 'below a path']]) {
		describe(`page folder, ${kind}, ${mount}`, { skip: !installed(kind) && 'not installed' }, () => {
			let site;
			before(async () => {
				site = await openPlace(kind, place, {});
				const { folder } = site;
				folder.put('current/page/.html', page('home'));
				folder.put('current/page/the-quiet-press.html', page('press'), { codings: ['.gz', '.br'] });
				folder.put('current/page/tag/ink.html', page('tag'));
				folder.put('current/page/tag.html', page('tags'));
				folder.put('current/page/gr\u00fc\u00dfe.html', page('umlaut'));
				folder.put('current/page/a b?c.html', page('odd name'));
				for (const name of ['feed.xml', 'rss.xml', 'feed.json', 'sitemap.xml', 'robots.txt', 'llms.txt', 'the-quiet-press.md', 'tag/ink/feed.xml'])
					folder.put(`current/file/${name}`, `from the folder: ${name} ${'x'.repeat(1000)}`, { codings: ['.gz', '.br'] });
				folder.put('assets/0123456789abcdef/style.css', '/* from the folder */', { codings: ['.gz', '.br'] });
			});
			after(() => site?.stop());

			test('pages come from the folder, with the headers that Platen gives', async () => {
				const odd = kind === 'caddy-pages' ? [] : [['/a%20b%3Fc', 'odd name']]; // Caddy asks Platen for a path with "?"
				for (const [address, name] of [['/', 'home'], ['/the-quiet-press', 'press'], ['/tag/ink', 'tag'], ['/tag', 'tags'], ['/gr%C3%BC%C3%9Fe', 'umlaut'], ...odd]) {
					const res = await site.get(address);
					assert.equal(res.status, 200, address);
					assert.equal(res.text, page(name), address);
					assert.equal(res.headers['content-type'], 'text/html; charset=utf-8');
					assert.equal(res.headers['cache-control'], 'public, no-cache');
					assert.equal(res.headers['content-security-policy'], "frame-ancestors 'self'");
					assert.equal(res.headers['last-modified'], undefined);
					assert.equal(res.headers['strict-transport-security'], undefined);
					for (const [name, value] of Object.entries(security)) assert.equal(res.headers[name], value, `${address}: ${name}`);
				}
			});

			test('Platen gives the same headers', async () => {
				const res = await site.get('/greetings');
				assert.equal(res.status, 200);
				assert.ok(!isFromFolder(res));
				for (const [name, value] of Object.entries(security)) assert.equal(res.headers[name], value, name);
				assert.equal(res.headers['cache-control'], 'public, no-cache');
				assert.match(res.headers['content-security-policy'], /frame-ancestors 'self'/);
			});

			test('files come with their own types', async () => {
				const types = {
					'/feed.xml': 'application/atom+xml', '/rss.xml': 'application/rss+xml', '/feed.json': 'application/feed+json',
					'/sitemap.xml': 'application/xml', '/robots.txt': 'text/plain', '/llms.txt': 'text/plain',
					'/the-quiet-press.md': 'text/markdown', '/tag/ink/feed.xml': 'application/atom+xml',
				};
				for (const [address, type] of Object.entries(types)) {
					const res = await site.get(address);
					assert.equal(res.status, 200, address);
					assert.ok(isFromFolder(res), address);
					assert.equal(res.headers['content-type'], `${type}; charset=utf-8`, address);
					assert.equal(res.headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
					assert.equal(res.headers['cache-control'], 'public, no-cache');
					const packed = await site.get(address, { headers: { 'accept-encoding': 'gzip' } });
					assert.equal(packed.headers['content-encoding'], 'gzip', address);
					assert.equal(packed.headers['content-type'], `${type}; charset=utf-8`, address);
				}
				// The types are Platen's own.
				site.folder.unlink();
				for (const [address, type] of Object.entries(types)) {
					const res = await site.get(address);
					if (res.status === 200) assert.equal(res.headers['content-type'], `${type}; charset=utf-8`, address);
				}
				fs.symlinkSync('generation-0', path.join(site.folder.root, 'current'));
			});

			test('assets are immutable', async () => {
				const res = await site.get('/assets/0123456789abcdef/style.css');
				assert.ok(isFromFolder(res));
				assert.equal(res.headers['content-type'], 'text/css; charset=utf-8');
				assert.equal(res.headers['cache-control'], 'public, max-age=31536000, immutable');
				assert.equal(res.headers['cross-origin-resource-policy'], 'same-origin');
				assert.equal(res.headers['last-modified'], undefined);
			});

			test('what is compressed is sent so to whoever takes it', async () => {
				const gzip = await site.get('/the-quiet-press', { headers: { 'accept-encoding': 'gzip' } });
				assert.equal(gzip.headers['content-encoding'], 'gzip');
				assert.equal(zlib.gunzipSync(gzip.bytes).toString(), page('press'));
				assert.equal(gzip.headers['content-type'], 'text/html; charset=utf-8');
				assert.equal(gzip.headers['content-security-policy'], "frame-ancestors 'self'");
				for (const [name, value] of Object.entries(security)) assert.equal(gzip.headers[name], value, name);
				const plain = await site.get('/the-quiet-press');
				assert.notEqual(plain.headers.etag, gzip.headers.etag);
				if (kind === 'caddy-pages') {
					const brotli = await site.get('/the-quiet-press', { headers: { 'accept-encoding': 'gzip, br' } });
					assert.equal(brotli.headers['content-encoding'], 'br');
				}
				const notYet = await site.get('/tag/ink', { headers: { 'accept-encoding': 'gzip' } });
				assert.equal(notYet.headers['content-encoding'], undefined);
			});

			test('the ETag is the content\'s, and answers 304', async () => {
				for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
					const first = await site.get('/the-quiet-press', { headers });
					const again = await site.get('/the-quiet-press', { headers: { ...headers, 'if-none-match': first.headers.etag } });
					assert.equal(again.status, 304);
					assert.equal(again.bytes.length, 0);
					assert.equal(again.headers.etag, first.headers.etag);
					const other = await site.get('/the-quiet-press', { headers: { ...headers, 'if-none-match': '"x"' } });
					assert.equal(other.status, 200);
				}
				const { etag } = (await site.get('/tag/ink')).headers;
				site.folder.put('current/page/tag/ink.html', page('gat'), { hash: 77 }); // as long as before
				assert.notEqual((await site.get('/tag/ink')).headers.etag, etag);
				site.folder.put('current/page/tag/ink.html', page('tag'));
				assert.equal((await site.get('/tag/ink')).headers.etag, etag);
			});

			test('a date in a request means nothing', async () => {
				for (const date of ['Fri, 01 Jan 2038 00:00:00 GMT', 'Thu, 01 Jan 1970 01:10:42 GMT']) {
					const res = await site.get('/the-quiet-press', { headers: { 'if-modified-since': date } });
					assert.equal(res.status, 200, date);
				}
			});

			test('HEAD', async () => {
				const get = await site.get('/the-quiet-press'), head = await site.get('/the-quiet-press', { method: 'HEAD' });
				assert.equal(head.status, 200);
				assert.equal(head.bytes.length, 0);
				for (const name of ['etag', 'content-length', 'content-type', 'content-security-policy', 'cache-control'])
					assert.equal(head.headers[name], get.headers[name], name);
			});

			test('a query does not matter to a page, and to a file it does', async () => {
				assert.ok(isFromFolder(await site.get('/the-quiet-press?utm_source=x')));
				assert.ok(!isFromFolder(await site.get('/sitemap.xml?part=1')));
			});

			test('other methods are Platen\'s', async () => {
				const post = await site.get('/the-quiet-press', { method: 'POST', body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
				assert.equal(post.status, 405);
				assert.equal((await site.get('/the-quiet-press', { method: 'OPTIONS' })).status, 204);
				assert.equal((await site.get('/the-quiet-press', { method: 'DELETE' })).status, 405);
			});

			test('addresses that are not a page\'s own are Platen\'s', async () => {
				for (const [address, status] of [
					['/the-quiet-press/', 301], ['/the-quiet-press.html', 404], ['//the-quiet-press', 301], ['/./the-quiet-press', 301],
					['/tag%2Fink', 400], ['/The-Quiet-Press', 301], ['/the-quiet-press.html.gz', 404], ['/the-quiet-press.gz', 404], ['/.html', 404],
					['/x/../the-quiet-press', 301], ['/the-quiet-press%0a', 400], ['/the-quiet-press/index.html', 301], ['/feed.xml.gz', 404],
					['/tag/', 404], ['/tag/.page-tag', 404], ['/.page-', 404], ['/' + 'x'.repeat(300), 404], ['/the-quiet-press/x', 404],
					['/the-quiet-press%2egz', 404], ['/the-quiet-press.%67z', 404],
					['/assets/../page/.html', 404], ['/assets/', 404], ['/lock', 404], ['/current', 404],
				]) {
					const res = await site.get(address);
					assert.ok(!isFromFolder(res), address);
					assert.equal(res.status, status, address);
				}
			});

			test('nothing but pages is reached through the folder', async () => {
				fs.writeFileSync(path.join(site.folder.root, 'secret.html'), 'from the folder: secret');
				fs.writeFileSync(path.join(site.folder.root, 'secret.txt'), 'from the folder: secret');
				fs.writeFileSync(path.join(site.folder.root, 'current/.new-0123'), 'from the folder: half');
				for (const address of ['/../secret', '/..%2f..%2fsecret', '/%2e%2e/%2e%2e/secret', '/x/../../../secret', '/../../secret.txt',
					'/..%5csecret', '/assets/../secret.txt', '/assets/%2e%2e/secret.txt', '/assets/..%2fsecret.txt', '/../.new-0123', '/.new-0123',
					'/tag/../../.new-0123', '/secret', '/secret.txt', '/page/.html', '/the-quiet-pres*', '/the-quiet-pres[s]', '/the-quiet-pres%3F', '/{path}', '/assets/*/*.css']) {
					const res = await site.get(address);
					assert.ok(!isFromFolder(res), address);
				}
			});

			test('without a link every request is Platen\'s, and a new link is seen at once', async () => {
				site.folder.unlink();
				for (let i = 0; i < 3; i++) assert.ok(!isFromFolder(await site.get('/the-quiet-press')));
				for (let i = 0; i < 20; i++) {
					site.folder.link();
					assert.ok(!isFromFolder(await site.get('/the-quiet-press')));
					site.folder.put('current/page/the-quiet-press.html', page(`round ${i}`), { hash: 100 + i });
					assert.equal((await site.get('/the-quiet-press')).text, page(`round ${i}`));
				}
				site.folder.unlink();
				fs.symlinkSync('generation-0', path.join(site.folder.root, 'current'));
			});

			test('the site is readable while Platen is down', async () => {
				site.app.kill('SIGSTOP');
				try {
					assert.ok(isFromFolder(await site.get('/the-quiet-press')));
				} finally {
					site.app.kill('SIGCONT');
				}
			});

			test('links that move under load give no error', async () => {
				let wrong = 0, done = false, asked = 0;
				const ask = async () => {
					while (!done) {
						const res = await site.get('/the-quiet-press', { headers: { 'accept-encoding': 'gzip' } });
						asked++;
						if (res.status !== 200) wrong++;
					}
				};
				const askers = [ask(), ask(), ask(), ask()];
				for (let i = 0; i < 150 || (asked <= 100 && i < 5000); i++) {
					site.folder.put('current/page/the-quiet-press.html', page('press'), { codings: i % 2 ? ['.gz'] : [] });
					await new Promise((resolve) => { setTimeout(resolve, 5); });
					site.folder.link();
				}
				done = true;
				await Promise.all(askers);
				assert.ok(asked > 100);
				assert.equal(wrong, 0);
			});
		});
	}
}
