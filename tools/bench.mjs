// bench.mjs: the measurements of tools/bench. Everything runs on this machine, alternating, in one run.
//
// Rates depend on the machine; what counts are ratios and CPU time per request. CPU time is what the
// kernel charged to all threads of the server (schedstat), so waiting and the client cost nothing. Requests
// carry no Accept-Encoding: nothing is compressed, and nothing is kept from one request to the next.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const build = process.env.PLATEN_BUILD;
const top = process.env.PLATEN_TOP;
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 5;
const REQUESTS = quick ? 400 : 1000;
const LIMIT_MS = quick ? 90_000 : 600_000;
const platen = path.join(build, 'platen');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-bench-'));
const servers = [];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const spread = (list, digits = 0) => `${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)}`;

function environment(dir) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([k]) => !k.startsWith('PLATEN_')));
  return { ...clean, PLATEN_DATA: dir, PLATEN_URL: 'http://localhost:8080', PLATEN_THEMES: `${top}/templates/site`,
    PLATEN_LANG: `${top}/templates/lang`, PLATEN_SCHEMA: `${top}/schema`, PLATEN_ASSETS: `${top}/assets`,
    PLATEN_LOG_LEVEL: 'error' };
}

function run(dir, ...args) {
  const done = spawnSync(platen, args, { env: environment(dir), encoding: 'utf8', timeout: LIMIT_MS });
  if (done.status !== 0) throw new Error(`platen ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

// A site with that many posts, made by the seed program through the same store functions as saving.
function makeSite(posts) {
  const dir = path.join(work, `site-${posts}`);
  run(dir, 'init');
  const done = spawnSync(path.join(build, 'tests/seed'), [String(posts)], { env: environment(dir), encoding: 'utf8', timeout: LIMIT_MS });
  if (done.status !== 0) throw new Error(`seed: ${done.stderr}`);
  return dir;
}

function begin(dir) {
  const socket = path.join(dir, 'bench.sock');
  const started = process.hrtime.bigint();
  const child = spawn(platen, ['serve', '--listen', `unix:${socket}`], { env: environment(dir), stdio: ['ignore', 'ignore', 'inherit'] });
  servers.push(child);
  return { child, socket, started };
}

async function connect(socket) {
  for (let i = 0; i < 500; i++) {
    try {
      return await new Promise((resolve, reject) => {
        const c = net.connect(socket, () => resolve(c));
        c.once('error', reject);
      });
    } catch { await new Promise((r) => setTimeout(r, 2)); }
  }
  throw new Error(`nothing listens on ${socket}`);
}

const record = (type, body) => {
  const head = Buffer.alloc(8);
  head[0] = 1; head[1] = type; head[3] = 1;
  head.writeUInt16BE(body.length, 4);
  return Buffer.concat([head, body]);
};
const length = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([0x80 | (n >>> 24), n >>> 16, n >>> 8, n]));
function request(target) {
  const [script, query = ''] = target.split('?');
  const params = { REQUEST_METHOD: 'GET', REQUEST_URI: target, SCRIPT_NAME: '', PATH_INFO: script, QUERY_STRING: query,
    SERVER_PROTOCOL: 'HTTP/1.1', GATEWAY_INTERFACE: 'CGI/1.1', REMOTE_ADDR: '127.0.0.1', HTTP_HOST: 'localhost',
    HTTP_USER_AGENT: 'bench', HTTP_ACCEPT: 'text/html' };
  const pairs = Object.entries(params).flatMap(([k, v]) => [length(k.length), length(Buffer.byteLength(v)), Buffer.from(k), Buffer.from(v)]);
  return Buffer.concat([record(1, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])), record(4, Buffer.concat(pairs)),
    record(4, Buffer.alloc(0)), record(5, Buffer.alloc(0))]);
}

// One request on a kept connection; resolves with the answer's first line and length.
function ask(conn, bytes) {
  return new Promise((resolve, reject) => {
    let rest = Buffer.alloc(0), total = 0, first = '';
    const data = (chunk) => {
      rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
      while (rest.length >= 8) {
        const size = rest.readUInt16BE(4), whole = 8 + size + rest[6];
        if (rest.length < whole) return;
        if (rest[1] === 6 && size) { if (!first) first = rest.toString('latin1', 8, 8 + Math.min(size, 40)).split('\r\n')[0]; total += size; }
        const end = rest[1] === 3;
        rest = rest.subarray(whole);
        if (end) { conn.off('data', data); conn.off('close', gone); resolve({ first, total }); return; }
      }
    };
    const gone = () => reject(new Error('the connection was closed'));
    conn.on('data', data);
    conn.once('close', gone);
    conn.write(bytes);
  });
}

const cpuUs = (pid) => fs.readdirSync(`/proc/${pid}/task`)
  .reduce((sum, t) => sum + Number(fs.readFileSync(`/proc/${pid}/task/${t}/schedstat`, 'utf8').split(' ')[0]) / 1000, 0);
const pssMb = (pid) => Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;

// Mean CPU and wall time of `count` requests to the targets in turn.
async function measure(site, targets, count, status = 200) {
  const bytes = targets.map(request);
  const cpu = cpuUs(site.child.pid), wall = process.hrtime.bigint();
  for (let i = 0; i < count; i++) {
    const got = await ask(site.conn, bytes[i % bytes.length]);
    if (!got.first.includes(String(status))) throw new Error(`${targets[i % targets.length]}: ${got.first}`);
  }
  return { cpu: (cpuUs(site.child.pid) - cpu) / count, wall: Number(process.hrtime.bigint() - wall) / 1000 / count };
}

async function open(posts) {
  const dir = makeSite(posts);
  const site = { posts, dir, ...begin(dir) };
  site.conn = await connect(site.socket);
  await ask(site.conn, request('/'));
  return site;
}

async function stop(site) {
  site.conn.destroy();
  site.child.kill('SIGTERM');
  await new Promise((resolve) => site.child.once('exit', resolve));
}

const rows = [];
const row = (subject, value, detail, target = '', good = true) => {
  rows.push({ subject, value, detail, target, good });
  console.log(`${good ? ' ' : '!'} ${subject.padEnd(44)} ${value.padStart(12)}   ${detail}${target ? `   (target ${target})` : ''}`);
};
const us = (list) => `${median(list).toFixed(0)} us CPU`;
const number = (n) => String(n).replace(/(\d)(?=(\d{3})+$)/g, '$1 ');
const posts = Array.from({ length: 200 }, (_, i) => `/post-${i * 4 + 1}`);

async function pages(small, middle, large) {
  const cases = [['home', ['/']], ['tag page', ['/tag/tag-1']], ['Atom feed', ['/feed.xml']], ['archive', ['/archive']]]
    .map(([name, targets]) => ({ name, targets, of: { small: [], large: [] } }));
  const post = [], missing = [];
  for (let r = 0; r < ROUNDS; r++) {
    post.push((await measure(middle, posts, REQUESTS)).cpu);
    missing.push((await measure(middle, ['/there-is-no-such-post'], REQUESTS, 404)).cpu);
    for (const one of cases) {
      one.of.small.push((await measure(small, one.targets, REQUESTS / 4)).cpu);
      one.of.large.push((await measure(large, one.targets, REQUESTS / 4)).cpu);
    }
  }
  row('uncached post page, 10 000 posts', us(post), spread(post), '150 us', median(post) <= 150);
  row('address that is not there', us(missing), spread(missing));
  for (const { name, of } of cases) {
    const ratio = median(of.large) / median(of.small);
    row(`${name}, ${number(large.posts)} posts`, us(of.large), spread(of.large));
    row(`${name}, against 1 000 posts`, `${ratio.toFixed(2)} times`, us(of.small), '1.3 times', ratio <= 1.3);
  }
}

async function search(large) {
  const words = Object.entries(JSON.parse(fs.readFileSync(path.join(large.dir, 'seed.json'), 'utf8')));
  const wall = words.map(() => []);
  for (let r = 0; r < ROUNDS; r++)
    for (const [i, [, word]] of words.entries())
      wall[i].push((await measure(large, [`/search?q=${encodeURIComponent(word)}`], 10)).wall / 1000);
  for (const [i, [name]] of words.entries())
    row(`search in ${number(large.posts)} posts: ${name}`, `${median(wall[i]).toFixed(1)} ms`, spread(wall[i], 1), '20 ms',
      median(wall[i]) <= 20);
}

// All workers at once, so that each has its connection to the database and its caches.
async function memory(site) {
  const targets = [...posts, '/', '/feed.xml', '/search?q=every', '/tag/tag-1', '/sitemap.xml'].map(request);
  await Promise.all(Array.from({ length: 16 }, async (_, n) => {
    const conn = await connect(site.socket);
    for (let i = 0; i < 100; i++) await ask(conn, targets[(i * 16 + n) % targets.length]);
    conn.destroy();
  }));
  const mb = pssMb(site.child.pid);
  row('memory with all workers used, 10 000 posts', `${mb.toFixed(1)} MB`, 'PSS', '20 MB', mb < 20);
}

function importing() {
  const source = path.join(work, 'markdown'), times = [];
  spawnSync(path.join(build, 'tests/seed'), ['--markdown', source, '1000'], { stdio: 'inherit' });
  for (let r = 0; r < ROUNDS; r++) {
    const dir = path.join(work, `import-${r}`);
    run(dir, 'init');
    const from = process.hrtime.bigint();
    run(dir, 'import', source);
    times.push(Number(process.hrtime.bigint() - from) / 1e9);
  }
  row('import of a folder of 1 000 posts', `${median(times).toFixed(2)} s`, spread(times, 2), '3 s', median(times) <= 3);
}

async function starting(dir) {
  const times = [];
  for (let r = 0; r < ROUNDS; r++) {
    const site = begin(dir);
    site.conn = await connect(site.socket);
    await ask(site.conn, request('/post-1'));
    times.push(Number(process.hrtime.bigint() - site.started) / 1e6);
    await stop(site);
  }
  row('start to first answer, 10 000 posts', `${median(times).toFixed(0)} ms`, spread(times), '50 ms', median(times) <= 50);
}

// User and system time of all children that were waited for, in clock ticks of 10 ms.
const childrenMs = () => {
  const fields = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
};

function plainCgi(dir) {
  const count = quick ? 30 : 100, times = [];
  const env = { ...environment(dir), GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'GET', SCRIPT_NAME: '', PATH_INFO: '/post-1',
    REQUEST_URI: '/post-1', QUERY_STRING: '', SERVER_PROTOCOL: 'HTTP/1.1', REMOTE_ADDR: '127.0.0.1' };
  for (let r = 0; r < ROUNDS; r++) {
    const before = childrenMs();
    for (let i = 0; i < count; i++) {
      const done = spawnSync(platen, [], { env, encoding: 'utf8', input: '' });
      if (!done.stdout.startsWith('Status: 200')) throw new Error(`CGI: ${done.stdout.slice(0, 200)}${done.stderr}`);
    }
    times.push((childrenMs() - before) / count);
  }
  row('a post page by plain CGI, 10 000 posts', `${median(times).toFixed(1)} ms CPU`, spread(times, 1));
}

const has = (program) => (process.env.PATH + ':/usr/sbin').split(':').some((dir) => fs.existsSync(path.join(dir, program)));
const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

async function startNginx(site, port) {
  const dir = path.join(work, 'nginx');
  fs.mkdirSync(path.join(dir, 'static'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `daemon off; master_process off; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 256; }
http { access_log off; client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f;
uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s; default_type text/html;
upstream platen { server unix:${site.socket}; keepalive 16; }
server { listen 127.0.0.1:${port}; location /static/ { root ${dir}; }
location / { fastcgi_pass platen; fastcgi_keep_conn on; fastcgi_param REQUEST_METHOD $request_method;
fastcgi_param REQUEST_URI $request_uri; fastcgi_param PATH_INFO $uri; fastcgi_param SCRIPT_NAME "";
fastcgi_param QUERY_STRING $query_string; fastcgi_param SERVER_PROTOCOL $server_protocol;
fastcgi_param GATEWAY_INTERFACE CGI/1.1; fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param HTTP_HOST $host; } } }
`);
  servers.push(spawn('nginx', ['-p', dir, '-e', path.join(dir, 'error.log'), '-c', path.join(dir, 'nginx.conf')],
    { stdio: 'ignore', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }));
  for (let i = 0; i < 200; i++) {
    try {
      const got = await fetch(`http://127.0.0.1:${port}/post-1`, { headers: { 'accept-encoding': 'identity' } });
      if (!got.ok) throw new Error(`status ${got.status}`);
      fs.writeFileSync(path.join(dir, 'static/page.html'), Buffer.from(await got.arrayBuffer()));
      return;
    } catch { await new Promise((r) => setTimeout(r, 10)); }
  }
  throw new Error('nginx does not answer');
}

