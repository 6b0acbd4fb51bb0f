/* audit.test.mjs: the audit log: every form of the admin that changes something stands in it, no secret does, and
 * it is read by person, action and time, however long it is. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen, source } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn, totp } from './visitor.mjs';
import { jobsDone } from './media.mjs';
import { multipart, zip } from './zip.mjs';

const CARD = /<form class="card"[^]*?<\/form>/;
const SECRET = 'Sesame-open-17';
let site, owner, editor, db;

before(async () => {
	site = await openSite('fastcgi', { posts: 4, serve: false });
	db = path.join(site.data, 'site.db');
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor'], ['leaver@example.org', 'author']])
		platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
	fs.cpSync(path.join(source, 'templates/site/quire'), path.join(site.data, 'themes/mine'), { recursive: true });
	await site.serve();
	owner = await signedIn(site);
	editor = await signedIn(site, 'editor@example.org');
});
after(() => site?.stop());

const attribute = (text, name) => text.match(new RegExp(`name="${name}"[^>]* value="([^"]*)"`))?.[1].replaceAll('&amp;', '&');
const idOf = (table, where) => sqlite(db, `SELECT id FROM ${table} WHERE ${where}`)[0][0];
const send = async (target, fields, who = owner) => who.post(target, { form_token: await who.token('/admin/profile'), ...fields });
// A form of that page, as it stands there, with some fields typed over.
async function fill(page, which, typed = {}, target = page) {
	const fields = Object.fromEntries(await owner.fields(page, which));
	return owner.post(target, { ...fields, ...typed });
}
async function upload(target, file, fields = {}) {
	const sent = multipart({ form_token: await owner.token('/admin/profile'), ...fields }, file);
	return owner.ask(target, { ...sent, headers: { ...sent.headers, origin: site.origin } });
}
const post = (title, fields, button) => owner.made({ title, ...fields }, button);
const picks = (place) => `${place.match(/posts\/(\w+)/)[1]}.${sqlite(db, `SELECT version FROM post WHERE public_id = '${place.match(/posts\/(\w+)/)[1]}'`)[0][0]}`;
const deadJob = () => sqlite(db, "INSERT INTO job (kind, payload, priority, state, created_ms, finished_ms) VALUES ('check', '{}', 1, 'dead', 0, 1)");
const unused = () => {
	sqlite(db, `INSERT OR IGNORE INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) VALUES ('${'1'.repeat(64)}', 'unused.png', 'image/png', 1, 1, 1, 1, 1)`);
	return idOf('media_item', "name = 'unused.png'");
};
const picture = () => idOf('media_item', '1 ORDER BY id LIMIT 1');
const personPath = (email) => `/admin/people/${sqlite(db, `SELECT public_id FROM user WHERE email = '${email}'`)[0][0]}`;
const tagPath = (name) => `/admin/tags/${idOf('tag', `name = '${name}'`)}`;

/* What each route writes: how it is asked, and the actions that stand in the log then. */
const written = {
	'POST /admin/signin': [[async () => signedIn(site), 'signin'], [async () => new Visitor(site).signIn(EMAIL, SECRET), 'signin_failed']],
	'POST /admin/signout': [[async () => send('/admin/signout', {}, await signedIn(site)), 'signout']],
	'POST /admin/sessions': [[async () => send('/admin/sessions', {}), 'signout_there']],
	'POST /admin/profile': [[async () => send('/admin/profile', { name: 'Olive', slug: 'olive' }), 'profile']],
	'POST /admin/profile/login': [[async () => send('/admin/profile/login', { email: 'editor2@example.org', old_password: PASSWORD }, editor), 'login']],
	'POST /admin/second': [[async () => {
		const page = (await editor.get('/admin/second')).text, code = totp(page.match(/class="secret"[^>]*>([^<]+)</)[1]);
		return send('/admin/second', { setup: attribute(page, 'setup'), code }, editor);
	}, 'second_on'], [async () => send('/admin/second', { button: 'codes' }, editor), 'second_codes']],
	'POST /admin/people': [[async () => send('/admin/people', { email: 'new@example.org', role: 'author' }), 'invite']],
	'POST /admin/people/:id': [
		[async () => send(personPath('leaver@example.org'), { button: 'role', role: 'contributor' }), 'role'], [async () => send(personPath('leaver@example.org'), { button: 'link' }), 'link'],
		[async () => send(personPath('leaver@example.org'), { button: 'disable' }), 'disable'], [async () => send(personPath('leaver@example.org'), { button: 'enable' }), 'enable'],
		[async () => send(personPath('leaver@example.org'), { button: 'delete', heir: personPath(EMAIL).split('/').at(-1) }), 'delete']],
	'POST /admin/posts/bulk': ['publish', 'unpublish', 'tag_add', 'tag_remove', 'feature', 'unfeature', 'visibility', 'author', 'trash', 'restore'].map((action) =>
		[async () => {
			const id = sqlite(db, 'SELECT public_id || \'.\' || version FROM post WHERE title = \'For all\'')[0]?.[0] ?? picks(await post('For all'));
			return send('/admin/posts/bulk', { post: id, action, tag: 'Bulky', visibility: 'team', person: personPath('new2@example.org').split('/').at(-1), sure: '1', query: '' });
		}, `bulk_${action}`]),
	'POST /admin/posts/delete': [[async () => {
		const place = await post('For ever');
		await send(place, { button: 'trash' });
		return send('/admin/posts/delete', { post: picks(place), action: 'delete', sure: '1', query: '?show=trash' });
	}, 'bulk_delete']],
	'POST /admin/posts/undo': [[async () => {
		const done = await send('/admin/posts/bulk', { post: picks(await post('Undone')), action: 'feature', query: '' });
		return send('/admin/posts/undo', { token: done.headers.location.match(/bulk=(\w+)/)[1], query: '' });
	}, 'bulk_undo']],
	'POST /admin/posts/:id': [
		[async () => owner.write(await post('Shown'), { title: 'Shown', markdown: 'x' }, 'publish_anyway'), 'post_publish'],
		[async () => owner.write(`/admin/posts/${sqlite(db, "SELECT public_id FROM post WHERE title = 'Shown'")[0][0]}`, { title: 'Shown', markdown: 'x' }, 'unpublish'), 'post_unpublish'],
		[async () => send(await post('Thrown'), { button: 'trash' }), 'post_trash'],
		[async () => send(`/admin/posts/${sqlite(db, "SELECT public_id FROM post WHERE title = 'Thrown'")[0][0]}`, { button: 'restore' }), 'post_restore']],
	'POST /admin/posts/:id/links': [[async () => send(`${await post('Linked')}/links`, { button: 'add', days: '7', note: '' }), 'draft_link']],
	'POST /admin/review': ['back', 'publish'].map((button) => [async () => {
		const place = await post(`Submitted ${button}`, {}, 'review');
		return send('/admin/review', { post: place.split('/').at(-1), version: '1', button, note: 'Hm' });
	}, button === 'back' ? 'post_send_back' : 'post_publish']),
	'POST /admin/tags': [[async () => send('/admin/tags', { name: 'Nib' }), 'tag_add']],
	'POST /admin/tags/:id': [
		[async () => fill(tagPath('Nib'), CARD, { name: 'Nibs', button: 'save' }), 'tag_change'],
		[async () => { await send('/admin/tags', { name: 'Pen' }); return fill(tagPath('Pen'), CARD, { button: 'merge', into: 'Nibs', confirmed: 'yes' }); }, 'tag_merge'],
		[async () => fill(tagPath('Nibs'), CARD, { button: 'delete', confirmed: 'yes' }), 'tag_delete']],
	'POST /admin/redirects': [[async () => send('/admin/redirects', { from: '/noted', to: '/about', status: '301' }), 'redirect_add']],
	'POST /admin/redirects/edit': [
		[async () => fill('/admin/redirects/edit?from=/noted', CARD, { status: '302', button: 'save' }, '/admin/redirects/edit'), 'redirect_change'],
		[async () => fill('/admin/redirects/edit?from=/noted', CARD, { button: 'delete' }, '/admin/redirects/edit'), 'redirect_delete']],
	'POST /admin/redirects/import': [[async () => send('/admin/redirects/import', { lines: '/one,/about' }), 'redirects']],
	'POST /admin/menus': [[async () => fill('/admin/menus', /<form class="menu-form"[^]*?<\/form>/, { label: 'Home', url: '/', level: '1', button: 'save' }), 'menu']],
	'POST /admin/missing': ['ignore', 'unignore', 'delete', 'clear'].map((button) =>
		[async () => send('/admin/missing', { path: '/nowhere', button, confirmed: 'yes' }), `missing_${button}`]),
	'POST /admin/settings/:section': [
		[async () => fill('/admin/settings', CARD, { 'title': SECRET.slice(7) }, '/admin/settings/general'), 'settings'],
		[async () => fill('/admin/settings/privacy', CARD, { access: 'private', access_password: SECRET }), 'settings']],
	'POST /admin/settings/code': [[async () => fill('/admin/settings/code', CARD, { code_head: `<!-- ${SECRET} -->` }), 'settings']],
	'POST /admin/themes': [[async () => send('/admin/themes', { theme: 'broadside' }), 'theme']],
	'POST /admin/themes/:name': [[async () => fill('/admin/themes/quire', CARD, { 'set.accent': '#123456', 'set.accent_color': '#123456' }), 'settings']],
	'POST /admin/themes/upload': [[async () => upload('/admin/themes/upload', Buffer.from('no archive')), null], // refused: nothing is written
		[async () => upload('/admin/themes/upload', zip(themeFiles()), {}), 'theme_upload']],
	'POST /admin/themes/:name/delete': [[async () => send('/admin/themes/mine/delete', { confirmed: 'yes' }), 'theme_delete']],
	'POST /admin/transfer': [[async () => send('/admin/transfer', {}), 'export'], [async () => send('/admin/transfer', { drop: fs.readdirSync(path.join(site.data, 'exports'))[0].replace('.zip', '') }), 'export_delete']],
	'POST /admin/transfer/import': [[async () => upload('/admin/transfer/import', zip([['a.md', '---\ntitle: Packed\n---\nx\n']])), 'import_check']],
	'POST /admin/transfer/import/:id': [
		[async () => send(`/admin/transfer/import/${fs.readdirSync(path.join(site.data, 'imports'))[0]}`, { button: 'run' }), 'import'],
		[async () => send(`/admin/transfer/import/${fs.readdirSync(path.join(site.data, 'imports'))[0]}`, { button: 'drop' }), 'import_drop']],
	'POST /admin/media': ['pin', 'unpin', 'trash', 'restore'].map((action) => [async () => send('/admin/media', { action, item: String(picture()), sure: '1' }), `media_${action}`]),
	'POST /admin/media/delete': [[async () => {
		sqlite(db, `INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms) VALUES ('${'0'.repeat(64)}', 'gone.png', 'image/png', 1, 1, 1, 1, 1)`);
		sqlite(db, "UPDATE media_item SET trashed_ms = 1 WHERE name = 'gone.png'");
		return send('/admin/media/delete', { action: 'delete', sure: '1', ids: String(idOf('media_item', "name = 'gone.png'")) });
	}, 'media_delete']],
	'POST /admin/media/:id': ['save', 'pin', 'unpin', 'trash', 'restore'].map((button) => [
		async () => fill(`/admin/media/${unused()}`, /<form class="card"[^]*?<\/form>/, { button, alt: 'Ink' }), `media_${button}`]),
	'POST /admin/media/:id/edit': ['save', 'original'].map((button) => [async () => {
		platen(site, 'hook', 'run', 'ttl');
		jobsDone(site); // what nothing was made of yet cannot be edited
		const [[version, width, height]] = sqlite(db, `SELECT i.version, m.width_px, m.height_px FROM media_item i JOIN media m ON m.hash = i.hash WHERE i.id = ${picture()}`);
		return send(`/admin/media/${picture()}/edit`, { button, version: String(version), turn: '2', x: '0', y: '0', width: String(width), height: String(height) });
	}, button === 'save' ? 'media_edit' : 'media_original']),
	'POST /admin/jobs': ['retry', 'delete'].map((button) => [async () => {
		deadJob();
		return send('/admin/jobs', { button, id: String(idOf('job', "state = 'dead'")) });
	}, `job_${button}`]).concat([
		[async () => send('/admin/jobs', { button: 'run', task: 'publish' }), 'task_run'],
		[async () => { platen(site, 'jobs', 'add', 'noop'); sqlite(db, "UPDATE job SET due_ms = 9e12 WHERE kind = 'noop' AND state = 'waiting'"); return send('/admin/jobs', { button: 'now', later: '1', id: String(idOf('job', "kind = 'noop' AND state = 'waiting'")) }); }, 'job_now'],
		[async () => { platen(site, 'jobs', 'add', 'noop'); return send('/admin/jobs', { button: 'cancel', id: String(idOf('job', "kind = 'noop' AND state = 'waiting'")) }); }, 'cancelled_job']]),
	'POST /admin/jobs/key': ['make', 'renew'].map((button) => [async () => send('/admin/jobs/key', { button, confirmed: 'yes' }), 'hook_key']),
};

