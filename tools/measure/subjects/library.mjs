// library.mjs: the media library of the admin and the answer that its picker asks for, with 100 000 files against 1 000: by
// each filter, by words, and deep inside. Signed in, through nginx. The cost is Platen's CPU time alone.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { sqlite } from '../../../tests/sqlite.mjs';
import { number } from '../figures.mjs';
import { all, alternate, quick, ratios } from '../load.mjs';
import { end } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { command, serve, work } from '../sites.mjs';
import { row } from '../table.mjs';

const SMALL = 1000, LARGE = 100000;
const HOST = 'localhost:8080', EMAIL = 'bench@example.org', PASSWORD = 'a password for the bench';

// Rows as uploads leave them; of each hundred files one is a film that nobody uses.
const filled = (count) => [
	`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
		INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms, private)
		SELECT printf('%064x', i), printf('every-%d-unique%dword.jpg', i, i), CASE i % 100 WHEN 50 THEN 'video/mp4' ELSE
			CASE i % 8 WHEN 7 THEN 'application/pdf' ELSE 'image/jpeg' END END, 250000, 1600, 1200, 1, i, 1 FROM n`,
	"INSERT INTO media_use (kind, owner, hash) SELECT 'bench', CAST(id AS TEXT), hash FROM media_item WHERE id % 10 < 7 AND id % 100 <> 50",
	"UPDATE media_item SET state = 'ready', alt = 'A picture of something' WHERE kind = 'image' AND id % 4 <> 3",
	"UPDATE media_item SET state = 'ready' WHERE kind = 'image'",
	'UPDATE media_item SET pinned = 0, expires_ms = 4000000000000 + id WHERE used = 0 AND id % 3 = 0',
	'UPDATE media_item SET trashed_ms = 4000000000000 WHERE id % 50 = 23',
	'INSERT INTO media_fts (rowid, name, alt, caption, credit) SELECT id, name, alt, caption, credit FROM media_item WHERE true',
	'DELETE FROM media_todo', 'ANALYZE',
];

function signIn(front) {
	const body = new URLSearchParams({ signin_email: EMAIL, signin_password: PASSWORD }).toString();
	return new Promise((resolve, reject) => http.request(`${front.origin}/admin/signin`, { method: 'POST', headers: { host: HOST, origin: `http://${HOST}`,
		'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } }, (res) => {
		const cookie = res.resume().headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ');
		if (res.statusCode === 303 && cookie) resolve(cookie);
		else reject(new Error(`signing in: status ${res.statusCode}`));
	}).on('error', reject).end(body));
}

async function open(count) {
	const site = { dir: path.join(work, `library-${count}`) };
	fs.mkdirSync(site.dir);
	await command(site, ['init']);
	await command(site, ['user', 'add', EMAIL, '--role', 'owner', '--name', 'Bench', '--password-stdin'], `${PASSWORD}\n`);
	for (const statement of filled(count)) sqlite(path.join(site.dir, 'site.db'), statement);
	const server = await serve(site), front = await nginxBefore(work, server.socket), cookie = await signIn(front);
	return { at: (target) => ({ url: `${front.origin}/admin/media${target}`, programs: [server.child], clients: 4, headers: { Host: HOST, Cookie: cookie } }),
		close: () => Promise.all([...front.programs, server.child].map(end)) };
}

// Each against the same with few files, or where few leave next to nothing to show, against their first page.
const asked = [
	['the first page', ''], ['a page deep inside', `?before=${LARGE / 2}`, ''], ['documents', '?kind=document'], ['films', '?kind=video', ''], ['unused', '?show=unused'],
	['unused films', '?show=unused&kind=video', ''], ['expiring', '?show=expiring'], ['without words', '?show=no_alt'], ['the trash', '?show=trash', ''],
	['a word of one', '?q=unique77word'], ['the picker', '/choose'], ['the picker, pictures', '/choose?kind=image'],
];

// The words of the index are looked through from the first file on: that grows with the files, and has a bound.
const searched = [['a word of each', '?q=every'], ['a word of each, unused films', '?q=every&show=unused&kind=video'],
	['the picker, a word of each picture', '/choose?q=something&kind=image']];

export async function measure() {
	const small = await open(SMALL), large = await open(LARGE);
	for (const [name, target, instead = target] of asked) {
		const { own, others: [few] } = await alternate(large.at(target), [small.at(instead)]);
		row(`media library, ${name}: CPU with ${number(LARGE)} against ${number(SMALL)}`, ratios(own, few, 'cpu_us'), 'times', { target: { atMost: 1.5 }, cpu_us: all(own, 'cpu_us') });
	}
	for (const [name, target] of searched) {
		const { own } = await alternate(large.at(target), []);
		row(`media library, ${name}: CPU with ${number(LARGE)}`, all(own, 'cpu_us').map((us) => us / 1000), 'ms', { target: { atMost: 25 } });
	}
	await Promise.all([small.close(), large.close()]);
}
