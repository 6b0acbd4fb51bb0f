/* accounts.test.mjs: one's own account, sessions, and what nobody else may do with them. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

const roles = ['contributor', 'author', 'editor', 'owner'];
let site;

function addPerson(email, role = 'author', name = `The ${role}`) {
	platen(site, 'user', 'add', email, '--role', role, '--name', name, '--password-stdin', { input: `${PASSWORD}\n` });
}

const field = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];

before(async () => {
	site = await openSite('below', { serve: false });
	addPerson(EMAIL, 'owner', 'Olive Owner');
	for (const role of roles.slice(0, 3)) addPerson(`${role}@example.org`, role);
	await site.serve();
});
after(() => site?.stop());

describe('the profile', () => {
	test('is changed, and the author\'s old address leads to the new one', async () => {
		addPerson('mara@example.org', 'author', 'Mara');
		const mara = await signedIn(site, 'mara@example.org');
		await mara.write('/admin/posts/new', { title: 'By Mara', markdown: 'x' }, 'publish');
		assert.equal((await site.get('/author/mara')).status, 200);
		const form_token = await mara.token('/admin/profile');
		const fields = { form_token, name: 'Mara <Moon>', slug: 'mara-moon', bio: 'I *write*. <script>alert(1)</script>', picture: 'https://pictures.example/mara.jpg', website: 'https://mara.example/', lang: 'de', timezone: 'Asia/Tokyo' };
		assert.equal((await mara.post('/admin/profile', fields)).status, 303);
		const page = (await mara.get('/admin/profile')).text;
		assert.match(page, /<html lang="de"/);
		assert.equal(field(page, 'name'), 'Mara &lt;Moon&gt;');
		assert.equal(field(page, 'timezone'), 'Asia/Tokyo');
		const moved = await site.get('/author/mara');
		assert.deepEqual([moved.status, below(site, moved.headers.location)], [301, '/author/mara-moon']);
		const author = (await site.get('/author/mara-moon')).text;
		assert.match(author, /<em>write<\/em>/);
		assert.match(author, /https:\/\/pictures\.example\/mara\.jpg/);
		assert.doesNotMatch(author, /<script>alert/);
		assert.equal((await mara.post('/admin/profile', { ...fields, slug: 'mara' })).status, 303);
		assert.equal((await site.get('/author/mara')).status, 200);
		assert.equal((await site.get('/author/mara-moon')).status, 301);
	});

	test('keeps what was typed when something is wrong, and says at the field what', async () => {
		const visitor = await signedIn(site, 'author@example.org');
		const form_token = await visitor.token('/admin/profile');
		const fine = { form_token, name: 'Typed', slug: 'typed-slug', bio: 'Typed bio', website: '', lang: '', timezone: '' };
		const cases = [
			['name', '', 422], ['name', 'x'.repeat(201), 422], ['slug', 'Not A Slug', 422], ['slug', '', 422], ['slug', 'a/b', 422], ['slug', 'olive-owner', 409],
			['picture', 'javascript:alert(1)', 422], ['picture', '/a b.png', 422], ['picture', 'data:text/html,x', 422], ['website', 'javascript:alert(1)', 422], ['website', 'example.org', 422], ['website', 'https://x.example/\r\nSet-Cookie: a=b', 422], ['lang', 'not a language', 422],
			['timezone', 'Mars/Olympus', 422], ['timezone', '../../etc/passwd', 422], ['bio', 'x'.repeat(70000), 422],
		];
		for (const [name, value, status] of cases) {
			const res = await visitor.post('/admin/profile', { ...fine, [name]: value });
			assert.equal(res.status, status, `${name} ${value.slice(0, 40)}`);
			assert.match(res.text, new RegExp(`id="${name}-wrong"`));
			assert.match(res.text, />Typed bio<|>x{100}/);
			assert.equal(res.headers['set-cookie'], undefined);
		}
		assert.equal(field((await visitor.get('/admin/profile')).text, 'slug'), 'the-author');
	});

	test('of two windows the second is told, keeps what was typed, and saves it the next time', async () => {
		addPerson('windows@example.org');
		const visitor = await signedIn(site, 'windows@example.org'), old = Object.fromEntries(await visitor.fields('/admin/profile', /<form class="card"[^]*?<\/form>/));
		const stored = async () => field((await visitor.get('/admin/profile')).text, 'name');
		assert.equal((await visitor.post('/admin/profile', { ...old, name: 'Of the first' })).status, 303);
		const wrong = await visitor.post('/admin/profile', { ...old, name: 'Of the second', slug: 'Not A Slug' });
		assert.deepEqual([wrong.status, field(wrong.text, 'seen')], [422, old.seen]);
		const told = await visitor.post('/admin/profile', { ...old, name: 'Of the second' });
		assert.equal(told.status, 409);
		assert.match(told.text, /role="alert">Your profile was changed meanwhile/);
		assert.deepEqual([field(told.text, 'name'), await stored()], ['Of the second', 'Of the first']);
		assert.equal((await visitor.post('/admin/profile', { ...old, name: 'Of the second', seen: field(told.text, 'seen') })).status, 303);
		assert.equal(await stored(), 'Of the second');
	});

	test('takes no field that is not on the page', async () => {
		const visitor = await signedIn(site, 'contributor@example.org');
		const form_token = await visitor.token('/admin/profile');
		const res = await visitor.post('/admin/profile', {
			form_token, name: 'The contributor', slug: 'the-contributor', role: 'owner', id: '1', user_id: '1', email: EMAIL, password_hash: 'x', epoch: '9', disabled_ms: '1',
		});
		assert.equal(res.status, 303);
		assert.match(platen(site, 'user', 'list'), /contributor\s+contributor@example\.org/);
		assert.equal(field((await visitor.get('/admin/profile')).text, 'email'), 'contributor@example.org');
	});

	test('a new password asks for the old one, ends all other sessions and makes another one here', async () => {
		addPerson('pat@example.org');
		const one = await signedIn(site, 'pat@example.org'), two = await signedIn(site, 'pat@example.org');
		const form_token = await one.token('/admin/profile');
		const fields = { form_token, email: 'pat@example.org', new_password: 'a second password' };
		for (const old_password of [undefined, '', 'wrong'])
			assert.equal((await one.post('/admin/profile/login', old_password === undefined ? fields : { ...fields, old_password })).status, 422);
		assert.equal((await one.post('/admin/profile/login', { ...fields, new_password: 'short', old_password: PASSWORD })).status, 422);
		const before = one.jar.get('platen_session');
		assert.equal((await one.post('/admin/profile/login', { ...fields, old_password: PASSWORD })).status, 303);
		assert.notEqual(one.jar.get('platen_session'), before);
		assert.equal((await one.get('/admin/posts')).status, 200);
		assert.equal((await two.get('/admin/posts')).status, 303);
		assert.equal((await new Visitor(site).signIn('pat@example.org')).status, 403);
		await signedIn(site, 'pat@example.org', 'a second password');
	});

	test('another address: not one that is taken or none', async () => {
		addPerson('kim@example.org');
		const visitor = await signedIn(site, 'kim@example.org');
		const form_token = await visitor.token('/admin/profile');
		for (const [email, status] of [[EMAIL.toUpperCase(), 409], ['no address', 422], ['a@b\r\nBcc: c@d', 422], ['', 422]]) {
			const res = await visitor.post('/admin/profile/login', { form_token, email, old_password: PASSWORD });
			assert.equal(res.status, status, email);
			assert.match(res.text, /id="email-wrong"/);
		}
		assert.equal((await visitor.post('/admin/profile/login', { form_token, email: 'kimberly@example.org', old_password: PASSWORD })).status, 303);
		await signedIn(site, 'kimberly@example.org');
	});
});

describe('sessions', () => {
	const ids = (text) => [...text.matchAll(/name="id" value="([0-9a-f]{64})"/g)].map((m) => m[1]);

	test('are listed with browser and address; one is ended, or all others', async () => {
		addPerson('sam@example.org');
		const [one, two, three] = [await signedIn(site, 'sam@example.org'), await signedIn(site, 'sam@example.org'), await signedIn(site, 'sam@example.org')];
		await two.get('/admin/posts', { 'user-agent': 'x' });
		const list = (await one.get('/admin/sessions')).text;
		assert.equal(list.match(/class="row-title"/g).length, 3);
		assert.equal(list.match(/This browser/g).length, 1);
		assert.match(list, /127\.0\.0\.1/);
		const form_token = await one.token('/admin/sessions');
		assert.equal((await one.post('/admin/sessions', { form_token, id: ids(list)[0] })).status, 303);
		const left = [(await two.get('/admin/posts')).status, (await three.get('/admin/posts')).status].sort();
		assert.deepEqual(left, [200, 303]);
		assert.equal((await one.post('/admin/sessions', { form_token })).status, 303);
		assert.deepEqual([(await two.get('/admin/posts')).status, (await three.get('/admin/posts')).status], [303, 303]);
		assert.equal((await one.get('/admin/sessions')).text.match(/class="row-title"/g).length, 1);
	});

	test('of others are nobody\'s to end', async () => {
		const owner = await signedIn(site), author = await signedIn(site, 'author@example.org');
		await signedIn(site, 'author@example.org');
		const [id] = ids((await author.get('/admin/sessions')).text);
		for (const odd of [id, 'x', 'zz'.repeat(32), 'ab'.repeat(200), "' OR 1=1 --"])
			assert.equal((await owner.post('/admin/sessions', { form_token: await owner.token(), id: odd })).status, 303);
		assert.deepEqual(ids((await author.get('/admin/sessions')).text).includes(id), true);
	});
});

test('when a text was kept is told in the person\'s own time zone', async () => {
	addPerson('tokyo@example.org');
	const visitor = await signedIn(site, 'tokyo@example.org'), form_token = await visitor.token('/admin/profile');
	assert.equal((await visitor.post('/admin/profile', { form_token, name: 'Mika', slug: 'mika', timezone: 'Asia/Tokyo' })).status, 303);
	const kept = JSON.parse((await visitor.post('/admin/posts/new/autosave', { form_token, key: 'Tokyo', title: 'T', markdown: 'x' })).text);
	assert.equal(kept.at, new Date(kept.saved_ms + 9 * 3600000).toISOString().slice(11, 16));
});

test('two windows on one text that was begun lose nothing of each other', async () => {
	addPerson('twin@example.org');
	const visitor = await signedIn(site, 'twin@example.org'), form_token = await visitor.token('/admin/profile');
	const keep = async (markdown, unsaved, others = {}) => JSON.parse((await visitor.post('/admin/posts/new/autosave', { form_token, key: 'OneKey', title: 'T', markdown, unsaved: String(unsaved), ...others })).text).saved_ms;
	const texts = () => sqlite(path.join(site.data, 'site.db'), 'SELECT a.markdown FROM autosave a JOIN user u ON u.id = a.user_id WHERE u.email = \'twin@example.org\' ORDER BY a.markdown').flat();
	const begun = await keep('One', 0);
	const second = await keep('One two', begun);
	await keep('One three', begun);
	assert.deepEqual(texts(), ['One three', 'One two']);
	await keep('One three, goes on', 0); // its answer was lost: nothing of it is
	assert.deepEqual(texts(), ['One three, goes on', 'One two']);
	assert.ok(second > begun);
	// What differs beside the text is not lost either.
	await keep('One three, goes on', 0, { excerpt: 'Short' });
	assert.equal(texts().length, 3);
	await keep('One three, goes on', 0, { excerpt: 'Short', title: 'Another' });
	assert.equal(texts().length, 4);
});

/* The last: the address of all tests is slowed from here on. */
test('guessing the old password in a stolen session is slowed', async () => {
	addPerson('lou@example.org');
	const visitor = await signedIn(site, 'lou@example.org');
	const form_token = await visitor.token('/admin/profile');
	const guess = (old_password) => visitor.post('/admin/profile/login', { form_token, email: 'lou@example.org', old_password });
	for (let n = 0; n < 10; n++) assert.match((await guess(`guess ${n}`)).text, /not your password/);
	// A wait of a second may be over before the next guess comes: these failures are of ten minutes later.
	sqlite(path.join(site.data, 'traffic.db'), `UPDATE login_attempt SET at_ms = at_ms + 600000 WHERE succeeded = 0`);
	for (const password of ['guess', PASSWORD]) assert.match((await guess(password)).text, /Try again in \d+ (second|minute)/);
});
