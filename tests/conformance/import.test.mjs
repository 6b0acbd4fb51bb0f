// import.test.mjs: imported posts against what Hugo and Jekyll make of the same files.
//
// Text: equal after tags and white space are taken away, with these known differences:
//  - typographic quotes, dashes and ellipses are compared as plain ones (each program has its own rules);
//  - an image's title is a caption here and an attribute there;
//  - embedded videos and posts of other sites are links here (their text is the address), and in Hugo
//    frames and scripts without text;
//  - shortcodes of the site's own theme stay as they are ({{< note >}}), where Hugo takes them away;
//  - posts that make text by Liquid's loops keep the loop: the list `loops`.
// Addresses: where the generator puts a post, Platen answers, with the post or with a redirect.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { shared, top } from './markdown_driver.mjs';

const build = process.env.PLATEN_BUILD ?? join(top, 'build');
const program = join(build, 'tests', 'conformance', 'import_posts');
const blogs = join(shared, 'markdown');

const loops = [
	'2013-05-08-jekyll-1-0-1-released', '2013-05-12-jekyll-1-0-2-released', '2013-06-07-jekyll-1-0-3-released',
	'2013-07-14-jekyll-1-1-0-released', '2020-05-27-jekyll-4-1-0-released',
];

function has(command) {
	return spawnSync(command, ['version']).error === undefined;
}

function run(command, args, cwd) {
	const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 300000 });
	assert.equal(result.status, 0, `${command} ${args.join(' ')}: ${result.stderr}${result.stdout?.slice(0, 2000)}`);
	return result.stdout;
}

function imported(dir) {
	const data = mkdtempSync(join(tmpdir(), 'platen-import-'));
	try {
		return run(program, [data, dir]).trimEnd().split('\n').map((line) => JSON.parse(line));
	} finally {
		rmSync(data, { recursive: true });
	}
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…', ldquo: '“', rdquo: '”',
	lsquo: '‘', rsquo: '’', ndash: '–', mdash: '—', laquo: '«', raquo: '»', copy: '©', rarr: '→', larr: '←' };

function decode(html) {
	return html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, number, name) =>
		hex ? String.fromCodePoint(parseInt(hex, 16)) : number ? String.fromCodePoint(+number) : entities[name] ?? all);
}

function text(html) {
	const bare = html
		.replace(/<!--[\s\S]*?-->|<(script|style|figcaption)\b[\s\S]*?<\/\1>/g, '')
		.replace(/<a [^>]*>https:\/\/(x\.com|www\.youtube\.com)\/[^<]*<\/a>/g, '')
		.replace(/\{\{&lt;\s*\/?\s*note\s*&gt;\}\}/g, '')
		.replace(/<[^>]+>/g, '');
	return decode(bare)
		.replace(/[“”«»]/g, '"').replace(/[‘’]/g, "'").replace(/[–—-]+/g, '-').replace(/…|\.\.\./g, '.')
		.replace(/[↩\uFE0E\u00A0]/g, '').replace(/\s+/g, '');
}

// The first place where two texts part, with what is around it.
function assertSameText(file, theirs, ours) {
	if (theirs === ours)
		return;
	let at = 0;
	while (theirs[at] === ours[at])
		at++;
	assert.fail(`${file} at ${at}:\n  theirs: ${theirs.slice(Math.max(0, at - 60), at + 100)}\n`
		+ `  ours:   ${ours.slice(Math.max(0, at - 60), at + 100)}`);
}

function tidy(address) {
	const path = decodeURI(address).replace(/index\.(html|json)$/, '').replace(/\/+$/, '');
	return path.startsWith('/') ? path : `/${path}`;
}

function assertAnswers(post, url) {
	const at = [post.path, ...post.redirects];
	assert.ok(at.includes(tidy(url)), `${post.file}: ${url} is none of ${at.join(' ')}`);
}

function files(dir, ending) {
	return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
		e.isDirectory() ? files(join(dir, e.name), ending) : e.name.endsWith(ending) ? [join(dir, e.name)] : []);
}

const scratch = (t) => {
	const dir = mkdtempSync(join(tmpdir(), 'platen-generator-'));
	t.after(() => rmSync(dir, { recursive: true }));
	return dir;
};

