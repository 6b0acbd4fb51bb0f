// load.mjs: slices of load by wrk, and rounds in which a subject stands between two slices of its references.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean, median, parseWrk } from './figures.mjs';
import { cpu_us, run } from './processes.mjs';

export const quick = process.argv.includes('--quick');
export const ROUNDS = quick ? 1 : 5;
const CLIENTS = 64, THREADS = 2;
const paced = path.join(path.dirname(fileURLToPath(import.meta.url)), 'paced.lua');

// One slice against `at`: { url, headers, programs, clients, seconds, paced }. `programs` are those whose CPU
// time is summed. A paced client waits between its requests, so that nothing is saturated and a late answer
// is late for a reason.
export async function slice(at) {
	const headers = Object.entries(at.headers ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
	const script = at.paced ? ['-s', paced] : [];
	const before = cpu_us(at.programs);
	const found = parseWrk(await run('wrk', [`-t${THREADS}`, `-c${at.clients ?? CLIENTS}`, `-d${at.seconds ?? 1}s`, '--latency',
		...headers, ...script, at.url]));
	return { ...found, cpu_us: (cpu_us(at.programs) - before) / found.count };
}

// Rounds of: each reference, the subject, each reference again. Gives the subject's slices, and for each
// reference, per round, the mean of the slices on both sides. `during` is started before the subject's slice
// and gives what ends it.
export async function alternate(subject, references, { during } = {}) {
	const own = [], others = references.map(() => []);
	for (let round = 0; round < ROUNDS; round++) {
		const sides = references.map(() => []);
		for (const [i, one] of references.entries()) sides[i].push(await slice(one));
		const finish = await during?.();
		own.push(await slice(subject));
		await finish?.();
		for (const [i, one] of [...references.entries()].reverse()) sides[i].push(await slice(one));
		for (const [i, two] of sides.entries()) {
			others[i].push(Object.fromEntries(['rate', 'cpu_us', 'p99_us'].map((name) => [name, mean(two.map((s) => s[name]))])));
		}
	}
	return { own, others };
}

export const all = (slices, name) => slices.map((one) => one[name]);
// The subject's value through the reference's, round by round.
export const ratios = (own, other, name) => own.map((one, i) => one[name] / other[i][name]);
export const middle = (slices, name) => median(all(slices, name));
