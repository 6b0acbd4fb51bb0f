// site_content.test.mjs: menus with children, fields of a post's own, and the sitemap of a large site.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen } from './harness.mjs';

let site;
before(async () => { site = await openSite('below', { posts: 0, serve: false }); });
after(() => site?.stop());

// A theme of the site's own: the default one with `text` at the end of one template.
function ownTheme(template, text) {
	const dir = path.join(site.data, 'themes', 'mine');
	if (!fs.existsSync(dir)) fs.cpSync(path.join(site.env.PLATEN_THEMES, 'quire'), dir, { recursive: true });
	fs.appendFileSync(path.join(dir, template), text);
}

describe('menus and fields', () => {
	const nav = [
		{ label: 'Shop & <press>', url: '/about', children: [
			{ label: 'Team', url: '/about/team', children: [{ label: 'Type', url: '/the-type-case' }] },
			{ label: 'Elsewhere', url: 'https://elsewhere.example/?a=1&b=2' },
		] },
		{ label: 'Tag', url: '/tag/letters' },
	];
	before(async () => {
		platen(site, 'config', 'set', 'nav', JSON.stringify(nav));
		platen(site, 'config', 'set', 'nav_second', JSON.stringify([{ label: 'Small print', url: '/about' }]));
		fs.writeFileSync(path.join(site.dir, 'fields.md'), `---
title: Fields
slug: fields
date: 2024-01-02
difficulty: 3
ready: true
rating: 4.5
price: 1234567.25
note: "a <b> & \\"c\\""
parts: [ink, "<paper>"]
maker: {name: Ada, place: {town: Köln}}
steps:
  - {title: One, minutes: 5}
  - {title: Two, minutes: 10}
---
Text.
`);
		fs.mkdirSync(path.join(site.dir, 'more'));
		fs.renameSync(path.join(site.dir, 'fields.md'), path.join(site.dir, 'more/fields.md'));
		platen(site, 'import', path.join(site.dir, 'more'));
		ownTheme('post.mustache', `<!--fields-->{{#post.custom}}<i data-note="{{note}}">{{difficulty}}|{{#ready}}ready{{/ready}}|{{rating}}|{{note}}|{{price}}|` +
			`{{#parts}}({{.}}){{/parts}}|{{maker.name}} {{maker.place.town}}|{{#steps}}[{{title}} {{minutes}}]{{/steps}}|{{nothing}}</i>{{/post.custom}}`);
		ownTheme('post.mustache', `<!--menu-->{{#site.nav}}<u href="{{url}}">{{label}}{{#children}}<s href="{{url}}">{{label}}{{#children}}<q href="{{url}}">` +
			`{{label}}</q>{{/children}}</s>{{/children}}</u>{{/site.nav}}`);
		platen(site, 'config', 'set', 'theme', 'mine');
		await site.serve();
	});

	test('a menu has its children, with addresses below the mount and texts escaped', async () => {
		const { status, text } = await site.get('/fields');
		assert.equal(status, 200, text.slice(0, 500));
		assert.ok(text.includes(`<!--menu--><u href="/blog/about">Shop &amp; &lt;press&gt;<s href="/blog/about/team">Team<q href="/blog/the-type-case">Type</q></s>` +
			`<s href="https://elsewhere.example/?a=1&amp;b=2">Elsewhere</s></u><u href="/blog/tag/letters">Tag</u>`), text.slice(text.indexOf('<!--menu-->'), text.indexOf('<!--menu-->') + 600));
	});
	for (const theme of ['quire', 'broadside']) {
		test(`${theme} shows the menus' items on every page, and each leads somewhere`, async () => {
			platen(site, 'config', 'set', 'theme', theme);
			for (const address of ['/', '/the-quiet-press', '/tag/letters']) {
				const { text } = await site.get(address);
				assert.match(text, /<a[^>]* href="\/blog\/about"[^>]*>\s*Shop &amp; &lt;press&gt;/, address);
				assert.match(text, /<a[^>]* href="\/blog\/tag\/letters"/, address);
				assert.match(text, /Small print/, address);
			}
			for (const address of ['/about', '/about/team', '/tag/letters']) assert.equal((await site.get(address)).status, 200);
			platen(site, 'config', 'set', 'theme', 'mine');
		});
	}
	test('the fields of a post reach the theme, with their types and escaped', async () => {
		const { text } = await site.get('/fields');
		const [, shown] = text.match(/<!--fields-->(<i [^]*?<\/i>)/);
		assert.match(shown, /^<i data-note="a &lt;b&gt; &amp; &quot;c&quot;">3\|ready\|4\.5\|/);
		assert.match(shown, /\|a &lt;b&gt; &amp; &quot;c&quot;\|1234567\.25\|\(ink\)\(&lt;paper&gt;\)\|Ada Köln\|\[One 5\]\[Two 10\]\|<\/i>$/);
		// A post that has none shows nothing of them.
		assert.match((await site.get('/long-read')).text, /<!--fields-->(<i data-note="">\|\|\|\|\|\|\s?\|\|<\/i>)?<!--menu-->/);
	});
});

