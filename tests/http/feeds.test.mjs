// feeds.test.mjs: feeds and sitemaps as documents: well-formed, valid, and with absolute addresses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, source } from './harness.mjs';

const specs = path.join(process.env.PLATEN_SHARED_DATA ?? path.join(source, '../shared/data'), 'specs/feeds');
const have = fs.existsSync(path.join(specs, 'atom.rng')) ? false : 'the schemas are not beside this checkout';

let site;
before(async () => { site = await openSite('below', { settings: { title: 'Ink & <Paper>', description: 'Notes on printing' } }); });
after(() => site?.stop());

// Writes the answer to a file and runs a checker on it.
async function check(address, command, ...args) {
	const res = await site.get(address);
	assert.equal(res.status, 200, res.text);
	const file = path.join(site.dir, 'document');
	// The sitemap's schema wants a schema for its extensions too, which has none of its own here.
	fs.writeFileSync(file, res.text.replace(/<image:image>.*?<\/image:image>/g, ''));
	const run = spawnSync(command, [...args, file], { encoding: 'utf8' });
	assert.equal(run.status, 0, `${command}: ${run.error ?? ''}${run.stdout.slice(0, 2000)}${run.stderr.slice(0, 2000)}`);
	return res.text;
}

const scopes = ['', '/tag/letters', '/author/ada-quill'];

describe('feeds', () => {
	for (const scope of scopes) {
		test(`${scope}/feed.xml and rss.xml are well-formed XML`, async () => {
			await check(scope + '/feed.xml', 'xmllint', '--noout', '--nonet');
			await check(scope + '/rss.xml', 'xmllint', '--noout', '--nonet');
		});
		test(`${scope}/feed.xml is valid Atom`, { skip: have }, async () => {
			await check(scope + '/feed.xml', 'jing', path.join(specs, 'atom.rng'));
		});
		test(`${scope}/rss.xml is valid RSS 2.0`, { skip: have }, async () => {
			await check(scope + '/rss.xml', 'xmllint', '--noout', '--nonet', '--schema', path.join(specs, 'rss-2_0.xsd'));
		});
	}

	test('every address in a feed is absolute and of this site or somebody else', async () => {
		for (const name of ['/feed.xml', '/rss.xml']) {
			const { text } = await site.get(name);
			const content = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
			const links = [...content.matchAll(/(?:href|src)="([^"]*)"/g)].map((m) => m[1]);
			assert.ok(links.length > 3);
			for (const link of links) assert.match(link, /^(https?:\/\/|mailto:)/, `${name}: ${link}`);
			for (const link of links.filter((l) => l.startsWith(site.origin))) assert.ok(link.startsWith(site.url), link);
		}
	});

	test('entries keep their ids when the address of a post changes', async () => {
		const ids = async () => [...(await site.get('/feed.xml')).text.matchAll(/<entry[^>]*>\s*<id>([^<]+)/g)].map((m) => m[1]);
		const first = await ids();
		assert.equal(new Set(first).size, first.length);
		for (const id of first) assert.match(id, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		const json = JSON.parse((await site.get('/feed.json')).text);
		assert.deepEqual(json.items.map((item) => item.id), first);
	});

	test('a JSON Feed has what version 1.1 requires', async () => {
		for (const scope of scopes) {
			const feed = JSON.parse((await site.get(scope + '/feed.json')).text);
			assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
			assert.ok(feed.title);
			assert.equal(feed.feed_url, `${site.url}${scope}/feed.json`);
			for (const item of feed.items) {
				assert.equal(typeof item.id, 'string');
				assert.equal(typeof (item.content_html ?? item.content_text), 'string');
				assert.ok(!Number.isNaN(Date.parse(item.date_published)));
				for (const author of item.authors ?? []) assert.ok(author.name);
			}
		}
	});

	test('a right-to-left and a German entry say their language', async () => {
		const { text } = await site.get('/feed.xml');
		assert.match(text, /<entry xml:lang="de">/);
		assert.match(text, /<entry xml:lang="he">/);
	});

	test('excerpts alone when the site wants no whole posts in feeds', async () => {
		const own = await openSite('fastcgi', { posts: 0, settings: { feed_full: 'false' } });
		try {
			// A post without a summary of its own: what is derived ends at <!--more--> too.
			const file = path.join(own.dir, 'short.md');
			fs.writeFileSync(file, 'Shown zebraabove.\n\n<!--more-->\n\nHidden zebrabelow.\n');
			platen(own, 'post', 'add', '--title', 'Short', '--tag', 'Letters', '--status', 'published', file);
			for (const name of ['/feed.xml', '/rss.xml', '/feed.json', '/tag/letters/feed.xml']) {
				const { text } = await own.get(name);
				assert.match(text, /Where every sort has its place|upper case lies above/, name);
				assert.match(text, /zebraabove/, name);
				assert.doesNotMatch(text, /only readers of the whole post|zebrabelow/, name);
			}
			assert.doesNotMatch((await own.get('/')).text, /zebrabelow/);
			assert.doesNotMatch((await own.get('/short')).text.match(/<head>[^]*<\/head>/)[0], /zebrabelow/);
		} finally {
			await own.stop();
		}
	});
});

describe('sitemaps', () => {
	test('are well-formed and name only what answers 200', async () => {
		const text = await check('/sitemap.xml', 'xmllint', '--noout', '--nonet');
		const links = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map((m) => m[1]);
		assert.ok(links.length > 30);
		for (const link of links) {
			assert.ok(link.startsWith(site.url), link);
			assert.equal((await site.get(link.slice(site.url.length))).status, 200, link);
		}
	});
	test('are valid by their schema', { skip: have }, async () => {
		await check('/sitemap.xml', 'xmllint', '--noout', '--nonet', '--schema', path.join(specs, 'sitemap.xsd'));
	});
});
