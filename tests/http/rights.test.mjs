/* rights.test.mjs: who may what in the admin: every role on every route of the program's table, forms that are
 * not ours, and other people's drafts. What is refused leaves the database as it was. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { hold, sqlite } from '../sqlite.mjs';
import { below, openSite, platen, source } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const roles = ['contributor', 'author', 'editor', 'owner'];

/* What people decided, apart from the program: the least role of each address. A route that has no line here has
 * not been thought about, and fails the test. "open": nobody need be signed in. */
const decided = {
	open: ['GET /admin/signin', 'POST /admin/signin', 'GET /admin/assets/:hash/*name', 'GET /admin/first', 'POST /admin/first',
		'GET /admin/welcome/:token', 'POST /admin/welcome/:token'],
	contributor: ['GET /admin', 'POST /admin/signout', 'GET /admin/posts', 'GET /admin/posts/new', 'POST /admin/posts/new',
		'POST /admin/posts/new/autosave', 'POST /admin/posts/new/preview', 'GET /admin/posts/new/address', 'GET /admin/complete/tags', 'GET /admin/complete/posts',
		'GET /admin/posts/:id/address', 'GET /admin/posts/:id', 'POST /admin/posts/:id', 'POST /admin/posts/:id/autosave',
		'POST /admin/posts/:id/preview', 'GET /admin/posts/:id/revisions', 'GET /admin/posts/:id/revisions/:revision',
		'POST /admin/posts/:id/revisions/:revision', 'GET /admin/profile', 'POST /admin/profile', 'POST /admin/profile/login',
		'GET /admin/second', 'POST /admin/second', 'GET /admin/sessions', 'POST /admin/sessions', 'POST /admin/posts/bulk',
		'POST /admin/posts/undo', 'GET /admin/palette', 'GET /admin/progress/:job', 'POST /admin/progress/:job', 'POST /admin/posts/:id/presence', 'GET /admin/posts/:id/links', 'POST /admin/posts/:id/links',
		'GET /admin/media', 'POST /admin/media', 'GET /admin/media/upload', 'POST /admin/media/upload', 'GET /admin/media/choose', 'GET /admin/media/:id', 'POST /admin/media/:id', 'POST /admin/media/:id/alt', 'GET /admin/media/:id/edit', 'POST /admin/media/:id/edit',
		'GET /admin/media/:id/file', 'GET /admin/media/:id/whole', 'OPTIONS /admin/media/uploads', 'POST /admin/media/uploads', 'GET /admin/media/uploads/:id', 'PATCH /admin/media/uploads/:id', 'DELETE /admin/media/uploads/:id'],
	author: [],
	editor: ['POST /admin/posts/delete', 'POST /admin/media/delete', 'GET /admin/tags', 'POST /admin/tags', 'GET /admin/tags/:id', 'POST /admin/tags/:id', 'GET /admin/review', 'POST /admin/review',
		'GET /admin/redirects', 'POST /admin/redirects', 'GET /admin/redirects/edit', 'POST /admin/redirects/edit', 'GET /admin/redirects/import', 'POST /admin/redirects/import',
		'GET /admin/missing', 'POST /admin/missing'],
	owner: ['GET /admin/people', 'POST /admin/people', 'GET /admin/people/:id', 'POST /admin/people/:id', 'GET /admin/settings',
		'GET /admin/settings/:section', 'POST /admin/settings/:section', 'GET /admin/settings/code', 'POST /admin/settings/code',
		'GET /admin/themes', 'POST /admin/themes', 'GET /admin/themes/:name', 'POST /admin/themes/:name', 'POST /admin/themes/:name/look', 'GET /admin/themes/upload', 'POST /admin/themes/upload',
		'POST /admin/themes/:name/delete', 'GET /admin/themes/:name/archive',
		'GET /admin/themes/:name/preview', 'GET /admin/themes/:name/preview/*path', 'GET /admin/settings/system', 'GET /admin/audit',
		'GET /admin/jobs', 'POST /admin/jobs', 'GET /admin/jobs/runs', 'GET /admin/jobs/open', 'GET /admin/jobs/key', 'POST /admin/jobs/key', 'GET /admin/menus', 'POST /admin/menus', 'GET /admin/transfer', 'POST /admin/transfer', 'GET /admin/transfer/exports/:id', 'POST /admin/transfer/exports/:id',
		'GET /admin/transfer/import', 'POST /admin/transfer/import', 'GET /admin/transfer/import/:id', 'POST /admin/transfer/import/:id'],
};
const leastOf = new Map(Object.entries(decided).flatMap(([least, names]) => names.map((name) => [name, least])));

