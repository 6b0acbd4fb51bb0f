// media_refused.test.mjs: pictures that are broken, are bombs or are none: each is refused in words, before it costs
// memory, and leaves nothing behind; and a picture that makes its decoder crash or hang is that one picture's misfortune.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { derived, variant } from '../cli/images.mjs';
import { sqlite } from '../sqlite.mjs';
import { openSite, platen, program, source, startApp } from './harness.mjs';
import { Uploader, gif, png } from './media.mjs';
import { accepting, run } from './responder.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { crc32 } from './zip.mjs';

const shared = path.join(process.env.PLATEN_SHARED_DATA ?? path.join(source, '../shared/data'), 'images');
const real = fs.existsSync(shared) ? false : 'the real pictures are not beside this checkout';
let site, up;
const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);

before(async () => {
	site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn', PLATEN_IMAGE_TIMEOUT: '120' } });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'The owner', '--password-stdin', { input: `${PASSWORD}\n` });
	up = new Uploader(await signedIn(site));
});
after(() => site?.stop());

// All that an upload could leave: files of the media folder, and rows.
function everything() {
	const media = path.join(site.data, 'media'), rows = ['media', 'media_item', 'media_variant', 'media_upload', 'media_gone', 'job'];
	const files = fs.readdirSync(media, { recursive: true }).filter((name) => fs.statSync(path.join(media, name)).isFile());
	return { files: files.sort(), rows: rows.map((name) => sql(`SELECT count(*) FROM ${name}`)[0][0]) };
}

function patched(bytes, at, ...values) {
	const out = Buffer.from(bytes);
	values.forEach((value, i) => { out[at + i] = value; });
	return out;
}

// Says that it is `width` by `height`: as a bomb does, there is next to nothing behind it.
function pngOf(width, height) {
	const out = png(4, 4);
	out.writeUInt32BE(width, 16);
	out.writeUInt32BE(height, 20);
	out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
	return out;
}

function frames(count) {
	const two = gif(4, 4), at = two.indexOf('\x21\xf9', 0, 'latin1'), again = two.indexOf('\x21\xf9', at + 1, 'latin1');
	return Buffer.concat([two.subarray(0, at), ...Array(count).fill(two.subarray(at, again)), Buffer.from(';')]);
}

// A moving WebP whose canvas is 16384 x 16384.
function webp() {
	const chunk = (name, ...values) => { const b = Buffer.alloc(8); b.write(name, 'latin1'); b.writeUInt32LE(values.length, 4); return Buffer.concat([b, Buffer.from(values)]); };
	const body = Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', 2, 0, 0, 0, 0xff, 0x3f, 0, 0xff, 0x3f, 0), chunk('ANIM', 0, 0, 0, 0, 0, 0),
		chunk('ANMF', ...Array(16).fill(0), ...chunk('VP8L', 0x2f, 0, 0, 0, 0, 0))]);
	const head = Buffer.from('RIFF\0\0\0\0');
	head.writeUInt32LE(body.length, 4);
	return Buffer.concat([head, body]);
}

function made(type) {
	fs.writeFileSync(`${site.dir}/from.png`, png(120, 90, [9, 120, 40]));
	return fs.readFileSync(derived(`${site.dir}/from.png`, [variant(type, 120, 90)], `${site.dir}/made`).files[0]);
}

// As platen-img says of it, in what `ispe` of its only picture is.
function wideAvif() {
	const out = made('avif'), at = out.indexOf('ispe');
	out.writeUInt32BE(60000, at + 8);
	out.writeUInt32BE(60000, at + 12);
	return out;
}

const cut = (bytes) => bytes.subarray(0, bytes.length * 0.6);

async function refused(bytes, name, status, says) {
	const before = everything(), res = await up.send(bytes, name, { library: true });
	assert.equal(res.status, status, `${name}: ${res.text ?? JSON.stringify(res)}`);
	const { detail } = JSON.parse(res.text);
	assert.match(detail, says, name);
	assert.deepEqual(everything(), before, `${name} left something`);
	return detail;
}

