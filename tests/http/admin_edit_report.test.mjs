/* admin_edit_report.test.mjs: what is told before a post is published: it informs, and never stands in the way. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor } from './visitor.mjs';

for (const place of tested.filter((name) => ['fastcgi', 'below', 'cgi'].includes(name))) {
	describe(`before publishing, ${place}`, () => {
		let site, visitor;
		const found = (text) => [...text.matchAll(/<li>(?:<a href="#markdown" data-line="(\d+)">[^<]*<\/a> )?([^<]+?):?(?: <span class="report-detail"[^>]*>([^<]*)<\/span>)?<\/li>/g)]
			.map(([, line, what, detail]) => [Number(line ?? 0), what.trim(), detail ?? '']);
		before(async () => {
			site = await openSite(place, { posts: 1, serve: false });
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
			await site.serve();
			visitor = new Visitor(site);
			await visitor.signIn();
			for (const [title, button] of [['Seen', 'publish'], ['Unseen', 'save'], ['Thrown', 'save']])
				assert.equal((await visitor.write('/admin/posts/new', { title, markdown: 'x', slug: title.toLowerCase() }, button)).status, 303);
			const list = (await visitor.get('/admin/posts')).text;
			await visitor.write(below(site, list.match(/href="([^"]+)"[^>]*>Thrown</)[1]), {}, 'trash');
			assert.equal((await visitor.write(below(site, list.match(/href="([^"]+)"[^>]*>Seen</)[1]), { title: 'Seen', markdown: 'x', slug: 'was-seen' })).status, 303);
		});
		after(() => site?.stop());

		const markdown = [
			'# One', '', '#### Four', '', '![](/media/x.png) and ![A hill](https://elsewhere.example/a.png)', '',
			'[gone](/not-there), [draft](/unseen), [trash](/thrown), [fine](/was-seen), [moved](/seen), [](/was-seen), [none]()', '',
			'[feed](/feed.xml), [home](/), [part](#four), [mail](mailto:x@example.org), [out](https://elsewhere.example/x)', '',
			'[tag](/tag/nobody), [person](/author/olive-owner), [nobody](/author/x), [q](/was-seen?x=1#y), [case](/WAS-SEEN/), [md](/was-seen.md)',
		].join('\n');

		test('everything is found in its line, nothing is stored, and one more press publishes', async () => {
			const whole = `[whole](${site.url}/nowhere)`;
			const res = await visitor.write('/admin/posts/new', { title: 'Checked', markdown: `${markdown}\n\n${whole}`, image: '/media/y.png' }, 'publish');
			assert.equal(res.status, 200);
			assert.equal((await site.get('/checked')).status, 404);
			const items = found(res.text), has = (line, what, detail = '') => items.some(([l, w, d]) => l === line && w.includes(what) && d === detail);
			for (const [line, what, detail] of [
				[3, 'skips a level', 'Four'], [5, 'without words', '/media/x.png'], [5, 'This file is not there', '/media/x.png'],
				[7, 'leads nowhere', '/not-there'], [7, 'do not see', '/unseen'], [7, 'leads nowhere', '/thrown'], [7, 'without text', '/was-seen'], [7, 'without text', 'none'],
				[11, 'leads nowhere', '/tag/nobody'], [11, 'leads nowhere', '/author/x'], [13, 'leads nowhere', `${site.url}/nowhere`],
				[0, 'without words', '/media/y.png'], [0, 'This file is not there', '/media/y.png'], [0, 'no excerpt'],
			]) assert.ok(has(line, what, detail), `${line} ${what} ${detail}: ${JSON.stringify(items)}`);
			assert.equal(items.length, 14, JSON.stringify(items));
			assert.match(res.text, /value="publish_anyway" type="submit" autofocus/);
			assert.match(res.text, />\n# One\n/);
			const anyway = await visitor.write('/admin/posts/new', { title: 'Checked', markdown }, 'publish_anyway');
			assert.match(anyway.headers.location, /done=published/);
			assert.equal((await site.get('/checked')).status, 200);
			const edit = below(site, anyway.headers.location).replace(/\?.*/, '');
			assert.match((await visitor.write(edit, { title: 'Checked', markdown })).headers.location, /done=saved/);
		});

		test('who looks at it and goes away has nothing to go on with, who typed has', async () => {
			const saved = await visitor.write('/admin/posts/new', { title: 'Looked at', markdown: '[x](/not-there)', tags: 'Ink, Paper', excerpt: 'Short.' });
			const edit = below(site, saved.headers.location).replace(/\?.*/, '');
			const offered = async () => / class="offer"/.test((await visitor.get(edit)).text);
			const keep = async (change) => assert.equal((await visitor.post(`${edit}/autosave`, [...(await visitor.fields(edit)).filter(([name]) => !(name in change)), ...Object.entries(change)])).status, 200);
			await keep({});
			assert.equal(await offered(), false);
			for (const change of [{ markdown: '[x](/not-there) ' }, { title: 'Looked' }, { tags: 'Ink' }, { excerpt: '' }, { slug: 'another' }, { featured: 'yes' }]) {
				await keep(change);
				assert.equal(await offered(), true, JSON.stringify(change));
			}
		});

		test('who publishes from the queue is told before, and after; the count leads to what was found', async () => {
			const submit = async (title, fields) => visitor.made({ title, ...fields }, 'review');
			const bad = await submit('Bad <links>', { markdown: '[x](/not-there), ![](https://elsewhere.example/a.png)', excerpt: 'y' });
			const fine = await submit('Fine links', { markdown: 'x', excerpt: 'y' });
			const queue = (await visitor.get('/admin/review')).text;
			const [, link] = queue.match(/<a href="([^"]+)">2 remarks<span class="unseen"> Bad &lt;links&gt;</);
			assert.match(queue, /Fine links[^]*?<span class="fact">0 remarks<\/span>/);
			const checked = await visitor.get(below(site, link));
			assert.deepEqual(found(checked.text).map(([line, , detail]) => [line, detail]), [[1, '/not-there'], [1, 'https://elsewhere.example/a.png']]);
			assert.doesNotMatch(checked.text, /data-came-back|publish_anyway/);
			const publish = async (edit) => {
				const res = await visitor.post('/admin/review', { form_token: await visitor.token(), post: edit.split('/').at(-1), version: '1', button: 'publish' });
				assert.match(res.headers.location, /done=approved/);
				return (await visitor.get(below(site, res.headers.location))).text;
			};
			assert.match(await publish(bad), /1 published post has remarks:[^]*<a href="[^"]+\?check=1" dir="auto">Bad &lt;links&gt;<\/a>: 2 remarks/);
			assert.doesNotMatch(await publish(fine), /published post has/);
			for (const odd of ['', 'nope', fine.split('/').at(-1)]) assert.doesNotMatch((await visitor.get(`/admin/review?published=${odd}`)).text, /published post has/);
		});

		test('so is who publishes many at once, of the first of them', async () => {
			const made = [];
			for (let i = 0; i < 22; i++) made.push(await visitor.made({ title: `Many ${String(i).padStart(2, '0')}`, markdown: i ? '[x](/not-there)' : 'x', excerpt: 'y' }));
			const bulk = async (action, posts) => {
				const res = await visitor.post('/admin/posts/bulk', [['form_token', await visitor.token()], ['action', action], ['query', ''], ...posts.map((post) => ['post', post])]);
				assert.equal(res.status, 303, res.text);
				return (await visitor.get(below(site, res.headers.location))).text;
			};
			const text = await bulk('publish', made.map((edit) => `${edit.split('/').at(-1)}.1`));
			assert.match(text, /22 posts published[^]*21 published posts have remarks:/);
			const named = [...text.matchAll(/<a href="[^"]+\?check=1" dir="auto">(Many \d\d)<\/a>: 1 remark</g)].map(([, title]) => title);
			assert.deepEqual(named, Array.from({ length: 20 }, (_, i) => `Many ${String(i + 1).padStart(2, '0')}`));
			assert.match(text, /<p>and 1 other<\/p>/);
			/* Nothing of it for what is not published. */
			assert.doesNotMatch(await bulk('feature', made.map((edit) => `${edit.split('/').at(-1)}.2`)), /have remarks/);
		});

		test('nothing found, or a description alone that is missing: published at once', async () => {
			assert.match((await visitor.write('/admin/posts/new', { title: 'Clean', markdown: '## Two\n\n[x](/was-seen)' }, 'publish')).headers.location, /done=published/);
		});

		test('somebody may ask at any time', async () => {
			const fine = await visitor.write('/admin/posts/new', { title: 'Asked', markdown: 'x', excerpt: 'y' }, 'check');
			assert.match(fine.text, /Nothing found/);
			assert.doesNotMatch(fine.text, /publish_anyway/);
			const found = await visitor.write('/admin/posts/new', { title: 'Asked', markdown: '[x]()' }, 'check');
			assert.match(found.text, /What may be wrong/);
			assert.doesNotMatch((await visitor.get('/admin/posts')).text, />Asked</);
		});
	});
}
