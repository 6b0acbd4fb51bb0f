// responder.mjs: starts tests/front/responder for a test and stops it again.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tools/measure/free_port.mjs';
import { start } from './children.mjs';

process.setMaxListeners(0); // one for each folder of scratch()
const here = path.dirname(fileURLToPath(import.meta.url));
export const top = path.resolve(here, '../..');
const build = path.resolve(process.env.PLATEN_BUILD ?? path.join(top, 'build'));
export const responder = path.join(build, 'tests/front/responder');
export const activate = path.join(build, 'tests/front/activate');
export const holder = path.join(build, 'tests/front/holder');

export { freePort };

// A folder that goes when the tests end.
export function scratch() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-front-'));
	process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
	return dir;
}

const connects = (address) => new Promise((resolve) => {
	const s = net.connect(address, () => { s.destroy(); resolve(true); });
	s.on('error', () => resolve(false));
});

const inode = (address) => (address.path && fs.existsSync(address.path) ? fs.statSync(address.path).ino : 0);

// Waits until something accepts at `address`, in another place than `old`, or the process has ended.
export async function accepting(address, child, old = 0) {
	while (child.exitCode === null && child.signalCode === null) {
		if ((!old || inode(address) !== old) && await connects(address)) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	await child.ended; // its errors are complete then
	throw new Error(`ended before it served: ${child.errors}`);
}

export function run(program, args, options = {}) {
	const child = start(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
	child.errors = '';
	child.stderr.on('data', (d) => { child.errors += d; });
	// 'close' and not 'exit': the errors are complete then.
	child.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
	return child;
}

// PLATEN_TEST_LOOPS: with so many loop threads; unset: as the front chooses by itself.
export class Responder {
	constructor(child, address, dir) { Object.assign(this, { child, address, dir }); }
	static async start(args = [], { address, dir = scratch(), wrap, listen } = {}) {
		const file = path.join(dir, 'front.sock');
		const at = address ?? { path: file };
		const where = listen ?? `unix:${file}`;
		const old = inode(at);
		const loops = process.env.PLATEN_TEST_LOOPS ? ['--loops', process.env.PLATEN_TEST_LOOPS] : [];
		const full = [...(wrap ? [] : ['--listen', where]), ...loops, ...args.map(String)];
		const child = wrap ? run(activate, [wrap, file, responder, ...full]) : run(responder, full);
		await accepting(at, child, old);
		return new Responder(child, at, dir);
	}
	// Ends it, by one signal or several different ones; the answer is its exit code. A sanitizer's report fails whoever stops it.
	async stop(signals = ['SIGTERM']) {
		for (const signal of signals) this.child.kill(signal);
		const code = await this.child.ended;
		if (/WARNING: ThreadSanitizer|ERROR: AddressSanitizer|runtime error/.test(this.child.errors)) throw new Error(this.child.errors);
		return code;
	}
}