test('each bad picture is refused with words of its own, and leaves nothing behind', async () => {
	for (const [name, bytes, status, says] of [
		['cut.png', cut(png(90, 90, [1, 2, 3])), 422, /cannot be used: .*png.*(cut off|damaged)/], ['cut.jpg', cut(made('jpeg')), 422, /jpeg picture is cut off/],
		['cut.gif', cut(gif(90, 60)), 422, /gif picture is cut off/], ['cut.webp', cut(made('webp')), 422, /webp picture is cut off/], ['cut.avif', cut(made('avif')), 422, /avif/],
		['broken.png', patched(png(90, 90, [4, 2, 3]), 48, 1, 2, 3, 4), 422, /png picture is damaged/], ['head.jpg', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'), 422, /jpeg picture ends before its size/],
		['none.png', pngOf(0, 9), 422, /ends before its size or has none/], ['page.png', Buffer.from('<!DOCTYPE html><p>x'), 415, /type are not taken/],
		['vector.jpg', Buffer.from('push graphic-context\nimage over 0,0 0,0 "http://x"\n'), 422, /is called a picture and is none/], ['empty.jpg', Buffer.from('\0\0'), 422, /called a picture/],
		['script.gif', Buffer.from('GIF89a/*<svg onload=alert(1)>*/=alert(1)//;'), 413, /10799 x 29500 pixels/],
	]) await refused(bytes, name, status, says);
});

test('a person is told the reason in the language of the admin', async () => {
	const german = (on) => sqlite(path.join(site.data, 'site.db'), `UPDATE user SET lang = '${on ? 'de' : ''}' WHERE email = '${EMAIL}'`);
	german(true);
	try {
		for (const [name, bytes, status, says] of [
			['cut.jpg', cut(made('jpeg')), 422, /^Die Datei ist nicht zu gebrauchen: das Bild \(jpeg\) ist mittendrin abgeschnitten\.$/],
			['broken.png', patched(png(90, 90, [4, 2, 3]), 48, 1, 2, 3, 4), 422, /: das Bild \(png\) ist beschädigt\.$/],
			['vector.jpg', Buffer.from('push graphic-context\n'), 422, /: die Datei heißt wie ein Bild und ist keines\.$/],
			['wide.png', pngOf(65536, 65536), 413, /: das Bild gibt 65536 × 65536 Pixel an; angenommen werden höchstens 100 Millionen\.$/],
			['frames.gif', frames(2500), 413, /: die Animation hat 2500 Einzelbilder; angenommen werden höchstens \d+\.$/],
		]) await refused(bytes, name, status, says);
	} finally {
		german(false);
	}
});

// What cannot be the file's doing has no phrase.
test('every sentence of the decoders that a file can bring about has a phrase', () => {
	const at = (name) => fs.readFileSync(new URL(`../../cgi/${name}`, import.meta.url), 'utf8');
	const forms = [...at('web/media_why.c').matchAll(/\{ "(the|this)( [^"]+)", "media_why_/g)].map(([, first, rest]) => first + rest);
	assert.ok(forms.length > 20);
	let seen = 0;
	for (const name of ['decode', 'gif', 'jpeg', 'probe', 'raster', 'webp', 'clean'])
		for (const [, text] of at(`img/${name}.c`).matchAll(/err_set\((?:r->)?err, RC_(?:INVALID|LIMIT), "([^"]+)"/g)) {
			const form = text.replace('%s%s', '').replace(/: .*/, '').replace(/%(d|u|lld)/g, '#').replace('%s', '*');
			assert.ok(forms.some((one) => one === form || one === form.replace(/^the (jpeg|gif|webp|png) /, 'the * ')), `${name}.c: ${text}`);
			seen++;
		}
	assert.ok(seen > 15, `${seen}`);
});

test('a bomb is refused by what it claims, before it takes any memory', async () => {
	const peak = () => Number(fs.readFileSync(`/proc/${site.app.pid}/status`, 'utf8').match(/VmHWM:\s*(\d+)/)[1]);
	assert.equal((await up.send(png(600, 400, [8, 8, 1]), 'first.png')).kind, 'image');
	const before = peak();
	for (const [name, bytes, says] of [
		['wide.png', pngOf(65536, 65536), /claims 65536 x 65536 pixels; at most 100 million/], ['tall.png', pngOf(1, 900000000), /900000000/],
		['screen.gif', patched(gif(4, 4), 6, 0xff, 0xff, 0xff, 0xff), /65535 x 65535 pixels/], ['frames.gif', frames(2500), /2500 frames/],
		['canvas.webp', webp(), /16384 x 16384 pixels/], ['wide.avif', wideAvif(), /60000 x 60000/],
	]) await refused(bytes, name, 413, says);
	assert.ok(peak() - before < 16384, `${before} kB, then ${peak()} kB`);
});

