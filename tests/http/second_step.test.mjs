/* second_step.test.mjs: setting up the second step of signing in, using it, and what guessing it costs. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, totp, turnOn } from './visitor.mjs';

let site;
const value = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];

async function person(email, role = 'author') {
	platen(site, 'user', 'add', email, '--role', role, '--name', 'Somebody', '--password-stdin', { input: `${PASSWORD}\n` });
	const visitor = new Visitor(site);
	assert.equal((await visitor.signIn(email)).status, 303);
	return visitor;
}

async function challenged(email) {
	const visitor = new Visitor(site), res = await visitor.signIn(email);
	assert.equal(res.status, 200);
	assert.equal(res.headers['set-cookie'], undefined);
	return { visitor, challenge: value(res.text, 'signin_challenge'), text: res.text };
}

const answer = ({ visitor, challenge }, code, next = '/admin/profile') =>
	visitor.post('/admin/signin', { signin_challenge: challenge, signin_code: code, next });

before(async () => { site = await openSite('fastcgi'); });
after(() => site?.stop());

test('is set up by a first code, ends other sessions, shows ten codes once, and then asks', async () => {
	const visitor = await person(EMAIL, 'owner'), other = new Visitor(site);
	await other.signIn();
	const page = (await visitor.get('/admin/second')).text;
	assert.match(page, /<svg class="qr"[^>]*role="img"/);
	const wrong = await visitor.post('/admin/second', { form_token: value(page, 'form_token'), setup: value(page, 'setup'), code: '000000' });
	assert.equal(wrong.status, 422);
	assert.equal(wrong.text.match(/class="secret"[^>]*>([^<]+)</)[1], page.match(/class="secret"[^>]*>([^<]+)</)[1]);
	const { secret, codes, page: shown } = await turnOn(visitor);
	assert.equal(new Set(codes).size, 10);
	assert.equal((await other.get('/admin/posts')).status, 303);
	assert.equal((await visitor.post('/admin/signout', { form_token: value(shown, 'form_token') })).status, 303);
	const door = await challenged(EMAIL);
	assert.equal((await door.visitor.get('/admin/posts')).status, 303);
	assert.equal((await answer(door, totp(secret, 1))).headers.location, '/admin/profile');
	assert.match((await door.visitor.get('/admin/second')).text, /10 recovery codes are left/);
});

test('a code works once, also a recovery code; a new challenge does not make it work again', async () => {
	const { secret, codes } = await turnOn(await person('once@example.org'));
	const code = totp(secret, 1);
	assert.equal((await answer(await challenged('once@example.org'), code)).status, 303);
	assert.equal((await answer(await challenged('once@example.org'), code)).status, 403);
	assert.equal((await answer(await challenged('once@example.org'), ` ${codes[0].toUpperCase().replaceAll('-', ' ')} `)).status, 303);
	assert.equal((await answer(await challenged('once@example.org'), codes[0])).status, 403);
	const both = await Promise.all([challenged('once@example.org'), challenged('once@example.org')]);
	const statuses = (await Promise.all(both.map((door) => answer(door, codes[1])))).map((res) => res.status).sort();
	assert.deepEqual(statuses, [303, 403]);
});

test('a challenge holds five tries, and only genuine ones hold', async () => {
	const { secret } = await turnOn(await person('tries@example.org'));
	const door = await challenged('tries@example.org');
	for (let n = 0; n < 5; n++) assert.equal((await answer(door, '000000')).status, 403);
	const over = await answer(door, totp(secret, 1));
	assert.match(over.text, /Begin again/);
	assert.equal(over.headers['set-cookie'], undefined);
	for (const challenge of ['', 'x', door.challenge.slice(1), value((await new Visitor(site).get('/admin/signin')).text, 'next')])
		assert.match((await answer({ visitor: new Visitor(site), challenge }, totp(secret, 1))).text, /Begin again/);
});

test('another\'s secret is not taken', async () => {
	const one = await person('one@example.org'), two = await person('two@example.org');
	const page = (await one.get('/admin/second')).text;
	const secret = page.match(/class="secret"[^>]*>([^<]+)</)[1];
	const res = await two.post('/admin/second', { form_token: await two.token(), setup: value(page, 'setup'), code: totp(secret) });
	assert.equal(res.status, 422);
	assert.equal((await new Visitor(site).signIn('two@example.org')).status, 303);
});

test('a password given long ago is asked for again, and then it is done', async () => {
	const visitor = await person('stale@example.org'), page = (await visitor.get('/admin/second')).text;
	const fields = { form_token: await visitor.token(), setup: value(page, 'setup'), code: totp(page.match(/class="secret"[^>]*>([^<]+)</)[1], 1) };
	sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = proved_ms - 601000');
	const ask = await visitor.post('/admin/second', fields);
	assert.equal(ask.status, 401);
	assert.match(ask.text, new RegExp(`<textarea name="setup" hidden>\\n${fields.setup}</textarea>`));
	assert.equal((await visitor.post('/admin/second', { ...fields, signin_password: 'wrong' })).status, 403);
	assert.equal((await visitor.post('/admin/second', { ...fields, signin_password: PASSWORD })).status, 200);
	assert.equal((await new Visitor(site).signIn('stale@example.org')).status, 200); // the second step is asked for
});

test('a form after the session is done after password and code', async () => {
	const visitor = await person('late@example.org');
	const { secret } = await turnOn(visitor);
	visitor.jar.delete('platen_session');
	const late = { title: 'Written late', markdown: 'Kept.', button: 'publish' };
	const ask = await visitor.post('/admin/posts/new', { ...late, signin_email: 'late@example.org', signin_password: PASSWORD });
	assert.equal(ask.status, 200);
	assert.match(ask.text, />\nKept\.<\/textarea>/);
	const done = await visitor.post('/admin/posts/new', { ...late, signin_challenge: value(ask.text, 'signin_challenge'), signin_code: totp(secret, 1) });
	assert.match(done.headers.location, /done=published/);
});

test('is turned off on the page and from the command line', async () => {
	const visitor = await person('off@example.org');
	await turnOn(visitor);
	const form_token = await visitor.token('/admin/second');
	assert.match((await visitor.post('/admin/second', { form_token, button: 'off' })).headers.location, /done=second_off/);
	assert.equal((await new Visitor(site).signIn('off@example.org')).status, 303);
	await turnOn(visitor);
	assert.match(platen(site, 'user', 'totp-off', 'off@example.org'), /password alone/);
	assert.equal((await new Visitor(site).signIn('off@example.org')).status, 303);
	assert.throws(() => platen(site, 'user', 'totp-off', 'off@example.org'), /does not exist/);
});

test('a script that saves what is typed is asked for password and code in place, and told in words what is wrong', async () => {
	const email = 'place@example.org', { secret, codes } = await turnOn(await person(email)), accept = { accept: 'application/json' };
	const visitor = new Visitor(site), typed = { key: 'k', title: 'In place', markdown: 'Typed.' };
	const save = async (more) => {
		const res = await visitor.post('/admin/posts/new/autosave', { ...typed, ...more }, accept);
		return { status: res.status, cookies: res.headers['set-cookie'], ...JSON.parse(res.text) };
	};
	const asked = await save();
	assert.deepEqual([asked.status, asked.challenge, asked.problem], [401, '', '']);
	const second = await save({ signin_email: email, signin_password: PASSWORD });
	assert.deepEqual([second.status, second.problem, second.cookies], [401, '', undefined]);
	const not = await save({ signin_challenge: second.challenge, signin_code: '000000' });
	assert.deepEqual([not.status, not.challenge], [403, second.challenge]);
	assert.match(not.problem, /not the code/);
	const over = await save({ signin_challenge: 'x', signin_code: totp(secret) });
	assert.deepEqual([over.status, over.challenge], [403, '']);
	assert.match(over.problem, /Begin again/);
	const saved = await save({ signin_challenge: second.challenge, signin_code: codes[0] });
	assert.equal(saved.status, 200);
	assert.ok(saved.saved_ms > 0 && saved.form_token);
	assert.match((await visitor.get('/admin/posts/new?key=k')).text, />\nTyped\.<\/textarea>/);
	visitor.jar.delete('platen_session'); /* a device that is known has tries of its own */
	const wrong = await save({ signin_email: email, signin_password: 'wrong' });
	assert.deepEqual([wrong.status, wrong.challenge], [403, '']);
	assert.match(wrong.problem, /do not belong together/);
});

