/* admin_home.test.mjs: the first page of the admin, the menu by role, and the page about maintenance. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { sqlite } from '../sqlite.mjs';

let site;

before(async () => {
	site = await openSite('below', { posts: 2 });
	for (const [email, role] of [[EMAIL, 'owner'], ['editor@example.org', 'editor'], ['author@example.org', 'author'], ['contributor@example.org', 'contributor']])
		platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
});
after(() => site?.stop());

const entries = (text) => [...text.match(/<nav aria-label[\s\S]*?<\/nav>/)[0].matchAll(/<a href="([^"]+)"/g)].map(([, link]) => below(site, link));
// The part of the page under a heading.
const part = (text, id) => text.split('<section').find((piece) => piece.includes(`id="home-${id}"`)) ?? '';

test('the menu shows everybody what they may go to, and marks where they are', async () => {
	const may = { contributor: ['/admin', '/admin/posts'], editor: ['/admin', '/admin/posts', '/admin/tags'] };
	for (const [role, wanted] of Object.entries(may)) {
		const visitor = await signedIn(site, `${role}@example.org`), seen = entries((await visitor.get('/admin')).text);
		for (const address of wanted) assert.ok(seen.includes(address), `${role}: ${address}`);
		for (const address of seen) assert.equal((await visitor.get(address)).status, 200, `${role}: ${address}`);
		assert.ok(!seen.includes('/admin/jobs'));
	}
	const owner = await signedIn(site);
	for (const address of entries((await owner.get('/admin')).text)) {
		const { status, text } = await owner.get(address);
		assert.equal(status, 200, address);
		assert.equal(text.match(/<nav aria-label[\s\S]*?<\/nav>/)[0].match(/aria-current="page"/g)?.length, 1, address);
		assert.ok(text.includes(`href="${site.mount}${address}" aria-current="page"`), address);
	}
});

test('the first page has what one was writing, and of others only what one may see', async () => {
	const author = await signedIn(site, 'author@example.org'), editor = await signedIn(site, 'editor@example.org');
	assert.equal((await author.write('/admin/posts/new', { title: 'Private <draft>', markdown: 'x' })).status, 303);
	const other = await signedIn(site, 'contributor@example.org');
	const submitted = await other.write('/admin/posts/new', { title: 'Please look at this', markdown: 'x' }, 'review');
	assert.equal(submitted.status, 303);
	const mine = (await author.get('/admin')).text;
	assert.match(part(mine, 'drafts'), /Private &lt;draft&gt;/);
	assert.match(part(mine, 'saves'), /Private &lt;draft&gt;/);
	assert.doesNotMatch(mine, /home-scheduled/);
	assert.doesNotMatch(mine, /Please look at this|Draft thoughts|From the future/);
	const all = (await editor.get('/admin')).text;
	assert.match(part(all, 'drafts'), /Private &lt;draft&gt;[\s\S]*The author/);
	assert.match(part(all, 'review'), /Please look at this/);
	assert.match(part(all, 'scheduled'), /From the future/);
	assert.match(part(all, 'saves'), /Please look at this[\s\S]*The contributor[\s\S]*Private/);
	assert.doesNotMatch((await other.get('/admin')).text, /Private/);
	const page = (await author.get('/admin/posts/new')).text, at = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
	await author.post('/admin/posts/new/autosave', { form_token: at('form_token'), key: at('key'), version: '0', title: 'Half a thought', markdown: 'x' });
	assert.match(part((await author.get('/admin')).text, 'unsaved'), /Half a thought/);
	assert.doesNotMatch((await editor.get('/admin')).text, /Half a thought/);
	// Another one is begun: each line leads to its own.
	await author.post('/admin/posts/new/autosave', { form_token: at('form_token'), key: 'another0', version: '0', title: 'Another thought', markdown: 'its words' });
	for (const title of ['Half a thought', 'Another thought']) {
		const [, link] = part((await author.get('/admin')).text, 'unsaved').match(new RegExp(`href="([^"]+)"[^>]*>${title}<`));
		assert.match((await author.get(below(site, link))).text, new RegExp(`name="title"[^>]*>${title}</textarea>`), title);
	}
});

test('an author sees what comes next and what was saved of the own posts, by whom ever', async () => {
	const author = await signedIn(site, 'author@example.org'), editor = await signedIn(site, 'editor@example.org');
	const time = (days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 16);
	const later = await author.made({ title: 'Comes later', at: time(90) }, 'publish');
	await author.made({ title: 'Comes sooner', at: time(30), visibility: 'unlisted' }, 'publish');
	await author.made({ title: 'Comes never', at: time(20) });
	await editor.made({ title: 'Comes of another', at: time(10) }, 'publish');
	const old = await author.made({ title: 'Thrown away' });
	assert.equal((await author.write(old, {}, 'trash')).status, 303);
	const [first, second] = [(await author.get('/admin')).text, (await (await signedIn(site, 'contributor@example.org')).get('/admin')).text];
	assert.match(part(first, 'scheduled'), /Comes sooner[^]*Comes later/);
	assert.doesNotMatch(part(first, 'scheduled'), /Comes never|of another|From the future/);
	assert.match(part(first, 'saves'), /Comes never[^]*Comes sooner[^]*Comes later/);
	assert.doesNotMatch(first, /Thrown away|of another/);
	assert.doesNotMatch(second, /Comes (later|sooner|never)/);
	assert.equal((await editor.post(later, [...await editor.fields(later), ['button', 'save']])).status, 303);
	assert.match(part((await author.get('/admin')).text, 'saves'), /Comes later[^]*The editor[^]*Comes never/);
});

test('a post saved often is one line', async () => {
	const editor = await signedIn(site, 'editor@example.org');
	const res = await editor.write('/admin/posts/new', { title: 'Again and again', markdown: '0' });
	const target = below(site, res.headers.location).replace(/\?.*/, '');
	for (let i = 1; i < 4; i++) assert.equal((await editor.write(target, { title: 'Again and again', markdown: `${i}` })).status, 303);
	assert.equal(part((await editor.get('/admin')).text, 'saves').match(/Again and again/g).length, 1);
});

