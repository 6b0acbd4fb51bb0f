// cli.mjs: runs the program's commands on a data folder of their own.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from '../http/children.mjs';

export const source = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = path.resolve(process.env.PLATEN_BUILD ?? path.join(source, 'build'));
export const program = path.join(build, 'platen');

// A data folder that is gone after the test, and the environment that names it. Nothing of the
// caller's own settings gets in.
export class Place {
	constructor() {
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-cli-'));
		this.data = path.join(this.dir, 'data');
		this.env = {
			PATH: process.env.PATH, HOME: this.dir, TZ: 'UTC', PLATEN_DATA: this.data, PLATEN_URL: 'https://example.org',
			PLATEN_THEMES: path.join(source, 'templates/site'), PLATEN_LANG: path.join(source, 'templates/lang'), PLATEN_ADMIN_TEMPLATES: path.join(source, 'templates/admin'),
			PLATEN_SCHEMA: path.join(source, 'schema'), PLATEN_ASSETS: path.join(source, 'assets'),
			...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}),
		};
	}
	// One with a site in it.
	static site() {
		const place = new Place();
		place.done('init');
		return place;
	}
	release() { fs.rmSync(this.dir, { recursive: true, force: true }); }
	// Runs a command: { status, out, err }. Options: input, env (undefined takes a name away), cwd.
	run(args, { input = '', env = {}, cwd = this.dir } = {}) {
		const all = { ...this.env, ...env };
		for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
		const { status, signal, stdout, stderr } = spawnSync(program, args, { env: all, cwd, input, encoding: 'utf8' });
		if (signal) throw new Error(`platen ${args.join(' ')} ended by ${signal}: ${stderr}`);
		return { status, out: stdout, err: stderr };
	}
	// A command that must succeed and say nothing on standard error; gives what it printed.
	done(...args) {
		const options = typeof args.at(-1) === 'object' ? args.pop() : {};
		const { status, out, err } = this.run(args, options);
		if (status !== 0 || err !== '') throw new Error(`platen ${args.join(' ')}: ${status} ${err}`);
		return out;
	}
	// The same without waiting; a promise of { status, out, err }.
	begin(...args) {
		return new Promise((resolve, reject) => {
			const child = start(program, args, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
			let out = '', err = '';
			child.stdout.on('data', (d) => { out += d; });
			child.stderr.on('data', (d) => { err += d; });
			child.once('error', reject);
			child.once('close', (status) => resolve({ status, out, err }));
		});
	}
	file(name, text) {
		const file = path.join(this.dir, name);
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(file, text);
		return file;
	}
}
