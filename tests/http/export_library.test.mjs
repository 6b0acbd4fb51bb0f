// export_library.test.mjs: the media library goes out with an export and comes back with an import, file by file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, gif, jpeg, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { multipart, unzip } from './zip.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const shown = png(64, 48, [10, 200, 90], 'taken at home'), loose = png(33, 22, [1, 2, 3]), old = png(20, 20, [9, 9, 9]), fresh = png(24, 20, [8, 8, 8]);
const photo = jpeg('52.52N 13.40E'), turned = png(60, 30, [200, 10, 10]), noise = Buffer.from('just some text\n'), moving = gif(8, 6, 'x');
let site, owner, up, empty;

const place = (name) => ({ ...site, data: path.join(site.dir, name), env: { ...site.env, PLATEN_DATA: path.join(site.dir, name) } });
const rows = (one, statement) => sqlite(path.join(one.data, 'site.db'), statement);
// All that a person sees of the library, in its order.
const library = (one) => rows(one, `SELECT i.hash, i.kind, i.name, i.alt, i.caption, i.credit, i.edit, i.focal_x, i.focal_y, i.pinned, i.used, i.created_ms, i.state,
	m.mime, m.size_b, m.width_px, m.height_px, m.private FROM media_item i JOIN media m ON m.hash = i.hash WHERE i.trashed_ms IS NULL ORDER BY i.id`);
const variants = (one) => rows(one, `SELECT v.original, v.crop, v.mime, v.width_px, v.height_px, v.hash FROM media_variant v
	JOIN media_item i ON i.hash = v.original WHERE i.trashed_ms IS NULL ORDER BY 1, 2, 3, 4`);
const pages = (one) => rows(one, 'SELECT p.slug, p.status, p.image, p.social_image, b.markdown, b.html FROM post p JOIN post_body b ON b.post_id = p.id WHERE p.status <> \'trash\' ORDER BY 1');
const blob = (one, hash) => fs.readFileSync(path.join(one.data, 'media', hash.slice(0, 2), hash.slice(2, 4), hash));
const finish = (one) => { platen(one, 'hook', 'run', 'ttl'); platen(one, 'jobs', 'work'); };
const folder = (name) => path.join(site.dir, name);
const same = (a, b) => execFileSync('diff', ['-r', folder(a), folder(b)], { encoding: 'utf8' });

async function described(item, fields) {
	const page = `/admin/media/${item.id}`, form = Object.fromEntries(await owner.fields(page, /<form class="card"[^]*?<\/form>/));
	const res = await owner.post(page, { ...form, button: 'save', ...fields });
	assert.equal(res.status, 303, res.text);
}

before(async () => {
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn' } });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
	up = new Uploader(owner);
	const items = {};
	for (const [name, bytes] of Object.entries({ 'shown.png': shown, 'loose one.png': loose, 'old.png': old, 'photo.jpg': photo, 'turned.png': turned, 'notes.md': noise, 'moving.gif': moving }))
		items[name] = await up.send(bytes, name, { library: name !== 'photo.jpg' });
	await described(items['shown.png'], { alt: 'A "green" field', caption: 'It is\ngreen', credit: 'Ada <ada>', focal_x: '20', focal_y: '80' });
	await described(items['loose one.png'], { alt: 'Nobody shows it', name: 'Loose ünd free.png' });
	await owner.made({ title: 'Shows', slug: 'shows', status: 'published', markdown: `![in the text](/media/${sha256(shown)}/shown.png) ![old](/media/${sha256(old)}/old.png)\n\n![](/media/${sha256(photo)}/photo.jpg) ![](/media/${sha256(turned)}/turned.png)`, image: `/media/${sha256(old)}/old.png` }, 'publish_anyway');
	const replaced = await up.send(fresh, 'fresh.png', { replaces: items['old.png'].id });
	assert.equal(replaced.hash ?? sha256(fresh), sha256(fresh));
	finish(site);
	sqlite(path.join(site.data, 'site.db'), `UPDATE media_item SET edit = '3,5,6,20,30', state = 'waiting', version = version + 1 WHERE hash = '${sha256(turned)}'`);
	finish(site);
	empty = place('again');
	fs.mkdirSync(empty.data, { mode: 0o700 });
	platen(empty, 'init');
});
after(() => site?.stop());

