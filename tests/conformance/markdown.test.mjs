// markdown.test.mjs: the examples of the CommonMark and GFM specifications through our pipeline.
//
// With the extras off, every example must come out byte for byte as the library's own functions give
// it, in each mode; and of the specification's expected results exactly those are missed that the
// library of Debian 12 misses: 5 of CommonMark 0.31.2 with cmark-gfm 0.29.0.gfm.6, 3 with cmark 0.30.2.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import spec from 'commonmark-spec';
import { extensions, plainLibrary, render, shared } from './markdown_driver.mjs';

const tabs = (text) => text.replaceAll('→', '\t');
const examples = spec.tests.map((t) => ({ number: t.number, markdown: tabs(t.markdown), html: tabs(t.html) }));

// Examples of a specification of GitHub's form: the extension stands behind the word "example".
function readSpec(text) {
	const found = [];
	for (const m of text.matchAll(/^`{32} example ?(.*)\n([\s\S]*?)^\.\n([\s\S]*?)^`{32}$/gm))
		found.push({ number: found.length + 1, words: m[1].split(' ').filter(Boolean), markdown: tabs(m[2]), html: tabs(m[3]) });
	return found;
}

function bits(words) {
	return words.reduce((sum, word) => sum | (extensions[word] ?? 0), extensions.commonmark);
}

function failures(cases, answers) {
	return cases.filter((c, i) => answers[i].html !== c.html).map((c) => c.number);
}

test('CommonMark 0.31.2: what the library passes, we pass', () => {
	const cases = examples.map((e) => ({ markdown: e.markdown, mode: 'on', extensions: extensions.commonmark }));
	assert.equal(cases.length, 652);
	const missed = failures(examples, render(cases));
	if (plainLibrary)
		assert.equal(missed.length, 3, `missed: ${missed}`);
	else
		assert.deepEqual(missed, [28, 171, 354, 625, 626]);
});

for (const mode of ['on', 'off'])
	for (const smart of [false, true])
		for (const set of [extensions.commonmark, 0])
			test(`equal to the library's own output: ${mode}, ${smart ? 'smart' : 'not smart'}, ${set ? 'CommonMark' : 'all extensions'}`, () => {
				const cases = examples.map((e) => ({ markdown: e.markdown, mode, smart, extensions: set }));
				for (const [i, answer] of render(cases).entries())
					assert.equal(answer.html, answer.library, `example ${i + 1}`);
			});

test('with the extras on and HTML filtered, every example renders without a script', () => {
	const cases = examples.map((e) => ({ markdown: e.markdown, mode: 'filtered', extras: true }));
	for (const [i, answer] of render(cases).entries()) {
		assert.equal(answer.error, undefined, `example ${i + 1}`);
		assert.doesNotMatch(answer.html, /<script|javascript:|\son\w+=[^"]*"[^"]*>/i, `example ${i + 1}`);
	}
});

const gfm = join(shared, 'specs', 'cmark-gfm', 'spec.txt');
const skipGfm = (!existsSync(gfm) && 'no shared data') || (plainLibrary && 'plain cmark');
test('GFM: every enabled example', { skip: skipGfm }, () => {
	const enabled = readSpec(readFileSync(gfm, 'utf8')).filter((e) => !e.words.includes('disabled'));
	assert.equal(enabled.length, 671);
	const answers = render(enabled.map((e) => ({ markdown: e.markdown, mode: 'on', extensions: bits(e.words) })));
	for (const [i, answer] of answers.entries())
		assert.equal(answer.html, answer.library, `example ${enabled[i].number}`);
	assert.deepEqual(failures(enabled, answers), []);
});

const more = ['extensions.txt', 'smart_punct.txt', 'regression.txt'];
test('the library\'s own further examples come out as it gives them', { skip: skipGfm }, () => {
	for (const file of more) {
		const cases = readSpec(readFileSync(join(shared, 'specs', 'cmark-gfm', file), 'utf8'));
		assert.ok(cases.length > 0, file);
		for (const mode of ['on', 'off']) {
			const answers = render(cases.map((e) => ({ markdown: e.markdown, mode, smart: file.startsWith('smart') })));
			for (const [i, answer] of answers.entries())
				assert.equal(answer.html, answer.library, `${file} example ${i + 1}`);
		}
	}
});
