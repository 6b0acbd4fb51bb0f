/* admin.test.mjs: signing in and writing, as the plain forms do it, behind nginx and as plain CGI, at the root
 * and below a path. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const people = { editor: 'editor@example.org', author: 'author@example.org', contributor: 'contributor@example.org' };

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`the admin, ${place}`, () => {
		let site;
		before(async () => {
			site = await openSite(place, { posts: 60, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			for (const [role, email] of Object.entries(people))
				platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
		});
		after(() => site?.stop());

		test('asks whoever comes to sign in, and leads on to where they wanted to', async () => {
			const visitor = new Visitor(site);
			const res = await visitor.get('/admin/posts?show=drafts');
			assert.equal(res.status, 303);
			assert.equal(below(site, res.headers.location), '/admin/signin?next=%2Fadmin%2Fposts%3Fshow%3Ddrafts');
			const door = await visitor.get(below(site, res.headers.location));
			assert.equal(door.status, 200);
			assert.match(door.text, /name="next" value="\/admin\/posts\?show=drafts"/);
			const inside = await visitor.signIn(EMAIL, PASSWORD, '/admin/posts?show=drafts');
			assert.equal(inside.status, 303);
			assert.equal(below(site, inside.headers.location), '/admin/posts?show=drafts');
			assert.match((await visitor.get('/admin/posts?show=drafts')).text, /Olive Owner/);
		});

		test('a text that begins with empty lines comes back as it is', async () => {
			const visitor = await signedIn(site), markdown = '\n\n    code\n', title = 'Empty lines';
			const saved = await visitor.write('/admin/posts/new', { title, markdown });
			assert.equal(saved.status, 303);
			const { text } = await visitor.get(below(site, saved.headers.location));
			// A browser leaves out the first newline of a text area (HTML, 13.1.2.5).
			const shown = (name) => text.match(new RegExp(`<textarea [^>]*name="${name}"[^>]*>\n?([^<]*)</textarea>`))[1];
			assert.deepEqual([shown('markdown'), shown('title')], [markdown, title]);
		});

		test('a post that is not there is 404, and holds nothing open', async (t) => {
			if (!site.app) return t.skip('one process for each request');
			const visitor = await signedIn(site), form_token = await visitor.token();
			const open = () => fs.readdirSync(`/proc/${site.app.pid}/fd`).length;
			const ask = () => visitor.post('/admin/posts/NotThere1', { form_token, title: 'x', version: '1' });
			await Promise.all(Array.from({ length: 40 }, async () => assert.equal((await ask()).status, 404))); // most workers have their connections now
			const before = open();
			for (let n = 0; n < 200; n++) assert.equal((await ask()).status, 404);
			assert.ok(open() < before + 150, `${before} descriptors, then ${open()}`);
		});

		test('leads nowhere else', async () => {
			for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/admin//evil', '/about', '/admin/\r\nx: y', '/adminx', ''])
				assert.equal(below(site, (await new Visitor(site).signIn(EMAIL, PASSWORD, next)).headers.location), '/admin');
		});

		test('a wrong password and an unknown address are answered alike, with the address filled in', async () => {
			const wrong = await new Visitor(site).signIn(EMAIL, 'wrong'), unknown = await new Visitor(site).signIn('no"body@example.org', 'wrong');
			for (const res of [wrong, unknown]) {
				assert.equal(res.status, 403);
				assert.match(res.text, /role="alert"/);
				assert.equal(res.headers['set-cookie'], undefined);
			}
			assert.match(unknown.text, /value="no&quot;body@example.org"/);
		});

		test('cookies are the browser\'s alone, pages nobody else\'s', async () => {
			const visitor = new Visitor(site), res = await visitor.signIn();
			const [session, device] = res.headers['set-cookie'];
			assert.match(session, /^platen_session=[A-Za-z0-9]{43}; .*HttpOnly.*$/i);
			assert.match(session, /SameSite=Lax/i);
			assert.match(device, /HttpOnly/i);
			const page = await visitor.get('/admin/posts');
			assert.match(page.headers['cache-control'], /private, no-store/);
			assert.match(page.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
			assert.doesNotMatch(page.headers['content-security-policy'], /unsafe/);
			assert.equal(page.headers['content-encoding'], undefined);
		});

		test('the door has an icon of its own: no browser looks for one elsewhere', async () => {
			const icon = (await site.get('/admin/signin')).text.match(/<link rel="icon" type="image\/svg\+xml" href="([^"]+)">/)[1];
			const res = await site.get(below(site, icon));
			assert.deepEqual([res.status, res.headers['content-type']], [200, 'image/svg+xml']);
		});
		test('signing in makes a new session whatever cookie came, signing out ends it', async () => {
			const visitor = new Visitor(site);
			visitor.jar.set('platen_session', 'A'.repeat(43));
			await visitor.signIn();
			const token = visitor.jar.get('platen_session');
			assert.notEqual(token, 'A'.repeat(43));
			const out = await visitor.post('/admin/signout', { form_token: await visitor.token() });
			assert.equal(out.status, 303);
			assert.ok(!visitor.jar.has('platen_session'));
			visitor.jar.set('platen_session', token);
			assert.equal((await visitor.get('/admin/posts')).status, 303);
		});

		test('no form of another session, of another site or of none', async () => {
			const visitor = await signedIn(site), other = await signedIn(site);
			const fields = { title: 'Forged', markdown: 'x', button: 'publish' };
			for (const form_token of [undefined, '', 'x', await other.token()]) {
				const sent = form_token === undefined ? fields : { ...fields, form_token };
				assert.equal((await visitor.post('/admin/posts/new', sent)).status, 403);
			}
			const form_token = await visitor.token();
			assert.equal((await visitor.post('/admin/posts/new', { ...fields, form_token }, { origin: 'https://evil.example' })).status, 403);
			assert.equal((await visitor.post('/admin/posts/new', { ...fields, form_token }, { origin: 'null' })).status, 403);
			assert.equal((await new Visitor(site).post('/admin/posts/new', { ...fields, form_token })).status, 401);
			assert.equal((await site.get('/forged')).status, 404);
		});

		test('the assets of the admin, and methods that are none', async () => {
			const door = (await site.get('/admin/signin')).text;
			const css = below(site, door.match(/href="([^"]+\.css)"/)[1]);
			const res = await site.get(css);
			assert.deepEqual([res.status, res.headers['content-type']], [200, 'text/css; charset=utf-8']);
			assert.match(res.headers['cache-control'], /immutable/);
			assert.equal((await site.get('/admin/signout')).status, 404);
			assert.equal((await site.get('/admin/posts', { method: 'PUT' })).status, 405);
			assert.ok([303, 404].includes((await site.get('/admin/nothing')).status));
		});

		test('a form that comes after the session asks for the password in place, and then is done', async () => {
			const visitor = await signedIn(site);
			visitor.jar.delete('platen_session');
			const markdown = '\n\nA <b>whole</b> "evening"\'s & work </textarea>\n';
			const late = await visitor.post('/admin/posts/new', { title: 'Late', markdown, tags: 'Night', button: 'publish', form_token: 'x' });
			assert.equal(late.status, 401);
			const kept = Object.fromEntries([...late.text.matchAll(/<textarea name="([^"]+)" hidden>\n([^]*?)<\/textarea>/g)]
				.map(([, name, value]) => [name, value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')]));
			assert.deepEqual(kept, { title: 'Late', markdown, tags: 'Night', button: 'publish' });
			const again = await visitor.post('/admin/posts/new', { ...kept, signin_email: EMAIL, signin_password: 'wrong' });
			assert.equal(again.status, 403);
			assert.match(again.text, /A &lt;b&gt;whole/);
			const done = await visitor.post('/admin/posts/new', { ...kept, signin_email: EMAIL, signin_password: PASSWORD });
			assert.equal(done.status, 303);
			assert.match((await site.get('/late')).text, /evening/);
			assert.match((await visitor.get('/admin/posts')).text, /Late/);
			assert.equal((await visitor.post('/admin/posts/new', { ...kept, signin_email: EMAIL, signin_password: PASSWORD }, { origin: 'https://evil.example' })).status, 403);
		});

		test('a post is written, published, changed, taken back and thrown away', async () => {
			const visitor = await signedIn(site);
			const draft = await visitor.write('/admin/posts/new', { title: 'From the “desk” <&>', markdown: 'One\r\n\r\n*Two*\r\n', tags: ' Ink , Paper,,', excerpt: 'Short.' });
			assert.equal(draft.status, 303);
			const edit = below(site, draft.headers.location).replace(/\?.*/, '');
			const page = (await visitor.get(edit + '?done=saved')).text;
			assert.match(page, /role="status">Saved\./);
			assert.match(page, />From the “desk” &lt;&amp;&gt;<\/textarea>/);
			assert.match(page, />\nOne\n\n\*Two\*\n<\/textarea>/);
			assert.match(page, /name="tags" value="Ink, Paper"/);
			const slug = page.match(/name="slug" value="([^"]+)"/)[1];
			assert.equal((await site.get(`/${slug}`)).status, 404);
			const fields = { title: 'From the desk', markdown: 'One\n\n*Two*\n', tags: 'Ink', at: '', excerpt: '' };
			assert.equal((await visitor.write(edit, fields, 'publish')).status, 303);
			const seen = await site.get(`/${slug}`);
			assert.equal(seen.status, 200);
			assert.match(seen.text, /<em>Two<\/em>/);
			assert.match(seen.text, /Olive Owner/);
			assert.match((await site.get('/feed.xml')).text, /From the desk/);
			const later = new Date(Date.now() + 86400000).toISOString().slice(0, 16);
			assert.match((await visitor.write(edit, { ...fields, at: later })).headers.location, /done=saved/);
			assert.equal((await site.get(`/${slug}`)).status, 404);
			assert.match((await visitor.get(edit)).text, /state scheduled/);
			await visitor.write(edit, { ...fields, at: '2024-05-01T10:00' });
			assert.match((await site.get(`/${slug}`)).text, /datetime="2024-05-01T10:00:00/);
			assert.match((await visitor.write(edit, fields, 'unpublish')).headers.location, /done=unpublished/);
			assert.equal((await site.get(`/${slug}`)).status, 404);
			assert.match((await visitor.write(edit, {}, 'trash')).headers.location, /[?]trashed=/);
			assert.match((await visitor.get('/admin/posts?show=trash')).text, /From the desk/);
			assert.match((await visitor.write(edit, {}, 'restore')).headers.location, /done=restored/);
			assert.match((await visitor.get(edit)).text, /state draft/);
		});

		test('what cannot be stored comes back filled in, with the reason', async () => {
			const visitor = await signedIn(site);
			const cases = [
				[{ title: 'x'.repeat(1001), markdown: 'Kept & whole' }, 422],
				[{ title: 'Taken', markdown: 'Kept & whole', slug: 'the-quiet-press' }, 409],
				[{ title: 'When', markdown: 'Kept & whole', at: '2024-13-45T99:00' }, 422],
				[{ title: 'Who', markdown: 'Kept & whole', visibility: 'martians' }, 422],
			];
			for (const [fields, status] of cases) {
				const res = await visitor.write('/admin/posts/new', fields);
				assert.equal(res.status, status, JSON.stringify(fields).slice(0, 80));
				assert.match(res.text, /role="alert"[^>]*>[^<]+</);
				assert.match(res.text, />\nKept &amp; whole<\/textarea>/);
				assert.match(res.text, new RegExp(`>${fields.title}</textarea>`));
			}
		});

		test('a copy is a draft of its own', async () => {
			const visitor = await signedIn(site);
			const made = await visitor.write('/admin/posts/new', { title: 'The original', markdown: 'Text', tags: 'Ink' }, 'publish');
			const edit = below(site, made.headers.location).replace(/\?.*/, '');
			const res = await visitor.write(edit, { title: 'The original', markdown: 'Text', tags: 'Ink', slug: 'the-original' }, 'duplicate');
			assert.match(res.headers.location, /done=copied/);
			const copy = (await visitor.get(below(site, res.headers.location))).text;
			assert.match(copy, />The original \(copy\)<\/textarea>/);
			assert.match(copy, /state draft/);
			assert.match(copy, /name="tags" value="Ink"/);
			assert.match((await site.get('/the-original')).text, /The original/);
			assert.equal((await site.get('/the-original-copy')).status, 404);
		});

		test('a contributor submits, an editor finds and publishes it', async () => {
			const contributor = await signedIn(site, people.contributor), editor = await signedIn(site, people.editor);
			const begun = await contributor.get('/admin/posts/new');
			assert.match(begun.text, /value="review"/);
			assert.doesNotMatch(begun.text, /value="publish"/);
			assert.doesNotMatch((await editor.get('/admin/posts/new')).text, /value="review"/);
			const res = await contributor.write('/admin/posts/new', { title: 'For review', markdown: 'Please read' }, 'review');
			assert.match(res.headers.location, /done=submitted/);
			const edit = below(site, res.headers.location).replace(/\?.*/, '');
			assert.match((await contributor.get(edit)).text, /state review/);
			assert.doesNotMatch((await contributor.get(edit)).text, /value="review"/);
			assert.match((await editor.get('/admin/posts?show=review')).text, /For review/);
			assert.equal((await site.get('/for-review')).status, 404);
			assert.match((await editor.write(edit, { title: 'For review', markdown: 'Please read' }, 'publish')).headers.location, /done=published/);
			assert.equal((await site.get('/for-review')).status, 200);
		});

		test('each role does what it may', async () => {
			const owner = await signedIn(site), author = await signedIn(site, people.author), contributor = await signedIn(site, people.contributor);
			const made = await owner.write('/admin/posts/new', { title: 'The owner\'s', markdown: 'x' });
			const edit = below(site, made.headers.location).replace(/\?.*/, '');
			for (const visitor of [author, contributor]) {
				assert.equal((await visitor.get(edit)).status, 403);
				const form_token = await visitor.token();
				for (const button of ['save', 'publish', 'trash'])
					assert.equal((await visitor.post(edit, { form_token, version: 1, title: 'Mine now', markdown: 'x', button })).status, 403);
			}
			const refused = await contributor.write('/admin/posts/new', { title: 'Too early', markdown: 'Kept' }, 'publish');
			assert.equal(refused.status, 403);
			assert.match(refused.text, />\nKept<\/textarea>/);
			assert.equal((await contributor.write('/admin/posts/new', { title: 'A draft', markdown: 'x' })).status, 303);
			assert.match((await author.write('/admin/posts/new', { title: 'By the author', markdown: 'x' }, 'publish')).headers.location, /done=published/);
			assert.match((await site.get('/by-the-author')).text, /The author/);
		});

		test('the list: filters, pages, nothing of it for strangers', async () => {
			const visitor = await signedIn(site);
			const first = (await visitor.get('/admin/posts')).text;
			assert.equal(first.match(/class="entry pick-row"/g).length, 50);
			const older = first.match(/href="([^"]+)" rel="next"/)[1].replaceAll('&amp;', '&');
			const second = (await visitor.get(below(site, older))).text;
			const titles = (text) => [...text.matchAll(/class="entry-title" href="([^"]+)"/g)].map((m) => m[1]);
			assert.equal(titles(first).filter((link) => titles(second).includes(link)).length, 0);
			assert.doesNotMatch((await visitor.get('/admin/posts?show=pages')).text, /Filler \d/);
			assert.match((await visitor.get('/admin/posts?show=trash')).text, /The trash is empty/);
			for (const odd of ['show=x', 'before=x', 'before=9-9-9', 'before=', 'before=99999999999999999999-1'])
				assert.equal((await visitor.get(`/admin/posts?${odd}`)).status, 200);
			assert.equal((await visitor.get('/admin/posts/nope')).status, 404);
		});

		test('a new password elsewhere ends the session', async () => {
			platen(site, 'user', 'add', 'gone@example.org', '--role', 'editor', '--password-stdin', { input: `${PASSWORD}\n` });
			const visitor = await signedIn(site, 'gone@example.org');
			platen(site, 'user', 'passwd', 'gone@example.org', '--password-stdin', { input: 'another good one\n' });
			assert.equal((await visitor.get('/admin/posts')).status, 303);
		});

		test('guessing is slowed, the browser that knows the way is not', async () => {
			const owner = await signedIn(site, people.contributor), stranger = new Visitor(site);
			let res;
			// After ten there is a wait of a second, then one of two: a slow machine may not see the first ones.
			for (let n = 0; n < 16 && res?.status !== 429; n++) res = await stranger.signIn(people.contributor, 'guess');
			assert.equal(res.status, 429);
			assert.match(res.headers['retry-after'], /^[1-9]\d*$/);
			assert.match(res.text, /Try again in \d+ second/);
			assert.equal((await owner.signIn(people.contributor)).status, 303);
		});
	});
}

describe('the admin of a closed site', () => {
	for (const access of ['private', 'maintenance']) {
		test(access, async () => {
			const site = await openSite('fastcgi', { settings: { access } });
			try {
				assert.notEqual((await site.get('/')).status, 200);
				assert.equal((await site.get('/admin/first')).status, 200);
				platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'O', '--password-stdin', { input: `${PASSWORD}\n` });
				assert.equal((await site.get('/admin/signin')).status, 200);
			} finally {
				await site.stop();
			}
		});
	}
});
