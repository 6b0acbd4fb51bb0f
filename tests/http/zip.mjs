// zip.mjs: ZIP archives for tests, also such as nobody should make.
import zlib from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
export const crc32 = (bytes) => { let c = 0xffffffff; for (const b of bytes) c = table[(c ^ b) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; };

// `entries`: [name, content, options]: mode (of unix), stored, size, crc, flags, method: what the archive says of itself.
export function zip(entries, { comment = '', count = entries.length } = {}) {
	const parts = [], central = [];
	let at = 0;
	for (const [name, content = '', options = {}] of entries) {
		const bytes = Buffer.from(content), named = Buffer.from(name);
		const packed = options.packed ?? (options.stored ? bytes : zlib.deflateRawSync(bytes));
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(options.flags ?? 0x800, 2);
		common.writeUInt16LE(options.method ?? (options.stored ? 0 : 8), 4);
		common.writeUInt16LE(0x21, 8);
		common.writeUInt32LE(options.crc ?? crc32(bytes), 10);
		common.writeUInt32LE(packed.length, 14);
		common.writeUInt32LE(options.size ?? bytes.length, 18);
		common.writeUInt16LE(named.length, 22);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(((options.mode ?? 0o100644) << 16) >>> 0, 6);
		tail.writeUInt32LE(options.offset ?? at, 10);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, named]));
		const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, named, packed]);
		parts.push(local);
		at += local.length;
	}
	const toc = Buffer.concat(central), end = Buffer.alloc(22), note = Buffer.from(comment);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(count & 0xffff, 8);
	end.writeUInt16LE(count & 0xffff, 10);
	end.writeUInt32LE(toc.length, 12);
	end.writeUInt32LE(at, 16);
	end.writeUInt16LE(note.length, 20);
	return Buffer.concat([...parts, toc, end, note]);
}

// The names in an archive and what they hold, by its table of contents.
export function unzip(bytes) {
	const files = new Map();
	let at = bytes.readUInt32LE(bytes.length - 22 + 16);
	while (bytes.readUInt32LE(at) === 0x02014b50) {
		const size = bytes.readUInt32LE(at + 20), name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString();
		const local = bytes.readUInt32LE(at + 42), data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		files.set(name, zlib.inflateRawSync(bytes.subarray(data, data + size)));
		at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
	return files;
}

// A form with a file, as browsers send it.
export function multipart(fields, file, name = 'a.zip', boundary = '----WebKitFormBoundary7MA4YWxk') {
	const parts = Object.entries(fields).map(([key, value]) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`));
	if (file) parts.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/zip\r\n\r\n`), file, Buffer.from('\r\n'));
	return { method: 'POST', body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
