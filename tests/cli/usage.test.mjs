// usage.test.mjs: what the program says of itself and to whoever calls it wrongly; exit statuses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Place, program } from './cli.mjs';

const place = new Place();
after(() => place.release());
const commands = ['serve', 'init', 'migrate', 'import', 'export', 'post', 'search', 'user', 'config', 'rebuild', 'doctor', 'help', 'version'];

describe('help', () => {
	test('lists every command, asked for in every way, and needs no settings', () => {
		for (const args of [[], ['help'], ['--help'], ['-h']]) {
			const { status, out, err } = place.run(args, { env: { PLATEN_WRONG: 'x' } });
			assert.equal(status, 0, args.join());
			assert.equal(err, '');
			for (const name of commands) assert.match(out, new RegExp(`^  ${name} +[A-Z]`, 'm'));
		}
	});
	for (const name of commands) {
		test(`help ${name} and ${name} --help say the same: usage, summary, options`, () => {
			const asked = place.done('help', name);
			assert.equal(place.done(name, '--help'), asked);
			assert.match(asked, new RegExp(`^usage: platen ${name}[^\\n]*\\n\\n[A-Z][^\\n]*\\.\\n`));
			// Every option that the usage line names is explained.
			for (const [option] of asked.split('\n')[0].matchAll(/--[a-z-]+/g)) assert.match(asked, new RegExp(`^  ${option}`, 'm'));
		});
	}
	test('of an unknown command, or of two, is wrong usage', () => {
		for (const [args, message] of [[['help', 'frob'], "'frob'"], [['help', 'init', 'migrate'], "'migrate'"], [['help', '--man', 'x'], "'x'"]]) {
			const { status, out, err } = place.run(args);
			assert.deepEqual([status, out], [2, '']);
			assert.ok(err.includes(message), err);
		}
	});
	test('--version and version print one line', () => {
		for (const args of [['version'], ['--version']]) assert.match(place.done(...args), /^platen \d+\.\d+\.\d+\n$/);
		assert.equal(place.run(['version', 'x']).status, 2);
	});
	test('--man gives a man page that groff and man take without a warning, with everything in it', () => {
		const page = place.done('help', '--man');
		for (const name of [...commands, 'PLATEN_URL', 'SIGHUP', 'EXIT STATUS']) assert.ok(page.includes(name), name);
		assert.doesNotMatch(page, /^[ \t]/m, 'a line that begins with a space breaks the text');
		const file = place.file('platen.1', page);
		let checked = 0;
		for (const [command, ...args] of [['groff', '-man', '-ww', '-z', file], ['man', '--warnings', '-E', 'UTF-8', '-l', file]]) {
			const { error, status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', env: { ...place.env, MANPAGER: 'cat', MANWIDTH: '80' } });
			if (error) continue;
			checked++;
			assert.equal(status, 0, stderr);
			assert.equal(stderr, '');
			if (command === 'man') assert.match(stdout, /PLATEN/);
		}
		assert.ok(checked > 0 || process.platform !== 'linux' || !fs.existsSync('/usr/bin/groff'));
	});
});

describe('wrong usage is status 2, says what is wrong on standard error, and how it is right', () => {
	const table = [
		[['frob'], "there is no command 'frob'"], [['--frob'], "there is no command '--frob'"],
		[['init', 'x'], "unexpected argument 'x'"], [['init', '--frob'], "unknown option '--frob'"], [['migrate', '-x'], "unknown option '-x'"],
		[['rebuild', 'x'], "unexpected argument 'x'"], [['doctor', 'x'], "unexpected argument 'x'"], [['serve', 'x'], "unexpected argument 'x'"],
		[['serve', '--listen'], '--listen needs a value'], [['import'], 'which folder'], [['import', 'a', 'b'], "'b'"],
		[['import', '--threads', '0', 'a'], "'0'"], [['import', '--threads', 'x', 'a'], "'x'"], [['import', '--dry-run=1', 'a'], '--dry-run takes no value'],
		[['export'], 'which folder'], [['export', '--format', 'xml', 'a'], "'xml'"], [['export', '--format'], '--format needs a value'],
		[['post'], 'what shall be done'], [['post', 'frob'], "there is no action 'frob'"], [['post', 'show'], 'needs to know which'],
		[['post', 'show', 'a', 'b'], 'an argument too many'], [['post', 'edit', 'a', 'b', 'c'], "unexpected argument 'c'"],
		[['post', 'add', '--title'], '--title needs a value'], [['post', 'list', '--status', 'gone'], "--status cannot be 'gone'"],
		[['post', 'list', '--kind', 'note'], "--kind cannot be 'note'"], [['post', 'add', '--visibility', 'all', 'x'], "--visibility cannot be 'all'"],
		[['media'], 'copy or verify'], [['media', 'copy'], 'copy to where'], [['media', 'copy', 'verify'], "'verify'"], [['media', 'verify', '--to', 'x'], 'takes no such place'],
		[['search'], 'no words'], [['search', 'x'.repeat(5000)], 'too many words'], [['search', 'a', 'x'.repeat(5000)], 'too many words'],
		[['user'], 'what shall be done'], [['user', 'frob'], "there is no action 'frob'"], [['user', 'add'], 'needs an e-mail address'],
		[['user', 'add', '--role', 'king', 'a@b.org'], "there is no role 'king'"], [['user', 'add', 'a@b.org', 'c'], "unexpected argument 'c'"],
		[['config', 'frob'], "'frob'"], [['config', 'set', 'title'], "'set'"], [['config', 'set', 'title', 'a', 'b'], "unexpected argument 'b'"],
		[['config', 'get'], "'get'"], [['config', 'reset'], "'reset'"], [['config', 'set-password'], "'set-password'"],
	];
	for (const [args, message] of table) {
		test(`platen ${args.join(' ').slice(0, 50)}`, () => {
			const { status, out, err } = place.run(args);
			assert.deepEqual([status, out], [2, ''], err);
			assert.ok(err.startsWith('platen: ') && err.includes(message), err);
			if (!err.includes('no command')) assert.match(err, new RegExp(`\nusage: platen ${args[0]}`));
			assert.ok(!fs.existsSync(place.data), 'it made the data folder');
		});
	}
});

describe('settings of the process', () => {
	const wrong = [
		[{ PLATEN_WORKRES: '3' }, "environment: there is no setting 'PLATEN_WORKRES'; is PLATEN_WORKERS meant?"],
		[{ PLATEN_WORKERS: 'many' }, 'PLATEN_WORKERS'], [{ PLATEN_TIMEOUT: '5' }, '100 to 3600000 ms'], [{ PLATEN_URL: 'ftp://x' }, 'PLATEN_URL'],
		[{ PLATEN_URL: 'https://x.org/?a' }, 'PLATEN_URL'], [{ PLATEN_LOG_LEVEL: 'loud' }, 'error, warn, info, debug'], [{ PLATEN_SECRET: 'short' }, 'PLATEN_SECRET'],
		[{ PLATEN_SECRET: '' }, 'PLATEN_SECRET'], [{ PLATEN_BODY_MAX: '99999999999g' }, 'PLATEN_BODY_MAX'], [{ PLATEN_DATA: '' }, 'PLATEN_DATA'],
		[{ PLATEN_MEDIA_URL: 'cdn.example.org' }, 'PLATEN_MEDIA_URL'], [{ PLATEN_S3_ENDPOINT: 'https://u:p@s3.example.org' }, 'PLATEN_S3_ENDPOINT'],
		[{ PLATEN_ENV_FILE: '/nonexistent/platen.env' }, '/nonexistent/platen.env'],
	];
	for (const [env, message] of wrong) {
		test(`${Object.entries(env).map((pair) => pair.join('=')).join(' ')} is named at the start of every command`, () => {
			for (const command of ['init', 'doctor', 'config']) {
				const { status, out, err } = place.run([command], { env });
				assert.deepEqual([status, out], [1, '']);
				assert.ok(err.startsWith('platen: ') && err.includes(message), err);
			}
			assert.ok(!fs.existsSync(place.data));
		});
	}
	test('a secret that is refused is not printed', () => {
		assert.ok(!place.run(['init'], { env: { PLATEN_SECRET: 'hush-hush' } }).err.includes('hush-hush'));
	});
	test('a mistake in platen.env is named with file and line', () => {
		const own = Place.site();
		try {
			const file = path.join(own.data, 'platen.env');
			for (const [text, message] of [['PLATEN_URLL=x\n', `${file}:1: there is no setting 'PLATEN_URLL'; is PLATEN_URL meant?`],
				['# fine\n\nnonsense\n', `${file}:3: this is not NAME=VALUE`], ['PATH=/bin\n', `${file}:1: 'PATH' does not begin with PLATEN_`],
				['PLATEN_LANG="x\n', `${file}:1: a quoted value does not end`], ['PLATEN_GRACE=-1\n', 'setting PLATEN_GRACE']]) {
				fs.writeFileSync(file, text);
				const { status, err } = own.run(['post', 'list']);
				assert.equal(status, 1);
				assert.ok(err.includes(message), err);
			}
		} finally {
			own.release();
		}
	});
	test('what cannot be printed is a failure', { skip: !fs.existsSync('/dev/full') }, () => {
		for (const args of [['help'], ['help', '--man'], ['post', '--help'], ['version'], ['config']]) {
			const full = fs.openSync('/dev/full', 'w');
			const { status, stderr } = spawnSync(program, args, { env: place.env, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
			fs.closeSync(full);
			assert.equal(status, 1, args.join(' '));
			assert.match(stderr, /standard output/);
		}
	});
});
