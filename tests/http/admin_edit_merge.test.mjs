/* admin_edit_merge.test.mjs: somebody else saved meanwhile: both versions are put together, by plain forms. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor } from './visitor.mjs';

const EDITOR = 'editor@example.org';

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`two who write, ${place}`, () => {
		let site, one, two;
		const plain = (html) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
		const textOf = (page) => plain(page.match(/<textarea [^>]*name="markdown"[^>]*>\n([^<]*)</)[1]);
		// The fields of the form as a browser would send them, texts with CRLF.
		const fieldsOf = (page) => {
			const form = page.slice(page.indexOf('<form class="edit"')), fields = {};
			for (const [, name, value] of form.matchAll(/<input (?:type="hidden" )?(?:id="\w+" )?name="(\w+)" value="([^"]*)"/g)) (fields[name] ??= []).push(plain(value));
			for (const [, name, value] of form.matchAll(/<textarea [^>]*?name="(\w+)"[^>]*>\n?([^<]*)</g)) (fields[name] ??= []).push(plain(value).replace(/\r?\n/g, '\r\n'));
			return fields;
		};
		const begin = async (fields) => {
			const made = await one.write('/admin/posts/new', fields);
			assert.equal(made.status, 303);
			return below(site, made.headers.location).replace(/\?.*/, '');
		};
		// Both begin with the same page, and the second saves first.
		const clash = async (edit, mine, theirs) => {
			const sent = fieldsOf((await one.get(edit)).text);
			assert.equal((await two.write(edit, theirs)).status, 303);
			const res = await one.post(edit, { ...sent, ...mine, button: 'save' });
			assert.equal(res.status, 409);
			return res.text;
		};
		before(async () => {
			site = await openSite(place, { posts: 1, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			platen(site, 'user', 'add', EDITOR, '--role', 'editor', '--name', 'Eve & Co', '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
			[one, two] = [new Visitor(site), new Visitor(site)];
			await one.signIn(EMAIL);
			await two.signIn(EDITOR);
		});
		after(() => site?.stop());

		test('different paragraphs and fields are put together, and saved against the newest version', async () => {
			const edit = await begin({ title: 'Shared', markdown: 'One.\n\nTwo.\n\nThree.\n', tags: 'A', excerpt: 'old' });
			const page = await clash(edit, { title: 'Shared', markdown: 'First.\r\n\r\nTwo.\r\n\r\nThree.\r\n', tags: 'A', excerpt: 'old' },
				{ title: 'Theirs', markdown: 'One.\n\nTwo.\n\nThird <i>.\n', tags: 'A, B', excerpt: 'old' });
			assert.match(page, /Eve &amp; Co saved this post/);
			assert.doesNotMatch(page, /class="conflict"/);
			assert.equal(textOf(page), 'First.\n\nTwo.\n\nThird <i>.\n');
			assert.match(page, /Their changes, word by word<[^]*<del>Shared<\/del><[^]*<ins>Theirs<\/ins>[^]*<del>Three<\/del>\.<\/td><td dir="auto"><ins>Third &lt;i&gt;<\/ins>\.</);
			assert.match(page, /Your changes, word by word<[^]*<del>One<\/del>\.<\/td><td dir="auto"><ins>First<\/ins>\./);
			assert.match(page, />Theirs<\/textarea>/);
			assert.match(page, /name="tags" value="A, B"/);
			const saved = await one.post(edit, { ...fieldsOf(page), button: 'save' });
			assert.equal(saved.status, 303);
			assert.equal(textOf((await one.get(edit)).text), 'First.\n\nTwo.\n\nThird <i>.\n');
		});

		test('a long text in any script that conflicts can be sent again', async (t) => {
			if (place !== 'fastcgi') return t.skip('once is enough');
			const line = `${'\u0441\u043b\u043e\u0432\u043e '.repeat(20).trim()}.\n\n`, long = line.repeat(Math.ceil(1800000 / Buffer.byteLength(line)));
			const edit = await begin({ title: 'Long', markdown: `One.\n\n${long}Three.\n` });
			const page = await clash(edit, { title: 'Long', markdown: `Mine.\n\n${long}Three.\n` }, { title: 'Long', markdown: `Theirs.\n\n${long}Three.\n` });
			assert.match(page, /class="conflict"/);
			assert.doesNotMatch(page, /word by word/, 'longer than what is compared here');
			const sent = { ...fieldsOf(page), button: 'save' };
			assert.ok(new URLSearchParams(Object.entries(sent).map(([name, value]) => [name, String(value)])).toString().length > 9e6);
			const saved = await one.post(edit, sent);
			assert.equal(saved.status, 303);
			assert.match(textOf((await one.get(edit)).text), /^Mine\.\n/);
		});

		test('when nobody knows what it began with, what differs is told and not taken away', async () => {
			const edit = await begin({ title: 'Without', markdown: 'One.\n', excerpt: 'old' });
			const page = await clash(edit, { title: 'Without', markdown: 'One.\r\n', excerpt: '', base: '0' },
				{ title: 'Theirs, new', markdown: 'One.\n', excerpt: 'said by them' });
			assert.match(page, /Both of you also changed these[^]*<legend>Title<\/legend>[^]*name="pick_title" value="m" checked[^]*>Without<[^]*name="pick_title" value="t">[^]*>Theirs, new</);
			assert.match(page, /said by them/);
		});

		test('authors and the page above are put together, too', async () => {
			const above = await begin({ title: 'Above', markdown: 'x', kind: 'page' }), parent = above.split('/').pop();
			const edit = await begin({ title: 'Together', markdown: 'x', kind: 'page', author: ['Olive Owner'] });
			const page = await clash(edit, { markdown: 'mine', kind: 'page', author: ['Olive Owner'], parent: '' },
				{ title: 'Together', markdown: 'x', kind: 'page', author: ['Olive Owner', 'Eve & Co'], parent });
			assert.match(page, /name="author" value="Eve &amp; Co"/);
			assert.match(page, new RegExp(`value="${parent}" selected`));
			assert.doesNotMatch(page, /name="pick_/);
			const both = await clash(edit, { markdown: 'x', kind: 'page', author: ['Eve & Co'], parent: '' },
				{ title: 'Together', markdown: 'y', kind: 'page', author: ['Olive Owner'], parent });
			assert.match(both, /<legend>Author<\/legend>[^]*>Eve &amp; Co<[^]*>Olive Owner</);
			const sent = { ...fieldsOf(both), kind: 'page', parent: '', pick_author: 't', button: 'save' };
			assert.equal((await one.post(edit, sent)).status, 303);
			assert.match((await one.get(edit)).text, /name="author" value="Olive Owner"/);
			assert.doesNotMatch((await one.get(edit)).text, /name="author" value="Eve/);
		});

		test('what both changed is picked place by place, then saved', async () => {
			const edit = await begin({ title: 'Picked', markdown: 'the old press\n\nmiddle\n\nred ink\n' });
			const page = await clash(edit, { title: 'Mine', markdown: 'the new press\r\n\r\nmiddle\r\n\r\nblue ink\r\n' },
				{ title: 'Also', markdown: 'the wooden press\n\nmiddle, theirs\n\ngreen ink\n' });
			assert.equal(page.match(/<legend>Place \d/g).length, 2);
			assert.equal(textOf(page), 'the new press\n\nmiddle, theirs\n\nblue ink\n');
			assert.match(page, /name="pick_title" value="m" checked[^]*>Mine<[^]*name="pick_title" value="t">[^]*>Also</);
			const picked = await one.post(edit, { ...fieldsOf(page), pick1: 't', pick2: 'b', pick_title: 't', button: 'merge' });
			assert.match(picked.text, /name="pick_title" value="t" checked/);
			assert.equal(fieldsOf(picked.text).title[0], 'Also');
			assert.equal(picked.status, 409);
			assert.equal(textOf(picked.text), 'the wooden press\n\nmiddle, theirs\n\nblue green ink\n');
			assert.match(picked.text, /name="pick1" value="t" checked/);
			const other = await one.post(edit, { ...fieldsOf(picked.text), pick1: 'm', pick2: 't', pick_title: 'm', button: 'merge' });
			assert.equal(fieldsOf(other.text).title[0], 'Mine');
			assert.equal(textOf(other.text), 'the new press\n\nmiddle, theirs\n\ngreen ink\n');
			const byHand = await one.post(edit, { ...fieldsOf(other.text), markdown: 'By hand', pick1: 't', button: 'merge' });
			assert.equal(textOf(byHand.text), 'By hand');
			assert.match(byHand.text, /You have changed the text since/);
			assert.equal((await one.post(edit, { ...fieldsOf(other.text), button: 'save' })).status, 303);
			assert.equal(textOf((await two.get(edit)).text), 'the new press\n\nmiddle, theirs\n\ngreen ink\n');
		});

		test('a field that both changed is picked and saved, back and forth, and what is changed by hand stays', async () => {
			const was = { title: 'Fields', markdown: 'x', excerpt: 'old', visibility: 'public', slug: 'fields', seo_title: 'old', custom_key: ['mood'], custom_value: ['old'] };
			const mine = { ...was, markdown: 'y', excerpt: 'mine', visibility: 'unlisted', slug: 'fields-mine', seo_title: 'mine', custom_value: ['my <i>'] };
			const theirs = { ...was, excerpt: 'theirs', visibility: 'team', slug: 'fields-theirs', seo_title: '', custom_value: ['theirs'] };
			const edit = await begin(was), page = await clash(edit, mine, theirs), from = page.indexOf('class="merge"');
			const names = [...page.matchAll(/name="merge_field" value="(\w+)"/g)].map(([, name]) => name);
			assert.deepEqual(names.sort(), ['custom', 'excerpt', 'seo_title', 'slug', 'visibility']);
			for (const words of ['>mood: my &lt;i&gt;<', '>mood: theirs<', '>Whoever has the address<', '>The team<', '<em>nothing</em>']) assert.ok(page.indexOf(words) > from, words);
			const all = (pick) => Object.fromEntries(names.map((name) => [`pick_${name}`, pick]));
			const now = { ...fieldsOf(page), visibility: 'unlisted' };
			const once = (await one.post(edit, { ...now, ...all('t'), button: 'merge' })).text;
			assert.match(once, /value="team" selected/);
			assert.match(once, /name="slug" value="fields-theirs"/);
			assert.match(once, /name="custom_key" value="mood"[^]*>\ntheirs</);
			const back = (await one.post(edit, { ...fieldsOf(once), visibility: 'team', ...all('m'), button: 'merge' })).text;
			assert.match(back, /value="unlisted" selected/);
			assert.match(back, /name="slug" value="fields-mine"/);
			assert.match(back, /name="custom_key" value="mood"[^]*>\nmy &lt;i&gt;</);
			const saved = await one.post(edit, { ...fieldsOf(back), visibility: 'unlisted', excerpt: 'by hand', ...all('t'), pick_slug: 'm', pick_nothing: 't', merge_field: [...names, 'nothing', '../x'], button: 'save' });
			assert.equal(saved.status, 303);
			const text = (await one.get(edit)).text;
			assert.match(text, />\nby hand<\/textarea>/);
			assert.match(text, /value="team" selected/);
			assert.match(text, /name="slug" value="fields-mine"/);
			assert.match(text, /name="seo_title" value=""/);
			assert.match(text, /name="custom_key" value="mood"[^]*>\ntheirs</);
		});

		test('somebody saves again while it is merged: that is put together, too', async () => {
			const edit = await begin({ title: 'Thrice', markdown: 'One.\n\nTwo.\n\nThree.\n' });
			const page = await clash(edit, { title: 'Thrice', markdown: 'First.\n\nTwo.\n\nThree.\n' }, { title: 'Thrice', markdown: 'One.\n\nSecond.\n\nThree.\n' });
			assert.equal((await two.write(edit, { title: 'Thrice', markdown: 'One.\n\nSecond.\n\nThird.\n' })).status, 303);
			const again = await one.post(edit, { ...fieldsOf(page), button: 'save' });
			assert.equal(again.status, 409);
			assert.equal(textOf(again.text), 'First.\n\nSecond.\n\nThird.\n');
			assert.equal((await one.post(edit, { ...fieldsOf(again.text), button: 'save' })).status, 303);
		});

		test('where nobody knows what they began with, both are shown whole, and nothing is lost', async () => {
			const edit = await begin({ title: 'Whole', markdown: 'First' });
			assert.equal((await two.write(edit, { title: 'Whole', markdown: 'Theirs <i>' })).status, 303);
			const form_token = await one.token();
			for (const odd of [{}, { base: '999999' }, { base: 'x' }, { base: '-1', version: 'x' }, { version: '999' }, { version: '' }]) {
				const res = await one.post(edit, { form_token, version: '1', title: 'Whole', markdown: 'Mine', button: 'save', ...odd });
				assert.equal(res.status, 409);
				assert.equal(textOf(res.text), 'Mine');
				assert.match(res.text, /side-text" dir="auto">Theirs &lt;i&gt;</);
				assert.match(res.text, /Both versions, word by word<[^]*<del>Mine<\/del><[^]*<ins>Theirs &lt;i&gt;<\/ins>/);
			}
			const foreign = await begin({ title: 'Another', markdown: 'Secret' });
			const base = (await one.get(foreign)).text.match(/name="base" value="(\d+)"/)[1];
			const res = await one.post(edit, { form_token, version: '1', base, title: 'Whole', markdown: 'Mine', button: 'save' });
			assert.doesNotMatch(res.text, /Secret/);
			assert.equal((await one.post(edit, { form_token, version: '1', base, markdown: 'Mine', button: 'merge' })).status, 404);
		});

		test('a slug and other settings follow who changed them', async () => {
			const edit = await begin({ title: 'Settled', markdown: 'x', seo_title: 'old', slug: 'settled' });
			const page = await clash(edit, { title: 'Settled', markdown: 'y', seo_title: 'mine' }, { title: 'Settled', markdown: 'x', seo_title: 'old', slug: 'moved-there', image_alt: 'theirs' });
			assert.match(page, /name="slug" value="moved-there"/);
			assert.match(page, /name="seo_title" value="mine"/);
			assert.match(page, />\ntheirs<\/textarea>/);
		});
	});
}
