/* upgrade.test.mjs: a new program finds the databases of an older one, where nobody has a shell: behind nginx, as
 * FastCGI and as plain CGI. The old databases are made by the earlier steps of the schema alone. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, test } from 'node:test';
import { hold, sqlite } from '../sqlite.mjs';
import { eventually, openSite, platen, source, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor } from './visitor.mjs';

const SITE_STEPS = 12, TRAFFIC_STEPS = 3; // of the program before
const SOON_MS = 150000; // what failed because it had to wait is tried again after a minute

/* Makes FILE anew by its first steps, with the rows that it has. */
const OLDER = `
import glob, os, re, sqlite3, sys
file, schema, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.rename(file, file + '.new')
for end in ('-wal', '-shm'):
    if os.path.exists(file + end): os.rename(file + end, file + '.new' + end)
d = sqlite3.connect(file)
d.execute('PRAGMA journal_mode = WAL')
d.execute('CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sql TEXT NOT NULL, min_program TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT')
for step in sorted(glob.glob(schema + '/[0-9]*.sql'))[:count]:
    name, text = os.path.basename(step)[:-4], open(step, encoding='utf-8').read()
    d.executescript(text)
    d.execute('INSERT INTO migration VALUES (?, ?, ?, ?, 0)', (int(name[:4]), name, text, re.search('^-- min_program: (.*)$', text, re.M).group(1)))
d.commit()
triggers = d.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
for name, _ in triggers: d.execute('DROP TRIGGER "%s"' % name)
d.execute('ATTACH ? AS newer', (file + '.new',))
for (table,) in d.execute("SELECT name FROM main.pragma_table_list WHERE type IN ('table', 'shadow') AND schema = 'main' AND name NOT LIKE 'sqlite%' AND name <> 'migration'").fetchall():
    columns = [c for (c,) in d.execute('SELECT a.name FROM pragma_table_info(?, \\'main\\') a JOIN pragma_table_info(?, \\'newer\\') b ON a.name = b.name', (table, table))]
    names = ', '.join('"%s"' % c for c in columns)
    d.execute('INSERT OR REPLACE INTO main."%s" (%s) SELECT %s FROM newer."%s"' % (table, names, names, table))
for _, sql in triggers: d.execute(sql)
d.commit()
d.execute('DETACH newer')
d.close()
for end in ('', '-wal', '-shm'):
    if os.path.exists(file + '.new' + end): os.remove(file + '.new' + end)
`;

let site;
const numbers = (name) => sqlite(path.join(site.data, name), 'SELECT number FROM migration ORDER BY number').map(([number]) => number);
const steps = (folder) => fs.readdirSync(path.join(source, 'schema', folder)).filter((name) => /^\d+_.*\.sql$/.test(name)).length;
const upTo = (count) => Array.from({ length: count }, (_, i) => i + 1);

async function openOld(place, options = {}) {
	site = await openSite(place, { posts: 12, serve: false, ...options });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
	for (const [name, folder, count] of [['site.db', '', SITE_STEPS], ['traffic.db', 'traffic', TRAFFIC_STEPS]])
		execFileSync('python3', ['-c', OLDER, path.join(site.data, name), path.join(source, 'schema', folder), String(count)], { encoding: 'utf8' });
	assert.deepEqual([numbers('site.db'), numbers('traffic.db')], [upTo(SITE_STEPS), upTo(TRAFFIC_STEPS)]);
	assert.throws(() => platen(site, 'post', 'list'), /older Platen/);
}
afterEach(async () => { await site?.stop(); site = undefined; });
after(() => site?.stop());

