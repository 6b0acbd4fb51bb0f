// media_library.test.mjs: the library: finding, describing, replacing, throwing away; and what goes by itself.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { derived, variant } from '../cli/images.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, gif, jobsDone, jpeg, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner, up, author;
const person = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const ttl = () => platen(site, 'hook', 'run', 'ttl');
const jobs = () => jobsDone(site);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const blob = (name) => path.join(site.data, 'media', name.slice(0, 2), name.slice(2, 4), name);
const DAY = 86400000;
let shade = 0;
const picture = (w = 6, h = 4) => png(w, h, [shade++ % 256, 7, (shade >> 8) % 256]);

before(async () => {
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn' } });
	person(EMAIL, 'owner');
	person('author@example.org', 'author');
	owner = await signedIn(site);
	author = await signedIn(site, 'author@example.org');
	up = new Uploader(owner);
});
after(() => site?.stop());

function files(fields, list) {
	const mark = `----${randomBytes(12).toString('hex')}`, parts = [];
	for (const [name, value] of Object.entries(fields)) parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
	for (const [name, bytes] of list)
		parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/html\r\n\r\n`), bytes, Buffer.from('\r\n'));
	return { method: 'POST', body: Buffer.concat([...parts, Buffer.from(`--${mark}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${mark}`, origin: site.origin } };
}

test('a plain form brings several files, and says which it refused', async () => {
	const form_token = await owner.token(), one = picture(), two = Buffer.from('%PDF-1.4\nform');
	const sent = await owner.ask('/admin/media/upload', files({ form_token }, [['one.png', one], ['two.pdf', two], ['', Buffer.alloc(0)]]));
	assert.equal(sent.status, 303, sent.text);
	const page = (await owner.get(below(site, sent.headers.location))).text;
	for (const name of ['one.png', 'two.pdf']) assert.ok(page.includes(`>${name}</a>`), name);
	assert.match(page, /The files are in the library/);
	assert.equal((await site.get(`/media/${hash(two)}/two.pdf`)).status, 200);
	const mixed = await owner.ask('/admin/media/upload', files({ form_token }, [['bad.html', Buffer.from('<html>')], ['three.png', picture()]]));
	assert.equal(mixed.status, 422);
	assert.match(mixed.text, /bad\.html<\/span>: Files of this type are not taken/);
	assert.ok(mixed.text.includes('>three.png</a>'));
	assert.equal((await owner.ask('/admin/media/upload', files({ form_token: 'x' }, [['x.png', picture()]]))).status, 403);
});

test('searched and filtered, page by page', async () => {
	for (let n = 0; n < 60; n++) await up.send(picture(), `holiday beach ${n}.png`);
	const names = (text) => [...text.matchAll(/class="media-name"[^>]*>([^<]*)</g)].map(([, name]) => name);
	const first = (await owner.get('/admin/media?q=beach')).text, seen = names(first);
	assert.equal(seen.length, 48);
	const rest = names((await owner.get(below(site, `${site.url}${first.match(/href="([^"]*before=[^"]*)" rel="next"/)[1].replace(/&amp;/g, '&').replace(site.mount, '')}`))).text);
	assert.deepEqual([...seen, ...rest].length, 60);
	assert.equal(new Set([...seen, ...rest]).size, 60);
	assert.deepEqual(names((await owner.get('/admin/media?q=hol+bea+59')).text), ['holiday beach 59.png']);
	assert.deepEqual(names((await owner.get('/admin/media?q=nothing+like+it')).text), []);
	assert.deepEqual(names((await owner.get('/admin/media?kind=document')).text), ['two.pdf']);
	assert.deepEqual(names((await owner.get('/admin/media?kind=document&show=no_alt')).text), []);
	for (const query of ['?q="', '?q=*', '?q=a"b OR', '?q=%00', '?show=x', '?kind=x', '?before=x', '?before=-5', '?q=NEAR(', `?q=${'a'.repeat(190)}`])
		assert.ok([200, 400].includes((await owner.get(`/admin/media${query.replace(/ /g, '+')}`)).status), query);
});

const form = async (item) => Object.fromEntries(await owner.fields(`/admin/media/${item.id}`, /<form class="card"[^]*?<\/form>/));
const said = (item) => sql(`SELECT name, alt, caption, credit, focal_x, pinned, trashed_ms IS NOT NULL FROM media_item WHERE id = ${item.id}`)[0];

test('what is said of a file is kept, and what is wrong with it is told', async () => {
	const item = await up.send(picture(), 'said.png'), target = `/admin/media/${item.id}`;
	const words = { name: 'A <b> name.png', alt: 'A "red" square', caption: 'Seen & heard', credit: 'Me', focal_x: '20', focal_y: '80', button: 'save' };
	assert.equal((await owner.post(target, { ...await form(item), ...words })).status, 303);
	const now = (await owner.get(target)).text, fields = await form(item);
	const [, original] = now.match(/<a href="([^"]*)">Download the original</), saved = await owner.get(below(site, original));
	assert.match(saved.headers['content-disposition'], /^attachment/);
	for (const text of ['A -b- name.png', 'A &quot;red&quot; square', 'Seen &amp; heard']) assert.ok(now.includes(text), text);
	for (const wrong of [{ focal_x: '101' }, { focal_y: '-1' }, { name: '' }, { alt: 'x'.repeat(2001) }, { focal_x: 'x' }]) {
		const res = await owner.post(target, { ...fields, caption: 'typed beside it', ...wrong, button: 'save' });
		assert.equal(res.status, 422, JSON.stringify(wrong));
		assert.ok(res.text.includes('typed beside it'));
	}
	assert.equal((await author.post(target, { ...fields, form_token: await author.token(), button: 'save' })).status, 403, 'it is somebody else\'s');
	assert.deepEqual(said(item).slice(0, 5), ['A -b- name.png', 'A "red" square', 'Seen & heard', 'Me', 200]);
});

test('two who write about one file at the same time lose nothing of each other', async () => {
	const item = await up.send(picture(), 'two.png'), target = `/admin/media/${item.id}`;
	sql(`UPDATE media_item SET focal_x = 333, caption = 'one' || char(10) || 'two' WHERE id = ${item.id}`);
	const first = await form(item), second = { ...first }, third = { ...first };
	assert.equal((await owner.post(target, { ...first, caption: 'Theirs <3', button: 'save' })).status, 303);
	assert.equal((await owner.post(target, { ...second, credit: 'Mine', caption: 'one\r\ntwo', button: 'save' })).status, 303, 'another field');
	assert.deepEqual(said(item).slice(0, 5), ['two.png', '', 'Theirs <3', 'Mine', 333]);
	const late = await owner.post(target, { ...third, caption: 'Yours', alt: 'New', button: 'trash' });
	assert.equal(late.status, 409);
	assert.match(late.text, /somebody else changed the same meanwhile/);
	assert.match(late.text, /Yours<\/textarea>\s*<div class="set-theirs">[^]*?<pre dir="auto">Theirs &lt;3<\/pre>/);
	assert.equal(late.text.match(/class="set-theirs"/g).length, 1);
	assert.deepEqual(said(item).slice(1, 7), ['', 'Theirs <3', 'Mine', 333, 0, 0], 'nothing of it was done');
	// The page that shows both is the base of what comes next.
	const marks = Object.fromEntries([...late.text.matchAll(/name="(was\.\w+)" value="(\w+)"/g)].map(([, name, mark]) => [name, mark]));
	assert.equal((await owner.post(target, { ...third, ...marks, caption: 'Yours', credit: 'Mine', alt: 'New', button: 'save' })).status, 303);
	assert.deepEqual(said(item).slice(0, 5), ['two.png', 'New', 'Yours', 'Mine', 333]);
});

test('every button of the form saves what was typed', async () => {
	const item = await up.send(picture(), 'typed.png'), target = `/admin/media/${item.id}`;
	for (const [button, pinned, trashed] of [['pin', 1, 0], ['unpin', 0, 0], ['trash', 0, 1], ['restore', 0, 0]]) {
		assert.equal((await owner.post(target, { ...await form(item), alt: `Alt of ${button}`, caption: `Caption of ${button}`, button })).status, 303);
		const [, alt, caption, , , ...state] = said(item);
		assert.deepEqual([alt, caption, ...state], [`Alt of ${button}`, `Caption of ${button}`, pinned, trashed]);
	}
	const before = said(item);
	assert.equal((await owner.post(target, { ...await form(item), name: ' ', alt: 'kept in the form', button: 'pin' })).status, 422);
	assert.deepEqual(said(item), before);
});

test('wherever a text names a file, the file is used; and no longer when none does', async () => {
	const used = (id) => sql(`SELECT used, expires_ms IS NOT NULL FROM media_item WHERE id = ${id}`)[0];
	const item = await up.send(picture(), 'used.png'), address = item.address;
	assert.deepEqual(used(item.id), [0, 1]);
	const edit = await owner.made({ title: 'With a picture', markdown: `![x](${address}) and "quoted\\" and ![y](${address})` });
	assert.deepEqual(used(item.id), [1, 0]);
	const page = (await owner.get(`/admin/media/${item.id}`)).text;
	assert.ok(page.includes('>With a picture</a>'));
	assert.ok(!(await author.get(`/admin/media/${item.id}`)).text.includes('With a picture'), 'a draft is not told of');
	assert.equal((await owner.write(edit, { title: 'With a picture', markdown: 'none' })).status, 303);
	assert.deepEqual(used(item.id), [1, 0], 'an earlier version has it');
	sql(`DELETE FROM post WHERE title = 'With a picture'`); // no trigger of the program's own: what a foreign key takes along counts, too
	sql(`PRAGMA foreign_keys = ON`);
	sql(`DELETE FROM revision WHERE title = 'With a picture'`);
	sql(`DELETE FROM post_body WHERE markdown = 'none'`);
	assert.deepEqual(used(item.id).slice(0, 1), [0]);
	for (const [key, statement] of [['a setting', `INSERT OR REPLACE INTO setting VALUES ('cover', '${address}', 1)`], ['a person', `UPDATE user SET picture = '${address}' WHERE email = '${EMAIL}'`],
		['a redirect', `INSERT INTO redirect VALUES ('/old-picture', '${address}', NULL, 301, 1)`]]) {
		sql(statement);
		assert.equal(used(item.id)[0], 1, key);
		sql(`UPDATE setting SET value = '' WHERE key = 'cover'`);
		sql(`UPDATE user SET picture = ''`);
		sql(`DELETE FROM redirect WHERE from_path = '/old-picture'`);
		assert.equal(used(item.id)[0], 0, `no longer ${key}`);
	}
});

test('the page of a file plays films and sound, and opens what browsers show', async () => {
	const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'), Buffer.alloc(5000, 7)]);
	const page = async (bytes, name) => {
		const item = await up.send(bytes, name);
		return { item, file: `/admin/media/${item.id}/file`, text: (await owner.get(`/admin/media/${item.id}`)).text };
	};
	const opens = (file) => `href="${file}" target="_blank" rel="noopener">Open in a new tab</a>`;
	const video = await page(film, 'a - b.mp4');
	assert.ok(video.text.includes(`<video class="media-player" controls preload="metadata" src="${video.file}" aria-label="a - b.mp4">`));
	assert.ok(video.text.includes(opens(video.file)));
	const part = await owner.ask(video.file, { headers: { range: 'bytes=4000-4099' } });
	assert.deepEqual([part.status, part.headers['content-type'], part.headers['content-disposition']], [206, 'video/mp4', undefined]);
	const sound = await page(Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1'), Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(5000)]), 'c.mp3');
	assert.ok(sound.text.includes(`<audio class="media-player" controls preload="metadata" src="${sound.file}" aria-label="c.mp3">`));
	const paper = await page(Buffer.from('%PDF-1.4\nto be read'), 'paper.pdf');
	assert.ok(paper.text.includes(opens(paper.file)) && !paper.text.includes('media-player'));
	assert.equal((await owner.get(paper.file)).headers['content-disposition'], undefined, 'in place');
	const drawing = await page(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), 'drawing.svg');
	assert.ok(!drawing.text.includes('target="_blank" rel="noopener">Open'), 'what may run something is a download');
});

test('what nothing needs goes into the trash and then for good, and what is needed stays', async () => {
	const loose = await up.send(picture(), 'loose.png'), kept = await up.send(picture(), 'kept.png', { library: true });
	const linked = await up.send(picture(), 'linked.png');
	await owner.made({ title: 'Linked', markdown: `![x](${linked.address})` });
	const bytes = (item) => item.address.split('/')[2];
	const age = (days) => sql(`UPDATE media_item SET expires_ms = expires_ms - ${days * DAY}, trashed_ms = trashed_ms - ${days * DAY}, created_ms = created_ms - ${days * DAY}`);
	const there = (item) => sql(`SELECT trashed_ms IS NOT NULL FROM media_item WHERE id = ${item.id}`)[0]?.[0];
	ttl();
	assert.deepEqual([there(loose), there(kept), there(linked)], [0, 0, 0]);
	age(31);
	ttl();
	assert.deepEqual([there(loose), there(kept), there(linked)], [1, 0, 0]);
	assert.equal((await site.get(loose.address)).status, 404);
	assert.ok(fs.existsSync(blob(bytes(loose))));
	// Linking it again brings it back.
	await owner.made({ title: 'Again', markdown: `![x](${loose.address})` });
	assert.equal(there(loose), 0);
	assert.equal((await site.get(loose.address)).status, 200);
	sql(`DELETE FROM media_use WHERE hash = '${bytes(loose)}'`);
	ttl();
	age(31);
	ttl();
	age(31);
	ttl();
	assert.deepEqual([there(loose), there(kept), there(linked)], [undefined, 0, 0]);
	assert.ok(!fs.existsSync(blob(bytes(loose))));
	for (const item of [kept, linked]) assert.ok(fs.existsSync(blob(bytes(item))));
	assert.equal(sql('SELECT count(*) FROM media_gone WHERE at_ms >= 0')[0][0], 0);
	assert.equal(sql(`SELECT count(*) FROM media_variant WHERE original = '${bytes(loose)}'`)[0][0], 0);
});

test('a removal that was cut off is finished, and bytes that came back in between stay', async () => {
	const back = picture(), gone = await up.send(picture(), 'gone.png'), again = await up.send(back, 'back.png');
	const bytes = (item) => item.address.split('/')[2];
	// As a crash leaves it: the rows are out, the blobs are noted and there.
	for (const item of [gone, again]) {
		sql(`INSERT INTO media_gone SELECT hash, 1 FROM media_variant WHERE original = '${bytes(item)}' UNION SELECT '${bytes(item)}', 1`);
		sql(`DELETE FROM media_variant WHERE original = '${bytes(item)}'`);
		sql(`DELETE FROM media_item WHERE id = ${item.id}`);
		sql(`DELETE FROM media WHERE hash = '${bytes(item)}'`);
	}
	const item = await up.send(back, 'back.png');
	ttl();
	assert.ok(!fs.existsSync(blob(bytes(gone))));
	// Cut off in its middle, the bytes gone or not.
	sql(`UPDATE media_gone SET at_ms = 0 WHERE hash = '${bytes(gone)}'`);
	ttl();
	assert.equal(sql('SELECT count(*) FROM media_gone WHERE at_ms >= 0')[0][0], 0);
	assert.equal((await site.get(item.address)).status, 200);
	assert.equal(hash(fs.readFileSync(blob(bytes(item)))), hash(back));
});

test('a file is replaced where it is, and its old address shows the new one', async () => {
	const before = picture(10, 10), now = picture(20, 10);
	const item = await up.send(before, 'logo.png', { library: true });
	const next = await up.send(now, 'logo2.png', { library: true, replaces: item.id });
	assert.equal(next.id, item.id);
	assert.equal(next.width, 20);
	const old = await site.get(item.address);
	assert.equal(old.status, 200);
	assert.equal(old.bytes.readUInt32BE(16), 20);
	assert.match(old.headers['cache-control'], /max-age=300/);
	const other = await up.send(picture(), 'other.png');
	assert.equal((await up.send(now, 'x.png', { replaces: other.id })).status, 409);
	// What the first had before it shows no more: the other one may have it, and texts that name it show it again.
	await owner.made({ title: 'The first logo', markdown: `![x](${item.address})` });
	assert.equal((await up.send(before, 'x.png', { replaces: other.id })).id, other.id);
	assert.equal((await site.get(item.address)).bytes.readUInt32BE(16), 10);
	assert.equal((await site.get(next.address)).bytes.readUInt32BE(16), 20);
	assert.deepEqual([item.id, other.id].map((id) => sql(`SELECT used FROM media_item WHERE id = ${id}`)[0][0]), [0, 1]);
	assert.equal((await new Uploader(author).begin(10, 'x', { replaces: item.id })).status, 403);
});

test('a plain form replaces a file, says what it does not take, and is for editors', async () => {
	const item = await up.send(picture(10, 10), 'plain.png', { library: true }), now = picture(30, 10), page = `/admin/media/${item.id}`;
	const fields = Object.fromEntries(await owner.fields(page, /<form class="card"[^>]*multipart[^]*?<\/form>/));
	assert.equal(fields.replaces, String(item.id));
	const send = (visitor, fields, list) => visitor.ask('/admin/media/upload', files(fields, list));
	const bad = await send(owner, fields, [['bad.html', Buffer.from('<html>')]]);
	assert.equal(bad.status, 422);
	assert.match(bad.text, /role="alert">Files of this type are not taken\./);
	assert.ok(bad.text.includes('<h1 id="media-title" dir="auto" data-live>plain.png</h1>'));
	const none = await send(owner, fields, [['', Buffer.alloc(0)]]);
	assert.equal(none.status, 303);
	assert.equal((await site.get(item.address)).bytes.readUInt32BE(16), 10);
	const sent = await send(owner, fields, [['new.png', now]]);
	assert.equal(sent.status, 303, sent.text);
	const answer = (await owner.get(below(site, sent.headers.location))).text;
	assert.match(answer, /Replaced\. Whatever shows the file/);
	assert.ok(answer.includes('30 × 10'));
	assert.equal(sql(`SELECT hash FROM media_item WHERE id = ${item.id}`)[0][0], hash(now));
	assert.equal((await site.get(item.address)).bytes.readUInt32BE(16), 30, 'its old address shows it');
	assert.equal((await send(author, { form_token: await author.token(), replaces: item.id }, [['x.png', picture()]])).status, 403);
	assert.ok(!(await author.get(page)).text.includes('name="replaces"'));
	for (const replaces of ['999999', 'x']) assert.equal((await send(owner, { ...fields, replaces }, [['x.png', picture()]])).status, 404);
});

test('who is an editor no more when the last piece comes replaces nothing, and nothing of it stays', async () => {
	const item = await up.send(picture(), 'theirs.png', { library: true }), bytes = picture(12, 12);
	person('once@example.org', 'editor');
	const once = new Uploader(await signedIn(site, 'once@example.org'));
	const begun = await once.begin(bytes.length, 'mine.png', { replaces: item.id });
	assert.equal(begun.status, 201);
	const target = below(site, begun.headers.location);
	assert.equal((await once.piece(target, 0, bytes.subarray(0, 20))).status, 204);
	for (const role of ['author', 'contributor']) {
		sql(`UPDATE user SET role = '${role}' WHERE name = 'The editor'`);
		const res = await once.piece(target, role === 'author' ? 20 : bytes.length, role === 'author' ? bytes.subarray(20) : Buffer.alloc(0));
		assert.equal(res.status, 403, role);
		assert.equal(sql(`SELECT hash FROM media_item WHERE id = ${item.id}`)[0][0], item.address.split('/')[2]);
		assert.ok(!fs.existsSync(blob(hash(bytes))));
	}
	sql('UPDATE user SET role = \'editor\' WHERE name = \'The editor\'');
	assert.equal((await once.piece(target, bytes.length, Buffer.alloc(0))).status, 204);
	assert.equal(sql(`SELECT hash FROM media_item WHERE id = ${item.id}`)[0][0], hash(bytes));
});

test('many are thrown away at once, and brought back', async () => {
	const items = [];
	for (let n = 0; n < 5; n++) items.push(await up.send(picture(), `many${n}.png`));
	const form_token = await owner.token(), ids = items.map((item) => ['item', String(item.id)]);
	const trash = await owner.post('/admin/media', [['form_token', form_token], ['action', 'trash'], ...ids]);
	assert.equal(trash.status, 303);
	for (const item of items) assert.equal((await site.get(item.address)).status, 404);
	const page = (await owner.get(below(site, trash.headers.location))).text;
	const undo = page.match(/name="ids" value="([^"]+)"/)[1];
	assert.equal(undo.split(',').length, 5);
	assert.equal((await owner.post('/admin/media', { form_token, action: 'restore', ids: undo })).status, 303);
	for (const item of items) assert.equal((await site.get(item.address)).status, 200);
	await author.post('/admin/media', [['form_token', await author.token()], ['action', 'trash'], ...ids]);
	for (const item of items) assert.equal((await site.get(item.address)).status, 200, 'others cannot');
});

test('variants are made by a job, and the pages that show the picture get them', async () => {
	const item = await up.send(png(1500, 900, [10, 200, 90]), 'wide.png');
	assert.equal(item.state, 'waiting');
	const markdown = `![A field](${item.address})`;
	await owner.made({ title: 'Wide', slug: 'wide', markdown }, 'publish');
	const before = (await site.get('/wide')).text;
	assert.match(before, /<img src="[^"]*wide\.png"[^>]* alt="A field" width="1500" height="900"/);
	assert.doesNotMatch(before, /srcset/);
	jobs();
	const [[state, color, placeholder]] = sql(`SELECT state, color, placeholder FROM media_item WHERE id = ${item.id}`);
	assert.equal(state, 'ready', JSON.stringify(sql(`SELECT problem FROM media_item WHERE id = ${item.id}`)));
	assert.match(color, /^#[0-9a-f]{6}$/);
	assert.match(placeholder, /^data:image\//);
	const after = (await site.get('/wide')).text;
	const [, set] = after.match(/<picture>(?:<source[^>]*>)*<img src="[^"]*" srcset="([^"]+)" sizes="[^"]+" alt="A field" width="1500" height="900"/);
	const widths = set.split(', ').map((one) => one.split(' '));
	assert.deepEqual(widths.map(([, width]) => width).slice(0, 3), ['320w', '480w', '640w']);
	for (const [url, width] of widths) {
		const res = await site.get(new URL(url, site.url).pathname);
		assert.deepEqual([res.status, res.headers['content-type'], res.bytes.readUInt32BE(16)], [200, 'image/png', parseInt(width)], url);
	}
	const feed = (await site.get('/feed.xml')).text;
	assert.ok(!/srcset=(&quot;|")\//.test(feed), 'in feeds addresses are whole');
	const lost = await up.send(picture(), 'lost.png');
	const at = blob(lost.address.split('/')[2]);
	fs.renameSync(at, `${site.dir}/lost`);
	const broken = await up.send(picture(50, 50), 'cut.png');
	fs.truncateSync(blob(broken.address.split('/')[2]), 60);
	assert.equal(broken.state, 'waiting', JSON.stringify(broken));
	jobs();
	for (const { id } of [broken, lost]) assert.equal(sql(`SELECT state FROM media_item WHERE id = ${id}`)[0][0], 'failed');
	fs.renameSync(`${site.dir}/lost`, at);
	assert.match((await owner.get(`/admin/media/${broken.id}`)).text, /could not be prepared/);
});

test('a picture that moves goes on moving when its variants are there', async () => {
	const bytes = gif(700, 300, 'SECRET-PLACE'), item = await up.send(bytes, 'moves.gif');
	await owner.made({ title: 'Moves', slug: 'moves', markdown: `![It moves](${item.address})` }, 'publish');
	jobs();
	assert.deepEqual(sql(`SELECT state, problem FROM media_item WHERE id = ${item.id}`)[0], ['ready', '']);
	const [, src] = (await site.get('/moves')).text.match(/<img src="([^"]*moves\.gif)"(?![^>]*srcset)[^>]* alt="It moves" width="700" height="300"/);
	assert.ok(!src.includes(hash(bytes)));
	const got = await site.get(new URL(src, site.url).pathname);
	assert.deepEqual([got.status, got.headers['content-type']], [200, 'image/gif']);
	assert.equal(got.bytes.toString('latin1').split('\x21\xf9\x04').length - 1, 2, 'both frames');
	assert.ok(!got.bytes.includes('SECRET'));
});

test('pictures of an import, and from before there were variants, are published without place and camera, too', async () => {
	const dir = path.join(site.dir, 'bundle', 'posts', 'trip');
	fs.mkdirSync(dir, { recursive: true });
	const photo = jpeg('SECRET-PLACE', 3), plan = png(700, 20, [3, 3, 9], 'SECRET-PLACE'), raw = Buffer.from('II*\0SECRET-PLACE');
	const whole = jpeg('SECRET-PLACE2'), cut = whole.subarray(0, whole.length - 20), headless = Buffer.from('\xff\xd8\xff\xe1\0\x40Exif\0\0SECRET-PLACE', 'latin1');
	fs.writeFileSync(`${site.dir}/plain.png`, png(64, 48, [90, 5, 9]));
	const [avif] = derived(`${site.dir}/plain.png`, [variant('avif', 64, 48)], `${site.dir}/made`).files;
	const modern = Buffer.concat([fs.readFileSync(avif), Buffer.from('\0\0\0\x14freeSECRET-PLACE')]);
	const lost = { 'raw.tif': raw, 'cut.jpg': cut, 'headless.jpg': headless, 'headless.bin': Buffer.concat([headless, Buffer.from('x')]) };
	for (const [name, bytes] of Object.entries({ 'photo.jpg': photo, 'plan.png': plan, 'modern.avif': modern, ...lost })) fs.writeFileSync(path.join(dir, name), bytes);
	fs.writeFileSync(path.join(dir, 'index.md'), '---\ntitle: A trip\nslug: trip\ndate: 2024-05-01\n---\n![a](photo.jpg) ![b](plan.png) ![d](modern.avif) [c](raw.tif) ![e](cut.jpg) ![f](headless.jpg) [g](headless.bin)\n');
	assert.match(platen(site, 'import', path.dirname(path.dirname(dir))), /cut\.jpg' is damaged or a kind of picture that readers do not get/);
	const address = (bytes, name) => `/media/${hash(bytes)}/${name}`;
	const shown = async (bytes, name, when) => {
		const got = await site.get(address(bytes, name));
		assert.deepEqual([got.status, got.bytes.length > 30, got.bytes.includes('SECRET')], [200, true, false], `${name} ${when}`);
	};
	const all = async (when) => {
		await shown(photo, 'photo.jpg', when);
		await shown(plan, 'plan.png', when);
		for (const [name, bytes] of Object.entries(lost)) assert.equal((await site.get(address(bytes, name))).status, 404, `${name} ${when}`);
	};
	const unseen = async (when) => assert.equal((await site.get(address(modern, 'modern.avif'))).status, 404, `what has no copy yet is nobody's, ${when}`);
	await all('at once');
	await unseen('at once');
	platen(site, 'import', path.dirname(path.dirname(dir)));
	await all('again');
	await unseen('again');
	// As an earlier program left them.
	const hashes = [photo, plan, modern, raw, cut, headless].map((bytes) => `'${hash(bytes)}'`).join();
	sql(`UPDATE media SET private = 0 WHERE hash IN (${hashes})`);
	sql(`DELETE FROM media_variant WHERE original IN (${hashes})`);
	sql(`UPDATE media_item SET state = 'waiting' WHERE hash IN (${hashes})`);
	ttl();
	jobs();
	await all('by the job');
	await shown(modern, 'modern.avif', 'by the job');
	assert.deepEqual(sql(`SELECT DISTINCT private FROM media WHERE hash IN (${hashes})`), [[1]]);
	assert.equal((await up.send(raw, 'raw.tif')).status, 415);
});

