// media_show.test.mjs: how media stand in posts and feeds: pictures in galleries, films and sound in players.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, platen, source } from './harness.mjs';
import { Uploader, jobsDone, png } from './media.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

const specs = path.join(process.env.PLATEN_SHARED_DATA ?? path.join(source, '../shared/data'), 'specs/feeds');
const have = fs.existsSync(path.join(specs, 'atom.rng')) ? false : 'the schemas are not beside this checkout';

// The beginnings of files, behind which is anything: only browsers look further.
const film = (n) => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'), Buffer.from(Array.from({ length: 300000 }, (_, i) => (i * 7 + n) % 251))]);
const sound = (n) => Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), Buffer.alloc(5000, n)]);

async function siteWith(place, env = {}) {
	const site = await openSite(place, { posts: 0, env });
	platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
	const owner = await signedIn(site), up = new Uploader(owner);
	let shade = 0;
	const picture = async (width, height) => (await up.send(png(width, height, [shade++, 80, 90]), `p${width}.png`)).address;
	const post = (slug, markdown) => owner.made({ title: slug, slug, markdown }, 'publish_anyway');
	return { site, owner, up, picture, post, html: async (target) => (await site.get(target)).text };
}

describe('below a path', () => {
	let site, owner, up, picture, post, html;
	before(async () => { ({ site, owner, up, picture, post, html } = await siteWith('below')); });
	after(() => site?.stop());

	test('pictures of one paragraph are a gallery of what is made of them', async () => {
		const wide = await picture(900, 600), tall = await picture(400, 600);
		await post('gallery', `![One](${wide} "The first")\n![](${tall})\n\nand ![inline](${wide}) alone`);
		const figure = (text) => text.match(/<figure class="gallery">[^]*?<\/div>\n<\/figure>/)[0];
		const raw = figure(await html('/gallery'));
		assert.match(raw, new RegExp(`<figure class="shape-150"><a href="/blog${wide}"><img src="/blog${wide}" alt="One" width="900" height="600"[^>]*></a><figcaption>The first</figcaption></figure>`));
		assert.match(raw, /<figure class="shape-67 tall"><a href="[^"]*" aria-label="Picture 1">/);
		jobsDone(site);
		const made = figure(await html('/gallery'));
		assert.match(made, /<source type="image\/webp" srcset="\/blog\/media\/[^"]* 900w" sizes="\(min-width: 60rem\) 34rem, \(min-width: 36rem\) 70vw, 70vw">/);
		const [, large] = made.match(/<a href="\/blog(\/media\/[^"]+)">/);
		assert.notEqual(large, wide);
		const res = await site.get(large);
		assert.equal(res.status, 200);
		assert.equal(res.headers['content-type'], 'image/png');
		assert.match(await html('/gallery'), /<p>and <picture>/);
		const feed = await html('/feed.xml');
		assert.ok(feed.includes(`&lt;img src=&quot;${site.origin}/blog${large}&quot;`));
		assert.ok(feed.includes(`&lt;a href=&quot;${site.origin}/blog${large}&quot;&gt;`));
	});

	test('a wide page has pictures as wide as the site', async () => {
		const [a, b] = [await picture(1700, 1100), await picture(1600, 1100)];
		await owner.made({ title: 'Wide', slug: 'wide', kind: 'page', template_name: 'wide', markdown: `![One](${a})\n\n![Two](${a}) ![Three](${b})` }, 'publish_anyway');
		platen(site, 'hook', 'run', 'jobs');
		const sizes = [...(await html('/wide')).matchAll(/<img [^>]*sizes="([^"]+)" alt="(One|Two|Three)"/g)].map(([, size, alt]) => [alt, size]);
		assert.deepEqual(sizes, [['One', '(min-width: 94rem) 82rem, 100vw'], ['Two', '(min-width: 94rem) 41rem, (min-width: 36rem) 50vw, 50vw'],
			['Three', '(min-width: 94rem) 41rem, (min-width: 36rem) 50vw, 50vw']]);
	});

	test('raw HTML shows a picture in the sizes that there are', async () => {
		const one = await picture(1700, 1100);
		platen(site, 'hook', 'run', 'jobs');
		await post('raw', `<p>A <img src="${one}" alt="hill" width="340"> here</p>`);
		const [, sources, img] = (await html('/raw')).match(/<p>A <picture>(.*?)<img ([^>]*)><\/picture> here<\/p>/);
		assert.match(sources, /^<source type="image\/webp" srcset="\/blog\/media\/[^"]* 1700w" sizes="340px">$/);
		assert.match(img, /^src="\/blog\/media\/[^"]+" alt="hill" width="340" srcset="[^"]* 1700w" sizes="340px" height="220" decoding="async"$/);
		assert.ok((await html('/feed.xml')).includes(`&lt;img src=&quot;${site.origin}${img.match(/src="([^"]+)"/)[1]}&quot;`));
	});

	test('films and sound have a player, and in feeds a link', async () => {
		const [video, audio] = [await up.send(film(1), 'talk.mp4'), await up.send(sound(1), 'episode.mp3')];
		await post('players', `![The talk](${video.address} "In Vienna")\n\n[Episode 1](${audio.address})\n\nHear <${site.url}${audio.address}>.\n\n<${site.url}${audio.address}>\n`);
		const text = await html('/players');
		assert.ok(text.includes(`<figure><video class="player" controls preload="metadata" playsinline src="/blog${video.address}" aria-label="The talk">` +
			`<a href="/blog${video.address}" download>talk.mp4</a></video><figcaption>In Vienna</figcaption></figure>`), text);
		assert.ok(text.includes(`<figure><audio class="player" controls preload="metadata" src="/blog${audio.address}" aria-label="Episode 1">` +
			`<a href="/blog${audio.address}" download>episode.mp3</a></audio><figcaption>Episode 1</figcaption></figure>`), text);
		assert.ok(text.includes(`<p>Hear <a href="${site.url}${audio.address}"`));
		assert.ok(text.includes(`<figure><audio class="player" controls preload="metadata" src="${site.url}${audio.address}" aria-label="episode.mp3">`));
		assert.ok(!text.includes('autoplay'));
		const { headers } = await site.get('/players');
		assert.match(headers['content-security-policy'], /media-src 'self' https: http:/);
		const feed = await html('/feed.xml');
		assert.ok(!feed.includes('&lt;video') && !feed.includes('&lt;audio'));
		assert.ok(feed.includes(`&lt;a href=&quot;${site.url}${video.address}&quot;`));
	});

	test('readers get a film without where it was filmed, and seek in it', async () => {
		const box = (type, ...data) => {
			const body = Buffer.concat(data.map((one) => Buffer.from(one, 'latin1'))), head = Buffer.from(`\0\0\0\0${type}`, 'latin1');
			head.writeUInt32BE(8 + body.length);
			return Buffer.concat([head, body]);
		};
		const place = '\xa9xyz+52.5163+013.3777/', media = film(5).subarray(24);
		const made = (udta) => Buffer.concat([film(5).subarray(0, 24), box('mdat', media), box('moov', box('mvhd', 'times'), udta), box('free', 'end')]);
		const bytes = made(box('udta', place)), clean = made(box('free', '\0'.repeat(place.length)));
		const item = await up.send(bytes, 'holiday.mp4', { library: true });
		const whole = await site.get(item.address);
		assert.deepEqual([whole.status, whole.headers['content-type'], whole.bytes.equals(clean)], [200, 'video/mp4', true]);
		const part = await site.get(item.address, { headers: { range: `bytes=${media.length}-` } });
		assert.deepEqual([part.status, part.bytes.equals(clean.subarray(media.length))], [206, true]);
		// The site's own people get it as it was; with the same bytes again nothing else comes.
		assert.ok((await owner.get(`/admin/media/${item.id}/file`)).bytes.equals(bytes));
		assert.equal((await up.send(bytes, 'again.mp4')).id, item.id);
		assert.ok((await site.get(item.address)).bytes.equals(clean));
	});

	test('a browser gets the part of a film that it asks for', async () => {
		const bytes = film(2), { address } = await up.send(bytes, 'seek.mp4');
		const ask = (range, headers = {}) => site.get(address, { headers: { range, ...headers } });
		const whole = await site.get(address);
		assert.equal(whole.headers['accept-ranges'], 'bytes');
		assert.equal(whole.headers['content-type'], 'video/mp4');
		// The page that a browser makes round a film which is opened by itself must be let fetch it.
		assert.match(whole.headers['content-security-policy'], /default-src 'none'; media-src 'self';.* sandbox allow-same-origin;/);
		for (const [range, from, to] of [['bytes=0-1', 0, 1], ['bytes=1000-1999', 1000, 1999], ['bytes=300000-', 300000, bytes.length - 1], ['bytes=-500', bytes.length - 500, bytes.length - 1]]) {
			const part = await ask(range);
			assert.equal(part.status, 206, range);
			assert.equal(part.headers['content-range'], `bytes ${from}-${to}/${bytes.length}`);
			assert.deepEqual(part.bytes, bytes.subarray(from, to + 1));
		}
		assert.equal((await ask('bytes=9999999-')).status, 416);
		assert.equal((await ask('bytes=5-9', { 'if-range': whole.headers.etag })).status, 206);
		assert.equal((await ask('bytes=5-9', { 'if-range': '"old"' })).status, 200);
	});
});

