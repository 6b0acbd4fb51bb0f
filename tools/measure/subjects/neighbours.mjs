// neighbours.mjs: how late the latest answers come beside requests that hold threads or never end: eight that
// are blocked, eight that check passwords, 64 uploads that crawl. Paced clients, so that lateness is not the
// queue that they make themselves.
import * as f from '../../../tests/http/fastcgi.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { all, alternate, ratios } from '../load.mjs';
import { accepting, end, start } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { LOCKED, PAGE, kept, serve, siteOf, work } from '../sites.mjs';
import { row } from '../table.mjs';

const BLOCKED = 8, UPLOADS = 64;
const CLIENTS = 8, SECONDS = 2;
const form = { CONTENT_TYPE: 'application/x-www-form-urlencoded', HTTP_HOST: 'localhost:8080' };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function beside(what, trouble, front, target, programs, during, limit) {
	const at = { url: front.origin + target, programs: [...front.programs, ...programs], clients: CLIENTS, seconds: SECONDS, paced: true };
	const { own, others: [alone] } = await alternate(at, [at], { during });
	const ms = (slices) => all(slices, 'p99_us').map((us) => us / 1000);
	row(`p99 of a ${what}`, ms(alone), 'ms');
	row(`p99 of a ${what} beside ${trouble}`, ms(own), 'ms');
	row(`p99 of a ${what} beside ${trouble}: against alone`, ratios(own, alone, 'p99_us'), 'times', { target: limit });
}

// At the front, whose test responder waits until it is told: more requests than there are workers.
async function blocked() {
	const socket = path.join(fs.mkdtempSync(path.join(work, 'front-')), 'front.sock'), address = { path: socket };
	const child = start(path.join(process.env.PLATEN_BUILD, 'tests/front/responder'),
		['--listen', `unix:${socket}`, '--workers', String(BLOCKED / 2)]);
	await accepting(address, child);
	const front = await nginxBefore(work, socket);
	await beside('prepared page', `${BLOCKED} blocked requests`, front, '/prepared', [child], async () => {
		const waiting = Array.from({ length: BLOCKED }, () => f.fetch1(address, f.get('/block')));
		while ((await f.fetch1(address, f.get('/status'))).json.blocked < BLOCKED / 2) await pause(5);
		return async () => {
			let left = BLOCKED;
			for (const one of waiting) one.finally(() => left--);
			while (left > 0) { await f.fetch1(address, f.get('/open')); await pause(5); }
		};
	}, { atMost: 2 });
	await Promise.all([...front.programs, child].map(end));
}

// Each takes the time and the memory that a password costs, and is followed by the next: of somebody else from elsewhere,
// who need not wait first.
async function passwords(site) {
	let count = 0;
	const guess = (address) => {
		const n = count++, body = `signin_email=p${n}%40example.org&signin_password=wrong`;
		return f.fetch1(address, f.post('/admin/signin', body, { ...form, REMOTE_ADDR: `10.0.${Math.floor(n / 250) % 250}.${n % 250}` }), body);
	};
	const server = await serve(site);
	await kept(server.address, PAGE);
	const front = await nginxBefore(work, server.socket);
	await beside('cached page', `${BLOCKED} password checks`, front, PAGE, [server.child], async () => {
		let going = true;
		const one = async () => {
			while (going) {
				const { status } = await guess(server.address);
				if (status !== 403) throw new Error(`a password check: status ${status}`);
			}
		};
		const checks = Promise.all(Array.from({ length: BLOCKED }, one));
		return () => { going = false; return checks; };
	});
	await Promise.all([...front.programs, server.child].map(end));
}

// Straight to Platen's socket: nginx would collect them. Each announces more than it will ever send.
async function uploads(site) {
	const server = await serve(site, { PLATEN_PAGE_CACHE: '0' });
	const front = await nginxBefore(work, server.socket);
	await beside('page made anew', `${UPLOADS} slow uploads`, front, PAGE, [server.child], async () => {
		const slow = Array.from({ length: UPLOADS }, () => new f.Connection(server.address).send(f.head(f.post(LOCKED, 'x'.repeat(4000), form))));
		let turn = 0;
		const timer = setInterval(() => slow[turn++ % UPLOADS].send(f.record(f.STDIN, 'x'.repeat(1024))), 1000 / UPLOADS);
		return () => {
			clearInterval(timer);
			if (slow.some((one) => one.isClosed)) throw new Error('an upload was cut');
			for (const one of slow) one.close();
		};
	}, { atMost: 2 });
	await Promise.all([...front.programs, server.child].map(end));
}

export async function measure() {
	await blocked();
	const site = await siteOf(10000);
	await passwords(site);
	await uploads(site);
}
