// place.test.mjs: init, migrate, config, user, doctor, rebuild: the data folder and who may use it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { Place } from './cli.mjs';

// A failure: status 1, nothing on standard output, the message on standard error.
function fails(place, args, message, options) {
	const { status, out, err } = place.run(args, options);
	assert.equal(status, 1, `${args.join(' ')}: ${out}${err}`);
	assert.equal(out, '');
	assert.match(err, /^platen: [^\n]+\n$/);
	assert.match(err, message);
}

describe('init and migrate', () => {
	let place;
	beforeEach(() => { place = new Place(); });
	afterEach(() => place.release());

	test('init makes the folder, and run again changes nothing', () => {
		assert.equal(place.done('init'), `data folder ${place.data} is ready\n`);
		const names = fs.readdirSync(place.data).filter((name) => !/-(wal|shm)$/.test(name)).sort();
		assert.deepEqual(names, ['media', 'site.db', 'themes', 'traffic.db']);
		assert.equal(fs.statSync(place.data).mode & 0o777, 0o700);
		place.done('config', 'set', 'title', 'Kept');
		place.done('init');
		assert.equal(place.done('config', 'get', 'title'), 'Kept\n');
		assert.equal(place.done('migrate'), 'the databases are up to date\n');
	});
	test('processes that run init at once all succeed and make one site', async () => {
		place.env.PLATEN_BUSY_TIMEOUT = '60000'; // each writes in its turn
		const runs = await Promise.all(Array.from({ length: 6 }, () => place.begin('init')));
		for (const { status, err } of runs) assert.deepEqual([status, err], [0, '']);
		assert.equal(place.done('migrate'), 'the databases are up to date\n');
		assert.equal(place.run(['doctor']).status, 0);
	});
	test('a data folder that is a file is named', () => {
		fs.writeFileSync(place.data, '');
		fails(place, ['init'], new RegExp(place.data));
		assert.equal(fs.readFileSync(place.data, 'utf8'), '');
	});
	test('without a site every command says what to run', () => {
		const file = place.file('a.md', 'x\n');
		for (const args of [['post', 'list'], ['post', 'add', '--title', 'A', file], ['search', 'x'], ['rebuild'], ['user', 'list'], ['user', 'add', 'a@b.org'],
			['config', 'get', 'title'], ['config', 'set', 'title', 'x'], ['import', place.dir], ['export', path.join(place.dir, 'out')]])
			fails(place, args, /there is no site in '[^']+'; run `platen init`/);
		assert.ok(!fs.existsSync(path.join(place.dir, 'out')));
		assert.ok(!fs.existsSync(place.data));
	});
});

describe('config', () => {
	let place;
	before(() => { place = Place.site(); });
	after(() => place.release());

	test('prints all settings with value, origin, range and help, and no secret', () => {
		const text = place.done('config', { env: { PLATEN_SECRET: 'zebra'.repeat(8) } });
		for (const part of ['PLATEN_URL           https://example.org\n', 'environment; address of the site', 'PLATEN_SECRET        (secret)',
			'default; how long requests in flight may run after SIGTERM [0 to 600000 ms]']) assert.ok(text.includes(part), part);
		assert.match(text, /^posts_per_page +default +10$/m);
		assert.ok(!text.includes('zebra'));
	});
	test('set, get and reset a value', () => {
		assert.equal(place.done('config', 'get', 'posts_per_page'), '10\n');
		place.done('config', 'set', 'posts_per_page', '25');
		assert.equal(place.done('config', 'get', 'posts_per_page'), '25\n');
		assert.match(place.done('config'), /^posts_per_page +set +25$/m);
		place.done('config', 'reset', 'posts_per_page');
		assert.equal(place.done('config', 'get', 'posts_per_page'), '10\n');
		assert.match(place.done('config'), /^posts_per_page +default +10$/m);
	});
	test('a value may come on standard input, lines and all', () => {
		place.done('config', '--stdin', 'set', 'robots_extra', { input: 'User-agent: X\nDisallow: /y\n' });
		assert.equal(place.done('config', 'get', 'robots_extra'), 'User-agent: X\nDisallow: /y\n');
		place.done('config', 'set', '--stdin', 'title', { input: 'Größe & "Maß"\n' });
		assert.equal(place.done('config', 'get', 'title'), 'Größe & "Maß"\n');
	});
	const bad = [
		['theme', 'nope', /there is no theme 'nope'/], ['posts_per_page', '0', /from 1 to 100/], ['posts_per_page', 'ten', /'ten'/], ['feed_full', 'yes', /feed_full/], ['access', 'secret', /public, private, maintenance/],
		['timezone', 'Mars/Base', /Mars\/Base/], ['permalink', '/x', /permalink/], ['permalink', '/:nothing', /:nothing/], ['lang', 'x y', /lang/],
		['nav', '{', /nav/], ['nav', '[{"url": "/a"}]', /nav/], ['title', 'x'.repeat(201), /title/], ['theme', '../etc', /theme/],
		['nothing', '1', /there is no setting 'nothing'/], ['internal.secret', 'x', /there is no setting/], ['access_password', 'plain', /access_password/],
	];
	for (const [key, value, message] of bad) {
		test(`${key} = ${value.slice(0, 20)} is refused and changes nothing`, () => {
			const old = place.run(['config']).out;
			fails(place, ['config', 'set', key, value], message);
			assert.equal(place.run(['config']).out, old);
		});
	}
	test('an unknown key is named by get and reset too', () => {
		for (const action of ['get', 'reset']) fails(place, ['config', action, 'nothing'], /there is no setting 'nothing'/);
	});
	test('set-password takes a password from standard input and never shows it', () => {
		place.done('config', '--stdin', 'set-password', { input: 'open sesame 1\n' });
		fails(place, ['config', 'get', 'access_password'], /secret/);
		const text = place.done('config');
		assert.match(text, /^access_password +set +\(secret\)$/m);
		assert.ok(!text.includes('$argon2'));
		place.done('config', '--stdin', 'set-password', { input: '' });
		assert.doesNotMatch(place.done('config'), /\(secret\)$/m);
	});
});