describe('enclosures', () => {
	let site, up, owner, post, html, picture;
	before(async () => { ({ site, up, owner, post, html, picture } = await siteWith('below')); });
	after(() => site?.stop());

	const entry = (text, slug) => text.match(new RegExp(`<(entry|item)>(?:(?!</\\1>)[^])*/${slug}(?:[<"])[^]*?</\\1>`))[0];
	test('feeds name the sound and films of a post, in its order, with what they weigh now', async () => {
		const [a, b] = [await up.send(sound(7), 'a b.mp3'), await up.send(film(7), 'c.mp4')];
		const cover = await picture(300, 200);
		await owner.made({ title: 'Pod', slug: 'pod', image: cover, image_alt: 'Cover', markdown: `![film](${b.address})\n\n[Episode](${a.address})\n\n![p](${await picture(200, 200)})` }, 'publish_anyway');
		await post('silent', 'No sound.');
		const [atom, rss, json] = [await html('/feed.xml'), await html('/rss.xml'), JSON.parse(await html('/feed.json'))];
		const whole = (item) => `${site.url}${item.address}`;
		assert.ok(entry(atom, 'pod').includes(`<link rel="enclosure" type="video/mp4" length="${film(7).length}" title="c.mp4" href="${whole(b)}"/>\n` +
			`<link rel="enclosure" type="audio/mpeg" length="${sound(7).length}" title="a b.mp3" href="${whole(a)}"/>`), atom);
		assert.deepEqual(entry(rss, 'pod').match(/<enclosure [^>]*>/g), [`<enclosure url="${whole(b)}" length="${film(7).length}" type="video/mp4"/>`]);
		assert.deepEqual(json.items.find((item) => item.url.endsWith('/pod')).attachments, [
			{ url: whole(b), mime_type: 'video/mp4', title: 'c.mp4', size_in_bytes: film(7).length },
			{ url: whole(a), mime_type: 'audio/mpeg', title: 'a b.mp3', size_in_bytes: sound(7).length }]);
		for (const text of [atom, rss]) {
			assert.ok(entry(text, 'pod').includes(`<media:content url="${site.url}${cover}" medium="image"/>`), text);
			assert.doesNotMatch(entry(text, 'silent'), /enclosure|media:content/);
		}
		const got = await site.get(a.address);
		assert.deepEqual([got.status, Number(got.headers['content-length'])], [200, sound(7).length]);

		const longer = Buffer.concat([film(7), film(8)]);
		assert.ok((await up.send(longer, 'd.mp4', { replaces: b.id })).address);
		assert.match(entry(await html('/rss.xml'), 'pod'), new RegExp(`length="${longer.length}" type="video/mp4"`));
	});

	test('what a password guards is in no feed', async () => {
		const { address } = await up.send(sound(9), 'secret.mp3');
		await owner.made({ title: 'Guarded', slug: 'guarded', visibility: 'password', password: 'readers only', markdown: `[x](${address})` }, 'publish_anyway');
		for (const name of ['/feed.xml', '/rss.xml', '/feed.json']) assert.ok(!(await html(name)).includes('secret.mp3'), name);
	});

	test('the documents are still what they say', { skip: have }, async () => {
		for (const [name, command, ...args] of [['/feed.xml', 'jing', path.join(specs, 'atom.rng')], ['/rss.xml', 'xmllint', '--noout', '--nonet', '--schema', path.join(specs, 'rss-2_0.xsd')]]) {
			const file = path.join(site.dir, 'document');
			fs.writeFileSync(file, await html(name));
			const run = spawnSync(command, [...args, file], { encoding: 'utf8' });
			assert.equal(run.status, 0, `${command}: ${run.error ?? ''}${run.stdout}${run.stderr}`);
		}
	});
});