test('when a picture is replaced by one of which nothing can be made, no page goes on showing the old one', async () => {
	const item = await up.send(png(1500, 30, [1, 77, 1]), 'first.png', { library: true });
	await owner.made({ title: 'Swapped', slug: 'swapped', markdown: `![It](${item.address})` }, 'publish');
	const set = async () => / srcset="[^"]*first\.png/.test((await site.get('/swapped')).text);
	const state = () => sql(`SELECT state FROM media_item WHERE id = ${item.id}`)[0][0];
	jobs();
	assert.ok(await set());
	const next = await up.send(picture(60, 50), 'cut.png', { library: true, replaces: item.id });
	fs.truncateSync(blob(next.address.split('/')[2]), 60);
	jobs();
	assert.deepEqual([state(), await set()], ['failed', false]);
	await up.send(png(1400, 30, [1, 78, 1]), 'good.png', { library: true, replaces: item.id });
	jobs();
	assert.deepEqual([state(), await set()], ['ready', true]);
	const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
	await up.send(Buffer.from(svg), 'x.svg', { library: true, replaces: item.id });
	jobs();
	assert.deepEqual([state(), await set()], ['none', false]);
	assert.equal((await site.get(item.address.replace('.png', '.svg'))).text, svg);
});

test('bytes that an item once had come back to it, or as an item of their own', async () => {
	const one = picture(), two = picture(), now = (item) => sql(`SELECT hash FROM media_item WHERE id = ${item.id}`)[0][0];
	const item = await up.send(one, 'one.png', { library: true });
	const swap = async (bytes) => (await up.send(bytes, 'n.png', { library: true, replaces: item.id })).id;
	assert.equal(await swap(two), item.id);
	assert.equal(await swap(one), item.id);
	assert.equal(now(item), hash(one));
	assert.equal(await swap(two), item.id);
	await owner.made({ title: 'Once', markdown: `![x](${item.address})` });
	const own = await up.send(one, 'own.png', { library: true });
	assert.notEqual(own.id, item.id);
	assert.deepEqual([now(own), now(item)], [hash(one), hash(two)]);
	assert.deepEqual([sql(`SELECT used FROM media_item WHERE id = ${own.id}`)[0][0], sql(`SELECT used FROM media_item WHERE id = ${item.id}`)[0][0]], [1, 0]);
	assert.ok((await site.get(item.address)).bytes.equals(one), 'the text shows what it names');
	assert.equal((await owner.get(`/admin/media/${own.id}/file`)).status, 200);
	assert.equal((await up.send(one, 'x.png', { library: true })).id, own.id);
});

