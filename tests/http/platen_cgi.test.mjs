// platen_cgi.test.mjs: platen-cgi answers like platen, to the byte, whatever its environment is: from the page
// folder by itself, and by starting platen where there is something to ask.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { get, parse } from './fastcgi.mjs';
import { cgiProgram, openSite, program } from './harness.mjs';

const sanitized = process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {};
const installed = fs.existsSync('/usr/local/bin/platen');
let site, lame;

before(async () => {
	site = await openSite('cgi', { posts: 3, serve: false, env: { PLATEN_PAGES: 'on', PLATEN_LOG_LEVEL: 'info' } });
	// A platen that may be read and not started: beside it only what platen-cgi answers by itself succeeds.
	lame = path.join(site.dir, 'lame');
	fs.mkdirSync(lame);
	for (const file of [program, cgiProgram]) fs.copyFileSync(file, path.join(lame, path.basename(file)));
	fs.chmodSync(path.join(lame, 'platen'), 0o444);
});
after(() => site?.stop());

// One request by `file`, with this environment on top of the site's settings; undefined takes a name away.
function run(file, env, { input = '', args = [], cwd } = {}) {
	const all = { ...site.env, ...sanitized, GATEWAY_INTERFACE: 'CGI/1.1', ...env };
	for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
	const { status, signal, stdout, stderr } = spawnSync(file, args, { env: all, input, cwd, timeout: 120000, maxBuffer: 1 << 28 });
	return { status, signal, out: stdout.toString('latin1'), err: stderr.toString('latin1') };
}

// What differs from one request to the next.
const plain = ({ status, signal, out, err }) => ({
	status, signal, out: out.replace(/\b[0-9a-f]{32}\b/g, 'ID'),
	err: err.replace(/\b[0-9a-f]{32}\b/g, 'ID').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/(duration_us\W+)\d+/g, '$1N'),
});

const at = (address, more) => get(`/cgi-bin/platen${address}`, more);
const about = (more) => at('/about', more);
const split = (more) => ({ ...at(''), REQUEST_URI: undefined, SCRIPT_NAME: '/cgi-bin/platen', ...more });
const many = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`HTTP_X_${i}`, 'x']));

