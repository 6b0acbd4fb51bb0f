// processes.mjs: the programs that the bench starts: their CPU time, their memory, and that they all end.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { parseStat } from './figures.mjs';

const STOP_MS = 5000;
const ACCEPT_MS = 10000;
const tick_us = 1e6 / Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout || 100);
const running = new Set();

// Each has a process group of its own, so that its workers are found and end with it.
export function start(program, args, options = {}) {
	const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, ...options });
	child.errors = '';
	child.stderr?.on('data', (text) => { child.errors = (child.errors + text).slice(-4000); });
	child.ended = new Promise((resolve) => child.once('close', resolve));
	child.once('error', (why) => { child.errors += why.message; });
	running.add(child);
	child.once('close', () => running.delete(child));
	return child;
}

function signal(child, name) {
	try { if (child.pid) process.kill(-child.pid, name); } catch { /* it has ended */ }
}

export async function end(child) {
	if (!running.has(child)) return;
	signal(child, 'SIGTERM');
	const hard = setTimeout(() => signal(child, 'SIGKILL'), STOP_MS);
	await child.ended;
	clearTimeout(hard);
}

export const endAll = () => Promise.all([...running].map(end));

// For a bench that is ending itself and cannot wait.
export function killAll() {
	for (const child of running) signal(child, 'SIGKILL');
}

const connects = (address) => new Promise((resolve) => {
	const socket = net.connect(address, () => { socket.destroy(); resolve(true); });
	socket.once('error', () => resolve(false));
});

export async function accepting(address, child) {
	for (const from = Date.now(); Date.now() - from < ACCEPT_MS;) {
		if (await connects(address)) return;
		if (!running.has(child)) break;
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	throw new Error(`${child.spawnfile} does not serve: ${child.errors}`);
}

function stats() {
	return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
		try { return [parseStat(fs.readFileSync(`/proc/${name}/stat`, 'utf8'))]; } catch { return []; }
	});
}

// User and system time, in microseconds, that these programs and all their workers have had.
export function cpu_us(children) {
	const groups = new Set(children.map((child) => child.pid));
	return stats().filter(({ group }) => groups.has(group)).reduce((sum, { ticks }) => sum + ticks, 0) * tick_us;
}

export function pss_b(child) {
	return Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
}

// Runs a program to its end; `input` goes to it. Fails with what it said.
export function run(program, args, { input, ...options } = {}) {
	return new Promise((resolve, reject) => {
		const child = start(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
		let out = '';
		child.stdout.on('data', (text) => { out += text; });
		child.stdin.on('error', () => {});
		child.stdin.end(input ?? '');
		child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program} ${args.join(' ')}: ${child.errors}`))));
	});
}
