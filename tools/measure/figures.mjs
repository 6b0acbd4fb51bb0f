// figures.mjs: what is calculated and how it is written: medians, spreads, wrk's output, targets. Nothing but
// functions of their arguments.

export function median(list) {
	if (list.length === 0) throw new Error('the median of nothing');
	const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
	return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;

// Ratios and small numbers keep three digits that count, large ones are grouped in thousands.
export function number(value) {
	if (value >= 1000) return String(Math.round(value)).replace(/\d(?=(\d{3})+$)/g, '$& ');
	if (value >= 100) return value.toFixed(0);
	return value.toFixed(value >= 10 ? 1 : 2);
}

export function spread(list) {
	return list.length > 1 ? `${number(Math.min(...list))} to ${number(Math.max(...list))}` : '';
}

// A target is { atLeast } or { atMost }, and may have a stretch, a value that would be better still.
export function met(value, target) {
	if (target.atLeast === undefined && target.atMost === undefined) throw new Error('a target without a limit');
	return target.atLeast !== undefined ? value >= target.atLeast : value <= target.atMost;
}

export function targetText({ atLeast, atMost, stretch }) {
	const limit = atLeast !== undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
	return stretch === undefined ? limit : `${limit}, stretch ${stretch}`;
}

const micros = { us: 1, ms: 1e3, s: 1e6, m: 6e7 };
const inMicros = (text, unit) => Number(text) * micros[unit];

// What wrk --latency printed. An answer that is no success or a broken connection makes the whole slice void.
export function parseWrk(text) {
	const done = /(\d+) requests in ([\d.]+)(us|ms|s|m),/.exec(text);
	const late = /^\s+99%\s+([\d.]+)(us|ms|s|m)\s*$/m.exec(text);
	const bad = /^\s+(Non-2xx or 3xx responses: .*|Socket errors: .*)$/m.exec(text);
	if (bad) throw new Error(`wrk: ${bad[1]}`);
	if (!done || !late || Number(done[1]) === 0) throw new Error(`wrk said: ${text}`);
	const count = Number(done[1]);
	return { count, rate: count / (inMicros(done[2], done[3]) / 1e6), p99_us: inMicros(late[1], late[2]) };
}

// One line of /proc/PID/stat: its process group, and the ticks of user and system time that it and the
// children that it has waited for have had.
export function parseStat(line) {
	const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
	return { group: Number(fields[2]), ticks: fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0) };
}
