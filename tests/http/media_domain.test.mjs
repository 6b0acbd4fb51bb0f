// media_domain.test.mjs: media that are linked at an address of their own, and served there as at the site's.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSite } from './harness.mjs';

describe('PLATEN_MEDIA_URL', () => {
	let site;
	before(async () => { site = await openSite('below', { posts: 0, env: { PLATEN_MEDIA_URL: 'https://cdn.example.org/x/' } }); });
	after(() => site?.stop());

	test('pictures of posts, feeds and previews begin with it', async () => {
		const page = (await site.get('/the-quiet-press')).text;
		assert.match(page, /src="https:\/\/cdn\.example\.org\/x\/media\/[0-9a-f]{64}\/ink\.png"/);
		assert.ok(!page.includes(`"${site.mount}/media/`));
		const feed = (await site.get('/feed.xml')).text;
		assert.match(feed, /https:\/\/cdn\.example\.org\/x\/media\/[0-9a-f]{64}\/ink\.png/);
		assert.ok(!feed.includes(`${site.url}/media/`));
	});

	test('whoever fetches them for it gets them from the site', async () => {
		const [, path] = (await site.get('/the-quiet-press')).text.match(/src="https:\/\/cdn\.example\.org\/x(\/media\/[^"]+)"/);
		const res = await site.get(path);
		assert.equal(res.status, 200);
		assert.equal(res.headers['cache-control'], 'public, max-age=300', 'it stands for what the picture is, which can be edited');
	});
});
