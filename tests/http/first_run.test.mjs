/* first_run.test.mjs: the first owner, made in the browser where there is no shell: served by a program that
 * runs, and as plain CGI in a folder that nobody has made. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { below, eventually, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor } from './visitor.mjs';

for (const place of tested.filter((name) => ['below', 'cgi'].includes(name))) {
	describe(`the first run, ${place}`, () => {
		const person = { email: EMAIL, name: 'Olive <Owner>', password: PASSWORD, title: 'Olive\'s "place"' };
		let site, file;
		const token = () => fs.readFileSync(file, 'utf8').trim();
		const owners = () => platen(site, 'user', 'list', '--role', 'owner').split('\n').filter(Boolean).length;
		before(async () => {
			site = await openSite(place, { posts: 1, serve: false });
			file = path.join(site.data, 'first-run-token');
			if (place === 'cgi') fs.rmSync(site.data, { recursive: true });
			await site.serve();
		});
		after(() => site?.stop());

		test('/admin leads to it while nobody is an owner, and its token is made then', async () => {
			const visitor = new Visitor(site);
			assert.ok(!fs.existsSync(file));
			for (const address of ['/admin', '/admin/posts', '/admin/people', '/admin/signin']) {
				const res = await visitor.get(address);
				assert.deepEqual([res.status, below(site, res.headers.location)], [303, '/admin/first'], address);
			}
			const page = await visitor.get('/admin/first');
			assert.equal(page.status, 200);
			assert.match(page.text, /first-run-token/);
			assert.match(page.headers['cache-control'], /no-store/);
			assert.match(page.headers['content-security-policy'], /frame-ancestors 'none'/);
			assert.equal(fs.statSync(file).mode & 0o777, 0o600);
			assert.match(token(), /^[A-Za-z0-9]{43}$/);
			const made = token();
			await visitor.get('/admin/first');
			assert.equal(token(), made);
			assert.ok(!page.text.includes(made));
			if (!site.app) return;
			await eventually(async () => site.app.log(), (log) => log.includes('first-run-token'));
			assert.ok(!site.app.log().includes(made), 'the log tells where it is, never what it is');
		});

		test('without the token nobody becomes anything', async () => {
			const visitor = new Visitor(site);
			for (const wrong of [undefined, '', 'x', 'A'.repeat(43), token().slice(1), token() + 'A', token().toLowerCase()]) {
				const res = await visitor.post('/admin/first', wrong === undefined ? person : { ...person, token: wrong });
				assert.equal(res.status, 403, wrong);
				assert.match(res.text, /Olive &lt;Owner&gt;/);
				assert.ok(!res.text.includes(PASSWORD));
			}
			const foreign = await visitor.post('/admin/first', { ...person, token: token() }, { origin: 'https://evil.example' });
			assert.equal(foreign.status, 403);
			assert.equal(owners(), 0);
			assert.equal(visitor.jar.size, 0);
		});

		test('what is wrong with the rest is said, and what was typed stays', async () => {
			const visitor = new Visitor(site);
			for (const [field, value] of [['email', 'no address'], ['email', 'a@b\r\nBcc: c@d'], ['password', 'short'], ['password', 'x'.repeat(300)], ['name', 'x'.repeat(201)], ['title', 'x'.repeat(201)]]) {
				const res = await visitor.post('/admin/first', { ...person, token: token(), [field]: value });
				assert.equal(res.status, 422, `${field} ${value.slice(0, 20)}`);
				assert.match(res.text, /role="alert"/);
				assert.ok(res.text.includes(token()) && !res.text.includes(PASSWORD));
			}
			assert.equal(owners(), 0);
		});

		test('of two that have it one becomes the owner, is signed in, and the page is gone for ever', async () => {
			const two = [new Visitor(site), new Visitor(site)], right = token();
			const sent = two.map((visitor, n) => visitor.post('/admin/first', { ...person, email: `owner${n}@example.org`, token: ` ${right}\n`, role: 'editor', id: '7' }));
			const answers = await Promise.all(sent), statuses = answers.map((res) => res.status).sort();
			assert.deepEqual(statuses, [303, 404]);
			assert.equal(owners(), 1);
			const winner = answers.findIndex((res) => res.status === 303);
			assert.equal(below(site, answers[winner].headers.location), '/admin/posts?done=first');
			const page = await two[winner].get('/admin/posts?done=first');
			assert.equal(page.status, 200);
			assert.match(page.text, /Olive &lt;Owner&gt;/);
			assert.match(page.text, /Olive&#39;s &quot;place&quot;/);
			assert.match((await two[winner].get('/admin/audit')).text, /became the first owner/);
			assert.ok(!fs.existsSync(file));
			const late = new Visitor(site);
			assert.equal((await late.get('/admin/first')).status, 404);
			for (const again of ['', right]) assert.equal((await late.post('/admin/first', { ...person, token: again })).status, 404);
			fs.writeFileSync(file, `${right}\n`, { mode: 0o600 });
			assert.equal((await late.post('/admin/first', { ...person, token: right })).status, 404, 'also with the file back');
			assert.equal(owners(), 1);
			assert.equal((await late.signIn(`owner${winner}@example.org`)).status, 303);
			assert.equal(below(site, (await new Visitor(site).get('/admin')).headers.location), '/admin/signin?next=%2Fadmin');
		});
	});
}

test('wrong tokens are slowed, also those that come at once', async () => {
	const site = await openSite('below', { posts: 0 });
	try {
		const visitor = new Visitor(site);
		await visitor.get('/admin/first');
		const begun = performance.now(), answers = await Promise.all(Array.from({ length: 40 }, () => new Visitor(site).post('/admin/first', { token: 'x' })));
		const judged = answers.filter((res) => res.status === 403).length;
		// Ten, and one more after a wait of 1 s, another after 2 ...
		assert.ok(judged >= 1 && judged <= 10 + Math.floor(Math.log2((performance.now() - begun) / 1000 + 1)), `${judged} of 40 at once were judged`);
		const slowed = answers.find((res) => res.status === 429);
		assert.match(slowed.text, /Try again in \d+ second/);
		assert.ok(Number(slowed.headers['retry-after']) > 0);
	} finally {
		await site.stop();
	}
});