test('what the store lacks is told, of variants, too, and of more than fit in a page', async () => {
	const item = await up.send(picture(), 'lacking.png'), original = item.address.split('/')[2];
	const tell = (...args) => { try { return platen(site, ...args); } catch (error) { return error.stdout + error.stderr; } };
	assert.match(tell('doctor'), /^ok +media: \d+ files are there/m);
	const [[clean]] = sql(`SELECT hash FROM media_variant WHERE original = '${original}' AND crop = 'clean'`);
	fs.rmSync(blob(clean));
	assert.match(tell('doctor'), new RegExp(`problem +media: the store lacks 1 files; the first is ${clean}`));
	assert.match(tell('media', 'verify'), new RegExp(`missing +${clean}`));
	const many = "hash LIKE '00000000000000%'", first = '1'.padStart(64, '0');
	sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
		INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) SELECT printf('%064x', i), 'x', 'text/plain', 1, 0, 0, 1, 1 FROM n`);
	assert.match(tell('doctor'), new RegExp(`problem +media: the store lacks 1101 files; the first is ${first}`));
	sql(`DELETE FROM media_item WHERE id IN (SELECT item_id FROM media WHERE ${many})`);
	sql(`DELETE FROM media WHERE ${many}`);
	// What lies there without a row harms nobody.
	for (let i = 1; i <= 3; i++) {
		const name = String(i).padStart(64, '0');
		fs.mkdirSync(path.dirname(blob(name)), { recursive: true });
		fs.writeFileSync(blob(name), 'x');
	}
	fs.mkdirSync(path.dirname(blob(clean)), { recursive: true });
	fs.writeFileSync(blob(clean), 'x');
	const [, orphans] = /^ok +media: \d+ files are there, (\d+) without use in the store/m.exec(tell('doctor'));
	assert.ok(orphans >= 3, orphans);
});