async function isWhole() {
	// Readers have their pages as soon as site.db is done, before all of it is.
	const text = () => JSON.stringify([numbers('site.db'), numbers('traffic.db'), fs.existsSync(path.join(site.data, 'upgrade-failed.txt'))]);
	const whole = JSON.stringify([upTo(steps('')), upTo(steps('traffic')), false]);
	await eventually(() => ({ text: text() }), (now) => now.text === whole, SOON_MS);
	assert.deepEqual(sqlite(path.join(site.data, 'site.db'), 'PRAGMA integrity_check'), [['ok']]);
	const home = await site.get('/filler-7');
	assert.equal(home.status, 200);
	assert.match(home.text, /Filler text number 7/);
	const owner = new Visitor(site);
	assert.equal((await owner.signIn()).status, 303);
	assert.match((await owner.get('/admin/posts?q=filler')).text, /Filler 12/);
	// What it was is there still.
	const copy = path.join(site.data, 'before-upgrade.db');
	assert.deepEqual(sqlite(copy, 'SELECT max(number) FROM migration'), [[SITE_STEPS]]);
	assert.deepEqual(sqlite(copy, 'SELECT count(*) FROM post'), sqlite(path.join(site.data, 'site.db'), 'SELECT count(*) FROM post'));
}

function isMaintenance(res) {
	assert.equal(res.status, 503);
	assert.match(res.text, /Back in a moment/);
	assert.equal(res.headers['retry-after'], '5');
}

for (const place of ['fastcgi', 'lighttpd-spawn'].filter((name) => tested.includes(name)))
	test(`${place}: who starts a newer program has a site that is up to date`, async () => {
		await openOld(place);
		await site.serve();
		await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
		await isWhole();
	});

for (const place of ['fcgiwrap', 'cgi-root', 'platen-cgi'].filter((name) => tested.includes(name)))
	test(`${place}: readers who come at once see the maintenance page for a moment, and nothing is done twice`, async () => {
		await openOld(place);
		await site.serve();
		isMaintenance(await site.get('/'));
		for (const res of await Promise.all(Array.from({ length: 8 }, (_, i) => site.get(i % 2 ? '/' : '/admin/signin'))))
			if (res.status !== 200) isMaintenance(res);
		await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
		await isWhole();
	});

test('one that takes long: readers see the maintenance page until it is done', { skip: !tested.includes('fastcgi') }, async () => {
	await openOld('fastcgi');
	const letGo = await hold(path.join(site.data, 'site.db'));
	await site.serve();
	isMaintenance(await site.get('/filler-7'));
	assert.equal((await site.get('/healthz')).status, 200);
	assert.equal((await site.get('/readyz')).status, 503);
	await letGo();
	await eventually(() => site.get('/filler-7'), ({ status }) => status === 200, SOON_MS);
	await isWhole();
});

test('only traffic.db is older: readers have their pages, and whoever signs in waits a moment', { skip: !tested.includes('cgi-root') }, async () => {
	await openOld('cgi-root');
	fs.cpSync(path.join(site.data, 'traffic.db'), path.join(site.data, 'kept.db'));
	platen(site, 'migrate');
	for (const end of ['-wal', '-shm']) fs.rmSync(path.join(site.data, `traffic.db${end}`), { force: true });
	fs.renameSync(path.join(site.data, 'kept.db'), path.join(site.data, 'traffic.db'));
	await site.serve();
	assert.equal((await site.get('/filler-7')).status, 200);
	assert.equal((await new Visitor(site).signIn()).status, 503);
	await eventually(() => new Visitor(site).signIn(), ({ status }) => status === 303, SOON_MS);
	assert.deepEqual(numbers('traffic.db'), upTo(steps('traffic')));
});

test('switched off, nothing is done before somebody says so', { skip: !tested.includes('cgi-root') }, async () => {
	await openOld('cgi-root', { env: { PLATEN_UPGRADE: 'off' } });
	await site.serve();
	for (let i = 0; i < 3; i++) isMaintenance(await site.get('/'));
	assert.match(platen(site, 'init'), /of an older Platen and stays so/);
	assert.deepEqual(numbers('site.db'), upTo(SITE_STEPS));
	assert.match(platen(site, 'migrate'), /migrations applied/);
	assert.equal((await site.get('/')).status, 200);
	await isWhole();
});

