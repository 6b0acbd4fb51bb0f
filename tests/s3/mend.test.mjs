// mend.test.mjs: store and library that differ, in a folder and in a bucket: doctor tells of it, and there is a way to mend
// each difference.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, program } from '../http/harness.mjs';
import { Uploader, png } from '../http/media.mjs';
import { EMAIL, PASSWORD, signedIn } from '../http/visitor.mjs';
import { dump, sqlite } from '../sqlite.mjs';
import { Gateway, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

class Folder {
	async open() { return {}; }
	at(hash) { return path.join(this.data, 'media', hash.slice(0, 2), hash.slice(2, 4), hash); }
	has(hash) { return fs.existsSync(this.at(hash)); }
	remove(hash) { fs.rmSync(this.at(hash)); }
	put(hash, bytes) { fs.mkdirSync(path.dirname(this.at(hash)), { recursive: true }); fs.writeFileSync(this.at(hash), bytes); }
	close() {}
}

class Bucket {
	async open() { this.gateway = await Gateway.start(); return this.gateway.media('mend'); }
	at(hash) { return `s3://${bucket}/mend/${hash}`; }
	has(hash) { try { this.gateway.aws('s3', 'ls', this.at(hash)); return true; } catch { return false; } }
	remove(hash) { this.gateway.aws('s3', 'rm', '--quiet', this.at(hash)); }
	put(hash, bytes) { this.gateway.aws('s3', 'cp', '--quiet', '-', this.at(hash), { input: bytes }); }
	close() { this.gateway?.stop(); }
}

for (const [name, Store, skip] of [['a folder', Folder], ['a bucket', Bucket, missing]])
	describe(`store and library, ${name}`, { skip }, () => {
		let site, owner, up, store;
		const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
		const tell = (...args) => { try { return platen(site, ...args); } catch (error) { return error.stdout + error.stderr; } };
		const orphans = () => Number(/(\d+) without use in the store/.exec(tell('doctor'))?.[1]);
		before(async () => {
			store = new Store();
			site = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn', ...await store.open() } });
			store.data = site.data;
			platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive', '--password-stdin', { input: `${PASSWORD}\n` });
			owner = await signedIn(site);
			up = new Uploader(owner);
			platen(site, 'hook', 'run', 'ttl');
			platen(site, 'jobs', 'work');
			platen(site, 'media', 'mend');
		});
		after(async () => {
			await site?.stop();
			store?.close();
		});

		test('a file without a row is told of, and mending removes it and nothing else', async () => {
			const item = await up.send(png(30, 20, [1, 2, 3]), 'kept.png', { library: true }), kept = item.address.split('/')[2];
			const rest = Array.from({ length: 130 }, (_, n) => Buffer.from(`left behind ${n}`)).slice(0, Store === Bucket ? 3 : 130);
			for (const bytes of rest) store.put(sha256(bytes), bytes);
			assert.equal(orphans(), rest.length);
			assert.match(tell('doctor'), /`platen media mend` removes them/);
			const before = dump(path.join(site.data, 'site.db'));
			assert.match(tell('media', 'mend', '--dry-run'), new RegExp(`orphan ${sha256(rest[0])}\n[^]*dry run, nothing was done: ${rest.length} files without use, 0 removed`));
			assert.equal(dump(path.join(site.data, 'site.db')), before);
			assert.ok(store.has(sha256(rest[0])));
			assert.match(tell('media', 'mend'), new RegExp(`${rest.length} files without use, ${rest.length} removed; 0 variants to be made anew, 0 files lost`));
			for (const bytes of rest.slice(0, 3)) assert.ok(!store.has(sha256(bytes)));
			assert.ok(store.has(kept));
			assert.equal(orphans(), 0);
			// The same bytes can be sent, and stay.
			const again = await up.send(rest[0], 'again.txt', { library: true });
			assert.equal(again.address.split('/')[2], sha256(rest[0]));
			platen(site, 'media', 'mend');
			assert.ok(store.has(sha256(rest[0])));
		});

		test('what an import put that failed in the end is removed', async () => {
			const folder = path.join(site.dir, 'fails'), picture = png(31, 17, [7, 8, 9], 'taken at home'), bytes = Buffer.from('of one that failed');
			fs.mkdirSync(folder);
			fs.writeFileSync(path.join(folder, 'a.txt'), bytes);
			fs.writeFileSync(path.join(folder, 'b.png'), picture);
			fs.writeFileSync(path.join(folder, 'a.md'), '---\ntitle: A\nslug: fails-a\ndate: 2024-01-01\n---\n[file](a.txt) ![picture](b.png)\n');
			sql('CREATE TRIGGER refused BEFORE INSERT ON media BEGIN SELECT RAISE(ABORT, \'refused\'); END');
			assert.match(tell('import', folder), /refused/);
			sql('DROP TRIGGER refused');
			assert.ok(store.has(sha256(bytes)) && store.has(sha256(picture)));
			assert.equal(orphans(), 0, 'they are noted');
			platen(site, 'hook', 'run', 'ttl');
			assert.ok(!store.has(sha256(bytes)) && !store.has(sha256(picture)));
			platen(site, 'import', folder);
			assert.ok(store.has(sha256(bytes)) && store.has(sha256(picture)));
			platen(site, 'hook', 'run', 'ttl');
			platen(site, 'jobs', 'work');
			assert.ok(store.has(sha256(bytes)), 'what has rows stays');
			assert.match(tell('doctor'), /^ok +media: \d+ files are there, 0 without use/m);
		});

		test('a size that is missing is made anew', async () => {
			const item = await up.send(png(900, 40, [7, 7, 7], 'taken at home'), 'sizes.png', { library: true }), original = item.address.split('/')[2];
			platen(site, 'jobs', 'work');
			const all = () => sql(`SELECT crop, mime, width_px, hash FROM media_variant WHERE original = '${original}' ORDER BY 1, 2, 3`);
			const before = all(), shown = before.filter(([crop]) => crop === ''), clean = before.find(([crop]) => crop === 'clean');
			assert.ok(shown.length > 0 && clean);
			for (const [, , , hash] of [shown[0], clean]) store.remove(hash);
			assert.match(tell('doctor'), /problem +media: the store lacks 2 files.*`platen media mend` makes anew/);
			assert.match(tell('media', 'mend'), new RegExp(`remade ${clean[3]} sizes\\.png[^]*2 variants to be made anew, 0 files lost`));
			platen(site, 'jobs', 'work');
			assert.deepEqual(all(), before);
			for (const [, , , hash] of before) assert.ok(store.has(hash));
			assert.match(tell('doctor'), /^ok +media: \d+ files are there, 0 without use/m);
		});

		test('a file that is lost is named, and comes back with a copy, or with the same file', async () => {
			const bytes = Buffer.from('only once'), other = Buffer.from('another one'), copy = path.join(site.dir, 'copy');
			for (const one of [bytes, other]) await up.send(one, 'once.txt', { library: true });
			platen(site, 'media', 'copy', '--to', copy);
			for (const one of [bytes, other]) store.remove(sha256(one));
			assert.match(tell('doctor'), /problem +media: the store lacks 2 files.*`platen media copy --from`/);
			const said = tell('media', 'mend');
			for (const one of [bytes, other]) assert.ok(said.includes(`lost ${sha256(one)} once.txt\n`), said);
			assert.match(said, /2 files lost/);
			await up.send(other, 'sent again.txt', { library: true });
			assert.match(tell('media', 'mend'), /1 files lost/);
			platen(site, 'media', 'copy', '--from', copy, '--to', site.env.PLATEN_MEDIA ?? 'media');
			assert.match(tell('media', 'mend'), /0 files without use, 0 removed; 0 variants to be made anew, 0 files lost/);
			assert.match(tell('doctor'), /^ok +media: \d+ files are there, 0 without use/m);
		});

		if (Store === Folder) test('while an import runs nothing is removed that it has put already', async () => {
			const folder = path.join(site.dir, 'slow');
			fs.mkdirSync(folder);
			fs.writeFileSync(path.join(folder, 'a.txt'), 'of the import');
			fs.writeFileSync(path.join(folder, 'a.md'), '---\ntitle: A\nslug: slow-a\ndate: 2024-01-01\n---\n[file](a.txt)\n');
			// Somebody writes: the import has put its files and waits for its transaction.
			const writer = spawn('python3', ['-c', `
import sqlite3, sys
d = sqlite3.connect(sys.argv[1], isolation_level=None)
d.execute("BEGIN IMMEDIATE"); print("begun", flush=True); sys.stdin.readline(); d.execute("ROLLBACK")`, path.join(site.data, 'site.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
			await new Promise((resolve) => writer.stdout.once('data', resolve));
			const child = spawn(program, ['import', folder], { env: { ...site.env, PLATEN_BUSY_TIMEOUT: '60000' }, stdio: 'ignore' });
			const ended = new Promise((resolve) => child.once('exit', resolve));
			try {
				while (!store.has(sha256('of the import'))) {
					assert.deepEqual([child.exitCode, child.signalCode], [null, null], 'the import runs');
					await new Promise((resolve) => setTimeout(resolve, 20));
				}
				assert.match(tell('media', 'mend'), /an import runs/);
			} finally {
				writer.stdin.write('\n');
				await ended;
			}
			assert.ok(store.has(sha256('of the import')));
			assert.equal((await site.get('/slow-a')).status, 200);
			assert.match(tell('media', 'mend'), /0 files without use/);
		});
	});