describe('user', () => {
	let place;
	before(() => { place = Place.site(); });
	after(() => place.release());
	const list = () => place.done('user', 'list');

	test('password makes up a new one each time', () => {
		const [a, b] = [place.done('user', 'password'), place.done('user', 'password')];
		assert.match(a, /^[a-z0-9-]{20,}\n$/);
		assert.notEqual(a, b);
	});
	test('add makes an account, with a password made up and shown once, or given', () => {
		assert.match(place.done('user', 'add', '--role', 'owner', '--name', 'Ada Quill', 'ada@example.org'), /^password [a-z0-9-]{20,}\nadded ada@example\.org\n$/);
		assert.equal(place.done('user', 'add', '--password-stdin', 'bo@example.org', { input: 'a long password\n' }), 'added bo@example.org\n');
		assert.match(list(), /^owner +ada@example\.org +Ada Quill$/m);
		assert.match(list(), /^author +bo@example\.org +bo$/m);
		assert.equal(place.done('user', 'list', '--role', 'owner', '--quiet'), 'ada@example.org\n');
		assert.equal(place.done('user', 'list', '--role', 'editor'), '');
	});
	test('passwd sets another', () => {
		assert.match(place.done('user', 'passwd', 'ADA@example.org'), /^password \S+\nchanged the password of ADA@example\.org\n$/);
		assert.equal(place.done('user', 'passwd', '--password-stdin', 'bo@example.org', { input: 'another password' }), 'changed the password of bo@example.org\n');
	});
	test('role and enable change who may do what; the last owner stays', () => {
		assert.equal(place.done('user', 'role', '--role', 'owner', 'BO@example.org'), 'BO@example.org is owner\n');
		assert.equal(place.done('user', 'role', 'ada@example.org', '--role', 'editor'), 'ada@example.org is editor\n');
		assert.match(list(), /^editor +ada@example\.org +Ada Quill$/m);
		const old = list();
		fails(place, ['user', 'role', 'bo@example.org', '--role', 'author'], /this is the last owner/);
		assert.equal(list(), old);
		const db = path.join(place.data, 'site.db');
		sqlite(db, "UPDATE user SET disabled_ms = 1 WHERE email = 'ada@example.org'");
		assert.equal(place.done('user', 'enable', 'ada@example.org'), 'ada@example.org may sign in\n');
		assert.deepEqual(sqlite(db, "SELECT disabled_ms FROM user WHERE email = 'ada@example.org'"), [[null]]);
		assert.deepEqual(sqlite(db, "SELECT action FROM audit WHERE who = 'platen user' ORDER BY id DESC LIMIT 3").flat(), ['enable', 'role', 'role']);
	});
	const bad = [
		[['role', '--role', 'editor', 'c@example.org'], '', /there is no account with the address/], [['enable', 'c@example.org'], '', /there is no account with the address/],
		[['add', 'nobody'], '', /'nobody' is not an e-mail address/], [['add', 'Ada@Example.org'], '', /there is an account/],
		[['add', '--password-stdin', 'c@example.org'], 'short\n', /shorter than/], [['add', '--password-stdin', 'c@example.org'], '', /no password came/],
		[['passwd', 'c@example.org'], '', /there is no account with the address 'c@example\.org'/],
		[['passwd', '--password-stdin', 'ada@example.org'], 'short\n', /shorter than/],
	];
	for (const [args, input, message] of bad) {
		test(`user ${args.join(' ')}${input && ' with a short password'} fails, shows no password and changes nothing`, () => {
			const old = list();
			fails(place, ['user', ...args], message, { input });
			assert.equal(list(), old);
		});
	}
});

