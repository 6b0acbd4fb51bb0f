// images.mjs: all variants of a photo with 12 megapixels by platen-img, beside ImageMagick's convert and vipsthumbnail
// for the same set, and platen-img's memory for one with 24.
import fs from 'node:fs';
import path from 'node:path';
import { ROUNDS } from '../load.mjs';
import { run, start } from '../processes.mjs';
import { work } from '../sites.mjs';
import { row } from '../table.mjs';

const WIDTHS = [320, 480, 640, 960, 1280, 1920, 2560];
const QUALITY = { jpeg: 80, webp: 78 };
const MEGA = 1 << 20;
const { PLATEN_TOP: top, PLATEN_BUILD: build } = process.env;
const at = (name) => path.join(work, name);
const set = ([width, height]) => WIDTHS.flatMap((w) => Object.keys(QUALITY).map((type) => ({ type, w, h: Math.round(w * height / width) })));

// { cpu_us, most_b } of a program that must succeed.
async function spent(program, args, fds = ['ignore', 'ignore']) {
	const child = start('python3', [path.join(top, 'tools/measure/spent.py'), program, ...args], { stdio: [...fds.slice(0, 2), 'pipe', ...fds.slice(2)] });
	await child.ended;
	const said = /(\d+) (\d+)\n$/.exec(child.errors);
	if (child.exitCode !== 0 || !said) throw new Error(`${program}: ${child.errors}`);
	return { cpu_us: Number(said[1]), most_b: Number(said[2]) };
}

async function ours(file, size, turn = 0, more = []) {
	const variants = [...set(size), ...more], fds = [fs.openSync(file, 'r'), 'ignore', ...variants.map((_, i) => fs.openSync(at(`ours-${i}`), 'w'))];
	const words = variants.map(({ type, w, h }) => `${type},0,${w},${h},0,0,0,0,${turn},${QUALITY[type]},-1`);
	try {
		return await spent(path.join(build, 'platen-img'), ['derive', '-', ...words], fds);
	} finally {
		for (const fd of fds) if (typeof fd === 'number') fs.closeSync(fd);
	}
}

// One decoding for all, as its manual has it.
const converts = (file, size) => spent('convert', [file, ...set(size).flatMap(({ type, w, h }) =>
	['(', '+clone', '-resize', `${w}x${h}!`, '-quality', `${QUALITY[type]}`, '-write', at(`convert-${w}.${type}`), '+delete', ')']), 'null:']);

async function vips(file, size) {
	const each = [];
	for (const { type, w, h } of set(size))
		each.push(await spent('vipsthumbnail', [file, '--size', `${w}x${h}!`, '-o', `${at(`vips-${w}`)}.${type}[Q=${QUALITY[type]},strip]`]));
	return { cpu_us: each.reduce((sum, one) => sum + one.cpu_us, 0) };
}

// The real one beside the checkout, or clouds.
async function photo() {
	const real = path.join(process.env.PLATEN_SHARED_DATA ?? path.join(top, '../shared/data'), 'images/good/photo-12mp-gps-exif.jpg');
	if (fs.existsSync(real)) return real;
	await run('convert', ['-seed', '7', '-size', '1008x756', 'plasma:fractal', '-resize', '4032x3024!', '-quality', '92', at('photo.jpg')]);
	return at('photo.jpg');
}

export async function measure() {
	const file = await photo(), size = [4032, 3024], own = [], magick = [], others = [];
	for (let round = 0; round < ROUNDS; round++) {
		magick.push(await converts(file, size));
		own.push(await ours(file, size));
		others.push(await vips(file, size));
	}
	const cpu = (list) => list.map((one) => one.cpu_us), ratio = (list) => own.map((one, i) => one.cpu_us / list[i].cpu_us);
	row('all 14 variants of a photo with 12 megapixels', cpu(own).map((us) => us / 1e6), 's', { cpu_us: cpu(own) });
	row('all 14 variants: CPU against convert', ratio(magick), 'times', { target: { atMost: 1 } });
	row('all 14 variants: CPU against vipsthumbnail', ratio(others), 'times', { target: { atMost: 1.5 } });
	for (const [name, options] of [['', []], [', progressive', ['-interlace', 'JPEG']]]) {
		const large = at(`large-${options.length}.jpg`);
		await run('convert', [file, '-resize', '6000x4000!', '-quality', '90', ...options, large]);
		row(`memory for a photo with 24 megapixels${name}`, [(await ours(large, [6000, 4000])).most_b / MEGA], 'MB', { target: { atMost: 200 } });
	}
	// As the library makes it: upright, the last one is what stands for the original.
	const turned = await ours(at('large-0.jpg'), [4000, 6000], 1, [{ type: 'jpeg', w: 2730, h: 4095 }]);
	row('memory for a photo with 24 megapixels, turned in the library', [turned.most_b / MEGA], 'MB', { target: { atMost: 200 } });
}
