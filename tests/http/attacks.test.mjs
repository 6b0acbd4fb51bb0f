/* attacks.test.mjs: what somebody tries at the door of the admin: guessing in parallel, telling accounts apart,
 * fixing sessions, leading elsewhere, headers in fields. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, form, openSite, platen, program, source } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn, totp } from './visitor.mjs';

let site;

function addPerson(email, role = 'author') {
	platen(site, 'user', 'add', email, '--role', role, '--name', email.split('@')[0], '--password-stdin', { input: `${PASSWORD}\n` });
}

// What all tests share is one address: guesses of one must not slow the next.
const forget = () => sqlite(path.join(site.data, 'traffic.db'), 'DELETE FROM login_attempt');

before(async () => {
	site = await openSite('below', { posts: 0, serve: false, env: { PLATEN_TRUSTED_PROXIES: '127.0.0.1' } });
	addPerson(EMAIL, 'owner');
	for (const name of ['victim', 'known', 'fixed', 'second', 'timed']) addPerson(`${name}@example.org`);
	await site.serve();
});
after(() => site?.stop());

/* Ten, and one more after a wait of 1 s, another after 2, after 4 ...: what one after the other gets in that time. */
const mayJudge = (since) => 10 + Math.floor(Math.log2((performance.now() - since) / 1000 + 1));

test('guesses that come at once get no further than one after the other', async () => {
	forget();
	const begun = performance.now();
	const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => new Visitor(site).signIn('victim@example.org', `guess ${n}`)));
	const judged = answers.filter((res) => res.status === 403).length;
	assert.ok(judged >= 1 && judged <= mayJudge(begun), `${judged} of 60 at once were judged`);
	assert.deepEqual([...new Set(answers.map((res) => res.status))].sort(), [403, 429]);
	assert.ok(answers.filter((res) => res.status === 429).every((res) => Number(res.headers['retry-after']) > 0));
	const again = await Promise.all(Array.from({ length: 30 }, (_, n) => new Visitor(site).signIn('victim@example.org', `more ${n}`)));
	const all = judged + again.filter((res) => res.status === 403).length;
	assert.ok(all <= mayJudge(begun), `a wait lets one through, not all that waited: ${all}`);
	assert.equal(sqlite(path.join(site.data, 'traffic.db'), 'SELECT count(*) FROM login_attempt')[0][0], all);
});

test('the owner gets in from a known browser while others guess', async () => {
	forget();
	const owner = await signedIn(site, 'known@example.org');
	owner.jar.delete('platen_session');
	const guess = (n) => new Visitor(site).signIn('known@example.org', `guess ${n}`);
	const before = Array.from({ length: 30 }, (_, n) => guess(n)), mine = owner.signIn('known@example.org');
	const answers = await Promise.all([...before, ...Array.from({ length: 30 }, (_, n) => guess(n))]);
	assert.ok(answers.some((res) => res.status === 429), 'strangers are slowed');
	assert.equal((await mine).status, 303);
});

// Somebody elsewhere gives a password for a post.
function opens(password, from) {
	const sent = form({ password });
	return site.get('/behind-a-password', { ...sent, headers: { ...sent.headers, 'x-forwarded-for': from } });
}

test('guesses at the password of a post are slowed where they come from, and keep nobody else out', async () => {
	forget();
	const begun = performance.now(), answers = await Promise.all(Array.from({ length: 60 }, (_, n) => opens(`guess ${n}`, '203.0.113.1')));
	assert.ok(answers.every((res) => [403, 429, 503].includes(res.status)), String(answers.map((res) => res.status)));
	let judged = answers.filter((res) => res.status === 403).length, last;
	assert.ok(judged > 0);
	for (let n = 0; last?.status !== 429; n++) {
		assert.ok(n < 40, 'never slowed');
		last = await opens(`more ${n}`, '203.0.113.1');
		judged += last.status === 403;
	}
	const most = 20 + Math.floor(Math.log2((performance.now() - begun) / 1000 + 1));
	assert.ok(judged >= 20 && judged <= most, `${judged} were judged, ${most} may be`);
	assert.ok(Number(last.headers['retry-after']) > 0);
	assert.match(last.text, /Too many wrong passwords/);
	assert.match(last.text, /type="password"/);
	assert.equal(sqlite(path.join(site.data, 'traffic.db'), 'SELECT count(*) FROM login_attempt WHERE succeeded = 0')[0][0], judged);
	assert.equal((await opens('open sesame', '203.0.113.2')).status, 303);
	const owner = form({ signin_email: EMAIL, signin_password: PASSWORD });
	owner.headers['x-forwarded-for'] = '203.0.113.1';
	assert.equal((await site.get('/admin/signin', owner)).status, 303, 'who signs in there has guessed nothing');
});

