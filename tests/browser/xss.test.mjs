// xss.test.mjs: no payload of any list gets a script to run, judged in a real browser.
//
// Every payload goes through the pipeline as Markdown with raw HTML off and filtered, inside many
// Markdown constructs, and as HTML through the filter alone. The results are loaded many to a page;
// a page is bad when anything ran, asked for something other than pictures, left its place in the tree
// or holds an element or attribute that could run. The payloads of a bad page are then tried alone.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { chromium } from 'playwright-core';
import { render, shared, top } from '../conformance/markdown_driver.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
const site = 'http://filter.test';
const perPage = 100;

function unescape(line) {
	const bytes = line.replace(/\\(n|t|r|x[0-9a-f]{2})/g, (_, c) => ({ n: '\n', t: '\t', r: '\r' })[c]
		?? String.fromCharCode(parseInt(c.slice(1), 16)));
	return bytes;
}

function ownPayloads() {
	return readFileSync(join(top, 'tests', 'data', 'xss.txt'), 'utf8').split('\n')
		.filter((line) => line && !line.startsWith('# ')).map(unescape);
}

const constructs = (p) => {
	const line = p.replace(/[\r\n]+/g, ' ');
	return [`[a](${line})`, `[a](<${line}>)`, `![a](${line})`, `![${line}](x)`, `[a](x "${line}")`, `<${line}>`,
		`# ${line}`, `- [ ] ${line}\n- b`, `> ${line}\n\nc`, `| ${line} |\n|---|\n| ${line} |`, `\`\`\` ${line}\n${line}\n\`\`\``,
		`*a ${line} b* **${line}**`, `<b title="${line}">x</b>`, `<a href="${line}">x</a>`, `<div>\n\n${line}\n\n</div>`,
		`x[^1]\n\n[^1]: ${line}`, `[a][b]\n\n[b]: ${line}`].join('\n\n');
};

const pipelines = {
	'Markdown, HTML off': (p) => ({ markdown: p, mode: 'off', extras: true, library: false }),
	'Markdown, HTML filtered': (p) => ({ markdown: p, mode: 'filtered', extras: true, library: false }),
	'Markdown constructs, filtered': (p) => ({ markdown: constructs(p), mode: 'filtered', extras: true, library: false }),
	'Markdown without extras, filtered': (p) => ({ markdown: p, mode: 'filtered', extras: false, library: false }),
	'HTML through the filter': (p) => ({ html: p }),
};

// Runs in the page before anything else: whatever a payload calls leaves a trace.
function trap() {
	const live = [];
	window.__live = live;
	for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch', 'msgbox', 'postMessage'])
		window[name] = (...given) => { live.push(`${name}(${given.join().slice(0, 60)})`); };
	document.addEventListener('securitypolicyviolation', (e) => {
		if (e.blockedURI !== 'eval') live.push(`${e.violatedDirective}: ${e.sample}`); // the judge itself evaluates
	});
	window.__globals = new Set(Object.getOwnPropertyNames(window));
}

// Runs in the page at the end: touches everything, then looks for what could have run.
async function inspect(count) {
	const live = window.__live;
	const events = ['mouseover', 'mouseenter', 'mousemove', 'mousedown', 'mouseup', 'pointerover', 'focus', 'focusin', 'blur',
		'keydown', 'keyup', 'input', 'change', 'load', 'error', 'toggle', 'scroll', 'animationstart', 'transitionend', 'drag', 'drop',
		'copy', 'paste', 'wheel', 'touchstart', 'submit', 'contextmenu', 'beforetoggle', 'loadstart', 'canplay'];
	// Following an honest link would end the page; a script's address is followed.
	document.addEventListener('click', (e) => {
		const link = e.target.closest?.('[href]');
		if (!link || !/^javascript:/i.test(link.protocol ?? '')) e.preventDefault();
	}, true);
	const forbidden = new Set(('script style iframe frame frameset object embed applet base link meta form button textarea select '
		+ 'template noscript svg math portal xmp plaintext title').split(' '));
	for (const element of document.querySelectorAll('body *')) {
		if (forbidden.has(element.localName) || element.namespaceURI !== 'http://www.w3.org/1999/xhtml')
			live.push(`<${element.localName}> is there`);
		for (const { name, value } of element.attributes) {
			if (/^on/i.test(name) || ['style', 'srcdoc', 'formaction', 'ping', 'target', 'background'].includes(name))
				live.push(`${name} is there`);
			// eslint-disable-next-line no-control-regex
			const bare = value.replace(/[\x00-\x20]/g, '');
			if (['href', 'src', 'action', 'poster', 'cite', 'data'].includes(name)
				&& (/^(javascript|vbscript|file|blob|filesystem):/i.test(bare)
					|| (/^data:/i.test(bare) && !(element.localName === 'img' && /^data:image\/(png|jpeg|gif|webp)/i.test(bare)))))
				live.push(`${name}=${value.slice(0, 40)}`);
		}
		element.focus?.();
		for (const name of events) element.dispatchEvent(new Event(name, { bubbles: false }));
		element.click?.();
	}
	await new Promise((resolve) => setTimeout(resolve, 0));
	const parts = [...document.body.children];
	if (parts.length !== count || parts.some((e, i) => e.localName !== 'article' || e.id !== `part_${i}`))
		live.push(`the page has ${parts.length} parts instead of ${count}`);
	for (const name of Object.getOwnPropertyNames(window))
		if (!window.__globals.has(name) && !/^(\d+|__.*|event)$/.test(name)) live.push(`window.${name} was set`);
	return live;
}

