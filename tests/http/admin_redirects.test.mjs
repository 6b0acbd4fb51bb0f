/* admin_redirects.test.mjs: redirects that editors make: what is refused, what is only said, many at once. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, editor;

before(async () => {
	site = await openSite('below', { posts: 2 });
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor'], ['author@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
	editor = await signedIn(site, 'editor@example.org');
});
after(() => site?.stop());

const attribute = (text, name) => text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1].replaceAll('&amp;', '&');
const editAddress = (from) => `/admin/redirects/edit?from=${encodeURIComponent(from)}`;

async function add(from, to, status = '301') {
	return editor.post('/admin/redirects', { form_token: await editor.token(), from, to, status });
}

async function change(from, changes, button = 'save') {
	const { text } = await editor.get(editAddress(from));
	return editor.post('/admin/redirects/edit', { form_token: attribute(text, 'form_token'), old: attribute(text, 'old'),
		seen: attribute(text, 'seen'), from: attribute(text, 'from'), to: attribute(text, 'to'), status: '301', button, ...changes });
}

async function importing(lines) {
	return editor.post('/admin/redirects/import', { form_token: await editor.token(), lines });
}

async function leads(from, status, to) {
	const res = await site.get(from);
	assert.equal(res.status, status, from);
	if (to) assert.equal(res.headers.location.replace(site.origin, ''), to, from);
}

test('a redirect works from its commit on, to all that an address can be', async () => {
	await leads('/old/one', 404);
	for (const [from, to, status, location] of [
		['/old/one', '/filler-1', '301', '/blog/filler-1'], ['old/two.html', '/search?q=type&x=1#top', '302', '/blog/search?q=type&x=1#top'],
		['/old/drei ü', 'https://example.org/a?b=c', '301', 'https://example.org/a?b=c'],
		[`${'/blog'}/old/four/`, '/blog/filler-2/', '301', '/blog/filler-2'], ['/tag/never-there', '/archive', '301', '/blog/archive'],
		['/old/漢字', '/', '301', '/blog/']]) {
		assert.equal((await add(from, to, status)).status, 303, from);
		const asked = from.startsWith('/blog') ? '/old/four' : from.startsWith('/') ? encodeURI(from) : `/${from}`;
		await leads(asked, Number(status), location);
	}
	assert.equal((await add('/old/gone', '', '410')).status, 303);
	await leads('/old/gone', 410);
	const { text } = await editor.get('/admin/redirects?q=old');
	assert.match(text, /\/old\/one[\s\S]*follows the post/);
	assert.match((await editor.get('/admin/redirects?q=example.org')).text, /old\/drei ü/);
	assert.match((await editor.get('/admin/redirects?q=no%22such')).text, /Nothing here/);
});

test('what cannot be is refused, named, and comes back filled in', async () => {
	assert.equal((await add('/taken', '/filler-1')).status, 303);
	for (const [from, to, status, wanted, words] of [
		['', '/x', '301', 422, /is an address of this site/], ['/', '/x', '301', 422, /is an address of this site/], ['https://example.org/a', '/x', '301', 422, /is an address of this site/],
		['//evil.example/a', '/x', '301', 422, /is an address of this site/], ['/a\r\nSet-Cookie: x=1', '/x', '301', 422, /is an address of this site/],
		['/admin/posts', '/x', '301', 422, /program itself/], ['/feed.xml', '/x', '301', 422, /program itself/], ['/tag/a/feed.xml', '/x', '301', 422, /program itself/],
		['/a', '', '301', 422, /“To” is an address/], ['/a', 'javascript:alert(1)', '301', 422, /“To” is an address/], ['/a', '//evil.example', '301', 422, /“To” is an address/],
		['/a', 'https://example.org/\nx', '302', 422, /“To” is an address/], ['/a', '/b', '410', 422, /“To” is an address/], ['/a', 'x'.repeat(3000), '301', 422, /“To” is an address/],
		['/a', '/b', '307', 422, /301, 302 or 410/], ['/a', '/b', 'x', 422, /301, 302 or 410/],
		['/a', '/a', '301', 422, /circle/], ['/a', `${site.url}/a/?x`, '301', 422, /circle/], ['/filler-1', '/filler-1', '301', 422, /circle/], ['/taken', '/x', '301', 409, /already/]]) {
		const res = await add(from, to, status);
		assert.equal(res.status, wanted, `${from} ${to}`);
		assert.match(res.text, words, `${from} ${to}`);
		if (/^[\w/]+$/.test(from)) assert.equal(attribute(res.text, 'from'), from);
	}
	await leads('/a', 404);
	assert.equal((await add('/circle/a', '/circle/b')).status, 303);
	assert.equal((await add('/circle/b', '/circle/c')).status, 303);
	const closing = await add('/circle/c', '/circle/a');
	assert.equal(closing.status, 422);
	assert.match(closing.text, /circle/);
});

test('chains, pages in the way and empty targets are said and not forbidden', async () => {
	const words = async (from) => (await editor.get(editAddress(from))).text;
	assert.match(await words('/circle/a'), /nothing where it leads|leads on itself/);
	await add('/first', '/second');
	await add('/second', '/filler-2');
	assert.match(await words('/first'), /leads on itself, to \/filler-2/);
	await add('/filler-1', '/filler-2');
	assert.match(await words('/filler-1'), /as long as readers see it/);
	await leads('/filler-1', 200);
	await add('/to-a-draft', '/draft-thoughts');
	assert.match(await words('/to-a-draft'), /not on the site yet/);
	await add('/to-gone', '/old/gone');
	assert.match(await words('/to-gone'), /marked as gone/);
});

test('one is changed and deleted; somebody else\'s change is not overwritten', async () => {
	await add('/mine', '/filler-1');
	const { text } = await editor.get(editAddress('/mine'));
	assert.equal((await change('/mine', { to: '/filler-2', status: '302' })).status, 303);
	await leads('/mine', 302, '/blog/filler-2');
	const late = await editor.post('/admin/redirects/edit', { form_token: attribute(text, 'form_token'), old: '/mine', seen: attribute(text, 'seen'), from: '/mine', to: '/archive', status: '301', button: 'save' });
	assert.equal(late.status, 409);
	assert.equal(attribute(late.text, 'to'), '/archive');
	await leads('/mine', 302, '/blog/filler-2');
	assert.equal((await change('/mine', { from: '/yours' })).status, 303);
	await leads('/mine', 404);
	await leads('/yours', 301, '/blog/filler-2');
	assert.equal((await change('/yours', { from: '/taken' })).status, 409);
	assert.equal((await change('/yours', { to: '/yours' })).status, 422);
	assert.equal((await change('/yours', {}, 'explode')).status, 422);
	assert.equal((await change('/yours', {}, 'delete')).status, 303);
	await leads('/yours', 404);
	assert.equal((await editor.get(editAddress('/yours'))).status, 404);
	assert.equal((await editor.get('/admin/redirects/edit')).status, 404);
});

test('an address that says something else when it is decoded leads nowhere', async () => {
	for (const to of ['/%2Fevil.example', '/a%0d%0aX-Odd: 1', '/%2F%2Fevil.example/x']) {
		const res = await editor.post('/admin/redirects', { form_token: await editor.token(), from: '/decoded', to, status: '301' });
		assert.equal(res.status, 422, to);
	}
	await leads('/decoded', 404);
});

test('many at once: all or none, each wrong line named', async () => {
	const bad = await importing('/i/1,/filler-1\n\n/i/2,\n"/i/3,/x\n/i/1 /filler-2\n/i/5\tjavascript:x\n/i/6;/i/7\n/i/7;/i/6\n<b>,/x,307\n');
	assert.equal(bad.status, 422);
	for (const line of [3, 4, 5, 6, 9]) assert.match(bad.text, new RegExp(`Line ${line}:`), `line ${line}`);
	assert.match(bad.text, /&lt;b&gt;/);
	assert.match(bad.text, /\/i\/6;\/i\/7/);
	await leads('/i/1', 404);
	assert.doesNotMatch((await importing(`/a${'я'.repeat(100)},javascript:x\n`)).text, /\ufffd/, 'cut between characters');
	const circle = await importing('/i/6;/i/7\n/i/7;/i/6\n');
	assert.equal(circle.status, 422);
	assert.match(circle.text, /Line 1:[^<]*circle/);
	const good = await importing('from,to,status\r\n# old blog\r\n/i/1,/filler-1\r\n"/i/a,b","https://example.org/""x""",302\r\n/i/gone,,410\r\n  /taken   /filler-2\r\n');
	assert.equal(good.status, 200);
	assert.match(good.text, /Imported: 3 are new, 1 replaced\./);
	await leads('/i/1', 301, '/blog/filler-1');
	await leads('/i/a,b', 302, 'https://example.org/"x"');
	await leads('/i/gone', 410);
	await leads('/taken', 301, '/blog/filler-2');
	assert.equal((await importing('\n# nothing\n')).status, 422);
	const lines = (count) => Array.from({ length: count }, (_, i) => `/bulk/${String(i).padStart(5, '0')},/filler-1`).join('\n');
	assert.equal((await importing(lines(5001))).status, 422);
	await leads('/bulk/00000', 404);
	assert.match((await importing(lines(5000))).text, /5,000 are new/);
	await leads('/bulk/04999', 301, '/blog/filler-1');
	let seen = 0, next = '/admin/redirects?q=bulk/0000';
	for (let pages = 0; next && pages < 3; pages++) {
		const { text } = await editor.get(next);
		seen += text.match(/class="entry"/g).length;
		const more = text.match(/href="([^"]+)" rel="next"/);
		next = more ? below(site, more[1].replaceAll('&amp;', '&')) : undefined;
	}
	assert.equal(seen, 10);
});

test('authors stay outside', async () => {
	const author = await signedIn(site, 'author@example.org'), token = await author.token();
	for (const target of ['/admin/redirects', '/admin/redirects/import', '/admin/redirects/edit']) {
		assert.equal((await author.get(target)).status, 403);
		assert.equal((await author.post(target, { form_token: token, from: '/q', to: '/r', button: 'delete', lines: '/q /r' })).status, 403);
	}
	await leads('/q', 404);
});

const rowOf = (text, from) => text.match(/<li class="entry">[^]*?<\/li>/g)?.find((row) => row.includes(`>${from}<`));
const froms = (text) => [...text.matchAll(/class="entry-title plain"[^>]*>([^<]+)</g)].map((found) => found[1]);

test('who follows is counted, shown and put in order', async () => {
	for (const name of ['a', 'b', 'c', 'd']) await add(`/count/${name}`, '/filler-1');
	await add('/count/gone', '', '410');
	await add('/count/draft', '/draft-thoughts');
	for (const [name, times] of [['a', 3], ['b', 5], ['gone', 1]]) {
		for (let i = 0; i < times; i++) await leads(`/count/${name}`, name === 'gone' ? 410 : 301);
		for (const now = Date.now(); Date.now() === now;); // of one millisecond none would be the last
	}
	await leads('/count/draft', 404); // nothing was followed
	assert.equal((await site.get('/count/c', { method: 'POST' })).status >= 400, true);
	const list = async (query) => (await editor.get(`/admin/redirects?q=/count/${query}`)).text;
	assert.match(rowOf(await list(''), '/count/a'), /followed 3 times, last on \w/);
	assert.match(rowOf(await list(''), '/count/gone'), /followed once, last on/);
	for (const never of ['c', 'd', 'draft']) assert.match(rowOf(await list(''), `/count/${never}`), /never followed/);
	await leads('/count/a', 301);
	assert.deepEqual(froms(await list('')), ['a', 'b', 'c', 'd', 'draft', 'gone'].map((name) => `/count/${name}`));
	assert.deepEqual(froms(await list('&sort=hits')), ['b', 'a', 'gone', 'c', 'd', 'draft'].map((name) => `/count/${name}`));
	assert.deepEqual(froms(await list('&sort=last')), ['a', 'gone', 'b', 'c', 'd', 'draft'].map((name) => `/count/${name}`));
	assert.match((await editor.get(editAddress('/count/b'))).text, /followed 5 times/);
	// Another redirect from there begins anew.
	await change('/count/b', {}, 'delete');
	await add('/count/b', '/filler-2');
	assert.match(rowOf(await list(''), '/count/b'), /never followed/);
	for (const odd of ['&sort=x', '&sort=hits&after=nothing&n=x', '&sort=last&n=99999999999999999999', '&rest=1', '&sort=hits&rest=1&after=/zz', '&show=x'])
		assert.equal((await editor.get(`/admin/redirects?q=/count${odd}`)).status, 200, odd);
});

test('orders go on from page to page, and what nobody followed within a year is found', async () => {
	const db = path.join(site.data, 'site.db'), traffic = path.join(site.data, 'traffic.db'), day = 86400000, now = Date.now();
	await importing(Array.from({ length: 130 }, (_, i) => `/year/${String(i).padStart(3, '0')},/filler-1`).join('\n'));
	// Each third was made long ago, each second followed: half of those long ago, too.
	sqlite(db, `UPDATE redirect SET created_ms = ${now - 500 * day} WHERE from_path LIKE '/year/%' AND CAST(substr(from_path, 7) AS INTEGER) % 3 = 0`);
	sqlite(traffic, `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 2 FROM n WHERE i < 128)
		INSERT INTO redirect_hit SELECT printf('/year/%03d', i), i + 1, iif(i % 4, ${now - 400 * day} - i, ${now - 4 * day} - i) FROM n`);
	const walk = async (query) => {
		const seen = [];
		for (let at = `/admin/redirects${query}`, pages = 0; at; pages++) {
			assert.ok(pages < 20);
			const { status, text } = await editor.get(at);
			assert.equal(status, 200);
			seen.push(...froms(text));
			const more = text.match(/href="([^"]+)" rel="next"/);
			at = more && below(site, more[1].replaceAll('&amp;', '&'));
		}
		return seen;
	};
	const name = (i) => `/year/${String(i).padStart(3, '0')}`, all = Array.from({ length: 130 }, (_, i) => i), used = all.filter((i) => i % 2 === 0);
	const rest = all.filter((i) => i % 2);
	assert.deepEqual(await walk('?q=/YEAR/'), all.map(name));
	assert.deepEqual(await walk('?q=year/&sort=hits'), [...used.slice().reverse(), ...rest].map(name));
	const last = [...used.filter((i) => i % 4 === 0), ...used.filter((i) => i % 4)];
	assert.deepEqual(await walk('?q=year/&sort=last'), [...last, ...rest].map(name));
	const unused = all.filter((i) => i % 3 === 0 && i % 4);
	assert.deepEqual(await walk('?q=year/&show=unused'), unused.map(name));
	assert.deepEqual(await walk('?q=year/&show=unused&sort=hits'), [...unused.filter((i) => i % 2 === 0).reverse(), ...unused.filter((i) => i % 2)].map(name));
	const { text } = await editor.get('/admin/redirects?show=unused');
	assert.match(text, /Counted since \w/);
	assert.ok(froms(text).every((from) => from.startsWith('/year/')));
});