test('a flood of passwords for a post from everywhere keeps nobody from signing in', async () => {
	forget();
	const seen = new Map();
	let stopping = false, sent = 0;
	const flood = Array.from({ length: 40 }, async () => {
		while (!stopping) {
			const { status } = await opens('guess', `${100 + (sent >> 16)}.${sent >> 8 & 255}.${sent++ & 255}.1`);
			seen.set(status, (seen.get(status) ?? 0) + 1);
		}
	});
	try {
		while (!seen.get(503) || !seen.get(403)) await new Promise((resolve) => setTimeout(resolve, 5));
		for (let n = 0; n < 4; n++) assert.equal((await new Visitor(site).signIn()).status, 303);
	} finally {
		stopping = true;
		await Promise.all(flood);
	}
	assert.deepEqual([...seen.keys()].sort(), [403, 503]);
});

// One process for a form, as a web server starts it for plain CGI.
function byCgi(target, fields, from) {
	const { body, headers } = form(fields), child = spawn(program, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...site.env, GATEWAY_INTERFACE: 'CGI/1.1',
		REQUEST_METHOD: 'POST', REQUEST_URI: site.mount + target, SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: from, CONTENT_LENGTH: String(body.length), CONTENT_TYPE: headers['content-type'] } });
	child.text = '';
	child.stdout.on('data', (part) => { child.text += part; });
	child.stdin.on('error', () => {});
	child.stdin.end(body);
	child.answered = new Promise((resolve) => child.once('close', () => { child.over = true; resolve(Number(/^Status: (\d+)/.exec(child.text)?.[1] ?? 200)); }));
	return child;
}

// The pages that a process has of its own, in KB; 0: it is gone.
function ownMemory({ pid }) {
	try {
		return Number(/^RssAnon:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
	} catch {
		return 0;
	}
}

test('of forty who sign in at once by plain CGI no more than two have the memory that a password takes', {
	skip: /[atm]san/.test(process.env.PLATEN_BUILD ?? '') || process.env.ASAN_OPTIONS ? 'a sanitizer takes memory of its own' : false,
}, async () => {
	forget();
	let most = 0;
	const has = (child) => ownMemory(child) > 16 << 10; // 19 MB for the password, and a few for all else
	while (most === 0) {
		const children = Array.from({ length: 40 }, (_, n) => byCgi('/admin/signin', { signin_email: `p${n}@example.org`, signin_password: 'guess' }, `192.0.2.${n}`));
		while (children.some((child) => !child.over)) {
			// Each has it once: who has it in both rounds had it all the time between them, as all the others had.
			const first = children.filter(has);
			most = Math.max(most, first.filter(has).length);
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		const answers = await Promise.all(children.map((child) => child.answered));
		assert.ok(answers.every((status) => [403, 503].includes(status)), String(answers));
		assert.ok(answers.filter((status) => status === 403).length >= 32, String(answers));
	}
	assert.ok(most <= 2, `${most} had it at once`);
});

test('parallel guesses of the old password in a stolen session are counted, too', async () => {
	forget();
	const visitor = await signedIn(site, 'victim@example.org'), form_token = await visitor.token('/admin/profile'), begun = performance.now();
	const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => visitor.post('/admin/profile/login', { form_token, email: 'victim@example.org', old_password: `guess ${n}` })));
	const judged = answers.filter((res) => /not your password/.test(res.text)).length;
	assert.ok(judged >= 1 && judged <= mayJudge(begun), `${judged} of 40`);
});

test('parallel guesses of a code of the second step are counted', async () => {
	forget();
	const visitor = await signedIn(site, 'second@example.org');
	const page = (await visitor.get('/admin/second')).text;
	const secret = page.match(/class="secret"[^>]*>([^<]+)</)[1], setup = page.match(/name="setup" value="([^"]+)"/)[1];
	assert.equal((await visitor.post('/admin/second', { form_token: await visitor.token(), setup, code: totp(secret) })).status, 200);
	const door = await new Visitor(site).signIn('second@example.org');
	const challenge = door.text.match(/name="signin_challenge" value="([^"]+)"/)[1];
	const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => new Visitor(site).post('/admin/signin', { signin_challenge: challenge, signin_code: String(100000 + n) })));
	const tried = sqlite(path.join(site.data, 'traffic.db'), 'SELECT count(*) FROM login_attempt WHERE account LIKE \'challenge:%\'')[0][0];
	assert.ok(tried <= 5, `${tried} codes were judged`);
	assert.ok(answers.every((res) => res.status !== 303));
});

