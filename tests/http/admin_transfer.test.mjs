/* admin_transfer.test.mjs: long imports and exports: how far they are, what ends them, what is left then, and archives
 * larger than any other form. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { below, eventually, openSite, platen, program, tested } from './harness.mjs';
import { dump, sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';
import { multipart, zip } from './zip.mjs';

const MANY = 3000; // posts: writing them takes long enough to be seen
let site, owner, worker;
const file = () => path.join(site.data, 'site.db');
const sql = (statement) => sqlite(file(), statement);
// What a failed import must not change: all but the queue itself and what is written of the attempt.
const content = () => dump(file(), ['job', 'worker', 'lease', 'audit', 'task_run', 'receipt', 'sqlite_sequence']);
const gone = (child) => new Promise((resolve) => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once('exit', resolve); });

async function startWorker() {
	worker = spawn(program, ['worker'], { env: site.env, stdio: 'ignore' });
	await eventually(async () => ({ status: 0, text: String(sql('SELECT count(*) FROM worker')) }), ({ text }) => text === '1', 60000);
}
async function endWorker(signal) {
	const ended = gone(worker);
	worker.kill(signal);
	worker.kill('SIGCONT'); // where a test left it standing
	await ended;
	sql('DELETE FROM worker');
}

const person = JSON.stringify({ name: 'Imported Ida', slug: 'imported-ida', bio: 'She came with the archive.' });
function archive(marker, posts = MANY) {
	const own = `{"platen_export":1,"settings":{"tagline":"Tagline of ${marker}","nav":"[{\\"label\\":\\"${marker}\\",\\"url\\":\\"/about\\"}]"},` +
		`"tags":[{"slug":"late","name":"Late","description":"Text of ${marker}"}],"authors":[${person}],"redirects":[{"from":"/old-${marker}","to":"/about","status":301}]}`;
	return zip([['platen.json', own], ['posts/pic/pic.png', fs.readFileSync(path.join(site.dir, 'content/posts/the-quiet-press/ink.png')), { stored: true }],
		['posts/pic/index.md', `---\ntitle: With a picture\ndate: 2024-01-01\n---\n![ink](pic.png)\n`],
		...Array.from({ length: posts }, (_, i) => [`posts/${marker}-${i}.md`, `---\ntitle: ${marker} ${i}\ndate: 2024-01-01\ntags: [late, t${i % 50}]\n---\nSome *text* with number ${i}. ${'More of it. '.repeat(40)}\n`])]);
}

async function send(bytes) {
	const sent = multipart({ form_token: await owner.token() }, bytes);
	return owner.ask('/admin/transfer/import', { ...sent, headers: { ...sent.headers, origin: site.origin } });
}
const jobOf = (address) => Number(new URL(address, site.origin).searchParams.get('job'));
const state = async (job) => JSON.parse((await owner.get(`/admin/progress/${job}`)).text);
const over = (job, limitMs = 180000) => eventually(async () => ({ status: 0, text: JSON.stringify(await state(job)) }), ({ text }) => !JSON.parse(text).open, limitMs);
const reached = (job, stage) => eventually(async () => { const now = await state(job); return { status: 0, text: JSON.stringify(now), now }; }, ({ now }) => now.stage === stage || !now.open, 120000).then(({ now }) => now);

// An archive that was looked into; gives its page.
async function checked(bytes) {
	const sent = await send(bytes);
	assert.equal(sent.status, 303, sent.text);
	await over(jobOf(sent.headers.location));
	return below(site, sent.headers.location).replace(/\?.*/, '');
}
async function order(page) {
	const res = await owner.post(page, { form_token: await owner.token(), button: 'run' });
	assert.equal(res.status, 303, res.text);
	return jobOf(res.headers.location);
}

