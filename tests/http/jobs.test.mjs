// jobs.test.mjs: the job queue by the command line and by the cronhook that stands in for a worker.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { sqlite } from '../sqlite.mjs';
import { eventually, openSite, platen, program, tested } from './harness.mjs';

let count = 0;
async function call(site, task, data = {}) {
	const id = `msg_jobs_${process.pid}_${++count}`, at = new Date(), body = JSON.stringify({ type: 'cron', data });
	const headers = {
		'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)),
		'webhook-signature': new Webhook(site.key).sign(id, at, body),
	};
	const res = await site.get(`/cronhooks/${task}`, { method: 'POST', headers, body });
	assert.equal(res.status, 200, res.text);
	return JSON.parse(res.text).results[0];
}

const withSite = (place, body, options = {}) => async () => {
	const site = await openSite(place, { posts: 0, ...options });
	try {
		site.key = platen(site, 'hook', 'key').trim();
		await body(site);
	} finally {
		await site.stop();
	}
};
const add = (site, ...args) => Number.parseInt(platen(site, 'jobs', 'add', ...args), 10);
const show = (site, id) => JSON.parse(platen(site, 'jobs', 'show', String(id), '--json'));
const counts = (site) => JSON.parse(platen(site, 'jobs', 'counts', '--json'));
const sql = (site, text) => sqlite(path.join(site.data, 'site.db'), text);
const DAY = 86400000;
// One that was heard of lately, and for a minute from now on.
const someWorker = (site) => sql(site, `INSERT INTO worker VALUES ('w', 1, ${Date.now()}, ${Date.now() + 30000})`);

for (const place of tested.filter((name) => ['fastcgi', 'cgi'].includes(name))) {
	describe(`jobs, ${place}`, () => {
		test('without a worker the cronhook does what is due', withSite(place, async (site) => {
			// What failed is due again in a second at most: in a day, so that it is not tried twice.
			sql(site, `CREATE TRIGGER later AFTER UPDATE OF failures ON job WHEN NEW.failures > OLD.failures BEGIN UPDATE job SET due_ms = NEW.due_ms + ${DAY} WHERE id = NEW.id; END`);
			const good = add(site, 'noop'), bad = add(site, 'noop', '{"fail":"the peer is away"}'), heavy = add(site, 'check');
			const dry = await call(site, 'jobs', { dry_run: true });
			assert.deepEqual([dry.done, dry.due, dry.worker], [3, 3, false]);
			const begun = Date.now(), row = await call(site, 'jobs');
			assert.deepEqual([row.done, row.failed, row.due, row.later, row.dead, row.more], [2, 1, 0, 1, 0, false]);
			assert.deepEqual([good, heavy].map((id) => show(site, id).state), ['done', 'done']);
			assert.deepEqual(show(site, heavy).result, { 'site.db': [], 'traffic.db': [] });
			const failed = show(site, bad);
			assert.deepEqual([failed.state, failed.failures, failed.error], ['waiting', 1, 'the peer is away']);
			assert.ok(failed.due_ms > begun + DAY);
			assert.equal((await call(site, 'jobs')).done, 0);
		}));
	});
}

