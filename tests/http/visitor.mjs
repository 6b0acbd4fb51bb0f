// visitor.mjs: somebody in the admin, as far as forms and cookies go.
import { form } from './harness.mjs';

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
	// Fills in the form of an editing page and presses a button.
	async write(target, fields, button = 'save') {
		const page = (await this.get(target)).text;
		const at = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1] ?? '';
		return this.post(target, { form_token: at('form_token'), version: at('version'), kind: at('kind'), button, ...fields });
	}
}
