// sqlite.mjs: a statement on a database behind the program's back: what a clock, a crash or another program does.
import { execFileSync } from 'node:child_process';

// Gives the rows, each a list of its values.
export const sqlite = (file, statement) => JSON.parse(execFileSync('python3', ['-c', `
import json, sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=10)
print(json.dumps(d.execute(sys.argv[2]).fetchall()))
d.commit()`, file, statement], { encoding: 'utf8' }));
