// sqlite.mjs: a statement on a database behind the program's back: what a clock, a crash or another program does.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

// Gives the rows, each a list of its values.
export const sqlite = (file, statement) => JSON.parse(execFileSync('python3', ['-c', `
import json, sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=60)
print(json.dumps(d.execute(sys.argv[2]).fetchall()))
d.commit()`, file, statement], { encoding: 'utf8' }));

// Holds the database's one place for writers until it is told what to do there; nothing: it lets go. `wait_s`: how long to
// try; false: somebody else has it.
export async function hold(file, wait_s = 60) {
	const child = spawn('python3', ['-c', `
import sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=int(sys.argv[2]), isolation_level=None)
try: d.execute('BEGIN IMMEDIATE')
except sqlite3.OperationalError: sys.exit(3)
print('held', flush=True)
d.execute(sys.stdin.readline()); d.execute('COMMIT')`, file, String(wait_s)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	const [held] = await Promise.race([once(child.stdout, 'data'), ended.then(() => [false])]);
	if (!held) return false;
	return async (statement = 'SELECT 1') => {
		child.stdin.end(`${statement}\n`);
		if ((await ended)[0] !== 0) throw new Error(`not done: ${statement}`);
	};
}

// All rows of all tables but `without`, as one text; the search index by what it was made of.
export const dump = (file, without = []) => execFileSync('python3', ['-c', `
import sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=60)
virtual = [name for name, in d.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")]
names = [name for name, in d.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
for name in names:
    if name in sys.argv[2:] or any(name == v or name.startswith(v + '_') for v in virtual):
        continue
    for row in sorted(repr(row) for row in d.execute('SELECT * FROM "' + name + '"')):
        print(name, row)`, file, ...without], { encoding: 'utf8', maxBuffer: 1 << 30 });
