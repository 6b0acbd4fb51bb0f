// admin_jobs.test.mjs: maintenance in the admin: the key of calls from elsewhere, also where there is no shell;
// runs and jobs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

const addOwner = (site) => platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
const press = async (visitor, target, fields) => visitor.post(target, { form_token: await visitor.token('/admin/profile'), ...fields });
const words = (html) => html.replace(/&#39;|&#x27;/g, "'").replace(/&quot;|&#34;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const part = (page, id) => words(page.match(new RegExp(`id="${id}"[^>]*>([^<]*)<`))[1]);

for (const place of tested.filter((name) => ['cgi', 'below'].includes(name))) {
	test(`an owner makes the key of cronhooks in the browser, and the lines of the page are a call, ${place}`, async () => {
		const site = await openSite(place, { posts: 0 });
		const call = (script) => execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
		try {
			addOwner(site);
			const owner = await signedIn(site), key = '/admin/jobs/key';
			assert.match((await owner.get('/admin/jobs')).text, /nobody has called for maintenance yet/);
			assert.match((await site.get('/cronhooks/all', { method: 'POST', body: '{}' })).text, /no webhook key yet/);
			const none = (await owner.get(key)).text;
			assert.match(none, /calls are refused/);
			assert.doesNotMatch(none, /whsec_|id="script"/);
			const made = (await press(owner, key, { button: 'make' })).headers.location;
			assert.match((await owner.get(below(site, made))).text, /role="status">The key is made/);
			const page = await owner.get(key);
			assert.match(page.headers['cache-control'], /no-store/);
			const first = part(page.text, 'key'), script = part(page.text, 'script');
			assert.match(first, /^whsec_/);
			assert.equal(JSON.parse(call(script)).ok, true);
			assert.match((await owner.get('/admin/jobs')).text, /cronhooks do the work/);
			assert.match((await owner.get('/admin/jobs/runs')).text, /dir="ltr">optimize</);
			// What is there already stays; a new one is asked for twice, and takes the old one's place.
			await press(owner, key, { button: 'make' });
			assert.equal(part((await owner.get(key)).text, 'key'), first);
			assert.match((await press(owner, key, { button: 'renew' })).text, /name="confirmed" value="yes"/);
			assert.equal(part((await owner.get(key)).text, 'key'), first);
			await press(owner, key, { button: 'renew', confirmed: 'yes' });
			const second = (await owner.get(key)).text;
			assert.notEqual(part(second, 'key'), first);
			assert.throws(() => call(script), /401/);
			assert.equal(JSON.parse(call(part(second, 'script'))).ok, true);
			// Only after the password.
			sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = 0');
			const asked = await owner.get(key);
			assert.equal(asked.status, 401);
			assert.doesNotMatch(asked.text, /whsec_/);
			const back = await press(owner, key, { signin_password: PASSWORD });
			assert.equal(below(site, back.headers.location), key);
		} finally {
			await site.stop();
		}
	});
}

describe('maintenance in the admin', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	let site, owner;
	const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
	before(async () => {
		site = await openSite('fastcgi', { posts: 0 });
		addOwner(site);
		owner = await signedIn(site);
	});
	after(() => site?.stop());

	test('a site that nobody calls is told to its owner after a day, and what is switched off is not missed', async () => {
		assert.doesNotMatch((await owner.get('/admin')).text, /Maintenance is overdue/);
		sql(`UPDATE migration SET applied_ms = ${Date.now() - 2 * 86400000}`);
		assert.match((await owner.get('/admin')).text, /Maintenance is overdue: publish, jobs</);
		assert.match(platen(site, 'hook', 'runs'), /overdue: publish\noverdue: jobs/);
		platen(site, 'config', 'set', 'cron', '{"publish":""}');
		assert.match((await owner.get('/admin')).text, /Maintenance is overdue: jobs</);
		platen(site, 'config', 'set', 'cron', '{}');
		platen(site, 'hook', 'run', 'all');
		assert.doesNotMatch((await owner.get('/admin')).text, /Maintenance is overdue/);
	});

	test('every run is listed with what came of it, newest first and page by page, of one task or of all', async () => {
		const walk = async (query) => {
			const seen = [];
			for (let at = `/admin/jobs/runs${query}`, pages = 0; at; pages++) {
				assert.ok(pages < 9);
				const { status, text } = await owner.get(at);
				assert.equal(status, 200);
				seen.push(...[...text.matchAll(/>sessions (\d+)</g)].map((found) => Number(found[1])));
				const more = text.match(/href="([^"]+)" rel="next"/);
				at = more && below(site, words(more[1]));
			}
			return seen;
		};
		sql('DELETE FROM task_run');
		assert.match((await owner.get('/admin/jobs/runs')).text, /Nothing has run yet/);
		// Two of each moment; the ids against the order of time.
		sql(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) INSERT INTO task_run (task, started_ms, duration_ms, ok, dry_run, result)
			SELECT CASE i % 3 WHEN 0 THEN 'ttl' ELSE 'publish' END, ${Date.now()} - (i / 2) * 1000, i, 1, 0, json_object('done', i, 'removed', json_object('sessions', i, 'trash', 0), 'next_ms', 5) FROM n`);
		const all = Array.from({ length: 120 }, (_, i) => i + 1), order = (a, b) => Math.floor(a / 2) - Math.floor(b / 2) || b - a;
		assert.deepEqual(await walk(''), all.slice().sort(order));
		assert.deepEqual(await walk('?task=ttl'), all.filter((i) => i % 3 === 0).sort(order));
		assert.deepEqual(await walk('?task=logs'), []);
		for (const odd of ['?before=x', '?before=1-x', '?before=99999999999999999999-1', '?before=-1--1', '?task=%27'])
			assert.equal((await owner.get(`/admin/jobs/runs${odd}`)).status, 200, odd);
		sql("INSERT INTO task_run (task, started_ms, duration_ms, ok, dry_run, result) VALUES ('old <task>', 1000, 12345, 0, 1, '{\"error\":\"no <room>\",\"more\":true}'), ('ttl', 999, 1, 0, 0, 'no json')");
		const last = (await owner.get('/admin/jobs/runs?before=1001-0')).text;
		for (const shown of [/old &lt;task&gt;/, />no &lt;room&gt;</, />Failed</, />Only looked</, />Goes on the next time</, /12,345 ms/]) assert.match(last, shown);
	});

	test('a task is run on the page, and what came of it is told', async () => {
		sql('DELETE FROM task_run');
		sql('DELETE FROM job');
		for (const task of ['ttl', 'publish', 'logs', 'optimize', 'jobs']) {
			const done = await press(owner, '/admin/jobs', { button: 'run', task });
			assert.match(done.headers.location, /done=task_ran/, task);
			assert.match((await owner.get(below(site, done.headers.location))).text, /role="status">Done\./);
		}
		assert.deepEqual(sql('SELECT DISTINCT task FROM task_run ORDER BY 1').map(([task]) => task), ['jobs', 'logs', 'optimize', 'publish', 'ttl']);
		assert.equal((await press(owner, '/admin/jobs', { button: 'run', task: 'all' })).status, 422);
	});

	test('jobs that run or wait are listed page by page, cancelled, and done sooner', async () => {
		sql('DELETE FROM job');
		assert.match((await owner.get('/admin/jobs/open')).text, /No job runs or waits/);
		const row = (n, kind, state, due) => `(${n}, '${kind}', '{}', 1, '${state}', ${due}, 1, ${state === 'running' ? "'w'" : 'NULL'})`;
		const later = Date.now() + 3600000, rows = [];
		for (let n = 1; n <= 120; n++) rows.push(row(n, n % 2 ? 'noop' : 'media.variants', 'waiting', later - Math.floor(n / 4)));
		rows.push(row(121, 'check', 'running', later), row(122, 'new & odd', 'waiting', 1));
		sql(`INSERT INTO job (id, kind, payload, priority, state, due_ms, created_ms, lease_owner) VALUES ${rows}`);
		sql("INSERT INTO job (id, kind, payload, priority, state, created_ms, finished_ms) VALUES (123, 'noop', '{}', 1, 'done', 1, 1)");
		const ids = (text) => [...text.matchAll(/id="job-(\d+)"/g)].map((found) => Number(found[1])), seen = [];
		const first = (await owner.get('/admin/jobs/open')).text;
		for (let at = '/admin/jobs/open', pages = 0; at; pages++) {
			assert.ok(pages < 9);
			const { status, text } = await owner.get(at), more = text.match(/href="([^"]+)" rel="next"/);
			assert.equal(status, 200);
			seen.push(...ids(text));
			at = more && below(site, words(more[1]));
		}
		assert.equal(seen[0], 121);
		assert.deepEqual(seen.slice(1), sql('SELECT id FROM job WHERE state = \'waiting\' ORDER BY kind, priority, due_ms, id').map(([id]) => Number(id)));
		assert.match(first, />Running<[^]*Read the databases wholly[^]*>Waiting<[^]*Prepare the sizes/);
		for (const odd of ['?after=x', '?after=1-2-x-noop', '?after=1-2-3-', '?after=---', '?after=99999999999999999999-1-1-noop'])
			assert.equal((await owner.get(`/admin/jobs/open${odd}`)).status, 200, odd);
		// Each goes back to the list it stood on.
		const state = (id) => sql(`SELECT state FROM job WHERE id = ${id}`)[0][0], at = '/admin/jobs/open';
		for (const id of ['121', '2']) {
			assert.equal(below(site, (await press(owner, '/admin/jobs', { button: 'cancel', id, from: 'open' })).headers.location), at);
			assert.equal(state(id), 'cancelled');
		}
		for (const id of ['123', '99999']) assert.equal(below(site, (await press(owner, '/admin/jobs', { button: 'cancel', id, from: 'open' })).headers.location), at);
		assert.equal(state(123), 'done');
		// No worker is there: it is done at once.
		assert.match((await press(owner, '/admin/jobs', { button: 'now', id: '7', from: 'open' })).headers.location, /open\?done=job_now/);
		assert.deepEqual([state(7), state(9)], ['done', 'waiting']);
		assert.doesNotMatch((await press(owner, '/admin/jobs', { button: 'now', id: '7' })).headers.location, /done=/);
	});

	test('keys of the setting are not shown', async () => {
		const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
		const own = await openSite('fastcgi', { posts: 0, env: { PLATEN_HOOK_KEYS: secret } });
		try {
			addOwner(own);
			const page = (await (await signedIn(own)).get('/admin/jobs/key')).text;
			assert.match(page, /PLATEN_HOOK_KEYS/);
			assert.match(part(page, 'script'), /key='KEY'/);
			assert.ok(!page.includes(secret));
		} finally {
			await own.stop();
		}
	});
});
