// children.mjs: the programs that a test file started end with it, also when a test failed before it could stop them.
import { spawn } from 'node:child_process';
import { after } from 'node:test';

const alive = new Set();

// As spawn() of node:child_process. A child left alone would keep the test file waiting for ever.
export function start(program, args, options) {
	const child = spawn(program, args, options);
	alive.add(child);
	child.once('close', () => alive.delete(child));
	return child;
}

// A file's own hooks come after this one and end their programs properly; what is left is ended by force.
const HOOKS_MS = 60000;
after(() => {
	setTimeout(() => { for (const child of alive) child.kill('SIGKILL'); }, HOOKS_MS).unref();
});