describe('AVIF', () => {
	let site, up, post, html;
	before(async () => { ({ site, up, post, html } = await siteWith('fastcgi', { PLATEN_AVIF: 'on' })); });
	after(() => site?.stop());

	// Clouds: of one colour nothing is smaller than a PNG file.
	function clouds(width, height) {
		const rows = Buffer.alloc((width * 3 + 1) * height);
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width * 3; x++)
				rows[y * (width * 3 + 1) + 1 + x] = 128 + 60 * Math.sin(x / 70 + y / 31) + 50 * Math.cos(y / 53 - x / 97) + (x * 7919 + y * 104729) % 13;
		return png(width, height, rows);
	}

	test('comes first where it is smaller than WebP, and what is not is not there', async () => {
		const { address } = await up.send(clouds(700, 500), 'clouds.png');
		await post('clouds', `![Clouds](${address})`);
		jobsDone(site);
		const sources = [...(await html('/clouds')).matchAll(/<source type="image\/(\w+)" srcset="([^"]+)"/g)].map(([, type, set]) => [type, set.split(', ').map((one) => one.split(' '))]);
		assert.deepEqual(sources.map(([type]) => type), ['avif', 'webp']);
		const weight = async (path) => {
			const res = await site.get(path);
			assert.equal(res.status, 200);
			return [res.headers['content-type'], res.bytes.length];
		};
		let both = 0;
		const webp = new Map(sources[1][1].map(([path, width]) => [width, path]));
		for (const [path, width] of sources[0][1]) {
			const [type, bytes] = await weight(path);
			assert.equal(type, 'image/avif');
			if (!webp.has(width)) continue;
			both++;
			assert.ok(bytes < (await weight(webp.get(width)))[1], width);
		}
		assert.ok(both > 0, 'no width is there in both');
	});
});

describe('media of another origin', () => {
	let site, up, picture, post, html;
	before(async () => { ({ site, up, picture, post, html } = await siteWith('fastcgi', { PLATEN_MEDIA_URL: 'https://cdn.example.org' })); });
	after(() => site?.stop());

	test('galleries and players have its addresses, also where the whole address is written', async () => {
		const one = await picture(600, 400), two = await picture(500, 400), { address } = await up.send(sound(3), 'far.mp3');
		await post('far', `![a](${one}) ![b](${two})\n\n[Far](https://cdn.example.org${address})\n`);
		const text = await html('/far');
		assert.ok(text.includes(`<a href="https://cdn.example.org${one}"><img src="https://cdn.example.org${one}"`), text);
		assert.ok(text.includes(`<audio class="player" controls preload="metadata" src="https://cdn.example.org${address}"`), text);
		assert.match((await site.get('/far')).headers['content-security-policy'], /media-src 'self' https:/);
	});
});
