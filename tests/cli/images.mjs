// images.mjs: platen-img run by hand, and how near two pictures are. The judges are ImageMagick, vips and exiftool.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { source } from './cli.mjs';

export const helper = path.join(path.resolve(process.env.PLATEN_BUILD ?? path.join(source, 'build')), 'platen-img');

// A program of the machine, which must succeed.
export function tool(program, ...args) {
	const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 1 << 29 });
	assert.equal(status, 0, `${program} ${args.join(' ')}: ${error ?? stderr}`);
	return stdout;
}

export const variant = (type, width, height, { copy = 0, crop = [0, 0, 0, 0], turn = 0, quality = type === 'png' ? 0 : 80, rival = -1 } = {}) =>
	[type, copy, width, height, ...crop, turn, quality, rival].join(',');

// The variants of a file as OUT0.jpeg, OUT1.png ...: { status, signal, err, result, files }.
export function derive(file, variants, out, limits = '-') {
	const files = variants.map((words, i) => `${out}${i}.${words.split(',')[0]}`);
	const fds = [fs.openSync(file, 'r'), 'pipe', 'pipe', ...files.map((name) => fs.openSync(name, 'w'))];
	const env = process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {};
	const { status, signal, stdout, stderr } = spawnSync(helper, ['derive', limits, ...variants], { stdio: fds, env });
	for (const fd of fds) if (typeof fd === 'number') fs.closeSync(fd);
	return { status, signal, err: stderr.toString(), result: status === 0 ? JSON.parse(stdout) : null, files };
}

export function derived(...args) {
	const done = derive(...args);
	assert.equal(done.status, 0, `${args[0]}: ${done.signal ?? ''} ${done.err}`);
	return done;
}

// Bytes that platen-img takes at most for these variants.
export function memory(file, variants, out) {
	const fds = [fs.openSync(file, 'r'), 'ignore', 'pipe', ...variants.map((_, i) => fs.openSync(`${out}${i}`, 'w'))];
	const { status, stderr } = spawnSync('python3', [path.join(source, 'tools/measure/spent.py'), helper, 'derive', '-', ...variants], { stdio: fds });
	for (const fd of fds) if (typeof fd === 'number') fs.closeSync(fd);
	assert.equal(status, 0, stderr.toString());
	return Number(/ (\d+)\n$/.exec(stderr.toString())[1]);
}

// The bytes of a WebP or JPEG without what is told beside the picture: vips' "strip" leaves EXIF and profiles in a WebP.
export function weight(file) {
	const bytes = fs.readFileSync(file), webp = bytes.toString('latin1', 8, 12) === 'WEBP';
	let beside = 0;
	for (let at = webp ? 12 : 2; at + 8 <= bytes.length;) {
		const name = webp ? bytes.toString('latin1', at, at + 4) : bytes.readUInt16BE(at);
		if (name === 0xFFDA) break;
		const length = webp ? 8 + (bytes.readUInt32LE(at + 4) + 1 & ~1) : 2 + bytes.readUInt16BE(at + 2);
		if (['ICCP', 'EXIF', 'XMP '].includes(name) || (name > 0xFFE0 && name < 0xFFF0) || name === 0xFFFE) beside += length;
		at += length;
	}
	return bytes.length - beside;
}

// { width, height, rgb }: 8 bits each, what is transparent lies on white.
export function pixels(file) {
	const out = tool('convert', `${file}[0]`, '+repage', '-background', 'white', '-flatten', '-depth', '8', '-format', '%w %h\\n', '-write', 'info:-', 'rgb:-');
	const end = out.indexOf(10), [width, height] = out.subarray(0, end).toString().split(' ').map(Number);
	assert.equal(out.length - end - 1, width * height * 3, file);
	return { width, height, rgb: out.subarray(end + 1) };
}

const luma = ({ rgb }) => Float64Array.from({ length: rgb.length / 3 }, (_, i) => 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2]);

// The structural similarity of two pictures' brightness (Wang 2004), windows of 8 by 8, every second place.
export function ssim(a, b) {
	assert.deepEqual([a.width, a.height], [b.width, b.height]);
	const p = luma(a), q = luma(b), C1 = 6.5025, C2 = 58.5225;
	let sum = 0, count = 0;
	for (let y = 0; y + 8 <= a.height; y += 2) {
		for (let x = 0; x + 8 <= a.width; x += 2) {
			let sp = 0, sq = 0, pp = 0, qq = 0, pq = 0;
			for (let v = 0; v < 8; v++) {
				for (let i = (y + v) * a.width + x, end = i + 8; i < end; i++) {
					sp += p[i]; sq += q[i]; pp += p[i] * p[i]; qq += q[i] * q[i]; pq += p[i] * q[i];
				}
			}
			const mp = sp / 64, mq = sq / 64;
			sum += (2 * mp * mq + C1) * (2 * (pq / 64 - mp * mq) + C2) / ((mp * mp + mq * mq + C1) * (pp / 64 - mp * mp + qq / 64 - mq * mq + C2));
			count++;
		}
	}
	return sum / count;
}

const linear = Float64Array.from({ length: 256 }, (_, i) => (i / 255 <= 0.04045 ? i / 255 / 12.92 : ((i / 255 + 0.055) / 1.055) ** 2.4));
const bend = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116);

function lab(rgb, i) {
	const r = linear[rgb[i]], g = linear[rgb[i + 1]], b = linear[rgb[i + 2]];
	const x = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047), y = bend(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
	return [116 * y - 16, 500 * (x - y), 200 * (y - bend((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883))];
}

// The mean colour difference (CIE 1976) of two pictures.
export function deltaE(a, b) {
	assert.deepEqual([a.width, a.height], [b.width, b.height]);
	let sum = 0;
	for (let i = 0; i < a.rgb.length; i += 3) {
		const p = lab(a.rgb, i), q = lab(b.rgb, i);
		sum += Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
	}
	return sum / (a.rgb.length / 3);
}