// The whole way through nginx, against nginx with a file of the same bytes. wrk, nginx and Platen share the machine.
async function throughNginx(site) {
  if (!has('nginx') || !has('wrk')) {
    console.log('  through nginx: not measured, it needs nginx and wrk');
    return;
  }
  const port = await freePort(), rates = { page: [], file: [] }, cpu = [];
  await startNginx(site, port);
  const slice = (target) => {
    const done = spawnSync('wrk', ['-t1', '-c8', quick ? '-d1s' : '-d2s', `http://127.0.0.1:${port}${target}`], { encoding: 'utf8' });
    const found = /(\d+) requests in ([\d.]+)(m?)s/.exec(done.stdout);
    if (!found || /Non-2xx/.test(done.stdout)) throw new Error(`wrk: ${done.stdout}${done.stderr}`);
    return { count: Number(found[1]), rate: Number(found[1]) / (Number(found[2]) / (found[3] ? 1000 : 1)) };
  };
  for (let r = 0; r < ROUNDS; r++) {
    rates.file.push(slice('/static/page.html').rate);
    const before = cpuUs(site.child.pid), page = slice('/post-1');
    rates.page.push(page.rate);
    cpu.push((cpuUs(site.child.pid) - before) / page.count);
  }
  row('through nginx: a post page', `${median(rates.page).toFixed(0)} a second`, `${spread(rates.page)}; ${us(cpu)} of ours a page`);
  row('nginx alone: a file of the same bytes', `${median(rates.file).toFixed(0)} a second`, spread(rates.file));
}

function cleanUp() {
  for (const child of servers) child.kill('SIGTERM');
  fs.rmSync(work, { recursive: true, force: true });
}
const giveUp = (why) => () => {
  console.error(`bench: ${why}`);
  cleanUp();
  process.exit(1);
};
setTimeout(giveUp('took too long'), LIMIT_MS).unref();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, giveUp('stopped'));

try {
  console.log(`${os.cpus().length} processors, median of ${ROUNDS} rounds and the spread`);
  const small = await open(1000), middle = await open(10000), large = await open(quick ? 20000 : 100000);
  await pages(small, middle, large);
  await search(large);
  await stop(small);
  await stop(large);
  await memory(middle);
  await throughNginx(middle);
  await stop(middle);
  await starting(middle.dir);
  plainCgi(middle.dir);
  importing();
  fs.writeFileSync(path.join(build, 'bench.json'), `${JSON.stringify({ date: new Date().toISOString(), cpus: os.cpus().length, rows }, null, 2)}\n`);
  process.exitCode = rows.every((one) => one.good) ? 0 : 1;
} finally {
  cleanUp();
}
