// deploy_logs.test.mjs: addresses that are a secret by themselves stand in no log of the web servers, neither of what was
// asked for nor of what failed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openSite, tested } from './harness.mjs';
import { installed, WebServer } from './webserver.mjs';

const token = 'Zs'.repeat(21) + 'Z';
const secrets = [`/preview/${token}`, `/preview/${token}?x=1`, `/preview/${token}/page`, `/admin/welcome/${token}`, `/%70review/${token}`, `//preview/${token}`, `/admin/./welcome/${token}`];

// Caddy writes a log only where it is told to.
const logging = (text) => text.replace('\tbind ', '\tlog {\n\t\toutput file {env.HOME}/caddy-access.log\n\t}\n\tbind ');
const logs = (dir) => fs.readdirSync(dir).filter((file) => file.endsWith('-access.log')).map((file) => fs.readFileSync(path.join(dir, file), 'utf8')).join('');

// What the log says once the server has ended and so has written all of it.
async function logged(site, web, get) {
	assert.equal((await get(`${site.mount}/the-quiet-press`)).status, 200);
	for (const address of secrets) await get(site.mount + address);
	await web.stop();
	return logs(site.dir);
}

for (const place of ['fastcgi', 'below', 'caddy', 'caddy-below', 'lighttpd', 'lighttpd-below', 'lighttpd-spawn', 'cgi', 'fcgiwrap'].filter((name) => tested.includes(name))) {
	describe(`logs, ${place}`, () => {
		test('have the address of a page, and none that is a secret', async (t) => {
			const site = await openSite(place, { posts: 0, edit: place.startsWith('caddy') ? logging : undefined });
			t.after(() => site.stop());
			const text = await logged(site, site.children.pop(), (address) => site.get(address, { raw: true }));
			assert.match(text, /the-quiet-press/);
			assert.ok(!text.includes(token), text);
		});
	});
}

test('nor where nginx looks into the page folder first', { skip: !installed('nginx-pages') }, async (t) => {
	const site = await openSite('fastcgi', { posts: 0 });
	t.after(() => site.stop());
	await site.children.pop().stop();
	const web = await WebServer.start('nginx-pages', site.dir, { PORT: site.port, SOCKET: site.socket, PAGES: path.join(site.dir, 'none') });
	const text = await logged(site, web, (address) => site.get(address, { raw: true }));
	assert.match(text, /the-quiet-press/);
	assert.ok(!text.includes(token), text);
});

/* What the server says of failures: its file, and what it wrote to standard error. */
const failures = (site, web) => ['nginx-error.log', 'lighttpd-error.log'].map((file) => path.join(site.dir, file)).filter((file) => fs.existsSync(file))
	.map((file) => fs.readFileSync(file, 'utf8')).join('') + web.child.errors;

async function failing(site, get, names) {
	const web = site.children.pop();
	site.app.kill('SIGTERM');
	await site.app.ended;
	assert.ok((await get(`${site.mount}/the-quiet-press`)).status >= 500);
	for (const address of secrets) assert.ok((await get(site.mount + address)).status >= 500, address);
	await web.stop();
	const text = failures(site, web);
	if (names) assert.match(text, /the-quiet-press/); // the log is one that names what failed
	assert.ok(text.length > 0 && !text.includes(token), text);
}

// lighttpd names the socket alone.
for (const place of ['fastcgi', 'below', 'caddy', 'caddy-below', 'lighttpd', 'lighttpd-below'].filter((name) => tested.includes(name)))
	test(`errors, ${place}: while Platen is down, no secret address is told`, async (t) => {
		const site = await openSite(place, { posts: 0 });
		t.after(() => site.stop());
		await failing(site, (address) => site.get(address, { raw: true }), !place.startsWith('lighttpd'));
	});

test('errors, plain CGI behind nginx: the same when fcgiwrap is gone', { skip: !tested.includes('fcgiwrap') }, async (t) => {
	const site = await openSite('fcgiwrap', { posts: 0 });
	t.after(() => site.stop());
	const web = site.children.pop();
	await site.children.pop().stop();
	assert.ok((await site.get('/the-quiet-press')).status >= 500);
	for (const address of secrets) assert.ok((await site.get(site.mount + address, { raw: true })).status >= 500, address);
	await web.stop();
	const text = failures(site, web);
	assert.match(text, /the-quiet-press/);
	assert.ok(!text.includes(token), text);
});