test('maintenance that is overdue and jobs that gave up are told to owners, who try again or delete', async () => {
	const owner = await signedIn(site), editor = await signedIn(site, 'editor@example.org');
	assert.doesNotMatch((await owner.get('/admin')).text, /home-attention/);
	for (let i = 0; i < 2; i++) platen(site, 'jobs', 'add', 'noop', '{"useless":"it is <broken>"}');
	platen(site, 'jobs', 'work');
	sqlite(`${site.data}/site.db`, "INSERT INTO task_run (task, started_ms, duration_ms, ok, dry_run, result) VALUES ('ttl', 1000000000000, 5, 0, 0, '{\"error\":\"no <room>\"}')");
	const { text } = await owner.get('/admin');
	assert.match(text, /Maintenance is overdue: ttl/);
	assert.match(text, /2 jobs gave up/);
	assert.doesNotMatch((await editor.get('/admin')).text, /overdue|gave up/);
	const page = (await owner.get('/admin/jobs')).text;
	assert.match(page, /it is &lt;broken&gt;/);
	assert.match(page, /no &lt;room&gt;/);
	const [first, second] = [...page.matchAll(/name="id" value="(\d+)"/g)].map(([, id]) => id);
	const press = async (visitor, fields) => visitor.post('/admin/jobs', { form_token: await visitor.token(), ...fields });
	assert.equal((await press(editor, { id: first, button: 'delete' })).status, 403);
	for (const bad of [{}, { id: first }, { button: 'retry' }, { id: 'x', button: 'retry' }, { id: first, button: 'fly' }, { button: 'run', task: 'fly' }])
		assert.equal((await press(owner, bad)).status, 422);
	assert.match((await press(owner, { id: first, button: 'retry' })).headers.location, /done=retried/);
	assert.match((await press(owner, { id: second, button: 'delete' })).headers.location, /done=deleted/);
	assert.equal(platen(site, 'jobs', 'counts').match(/(\d+) dead/)[1], '0');
	// A job that is not dead any more is left alone.
	assert.doesNotMatch((await press(owner, { id: first, button: 'delete' })).headers.location, /done/);
	assert.equal((await press(owner, { id: '999999', button: 'retry' })).status, 303);
	assert.equal(platen(site, 'jobs', 'counts').match(/(\d+) due/)[1], '1');
	platen(site, 'jobs', 'add', 'check');
	assert.doesNotMatch((await owner.get('/admin')).text, /gave up|damaged/);
});

test('a site without posts leads to the first one', async () => {
	const owner = await signedIn(site);
	sqlite(`${site.data}/site.db`, 'DELETE FROM post');
	const { text } = await owner.get('/admin');
	assert.match(text, /Write the first post/);
	assert.doesNotMatch(text, /home-drafts/);
});