const headers = {
	'content-type': 'text/html; charset=utf-8',
	'content-security-policy-report-only': "script-src 'report-sample' 'none'; object-src 'none'; base-uri 'none'",
};

class Judge {
	async open() {
		this.profile = mkdtempSync(join(tmpdir(), 'platen-xss-'));
		this.browser = await chromium.launchPersistentContext(this.profile, { executablePath, args, headless: true, timeout: 120000 });
		this.browser.setDefaultTimeout(60000);
		this.page = await this.browser.newPage();
		await this.page.addInitScript(trap);
		this.seen = [];
		this.page.on('dialog', (dialog) => { this.seen.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
		this.page.on('console', (m) => { if (m.type() !== 'error' && m.type() !== 'warning') this.seen.push(`console: ${m.text()}`); });
		this.page.on('popup', () => this.seen.push('a new window'));
		await this.page.route('**/*', (route) => this.answer(route));
	}

	async close() {
		await this.browser.close();
		rmSync(this.profile, { recursive: true, force: true });
	}

	answer(route) {
		const request = route.request();
		if (request.url() === this.address && request.isNavigationRequest() && !this.loaded) {
			this.loaded = true;
			return route.fulfill({ status: 200, headers, body: this.body });
		}
		if (!['image', 'media'].includes(request.resourceType()))
			this.seen.push(`asks for a ${request.resourceType()}: ${request.url().slice(0, 80)}`);
		return route.fulfill({ status: 404, body: '' });
	}

	// What went wrong on a page with these pieces of HTML, as a list.
	async look(pieces) {
		this.seen = [];
		this.loaded = false;
		this.address = `${site}/${Math.random()}`;
		this.body = '<!doctype html><html lang="en"><head><title>x</title></head><body>'
			+ pieces.map((html, i) => `<article id="part_${i}">${html}</article>`).join('') + '</body></html>';
		const live = await this.page.goto(this.address, { waitUntil: 'load' })
			.then(() => this.page.evaluate(inspect, pieces.length))
			.catch((e) => [`the page went away: ${e.message}`]);
		return [...new Set([...this.seen, ...live])];
	}
}

// The payloads whose result is not dead, with what was seen.
async function findLive(judge, payloads, pipeline) {
	const answers = render(payloads.map(pipeline));
	for (const [i, answer] of answers.entries()) assert.equal(answer.error, undefined, payloads[i].slice(0, 200));
	const pieces = answers.map((a) => a.html);
	const live = [];
	for (let from = 0; from < pieces.length; from += perPage) {
		const some = pieces.slice(from, from + perPage);
		if ((await judge.look(some)).length === 0) continue;
		let alone = 0;
		for (const [i, piece] of some.entries()) {
			const seen = await judge.look([piece]);
			if (seen.length === 0) continue;
			alone++;
			live.push({ payload: payloads[from + i], html: piece.slice(0, 400), seen });
		}
		if (!alone) live.push({ payload: `${from} to ${from + perPage} together`, seen: await judge.look(some) });
	}
	return live;
}

const sharedLists = existsSync(join(shared, 'payloads'))
	? readdirSync(join(shared, 'payloads')).filter((f) => /^xss-.*\.txt$/.test(f)) : [];

test('payloads in a browser', { skip: !existsSync(executablePath) && 'no chromium' }, async (t) => {
	let judge = new Judge();
	await judge.open();
	try {
		await t.test('the judge sees a live script', async () => {
			for (const html of ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<a href=javascript:alert(1)>x</a>',
				'<p onfocus=alert(1) tabindex=0>x</p>', '</article></body><p>out', '<script>a = 1</script>', '<link rel=stylesheet href=/x.css>',
				'<style>p{}</style>', '<svg><g></g></svg>', '<iframe src="/x"></iframe>', '<p onclick="console.log(1)">x</p>'])
				assert.notDeepEqual(await judge.look([html]), [], html);
			assert.deepEqual(await judge.look(['<p>x <img src="y" alt=""> <a href="http://z.example/">z</a></p>', '<b>x</b>']), []);
		});
		const own = ownPayloads();
		assert.ok(own.length >= 120);
		await t.test('with HTML on, most of the own list is alive', async () => {
			const some = own.slice(0, 110);
			const live = await findLive(judge, some, (p) => ({ markdown: p, mode: 'on', extras: true, library: false }));
			assert.ok(live.length >= 80, `${live.length} of ${some.length}`);
		});
		// What a live page does late is not to be told of the ones that come now.
		await judge.close();
		judge = new Judge();
		await judge.open();
		for (const [name, pipeline] of Object.entries(pipelines))
			await t.test(`own list: ${name}`, async () => assert.deepEqual(await findLive(judge, own, pipeline), []));
		for (const file of sharedLists) {
			const list = readFileSync(join(shared, 'payloads', file), 'utf8').split('\n').filter(Boolean);
			for (const [name, pipeline] of Object.entries(pipelines)) {
				// Each payload of the large list stands seventeen times in the constructs: a third of it will do.
				const some = name.includes('constructs') ? list.filter((_, i) => i % 3 === 0) : list;
				await t.test(`${file}: ${name}`, async () => assert.deepEqual(await findLive(judge, some, pipeline), []));
			}
			await t.test(`${file}: the whole list as one text`, async () =>
				assert.deepEqual(await findLive(judge, [list.join('\n'), list.join('\n\n')], pipelines['Markdown, HTML filtered']), []));
		}
		if (sharedLists.length === 0) t.diagnostic('the payload lists of the shared data are absent');
	} finally {
		await judge.close();
	}
});
