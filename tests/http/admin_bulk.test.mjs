/* admin_bulk.test.mjs: an action on more posts than a request does: a job with progress, rights of the moment, and undo
 * of the whole. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, eventually, openSite, platen, program } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

const POSTS = 650;
let site, owner, total;
const sql = (statement) => sqlite(path.join(site.data, 'site.db'), statement);
const tagged = (slug) => sql(`SELECT count(*) FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE t.slug = '${slug}'`)[0][0];
const versions = () => new Map(sql("SELECT public_id, version FROM post WHERE kind = 'post' AND status <> 'trash'"));
const addPerson = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });

before(async () => {
	site = await openSite('fastcgi', { posts: 0, serve: false, env: { PLATEN_LOG_LEVEL: 'error' } });
	const many = path.join(site.dir, 'many');
	fs.mkdirSync(many);
	for (let i = 0; i < POSTS; i++) fs.writeFileSync(path.join(many, `p${i}.md`), `---\ntitle: Many ${i}\ndate: 2023-01-01\ntags: [old]\n---\nText ${i}\n`);
	platen(site, 'import', many);
	addPerson(EMAIL, 'owner');
	addPerson('editor@example.org', 'editor');
	await site.serve();
	owner = await signedIn(site);
	total = versions().size;
});
after(() => site?.stop());

const link = (html) => html.replace(/&amp;/g, '&');
// Asks for all that match, and answers the question; gives the page that it leads to.
async function all(visitor, fields) {
	const asked = await visitor.post('/admin/posts/bulk', { form_token: await visitor.token(), scope: 'all', query: '?kind=post', ...fields });
	assert.equal(asked.status, 200, asked.text.slice(0, 2000));
	const posts = asked.text.match(/name="posts" value="([^"]*)"/)[1];
	assert.equal(posts.split(' ').length, total);
	return visitor.post('/admin/posts/bulk', { form_token: await visitor.token(), posts, sure: '1', query: '?kind=post', ...fields });
}
async function led(res) {
	assert.equal(res.status, 303, res.text.slice(0, 2000));
	const target = below(site, res.headers.location);
	assert.match(target, /^\/admin\/posts\?kind=post&bulk=\w{16}&job=\d+$/);
	return { target, job: Number(target.match(/\d+$/)[0]) };
}
const state = async (visitor, job) => JSON.parse((await visitor.get(`/admin/progress/${job}`)).text);
const press = async (visitor, job, button) => visitor.post(`/admin/progress/${job}`, { form_token: await visitor.token(), button });
async function finish(visitor, job) {
	for (let now; (now = await state(visitor, job)).open;) assert.equal((await press(visitor, job, 'work')).status, 303, JSON.stringify(now));
}
// Maintenance has some seconds, and may spend them on other jobs first.
function worked(job) {
	do platen(site, 'hook', 'run', 'jobs'); while (sql(`SELECT finished_ms FROM job WHERE id = ${job}`)[0][0] === null);
}
const token = (text) => text.match(/name="token" value="([^"]+)"/)[1];
const undo = async (visitor, text) => visitor.post('/admin/posts/undo', { form_token: await visitor.token(), token: token(text), query: '?kind=post' });

test('without a worker the page asks for it; done, and taken back, wholly', async () => {
	const was = versions(), { target, job } = await led(await all(owner, { action: 'tag_add', tag: 'Fresh', later: '1' }));
	const waits = (await owner.get(target)).text;
	assert.match(waits, /<h2 id="work-\d+">Add a tag<\/h2>[\s\S]*no worker runs[\s\S]*value="work"[\s\S]*value="cancel"/);
	assert.doesNotMatch(waits, /Tag added to/);
	assert.equal(tagged('fresh'), 0);
	// Meanwhile there is no second one.
	const [[id, version]] = sql("SELECT public_id, version FROM post WHERE title = 'Many 1'");
	const other = await owner.post('/admin/posts/bulk', { form_token: await owner.token(), action: 'feature', post: `${id}.${version}`, query: '' });
	assert.equal(other.status, 409);
	assert.match(other.text, /still running/);
	await finish(owner, job);
	assert.equal(tagged('fresh'), total);
	for (const [post, now] of versions()) assert.equal(now, was.get(post) + 1, 'each was saved once');
	const done = link((await owner.get(target)).text);
	assert.match(done, new RegExp(`Tag added to ${total} posts\\.`));
	assert.deepEqual(fs.readdirSync(path.join(site.data, 'jobs')), []);
	const back = await led(await undo(owner, done));
	await finish(owner, back.job);
	assert.match((await owner.get(back.target)).text, new RegExp(`Undone: ${total} posts|${total} posts?`));
	assert.equal(tagged('fresh'), 0);
	assert.equal(tagged('old'), POSTS);
	assert.deepEqual(sql("SELECT action, object FROM audit WHERE action LIKE 'bulk%' ORDER BY id"), [['bulk_tag_add', `${total}`], ['bulk_undo', `${total}`]]);
});

test('a worker that is killed in the middle: another goes on, and no post is done twice or left out', async () => {
	const was = versions(), start = () => spawn(program, ['worker'], { env: site.env, stdio: 'ignore' });
	const gone = (child) => new Promise((resolve) => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once('exit', resolve); });
	const { target, job } = await led(await all(owner, { action: 'tag_add', tag: 'Killed', later: '1' }));
	let worker = start();
	try {
		await eventually(async () => ({ status: 0, text: String(tagged('killed')) }), ({ text }) => Number(text) > 0, 60000);
		worker.kill('SIGKILL');
		await gone(worker);
		const half = tagged('killed');
		assert.ok(half > 0 && half <= total, `${half}`);
		sql('DELETE FROM worker');
		sql(`UPDATE job SET due_ms = 1 WHERE id = ${job} AND due_ms IS NOT NULL`); // its lease is over
		worker = start();
		await eventually(async () => ({ status: 0, text: JSON.stringify(await state(owner, job)) }), ({ text }) => !JSON.parse(text).open, 120000);
	} finally {
		worker.kill('SIGTERM');
		await gone(worker);
		sql('DELETE FROM worker');
	}
	assert.equal((await state(owner, job)).state, 'done');
	assert.equal(tagged('killed'), total);
	for (const [post, now] of versions()) assert.equal(now, was.get(post) + 1, 'each was saved once');
	assert.match((await owner.get(target)).text, new RegExp(`Tag added to ${total} posts\\.`));
});

test('whoever lost the job to another, or was cancelled, keeps no further batch', async () => {
	const was = versions(), { target, job } = await led(await all(owner, { action: 'tag_add', tag: 'Late', later: '1' }));
	// Behind the second batch another has it.
	sql(`CREATE TRIGGER lost AFTER UPDATE OF done ON bulk WHEN new.done = 40 BEGIN
		UPDATE job SET attempts = attempts + 1, lease_owner = 'another' WHERE id = ${job}; END`);
	while (tagged('late') < 40) assert.equal((await press(owner, job, 'work')).status, 303);
	assert.equal(tagged('late'), 40);
	assert.equal((await state(owner, job)).state, 'running');
	sql(`DROP TRIGGER lost`);
	sql(`UPDATE job SET due_ms = 1 WHERE id = ${job}`); // its lease is over
	await finish(owner, job);
	assert.equal(tagged('late'), total);
	for (const [post, now] of versions()) assert.equal(now, was.get(post) + 1, 'each was saved once');
	await led(await undo(owner, (await owner.get(target)).text)).then((back) => finish(owner, back.job));
	const cancelled = await led(await all(owner, { action: 'tag_add', tag: 'Later', later: '1' }));
	sql(`CREATE TRIGGER lost AFTER UPDATE OF done ON bulk WHEN new.done = 40 BEGIN
		UPDATE job SET state = 'cancelled', due_ms = NULL, lease_owner = NULL, finished_ms = 1 WHERE id = ${cancelled.job}; END`);
	while (tagged('later') < 40) assert.equal((await press(owner, cancelled.job, 'work')).status, 303);
	sql(`DROP TRIGGER lost`);
	assert.equal(tagged('later'), 40);
	assert.equal((await state(owner, cancelled.job)).state, 'cancelled');
});

test('cancelled while it waits nothing is done; in the middle, what was done can be taken back', async () => {
	const first = await led(await all(owner, { action: 'tag_add', tag: 'Never', later: '1' }));
	assert.equal((await press(owner, first.job, 'cancel')).status, 303);
	assert.equal((await state(owner, first.job)).state, 'cancelled');
	assert.equal(tagged('never'), 0);
	// One that ended behind its third batch: what was done is told, and taken back as a whole.
	const featured = () => sql('SELECT count(*) FROM post WHERE featured = 1')[0][0], was = featured();
	const { target, job } = await led(await all(owner, { action: 'feature', later: '1' }));
	const list = path.join(site.data, 'jobs', `${target.match(/bulk=(\w{16})/)[1]}.posts`), lines = fs.readFileSync(list, 'utf8').split('\n');
	assert.equal(lines.length, total + 1);
	fs.writeFileSync(list, `${lines.slice(0, 60).join('\n')}\n`);
	await finish(owner, job);
	const done = (await owner.get(target)).text, count = Number(done.match(/(\d+) posts featured/)[1]);
	assert.ok(count > 40 && count <= 60, `${count}`);
	assert.equal(featured(), was + count);
	assert.equal((await undo(owner, done)).status, 303);
	assert.equal(featured(), was);
});

test('an undo that was cancelled or ended before the last post can be gone on with', async () => {
	const { target, job } = await led(await all(owner, { action: 'tag_add', tag: 'Twice', later: '1' }));
	await finish(owner, job);
	assert.equal(tagged('twice'), total);
	const ask = async (text) => led(await owner.post('/admin/posts/undo', { form_token: await owner.token(), token: token(text), query: '?kind=post', later: '1' }));
	const waits = await ask((await owner.get(target)).text);
	assert.equal((await press(owner, waits.job, 'cancel')).status, 303);
	assert.equal((await state(owner, waits.job)).state, 'cancelled');
	assert.equal(tagged('twice'), total);
	const part = await ask((await owner.get(waits.target)).text);
	const list = path.join(site.data, 'jobs', `${part.target.match(/bulk=(\w{16})/)[1]}.posts`), lines = fs.readFileSync(list, 'utf8').split('\n');
	fs.writeFileSync(list, `${lines.slice(0, 60).join('\n')}\n`);
	await finish(owner, part.job);
	assert.equal(tagged('twice'), total - 60);
	const rest = await ask((await owner.get(part.target)).text);
	await finish(owner, rest.job);
	assert.equal(tagged('twice'), 0);
	assert.doesNotMatch((await owner.get(rest.target)).text, /action="[^"]*\/admin\/posts\/undo"/);
});

test('rights are those of the moment when it is done; nobody else sees or ends it', async () => {
	const editor = await signedIn(site, 'editor@example.org');
	const { job } = await led(await all(editor, { action: 'unpublish', later: '1' }));
	assert.equal((await owner.get(`/admin/progress/${job}`)).status, 404);
	assert.equal((await press(owner, job, 'cancel')).status, 404);
	sql("UPDATE user SET role = 'contributor' WHERE email = 'editor@example.org'");
	worked(job);
	assert.equal(sql(`SELECT state FROM job WHERE id = ${job}`)[0][0], 'dead');
	assert.equal(sql("SELECT count(*) FROM post WHERE status = 'draft' AND title LIKE 'Many%'")[0][0], 0);
	// Deleted altogether: nothing is left to be done.
	sql("UPDATE user SET role = 'editor' WHERE email = 'editor@example.org'");
	const second = await led(await all(await signedIn(site, 'editor@example.org'), { action: 'unpublish', later: '1' }));
	sql("UPDATE user SET disabled_ms = 1 WHERE email = 'editor@example.org'");
	worked(second.job);
	assert.equal(sql(`SELECT state FROM job WHERE id = ${second.job}`)[0][0], 'dead');
	assert.equal(sql("SELECT count(*) FROM post WHERE status = 'draft' AND title LIKE 'Many%'")[0][0], 0);
});

test('as many as may be: asked about, listed for the job; one more is refused, in words', async () => {
	const add = (from, to) => sql(`WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to})
		INSERT INTO post (public_id, kind, status, visibility, slug, path, path_fixed, edited_ms, updated_ms, created_ms, version, featured, has_code, word_count,
			title, lang, menu_order, template, image, image_alt, image_caption, excerpt, excerpt_auto, seo_title, seo_description, seo_canonical, seo_noindex,
			social_title, social_description, social_image, render_stamp, content_hash)
		SELECT printf('m%07d', i), 'page', 'draft', 'team', printf('m-%d', i), printf('/m-%d', i), 0, 1, i, 1, 1, 0, 0, 1, printf('A title that is neither short nor long: %d', i),
			'', 0, '', '', '', '', '', '', '', '', '', 0, '', '', '', '', '' FROM n`);
	add(1, 100000);
	for (const query of ['?kind=page&visibility=team', '?kind=page&visibility=team&sort=title']) {
		const asked = await owner.post('/admin/posts/bulk', { form_token: await owner.token(), scope: 'all', query, action: 'feature' });
		assert.equal(asked.status, 200, asked.text.slice(0, 2000));
		const posts = asked.text.match(/name="posts" value="([^"]*)"/)[1];
		assert.equal(new Set(posts.split(' ')).size, 100000);
		const { job, target } = await led(await owner.post('/admin/posts/bulk', { form_token: await owner.token(), posts, sure: '1', later: '1', query: '?kind=post', action: 'feature' }));
		const list = path.join(site.data, 'jobs', `${target.match(/bulk=(\w{16})/)[1]}.posts`);
		assert.equal(fs.readFileSync(list, 'utf8').split('\n').length, 100001);
		assert.equal((await press(owner, job, 'cancel')).status, 303);
		assert.equal((await state(owner, job)).state, 'cancelled');
	}
	add(100001, 100001);
	const many = await owner.post('/admin/posts/bulk', { form_token: await owner.token(), scope: 'all', query: '?kind=page&visibility=team', action: 'feature' });
	assert.equal(many.status, 422, many.text.slice(0, 2000));
});