/* What needs no entry, and why. */
const needsNone = {
	'POST /admin/posts/new': 'each version of a post says who saved it',
	'POST /admin/posts/:id/revisions/:revision': 'the same: what is brought back is a version',
	'POST /admin/posts/new/autosave': 'nobody else sees it',
	'POST /admin/posts/:id/autosave': 'nobody else sees it',
	'POST /admin/posts/new/preview': 'changes nothing',
	'POST /admin/posts/:id/preview': 'changes nothing',
	'POST /admin/posts/:id/presence': 'who has a post open, forgotten after an hour',
	'POST /admin/themes/:name/look': 'changes nothing',
	'POST /admin/transfer/exports/:id': 'asks for the password, and changes nothing',
	'POST /admin/media/upload': 'the file itself says who brought it, and when',
	'POST /admin/media/uploads': 'the same: it only begins an upload',
	'POST /admin/media/:id/alt': 'words for a picture, from the page where a post is written, whose versions have them',
	'POST /admin/progress/:job': 'it is noted who cancels a job; whether one still runs then is chance',
	'POST /admin/first': 'first_run.test.mjs looks for its entry: there is no owner before it',
	'POST /admin/welcome/:token': 'team.test.mjs looks for its entry: it needs an invitation',
};

function themeFiles() {
	const dir = path.join(source, 'templates/site/quire');
	return fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile() && !(file.path ?? file.parentPath).includes('/fonts'))
		.map((file) => { const full = path.join(file.path ?? file.parentPath, file.name); return [`fresh/${path.relative(dir, full)}`, fs.readFileSync(full)]; });
}

