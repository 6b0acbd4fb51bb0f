// page.mjs: one page of 12 KB, kept and made anew, against the floor of FastCGI and against a file of the
// same bytes, all behind nginx with 64 clients.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { alternate, ratios } from '../load.mjs';
import { end } from '../processes.mjs';
import { floor, nginxBefore, nginxFiles } from '../servers.mjs';
import { PAGE, kept, serve, siteOf, work } from '../sites.mjs';
import { rateRow, row } from '../table.mjs';

// A folder with the page as a file, plain and compressed.
export function pageFiles(plain, gzip) {
	const files = fs.mkdtempSync(path.join(work, 'files-'));
	fs.writeFileSync(path.join(files, 'page.html'), plain);
	if (gzip) fs.writeFileSync(path.join(files, 'page.html.gz'), gzip);
	return files;
}

async function keptPage(site, coding, staticShare) {
	const name = `cached page, 12 KB${coding ? `, ${coding}` : ''}`, headers = coding ? { 'Accept-Encoding': coding } : {};
	const server = await serve(site);
	const answer = await kept(server.address, PAGE, coding);
	const plain = coding ? zlib.gunzipSync(answer.body) : answer.body;
	const file = await nginxFiles(work, pageFiles(plain, coding && answer.body)), ground = await floor(work, answer);
	const front = await nginxBefore(work, server.socket);
	const { own, others: [files, grounds] } = await alternate(
		{ url: front.origin + PAGE, headers, programs: [...front.programs, server.child] },
		[{ url: `${file.origin}/page.html`, headers, programs: file.programs }, { url: ground.origin + PAGE, headers, programs: ground.programs }]);
	rateRow(name, own);
	rateRow(`${name}: the floor of FastCGI`, grounds);
	rateRow(`${name}: nginx with a file`, files);
	row(`${name}: of the floor's rate`, ratios(own, grounds, 'rate'), '', { target: { atLeast: 0.85, stretch: 0.95 } });
	row(`${name}: of nginx's rate with a file`, ratios(own, files, 'rate'), '', { target: { atLeast: staticShare } });
	row(`${name}: CPU against the floor`, ratios(own, grounds, 'cpu_us'), 'times');
	row(`${name}: CPU against nginx with a file`, ratios(own, files, 'cpu_us'), 'times', { target: { atMost: 3.3 } });
	await Promise.all([...file.programs, ...ground.programs, ...front.programs, server.child].map(end));
}

async function madePage(site) {
	const server = await serve(site, { PLATEN_PAGE_CACHE: '0' }), answer = await kept(server.address, PAGE);
	const file = await nginxFiles(work, pageFiles(answer.body)), front = await nginxBefore(work, server.socket);
	const { own, others: [files] } = await alternate(
		{ url: front.origin + PAGE, programs: [...front.programs, server.child] },
		[{ url: `${file.origin}/page.html`, programs: file.programs }]);
	rateRow('uncached page, 12 KB', own);
	row('uncached page, 12 KB: of nginx\'s rate with a file', ratios(own, files, 'rate'), '');
	await Promise.all([...file.programs, ...front.programs, server.child].map(end));
}

export async function measure() {
	const site = await siteOf(10000);
	await keptPage(site, '', 0.4);
	await keptPage(site, 'gzip', 0.48);
	await madePage(site);
}
