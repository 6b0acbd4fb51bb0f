/* admin_import.test.mjs: archives in and out of the admin: what is taken, what is refused and leaves nothing behind. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { below, eventually, openSite, platen, program } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';
import { multipart, unzip, zip } from './zip.mjs';

let site;
const addPerson = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });

before(async () => {
	site = await openSite('fastcgi', { posts: 5, env: { PLATEN_LOG_LEVEL: 'warn', PLATEN_IMPORT_MAX: '8m', PLATEN_BODY_MAX: '4m' } });
	addPerson(EMAIL, 'owner');
	for (const role of ['editor', 'author', 'contributor']) addPerson(`${role}@example.org`, role);
});
after(() => site?.stop());

async function send(visitor, file, fields = {}, options = {}) {
	const sent = multipart({ form_token: await visitor.token(), ...fields }, file);
	return visitor.ask('/admin/transfer/import', { ...sent, ...options, headers: { ...sent.headers, origin: site.origin, ...options.headers } });
}

const left = (name) => (fs.existsSync(path.join(site.data, name)) ? fs.readdirSync(path.join(site.data, name)) : []);
const post = (title, text = "Some *text*.") => `---\ntitle: ${title}\nslug: ${title.toLowerCase().replace(/ /g, "-")}\ndate: 2024-01-01\n---\n${text}\n`;

test('owners alone, and only with a form of their session', async () => {
	const archive = zip([['a.md', post('Stolen')]]);
	for (const role of ['editor', 'author', 'contributor']) {
		const visitor = await signedIn(site, `${role}@example.org`), form_token = await visitor.token();
		for (const page of ['', '/import', '/exports/AAAAAAAAAAAAAAAA', '/import/AAAAAAAAAAAAAAAA'])
			assert.equal((await visitor.get(`/admin/transfer${page}`)).status, 403, `${role} ${page}`);
		assert.equal((await visitor.post('/admin/transfer', { form_token })).status, 403);
		assert.equal((await send(visitor, archive)).status, 403);
	}
	const owner = await signedIn(site);
	assert.equal((await owner.post('/admin/transfer', { form_token: 'x' })).status, 403);
	assert.equal((await send(owner, archive, { form_token: 'x' })).status, 403);
	assert.equal((await send(owner, archive, {}, { headers: { origin: 'https://evil.example' } })).status, 403);
	const stranger = await send(Object.assign(new Visitor(site), { token: async () => 'x' }), archive);
	assert.equal(stranger.status, 303);
	assert.match(stranger.headers.location, /signin\?next=%2Fadmin%2Ftransfer%2Fimport$/);
	assert.deepEqual([left('imports'), left('exports')], [[], []]);
});

test('an archive is looked into first, then imported, and is gone then', async () => {
	const owner = await signedIn(site);
	const archive = zip([['blog/'], ['blog/one.md', post('Packed one', '![A picture](pic.png)')], ['blog/two.md', post('Packed two')],
		['blog/pic.png', fs.readFileSync(path.join(site.dir, 'content/posts/the-quiet-press/ink.png')), { stored: true }], ['__MACOSX/blog/._one.md', 'x']]);
	const sent = await send(owner, archive);
	assert.equal(sent.status, 303, sent.text);
	const target = below(site, sent.headers.location);
	assert.match(target, /^\/admin\/transfer\/import\/\w{16}\?job=\d+$/);
	const check = (await owner.get(target)).text;
	assert.match(check, /What would be done/);
	assert.match(check, /<dt>New<\/dt><dd>2<\/dd>/);
	assert.match((await owner.get('/admin/transfer')).text, new RegExp(`href="${target.split('?')[0]}"[^]*not imported yet`));
	assert.doesNotMatch(check, />\s*set_\w+/);
	assert.equal((await site.get('/packed-one')).status, 404);
	const page = target.replace(/\?.*/, '');
	assert.equal((await owner.post(page, { form_token: await owner.token(), button: 'explode' })).status, 422);
	const done = await owner.post(page, { form_token: await owner.token(), button: 'run' });
	assert.equal(done.status, 303);
	assert.match((await owner.get(below(site, done.headers.location))).text, /What was done[\s\S]*<dt>New<\/dt><dd>2<\/dd>/);
	assert.match((await site.get('/packed-one')).text, /\/media\/\w+\/pic\.png/);
	assert.deepEqual(fs.readdirSync(path.join(site.data, 'imports', page.split('/').at(-1))).sort(), ['check.json', 'done.json']);
	assert.match((await owner.get('/admin/audit')).text, /imported an archive/);
	// Again: nothing is doubled; a page that is sent twice does no harm.
	assert.equal((await owner.post(page, { form_token: await owner.token(), button: 'run' })).status, 303);
	const again = (await owner.get(below(site, (await send(owner, archive)).headers.location))).text;
	assert.match(again, /<dt>New<\/dt><dd>0<\/dd>/);
	assert.match(again, /<dt>As they are<\/dt><dd>2<\/dd>/);
	assert.equal((await owner.post(page, { form_token: await owner.token(), button: 'drop' })).status, 303);
	assert.equal((await owner.get(page)).status, 404);
});

