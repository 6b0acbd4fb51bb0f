// cgi.mjs: plain CGI, a process a request, behind lighttpd: a page from the page folder and one made anew, by
// platen-cgi and by platen alone, against a program that prints the same bytes.
import fs from 'node:fs';
import path from 'node:path';
import { alternate, ratios } from '../load.mjs';
import { end } from '../processes.mjs';
import { lighttpdCgi } from '../servers.mjs';
import { PAGE, kept, platen, platenCgi, serve, settings, siteOf, work } from '../sites.mjs';
import { rateRow, row } from '../table.mjs';
import { inFolder } from './folder.mjs';

const CLIENTS = 4;

// The answer that a resident Platen gives, as a CGI program prints it.
async function answerOf(site) {
	const server = await serve(site), { headers, body } = await kept(server.address, PAGE);
	await end(server.child);
	return Buffer.concat([Buffer.from(`${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`), body]);
}

async function against(name, program, site, pages, print, target) {
	const given = Object.entries(settings(site, { PLATEN_PAGES: pages })).filter(([key]) => key.startsWith('PLATEN_'));
	const front = await lighttpdCgi(work, program, Object.fromEntries(given));
	if (pages === 'on') {
		if (!(await fetch(front.origin + PAGE)).ok) throw new Error('plain CGI does not answer');
		await inFolder(site, ['.html']);
	}
	const at = ({ origin, programs }) => ({ url: origin + PAGE, programs, clients: CLIENTS });
	const { own, others: [printed] } = await alternate(at(front), [at(print)]);
	rateRow(name, own);
	if (target) rateRow('plain CGI: a program that prints the same bytes', printed);
	row(`${name}: CPU against a program that prints`, ratios(own, printed, 'cpu_us'), 'times', { target });
	await Promise.all(front.programs.map(end));
}

export async function measure() {
	const site = await siteOf(10000);
	const print = await lighttpdCgi(work, path.join(process.env.PLATEN_BUILD, 'tests/front/print'));
	fs.writeFileSync(path.join(print.folder, 'answer'), await answerOf(site));
	await against('plain CGI, page from the page folder', platenCgi, site, 'on', print, { atMost: 3 });
	await against('platen alone as CGI, page folder', platen, site, 'on', print);
	await against('plain CGI, page made anew', platenCgi, site, 'off', print);
	await against('platen alone as CGI, page made anew', platen, site, 'off', print);
	await Promise.all(print.programs.map(end));
}
