// media_many.test.mjs: the library: how far the sizes of a picture are, trying again, one action on many files, and deleting
// for good.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, jobsDone, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner, author, up;
const person = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const jobs = () => jobsDone(site);
const ttl = () => platen(site, 'hook', 'run', 'ttl');
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const blob = (name) => path.join(site.data, 'media', name.slice(0, 2), name.slice(2, 4), name);
const state = (item) => sql(`SELECT state FROM media_item WHERE id = ${item.id}`)[0][0];
const text = (html) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const sizes = async (item) => text((await owner.get(`/admin/media/${item.id}`)).text.match(/<section class="media-sizes"[^]*?<\/section>/)[0]);
let shade = 0;
const picture = (w = 6, h = 4) => png(w, h, [shade++ % 256, 9, (shade >> 8) % 256]);
// One action on some files, as the form of the list sends it.
const act = async (who, action, items, more = {}) => who.post('/admin/media', [['form_token', await who.token('/admin/profile')], ['action', action], ...items.map((item) => ['item', String(item.id ?? item)]), ...Object.entries(more)]);
const field = (page, name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';
// What the page that asks sends on.
const confirm = async (who, page, more = {}) => who.post(page.match(/<form class="card" method="post" action="([^"]+)"/)[1],
	{ form_token: field(page, 'form_token'), action: field(page, 'action'), ids: field(page, 'ids'), show: field(page, 'show'), kind: field(page, 'kind'), q: field(page, 'q'), sure: '1', ...more });

before(async () => {
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn' } });
	person(EMAIL, 'owner');
	person('author@example.org', 'author');
	owner = await signedIn(site);
	author = await signedIn(site, 'author@example.org');
	up = new Uploader(owner);
});
after(() => site?.stop());

test('a picture says that it waits, is being prepared, which sizes are ready', async () => {
	const item = await up.send(png(1000, 600, [1, 2, 3]), 'wide.png', { library: true });
	assert.match(await sizes(item), /waits for its sizes/);
	const line = async (query = '') => (await owner.get(`/admin/media${query}`)).text.match(/<p class="media-preparing"[^]*?<\/p>/)[0];
	await up.send(Buffer.from('%PDF-1.4\nno picture'), 'none.pdf', { library: true });
	const [[waiting, all]] = sql(`SELECT sum(state = 'waiting'), count(*) FROM media_item WHERE kind = 'image'`);
	for (const query of ['', '?kind=document', '?show=trash'])
		assert.ok((await line(query)).includes(` data-live data-count data-unready><span class="media-busy">Pictures still being prepared: ${waiting} of ${all}<`), query);
	sql(`UPDATE job SET lease_owner = 'somebody', state = 'running', due_ms = ${Date.now() + 100000} WHERE unique_key = '${item.id}'`);
	assert.match(await sizes(item), /is being prepared/);
	const listed = async () => (await owner.get('/admin/media')).text.match(new RegExp(`<p class="entry-facts" id="facts-${item.id}"[^]*?</p>`))[0];
	assert.match(await listed(), /data-unready>[^]*is being prepared/);
	sql(`UPDATE job SET lease_owner = NULL, state = 'waiting', failures = 1, due_ms = 1 WHERE unique_key = '${item.id}'`);
	assert.match(await sizes(item), /is tried again soon/);
	jobs();
	assert.match(await sizes(item), /PNG \d+(, \d+)* px/);
	assert.doesNotMatch(await listed(), /data-unready|prepared/);
	ttl(); // orders those that nobody has ordered
	jobs();
	assert.match(await line(), / data-live data-count><\/p>/);
});

test('what kills its process again and again is given up, says so, and is made when somebody tries again', async () => {
	const item = await up.send(picture(800, 600), 'killer.png', { library: true });
	await owner.made({ title: 'Killer', slug: 'killer', markdown: `![It](${item.address})` }, 'publish');
	// Four processes have died over it, and a fifth.
	sql(`UPDATE job SET lease_owner = 'gone', state = 'running', lost = 4, due_ms = 1 WHERE unique_key = '${item.id}'`);
	jobs();
	assert.equal(state(item), 'failed');
	assert.match(await sizes(item), /could not be prepared: the program was killed 5 times while it prepared this picture .*Try again/);
	assert.deepEqual(sql(`SELECT state, lost FROM job WHERE unique_key = '${item.id}'`), [['dead', 5]]);
	ttl();
	jobs();
	assert.equal(state(item), 'failed', 'no task orders it again');
	assert.equal((await site.get('/killer')).status, 200);
	const again = await owner.post(`/admin/media/${item.id}`, { form_token: await owner.token(), button: 'again' });
	assert.match((await owner.get(below(site, again.headers.location))).text, /It is tried again/);
	assert.equal(state(item), 'ready', 'no worker is there: it is done at once');
	assert.deepEqual(sql(`SELECT state FROM job WHERE unique_key = '${item.id}'`), [['done']], 'the dead job is gone');
	assert.deepEqual(sql(`SELECT count(*) FROM audit WHERE action = 'media_again'`), [[1]]);
	// Of what did not fail nothing is ordered, and others' pictures are not an author's.
	assert.equal((await owner.post(`/admin/media/${item.id}`, { form_token: await owner.token(), button: 'again' })).status, 303);
	assert.deepEqual(sql(`SELECT count(*) FROM job WHERE unique_key = '${item.id}'`), [[1]]);
	assert.equal((await author.post(`/admin/media/${item.id}`, { form_token: await author.token(), button: 'again' })).status, 403);
});

