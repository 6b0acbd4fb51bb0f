// queue.mjs: signed cronhooks that find nothing to do, and no-op jobs drained in batches, beside what the disk
// takes of full-sync commits in the same seconds. Cronhooks come over FastCGI on kept connections. And a worker that
// has called a cronhook and done a job, and has nothing to do any more.
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as f from '../../../tests/http/fastcgi.mjs';
import { median } from '../figures.mjs';
import { ROUNDS } from '../load.mjs';
import { cpu_us, end, pss_b, run, start } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { command, platen, serve, settings, siteOf, work } from '../sites.mjs';
import { row } from '../table.mjs';

const SENDERS = 8, SLICE_MS = 1000, MESSAGES = 20000, FINISHED = 1000000;
const END_REQUEST = 3; // the type of the record that ends an answer, and is its last 16 bytes
const body = '{"type":"cron","data":{}}';
const queueRate = path.join(process.env.PLATEN_BUILD, 'tests/data/queue_rate');
let count = 0;

// Signed and put into records before the clock runs: the sender shall cost less than what it measures.
function message(key, task) {
	const id = `msg_bench_${process.pid}_${++count}`, at = String(Math.floor(Date.now() / 1000));
	const signature = crypto.createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
	return f.request(f.post(`/cronhooks/${task}`, body, { HTTP_HOST: 'localhost:8080', CONTENT_TYPE: 'application/json',
		HTTP_WEBHOOK_ID: id, HTTP_WEBHOOK_TIMESTAMP: at, HTTP_WEBHOOK_SIGNATURE: `v1,${signature}` }), body);
}

// Sends one message after the other until the time is over; gives how many were answered.
function sendAll(address, messages, until) {
	return new Promise((resolve, reject) => {
		const socket = net.connect(address);
		let answered = 0, answer = Buffer.alloc(0);
		const next = () => {
			const bytes = Date.now() < until && messages.pop();
			if (bytes) socket.write(bytes);
			else socket.destroy(), resolve(answered);
		};
		socket.on('connect', next).on('error', reject).on('data', (data) => {
			answer = answer.length ? Buffer.concat([answer, data]) : data;
			if (answer.length < 16 || answer[answer.length - 15] !== END_REQUEST) return;
			if (!answer.includes('"ok":true')) return reject(new Error(`cronhook: ${answer.toString('latin1')}`));
			answered++;
			answer = Buffer.alloc(0);
			next();
		});
	});
}

// Calls a second by so many senders, each with its own connection, and the program's CPU time for one.
async function callRate(server, key, task) {
	const messages = Array.from({ length: MESSAGES }, () => message(key, task));
	const until = Date.now() + SLICE_MS, started = process.hrtime.bigint(), before = cpu_us([server.child]);
	const all = await Promise.all(Array.from({ length: SENDERS }, () => sendAll(server.address, messages, until)));
	const calls = all.reduce((sum, n) => sum + n, 0);
	if (messages.length === 0) throw new Error('too few messages for a slice');
	return { rate: (calls * 1e9) / Number(process.hrtime.bigint() - started), cpu_us: (cpu_us([server.child]) - before) / calls };
}

const diskRate = async (site, ...more) => JSON.parse(await run(queueRate, ['1', ...more], { env: settings(site) }));

export async function measure() {
	const site = await siteOf(100), server = await serve(site);
	const key = Buffer.from((await command(site, ['hook', 'key'])).trim().slice('whsec_'.length), 'base64');
	const rounds = [];
	await callRate(server, key, 'publish');
	for (let round = 0; round < ROUNDS; round++) {
		const before = await diskRate(site), calls = await callRate(server, key, 'publish'), after = await diskRate(site);
		rounds.push({ commits: (before.commits + after.commits) / 2, jobs: (before.jobs + after.jobs) / 2, calls });
	}
	await end(server.child);
	row('full-sync commits, one after the other', rounds.map((one) => one.commits), 'a second');
	row(`cronhooks with nothing to do, ${SENDERS} senders`, rounds.map((one) => one.calls.rate), 'a second', { cpu_us: rounds.map((one) => one.calls.cpu_us) });
	row('cronhooks / commits', rounds.map((one) => one.calls.rate / one.commits), '', { target: { atLeast: 0.5 } });
	row('no-op jobs drained', rounds.map((one) => one.jobs), 'a second');
	row('no-op jobs / commits', rounds.map((one) => one.jobs / one.commits), '', { target: { atLeast: 1 } });
	await large(median(rounds.map((one) => one.jobs)));
	await idle();
}

// A million finished rows must cost whoever looks for work nothing.
async function large(without) {
	const site = { dir: `${(await siteOf(100)).dir}-queue` };
	fs.cpSync((await siteOf(100)).dir, site.dir, { recursive: true });
	const { jobs } = await diskRate(site, String(FINISHED));
	row('no-op jobs drained beside 1 000 000 finished / without', [jobs / without], '', { target: { atLeast: 0.5 } });
}

const NEVER = { ttl: '', publish: '', logs: '', optimize: '', jobs: '' };
const SETTLE_MS = 2500, WATCH_MS = 4000, LOOK_MS = 40, PATIENCE_MS = 30000;
const MB = 1024 * 1024;

async function becomes(what, ask) {
	for (const from = Date.now(); !await ask(); await delay(100))
		if (Date.now() - from > PATIENCE_MS) throw new Error(`the worker: never ${what}`);
}

// How often its threads have gone to sleep by themselves.
const sleeps = (pid) => fs.readdirSync(`/proc/${pid}/task`).reduce((sum, task) =>
	sum + Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))[1]), 0);

// Once awake it may wait for the disk, several times: that is one wake.
async function wakeRate(pid) {
	const from = Date.now();
	let wakes = 0;
	for (let before = sleeps(pid), now; Date.now() - from < WATCH_MS; before = now) {
		await delay(LOOK_MS);
		now = sleeps(pid);
		wakes += now !== before;
	}
	return (wakes * 1000) / (Date.now() - from);
}

// With a page folder, which it looks after as well.
async function idle() {
	const site = { dir: `${(await siteOf(100)).dir}-idle` }, rounds = [], pages = { PLATEN_PAGES: 'on' };
	fs.cpSync((await siteOf(100)).dir, site.dir, { recursive: true });
	const cron = (times) => command(site, ['config', 'set', 'cron', JSON.stringify({ ...NEVER, ...times })]);
	await cron({ publish: '@every 1s' });
	const server = await serve(site, pages), front = await nginxBefore(work, server.socket);
	const worker = start(platen, ['worker'], { env: settings(site, { ...pages, PLATEN_CRON_URL: new URL(front.origin).host }) });
	await becomes('called', async () => /^\d{4}-/.test(await command(site, ['hook', 'runs', 'publish'])));
	const job = String(Number.parseInt(await command(site, ['jobs', 'add', 'noop']), 10));
	await becomes('did a job', async () => JSON.parse(await command(site, ['jobs', 'show', job, '--json'])).state === 'done');
	await cron({});
	await delay(SETTLE_MS);
	for (let round = 0; round < ROUNDS; round++) rounds.push({ wakes: await wakeRate(worker.pid), pss: pss_b(worker) / MB });
	row('an idle worker wakes', rounds.map((one) => one.wakes), 'a second', { target: { atMost: 2 } });
	row('an idle worker\'s memory (PSS)', rounds.map((one) => one.pss), 'MB', { target: { atMost: 15 } });
	for (const child of [worker, ...front.programs, server.child]) await end(child);
}