test('the real pictures are taken or refused, each with a word of its own, and nothing is left of those that are not', { skip: real }, async () => {
	for (const name of fs.readdirSync(path.join(shared, 'good'))) {
		const item = await up.send(fs.readFileSync(path.join(shared, 'good', name)), name, { library: true });
		assert.equal(item.kind, 'image', `${name}: ${item.text ?? ''}`);
	}
	const said = new Map();
	for (const name of fs.readdirSync(path.join(shared, 'bad'))) {
		const bytes = fs.readFileSync(path.join(shared, 'bad', name)), before = everything(), res = await up.send(bytes, name, { library: true });
		if (res.id) { // a picture like any other, or a drawing that is a download: with nothing of what was hidden in it
			const got = await site.get(res.address);
			assert.equal(got.status, 200, name);
			if (res.mime !== 'image/svg+xml') assert.doesNotMatch(got.bytes.toString('latin1'), /<\?php|<script|alert\(|\/etc\/passwd/i, name);
			if (res.mime === 'image/svg+xml') assert.match(got.headers['content-disposition'], /^attachment/, name);
			continue;
		}
		assert.ok([413, 415, 422].includes(res.status), `${name}: ${res.status} ${res.text}`);
		said.set(name, JSON.parse(res.text).detail);
		assert.deepEqual(everything(), before, `${name} left something`);
	}
	for (const name of ['bomb-65536x65536.png', 'broken.png', 'corrupt-header.jpg', 'truncated.jpg', 'truncated.png', 'html-named-png.png', 'mvg-named-jpg.jpg', 'gif-logical-screen-bomb.gif'])
		assert.ok(said.get(name)?.length > 20, `${name}: ${said.get(name)}`);
	assert.match(platen(site, 'doctor'), /^ok +media: \d+ files are there/m);
});

// A copy of the program beside a decoder that does what a hostile picture could make it do.
async function withDecoder(script, work) {
	const own = path.join(site.dir, 'bin'), { app } = site, gone = once(app, 'exit');
	fs.mkdirSync(own, { recursive: true });
	fs.copyFileSync(program, path.join(own, 'platen'));
	fs.writeFileSync(path.join(own, 'platen-img'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
	site.app = null;
	app.kill('SIGTERM');
	await gone;
	fs.rmSync(site.socket, { force: true });
	const other = run(path.join(own, 'platen'), ['serve', '--listen', `unix:${site.socket}`], { env: { ...site.env, PLATEN_IMAGE_TIMEOUT: '1' } });
	try {
		await accepting({ path: site.socket }, other);
		await work(async (...args) => {
			const child = run(path.join(own, 'platen'), args, { env: { ...site.env, PLATEN_IMAGE_TIMEOUT: '1' } });
			assert.equal(await child.ended, 0, child.errors);
		});
	} finally {
		other.kill('SIGTERM');
		await other.ended;
		fs.rmSync(site.socket, { force: true });
		await startApp(site);
	}
}

test('a picture that makes its decoder crash is refused, and everything else goes on', async () => {
	await withDecoder('kill -SEGV $$', async () => {
		await refused(png(30, 20, [3, 3, 3]), 'crash.png', 422, /made its decoder crash/);
		assert.equal((await site.get('/about')).status, 200);
		const text = await up.send(Buffer.from('a;b\n'), 'table.csv');
		assert.equal(text.mime, 'text/csv');
	});
	assert.equal((await up.send(png(30, 20, [3, 3, 3]), 'crash.png')).kind, 'image', 'it was the decoder');
});

test('a picture on which its decoder hangs waits for nobody: its job gives it up', async () => {
	let item;
	await withDecoder('exec sleep 600', async (platenWith) => {
		item = await up.send(png(31, 20, [3, 3, 3]), 'hang.png');
		assert.equal(item.state, 'waiting', JSON.stringify(item));
		const now = () => sql(`SELECT state, problem FROM media_item WHERE id = ${item.id}`)[0];
		// The pictures that came before it hang, too, and a run has an end.
		for (let n = 0; n < 40 && now()[0] === 'waiting'; n++) await platenWith('hook', 'run', 'jobs');
		const [state, problem] = now();
		assert.deepEqual([state, /longer than 1 s/.test(problem)], ['failed', true], problem);
	});
	assert.equal((await site.get(item.address)).status, 200, 'readers have its copy');
});
