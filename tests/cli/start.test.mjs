// start.test.mjs: a program that a web server starts must be told its data folder, and takes no commands.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Place, program, source } from './cli.mjs';

const activate = path.join(path.dirname(program), 'tests/front/activate');
const request = { GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', REQUEST_URI: '/', SERVER_PROTOCOL: 'HTTP/1.1', PLATEN_URL: 'https://example.org' };
let place;
// A folder with a site in ./var, which is what a person's commands take without PLATEN_DATA.
before(() => {
	place = new Place();
	place.done('init', { env: { PLATEN_DATA: undefined } });
	assert.ok(fs.existsSync(path.join(place.dir, 'var/site.db')));
	place.done('init');
});
after(() => place.release());

describe('without PLATEN_DATA', () => {
	test('CGI answers 500 and the log names the setting', () => {
		for (const data of [undefined, '']) {
			const { status, out, err } = place.run([], { env: { ...request, PLATEN_DATA: data } });
			assert.equal(status, 1);
			assert.match(out, /^Status: 500 [^]*\r\n\r\n500 Internal Server Error\n/);
			assert.doesNotMatch(out, /PLATEN|\/tmp/);
			assert.match(err, /^platen: PLATEN_DATA is not set/);
		}
	});
	for (const [number, what] of [['0', 'descriptor 0'], ['3', 'socket activation']]) {
		test(`a program with a listening socket by ${what} does not start, and names the setting`, () => {
			const { PLATEN_DATA: _, ...env } = place.env;
			const { status, stderr } = spawnSync(activate, [number, path.join(place.dir, `s${number}`), program], { env, cwd: place.dir, encoding: 'utf8', timeout: 60000 });
			assert.equal(status, 1, stderr);
			assert.match(stderr, /^platen: PLATEN_DATA is not set/);
		});
	}
	test('a settings file that does not name it does not help; one that does, does', () => {
		const without = place.file('without.env', 'PLATEN_LOG_LEVEL=warn\n'), having = place.file('with.env', `PLATEN_DATA=${place.data}\n`);
		const ask = (file) => place.run([], { env: { ...request, PLATEN_DATA: undefined, PLATEN_ENV_FILE: file } });
		assert.match(ask(without).err, /PLATEN_DATA is not set/);
		assert.match(ask(having).out, /^Status: 200/);
	});
});

test('with it CGI answers the page, whatever arguments the web server has made of the query', () => {
	for (const args of [[], ['version'], ['user', 'list'], ['--version'], ['serve']]) {
		const { status, out } = place.run(args, { env: request });
		assert.equal(status, 0);
		assert.match(out, /^Status: 200 [^]*<!doctype html>/i);
	}
});

test('tools/up refuses a data folder whose name no web server configuration can hold, before it does anything', () => {
	for (const name of ['my data', 'a"b', 'a;b', 'a$b', 'a&b']) {
		const { status, stderr } = spawnSync(path.join(source, 'tools/up'), ['--data', path.join(place.dir, name)], { env: place.env, encoding: 'utf8', timeout: 60000 });
		assert.equal(status, 1);
		assert.match(stderr, /^up: --data: .*has a blank or one of/);
		assert.ok(!fs.existsSync(path.join(place.dir, name)));
	}
});
