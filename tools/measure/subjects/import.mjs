// import.mjs: a folder of 1 000 Markdown files into an empty site.
import path from 'node:path';
import { ROUNDS } from '../load.mjs';
import { run } from '../processes.mjs';
import { command, work } from '../sites.mjs';
import { row } from '../table.mjs';

export async function measure() {
	const source = path.join(work, 'markdown'), times = [];
	await run(path.join(process.env.PLATEN_BUILD, 'tests/seed'), ['--markdown', source, '1000']);
	for (let round = 0; round < ROUNDS; round++) {
		const site = { dir: path.join(work, `import-${round}`) };
		await command(site, ['init']);
		const started = process.hrtime.bigint();
		await command(site, ['import', source]);
		times.push(Number(process.hrtime.bigint() - started) / 1e9);
	}
	row('import of a folder of 1 000 posts', times, 's', { target: { atMost: 3 } });
}
