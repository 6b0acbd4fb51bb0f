/* admin_tags.test.mjs: what editors do with tags, and that readers see it at once. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, editor;

before(async () => {
	site = await openSite('fastcgi', { posts: 3 });
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor'], ['author@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
	editor = await signedIn(site, 'editor@example.org');
});
after(() => site?.stop());

const attribute = (text, name) => text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1];

// Where the list has the tag of that name.
async function tagPath(name) {
	const { text } = await editor.get(`/admin/tags?q=${encodeURIComponent(name)}`);
	const entry = text.split('<li class="entry">').find((part) => part.includes(`dir="auto">${name}</a>`));
	assert.ok(entry, `${name} is not in the list`);
	return below(site, entry.match(/href="([^"]+)"/)[1]);
}

async function add(name) {
	return editor.post('/admin/tags', { form_token: await editor.token(), name });
}

// Presses a button on the tag's page, with the fields as they are and `changes`.
async function press(target, button, changes = {}, visitor = editor) {
	const { text } = await visitor.get(target);
	const now = { form_token: attribute(text, 'form_token'), seen: attribute(text, 'seen'), name: attribute(text, 'name'),
		slug: attribute(text, 'slug'), picture: attribute(text, 'picture'), text: text.match(/<textarea id="text"[^>]*>\n?([^<]*)</)?.[1] ?? '' };
	return visitor.post(target, { ...now, button, ...changes });
}

// A published post with these tags, and its address.
async function publish(title, tags) {
	const res = await editor.write('/admin/posts/new', { title, markdown: 'Text.', tags }, 'publish');
	assert.match(res.headers.location, /published/);
	return '/' + title.toLowerCase().replace(/ /g, '-');
}

test('a tag is made, found and shown; one that is there already is named', async () => {
	const made = await add('Würfel & <Spiel>');
	assert.equal(made.status, 303);
	const target = below(site, made.headers.location).replace(/\?.*/, '');
	const page = (await editor.get(target)).text;
	assert.match(page, /Würfel &amp; &lt;Spiel&gt;/);
	assert.match(page, /value="wurfel-spiel"/);
	for (const again of ['Würfel & <Spiel>', 'würfel spiel']) {
		const res = await add(again);
		assert.equal(res.status, 409, again);
		assert.match(res.text, new RegExp(`role="alert">Another tag[^<]*<a href="${target}"`));
	}
	for (const wrong of ['', '   ', '!?', 'x'.repeat(201)])
		assert.equal((await add(wrong)).status, 422, wrong);
	for (const find of ['würf', 'WURFEL', '<Spiel', 'spiel'])
		assert.match((await editor.get(`/admin/tags?q=${encodeURIComponent(find)}`)).text, /&lt;Spiel&gt;/, find);
	assert.match((await editor.get('/admin/tags?q=%00nothing%20like%20it')).text, /Nothing here|400/);
	assert.equal((await editor.get('/admin/tags/999999')).status, 404);
	assert.equal((await editor.get('/admin/tags/x')).status, 404);
});

test('a renamed tag is on warm pages at once, and its old addresses lead on', async () => {
	const post = await publish('About rigging', 'Rigging');
	for (let i = 0; i < 2; i++) {
		assert.match((await site.get(post)).text, />Rigging</);
		assert.equal((await site.get('/tag/rigging')).status, 200);
		assert.equal((await site.get('/tag/rigging/feed.xml')).status, 200);
	}
	const target = await tagPath('Rigging');
	assert.equal((await press(target, 'save', { name: 'Ropes', slug: 'ropes', text: 'All *about* ropes', picture: '/media/none.jpg' })).status, 303);
	const text = (await site.get(post)).text;
	assert.match(text, />Ropes</);
	assert.doesNotMatch(text, /Rigging</);
	assert.match((await site.get('/tag/ropes')).text, /All <em>about<\/em> ropes/);
	for (const [from, to] of [['/tag/rigging', '/tag/ropes'], ['/tag/rigging/feed.xml', '/tag/ropes/feed.xml'], ['/tag/rigging/page/2', '/tag/ropes/page/2']]) {
		const res = await site.get(from);
		assert.equal(res.status, 301, from);
		assert.equal(below(site, res.headers.location), to);
	}
	// Twice renamed: the first address leads straight to the last one; renamed back: no loop.
	assert.equal((await press(target, 'save', { name: 'Cordage', slug: '' })).status, 303);
	assert.equal(below(site, (await site.get('/tag/rigging')).headers.location), '/tag/cordage');
	assert.equal((await press(target, 'save', { name: 'Rigging', slug: 'rigging' })).status, 303);
	assert.equal((await site.get('/tag/rigging')).status, 200);
	assert.equal(below(site, (await site.get('/tag/cordage')).headers.location), '/tag/rigging');
});

test('a tag whose address is not its name is still the one that posts mean by it', async () => {
	await publish('First of ink', 'Ink');
	const target = await tagPath('Ink');
	assert.equal((await press(target, 'save', { name: 'Black Ink', slug: 'ink' })).status, 303);
	await publish('Second of ink', 'black ink');
	assert.match((await editor.get(target)).text, /2 posts/);
	assert.equal((await site.get('/tag/black-ink')).status, 404);
});

