// visitor.mjs: somebody in the admin, as far as forms and cookies go.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { below, form } from './harness.mjs';

export const EMAIL = 'owner@example.org', PASSWORD = 'correct horse battery';

// A browser: keeps cookies and sends them back.
export class Visitor {
	constructor(site) { Object.assign(this, { site, jar: new Map() }); }
	async ask(target, options = {}) {
		const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
		const res = await this.site.get(target, { ...options, headers: { ...(cookie ? { cookie } : {}), ...options.headers } });
		for (const line of res.headers['set-cookie'] ?? []) {
			const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
			if (/max-age=0/i.test(line)) this.jar.delete(name);
			else this.jar.set(name, value);
		}
		return res;
	}
	get(target, headers) { return this.ask(target, { headers }); }
	post(target, fields, headers = {}) {
		const sent = form(fields);
		return this.ask(target, { ...sent, headers: { ...sent.headers, origin: this.site.origin, ...headers } });
	}
	async signIn(email = EMAIL, password = PASSWORD, next = '/admin/posts') {
		return this.post('/admin/signin', { signin_email: email, signin_password: password, next });
	}
	async token(target = '/admin/posts') {
		return (await this.get(target)).text.match(/name="form_token" value="([^"]+)"/)[1];
	}
	// What a browser sends of the form of an editing page that nobody typed in.
	async fields(target, which = /<form class="edit"[^]*?<\/form>/) {
		const page = (await this.get(target)).text.match(which)[0];
		const text = (html) => html.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
		const sent = [];
		for (const [, tag, names, inner = ''] of page.matchAll(/<(input|textarea|select)\b([^>]*)>(?:([^]*?)<\/\1>)?/g)) {
			const at = (name) => names.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
			if (!at('name') || at('type') === 'checkbox' && !/ checked/.test(names)) continue;
			const value = tag === 'input' ? at('value') ?? '' : tag === 'textarea' ? inner.replace(/^\n/, '') :
				(inner.match(/<option value="([^"]*)"[^>]* selected/) ?? inner.match(/<option value="([^"]*)"/) ?? [])[1] ?? '';
			sent.push([at('name'), text(value)]);
		}
		return sent;
	}
	// A new post; gives the address of its editing page.
	async made(fields, button) {
		const res = await this.write('/admin/posts/new', { markdown: 'Text', ...fields }, button);
		assert.equal(res.status, 303, res.text);
		return below(this.site, res.headers.location).replace(/\?.*/, '');
	}
	// Fills in the form of an editing page and presses a button.
	async write(target, fields, button = 'save') {
		const page = (await this.get(target)).text;
		const at = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';
		return this.post(target, { form_token: at('form_token'), version: at('version'), base: at('base'), kind: at('kind'), button, ...fields });
	}
}

// Somebody who has signed in.
export async function signedIn(site, email = EMAIL, password = PASSWORD) {
	const visitor = new Visitor(site);
	assert.equal((await visitor.signIn(email, password)).status, 303);
	return visitor;
}

// A code of the second step (RFC 6238) for a secret as the page shows it, `steps` steps from now.
export function totp(secret, steps = 0) {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...secret.replace(/\s/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
	const mac = createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// Turns the second step on; gives the secret and the recovery codes. The code for it is that of now, which goes on being taken for
// half a minute at least; after it the next one, totp(secret, 1), is taken for a minute.
export async function turnOn(visitor) {
	const page = (await visitor.get('/admin/second')).text, value = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
	const secret = page.match(/class="secret"[^>]*>([^<]+)</)[1], setup = value('setup');
	const done = await visitor.post('/admin/second', { form_token: value('form_token'), setup, code: totp(secret) });
	assert.equal(done.status, 200);
	return { secret, setup, codes: [...done.text.matchAll(/<li>([a-z0-9-]{19})<\/li>/g)].map((m) => m[1]), page: done.text };
}
