// fresh.test.mjs: nobody ever gets a page older than a commit that had returned before the request began.
//
// One writer, three readers and the engine are processes of their own; the writer is killed at random
// moments and goes on. tests/fault/fresh.c says how an old page is told.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openSite, platen } from './harness.mjs';
import { run } from './responder.mjs';

const build = path.resolve(process.env.PLATEN_BUILD ?? 'build');
const fresh = path.join(build, 'tests/fault/fresh');
const reads = Number(process.env.FRESH_READS ?? 36000); // of each reader
const commits = Number(process.env.FRESH_COMMITS ?? 1000);
// Pages that show the post's title: its own, a list, a feed.
const shown = ['/fresh', '/', '/feed.xml'];

async function site(place, options = {}) {
	const own = await openSite(place, { posts: 0, serve: false, ...options });
	const folder = path.join(own.dir, 'fresh');
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, 'fresh.md'), '---\ntitle: counter-0\nslug: fresh\ndate: 2025-06-01\n---\nText.\n');
	platen(own, 'import', folder);
	own.counter = path.join(own.dir, 'counter');
	fs.writeFileSync(own.counter, Buffer.alloc(8));
	await own.serve();
	return own;
}

const count = (own) => Number(fs.readFileSync(own.counter).readBigInt64LE());

// Keeps one writer going until `ended()`, killing it after a time that is different each time.
async function write(own, ended) {
	let kills = 0;
	for (let n = 1; !ended(); n++) {
		const writer = run(fresh, ['write', own.counter, 'fresh'], { env: own.env });
		await new Promise((resolve) => setTimeout(resolve, 40 + (n * 7919) % 260));
		assert.equal(writer.exitCode, null, writer.errors);
		writer.kill('SIGKILL');
		await writer.ended;
		kills++;
	}
	return kills;
}

async function readers(own, where, paths, each = reads) {
	const all = [1, 2, 3].map((n) => {
		const args = paths.map((_, i) => own.mount + paths[(i + n) % paths.length]);
		const child = run(fresh, ['read', own.counter, where, String(each), ...args], { env: own.env, stdio: ['ignore', 'pipe', 'pipe'] });
		child.text = '';
		child.stdout.on('data', (d) => { child.text += d; });
		return child;
	});
	let done = false;
	const ended = Promise.all(all.map((child) => child.ended)).then((codes) => { done = true; return codes; });
	// It goes on until both are enough: reads and commits.
	const kills = await write(own, () => done && count(own) >= commits);
	const codes = await ended;
	assert.deepEqual(codes, [0, 0, 0], all.map((child) => child.text + child.errors).join('\n'));
	assert.ok(kills > 3);
	return all.map((child) => child.text);
}

test('from memory: three readers, a writer that is killed, no answer older than a commit', async (t) => {
	const own = await site('fastcgi');
	try {
		for (const text of await readers(own, `unix:${path.join(own.dir, 'platen.sock')}`, shown)) t.diagnostic(text);
		const metrics = (await own.get('/metrics')).text;
		t.diagnostic(metrics.match(/platen_page_cache_\w+ \d+/g)?.join(' ') ?? metrics);
		assert.ok(Number(metrics.match(/platen_page_cache_hits_total (\d+)/)[1]) > reads, 'most answers come from memory');
	} finally {
		await own.stop();
	}
});