test('what cannot be taken is named with its file, and the rest is', async () => {
	const owner = await signedIn(site);
	const target = below(site, (await send(owner, zip([['good.md', post('Good one')], ['bad.md', '---\ntitle: [unclosed\n---\nx\n']]))).headers.location);
	const text = (await owner.get(target)).text;
	assert.match(text, /<dt>New<\/dt><dd>1<\/dd>/);
	assert.match(text, /<dt>Not taken<\/dt><dd>1<\/dd>/);
	assert.match(text, /<code>bad\.md/);
});

const many = (n) => Array.from({ length: n }, (_, i) => [`d/${i}`, '', { stored: true }]);
const attacks = {
	'no archive': Buffer.from('hello, this is no archive at all'),
	'nothing': Buffer.alloc(0),
	'noise': randomBytes(5000),
	'cut off': zip([['a.md', post('x')]]).subarray(0, -30),
	'its end alone': zip([]).subarray(4),
	'leads out': zip([['../../evil.md', 'x']]),
	'leads out in the middle': zip([['a/../../evil.md', 'x']]),
	'absolute': zip([['/tmp/evil.md', 'x']]),
	'backslashes': zip([['..\\..\\evil.md', 'x']]),
	'a dot': zip([['./a.md', 'x']]),
	'an empty segment': zip([['a//b.md', 'x']]),
	'no name': zip([['', 'x']]),
	'a long name': zip([[`${'n'.repeat(501)}.md`, 'x']]),
	'a control character': zip([['a\nb.md', 'x']]),
	'a NUL': zip([['a.md\0.png', 'x']]),
	'no UTF-8': zip([[Buffer.from([0x61, 0xff, 0x2e, 0x6d, 0x64]), 'x']]),
	'a link': zip([['a', '/etc/passwd', { mode: 0o120777 }]]),
	'a link and a file through it': zip([['a', '/tmp', { mode: 0o120777 }], ['a/evil.md', 'x']]),
	'a device': zip([['a', '', { mode: 0o020666 }]]),
	'the same twice': zip([['a.md', post('x')], ['a.md', post('y')]]),
	'a file and a folder': zip([['a', 'x'], ['a/b.md', 'x']]),
	'a folder and a file': zip([['a/b.md', 'x'], ['a', 'x']]),
	'a wrong sum': zip([['a.md', post('x'), { crc: 1 }]]),
	'larger than it says': zip([['a.md', 'x'.repeat(100), { size: 10 }]]),
	'smaller than it says': zip([['a.md', 'x', { size: 1000 }]]),
	'no deflate': zip([['a.md', 'x', { packed: Buffer.from('not deflated at all') }]]),
	'encrypted': zip([['a.md', 'x', { flags: 0x801 }]]),
	'another method': zip([['a.md', 'x', { method: 12 }]]),
	'elsewhere': zip([['a.md', 'x', { offset: 0x7fffffff }]]),
	'on itself': zip([['a.md', 'x', { offset: 1 }]]),
	'more in the list than there is': zip([['a.md', 'x']], { count: 5 }),
	'100 000 entries': zip(many(60000)),
	'as many as ZIP64 has': zip([['a.md', 'x']], { count: 0xffff }),
	'a bomb that says what it is': zip([['a.md', Buffer.alloc(400 << 20)]]),
	'a bomb that lies': zip([['a.md', Buffer.alloc(40 << 20), { size: 100 }]]),
	'many small bombs': zip(Array.from({ length: 40 }, (_, i) => [`${i}.md`, Buffer.alloc(32 << 20)])),
};

