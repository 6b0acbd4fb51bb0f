/* admin_translation.test.mjs: the same post in other languages: linked by its address, unlinked, translated. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, editor, author, db;

before(async () => {
	site = await openSite('below', { posts: 2 });
	db = path.join(site.data, 'site.db');
	for (const [email, role] of [[EMAIL, 'editor'], ['author@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
	editor = await signedIn(site);
	author = await signedIn(site, 'author@example.org');
});
after(() => site?.stop());

const row = (place) => {
	const [[group, lang, status, version, title]] = sqlite(db, `SELECT coalesce(translation_group, ''), lang, status, version, title FROM post WHERE public_id = '${place.split('/').at(-1)}'`);
	return { group, lang, status, version, title };
};
const published = async (who, fields) => {
	const place = await who.made(fields, 'publish_anyway');
	return [place, sqlite(db, `SELECT path FROM post WHERE public_id = '${place.split('/').at(-1)}'`)[0][0]];
};
// The form as it stands there, with some fields typed over.
async function save(who, place, typed, button = 'save') {
	const fields = Object.fromEntries(await who.fields(place));
	return who.post(place, { ...fields, ...typed, button });
}
const listed = (text) => [...text.matchAll(/<li>([^:<]+): <a href="([^"]+)"[^>]*>([^<]+)<\/a> <span class="fact">([^<]+)</g)].map(([, lang, url, title, state]) => ({ lang, place: below(site, url), title, state }));

test('a post is linked with another by its address, and readers and writers see it at both', async () => {
	const [garden, address] = await published(editor, { title: 'The garden' });
	const [garten] = await published(editor, { title: 'Der Garten', lang: 'de' });
	assert.equal((await save(editor, garten, { translation_of: address })).status, 303);
	assert.equal(row(garden).group, row(garten).group);
	assert.ok(row(garden).group);
	assert.deepEqual(listed((await editor.get(garden)).text), [{ lang: 'Deutsch', place: garten, title: 'Der Garten', state: 'Published' }]);
	assert.deepEqual(listed((await editor.get(garten)).text), [{ lang: 'English', place: garden, title: 'The garden', state: 'Published' }]);
	assert.match((await site.get(address)).text, /hreflang="de"/);
	// What was linked keeps its word: a third joins without the others being saved again.
	const was = row(garden), [jardin] = await published(editor, { title: 'Le jardin', lang: 'fr' });
	assert.equal((await save(editor, jardin, { translation_of: `${site.url}${address}` })).status, 303);
	assert.deepEqual(row(garden), was);
	assert.equal(listed((await editor.get(jardin)).text).length, 2);
	// A save that says nothing of it changes nothing of it; unlinking is of this one alone.
	await save(editor, jardin, { title: 'Le grand jardin' });
	assert.equal(row(jardin).group, was.group);
	assert.equal((await save(editor, jardin, { unlink: 'yes' })).status, 303);
	assert.equal(row(jardin).group, '');
	assert.deepEqual(listed((await editor.get(garden)).text).map(({ title }) => title), ['Der Garten']);
	// It is a version of the post that was linked, by whoever linked it.
	assert.match((await editor.get(`${garden}/revisions`)).text, /The editor/);
});

test('what is no other post is refused and comes back', async () => {
	const [place] = await published(editor, { title: 'Alone' }), own = place.split('/').at(-1), was = row(place);
	const thrown = await editor.made({ title: 'Thrown' });
	await save(editor, thrown, {}, 'trash');
	for (const typed of ['/nothing-here', 'Alone', '/alone', own, thrown.split('/').at(-1), "'; DROP TABLE post; --", 'https://elsewhere.example/a', `/${'x'.repeat(3000)}`]) {
		const res = await save(editor, place, { translation_of: typed });
		assert.equal(res.status, 422, typed);
		assert.match(res.text, /no such other post/, typed);
		assert.ok(res.text.includes(`name="translation_of" value="${typed.replaceAll("'", '&#39;')}"`), typed);
	}
	for (const lang of ['', 'x y', 'en', 'EN', '../x']) {
		const res = await save(editor, place, { translate_lang: lang }, 'translate');
		assert.equal(res.status, 422, lang);
		assert.match(res.text, /A language tag as en or de-AT/, lang);
		assert.match(res.text, /<h1|name="version"/);
	}
	assert.deepEqual(row(place), was);
});

test('a translation is begun as a draft in the other language, linked with what it is of', async () => {
	const [place] = await published(editor, { title: 'The house', tags: 'Building' });
	const res = await save(editor, place, { translate_lang: 'de', markdown: 'Changed here alone' }, 'translate');
	assert.equal(res.status, 303, res.text);
	const draft = below(site, res.headers.location).replace(/\?.*/, '');
	assert.notEqual(draft, place);
	assert.deepEqual({ ...row(draft), group: '' }, { group: '', lang: 'de', status: 'draft', version: 1, title: 'The house' });
	assert.equal(row(draft).group, row(place).group);
	assert.equal(row(place).status, 'published');
	const page = (await editor.get(below(site, res.headers.location))).text;
	assert.match(page, /This draft is the post in the other language/);
	assert.match(page, /Changed here alone/);
	assert.match(page, /value="Building"/);
	assert.doesNotMatch((await editor.get(place)).text, /Changed here alone/);
	assert.deepEqual(listed((await editor.get(place)).text).map(({ lang, state }) => [lang, state]), [['Deutsch', 'Draft']]);
	// And back: from the draft into the site's own language again.
	const again = below(site, (await save(editor, draft, { translate_lang: 'en' }, 'translate')).headers.location).replace(/\?.*/, '');
	assert.deepEqual([row(again).lang, row(again).group], ['', row(place).group]);
});

test('others\' posts are joined where that changes nothing of them, and their drafts are not told of', async () => {
	const [theirs, address] = await published(editor, { title: 'The river' });
	const hidden = await editor.made({ title: 'Hidden river' });
	const mine = await author.made({ title: 'Der Fluss', lang: 'de' });
	const was = row(theirs);
	assert.match((await save(author, mine, { translation_of: address })).text, /you may not change it/);
	for (const secret of [hidden.split('/').at(-1), '/hidden-river']) assert.match((await save(author, mine, { translation_of: secret })).text, /no such other post/);
	assert.deepEqual(row(theirs), was);
	await save(editor, hidden, { lang: 'fr', translation_of: address });
	assert.equal((await save(author, mine, { translation_of: address })).status, 303);
	assert.equal(row(mine).group, row(theirs).group);
	assert.deepEqual(listed((await author.get(mine)).text), []);
	assert.equal(listed((await editor.get(theirs)).text).length, 2);
});

test('posts are found by their words, with their languages, and only those that one sees', async () => {
	const ask = async (who, q, but = '') => JSON.parse((await who.get(`/admin/complete/posts?q=${encodeURIComponent(q)}&but=${but}`)).text).posts;
	await editor.made({ title: 'Quagmire one', lang: 'de' });
	const two = await editor.made({ title: 'Quagmire two' });
	assert.deepEqual((await ask(editor, 'quagmire')).map(({ label }) => label).sort(), ['Quagmire one – Deutsch', 'Quagmire two – English']);
	assert.deepEqual((await ask(editor, 'quagmire', two.split('/').at(-1))).map(({ label }) => label), ['Quagmire one – Deutsch']);
	assert.deepEqual(await ask(author, 'quagmire'), []);
	assert.deepEqual(await ask(editor, ''), []);
	for (const { value } of await ask(editor, 'quagmire')) assert.match(value, /^\/quagmire|^\w+$/);
});