/* Work, not time: what the program's own clock of its processor says, for as many of each. */
test('an account that is not there costs the work of one that is', { skip: !fs.existsSync('/proc/self/stat') }, async () => {
	const spent = () => fs.readFileSync(`/proc/${site.app.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0);
	const cost = async (email, password) => {
		forget();
		const from = spent();
		for (let n = 0; n < 9; n++) assert.equal((await new Visitor(site).signIn(email, password)).status, 403);
		return spent() - from;
	};
	// In turn: what else the machine does takes from all of them alike.
	const asked = ['wrong password', '', 'x'.repeat(2000)].flatMap((password) => ['timed@example.org', 'nobody@example.org'].map((email) => [email, password]));
	const ticks = asked.map(() => 0);
	for (let round = 0; round < 4; round++)
		for (const [i, [email, password]] of asked.entries()) ticks[i] += await cost(email, password);
	const [there, absent, emptyThere, emptyAbsent, longThere, longAbsent] = ticks;
	assert.ok(absent > there * 0.6 && absent < there * 1.6, `there ${there} ticks, absent ${absent}`);
	for (const [a, b] of [[emptyThere, emptyAbsent], [longThere, longAbsent]])
		assert.ok(Math.abs(a - b) < there * 0.4, `a password that is nobody's: ${a} and ${b} of ${there} ticks`);
});

test('a session is new with each sign-in, each password and each second step, and a planted one is nobody\'s', async () => {
	forget();
	const visitor = new Visitor(site), planted = 'A'.repeat(43);
	visitor.jar.set('platen_session', planted);
	assert.equal((await visitor.get('/admin/posts')).status, 303);
	assert.equal((await visitor.signIn('fixed@example.org')).status, 303);
	const ids = new Set([planted, visitor.jar.get('platen_session')]);
	assert.equal(ids.size, 2);
	const first = visitor.jar.get('platen_session');
	await visitor.signIn('fixed@example.org');
	ids.add(visitor.jar.get('platen_session'));
	assert.equal((await visitor.post('/admin/profile/login', { form_token: await visitor.token(), email: 'fixed@example.org', old_password: PASSWORD, new_password: 'another password' })).status, 303);
	ids.add(visitor.jar.get('platen_session'));
	const page = (await visitor.get('/admin/second')).text;
	const secret = page.match(/class="secret"[^>]*>([^<]+)</)[1], setup = page.match(/name="setup" value="([^"]+)"/)[1];
	assert.equal((await visitor.post('/admin/second', { form_token: await visitor.token(), setup, code: totp(secret) })).status, 200);
	ids.add(visitor.jar.get('platen_session'));
	assert.equal(ids.size, 5);
	const old = new Visitor(site);
	old.jar.set('platen_session', first);
	assert.equal((await old.get('/admin/posts')).status, 303, 'a password ends the sessions before it');
	const stored = sqlite(path.join(site.data, 'traffic.db'), 'SELECT hex(token_hash) FROM session').flat();
	for (const id of ids) assert.ok(!stored.includes(Buffer.from(id).toString('hex').toUpperCase()), 'tokens are stored as hashes');
});

test('cookies are nobody else\'s to read or send', async () => {
	forget();
	const res = await new Visitor(site).signIn();
	const [session, device] = ['platen_session', 'platen_device'].map((name) => res.headers['set-cookie'].find((line) => line.startsWith(`${name}=`)));
	assert.match(session, /; HttpOnly/i);
	assert.match(session, /; SameSite=(Lax|Strict)/i);
	assert.match(device, /; HttpOnly/i);
	assert.match(device, /; SameSite=Strict/i);
	assert.doesNotMatch(session + device, /domain=/i);
	const https = await openSite('below', { posts: 0, serve: false });
	try {
		platen(https, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'O', '--password-stdin', { input: `${PASSWORD}\n` });
		https.env.PLATEN_URL = 'https://example.org/blog';
		await https.serve();
		const visitor = new Visitor(https);
		const secure = await visitor.post('/admin/signin', { signin_email: EMAIL, signin_password: PASSWORD }, { origin: 'https://example.org' });
		assert.equal(secure.status, 303);
		for (const line of secure.headers['set-cookie']) assert.match(line, /; Secure/i);
		assert.ok(secure.headers['set-cookie'].some((line) => /^__Host-platen=[^;]+;.*path=\/(;|$)/i.test(line)));
	} finally {
		await https.stop();
	}
});