test('Hugo: every post has the same title, text and address', (t) => {
	const blog = join(blogs, 'linkerd-blog', 'linkerd.io');
	if (!existsSync(blog) || !has('hugo'))
		return t.skip(`needs hugo and ${blog}`);
	const dir = scratch(t);
	cpSync(join(blog, 'content'), join(dir, 'content'), { recursive: true });
	rmSync(join(dir, 'content', 'blog', '_index.md'));
	mkdirSync(join(dir, 'layouts', '_default'), { recursive: true });
	mkdirSync(join(dir, 'layouts', 'shortcodes'));
	writeFileSync(join(dir, 'config.toml'), `baseURL = "https://example.org/"
		disableKinds = ["taxonomy", "term", "RSS", "sitemap", "404", "home", "section"]
		[permalinks]
		blog = "/:year/:month/:day/:slugorfilename/"
		[markup.goldmark.renderer]
		unsafe = true
		[markup.highlight]
		codeFences = false
		[outputFormats.J]
		mediaType = "application/json"
		baseName = "index"
		isPlainText = true
		[outputs]
		page = ["J"]
	`);
	writeFileSync(join(dir, 'layouts', 'shortcodes', 'note.html'), '{{ .Inner | markdownify }}');
	writeFileSync(join(dir, 'layouts', 'shortcodes', 'x.html'), '<!-- -->');
	writeFileSync(join(dir, 'layouts', '_default', 'single.j.json'),
		'{{ dict "title" .Title "url" .RelPermalink "file" .File.Path "content" .Content | jsonify }}');
	run('hugo', ['--quiet'], dir);
	const ours = new Map(imported(dir).map((post) => [post.file.replace(/^content\//, ''), post]));
	const theirs = files(join(dir, 'public'), '.json').map((file) => JSON.parse(readFileSync(file, 'utf8')));
	assert.equal(theirs.length, 157);
	assert.equal(ours.size, 157);
	for (const page of theirs) {
		const post = ours.get(page.file);
		assert.equal(text(post.title), text(page.title));
		assertSameText(page.file, text(page.content), text(post.html));
		assertAnswers(post, page.url);
	}
});

test('Jekyll: every post has the same title, text and address', (t) => {
	const blog = join(blogs, 'jekyll-news', 'docs');
	if (!existsSync(blog) || !has('jekyll'))
		return t.skip(`needs jekyll and ${blog}`);
	const dir = scratch(t);
	cpSync(join(blog, '_posts'), join(dir, '_posts'), { recursive: true });
	mkdirSync(join(dir, '_docs'));
	writeFileSync(join(dir, '_docs', 'history.md'), '---\ntitle: History\n---\n');
	mkdirSync(join(dir, '_layouts'));
	writeFileSync(join(dir, '_config.yml'), `repository: https://example.org/r
collections: {docs: {output: true}}
defaults: [{scope: {path: ""}, values: {layout: news_item}}]
kramdown: {syntax_highlighter: none}
highlighter: none
`);
	writeFileSync(join(dir, '_layouts', 'news_item.html'), `{"title": {{ page.title | jsonify }}, "url": {{ page.url | jsonify }},
		"file": {{ page.path | jsonify }}, "content": {{ content | jsonify }}}`);
	run('jekyll', ['build', '--quiet', '--destination', join(dir, '_site')], dir);
	const ours = new Map(imported(dir).map((post) => [post.file, post]));
	const theirs = files(join(dir, '_site'), '.html').map((file) => JSON.parse(readFileSync(file, 'utf8')))
		.filter((page) => page.file.startsWith('_posts/'));
	assert.equal(theirs.length, 102);
	for (const page of theirs) {
		const post = ours.get(page.file);
		assert.equal(text(post.title), text(page.title));
		assertAnswers(post, page.url);
		if (!loops.some((name) => page.file.includes(name)))
			assertSameText(page.file, text(page.content), text(post.html));
	}
});

// What the front matter itself gives as an address, in the blogs whose generators are not at hand.
test('Zola and Hexo: every path, permalink and alias leads to its post', (t) => {
	let checked = 0;
	for (const [name, delimiter] of [['rust-lang-blog', '+++'], ['academia-binaria-hexo', '---']]) {
		const dir = join(blogs, name);
		if (!existsSync(dir))
			return t.skip(`needs ${dir}`);
		const ours = new Map(imported(dir).map((post) => [post.file, post]));
		for (const file of files(dir, '.md')) {
			const head = readFileSync(file, 'utf8').split(delimiter)[1] ?? '';
			const post = ours.get(file.slice(dir.length + 1));
			const given = head.match(/^(?:path = "(.*)"|permalink: (.*))$/m);
			const aliases = head.match(/^aliases = \[([\s\S]*?)\]$/m)?.[1].match(/"[^"]*"/g) ?? [];
			if (!post)
				continue;
			for (const url of [given?.[1] ?? given?.[2], ...aliases.map((a) => a.slice(1, -1))].filter(Boolean)) {
				assertAnswers(post, url.trim());
				checked++;
			}
		}
	}
	assert.ok(checked > 1400, `${checked} addresses`);
});
