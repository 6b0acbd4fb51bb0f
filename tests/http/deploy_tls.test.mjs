// deploy_tls.test.mjs: the configurations for a server of one's own, with TLS, started on the loopback address
// with a certificate made here (Caddy makes its own), inside what Debian's main configurations say.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSite, startApp } from './harness.mjs';
import { accepting, freePort, run } from './responder.mjs';
import { deploy, deployed } from './webserver.mjs';

const name = 'press.example';
const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'];

function certificate(dir) {
	const key = path.join(dir, 'key.pem'), chain = path.join(dir, 'chain.pem');
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', chain,
		'-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`], { stdio: 'ignore' });
	return { key, chain };
}

// Each writes the configuration of the folder `dir` for the two ports, checks it as its manual says, and
// gives what is to be run and the certificate to trust. The ports and addresses are all that is changed.
const servers = {
	nginx({ dir, values, plain, tls }) {
		const debian = fs.readFileSync('/etc/nginx/nginx.conf', 'utf8').replace(/^user .*$/m, '').replace(/^pid .*$/m, `pid ${dir}/nginx.pid;`)
			.replace(/^include .*modules-enabled.*$/m, '').replaceAll('/var/log/nginx', dir).replace('/etc/nginx/conf.d', `${dir}/conf.d`)
			.replace('/etc/nginx/sites-enabled/*', `${dir}/platen.conf`)
			.replace(/^http \{$/m, `http {\n${temporary.map((kind) => `${kind}_temp_path ${dir}/nginx/${kind};\n`).join('')}`);
		const edit = (text) => text.replace(/^\tlisten \[::\].*$/mg, '').replace('listen 80;', `listen 127.0.0.1:${plain};`)
			.replace('listen 443 ', `listen 127.0.0.1:${tls} `).replaceAll('/var/log/nginx', dir);
		fs.renameSync(deploy(dir, ['nginx-tls.conf', 'nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf'], values, { edit }), path.join(dir, 'platen.conf'));
		fs.writeFileSync(path.join(dir, 'nginx.conf'), `user ${os.userInfo().username};\n${debian}`);
		const args = ['-e', `${dir}/nginx-error.log`, '-p', dir, '-c', path.join(dir, 'nginx.conf')];
		return { program: '/usr/sbin/nginx', args: [...args, '-g', 'daemon off;'], check: [...args, '-t'], trust: values.CERTIFICATE };
	},
	caddy({ dir, values, plain, tls }) {
		const local = `\tadmin off\n\thttp_port ${plain}\n\thttps_port ${tls}\n\tdefault_bind 127.0.0.1\n\tlocal_certs\n\tskip_install_trust\n`;
		const conf = deploy(dir, ['Caddyfile', 'caddy-site.conf', 'caddy-fastcgi.conf'], values, { edit: (text) => text.replace(/^\{\n/m, (opened) => opened + local) });
		const as = ['--adapter', 'caddyfile', '--config', conf];
		return { program: '/usr/bin/caddy', args: ['run', ...as], check: ['validate', ...as], trust: path.join(dir, 'caddy/pki/authorities/local/root.crt') };
	},
	lighttpd({ dir, values, plain, tls }) {
		const edit = (text) => text.replace(/^\$SERVER\["socket"\] == "\[::\].*\n.*\n\}\n/m, '').replace('":443"', `"127.0.0.1:${tls}"`);
		fs.renameSync(deploy(dir, ['lighttpd-tls.conf', 'lighttpd-site.conf'], values, { edit }), path.join(dir, '90-platen.conf'));
		const debian = fs.readFileSync('/etc/lighttpd/lighttpd.conf', 'utf8').replace(/^include_shell .*use-ipv6.*$/m, '')
			.replace(/^server\.(username|groupname) .*$/mg, '').replace(/^server\.port .*$/m, `server.port = ${plain}\nserver.bind = "127.0.0.1"`)
			.replace('/run/lighttpd.pid', `${dir}/lighttpd/pid`).replace('/var/log/lighttpd', dir).replace('/var/cache/lighttpd/uploads', `${dir}/lighttpd`)
			.replace('/etc/lighttpd/conf-enabled/*.conf', `${dir}/90-platen.conf`);
		const conf = path.join(dir, 'lighttpd.conf');
		fs.writeFileSync(conf, debian);
		return { program: '/usr/sbin/lighttpd', args: ['-D', '-f', conf], check: ['-tt', '-f', conf], trust: values.CERTIFICATE };
	},
};

for (const kind of Object.keys(servers)) {
	describe(`a site on HTTPS behind ${kind}`, () => {
		let site, web, plain, tls, trust;
		before(async () => {
			site = await openSite('fastcgi', { posts: 0, serve: false, env: { PLATEN_URL: `https://${name}` } });
			await startApp(site);
			[plain, tls] = [await freePort(), await freePort()];
			const { key, chain } = certificate(site.dir);
			const values = { SITE: name, MOUNT: '', SOCKET: site.socket, CERTIFICATE: chain, KEY: key };
			const made = servers[kind]({ dir: site.dir, values, plain, tls });
			const env = { PATH: process.env.PATH, HOME: site.dir, XDG_DATA_HOME: site.dir, XDG_CONFIG_HOME: site.dir };
			const checked = spawnSync(made.program, made.check, { encoding: 'utf8', env });
			assert.equal(checked.status, 0, checked.stderr);
			// That there is no page folder and no bucket, Caddy says too.
			assert.doesNotMatch(checked.stderr.replace(/.*No files matching import glob.*caddy-(?:pages|media|bucket).*/g, ''), /WARN|warn|DEPRECATED/);
			web = run(made.program, made.args, { env });
			trust = made.trust;
			for (const port of [plain, tls]) await accepting({ host: '127.0.0.1', port }, web);
			// Caddy makes its certificate while it accepts already.
			for (const end = Date.now() + 60000; !handshake('-tls1_3') && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50));
		});
		after(async () => {
			web?.kill(kind === 'nginx' ? 'SIGQUIT' : 'SIGTERM');
			await web?.ended;
			await site?.stop();
		});

		// One request by curl, which knows HTTP/2; `address` is below the site's name.
		function ask(address, { scheme = 'https', args = [] } = {}) {
			const port = scheme === 'https' ? tls : plain;
			const out = spawnSync('curl', ['-sS', '-i', '--cacert', trust, '--connect-to', `${name}:443:127.0.0.1:${tls}`, '--connect-to',
				`${name}:80:127.0.0.1:${plain}`, '--max-time', '120', ...args, `${scheme}://${name}${address}`], { encoding: 'utf8' });
			assert.equal(out.status, 0, `${out.stderr} ${port}`);
			const [head, ...body] = out.stdout.split('\r\n\r\n');
			const [first, ...lines] = head.split('\r\n');
			const headers = {};
			for (const line of lines) (headers[line.slice(0, line.indexOf(':')).toLowerCase()] ??= []).push(line.slice(line.indexOf(':') + 2));
			return { version: first.split(' ')[0], status: Number(first.split(' ')[1]), headers, text: body.join('\r\n\r\n') };
		}
		// What the server and a client agree on; null when they do not.
		function handshake(...args) {
			const out = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${tls}`, '-servername', name, ...args], { encoding: 'utf8', input: '' });
			return out.stdout.match(/^New, (TLSv[\d.]+), Cipher is ([A-Z].*)$/m)?.slice(1) ?? null;
		}

		test('http:// leads to https:// of the site, whatever name the request claims', () => {
			const moved = ask('/the-quiet-press?x=1', { scheme: 'http' });
			assert.ok([301, 308].includes(moved.status), String(moved.status));
			// Caddy knows that this is not port 443.
			assert.equal(moved.headers.location[0].replace(`:${tls}`, ''), `https://${name}/the-quiet-press?x=1`);
			const claimed = ask('/', { scheme: 'http', args: ['-H', 'Host: evil.example'] });
			// Caddy's own redirect serves every name that it is asked for, and leads to the same one.
			assert.equal(claimed.headers.location[0], `https://${kind === 'caddy' ? 'evil.example' : name}/`);
		});
		for (const version of ['HTTP/2', 'HTTP/1.1']) {
			const args = [version === 'HTTP/2' ? '--http2' : '--http1.1'];
			test(`a page over ${version} with each security header once`, () => {
				const page = ask('/the-quiet-press', { args });
				assert.deepEqual([page.version, page.status], [version, 200]);
				assert.ok(page.text.includes(`<link rel="canonical" href="https://${name}/the-quiet-press">`));
				for (const [header, wanted] of [['strict-transport-security', /^max-age=\d{8}/], ['x-content-type-options', /^nosniff$/],
					['content-security-policy', /default-src 'none'/], ['referrer-policy', /strict-origin/], ['permissions-policy', /camera/],
					['cross-origin-opener-policy', /same-origin/]]) {
					assert.equal(page.headers[header]?.length, 1, header);
					assert.match(page.headers[header][0], wanted);
				}
			});
			test(`HEAD and 304 over ${version}`, () => {
				const head = ask('/the-quiet-press', { args: [...args, '--head'] });
				assert.deepEqual([head.status, head.text], [200, '']);
				const unchanged = ask('/the-quiet-press', { args: [...args, '-H', `If-None-Match: ${head.headers.etag[0]}`] });
				assert.deepEqual([unchanged.status, unchanged.headers.etag, unchanged.text], [304, head.headers.etag, '']);
			});
		}
		test('a form is taken, and its cookie is for HTTPS alone', () => {
			const opened = ask('/behind-a-password', { args: ['-d', 'password=open+sesame'] });
			assert.equal(opened.status, 303, opened.text);
			assert.match(opened.headers['set-cookie'][0], /; Secure/i);
			assert.match(ask('/behind-a-password', { args: ['-b', opened.headers['set-cookie'][0].split(';')[0]] }).text, /zebrasecret/);
		});
		test('old protocols and ciphers are refused', () => {
			assert.equal(handshake('-tls1_3')[0], 'TLSv1.3');
			assert.match(handshake('-tls1_2')[1], /^ECDHE-ECDSA-(AES|CHACHA)/);
			assert.equal(handshake('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'), null);
			for (const cipher of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-SHA'])
				assert.equal(handshake('-tls1_2', '-cipher', cipher + ':@SECLEVEL=0'), null, cipher);
		});
		test('who has a secret address is in no log, on plain HTTP neither', async () => {
			const secret = 'Zs'.repeat(21) + 'Z';
			for (const scheme of ['http', 'https'])
				for (const address of [`/preview/${secret}`, `/admin/welcome/${secret}`]) ask(address, { scheme });
			web.kill(kind === 'nginx' ? 'SIGQUIT' : 'SIGTERM');
			await web.ended;
			const logs = fs.readdirSync(site.dir).filter((file) => file.endsWith('.log')).map((file) => fs.readFileSync(path.join(site.dir, file), 'utf8')).join('');
			if (kind === 'nginx') assert.match(logs, /GET \/the-quiet-press\?x=1 [^]*GET \/the-quiet-press H/);
			assert.ok(!logs.includes(secret), logs);
		});
	});
}

test('every file of tools/deploy knows its placeholders', () => {
	const values = Object.fromEntries(['RUN', 'USER', 'BIND', 'PORT', 'SITE', 'MOUNT', 'SOCKET', 'CERTIFICATE', 'KEY', 'PROGRAM', 'PROGRAM_DIR', 'DATA', 'PAGES', 'MEDIA', 'BUCKET', 'RESOLVER', 'CACHE'].map((v) => [v, 'x']));
	for (const file of fs.readdirSync(new URL('../../tools/deploy/', import.meta.url))) deployed(file, values);
});
