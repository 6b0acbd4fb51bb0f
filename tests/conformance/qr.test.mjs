/* qr.test.mjs: our QR codes as somebody else's decoder reads them: every length, every version. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import jsQR from 'jsqr';

const top = fileURLToPath(new URL('../..', import.meta.url));
const build = path.resolve(process.env.PLATEN_BUILD ?? process.env.top_builddir ?? path.join(top, 'build'));

function print(texts) {
	const out = execFileSync(path.join(build, 'tests/conformance/qr_print'), { input: texts.map((t) => t + '\n').join(''), encoding: 'utf8', maxBuffer: 1 << 26 });
	return out.split('\n\n').slice(0, texts.length).map((code) => code.split('\n'));
}

function read(rows) {
	const quiet = 4, scale = 3, side = (rows.length + 2 * quiet) * scale;
	const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
	rows.forEach((row, y) => [...row].forEach((c, x) => {
		for (let i = 0; c === '#' && i < scale * scale; i++) {
			const at = (((y + quiet) * scale + Math.floor(i / scale)) * side + (x + quiet) * scale + i % scale) * 4;
			pixels.fill(0, at, at + 3);
		}
	}));
	return jsQR(pixels, side, side);
}

test('every length from 1 to 213 bytes comes back', () => {
	const texts = Array.from({ length: 213 }, (_, n) => Array.from({ length: n + 1 }, (__, i) => String.fromCharCode(33 + (i * 7 + n * 13) % 94)).join(''));
	const versions = new Set();
	print(texts).forEach((rows, n) => {
		const found = read(rows);
		assert.equal(found?.data, texts[n], `length ${n + 1}`);
		versions.add(found.version);
	});
	assert.deepEqual([...versions], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('UTF-8 comes back, and 214 bytes are refused', () => {
	const [rows, refused] = print(['otpauth://totp/Grüße:ä@example.org?secret=ABC&issuer=漢字', 'x'.repeat(214)]);
	assert.equal(read(rows)?.data, 'otpauth://totp/Grüße:ä@example.org?secret=ABC&issuer=漢字');
	assert.match(refused[0], /at most 213/);
});

test('a small stain does no harm', () => {
	const [rows] = print(['otpauth://totp/Halftone:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Halftone']);
	const n = rows.length, at = Math.floor(n / 2);
	const hurt = rows.map((row, y) => (y < at || y > at + 3 ? row : row.slice(0, at) + '####' + row.slice(at + 4)));
	assert.match(read(hurt)?.data ?? '', /^otpauth:.*issuer=Halftone$/);
});
