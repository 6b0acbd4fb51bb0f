// server.mjs: Ceph's gateway for a file of tests, what stands between it and the program, and the programs themselves.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../tools/measure/free_port.mjs';
import { run, top } from '../http/responder.mjs';

const build = path.resolve(process.env.PLATEN_BUILD ?? path.join(top, 'build'));
const script = path.join(top, 'tests/s3/radosgw');
export const blobs = path.join(build, 'tests/s3/blobs');
export const suite = path.join(build, 'tests/unit/blob_store');
export const keys = { access: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
export const bucket = 'media';

export const missing = ['ceph-mon', 'ceph-osd', 'radosgw', 'aws', 'curl'].filter((name) =>
	spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0).map((name) => `${name} is not installed`)[0];

// Eleven ports in a row that are free, as far as one can know: who comes in between is noticed by the start failing.
async function freePorts() {
	for (;;) {
		const first = await freePort();
		const free = await Promise.all([...Array(11).keys()].slice(1).map((n) => new Promise((resolve) => {
			const server = net.createServer().once('error', () => resolve(false));
			server.listen(first + n, '127.0.0.1', () => server.close(() => resolve(true)));
		})));
		if (first < 65000 && free.every(Boolean)) return first;
	}
}

export class Gateway {
	static async start(env = {}) {
		const gateway = new Gateway();
		gateway.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-s3-'));
		gateway.env = env;
		for (let tries = 1; ; tries++) {
			gateway.port = await freePorts();
			try {
				gateway.do('start', String(gateway.port));
				break;
			} catch (error) {
				if (tries === 3) throw error;
			}
		}
		gateway.url = fs.readFileSync(path.join(gateway.dir, 'url'), 'utf8').trim();
		gateway.aws('s3api', 'create-bucket', '--bucket', bucket);
		return gateway;
	}
	do(what, ...args) {
		execFileSync(script, [what, this.dir, ...args], { env: { ...process.env, ...this.env }, stdio: ['ignore', 'inherit', 'pipe'] });
	}
	pause() { this.do('pause'); }
	resume() { this.do('resume'); }
	stop() {
		this.do('stop');
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
	// Another client, to compare with.
	aws(...args) {
		const input = typeof args.at(-1) === 'object' ? args.pop().input : undefined;
		return execFileSync('aws', ['--endpoint-url', this.url, ...args], {
			input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 28,
			env: { PATH: process.env.PATH, HOME: this.dir, AWS_ACCESS_KEY_ID: keys.access, AWS_SECRET_ACCESS_KEY: keys.secret,
				AWS_DEFAULT_REGION: 'us-east-1' },
		});
	}
	// Settings of a program whose media are in this bucket below `prefix`, its data in `data`.
	settings(data, prefix, more = {}) {
		return {
			PATH: process.env.PATH, HOME: this.dir, TZ: 'UTC', PLATEN_DATA: data, ...this.media(prefix),
			...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}),
			...(process.env.PLATEN_TEST_PRELOAD ? { LD_PRELOAD: process.env.PLATEN_TEST_PRELOAD } : {}),
			...more,
		};
	}
	media(prefix) {
		return { PLATEN_MEDIA: `s3://${bucket}/${prefix}`, PLATEN_S3_ENDPOINT: this.url, PLATEN_S3_ACCESS_KEY: keys.access, PLATEN_S3_SECRET_KEY: keys.secret };
	}
}

// One call of the driver: { code, out (bytes), text, errors }.
export async function blob(env, args, input) {
	const child = run(blobs, args.map(String), { env, stdio: ['pipe', 'pipe', 'pipe'] });
	const parts = [];
	child.stdout.on('data', (part) => parts.push(part));
	child.stdin.on('error', () => {}); // it may have failed before it read all
	child.stdin.end(input);
	const code = await child.ended;
	const out = Buffer.concat(parts);
	return { code, out, text: out.toString().trim(), errors: child.errors.trim() };
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// Puts bytes, which must go well, and gives their hash.
export async function putBlob(env, bytes) {
	const done = await blob(env, ['put'], bytes);
	assert.equal(done.code, 0, done.errors);
	assert.equal(done.text, sha256(bytes));
	return done.text;
}

// The bytes of a hash, which must be there.
export async function getBlob(env, hash) {
	const done = await blob(env, ['get', hash]);
	assert.equal(done.code, 0, done.errors);
	return done.out;
}

// A TCP proxy to the gateway whose connections are treated as `how` says, a function of (client, server, number):
// it is called once for each and lets the bytes through.
export class Proxy {
	static async start(port, how) {
		const proxy = new Proxy();
		proxy.count = 0;
		proxy.how = how;
		proxy.server = net.createServer((client) => {
			const server = net.connect(port, '127.0.0.1');
			for (const [one, other] of [[client, server], [server, client]]) one.on('error', () => other.destroy()).on('close', () => other.destroy());
			proxy.how(client, server, ++proxy.count);
		});
		await new Promise((resolve) => { proxy.server.listen(0, '127.0.0.1', resolve); });
		proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
		return proxy;
	}
	stop() { this.server.close(); }
}

export const through = (client, server) => { client.pipe(server); server.pipe(client); };

// Lets `most` bytes from `from` to `to` through, then breaks the connection.
export function cutAfter(from, to, most) {
	let left = most;
	from.on('data', (part) => {
		to.write(part.subarray(0, left));
		left -= part.length;
		if (left <= 0) { to.end(); from.destroy(); }
	});
}
