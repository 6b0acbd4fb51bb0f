// cronhooks.test.mjs: maintenance by signed messages, signed by the official library and by curl and openssl.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { sqlite } from '../sqlite.mjs';
import { openSite, platen, program, tested } from './harness.mjs';

let count = 0;
const newId = () => `msg_${process.pid}_${++count}`;

// A signed request; `change` alters its headers after signing.
function message(site, task, { id = newId(), at = new Date(), body = '{"type":"cron","data":{}}', key = site.key, change = {} } = {}) {
	const headers = {
		'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)),
		'webhook-signature': new Webhook(key).sign(id, at, body), ...change,
	};
	for (const name of Object.keys(headers)) if (headers[name] === undefined) delete headers[name];
	return [`/cronhooks/${task}`, { method: 'POST', headers, body }];
}
const send = (site, task, options) => site.get(...message(site, task, options));

const withSite = (place, options, body) => async (t) => {
	const site = await openSite(place, { posts: 0, ...options });
	try {
		site.key = platen(site, 'hook', 'key').trim();
		await body(site, t);
	} finally {
		await site.stop();
	}
};

const runs = (site, task) => platen(site, 'hook', 'runs', '--count', '1000', ...(task ? [task] : [])).split('\n').filter((line) => /^\d{4}-/.test(line));

for (const place of tested.filter((place) => ['fastcgi', 'below', 'cgi', 'platen-cgi'].includes(place))) {
	describe(`cronhooks, ${place}`, () => {
		test('a signed message has every task done, and says what was done', withSite(place, {}, async (site) => {
			const res = await send(site, 'all');
			assert.equal(res.status, 200, res.text);
			assert.equal(res.headers['content-type'], 'application/json');
			assert.equal(res.headers['cache-control'], 'no-store');
			const answer = JSON.parse(res.text);
			assert.equal(answer.ok, true);
			assert.deepEqual(answer.results.map((row) => [row.task, row.ok, row.dry_run, row.more]),
				['ttl', 'publish', 'logs', 'optimize', 'jobs'].map((task) => [task, true, false, false]));
			assert.equal(runs(site).length, 5);
			assert.equal(runs(site, 'ttl').length, 1);
			assert.equal(JSON.parse(platen(site, 'hook', 'run', 'ttl', '--dry-run')).task, 'ttl');
			assert.equal(JSON.parse((await send(site, 'ttl', { body: '' })).text).results.length, 1);
			const dry = JSON.parse((await send(site, 'ttl', { body: '{"data":{"dry_run":true}}' })).text);
			assert.equal(dry.results[0].dry_run, true);
		}));

		test('who is not signed gets nothing but the reason and the time', withSite(place, {}, async (site) => {
			const other = 'whsec_' + crypto.randomBytes(32).toString('base64');
			const late = new Date(Date.now() - 301000), early = new Date(Date.now() + 900000);
			for (const [name, options, extra] of [
				['no id', { change: { 'webhook-id': undefined } }], ['no timestamp', { change: { 'webhook-timestamp': undefined } }],
				['no signature', { change: { 'webhook-signature': undefined } }], ['a wrong key', { key: other }],
				['an empty signature', { change: { 'webhook-signature': '' } }],
				['another version', { change: { 'webhook-signature': 'v9,AAAA' } }], ['a cut signature', { change: { 'webhook-signature': 'v1,g0hM9SsE' } }],
				['another id', { change: { 'webhook-id': 'msg_other' } }], ['too old', { at: late }, 'skew_s'], ['of the future', { at: early }, 'skew_s'],
				['another time', { change: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 1) } }],
			]) {
				const from = Math.floor(Date.now() / 1000), res = await send(site, 'ttl', options);
				assert.equal(res.status, 401, name);
				assert.equal(res.headers['content-type'], 'application/problem+json');
				const problem = JSON.parse(res.text);
				assert.ok(problem.server_time >= from && problem.server_time <= Date.now() / 1000, name);
				assert.equal('skew_s' in problem, extra === 'skew_s', name);
				assert.ok(!res.text.includes(site.key.slice(6)) && !res.text.includes('whsec_'), name);
			}
			const changed = message(site, 'ttl');
			changed[1].body = changed[1].body.replace('cron', 'cr0n');
			assert.equal((await site.get(...changed)).status, 401);
			assert.equal(runs(site).length, 0);
		}));

		test('GET is 405, an unknown task 404, a body that is none 400, one too large 413', withSite(place, {}, async (site) => {
			const get = await site.get('/cronhooks/ttl');
			assert.deepEqual([get.status, get.headers.allow], [405, 'POST']);
			for (const method of ['PUT', 'DELETE', 'PATCH']) {
				const res = await site.get('/cronhooks/ttl', { method });
				assert.deepEqual([res.status, res.headers['content-type']], [405, 'application/problem+json'], method);
			}
			const unknown = await send(site, 'nothing');
			assert.deepEqual([unknown.status, unknown.headers['content-type']], [404, 'application/problem+json']);
			assert.equal((await send(site, 'ttl', { body: '{"type":' })).status, 400);
			for (const body of ['[]', '{"data":[]}', '{"data":{"dry_run":"true"}}', '{"data":{"dry_run":1}}']) assert.equal((await send(site, 'ttl', { body })).status, 400, body);
			assert.equal((await send(site, 'ttl', { body: ' '.repeat(70000) })).status, 413);
			assert.equal(runs(site).length, 0);
		}));
	});
}

