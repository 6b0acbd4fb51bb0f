// write.mjs: the first request after a write: a page is edited on the command line and asked for at once,
// through nginx on a kept connection, by a client that takes compressed bytes.
import net from 'node:net';
import { median } from '../figures.mjs';
import { ROUNDS } from '../load.mjs';
import { end } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { PAGE, command, pageText, serve, siteOf, work } from '../sites.mjs';
import { row } from '../table.mjs';

const PAIRS = 40;

// One GET; gives the milliseconds to its last byte, and its ETag.
function timedGet(socket, origin, target) {
	return new Promise((resolve, reject) => {
		const started = process.hrtime.bigint();
		let got = Buffer.alloc(0), whole = Infinity, etag;
		const data = (chunk) => {
			got = Buffer.concat([got, chunk]);
			const head = got.indexOf('\r\n\r\n');
			if (whole === Infinity && head >= 0) {
				const text = got.toString('latin1', 0, head);
				if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text));
				whole = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? NaN);
				etag = /etag: (.*)/i.exec(text)?.[1];
				if (Number.isNaN(whole)) return reject(new Error(`no length: ${text}`));
			}
			if (got.length < whole) return undefined;
			socket.off('data', data);
			return resolve({ ms: Number(process.hrtime.bigint() - started) / 1e6, etag });
		};
		socket.on('data', data);
		socket.once('close', () => reject(new Error('nginx closed the connection')));
		socket.write(`GET ${target} HTTP/1.1\r\nHost: ${origin.slice(7)}\r\nAccept-Encoding: gzip\r\n\r\n`);
	});
}

async function pair(site, socket, origin, mark) {
	const before = await timedGet(socket, origin, PAGE);
	await command(site, ['post', 'edit', PAGE, '-'], pageText(site, mark));
	const first = await timedGet(socket, origin, PAGE), again = await timedGet(socket, origin, PAGE);
	if (first.etag === before.etag) throw new Error('the page is from before the write');
	return { first: first.ms, again: again.ms };
}

export async function measure() {
	const site = await siteOf(10000), server = await serve(site), front = await nginxBefore(work, server.socket);
	const socket = net.connect(Number(new URL(front.origin).port), '127.0.0.1').setNoDelay().setMaxListeners(0);
	const first = [], again = [];
	for (let round = 0; round < ROUNDS; round++) {
		const pairs = [];
		for (let i = 1; i <= PAIRS; i++) pairs.push(await pair(site, socket, front.origin, round * PAIRS + i));
		first.push(median(pairs.map((one) => one.first)));
		again.push(median(pairs.map((one) => one.again)));
	}
	socket.removeAllListeners('close').destroy();
	await command(site, ['post', 'edit', PAGE, '-'], pageText(site, 0));
	row(`first request after a write, medians of ${PAIRS}`, first, 'ms', { target: { atMost: 2 } });
	row('the request after it', again, 'ms');
	await Promise.all([...front.programs, server.child].map(end));
}
