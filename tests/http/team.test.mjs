/* team.test.mjs: managing people, one-time links, the audit log, and every role on every address of the admin. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, openSite, platen, source } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const roles = ['contributor', 'author', 'editor', 'owner'];
let site;

function addPerson(email, role) {
	platen(site, 'user', 'add', email, '--role', role, '--name', `Somebody ${email.split('@')[0]}`, '--password-stdin', { input: `${PASSWORD}\n` });
}

const linkOf = (text) => below(site, text.match(/value="([^"]+\/admin\/welcome\/[A-Za-z0-9]{43})"/)[1]);

async function personPath(owner, email) {
	const text = (await owner.get('/admin/people')).text;
	const entry = text.split('class="entry"').find((part) => part.includes(`>${email}<`));
	return below(site, entry.match(/href="([^"]+)"/)[1]);
}

async function press(owner, target, fields) {
	return owner.post(target, { form_token: await owner.token(), ...fields });
}

before(async () => {
	site = await openSite('below', { serve: false });
	addPerson(EMAIL, 'owner');
	for (const role of roles.slice(0, 3)) addPerson(`${role}@example.org`, role);
	await site.serve();
});
after(() => site?.stop());

// THE table of addresses, as the program has it.
const routes = [...fs.readFileSync(path.join(source, 'cgi/web/routes.c'), 'utf8')
	.matchAll(/^\t(ADMIN|PROVEN)\((\w+),\s*"([^"]+)",\s*(\w+),\s*(\w+)\)/gm)]
	.map(([, kind, method, pattern, , least]) => ({ kind, method, pattern, least: least.toLowerCase() }));

test('every role on every address of the admin: no further than the table says', async () => {
	assert.ok(routes.length >= 15 && routes.some((route) => route.least === 'owner'));
	const visitors = [];
	for (const role of roles) visitors.push([role, await signedIn(site, role === 'owner' ? EMAIL : `${role}@example.org`)]);
	for (const { method, pattern, least } of routes) {
		const target = pattern.replace(/:\w+/g, 'nothing').replace(/\*\w+/g, 'nothing');
		if (pattern === '/admin/signout') continue;
		const stranger = new Visitor(site);
		const closed = method === 'GET' ? await stranger.get(target) : await stranger.post(target, {});
		assert.equal(closed.status, method === 'GET' ? 303 : 401, `nobody: ${method} ${pattern}`);
		for (const [role, visitor] of visitors) {
			const what = `${role}: ${method} ${pattern}`, may = roles.indexOf(role) >= roles.indexOf(least);
			if (method === 'GET') {
				const { status } = await visitor.get(target);
				assert.ok(may ? [200, 303, 404].includes(status) : status === 403, `${what}: ${status}`);
				continue;
			}
			assert.equal((await visitor.post(target, { form_token: 'x' })).status, 403, `${what} with a wrong token`);
			assert.equal((await visitor.post(target, { form_token: await visitor.token() }, { origin: 'https://evil.example' })).status, 403, `${what} from another site`);
			if (!may) assert.equal((await visitor.post(target, { form_token: await visitor.token() })).status, 403, what);
		}
	}
});

test('an invitation is a link that works once', async () => {
	const owner = await signedIn(site);
	const made = await press(owner, '/admin/people', { email: 'New.Person@example.org', role: 'editor', name: 'x', password: 'y', id: '1' });
	assert.equal(made.status, 200);
	const link = linkOf(made.text), guest = new Visitor(site);
	assert.doesNotMatch((await owner.get('/admin/people')).text, /welcome\//);
	assert.equal((await guest.signIn('new.person@example.org', '')).status, 403);
	const page = await guest.get(link);
	assert.equal(page.status, 200);
	assert.match(page.headers['cache-control'], /no-store/);
	assert.equal((await guest.post(link, { name: 'New', password: 'short' })).status, 422);
	const bad = await guest.post(link, { name: '', password: 'long enough to do' });
	assert.equal(bad.status, 422);
	assert.equal((await guest.post(link, { name: 'New', password: 'long enough to do' }, { origin: 'https://evil.example' })).status, 403);
	const both = await Promise.all([1, 2].map(() => new Visitor(site).post(link, { name: 'Nova <b>', password: 'long enough to do', role: 'owner' })));
	assert.deepEqual(both.map((res) => res.status).sort(), [303, 410]);
	assert.equal((await guest.get(link)).status, 410);
	assert.equal((await guest.get('/admin/welcome/' + 'A'.repeat(43))).status, 410);
	const nova = await signedIn(site, 'new.person@example.org', 'long enough to do');
	assert.match((await nova.get('/admin/profile')).text, /Nova &lt;b&gt;/);
	assert.equal((await nova.get('/admin/people')).status, 403);
	for (const [email, role, status] of [['no address', 'author', 422], [EMAIL, 'author', 409], ['x@example.org', 'king', 422], ['a@b\r\nBcc: c@d', 'author', 422]])
		assert.equal((await press(owner, '/admin/people', { email, role })).status, status, email);
});

test('of two owners who change a role the second is told', async () => {
	addPerson('between@example.org', 'author');
	const owner = await signedIn(site), him = await personPath(owner, 'between@example.org');
	const seen = (text) => text.match(/name="seen" value="(\d+)"/)[1], picked = (text) => text.match(/<option value="(\w+)" selected/)[1];
	const old = seen((await owner.get(him)).text);
	assert.equal((await press(owner, him, { button: 'role', role: 'editor', seen: old })).status, 303);
	const told = await press(owner, him, { button: 'role', role: 'contributor', seen: old });
	assert.deepEqual([told.status, picked(told.text), picked((await owner.get(him)).text)], [409, 'contributor', 'editor']);
	assert.match(told.text, /Somebody changed this person meanwhile/);
	assert.equal((await press(owner, him, { button: 'role', role: 'contributor', seen: seen(told.text) })).status, 303);
	assert.equal(picked((await owner.get(him)).text), 'contributor');
});

test('a role changes, ends sessions, and the last owner stays', async () => {
	addPerson('rising@example.org', 'author');
	const owner = await signedIn(site), rising = await signedIn(site, 'rising@example.org');
	const him = await personPath(owner, 'rising@example.org'), self = await personPath(owner, EMAIL);
	assert.equal((await press(rising, him, { button: 'role', role: 'owner' })).status, 403);
	assert.equal((await press(owner, self, { button: 'role', role: 'editor' })).status, 409);
	assert.equal((await press(owner, self, { button: 'disable' })).status, 409);
	await press(owner, '/admin/people', { email: 'future@example.org', role: 'owner' });
	assert.equal((await press(owner, self, { button: 'role', role: 'editor' })).status, 409, 'an owner without a password is none yet');
	assert.equal((await press(owner, him, { button: 'role', role: 'king' })).status, 422);
	assert.equal((await press(owner, him, { button: 'explode' })).status, 422);
	assert.equal((await press(owner, him, { button: 'role', role: 'owner' })).status, 303);
	assert.equal((await rising.get('/admin/posts')).status, 303);
	const risen = await signedIn(site, 'rising@example.org');
	assert.equal((await press(risen, self, { button: 'role', role: 'editor' })).status, 303);
	assert.equal((await owner.get('/admin/people')).status, 303);
	assert.equal((await press(risen, self, { button: 'role', role: 'owner' })).status, 303);
});

test('somebody is locked out, let in again, and gets a link for a new password', async () => {
	addPerson('kept@example.org', 'author');
	const owner = await signedIn(site), kept = await signedIn(site, 'kept@example.org');
	const target = await personPath(owner, 'kept@example.org');
	const old = linkOf((await press(owner, target, { button: 'link' })).text);
	const link = linkOf((await press(owner, target, { button: 'link' })).text);
	assert.equal((await new Visitor(site).get(old)).status, 410);
	assert.equal((await kept.get('/admin/posts')).status, 200);
	assert.equal((await press(owner, target, { button: 'disable' })).status, 303);
	assert.equal((await kept.get('/admin/posts')).status, 303);
	assert.equal((await new Visitor(site).signIn('kept@example.org')).status, 403);
	assert.equal((await new Visitor(site).get(link)).status, 410);
	assert.equal((await press(owner, target, { button: 'link' })).status, 422);
	assert.equal((await press(owner, target, { button: 'enable' })).status, 303);
	const fresh = linkOf((await press(owner, target, { button: 'link' })).text);
	assert.equal((await new Visitor(site).post(fresh, { name: 'Kept', password: 'a whole new one' })).status, 303);
	assert.equal((await new Visitor(site).signIn('kept@example.org')).status, 403);
	await signedIn(site, 'kept@example.org', 'a whole new one');
});

test('who is deleted leaves the posts to somebody, and the author\'s address leads there', async () => {
	addPerson('leaving@example.org', 'author');
	const owner = await signedIn(site), leaving = await signedIn(site, 'leaving@example.org');
	assert.match((await leaving.write('/admin/posts/new', { title: 'Left behind', markdown: 'x' }, 'publish')).headers.location, /published/);
	assert.equal((await site.get('/author/somebody-leaving')).status, 200);
	const target = await personPath(owner, 'leaving@example.org'), heir = (await personPath(owner, 'editor@example.org')).split('/').at(-1);
	for (const wrong of [undefined, '', 'nobody', target.split('/').at(-1)])
		assert.equal((await press(owner, target, { button: 'delete', ...(wrong === undefined ? {} : { heir: wrong }) })).status, 422);
	assert.equal((await press(owner, target, { button: 'delete', heir })).status, 303);
	assert.equal((await leaving.get('/admin/posts')).status, 303);
	assert.equal((await owner.get(target)).status, 404);
	assert.match((await site.get('/left-behind')).text, /Somebody editor/);
	assert.match((await site.get('/author/somebody-editor')).text, /Left behind/);
	assert.equal(below(site, (await site.get('/author/somebody-leaving')).headers.location), '/author/somebody-editor');
});

test('what somebody wrote who is deleted gets no rights by that', async () => {
	platen(site, 'config', 'set', 'raw_html', 'on');
	addPerson('scripting@example.org', 'author');
	const owner = await signedIn(site), writer = await signedIn(site, 'scripting@example.org');
	assert.equal((await writer.write('/admin/posts/new', { title: 'With a script', markdown: 'x <script>alert(1)</script> y' }, 'publish')).status, 303);
	assert.equal((await owner.write('/admin/posts/new', { title: 'An own script', markdown: 'x <script>alert(2)</script> y' }, 'publish')).status, 303);
	const target = await personPath(owner, 'scripting@example.org'), heir = (await personPath(owner, EMAIL)).split('/').at(-1);
	assert.equal((await press(owner, target, { button: 'delete', heir })).status, 303);
	platen(site, 'rebuild');
	assert.doesNotMatch((await site.get('/with-a-script')).text, /alert\(1\)<\/script>/);
	assert.match((await site.get('/an-own-script')).text, /alert\(2\)<\/script>/);
	platen(site, 'config', 'set', 'raw_html', 'filtered');
});

test('what was done stands in the audit log, for owners', async () => {
	const owner = await signedIn(site), text = (await owner.get('/admin/audit')).text;
	for (const words of ['invited', 'changed the role', 'disabled', 'let in again', 'deleted', 'used a link to set a password'])
		assert.match(text, new RegExp(words));
	assert.match(text, /127\.0\.0\.1/);
	assert.match(text, /new\.person@example\.org/i);
	for (const odd of ['before=x', 'before=', 'before=-1', 'before=99999999999999999999'])
		assert.equal((await owner.get(`/admin/audit?${odd}`)).status, 200);
});

// Whoever gets hold of the database has no link that works.
function assertNowhere(token) {
	assert.equal(token.length, 43);
	const files = ['site.db', 'site.db-wal'].map((name) => path.join(site.data, name)).filter((file) => fs.existsSync(file));
	for (const bytes of files.map((file) => fs.readFileSync(file)))
		for (let at = 0; at + 12 <= token.length; at++) assert.ok(!bytes.includes(token.slice(at, at + 12)));
}

test('an invitation and a link wait in the outbox, and go with the link', async () => {
	const owner = await signedIn(site), mails = () => sqlite(path.join(site.data, 'site.db'), 'SELECT to_addr, text FROM outbox ORDER BY id').map(([to, text]) => ({ to, text }));
	const sent = async (fields, target = '/admin/people') => linkOf((await press(owner, target, fields)).text);
	const first = await sent({ email: 'mailed@example.org', role: 'author' });
	const mail = () => mails().filter((row) => row.to === 'mailed@example.org');
	assert.equal(mail().length, 1);
	assert.match(mail()[0].text, /\{link\}/, 'whoever sends it makes a link');
	const target = await personPath(owner, 'mailed@example.org');
	const second = await sent({ button: 'link' }, target);
	assert.equal(mail().length, 1, 'the earlier one is worth nothing');
	assert.equal((await new Visitor(site).get(second)).headers['referrer-policy'], 'strict-origin', 'what it loads does not tell the link');
	for (const link of [first, second]) assertNowhere(link.slice(link.lastIndexOf('/') + 1));
	assert.equal((await new Visitor(site).post(second, { name: 'Mailed', password: 'a whole new one' })).status, 303);
	assert.equal(mail().length, 0);
	await sent({ button: 'link' }, target);
	assert.equal((await press(owner, target, { button: 'disable' })).status, 303);
	assert.equal(mail().length, 0);
});

test('who signed in and out, and who could not, stands there too', async () => {
	addPerson('seen@example.org', 'author');
	const owner = await signedIn(site), seen = await signedIn(site, 'seen@example.org');
	const count = (action) => sqlite(path.join(site.data, 'site.db'), `SELECT count(*) FROM audit WHERE action = '${action}'`)[0][0];
	const entries = async () => (await owner.get('/admin/audit')).text;
	assert.match(await entries(), /signed in/);
	assert.match(await entries(), /platen user: made an account/);
	const failed = count('signin_failed');
	for (let n = 0; n < 4; n++) await new Visitor(site).signIn(n % 2 ? 'seen@example.org' : 'a password@typed.here', `guess ${n}`);
	assert.ok(count('signin_failed') <= Math.max(1, failed), 'one an hour of an address');
	assert.doesNotMatch(await entries(), />: /);
	assert.doesNotMatch(await entries(), /a password@typed\.here|guess/);
	const there = count('signout_there');
	assert.equal((await seen.post('/admin/sessions', { form_token: await seen.token() })).status, 303);
	assert.equal(count('signout_there'), there + 1);
	assert.equal((await seen.post('/admin/signout', { form_token: await seen.token() })).status, 303);
	assert.match(await entries(), /signed out/);
});
