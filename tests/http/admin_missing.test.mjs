/* admin_missing.test.mjs: addresses that readers did not find: counted, bounded, redirected, ignored. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { below, form, openSite, platen, program } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { sqlite } from '../sqlite.mjs';

let site, editor;

function addPeople(at) {
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor'], ['author@example.org', 'author']])
		platen(at, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
}

before(async () => {
	site = await openSite('below', { posts: 2 });
	addPeople(site);
	editor = await signedIn(site, 'editor@example.org');
});
after(() => site?.stop());

const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
async function listed(show = '', visitor = editor) {
	const { text } = await visitor.get(`/admin/missing${show}`);
	return new Map(text.split('<li class="row">').slice(1).map((row) => [unescaped(row.match(/id="path-\d+" dir="ltr">([^<]*)</)[1]), unescaped(row)]));
}
const times = (row) => Number(row?.match(/([\d,]+) times?</)[1].replace(',', '') ?? 0);
const press = async (fields, visitor = editor) => visitor.post('/admin/missing', { form_token: await visitor.token(), ...fields });

test('what is not found is counted with where its readers came from, and nothing else is', async () => {
	await site.get('/nope', { headers: { referer: 'https://example.org/list?secret=1#x' } });
	await site.get('/nope/');
	await site.get('/nope?page=2');
	await site.get('/tag/never-was');
	await site.get(encodeURI('/漢 <b>字'));
	for (const other of ['/', '/about', '/filler-1', '/2011/type-case.html', '/.env', '/a/.git/config', '/media/aa/x.jpg', '/assets/x/y.css', '/archive/1066', '/admin/nope', `/${'x'.repeat(300)}`, '/a%01b', '/a%ffb'])
		await site.get(other, { headers: { referer: 'javascript:alert(1)' } });
	await site.get('/posted', form({ a: 'b' }));
	const rows = await listed();
	assert.deepEqual([...rows.keys()].sort(), ['/nope', '/tag/never-was', '/漢 <b>字']);
	assert.equal(times(rows.get('/nope')), 3);
	assert.match(rows.get('/nope'), /← https:\/\/example\.org\/list</);
	assert.doesNotMatch(rows.get('/nope'), /secret/);
});

test('one click leads to a form with the nearest page, and what is redirected leaves the list', async () => {
	const suggestion = async (lost) => {
		await site.get(lost);
		const row = (await listed()).get(lost);
		const { text } = await editor.get(below(site, row.match(/class="button" href="([^"]+)"/)[1]));
		return ['from', 'to'].map((name) => unescaped(text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))[1]));
	};
	assert.deepEqual(await suggestion('/2019/05/the-type-case.html'), ['/2019/05/the-type-case.html', '/the-type-case']);
	assert.deepEqual(await suggestion('/blogg/quiet-pres'), ['/blogg/quiet-pres', '/the-quiet-press']);
	assert.deepEqual(await suggestion('/zzz-qqq-xxx'), ['/zzz-qqq-xxx', '']);
	assert.deepEqual(await suggestion('/posts/draft-thoughts-2'), ['/posts/draft-thoughts-2', '']);
	const made = await editor.post('/admin/redirects', { form_token: await editor.token(), from: '/blogg/quiet-pres', to: '/the-quiet-press', status: '301' });
	assert.equal(made.status, 303);
	assert.equal(below(site, (await site.get('/blogg/quiet-pres')).headers.location), '/the-quiet-press');
	assert.ok(!(await listed()).has('/blogg/quiet-pres'));
});

test('what is ignored stays out however often it is asked for; emptying asks first and keeps that', async () => {
	assert.equal((await press({ button: 'ignore', path: '/nope' })).status, 303);
	await site.get('/nope');
	assert.ok(!(await listed()).has('/nope'));
	assert.equal(times((await listed('?show=ignored')).get('/nope')), 4);
	assert.equal((await press({ button: 'unignore', path: '/nope' })).status, 303);
	assert.ok((await listed()).has('/nope'));
	await press({ button: 'ignore', path: '/nope' });
	assert.equal((await press({ button: 'delete', path: '/zzz-qqq-xxx' })).status, 303);
	assert.ok(!(await listed()).has('/zzz-qqq-xxx'));
	for (const bad of [{}, { button: 'explode', path: '/x' }, { button: 'ignore' }]) assert.equal((await press(bad)).status, 422);
	assert.match((await press({ button: 'clear' })).text, /Ignored ones stay/);
	assert.ok((await listed()).size > 0);
	assert.equal((await press({ button: 'clear', confirmed: 'yes' })).status, 303);
	assert.equal((await listed()).size, 0);
	assert.ok((await listed('?show=ignored')).has('/nope'));
});

test('a flood of addresses neither grows the list nor pushes out what readers miss', async () => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 4 }), begun = performance.now();
	const many = (paths) => Promise.all(paths.map((path) => site.get(path, { agent })));
	await many(Array.from({ length: 12 }, () => '/really-missed'));
	await many(Array.from({ length: 1500 }, (_, i) => `/flood-${i}`));
	await many(Array.from({ length: 3 }, () => '/really-missed'));
	agent.destroy();
	const rows = await listed(), count = () => sqlite(`${site.data}/traffic.db`, 'SELECT count(*) FROM missing')[0][0];
	assert.equal(times(rows.get('/really-missed')), 15);
	assert.equal([...rows.keys()][0], '/really-missed');
	// What one minute has may be written in the middle of it, and once more for the list.
	const minutes = 2 + Math.floor((performance.now() - begun) / 60000);
	assert.ok(count() <= 130 * minutes, `${count()} rows of ${minutes} times`);
	sqlite(`${site.data}/traffic.db`, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO missing SELECT '/old-' || i, 1, i, '', 0 FROM n");
	await site.get('/one-more');
	assert.ok((await listed()).has('/really-missed'));
	assert.equal(count(), 1000);
	assert.ok((await listed('?show=ignored')).has('/nope'));
	assert.match((await editor.get('/admin')).text, /1 address is often asked for and not found/);
	platen(site, 'hook', 'run', 'ttl');
	assert.ok(!sqlite(`${site.data}/traffic.db`, "SELECT 1 FROM missing WHERE path LIKE '/old-%'").length);
	assert.ok((await listed()).has('/really-missed'));
});

test('the setting turns it off, and authors do not see it', async () => {
	const author = await signedIn(site, 'author@example.org');
	assert.equal((await author.get('/admin/missing')).status, 403);
	assert.equal((await press({ button: 'clear', confirmed: 'yes' }, author)).status, 403);
	platen(site, 'config', 'set', 'record_missing', 'false');
	await site.get('/while-it-was-off');
	assert.ok(!(await listed()).has('/while-it-was-off'));
	assert.match((await editor.get('/admin/missing')).text, /Nothing is counted/);
});

test('processes of one request write sparingly', async (t) => {
	const cgi = await openSite('cgi', { posts: 1, serve: false });
	t.after(() => cgi.stop());
	const rows = () => sqlite(`${cgi.data}/traffic.db`, 'SELECT path, hits FROM missing ORDER BY path');
	// Writing comes after the answer: the process is waited for.
	const ask = (address) => execFileSync(program, [], { encoding: 'utf8', stdio: 'pipe', env: { ...cgi.env, GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET',
		SCRIPT_NAME: cgi.mount, PATH_INFO: address, REQUEST_URI: cgi.mount + address, QUERY_STRING: '', SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: '127.0.0.1' } });
	for (let i = 0; i < 3; i++) assert.match(ask('/same'), /^Status: 404/);
	assert.deepEqual(rows(), [['/same', 1]]);
	ask('/other');
	assert.deepEqual(rows(), [['/other', 1], ['/same', 1]]);
	sqlite(`${cgi.data}/traffic.db`, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO missing SELECT '/old-' || i, 1, ${Date.now() + 60000}, '', 0 FROM n`);
	ask('/another');
	assert.equal(rows().length, 62);
});
