// sqlite.mjs: a statement on a database behind the program's back: what a clock, a crash or another program does.
import { execFileSync } from 'node:child_process';

// Gives the rows, each a list of its values.
export const sqlite = (file, statement) => JSON.parse(execFileSync('python3', ['-c', `
import json, sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=60)
print(json.dumps(d.execute(sys.argv[2]).fetchall()))
d.commit()`, file, statement], { encoding: 'utf8' }));

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
