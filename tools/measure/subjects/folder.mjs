// folder.mjs: a page that the web server takes from the page folder, with the configuration of tools/deploy,
// against the same server with a file of the same bytes and nothing to decide.
import fs from 'node:fs';
import path from 'node:path';
import { alternate, ratios } from '../load.mjs';
import { cpu_us, end } from '../processes.mjs';
import { caddyBefore, caddyFiles, nginxBefore, nginxFiles } from '../servers.mjs';
import { PAGE, kept, serve, siteOf, work } from '../sites.mjs';
import { rateRow, row } from '../table.mjs';
import { pageFiles } from './page.mjs';

const kinds = [
	{ name: 'nginx', before: nginxBefore, files: nginxFiles, atLeast: 0.85 },
	{ name: 'Caddy', before: caddyBefore, files: caddyFiles, atLeast: 0.9 },
];

// Platen writes a page behind its answer, the compressed copies later still.
export async function inFolder(site, copies = ['.html', '.html.gz']) {
	const files = copies.map((ending) => path.join(site.dir, 'pages/current/page', PAGE + ending));
	for (let i = 0; i < 500; i++) {
		if (files.every((file) => fs.existsSync(file))) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error(`${files} are not written`);
}

// What a page comes with beyond what any file does.
async function headersOf(url) {
	const own = ['cache-control', 'content-security-policy', 'vary', 'referrer-policy', 'x-content-type-options',
		'permissions-policy', 'cross-origin-opener-policy'];
	const { headers } = await fetch(url);
	return own.map((name) => [name, headers.get(name)]);
}

async function fromFolder(site, { name, before, files, atLeast }, coding) {
	const server = await serve(site, { PLATEN_PAGES: 'on' }), headers = coding ? { 'Accept-Encoding': coding } : {};
	const plain = await kept(server.address, PAGE), gzip = await kept(server.address, PAGE, 'gzip');
	await inFolder(site);
	const file = await files(work, pageFiles(plain.body, gzip.body));
	const front = await before(work, server.socket, path.join(site.dir, 'pages'));
	const dressed = await files(work, pageFiles(plain.body, gzip.body), await headersOf(front.origin + PAGE));
	const asked = cpu_us([server.child]);
	const { own, others: [plainFiles, dressedFiles] } = await alternate(
		{ url: front.origin + PAGE, headers, programs: [...front.programs, server.child] },
		[file, dressed].map(({ origin, programs }) => ({ url: `${origin}/page.html`, headers, programs })));
	const requests = own.reduce((sum, one) => sum + one.count, 0);
	if ((cpu_us([server.child]) - asked) / requests > 3) throw new Error(`${name} asks Platen for a page of the page folder`);
	const what = `page folder, ${name}${coding ? `, ${coding}` : ''}`;
	rateRow(what, own);
	rateRow(`${what}: ${name} with a file`, plainFiles);
	row(`${what}: of ${name}'s rate with a file`, ratios(own, plainFiles, 'rate'), '', { target: { atLeast } });
	row(`${what}: CPU against ${name} with a file`, ratios(own, plainFiles, 'cpu_us'), 'times');
	row(`${what}: of ${name}'s rate with a file and the same headers`, ratios(own, dressedFiles, 'rate'), '', {});
	row(`${what}: CPU against ${name} with a file and the same headers`, ratios(own, dressedFiles, 'cpu_us'), 'times');
	await Promise.all([...file.programs, ...dressed.programs, ...front.programs, server.child].map(end));
}

export async function measure() {
	const site = await siteOf(10000);
	for (const kind of kinds)
		for (const coding of ['', 'gzip']) await fromFolder(site, kind, coding);
}