test('archives that nobody should make leave nothing behind', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	for (const [what, bytes] of Object.entries(attacks)) {
		const before = left('imports'), sent = multipart({ form_token }, bytes);
		const res = await owner.ask('/admin/transfer/import', { ...sent, headers: { ...sent.headers, origin: site.origin } });
		assert.equal(res.status, 422, what);
		assert.match(res.text, /class="problem" role="alert"/, what);
		assert.deepEqual(left('imports'), before, what);
	}
	assert.ok(!fs.existsSync(path.join(site.dir, 'evil.md')) && !fs.existsSync('/tmp/evil.md'));
	assert.deepEqual(fs.readdirSync(site.data).filter((name) => name.startsWith('.upload')), []);
});

test('forms that are no forms with a file', async () => {
	const owner = await signedIn(site), form_token = await owner.token(), archive = zip([['a.md', post('x')]]);
	const ask = (sent) => owner.ask('/admin/transfer/import', { ...sent, headers: { ...sent.headers, origin: site.origin } });
	assert.equal((await ask(multipart({ form_token }))).status, 422, 'no file');
	assert.equal((await ask(multipart({ form_token }, archive, ''))).status, 422, 'none chosen');
	assert.equal((await owner.post('/admin/transfer/import', { form_token })).status, 422, 'no multipart');
	const two = multipart({ form_token }, archive), text = (s) => Buffer.from(s);
	const cases = {
		'cut off': { ...two, body: two.body.subarray(0, -10) },
		'no end': { ...two, body: two.body.subarray(0, two.body.length - 8) },
		'another boundary': { ...two, headers: { 'content-type': 'multipart/form-data; boundary=other' } },
		'no boundary': { ...two, headers: { 'content-type': 'multipart/form-data' } },
		'an empty boundary': { ...two, headers: { 'content-type': 'multipart/form-data; boundary=""' } },
		'a long boundary': { ...two, headers: { 'content-type': `multipart/form-data; boundary=${'b'.repeat(71)}` } },
		'no name': { ...two, body: text('------WebKitFormBoundary7MA4YWxk\r\nX: y\r\n\r\nz\r\n------WebKitFormBoundary7MA4YWxk--\r\n') },
		'a head without end': { ...two, body: text(`------WebKitFormBoundary7MA4YWxk\r\n${'X: y\r\n'.repeat(3000)}`) },
		'a large field': multipart({ form_token, x: 'y'.repeat(70000) }, archive),
		'many fields': multipart({ form_token, ...Object.fromEntries(many(80).map(([name]) => [name, 'x'])) }, archive),
		'JSON': { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
	};
	for (const [what, sent] of Object.entries(cases)) {
		const { status } = await ask(sent);
		assert.ok([400, 413, 415, 422].includes(status), `${what}: ${status}`);
	}
	const big = await ask(multipart({ form_token }, randomBytes(9 << 20))).catch((error) => ({ status: error.code }));
	assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(big.status), `${big.status}`);
	assert.equal((await ask(two)).status, 303, 'and a good one is still taken');
});

