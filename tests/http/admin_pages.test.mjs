/* admin_pages.test.mjs: pages have a place of their own in the admin, beside the posts. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner;

before(async () => {
	site = await openSite('below', { posts: 2 });
	for (const [email, role] of [[EMAIL, 'owner'], ['author@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', role, '--password-stdin', { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
});
after(() => site?.stop());

const current = (text) => [...text.matchAll(/<li><a href="[^"]+" aria-current="page">([^<]+)</g)].map((found) => found[1]);
const titles = (text) => [...text.matchAll(/class="entry-title"[^>]*>([^<]+)</g)].map((found) => found[1]);
const main = (text) => text.match(/<a class="button main" href="([^"]+)">([^<]+)</).slice(1).map((part) => part.replaceAll('&amp;', '&'));

test('the menu leads to the pages; what is begun there is a page', async () => {
	const home = (await owner.get('/admin')).text;
	const entry = home.match(/<li><a href="([^"]+)">Pages<\/a>/)[1];
	assert.deepEqual(current((await owner.get('/admin/posts')).text), ['Posts']);
	const list = (await owner.get(below(site, entry))).text;
	assert.deepEqual(current(list), ['Pages']);
	assert.match(list, /<h1>Pages<\/h1>/);
	assert.equal(main(list)[1], 'New page');
	const address = below(site, main(list)[0]);
	assert.deepEqual(current((await owner.get(address)).text), ['Pages']);
	const page = (await owner.write(address, { title: 'Imprint of the press', markdown: 'Text' })).headers.location;
	assert.deepEqual(current((await owner.get(below(site, page))).text), ['Pages']);
	assert.ok(titles((await owner.get(below(site, entry))).text).includes('Imprint of the press'));
	await owner.made({ title: 'No page but a post' });
	assert.ok(!titles((await owner.get(below(site, entry))).text).includes('No page but a post'));
});

test('without pages the list says what they are for; a filter without a match says that instead', async () => {
	const author = await signedIn(site, 'author@example.org');
	const empty = (await author.get('/admin/posts?show=pages')).text;
	assert.match(empty, /No pages yet[^]*Write the first page/);
	assert.doesNotMatch(empty, /A blank page/);
	assert.match((await author.get('/admin/posts')).text, /A blank page/);
	assert.doesNotMatch((await author.get('/admin/posts?show=pages&q=xylophone')).text, /No pages yet/);
});