test('what somebody else changed meanwhile is not overwritten, and what was typed stays', async () => {
	await add('Twofold');
	const target = await tagPath('Twofold');
	const { text } = await editor.get(target);
	const seen = attribute(text, 'seen'), form_token = attribute(text, 'form_token');
	assert.equal((await press(target, 'save', { text: 'Theirs' })).status, 303);
	const late = await editor.post(target, { form_token, seen, button: 'save', name: 'Twofold', slug: 'twofold', picture: '', text: 'Mine <b>' });
	assert.equal(late.status, 409);
	assert.match(late.text, /Mine &lt;b&gt;/);
	assert.match((await editor.get(target)).text, /Theirs/);
	assert.equal((await editor.post(target, { form_token, seen: attribute(late.text, 'seen'), button: 'save', name: 'Twofold', slug: 'twofold', picture: '', text: 'Mine' })).status, 303);
	for (const bad of [{ name: '' }, { name: '…' }, { picture: 'javascript:alert(1)' }, { name: 'n'.repeat(201) }, { text: 'x'.repeat(70000) }]) {
		const res = await press(target, 'save', { text: 'kept text', ...bad });
		assert.equal(res.status, 422, Object.keys(bad)[0]);
		assert.match(res.text, /role="alert"/);
		if (!bad.text) assert.match(res.text, /kept text/);
	}
	await add('Onefold');
	const taken = await press(target, 'save', { name: 'ONEFOLD' });
	assert.equal(taken.status, 409);
	assert.match(taken.text, /role="alert">[^<]*<a href="[^"]+" dir="auto">Onefold</);
	assert.equal((await press(target, 'explode')).status, 422);
	for (const seenNow of ['', 'x', '-1', '99999999999999999999'])
		assert.equal((await press(target, 'save', { seen: seenNow })).status, 409, seenNow);
});

test('merging asks first, with counts, then moves the posts and leaves a redirect', async () => {
	const both = await publish('Both of them', 'Sloop, Cutter'), one = await publish('One of them', 'Sloop');
	const target = await tagPath('Sloop');
	for (const into of ['', 'Sloop', 'No such tag']) assert.equal((await press(target, 'merge', { into })).status, 422, into);
	const asked = await press(target, 'merge', { into: 'cutter' });
	assert.equal(asked.status, 200);
	assert.match(asked.text, /2 posts get “Cutter”, which has 1 post now/);
	assert.equal((await site.get('/tag/sloop')).status, 200);
	const seen = attribute(asked.text, 'seen');
	assert.equal((await press(target, 'merge', { into: 'cutter', confirmed: 'yes', seen: '1' })).status, 409);
	const done = await press(target, 'merge', { into: 'cutter', confirmed: 'yes', seen });
	assert.equal(done.status, 303);
	assert.match((await editor.get(below(site, done.headers.location))).text, /2 posts/);
	for (const post of [both, one]) {
		const text = (await site.get(post)).text;
		assert.match(text, />Cutter</);
		assert.doesNotMatch(text, />Sloop</);
	}
	assert.equal(below(site, (await site.get('/tag/sloop')).headers.location), '/tag/cutter');
	assert.equal((await editor.get(target)).status, 404);
	assert.equal((await editor.post(target, { form_token: await editor.token(), button: 'merge', into: 'cutter', confirmed: 'yes' })).status, 404);
});

test('deleting asks first; the posts stay, and the search follows by a job', async () => {
	const post = await publish('Left with the tide', 'Zephyrine');
	assert.match((await site.get('/search?q=zephyrine')).text, /Left with the tide/);
	const target = await tagPath('Zephyrine');
	assert.match((await press(target, 'delete')).text, /1 post lose it/);
	assert.equal((await press(target, 'delete', { confirmed: 'yes' })).status, 303);
	assert.equal((await site.get('/tag/zephyrine')).status, 404);
	assert.doesNotMatch((await site.get(post)).text, /Zephyrine/);
	platen(site, 'jobs', 'work');
	assert.doesNotMatch((await site.get('/search?q=zephyrine')).text, /Left with the tide/);
	const owner = await signedIn(site, EMAIL);
	assert.match((await owner.get('/admin/audit')).text, /deleted the tag[\s\S]*Zephyrine/);
	const renamed = await tagPath('Black Ink');
	await press(renamed, 'save', { name: 'Quillwort' });
	platen(site, 'jobs', 'work');
	assert.match((await site.get('/search?q=quillwort')).text, /Second of ink/);
});

test('a long list comes in pages, each tag once', async () => {
	const names = Array.from({ length: 130 }, (_, i) => `Quoin ${i % 3 ? 'a' : 'B'}${String(i).padStart(3, '0')}`);
	for (const name of names) assert.equal((await add(name)).status, 303);
	const seen = [];
	let next = '/admin/tags?q=quoin';
	for (let pages = 0; next && pages < 9; pages++) {
		const { text } = await editor.get(next);
		for (const [, name] of text.matchAll(/entry-title"[^>]*>([^<]+)</g)) seen.push(name);
		const more = text.match(/href="([^"]+)" rel="next"/);
		next = more ? below(site, more[1].replaceAll('&amp;', '&')) : undefined;
	}
	assert.deepEqual([...seen].sort(), [...names].sort());
});

test('authors stay outside', async () => {
	const author = await signedIn(site, 'author@example.org');
	const target = await tagPath('Onefold');
	for (const address of ['/admin/tags', target]) {
		assert.equal((await author.get(address)).status, 403);
		assert.equal((await author.post(address, { form_token: await author.token(), name: 'x', button: 'delete', confirmed: 'yes' })).status, 403);
	}
	assert.doesNotMatch((await author.get('/admin')).text, /admin\/tags/);
});
