/* admin_edit.test.mjs: everything that the column beside a text sets, as the plain form does it. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const people = { editor: 'editor@example.org', author: 'author@example.org', contributor: 'contributor@example.org' };

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`the settings of a post, ${place}`, () => {
		let site;
		const wrong = (res, field) => {
			assert.equal(res.status >= 400 && res.status < 500, true, String(res.status));
			assert.match(res.text, new RegExp(`id="${field}-wrong"`), field);
			assert.match(res.text, new RegExp(`(name="${field}"|${field})[^>]*aria-describedby="[^"]*${field}-wrong|class="wrong" id="${field}-wrong"`));
			assert.match(res.text, /role="alert"/);
		};
		before(async () => {
			site = await openSite(place, { posts: 3, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			for (const [role, email] of Object.entries(people))
				platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
		});
		after(() => site?.stop());

		test('every field is stored, shown again and used', async () => {
			const visitor = await signedIn(site);
			const fields = {
				title: 'All <of> it', excerpt: 'Short & sweet', image: '/media/x.jpg', image_alt: 'A "hill"', image_caption: 'By day',
				lang: 'de', translation_group: 'hill', seo_title: 'Found', seo_description: 'What is found', seo_canonical: 'https://first.example/x',
				social_title: 'Shared', social_description: 'What is shared', social_image: 'https://pictures.example/s.png',
				custom_key: ['mood', '', 'mood <2>'], custom_value: ['calm', ' ', 'x & y'], slug: 'all-of-it', seo_noindex: 'yes',
			};
			const edit = await visitor.made(fields, 'publish_anyway'); /* the picture is not there */
			const { text } = await visitor.get(edit);
			const shown = (name) => (text.match(new RegExp(`<input[^>]*name="${name}" value="([^"]*)"`)) ?? text.match(new RegExp(`<textarea[^>]*name="${name}"[^>]*>\n([^<]*)<`)))[1]
				.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
			for (const name of Object.keys(fields).filter((key) => !/^(title|custom|seo_noindex)/.test(key))) assert.equal(shown(name), fields[name], name);
			assert.match(text, /name="seo_noindex" value="yes" checked/);
			assert.match(text, /name="custom_key" value="mood"[^]*>\ncalm<[^]*name="custom_key" value="mood &lt;2&gt;"[^]*>\nx &amp; y</);
			const page = (await site.get('/all-of-it')).text;
			assert.match(page, /<html lang="de"/);
			for (const part of ['<title>Found', 'What is found', 'https://first.example/x', 'Shared', 'What is shared', 'https://pictures.example/s.png', 'noindex', 'By day'])
				assert.ok(page.includes(part), part);
		});

		test('own fields keep their kind, and a row that is emptied goes', async () => {
			const visitor = await signedIn(site);
			platen(site, 'post', 'add', '-', '--title', 'Typed fields', { input: '---\nrating: 4\n---\nx\n' });
			const list = (await visitor.get('/admin/posts')).text;
			const edit = below(site, list.match(/href="([^"]+)"[^>]*>Typed fields</)[1]);
			const first = await visitor.write(edit, { title: 'Typed fields', markdown: 'x', custom_key: ['n', 'gone'], custom_value: ['5', 'y'] });
			assert.equal(first.status, 303);
			await visitor.write(edit, { title: 'Typed fields', markdown: 'x', custom_key: ['n', ''], custom_value: ['5', ''] });
			const { text } = await visitor.get(edit);
			assert.match(text, /name="custom_key" value="n"/);
			assert.doesNotMatch(text, /value="gone"/);
		});

		test('own fields that cannot be stored come back as they were typed', async () => {
			const visitor = await signedIn(site);
			const edit = await visitor.made({ title: 'Own rows', markdown: 'x' });
			for (const sent of [{ custom_key: ['twice', 'twice'], custom_value: ['row one', 'row <two>'] }, { custom_key: ['', 'n'], custom_value: ['nameless', 'row <two>'] },
				{ custom_key: ['much', 'n'], custom_value: ['x'.repeat(300000), 'row <two>'] }]) {
				const res = await visitor.write(edit, { title: 'Own rows', markdown: 'x', ...sent });
				assert.equal(res.status, 422);
				for (const text of sent.custom_value) assert.ok(res.text.includes(text.replace('<two>', '&lt;two&gt;')), text.slice(0, 20));
			}
			assert.doesNotMatch((await visitor.get(edit)).text, /row &lt;two|row one/);
		});

		test('an address that is taken is told at its field, before and when saving, and the form comes back', async () => {
			const visitor = await signedIn(site);
			await visitor.made({ title: 'First of two', slug: 'two' }, 'publish');
			const asked = JSON.parse((await visitor.get('/admin/posts/new/address?slug=two&title=x')).text);
			assert.deepEqual([asked.free, asked.slug], [false, 'two-2']);
			assert.match(asked.problem, /Another post/);
			const free = JSON.parse((await visitor.get('/admin/posts/new/address?slug=&title=Wholly%20New')).text);
			assert.deepEqual([free.free, free.slug, free.url], [true, 'wholly-new', `${site.url}/wholly-new`]);
			assert.match(JSON.parse((await visitor.get('/admin/posts/new/address?slug=No%20good&title=x')).text).problem, /Small letters/);
			assert.match(JSON.parse((await visitor.get('/admin/posts/new/address?slug=admin&title=x&kind=page')).text).problem, /Small letters/);
			const res = await visitor.write('/admin/posts/new', { title: 'Second', slug: 'two', markdown: 'Kept' });
			assert.equal(res.status, 409);
			wrong(res, 'slug');
			assert.match(res.text, />\nKept<\/textarea>/);
			assert.match(res.text, /name="slug" value="two"/);
			assert.equal((await new Visitor(site).get('/admin/posts/new/address?slug=x')).status, 303);
		});

		test('each field that is wrong says so, and nothing is stored', async () => {
			const visitor = await signedIn(site);
			const cases = {
				slug: { slug: 'Not a slug' }, at: { at: 'tomorrow' }, lang: { lang: 'not a language' }, seo_canonical: { seo_canonical: 'javascript:alert(1)' },
				image: { image: 'javascript:alert(1)' }, social_image: { social_image: 'data:text/html,x' }, seo_title: { seo_title: 'x'.repeat(2001) },
				excerpt: { excerpt: 'x'.repeat(5001) }, author: { author: ['Olive Owner', 'Nobody Known'] }, password: { visibility: 'password' },
				visibility: { visibility: 'martians' }, custom: { custom_key: ['a', 'a'], custom_value: ['1', '2'] }, parent: { kind: 'page', parent: 'nope' },
			};
			for (const [field, fields] of Object.entries(cases)) {
				const res = await visitor.write('/admin/posts/new', { title: 'Wrongly set', markdown: 'Kept', ...fields });
				wrong(res, field);
				assert.match(res.text, />\nKept<\/textarea>/);
			}
			assert.doesNotMatch((await visitor.get('/admin/posts')).text, /Wrongly set/);
		});

		test('authors: several in their order, by editors and owners alone', async () => {
			const owner = await signedIn(site), author = await signedIn(site, people.author);
			const edit = await owner.made({ title: 'By two', author: ['The author', '', 'The editor'] }, 'publish');
			const page = (await site.get('/by-two')).text;
			assert.ok(page.indexOf('The author') > 0 && page.indexOf('The author') < page.indexOf('The editor'));
			const { text } = await author.get(edit);
			assert.doesNotMatch(text, /name="author"/);
			assert.equal((await author.write(edit, { title: 'By two', markdown: 'x', author: ['Olive Owner'] })).status, 303);
			assert.doesNotMatch((await site.get('/by-two')).text, /Olive Owner/);
		});

		test('authors: two of one name are told apart, and a save of an editor leaves the post with whose it is', async () => {
			const editor = await signedIn(site, people.editor), names = ['sam1@example.org', 'sam2@example.org'];
			for (const email of names)
				platen(site, 'user', 'add', email, '--role', 'author', '--name', 'Sam Twin', '--password-stdin', { input: `${PASSWORD}\n` });
			const [first, second] = [await signedIn(site, names[0]), await signedIn(site, names[1])];
			const edit = await second.made({ title: 'Of the second' }, 'publish');
			assert.equal((await first.get(edit)).status, 403);
			const page = (await editor.get(edit)).text;
			assert.match(page, /name="author" value="Sam Twin \(sam-twin-2\)"/);
			assert.match(page, /<option value="Sam Twin \(sam-twin\)"><\/option>\s*<option value="Sam Twin \(sam-twin-2\)"><\/option>/);
			/* What the form has is sent as it is; an older one has the name alone. */
			assert.equal((await editor.post(edit, [...await editor.fields(edit), ['button', 'save']])).status, 303);
			assert.equal((await editor.write(edit, { title: 'Of the second', markdown: 'x', author: ['Sam Twin'] })).status, 303);
			assert.equal((await second.get(edit)).status, 200);
			assert.equal((await first.get(edit)).status, 403);
			/* Elsewhere the name alone says nothing. */
			wrong(await editor.write('/admin/posts/new', { title: 'Of whom?', markdown: 'x', author: ['Sam Twin'] }), 'author');
			assert.equal((await editor.write(edit, { title: 'Of the second', markdown: 'y', author: ['Sam Twin (sam-twin)'] })).status, 303);
			assert.equal((await first.get(edit)).status, 200);
			assert.equal((await second.get(edit)).status, 403);
			assert.match((await editor.get('/admin/posts')).text, /<option value="[^"]+">Sam Twin \(sam-twin-2\)<\/option>/);
		});

		test('a password for readers: set, kept, never shown', async () => {
			const visitor = await signedIn(site), readers = 'a word for readers';
			const edit = await visitor.made({ title: 'For friends', visibility: 'password', password: readers }, 'publish');
			const page = await site.get('/for-friends');
			assert.doesNotMatch(page.text, />\s*Text\s*</);
			await visitor.write(edit, { title: 'For friends', markdown: 'Text', visibility: 'password', password: '' });
			assert.match((await site.get('/for-friends')).text, /type="password"/);
			for (const res of [await visitor.get(edit), await visitor.get(`${edit}/revisions`)]) assert.ok(!res.text.includes(readers));
			await visitor.write(edit, { title: 'For friends', markdown: 'Text', visibility: 'public' });
			assert.match((await site.get('/for-friends')).text, /Text/);
		});

		test('a page below a page; a post becomes a page and back, and its old addresses lead to it', async () => {
			const visitor = await signedIn(site);
			const parent = await visitor.made({ title: 'Company', kind: 'page' }, 'publish');
			const edit = await visitor.made({ title: 'Staff', kind: 'page', parent: parent.match(/[^/]+$/)[0] }, 'publish');
			assert.equal((await site.get('/company/staff')).status, 200);
			await visitor.write(edit, { title: 'Staff', markdown: 'x', kind: 'post', parent: '' });
			assert.equal((await site.get('/staff')).status, 200);
			assert.equal(below(site, (await site.get('/company/staff')).headers.location), '/staff');
			const itself = await visitor.write(parent, { title: 'Company', markdown: 'x', kind: 'page', parent: parent.match(/[^/]+$/)[0] });
			wrong(itself, 'parent');
		});

		test('another slug: the old address leads to the new one, also where the post has an address of its own', async () => {
			const visitor = await signedIn(site);
			const edit = await visitor.made({ title: 'Moving' }, 'publish');
			assert.equal((await visitor.write(edit, { title: 'Moving', markdown: 'x', slug: 'moved' })).status, 303);
			const res = await site.get('/moving');
			assert.deepEqual([res.status, below(site, res.headers.location)], [301, '/moved']);
			assert.equal((await site.get('/moved')).status, 200);
		});

		test('times are those of the person\'s zone; a scheduled post is there at its second', async () => {
			const visitor = await signedIn(site);
			const profile = (await visitor.get('/admin/profile')).text;
			const value = (name) => (profile.match(new RegExp(`name="${name}"[^>]*value="([^"]*)"`)) ?? [])[1] ?? '';
			const kept = { form_token: value('form_token'), name: 'Olive Owner', slug: value('slug') || 'olive-owner', bio: '', website: '', lang: '' };
			assert.equal((await visitor.post('/admin/profile', { ...kept, timezone: 'Asia/Tokyo' })).status, 303);
			const soon = new Date(Date.now() + 9 * 3600e3 + 2500);
			const at = soon.toISOString().slice(0, 19);
			const edit = await visitor.made({ title: 'On time', at }, 'publish');
			assert.match((await visitor.get(edit)).text, /Asia\/Tokyo/);
			const early = await site.get('/on-time');
			const end = Date.now() + 60000;
			let res = early;
			while (res.status !== 200 && Date.now() < end) res = await site.get('/on-time');
			assert.equal(res.status, 200);
			assert.ok(Date.now() + 9 * 3600e3 >= Date.parse(`${at}Z`), 'not before its time');
			assert.equal((await visitor.post('/admin/profile', { ...kept, form_token: await visitor.token(), timezone: '' })).status, 303);
		});

		test('tags are completed whatever the case and accents, a few at a time', async () => {
			const visitor = await signedIn(site);
			await visitor.made({ title: 'Tagged', tags: Array.from({ length: 12 }, (_, n) => `Émile ${n}`).join(', ') });
			const { tags } = JSON.parse((await visitor.get('/admin/complete/tags?q=%C3%A9mI')).text);
			assert.equal(tags.length, 8);
			assert.equal(tags[0], 'Émile 0');
			for (const q of ['', '%25', 'zzzz', 'x'.repeat(300)])
				assert.deepEqual(JSON.parse((await visitor.get(`/admin/complete/tags?q=${q}`)).text).tags, []);
		});

		test('what was not saved comes back with all its fields, but for the password', async () => {
			const visitor = await signedIn(site);
			const edit = await visitor.made({ title: 'Kept apart' });
			const sent = { form_token: await visitor.token(), version: 1, title: 'Kept apart', markdown: 'x', visibility: 'password', password: 'not kept here', seo_title: 'Head', author: ['The editor'], custom_key: ['k'], custom_value: ['v'], image_alt: 'alt', kind: 'post' };
			assert.equal((await visitor.post(`${edit}/autosave`, sent)).status, 200);
			const { text } = await visitor.get(`${edit}?unsaved=take`);
			assert.match(text, /name="seo_title" value="Head"/);
			assert.match(text, /name="author" value="The editor"/);
			assert.match(text, /name="custom_key" value="k"/);
			assert.match(text, /<option value="password" selected>/);
			assert.doesNotMatch(text, /not kept here/);
		});
	});
}