for (const place of tested.filter((place) => ['fastcgi', 'cgi'].includes(place))) {
	const dir = fs.mkdtempSync('/tmp/platen-options-'), log = path.join(dir, 'platen.log');
	after(() => fs.rmSync(dir, { recursive: true, force: true }));
	test(`options of a task, ${place}`, withSite(place, { env: { PLATEN_LOG_FILE: log } }, async (site) => {
		const moved = () => fs.readdirSync(dir).filter((name) => name !== 'platen.log');
		const ask = async (task, data) => {
			const res = await send(site, task, { body: JSON.stringify({ type: 'cron', data }) });
			return { status: res.status, ...JSON.parse(res.text) };
		};
		const before = runs(site).length;
		for (const [task, data, option] of [
			['ttl', { limit: 3 }, 'limit'], ['ttl', { Dry_run: true }, 'Dry_run'], ['jobs', { limit: 0 }, 'limit'], ['jobs', { limit: 1.5 }, 'limit'],
			['jobs', { limit: '3' }, 'limit'], ['jobs', { limit: 3, check: true }, 'check'], ['optimize', { check: 'no' }, 'check'],
			['publish', { seconds: 21 }, 'seconds'], ['all', { seconds: -1 }, 'seconds'], ['all', { 'a "name" – é': 1 }, 'a "name" – é'], ['all', { ['x'.repeat(2000)]: 1 }, undefined],
		]) {
			const refused = await ask(task, data);
			assert.deepEqual([refused.status, refused.title, refused.option], [400, 'Malformed', option], JSON.stringify(data).slice(0, 80));
			assert.match(refused.detail, /option/);
		}
		assert.equal(runs(site).length, before);

		for (let n = 0; n < 5; n++) platen(site, 'jobs', 'add', 'noop');
		assert.equal((await ask('jobs', { limit: 2, dry_run: true })).results[0].done, 2);
		const [some] = (await ask('jobs', { limit: 2 })).results;
		assert.deepEqual([some.done, some.due, some.more], [2, 3, true]);
		const all = (await ask('all', { limit: 1, check: false, seconds: 20, dry_run: null })).results;
		assert.deepEqual(all.map((row) => row.ok), Array(5).fill(true));
		assert.deepEqual(all.filter((row) => row.task === 'jobs').map((row) => [row.done, row.more]), [[1, true]]);
		assert.equal((await ask('jobs', {})).results[0].due, 0);

		// Where the last check ended is kept: without one nothing is.
		sqlite(path.join(site.data, 'site.db'), "INSERT INTO setting (key, value, updated_ms) VALUES ('internal.checked.site.db', 'post', 0) ON CONFLICT (key) DO UPDATE SET value = 'post'");
		const reached = () => sqlite(path.join(site.data, 'site.db'), "SELECT value FROM setting WHERE key = 'internal.checked.site.db'")[0][0];
		assert.equal((await ask('optimize', { check: false })).results[0].ok, true);
		assert.equal(reached(), 'post');
		assert.equal((await ask('optimize', {})).results[0].ok, true);
		assert.notEqual(reached(), 'post');

		fs.appendFileSync(log, `${new Date().toISOString()} info a line\n`);
		assert.deepEqual([(await ask('logs', {})).results[0].rotated, moved().length], [0, 0]);
		assert.deepEqual([(await ask('logs', { rotate: true })).results[0].rotated, moved().length], [1, 1]);
		// The command line takes the same.
		platen(site, 'jobs', 'add', 'noop'), platen(site, 'jobs', 'add', 'noop');
		assert.equal(JSON.parse(platen(site, 'hook', 'run', '--data', '{"limit":1}', 'jobs')).done, 1);
		const wrong = spawnSync(program, ['hook', 'run', '--data', '{"rotate":true}', 'jobs'], { env: site.env, encoding: 'utf8' });
		assert.equal(wrong.status, 1);
		assert.match(wrong.stderr, /--data: the task 'jobs' has no option 'rotate'/);
	}));
}

