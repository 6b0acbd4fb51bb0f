// media_card.test.mjs: pictures of posts on lists, in feeds and for those who show links: cut round the focal point.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pixels, tool } from '../cli/images.mjs';
import { below, openSite, platen } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { Uploader, gif, jobsDone, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

let site, owner, up;
const at = (name) => path.join(site.dir, name);
const jobs = () => jobsDone(site);

before(async () => {
	site = await openSite('below', { posts: 0, env: { PLATEN_LOG_LEVEL: 'warn' } });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
	owner = await signedIn(site);
	up = new Uploader(owner);
});
after(() => site?.stop());

/* The upper half red, the lower one blue. */
function halves(name, width, height) {
	tool('convert', '-size', `${width}x${height}`, 'xc:rgb(220,20,20)', '-depth', '8', '-fill', 'rgb(20,40,220)', '-draw', `rectangle 0,${height / 2} ${width},${height}`, at(name));
	return fs.readFileSync(at(name));
}
async function shown(url) {
	const res = await site.get(below(site, new URL(url, site.url).href));
	assert.equal(res.status, 200, url);
	fs.writeFileSync(at('seen'), res.bytes);
	const { width, height, rgb } = pixels(at('seen')), colour = (y) => (rgb[3 * Math.floor(y * height) * width] > 120 ? 'R' : 'B');
	return `${width}x${height} ${colour(0.05)}${colour(0.95)}`;
}
const focus = async (item, x, y) => {
	const target = `/admin/media/${item.id}`, fields = Object.fromEntries(await owner.fields(target, /<form class="card"[^]*?<\/form>/));
	assert.equal((await owner.post(target, { ...fields, focal_x: String(x), focal_y: String(y), button: 'save' })).status, 303);
};
/* What a list shows of the post: the picture's tag, and where it leads to. */
async function card(slug, list = '/') {
	const { text } = await site.get(list), entry = [...text.matchAll(/<article[^]*?<\/article>/g)].map(([all]) => all).find((all) => all.includes(`/${slug}"`));
	const [, attributes] = entry.match(/<picture>(?:<source[^>]*>)*<img ([^>]*)>/);
	const get = (name) => attributes.match(new RegExp(`(?:^| )${name}="([^"]*)"`))?.[1];
	const list_of = (set) => (set ?? '').split(', ').filter(Boolean).map((one) => one.split(' '));
	return { src: get('src'), set: list_of(get('srcset')), size: `${get('width')}x${get('height')}`, class: get('class'),
		sources: [...entry.matchAll(/<source type="([^"]+)" srcset="([^"]+)"/g)].map(([, type, set]) => [type, list_of(set)]) };
}
async function og(slug) {
	const { text } = await site.get(`/${slug}`);
	return Object.fromEntries([...text.matchAll(/<meta property="og:(image(?::\w+)?)" content="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

test('lists show the part round the focal point, and when that is moved another one', async () => {
	const item = await up.send(halves('tall.png', 1200, 2400), 'tall.png', { library: true });
	await owner.made({ title: 'Tall', slug: 'tall', image: item.address, image_alt: 'Two colours' }, 'publish');
	const early = await card('tall');
	assert.deepEqual([early.set, early.size, early.class], [[], '1200x2400', 'focus-x-50 focus-y-50'], 'until it is made');
	assert.equal(await shown(early.src), '1200x2400 RB');
	await focus(item, 50, 10);
	jobs();
	const upper = await card('tall');
	assert.deepEqual([upper.set.map(([, width]) => width), upper.size], [['400w', '800w', '1200w'], '800x450']);
	for (const [url, width] of upper.set) assert.match(await shown(url), new RegExp(`^${parseInt(width)}x\\d+ RR$`));
	const webp = upper.sources.find(([type]) => type === 'image/webp');
	assert.ok(webp, 'two colours are smaller so');
	assert.match(await shown(webp[1][0][0]), /^\d+x\d+ RR$/);
	const social = await og('tall');
	assert.deepEqual([social['image:type'], social['image:width'], social['image:height'], social['image:alt']], ['image/png', '1200', '630', 'Two colours']);
	assert.ok(social.image.startsWith(`${site.url}/media/`), social.image);
	assert.equal(await shown(social.image), '1200x630 RR');
	await focus(item, 50, 90);
	const between = await card('tall');
	assert.match(await shown(between.src), / RR$/, 'no page names what is not there');
	jobs();
	const lower = await card('tall');
	assert.match(await shown(lower.src), /^800x450 BB$/);
	assert.equal(await shown((await og('tall')).image), '1200x630 BB');
	assert.equal((await site.get(below(site, new URL(upper.src, site.url).href))).status, 404);
});

test('a card of what was cut out shows nothing else', async () => {
	const item = await up.send(halves('cut.png', 1300, 2600), 'cut.png', { library: true });
	jobs();
	await owner.made({ title: 'Cut', slug: 'cut', image: item.address, image_alt: 'Two colours' }, 'publish');
	const target = `/admin/media/${item.id}/edit`, fields = Object.fromEntries(await owner.fields(target, /<form class="media-edit"[^]*?<\/form>/));
	assert.equal((await owner.post(target, { ...fields, x: '0', y: '1300', width: '1300', height: '1300', button: 'save' })).status, 303);
	jobs();
	assert.equal(await shown((await card('cut')).src), '800x450 BB');
	assert.equal(await shown((await og('cut')).image), '1200x630 BB');
	const [, src, size] = (await site.get('/cut')).text.match(/<figure class="feature">\n<picture>(?:<source[^>]*>)*<img src="([^"]+)"[^>]* width="(\d+)"/);
	assert.deepEqual([await shown(src), size], ['1280x1280 BB', '1300']);
});

test('a small picture is not enlarged, and one of another site stays as it is', async () => {
	const item = await up.send(halves('small.png', 300, 240), 'small.png', { library: true });
	await focus(item, 20, 80);
	jobs();
	await owner.made({ title: 'Small', slug: 'small', image: item.address, image_alt: 'Two colours' }, 'publish');
	const small = await card('small');
	assert.deepEqual([small.size, small.class, await shown(small.src)], ['300x240', 'focus-x-20 focus-y-80', '300x240 RB']);
	assert.equal(await shown((await og('small')).image), '300x240 RB');
	await owner.made({ title: 'Elsewhere', slug: 'elsewhere', image: 'https://example.org/a.jpg?x=1', image_alt: 'Far away' }, 'publish');
	const far = await card('elsewhere');
	assert.deepEqual([far.src, far.set, far.sources], ['https://example.org/a.jpg?x=1', [], []]);
	const social = await og('elsewhere');
	assert.deepEqual([social.image, social['image:alt'], social['image:type']], ['https://example.org/a.jpg?x=1', 'Far away', undefined]);
});

test('people and the logo, which are shown small, are sent small', async () => {
	const face = await up.send(halves('face.png', 2000, 1500), 'face.png', { library: true });
	const sign = await up.send(halves('sign.png', 2400, 600), 'sign.png', { library: true });
	sqlite(path.join(site.data, 'site.db'), `UPDATE user SET picture = '${face.address}' WHERE email = '${EMAIL}'`);
	platen(site, 'config', 'set', 'logo', sign.address);
	await owner.made({ title: 'Faces', slug: 'faces' }, 'publish');
	const portraits = (text) => [...text.matchAll(/<img (?:class="portrait" )?src="([^"]+)" alt="" width="(?:40|64|112|80)"/g)].map(([, src]) => src);
	const logo = (text) => text.match(/<p class="brand"><a [^>]*><img src="([^"]+)" alt="[^"]*" width="(\d+)" height="(\d+)"/).slice(1);
	assert.equal(await shown(portraits((await site.get('/faces')).text)[0]), '2000x1500 RB', 'until it is made');
	jobs();
	const { text } = await site.get('/faces'), { text: author } = await site.get(below(site, new URL(text.match(/rel="author" href="([^"]+)"/)[1], site.url).href));
	assert.ok(portraits(text).length && portraits(author).length === 1, `${portraits(text)}; ${portraits(author)}`);
	for (const src of [...portraits(text), ...portraits(author)]) assert.equal(await shown(src), '320x240 RB');
	const [src, width, height] = logo(text);
	assert.deepEqual([await shown(src), width, height], ['640x160 RB', '640', '160']);
	platen(site, 'config', 'set', 'logo', 'https://example.org/sign.png');
	assert.match((await site.get('/faces')).text, /<p class="brand"><a [^>]*><img src="https:\/\/example\.org\/sign\.png" alt="[^"]*"><\/a>/);
});

test('feeds name a picture of a fitting width, with its whole address', async () => {
	const item = await up.send(halves('wide.png', 3000, 1500), 'wide.png', { library: true });
	jobs();
	await owner.made({ title: 'Wide', slug: 'wide', image: item.address, image_alt: 'Two colours', markdown: `![Wide](${item.address})` }, 'publish');
	const feed = JSON.parse((await site.get('/feed.json')).text), { image } = feed.items.find(({ title }) => title === 'Wide');
	assert.ok(image.startsWith(`${site.url}/media/`), image);
	assert.equal(await shown(image), '1280x640 RB');
	const one = (text) => text.match(/<img src="([^"]+)"[^>]* alt="Wide" width="(\d+)"/).slice(1);
	for (const text of [feed.items.find(({ title }) => title === 'Wide').content_html, (await site.get('/wide')).text]) {
		const [src, width] = one(text); // the picture is as wide as it was, the file is not
		assert.deepEqual([await shown(new URL(src, site.url).href), width], ['1280x640 RB', '3000']);
	}
	const [, feature] = (await site.get('/wide')).text.match(/<figure class="feature">\n<picture>(?:<source[^>]*>)*<img src="([^"]+)"/);
	assert.equal(await shown(feature), '1280x640 RB');
	assert.match((await site.get('/feed.json')).text, /https:\/\/example\.org\/a\.jpg\?x=1/);
});

test('the icons of a site follow what was cut out of their picture, and stay until others are there', async () => {
	const item = await up.send(halves('icon.png', 600, 1200), 'icon.png', { library: true });
	jobs();
	const settings = Object.fromEntries(await owner.fields('/admin/settings/pictures', /<form class="card"[^]*?<\/form>/));
	assert.equal((await owner.post('/admin/settings/pictures', { ...settings, icon: item.address })).status, 303);
	jobs();
	const sizes = async () => JSON.parse((await site.get('/site.webmanifest')).text).icons.map(({ sizes: one }) => one);
	assert.deepEqual(await sizes(), ['16x16 32x32 48x48', '180x180', '192x192', '512x512']);
	const target = `/admin/media/${item.id}/edit`, fields = Object.fromEntries(await owner.fields(target, /<form class="media-edit"[^]*?<\/form>/));
	assert.equal((await owner.post(target, { ...fields, x: '0', y: '700', width: '300', height: '300', button: 'save' })).status, 303);
	assert.equal((await sizes()).length, 4);
	jobs();
	assert.deepEqual(await sizes(), ['16x16 32x32 48x48', '180x180', '192x192']);
	assert.equal(await shown(`${site.url}/apple-touch-icon.png`), '180x180 BB');
});

test('the heading of a tag has its picture in every format', async () => {
	const item = await up.send(halves('tag.png', 1500, 900), 'tag.png', { library: true });
	jobs();
	await owner.made({ title: 'Tagged', slug: 'tagged', tags: 'Craft' }, 'publish_anyway');
	sqlite(path.join(site.data, 'site.db'), `UPDATE tag SET image = '${item.address}' WHERE slug = 'craft'`);
	for (const theme of ['broadside', 'quire']) {
		platen(site, 'config', 'set', 'theme', theme);
		const { text } = await site.get('/tag/craft'), [, sources, img] = text.match(/<picture class="heading-image">(.*?)<img ([^>]*)><\/picture>/);
		assert.match(sources, /<source type="image\/webp" srcset="[^"]+ 1280w, [^"]+ 1500w" sizes="[^"]+">/, theme);
		assert.match(img, / srcset="[^"]+ 1500w" sizes="[^"]+" alt="" width="1500" height="900"/, theme);
		assert.equal(await shown(img.match(/src="([^"]+)"/)[1]), '1280x768 RB');
	}
});

test('a picture is called very large before a post is published only where readers get it as it is', async () => {
	const still = await up.send(png(5200, 20), 'still.png'), moving = await up.send(gif(5200, 4), 'moving.gif');
	const told = async () => {
		const { text } = await owner.write('/admin/posts/new', { title: 'Large', excerpt: 'x', markdown: `![a](${still.address})\n\n![b](${moving.address})` }, 'check');
		return [...text.matchAll(/A very large picture: <span class="report-detail"[^>]*>([^<]*)</g)].map(([, name]) => name);
	};
	assert.deepEqual(await told(), [], 'smaller ones are on their way');
	jobs();
	assert.deepEqual(await told(), ['moving.gif']);
	sqlite(path.join(site.data, 'site.db'), `UPDATE media_item SET state = 'failed' WHERE id = ${still.id}`);
	assert.deepEqual(await told(), ['still.png', 'moving.gif']);
});