describe('an import of many posts', () => {
	before(async () => {
		site = await openSite('fastcgi', { posts: 2, env: { PLATEN_LOG_LEVEL: 'error' } });
		platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
		owner = await signedIn(site);
		await startWorker();
	});
	after(async () => {
		if (worker) await endWorker('SIGTERM');
		await site?.stop();
	});
	let page, untouched;
	// Each post that is written takes a moment longer, so that somebody who looks sees it being done: a minute in all.
	const slowly = () => sql(`CREATE TRIGGER slowly AFTER INSERT ON post BEGIN
		SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n); END`);

	test('shows how far it is; cancelled in the middle of writing it leaves the site as it was', async () => {
		page = await checked(archive('first'));
		untouched = content();
		slowly();
		const job = await order(page), now = await reached(job, 'Writing');
		assert.ok(now.open, 'it was not seen while it wrote');
		assert.ok(now.total > MANY && now.done <= now.total && /^posts\//.test(now.item) && /^\d+ of \d+$/.test(now.count), JSON.stringify(now));
		const shown = (await owner.get(page)).text; // without the number of the job, too
		assert.match(shown, /<progress[^>]* value="\d+" max="\d+"/);
		assert.match(shown, /<noscript><meta http-equiv="refresh"/);
		const cancelled = await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'cancel' });
		assert.equal(cancelled.status, 303, cancelled.text);
		assert.equal(JSON.parse((await over(job)).text).state, 'cancelled');
		assert.match((await owner.get(below(site, cancelled.headers.location))).text, /class="note" role="status">Cancelled/);
		assert.equal(content(), untouched);
		// Once, whether the page ended the job or the job itself had heard of it before.
		assert.deepEqual(sql("SELECT action, object FROM audit WHERE action = 'cancelled_job'"), [['cancelled_job', 'import']]);
		assert.deepEqual(fs.readdirSync(path.join(site.data, 'jobs')).filter((name) => name.startsWith(`${job}.json`)), []);
	});

	test('its worker killed in the middle of writing: the site is as it was', async () => {
		const job = await order(page);
		assert.equal((await reached(job, 'Writing')).stage, 'Writing');
		await endWorker('SIGKILL');
		sql('DROP TRIGGER slowly');
		assert.equal(sql(`SELECT state FROM job WHERE id = ${job}`)[0][0], 'running');
		assert.equal(content(), untouched);
		assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'cancel' })).status, 303);
		assert.equal((await state(job)).state, 'cancelled');
	});

	// A limit on the size of files that a process may write is a disk that is full for it.
	test('a disk that becomes full while it writes: the site is as it was, and with room it is done', async () => {
		await startWorker();
		const limit = (size) => execFileSync('prlimit', ['--pid', worker.pid, `--fsize=${size}:`]);
		// What the import writes is far more; what became of its job is less.
		sql('PRAGMA wal_checkpoint(TRUNCATE)');
		limit(2 << 20);
		const job = await order(page);
		await eventually(async () => ({ status: 0, text: String(sql(`SELECT failures FROM job WHERE id = ${job}`)) }), ({ text }) => text !== '0', 120000);
		assert.equal(content(), untouched);
		assert.match((await owner.get(`${page}?job=${job}`)).text, /It did not work and is tried again soon|disk is full|Last time/);
		limit('unlimited');
		assert.equal(JSON.parse((await over(job)).text).state, 'done');
		const now = content();
		for (const part of ['Tagline of first', 'Imported Ida', '/old-first', 'Text of first', 'pic.png']) assert.ok(now.includes(part) && !untouched.includes(part), part);
		assert.equal(sql("SELECT count(*) FROM post WHERE import_key LIKE 'posts/first-%'")[0][0], MANY);
		assert.match((await owner.get(`${page}?job=${job}`)).text, /What was done[\s\S]*<dt>Settings<\/dt><dd>2<\/dd>/);
	});

	test('an export shows how far it is and can be cancelled; one that is done says how long it stays', async () => {
		const begin = async () => jobOf((await owner.post('/admin/transfer', { form_token: await owner.token() })).headers.location);
		const exports = path.join(site.data, 'exports'), stage = 'Writing posts and files';
		let job, now;
		// What is seen stands still until it is cancelled; what was over before that is begun again.
		for (let tries = 0; tries < 20; tries++) {
			job = await begin();
			await reached(job, stage);
			worker.kill('SIGSTOP');
			now = await state(job);
			if (now.open && now.stage === stage) break;
			worker.kill('SIGCONT');
			await over(job);
			fs.rmSync(exports, { recursive: true, force: true });
		}
		assert.ok(now.open && now.stage === stage && now.total >= MANY, JSON.stringify(now));
		assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'cancel' })).status, 303);
		worker.kill('SIGCONT');
		assert.equal(JSON.parse((await over(job)).text).state, 'cancelled');
		const again = await begin();
		assert.equal(JSON.parse((await over(again)).text).state, 'done');
		const text = (await owner.get('/admin/transfer')).text, link = text.match(/href="(\/admin\/transfer\/exports\/\w{16})"/)[1];
		assert.match(text, /stays until [^<]*\b20\d\d\b/);
		// A download that broke off goes on, unless it is another file by now.
		const whole = await owner.get(link), { etag } = whole.headers;
		const rest = await owner.get(link, { range: 'bytes=1000-', 'if-range': etag });
		assert.equal(rest.status, 206);
		assert.deepEqual(rest.bytes, whole.bytes.subarray(1000));
		assert.equal((await owner.get(link, { range: 'bytes=1000-', 'if-range': '"other"' })).status, 200);
		await eventually(async () => ({ status: 0, text: fs.readdirSync(exports).join() }), ({ text }) => /^\w{16}\.zip$/.test(text), 60000);
	});

	test('nobody else sees or ends it', async () => {
		platen(site, 'user', 'add', 'editor@example.org', '--role', 'editor', '--name', 'Ed', '--password-stdin', { input: `${PASSWORD}\n` });
		const editor = await signedIn(site, 'editor@example.org'), [[job]] = sql("SELECT max(id) FROM job WHERE kind = 'export'");
		for (const id of [job, 0, 999999, 'x']) {
			assert.equal((await editor.get(`/admin/progress/${id}`)).status, 404);
			assert.equal((await editor.post(`/admin/progress/${id}`, { form_token: await editor.token(), button: 'cancel' })).status, 404);
		}
		assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'explode' })).status, 422);
		assert.equal((await owner.post(`/admin/progress/${job}`, { form_token: await owner.token(), button: 'cancel' })).status, 303, 'one that is done stays so');
		assert.equal((await state(job)).state, 'done');
	});
});

