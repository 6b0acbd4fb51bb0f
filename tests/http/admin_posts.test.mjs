/* admin_posts.test.mjs: the admin's list of posts: filters against a plain model of the rows, paging, actions on
 * many posts and taking them back, each role's limits, hostile addresses; the palette. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const people = { editor: 'editor@example.org', author: 'author@example.org', contributor: 'contributor@example.org' };
const decoded = (text) => text.replace(/&#x?[0-9a-fA-F]+;|&\w+;/g, (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[entity] ?? entity);

describe('the list of posts', () => {
	let site, db, owner;
	const sql = (statement) => sqlite(db, statement);

	// Many posts with equal dates, of which each thirteenth has something that others have not.
	const COUNT = 500;
	before(async () => {
		site = await openSite('fastcgi', { posts: 0, serve: false });
		db = path.join(site.data, 'site.db');
		platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
		for (const [role, email] of Object.entries(people))
			platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
		for (const table of ['post_tag', 'post_author', 'post_body', 'post_text', 'revision', 'redirect', 'media_ref', 'search_doc', 'post']) sql(`DELETE FROM ${table}`);
		sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT})
			INSERT INTO post (id, public_id, kind, status, visibility, slug, path, path_fixed, published_ms, local_ym, edited_ms, updated_ms,
				created_ms, version, featured, has_code, word_count, title, lang, menu_order, template, image, image_alt, image_caption, excerpt,
				excerpt_auto, seo_title, seo_description, seo_canonical, seo_noindex, social_title, social_description, social_image, render_stamp, content_hash)
			SELECT i, printf('post%04d', i), iif(i % 13 = 0, 'page', 'post'),
				CASE i % 7 WHEN 0 THEN 'draft' WHEN 1 THEN 'review' WHEN 2 THEN iif(i % 2, 'trash', 'published') ELSE 'published' END,
				CASE i % 11 WHEN 0 THEN 'team' WHEN 1 THEN 'unlisted' ELSE 'public' END, printf('s-%d', i), printf('/s-%d', i), 0,
				iif(i % 7 > 1, 1700000000000 + (i / 50) * 2592000000, NULL), NULL, 1700000000000, 1700000000000 + (i / 40) * 1000,
				1690000000000, 1, i % 17 = 0, 0, 1, CASE i % 5 WHEN 0 THEN '' WHEN 1 THEN 'Same title' ELSE printf('Title %d', i) END,
				CASE i % 10 WHEN 0 THEN 'de' WHEN 1 THEN 'ar' ELSE '' END, 0, '', '', '', '', '', '', '', '', '', 0, '', '', '', '', '' FROM n`);
		sql(`INSERT INTO post_body (post_id, custom, toc, html, markdown) SELECT id, '{}', '[]', '<p>text</p>', printf('Text with word%d and all.', id % 9) FROM post`);
		sql("INSERT INTO tag (id, slug, name, created_ms, updated_ms) VALUES (9001, 'ink', 'Ink & Paper', 0, 0), (9002, 'rare', 'Rare', 0, 0)");
		sql('INSERT INTO post_tag (post_id, tag_id, position, listed, published_ms) SELECT id, iif(id % 50 = 0, 9002, 9001), 0, listed, published_ms FROM post WHERE id % 3 = 0 OR id % 50 = 0');
		sql(`INSERT INTO post_author (post_id, user_id, position, listed, published_ms)
			SELECT id, (SELECT id FROM user WHERE email = CASE post.id % 4 WHEN 0 THEN '${people.author}' WHEN 1 THEN '${people.contributor}' ELSE '${EMAIL}' END), 0, listed, published_ms FROM post`);
		platen(site, 'rebuild');
		await site.serve();
		owner = await signedIn(site);
	});
	after(() => site?.stop());

	const rowsNow = () => sql(`SELECT p.id, p.public_id, p.kind, p.status, p.visibility, p.lang, p.featured, coalesce(p.published_ms, p.created_ms), p.updated_ms, p.title,
			(SELECT max(t.slug) FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = p.id),
			(SELECT max(u.public_id) FROM post_author pa JOIN user u ON u.id = pa.user_id WHERE pa.post_id = p.id), p.version, b.markdown
			FROM post p JOIN post_body b ON b.post_id = p.id`)
		.map(([id, pid, kind, status, visibility, lang, featured, dated, updated, title, tag, author, version, markdown]) =>
			({ id, pid, kind, status, visibility, lang, featured, dated, updated, title, tag, author, version, markdown }));

	const picks = (text) => [...text.matchAll(/name="post" value="([^"]+)"/g)].map(([, pick]) => pick.split('.')[0]);
	const nextOf = (text) => text.match(/<a class="button" href="([^"]+)" rel="next"/)?.[1];

	async function pages(visitor, query) {
		const seen = [];
		for (let at = `/admin/posts${query}`, n = 0; at; n++) {
			assert.ok(n < 30, 'no end of pages');
			const res = await visitor.get(at);
			assert.equal(res.status, 200, at);
			seen.push(...picks(res.text));
			const next = nextOf(res.text);
			at = next && below(site, decoded(next));
		}
		return seen;
	}

	const month = (ms) => new Date(ms).toISOString().slice(0, 7);
	const fits = (now) => ({
		show: (row, value) => ({ drafts: row.status === 'draft', review: row.status === 'review', pages: row.kind === 'page', trash: row.status === 'trash',
			scheduled: row.status === 'published' && row.dated > now, published: row.status === 'published' && row.dated <= now })[value],
		kind: (row, value) => row.kind === value, author: (row, value) => row.author === value, tag: (row, value) => row.tag === value,
		lang: (row, value) => row.lang === (value === 'site' ? '' : value), month: (row, value) => month(row.dated) === value,
		visibility: (row, value) => row.visibility === value, featured: (row) => row.featured === 1,
		q: (row, value) => row.markdown.includes(`${value} `) || row.title.includes(value),
	});
	const folded = (title) => title.slice(0, 60).replace(/[A-Z]/g, (c) => c.toLowerCase());
	const orders = {
		'': (a, b) => b.updated - a.updated || b.id - a.id, newest: (a, b) => b.dated - a.dated || b.id - a.id, oldest: (a, b) => a.dated - b.dated || a.id - b.id,
		// Of one second the order is that of the index, which is another matter: `alike` compares without it.
		found: (a, b) => foundKey(b) - foundKey(a),
		title: (a, b) => (folded(a.title) < folded(b.title) ? -1 : folded(a.title) > folded(b.title) ? 1 : a.id - b.id),
	};
	const foundKey = (row) => (row.status === 'published' && row.visibility === 'public' ? row.dated : row.id - 1e12);
	function alike(seen, rows, asked) {
		const wanted = model(rows, asked), message = JSON.stringify(asked);
		if (!asked.q || asked.month || asked.sort) return assert.deepEqual(seen, wanted, message);
		const keys = (list) => list.map((pid) => foundKey(rows.find((row) => row.pid === pid)));
		assert.deepEqual(keys(seen), keys(wanted), message);
		assert.deepEqual([...seen].sort(), [...wanted].sort(), message);
	}
	function model(rows, asked) {
		const { sort = asked.month ? 'newest' : asked.q ? 'found' : '', ...filters } = asked, tests = fits(Date.now());
		return rows.filter((row) => (row.status === 'trash') === (asked.show === 'trash') && Object.entries(filters).every(([name, value]) => tests[name](row, value)))
			.sort(orders[sort]).map((row) => row.pid);
	}
	const address = (asked) => `?${new URLSearchParams(asked)}`;

	test('every filter with every other gives what a plain model gives, in each order', async () => {
		const rows = rowsNow(), author = rows.find((row) => row.id === 4).author;
		const values = { show: ['drafts', 'published', 'trash'], kind: ['page'], author: [author], tag: ['ink', 'rare'], lang: ['de', 'site'], month: ['2023-12'],
			visibility: ['team', 'public'], featured: ['1'], q: ['word3'] };
		const singles = Object.entries(values).flatMap(([name, list]) => list.map((value) => ({ [name]: value })));
		const pairs = singles.flatMap((a, i) => singles.slice(i + 1).filter((b) => Object.keys(b)[0] !== Object.keys(a)[0]).map((b) => ({ ...a, ...b })));
		const sorts = [undefined, 'newest', 'oldest', 'title'];
		for (const [i, asked] of [{}, ...singles, ...pairs].entries()) {
			const sort = sorts[i % sorts.length], whole = sort ? { ...asked, sort } : asked;
			alike(await pages(owner, address(whole)), rows, whole);
		}
		for (const sort of sorts.slice(1)) assert.deepEqual(await pages(owner, `?sort=${sort}`), model(rows, { sort }), sort);
		const three = { tag: 'ink', visibility: 'public', lang: 'site', month: '2024-01', sort: 'title' };
		assert.deepEqual(await pages(owner, address(three)), model(rows, three));
	});

	test('back and forth leads over the same pages', async () => {
		const first = await owner.get('/admin/posts?sort=title');
		const second = await owner.get(below(site, decoded(nextOf(first.text))));
		const back = decoded(second.text.match(/href="([^"]+)" rel="prev"/)[1]);
		assert.deepEqual(picks((await owner.get(below(site, back))).text), picks(first.text));
		assert.equal(first.text.match(/rel="prev"/), null);
	});

	test('what is asked for stands in chips that take it off, and in the form', async () => {
		const { text } = await owner.get('/admin/posts?show=published&q=all&tag=Ink+%26+Paper&month=2023-12&visibility=public&kind=post&lang=site&sort=newest');
		const chips = [...text.matchAll(/class="chip" href="([^"]+)"><span dir="auto">([^<]*)</g)].map(([, url, label]) => [decoded(label), decoded(url)]);
		assert.deepEqual(chips.map(([label]) => label), ['“all”', 'Posts', '#Ink & Paper', 'The site’s language', 'December 2023', 'Everybody']);
		for (const [, url] of chips.filter(([label]) => !/2023/.test(label))) assert.match(url, /show=published/);
		assert.doesNotMatch(chips[2][1], /tag=/);
		assert.match(text, /<input id="q" name="q"[^>]* value="all"/);
		assert.match(text, /<option value="" selected>Newest date</);
		assert.match((await owner.get('/admin/posts?month=2023-12')).text, /<option value="" selected>Newest date</);
		assert.match((await owner.get('/admin/posts?q=all')).text, /<option value="" selected>Newest first, then not public</);
		assert.doesNotMatch((await owner.get('/admin/posts?sort=found')).text, /value="found"/);
		assert.match((await owner.get('/admin/posts?month=2023-12&sort=changed')).text, /<option value="changed" selected>/);
		assert.match(text, /<input type="hidden" name="show" value="published">/);
	});

	test('each case of nothing has words of its own', async () => {
		for (const [query, words] of [['?q=xylophone', 'No post has these words.'], ['?tag=nosuch', 'No post matches these filters.'],
			['?author=nobody', 'No post matches these filters.'], ['?month=1999-01', 'No post matches these filters.'], ['?show=scheduled', 'Nothing here.'], ['?q=...', 'No post has these words.']]) {
			const { text } = await owner.get(`/admin/posts${query}`);
			assert.ok(text.includes(`<p>${words}</p>`), query);
			assert.deepEqual(picks(text), []);
		}
	});

	test('hostile addresses are answered like empty ones', async () => {
		const all = picks((await owner.get('/admin/posts')).text);
		for (const query of ['?show=%3Cscript%3E', '?sort=updated_ms;DROP', '?month=2023-13', '?month=0000-00', '?month=99999-1', '?lang=%22', '?visibility=x', '?kind=media',
			'?after=x', '?after=-1-2', '?after=9999999999999999999-1', '?after=5', '?before=0-0', '?featured=2', `?q=${'a'.repeat(201)}`, '?after=1-%00'.slice(0, 9)]) {
			const res = await owner.get(`/admin/posts${query}`);
			assert.equal(res.status, 200, query);
			assert.deepEqual(picks(res.text), all, query);
			assert.doesNotMatch(res.text, /<script>/);
		}
		assert.equal((await owner.get(`/admin/posts?q=${encodeURIComponent('" OR 1=1 -- NEAR( *')}`)).status, 200);
		assert.deepEqual(picks((await owner.get('/admin/posts?after=1-0&sort=newest')).text), []);
		assert.doesNotMatch((await owner.get(`/admin/posts?tag=${encodeURIComponent('"><img src=x>')}`)).text, /<img/);
	});

	test('the parts are counted', async () => {
		const rows = rowsNow(), { text } = await owner.get('/admin/posts');
		const counts = Object.fromEntries([...text.matchAll(/>([A-Z][\w ]+) <span class="count">([^<]+)</g)].map(([, name, n]) => [name, n]));
		const of = (status) => String(rows.filter((row) => row.status === status).length);
		assert.deepEqual(counts, { All: String(rows.filter((row) => row.status !== 'trash').length), Drafts: of('draft'), 'In review': of('review'), Scheduled: '0', Published: of('published'), Trash: of('trash') });
	});

	test('below editors only one\'s own posts are listed, found, counted and offered', async () => {
		const rows = rowsNow(), visitor = await signedIn(site, people.contributor);
		const own = rows.find((row) => row.id === 1).author, mine = rows.filter((row) => row.author === own);
		assert.deepEqual(await pages(visitor, ''), model(mine, {}));
		assert.deepEqual(await pages(visitor, '?q=Text&sort=title'), model(mine, { q: 'Text', sort: 'title' }));
		const { text } = await visitor.get('/admin/posts');
		assert.match(text, new RegExp(`>Drafts <span class="count">${mine.filter((row) => row.status === 'draft').length}<`));
		assert.match(text, /<option value="trash"/);
		for (const action of ['publish', 'author', 'delete', 'restore']) assert.doesNotMatch(text, new RegExp(`<option value="${action}"`));
		const found = JSON.parse((await visitor.get('/admin/palette?q=all')).text);
		const ids = new Set(mine.map((row) => row.pid));
		assert.ok(found.posts.length > 0 && found.posts.every(({ url }) => ids.has(url.split('/').pop())));
	});

	// --- many at once ---

	const form_token = (visitor) => visitor.token();
	const picked = (rows, ...ids) => rows.filter((row) => ids.includes(row.id)).map((row) => `${row.pid}.${row.version}`);
	async function bulk(visitor, fields, target = '/admin/posts/bulk') {
		const body = new URLSearchParams(Object.entries({ form_token: await form_token(visitor), ...fields }).flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
		return visitor.ask(target, { method: 'POST', body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body.toString()), origin: site.origin } });
	}
	const shown = async (visitor, res) => {
		assert.equal(res.status, 303, res.text);
		return (await visitor.get(below(site, res.headers.location))).text;
	};
	const undo = (visitor, text) => bulk(visitor, { token: text.match(/name="token" value="([^"]+)"/)[1], query: '' }, '/admin/posts/undo');
	const at = (id) => sql(`SELECT status, visibility, featured, version, published_ms FROM post WHERE id = ${id}`)[0];
	const tagsOf = (id) => sql(`SELECT t.slug FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = ${id} ORDER BY pt.position`).flat();

	test('a whole page is published and taken back', async () => {
		const ids = [7, 14, 21], before = ids.map(at);
		const text = await shown(owner, await bulk(owner, { action: 'publish', post: picked(rowsNow(), ...ids), query: '?show=drafts' }));
		assert.match(text, /role="status"[^]*3 posts published\./);
		assert.match(text, /aria-current="true">Drafts/);
		for (const id of ids) assert.equal(at(id)[0], 'published');
		assert.match((await site.get('/s-7')).text, /word7/);
		const undone = await shown(owner, await undo(owner, text));
		assert.match(undone, /Undone for 3 posts\./);
		assert.doesNotMatch(undone, /posts\/undo/);
		for (const [i, id] of ids.entries()) assert.deepEqual([at(id)[0], at(id)[4]], [before[i][0], before[i][4]]);
		assert.equal((await site.get('/s-7')).status, 404);
		assert.equal((await undo(owner, text)).status, 409);
	});

	test('the trash and back: what was published is again, what was a draft stays one', async () => {
		const ids = [3, 28], was = ids.map((id) => at(id)[0]);
		assert.deepEqual(was, ['published', 'draft']);
		const text = await shown(owner, await bulk(owner, { action: 'trash', post: picked(rowsNow(), ...ids), query: '' }));
		for (const id of ids) assert.equal(at(id)[0], 'trash');
		assert.equal((await site.get('/s-3')).status, 404);
		await shown(owner, await undo(owner, text));
		assert.deepEqual(ids.map((id) => at(id)[0]), was);
		assert.equal((await site.get('/s-3')).status, 200);
	});

	test('tags are added and removed, by name, and come back in their order', async () => {
		const text = await shown(owner, await bulk(owner, { action: 'tag_add', tag: 'Brand new', post: picked(rowsNow(), 6, 10), query: '' }));
		assert.deepEqual([tagsOf(6), tagsOf(10)], [['ink', 'brand-new'], ['brand-new']]);
		await shown(owner, await undo(owner, text));
		assert.deepEqual([tagsOf(6), tagsOf(10)], [['ink'], []]);
		const removed = await shown(owner, await bulk(owner, { action: 'tag_remove', tag: 'ink', post: picked(rowsNow(), 6, 10), query: '' }));
		assert.match(removed, /Tag removed from 1 post\.[^]*it was so already/);
		assert.deepEqual(tagsOf(6), []);
		// A tag that has another name by now than its slug says.
		const [[name]] = sql("SELECT name FROM tag WHERE slug = 'rare'"), rename = (to) => sql(`UPDATE tag SET name = '${to}' WHERE slug = 'rare'`);
		rename('Seldom seen');
		await shown(owner, await bulk(owner, { action: 'tag_add', tag: 'seldom seen', post: picked(rowsNow(), 6), query: '' }));
		assert.deepEqual(tagsOf(6), ['rare']);
		await shown(owner, await bulk(owner, { action: 'tag_remove', tag: 'Seldom seen', post: picked(rowsNow(), 6), query: '' }));
		assert.deepEqual(tagsOf(6), []);
		rename(name);
	});

	test('author, readers and featuring', async () => {
		const [person] = sql(`SELECT public_id FROM user WHERE email = '${people.editor}'`)[0];
		await shown(owner, await bulk(owner, { action: 'author', person, post: picked(rowsNow(), 12), query: '' }));
		assert.deepEqual(sql('SELECT u.public_id FROM post_author pa JOIN user u ON u.id = pa.user_id WHERE pa.post_id = 12'), [[person]]);
		await shown(owner, await bulk(owner, { action: 'visibility', visibility: 'team', post: picked(rowsNow(), 12), query: '' }));
		assert.equal(at(12)[1], 'team');
		await shown(owner, await bulk(owner, { action: 'feature', post: picked(rowsNow(), 12), query: '' }));
		assert.equal(at(12)[2], 1);
		const audit = (await owner.get('/admin/audit')).text;
		assert.match(audit, /changed the author of several posts/);
	});

	test('a post that was saved meanwhile is named and left, the others are done', async () => {
		const old = picked(rowsNow(), 35, 42);
		sql('UPDATE post SET version = version + 1, title = \'Saved by another\' WHERE id = 35');
		const text = await shown(owner, await bulk(owner, { action: 'publish', post: old, query: '' }));
		assert.match(text, /1 post published\.[^]*1 post was left as it is:[^]*Saved by another<\/span>: somebody saved it meanwhile/);
		assert.deepEqual([at(35)[0], at(42)[0]], ['draft', 'published']);
		sql('UPDATE post SET version = version + 1 WHERE id = 42');
		assert.match(await shown(owner, await undo(owner, text)), /Undone for 0 posts\.[^]*somebody saved it meanwhile/);
		assert.equal(at(42)[0], 'published');
	});

	test('all that match are counted, asked about, and those are done', async () => {
		const rows = rowsNow(), asked = { tag: 'rare', visibility: 'public' }, matching = model(rows, asked);
		const ask = await bulk(owner, { action: 'feature', scope: 'all', query: address(asked) });
		assert.equal(ask.status, 200);
		assert.match(ask.text, new RegExp(`Feature ${matching.length} posts\\?`));
		const posts = ask.text.match(/name="posts" value="([^"]+)"/)[1];
		assert.deepEqual(posts.split(' ').map((pick) => pick.split('.')[0]), matching);
		assert.equal(sql(`SELECT count(*) FROM post WHERE featured = 1 AND public_id IN (${matching.map((id) => `'${id}'`)})`)[0][0],
			rows.filter((row) => row.featured && matching.includes(row.pid)).length);
		await shown(owner, await bulk(owner, { action: 'feature', posts, sure: '1', query: address(asked) }));
		assert.equal(sql(`SELECT count(*) FROM post WHERE featured = 1 AND public_id IN (${matching.map((id) => `'${id}'`)})`)[0][0], matching.length);
	});

	test('a form that says too little comes back with what was picked', async () => {
		const first = picks((await owner.get('/admin/posts')).text)[0], row = rowsNow().find((one) => one.pid === first);
		for (const [fields, words] of [[{ action: '' }, 'Choose what to do.'], [{ action: 'tag_add', tag: ' ' }, 'Say which tag'], [{ action: 'tag_remove', tag: 'none such' }, 'Say which tag'],
			[{ action: 'visibility', visibility: 'password' }, 'Say which tag'], [{ action: 'author', person: 'nobody' }, 'Say which tag'], [{ action: 'nonsense' }, 'Choose what to do.']]) {
			const res = await bulk(owner, { ...fields, post: picked([row], row.id), query: '' });
			assert.equal(res.status, 422, JSON.stringify(fields));
			assert.match(res.text, new RegExp(`role="alert">${words}`));
			assert.match(res.text, new RegExp(`value="${first}\\.\\d+"[^>]* checked`));
		}
		assert.match((await bulk(owner, { action: 'publish', query: '' })).text, /Select the posts first\./);
		assert.equal((await bulk(owner, { action: 'publish', post: ['x', '.5', `${first}.x`, 'nobody.1'], query: '' })).status, 303);
	});

	test('deleting for ever is of the trash alone, asked about, proven, and noted', async () => {
		const rows = rowsNow(), [gone] = rows.filter((row) => row.status === 'trash'), draft = rows.find((row) => row.status === 'draft');
		const ask = await bulk(owner, { action: 'delete', post: picked(rows, gone.id, draft.id), query: '?show=trash' });
		assert.match(ask.text, /Delete 2 posts for ever\?/);
		assert.match(ask.text, /action="\/admin\/posts\/delete"/);
		assert.equal(sql(`SELECT count(*) FROM post WHERE id = ${gone.id}`)[0][0], 1);
		// Straight to the second page, or long after the password was given: not done.
		assert.equal((await bulk(owner, { action: 'delete', post: picked(rows, gone.id), query: '' }, '/admin/posts/delete')).status, 200);
		const fields = { action: 'delete', posts: picked(rows, gone.id, draft.id).join(' '), sure: '1', query: '?show=trash' };
		const text = await shown(owner, await bulk(owner, fields, '/admin/posts/delete'));
		assert.match(text, /1 post deleted for ever\.[^]*it is not in the trash/);
		assert.doesNotMatch(text, /posts\/undo/);
		assert.equal(sql(`SELECT count(*) FROM post WHERE id = ${gone.id}`)[0][0], 0);
		assert.match((await owner.get('/admin/audit')).text, /deleted posts for ever/);
		sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = 0');
		const prove = await bulk(owner, fields, '/admin/posts/delete');
		assert.equal(prove.status, 401);
		assert.match(prove.text, /name="signin_password"/);
	});

	test('each role as far as it goes, and nobody on behalf of another', async () => {
		const rows = rowsNow(), ids = new Map(sql('SELECT email, public_id FROM user'));
		const own = (email) => rows.filter((row) => row.author === ids.get(email));
		const contributor = await signedIn(site, people.contributor), author = await signedIn(site, people.author), editor = await signedIn(site, people.editor);
		const draft = own(people.contributor).find((row) => row.status === 'draft'), other = rows.find((row) => row.status === 'draft' && row.author !== draft.author);
		for (const action of ['publish', 'unpublish', 'author'])
			assert.equal((await bulk(contributor, { action, person: draft.author, post: picked(rows, draft.id), query: '' })).status, 403, action);
		assert.equal((await bulk(contributor, { action: 'delete', posts: picked(rows, draft.id)[0], sure: '1', query: '' }, '/admin/posts/delete')).status, 403);
		assert.match(await shown(contributor, await bulk(contributor, { action: 'tag_add', tag: 'mine', post: picked(rows, draft.id, other.id), query: '' })),
			/Tag added to 1 post\.[^]*<span dir="auto">Untitled<\/span>: it is not there any more/);
		assert.deepEqual(tagsOf(draft.id).at(-1), 'mine');
		assert.ok(!tagsOf(other.id).includes('mine'));
		const theirs = own(people.author).find((row) => row.status === 'draft');
		assert.match(await shown(author, await bulk(author, { action: 'publish', post: picked(rows, theirs.id), query: '' })), /1 post published/);
		assert.match(await shown(editor, await bulk(editor, { action: 'unpublish', post: picked(rowsNow(), theirs.id), query: '' })), /1 post taken off/);
		const text = (await owner.get('/admin/posts')).text;
		assert.equal((await new Visitor(site).post('/admin/posts/bulk', { action: 'trash', post: 'post0001.1', form_token: text.match(/name="form_token" value="([^"]+)"/)[1] })).status, 401);
		assert.equal((await bulk(owner, { action: 'trash', post: picked(rows, 1), query: '', form_token: 'x' })).status, 403);
	});

	test('below editors, one\'s own posts go to the trash and come back; of contributors what is not published', async () => {
		const rows = rowsNow(), ids = new Map(sql('SELECT email, public_id FROM user'));
		const of = (email, status) => rows.find((row) => row.author === ids.get(email) && row.status === status).id;
		const contributor = await signedIn(site, people.contributor), author = await signedIn(site, people.author);
		const draft = of(people.contributor, 'draft'), review = of(people.contributor, 'review'), published = of(people.contributor, 'published'), theirs = of(people.author, 'published');
		const res = await bulk(contributor, { action: 'trash', post: picked(rows, draft, review, published, theirs), query: '' });
		const text = await shown(contributor, res);
		for (const said of [/2 posts moved to the trash\./, /2 posts were left/, /your role does not allow it/, /Untitled<\/span>: it is not there any more/]) assert.match(text, said);
		assert.deepEqual([draft, review, published, theirs].map((id) => at(id)[0]), ['trash', 'trash', 'published', 'published']);
		const trash = (await contributor.get('/admin/posts?show=trash')).text;
		assert.match(trash, /<option value="restore"/);
		assert.doesNotMatch(trash, /<option value="delete"/);
		await shown(contributor, await undo(contributor, text));
		assert.deepEqual([at(draft)[0], at(review)[0]], ['draft', 'review']);
		const thrown = await shown(author, await bulk(author, { action: 'trash', post: picked(rowsNow(), draft, theirs), query: '' }));
		assert.deepEqual([at(draft)[0], at(theirs)[0]], ['draft', 'trash']);
		await shown(author, await undo(author, thrown));
		assert.equal(at(theirs)[0], 'published');
		/* The buttons of a single post. */
		const { pid } = rows.find(({ id }) => id === draft), edit = `/admin/posts/${pid}`, buttons = async (visitor, where) => [...(await visitor.get(where)).text.matchAll(/name="button" value="(trash|restore)"/g)].map(([, name]) => name);
		assert.deepEqual(await buttons(contributor, edit), ['trash']);
		assert.match(await shown(contributor, await contributor.write(edit, {}, 'trash')), /value="restore"/); /* Undo, at once */
		assert.deepEqual(await buttons(contributor, edit), ['restore']);
		assert.equal((await author.post(edit, { form_token: await author.token(), button: 'restore' })).status, 403);
		assert.match((await contributor.write(edit, {}, 'restore')).headers.location, /done=restored/);
		assert.equal(at(draft)[0], 'draft');
		const out = `/admin/posts/${rows.find(({ id }) => id === published).pid}`;
		assert.deepEqual(await buttons(contributor, out), []);
		assert.equal((await contributor.write(out, {}, 'trash')).status, 403);
		assert.equal(at(published)[0], 'published');
	});

	test('an action of another person is not shown and not taken back', async () => {
		const text = await shown(owner, await bulk(owner, { action: 'feature', post: picked(rowsNow(), 101), query: '' }));
		const token = text.match(/name="token" value="([^"]+)"/)[1], editor = await signedIn(site, people.editor);
		assert.doesNotMatch((await editor.get(`/admin/posts?bulk=${token}`)).text, /posts\/undo/);
		assert.equal((await bulk(editor, { token, query: '' }, '/admin/posts/undo')).status, 409);
	});

	test('the palette tells each role where it may go, and finds posts', async () => {
		const ask = async (visitor, q) => JSON.parse((await visitor.get(`/admin/palette?q=${encodeURIComponent(q)}`)).text);
		const labels = ({ actions }) => actions.map(({ label }) => label);
		const contributor = await signedIn(site, people.contributor);
		assert.ok(labels(await ask(owner, '')).includes('People'));
		assert.ok(!labels(await ask(contributor, '')).includes('People'));
		assert.ok(labels(await ask(contributor, '')).includes('Trash'));
		assert.deepEqual(labels(await ask(owner, 'NEW pa')), ['New page']);
		assert.equal((await ask(owner, '')).posts.length, 8);
		assert.ok((await ask(owner, 'word5')).posts.length > 0);
		assert.deepEqual((await ask(owner, 'zzzzzz')), { actions: [], posts: [] });
		assert.equal((await owner.get(`/admin/palette?q=${'%F0%9F%98%80'.repeat(200)}`)).status, 200);
		assert.equal((await new Visitor(site).get('/admin/palette')).status, 303);
	});
});
