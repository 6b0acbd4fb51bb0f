// admin_jobs.test.mjs: maintenance in the admin: the key of calls from elsewhere, also where there is no shell.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sqlite } from '../sqlite.mjs';
import { below, openSite, platen, tested } from './harness.mjs';
import { EMAIL, PASSWORD, signedIn } from './visitor.mjs';

const addOwner = (site) => platen(site, 'user', 'add', EMAIL, '--role', 'owner', '--name', 'Olive Owner', '--password-stdin', { input: `${PASSWORD}\n` });
const press = async (visitor, target, fields) => visitor.post(target, { form_token: await visitor.token('/admin/profile'), ...fields });
const words = (html) => html.replace(/&#39;|&#x27;/g, "'").replace(/&quot;|&#34;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const part = (page, id) => words(page.match(new RegExp(`id="${id}"[^>]*>([^<]*)<`))[1]);

for (const place of tested.filter((name) => ['cgi', 'below'].includes(name))) {
	test(`an owner makes the key of cronhooks in the browser, and the lines of the page are a call, ${place}`, async () => {
		const site = await openSite(place, { posts: 0 });
		const call = (script) => execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
		try {
			addOwner(site);
			const owner = await signedIn(site), key = '/admin/jobs/key';
			assert.match((await owner.get('/admin/jobs')).text, /nobody has called for maintenance yet/);
			assert.match((await site.get('/cronhooks/all', { method: 'POST', body: '{}' })).text, /no webhook key yet/);
			const none = (await owner.get(key)).text;
			assert.match(none, /calls are refused/);
			assert.doesNotMatch(none, /whsec_|id="script"/);
			assert.match((await press(owner, key, { button: 'make' })).headers.location, /done=key_made/);
			const page = await owner.get(key);
			assert.match(page.headers['cache-control'], /no-store/);
			const first = part(page.text, 'key'), script = part(page.text, 'script');
			assert.match(first, /^whsec_/);
			assert.equal(JSON.parse(call(script)).ok, true);
			assert.match((await owner.get('/admin/jobs')).text, /cronhooks do the work/);
			// What is there already stays; a new one is asked for twice, and takes the old one's place.
			await press(owner, key, { button: 'make' });
			assert.equal(part((await owner.get(key)).text, 'key'), first);
			assert.match((await press(owner, key, { button: 'renew' })).text, /name="confirmed" value="yes"/);
			assert.equal(part((await owner.get(key)).text, 'key'), first);
			await press(owner, key, { button: 'renew', confirmed: 'yes' });
			const second = (await owner.get(key)).text;
			assert.notEqual(part(second, 'key'), first);
			assert.throws(() => call(script), /401/);
			assert.equal(JSON.parse(call(part(second, 'script'))).ok, true);
			// Only after the password.
			sqlite(path.join(site.data, 'traffic.db'), 'UPDATE session SET proved_ms = 0');
			const asked = await owner.get(key);
			assert.equal(asked.status, 401);
			assert.doesNotMatch(asked.text, /whsec_/);
			const back = await press(owner, key, { signin_password: PASSWORD });
			assert.equal(below(site, back.headers.location), key);
		} finally {
			await site.stop();
		}
	});
}

describe('maintenance in the admin', { skip: !tested.includes('fastcgi') && 'another place' }, () => {
	let site, owner;
	const sql = (text) => sqlite(path.join(site.data, 'site.db'), text);
	before(async () => {
		site = await openSite('fastcgi', { posts: 0 });
		addOwner(site);
		owner = await signedIn(site);
	});
	after(() => site?.stop());

	test('a site that nobody calls is told to its owner after a day, and what is switched off is not missed', async () => {
		assert.doesNotMatch((await owner.get('/admin')).text, /Maintenance is overdue/);
		sql(`UPDATE migration SET applied_ms = ${Date.now() - 2 * 86400000}`);
		assert.match((await owner.get('/admin')).text, /Maintenance is overdue: publish, jobs</);
		assert.match(platen(site, 'hook', 'runs'), /overdue: publish\noverdue: jobs/);
		platen(site, 'config', 'set', 'cron', '{"publish":""}');
		assert.match((await owner.get('/admin')).text, /Maintenance is overdue: jobs</);
		platen(site, 'config', 'set', 'cron', '{}');
		platen(site, 'hook', 'run', 'all');
		assert.doesNotMatch((await owner.get('/admin')).text, /Maintenance is overdue/);
	});

	test('keys of the setting are not shown', async () => {
		const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
		const own = await openSite('fastcgi', { posts: 0, env: { PLATEN_HOOK_KEYS: secret } });
		try {
			addOwner(own);
			const page = (await (await signedIn(own)).get('/admin/jobs/key')).text;
			assert.match(page, /PLATEN_HOOK_KEYS/);
			assert.match(part(page, 'script'), /key='KEY'/);
			assert.ok(!page.includes(secret));
		} finally {
			await own.stop();
		}
	});
});
