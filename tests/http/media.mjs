// media.mjs: small files for the library, and a client of its uploads (tus 1.0).
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import path from 'node:path';
import { sqlite } from '../sqlite.mjs';
import { below, platen } from './harness.mjs';
import { crc32 } from './zip.mjs';

const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const chunk = (type, data) => Buffer.concat([u32(data.length), Buffer.from(type), data, u32(crc32(Buffer.concat([Buffer.from(type), data])))]);

// A picture of one colour, or of the rows that are given, a zero before each; `text` goes into a comment that tells where it was taken.
export function png(width = 8, height = 6, paint = [200, 80, 40], text = '') {
	const rows = Buffer.isBuffer(paint) ? paint : Buffer.concat(Array(height).fill(Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from(paint))])));
	return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])),
		...(text ? [chunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'))] : []),
		chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

const JPEG = Buffer.from('/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z', 'base64').subarray(0, -2);
// One pixel, with EXIF that has an orientation and a text that stands for a place, and more of it behind its end.
export function jpeg(text, orientation = 6) {
	const tiff = Buffer.concat([Buffer.from('MM\0*'), u32(8), u16(1), u16(0x112), u16(3), u32(1), u16(orientation), u16(0), u32(0), Buffer.from(text)]);
	const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
	return Buffer.concat([JPEG.subarray(0, 2), Buffer.from([0xff, 0xe1]), u16(body.length + 2), body,
		Buffer.from([0xff, 0xfe]), u16(text.length + 2), Buffer.from(text), JPEG.subarray(2), Buffer.from([0xff, 0xd9]), Buffer.from(text)]);
}

// Two frames of one colour each; `text` is a comment. Each code has 8 bits: the table is cleared before it grows.
export function gif(width = 8, height = 6, text = 'x') {
	const u16le = (n) => Buffer.from([n & 255, n >> 8]), size = Buffer.concat([u16le(width), u16le(height)]);
	const blocks = (data) => Buffer.concat([...Array(Math.ceil(data.length / 255)).keys()].map((n) => data.subarray(n * 255, n * 255 + 255))
		.flatMap((part) => [Buffer.from([part.length]), part]).concat(Buffer.from([0])));
	const frame = (colour) => {
		const codes = [];
		for (let n = 0; n < width * height; n++) codes.push(...(n % 120 ? [] : [128]), colour);
		return Buffer.concat([Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0]), size, Buffer.from([0, 7]), blocks(Buffer.from([...codes, 129]))]);
	};
	return Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0xf6, 0, 0]), Buffer.from(Array.from({ length: 384 }, (_, n) => n % 256)),
		Buffer.from([0x21, 0xff, 11]), Buffer.from('NETSCAPE2.0'), Buffer.from([3, 1, 0, 0, 0, 0x21, 0xfe]), blocks(Buffer.from(text)), frame(1), frame(90), Buffer.from([0x3b])]);
}

// Until no job is due: one run ends when its time is over, which may be after a single picture.
export function jobsDone(site, rounds = 60) {
	const waiting = () => sqlite(path.join(site.data, 'site.db'), `SELECT count(*) FROM job WHERE due_ms <= ${Date.now()}`)[0][0];
	do platen(site, 'hook', 'run', 'jobs');
	while (--rounds > 0 && waiting() > 0);
}

const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text) => Buffer.from(text).toString('base64');

export class Uploader {
	constructor(visitor) { this.visitor = visitor; }
	async head() { return { ...TUS, origin: this.visitor.site.origin, 'form-token': this.token ??= await this.visitor.token() }; }
	async begin(size, name, { library, replaces, headers } = {}) {
		const meta = [name === undefined ? '' : `filename ${base64(name)}`, library ? `library ${base64('1')}` : '', replaces ? `replaces ${base64(String(replaces))}` : ''].filter(Boolean);
		return this.visitor.ask('/admin/media/uploads', { method: 'POST',
			headers: { ...await this.head(), 'upload-length': String(size), ...(meta.length ? { 'upload-metadata': meta.join(',') } : {}), ...headers } });
	}
	async piece(target, offset, bytes, headers = {}) {
		return this.visitor.ask(target, { method: 'PATCH', body: bytes,
			headers: { ...await this.head(), 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset), ...headers } });
	}
	state(target, method = 'HEAD') { return this.visitor.ask(target, { method, headers: TUS }); }
	async drop(target) { return this.visitor.ask(target, { method: 'DELETE', headers: await this.head() }); }
	// The whole file in pieces: the item, or what was answered instead.
	async send(bytes, name, options = {}, piece = 1 << 20) {
		const begun = await this.begin(bytes.length, name, options);
		if (begun.status !== 201) return begun;
		const target = below(this.visitor.site, begun.headers.location);
		for (let at = 0; at < bytes.length; at += piece) {
			const res = await this.piece(target, at, bytes.subarray(at, at + piece));
			if (res.status !== 204) return res;
		}
		const res = await this.state(target, 'GET');
		assert.equal(res.status, 200);
		return JSON.parse(res.text).item;
	}
}