test('one whose bytes are gone says why, and can be tried again with others', async () => {
	const bytes = picture(80, 80), cut = await up.send(bytes, 'cut.png', { library: true });
	fs.rmSync(blob(hash(bytes)));
	jobs();
	assert.equal(state(cut), 'failed');
	assert.match(await sizes(cut), /could not be prepared: \S/);
	const res = await act(owner, 'again', [cut]);
	assert.equal(res.status, 303);
	assert.equal(state(cut), 'failed', 'it failed again');
	assert.equal((await act(author, 'again', [cut])).status, 403);
	assert.deepEqual(sql(`SELECT count(*) FROM audit WHERE action = 'media_again' AND object = 'cut.png'`), [[1]]);
});

test('what can be chosen: pictures by words, page by page, for whoever writes', async () => {
	person('contributor@example.org', 'contributor');
	const writer = await signedIn(site, 'contributor@example.org');
	const choose = async (query) => JSON.parse((await writer.get(`/admin/media/choose?${query}`)).text);
	const papers = await up.send(Buffer.from('%PDF-1.4\nchoose'), 'chosen.pdf', { library: true });
	sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
		INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) SELECT printf('%064x', i), printf('row-%02d.png', i), 'image/png', 1, 1, 1, 1, 1 FROM n`);
	sql(`UPDATE media_item SET caption = 'As "printed"', credit = 'O & O' WHERE id = ${papers.id}`);
	const [{ caption, credit }] = (await choose('q=chosen')).items;
	assert.deepEqual([caption, credit], ['As "printed"', 'O & O']);
	const first = await choose('kind=image'), second = await choose(`kind=image&before=${first.before}`);
	assert.equal(first.items.length, 48);
	const ids = [...first.items, ...second.items].map(({ id }) => id);
	assert.deepEqual([...new Set(ids)].sort((a, b) => b - a), ids, 'each once, the newest first');
	assert.ok(!ids.includes(papers.id) && second.before === 0);
	assert.equal((await choose('kind=&q=chosen')).items[0].id, papers.id);
	const { address, name, alt, thumb, page } = first.items[0];
	assert.match([address, name, alt, thumb, page].join(' '), /^\/media\/[0-9a-f]{64}\/row-60\.png row-60\.png {2}\/admin\/media\/\d+\/file \/admin\/media\/\d+$/);
	sql(`DELETE FROM media_item WHERE name GLOB 'row-*'`);
	sql(`DELETE FROM media WHERE name GLOB 'row-*'`);
});

test('all that match the filter: asked about with their number, and the list comes back with its filter', async () => {
	for (let i = 0; i < 3; i++) await up.send(Buffer.from(`%PDF-1.4\n${i}`), `paper-${i}.pdf`, { library: true });
	const mine = new Uploader(author), own = await mine.send(Buffer.from('%PDF-1.4\nmine'), 'paper-mine.pdf', { library: true });
	const filter = { scope: 'all', kind: 'document', q: 'paper' };
	const asked = await act(owner, 'trash', [], filter);
	assert.equal(asked.status, 200);
	assert.match(asked.text, /Move 4 files to the trash\?/);
	assert.equal(field(asked.text, 'ids').split(',').length, 4);
	const done = await confirm(owner, asked.text);
	assert.match(below(site, done.headers.location), /kind=document&q=paper&undo=\d/);
	assert.deepEqual(sql(`SELECT count(*) FROM media_item WHERE name GLOB 'paper-*' AND trashed_ms IS NOT NULL`), [[4]]);
	// An author asks for all, and has the own ones.
	const theirs = await act(author, 'restore', [], { scope: 'all', show: 'trash' });
	assert.match(theirs.text, /Take 1 file out of the trash\?/);
	assert.equal(field(theirs.text, 'ids'), String(own.id));
	await confirm(author, theirs.text);
	assert.deepEqual(sql(`SELECT name FROM media_item WHERE name GLOB 'paper-*' AND trashed_ms IS NULL`), [['paper-mine.pdf']]);
	for (const [action, items, why] of [['trash', [], /Select the files first/], ['burn', [own], /Choose what to do/]]) {
		const res = await act(owner, action, items);
		assert.equal(res.status, 422);
		assert.match(res.text, why);
	}
});

test("others' files are none that an author picks, and are not said to be gone", async () => {
	const theirs = await up.send(picture(), 'theirs.png', { library: true }), own = await new Uploader(author).send(picture(), 'own.png', { library: true });
	for (const look of ['', 'list']) {
		const { text: list } = await author.get(`/admin/media?look=${look}&q=png`);
		assert.ok(list.includes(`name="item" value="${own.id}"`) && list.includes('class="bulk-bar"'));
		assert.ok(list.includes(`id="media-${theirs.id}"`) && !list.includes(`name="item" value="${theirs.id}"`));
	}
	assert.ok(!(await author.get('/admin/media?q=theirs')).text.includes('class="bulk-bar"'), 'nothing to pick');
	const trashed = () => sql(`SELECT name FROM media_item WHERE id IN (${theirs.id}, ${own.id}) AND trashed_ms IS NOT NULL`).flat();
	const denied = await act(author, 'trash', [theirs]);
	assert.equal(denied.status, 403);
	assert.match(denied.text, /Your role does not allow this/);
	assert.deepEqual(trashed(), []);
	const some = await act(author, 'trash', [theirs, own]);
	assert.equal(some.status, 409);
	assert.match(some.text, /1 file is somebody else’s and was left as it is\./);
	assert.equal(field(some.text, 'ids'), String(own.id), 'can be taken back');
	assert.deepEqual(trashed(), ['own.png']);
	// Once more: nothing was there to be done, and nothing is said to be.
	assert.doesNotMatch((await act(author, 'trash', [own])).headers.location, /done=/);
});

test('deleting for good: from the trash, after a question, with the password, and nothing that is used', async () => {
	const bytes = picture(700, 500), free = await up.send(bytes, 'free.png', { library: true });
	const used = await up.send(picture(), 'used.png', { library: true }), kept = await up.send(picture(), 'kept.png', { library: true });
	jobs();
	await owner.made({ title: 'It shows', slug: 'shows', markdown: `![It](${used.address})` }, 'publish');
	const blobs = [hash(bytes), ...sql(`SELECT hash FROM media_variant WHERE original = '${hash(bytes)}'`).map(([name]) => name)];
	assert.ok(blobs.length > 2 && blobs.every((name) => fs.existsSync(blob(name))));
	await act(owner, 'trash', [free, used], { sure: '1' });
	assert.match((await owner.get(`/admin/media/${free.id}`)).text, /Delete for good/);
	assert.ok(!(await owner.get(`/admin/media/${kept.id}`)).text.includes('Delete for good'));
	const asked = await act(owner, 'delete', [free, used, kept], { show: 'trash' });
	assert.equal(asked.status, 200);
	assert.match(text(asked.text), /Still used, and not deleted: used\.png : Post “It shows”/);
	assert.match(asked.text, /action="[^"]*\/admin\/media\/delete"/);
	// Without the question nothing goes, whoever sends it.
	const unsure = await owner.post('/admin/media/delete', { form_token: await owner.token(), action: 'delete', ids: String(free.id) });
	assert.match(unsure.text, /Delete 1 file for good\?/);
	assert.equal((await act(author, 'delete', [free])).status, 403);
	assert.equal((await author.post('/admin/media/delete', { form_token: await author.token(), action: 'delete', ids: String(free.id), sure: '1' })).status, 403);
	assert.deepEqual(sql(`SELECT count(*) FROM media_item WHERE id IN (${free.id}, ${used.id}, ${kept.id})`), [[3]]);
	// The password was given long ago.
	sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = 0');
	const door = await confirm(owner, asked.text);
	assert.match(door.text, /name="signin_password"/);
	assert.deepEqual(sql(`SELECT count(*) FROM media_item WHERE id = ${free.id}`), [[1]]);
	const done = await confirm(owner, asked.text, { signin_password: PASSWORD });
	assert.equal(done.status, 409, 'something was left');
	assert.match(text(done.text), /Still used, and not deleted: used\.png : Post “It shows”/);
	assert.deepEqual(sql(`SELECT id FROM media_item WHERE id IN (${free.id}, ${used.id}, ${kept.id}) ORDER BY 1`), [[used.id], [kept.id]], 'what is not in the trash stays, too');
	assert.deepEqual(sql(`SELECT object FROM audit WHERE action = 'media_delete'`), [['free.png']]);
	assert.equal((await owner.get(`/admin/media/${free.id}`)).status, 404);
	assert.equal((await site.get(free.address)).status, 404);
	ttl();
	for (const name of blobs) assert.ok(!fs.existsSync(blob(name)), name);
	// The same file again is a new one.
	const anew = await up.send(bytes, 'free.png', { library: true });
	assert.notEqual(anew.id, free.id);
	assert.equal((await owner.get(`/admin/media/${anew.id}/file`)).status, 200);
	// One by its own page.
	await act(owner, 'trash', [anew]);
	const own = await owner.post('/admin/media', { form_token: await owner.token(), action: 'delete', item: String(anew.id), show: 'trash', name: 'x', version: '1' });
	const gone = await confirm(owner, own.text);
	assert.match((await owner.get(below(site, gone.headers.location))).text, /Deleted for good\./);
	assert.deepEqual(sql(`SELECT count(*) FROM media_item WHERE id = ${anew.id}`), [[0]]);
});

test('what is used goes into the trash after a question that says where; its lists are without it then', async () => {
	const used = await up.send(picture(), 'wanted.png', { library: true }), free = await up.send(picture(), 'spare.png', { library: true });
	await owner.made({ title: 'It needs it', slug: 'needs', markdown: 'Words', image: used.address, image_alt: 'It' }, 'publish');
	const trashed = () => sql(`SELECT count(*) FROM media_item WHERE id IN (${used.id}, ${free.id}) AND trashed_ms IS NOT NULL`)[0][0];
	const named = async (target) => (await site.get(target)).text.includes(used.address);
	assert.deepEqual([await named('/'), await named('/needs'), await named('/feed.xml')], [true, true, true]);
	const many = await act(owner, 'trash', [used, free]);
	assert.match(text(many.text), /Move 2 files to the trash\?.*Still used\. These places will lack them at once: wanted\.png : Post “It needs it”/);
	const { id } = used, form = Object.fromEntries(await owner.fields(`/admin/media/${id}`, /<form class="card"[^]*?<\/form>/));
	const one = await owner.post(`/admin/media/${id}`, { ...form, caption: 'typed before', button: 'trash' });
	assert.match(text(one.text), /Move 1 file to the trash\?.*wanted\.png : Post “It needs it”/);
	assert.equal(sql(`SELECT caption FROM media_item WHERE id = ${id}`)[0][0], 'typed before');
	assert.equal(trashed(), 0);
	const done = await confirm(owner, many.text);
	assert.match(below(site, done.headers.location), new RegExp(`&undo=${used.id},${free.id}`));
	assert.equal(trashed(), 2);
	assert.deepEqual([await named('/'), await named('/needs'), await named('/feed.xml')], [false, false, false]);
	assert.equal((await act(owner, 'restore', [used, free])).status, 303);
	assert.deepEqual([await named('/'), await named('/needs'), await named('/feed.xml')], [true, true, true]);
	assert.equal((await act(owner, 'trash', [free])).status, 303, 'what nothing uses goes without a question');
	// Who may not read drafts learns that it is used, not where.
	const own = await new Uploader(author).send(picture(), 'of-an-author.png', { library: true });
	await owner.made({ title: 'Nobody knows this', markdown: `![It](${own.address})` });
	const asked = await act(author, 'trash', [own]);
	assert.match(text(asked.text), /These places will lack them at once: of-an-author\.png/);
	assert.ok(!asked.text.includes('Nobody knows this'));
});

test('after more than an address holds the way back is the trash', async () => {
	sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
		INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) SELECT printf('%064x', i), printf('heap-%03d.png', i), 'image/png', 1, 1, 1, 1, 1 FROM n`);
	const done = await act(owner, 'trash', sql(`SELECT id FROM media_item WHERE name GLOB 'heap-*'`).flat()), page = (await owner.get(below(site, done.headers.location))).text;
	assert.match(page, /<p class="strip"><a href="[^"]*\/admin\/media\?show=trash">Bring files back from the trash<\/a>/);
	sql(`DELETE FROM media_item WHERE name GLOB 'heap-*'`);
	sql(`DELETE FROM media WHERE name GLOB 'heap-*'`);
});
