// table.mjs: the rows as they are found, as a Markdown table and as JSON.
import fs from 'node:fs';
import os from 'node:os';
import { median, met, number, spread, targetText } from './figures.mjs';
import { ROUNDS, all } from './load.mjs';

const widths = [74, 15, 20, 7, 20, 3];
const rows = [];

const line = (cells) => console.log(`| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`);

export function begin() {
	line(['subject', 'median', 'spread', 'CPU, µs', 'target', 'met']);
	console.log(`|${widths.map((n) => '-'.repeat(n + 2)).join('|')}|`);
}

// `values`: one a round. `target`: as in figures.mjs, or none. `cpu_us`: one a round, or none.
export function row(subject, values, unit, { target, cpu_us } = {}) {
	const value = median(values), isMet = target ? met(value, target) : null;
	rows.push({ subject, value, unit, values, cpu_us: cpu_us ? median(cpu_us) : null, target: target ?? null, met: isMet });
	line([subject, `${number(value)} ${unit}`.trimEnd(), spread(values), cpu_us ? number(median(cpu_us)) : '',
		target ? targetText(target) : '', isMet === null ? '' : isMet ? 'yes' : 'NO']);
}

export const rateRow = (subject, slices) => row(subject, all(slices, 'rate'), 'a second', { cpu_us: all(slices, 'cpu_us') });

export function leftOut(subject, why) {
	rows.push({ subject, left_out: why });
	line([subject, 'not measured', why, '', '', '']);
}

export const allMet = () => rows.every((one) => one.met !== false);

export function write(file) {
	const machine = { cpus: os.cpus().length, model: os.cpus()[0].model, load: os.loadavg()[0] };
	fs.writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), rounds: ROUNDS, machine, rows }, null, 2)}\n`);
}