test('recovery codes are renewed: the old ones end, sessions go on, and few that are left are told', async () => {
	sqlite(path.join(site.data, 'traffic.db'), 'DELETE FROM login_attempt'); // the guesses above slow the address of all tests
	const email = 'renew@example.org', visitor = await person(email), { codes: old } = await turnOn(visitor);
	const spend = (n) => sqlite(path.join(site.data, 'site.db'), `DELETE FROM recovery_code WHERE code_hash IN (SELECT code_hash FROM recovery_code r JOIN user u ON u.id = r.user_id WHERE u.email = '${email}' LIMIT ${n})`);
	const told = (text) => [/recovery codes are left/, /Few are left/].map((words) => words.test(text));
	spend(6);
	assert.deepEqual(told((await visitor.get('/admin/second')).text), [true, false]);
	assert.deepEqual(told((await visitor.get('/admin')).text), [false, false]);
	spend(1);
	assert.deepEqual(told((await visitor.get('/admin/second')).text), [true, true]);
	assert.deepEqual(told((await visitor.get('/admin')).text), [true, false]);
	const done = await visitor.post('/admin/second', { form_token: await visitor.token('/admin/second'), button: 'codes' });
	const codes = [...done.text.matchAll(/<li>([a-z0-9-]{19})<\/li>/g)].map((m) => m[1]);
	assert.deepEqual([done.status, new Set([...old, ...codes]).size], [200, 20]);
	assert.match((await visitor.get('/admin/second')).text, /10 recovery codes are left/);
	assert.equal((await answer(await challenged(email), old[0])).status, 403);
	assert.equal((await answer(await challenged(email), codes[9])).status, 303);
	const off = await person('never-on@example.org');
	assert.match((await off.post('/admin/second', { form_token: await off.token('/admin/second'), button: 'codes' })).headers.location, /done=second_off/);
	assert.doesNotMatch((await off.get('/admin')).text, /codes are left/);
	assert.equal(sqlite(path.join(site.data, 'site.db'), "SELECT count(*) FROM recovery_code r JOIN user u ON u.id = r.user_id WHERE u.email = 'never-on@example.org'")[0][0], 0);
});