const memory = (pid, name) => Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]) / 1024;

for (const place of ['fastcgi', 'caddy', 'lighttpd', 'cgi', 'fcgiwrap'].filter((one) => tested.includes(one)))
	test(`${place}: an archive larger than any other form, at its own address alone, and memory stays flat`, async (t) => {
		site = await openSite(place, { posts: 2, env: { PLATEN_LOG_LEVEL: 'error', PLATEN_IMPORT_MAX: '80m' } }).catch((error) => { if (error.code === 'ENOENT') t.skip(`${place} is not installed`); else throw error; });
		if (!site) return;
		try {
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
			owner = await signedIn(site);
			const noise = Array.from({ length: 4 }, () => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(18 << 20)]));
			const large = zip([['posts/large/index.md', `---\ntitle: Large\nslug: large\ndate: 2024-01-01\n---\n${noise.map((_, i) => `[file ${i}](${i}.pdf)`).join(' ')}\n`],
				...noise.map((bytes, i) => [`posts/large/${i}.pdf`, bytes, { stored: true }])]);
			assert.ok(large.length > 70 << 20);
			const form_token = await owner.token();
			if (site.app) fs.writeFileSync(`/proc/${site.app.pid}/clear_refs`, '5'); // the highest is from now on
			const before = site.app ? memory(site.app.pid, 'VmRSS') : 0;
			const sent = await send(large);
			assert.equal(sent.status, 303, `${sent.status} ${sent.text.slice(0, 500)}`);
			if (site.app) {
				const grown = memory(site.app.pid, 'VmHWM') - before;
				t.diagnostic(`${(large.length / (1 << 20)).toFixed(0)} MB sent, the program grew by ${grown.toFixed(1)} MB`);
				assert.ok(grown < 24 || process.env.ASAN_OPTIONS, `it grew by ${grown} MB`);
			}
			const page = below(site, sent.headers.location).replace(/\?.*/, '');
			const done = await owner.post(page, { form_token, button: 'run' });
			assert.match((await owner.get(below(site, done.headers.location))).text, /<dt>Files<\/dt><dd>4<\/dd>/);
			assert.equal((await site.get('/large')).status, 200);
			// Too large is said by the program, in words; elsewhere nothing of that size is taken.
			const too = await send(Buffer.alloc(82 << 20)).catch((error) => ({ status: error.code }));
			assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(too.status), `${too.status}`);
			if (too.status === 413) assert.match(too.text, /too large/i);
			const form = multipart({ form_token }, Buffer.alloc(40 << 20));
			const theme = await owner.ask('/admin/themes/upload', { ...form, headers: { ...form.headers, origin: site.origin } }).catch((error) => ({ status: error.code }));
			assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(theme.status), `${theme.status}`);
		} finally {
			await site.stop();
		}
	});

// It keeps all of a body on its disk before the program is asked who sends it.
test('lighttpd: an archive larger than the default of PLATEN_IMPORT_MAX is refused before it comes', { skip: !tested.includes('lighttpd'), timeout: 300000 }, async () => {
	site = await openSite('lighttpd', { posts: 2, env: { PLATEN_LOG_LEVEL: 'error' } });
	try {
		const ask = http.request(`${site.origin}/admin/transfer/import`, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': (1 << 30) + (2 << 20) } });
		ask.flushHeaders();
		const [res] = await once(ask, 'response');
		assert.equal(res.statusCode, 413);
		res.resume();
		ask.on('error', () => {}).destroy();
	} finally {
		await site.stop();
	}
});
