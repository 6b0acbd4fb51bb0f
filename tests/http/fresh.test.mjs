// fresh.test.mjs: nobody ever gets a page older than a commit that had returned before the request began.
//
// One writer, three readers and the engine are processes of their own; the writer is killed at random
// moments and goes on. tests/fault/fresh.c says how an old page is told.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually, openSite, platen, program } from './harness.mjs';
import { accepting, run } from './responder.mjs';
import { WebServer } from './webserver.mjs';

const build = path.resolve(process.env.PLATEN_BUILD ?? 'build');
const fresh = path.join(build, 'tests/fault/fresh');
const reads = Number(process.env.FRESH_READS ?? 36000); // of each reader
const commits = Number(process.env.FRESH_COMMITS ?? 1000);
// Pages that show the post's title: its own, a list, a feed.
const shown = ['/fresh', '/', '/feed.xml'];

async function startEngine(own) {
	own.socket = path.join(own.dir, 'platen.sock');
	own.app = run(program, ['serve', '--listen', `unix:${own.socket}`], { env: own.env });
	own.app.log = () => own.app.errors;
	own.children.push({ stop: async () => { own.app.kill('SIGTERM'); await own.app.ended; } });
	await accepting({ path: own.socket }, own.app);
}

async function site(place, options = {}, serve = true) {
	const own = await openSite(place, { posts: 0, serve: false, ...options });
	const folder = path.join(own.dir, 'fresh');
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, 'fresh.md'), '---\ntitle: counter-0\nslug: fresh\ndate: 2025-06-01\n---\nText.\n');
	platen(own, 'import', folder);
	own.counter = path.join(own.dir, 'counter');
	fs.writeFileSync(own.counter, Buffer.alloc(8));
	if (serve) await own.serve();
	return own;
}

const count = (own) => Number(fs.readFileSync(own.counter).readBigInt64LE());
const shownBy = (text) => Number(text.match(/counter-(\d+)/)?.[1]);

// Keeps one writer going until `ended()`, killing it after a time that is different each time.
async function write(own, pauseUs, ended) {
	let kills = 0;
	for (let n = 1; !ended(); n++) {
		const had = count(own), writer = run(fresh, ['write', own.counter, 'fresh', String(pauseUs)], { env: own.env });
		// Of three one may be killed before it has committed anything; where its start takes long, the others come to it.
		while (n % 3 && count(own) === had && writer.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
		await new Promise((resolve) => setTimeout(resolve, 40 + (n * 7919) % 260));
		assert.equal(writer.exitCode, null, writer.errors);
		writer.kill('SIGKILL');
		await writer.ended;
		kills++;
	}
	return kills;
}

// Three readers, each on one of `places` in turn.
async function readers(own, places, paths, { each = reads, least = commits, pauseUs = 1000 } = {}) {
	const all = [1, 2, 3].map((n) => {
		const args = paths.map((_, i) => own.mount + paths[(i + n) % paths.length]);
		const child = run(fresh, ['read', own.counter, places[n % places.length], String(each), ...args], { env: own.env, stdio: ['ignore', 'pipe', 'pipe'] });
		child.text = '';
		child.stdout.on('data', (d) => { child.text += d; });
		return child;
	});
	let done = false;
	const ended = Promise.all(all.map((child) => child.ended)).then((codes) => { done = true; return codes; });
	// It goes on until both are enough: reads and commits.
	const kills = await write(own, pauseUs, () => done && count(own) >= least);
	const codes = await ended;
	assert.deepEqual(codes, [0, 0, 0], all.map((child) => child.text + child.errors).join('\n'));
	assert.ok(kills > 3);
	return all.map((child) => child.text);
}

// One more `platen serve` on the same data.
async function another(own) {
	const socket = path.join(own.dir, 'second.sock');
	const child = run(program, ['serve', '--listen', `unix:${socket}`], { env: own.env });
	own.children.push({ stop: async () => { child.kill('SIGTERM'); await child.ended; } });
	await accepting({ path: socket }, child);
	return socket;
}

test('from memory: three readers, a writer that is killed, no answer older than a commit', async (t) => {
	const own = await site('fastcgi');
	try {
		for (const text of await readers(own, [`unix:${path.join(own.dir, 'platen.sock')}`], shown)) t.diagnostic(text);
		const metrics = (await own.get('/metrics')).text;
		t.diagnostic(metrics.match(/platen_page_cache_\w+ \d+/g).join(' '));
		assert.ok(Number(metrics.match(/platen_page_cache_hits_total (\d+)/)[1]) > reads, 'most answers come from memory');
	} finally {
		await own.stop();
	}
});

test('the same with two engines on one database', async (t) => {
	const own = await site('fastcgi');
	try {
		const sockets = [path.join(own.dir, 'platen.sock'), await another(own)].map((socket) => `unix:${socket}`);
		for (const text of await readers(own, sockets, shown, { each: reads / 4 })) t.diagnostic(text);
	} finally {
		await own.stop();
	}
});

for (const kind of ['nginx-pages', 'caddy-pages']) {
	test(`the same from the page folder, ${kind}`, async (t) => {
		const own = await site('fastcgi', { env: { PLATEN_PAGES: 'on' } }, false);
		try {
			// In memory, as README recommends: on a disk that is synced all the time a rename waits for the journal.
			const pages = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : own.dir, 'platen-pages-'));
			own.children.push({ stop: () => fs.rmSync(pages, { recursive: true, force: true }) });
			fs.symlinkSync(pages, path.join(own.data, 'pages'));
			await startEngine(own);
			own.children.push(await WebServer.start(kind, own.dir, { PORT: own.port, MOUNT: own.mount, SOCKET: own.socket, PAGES: pages }));
			// Pages stand in the folder some milliseconds after a commit. Caddy needs ten times as long for each.
			const many = kind === 'nginx-pages' ? { pauseUs: 30000, least: commits / 4 } : { pauseUs: 30000, least: commits / 8, each: reads / 6 };
			for (const text of await readers(own, [`http:${own.port}`], shown, many)) t.diagnostic(text);
			const metrics = (await own.get('/metrics')).text;
			const asked = Number(metrics.match(/platen_requests_total\{class="2xx"\} (\d+)/)[1]);
			t.diagnostic(`the engine answered ${asked}`);
			assert.ok(asked < 3 * (many.each ?? reads) - 500, 'the web server sends pages by itself');
		} finally {
			await own.stop();
		}
	});
}

test('the same as plain CGI, where no process stays, by platen-cgi', async (t) => {
	const own = await site('platen-cgi');
	try {
		const few = { pauseUs: 60000, least: commits / 20, each: reads / 24 };
		for (const text of await readers(own, [`http:${own.port}`], shown, few)) t.diagnostic(text);
		// A writer that was killed while its commit reached the disk has not counted it; the next one who opens the
		// database recovers it.
		for (let n = 0; n < 2; n++) assert.ok([0, 1].includes(shownBy((await own.get('/fresh')).text) - count(own)));
		// The program puts it there behind an answer.
		await eventually(() => own.get('/fresh'), (res) => /^"[0-9a-f]+-[0-9a-f]+"$/.test(res.headers.etag));
	} finally {
		await own.stop();
	}
});
