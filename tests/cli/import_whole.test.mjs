// import_whole.test.mjs: `platen import` takes effect wholly or not at all, whatever ends it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dump } from '../sqlite.mjs';
import { Place, program } from './cli.mjs';

const MANY = 2500;

describe('an import', () => {
	let place, folder, untouched;
	// That the file it had put is to be removed is noted, since nothing shows it.
	const content = (data = place.data) => dump(path.join(data, 'site.db'), ['media_gone']);
	const isWhole = (now) => ['From afar', 'Told late', 'Came along.', '/old', 'x.txt', ...Array.from({ length: MANY }, (_, i) => `Many ${i}'`)].every((part) => now.includes(part));
	before(() => {
		place = Place.site();
		place.file('posts/here.md', '---\ntitle: Here before\ndate: 2024-01-01\n---\nText.\n');
		place.done('import', path.join(place.dir, 'posts'));
		folder = path.join(place.dir, 'many');
		fs.mkdirSync(path.join(folder, 'posts/pic'), { recursive: true });
		fs.writeFileSync(path.join(folder, 'platen.json'), JSON.stringify({ platen_export: 1, settings: { title: 'From afar', permalink: '/:year/:slug' },
			tags: [{ slug: 'late', name: 'Late', description: 'Told late' }], authors: [{ name: 'Ida', slug: 'ida', bio: 'Came along.' }], redirects: [{ from: '/old', to: '/new', status: 301 }] }));
		fs.writeFileSync(path.join(folder, 'posts/pic/index.md'), '---\ntitle: With a file\ndate: 2024-01-01\n---\n[file](x.txt)\n');
		fs.writeFileSync(path.join(folder, 'posts/pic/x.txt'), 'text');
		for (let i = 0; i < MANY; i++) fs.writeFileSync(path.join(folder, `posts/p${i}.md`), `---\ntitle: Many ${i}\ndate: 2024-01-01\ntags: [late]\n---\nNumber ${i}. ${'More of it. '.repeat(60)}\n`);
		untouched = content();
	});
	after(() => place.release());

	test('with a damaged platen.json changes nothing', () => {
		const bad = path.join(place.dir, 'bad');
		fs.mkdirSync(path.join(bad, 'posts'), { recursive: true });
		fs.writeFileSync(path.join(bad, 'platen.json'), '{"platen_export":1,"settings":{"title":"x"},');
		fs.writeFileSync(path.join(bad, 'posts/a.md'), '---\ntitle: A\n---\nText\n');
		assert.equal(place.run(['import', bad]).status, 1);
		assert.equal(content(), untouched);
	});

	// A limit on the size of files (in blocks of 512 bytes) is a disk that is full.
	for (const blocks of [1024, 4096, 8192])
		test(`on a disk with room for ${blocks / 2} KB changes nothing`, () => {
			const { status, stderr } = spawnSync('sh', ['-c', `ulimit -f ${blocks}; exec "$0" import "$1"`, program, folder], { env: place.env, encoding: 'utf8' });
			assert.equal(status, 1, stderr);
			assert.match(stderr, /full|large|space|I\/O|disk/i);
			assert.equal(content(), untouched);
		});

	test('that is killed while it writes changes nothing', async () => {
		// One that has ended before it could be killed is there wholly; then another is begun, on a fresh copy.
		for (let tries = 1, now; now !== untouched; tries++) {
			const data = path.join(place.dir, `data-${tries}`), wal = path.join(data, 'site.db-wal');
			fs.cpSync(place.data, data, { recursive: true });
			const child = spawn(program, ['import', folder], { env: { ...place.env, PLATEN_DATA: data }, stdio: 'ignore' });
			const ended = new Promise((resolve) => child.once('exit', resolve));
			// What no longer fits into its memory goes to the disk long before the end.
			while (child.exitCode === null && !(fs.existsSync(wal) && fs.statSync(wal).size > 1 << 20)) await new Promise((resolve) => setTimeout(resolve, 1));
			child.kill('SIGKILL');
			await ended;
			now = content(data);
			assert.ok(now === untouched || isWhole(now), 'a part of it is there');
			assert.ok(tries < 20, 'it always ended before it could be killed');
		}
	});

	test('that nothing ends is there, all of it', () => {
		place.done('import', folder);
		const now = content();
		assert.ok(isWhole(now));
		for (const part of ['From afar', 'Told late', 'Came along.', '/old', 'x.txt', `Many ${MANY - 1}`]) assert.ok(!untouched.includes(part), part);
	});
});
