// worker.test.mjs: `platen worker` in earnest: beside a site that serves, killed, stopped, several at once, alone.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { openSite, platen, program, tested } from './harness.mjs';
import { run } from './responder.mjs';

const NEVER = { ttl: '', publish: '', optimize: '', jobs: '', logs: '' };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sql = (site, text) => sqlite(path.join(site.data, 'site.db'), text);
const add = (site, ...args) => Number.parseInt(platen(site, 'jobs', 'add', ...args), 10);
const show = (site, id) => JSON.parse(platen(site, 'jobs', 'show', String(id), '--json'));
// Tasks that this program does not have yet are left out: a setting must not name them.
const cron = (site, times) => {
	const known = Object.fromEntries(Object.entries({ ...NEVER, ...times }).filter(([task]) => spawnSync(program, ['config', 'set', 'cron', JSON.stringify({ [task]: '' })], { env: site.env }).status === 0));
	platen(site, 'config', 'set', 'cron', JSON.stringify(known));
};
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
const leads = (worker) => worker.errors.includes('this worker is the scheduler');
// What is left of a long job becomes short.
const leaveLittle = (site, id) => sql(site, `UPDATE job SET payload = '{"pause_ms":10}' WHERE id = ${id}`);
const started = (worker) => until('a worker starts', 60000, () => worker.errors.includes(' working '));

