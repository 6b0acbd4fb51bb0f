/* admin_settings.test.mjs: the site's settings in the admin: who may, what is refused, what two people do to each
 * other, and that a change is on the site at once. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { below, openSite, platen } from './harness.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';

let site;
const addPerson = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const get = (key) => platen(site, 'config', 'get', key).replace(/\n$/, '');

before(async () => {
	site = await openSite('fastcgi', { posts: 12, env: { PLATEN_LOG_LEVEL: 'warn' } });
	addPerson(EMAIL, 'owner');
	for (const role of ['editor', 'author', 'contributor']) addPerson(`${role}@example.org`, role);
});
after(() => site?.stop());

// What the form on a page would send, with some fields typed over; null leaves one out.
async function filled(visitor, target, typed = {}) {
	return fill((await visitor.get(target)).text, typed);
}

function fill(page, typed = {}) {
	const fields = [], text = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;|&#x27;/g, "'").replace(/&amp;/g, '&');
	const body = page.slice(page.indexOf('<form class="card"'));
	const one = /<input ([^>]*)>|<textarea ([^>]*)>\n?([^<]*)<\/textarea>|<select ([^>]*)>([\s\S]*?)<\/select>/g;
	for (const [, input, area, inside, select, options] of body.matchAll(one)) {
		const at = (name) => (input ?? area ?? select).match(new RegExp(`(?:^| )${name}="([^"]*)"`))?.[1];
		if (!at('name')) continue;
		if (at('type') === 'checkbox' && !/ checked/.test(input)) continue;
		const value = select ? options.match(/value="([^"]*)" selected/)?.[1] ?? '' : area ? inside : at('value') ?? '';
		fields.push([at('name'), text(value)]);
	}
	for (const [name, value] of Object.entries(typed)) {
		const at = fields.findIndex(([key]) => key === name);
		if (at >= 0) fields.splice(at, 1);
		if (value !== null) fields.push([name, value]);
	}
	return fields;
}

async function save(visitor, section, typed) {
	const target = `/admin/settings/${section}`;
	return visitor.post(target, await filled(visitor, target, typed));
}

const pages = ['', '/general', '/pictures', '/reading', '/addresses', '/writing', '/social', '/privacy', '/code', '/maintenance', '/system'];

test('owners alone come here, and only with a form of their session', async () => {
	for (const role of ['editor', 'author', 'contributor']) {
		const visitor = await signedIn(site, `${role}@example.org`), form_token = await visitor.token();
		for (const page of pages) assert.equal((await visitor.get(`/admin/settings${page}`)).status, 403, `${role} ${page}`);
		for (const page of pages.slice(1, -1))
			assert.equal((await visitor.post(`/admin/settings${page}`, { form_token, title: 'x', 'was.title': 'x' })).status, 403);
	}
	const owner = await signedIn(site);
	for (const lang of ['en', 'de']) {
		platen(site, 'config', 'set', 'lang', lang);
		for (const page of pages) {
			const res = await owner.get(`/admin/settings${page}`);
			assert.equal(res.status, 200, page);
			assert.doesNotMatch(res.text, />\s*set_\w+/, `${lang} ${page}: a phrase is missing`);
		}
	}
	platen(site, 'config', 'set', 'lang', 'en');
	assert.equal((await owner.get('/admin/settings/nothing')).status, 404);
	assert.equal((await owner.post('/admin/settings/system', { form_token: await owner.token() })).status, 404);
	for (const form_token of ['', 'x', await (await signedIn(site)).token()])
		assert.equal((await owner.post('/admin/settings/general', { form_token, title: 'Stolen', 'was.title': 'x' })).status, 403);
	assert.equal((await new Visitor(site).get('/admin/settings')).status, 303);
	assert.notEqual(get('title'), 'Stolen');
});

test('a change is on the site at once, though the page was kept', async () => {
	const owner = await signedIn(site);
	for (let n = 1; n <= 5; n++) {
		assert.doesNotMatch((await site.get('/')).text, new RegExp(`Name ${n} &amp; &lt;b&gt;`));
		const res = await save(owner, 'general', { title: `Name ${n} & <b>`, tagline: 'Said  below' });
		assert.equal(res.status, 303, res.text.match(/class="wrong"[^>]*>([^<]*)/)?.[1]);
		assert.match(res.headers.location, /done=saved/);
		assert.match((await site.get('/')).text, new RegExp(`Name ${n} &amp; &lt;b&gt;`));
	}
	assert.equal(get('tagline'), 'Said  below');
	assert.equal(get('lang'), 'en');
});

test('only what was changed is written, and the audit log names it', async () => {
	const owner = await signedIn(site);
	assert.equal((await save(owner, 'general', {})).status, 303);
	assert.equal((await save(owner, 'reading', { feed_full: null, feed_items: '7' })).status, 303);
	const audit = (await owner.get('/admin/audit')).text;
	assert.match(audit, /changed settings[\s\S]{0,80}feed_items, feed_full/);
	assert.doesNotMatch(audit, /posts_per_page|copyright/);
	assert.equal(get('feed_full'), 'false');
	assert.match(platen(site, 'config'), /posts_per_page\s+default/);
	// A form without a field's mark says nothing of the field.
	const form_token = await owner.token();
	assert.equal((await owner.post('/admin/settings/reading', { form_token, feed_items: '9', theme: 'x', title: 'x' })).status, 303);
	assert.equal(get('feed_items'), '7');
	assert.equal((await save(owner, 'reading', { feed_full: 'true' })).status, 303);
	assert.equal(get('feed_full'), 'true');
});

const bad = {
	general: [['title', ''], ['title', '   '], ['title', 'x'.repeat(201)], ['title', 'a\u0007b'], ['tagline', 'y'.repeat(301)],
		['description', 'z'.repeat(2001)], ['description', 'a\u0001'], ['lang', 'e'], ['lang', 'english language'], ['lang', ''],
		['timezone', 'Mars/Base'], ['timezone', '../etc/passwd'], ['timezone', ''], ['copyright', 'a\nb']],
	pictures: [['logo', 'javascript:alert(1)'], ['icon', 'data:image/png;base64,x'], ['cover', '//evil.example/x.png'], ['social_image', 'no address'], ['logo', `/${'x'.repeat(1000)}`]],
	reading: [['front_page', '/nowhere'], ['front_page', 'about'], ['front_page', '/admin'], ['posts_path', '/feed.xml'], ['posts_path', ''], ['posts_path', '/a//b'],
		['posts_per_page', '0'], ['posts_per_page', '101'], ['posts_per_page', '1e1'], ['posts_per_page', ''], ['posts_per_page', '99999999999999999999'],
		['related_count', '-1'], ['related_count', '13'], ['excerpt_chars', '59'], ['feed_items', '1001'], ['feed_items', ' x']],
	addresses: [['permalink', ''], ['permalink', 'x/:slug'], ['permalink', '/:nothing'], ['permalink', '/fixed'], ['permalink', '/:slug/'], ['permalink', '/../:slug']],
	writing: [['raw_html', 'all'], ['raw_html', ''], ['toc_min_headings', '51']],
	social: [['twitter', '@'.repeat(41)]],
	privacy: [['access', 'nobody'], ['access', 'private'], ['access_password', 'abc'], ['access_password', 'x'.repeat(257)], ['maintenance_message', 'x'.repeat(2001)], ['robots_extra', 'x'.repeat(10001)]],
	code: [['code_head', 'x'.repeat(65537)], ['code_foot', 'a\u0000'.replace('\u0000', '\u0002')]],
	maintenance: [['cron_jitter', '601'], ['cron.ttl', 'every day'], ['cron.jobs', '61 * * * *']],
};

for (const [section, cases] of Object.entries(bad))
	test(`${section}: what is wrong is named at its field, and the form comes back as it was typed`, async () => {
		const owner = await signedIn(site), before = platen(site, 'config');
		for (const [key, value] of cases) {
			const res = await save(owner, section, { [key]: value });
			assert.equal(res.status, 422, `${key}=${value.slice(0, 40)}`);
			assert.match(res.text, /class="problem"/);
			assert.match(res.text, new RegExp(`id="${key === 'access' && value === 'private' ? 'access_password' : key.split('.')[0]}-wrong"`), key);
			assert.match(res.text, /aria-invalid="true"|<fieldset/);
			assert.doesNotMatch(res.text, /\bset_\w+_\w+\b(?![^<]*">)/);
			if (!/password|[\u0000-\u001f]/.test(key + value) && value.trim() && value.length < 2500)
				assert.ok(res.text.includes(value.trim().replace(/&/g, '&amp;')) || section === 'privacy' || section === 'writing', `${key} came back`);
			assert.equal((await owner.get('/')).status, 200);
		}
		assert.equal(platen(site, 'config'), before);
	});

test('two people: a change of the same setting is refused with both shown, of another one is not', async () => {
	const one = await signedIn(site), other = await signedIn(site);
	const stale = await filled(one, '/admin/settings/general', { title: 'Mine', tagline: 'My line' });
	assert.equal((await save(other, 'general', { title: 'Theirs <i>' })).status, 303);
	const res = await one.post('/admin/settings/general', stale);
	assert.equal(res.status, 409);
	assert.match(res.text, /value="Mine"/);
	assert.match(res.text, /<pre dir="auto">Theirs &lt;i&gt;<\/pre>/);
	assert.match(res.text, /value="My line"/);
	assert.equal(get('title'), 'Theirs <i>');
	assert.notEqual(get('tagline'), 'My line');
	// Saved again, from the page that tells: now it is meant.
	assert.equal((await one.post('/admin/settings/general', fill(res.text))).status, 303);
	assert.equal(get('title'), 'Mine');
	assert.equal(get('tagline'), 'My line');
	// Different fields do not hinder each other, the same new value neither.
	const late = await filled(one, '/admin/settings/general', { copyright: 'C', tagline: 'Same' });
	assert.equal((await save(other, 'general', { description: 'D\nE', tagline: 'Same' })).status, 303);
	assert.equal((await one.post('/admin/settings/general', late)).status, 303);
	assert.deepEqual([get('copyright'), get('description'), get('tagline')], ['C', 'D\nE', 'Same']);
});

test('profiles elsewhere are rows, which come back when one is wrong', async () => {
	const owner = await signedIn(site);
	const rows = (list) => list.flatMap(([name, label, url]) => [['social.name', name], ['social.label', label], ['social.url', url]]);
	const send = async (list) => {
		const fields = (await filled(owner, '/admin/settings/social')).filter(([name]) => !name.startsWith('social.'));
		return owner.post('/admin/settings/social', [...fields, ...rows(list)]);
	};
	assert.equal((await send([['mastodon', 'Mastodon & co', 'https://example.social/@me'], ['', '', ''], ['github', 'Code', 'https://example.com/me']])).status, 303);
	assert.deepEqual(JSON.parse(get('social')).map((link) => link.name), ['mastodon', 'github']);
	assert.match((await site.get('/')).text, /href="https:\/\/example\.social\/@me"/);
	for (const wrong of [['x', '', 'https://example.org'], ['x', 'y', 'javascript:alert(1)'], ['x', 'y', ''], ['', 'y', 'https://example.org']]) {
		const res = await send([wrong]);
		assert.equal(res.status, 422);
		assert.match(res.text, /id="social-wrong"/);
		for (const text of wrong.filter(Boolean)) assert.ok(res.text.includes(`value="${text}"`), text);
	}
	assert.equal((await save(owner, 'social', {})).status, 303);
	assert.equal(JSON.parse(get('social')).length, 2);
	assert.equal((await send([])).status, 303);
	assert.equal(get('social'), '[]');
});

test('times of maintenance: the usual one, another one, never', async () => {
	const owner = await signedIn(site);
	assert.equal((await save(owner, 'maintenance', { 'cron.ttl': '0 5 * * mon', 'cron.publish': '-' })).status, 303);
	assert.deepEqual(JSON.parse(get('cron')), { publish: '', ttl: '0 5 * * mon' });
	const page = (await owner.get('/admin/settings/maintenance')).text;
	assert.match(page, /name="cron\.publish" value="-"/);
	assert.match(page, /name="cron\.jobs" value="" placeholder="\*\/10/);
	assert.equal((await save(owner, 'maintenance', { 'cron.ttl': '', 'cron.publish': '' })).status, 303);
	assert.equal(get('cron'), '{}');
});

test('a private site, with a password that nobody reads again', async () => {
	const owner = await signedIn(site);
	assert.equal((await save(owner, 'privacy', { access: 'private', access_password: 'open sesame' })).status, 303);
	assert.notEqual((await site.get('/')).status, 200);
	const page = (await owner.get('/admin/settings/privacy')).text;
	assert.doesNotMatch(page, /open sesame|argon2/);
	assert.match(page, /There is a password/);
	assert.match((await owner.get('/admin/audit')).text, /access, access_password/);
	const guest = new Visitor(site);
	assert.equal((await guest.post('/about', { token: '', password: 'open says me' })).status, 403);
	assert.equal((await guest.post('/about', { token: '', password: 'open sesame' })).status, 303);
	assert.equal((await guest.get('/about')).status, 200);
	assert.equal((await save(owner, 'privacy', { access: 'public', robots_extra: 'Disallow: /x\nDisallow: /y' })).status, 303);
	assert.equal((await site.get('/')).status, 200);
	assert.match((await site.get('/robots.txt')).text, /Disallow: \/x\nDisallow: \/y/);
});

test('a page in front of the posts, and posts as excerpts', async () => {
	const owner = await signedIn(site);
	assert.equal((await save(owner, 'reading', { front_page: '/about', posts_path: '/news', posts_per_page: '5' })).status, 303);
	assert.equal((await site.get('/news')).status, 200);
	assert.match((await owner.get('/admin/settings/reading')).text, /<option value="\/about">/);
	assert.equal((await save(owner, 'reading', { front_page: '', posts_per_page: '10' })).status, 303);
	assert.equal((await site.get('/news')).status, 404);
});

test('what is baked into posts is made again before the page comes back', async () => {
	const owner = await signedIn(site);
	platen(site, 'post', 'add', '-', '--title', 'Quotes', '--status', 'published', { input: 'He said "so" -- <kbd>x</kbd>.\n' });
	assert.match((await site.get('/quotes')).text, /“so”[\s\S]*<kbd>/);
	assert.equal((await save(owner, 'writing', { smart: null, raw_html: 'off' })).status, 303);
	const text = (await site.get('/quotes')).text;
	assert.match(text, /&quot;so&quot;|"so"/);
	assert.doesNotMatch(text, /<kbd>/);
	assert.equal((await save(owner, 'writing', { smart: 'true', raw_html: 'filtered' })).status, 303);
	assert.match((await site.get('/quotes')).text, /“so”[\s\S]*<kbd>/);
	assert.doesNotMatch(platen(site, 'doctor').split('\n').filter((line) => /posts/.test(line)).join('\n'), /problem/);
	assert.match(platen(site, 'jobs', 'list', '--state', 'done'), /rebuild/);
	assert.doesNotMatch((await owner.get('/admin/settings/writing')).text, /class="note"/);
});

test('another pattern of addresses is shown before it is done, and old addresses go on leading there', async () => {
	const owner = await signedIn(site), target = '/admin/settings/addresses';
	platen(site, 'post', 'add', '-', '--title', 'Fixed', '--path', '/kept/here', '--status', 'published', { input: 'x\n' });
	const plan = await save(owner, 'addresses', { permalink: '/:year/:slug' });
	assert.equal(plan.status, 200);
	assert.match(plan.text, /\d+ posts get another address\. \d+ old addresses lead/);
	assert.match(plan.text, /<code>\/quotes<\/code>[^\n]*<code>\/\d{4}\/quotes<\/code>/);
	assert.match(plan.text, /name="confirm" value="\/:year\/:slug"/);
	assert.equal(get('permalink'), '/:slug');
	assert.equal((await site.get('/filler-1')).status, 200);
	const [, moves] = plan.text.match(/(\d+) posts get/);
	// Confirmed for another pattern is not confirmed.
	const other = await owner.post(target, [...fill(plan.text, { permalink: '/:month/:slug' }), ['confirm', '/:year/:slug']]);
	assert.match(other.text, /value="\/:month\/:slug">/);
	assert.equal(get('permalink'), '/:slug');
	assert.equal((await owner.post(target, [...fill(plan.text), ['confirm', '/:year/:slug']])).status, 303);
	assert.equal(get('permalink'), '/:year/:slug');
	const moved = await site.get('/filler-1');
	assert.equal(moved.status, 301);
	assert.equal(below(site, moved.headers.location), '/2023/filler-1');
	assert.equal((await site.get('/2023/filler-1')).status, 200);
	assert.equal((await site.get('/kept/here')).status, 200);
	assert.ok(Number(moves) >= 12);
	// And back; nothing moves when the pattern says the same.
	assert.equal((await save(owner, 'addresses', { permalink: '/:slug', confirm: '/:slug' })).status, 303);
	assert.equal((await site.get('/filler-1')).status, 200);
	assert.equal(below(site, (await site.get('/2023/filler-1')).headers.location), '/filler-1');
	assert.equal((await save(owner, 'addresses', {})).status, 303);
});

test('code on every page: asked for the password again, let through by the policy, in the audit log', async () => {
	const owner = await signedIn(site), code = '<script>window.mine = 1;</script>';
	assert.equal((await save(owner, 'code', { code_head: code, code_foot: '<p class="foot">\nFoot</p>' })).status, 303);
	const page = await site.get('/');
	assert.ok(page.text.includes(code));
	assert.ok(page.text.indexOf(code) < page.text.indexOf('</head>'));
	assert.match(page.text, /<p class="foot">\nFoot<\/p>\s*<\/body>/);
	assert.match(page.headers['content-security-policy'], /script-src 'self' 'sha256-/);
	assert.match((await owner.get('/admin/audit')).text, /code_head, code_foot/);
	// On the page itself it is text, and nothing of it runs there.
	const form = await owner.get('/admin/settings/code');
	assert.match(form.text, /&lt;script&gt;window\.mine/);
	assert.match(form.headers['content-security-policy'], /script-src 'self';/);
	assert.equal((await save(owner, 'code', { code_head: '', code_foot: '' })).status, 303);
	assert.ok(!(await site.get('/')).text.includes(code));
});

test('the process\'s settings are shown with where they come from, secrets are not', async () => {
	const owner = await signedIn(site), page = (await owner.get('/admin/settings/system')).text;
	assert.match(page, /PLATEN_URL<\/code> <span class="state published">fixed in the environment/);
	assert.match(page, /PLATEN_GRACE<\/code> <span class="state">usual/);
	assert.ok(page.includes(site.url));
	assert.equal(below(site, `${site.url}/x`), '/x');
});