const elsewhere = ['https://evil.example/', '//evil.example', '/\\evil.example', '\\\\evil.example', '/admin//evil.example', '/admin/../..//evil.example', 'javascript:alert(1)', '/admin@evil.example', 'admin.evil.example',
	'/admin\t//evil.example', ' /admin', '/admin/posts\r\nLocation: https://evil.example', '/admin/posts\r\nSet-Cookie: a=b', '/admin/posts\n\n<script>alert(1)</script>', '/admin/posts\u0000', '/%2F/evil.example', '/admin/%0d%0aX-Bad:1', '/admin/signin?next=/admin/signin',
	'https:evil.example', '///evil.example', '/.evil.example', '?next=//evil.example', '/admin/posts\u2028x', '/admin/\u00e4'];

test('nothing leads elsewhere after signing in, and no field becomes a header', async () => {
	for (const next of elsewhere) {
		forget();
		const page = await new Visitor(site).get(`/admin/signin?next=${encodeURIComponent(next)}`);
		assert.ok([200, 400].includes(page.status), next);
		const res = await new Visitor(site).signIn(EMAIL, PASSWORD, next);
		assert.ok([303, 400].includes(res.status), `${JSON.stringify(next)}: ${res.status}`);
		if (res.status !== 303) continue;
		const to = new URL(res.headers.location, `${site.origin}/`);
		assert.ok(to.origin === site.origin && /^\/blog\/admin(\/|$|\?)/.test(to.pathname), `${JSON.stringify(next)}: ${res.headers.location}`);
		assert.equal(res.headers['x-bad'], undefined);
		assert.ok(res.headers['set-cookie'].every((line) => /^platen_/.test(line)), next);
		assert.doesNotMatch(res.headers.location, /[\r\n\0]/);
	}
	const owner = await signedIn(site), form_token = await owner.token();
	const bad = 'x\r\nSet-Cookie: evil=1\r\nX-Bad: 1\r\n\r\n<b>';
	const fields = { form_token, version: bad, title: bad, slug: bad, tags: bad, key: bad, at: bad, name: bad, email: bad, id: bad, heir: bad, role: bad, next: bad, button: bad, kind: bad, done: bad };
	const posts = [...fs.readFileSync(path.join(source, 'cgi/web/routes.c'), 'utf8').matchAll(/\((?:POST), +"(\/admin[^"]*)"/g)].map(([, pattern]) => pattern).filter((pattern) => !/sign(in|out)/.test(pattern));
	assert.ok(posts.length > 10);
	for (const pattern of posts) {
		const res = await owner.post(pattern.replace(/[:*]\w+/g, 'x'), fields);
		assert.equal(res.headers['x-bad'], undefined, pattern);
		assert.ok(!(res.headers['set-cookie'] ?? []).some((line) => line.startsWith('evil')), pattern);
		if (res.headers.location) assert.equal(new URL(res.headers.location, `${site.origin}/`).origin, site.origin, pattern);
	}
	for (const query of ['done=%0d%0aX-Bad:1', 'done=<script>', 'before=%0d%0aX-Bad:1', 'show=%0d%0aX-Bad:1', 'key=%0d%0aX-Bad:1']) {
		const res = await owner.get(`/admin/posts?${query}`);
		assert.equal(res.headers['x-bad'], undefined);
		assert.doesNotMatch(res.text, /<script>(?!<)/);
	}
});

test('no page of the admin is framed, cached, sniffed or told of', async () => {
	forget();
	const owner = await signedIn(site), nobody = new Visitor(site);
	const pages = [...fs.readFileSync(path.join(source, 'cgi/web/routes.c'), 'utf8').matchAll(/ADMIN\(GET, +"(\/admin[^":*]*)"/g)].map(([, pattern]) => pattern);
	assert.ok(pages.length > 8);
	for (const page of [...pages.map((p) => [owner, p]), [nobody, '/admin/signin'], [owner, '/admin/nothing-here'], [owner, '/admin/posts/NotThere1']]) {
		const res = await page[0].get(page[1]), { headers } = res;
		assert.match(headers['content-security-policy'] ?? '', /frame-ancestors '(none|self)'/, page[1]);
		assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline|unsafe-eval/, page[1]);
		assert.match(headers['cache-control'] ?? '', /no-store|private/, page[1]);
		assert.equal(headers['x-content-type-options'], 'nosniff', page[1]);
		assert.match(headers['referrer-policy'] ?? '', /same-origin|no-referrer|strict-origin/, page[1]);
		assert.equal(headers['access-control-allow-origin'], undefined, page[1]);
	}
});