// Most of the time each waits for a clock.
describe('the worker', { concurrency: 4, skip: !tested.includes('fastcgi') && 'another place' }, () => {
	test('does jobs within seconds, and light ones do not wait for heavy ones', withSite({ serve: false }, async (site) => {
		const worker = site.worker(['--heavy', '1']);
		await started(worker);
		const heavy = [1, 2].map(() => add(site, 'noop-heavy', '{"pause_ms":5000,"deaf":true}'));
		await until('a heavy job begins', 60000, () => heavy.some((id) => show(site, id).state === 'running'));
		const light = [1, 2, 3].map(() => add(site, 'noop'));
		await until('light jobs are done', 60000, () => light.every((id) => show(site, id).state === 'done'));
		assert.equal(JSON.parse(platen(site, 'jobs', 'counts', '--json')).worker, true);
		const failing = add(site, 'noop', '{"fail":"not yet","times":1}');
		await until('a failed job is tried again', 60000, () => show(site, failing).state === 'done');
		await until('heavy jobs are done', 60000, () => heavy.every((id) => show(site, id).state === 'done'));
		const free = Math.max(...heavy.map((id) => show(site, id).finished_ms));
		for (const job of light.map((id) => show(site, id))) assert.ok(job.finished_ms < free, JSON.stringify(job));
		assert.equal(await worker.stop(), 0, worker.errors);
		assert.deepEqual(sql(site, 'SELECT * FROM worker'), []);
		assert.deepEqual(sql(site, 'SELECT * FROM lease'), []);
	}));

	test('a thousand jobs are done once each by three workers', withSite({ serve: false }, async (site) => {
		const workers = [1, 2, 3].map(() => site.worker(['--light', '3']));
		for (const worker of workers) await started(worker);
		sql(site, `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000)
			INSERT INTO job (kind, payload, priority, state, due_ms, created_ms) SELECT 'noop', '{}', 1, 'waiting', 1, 1 FROM c`);
		await until('all are done', 120000, () => sql(site, "SELECT count(*) FROM job WHERE state = 'done'")[0][0] === 1000);
		assert.deepEqual(sql(site, 'SELECT DISTINCT attempts, failures, lost FROM job'), [[1, 0, 0]]);
	}));

	test('calls the cronhooks when they are due, each time once', withSite({}, async (site) => {
		cron(site, { ttl: '@every 2s', publish: '@every 3s' });
		const worker = site.worker();
		await until('three calls', 60000, () => ranTimes(site, 'ttl') >= 3 && ranTimes(site, 'publish') >= 2);
		assert.equal(await worker.stop(), 0, worker.errors);
		const all = receipts(site);
		assert.equal(all.length, sql(site, 'SELECT count(*) FROM task_run')[0][0]);
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
		cron(site, {});
		await sleep(1500);
		const before = ranTimes(site, 'publish');
		await sleep(2500);
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
		const day = 86400000;
		cron(site, { ttl: '@hourly', optimize: '@yearly' });
		sql(site, `INSERT INTO schedule VALUES ('ttl', ${Date.now() - 3 * day}), ('optimize', ${Date.now() - 1})`);
		const worker = site.worker();
		await until('it is done', 60000, () => ranTimes(site, 'ttl') >= 1);
		await sleep(2500);
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
			const leading = workers.filter((w) => w.signalCode === null && leads(w));
			assert.equal(leading.length, 1);
			await leading[0].stop('SIGKILL');
			const took = await until('another leads', 60000, () => workers.some((w) => w.signalCode === null && leads(w)));
			assert.ok(took <= 25000, `${took} ms`); // 12 of a machine that has nothing else to do
		}
		const at = ranTimes(site, 'ttl');
		await until('calls go on', 60000, () => ranTimes(site, 'ttl') > at);
		const last = workers.find((w) => w.signalCode === null);
		assert.equal(await last.stop(), 0);
		const all = receipts(site);
		assert.equal(new Set(all.map((one) => one.due)).size, all.length);
		assert.equal(ranTimes(site, 'ttl'), all.length);
	}));

	test('one that is stopped hands over at once', withSite({ serve: false }, async (site) => {
		const first = site.worker();
		await until('it leads', 60000, () => leads(first));
		const second = site.worker();
		await started(second);
		assert.equal(await first.stop(), 0);
		const took = await until('the other leads', 60000, () => leads(second));
		assert.ok(took < 9000, `${took} ms`);
	}));

	test('SIGTERM ends a job that listens, and it goes on from there', withSite({ serve: false }, async (site) => {
		let worker = site.worker();
		const id = add(site, 'noop', '{"pause_ms":600000}');
		await until('it runs', 60000, () => show(site, id).state === 'running');
		await sleep(500);
		assert.equal(await worker.stop(), 0, worker.errors);
		const waits = show(site, id);
		assert.deepEqual([waits.state, waits.failures, waits.lost], ['waiting', 0, 0]);
		assert.ok(waits.payload.pause_ms < 600000 - 300, JSON.stringify(waits.payload));
		leaveLittle(site, id);
		worker = site.worker();
		await until('it is done', 60000, () => show(site, id).state === 'done');
		assert.equal(show(site, id).attempts, 2);
	}));

	test('and gives back within PLATEN_GRACE what does not listen', withSite({ serve: false }, async (site) => {
		const worker = site.worker([], { PLATEN_GRACE: '700' });
		const id = add(site, 'noop-heavy', '{"pause_ms":60000,"deaf":true}');
		await until('it runs', 60000, () => show(site, id).state === 'running');
		const begun = Date.now();
		assert.equal(await worker.stop(), 1);
		assert.ok(Date.now() - begun >= 700 && Date.now() - begun < 30000);
		assert.match(worker.errors, /given back count=1/);
		const waits = show(site, id);
		assert.deepEqual([waits.state, waits.failures, waits.lost], ['waiting', 0, 0]);
	}));

	test('what a killed one was doing is done by another when its lease ends', withSite({ serve: false }, async (site) => {
		const killed = site.worker();
		const id = add(site, 'noop', '{"pause_ms":600000}');
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

	test('a scheduler that was stopped for longer than its lease leads no more, and nothing is done twice', withSite({}, async (site) => {
		cron(site, { ttl: '@every 1s' });
		const settled = () => sql(site, "SELECT settled_ms FROM schedule WHERE task = 'ttl'")[0][0];
		const first = site.worker();
		await until('it leads and calls', 60000, () => leads(first) && ranTimes(site, 'ttl') >= 1);
		const id = add(site, 'noop', '{"pause_ms":1500,"deaf":true}');
		await until('its job runs', 60000, () => show(site, id).state === 'running');
		first.kill('SIGSTOP');
		try {
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
		await until('all calls have ended', 60000, () => receipts(site).every((one) => one.done));
		const all = receipts(site);
		assert.equal(new Set(all.map((one) => one.due)).size, all.length);
		assert.equal(ranTimes(site, 'ttl'), all.length);
	}));

	// A limit on the size of files that a process may write is a disk that is full for it, and needs no rights.
	test('a full disk is waited out: nothing is lost or done twice, and the log does not grow', withSite({}, async (site) => {
		const worker = site.worker();
		const disk = (full) => { for (const pid of [worker.pid, site.app.pid]) execFileSync('prlimit', ['--pid', pid, `--fsize=${full ? 4096 : 'unlimited'}:`]); };
		const told = () => worker.errors.split('\n').filter((line) => line.includes('the disk is full')).map((line) => line.replace(/^\S+ (.*) times=.*/, '$1'));
		cron(site, { ttl: '@every 1s' });
		await until('it calls', 60000, () => ranTimes(site, 'ttl') >= 1);
		const running = add(site, 'noop', '{"pause_ms":1500,"deaf":true}');
		await until('a job runs', 60000, () => show(site, running).state === 'running');
		disk(true);
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
		await until('all calls have ended', 70000, () => receipts(site).every((one) => one.done));
		assert.equal(ranTimes(site, 'ttl'), receipts(site).length);
		assert.equal(await worker.stop(), 0, worker.errors);
	}));

	test('a post that becomes due takes the pages from the web server while no program serves', withSite({ env: { PLATEN_PAGES: 'on' } }, async (site) => {
		const current = () => { try { return fs.readlinkSync(path.join(site.data, 'pages/current')); } catch { return ''; } };
		await until('pages are linked', 60000, current);
		site.app.kill('SIGTERM');
		await until('nobody serves', 60000, () => site.app.exitCode !== null);
		const at = Date.now() + 8000;
		platen(site, 'post', 'add', '--title', 'Later', '--status', 'published', '--at', new Date(at).toISOString(), '/dev/null');
		const worker = site.worker();
		await started(worker);
		const before = current();
		assert.ok(before && Date.now() < at);
		await sleep(at - Date.now() - 500);
		const then = current();
		if (Date.now() < at - 100) assert.equal(then, before);
		// Shortly before it is due the link is taken away; behind it the next one comes.
		await until('the next pages are linked', 60000, () => ![before, ''].includes(current()));
		assert.ok(Date.now() >= at);
		assert.equal(await worker.stop(), 0);
	}));

	test('one that cannot work says why', withSite({ serve: false }, async (site) => {
		const res = (env) => spawnSync(program, ['worker'], { env: { ...site.env, ...env }, encoding: 'utf8', timeout: 20000 });
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
		await sleep(2500);
		const wakes = () => fs.readdirSync(`/proc/${worker.pid}/task`).map((task) => Number(fs.readFileSync(`/proc/${worker.pid}/task/${task}/status`, 'utf8').match(/^voluntary_ctxt_switches:\s*(\d+)/m)[1])).reduce((a, b) => a + b);
		// Once awake it may wait for the disk, several times: that is one wake.
		const begun = Date.now();
		let count = 0;
		for (let before = wakes(); Date.now() - begun < 10000; before = wakes()) {
			await sleep(40);
			if (wakes() !== before) count++;
		}
		const rate = count * 1000 / (Date.now() - begun);
		const pss = Number(fs.readFileSync(`/proc/${worker.pid}/smaps_rollup`, 'utf8').match(/^Pss:\s*(\d+) kB/m)[1]);
		assert.ok(rate <= 2, `${rate} wakes a second`);
		assert.ok(pss < 15 * 1024, `${pss} kB`);
	}));
});
