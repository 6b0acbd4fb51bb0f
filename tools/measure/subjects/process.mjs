// process.mjs: the process itself: how soon it answers after its start, and what memory it has when all its
// threads were used and a crawl has filled the page cache.
import { setTimeout as delay } from 'node:timers/promises';
import * as f from '../../../tests/http/fastcgi.mjs';
import { ROUNDS } from '../load.mjs';
import { end, pss_b } from '../processes.mjs';
import { LOCKED, PAGE, ask, serve, siteOf } from '../sites.mjs';
import { row } from '../table.mjs';

const CRAWLERS = 16;
const OWN_MB = 20, CACHE_MB = 32;
const REST_MS = 13000; // after 10 s without work it closes the connections of its threads
const MB = 1024 * 1024;
const host = { HTTP_HOST: 'localhost:8080', HTTP_ACCEPT_ENCODING: 'gzip' };

async function starting(site) {
	const times = [];
	for (let round = 0; round < ROUNDS; round++) {
		const started = process.hrtime.bigint(), server = await serve(site);
		await ask(server.address, PAGE);
		times.push(Number(process.hrtime.bigint() - started) / 1e6);
		await end(server.child);
	}
	row('start to first answer, 10 000 posts', times, 'ms', { target: { atMost: 50 } });
}

async function crawl(address, targets) {
	const queue = [...targets];
	await Promise.all(Array.from({ length: CRAWLERS }, async () => {
		const connection = new f.Connection(address);
		for (let target = queue.pop(); target; target = queue.pop()) {
			const { status } = await connection.get(target, host);
			if (status !== 200) throw new Error(`${target}: status ${status}`);
		}
		connection.close();
		await f.fetch1(address, f.post(LOCKED, 'password=wrong', { ...host, CONTENT_TYPE: 'application/x-www-form-urlencoded' }), 'password=wrong');
	}));
}

async function memory(site) {
	const server = await serve(site, { PLATEN_PAGE_CACHE: `${CACHE_MB}m` });
	await crawl(server.address, ['/', '/feed.xml', '/search?q=every', '/sitemap.xml', '/archive',
		...Array.from({ length: 60 }, (_, i) => `/tag/tag-${i}`), ...Array.from({ length: site.posts }, (_, i) => `/post-${i}`)]);
	const { text } = await ask(server.address, '/metrics', { REMOTE_ADDR: '127.0.0.1' }), kept_b = Number(/^platen_page_cache_bytes (\d+)$/m.exec(text)[1]);
	row('kept pages after a crawl of 10 000 posts', [kept_b / MB], 'MB');
	row('memory at that moment (PSS)', [pss_b(server.child) / MB], 'MB');
	await delay(REST_MS);
	row(`memory at rest (PSS): ${OWN_MB} MB and the ${CACHE_MB} MB of PLATEN_PAGE_CACHE`, [pss_b(server.child) / MB], 'MB',
		{ target: { atMost: OWN_MB + CACHE_MB } });
	await end(server.child);
}

export async function measure() {
	const site = await siteOf(10000);
	await starting(site);
	await memory(site);
}
