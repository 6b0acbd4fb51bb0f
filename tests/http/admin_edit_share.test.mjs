/* admin_edit_share.test.mjs: links to a draft, the editors' queue, and who else has a post open. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const people = { editor: 'editor@example.org', author: 'author@example.org', contributor: 'contributor@example.org' };

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`sharing and reviewing, ${place}`, () => {
		let site;
		const link = async (visitor, edit, fields = {}) => {
			const res = await visitor.post(`${edit}/links`, { form_token: await visitor.token(), days: '14', note: '', button: 'make', ...fields });
			assert.equal(res.status, 303, res.text);
			const shown = await visitor.get(below(site, res.headers.location));
			return below(site, shown.text.match(/id="link" value="([^"]+)"/)[1].replace(site.origin, ''));
		};
		before(async () => {
			site = await openSite(place, { posts: 2, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			for (const [role, email] of Object.entries(people))
				platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
		});
		after(() => site?.stop());

		test('whoever has the link sees the saved draft through the theme, kept by nobody, and not what is unsaved', async () => {
			const visitor = await signedIn(site);
			const edit = await visitor.made({ title: 'Under <wraps>', markdown: 'The *saved* words. <script>alert(1)</script>' });
			await visitor.post(`${edit}/autosave`, { form_token: await visitor.token(), version: '1', title: 'Under <wraps>', markdown: 'Unsaved words', kind: 'post' });
			const address = await link(visitor, edit, { note: 'For <Ann>' });
			assert.match(address, /^\/preview\/[A-Za-z0-9]{43}$/);
			const bar = await site.get(address), page = await site.get(`${address}/page`);
			assert.deepEqual([bar.status, page.status], [200, 200]);
			assert.match(bar.text, /A draft, not published/);
			assert.match(bar.text, new RegExp(`<iframe src="[^"]*${address}/page"`));
			assert.match(page.text, /The <em>saved<\/em> words/);
			assert.doesNotMatch(page.text, /Unsaved words|<script>alert/);
			assert.match(page.headers['content-security-policy'], /sandbox/);
			for (const res of [bar, page]) {
				assert.match(res.headers['cache-control'], /no-store/);
				assert.match(res.headers['x-robots-tag'], /noindex/);
				assert.equal(res.headers['referrer-policy'], 'no-referrer');
				assert.equal(res.headers['set-cookie'], undefined);
			}
			assert.equal((await site.get('/under-wraps')).status, 404);
			await visitor.write(edit, { title: 'Under <wraps>', markdown: 'Newer words' });
			assert.match((await site.get(`${address}/page`)).text, /Newer words/);
			const list = (await visitor.get(`${edit}/links`)).text;
			await visitor.write(edit, { title: 'Under <wraps>', markdown: 'Newer words' }, 'publish');
			const moved = await site.get(address);
			assert.deepEqual([moved.status, below(site, moved.headers.location)], [302, '/under-wraps']);
			assert.match(list, /For &lt;Ann&gt;/);
			assert.match(list, /Last used/);
			assert.ok(!list.includes(address.slice(9)), 'told once');
		});

		test('a link is made and told once, and opens without the password of a site that is closed', async () => {
			const visitor = await signedIn(site), edit = await visitor.made({ title: 'Behind the door' });
			const address = await link(visitor, edit);
			const again = (await visitor.get(`${edit}/links`)).text;
			assert.doesNotMatch(again, /id="link"/);
			assert.equal(again.match(/value="revoke"/g).length, 1);
			// A cookie of somebody else's making shows nothing that does not open this post.
			for (const token of ['A'.repeat(43), (await link(visitor, await visitor.made({ title: 'Elsewhere' }))).slice(-43)]) {
				visitor.jar.set('platen_once', token);
				assert.doesNotMatch((await visitor.get(`${edit}/links`)).text, /id="link"/);
			}
			for (const access of ['private', 'maintenance']) {
				platen(site, 'config', 'set', 'access', access);
				assert.notEqual((await site.get('/')).status, 200);
				for (const tail of ['', '/page']) {
					const res = await site.get(address + tail);
					assert.equal(res.status, 200, access);
					assert.match(res.headers['cache-control'], /private, no-store/);
				}
				assert.match((await site.get(`${address}/page`)).text, /Behind the door/);
			}
			platen(site, 'config', 'set', 'access', 'public');
		});

		test('a link that is taken back leads nowhere at once; so do others\' numbers and made-up ones', async () => {
			const visitor = await signedIn(site), form_token = await visitor.token();
			const edit = await visitor.made({ title: 'Taken back' }), other = await visitor.made({ title: 'Other' });
			const gone = await link(visitor, edit), stays = await link(visitor, edit);
			const ids = [...(await visitor.get(`${edit}/links`)).text.matchAll(/name="id" value="(\d+)"/g)].map((m) => m[1]);
			assert.equal(ids.length, 2);
			assert.equal((await visitor.post(`${other}/links`, { form_token, id: ids[1], button: 'revoke' })).status, 404);
			assert.equal((await site.get(gone)).status, 200);
			assert.equal((await visitor.post(`${edit}/links`, { form_token, id: ids[1], button: 'revoke' })).status, 303);
			for (const tail of ['', '/page']) {
				assert.equal((await site.get(gone + tail)).status, 404);
				assert.equal((await site.get(stays + tail)).status, 200);
			}
			for (const odd of ['x', 'A'.repeat(43), 'A'.repeat(200), stays.slice(9).toLowerCase()])
				assert.equal((await site.get(`/preview/${odd}`)).status, 404);
			assert.match((await visitor.get('/admin/audit')).text, /took back a link to the draft[^]*made a link to the draft/);
			await visitor.post(edit, { form_token, button: 'trash' });
			assert.equal((await site.get(stays)).status, 404);
		});

		test('the log has no link that opens something', async (t) => {
			if (place === 'cgi') return t.skip('its log is the web server\'s');
			const visitor = await signedIn(site), address = await link(visitor, await visitor.made({ title: 'Secret' }));
			const token = address.slice('/preview/'.length), welcome = 'W'.repeat(43);
			await site.get(`${address}/page`);
			await site.get(`/%70review/${token}`);
			await site.get(`/preview/${token}/nothing`);
			await site.get(`/admin/welcome/${welcome}`);
			while (!/\/admin\/welcome\//.test(site.app.log()) || (site.app.log().match(/preview\//g) ?? []).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
			assert.match(site.app.log(), /\/preview\//);
			for (const secret of [token, welcome]) assert.ok(!site.app.log().includes(secret), secret);
		});

		test('links are few, short-lived and for who may change the post', async () => {
			const visitor = await signedIn(site), author = await signedIn(site, people.author);
			const edit = await visitor.made({ title: 'Few' }), form_token = await visitor.token();
			for (const wrong of [{ days: '0' }, { days: '91' }, { days: 'x' }, { days: '7', note: 'x'.repeat(201) }])
				assert.equal((await visitor.post(`${edit}/links`, { form_token, button: 'make', ...wrong })).status, 422);
			for (let n = 0; n < 20; n++) await link(visitor, edit);
			assert.equal((await visitor.post(`${edit}/links`, { form_token, days: '7', button: 'make' })).status, 422);
			assert.equal((await author.get(`${edit}/links`)).status, 403);
			assert.equal((await author.post(`${edit}/links`, { form_token: await author.token(), days: '7', button: 'make' })).status, 403);
			assert.equal((await new Visitor(site).get(`${edit}/links`)).status, 303);
		});

		test('a link has a rate', async (t) => {
			if (place !== 'fastcgi') return t.skip('once is enough');
			const visitor = await signedIn(site), address = await link(visitor, await visitor.made({ title: 'Often' }));
			const begun = performance.now(), seen = await Promise.all(Array.from({ length: 100 }, () => site.get(`${address}/page`)));
			const refused = seen.filter((res) => res.status === 429).length, later = Math.ceil((performance.now() - begun) / 1000); // one more a second
			assert.ok(refused >= 40 - later && refused <= 40, `${refused} refused within ${later} s`);
		});

		test('editors find what waits, publish it or send it back with a note that its writer reads', async () => {
			const contributor = await signedIn(site, people.contributor), editor = await signedIn(site, people.editor);
			assert.equal((await contributor.get('/admin/review')).status, 403);
			assert.match((await editor.get('/admin/review')).text, /Nothing waits/);
			const edit = await contributor.made({ title: 'Please <read>', markdown: 'My words', tags: 'Ink' }, 'review');
			const queue = (await editor.get('/admin/review')).text;
			assert.match(queue, /Please &lt;read&gt;[^]*The contributor/);
			const post = queue.match(/name="post" value="([^"]+)"/)[1], version = queue.match(/name="version" value="(\d+)"/)[1];
			const answer = (who, fields) => who.token().then((form_token) => who.post('/admin/review', { form_token, post, version, ...fields }));
			assert.equal((await answer(contributor, { button: 'publish' })).status, 403);
			const long = await answer(editor, { button: 'back', note: `${'x'.repeat(4000)} <y>` });
			assert.equal(long.status, 422);
			assert.match(long.text, /<details open>[^]*x{4000} &lt;y&gt;<\/textarea>/);
			const old = await answer(editor, { version: '99', button: 'back', note: 'Typed before' });
			assert.equal(old.status, 409);
			assert.match(old.text, /name="note"[^>]*>\nTyped before<\/textarea>/);
			assert.match((await answer(editor, { button: 'back', note: 'More <ink>,\r\nplease' })).headers.location, /done=sent_back/);
			const page = (await contributor.get(edit)).text;
			assert.match(page, /state draft/);
			assert.match(page, /The editor,[^]*More &lt;ink&gt;,\r?\nplease/);
			assert.match(page, /name="tags" value="Ink"/);
			assert.equal((await answer(editor, { button: 'publish' })).status, 409);
			assert.match((await answer(editor, { button: 'back', note: 'Too <late>' })).text, /readonly[^>]*>\nToo &lt;late&gt;<\/textarea>/);
			assert.equal((await contributor.write(edit, { title: 'Please <read>', markdown: 'More words', tags: 'Ink' }, 'review')).status, 303);
			assert.doesNotMatch((await contributor.get(edit)).text, /More &lt;ink/);
			const again = (await editor.get('/admin/review')).text.match(/name="version" value="(\d+)"/)[1];
			assert.match((await answer(editor, { version: again, button: 'publish' })).headers.location, /done=approved/);
			const read = (await site.get('/please-read')).text;
			assert.match(read, /More words/);
			assert.match(read, /The contributor/);
			assert.match(read, /Ink/);
			assert.match((await editor.get('/admin/review')).text, /Nothing waits/);
		});

		test('publishing from the queue lets no script of somebody else through, whoever publishes', async () => {
			platen(site, 'config', 'set', 'raw_html', 'on');
			const contributor = await signedIn(site, people.contributor), owner = await signedIn(site);
			await contributor.made({ title: 'With script', markdown: 'x <script>alert(1)</script>' }, 'review');
			const queue = (await owner.get('/admin/review')).text;
			const post = queue.match(/name="post" value="([^"]+)"/)[1], version = queue.match(/name="version" value="(\d+)"/)[1];
			assert.equal((await owner.post('/admin/review', { form_token: await owner.token(), post, version, button: 'publish' })).status, 303);
			assert.doesNotMatch((await site.get('/with-script')).text, /alert\(1\)<\/script>/);
			await contributor.made({ title: 'Among many', markdown: 'x <script>alert(1)</script>' });
			const pick = (await owner.get('/admin/posts')).text.match(/value="([^"]+)"[^>]*>(?:(?!name="post")[^])*?>Among many</)[1];
			assert.equal((await owner.post('/admin/posts/bulk', { form_token: await owner.token(), action: 'publish', post: pick, query: '' })).status, 303);
			const many = await site.get('/among-many');
			assert.equal(many.status, 200);
			assert.doesNotMatch(many.text, /alert\(1\)<\/script>/);
			// Neither does what is derived anew, as after a change of settings; what an owner wrote keeps its own.
			const edit = await owner.made({ title: 'Of the owner', markdown: 'y <script>alert(2)</script>' }, 'publish');
			platen(site, 'rebuild');
			for (const path of ['/with-script', '/among-many']) assert.doesNotMatch((await site.get(path)).text, /alert\(1\)<\/script>/, path);
			const editor = await signedIn(site, people.editor), picked = `${edit.split('/').pop()}.1`;
			assert.equal((await editor.post('/admin/posts/bulk', { form_token: await editor.token(), action: 'feature', post: picked, query: '' })).status, 303);
			assert.match((await editor.get(`${edit}/revisions`)).text, /Changed beside the text/);
			assert.match((await site.get('/of-the-owner')).text, /alert\(2\)<\/script>/);
			// Nor bringing back what somebody else wrote, nor what that was published as.
			const mine = await contributor.made({ title: 'Brought back', markdown: 'Zebra <script>alert(3)</script>' });
			assert.equal((await owner.write(mine, { title: 'Brought back', markdown: 'plain' }, 'publish')).status, 303);
			const restore = async (nth) => {
				const versions = [...(await owner.get(`${mine}/revisions`)).text.matchAll(/class="entry-title" href="([^"]+)"/g)].map((m) => below(site, m[1]));
				const now = (await owner.get(versions.at(nth))).text.match(/name="version" value="(\d+)"/)[1];
				assert.equal((await owner.post(versions.at(nth), { form_token: await owner.token(), version: now, button: 'restore' })).status, 303);
				assert.match((await site.get('/brought-back')).text, nth === -2 ? /plain/ : /Zebra/);
				platen(site, 'rebuild');
				assert.doesNotMatch((await site.get('/brought-back')).text, /alert\(3\)<\/script>/);
			};
			for (const nth of [-1, -2, 1]) await restore(nth);
			platen(site, 'config', 'set', 'raw_html', 'filtered');
		});

		test('who else has the post open is told, when it opens and while it is open', async () => {
			const owner = await signedIn(site), editor = await signedIn(site, people.editor), contributor = await signedIn(site, people.contributor);
			const edit = await owner.made({ title: 'Busy' });
			const others = (text) => text.match(/id="others"[^>]*>([^<]*)</)[1];
			assert.equal(others((await owner.get(edit)).text), '');
			assert.match(others((await editor.get(edit)).text), /^Olive Owner has this post open, too, since .*\.$/);
			const beat = async (visitor) => JSON.parse((await visitor.post(`${edit}/presence`, { form_token: await visitor.token() })).text).others;
			assert.match(await beat(owner), /^The editor has/);
			assert.match(await beat(editor), /^Olive Owner has/);
			assert.equal((await contributor.post(`${edit}/presence`, { form_token: await contributor.token() })).status, 403);
			assert.equal(others((await editor.get('/admin/posts/new')).text), '');
		});

		test('a copy, the trash and back, by the forms', async () => {
			const visitor = await signedIn(site);
			const edit = await visitor.made({ title: 'Thrown', seo_title: 'Kept', custom_key: ['k'], custom_value: ['v'] }, 'publish');
			const { location } = (await visitor.write(edit, {}, 'trash')).headers, list = below(site, location);
			assert.match(location, /[?]trashed=\w+$/);
			const told = async (who) => (await who.get(list)).text.includes('Thrown</span>: Moved to the trash');
			assert.ok(await told(visitor));
			assert.equal(await told(await signedIn(site, people.contributor)), false);
			assert.equal((await site.get('/thrown')).status, 404);
			assert.match((await visitor.get('/admin/posts?show=trash')).text, /Thrown/);
			const page = (await visitor.get(list)).text, form = page.match(/<form method="post" action="([^"]+)">\n<input type="hidden" name="form_token" value="([^"]+)">\n<button name="button" value="restore"/);
			assert.match((await visitor.post(below(site, form[1]), { form_token: form[2], button: 'restore' })).headers.location, /done=restored/);
			for (const target of [list, '/admin/posts?trashed=', '/admin/posts?trashed=%00', '/admin/posts?trashed=nobody']) assert.doesNotMatch((await visitor.get(target)).text, /Moved to the trash/);
			const back = (await visitor.get(edit)).text;
			assert.match(back, /state draft[^]*name="seo_title" value="Kept"/);
			assert.match(back, /name="custom_key" value="k"/);
		});
	});
}
