// servers.mjs: web servers, before Platen with the configuration of tools/deploy and, for the ceilings, with
// one of their own; and the floor responder. A server gives { origin, programs }.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './free_port.mjs';
import { accepting, start } from './processes.mjs';

const { PLATEN_TOP: top, PLATEN_BUILD: build } = process.env;
const env = (dir) => ({ PATH: `${process.env.PATH}:/usr/sbin`, HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir });

const nginx = (dir, conf) => ['nginx', ['-e', path.join(dir, 'nginx-error.log'), '-p', dir, '-c', conf]];
const lighttpd = (dir, conf) => ['lighttpd', ['-D', '-f', conf]];
const caddy = (dir, conf) => ['caddy', ['run', '--adapter', 'caddyfile', '--config', conf]];

const searched = `${process.env.PATH}:/usr/sbin`.split(':');
export const has = (program) => searched.some((dir) => fs.existsSync(path.join(dir, program)));

function fill(file, values) {
	return fs.readFileSync(path.join(top, 'tools/deploy', file), 'utf8').replace(/@([A-Z_]+)@/g, (_, name) => {
		if (!(name in values)) throw new Error(`${file} needs @${name}@`);
		return values[name];
	});
}

// A folder for a server, with the parts that its configuration includes, and what fills their placeholders.
async function place(parent, parts, given) {
	const dir = fs.mkdtempSync(path.join(parent, 'server-'));
	const values = { RUN: dir, BIND: '127.0.0.1', PORT: String(await freePort()), USER: os.userInfo().username, MOUNT: '', ...given };
	for (const folder of ['nginx', 'lighttpd', 'platen']) fs.mkdirSync(path.join(dir, folder));
	for (const part of parts) fs.writeFileSync(path.join(dir, 'platen', part), fill(part, values));
	return { dir, values };
}

async function serve(command, { dir, values }, text) {
	const conf = path.join(dir, 'server.conf');
	fs.writeFileSync(conf, text);
	const child = start(...command(dir, conf), { env: env(dir) });
	await accepting({ host: '127.0.0.1', port: Number(values.PORT) }, child);
	return { origin: `http://127.0.0.1:${values.PORT}`, programs: [child] };
}

// nginx before a FastCGI socket; with the page folder when `pages` names one.
export async function nginxBefore(dir, socket, pages) {
	const parts = ['nginx-upstream.conf', 'nginx-fastcgi.conf', 'nginx-site.conf', ...(pages ? ['nginx-pages.conf'] : [])];
	const at = await place(dir, parts, { SOCKET: socket, PAGES: pages });
	return serve(nginx, at, fill('nginx.conf', at.values));
}

// The ceiling: files of a folder, nothing to decide, descriptors kept, compressed copies taken as they are;
// the log as in tools/deploy. `headers`, pairs of name and value, come with each file.
export async function nginxFiles(dir, files, headers = []) {
	const at = await place(dir, [], {});
	const temporary = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map((name) => `\t${name}_temp_path ${at.dir}/nginx/${name};`);
	return serve(nginx, at, `daemon off;
user ${at.values.USER};
worker_processes auto;
pid ${at.dir}/nginx/nginx.pid;
events {
	worker_connections 1024;
}
http {
	default_type "text/html; charset=utf-8";
	server_tokens off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 100000;
	access_log ${at.dir}/nginx-access.log combined buffer=64k flush=1s;
${temporary.join('\n')}
	open_file_cache max=1000 inactive=60s;
	open_file_cache_valid 60s;
	server {
		listen 127.0.0.1:${at.values.PORT};
		root ${files};
		gzip_static on;
${headers.map(([name, value]) => `\t\tadd_header ${name} "${value}";`).join('\n')}
	}
}
`);
}

export async function caddyBefore(dir, socket, pages) {
	const at = await place(dir, ['caddy-site.conf', 'caddy-fastcgi.conf', 'caddy-pages.conf'],
		{ SOCKET: socket, PAGES: pages });
	return serve(caddy, at, fill('Caddyfile.local', at.values));
}

export async function caddyFiles(dir, files, headers = []) {
	const at = await place(dir, [], {});
	return serve(caddy, at, `{\n\tadmin off\n\tauto_https off\n}\nhttp://:${at.values.PORT} {\n\tbind 127.0.0.1\n` +
		headers.map(([name, value]) => `\theader ${name} "${value}"\n`).join('') +
		`\troot * ${files}\n\tfile_server {\n\t\tprecompressed br gzip\n\t}\n}\n`);
}

// lighttpd with a program as plain CGI: `program` is what it starts for each request, with `settings` in its
// environment.
export async function lighttpdCgi(dir, program, settings = {}) {
	const at = await place(dir, [], {});
	const folder = path.join(at.dir, 'cgi'), pairs = Object.entries(settings).map(([name, value]) => `"${name}" => "${value}"`);
	fs.mkdirSync(folder);
	fs.symlinkSync(program, path.join(folder, 'platen'));
	const given = pairs.length ? `server.modules += ( "mod_setenv" )\nsetenv.add-environment = ( ${pairs.join(', ')} )\n` : '';
	const server = await serve(lighttpd, at, fill('lighttpd-cgi.conf', { ...at.values, PROGRAM_DIR: folder }) + given);
	return { ...server, folder };
}

// The floor responder behind an nginx of its own that is configured as Platen's, answering `answer`, which is
// { headers, body } as fastcgi.mjs gives them.
export async function floor(dir, answer) {
	const at = fs.mkdtempSync(path.join(dir, 'floor-')), socket = path.join(at, 'floor.sock'), body = path.join(at, 'body');
	const lines = Object.entries(answer.headers).filter(([name]) => name !== 'content-length').map(([name, value]) => `${name}: ${value}`);
	fs.writeFileSync(body, answer.body);
	const child = start(path.join(build, 'tests/front/floor'), [socket, body, ...lines]);
	await accepting({ path: socket }, child);
	const server = await nginxBefore(dir, socket);
	return { origin: server.origin, programs: [...server.programs, child] };
}