// Name, environment, input.
const own = [
	['a page', about()],
	['the front page', at('/')],
	['a feed', at('/feed.xml')],
	['robots.txt', at('/robots.txt')],
	['HEAD', about({ REQUEST_METHOD: 'HEAD' })],
	['gzip', about({ HTTP_ACCEPT_ENCODING: 'gzip' })],
	['brotli', about({ HTTP_ACCEPT_ENCODING: 'gzip, br;q=0.9, *;q=0' })],
	['brotli before gzip', about({ HTTP_ACCEPT_ENCODING: 'gzip, br' })],
	['nothing but what it is not', about({ HTTP_ACCEPT_ENCODING: 'identity;q=0, zstd' })],
	['an odd Accept-Encoding', about({ HTTP_ACCEPT_ENCODING: ';;q=,,gzip;q=2;br' })],
	['a visitor with cookies', about({ HTTP_COOKIE: '__Host-session=abc; a=b' })],
	['an old entity tag', about({ HTTP_IF_NONE_MATCH: '"abc", W/"def"' })],
	['any entity tag', about({ HTTP_IF_NONE_MATCH: '*' })],
	['an entity tag that must match', about({ HTTP_IF_MATCH: '"abc"' })],
	['a date', about({ HTTP_IF_MODIFIED_SINCE: 'Thu, 01 Jan 2099 00:00:00 GMT' })],
	['a range', about({ HTTP_RANGE: 'bytes=0-10' })],
	['a query that a page does not take', about({ REQUEST_URI: '/cgi-bin/platen/about?utm=1&a=%20', QUERY_STRING: 'utm=1&a=%20' })],
	['an empty body', about({ CONTENT_LENGTH: '0' })],
	['input that was not announced', about({ CONTENT_LENGTH: undefined }), 'a=b'],
	['HTTPS', about({ HTTPS: 'on', REQUEST_SCHEME: 'https' })],
	['the site over HTTPS', about({ PLATEN_URL: 'https://example.org/cgi-bin/platen' })],
	['an address that is escaped without need', at('/%61bout')],
	['an absolute address', { ...about(), REQUEST_URI: 'http://evil.example/cgi-bin/platen/about' }],
	['without REQUEST_URI', split({ PATH_INFO: '/about' })],
	['without anything else', { REQUEST_METHOD: 'GET', REQUEST_URI: '/cgi-bin/platen/about' }],
	['another Host', about({ HTTP_HOST: 'evil.example' })],
	['a Proxy header', about({ HTTP_PROXY: 'http://evil.example' })],
	['names without a value, values with everything', about({ HTTP_X: '', HTTP_Y: 'a=b\tc\x7f\xff', HTTP_: 'x', _: '=' })],
	['much else in the environment', about(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`SERVER_X${i}`, 'x'.repeat(100000)])))],
	['as many headers as may be', about({ ...many(120) })],
	['debug lines', about({ PLATEN_LOG_LEVEL: 'debug', PLATEN_LOG_FORMAT: 'json' })],
	['a version of the interface that nobody knows', about({ GATEWAY_INTERFACE: 'XXX' })],
];
const asked = [
	['a page that is not kept', at('/search?q=platen')],
	['nothing there', at('/nothing')],
	['another spelling', at('/About')],
	['a slash behind', at('/about/')],
	['dots', at('/x/../about')],
	['doubled slashes', at('//about')],
	['the file of a page', at('/about.html')],
	['the compressed file of a page', at('/about.html.gz')],
	['an encoded slash', at('/..%2f..%2fabout')],
	['NUL', at('/about%00')],
	['no escape', at('/%zz')],
	['dots that leave the site', { ...about(), REQUEST_URI: '/cgi-bin/platen/../../etc/passwd' }],
	['outside the site', { ...about(), REQUEST_URI: '/about' }],
	['no slash', { ...about(), REQUEST_URI: 'about' }],
	['a star', { ...about(), REQUEST_URI: '*' }],
	['a star for OPTIONS', { ...about(), REQUEST_METHOD: 'OPTIONS', REQUEST_URI: '*' }],
	['a long address', at(`/${'x'.repeat(9000)}`)],
	['a deep address', at('/a'.repeat(300))],
	['an empty address', { ...about(), REQUEST_URI: '' }],
	['no address', { ...about(), REQUEST_URI: undefined }],
	['PATH_INFO with dots', split({ PATH_INFO: '/../about' })],
	['PATH_INFO with an encoded slash', split({ PATH_INFO: '/a%2fb' })],
	['PATH_INFO that is not UTF-8', split({ PATH_INFO: '/\xff\xfe' })],
	['PATH_INFO without a slash', split({ PATH_INFO: 'about' })],
	['no PATH_INFO', split({})],
	['no method', about({ REQUEST_METHOD: undefined })],
	['an empty method', about({ REQUEST_METHOD: '' })],
	['a method in another case', about({ REQUEST_METHOD: 'get' })],
	['a method nobody knows', about({ REQUEST_METHOD: 'BREW' })],
	['POST', about({ REQUEST_METHOD: 'POST', CONTENT_TYPE: 'application/x-www-form-urlencoded', CONTENT_LENGTH: '3' }), 'a=b'],
	['a GET with a body', about({ CONTENT_LENGTH: '3' }), 'a=b'],
	['a body of unknown length', about({ CONTENT_LENGTH: '-1' }), 'a=b'],
	['a length that is none', about({ CONTENT_LENGTH: 'ten' })],
	['a length beyond 63 bits', about({ CONTENT_LENGTH: '99999999999999999999' })],
	['too many headers', about(many(200))],
	['large headers', about({ HTTP_COOKIE: 'x'.repeat(40000) })],
	['no page folder', about({ PLATEN_PAGES: 'off' })],
	['no data folder', about({ PLATEN_DATA: undefined })],
	['another data folder', about({ PLATEN_DATA: '/proc/platen' })],
	['a setting nobody knows', about({ PLATEN_PAGE: 'on' })],
	['a setting that is wrong', about({ PLATEN_WORKERS: 'many' })],
	['a settings file that is not there', about({ PLATEN_ENV_FILE: '/nonexistent' })],
];

