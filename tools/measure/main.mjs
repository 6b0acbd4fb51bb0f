// main.mjs: runs the subjects of tools/bench one after the other; ends everything it started, whatever happens.
//
// Rates depend on the machine and its mood; what counts are ratios within a round and CPU time per request,
// user and system time of web server and program together.
import path from 'node:path';
import { ROUNDS, quick } from './load.mjs';
import { endAll, killAll } from './processes.mjs';
import { cleanUp } from './sites.mjs';
import * as table from './table.mjs';

const SUBJECTS = ['page', 'folder', 'neighbours', 'write', 'large', 'cgi', 'process', 'queue', 'import', 'admin', 'library', 'images'];
const LIMIT_MS = 900_000;

function wanted(args) {
	const only = [];
	for (let i = 0; i < args.length; i++) {
		if (args[i] === '--only' && SUBJECTS.includes(args[i + 1])) only.push(args[++i]);
		else if (args[i] !== '--quick') return null;
	}
	return only.length ? only : SUBJECTS;
}

function giveUp(why) {
	console.error(`bench: ${why}`);
	killAll();
	cleanUp();
	process.exit(2);
}

const subjects = wanted(process.argv.slice(2));
if (!subjects) giveUp(`usage: tools/bench [--quick] [--only SUBJECT ...]; subjects: ${SUBJECTS.join(' ')}`);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => giveUp('stopped'));
process.on('exit', killAll);
setTimeout(() => giveUp('took too long'), LIMIT_MS).unref();
try {
	console.error(`medians of ${ROUNDS} ${ROUNDS === 1 ? 'round' : 'rounds'}${quick ? ', too few to judge by' : ''}`);
	table.begin();
	for (const name of subjects) {
		await (await import(`./subjects/${name}.mjs`)).measure();
		await endAll();
	}
	table.write(path.join(process.env.PLATEN_BUILD, 'bench.json'));
	process.exitCode = table.allMet() ? 0 : 1;
} catch (err) {
	console.error(`bench: ${err.stack}`);
	process.exitCode = 2;
} finally {
	await endAll();
	cleanUp();
}