describe('what is not told', () => {
	const write = (name, front) => {
		const file = path.join(site.dir, 'untold', name);
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(file, `---\ntype: page\ndate: 2024-01-02\n${front}\n---\nText.\n`);
	};
	test('an unlisted page above a public one', async () => {
		write('quarry.md', 'title: The hidden quarry\nslug: quarry\nvisibility: unlisted');
		write('quarry/stone.md', 'title: Stone\nslug: stone');
		write('quarry/stone/dust.md', 'title: Dust\nslug: dust');
		platen(site, 'import', path.join(site.dir, 'untold'));
		assert.match((await site.get('/quarry')).text, /The hidden quarry/);
		const { status, text } = await site.get('/quarry/stone/dust');
		assert.equal(status, 200);
		assert.match(text, /<nav class="breadcrumbs"[^]*>Stone<\/a>/);
		assert.doesNotMatch(text, /hidden quarry|href="[^"]*\/quarry"/);
	});
	test('by an address in another case, a post for the team', async () => {
		const { status, text } = await site.get('/For-The-Team.md');
		assert.equal(status, 404);
		assert.doesNotMatch(text, /sign in/i);
	});
});

describe('the sitemap of a site with more than 45 000 posts', () => {
	const add = (title) => {
		fs.writeFileSync(path.join(site.dir, 'x.md'), 'Text.\n');
		return Number(platen(site, 'post', 'add', '--title', title, '--status', 'published', path.join(site.dir, 'x.md')).split(' ')[0]);
	};
	// The next post gets this number: a draft with the one before it, as a copy of some post, goes in.
	const jump = (id) => {
		const run = spawnSync('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.row_factory = sqlite3.Row
stored = [c["name"] for c in db.execute("PRAGMA table_info(post)")] # without the generated ones
row = dict(db.execute("SELECT %s FROM post LIMIT 1" % ",".join(stored)).fetchone())
row.update(id=int(sys.argv[2]) - 1, public_id="jump" + sys.argv[2], status="draft", path=None, import_key=None)
db.execute("INSERT INTO post (%s) VALUES (%s)" % (",".join(row), ",".join("?" * len(row))), list(row.values()))
db.commit()
`, path.join(site.data, 'site.db'), String(id)], { encoding: 'utf8' });
		assert.equal(run.status, 0, run.stderr);
	};
	const locations = (text) => [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map((m) => m[1]);

	test('is an index of parts that are fixed ranges of numbers, and every post is in one', async () => {
		const before = (await site.get('/sitemap.xml')).text;
		assert.match(before, /<urlset/);
		assert.equal((await site.get('/sitemap-1.xml')).text, before);
		jump(45000);
		assert.equal(add('Last of one'), 45000);
		assert.match((await site.get('/sitemap.xml')).text, /<urlset[^]*last-of-one/);
		assert.equal((await site.get('/sitemap-2.xml')).status, 404);
		assert.equal(add('First of two'), 45001);
		jump(135001);
		assert.equal(add('First of four'), 135001);
		const index = await site.get('/sitemap.xml');
		assert.match(index.text, /^<\?xml[^>]*\?>\s*<sitemapindex/);
		// The third part is empty, so it is not named.
		assert.deepEqual(locations(index.text), [1, 2, 4].map((n) => `${site.url}/sitemap-${n}.xml`));
		assert.equal(index.text.match(/<lastmod>\d{4}-/g).length, 3);
		const parts = {};
		for (const n of [1, 2, 3, 4]) parts[n] = locations((await site.get(`/sitemap-${n}.xml`)).text);
		assert.ok(parts[1].includes(`${site.url}/last-of-one`) && parts[1].includes(`${site.url}/the-quiet-press`) && parts[1].includes(`${site.url}/tag/letters`));
		assert.deepEqual([parts[2], parts[3], parts[4]], [[`${site.url}/first-of-two`], [], [`${site.url}/first-of-four`]]);
		for (const name of ['5', '0', '01', '-1', 'x', '99999999999']) assert.equal((await site.get(`/sitemap-${name}.xml`)).status, 404, name);
		assert.match((await site.get('/robots.txt')).text, /Sitemap: \S+\/sitemap\.xml/);
	});
});
