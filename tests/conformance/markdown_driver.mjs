// markdown_driver.mjs: runs tests/conformance/markdown_cases for the suites that need it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const shared = process.env.PLATEN_SHARED_DATA ?? join(top, '..', 'shared', 'data');
const build = process.env.PLATEN_BUILD ?? join(top, 'build');
const program = join(build, 'tests', 'conformance', 'markdown_cases');
export const plainLibrary = existsSync(join(build, 'config.h'))
	&& spawnSync('grep', ['-q', 'WITH_CMARK_GFM 0', join(build, 'config.h')]).status === 0;

// Bits of enum markdown_extension.
export const extensions = {
	table: 1, strikethrough: 2, autolink: 4, tasklist: 8, footnotes: 16, tagfilter: 32, commonmark: 64,
};

// Our JSON carries no NUL: U+E000 stands for it.
function line(c) {
	const text = JSON.stringify(c);
	return text.includes('\\u0000') ? JSON.stringify({ ...JSON.parse(text.replaceAll('\\u0000', '\uE000')), nul: true }) : text;
}

// Gives one answer for each case: {html, plain, library} or {error}.
export function render(cases) {
	const input = cases.map((c) => line(c) + '\n').join('');
	const result = spawnSync(program, { input, encoding: 'utf8', timeout: 300000, maxBuffer: 1 << 28 });
	assert.equal(result.status, 0, `markdown_cases ended with ${result.status} ${result.signal} ${result.error ?? ''}`);
	const answers = result.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
	assert.equal(answers.length, cases.length);
	return answers;
}