test('an empty site that takes an export has the same library and the same pages', () => {
	platen(site, 'export', folder('out'));
	const lines = fs.readFileSync(folder('out/media.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
	assert.equal(lines.length, library(site).length);
	platen(empty, 'import', folder('out'));
	finish(empty);
	assert.deepEqual(library(empty), library(site));
	assert.deepEqual(variants(empty), variants(site));
	for (const [hash] of library(site)) assert.deepEqual(blob(empty, hash), blob(site, hash));
	for (const name of ['shown', 'fresh']) assert.ok(library(empty).some(([hash]) => hash === sha256({ shown, fresh }[name])), name);
	// What was replaced is not part of it, and what led to it leads to what is there now.
	const now = ([slug, status, ...texts]) => [slug, status, ...texts.map((text) => text.replaceAll(sha256(old), sha256(fresh)))];
	assert.deepEqual(pages(empty).map(([slug, status, image, social, markdown]) => [slug, status, image, social, markdown]), pages(site).map(now).map(([slug, status, image, social, markdown]) => [slug, status, image, social, markdown]));
	assert.ok(!JSON.stringify(pages(empty)).includes(sha256(old)));
	for (const [n, [slug, , , , , html]] of pages(empty).entries()) assert.equal(html, now(pages(site)[n])[5], slug);
});

test('exported again it is the same, byte for byte', () => {
	platen(empty, 'export', folder('second'));
	assert.equal(same('out', 'second'), '');
	// And taken again it changes nothing.
	const before = library(empty);
	assert.match(platen(empty, 'import', folder('second')), /(\d+) unchanged/);
	assert.deepEqual(library(empty), before);
});

test('what somebody wrote here stays', () => {
	sqlite(path.join(empty.data, 'site.db'), `UPDATE media_item SET alt = 'Mine', caption = '', focal_x = 100 WHERE hash = '${sha256(shown)}'`);
	platen(empty, 'import', '--force', folder('out'));
	assert.deepEqual(rows(empty, `SELECT alt, caption, focal_x FROM media_item WHERE hash = '${sha256(shown)}'`), [['Mine', 'It is\ngreen', 100]]);
});

test('the admin\'s archive has it, too, and brings it', async () => {
	const made = await owner.post('/admin/transfer', { form_token: await owner.token() });
	const page = (await owner.get(below(site, made.headers.location))).text, file = await owner.get(page.match(/href="(\/admin\/transfer\/exports\/\w{16})"/)[1]);
	const files = unzip(file.bytes);
	assert.equal(String(files.get('media.jsonl')), fs.readFileSync(folder('out/media.jsonl'), 'utf8'));
	assert.deepEqual(files.get(`media/${sha256(loose)}/Loose ünd free.png`), loose);
	// Everything of it is thrown away here, and comes back.
	sqlite(path.join(site.data, 'site.db'), `DELETE FROM media_item WHERE hash = '${sha256(loose)}'`);
	sqlite(path.join(site.data, 'site.db'), `DELETE FROM media WHERE hash = '${sha256(loose)}'`);
	const sent = multipart({ form_token: await owner.token() }, file.bytes);
	const looked = await owner.ask('/admin/transfer/import', { ...sent, headers: { ...sent.headers, origin: site.origin } });
	const target = below(site, looked.headers.location).replace(/\?.*/, '');
	assert.equal((await owner.post(target, { form_token: await owner.token(), button: 'run' })).status, 303);
	assert.deepEqual(rows(site, `SELECT name, alt, pinned FROM media_item WHERE hash = '${sha256(loose)}'`), [['Loose ünd free.png', 'Nobody shows it', 1]]);
});

test('lines that nobody should write take nothing but themselves', () => {
	const bad = folder('bad'), data = place('bad-site');
	fs.cpSync(folder('out'), bad, { recursive: true });
	fs.mkdirSync(data.data, { mode: 0o700 });
	platen(data, 'init');
	const evil = { hash: sha256(loose), name: '../../<evil>\u202egnp.exe', type: 'text/html', alt: 'x'.repeat(9000), edit: '1,2,3', focal_x: 1e9, created: 1e18, pinned: 'yes' };
	fs.writeFileSync(path.join(bad, 'media.jsonl'), ['no json', '[]', '{}', '{"hash":"../x"}', JSON.stringify({ hash: sha256(noise), name: 'x.html', type: 'text/html' }), JSON.stringify({ hash: sha256(turned), edit: '0,0,0,99999,99999' }), JSON.stringify(evil), `{"hash":"${'y'.repeat(200000)}"}`, '\0\0', ''].join('\n'));
	const out = platen(data, 'import', bad);
	assert.match(out, /media\.jsonl:1: warning: the line is not understood/);
	const [[name, alt, mime, x, created]] = rows(data, `SELECT i.name, i.alt, m.mime, i.focal_x, i.created_ms FROM media_item i JOIN media m ON m.hash = i.hash WHERE i.hash = '${sha256(loose)}'`);
	assert.doesNotMatch(name, /[<>/\u202e]/);
	assert.deepEqual([alt.length, mime, x], [2000, 'image/png', 500]);
	assert.ok(created <= Date.now());
	assert.doesNotMatch(rows(data, `SELECT name || mime FROM media WHERE hash = '${sha256(noise)}'`)[0][0], /html/);
	assert.match(out, /media\.jsonl:6: warning: the crop must lie in the picture/);
});
