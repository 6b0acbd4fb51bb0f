// worker.test.mjs: `platen worker` in earnest: beside a site that serves, killed, stopped, several at once, alone.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { hold, sqlite } from '../sqlite.mjs';
import { openSite, platen, program, tested } from './harness.mjs';
import { run } from './responder.mjs';

const NEVER = { ttl: '', publish: '', optimize: '', jobs: '', logs: '' };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sql = (site, text) => sqlite(path.join(site.data, 'site.db'), text);
const add = (site, ...args) => Number.parseInt(platen(site, 'jobs', 'add', ...args), 10);
const show = (site, id) => JSON.parse(platen(site, 'jobs', 'show', String(id), '--json'));
const cron = (site, times) => platen(site, 'config', 'set', 'cron', JSON.stringify({ ...NEVER, ...times }));
const receipts = (site) => sql(site, "SELECT id, finished_ms FROM receipt WHERE id LIKE 'cron%' ORDER BY received_ms").map(([id, finished]) => ({ task: id.split('_')[1], due: Number(id.split('_')[2]), done: finished !== null }));
const ranTimes = (site, task) => sql(site, `SELECT count(*) FROM task_run WHERE task = '${task}'`)[0][0];

async function until(what, limitMs, ask) {
	const begun = Date.now();
	for (;;) {
		const got = await ask();
		if (got) return Date.now() - begun;
		assert.ok(Date.now() - begun < limitMs, `${what}: not within ${limitMs} ms`);
		await sleep(50);
	}
}

