/* admin_theme.test.mjs: themes in the admin: a look at one that nobody else gets, its settings, and using it. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, openSite, platen, source } from './harness.mjs';
import { sqlite } from '../sqlite.mjs';
import { EMAIL, PASSWORD, Visitor, signedIn } from './visitor.mjs';
import { multipart, unzip, zip } from './zip.mjs';

let site, own;
const addPerson = (email, role) => platen(site, 'user', 'add', email, '--role', role, '--name', `The ${role}`, '--password-stdin', { input: `${PASSWORD}\n` });
const setting = (key) => platen(site, 'config', 'get', key).trim();
const stylesheet = (html) => html.match(/href="([^"]*\/assets\/[^"]*style\.css)"/)?.[1];

before(async () => {
	site = await openSite('below', { posts: 30, env: { PLATEN_LOG_LEVEL: 'warn' } });
	own = path.join(site.data, 'themes/mine');
	fs.cpSync(path.join(source, 'templates/site/quire'), own, { recursive: true });
	const manifest = JSON.parse(fs.readFileSync(path.join(own, 'theme.json'), 'utf8'));
	Object.assign(manifest, { name: { en: 'Mine & <b>', de: 'Meins' }, author: { name: 'Somebody' } });
	manifest.settings.push({ key: 'greeting', type: 'text', default: 'Hello', max: 20, label: { en: 'Greeting' } }, { key: 'columns', type: 'int', default: 2, label: { en: 'Columns' } });
	fs.writeFileSync(path.join(own, 'theme.json'), JSON.stringify(manifest));
	fs.appendFileSync(path.join(own, 'parts/footer.mustache'), '<p>{{theme.greeting}} {{theme.columns}}</p>\n');
	fs.writeFileSync(path.join(own, 'assets/screenshot.png'), fs.readFileSync(path.join(source, 'tests/data/site/posts/the-quiet-press/ink.png')));
	fs.cpSync(path.join(source, 'templates/site/quire'), path.join(site.data, 'themes/broken'), { recursive: true });
	fs.writeFileSync(path.join(site.data, 'themes/broken/post.mustache'), 'fine\n<a href={{x}}>y</a>\n');
	fs.mkdirSync(path.join(site.data, 'themes/empty'));
	fs.mkdirSync(path.join(site.data, 'themes/Wrong Name'));
	addPerson(EMAIL, 'owner');
	for (const role of ['editor', 'author', 'contributor']) addPerson(`${role}@example.org`, role);
});
after(() => site?.stop());

// What the settings form of a theme has, with some fields typed over.
async function filled(visitor, name, typed = {}) {
	const { text } = await visitor.get(`/admin/themes/${name}`), fields = {};
	for (const [, key, mark] of text.matchAll(/name="was\.(\w+)" value="(\w+)"/g)) fields[`was.${key}`] = mark;
	for (const [, attributes] of text.matchAll(/<input ([^>]*)>/g)) {
		const key = attributes.match(/name="(set\.\w+)"/)?.[1];
		if (key && (!attributes.includes('checkbox') || / checked/.test(attributes))) fields[key] = attributes.match(/value="([^"]*)"/)[1];
	}
	for (const [, key, options] of text.matchAll(/<select [^>]*name="(set\.\w+)"[^>]*>([\s\S]*?)<\/select>/g))
		fields[key] = options.match(/value="([^"]*)" selected/)[1];
	Object.assign(fields, { form_token: text.match(/name="form_token" value="([^"]+)"/)[1] }, typed);
	for (const key of Object.keys(fields)) if (fields[key] === null) delete fields[key];
	return fields;
}

test('owners alone come to themes, and only with a form of their session', async () => {
	for (const role of ['editor', 'author', 'contributor']) {
		const visitor = await signedIn(site, `${role}@example.org`), form_token = await visitor.token();
		for (const page of ['', '/mine', '/mine/preview', '/mine/preview/about'])
			assert.equal((await visitor.get(`/admin/themes${page}`)).status, 403, `${role} ${page}`);
		for (const page of ['', '/mine', '/mine/look'])
			assert.equal((await visitor.post(`/admin/themes${page}`, { form_token, theme: 'mine' })).status, 403);
	}
	const owner = await signedIn(site);
	for (const page of ['', '/mine', '/mine/look'])
		assert.equal((await owner.post(`/admin/themes${page}`, { form_token: 'x', theme: 'mine' })).status, 403);
	assert.equal((await new Visitor(site).get('/admin/themes/mine/preview')).status, 303);
	assert.equal(setting('theme'), 'quire');
});

test('the list has what is installed, and says what each theme says of itself', async () => {
	const owner = await signedIn(site), { text } = await owner.get('/admin/themes');
	for (const name of ['broadside', 'mine', 'quire', 'broken']) assert.ok(text.includes(`${site.mount}/admin/themes/${name}"`), name);
	assert.doesNotMatch(text, /themes\/(empty|Wrong)/);
	assert.match(text, /Mine &amp; &lt;b&gt;/);
	assert.match(text, /Somebody/);
	assert.match(text, /<img src="\/blog\/admin\/themes\/mine\/preview\/assets\/x\/screenshot\.png"/);
	assert.match(text, />Quire<\/a>[^\n]*In use/);
	const shot = await owner.get('/admin/themes/mine/preview/assets/x/screenshot.png');
	assert.equal(shot.status, 200);
	assert.equal(shot.headers['content-type'], 'image/png');
	assert.doesNotMatch(text, />\s*set_\w+/);
});

test('the site in another theme, for the owner alone: whatever was kept before and after', async () => {
	const owner = await signedIn(site), guest = new Visitor(site);
	const before = await guest.get('/');
	for (let round = 0; round < 3; round++) {
		const look = await owner.get('/admin/themes/broadside/preview');
		assert.equal(look.status, 200);
		assert.match(look.headers['cache-control'], /private, no-store/);
		assert.match(look.headers['content-security-policy'], /; sandbox allow-same-origin allow-forms$/);
		assert.doesNotMatch(look.headers['content-security-policy'], /allow-scripts|unsafe/);
		assert.notEqual(stylesheet(look.text).split('/').at(-2), stylesheet(before.text).split('/').at(-2));
		const css = await owner.get(stylesheet(look.text).slice(site.mount.length));
		assert.equal(css.status, 200);
		assert.match(css.headers['content-type'], /css/);
		assert.match(css.headers['cache-control'], /private|no-/);
		for (const [target, words] of [['/about', /About/], ['/page/2', /Filler/], ['/archive', /2023/], ['/search?q=filler', /Filler/], ['/tag/filler', /Filler/], ['/feed.xml', /<feed/]]) {
			const page = await owner.get(`/admin/themes/broadside/preview${target}`);
			assert.equal(page.status, 200, target);
			assert.match(page.text, words);
			assert.match(page.headers['cache-control'], /private, no-store/, target);
		}
		const now = await guest.get('/');
		assert.equal(now.text, before.text);
		assert.equal(now.headers.etag, before.headers.etag);
		assert.equal((await owner.get('/')).text, before.text);
	}
	assert.equal((await guest.get('/admin/themes/broadside/preview')).status, 303);
});

test('links of the preview stay in it, and lead nowhere else', async () => {
	const owner = await signedIn(site), look = (await owner.get('/admin/themes/broadside/preview')).text;
	const links = [...look.matchAll(/<a [^>]*href="([^"]+)"/g)].map((m) => m[1]).filter((link) => link.startsWith('/'));
	assert.ok(links.length > 10);
	for (const link of links) assert.ok(link.startsWith(`${site.mount}/admin/themes/broadside/preview`), link);
	for (const link of [...new Set(links)].slice(0, 12)) {
		const res = await owner.get(link.slice(site.mount.length).replace(/#.*/, ''));
		assert.ok([200, 301].includes(res.status), `${link} ${res.status}`);
		if (res.status === 301) assert.ok(res.headers.location.endsWith('/preview'), res.headers.location);
	}
	for (const wrong of ['/nothing-here', '/admin/posts', '/admin/signin', '/admin', '/healthz', '/cronhooks/all', '/metrics', '/admin/themes/quire/preview']) {
		const res = await owner.get(`/admin/themes/broadside/preview${wrong}`);
		assert.equal(res.status, 404, wrong);
		assert.match(res.headers['content-security-policy'], /sandbox/);
		assert.ok(!res.text.includes('form_token'), wrong);
	}
	assert.equal((await owner.get('/admin/themes/nowhere/preview')).status, 404);
	for (const name of ['..', '%2e%2e', '%2E%2E%2Fquire', 'quire%00', 'Quire', 'x'.repeat(80)])
		assert.ok([400, 404, 301].includes((await owner.get(`/admin/themes/${name}`)).status), name);
});