test('without a copy nothing is changed, and a file tells why', { skip: !tested.includes('cgi-root') }, async () => {
	await openOld('cgi-root');
	const obstacle = path.join(site.data, 'before-upgrade.db.part'), failed = path.join(site.data, 'upgrade-failed.txt');
	fs.mkdirSync(obstacle);
	await site.serve();
	isMaintenance(await site.get('/'));
	await eventually(() => ({ text: fs.existsSync(failed) ? fs.readFileSync(failed, 'utf8') : '' }), ({ text }) => /no copy of site\.db could be made/.test(text), SOON_MS);
	isMaintenance(await site.get('/'));
	assert.deepEqual(numbers('site.db'), upTo(SITE_STEPS));
	// Once what was in the way is gone, the next try a minute later does it.
	fs.rmdirSync(obstacle);
	fs.utimesSync(failed, new Date(Date.now() - 61000), new Date(Date.now() - 61000));
	await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
	await isWhole();
});

const failed = () => path.join(site.data, 'upgrade-failed.txt');
// The next try is made by a request after the one that failed has let go of its lock.
const failure = (pattern) => eventually(async () => {
	await site.get('/');
	return { text: fs.existsSync(failed()) ? fs.readFileSync(failed(), 'utf8') : '' };
}, ({ text }) => pattern.test(text), SOON_MS);
const aMinutePasses = () => fs.utimesSync(failed(), new Date(Date.now() - 61000), new Date(Date.now() - 61000));

test('a step fails more than once: the copy stays what the site was before the first of them', { skip: !tested.includes('cgi-root') }, async () => {
	await openOld('cgi-root');
	sqlite(path.join(site.data, 'site.db'), 'CREATE TABLE post_tally (in_the_way INTEGER)'); // of step 16
	await site.serve();
	for (let i = 0; i < 2; i++) {
		isMaintenance(await site.get('/'));
		await failure(/post_tally/);
		assert.deepEqual(numbers('site.db'), upTo(15));
		assert.deepEqual(sqlite(path.join(site.data, 'before-upgrade.db'), 'SELECT max(number) FROM migration'), [[SITE_STEPS]]);
		fs.writeFileSync(failed(), '');
		aMinutePasses();
	}
	sqlite(path.join(site.data, 'site.db'), 'DROP TABLE post_tally');
	await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
	await isWhole();
	assert.equal(fs.statSync(path.join(site.data, 'upgrade.lock')).size, 0);
});

test('fastcgi: what failed at the start is tried again while the program runs', { skip: !tested.includes('fastcgi') }, async () => {
	await openOld('fastcgi');
	const obstacle = path.join(site.data, 'before-upgrade.db.part');
	fs.mkdirSync(obstacle);
	await site.serve();
	await failure(/no copy of site\.db could be made/);
	isMaintenance(await site.get('/'));
	fs.rmdirSync(obstacle);
	aMinutePasses();
	await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
	await isWhole();
});

test('fastcgi: a start tries at once, however lately it failed', { skip: !tested.includes('fastcgi') }, async () => {
	await openOld('fastcgi');
	fs.writeFileSync(failed(), 'just now');
	await site.serve();
	await eventually(() => site.get('/'), ({ status }) => status === 200, SOON_MS);
	await isWhole();
});

test('platen init, which a service runs before its start, makes the copy, too, and says why it could not', { skip: !tested.includes('fastcgi') }, async () => {
	await openOld('fastcgi');
	const obstacle = path.join(site.data, 'before-upgrade.db.part');
	fs.mkdirSync(obstacle);
	assert.throws(() => platen(site, 'init'), /no copy of site\.db could be made/);
	assert.match(fs.readFileSync(failed(), 'utf8'), /no copy of site\.db could be made/);
	assert.deepEqual(numbers('site.db'), upTo(SITE_STEPS));
	fs.rmdirSync(obstacle);
	platen(site, 'init');
	await site.serve();
	await isWhole();
});
