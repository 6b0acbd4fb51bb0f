// large.mjs: what 100 000 posts cost against 1 000: lists and search, made anew for every request. The cost is
// Platen's CPU time alone, so that nginx's share does not soften the ratio.
import fs from 'node:fs';
import path from 'node:path';
import * as f from '../../../tests/http/fastcgi.mjs';
import { median, number } from '../figures.mjs';
import { ROUNDS, all, alternate, quick, ratios } from '../load.mjs';
import { end } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { serve, siteOf, work } from '../sites.mjs';
import { row } from '../table.mjs';

const SMALL = 1000, LARGE = quick ? 20000 : 100000;
const ASKED = 10;
const lists = [['home', '/'], ['tag page', '/tag/tag-1'], ['Atom feed', '/feed.xml']];
const equal = ['in none', 'in one', 'in 10', 'in 100', 'in 500', 'in 1 000'];
const search = (word) => `/search?q=${encodeURIComponent(word)}`;

async function open(posts) {
	const site = await siteOf(posts), server = await serve(site, { PLATEN_PAGE_CACHE: '0' });
	const front = await nginxBefore(work, server.socket);
	const words = JSON.parse(fs.readFileSync(path.join(site.dir, 'seed.json'), 'utf8'));
	const at = (target) => ({ url: front.origin + target, programs: [server.child], clients: 16 });
	return { ...server, words, at, close: () => Promise.all([...front.programs, server.child].map(end)) };
}

async function against(name, large, small) {
	const { own, others: [few] } = await alternate(large, [small]);
	row(`${name}, ${number(LARGE)} posts`, all(own, 'rate'), 'a second', { cpu_us: all(own, 'cpu_us') });
	row(`${name}: CPU against ${number(SMALL)} posts`, ratios(own, few, 'cpu_us'), 'times', { target: { atMost: 1.3 } });
}

// Milliseconds of a search, by a single client that asks Platen itself.
async function searchTime(address, word) {
	const connection = new f.Connection(address), times = [];
	for (let i = 0; i < ASKED; i++) {
		const started = process.hrtime.bigint(), { status } = await connection.get(search(word), { HTTP_HOST: 'localhost:8080' });
		if (status !== 200) throw new Error(`search for ${word}: status ${status}`);
		times.push(Number(process.hrtime.bigint() - started) / 1e6);
	}
	connection.close();
	return median(times);
}

async function slowestWord(large) {
	let slowest = { times: [0] };
	for (const [name, word] of Object.entries(large.words)) {
		const times = [];
		for (let round = 0; round < ROUNDS; round++) times.push(await searchTime(large.address, word));
		if (median(times) > median(slowest.times)) slowest = { name, times };
	}
	row(`search, ${number(LARGE)} posts: the slowest of ${Object.keys(large.words).length} (${slowest.name})`, slowest.times, 'ms',
		{ target: { atMost: 20 } });
}

export async function measure() {
	const small = await open(SMALL), large = await open(LARGE);
	for (const [name, target] of lists) await against(name, large.at(target), small.at(target));
	for (const name of equal)
		await against(`search, a word ${name} of the posts`, large.at(search(large.words[name])), small.at(search(small.words[name])));
	await slowestWord(large);
	await Promise.all([small.close(), large.close()]);
}