// A site with workers that end with it.
const withSite = (options, body) => async () => {
	const site = await openSite('fastcgi', { posts: 0, ...options });
	site.worker = (args = [], env = {}) => {
		const child = run(program, ['worker', ...args], { env: { ...site.env, ...env } });
		child.stop = async (signal = 'SIGTERM') => { child.kill(signal); return child.ended; };
		site.children.push({ stop: () => child.exitCode === null && child.signalCode === null && child.stop('SIGTERM') });
		return child;
	};
	try {
		cron(site, {});
		await body(site);
	} finally {
		await site.stop();
	}
};
// Each call was done, and done once; what is being done is waited for.
const eachOnce = (site) => until('each call was done once', 120000, () => {
	const [[all, done, runs]] = sql(site, "SELECT count(*), count(finished_ms), (SELECT count(*) FROM task_run) FROM receipt WHERE id LIKE 'cron%'");
	return all === done && done === runs;
});
// Who may call: the id of a worker, and until when: [] when nobody does.
const LEASE_MS = 10000;
const lease = (site) => sql(site, "SELECT owner, until_ms FROM lease WHERE name = 'scheduler'")[0] ?? [];
const idOf = (worker) => worker.errors.match(/ working id=(\S+)/)[1];
const leads = (worker) => worker.errors.includes('this worker is the scheduler');
// What is left of a long job becomes short.
const leaveLittle = (site, id) => sql(site, `UPDATE job SET payload = '{"pause_ms":10}' WHERE id = ${id}`);
const started = (worker) => until('a worker starts', 60000, () => worker.errors.includes(' working '));
// How often each thread of a worker has gone to sleep.
const sleeps = ({ pid }) => Object.fromEntries(fs.readdirSync(`/proc/${pid}/task`).map((task) => [task, Number(fs.readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8').match(/^voluntary_ctxt_switches:\s*(\d+)/m)[1])]));
// A job that runs pauses in slices of 10 ms; who has nothing to do sleeps on. The first thread wakes each second.
async function pauses(site, worker, id) {
	await until('it runs', 60000, () => show(site, id).state === 'running');
	const from = sleeps(worker);
	await until('it pauses', 60000, () => Object.entries(sleeps(worker)).some(([task, count]) => Number(task) !== worker.pid && count > from[task] + 40));
}

// Most of the time each waits for a clock.
describe('the worker', { concurrency: 4, skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('does jobs within seconds, and light ones do not wait for heavy ones', withSite({ serve: false }, async (site) => {
		let worker = site.worker(['--heavy', '1']);
		await started(worker);
		const heavy = [1, 2].map(() => add(site, 'noop-heavy', '{"pause_ms":600000}'));
		await until('a heavy job begins', 60000, () => heavy.some((id) => show(site, id).state === 'running'));
		const light = [1, 2, 3].map(() => add(site, 'noop'));
		await until('light jobs are done', 60000, () => light.every((id) => show(site, id).state === 'done'));
		assert.equal(JSON.parse(platen(site, 'jobs', 'counts', '--json')).worker, true);
		const failing = add(site, 'noop', '{"fail":"not yet","times":1}');
		await until('a failed job is tried again', 60000, () => show(site, failing).state === 'done');
		for (const id of heavy) assert.equal(show(site, id).finished_ms, null);
		assert.equal(await worker.stop(), 0, worker.errors);
		for (const id of heavy) leaveLittle(site, id);
		worker = site.worker(['--heavy', '1']);
		await until('heavy jobs are done', 60000, () => heavy.every((id) => show(site, id).state === 'done'));
		assert.equal(await worker.stop(), 0, worker.errors);
		assert.deepEqual(sql(site, 'SELECT * FROM worker'), []);
		assert.deepEqual(sql(site, 'SELECT * FROM lease'), []);
	}));

	test('a thousand jobs are done once each by three workers', withSite({ serve: false }, async (site) => {
		const workers = [1, 2, 3].map(() => site.worker(['--light', '3']));
		for (const worker of workers) await started(worker);
		// What waits behind one that was slow is given back before it is begun, and is taken once more.
		sql(site, 'CREATE TABLE returned (id INTEGER)');
		sql(site, "CREATE TRIGGER returns AFTER UPDATE OF state ON job WHEN OLD.state = 'running' AND NEW.state = 'waiting' BEGIN INSERT INTO returned VALUES (NEW.id); END");
		sql(site, `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000)
			INSERT INTO job (kind, payload, priority, state, due_ms, created_ms) SELECT 'noop', '{}', 1, 'waiting', 1, 1 FROM c`);
		await until('all are done', 120000, () => sql(site, "SELECT count(*) FROM job WHERE state = 'done'")[0][0] === 1000);
		assert.deepEqual(sql(site, 'SELECT DISTINCT attempts - (SELECT count(*) FROM returned r WHERE r.id = job.id), failures, lost FROM job'), [[1, 0, 0]]);
	}));

	test('calls the cronhooks when they are due, each time once', withSite({}, async (site) => {
		cron(site, { ttl: '@every 2s', publish: '@every 3s' });
		const worker = site.worker();
		await until('three calls', 60000, () => ranTimes(site, 'ttl') >= 3 && ranTimes(site, 'publish') >= 2);
		assert.equal(await worker.stop(), 0, worker.errors);
		await eachOnce(site);
		const all = receipts(site);
		for (const [task, every] of [['ttl', 2000], ['publish', 3000]]) {
			const due = all.filter((one) => one.task === task).map((one) => one.due);
			assert.ok(due.every((ms) => ms % every === 0), String(due));
			assert.equal(new Set(due).size, due.length);
		}
		assert.match(worker.errors, / info cronhook task=ttl /);
		assert.match(platen(site, 'hook', 'runs', 'ttl'), /ok/);
		assert.equal(worker.errors.match(/ (warn|error) /g), null, worker.errors);
	}));

	test('a setting that changes counts at once', withSite({}, async (site) => {
		const worker = site.worker();
		await until('it leads', 60000, () => leads(worker));
		cron(site, { publish: '@every 1s' });
		await until('a call', 60000, () => ranTimes(site, 'publish') >= 1);
		// Calls are made one after the other, by one table of times.
		cron(site, { ttl: '@every 1s' });
		await until('a call by the new ones', 60000, () => ranTimes(site, 'ttl') >= 1);
		const before = ranTimes(site, 'publish');
		await until('more of them', 60000, () => ranTimes(site, 'ttl') >= 4);
		assert.equal(ranTimes(site, 'publish'), before);
	}));

	test('a site that is not there is called again, and once for all that was missed', withSite({ serve: false }, async (site) => {
		cron(site, { ttl: '@every 1s' });
		const worker = site.worker();
		await until('two calls fail', 60000, () => (worker.errors.match(/a cronhook could not be called/g) ?? []).length >= 2);
		assert.match(worker.errors, /task=ttl .*message="cannot call '127\.0\.0\.1': .*connect.* again_in_s=/);
		cron(site, { ttl: '@every 30m' });
		cron(site, { ttl: '@every 1s' });
		assert.equal(receipts(site).length, 0);
		const [[settled]] = sql(site, "SELECT settled_ms FROM schedule WHERE task = 'ttl'");
		await site.serve();
		await until('it is called', 60000, () => ranTimes(site, 'ttl') >= 1);
		assert.equal(receipts(site)[0].due, (Math.floor(settled / 1000) + 1) * 1000, 'the first that was missed stands for all');
		await until('and goes on', 60000, () => ranTimes(site, 'ttl') >= 2);
		assert.ok(receipts(site)[1].due - receipts(site)[0].due > 1000, 'those between were left out');
	}));

	test('what came due while no worker was there is done once', withSite({}, async (site) => {
		// Once a year, half a year from now; the third one is that by which is seen that nothing more comes.
		const year = 366 * 86400000, yearly = `0 0 1 ${(new Date().getUTCMonth() + 6) % 12 + 1} *`;
		cron(site, { ttl: yearly, optimize: yearly, publish: '@every 1s' });
		sql(site, `INSERT INTO schedule VALUES ('ttl', ${Date.now() - 3 * year}), ('optimize', ${Date.now() - 1})`);
		const worker = site.worker();
		await until('it is done', 60000, () => ranTimes(site, 'ttl') >= 1);
		const later = ranTimes(site, 'publish') + 3;
		await until('others go on', 60000, () => ranTimes(site, 'publish') >= later);
		assert.deepEqual([ranTimes(site, 'ttl'), ranTimes(site, 'optimize')], [1, 0]);
		assert.ok(sql(site, "SELECT settled_ms FROM schedule WHERE task = 'ttl'")[0][0] > Date.now() - 60000);
		assert.equal(await worker.stop(), 0);
	}));

	test('a scheduler of the future is one whose clock was set back', withSite({}, async (site) => {
		cron(site, { ttl: '@every 1s' });
		sql(site, `INSERT INTO schedule VALUES ('ttl', ${Date.now() + 86400000})`);
		sql(site, `INSERT INTO lease VALUES ('scheduler', 'nobody', ${Date.now() + 86400000})`);
		site.worker();
		await until('it is called', 60000, () => ranTimes(site, 'ttl') >= 1);
	}));

	test('when the scheduler is killed another takes its place in seconds, and nothing is done twice', withSite({}, async (site) => {
		cron(site, { ttl: '@every 1s' });
		const workers = [1, 2, 3].map(() => site.worker());
		for (const worker of workers) await started(worker);
		for (let round = 0; round < 2; round++) {
			const before = ranTimes(site, 'ttl');
			await until('calls are made', 60000, () => ranTimes(site, 'ttl') > before);
			const [id] = lease(site);
			await workers.find((w) => idOf(w) === id).stop('SIGKILL');
			const killed = Date.now(), [left, until_ms] = lease(site);
			assert.ok(until_ms <= killed + LEASE_MS, 'what it leaves ends in seconds');
			await until('another leads', 60000, () => lease(site)[0] !== id);
			const [next, next_ms] = lease(site);
			assert.ok(left !== id || next_ms - LEASE_MS >= until_ms, 'and is waited for');
			await until('it says so', 60000, () => leads(workers.find((w) => w.signalCode === null && idOf(w) === next)));
		}
		const at = ranTimes(site, 'ttl');
		await until('calls go on', 60000, () => ranTimes(site, 'ttl') > at);
		const last = workers.find((w) => w.signalCode === null);
		assert.equal(await last.stop(), 0);
		await eachOnce(site);
	}));

	test('one that is stopped hands over at once', withSite({ serve: false }, async (site) => {
		const first = site.worker();
		await until('it leads', 60000, () => leads(first));
		const second = site.worker();
		await started(second);
		assert.equal(await first.stop(), 0);
		assert.notEqual(lease(site)[0], idOf(first), 'nothing is left that would be waited for');
		await until('the other leads', 60000, () => leads(second));
		assert.equal(lease(site)[0], idOf(second));
	}));

	test('SIGTERM ends a job that listens, and it goes on from there', withSite({ serve: false }, async (site) => {
		let worker = site.worker();
		const id = add(site, 'noop', '{"pause_ms":600000}');
		await pauses(site, worker, id);
		assert.equal(await worker.stop(), 0, worker.errors);
		const waits = show(site, id);
		assert.deepEqual([waits.state, waits.failures, waits.lost], ['waiting', 0, 0]);
		assert.ok(waits.payload.pause_ms < 600000 - 200, JSON.stringify(waits.payload));
		leaveLittle(site, id);
		worker = site.worker();
		await until('it is done', 60000, () => show(site, id).state === 'done');
		assert.equal(show(site, id).attempts, waits.attempts + 1);
	}));

	test('and gives back within PLATEN_GRACE what does not listen', withSite({ serve: false }, async (site) => {
		const worker = site.worker([], { PLATEN_GRACE: '700' });
		const id = add(site, 'noop-heavy', '{"pause_ms":60000,"deaf":true}');
		await pauses(site, worker, id);
		const begun = Date.now();
		assert.equal(await worker.stop(), 1);
		assert.ok(Date.now() - begun >= 700);
		assert.match(worker.errors, /given back count=1/);
		const waits = show(site, id);
		assert.deepEqual([waits.state, waits.failures, waits.lost], ['waiting', 0, 0]);
	}));

	test('what a killed one was doing is done by another when its lease ends', withSite({ serve: false }, async (site) => {
		const killed = site.worker();
		const id = add(site, 'noop', '{"pause_ms":600000,"deaf":true}');
		await until('it runs', 60000, () => show(site, id).state === 'running');
		await killed.stop('SIGKILL');
		leaveLittle(site, id);
		sql(site, `UPDATE job SET due_ms = ${Date.now() - 1} WHERE id = ${id}`);
		const other = site.worker();
		await until('it is done', 60000, () => show(site, id).state === 'done');
		const done = show(site, id);
		assert.deepEqual([done.attempts, done.lost], [2, 1]);
		assert.equal(await other.stop(), 0);
	}));

	// As the machine's owner does it, but not in the middle of a commit: nobody could write until it goes on.
	async function stopped(site, worker) {
		const stands = () => fs.readdirSync(`/proc/${worker.pid}/task`).every((task) => / T /.test(fs.readFileSync(`/proc/${worker.pid}/task/${task}/stat`, 'utf8')));
		for (let letGo = false; !letGo;) {
			worker.kill('SIGSTOP');
			await until('it stands still', 60000, stands);
			letGo = await hold(path.join(site.data, 'site.db'), 1);
			if (letGo) await letGo();
			else worker.kill('SIGCONT');
		}
	}

	test('a scheduler that was stopped for longer than its lease leads no more, and nothing is done twice', withSite({}, async (site) => {
		cron(site, { ttl: '@every 1s' });
		const settled = () => sql(site, "SELECT settled_ms FROM schedule WHERE task = 'ttl'")[0][0];
		const first = site.worker();
		await until('it leads and calls', 60000, () => leads(first) && ranTimes(site, 'ttl') >= 1);
		const id = add(site, 'noop', '{"pause_ms":1500,"deaf":true}');
		await until('its job runs', 60000, () => show(site, id).state === 'running');
		try {
			await stopped(site, first);
			const second = site.worker();
			await until('another leads', 60000, () => leads(second));
			sql(site, `UPDATE job SET due_ms = ${Date.now() - 1} WHERE id = ${id}`);
			const before = ranTimes(site, 'ttl');
			await until('the other calls, and does the job', 60000, () => ranTimes(site, 'ttl') >= before + 2 && show(site, id).state === 'done');
		} finally {
			first.kill('SIGCONT');
		}
		const done = show(site, id), mark = settled();
		await until('the first one notices', 60000, () => first.errors.includes('this worker is not the scheduler any more') && first.errors.includes('jobs took longer than their lease'));
		assert.ok(settled() >= mark);
		const at = ranTimes(site, 'ttl');
		await until('calls go on', 60000, () => ranTimes(site, 'ttl') >= at + 2);
		assert.deepEqual(show(site, id), done);
		assert.deepEqual([done.attempts, done.lost], [2, 1]);
		cron(site, {});
		await eachOnce(site);
	}));

	// A limit on the size of files that a process may write is a disk that is full for it, and needs no rights.
	test('a full disk is waited out: nothing is lost or done twice, and the log does not grow', withSite({}, async (site) => {
		const worker = site.worker();
		const disk = (full) => { for (const pid of [worker.pid, site.app.pid]) execFileSync('prlimit', ['--pid', pid, `--fsize=${full ? 4096 : 'unlimited'}:`]); };
		const told = () => worker.errors.split('\n').filter((line) => line.includes('the disk is full')).map((line) => line.replace(/^\S+ (.*) times=.*/, '$1'));
		cron(site, { ttl: '@every 1s' });
		await until('it calls', 60000, () => ranTimes(site, 'ttl') >= 1);
		let running;
		for (let pause_ms = 2000, begun = 0; ; pause_ms *= 2) {
			begun = Date.now();
			running = add(site, 'noop', JSON.stringify({ pause_ms, deaf: true }));
			await until('a job runs', 60000, () => show(site, running).state !== 'waiting');
			disk(true);
			if (Date.now() < begun + pause_ms) break; // it cannot have ended before
			disk(false);
		}
		const waiting = add(site, 'noop');
		await until('what was done cannot be kept', 60000, () => told().some((line) => line.includes('cannot keep what became of jobs')));
		const sent = spawnSync(program, ['hook', 'send', 'publish', '--wait', '0'], { env: site.env, encoding: 'utf8' });
		assert.equal(sent.status, 1);
		assert.match(sent.stderr, /the answer is 503/);
		assert.equal((await site.get('/about')).status, 200);
		await sleep(5000);
		assert.equal(new Set(told()).size, told().length, worker.errors);
		disk(false);
		await until('both jobs are done', 60000, () => [running, waiting].every((id) => show(site, id).state === 'done'));
		for (const id of [running, waiting]) assert.deepEqual([show(site, id).attempts, show(site, id).lost, show(site, id).failures], [1, 0, 0]);
		const before = ranTimes(site, 'ttl');
		await until('calls go on', 60000, () => ranTimes(site, 'ttl') >= before + 2);
		cron(site, {});
		await eachOnce(site);
		assert.equal(await worker.stop(), 0, worker.errors);
	}));

	test('a post that becomes due takes the pages from the web server while no program serves', withSite({ env: { PLATEN_PAGES: 'on' } }, async (site) => {
		const current = () => { try { return fs.readlinkSync(path.join(site.data, 'pages/current')); } catch { return ''; } };
		await until('pages are linked', 60000, current);
		site.app.kill('SIGTERM');
		await until('nobody serves', 60000, () => site.app.exitCode !== null);
		const worker = site.worker();
		await started(worker);
		let at, before;
		for (let ahead = 4000; ; ahead *= 2) {
			at = Date.now() + ahead;
			platen(site, 'post', 'add', '--title', `In ${ahead}`, '--status', 'published', '--at', new Date(at).toISOString(), '/dev/null');
			await until('pages are linked until then', ahead + 60000, () => { before = current(); return before.includes(`-${at}-`) || Date.now() > at; });
			if (Date.now() < at - 1000) break;
		}
		await sleep(at - Date.now() - 500);
		const then = current();
		if (Date.now() < at - 100) assert.equal(then, before);
		// Shortly before it is due the link is taken away; behind it the next one comes.
		await until('the next pages are linked', 60000, () => ![before, ''].includes(current()));
		assert.ok(Date.now() >= at);
		assert.equal(await worker.stop(), 0);
	}));

	test('one that cannot work says why', withSite({ serve: false }, async (site) => {
		const res = (env) => spawnSync(program, ['worker'], { env: { ...site.env, ...env }, encoding: 'utf8', timeout: 120000 });
		for (const [env, why] of [
			...['nonsense', '::1:8080', '[::1:8080', '[]:80', 'you@host:80', `unix:/${'x'.repeat(150)}`].map((where) => [{ PLATEN_CRON_URL: where }, /PLATEN_CRON_URL/]),
			[{ PLATEN_CA_FILE: path.join(site.dir, 'nothing') }, /PLATEN_CA_FILE/], [{ PLATEN_HOOK_KEYS: 'whsec_' + 'A'.repeat(30) }, /PLATEN_HOOK_KEYS/],
			[{ PLATEN_DATA: path.join(site.dir, 'nothing') }, /platen init/],
		]) {
			const { status, stderr } = res(env);
			assert.equal(status, 1, stderr);
			assert.match(stderr, why);
		}
		assert.equal(spawnSync(program, ['worker', '--light', '0'], { env: site.env }).status, 2);
	}));
});

describe('the worker, idle', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('takes less than 15 MB and wakes twice a second at most, with a page folder, too', { skip: !!process.env.ASAN_OPTIONS && 'a sanitizer takes more' }, withSite({ env: { PLATEN_PAGES: 'on' } }, async (site) => {
		cron(site, { ttl: '@every 1s' });
		const worker = site.worker();
		await until('it has called', 60000, () => ranTimes(site, 'ttl') >= 1);
		await until('and done jobs', 60000, () => show(site, add(site, 'noop')).state === 'done' || sql(site, "SELECT count(*) FROM job WHERE state = 'done'")[0][0] > 0);
		cron(site, {});
		await eachOnce(site);
		await sleep(2500);
		const wakes = () => Object.values(sleeps(worker)).reduce((a, b) => a + b);
		// Once awake it may wait for the disk, several times, and be kept waiting: what comes within 300 ms is one wake.
		const begun = Date.now();
		let count = 0;
		for (let before = wakes(), awake = 0; Date.now() - begun < 10000; before = wakes()) {
			await sleep(40);
			if (wakes() === before || Date.now() - awake < 300) continue;
			count++;
			awake = Date.now();
		}
		const rate = count * 1000 / (Date.now() - begun);
		const pss = Number(fs.readFileSync(`/proc/${worker.pid}/smaps_rollup`, 'utf8').match(/^Pss:\s*(\d+) kB/m)[1]);
		assert.ok(rate <= 2, `${rate} wakes a second`);
		assert.ok(pss < 15 * 1024, `${pss} kB`);
	}));
});
