// reload.test.mjs: SIGHUP reads settings, phrases and themes again, under load and with mistakes in them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { form, openSite, platen } from './harness.mjs';

const live = ['PLATEN_URL', 'PLATEN_THEMES', 'PLATEN_LANG'];
let site;
before(async () => { site = await openSite('fastcgi', { posts: 3, file: live }); });
after(() => site?.stop());

// Writes platen.env, sends SIGHUP and waits for the line that says how it went; gives the lines between.
async function reload(changes, line = 'settings reloaded') {
	const from = site.app.log().length;
	site.configure(changes);
	site.app.kill('SIGHUP');
	const end = Date.now() + 60000;
	while (!site.app.log().slice(from).includes(line)) {
		assert.ok(Date.now() < end, `no "${line}" in ${site.app.log().slice(from)}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	return site.app.log().slice(from);
}

const raw = (target, options) => site.get(target, { raw: true, ...options });
const canonical = (text) => text.match(/<link rel="canonical" href="([^"]*)"/)?.[1];

describe('SIGHUP', () => {
	test('takes a new address, also below a path, for the next request', async () => {
		assert.equal(canonical((await raw('/the-quiet-press')).text), `${site.url}/the-quiet-press`);
		const log = await reload({ PLATEN_URL: 'https://press.example/blog' });
		assert.match(log, /platen rebuild/);
		const page = await raw('/blog/the-quiet-press');
		assert.equal(page.status, 200);
		assert.equal(canonical(page.text), 'https://press.example/blog/the-quiet-press');
		assert.match(page.text, /<link rel="stylesheet" href="\/blog\/assets\//);
		assert.match(page.headers['strict-transport-security'], /max-age/);
		assert.equal((await raw('/the-quiet-press')).status, 404);
		assert.equal((await raw(page.text.match(/<link rel="stylesheet" href="([^"]+)"/)[1])).status, 200);
		await reload({ PLATEN_URL: site.url });
		assert.equal(canonical((await raw('/the-quiet-press')).text), `${site.url}/the-quiet-press`);
		assert.equal((await raw('/blog/the-quiet-press')).status, 404);
		assert.equal((await raw('/')).headers['strict-transport-security'], undefined);
	});

	test('takes another folder of themes and of phrases', async () => {
		const themes = path.join(site.dir, 'themes'), phrases = path.join(site.dir, 'lang');
		fs.cpSync(site.file.PLATEN_THEMES, themes, { recursive: true });
		fs.cpSync(site.file.PLATEN_LANG, phrases, { recursive: true });
		const template = path.join(themes, 'quire', 'post.mustache'), english = path.join(phrases, 'en.json');
		fs.appendFileSync(template, '<!-- other themes -->');
		fs.writeFileSync(english, fs.readFileSync(english, 'utf8').replace(/("error_404_title": *)"[^"]*"/, '$1"Quite lost"'));
		await reload({ PLATEN_THEMES: themes, PLATEN_LANG: phrases });
		assert.match((await raw('/the-quiet-press')).text, /<!-- other themes -->/);
		assert.match((await raw('/nothing-here')).text, /Quite lost/);
	});

	test('takes another secret: what was signed with the old one opens nothing', async () => {
		await reload({ PLATEN_SECRET: 'a'.repeat(40) });
		const opened = await raw('/behind-a-password', form({ password: 'open sesame' }));
		const cookie = opened.headers['set-cookie'][0].split(';')[0];
		assert.match((await raw('/behind-a-password', { headers: { cookie } })).text, /zebrasecret/);
		await reload({ PLATEN_SECRET: 'b'.repeat(40) });
		assert.doesNotMatch((await raw('/behind-a-password', { headers: { cookie } })).text, /zebrasecret/);
	});

	test('takes another level and form of the log', async () => {
		const log = await reload({ PLATEN_LOG_FORMAT: 'json' });
		assert.match(log, /^\{"time":.*"event":"settings reloaded"/m);
		await reload({ PLATEN_LOG_FORMAT: undefined });
	});

	test('names what needs a restart and goes on with the rest', async () => {
		const log = await reload({ PLATEN_WORKERS: '3', PLATEN_LISTEN: '127.0.0.1:1', PLATEN_BODY_MAX: '2k', PLATEN_URL: 'https://other.example' });
		for (const name of ['PLATEN_WORKERS', 'PLATEN_LISTEN', 'PLATEN_BODY_MAX'])
			assert.match(log, new RegExp(`setting needs a restart setting=${name}\\n`));
		assert.equal(log.split('needs a restart').length, 4, log);
		assert.equal(canonical((await raw('/')).text), 'https://other.example/');
		await reload({ PLATEN_WORKERS: undefined, PLATEN_LISTEN: undefined, PLATEN_BODY_MAX: undefined, PLATEN_URL: site.url });
	});

	const broken = [
		['an unknown setting', { PLATEN_URLS: 'https://x.example' }, /platen\.env:\d+: there is no setting 'PLATEN_URLS'; is PLATEN_URL meant/],
		['a value out of range', { PLATEN_BUSY_TIMEOUT: '-1' }, /PLATEN_BUSY_TIMEOUT/],
		['a line that is none', { 'PLATEN_URL x': '' }, /platen\.env:\d+: this is not NAME=VALUE/],
		['a folder of phrases that is not there', { PLATEN_LANG: '/nonexistent/lang' }, /\/nonexistent\/lang/],
		['a folder of themes that is not there', { PLATEN_THEMES: '/nonexistent/themes' }, /\/nonexistent\/themes/],
	];
	for (const [what, changes, message] of broken) {
		test(`keeps the old settings with ${what}, and says so`, async () => {
			const before = { ...site.file };
			const log = await reload({ PLATEN_URL: 'https://never.example', ...changes }, 'cannot reload the settings; the old ones stay');
			assert.match(log, message);
			assert.doesNotMatch(log, /settings reloaded/);
			const page = await raw('/the-quiet-press');
			assert.equal(page.status, 200);
			assert.equal(canonical(page.text), `${site.url}/the-quiet-press`);
			await reload({ ...Object.fromEntries(Object.keys(changes).map((name) => [name, undefined])), ...before });
			assert.equal((await raw('/the-quiet-press')).status, 200);
		});
	}

	test('pulls nothing from under requests in flight, however often it comes', async () => {
		const urls = [site.url, site.url + '/blog'];
		const seen = { 200: 0, 404: 0 };
		let over = false;
		const ask = async (target) => {
			while (!over) {
				const res = await raw(target);
				assert.ok(res.status === 200 || res.status === 404, `${target}: ${res.status}`);
				seen[res.status]++;
				if (res.status !== 200) continue;
				// One page, one address: its links are all below the path that its canonical address has.
				const mount = new URL(canonical(res.text)).pathname.startsWith('/blog/') ? '/blog' : '';
				const assets = [...res.text.matchAll(/<link rel="stylesheet" href="([^"]*)\/assets\//g)];
				assert.ok(assets.length > 0);
				for (const [, prefix] of assets) assert.equal(prefix, mount, target);
			}
		};
		const visitors = ['/the-quiet-press', '/blog/the-quiet-press', '/', '/blog/'].map(ask);
		const few = () => seen[200] <= 20 || seen[404] <= 20;
		for (let n = 0; n < 30 || (few() && n < 1000); n++) await reload({ PLATEN_URL: urls[n % 2] });
		over = true;
		await Promise.all(visitors);
		assert.ok(!few(), JSON.stringify(seen));
		await reload({ PLATEN_URL: site.url });
		assert.equal(platen(site, 'doctor').includes('problem'), false);
	});
});

test('platen serve logs at the level it is told from the start', async () => {
	const quiet = await openSite('fastcgi', { posts: 0, env: { PLATEN_LOG_LEVEL: 'error' } });
	try {
		assert.equal((await quiet.get('/')).status, 200);
		assert.doesNotMatch(quiet.app.log(), / info /);
	} finally {
		await quiet.stop();
	}
});
