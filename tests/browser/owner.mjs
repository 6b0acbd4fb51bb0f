/* owner.mjs: a site's owner, made and signed in. */

import { platen } from "../http/harness.mjs";
import { openPage, truth } from "./checks.mjs";

export const EMAIL = "owner@example.org", PASSWORD = "correct horse battery";

/* Makes the owner and signs in once, through the form; pages that are given these cookies are signed in. */
export async function ownerCookies(site) {
	platen(site, "user", "add", EMAIL, "--role", "owner", "--name", "Olive Owner", "--password-stdin", { input: `${PASSWORD}\n` });
	const page = await openPage();
	await page.goto(`${site.url}/admin/posts`);
	await page.getByLabel("E-mail").fill(EMAIL);
	await page.getByLabel("Password").fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "Posts" }).waitFor();
	const cookies = await page.context().cookies();
	await page.context().close();
	return cookies;
}

/* A page of the admin, signed in by these cookies, when its scripts have shown what `ready` selects. */
export async function openAdmin(site, cookies, address, ready, options = {}) {
	const page = await openPage({ ownPolicy: true, ...options });
	await page.context().addCookies(cookies);
	await page.goto(`${site.url}${address}`);
	await truth(page, (ready) => document.querySelector(ready) !== null, ready);
	return page;
}
