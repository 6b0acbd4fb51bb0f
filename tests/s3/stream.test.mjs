// stream.test.mjs: large files of a bucket through the site: the first byte goes on when it has come, and nothing that is not
// wanted or not right.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { openSite, places, platen } from '../http/harness.mjs';
import { Uploader } from '../http/media.mjs';
import { EMAIL, PASSWORD, signedIn } from '../http/visitor.mjs';
import { Gateway, Proxy, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const SIZE_B = 12 << 20;

describe('large files of a bucket through the site', { skip: missing }, () => {
	let gateway, proxy, bytes, let_go, held;
	before(async () => {
		gateway = await Gateway.start();
		// Once told to, it holds what comes back after three million bytes, until it is let go. Connections are used again.
		proxy = await Proxy.start(gateway.port, (client, server) => {
			client.pipe(server);
			server.on('data', (part) => {
				const own = held;
				client.write(part);
				if (!own || (own.sent += part.length) < 3e6) return;
				server.pause();
				own.full();
				void own.released.then(() => server.resume());
			});
			client.once('close', () => held?.gone());
		});
		bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(SIZE_B)]);
	});
	after(() => {
		proxy?.stop();
		gateway?.stop();
	});
	const hold = () => {
		held = { sent: 0 };
		held.reached = new Promise((resolve) => { held.full = resolve; });
		held.released = new Promise((resolve) => { let_go = () => { held = null; resolve(); }; });
		held.left = new Promise((resolve) => { held.gone = resolve; });
		return held;
	};
	const ask = (site, target, headers = {}) => new Promise((resolve, reject) => { http.get(`${site.origin}${target}`, { headers, agent: false }, resolve).on('error', reject); });
	const rest = async (res) => { const parts = []; for await (const part of res) parts.push(part); return Buffer.concat(parts); };

	for (const place of ['fastcgi', 'cgi']) {
		describe(place, () => {
			let site, target;
			before(async () => {
				// What the command line does keeps this process from answering for the server.
				site = await openSite(place, { posts: 0, serve: false, env: { ...gateway.media(place), PLATEN_MEDIA_DELIVERY: 'stream', PLATEN_LOG_LEVEL: 'error' } });
				site.env.PLATEN_S3_ENDPOINT = proxy.url;
				await places[place].serve(site);
				platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Owner', '--password-stdin', { input: `${PASSWORD}\n` });
				const item = await new Uploader(await signedIn(site)).send(bytes, 'large.pdf', { library: true });
				target = `${site.mount}${item.address}`;
			});
			after(async () => { await site?.stop(); });

			if (place === 'cgi') { // lighttpd collects what a CGI program says
				test('it is the same bytes, wholly and in part', async () => {
					for (const [headers, from, to] of [[{}, 0, bytes.length], [{ range: 'bytes=1000-' }, 1000, bytes.length]])
						assert.equal(sha256(await rest(await ask(site, target, headers))), sha256(bytes.subarray(from, to)));
				});
				return;
			}

			test('the first bytes come before the last have arrived, of all and of a part', async () => {
				for (const [headers, from, to] of [[{}, 0, bytes.length], [{ range: 'bytes=1000-' }, 1000, bytes.length], [{ range: 'bytes=5000000-11000000' }, 5000000, 11000001]]) {
					hold();
					const res = await ask(site, target, headers);
					assert.deepEqual([res.statusCode, res.headers['content-length']], [from ? 206 : 200, String(to - from)]);
					await once(res, 'readable');
					const first = res.read();
					let_go();
					const all = Buffer.concat([first, await rest(res)]);
					assert.equal(sha256(all), sha256(bytes.subarray(from, to)));
				}
			});

			test('when the reader goes the fetching ends', async () => {
				const own = hold(), res = await ask(site, target);
				await own.reached;
				res.destroy();
				await own.left;
				let_go();
				assert.equal(sha256(await rest(await ask(site, target))), sha256(bytes));
			});

			test('a damaged one is cut and not taken for whole', async () => {
				const name = `s3://${bucket}/${place}/${sha256(bytes)}`, bad = Buffer.from(bytes);
				bad[SIZE_B - 5] ^= 1;
				gateway.aws('s3', 'cp', '--quiet', '-', name, { input: bad });
				const res = await ask(site, target);
				assert.equal(res.statusCode, 200);
				await assert.rejects(rest(res), /aborted/);
				gateway.aws('s3', 'rm', '--quiet', name);
				assert.equal((await ask(site, target)).statusCode, 404);
				gateway.aws('s3', 'cp', '--quiet', '-', name, { input: bytes });
			});

			test('one that is away says so at once', async () => {
				gateway.pause();
				try {
					const res = await ask(site, target);
					assert.deepEqual([res.statusCode, Boolean(res.headers['retry-after'])], [503, true]);
					res.resume();
				} finally {
					gateway.resume();
				}
				assert.equal(sha256(await rest(await ask(site, target))), sha256(bytes));
			});
		});
	}
});