// THE table, as the program has it: every line of it is read, whatever macro it is written with.
const table = fs.readFileSync(path.join(source, 'cgi/web/routes.c'), 'utf8').match(/routes\[\] = \{\n([^]*?)\n\};/)[1]
	.split('\n').filter((line) => /^\t[A-Z]/.test(line)).map((line) => {
		const [, macro, method, pattern, rest] = line.match(/^\t([A-Z_]+)\((\w+),\s*"([^"]+)",\s*(.*)\),$/) ?? assert.fail(`what is this? ${line}`);
		const last = rest.split(',').at(-1).trim().toLowerCase(), least = roles.includes(last) ? last : 'open';
		return { name: `${method} ${pattern}`, macro, method, pattern, least };
	}).filter(({ pattern }) => /^\/admin(\/|$)/.test(pattern));

const SECRET = 'Zanzibar dossier', TEXT = 'xylophone manuscript';
let site, draft, revision, ownerId;
const people = {};

// Every row of every table of site.db; search keeps some of it in a form of its own.
function dump() {
	const file = path.join(site.data, 'site.db');
	const tables = sqlite(file, 'SELECT name FROM sqlite_master WHERE type = \'table\' AND sql NOT LIKE \'CREATE VIRTUAL%\' AND name NOT LIKE \'%\\_config\' ESCAPE \'\\\'').map(([name]) => name)
		.filter((name) => !/_(data|idx|docsize|content)$/.test(name));
	return sqlite(file, tables.map((name) => `SELECT '${name}', (SELECT group_concat(quote(t), '|') FROM (SELECT ${columns(file, name)} AS t FROM "${name}"))`).join(' UNION ALL '))
		.map(([name, rows]) => `${name}: ${rows}`).join('\n');
}
const known = new Map();
function columns(file, name) {
	if (!known.has(name))
		known.set(name, sqlite(file, `SELECT group_concat('quote("' || name || '")', ' || '','' || ') FROM pragma_table_info('${name}')`)[0][0]);
	return known.get(name);
}

const target = (pattern) => pattern.replace('/people/:id', `/people/${ownerId}`).replace('/posts/:id', `/posts/${draft}`)
	.replace(':revision', revision).replace(/[:*]\w+/g, 'nothing');

