// admin.mjs: the admin: its list of posts with 100 000 of them against 100, in each order, deep and by each filter;
// the preview and the saving of a post of 10 KB. Signed in, through nginx. The cost is Platen's CPU time alone.
import http from 'node:http';
import path from 'node:path';
import { sqlite } from '../../../tests/sqlite.mjs';
import { median, number } from '../figures.mjs';
import { ROUNDS, all, alternate, quick, ratios } from '../load.mjs';
import { cpu_us, end } from '../processes.mjs';
import { nginxBefore } from '../servers.mjs';
import { command, pageText, serve, siteOf, work } from '../sites.mjs';
import { row } from '../table.mjs';

const SMALL = 100, LARGE = quick ? 20000 : 100000;
const ORIGIN = 'http://localhost:8080', HOST = 'localhost:8080';
const EMAIL = 'bench@example.org', PASSWORD = 'a password for the bench';
const ASKED = quick ? 40 : 100; // forms a round: the clock of CPU time ticks each 10 ms

// Some of everything that is filtered by; the seed's posts are all alike.
const varied = ["status = 'draft' WHERE id % 50 = 3", "visibility = 'unlisted' WHERE id % 50 = 7", 'featured = 1 WHERE id % 50 = 11',
	"lang = 'de' WHERE id % 50 = 17", "kind = 'page' WHERE id % 50 = 19", "status = 'trash' WHERE id % 50 = 23"];

function send(front, method, target, { cookie, fields } = {}) {
	const body = fields && new URLSearchParams(fields).toString();
	return new Promise((resolve, reject) => {
		const req = http.request(front.origin + target, { method, agent: front.agent, headers: { host: HOST, ...(cookie ? { cookie } : {}),
			...(body ? { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) } : {}) } }, (res) => {
			let text = '';
			res.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ status: res.statusCode, headers: res.headers, text }));
		});
		req.on('error', reject).end(body);
	});
}

async function open(posts) {
	const site = await siteOf(posts);
	await command(site, ['user', 'add', EMAIL, '--role', 'owner', '--name', 'Bench', '--password-stdin'], `${PASSWORD}\n`);
	const db = path.join(site.dir, 'site.db');
	for (const change of varied) sqlite(db, `UPDATE post SET ${change}`);
	const [[id, key]] = sqlite(db, 'SELECT id, dated_ms FROM post WHERE in_trash = 0 ORDER BY dated_ms DESC, id DESC LIMIT 1 OFFSET (SELECT count(*) / 2 FROM post)');
	const [[author]] = sqlite(db, "SELECT public_id FROM user WHERE slug = 'author-3'");
	const server = await serve(site), front = await nginxBefore(work, server.socket);
	front.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	const door = await send(front, 'POST', '/admin/signin', { fields: { signin_email: EMAIL, signin_password: PASSWORD } });
	const cookie = door.headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ');
	if (door.status !== 303 || !cookie) throw new Error(`signing in: status ${door.status}`);
	const at = (query) => ({ url: `${front.origin}/admin/posts${query}`, programs: [server.child], clients: 4, headers: { Host: HOST, Cookie: cookie } });
	return { site, front, cookie, author, deep: `?sort=newest&after=${id}-${key}`, at, child: server.child,
		close: () => { front.agent.destroy(); return Promise.all([...front.programs, server.child].map(end)); } };
}

// Against the first page with few posts, which is as full: with few, a filter leaves next to nothing to show.
async function lists(small, large) {
	const asked = [['the first page', () => ''], ['by title', () => '?sort=title'], ['by date, the oldest first', () => '?sort=oldest'], ['a page deep inside', (site) => site.deep],
		['a word in each post', () => '?q=every'], ['a word in one', () => '?q=unique50word'], ['drafts', () => '?show=drafts'], ['published', () => '?show=published'],
		['the trash', () => '?show=trash'], ['one author', ({ author }) => `?author=${author}`], ['a tag of many', () => '?tag=tag-1'], ['a tag of few', () => '?tag=tag-58'],
		['one language', () => '?lang=de'], ['one month', () => '?month=2015-06'], ['unlisted', () => '?visibility=unlisted'], ['featured', () => '?featured=1'], ['pages', () => '?kind=page'],
		['a tag, by title', () => '?tag=tag-1&sort=title'], ['author, tag and language', ({ author }) => `?author=${author}&tag=tag-1&lang=site`]];
	for (const [name, query] of asked) {
		const { own, others: [few] } = await alternate(large.at(query(large)), [small.at('')]);
		row(`posts in the admin, ${name}: CPU with ${number(LARGE)} against ${SMALL}`, ratios(own, few, 'cpu_us'), 'times', { target: { atMost: 1.5 }, cpu_us: all(own, 'cpu_us') });
	}
}

// One after the other; gives milliseconds of CPU time and of waiting, of each.
async function forms({ child }, once) {
	const waits = [], from = cpu_us([child]);
	for (let i = 0; i < ASKED; i++) {
		const started = process.hrtime.bigint();
		await once();
		waits.push(Number(process.hrtime.bigint() - started) / 1e6);
	}
	return { cpu_ms: (cpu_us([child]) - from) / ASKED / 1000, wait_ms: median(waits) };
}

const field = (text, name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';

async function writing(large) {
	const { front, cookie, site } = large;
	const markdown = pageText(site, 1).slice(0, 10240);
	const page = await send(front, 'GET', '/admin/posts/new', { cookie }), form_token = field(page.text, 'form_token');
	const post = (target, fields) => send(front, 'POST', target, { cookie, fields: { form_token, title: 'Ten kilobytes', markdown, ...fields } });
	const made = await post('/admin/posts/new', { button: 'save' });
	const target = new URL(made.headers.location, ORIGIN).pathname, previews = [], saves = [];
	let version = 1;
	const preview = async () => { if ((await post(`${target}/preview`, { version })).status !== 200) throw new Error('no preview'); };
	const save = async () => {
		const { status, headers } = await post(target, { version, button: 'save', markdown: `${markdown}\n\nSaved ${version}.\n` });
		if (status !== 303 || /conflict/.test(headers.location)) throw new Error(`saving: status ${status}`);
		version++;
	};
	for (let round = 0; round < ROUNDS; round++) {
		previews.push(await forms(large, preview));
		saves.push(await forms(large, save));
	}
	row('preview of a post of 10 KB: CPU', all(previews, 'cpu_ms'), 'ms', { target: { atMost: 3 } });
	row('preview of a post of 10 KB: until it is there', all(previews, 'wait_ms'), 'ms');
	row(`save of a post of 10 KB, ${number(LARGE)} posts: CPU`, all(saves, 'cpu_ms'), 'ms', { target: { atMost: 10 } });
	row(`save of a post of 10 KB, ${number(LARGE)} posts: until it is on the disk`, all(saves, 'wait_ms'), 'ms', { target: { atMost: 10 } });
}

// The last subject: it changes its sites.
export async function measure() {
	const small = await open(SMALL), large = await open(LARGE);
	await lists(small, large);
	await writing(large);
	await Promise.all([small.close(), large.close()]);
}
