// direct_browser.test.mjs: a browser sends files straight to the bucket, where its rules allow it, and over the site otherwise.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openSite } from '../http/harness.mjs';
import { closeBrowser, openPage, truth } from '../browser/checks.mjs';
import { ownerCookies } from '../browser/owner.mjs';
import { Gateway, bucket, missing } from './server.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pdf = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);

describe('a browser and S3', { skip: missing }, () => {
	let gateway, site, cookies;
	before(async () => {
		gateway = await Gateway.start();
		site = await openSite('fastcgi', { posts: 0, env: { ...gateway.media('site'), PLATEN_S3_DIRECT: 'on', PLATEN_LOG_LEVEL: 'error' } });
		cookies = await ownerCookies(site);
		// As README has it.
		gateway.aws('s3api', 'put-bucket-cors', '--bucket', bucket, '--cors-configuration', JSON.stringify({
			CORSRules: [{ AllowedOrigins: [site.origin], AllowedMethods: ['PUT'], AllowedHeaders: ['*'], MaxAgeSeconds: 3600 }] }));
	});
	after(async () => {
		await closeBrowser();
		await site?.stop();
		gateway?.stop();
	});
	const uploads = () => JSON.parse(gateway.aws('s3api', 'list-multipart-uploads', '--bucket', bucket).toString() || '{}').Uploads ?? [];
	const open = async () => {
		const page = await openPage({ ownPolicy: true });
		await page.context().addCookies(cookies);
		page.sent = [];
		page.on('request', (req) => { if (req.method() === 'PUT' || req.method() === 'PATCH') page.sent.push(`${req.method()} ${new URL(req.url()).origin}`); });
		await page.goto(`${site.url}/admin/posts/new`);
		await truth(page, () => document.querySelector('[data-uploads]:not([hidden])') !== null);
		return page;
	};
	const choose = (page, name, buffer) => page.locator('#upload-files').setInputFiles({ name, mimeType: 'application/pdf', buffer });
	const inText = (page, hash) => truth(page, (want) => document.getElementById('markdown').value.includes(`/media/${want}/`), hash);

	test('a large file goes straight there, in parts', async () => {
		const page = await open(), bytes = pdf(17 << 20);
		await choose(page, 'large.pdf', bytes);
		await inText(page, sha256(bytes));
		assert.deepEqual(page.sent, [`PUT ${gateway.url}`, `PUT ${gateway.url}`, `PATCH ${site.origin}`]);
		await page.context().close();
	});

	test('cancelled on the way it leaves nothing there', async () => {
		const page = await open();
		await page.route(`${gateway.url}/**`, () => {}); // it never comes to an end by itself
		const [put] = await Promise.all([page.waitForRequest((req) => req.method() === 'PUT'), choose(page, 'slow.pdf', pdf(17 << 20))]);
		assert.ok(put.url().startsWith(gateway.url));
		assert.equal(uploads().length, 1);
		const dropped = page.waitForRequest((req) => req.method() === 'DELETE');
		await page.getByRole('button', { name: 'Cancel: slow.pdf' }).click();
		assert.equal((await (await dropped).response()).status(), 204);
		await truth(page, () => document.getElementById('markdown').value.trim() === '');
		assert.equal(uploads().length, 0);
		await page.context().close();
	});

	test('a connection that breaks goes on with the part that is missing', async () => {
		const page = await open(), bytes = pdf(17 << 20);
		let broken = 0;
		await page.route(`${gateway.url}/**partNumber=2**`, (route) => (broken++ ? route.continue() : route.abort()));
		await choose(page, 'broken.pdf', bytes);
		await inText(page, sha256(bytes));
		assert.deepEqual(page.sent, [...Array(3).fill(`PUT ${gateway.url}`), `PATCH ${site.origin}`]);
		await page.context().close();
	});

	test('where the browser cannot get there the site takes the pieces', async () => {
		gateway.aws('s3api', 'delete-bucket-cors', '--bucket', bucket);
		const page = await open(), bytes = pdf(5 << 20);
		await choose(page, 'over.pdf', bytes);
		await inText(page, sha256(bytes));
		assert.deepEqual(page.sent.slice(-2), [`PATCH ${site.origin}`, `PATCH ${site.origin}`]);
		await page.context().close();
	});
});