test('an export is made, downloaded by owners alone, comes back the same, and goes', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	const made = await owner.post('/admin/transfer', { form_token });
	assert.equal(made.status, 303);
	const page = (await owner.get(below(site, made.headers.location))).text;
	assert.match(page, /class="done" role="status">Done/);
	const link = page.match(/href="(\/admin\/transfer\/exports\/\w{16})"/)[1];
	const file = await owner.get(link);
	assert.equal(file.headers['content-type'], 'application/zip');
	assert.match(file.headers['content-disposition'], /^attachment/);
	assert.match(file.headers['cache-control'], /no-store/);
	const files = unzip(file.bytes);
	assert.ok(files.has('platen.json'));
	assert.ok([...files.keys()].some((name) => /^posts\/.*quiet-press/.test(name)));
	assert.doesNotMatch([...files.values()].map(String).join(''), /argon2|owner@example\.org/);
	for (const email of ['editor@example.org', 'author@example.org'])
		assert.equal((await (await signedIn(site, email)).get(link)).status, 403);
	assert.equal((await new Visitor(site).get(link)).status, 303);
	// The whole site is no less than the making of the file: the password was given a short time ago, or is asked for.
	sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = 0');
	const asked = await owner.get(link);
	assert.equal(asked.status, 401);
	assert.match(asked.text, /name="signin_password"/);
	const action = below(site, asked.text.match(/<form action="([^"]+)" method="post">/)[1]);
	const token = asked.text.match(/name="form_token" value="([^"]+)"/)[1];
	assert.equal((await owner.post(action, { form_token: token, signin_password: 'wrong' })).status, 403);
	const proven = await owner.post(action, { form_token: token, signin_password: PASSWORD });
	assert.equal(proven.status, 303);
	assert.deepEqual((await owner.get(below(site, proven.headers.location))).bytes, file.bytes);
	// What came out can go in, all of it.
	const back = await send(owner, file.bytes), texts = [...files.keys()].filter((name) => name.endsWith('.md')).length;
	assert.match((await owner.get(below(site, back.headers.location))).text, new RegExp(`Made by: Platen[\\s\\S]*<dt>New</dt><dd>${texts}</dd>[\\s\\S]*<dt>Not taken</dt><dd>0</dd>`));
	const id = link.split('/').at(-1);
	for (const wrong of ['..', '../site', `${id}x`, '']) assert.equal((await owner.post('/admin/transfer', { form_token, drop: wrong })).status, 404, wrong);
	assert.ok(fs.existsSync(path.join(site.data, 'site.db')));
	assert.equal((await owner.post('/admin/transfer', { form_token, drop: id })).status, 303);
	assert.equal((await owner.get(link)).status, 404);
	for (const wrong of ['nothing', 'AAAAAAAAAAAAAAAA', '..%2fsite.db']) assert.ok([400, 404].includes((await owner.get(`/admin/transfer/exports/${wrong}`)).status), wrong);
	assert.deepEqual(left('exports'), []);
});

test('what is old goes with the task ttl, what is new stays', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	await owner.post('/admin/transfer', { form_token });
	const [name] = left('exports'), old = new Date(Date.now() - 8 * 86400000);
	platen(site, 'hook', 'run', 'ttl');
	assert.deepEqual(left('exports'), [name]);
	fs.utimesSync(path.join(site.data, 'exports', name), old, old);
	platen(site, 'hook', 'run', 'ttl');
	assert.deepEqual(left('exports'), []);
});

test('with a worker the job is the worker\'s, and the page looks again by itself', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	const worker = spawn(program, ['worker'], { env: site.env, stdio: 'ignore' });
	const doctor = () => { try { return platen(site, 'doctor'); } catch (error) { return error.stdout; } };
	try {
		await eventually(async () => ({ status: 0, text: doctor() }), ({ text }) => /worker: it runs/.test(text), 60000);
		const made = await owner.post('/admin/transfer', { form_token });
		const target = below(site, made.headers.location);
		const res = await eventually(() => owner.get(target), (page) => /class="done"/.test(page.text), 60000);
		assert.equal(res.headers.refresh, undefined);
		assert.equal(left('exports').filter((name) => name.endsWith('.zip')).length, 1);
	} finally {
		const gone = new Promise((resolve) => worker.once('exit', resolve));
		worker.kill('SIGTERM');
		await gone;
	}
});
