/* admin_menus.test.mjs: navigation menus, changed by plain forms. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner;

before(async () => {
	site = await openSite('below', { posts: 2, settings: { nav: '[]' } });
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor']])
		platen(site, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
});
after(() => site?.stop());

const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
const hidden = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
const rowsOf = (text) => text.split('data-row>').slice(1).map((row) => ({ level: Number(hidden(row, 'level')),
	label: unescaped(row.match(/name="label"[^>]* value="([^"]*)"/)[1]), url: unescaped(row.match(/name="url"[^>]* value="([^"]*)"/)[1]) }));

// Sends the rows as the page's form does.
async function press(page, button, rows, visitor = owner) {
	const body = new URLSearchParams({ form_token: hidden(page, 'form_token'), menu: hidden(page, 'menu'), seen: hidden(page, 'seen') });
	for (const { level = 1, label, url } of rows) for (const [name, value] of Object.entries({ level, label, url })) body.append(name, value);
	body.append('button', button);
	return visitor.ask('/admin/menus', { method: 'POST', body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: site.origin } });
}

const open = async (menu = 'main', visitor = owner) => (await visitor.get(`/admin/menus?menu=${menu}`)).text;
const shape = (rows) => rows.map((row) => `${row.level}${row.label}`).join(' ');
const stored = (key) => JSON.parse(platen(site, 'config', 'get', key));

test('a menu is made, with levels, and readers have it at once', async () => {
	assert.doesNotMatch((await site.get('/')).text, /Quill &amp; &lt;Co&gt;/);
	const page = await open();
	assert.match(page, /This menu is empty/);
	const added = await press(page, 'add', []);
	assert.equal(rowsOf(added.text).length, 1);
	assert.match(added.text, /Changed, but not saved yet/);
	const rows = [{ label: 'Quill & <Co>', url: '/about' }, { level: 2, label: 'Tag', url: 'tag/filler' }, { level: 2, label: '漢字', url: 'https://example.org/?a=1&b=2' }, { label: 'Top', url: '#top' }];
	assert.equal((await press(page, 'save', rows)).status, 303);
	assert.deepEqual(stored('nav'), [{ label: 'Quill & <Co>', url: '/about', children: [{ label: 'Tag', url: '/tag/filler' }, { label: '漢字', url: 'https://example.org/?a=1&b=2' }] }, { label: 'Top', url: '#top' }]);
	assert.match((await site.get('/')).text, /href="\/blog\/about"[^>]*>Quill &amp; &lt;Co&gt;</);
	const again = rowsOf(await open());
	assert.deepEqual(again, rows.map((row) => ({ level: 1, ...row, url: row.url === 'tag/filler' ? '/tag/filler' : row.url })));
	assert.equal(rowsOf(await open('second')).some((row) => row.label === 'Top'), false);
});

test('rows move with what is below them, and stay where they cannot', async () => {
	const page = await open();
	const menu = (text) => text.split(' ').map((row) => ({ level: Number(row[0]), label: row.slice(1), url: '/' }));
	for (const [before, button, after] of [
		['1a 1b 1c', 'up-1', '1b 1a 1c'], ['1a 1b 1c', 'up-0', '1a 1b 1c'], ['1a 1b 1c', 'down-2', '1a 1b 1c'], ['1a 1b 1c', 'down-0', '1b 1a 1c'],
		['1a 2b 2c 1d 2e', 'up-3', '1d 2e 1a 2b 2c'], ['1a 2b 2c 1d 2e', 'down-0', '1d 2e 1a 2b 2c'], ['1a 2b 2c 1d', 'up-1', '1a 2b 2c 1d'], ['1a 2b 2c 1d', 'up-2', '1a 2c 2b 1d'],
		['1a 1b 2c', 'in-1', '1a 2b 3c'], ['1a 2b 3c', 'in-1', '1a 2b 3c'], ['1a 1b', 'in-0', '1a 1b'], ['1a 2b 3c', 'out-1', '1a 1b 2c'], ['1a 1b', 'out-1', '1a 1b'],
		['1a 2b 3c 1d', 'remove-0', '1b 2c 1d'], ['1a 2b', 'remove-1', '1a'], ['1a 3b', 'up-0', '1a 2b'], ['3a', 'up-0', '1a']]) {
		const res = await press(page, button, menu(before));
		assert.equal(res.status, 200);
		assert.equal(shape(rowsOf(res.text)), after, `${before}: ${button}`);
	}
	assert.match((await press(page, 'down-0', menu('1a 1b'))).text.split('data-row>')[2], /value="down-1"[^>]* autofocus/);
	for (const bad of ['', 'explode', 'up', 'up-', 'up-9', 'up--1', 'up-99999999999999999999', 'sideways-0'])
		assert.equal((await press(page, bad, menu('1a 1b'))).status, 422, bad);
});

test('what cannot be stored is named beside its row, and nothing of it is lost', async () => {
	const page = await open(), was = stored('nav');
	for (const [row, words] of [[{ label: '', url: '/x' }, /needs a label/], [{ label: 'x', url: '' }, /An address begins/], [{ label: 'x', url: 'javascript:alert(1)' }, /An address begins/],
		[{ label: 'y'.repeat(201), url: '/x' }, /needs a label/], [{ label: 'x', url: '/' + 'y'.repeat(2001) }, /An address begins/], [{ label: 'x', url: 'mailto:a@example.org' }, /An address begins/]]) {
		const res = await press(page, 'save', [{ label: 'Kept "here"', url: '/kept' }, row]);
		assert.equal(res.status, 422);
		assert.match(res.text, words);
		assert.equal(rowsOf(res.text)[0].label, 'Kept "here"');
	}
	assert.equal((await press(page, 'save', Array.from({ length: 101 }, (_, i) => ({ label: `n${i}`, url: '/' })))).status, 303);
	assert.equal(stored('nav').length, 100);
	assert.equal((await press(page, 'save', [{ label: '\u0007', url: '/x' }])).status, 409);
	assert.notDeepEqual(was, stored('nav'));
	assert.equal((await press(await open(), 'save', [{ label: '', url: '' }, { label: 'Only', url: '/' }])).status, 303);
	assert.deepEqual(stored('nav'), [{ label: 'Only', url: '/' }]);
});

test('dead addresses are said and not forbidden', async () => {
	const res = await press(await open(), 'down-0', [{ label: 'a', url: '/no-such-page' }, { label: 'b', url: '/draft-thoughts' }, { label: 'c', url: '/2011/type-case.html' }, { label: 'd', url: '/about' }, { label: 'e', url: '/tag/none' }, { label: 'f', url: 'https://example.org/none' }]);
	const notes = res.text.split('data-row>').slice(1).map((row) => row.match(/class="menu-note"[^>]*>([^<]*)</)[1]);
	assert.match(notes[1], /nothing at this address/);
	assert.match(notes[0], /Readers do not see/);
	assert.match(notes[2], /Leads on to \/the-type-case/);
	assert.equal(notes[3], '');
	assert.match(notes[4], /nothing at this address/);
	assert.equal(notes[5], '');
	assert.equal((await press(await open(), 'save', [{ label: 'a', url: '/no-such-page' }])).status, 303);
});

test('two owners: the later one sees that the menu was changed, and keeps the rows', async () => {
	const mine = await open(), theirs = await open();
	assert.equal((await press(theirs, 'save', [{ label: 'Theirs', url: '/' }])).status, 303);
	const late = await press(mine, 'save', [{ label: 'Mine', url: '/' }]);
	assert.equal(late.status, 409);
	assert.equal(rowsOf(late.text)[0].label, 'Mine');
	assert.deepEqual(stored('nav'), [{ label: 'Theirs', url: '/' }]);
	assert.equal((await press(late.text, 'save', rowsOf(late.text))).status, 303);
	assert.deepEqual(stored('nav'), [{ label: 'Mine', url: '/' }]);
});

test('editors do not change menus', async () => {
	const editor = await signedIn(site, 'editor@example.org');
	assert.equal((await editor.get('/admin/menus')).status, 403);
	assert.equal((await press(await open(), 'save', [{ label: 'x', url: '/' }], editor)).status, 403);
	assert.equal((await editor.post('/admin/menus', { form_token: await editor.token(), menu: 'main', button: 'save' })).status, 403);
});