before(async () => {
	// Whoever waits for his turn to write waits as long as the test lets him.
	site = await openSite('below', { posts: 2, serve: false, env: { PLATEN_BUSY_TIMEOUT: '60000' } });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
	for (const role of roles.slice(0, 3))
		platen(site, 'user', 'add', `${role}@example.org`, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
	await site.serve();
	for (const role of roles) people[role] = await signedIn(site, role === 'owner' ? EMAIL : `${role}@example.org`);
	const made = await people.owner.write('/admin/posts/new', { title: SECRET, markdown: TEXT, tags: 'Hushhush', slug: 'zanzibar-dossier' });
	draft = below(site, made.headers.location).match(/posts\/(\w+)/)[1];
	revision = (await people.owner.get(`/admin/posts/${draft}/revisions`)).text.match(/revisions\/(\d+)"/)[1];
	ownerId = sqlite(path.join(site.data, 'site.db'), `SELECT public_id FROM user WHERE email = '${EMAIL}'`)[0][0];
	await people.owner.post(`/admin/posts/${draft}/autosave`, { form_token: await people.owner.token(), version: '1', title: `${SECRET} 2`, markdown: `${TEXT} 2` });
});
after(() => site?.stop());

test('every route of the admin was decided about, and the table says what was decided', () => {
	assert.ok(table.length > 40);
	for (const { name, least } of table) assert.equal(least, leastOf.get(name), `${name}: decide about it in rights.test.mjs`);
});

test('whoever may not is refused on every route, and nothing is written', async () => {
	const tokens = {};
	for (const role of roles) tokens[role] = await people[role].token('/admin/profile');
	const was = dump();
	assert.ok(was.includes(SECRET) && was.includes('setting:'));
	for (const { name, macro, method, pattern, least } of table.filter((route) => route.least !== 'open')) {
		const place = target(pattern), nobody = new Visitor(site);
		// What scripts send is no form: there is nothing to keep.
		if (macro === 'SCRIPT') {
			assert.equal((await nobody.ask(place, { method, headers: { origin: site.origin, 'form-token': tokens.owner, 'tus-resumable': '1.0.0' } })).status, 401, `nobody: ${name}`);
			continue;
		}
		const closed = method === 'GET' ? await nobody.get(place) : await nobody.post(place, { form_token: tokens.owner, button: 'save' });
		// A form is kept and asked for the password; an upload is not.
		assert.equal(closed.status, method === 'GET' || /^(UPLOAD|ARCHIVE|FILES)$/.test(macro) ? 303 : 401, `nobody: ${name}`);
		if (closed.status === 303) assert.match(below(site, closed.headers.location), /^\/admin\/signin/, name);
		assert.ok(!closed.text.includes(SECRET), `nobody: ${name}`);
		for (const role of roles.slice(0, roles.indexOf(least))) {
			const res = method === 'GET' ? await people[role].get(place)
				: await people[role].post(place, { form_token: tokens[role], signin_password: PASSWORD, button: 'save', role: 'owner', name: 'x', title: 'x' });
			assert.equal(res.status, 403, `${role}: ${name}`);
			assert.ok(!res.text.includes(SECRET), `${role}: ${name}`);
		}
	}
	assert.equal(dump(), was);
});

test('who is refused stays in the admin, and is told why in the own language', async () => {
	const file = path.join(site.data, 'site.db'), { author } = people;
	const lang = (code) => sqlite(file, `UPDATE user SET lang = '${code}' WHERE email = 'author@example.org'`);
	assert.match((await author.get('/admin/settings')).text, /<h1>Not allowed<\/h1>[^]*Your role here: Author/);
	lang('de');
	const refused = await author.get('/admin/settings');
	assert.equal(refused.status, 403);
	assert.match(refused.text, /<html lang="de"[^]*<nav [^]*<h1>Nicht erlaubt<\/h1>[^]*Ihre Rolle hier: Autor/);
	assert.match((await author.get('/admin/posts/nothing')).text, /<nav [^]*<h1>[^<]+<\/h1>/);
	const program = await author.get('/admin/settings', { accept: 'application/json' });
	assert.equal(JSON.parse(program.text).status, 403);
	lang('');
});

test('whoever may is let in on every route', async () => {
	for (const { name, pattern, least } of table.filter((route) => route.method === 'GET' && route.least !== 'open' && !/:\w+|\*/.test(route.pattern)))
		for (const role of roles.slice(roles.indexOf(least)))
			assert.ok([200, 404].includes((await people[role].get(target(pattern))).status), `${role}: ${name}`); // 404: what it is about stands in the query
});

test('a form without our token, with a wrong one, another session\'s or from elsewhere does nothing, on every route', async () => {
	const { owner, editor } = people, mine = await owner.token('/admin/profile'), theirs = await editor.token('/admin/profile');
	const other = await (await signedIn(site, EMAIL)).token('/admin/profile');
	const was = dump();
	/* An upload is not read as a form at all. */
	const refused = (status, macro, what) => assert.ok(/^(UPLOAD|ARCHIVE|FILES)$/.test(macro) ? status >= 400 && status < 500 : status === 403, `${what}: ${status}`);
	for (const { name, macro, pattern } of table.filter((route) => route.method === 'POST' && route.least !== 'open')) {
		const place = target(pattern), fields = { button: 'save', title: 'x', version: '1', name: 'x', signin_password: PASSWORD };
		for (const form_token of [undefined, '', 'x', theirs, other, mine.slice(0, -1), `${mine}A`])
			refused((await owner.post(place, form_token === undefined ? fields : { ...fields, form_token })).status, macro, `${name} ${form_token}`);
		for (const origin of ['https://evil.example', 'null', `${site.origin}.evil.example`, site.origin.replace('http:', 'https:')])
			refused((await owner.post(place, { ...fields, form_token: mine }, { origin })).status, macro, `${name} from ${origin}`);
	}
	for (const { name, method, pattern } of table.filter((route) => route.macro === 'SCRIPT' && !['GET', 'OPTIONS'].includes(route.method))) {
		const send = (headers) => owner.ask(target(pattern), { method, headers: { 'tus-resumable': '1.0.0', 'upload-length': '5', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', origin: site.origin, ...headers } });
		for (const token of ['', 'x', theirs, other, mine.slice(0, -1), `${mine}A`]) assert.equal((await send({ 'form-token': token })).status, 403, `${name} ${token}`);
		for (const origin of ['https://evil.example', 'null']) assert.equal((await send({ 'form-token': mine, origin })).status, 403, `${name} from ${origin}`);
	}
	for (const { name, pattern } of table.filter((route) => route.method === 'POST' && route.least === 'open'))
		assert.equal((await owner.post(target(pattern), { signin_email: EMAIL, signin_password: PASSWORD }, { origin: 'https://evil.example' })).status, 403, name);
	assert.equal(dump(), was);
});

/* Ghost's rule: below editors one sees and changes what one writes with, and the rest as readers do. */
test('other people\'s drafts are neither seen nor changed below editors, on any address of the admin', async () => {
	const was = dump();
	const questions = ['', '?show=drafts', '?show=all', `?q=${encodeURIComponent(SECRET)}`, '?q=zanzibar', '?search=zanzibar', '?tag=hushhush', '?status=draft', '?author=olive-owner', `?path=/zanzibar-dossier`,
		'?slug=zanzibar-dossier', `?key=${draft}`, '?unsaved=take', `?from=${draft}`, `?id=${draft}`, '?sort=title', '?kind=post&status=draft', '?before=9999999999999-99999', '?against=before'];
	for (const role of ['contributor', 'author']) {
		const visitor = people[role], form_token = await visitor.token('/admin/profile');
		for (const { name, method, pattern, least } of table.filter((route) => route.method === 'GET' && roles.indexOf(route.least) >= 0 && roles.indexOf(route.least) <= roles.indexOf(role))) {
			for (const question of questions) {
				const res = await visitor.get(target(pattern) + question), what = `${role}: ${name}${question}: ${res.status}`;
				const shown = res.text.replaceAll(question.slice(question.indexOf('=') + 1), '').replaceAll(decodeURIComponent(question.slice(question.indexOf('=') + 1)), '');
				assert.ok(!shown.includes(SECRET) && !res.text.includes(TEXT), what);
				if (pattern.includes('/posts/:id')) assert.equal(res.status, 403, what);
			}
		}
		for (const { name, pattern } of table.filter((route) => route.method === 'POST' && route.pattern.includes('/posts/:id'))) {
			for (const button of ['save', 'publish', 'unpublish', 'review', 'trash', 'restore', 'duplicate', 'drop', 'name', 'bring_back', 'delete', '']) {
				const res = await visitor.post(target(pattern), { form_token, button, version: '1', title: 'Mine', markdown: 'mine', name: 'mine', id: draft });
				assert.equal(res.status, 403, `${role}: ${name} ${button}`);
				assert.ok(!res.text.includes(SECRET) && !res.text.includes(TEXT), `${role}: ${name} ${button}`);
			}
		}
	}
	assert.equal(dump(), was);
	for (const role of ['editor', 'owner']) assert.ok((await people[role].get('/admin/posts?show=drafts')).text.includes(SECRET), role);
});

test('nor by an action on many posts', async () => {
	const file = path.join(site.data, 'site.db');
	const row = () => sqlite(file, `SELECT p.*, (SELECT group_concat(tag_id) FROM post_tag WHERE post_id = p.id), (SELECT group_concat(user_id) FROM post_author WHERE post_id = p.id) FROM post p WHERE p.public_id = '${draft}'`);
	const was = row(), actions = [...fs.readFileSync(path.join(source, 'cgi/core/bulk.c'), 'utf8').matchAll(/\[BULK_\w+\] = \{?\s*"(\w+)"/g)].map(([, name]) => name);
	assert.ok(actions.length > 5);
	for (const role of ['contributor', 'author']) {
		const visitor = people[role], form_token = await visitor.token('/admin/profile');
		for (const action of actions) {
			for (const picks of [{ post: `${draft}.1` }, { posts: `${draft}.1` }, { scope: 'all', query: '?q=zanzibar' }, { scope: 'all', query: '' }]) {
				const res = await visitor.post('/admin/posts/bulk', { form_token, action, tag: 'taken', person: 'the-author', visibility: 'public', sure: '1', ...picks });
				assert.ok(res.status < 500 && !res.text.includes(SECRET), `${role}: ${action} ${JSON.stringify(picks)}: ${res.status}`);
				if (!res.headers.location) continue;
				assert.ok(!(await visitor.get(below(site, res.headers.location))).text.includes(SECRET), `${role}: what ${action} did`);
			}
		}
	}
	assert.deepEqual(row(), was);
});

test('fields that are not on the page change nothing that they name', async () => {
	const { author } = people, file = path.join(site.data, 'site.db');
	const made = await author.write('/admin/posts/new', {
		title: 'Mass', markdown: 'x', role: 'owner', author_id: '1', user_id: '1', id: '1', version: '77', public_id: 'Taken0000000', status: 'published', created_ms: '1',
		published_ms: '1', path: '/admin', html: '<script>alert(1)</script>', password_hash: 'x', trashed_ms: '1', import_key: 'x', actor: 'owner', least: 'none',
	});
	assert.equal(made.status, 303);
	const id = below(site, made.headers.location).match(/posts\/(\w+)/)[1];
	const row = () => sqlite(file, `SELECT status, version, path, u.email, p.import_key, p.created_ms > 1000, p.published_ms FROM post p JOIN post_author a ON a.post_id = p.id JOIN user u ON u.id = a.user_id WHERE p.public_id = '${id}'`);
	assert.deepEqual(row(), [['draft', 1, '/mass', 'author@example.org', null, 1, null]]);
	const form_token = await author.token('/admin/profile');
	await author.post(`/admin/posts/${id}`, { form_token, version: '1', title: 'Mass', markdown: 'y', button: 'save', user_id: '1', public_id: 'x', status: 'trash' });
	assert.deepEqual(row(), [['draft', 2, '/mass', 'author@example.org', null, 1, null]]);
	const users = () => sqlite(file, 'SELECT id, public_id, email, role, password_hash, epoch, disabled_ms FROM user ORDER BY id');
	const were = users();
	await author.post('/admin/profile', { form_token, name: 'The author', slug: 'the-author', role: 'owner', email: EMAIL, epoch: '9', disabled_ms: '1', id: '1', user_id: '1', password_hash: 'x', public_id: 'x' });
	await author.post('/admin/sessions', { form_token, user_id: '1', epoch: '9', all: '1' });
	assert.deepEqual(users(), were);
});

test('somebody who is demoted or disabled while a request waits for its turn changes nothing with it', async () => {
	const email = 'falling@example.org', file = path.join(site.data, 'site.db');
	platen(site, 'user', 'add', email, '--role', 'owner', '--name', 'Falling', '--password-stdin', { input: `${PASSWORD}\n` });
	const { owner } = people;
	const post = (await owner.write('/admin/posts/new', { title: 'Raced', markdown: 'x' })).headers.location.match(/posts\/(\w+)/)[1];
	const asks = [
		['/admin/people', { email: 'made@example.org', role: 'owner' }], [`/admin/people/${ownerId}`, { button: 'link' }],
		[`/admin/posts/${post}`, { version: '1', title: 'Changed', markdown: 'x', button: 'save' }], [`/admin/posts/${post}`, { button: 'trash', version: '1' }],
		[`/admin/posts/${post}/autosave`, { version: '1', title: 'Changed', markdown: 'x' }], ['/admin/posts/new', { title: 'New', markdown: 'x' }],
		['/admin/profile', { name: 'Changed', slug: 'changed' }], ['/admin/settings/general', { title: 'Changed' }],
	];
	const what = () => sqlite(file, 'SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM access_link), (SELECT count(*) FROM autosave), (SELECT group_concat(title || status) FROM post), '
		+ '(SELECT group_concat(name) FROM user), (SELECT group_concat(value) FROM setting)');
	for (const change of ['role = \'author\', epoch = epoch + 1', 'disabled_ms = 1']) {
		sqlite(file, `UPDATE user SET role = 'owner', disabled_ms = NULL WHERE email = '${email}'`);
		const falling = await signedIn(site, email), token = await falling.token('/admin/profile'), was = what();
		const go = await hold(file);
		const sent = asks.map(([place, fields]) => falling.post(place, { form_token: token, ...fields }));
		// They get as far as they get: whoever came late is refused at the door, and the promise is the same.
		await Promise.race([Promise.all(sent), new Promise((resolve) => { setTimeout(resolve, 300); })]);
		await go(`UPDATE user SET ${change} WHERE email = '${email}'`);
		for (const [n, res] of (await Promise.all(sent)).entries()) assert.ok([401, 403].includes(res.status), `${change}: ${asks[n][0]}: ${res.status}`);
		assert.deepEqual(what(), was, change);
	}
});