describe('doctor', () => {
	let place;
	beforeEach(() => { place = Place.site(); });
	afterEach(() => place.release());
	const doctor = (message) => {
		const { status, out, err } = place.run(['doctor']);
		assert.deepEqual([status, err], [1, ''], out);
		assert.match(out, message);
		assert.match(out, /^\d+ problems?\n$/m);
	};

	test('a healthy folder has no problem', () => {
		const out = place.done('doctor');
		assert.doesNotMatch(out, /problem/);
		for (const what of ['data folder', 'site.db', 'settings', 'phrases', 'theme', 'posts']) assert.match(out, new RegExp(`^ok +${what}`, 'm'));
	});
	test('a missing folder and a missing database are named', () => {
		fs.rmSync(path.join(place.data, 'site.db'));
		doctor(/problem +site\.db: there is no site/);
		fs.rmSync(place.data, { recursive: true });
		doctor(/problem +data folder: /);
	});
	test('a damaged database is named', () => {
		const file = path.join(place.data, 'site.db');
		for (const name of ['site.db-wal', 'site.db-shm']) fs.rmSync(path.join(place.data, name), { force: true });
		const bytes = fs.readFileSync(file);
		fs.writeFileSync(file, bytes.fill(0x5a, 8192, bytes.length - 4096));
		doctor(/problem +(site\.db|settings): /);
		fs.writeFileSync(file, 'not a database at all, but long enough to look at '.repeat(50));
		doctor(/problem +site\.db: /);
	});
	test('maintenance that is overdue, and a wrong way to the cronhooks, are named', () => {
		assert.match(place.done('doctor'), /^ok +worker: none runs.*\nok +maintenance: nothing is overdue/m);
		assert.equal(place.run(['hook', 'run', 'ttl']).status, 0);
		assert.match(place.done('doctor'), /^ok +maintenance/m);
		sqlite(path.join(place.data, 'site.db'), 'UPDATE task_run SET started_ms = started_ms - 10 * 86400000');
		doctor(/problem +maintenance: ttl is overdue/);
		assert.match(place.done('hook', 'runs'), /^overdue: ttl$/m);
		sqlite(path.join(place.data, 'site.db'), 'UPDATE task_run SET ok = 0');
		assert.match(place.done('hook', 'runs'), /^overdue: ttl$/m, 'one that never went well');
		assert.match(place.run(['doctor'], { env: { PLATEN_CRON_URL: 'nonsense' } }).out, /problem .*PLATEN_CRON_URL: 'nonsense' is neither/);
	});
	test('a folder that others may read is named', () => {
		fs.chmodSync(place.data, 0o755);
		doctor(/problem +data folder: others may read it/);
	});
	test('a theme that is gone, and posts rendered with other settings, are named; rebuild mends them', () => {
		place.done('post', 'add', '--title', 'A', '--status', 'published', place.file('a.md', 'Words "quoted".\n'));
		const other = { env: { PLATEN_URL: 'https://example.org/blog' } };
		const { status, out } = place.run(['doctor'], other);
		assert.equal(status, 1);
		assert.match(out, /1 posts were rendered with other settings; run `platen rebuild`/);
		assert.match(place.done('rebuild', other), /^1 posts, /);
		assert.equal(place.run(['doctor'], other).status, 0);
		const dir = path.join(place.data, 'themes/mine');
		fs.cpSync(path.join(place.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
		place.done('config', 'set', 'theme', 'mine');
		fs.rmSync(dir, { recursive: true });
		doctor(/problem +theme: .*'mine'/);
	});
});