const routes = fs.readFileSync(path.join(source, 'cgi/web/routes.c'), 'utf8').match(/routes\[\] = \{\n([^]*?)\n\};/)[1]
	.split('\n').map((line) => line.match(/^\t[A-Z_]+\(POST,\s*"(\/admin[^"]*)"/)?.[1]).filter(Boolean).map((pattern) => `POST ${pattern}`);

test('every form of the admin was thought about: it writes an entry, or there is a reason why not', () => {
	assert.ok(routes.length > 30);
	for (const route of routes) assert.ok(route in written || route in needsNone, `${route}: what it writes, or why nothing, belongs into audit.test.mjs`);
	for (const route of [...Object.keys(written), ...Object.keys(needsNone)]) assert.ok(routes.includes(route), `${route} is no route any more`);
});

const phrases = Object.fromEntries(['en', 'de'].map((lang) => [lang, JSON.parse(fs.readFileSync(path.join(source, `templates/admin/lang/${lang}.json`), 'utf8'))]));
const noted = () => sqlite(db, 'SELECT id, action, who, object FROM audit ORDER BY id').map(([id, action, who, object]) => ({ id, action, who, object }));

test('what a form changes stands in the log, with who it was', async () => {
	platen(site, 'user', 'add', 'new2@example.org', '--role', 'author', '--name', 'Heir', '--password-stdin', { input: `${PASSWORD}\n` });
	let last = noted().at(-1)?.id ?? 0;
	const missing = [];
	for (const route of routes.filter((name) => name in written))
		for (const [ask, action] of written[route]) {
			const res = await ask().catch((error) => error), fresh = noted().filter(({ id }) => id > last);
			last = fresh.at(-1)?.id ?? last;
			const found = fresh.find((entry) => entry.action === action);
			if (action === null ? fresh.length || res.status < 400 : !found || !(found.who || action === 'signin_failed'))
				missing.push(`${route}: ${action}: ${res.status ?? res.stack}: ${JSON.stringify(fresh)} ${res.text?.match(/class="(?:problem|wrong)[^>]*>([^<]*)/)?.[1] ?? ''}`);
			for (const lang of ['en', 'de']) if (action) assert.equal(typeof phrases[lang][`audit_${action}`], 'string', action);
		}
	assert.deepEqual(missing, []);
	const text = noted().map(({ object }) => object).join('\n');
	assert.ok(!text.includes(SECRET) && !text.includes(PASSWORD));
	assert.match(text, /Nib → Nibs/);
	assert.match(text, /access, access_password/);
	assert.match(text, /code_head/);
	assert.doesNotMatch((await owner.get('/admin/audit')).text, />[^<]*audit_\w+/);
});

test('the log is read by person, action and time, page by page', async () => {
	const day = 86400000, first = Date.UTC(2024, 0, 1), users = sqlite(db, 'SELECT id, public_id FROM user ORDER BY id LIMIT 2');
	sqlite(db, `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
		INSERT INTO audit (at_ms, user_id, who, action, object, remote_addr) SELECT ${first} + (i / 2) * ${day / 4},
		CASE i % 3 WHEN 0 THEN ${users[0][0]} WHEN 1 THEN ${users[1][0]} END, 'W' || i % 3, CASE i % 5 WHEN 0 THEN 'menu' ELSE 'settings' END, 'row ' || i || '.', '' FROM n`);
	const rows = Array.from({ length: 300 }, (_, i) => ({ i, at: first + Math.floor(i / 2) * day / 4, who: i % 3, action: i % 5 ? 'settings' : 'menu' })).reverse();
	const walk = async (query) => {
		const seen = [];
		for (let at = `/admin/audit?${query}`, pages = 0; at; pages++) {
			assert.ok(pages < 20);
			const { status, text } = await owner.get(at);
			assert.equal(status, 200);
			seen.push(...[...text.matchAll(/>row (\d+)\.</g)].map((found) => Number(found[1])));
			const more = text.match(/href="([^"]+)" rel="next"/);
			at = more && below(site, more[1].replaceAll('&amp;', '&'));
		}
		return seen;
	};
	const until = Date.UTC(2024, 0, 21), from = Date.UTC(2024, 0, 11), time = 'from=2024-01-11&until=2024-01-20';
	const inTime = ({ at }) => at >= from && at < until, numbers = (wanted) => rows.filter(wanted).map(({ i }) => i);
	assert.deepEqual(await walk(''), numbers(() => true));
	assert.deepEqual(await walk(time), numbers(inTime));
	assert.deepEqual(await walk(`who=${users[0][1]}`), numbers(({ who }) => who === 0));
	assert.deepEqual(await walk('who=-'), numbers(({ who }) => who === 2));
	assert.deepEqual(await walk('action=menu'), numbers(({ action }) => action === 'menu'));
	assert.deepEqual(await walk(`action=menu&who=${users[1][1]}&${time}`), numbers((row) => row.action === 'menu' && row.who === 1 && inTime(row)));
	assert.deepEqual(await walk(`who=-&action=settings&from=2024-01-11`), numbers((row) => row.action === 'settings' && row.who === 2 && row.at >= from));
	for (const odd of ['who=nobody-such', 'action=%27', 'from=2024-13-45', 'from=x&until=y', 'before=x', 'before=1-x', 'before=-1--1', 'before=99999999999999999999-1', 'until=9999-12-31'])
		assert.equal((await owner.get(`/admin/audit?${odd}`)).status, 200, odd);
	assert.match((await owner.get('/admin/audit?from=2024-01-11')).text, /name="from"[^>]* value="2024-01-11"/);
});

test('a filter names every action that is ever noted', async () => {
	const { text } = await owner.get('/admin/audit');
	const offered = [...text.match(/<select id="action"[^]*?<\/select>/)[0].matchAll(/<option value="(\w+)"/g)].map((found) => found[1]);
	for (const action of new Set([...Object.values(written).flat().map(([, name]) => name).filter(Boolean), ...noted().map((entry) => entry.action)]))
		assert.ok(offered.includes(action), action);
	for (const action of offered) assert.equal(typeof phrases.en[`audit_${action}`], 'string', action);
});
