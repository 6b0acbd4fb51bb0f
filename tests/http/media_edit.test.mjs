// media_edit.test.mjs: pictures of the library turned, mirrored and cut, judged by the pixels that readers get.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pixels, tool } from '../cli/images.mjs';
import { below, openSite, platen } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, gif, jobsDone, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner, author, up;
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
const at = (name) => path.join(site.dir, name);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const blob = (name) => path.join(site.data, 'media', name.slice(0, 2), name.slice(2, 4), name);
const jobs = () => jobsDone(site);
const row = (item, what) => sql(`SELECT ${what} FROM media_item WHERE id = ${item.id}`)[0];
const variants = (item, crop) => sql(`SELECT v.hash, v.mime, v.width_px, v.height_px FROM media_variant v JOIN media_item i ON i.hash = v.original WHERE i.id = ${item.id} AND v.crop = '${crop}' ORDER BY v.width_px`);

before(async () => {
	site = await openSite('below', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn' } });
	for (const [email, role] of [[EMAIL, 'owner'], ['author@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
	author = await signedIn(site, 'author@example.org');
	up = new Uploader(owner);
});
after(() => site?.stop());

/* Four quarters: red, green, blue, yellow; read row by row. A dot makes the bytes of each its own. */
const COLOURS = { R: [220, 20, 20], G: [20, 160, 40], B: [20, 40, 220], Y: [240, 220, 20] };
let made = 0;
function quarters(file, width, height, ...more) {
	const rect = (name, x, y) => ['-fill', `rgb(${COLOURS[name].join()})`, '-draw', `rectangle ${x},${y} ${x + width / 2 - 1},${y + height / 2 - 1}`];
	tool('convert', '-size', `${width}x${height}`, 'xc:white', '-depth', '8', ...rect('R', 0, 0), ...rect('G', width / 2, 0), ...rect('B', 0, height / 2), ...rect('Y', width / 2, height / 2),
		'-fill', 'black', '-draw', `point ${++made},1`, ...more, at(file));
	return fs.readFileSync(at(file));
}
const nearest = (rgb) => Object.entries(COLOURS).map(([name, want]) => [name, Math.hypot(...want.map((c, i) => c - rgb[i]))]).sort(([, a], [, b]) => a - b)[0][0];
/* The colours in the middles of the quarters of some bytes, and their size. */
function seen(bytes) {
	fs.writeFileSync(at('seen'), bytes);
	const { width, height, rgb } = pixels(at('seen'));
	const colour = (x, y) => nearest(rgb.subarray(3 * (Math.floor(y * height) * width + Math.floor(x * width))).subarray(0, 3));
	return `${width}x${height} ${colour(0.25, 0.25)}${colour(0.75, 0.25)}${colour(0.25, 0.75)}${colour(0.75, 0.75)}`;
}
const shown = async (address) => {
	const res = await site.get(address);
	assert.equal(res.status, 200, address);
	return seen(res.bytes);
};

const FORM = /<form class="media-edit"[^]*?<\/form>/;
async function edit(item, typed, who = owner) {
	const fields = Object.fromEntries(await who.fields(`/admin/media/${item.id}/edit`, FORM));
	return who.post(`/admin/media/${item.id}/edit`, { ...fields, ...typed });
}
const at_form = (text, name) => text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))[1];
async function prepared(bytes, name, options = { library: true }) {
	const item = await up.send(bytes, name, options);
	jobs();
	assert.deepEqual(row(item, 'state, problem'), ['ready', '']);
	return item;
}

test('a picture is turned and mirrored step by step, and every type comes out as it was seen', async () => {
	const types = { 'a.png': [], 'a.jpg': ['-quality', '95'], 'a.webp': ['-quality', '95'] };
	for (const [name, options] of Object.entries(types)) {
		const bytes = quarters(name, 640, 400, ...options), item = await prepared(bytes, name);
		const clean = variants(item, 'clean')[0][0];
		let fields = { button: 'left' };
		let res = await edit(item, fields);
		assert.equal(res.status, 200);
		assert.deepEqual([at_form(res.text, 'turn'), at_form(res.text, 'width'), at_form(res.text, 'height')], ['3', '400', '640']);
		assert.match(res.text, /viewBox="0 0 400 640"/);
		assert.deepEqual(row(item, 'edit'), [''], 'nothing is kept yet');
		fields = Object.fromEntries([...res.text.match(FORM)[0].matchAll(/name="(form_token|version|turn|x|y|width|height)"[^>]* value="([^"]*)"/g)].map(([, key, value]) => [key, value]));
		res = await owner.post(`/admin/media/${item.id}/edit`, { ...fields, shape: 'free', button: 'mirror' });
		assert.equal(at_form(res.text, 'turn'), '7');
		res = await owner.post(`/admin/media/${item.id}/edit`, { ...fields, turn: '7', shape: 'free', button: 'save' });
		assert.equal(res.status, 303, res.text);
		assert.equal(row(item, 'state')[0], 'waiting');
		jobs();
		assert.deepEqual(row(item, 'state, edit, width_px, height_px'), ['ready', '7,0,0,0,0', 400, 640]);
		// To the left: G Y / R B; left and right changed places: Y G / B R.
		assert.equal(await shown(item.address), '400x640 YGBR', name);
		for (const [id, , w, h] of variants(item, '')) assert.equal(await shown(`/media/${id}/x`), `${w}x${h} YGBR`, `${name} ${w}`);
		// What was public is not any more; the original stays with the site's own people.
		if (clean !== hash(bytes)) assert.equal((await site.get(`/media/${clean}/x`)).status, 404);
		assert.equal(hash((await owner.get(`/admin/media/${item.id}/file`)).bytes), hash(bytes));
		assert.equal((await edit(item, { button: 'original' })).status, 303);
		jobs();
		assert.equal(await shown(item.address), '640x400 RGBY');
		assert.deepEqual(row(item, 'edit, width_px'), ['', 0]);
		assert.deepEqual([variants(item, 'edited').length, variants(item, 'whole').length, variants(item, 'clean')[0][0]], [0, 0, clean]);
	}
});

test('pictures that browsers cannot show, or of which there is no copy, are edited, too', async () => {
	quarters('h.png', 640, 400, '-define', 'png:color-type=2');
	tool('heif-enc', '-q', '90', '-o', at('h.heic'), at('h.png'));
	tool('vips', 'copy', at('h.png'), at('h.avif[Q=90]'));
	for (const name of ['h.heic', 'h.avif']) {
		const item = await prepared(fs.readFileSync(at(name)), name);
		const [, image] = (await owner.get(`/admin/media/${item.id}/edit`)).text.match(/<image href="([^"]+)"/);
		const preview = async (link) => seen((await owner.get(below(site, new URL(link, site.url).href))).bytes);
		assert.equal(await preview(image), '640x400 RGBY');
		assert.equal((await edit(item, { turn: '1', x: '200', y: '0', width: '200', height: '640', button: 'save' })).status, 303);
		jobs();
		assert.equal(await shown(item.address), '200x640 RRGG', name);
		const [, next] = (await owner.get(`/admin/media/${item.id}/edit`)).text.match(/<image href="([^"]+)"/);
		assert.equal(await preview(next), '640x400 RGBY', 'of what was uploaded');
	}
});

test('what browsers cannot show has no picture in the library until one is made, and keeps it in the trash', async () => {
	quarters('i.png', 640, 400, '-define', 'png:color-type=2');
	tool('heif-enc', '-q', '90', '-o', at('i.heic'), at('i.png'));
	const item = await up.send(fs.readFileSync(at('i.heic')), 'i.heic', { library: true });
	const thumbs = async (list) => {
		const own = (await owner.get(`/admin/media/${item.id}`)).text, listed = (await owner.get(list)).text;
		return [own.match(/<img id="stage" src="([^"]+)"/)?.[1], listed.match(new RegExp(`id="thumb-${item.id}"[^>]*><img src="([^"]+)"`))?.[1]];
	};
	assert.deepEqual([item.thumb, ...await thumbs('/admin/media')], ['', undefined, undefined]);
	assert.match((await owner.get(`/admin/media/${item.id}`)).text, /<p class="media-none" id="stage" data-live>/);
	jobs();
	const see = async (list) => {
		for (const link of await thumbs(list)) assert.match(seen((await owner.get(below(site, new URL(link, site.url).href))).bytes), / RGBY$/, link);
	};
	await see('/admin/media');
	assert.equal((await owner.post('/admin/media', { form_token: await owner.token(), action: 'trash', item: String(item.id) })).status, 303);
	await see('/admin/media?show=trash');
});

test('a picture that its camera turned is turned on from what is seen', async () => {
	quarters('b.jpg', 640, 400, '-quality', '95');
	tool('exiftool', '-q', '-n', '-overwrite_original', '-Orientation=6', at('b.jpg'));
	const item = await prepared(fs.readFileSync(at('b.jpg')), 'b.jpg');
	assert.equal((await shown(`/media/${variants(item, '')[0][0]}/x`)).split(' ')[1], 'BRYG');
	await edit(item, { turn: '1', x: '0', y: '0', width: '640', height: '400', button: 'save' });
	jobs();
	assert.equal(await shown(item.address), '640x400 YBGR');
});

test('what is cut out is what readers get, in posts, too, and what was cut off is found nowhere', async () => {
	const bytes = quarters('c.png', 1600, 1200), item = await prepared(bytes, 'c.png');
	await owner.made({ title: 'Cut', slug: 'cut', markdown: `![A cut](${item.address})` }, 'publish');
	const old = sql(`SELECT hash FROM media_variant WHERE original = '${hash(bytes)}'`).map(([id]) => id);
	const res = await edit(item, { x: '0', y: '600', width: '800', height: '600', button: 'save' });
	assert.equal(res.status, 303);
	assert.match((await site.get('/cut')).text, /width="1600" height="1200"/, 'until it is made');
	jobs();
	const page = (await site.get('/cut')).text;
	assert.match(page, /alt="A cut" width="800" height="600"/);
	const links = [...page.matchAll(/(?:src|srcset)="([^"]*\/media\/[^"]*)"/g)].flatMap(([, set]) => set.split(', ').map((one) => one.split(' ')[0]));
	assert.ok(links.length > 4);
	for (const link of new Set(links)) assert.match(await shown(below(site, new URL(link, site.url).href)), / BBBB$/, link);
	assert.ok(!old.includes(hash(bytes)), 'it has metadata');
	for (const id of old) assert.equal((await site.get(`/media/${id}/x`)).status, 404);
	const passing = await site.get(item.address);
	assert.match(passing.headers['cache-control'], /max-age=300/, 'it may be edited again');
	assert.equal(seen(passing.bytes), '800x600 BBBB');
	// Not even the picture for whoever edits is public.
	const [[whole]] = variants(item, 'whole');
	assert.equal((await site.get(`/media/${whole}/x`)).status, 404);
	assert.match(seen((await owner.get(`/admin/media/${item.id}/whole`)).bytes), /^1280x960 RGBY$/);
	// The same file once more does not bring back what was cut off.
	assert.equal((await up.send(bytes, 'again.png', { library: true })).id, item.id);
	assert.equal(variants(item, 'clean').length, 0);
	assert.equal(await shown(item.address), '800x600 BBBB');
	platen(site, 'hook', 'run', 'ttl');
	for (const id of old) if (id !== whole) assert.ok(!fs.existsSync(blob(id)), 'its bytes are gone');
	assert.ok(fs.existsSync(blob(hash(bytes))));
	assert.match(platen(site, 'doctor'), /^ok +media: \d+ files are there/m);
});

/* All addresses of files that a page names. */
async function links(page) {
	const text = (await site.get(page)).text, all = [...text.matchAll(/(?:src|srcset|href)="([^"]*\/media\/[^"]*)"/g)].flatMap(([, set]) => set.split(', ').map((one) => one.split(' ')[0]));
	assert.ok(all.length > 4, page);
	return [...new Set(all)].map((link) => below(site, new URL(link, site.url).href));
}
const statuses = async (all) => [...new Set(await Promise.all(all.map(async (link) => (await site.get(link)).status)))];
/* What was named before and is not any more; an item's own address stands for what it is now. */
const gone = async (before, page, item) => {
	const now = await links(page);
	return before.filter((link) => !now.includes(link) && link !== item.address);
};

test('until the many posts that show a picture are made anew, their pages lack none of its sizes', async () => {
	const item = await prepared(quarters('many.png', 1600, 1200), 'many.png');
	fs.mkdirSync(at('posts'));
	for (let i = 0; i < 22; i++) fs.writeFileSync(at(`posts/many-${i}.md`), `---\ntitle: Many ${i}\nslug: many-${i}\ndate: 2024-01-01\n---\n![Many](${item.address})\n`);
	platen(site, 'import', at('posts'));
	const before = await links('/many-21');
	assert.deepEqual(await statuses(before), [200]);
	sql('CREATE TRIGGER held AFTER INSERT ON job WHEN NEW.kind = \'rebuild\' BEGIN UPDATE job SET due_ms = NEW.due_ms + 86400000 WHERE id = NEW.id; END');
	sql('CREATE TRIGGER not_sooner BEFORE UPDATE OF due_ms ON job WHEN NEW.kind = \'rebuild\' AND NEW.due_ms < OLD.due_ms BEGIN SELECT RAISE(IGNORE); END');
	for (const crop of [{ x: '0', y: '600' }, { x: '800', y: '0' }]) {
		assert.equal((await edit(item, { ...crop, width: '800', height: '600', button: 'save' })).status, 303);
		jobs();
		assert.equal(row(item, 'state')[0], 'ready');
		assert.deepEqual(await links('/many-21'), before, 'it is not made anew yet');
		assert.deepEqual(await statuses(before), [200]);
	}
	for (const name of ['held', 'not_sooner']) sql(`DROP TRIGGER ${name}`);
	sql('UPDATE job SET due_ms = 1 WHERE kind = \'rebuild\' AND due_ms IS NOT NULL');
	jobs();
	for (const page of ['/many-0', '/many-21']) for (const link of await links(page)) assert.match(await shown(link), / GGGG$/, link);
	const left = await gone(before, '/many-0', item);
	assert.ok(left.length > 4);
	assert.deepEqual(await statuses(left), [404], 'what was cut off');
	assert.equal(sql('SELECT count(*) FROM media_variant WHERE old_seq > 0')[0][0], 0);
});

test('a job that comes no further than to what it made leaves pages as they are, and the next one frees them', async () => {
	const item = await prepared(quarters('killed.png', 1600, 1200), 'killed.png');
	await owner.made({ title: 'Killed', slug: 'killed', markdown: `![Killed](${item.address})` }, 'publish');
	const before = await links('/killed');
	sql('CREATE TRIGGER refused BEFORE UPDATE ON post_body BEGIN SELECT RAISE(ABORT, \'refused\'); END');
	assert.equal((await edit(item, { x: '0', y: '600', width: '800', height: '600', button: 'save' })).status, 303);
	jobs();
	assert.equal(row(item, 'state')[0], 'ready', 'what was made is there');
	assert.deepEqual(await links('/killed'), before);
	assert.deepEqual(await statuses(before), [200]);
	sql('DROP TRIGGER refused');
	sql('DELETE FROM job WHERE kind = \'media.variants\'');
	platen(site, 'hook', 'run', 'ttl'); // whatever became of the job
	jobs();
	for (const link of await links('/killed')) assert.match(await shown(link), / BBBB$/, link);
	assert.deepEqual(await statuses(await gone(before, '/killed', item)), [404]);
});

test('what a picture was before it was replaced is found until its posts are made anew, and comes back with its bytes', async () => {
	const first = quarters('first.png', 1600, 1200), second = quarters('second.png', 1200, 1600);
	const item = await prepared(first, 'first.png');
	await owner.made({ title: 'Replaced', slug: 'replaced', markdown: `![Replaced](${item.address})` }, 'publish');
	const before = await links('/replaced');
	assert.equal((await up.send(second, 'second.png', { library: true, replaces: item.id })).id, item.id);
	assert.deepEqual(await links('/replaced'), before);
	assert.deepEqual(await statuses(before), [200]);
	jobs();
	const after = await links('/replaced'), left = await gone(before, '/replaced', item);
	assert.deepEqual(await statuses(after), [200]);
	assert.ok(left.length > 4);
	assert.deepEqual(await statuses(left), [404]);
	platen(site, 'hook', 'run', 'ttl');
	for (const link of left) assert.ok(!fs.existsSync(blob(link.split('/').find((part) => /^[0-9a-f]{64}$/.test(part)))), link);
	assert.ok(fs.existsSync(blob(hash(first))), 'what was uploaded stays for the owner');
	assert.equal((await up.send(first, 'first.png', { library: true, replaces: item.id })).id, item.id);
	jobs();
	assert.deepEqual(await links('/replaced'), before);
	assert.deepEqual(await statuses(before), [200]);
	assert.deepEqual(await statuses(await gone(after, '/replaced', item)), [404]);
});

test('a crop is turned along, takes a shape, and the focal point stays on what it was set on', async () => {
	const item = await prepared(quarters('d.png', 1600, 1200), 'd.png'), target = `/admin/media/${item.id}`;
	const fields = Object.fromEntries(await owner.fields(target, /<form class="card"[^]*?<\/form>/));
	assert.equal((await owner.post(target, { ...fields, focal_x: '75', focal_y: '75', button: 'save' })).status, 303);
	let res = await edit(item, { shape: '16:9', button: 'show' });
	const read = (text) => ['x', 'y', 'width', 'height'].map((name) => at_form(text, name)).join();
	assert.equal(read(res.text), '0,300,1600,900', 'round the focal point');
	res = await edit(item, { shape: '1:1', button: 'show' });
	assert.equal(read(res.text), '400,0,1200,1200');
	res = await edit(item, { x: '800', y: '600', width: '400', height: '300', button: 'right' });
	assert.equal(read(res.text), '300,800,300,400');
	assert.match(res.text, /<rect class="crop-frame" x="300" y="800" width="300" height="400"/);
	res = await edit(item, { x: '800', y: '600', width: '800', height: '600', shape: '1:1', button: 'save' });
	assert.equal(res.status, 303);
	assert.deepEqual(row(item, 'edit, focal_x, focal_y'), ['0,900,600,600,600', 500, 500]);
	jobs();
	assert.equal(await shown(item.address), '600x600 YYYY');
	await edit(item, { button: 'original' });
	assert.deepEqual(row(item, 'focal_x, focal_y'), [750, 750]);
});

test('what makes no sense is told, and the form comes back as it was filled in', async () => {
	const item = await prepared(quarters('e.png', 640, 400), 'e.png'), target = `/admin/media/${item.id}/edit`;
	const wrong = [{ width: '641' }, { x: '1' }, { x: '-5' }, { width: '0' }, { height: '9' }, { width: '99999999999999' }, { height: 'half' }, { x: '' }, { turn: '8' }, { turn: '-1' }, { turn: '1' }];
	for (const typed of wrong) {
		const res = await edit(item, { ...typed, button: 'save' });
		assert.equal(res.status, 422, JSON.stringify(typed));
		assert.match(res.text, /role="alert">(?:The crop must lie within the picture, which is (?:640 × 400|400 × 640) pixels|Left, top, width and height are whole numbers)/);
		for (const [name, value] of Object.entries(typed)) if (name !== 'turn') assert.equal(at_form(res.text, name), value.slice(0, 20));
	}
	assert.equal((await edit(item, { button: 'nothing' })).status, 422);
	const fields = Object.fromEntries(await owner.fields(target, FORM));
	assert.equal((await owner.post(target, { ...fields, turn: '2', button: 'save' })).status, 303);
	const late = await owner.post(target, { ...fields, x: '10', width: '100', height: '100', button: 'save' });
	assert.equal(late.status, 409);
	assert.match(late.text, /Somebody has changed this file/);
	assert.equal(at_form(late.text, 'x'), '10');
	assert.equal(row(item, 'edit')[0], '2,0,0,0,0');
	assert.equal((await author.get(target)).status, 403);
	assert.equal((await author.post(target, { ...fields, form_token: await author.token() })).status, 403);
	assert.equal((await owner.get('/admin/media/999999/edit')).status, 404);
});

test('what moves, what is no picture and what is not ready is refused with a reason', async () => {
	const moving = await prepared(gif(700, 300), 'moves.gif');
	const said = async (item) => {
		const res = await owner.get(`/admin/media/${item.id}/edit`);
		assert.equal(res.status, 409);
		return res.text.match(/role="alert">([^<]+)</)[1];
	};
	assert.match(await said(moving), /Animated pictures cannot be rotated/);
	assert.match(await said(await up.send(Buffer.from('%PDF-1.4\nx'), 'x.pdf')), /Only pictures/);
	assert.match(await said(await up.send(png(30, 30, [4, 5, 6]), 'early.png')), /not prepared yet/);
	const still = await prepared(quarters('f.gif', 640, 400), 'f.gif');
	assert.equal((await edit(still, { turn: '2', button: 'save' })).status, 303);
	jobs();
	assert.match(await shown(still.address), /^640x400 YBGR$/);
	assert.equal((await owner.post('/admin/media', { form_token: await owner.token(), action: 'trash', item: String(still.id) })).status, 303);
	assert.match(await said(still), /in the trash/);
});
