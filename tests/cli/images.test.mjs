// images.test.mjs: what platen-img makes of pictures, judged by ImageMagick, vips and exiftool: pictures that the test
// makes, and the real ones beside the checkout where there are any.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { source } from './cli.mjs';
import { deltaE, derive, derived, helper, memory, pixels, ssim, tool, variant, weight } from './images.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-images-'));
const at = (name) => path.join(dir, name);
const shared = process.env.PLATEN_SHARED_DATA ?? path.join(source, '../shared/data');
const real = fs.existsSync(path.join(shared, 'images')) ? false : 'the real pictures are not beside this checkout';
const checked = /[atm]san/.test(process.env.PLATEN_BUILD ?? '') || process.env.ASAN_OPTIONS ? 'a sanitizer takes memory of its own' : false;
const LIMIT = 32 + 4, INVALID = 32 + 3; // wire.h: 32 and the result code

before(() => {
	// Clouds with hard edges in them, as wide as a screen; the same on each run.
	tool('convert', '-seed', '7', '-size', '1500x1100', 'plasma:fractal', '-fill', 'none', '-stroke', 'black', '-draw',
		'circle 500,500 300,500 line 0,0 1500,1100 rectangle 900,200 1300,700', '-fill', 'white', '-draw', 'polygon 100,900 300,700 500,950',
		'-alpha', 'off', '-depth', '8', at('base.png'));
	tool('convert', at('base.png'), '-resize', '300x220!', '-quality', '95', at('small.jpg'));
	tool('convert', at('base.png'), '-resize', '300x220!', '-strip', at('small.png'));
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

test('downscaled pictures are as good as those of vips, and no larger', () => {
	tool('convert', at('base.png'), '-quality', '95', at('large.jpg'));
	for (const [width, height] of [[320, 235], [640, 469], [1280, 939]]) {
		const { files } = derived(at('large.jpg'), [variant('jpeg', width, height), variant('webp', width, height)], at('ours'));
		tool('convert', at('large.jpg'), '-resize', `${width}x${height}!`, '-depth', '8', at('ideal.png'));
		const ideal = pixels(at('ideal.png'));
		for (const [file, options] of [[files[0], 'jpg[Q=80,strip]'], [files[1], 'webp[Q=80,strip]']]) {
			const theirs = at(`theirs.${options.split('[')[0]}`);
			tool('vipsthumbnail', at('large.jpg'), '--size', `${width}x${height}!`, '-o', at(`theirs.${options}`));
			const [own, other] = [file, theirs].map((name) => ssim(pixels(name), ideal));
			assert.ok(own >= other - 0.01, `${width} ${options}: ${own} against ${other}`);
			const [bytes, bound] = [fs.statSync(file).size, fs.statSync(theirs).size * 1.05];
			assert.ok(bytes <= bound, `${width} ${options}: ${bytes} B against ${bound}`);
		}
	}
});

test('one decoding makes all variants as well as one decoding each', () => {
	const sizes = [[1280, 939], [320, 235]], words = sizes.map(([w, h]) => variant('png', w, h));
	const all = derived(at('large.jpg'), words, at('all')).files, one = derived(at('large.jpg'), words.slice(1), at('one')).files;
	tool('convert', at('large.jpg'), '-resize', '320x235!', at('ideal.png'));
	for (const file of [all[1], one[0]]) {
		const like = ssim(pixels(file), pixels(at('ideal.png')));
		assert.ok(like > 0.985, `${file}: ${like}`);
	}
});

test('each EXIF orientation is shown upright, and written nowhere', () => {
	for (let orientation = 1; orientation <= 8; orientation++) {
		for (const type of ['jpg', 'png', 'webp']) {
			const file = at(`turned.${type}`);
			tool('convert', at('small.png'), '-quality', '95', file);
			tool('exiftool', '-q', '-n', '-overwrite_original', `-Orientation=${orientation}`, file);
			tool('convert', at('small.png'), '-orient', ['', 'TopLeft', 'TopRight', 'BottomRight', 'BottomLeft', 'LeftTop', 'RightTop', 'RightBottom', 'LeftBottom'][orientation],
				'-auto-orient', at('upright.png'));
			const want = pixels(at('upright.png'));
			const { files, result } = derived(file, [variant('png', want.width, want.height)], at('up'));
			const like = ssim(pixels(files[0]), want);
			assert.ok(like > 0.9, `${type} ${orientation}: ${like}`);
			assert.equal(result.orientation, orientation);
			assert.equal(tool('exiftool', '-s3', '-Orientation', files[0]).toString(), '');
		}
	}
});

test('colours of other spaces become those that vips makes of them', () => {
	const cases = [
		['p3.jpg', ['icc_transform', at('small.png'), at('p3.jpg[Q=95]'), 'p3']],
		['p3.png', ['icc_transform', at('small.png'), at('p3.png'), 'p3']],
		['p3.webp', ['icc_transform', at('small.png'), at('p3.webp[Q=95]'), 'p3']],
		['ink.jpg', ['icc_transform', at('small.png'), at('ink.jpg[Q=95]'), 'cmyk']],
	];
	for (const [name, words] of cases) {
		tool('vips', ...words);
		tool('vips', 'icc_transform', at(name), at('want.png'), 'srgb', '--embedded');
		const { files } = derived(at(name), [variant('png', 300, 220)], at('own'));
		const off = deltaE(pixels(files[0]), pixels(at('want.png')));
		assert.ok(off <= 2, `${name}: mean delta-E ${off}`);
	}
});

test('ink without a profile, grey and sixteen bits look as vips shows them', () => {
	tool('vips', 'jpegsave', at('ink.jpg'), at('bare.jpg'), '--Q', '95', '--strip');
	tool('vips', 'colourspace', at('small.png'), at('grey.jpg[Q=95]'), 'b-w');
	tool('vips', 'colourspace', at('small.png'), at('deep.png'), 'rgb16');
	tool('vips', 'colourspace', at('small.png'), at('deepgrey.png'), 'grey16');
	for (const name of ['bare.jpg', 'grey.jpg', 'deep.png', 'deepgrey.png']) {
		tool('vips', 'colourspace', at(name), at('want.png'), 'srgb');
		const { files } = derived(at(name), [variant('png', 300, 220)], at('own'));
		const off = deltaE(pixels(files[0]), pixels(at('want.png')));
		assert.ok(off <= 2, `${name}: mean delta-E ${off}`);
	}
});

// A chunk behind IHDR.
function withChunk(file, to, type, body) {
	const png = fs.readFileSync(file), head = Buffer.alloc(8), tail = Buffer.alloc(4);
	head.writeUInt32BE(body.length);
	head.write(type, 4, 'latin1');
	let crc = 0xFFFFFFFF;
	for (const byte of Buffer.concat([head.subarray(4), body])) {
		crc ^= byte;
		for (let i = 0; i < 8; i++) crc = crc & 1 ? crc >>> 1 ^ 0xEDB88320 : crc >>> 1;
	}
	tail.writeUInt32BE((crc ^ 0xFFFFFFFF) >>> 0);
	fs.writeFileSync(to, Buffer.concat([png.subarray(0, 33), head, body, tail, png.subarray(33)]));
}

test('a PNG that says it is linear light is made brighter, one that says it is sRGB is not', () => {
	tool('convert', '-size', '40x40', 'xc:rgb(50,100,200)', '-define', 'png:exclude-chunks=gAMA,cHRM,sRGB', at('flat.png'));
	const gamma = Buffer.alloc(4);
	gamma.writeUInt32BE(100000);
	withChunk(at('flat.png'), at('linear.png'), 'gAMA', gamma);
	gamma.writeUInt32BE(45455);
	withChunk(at('flat.png'), at('usual.png'), 'gAMA', gamma);
	const colour = (name) => [...pixels(derived(at(name), [variant('png', 40, 40)], at('own')).files[0]).rgb.subarray(0, 3)];
	assert.deepEqual(colour('usual.png'), [50, 100, 200]);
	assert.deepEqual(colour('linear.png'), [122, 168, 229]); // 1.055 * (50 / 255) ** (1 / 2.4) - 0.055 ...
});

test('transparency is kept where the format can, and is white in a JPEG', () => {
	tool('convert', '-size', '60x40', 'xc:none', '-fill', 'rgba(200,30,40,0.5)', '-draw', 'rectangle 0,0 29,39', at('clear.png'));
	for (const type of ['png', 'webp', 'avif']) {
		const { files, result } = derived(at('clear.png'), [variant(type, 60, 40, { quality: type === 'png' ? 0 : 90 })], at('own'));
		const read = type === 'avif' ? at('read.png') : files[0];
		if (type === 'avif') tool('vips', 'copy', files[0], read);
		const [r, , , a] = tool('convert', read, '-depth', '8', '-crop', '1x1+10+10', 'rgba:-'), [, , , none] = tool('convert', read, '-depth', '8', '-crop', '1x1+50+10', 'rgba:-');
		assert.ok(Math.abs(r - 200) < 8 && Math.abs(a - 128) < 4 && none === 0, `${type}: ${r} ${a} ${none}`);
		assert.equal(result.alpha, true);
	}
	const white = pixels(derived(at('clear.png'), [variant('jpeg', 60, 40)], at('own')).files[0]).rgb;
	assert.ok(white[3 * 55] > 250 && Math.abs(white[3 * 5] - 228) < 5);
});

test('nothing but pixels gets into what is published', () => {
	const secret = 'Xyzzy of Nowhere 7', hidden = ['-Artist', '-Comment', '-XMP-dc:Description', '-UserComment', '-IPTC:Caption-Abstract'].map((tag) => `${tag}=${secret}`);
	for (const type of ['jpg', 'png', 'webp']) {
		const file = at(`told.${type}`);
		tool('vips', 'icc_transform', at('small.png'), file, 'p3');
		tool('exiftool', '-q', '-m', '-overwrite_original', ...hidden, '-GPSLatitude=51.5', '-GPSLatitudeRef=N', file);
		assert.ok(fs.readFileSync(file).includes(secret));
		const { files } = derived(file, ['jpeg', 'png', 'webp', 'avif'].map((to) => variant(to, 150, 110, { quality: to === 'png' ? 0 : 70 })), at('bare'));
		for (const name of files) {
			assert.ok(!fs.readFileSync(name).includes('Xyzzy'), name);
			const groups = Object.keys(JSON.parse(tool('exiftool', '-j', '-G', name))[0]).map((key) => key.split(':')[0]);
			assert.deepEqual([...new Set(groups)].filter((group) => ['EXIF', 'XMP', 'IPTC', 'ICC_Profile', 'MakerNotes', 'Photoshop'].includes(group)), [], name);
		}
	}
});

const frames = (file) => Number(/n-pages: (\d+)/.exec(tool('vipsheader', '-a', file))?.[1] ?? 1);

test('an animation moves on, without its comments, and has a still picture', () => {
	const secret = 'Xyzzy of Nowhere 7';
	tool('convert', '-size', '50x40', '-delay', '10', 'xc:red', 'xc:blue', 'xc:lime', '-set', 'comment', secret, at('moving.gif'));
	tool('vips', 'copy', `${at('moving.gif')}[n=-1]`, at('moving.webp'));
	tool('exiftool', '-q', '-overwrite_original', `-XMP-dc:Description=${secret}`, at('moving.webp'));
	for (const type of ['gif', 'webp']) {
		const { files, result } = derived(at(`moving.${type}`), [variant(type, 50, 40, { copy: 1 }), variant('png', 25, 20)], at('kept'));
		assert.equal(result.frames, 3);
		assert.equal(frames(files[0]), 3);
		assert.ok(!fs.readFileSync(files[0]).includes('Xyzzy'));
		const still = pixels(files[1]);
		assert.deepEqual([still.width, still.height, ...still.rgb.subarray(0, 3)].map((n) => (n > 250 ? 255 : n < 5 ? 0 : n)), [25, 20, 255, 0, 0], type);
	}
	tool('exiftool', '-q', '-n', '-overwrite_original', '-Orientation=6', at('moving.webp'));
	const { files: lying, result } = derived(at('moving.webp'), [variant('webp', 40, 50, { copy: 1 }), variant('png', 20, 25)], at('lying'));
	assert.deepEqual([result.orientation, result.width, result.height, frames(lying[0])], [6, 40, 50, 3]);
	assert.equal(tool('exiftool', '-n', '-s3', '-Orientation', lying[0]).toString().trim(), '6', 'as its still picture lies');
	assert.ok(!fs.readFileSync(lying[0]).includes('Xyzzy'));
	assert.equal(derive(at('small.png'), [variant('gif', 1, 1, { copy: 1 })], at('no')).status, INVALID);
});

test('HEIC of any width and turning is read as vips reads it', () => {
	for (const [width, height] of [[300, 220], [301, 219], [66, 35]]) {
		tool('convert', at('small.png'), '-resize', `${width}x${height}!`, at('in.png'));
		tool('heif-enc', '-q', '90', '-o', at('in.heic'), at('in.png'));
		tool('vips', 'copy', at('in.heic'), at('want.png'));
		const want = pixels(at('want.png')), { files } = derived(at('in.heic'), [variant('png', want.width, want.height)], at('own'));
		const like = ssim(pixels(files[0]), want);
		assert.ok(like > 0.97, `${width} x ${height}: ${like}`);
	}
});

test('parts, turns and rivals are as they are asked for', () => {
	const { files, result } = derived(at('small.png'), [
		variant('png', 50, 50, { crop: [100, 60, 100, 100] }), variant('png', 110, 150, { turn: 1 }),
		variant('jpeg', 300, 220, { quality: 1 }), variant('webp', 300, 220, { quality: 100, rival: 2 }),
	], at('part'));
	tool('convert', at('small.png'), '-crop', '100x100+100+60', '+repage', '-resize', '50x50!', at('want0.png'));
	tool('convert', at('small.png'), '-rotate', '90', '-resize', '110x150!', at('want1.png'));
	for (const i of [0, 1]) assert.ok(ssim(pixels(files[i]), pixels(at(`want${i}.png`))) > 0.97, `variant ${i}`);
	assert.deepEqual(result.made.map(({ kept }) => kept), [true, true, true, false]);
	assert.equal(fs.statSync(files[3]).size, 0);
	assert.equal(derive(at('small.png'), [variant('png', 301, 220)], at('no')).status, INVALID);
});

test('the rival of what was not kept takes its place', () => {
	const { files, result } = derived(at('small.png'), [
		variant('jpeg', 300, 220, { quality: 1 }), variant('webp', 300, 220, { quality: 100, rival: 0 }), variant('avif', 300, 220, { quality: 90, rival: 1 }),
		variant('jpeg', 150, 110, { quality: 95 }), variant('webp', 150, 110, { quality: 60, rival: 3 }), variant('avif', 150, 110, { quality: 40, rival: 4 }),
	], at('rivals'));
	const sizes = files.map((file) => fs.statSync(file).size);
	assert.deepEqual(result.made.map(({ kept }) => kept), [true, false, false, true, true, true]);
	assert.deepEqual([sizes[1], sizes[2]], [0, 0]);
	assert.ok(sizes[5] < sizes[4] && sizes[4] < sizes[3], String(sizes));
});

test('all eight ways that a picture can lie, with a part cut out of each', () => {
	const ways = [[], ['-rotate', '90'], ['-rotate', '180'], ['-rotate', '270']].flatMap((way) => [way, [...way, '-flop']]);
	const plan = [0, 1, 2, 3].flatMap((quarters) => [quarters, quarters | 4]).map((turn) => variant('png', 90, 60, { turn, crop: [20, 30, 180, 120] }));
	const { files } = derived(at('small.png'), plan, at('way'));
	for (const [i, way] of ways.entries()) {
		tool('convert', at('small.png'), ...way, '+repage', '-crop', '180x120+20+30', '+repage', '-resize', '90x60!', at('want.png'));
		const like = ssim(pixels(files[i]), pixels(at('want.png')));
		assert.ok(like > 0.97, `${plan[i]}: ${like}`);
	}
});

test('a picture is told in a colour and a few bytes', () => {
	tool('convert', '-size', '400x300', 'xc:rgb(20,120,60)', '-fill', 'white', '-draw', 'rectangle 0,0 99,99', at('green.png'));
	const { result } = derived(at('green.png'), [], at('none'));
	assert.ok(Math.abs((result.colour >> 16) - 20) < 6 && Math.abs((result.colour >> 8 & 255) - 120) < 6 && Math.abs((result.colour & 255) - 60) < 6);
	assert.match(result.placeholder, /^data:image\/webp;base64,[\w+/]+=*$/);
	assert.ok(result.placeholder.length < 300);
	fs.writeFileSync(at('tiny.webp'), Buffer.from(result.placeholder.split(',')[1], 'base64'));
	assert.deepEqual([pixels(at('tiny.webp')).width, pixels(at('tiny.webp')).height], [16, 12]);
});

test('what is too large, cut off or no picture is refused in words, before it costs anything', () => {
	const limits = ({ input = 1e8, pixels: most = 1e8, frames: count = 100, memory = 1.5e9, output = 1e8, cpu = 60 } = {}) => [input, most, count, memory, output, cpu].map(Math.round).join(',');
	const cut = (name, share, to) => { const bytes = fs.readFileSync(at(name)); fs.writeFileSync(at(to), bytes.subarray(0, bytes.length * share)); return to; };
	tool('convert', at('small.png'), '-interlace', 'JPEG', at('layers.jpg'));
	tool('vips', 'copy', at('small.png'), at('small.webp'));
	fs.writeFileSync(at('text.jpg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
	fs.writeFileSync(at('empty.png'), '');
	const damaged = fs.readFileSync(at('small.png'));
	damaged.fill(0x55, damaged.length / 2, damaged.length / 2 + 40);
	fs.writeFileSync(at('damaged.png'), damaged);
	const cases = [
		['small.jpg', { pixels: 60000 }, LIMIT, /claims 300 x 220 pixels/], ['moving.gif', { frames: 2 }, LIMIT, /3 frames/],
		['small.jpg', { input: 1000 }, LIMIT, /1000/], [cut('small.jpg', 0.7, 'cut.jpg'), {}, INVALID, /cut off in the middle/],
		[cut('layers.jpg', 0.7, 'cutlayers.jpg'), {}, INVALID, /cut off in the middle/], [cut('small.png', 0.7, 'cut.png'), {}, INVALID, /cut off in the middle/],
		[cut('small.webp', 0.7, 'cut.webp'), {}, INVALID, /cut off in the middle/], ['damaged.png', {}, INVALID, /png picture is damaged/],
		['text.jpg', {}, INVALID, /no picture of a kind that Platen knows/], ['empty.png', {}, INVALID, /no picture of a kind/],
	];
	for (const [name, allowed, status, says] of cases) {
		const done = derive(at(name), [variant('png', 10, 10)], at('none'), limits(allowed));
		assert.equal(done.status, status, `${name}: ${done.err}`);
		assert.match(done.err, says);
		assert.equal(fs.statSync(done.files[0]).size, 0, name);
	}
});

test('a picture that needs more memory than it may have is refused, not the machine slowed down', () => {
	tool('vips', 'black', at('wide.png'), '9000', '9000', '--bands', '3');
	const done = derive(at('wide.png'), [variant('png', 10, 10)], at('none'), '100000000,100000000,10,300000000,100000000,60');
	assert.equal(done.status, LIMIT, done.err);
	assert.match(done.err, /memory/);
});

test('a large photo takes less than 200 MB, whichever way it lies and is turned, and whatever is cut out', { skip: checked }, () => {
	tool('convert', at('base.png'), '-resize', '6000x4000!', '-quality', '90', at('huge.jpg'));
	fs.copyFileSync(at('huge.jpg'), at('lying.jpg'));
	tool('exiftool', '-q', '-n', '-overwrite_original', '-Orientation=6', at('lying.jpg'));
	const cases = [['lying.jpg', 0, [0, 0, 4000, 6000]], ['huge.jpg', 1, [0, 0, 4000, 6000]], ['lying.jpg', 3, [0, 0, 5000, 4000]]];
	for (const [name, turn, crop] of cases) {
		const part = (type, width, quality) => variant(type, width, Math.floor(crop[3] * width / crop[2]), { turn, crop, quality });
		const widest = Math.min(crop[2], Math.floor(4096 * crop[2] / Math.max(crop[2], crop[3])));
		const most = memory(at(name), [part('jpeg', 320, 80), part('jpeg', 2560, 80), part('webp', 2560, 78), part('jpeg', 400, 80), part('jpeg', widest, 92)], at('most'));
		assert.ok(most < 200 << 20, `${name} ${turn} ${crop}: ${most} B`);
	}
});

test('pictures are made within what systemd allows the worker', () => {
	for (const unit of ['platen', 'platen-worker']) {
		const { status, stderr } = spawnSync('/usr/bin/python3', [path.join(source, 'tests/front/confined.py'), path.join(source, `tools/deploy/${unit}.service`), helper,
			'derive', '-', variant('avif', 300, 220)], { stdio: [fs.openSync(at('small.jpg'), 'r'), 'pipe', 'pipe', fs.openSync(at('worker.avif'), 'w')] });
		assert.equal(status, 0, stderr.toString());
		assert.ok(fs.statSync(at('worker.avif')).size > 500);
	}
});

const told = {
	'bomb-65536x65536.png': /65536 x 65536 pixels; at most 100 million/, 'broken-data-stream.png': /cut off/, 'broken.png': /ends before its size/,
	'corrupt-header.jpg': /ends before its size/, 'h5sc-test.gif': /./, 'gif-logical-screen-bomb.gif': /./, 'truncated.jpg': /cut off/, 'truncated.png': /cut off/,
	'html-named-png.png': /no picture/, 'mvg-named-jpg.jpg': /no picture/, 'svg-local-file.svg': /no picture/,
};

test('the real pictures, good and bad, become variants or a message of their own', { skip: real }, () => {
	for (const folder of ['good', 'bad']) {
		for (const name of fs.readdirSync(path.join(shared, 'images', folder))) {
			const done = derive(path.join(shared, 'images', folder, name), [variant('jpeg', 1, 1), variant('webp', 1, 1)], at('real'));
			assert.equal(done.signal, null, `${name}: ${done.err}`);
			if (folder === 'good' && !name.endsWith('.svg')) assert.equal(done.status, 0, `${name}: ${done.err}`);
			if (told[name]) assert.match(done.err, told[name], name);
			if (done.status === 0) continue;
			assert.match(done.err, /^platen-img: .{10,}\n$/, name);
			assert.ok(done.status === INVALID || done.status === LIMIT, `${name}: ${done.status} ${done.err}`);
			assert.deepEqual(done.files.map((file) => fs.statSync(file).size), [0, 0], name);
		}
	}
});

// As it is meant to be seen, by vips: upright and in sRGB, at its full size, in upright.png.
function upright(name) {
	const file = path.join(shared, 'images/good', name), profile = tool('vipsheader', '-a', file).includes('icc-profile-data');
	tool('vips', 'autorot', file, at('lies.v'));
	tool('vips', ...profile ? ['icc_transform', at('lies.v'), at('deep.v'), 'srgb', '--embedded'] : ['colourspace', at('lies.v'), at('deep.v'), 'srgb']);
	tool('vips', 'cast', at('deep.v'), at('upright.png[strip]'), 'uchar');
	return file;
}

const near = [['photo.heic', 320, 213], ['photo.webp', 640, 483], ['photo.avif', 640, 125], ['cmyk-no-profile.jpg', 320, 213],
	['exif-orientation-6.jpg', 320, 240], ['gamma-gray.jpg', 258, 222], ['16bit-rgb.png', 320, 213], ['photo-12mp-gps-exif.jpg', 640, 480]];

test('the real photos become as good as those of vips, and no larger', { skip: real }, () => {
	for (const [name, width, height] of near) {
		const file = upright(name), size = `${width}x${height}!`;
		tool('convert', at('upright.png'), '-resize', size, '-depth', '8', at('ideal.png'));
		const ideal = pixels(at('ideal.png'));
		const { files } = derived(file, [variant('jpeg', width, height), variant('webp', width, height, { quality: 78 })], at('ours'));
		for (const [i, type, quality] of [[0, 'jpg', 80], [1, 'webp', 78]]) {
			// Of all pixels: what vips makes of a WebP that it reads at half its size is smaller, and blurred.
			tool('vipsthumbnail', at('upright.png'), '--size', size, '-o', at(`theirs.${type}[Q=${quality},strip]`));
			const [own, other] = [files[i], at(`theirs.${type}`)].map((one) => ssim(pixels(one), ideal));
			assert.ok(own >= other - 0.01, `${name} ${type}: ${own} against ${other}`);
			const [bytes, bound] = [fs.statSync(files[i]).size, weight(at(`theirs.${type}`)) * 1.05];
			assert.ok(bytes <= bound, `${name} ${type}: ${bytes} B against ${bound}`);
		}
	}
});

test('the real photos have the colours that vips shows', { skip: real }, () => {
	for (const name of ['photo.heic', 'photo.webp', 'alpha.webp', 'cmyk-no-profile.jpg', 'gamma-gray.jpg', 'exif-orientation-6.jpg', '16bit-rgb.png', '16bit-grey-alpha.png']) {
		const file = upright(name);
		// vips 8.14 takes 16 bits of transparency for 8 when it follows a profile: what it shows is opaque.
		if (name === '16bit-grey-alpha.png') tool('convert', file, at('upright.png'));
		const want = pixels(at('upright.png')), { files } = derived(file, [variant('png', want.width, want.height)], at('own'));
		const off = deltaE(pixels(files[0]), want);
		assert.ok(off <= 2, `${name}: mean delta-E ${off}`);
	}
});

test('the real eight orientations are one picture each', { skip: real }, () => {
	const shown = Array.from({ length: 8 }, (_, i) => pixels(derived(path.join(shared, 'images/good', `exif-orientation-${i + 1}.jpg`), [variant('png', 200, 150)], at('eight')).files[0]));
	for (const one of shown.slice(1)) assert.ok(ssim(one, shown[0]) > 0.8);
});