describe('jobs', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('while a worker is there the cronhook leaves jobs to it', withSite('fastcgi', async (site) => {
		const id = add(site, 'noop');
		someWorker(site);
		assert.deepEqual([(await call(site, 'jobs')).worker, show(site, id).state], [true, 'waiting']);
		assert.equal(counts(site).worker, true);
		sql(site, `UPDATE worker SET seen_ms = ${Date.now() - 36000}`);
		assert.deepEqual([(await call(site, 'jobs')).worker, show(site, id).state], [false, 'done']);
	}));

	test('jobs are listed, shown, tried again and cancelled', withSite('fastcgi', async (site) => {
		const useless = add(site, 'noop', '{"useless":"nonsense"}'), waiting = add(site, '--key', 'k', 'noop');
		assert.equal(platen(site, 'jobs', 'add', '--key', 'k', 'noop').trim(), `${waiting} waits already`);
		platen(site, 'jobs', 'cancel', String(waiting));
		assert.match(platen(site, 'jobs', 'work'), /^0 done, 1 failed$/m);
		assert.equal(show(site, useless).state, 'dead');
		assert.deepEqual(platen(site, 'jobs', '--json').trim().split('\n').map((line) => JSON.parse(line).id), [waiting, useless]);
		assert.match(platen(site, 'jobs', 'list', '--state', 'dead'), /noop +dead .*1 of 1 failed: nonsense/);
		assert.match(platen(site, 'jobs', 'show', String(useless)), /^error +nonsense$/m);
		platen(site, 'jobs', 'retry', String(useless));
		assert.deepEqual([show(site, useless).state, show(site, waiting).state], ['waiting', 'cancelled']);
		assert.deepEqual(counts(site), { due: 1, later: 0, running: 0, dead: 0, worker: false });
		// One that somebody does is told so, too; of one that waits nothing is left.
		const runs = add(site, '--key', 'runs', 'noop');
		sql(site, `UPDATE job SET state = 'running', lease_owner = 'somebody', attempts = 1, due_ms = ${Date.now() + 100000} WHERE id = ${runs}`);
		platen(site, 'jobs', 'cancel', String(runs));
		assert.equal(show(site, runs).state, 'cancelled');
		assert.deepEqual(fs.readdirSync(path.join(site.data, 'jobs')), [`${runs}.stop`]);
		assert.match(platen(site, 'jobs', 'kinds'), /^noop +light /m);
		for (const [args, status, message] of [
			[['show', '99'], 1, /there is no job 99/], [['cancel', String(waiting)], 1, /is finished/], [['add', 'nothing'], 1, /no job kind/],
			[['add', 'noop', '[]'], 1, /no JSON object/], [['retry'], 2, /retry which/], [['fly'], 2, /no action/], [['show', 'x'], 2, /not a number/],
			[['list', '--state', 'odd'], 2, /no state/], [['list', 'noop'], 2, /too many/],
		]) {
			const res = spawnSync(program, ['jobs', ...args], { env: site.env, encoding: 'utf8' });
			assert.equal(res.status, status, args.join(' '));
			assert.match(res.stderr, message);
		}
	}));

	test('old jobs go, dead ones later', withSite('fastcgi', async (site) => {
		const now = Date.now();
		const row = (state, days) => sql(site, `INSERT INTO job (kind, payload, priority, state, created_ms, finished_ms) VALUES ('noop', '{}', 1, '${state}', 0, ${now - days * DAY})`);
		for (const [state, days] of [['done', 8], ['done', 6], ['cancelled', 8], ['dead', 89], ['dead', 91]]) row(state, days);
		const waiting = add(site, 'noop');
		sql(site, `UPDATE job SET due_ms = 1, created_ms = 1 WHERE id = ${waiting}`);
		const removed = (await call(site, 'ttl')).removed;
		assert.deepEqual([removed.jobs, removed.dead_jobs], [2, 1]);
		assert.deepEqual(platen(site, 'jobs', '--json').trim().split('\n').map((line) => JSON.parse(line)).filter((job) => job.kind === 'noop').map((job) => job.state), ['waiting', 'dead', 'done']);
	}));

	test('a worker is given the check of the databases', withSite('fastcgi', async (site) => {
		assert.equal((await call(site, 'optimize')).check_job, undefined);
		someWorker(site);
		const { check_job } = await call(site, 'optimize');
		assert.deepEqual([show(site, check_job).kind, show(site, check_job).state], ['check', 'waiting']);
		assert.equal((await call(site, 'optimize')).check_job, check_job);
	}));

	test('every post whose time has come is counted, also those of one moment', withSite('fastcgi', async (site) => {
		await call(site, 'publish');
		for (const title of ['A', 'B', 'C']) platen(site, 'post', 'add', '--title', title, '--status', 'published', '/dev/null');
		sql(site, `UPDATE post SET published_ms = ${Date.now()} WHERE title IN ('A', 'B', 'C')`);
		const later = Date.now() + DAY;
		platen(site, 'post', 'add', '--title', 'Later', '--status', 'published', '--at', new Date(later).toISOString(), '/dev/null');
		const row = await call(site, 'publish');
		assert.equal(row.done, 3);
		assert.ok(Math.abs(row.next_ms - later) < 1000);
		assert.equal((await call(site, 'publish')).done, 0);
	}));

	test('without a log file the task logs has nothing to do', withSite('fastcgi', async (site) => {
		const row = await call(site, 'logs');
		assert.deepEqual([row.done, row.file, row.rotated, row.removed], [0, null, 0, 0]);
	}));

	test('the log file is moved away by age and by size, and old ones are removed', async () => {
		const dir = fs.mkdtempSync('/tmp/platen-logs-'), file = path.join(dir, 'platen.log');
		const names = () => fs.readdirSync(dir).sort();
		const stamp = (days) => new Date(Date.now() - days * DAY).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
		try {
			await withSite('fastcgi', async (site) => {
				await eventually(() => ({ text: fs.readFileSync(file, 'utf8') }), ({ text }) => /serving/.test(text), 60000);
				assert.equal((await call(site, 'logs')).done, 0);
				// Too old, too many bytes, to be kept, and somebody else's.
				fs.writeFileSync(`${file}.${stamp(8)}`, 'old\n');
				fs.writeFileSync(`${file}.${stamp(2)}`, 'x'.repeat(9000));
				fs.writeFileSync(`${file}.${stamp(1)}`, 'kept\n');
				fs.writeFileSync(`${file}.gz`, 'theirs\n');
				fs.writeFileSync(path.join(dir, 'other.20200101-000000'), 'theirs\n');
				const dry = await call(site, 'logs', { dry_run: true });
				assert.deepEqual([dry.done, dry.rotated, dry.removed, names().length], [2, 0, 2, 6]);
				assert.deepEqual([(await call(site, 'logs')).removed, names().length], [2, 4]);
				// By age: its first line is of the day before yesterday.
				fs.writeFileSync(file, `${new Date(Date.now() - 2 * DAY).toISOString()} info a line\n`);
				assert.equal((await call(site, 'logs')).rotated, 1);
				assert.ok(names().some((name) => name.startsWith('platen.log.') && fs.readFileSync(path.join(dir, name), 'utf8').includes('a line')));
				// What is served meanwhile goes into a new file within a second.
				await eventually(async () => {
					await site.get('/nothing');
					return { text: fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '' };
				}, ({ text }) => text.includes('/nothing'), 60000);
				// By size.
				fs.writeFileSync(file, `${new Date().toISOString()} info ${'y'.repeat(5000)}\n`);
				assert.equal((await call(site, 'logs')).rotated, 1);
				assert.ok(names().some((name) => name.startsWith('platen.log.') && fs.readFileSync(path.join(dir, name), 'utf8').includes('yyyy')));
			}, { env: { PLATEN_LOG_FILE: file, PLATEN_LOG_LEVEL: 'info', PLATEN_LOG_SIZE: '4k', PLATEN_LOG_TOTAL: '8k', PLATEN_LOG_DAYS: '7' } })();
		} finally {
			fs.rmSync(dir, { recursive: true, force: true });
		}
	});
});
