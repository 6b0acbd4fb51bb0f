// import_remote.test.mjs: pictures that posts show from other sites, fetched by an import: what comes, what stays, what is
// never called.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { start } from './children.mjs';
import { below, eventually, openSite, platen, program } from './harness.mjs';
import { jpeg, png } from './media.mjs';
import { dump, sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { multipart, zip } from './zip.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const red = png(40, 30, [200, 0, 0]), green = png(50, 30, [0, 200, 0], 'taken at home'), photo = jpeg('52.52N 13.40E at home');

// What other sites have; `calls` counts what was asked of each address. /slow answers when it is let go.
class Pictures {
	calls = {};
	waiting = [];
	async open() {
		this.server = http.createServer((req, res) => {
			this.calls[req.url] = (this.calls[req.url] ?? 0) + 1;
			const send = (type, bytes) => res.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
			const path = req.url.split('?')[0];
			if (path === '/red.png' || path === '/twice.png' || path === '/secret.png') send('image/png', red);
			else if (path === '/picture.php') send('text/html', green); // its content tells
			else if (path === '/photo') send('application/octet-stream', photo);
			else if (path === '/by%20name/B%C3%A4r.png') send('image/png', png(9, 9, [1, 2, 3]));
			else if (path === '/moved.png') res.writeHead(302, { location: '/red.png?moved' }).end();
			else if (path === '/inner.png') res.writeHead(302, { location: `http://127.0.0.1:${this.inner}/secret.png` }).end();
			else if (path === '/file.png') res.writeHead(302, { location: 'file:///etc/passwd' }).end();
			else if (path === '/round.png') res.writeHead(302, { location: '/round.png' }).end();
			else if (path === '/page.png') send('image/png', Buffer.from('<!doctype html><script>alert(1)</script>'));
			else if (path === '/paper.png') send('image/png', Buffer.from('%PDF-1.4\n%âãÏÓ\n1 0 obj\n'));
			else if (path === '/empty.png') send('image/png', Buffer.alloc(0));
			else if (path === '/cut.png') { res.writeHead(200, { 'content-length': 1000 }); res.write(red); res.destroy(); }
			else if (path === '/large.png') { res.writeHead(200); res.end(Buffer.concat([red, Buffer.alloc(300 << 10)])); }
			else if (path === '/slow.png') this.waiting.push(() => send('image/png', png(12, 12, [9, 9, 9])));
			else res.writeHead(404).end('not here');
		});
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
		this.port = this.server.address().port;
		this.at = `http://127.0.0.1:${this.port}`;
		return this;
	}
	close() {
		this.server.closeAllConnections();
		this.server.close();
	}
}

// A command, while this process goes on answering.
async function command(site, ...args) {
	const child = start(program, args, { env: site.env, stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '', err = '';
	child.stdout.on('data', (d) => { out += d; });
	child.stderr.on('data', (d) => { err += d; });
	const [status] = await once(child, 'close');
	return { status, out, err };
}

let site, pictures, inner, folder;
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const post = (name, text, head = '') => fs.writeFileSync(path.join(folder, `${name}.md`), `---\ntitle: ${name}\nslug: ${name}\ndate: 2024-01-01\n${head}---\n${text}\n`);
const markdown = (slug) => sql(`SELECT markdown FROM post_body JOIN post ON post.id = post_id WHERE slug = '${slug}'`)[0][0];
const files = () => fs.readdirSync(path.join(site.data, 'media'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).length;

before(async () => {
	pictures = await new Pictures().open();
	inner = await new Pictures().open();
	pictures.inner = inner.port;
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn', PLATEN_FETCH_ALLOW: `10.1.2.3, 127.0.0.1:${pictures.port}`, PLATEN_UPLOAD_MAX: '200k' } });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
	folder = path.join(site.dir, 'elsewhere');
	fs.mkdirSync(folder);
});
after(async () => {
	pictures?.close();
	inner?.close();
	await site?.stop();
});

describe('an import', () => {
	const bad = ['inner.png', 'file.png', 'round.png', 'page.png', 'paper.png', 'empty.png', 'cut.png', 'large.png', 'gone.png'];
	let report;
	before(() => {
		post('shows', [
			`![A red one](${pictures.at}/red.png "Title") and [![small](${pictures.at}/picture.php?w=50&h=2)](${pictures.at}/page.html)`, '',
			`![of a note][one] ![bear](<${pictures.at}/by name/Bär.png>) <img src="${pictures.at}/photo" alt="raw">`, '',
			`[a link only](${pictures.at}/link.png) and [another][two], \`![code](${pictures.at}/code.png)\``, '',
			`<iframe src="${pictures.at}/frame.html"></iframe>`, '',
			`[one]: ${pictures.at}/moved.png#fragment`, `[two]: ${pictures.at}/link.png`].join('\n'), `image: ${pictures.at}/twice.png\nimage_alt: The cover\n`);
		post('again', `![the same](${pictures.at}/red.png) ![and of other bytes](${pictures.at}/photo)`);
		post('bad', bad.map((name) => `![${name}](${pictures.at}/${name})`).join('\n\n') + `\n\n![by name](http://localhost:${inner.port}/secret.png) ![six](http://[::1]:${inner.port}/secret.png) ![other port](http://127.0.0.1:${inner.port}/secret.png) ![whoever](http://user:word@127.0.0.1:${pictures.port}/red.png)`);
	});

	test('leaves pictures of other sites where they are unless it is told to fetch them', async () => {
		const { status, out } = await command(site, 'import', '--dry-run', '--fetch-images', folder);
		assert.equal(status, 0, out);
		assert.match(out, /19 pictures of other sites: 0 fetched, 0 fetched before, 19 stay/);
		assert.match((await command(site, 'import', folder)).out, /3 new/);
		assert.ok(markdown('shows').includes(`${pictures.at}/red.png`));
		assert.deepEqual(pictures.calls, {});
	});

	test('fetches those that posts show, and nothing else', async () => {
		report = await command(site, 'import', '--fetch-images', '--json', folder);
		assert.equal(report.status, 0, report.err);
		const json = JSON.parse(report.out), text = markdown('shows');
		assert.deepEqual([json.updated, json.remote, json.fetched, json.fetched_before], [2, 19, 6, 0]);
		for (const name of ['/link.png', '/code.png', '/page.html', '/frame.html']) {
			assert.equal(pictures.calls[name], undefined, name);
			assert.ok(text.includes(`${pictures.at}${name}`), name);
		}
		assert.match(text, new RegExp(`!\\[A red one\\]\\(/media/${sha256(red)}/red\\.png "Title"\\)`));
		assert.match(text, new RegExp(`!\\[small\\]\\(/media/${sha256(green)}/picture\\.png\\)\\]\\(${pictures.at}/page\\.html\\)`));
		assert.match(text, new RegExp(`<img src="/media/${sha256(photo)}/photo\\.jpg" alt="raw">`));
		assert.match(text, /<?\/media\/\w{64}\/B%C3%A4r\.png>?\)/);
		assert.match(text, new RegExp(`\\[one\\]: /media/${sha256(red)}/\\S+\\.png\n`));
		assert.match(markdown('again'), new RegExp(`/media/${sha256(photo)}/photo\\.jpg`));
		assert.match(sql("SELECT image FROM post WHERE slug = 'shows'")[0][0], new RegExp(`^/media/${sha256(red)}/`));
		for (const [name, times] of Object.entries(pictures.calls)) if (!name.startsWith('/round')) assert.equal(times, 1, name);
		assert.equal(pictures.calls['/twice.png'], 1, 'another address may have other bytes');
	});

	test('makes them items of the library, with their words, and shows readers what has no place in it', async () => {
		const items = Object.fromEntries(sql('SELECT hash, alt FROM media_item'));
		assert.equal(items[sha256(red)], 'the same', 'of the first post that has some');
		assert.equal(items[sha256(green)], 'small');
		assert.deepEqual(sql(`SELECT mime, private FROM media WHERE hash = '${sha256(photo)}'`), [['image/jpeg', 1]]);
		platen(site, 'hook', 'run', 'ttl');
		platen(site, 'jobs', 'work');
		const page = (await site.get('/shows')).text;
		assert.match(page, /<picture>|srcset=|\/media\/\w+\/red\.png/);
		const shown = page.match(/src="([^"]*\/media\/[^"]*photo\.\w+)"/)[1], file = await site.get(below(site, shown));
		assert.equal(file.status, 200);
		assert.ok(!file.text.includes('at home'));
		assert.ok((await site.get(`/media/${sha256(photo)}/photo.jpg`)).status !== 200 || !(await site.get(`/media/${sha256(photo)}/photo.jpg`)).text.includes('at home'));
	});

	test('says of each that stays why', () => {
		const text = markdown('bad'), problems = JSON.parse(report.out).problems.filter(({ file }) => file === 'bad.md');
		const why = { 'inner.png': /127\.0\.0\.1 is not a public address/, 'file.png': /cannot be called|protocol/i, 'round.png': /redirects more than 5 times/, 'page.png': /no (picture|media file)/,
			'paper.png': /no picture/, 'empty.png': /empty/, 'cut.png': /cannot call/, 'large.png': /larger than 204800 bytes/, 'gone.png': /status 404/ };
		for (const name of bad) {
			assert.ok(text.includes(`${pictures.at}/${name}`), name);
			const said = problems.filter(({ message }) => message.includes(`/${name} stays`));
			assert.equal(said.length, 1, name);
			assert.match(said[0].message, why[name], name);
			assert.equal(said[0].line, 6 + 2 * bad.indexOf(name), name);
		}
		assert.match(problems.find(({ message }) => message.includes('localhost')).message, /is not called: (127\.0\.0\.1|::1) is not a public address/);
		assert.match(problems.find(({ message }) => message.includes('[::1]')).message, /::1 is not a public address/);
		assert.match(problems.find(({ message }) => message.includes('user:word')).message, /user and a password/);
		assert.deepEqual(inner.calls, {}, 'nobody inside was called');
	});

	test('once more fetches nothing twice, and without the option leads nothing back', async () => {
		const before = { ...pictures.calls }, count = files();
		const again = JSON.parse((await command(site, 'import', '--fetch-images', '--json', folder)).out);
		assert.deepEqual([again.unchanged, again.fetched, again.fetched_before], [3, 0, 6]);
		for (const [name, times] of Object.entries(before)) if (!bad.includes(name.slice(1)) && name !== '/red.png?moved') assert.equal(pictures.calls[name], times, name);
		const without = JSON.parse((await command(site, 'import', '--json', folder)).out);
		assert.deepEqual([without.unchanged, without.fetched_before], [3, 6]);
		assert.ok(!markdown('again').includes('http'));
		assert.equal(files(), count);
	});

	test('fetches again what somebody has thrown away', async () => {
		sql(`UPDATE media_item SET trashed_ms = 1, trashed_by = (SELECT id FROM user LIMIT 1) WHERE hash = '${sha256(green)}'`);
		const calls = pictures.calls['/picture.php?w=50&h=2'];
		assert.equal(JSON.parse((await command(site, 'import', '--fetch-images', '--json', folder)).out).fetched, 1);
		assert.equal(pictures.calls['/picture.php?w=50&h=2'], calls + 1);
	});
});

describe('in the admin', () => {
	let owner, worker;
	const content = () => dump(path.join(site.data, 'site.db'), ['job', 'worker', 'lease', 'audit', 'task_run', 'receipt', 'sqlite_sequence']);
	const state = async (job) => JSON.parse((await owner.get(`/admin/progress/${job}`)).text);
	const jobOf = (address) => Number(new URL(address, site.origin).searchParams.get('job'));
	const until = (job, wanted) => eventually(async () => { const now = await state(job); return { status: 0, text: JSON.stringify(now), now }; }, ({ now }) => wanted(now), 60000);
	before(async () => {
		owner = await signedIn(site);
		worker = start(program, ['worker'], { env: site.env, stdio: 'ignore' });
		await eventually(async () => ({ status: 0, text: String(sql('SELECT count(*) FROM worker')) }), ({ text }) => text === '1', 60000);
	});
	after(async () => {
		const gone = once(worker, 'exit');
		worker.kill('SIGTERM');
		await gone;
	});

	test('an archive says how many it shows, and a box fetches them; cancelled, the site is as it was', async () => {
		const archive = zip([['one.md', `---\ntitle: Packed far\nslug: packed-far\ndate: 2024-01-01\n---\n![slowly](${pictures.at}/slow.png)\n`]]);
		const sent = multipart({ form_token: await owner.token() }, archive);
		const looked = await owner.ask('/admin/transfer/import', { ...sent, headers: { ...sent.headers, origin: site.origin } });
		assert.equal(looked.status, 303, looked.text);
		await until(jobOf(looked.headers.location), ({ open }) => !open);
		const page = below(site, looked.headers.location).replace(/\?.*/, ''), shown = (await owner.get(page)).text;
		assert.match(shown, /<dt>Pictures of other sites<\/dt><dd>1<\/dd>/);
		assert.match(shown, /name="fetch" type="checkbox" value="yes"> Also fetch 1 picture that/);
		assert.equal(pictures.calls['/slow.png'], undefined);

		const untouched = content();
		const run = async () => jobOf((await owner.post(page, { form_token: await owner.token(), button: 'run', fetch: 'yes' })).headers.location);
		let job = await run();
		const { now } = await until(job, ({ stage, open, item }) => stage === 'Fetching pictures of other sites' && item || !open);
		assert.ok(now.open && now.item.endsWith('/slow.png'), JSON.stringify(now));
		assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'cancel' })).status, 303);
		assert.equal((await until(job, ({ open }) => !open)).now.state, 'cancelled');
		assert.equal(content(), untouched);

		const before = pictures.waiting.length;
		job = await run();
		await eventually(async () => ({ status: 0, text: '', n: pictures.waiting.length }), ({ n }) => n > before, 60000);
		pictures.waiting.at(-1)();
		await until(job, ({ open }) => !open);
		assert.match((await owner.get(page)).text, /<dt>Pictures fetched<\/dt><dd>1<\/dd>/);
		assert.match(markdown('packed-far'), /\/media\/\w{64}\/slow\.png/);
	});
});