describe('platen-cgi and platen answer alike', () => {
	for (const [rows, byItself] of [[own, true], [asked, false]]) {
		for (const [name, env, input] of rows) {
			test(name, () => {
				// The first answer puts the page where the next ones find it.
				run(program, env, { input });
				const want = plain(run(program, env, { input }));
				assert.deepEqual(plain(run(cgiProgram, env, { input })), want);
				assert.match(want.out, /^Status: \d{3} /);
				const alone = run(path.join(lame, 'platen-cgi'), env, { input });
				if (byItself) return assert.deepEqual(plain(alone), want, 'platen is not needed');
				assert.equal(alone.status, 1);
				assert.match(alone.out, /^Status: 500 [^]*could not start; the web server's error log says why/);
				assert.doesNotMatch(alone.out, /lame/);
				return assert.match(alone.err, /^platen-cgi: cannot start '.*\/lame\/platen': Permission denied/m);
			});
		}
	}
	test('304 and 412 by the entity tag of the file', () => {
		run(program, about());
		const { headers } = parse(Buffer.from(run(program, about()).out));
		for (const [name, status] of [['HTTP_IF_NONE_MATCH', 304], ['HTTP_IF_MATCH', 200]]) {
			const env = about({ [name]: headers.etag }), answer = run(path.join(lame, 'platen-cgi'), env);
			assert.match(answer.out, new RegExp(`^Status: ${status} `));
			assert.equal(plain(answer).out, plain(run(program, env)).out);
		}
	});
	test('pages are of their settings: another address of the site has others', () => {
		assert.match(run(path.join(lame, 'platen-cgi'), about()).out, /^Status: 200 /);
		assert.match(run(path.join(lame, 'platen-cgi'), about({ PLATEN_URL: 'https://example.net/cgi-bin/platen' })).out, /^Status: 500 /);
	});
	test('pages are of their program: another build, which came meanwhile, makes them anew', () => {
		const dir = fs.mkdtempSync(path.join(site.dir, 'build-'));
		const bytes = fs.readFileSync(program), id = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', program], { encoding: 'utf8' }))[1];
		const place = bytes.indexOf(Buffer.from(id, 'hex'));
		fs.copyFileSync(cgiProgram, path.join(dir, 'platen-cgi'));
		bytes[place] ^= 1;
		fs.writeFileSync(path.join(dir, 'platen'), bytes, { mode: 0o444 });
		assert.match(run(path.join(lame, 'platen-cgi'), about()).out, /^Status: 200 /);
		assert.match(run(path.join(dir, 'platen-cgi'), about()).out, /^Status: 500 /);
	});
	test('an answer that nobody takes is an error, and no second answer', () => {
		const script = (file) => spawnSync('/bin/sh', ['-c', `'${file}' >/dev/full`], { env: { ...site.env, ...sanitized, GATEWAY_INTERFACE: 'CGI/1.1', ...about() } });
		for (const file of [program, cgiProgram]) {
			const { status, stderr } = script(file);
			assert.equal(status, 1);
			assert.match(stderr.toString(), /the web server did not take the answer/);
		}
	});
});

describe('what platen-cgi starts', () => {
	test('the arguments that a web server makes of a query are no commands', () => {
		for (const file of [program, cgiProgram])
			for (const [env, args] of [[about(), ['version']], [at('/nothing'), ['config']], [about(), ['--version']]])
				assert.deepEqual(plain(run(file, env, { args })), plain(run(program, env)));
	});
	test('it is found through a link, from any folder', () => {
		const link = path.join(site.dir, 'linked');
		fs.symlinkSync(cgiProgram, link);
		assert.match(run(link, at('/nothing'), { cwd: '/' }).out, /^Status: 404 /);
	});
	test('neither a script of that name nor platen-cgi itself is taken for platen', { skip: installed && 'a platen is installed' }, () => {
		const dir = fs.mkdtempSync(path.join(site.dir, 'alone-')), alone = path.join(dir, 'platen-cgi');
		fs.copyFileSync(cgiProgram, alone);
		for (const make of [() => {}, () => fs.writeFileSync(path.join(dir, 'platen'), `#!/bin/sh\nexec '${alone}'\n`, { mode: 0o755 }),
			() => fs.copyFileSync(cgiProgram, path.join(dir, 'platen')), () => fs.mkdirSync(path.join(dir, 'platen'))]) {
			fs.rmSync(path.join(dir, 'platen'), { recursive: true, force: true });
			make();
			const { status, out, err } = run(alone, about());
			assert.equal(status, 1);
			assert.match(out, /^Status: 500 /);
			assert.match(err, /^platen-cgi: there is no program platen beside it or in /);
		}
	});
	test('without a web server it is platen', () => {
		const { status, out, err } = run(cgiProgram, { GATEWAY_INTERFACE: undefined });
		assert.deepEqual([status, err], [0, '']);
		assert.match(out, /platen/);
	});
});

test('it needs no library but libc', () => {
	const needed = [...execFileSync('readelf', ['-d', cgiProgram], { encoding: 'utf8' }).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
	const runtime = /^(lib(c|m|asan|ubsan|tsan|gcc_s|stdc\+\+|rt|dl|pthread|resolv)\.so|ld-linux)/;
	const sanitizes = needed.some((name) => /san\.so/.test(name)) || /__asan|__tsan/.test(execFileSync('nm', ['-a', cgiProgram], { encoding: 'utf8', maxBuffer: 1 << 28 }));
	for (const name of needed) assert.match(name, sanitizes ? runtime : /^libc\.so|^ld-linux/);
});
