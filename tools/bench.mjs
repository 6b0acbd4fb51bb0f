// bench.mjs: the measurements of tools/bench. Everything runs on this machine, alternating, in one run.
//
// Rates depend on the machine; what counts are ratios and CPU time per request. CPU time is what the
// kernel charged to all threads of the server (schedstat), so waiting and the client cost nothing.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const build = process.env.PLATEN_BUILD;
const top = process.env.PLATEN_TOP;
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 5;
const REQUESTS = quick ? 200 : 1000;
const platen = path.join(build, 'platen');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'platen-bench-'));
const servers = [];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const spread = (list) => `${Math.min(...list).toFixed(1)} to ${Math.max(...list).toFixed(1)}`;

function environment(dir) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([k]) => !k.startsWith('PLATEN_')));
  return { ...clean, PLATEN_DATA: dir, PLATEN_URL: 'http://localhost:8080', PLATEN_THEMES: `${top}/templates/site`,
    PLATEN_LANG: `${top}/templates/lang`, PLATEN_SCHEMA: `${top}/schema`, PLATEN_ASSETS: `${top}/assets`,
    PLATEN_LOG_LEVEL: 'error' };
}

function run(dir, ...args) {
  const done = spawnSync(platen, args, { env: environment(dir), encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`platen ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

// A site with that many posts, made by the seed program through the same store functions as saving.
function makeSite(posts) {
  const dir = path.join(work, `site-${posts}`);
  run(dir, 'init');
  const done = spawnSync(path.join(build, 'tests/seed'), [String(posts)], { env: environment(dir), encoding: 'utf8' });
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
async function measure(site, targets, count) {
  const bytes = targets.map(request);
  const cpu = cpuUs(site.child.pid), wall = process.hrtime.bigint();
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    const one = process.hrtime.bigint();
    const got = await ask(site.conn, bytes[i % bytes.length]);
    slowest = Math.max(slowest, Number(process.hrtime.bigint() - one) / 1000);
    if (!got.first.includes('200')) throw new Error(`${targets[i % targets.length]}: ${got.first}`);
  }
  return { cpu: (cpuUs(site.child.pid) - cpu) / count, wall: Number(process.hrtime.bigint() - wall) / 1000 / count, slowest };
}

async function open(posts) {
  const dir = makeSite(posts);
  const site = { posts, dir, ...begin(dir) };
  site.conn = await connect(site.socket);
  await ask(site.conn, request('/'));
  return site;
}

const rows = [];
const row = (subject, value, detail, target, good) => {
  rows.push({ subject, value, detail, target, good });
  console.log(`${good ? ' ' : '!'} ${subject.padEnd(46)} ${value.padStart(12)}   ${detail}${target ? `   (target ${target})` : ''}`);
};

async function pages(small, middle, large) {
  const posts = Array.from({ length: 200 }, (_, i) => `/post-${i * 4 + 1}`);
  const cpu = [];
  for (let r = 0; r < ROUNDS; r++) cpu.push((await measure(middle, posts, REQUESTS)).cpu);
  row('uncached post page, 10 000 posts', `${median(cpu).toFixed(0)} us CPU`, `${spread(cpu)}`, '150 us', median(cpu) <= 150);
  for (const [name, target] of [['home', '/'], ['tag page', '/tag/tag-1'], ['feed', '/feed.xml'], ['archive month', '/archive/2020/01']]) {
    const a = [], b = [];
    for (let r = 0; r < ROUNDS; r++) {
      a.push((await measure(small, [target], REQUESTS / 4)).cpu);
      b.push((await measure(large, [target], REQUESTS / 4)).cpu);
    }
    const ratio = median(b) / median(a);
    row(`${name}, 100 000 against 1 000 posts`, `${ratio.toFixed(2)} times`, `${median(b).toFixed(0)} and ${median(a).toFixed(0)} us CPU`,
      name === 'archive month' ? '' : '1.3', name === 'archive month' || ratio <= 1.3);
  }
}

async function search(large) {
  const words = JSON.parse(fs.readFileSync(path.join(large.dir, 'seed.json'), 'utf8'));
  for (const [name, word] of Object.entries(words)) {
    const got = [];
    for (let r = 0; r < ROUNDS; r++) got.push((await measure(large, [`/search?q=${encodeURIComponent(word)}`], 10)).wall / 1000);
    row(`search, 100 000 posts: ${name}`, `${median(got).toFixed(1)} ms`, `${spread(got)}`, '20 ms', median(got) <= 20);
  }
}

function importing() {
  const source = path.join(work, 'markdown'), times = [];
  spawnSync(path.join(build, 'tests/seed'), ['--markdown', source, '1000'], { stdio: 'inherit' });
  for (let r = 0; r < 3; r++) {
    const dir = path.join(work, `import-${r}`);
    run(dir, 'init');
    const from = process.hrtime.bigint();
    run(dir, 'import', source);
    times.push(Number(process.hrtime.bigint() - from) / 1e9);
  }
  row('import of 1 000 posts', `${median(times).toFixed(2)} s`, spread(times), '3 s', median(times) <= 3);
}

async function starting(dir) {
  const times = [];
  for (let r = 0; r < ROUNDS; r++) {
    const site = begin(dir);
    const conn = await connect(site.socket);
    await ask(conn, request('/post-1'));
    times.push(Number(process.hrtime.bigint() - site.started) / 1e6);
    conn.destroy();
    site.child.kill('SIGTERM');
    await new Promise((resolve) => site.child.once('exit', resolve));
  }
  row('start to first answer, 10 000 posts', `${median(times).toFixed(0)} ms`, spread(times), '50 ms', median(times) <= 50);
}

try {
  console.log(`${os.cpus().length} processors, ${ROUNDS} rounds, median`);
  const small = await open(1000), middle = await open(10000), large = await open(quick ? 20000 : 100000);
  await pages(small, middle, large);
  await search(large);
  const mb = pssMb(middle.child.pid);
  row('memory after these requests, 10 000 posts', `${mb.toFixed(1)} MB`, 'PSS', '20 MB', mb < 20);
  middle.conn.destroy();
  middle.child.kill('SIGTERM');
  await new Promise((resolve) => middle.child.once('exit', resolve));
  await starting(middle.dir);
  importing();
  fs.writeFileSync(path.join(build, 'bench.json'), `${JSON.stringify({ date: new Date().toISOString(), cpus: os.cpus().length, rows }, null, 2)}\n`);
} finally {
  for (const child of servers) child.kill('SIGKILL');
  fs.rmSync(work, { recursive: true, force: true });
}