test('settings that are typed can be looked at before they are saved', async () => {
	const owner = await signedIn(site);
	const look = await owner.post('/admin/themes/mine/look', await filled(owner, 'mine', { 'set.greeting': 'Ahoy <i>', 'set.accent': '#123456', 'set.columns': '3' }));
	assert.equal(look.status, 200);
	assert.match(look.text, /Ahoy &lt;i&gt; 3/);
	assert.match(look.text, /--theme-accent:#123456/);
	assert.match(look.headers['content-security-policy'], /sandbox/);
	assert.equal(setting('theme_settings'), '{}');
	const wrong = await owner.post('/admin/themes/mine/look', await filled(owner, 'mine', { 'set.accent': 'red;}</style>', 'set.greeting': 'x'.repeat(21) }));
	assert.match(wrong.text, /Hello 2/);
	assert.doesNotMatch(wrong.text, /red;\}/);
});

test('settings of a theme: defaults stay unwritten, wrong values are refused, the site has them at once', async () => {
	const owner = await signedIn(site);
	const save = async (name, typed) => owner.post(`/admin/themes/${name}`, await filled(owner, name, typed));
	assert.equal((await save('mine', {})).status, 303);
	for (const [key, value] of [['accent', 'red'], ['accent', '#12345'], ['typeface', 'comic'], ['greeting', 'x'.repeat(21)], ['columns', 'two'], ['columns', '1000001']]) {
		const res = await save('mine', { [`set.${key}`]: value });
		assert.equal(res.status, 422, `${key}=${value}`);
		assert.match(res.text, new RegExp(`id="set-${key}-wrong"`));
		if (key !== 'typeface') assert.ok(res.text.includes(`value="${value}"`), key);
	}
	assert.equal(setting('theme_settings'), '{}');
	assert.equal((await save('quire', { 'set.accent': '#0a0b0c', 'set.toc': null })).status, 303);
	assert.deepEqual(JSON.parse(setting('theme_settings')), { quire: { accent: '#0a0b0c', toc: false } });
	assert.match((await site.get('/')).text, /--theme-accent:#0a0b0c/);
	assert.equal((await save('mine', { 'set.greeting': 'Good day', 'set.columns': '-4' })).status, 303);
	assert.deepEqual(JSON.parse(setting('theme_settings')).mine, { greeting: 'Good day', columns: -4 });
	assert.equal((await save('quire', { 'set.accent': '#8a3324', 'set.toc': 'true' })).status, 303);
	assert.deepEqual(JSON.parse(setting('theme_settings')).quire, undefined);
	assert.match((await owner.get('/admin/audit')).text, /changed settings[\s\S]{0,80}theme_settings: quire/);
	// A form without marks changes nothing, whatever else it names.
	assert.equal((await owner.post('/admin/themes/quire', { form_token: await owner.token(), 'set.accent': '#ffffff', theme: 'mine' })).status, 303);
	assert.deepEqual(JSON.parse(setting('theme_settings')).quire, undefined);
});

test('two people and one setting of a theme', async () => {
	const one = await signedIn(site), other = await signedIn(site);
	const stale = await filled(one, 'quire', { 'set.accent': '#111111' });
	const beside = await filled(one, 'quire', { 'set.typeface': 'sans' });
	assert.equal((await other.post('/admin/themes/quire', await filled(other, 'quire', { 'set.accent': '#222222' }))).status, 303);
	const res = await one.post('/admin/themes/quire', stale);
	assert.equal(res.status, 409);
	assert.match(res.text, /value="#111111"[\s\S]*<pre dir="auto">#222222<\/pre>/);
	assert.equal((await one.post('/admin/themes/quire', beside)).status, 303);
	assert.deepEqual(JSON.parse(setting('theme_settings')).quire, { accent: '#222222', typeface: 'sans' });
});

test('a theme is used, at once for everybody; one that is broken or gone never is', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	const use = (theme) => owner.post('/admin/themes', { form_token, theme });
	for (const theme of ['broken', 'nowhere', 'empty', '../quire', '']) {
		const res = await use(theme);
		assert.equal(res.status, 422, theme);
		assert.match(res.text, /class="problem"/);
	}
	const page = (await owner.get('/admin/themes/broken')).text;
	assert.match(page, /<code>post\.mustache:2<\/code>/);
	assert.match(page, /cannot be used/);
	assert.doesNotMatch(page, /<iframe/);
	assert.equal((await owner.get('/admin/themes/broken/preview')).status, 303);
	assert.equal(setting('theme'), 'quire');
	assert.equal((await use('mine')).status, 303);
	assert.match((await site.get('/')).text, /Good day -4/);
	assert.match((await owner.get('/admin/audit')).text, /changed the theme[\s\S]{0,60}mine/);
	assert.equal((await use('quire')).status, 303);
	assert.doesNotMatch((await site.get('/')).text, /Good day/);
});

// The default theme as an archive's entries, below `folder`.
function quire(folder = '', changes = {}) {
	const dir = path.join(source, 'templates/site/quire'), files = {};
	for (const name of ['theme.json', 'layout.mustache', 'home.mustache', 'parts/footer.mustache', 'assets/style.css'])
		files[name] = fs.readFileSync(path.join(dir, name));
	return Object.entries({ ...files, ...changes }).map(([name, content]) => [folder + name, content]);
}

test('a theme is uploaded, looked at, used, replaced when that is meant, downloaded and deleted', async () => {
	const owner = await signedIn(site), form_token = await owner.token();
	const send = (bytes, name, fields = {}) => {
		const sent = multipart({ form_token, ...fields }, bytes, name);
		return owner.ask('/admin/themes/upload', { ...sent, headers: { ...sent.headers, origin: site.origin } });
	};
	const there = () => fs.readdirSync(path.join(site.data, 'themes')).sort();
	const before = there();
	const refused = {
		'no archive': [Buffer.from('x'), 'x.zip'], 'no theme.json': [zip([['a.mustache', 'x']]), 'x.zip'],
		'a wrong theme.json': [zip([['theme.json', '{ nothing']]), 'x.zip'], 'no name': [zip(quire()), '....zip'],
		'a broken template': [zip(quire('', { 'post.mustache': 'fine\n<a href={{x}}>y</a>\n' })), 'x.zip'],
		'a link': [zip([...quire(), ['assets/x', '/etc/passwd', { mode: 0o120777 }]]), 'x.zip'], 'leads out': [zip([...quire(), ['../x', 'x']]), 'x.zip'],
		'many files': [zip([...quire(), ...Array.from({ length: 2000 }, (_, n) => [`assets/${n}`, '', { stored: true }])]), 'x.zip'],
		'a bomb': [zip([...quire(), ['assets/x.css', Buffer.alloc(20 << 20)]]), 'x.zip'],
	};
	for (const [what, [bytes, name]] of Object.entries(refused)) {
		const res = await send(bytes, name);
		assert.equal(res.status, 422, what);
		assert.match(res.text, /class="problem" role="alert"/, what);
		if (what === 'a broken template') assert.match(res.text, /<code>post\.mustache:2<\/code>/);
		assert.deepEqual(there(), before, what);
	}
	assert.equal((await send(zip(quire('quire/')), 'x.zip', { replace: 'yes' })).status, 409, 'the name of a built-in one');
	const made = await send(zip(quire('My Theme 2/')), 'whatever.zip');
	assert.equal(made.status, 303, made.text);
	assert.ok(made.headers.location.endsWith('/admin/themes/my-theme-2?done=saved'));
	assert.deepEqual(there(), [...before, 'my-theme-2'].sort());
	assert.equal((await owner.get('/admin/themes/my-theme-2/preview')).status, 200);
	assert.equal(setting('theme'), 'quire');
	assert.equal((await owner.post('/admin/themes', { form_token, theme: 'my-theme-2' })).status, 303);
	// One that is in use is replaced at once, and only when that is said.
	const changed = zip(quire('', { 'parts/footer.mustache': '<p>Another foot</p>\n' }));
	assert.equal((await send(changed, 'My Theme 2.zip')).status, 409);
	assert.equal((await send(changed, 'My Theme 2.zip', { replace: 'yes' })).status, 303);
	await eventually(() => site.get('/'), (res) => /Another foot/.test(res.text));
	assert.deepEqual(there(), [...before, 'my-theme-2'].sort());
	assert.equal((await owner.post('/admin/themes/my-theme-2/delete', { form_token })).status, 422, 'it is in use');
	assert.equal((await owner.post('/admin/themes/quire/delete', { form_token })).status, 422, 'it is built in');
	const archive = await owner.get('/admin/themes/my-theme-2/archive');
	assert.match(archive.headers['content-disposition'], /filename="my-theme-2\.zip"/);
	assert.equal(String(unzip(archive.bytes).get('parts/footer.mustache')), '<p>Another foot</p>\n');
	assert.equal((await owner.post('/admin/themes', { form_token, theme: 'quire' })).status, 303);
	assert.equal((await owner.post('/admin/themes/my-theme-2/delete', { form_token })).status, 303);
	assert.equal((await owner.post('/admin/themes/my-theme-2/delete', { form_token })).status, 404);
	assert.deepEqual(there(), before);
	const audit = (await owner.get('/admin/audit')).text;
	for (const words of ['uploaded a theme', 'deleted a theme']) assert.match(audit, new RegExp(words));
	for (const role of ['editor', 'author', 'contributor']) {
		const visitor = await signedIn(site, `${role}@example.org`), sent = multipart({ form_token: await visitor.token() }, changed);
		assert.equal((await visitor.ask('/admin/themes/upload', { ...sent, headers: { ...sent.headers, origin: site.origin } })).status, 403);
		assert.equal((await visitor.get('/admin/themes/mine/archive')).status, 403);
		assert.equal((await visitor.post('/admin/themes/mine/delete', { form_token: await visitor.token() })).status, 403);
	}
	assert.deepEqual(there(), before);
});

test('a closed site is open in the preview', async () => {
	const owner = await signedIn(site);
	platen(site, 'config', 'set', 'access', 'maintenance');
	assert.equal((await site.get('/')).status, 503);
	assert.match((await owner.get('/admin/themes/broadside/preview')).text, /Filler/);
	platen(site, 'config', 'set', 'access', 'public');
});

test('nothing is changed that could not be noted, and what fails after the note is told', async () => {
	const owner = await signedIn(site), form_token = await owner.token(), themes = path.join(site.data, 'themes');
	const send = (fields = {}) => {
		const sent = multipart({ form_token, ...fields }, zip(quire()), 'noted.zip');
		return owner.ask('/admin/themes/upload', { ...sent, headers: { ...sent.headers, origin: site.origin } });
	};
	const database = (statement) => sqlite(path.join(site.data, 'site.db'), statement);
	const noted = () => database("SELECT count(*) FROM audit WHERE action LIKE 'theme_%' AND object = 'noted'")[0][0];
	const before = fs.readdirSync(themes).sort();
	database("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
	try {
		assert.notEqual((await send()).status, 303);
		assert.deepEqual(fs.readdirSync(themes).sort(), before);
		database('DROP TRIGGER full');
		assert.equal((await send()).status, 303);
		database("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
		assert.notEqual((await owner.post('/admin/themes/noted/delete', { form_token })).status, 303);
		assert.deepEqual(fs.readdirSync(themes).sort(), [...before, 'noted'].sort());
	} finally {
		database('DROP TRIGGER IF EXISTS full');
	}
	assert.equal(noted(), 1);
	assert.equal((await owner.post('/admin/themes/noted/delete', { form_token })).status, 303);
	assert.equal(noted(), 2);
	assert.deepEqual(fs.readdirSync(themes).sort(), before);
	fs.symlinkSync('/nowhere/at/all', path.join(themes, 'noted')); // no folder takes its place
	const failed = await send();
	fs.unlinkSync(path.join(themes, 'noted'));
	assert.equal(failed.status, 500);
	assert.match(failed.text, /class="problem" role="alert">[^<]*could not be changed/);
	assert.equal(noted(), 3);
	assert.deepEqual(fs.readdirSync(themes).sort(), before);
});
