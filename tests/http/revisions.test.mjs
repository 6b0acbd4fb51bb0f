/* revisions.test.mjs: versions of a post: list, comparison, bringing back, names; and what nobody has saved. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { signedIn } from './visitor.mjs';
import { below, openSite, platen, tested } from './harness.mjs';

const EMAIL = 'owner@example.org', PASSWORD = 'correct horse battery';

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`versions and unsaved texts, ${place}`, () => {
		let site;
		const made = async (visitor, fields, button) => {
			const res = await visitor.write('/admin/posts/new', fields, button);
			assert.equal(res.status, 303);
			return below(site, res.headers.location).replace(/\?.*/, '');
		};
		const versions = async (visitor, edit) => [...(await visitor.get(`${edit}/revisions`)).text
			.matchAll(/class="entry-title" href="([^"]+)"/g)].map((m) => below(site, m[1]));
		const autosave = (visitor, edit, fields) => visitor.post(`${edit}/autosave`, fields);
		const changed = (page) => [...page.matchAll(/<th colspan="2" scope="rowgroup">([^<]*)<\/th><\/tr>\n([^]*?)<\/tbody>/g)]
			.map(([, name, rows]) => `${name}: ${rows.replace(/<\/td><td[^>]*>/g, ' > ').replace(/<[^>]*>/g, '').trim()}`);
		before(async () => {
			site = await openSite(place, { posts: 1, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			for (const role of ['author', 'contributor'])
				platen(site, 'user', 'add', `${role}@example.org`, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
		});
		after(() => site?.stop());

		test('every save is a version that can be compared and brought back, and nothing is lost', async () => {
			const visitor = await signedIn(site);
			const edit = await made(visitor, { title: 'The old title', markdown: 'One <i>\n\nThe old press\n', tags: 'Ink' }, 'publish');
			await visitor.write(edit, { title: 'The new title', markdown: 'One <i>\n\nThe new press\n', tags: '' });
			const [newer, older] = await versions(visitor, edit);
			const page = (await visitor.get(older)).text;
			assert.match(page, /The <del>old<\/del> press<\/td><td[^>]*>The <ins>new<\/ins> press/);
			assert.match(page, /The <del>old<\/del> title/);
			assert.match(page, /One &lt;i&gt;/);
			assert.match(page, /rowgroup">Tags<\/th><\/tr>\n<tr><td[^>]*><del>Ink<\/del><\/td>/);
			assert.equal(changed(page).length, 1);
			assert.match((await visitor.get(newer)).text, /Nothing differs/);
			assert.match((await visitor.get(`${newer}?against=before`)).text, /The <del>old<\/del> press<\/td><td[^>]*>The <ins>new<\/ins> press/);
			assert.match((await visitor.get(`${newer}?against=${older.match(/\d+$/)[0]}`)).text, /The <del>old<\/del> press<\/td>/);
			assert.match((await visitor.get(`${older}?against=before`)).text, /Nothing yet/);
			const version = page.match(/name="version" value="(\d+)"/)[1];
			const back = await visitor.post(older, { form_token: await visitor.token(), version, button: 'restore' });
			assert.equal(back.status, 303);
			assert.match(back.headers.location, /done=brought_back/);
			const now = (await visitor.get(edit)).text;
			assert.match(now, />\n?The old title<\/textarea>/);
			assert.match(now, /The old press\n<\/textarea>/);
			assert.match(now, /name="tags" value="Ink"/);
			assert.match(now, /state published/);
			assert.equal((await versions(visitor, edit)).length, 3);
			assert.equal((await visitor.post(older, { form_token: await visitor.token(), version, button: 'restore' })).status, 409);
		});

		test('what differs beside title and text is shown, of versions and of what was typed; what comes back is what is said', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const first = { title: 'Beside', markdown: 'Same', tags: 'Ink', custom_key: 'price', custom_value: '5' };
			const edit = await made(visitor, first);
			const second = { ...first, tags: 'Ink, Paper', excerpt: 'A <short> word', image: '/media/x.jpg', seo_title: 'Found', seo_noindex: 'yes',
				featured: 'yes', custom_value: '7', visibility: 'unlisted', slug: 'elsewhere', at: '2026-03-04T05:06' };
			assert.equal((await visitor.write(edit, second)).status, 303);
			const [newer, older] = await versions(visitor, edit);
			assert.match((await visitor.get(newer)).text, /Nothing differs/);
			for (let twins = 0; twins < 2; twins++) // "beside" is taken: what the store adds to it is nobody's change
				assert.match((await visitor.get((await versions(visitor, await made(visitor, first)))[0])).text, /Nothing differs/);
			const page = (await visitor.get(older)).text, rows = changed(page);
			assert.doesNotMatch(page, /Nothing differs/);
			assert.deepEqual(rows, ['Tags: Ink > Ink, Paper', 'Address: beside > elsewhere', 'Who sees it: Everybody > Whoever has the address', 'Publish at: > 2026-03-04 05:06',
				'Featured: No > Yes', 'Excerpt: > A &lt;short&gt; word', 'Address of the picture: > /media/x.jpg', 'Headline in results: > Found',
				'Keep out of search engines: No > Yes', 'Own fields: price: 5 > price: 7']);
			assert.match(page, /<td dir="auto">Ink<\/td><td dir="auto">Ink<ins>, Paper<\/ins>/);
			assert.match(page, /own fields and what search engines/);
			assert.deepEqual(changed((await visitor.get(`${newer}?against=before`)).text), rows);
			const typed = (await visitor.fields(edit)).filter(([name]) => name !== 'excerpt').concat([['excerpt', 'Typed']]);
			assert.equal((await autosave(visitor, edit, typed)).status, 200);
			assert.deepEqual(changed((await visitor.get(`${edit}/revisions/unsaved`)).text), ['Excerpt: A &lt;short&gt; word > Typed']);
			const version = page.match(/name="version" value="(\d+)"/)[1];
			assert.equal((await visitor.post(older, { form_token, version, button: 'restore' })).status, 303);
			assert.deepEqual(changed((await visitor.get(older)).text), rows.filter((row) => /^(Address|Who sees it|Publish at):/.test(row)));
		});

		test('a version has a name', async () => {
			const visitor = await signedIn(site);
			const edit = await made(visitor, { title: 'Named', markdown: 'x' });
			const [one] = await versions(visitor, edit);
			const form_token = await visitor.token();
			assert.equal((await visitor.post(one, { form_token, button: 'name', name: ' As <read> aloud ' })).status, 303);
			assert.match((await visitor.get(`${edit}/revisions`)).text, />As &lt;read&gt; aloud<\/strong>/);
			assert.equal((await visitor.post(one, { form_token, button: 'name', name: 'x'.repeat(201) })).status, 422);
			assert.equal((await visitor.post(one, { form_token, button: 'name', name: '' })).status, 303);
			assert.doesNotMatch((await visitor.get(`${edit}/revisions`)).text, /aloud/);
		});

		test('nobody sees versions of another post, nor of somebody else\'s', async () => {
			const owner = await signedIn(site), author = await signedIn(site, 'author@example.org');
			const mine = await made(owner, { title: 'Mine', markdown: 'x' }), other = await made(owner, { title: 'Other', markdown: 'y' });
			const [foreign] = await versions(owner, other);
			const crossed = `${mine}/revisions/${foreign.match(/\d+$/)[0]}`;
			assert.equal((await owner.get(crossed)).status, 404);
			assert.equal((await owner.get(`${mine}/revisions/x`)).status, 404);
			const form_token = await owner.token();
			for (const button of ['restore', 'name'])
				assert.equal((await owner.post(crossed, { form_token, version: 1, button, name: 'n' })).status, 404);
			const theirs = await author.token();
			for (const target of [`${mine}/revisions`, (await versions(owner, mine))[0]])
				assert.equal((await author.get(target)).status, 403);
			for (const button of ['restore', 'name'])
				assert.equal((await author.post((await versions(owner, mine))[0], { form_token: theirs, version: 1, button, name: 'n' })).status, 403);
			assert.equal((await autosave(author, mine, { form_token: theirs, title: 'x', markdown: 'y' })).status, 403);
		});

		test('what is typed is kept apart, offered, compared, taken and dropped', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const edit = await made(visitor, { title: 'Kept', markdown: 'Stored text\n', tags: 'Ink' }, 'publish');
			const typed = { form_token, version: 1, unsaved: 0, title: 'Kept', markdown: 'Typed <b> text\r\n', tags: 'Ink, Paper', excerpt: 'Short', featured: 'yes' };
			const res = await autosave(visitor, edit, typed);
			assert.equal(res.status, 200);
			assert.equal(res.headers['content-type'], 'application/json');
			const { saved_ms, at, form_token: token } = JSON.parse(res.text);
			assert.ok(Math.abs(saved_ms - Date.now()) < 60000);
			assert.match(at, /^\d\d:\d\d$/);
			assert.ok(token);
			const page = (await visitor.get(edit)).text;
			assert.match(page, /class="offer"/);
			assert.match(page, />\n?Stored text\n<\/textarea>/);
			const diff = below(site, page.match(/href="([^"]+\/revisions\/unsaved)"/)[1]);
			assert.match((await visitor.get(diff)).text, /<del>Stored <\/del>text<\/td><td[^>]*><ins>Typed &lt;b&gt; <\/ins>text/);
			const taken = (await visitor.get(`${edit}?unsaved=take`)).text;
			assert.match(taken, />\n?Typed &lt;b&gt; text\n<\/textarea>/);
			assert.match(taken, /name="tags" value="Ink, Paper"/);
			assert.match(taken, new RegExp(`name="unsaved" value="${saved_ms}"`));
			assert.match(taken, /name="featured" value="yes" checked/);
			const other = await signedIn(site, 'author@example.org');
			assert.equal((await other.get(`${edit}?unsaved=take`)).status, 403);
			const dropped = await visitor.post(`${edit}/autosave`, { form_token, button: 'drop' });
			assert.equal(dropped.status, 303);
			assert.doesNotMatch((await visitor.get(edit)).text, /class="offer"/);
			assert.equal((await versions(visitor, edit)).length, 1);
		});

		test('what is kept over a newer version says who saved that, and so does the page that takes it up', async () => {
			const visitor = await signedIn(site), other = await signedIn(site);
			const edit = await made(visitor, { title: 'Overtaken', markdown: 'First' });
			const sent = (await visitor.fields(edit)).filter(([name]) => name !== 'markdown').concat([['markdown', 'Typed']]);
			const keep = async () => JSON.parse((await autosave(visitor, edit, sent)).text).newer;
			assert.equal(await keep(), '');
			assert.doesNotMatch((await visitor.get(`${edit}?unsaved=take`)).text, /meanwhile/);
			await other.write(edit, { title: 'Overtaken', markdown: 'Second' });
			assert.match(await keep(), /^Olive Owner saved this post meanwhile: .*\d\d:\d\d\./);
			const taken = (await visitor.get(`${edit}?unsaved=take`)).text;
			assert.match(taken, /Olive Owner saved this post meanwhile: [^]*href="[^"]*\/revisions\/unsaved"/);
			assert.match(taken, />\nTyped<\/textarea>/);
			const bare = await made(visitor, { title: 'In and out', markdown: 'First' }), typed = await visitor.fields(bare);
			for (const button of ['trash', 'restore']) await other.write(bare, { title: 'In and out' }, button);
			assert.match(JSON.parse((await autosave(visitor, bare, typed)).text).newer, /^This post was changed meanwhile\./);
		});

		test('saving ends what was unsaved; what another window typed becomes a version', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const edit = await made(visitor, { title: 'Two windows', markdown: 'First' });
			const fields = { form_token, version: 1, title: 'Two windows' };
			const one = JSON.parse((await autosave(visitor, edit, { ...fields, unsaved: 0, markdown: 'From the first' })).text);
			assert.equal((await autosave(visitor, edit, { ...fields, unsaved: one.saved_ms, markdown: 'More of the first' })).status, 200);
			assert.equal((await versions(visitor, edit)).length, 1);
			const two = JSON.parse((await autosave(visitor, edit, { ...fields, unsaved: 0, markdown: 'From the second' })).text);
			const listed = await versions(visitor, edit);
			assert.equal(listed.length, 2);
			assert.match((await visitor.get(listed[0])).text, /More of the first/);
			assert.equal((await visitor.post(edit, { ...fields, unsaved: two.saved_ms, markdown: 'Saved', button: 'save' })).status, 303);
			assert.doesNotMatch((await visitor.get(edit)).text, /class="offer"/);
			assert.equal((await versions(visitor, edit)).length, 3);
		});

		test('a new post is kept before it is one', async () => {
			const visitor = await signedIn(site, 'contributor@example.org'), form_token = await visitor.token();
			const key = (await visitor.get('/admin/posts/new')).text.match(/name="key" value="([^"]+)"/)[1];
			assert.equal((await autosave(visitor, '/admin/posts/new', { form_token, key, title: 'Begun', markdown: 'A thought' })).status, 200);
			const again = (await visitor.get('/admin/posts/new')).text;
			assert.match(again, /class="offer-name" dir="auto">Begun</);
			assert.doesNotMatch(again, new RegExp(`name="unsaved"[^]*name="key" value="${key}"[^]*class="writing"`));
			const taken = (await visitor.get(`/admin/posts/new?key=${key}`)).text;
			assert.match(taken, />\n?A thought<\/textarea>/);
			assert.doesNotMatch((await (await signedIn(site)).get(`/admin/posts/new?key=${key}`)).text, /A thought/);
			const saved = await visitor.write(`/admin/posts/new?key=${key}`, { key, title: 'Begun', markdown: 'A thought' });
			assert.equal(saved.status, 303);
			assert.doesNotMatch((await visitor.get('/admin/posts/new')).text, /class="offer"/);
		});

		test('a preview is made of what was typed, stores nothing and runs nothing', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const edit = await made(visitor, { title: 'Stored', markdown: 'Stored' });
			for (const target of [`${edit}/preview`, '/admin/posts/new/preview']) {
				const fields = { form_token, title: 'Typed <title>', markdown: 'Typed *text* <script>x</script>' };
				const page = await visitor.post(target, fields);
				assert.equal(page.status, 200);
				assert.match(page.text, /<h1[^>]*>Typed &lt;title&gt;<\/h1>/);
				assert.match(page.text, /<em>text<\/em>/);
				assert.match(page.headers['content-security-policy'], /; sandbox allow-same-origin$/);
				assert.match(page.headers['cache-control'], /private, no-store/);
				const part = await visitor.post(target, { ...fields, part: 'text' });
				assert.match(part.text, /^<p data-line="1">Typed <em>text<\/em>/);
				assert.match(part.headers['content-security-policy'], /sandbox$/);
				assert.equal((await visitor.post(target, { ...fields, form_token: 'x' })).status, 403);
			}
			assert.match((await visitor.get(edit)).text, />\n?Stored<\/textarea>/);
			assert.equal((await visitor.get('/typed-title')).status, 404);
			const author = await signedIn(site, 'author@example.org');
			assert.equal((await author.post(`${edit}/preview`, { form_token: await author.token(), markdown: 'x' })).status, 403);
		});

		test('what cannot be kept is refused, without a session the password is asked for', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const edit = await made(visitor, { title: 'Refused', markdown: 'x' });
			assert.equal((await autosave(visitor, edit, { form_token: 'x', markdown: 'y' })).status, 403);
			assert.equal((await autosave(visitor, '/admin/posts/new', { form_token, key: '', markdown: 'y' })).status, 200);
			assert.equal((await autosave(visitor, edit, { form_token, markdown: 'y'.repeat(9 << 20) })).status, 413);
			assert.equal((await autosave(visitor, '/admin/posts/nowhere', { form_token, markdown: 'y' })).status, 404);
			visitor.jar.delete('platen_session');
			assert.equal((await autosave(visitor, edit, { form_token, version: 1, markdown: 'Late' })).status, 401);
			const late = await autosave(visitor, edit, { version: 1, title: 'Refused', markdown: 'Late', signin_email: EMAIL, signin_password: PASSWORD });
			assert.equal(late.status, 200);
			assert.notEqual(JSON.parse(late.text).form_token, form_token);
			assert.match((await visitor.get(`${edit}?unsaved=take`)).text, />\n?Late<\/textarea>/);
		});
	});
}