describe('cronhooks', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('a message is done once: its repeat gets the stored result', withSite('fastcgi', {}, async (site) => {
		const once = message(site, 'all');
		const first = await site.get(...once), second = await site.get(...once);
		assert.deepEqual([first.status, second.status], [200, 200]);
		assert.equal(second.text, first.text);
		assert.deepEqual([first.headers['platen-repeated'], second.headers['platen-repeated']], [undefined, 'true']);
		assert.equal(runs(site).length, 5);
		const otherTask = await site.get('/cronhooks/ttl', once[1]);
		assert.deepEqual([otherTask.status, otherTask.headers['retry-after']], [409, undefined]);
	}));

	test('of 32 at once one is done, the others are told to come later or get its result', withSite('fastcgi', {}, async (site) => {
		for (let round = 0; round < 4; round++) {
			const once = message(site, 'all'), before = runs(site).length;
			const answers = await Promise.all(Array.from({ length: 32 }, () => site.get(...once)));
			for (const res of answers) {
				assert.ok(res.status === 200 || res.status === 409, res.text);
				if (res.status === 409) assert.ok(Number(res.headers['retry-after']) > 0);
			}
			assert.equal(answers.filter((res) => res.status === 200 && !res.headers['platen-repeated']).length, 1);
			assert.equal(runs(site).length - before, 5);
		}
	}));

	test('with nothing to do, too, one of 32 does it and the others get its result', withSite('fastcgi', {}, async (site) => {
		assert.equal((await send(site, 'publish')).status, 200);
		for (const task of ['publish', 'jobs']) {
			const once = message(site, task), before = runs(site, task).length;
			const answers = await Promise.all(Array.from({ length: 32 }, () => site.get(...once)));
			assert.deepEqual(new Set(answers.map((res) => `${res.status} ${res.text}`)).size, 1);
			assert.equal(answers.filter((res) => !res.headers['platen-repeated']).length, 1);
			assert.equal(runs(site, task).length - before, 1);
		}
	}));

	test('while the database is busy that is told in JSON, and nothing is done', withSite('fastcgi', { env: { PLATEN_BUSY_TIMEOUT: '100' } }, async (site) => {
		const lock = spawn('python3', ['-c', 'import sqlite3,sys\nd=sqlite3.connect(sys.argv[1],isolation_level=None)\nd.execute("BEGIN IMMEDIATE")\nprint("locked",flush=True)\nsys.stdin.read()', path.join(site.data, 'site.db')]);
		await once(lock.stdout, 'data');
		const res = await send(site, 'ttl');
		lock.stdin.end();
		await once(lock, 'exit');
		assert.equal(res.status, 503);
		assert.equal(res.headers['content-type'], 'application/problem+json');
		assert.ok(Number(res.headers['retry-after']) > 0);
		assert.equal(JSON.parse(res.text).status, 503);
		assert.equal(runs(site).length, 0);
	}));

	test('a failed task is told, and the same message has it done again', withSite('fastcgi', {}, async (site) => {
		const traffic = path.join(site.data, 'traffic.db');
		fs.renameSync(traffic, traffic + '.away');
		const once = message(site, 'all');
		const failed = await site.get(...once);
		assert.equal(failed.status, 500);
		const rows = JSON.parse(failed.text).results;
		assert.deepEqual(rows.map((row) => row.ok), [false, true, true, false, true], 'one failed task hinders no other');
		assert.match(rows[0].error, /traffic\.db/);
		fs.renameSync(traffic + '.away', traffic);
		const again = await site.get(...once);
		assert.deepEqual([again.status, JSON.parse(again.text).ok], [200, true]);
		assert.equal((await site.get(...once)).headers['platen-repeated'], 'true');
	}));

	test('several keys while they are changed, and asymmetric ones', async () => {
		const [old, fresh] = [1, 2].map(() => 'whsec_' + crypto.randomBytes(32).toString('base64'));
		const pair = crypto.generateKeyPairSync('ed25519');
		const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
		await withSite('fastcgi', { env: { PLATEN_HOOK_KEYS: `${fresh} ${old},whpk_${raw.toString('base64')}` } }, async (site) => {
			for (const key of [old, fresh]) assert.equal((await send(site, 'publish', { key })).status, 200);
			const id = newId(), at = String(Math.floor(Date.now() / 1000)), body = '{}';
			const signature = crypto.sign(null, Buffer.from(`${id}.${at}.${body}`), pair.privateKey).toString('base64');
			const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,AAAA v1a,${signature}` };
			assert.equal((await site.get('/cronhooks/publish', { method: 'POST', headers, body })).status, 200);
			const stranger = platen({ env: { ...site.env, PLATEN_HOOK_KEYS: '' + old } }, 'hook', 'key');
			assert.ok(stranger.includes(old));
		})();
	});

	test('what we sign the official library verifies; what curl and openssl send is taken', withSite('fastcgi', {}, async (site) => {
		const body = '{"type":"cron","data":{}}', file = path.join(site.dir, 'body.json');
		fs.writeFileSync(file, body);
		const printed = platen(site, 'hook', 'sign', '--body', file);
		const headers = Object.fromEntries(printed.trim().split('\n').map((line) => line.split(': ')));
		assert.deepEqual(new Webhook(site.key).verify(body, headers), JSON.parse(body));
		assert.match(platen(site, 'hook', 'verify', '--body', file, '--id', headers['webhook-id'], '--timestamp', headers['webhook-timestamp'],
			'--signature', headers['webhook-signature']), /is right/);
		// The line of README.
		const readme = fs.readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
		const script = readme.match(/```sh\n(# One signed call[\s\S]*?)```/)[1];
		const answer = execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH, URL: site.url, KEY: site.key } });
		assert.equal(JSON.parse(answer).ok, true, answer);
	}));

	test('a key that is none is an error at the start, and is not shown', async () => {
		const site = await openSite('fastcgi', { posts: 0, serve: false });
		try {
			for (const key of ['', 'whsec_short', 'no-key-at-all-but-long-enough-to-be-a-secret']) {
				const res = spawnSync(program, ['serve', '--listen', `unix:${site.dir}/x.sock`], { env: { ...site.env, PLATEN_HOOK_KEYS: key }, encoding: 'utf8', timeout: 120000 });
				assert.equal(res.status, 1, `'${key}' ${res.stderr}`);
				assert.match(res.stderr, /PLATEN_HOOK_KEYS/);
				if (key) assert.ok(!res.stderr.includes(key));
			}
		} finally {
			await site.stop();
		}
	});

	test('ttl removes what is over and nothing else', withSite('fastcgi', {}, async (site) => {
		const sql = (file, text) => sqlite(path.join(site.data, file), text);
		const now = Date.now(), day = 86400000;
		const columns = 'token_hash, user_id, epoch, created_ms, seen_ms, expires_ms, remote_addr, user_agent';
		const session = (n, expires) => sql('traffic.db', `INSERT INTO session (${columns}) VALUES (x'${String(n).padStart(4, '0')}', 1, 1, 0, 0, ${expires}, '', '')`);
		for (let n = 0; n < 450; n += 150) sql('traffic.db', `WITH RECURSIVE c(i) AS (SELECT ${n} UNION ALL SELECT i + 1 FROM c WHERE i < ${n + 149}) INSERT INTO session (${columns}) SELECT CAST(printf('t%d', i) AS BLOB), 1, 1, 0, 0, ${now - 1}, '', '' FROM c`);
		session(9001, now + day);
		platen(site, 'post', 'add', '--title', 'Thrown away', '--status', 'published', '/dev/null');
		platen(site, 'post', 'add', '--title', 'Thrown away today', '--status', 'published', '/dev/null');
		for (const address of ['/thrown-away', '/thrown-away-today']) platen(site, 'post', 'trash', address);
		sql('site.db', `UPDATE post SET trashed_ms = ${now - 31 * day} WHERE title = 'Thrown away'`);
		sql('site.db', `INSERT INTO receipt VALUES ('old', 'ttl', '', ${now - 8 * day}, 0, 1, '{}'), ('new', 'ttl', '', ${now - 6 * day}, 0, 1, '{}')`);
		const dry = JSON.parse((await send(site, 'ttl', { body: '{"data":{"dry_run":true}}' })).text).results[0];
		assert.deepEqual([dry.removed.sessions, dry.removed.trash, dry.removed.receipts], [450, 1, 1]);
		const real = JSON.parse((await send(site, 'ttl')).text).results[0];
		assert.deepEqual(real.removed, dry.removed);
		assert.equal(real.done, 452);
		assert.equal(JSON.parse((await send(site, 'ttl')).text).results[0].done, 0);
		assert.deepEqual(sql('traffic.db', 'SELECT count(*) FROM session'), [[1]]);
		assert.deepEqual(sql('site.db', "SELECT title FROM post WHERE status = 'trash'"), [['Thrown away today']]);
		assert.deepEqual(sql('site.db', "SELECT id FROM receipt WHERE id IN ('old', 'new')"), [['new']]);
	}));

	test('maintenance leaves pages in memory: nothing public has changed', withSite('fastcgi', {}, async (site) => {
		// What was imported has its variants first.
		const waiting = () => sqlite(path.join(site.data, 'site.db'), "SELECT count(*) FROM media_item WHERE state = 'waiting'")[0][0];
		for (let n = 0; n < 60 && waiting(); n++) assert.equal((await send(site, 'all')).status, 200);
		assert.equal(waiting(), 0);
		await site.get('/about');
		const etag = (await site.get('/about')).headers.etag;
		const made = () => site.get('/metrics').then((res) => Number(res.text.match(/made_total (\d+)/)[1]));
		const before = await made();
		assert.equal((await send(site, 'all')).status, 200);
		assert.equal((await site.get('/about')).headers.etag, etag);
		assert.equal(await made(), before);
	}));
});
