// deploy_systemd.test.mjs: the systemd units: their spelling, how much they leave open, and whether the program
// serves with what they leave it. systemd itself does not run here.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, form, openSite, program } from './harness.mjs';
import { accepting, holder, run } from './responder.mjs';
import { deployed, WebServer } from './webserver.mjs';

const units = ['platen.service', 'platen.socket', 'platen-cron.service', 'platen-cron.timer', 'platen-worker.service'];
const confined = fileURLToPath(new URL('../front/confined.py', import.meta.url));

// The units as they are, with this program in place of the installed one.
function written(dir, edit = (text) => text) {
	for (const unit of units) fs.writeFileSync(path.join(dir, unit), edit(deployed(unit, {}).replaceAll('/usr/local/bin/platen', program)));
	return units.map((unit) => path.join(dir, unit));
}
const analyze = (...args) => spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, SYSTEMD_LOG_LEVEL: 'warning' } });

describe('the systemd units', () => {
	let site, nginx, held, manager, told;
	before(async () => { site = await openSite('fastcgi', { posts: 3, serve: false }); });
	after(async () => {
		await nginx?.stop();
		held?.kill('SIGTERM');
		await held?.ended;
		manager?.kill('SIGTERM');
		await site?.stop();
	});

	test('are understood by systemd', () => {
		const right = analyze('verify', '--man=no', ...written(site.dir));
		assert.deepEqual([right.status, right.stdout + right.stderr], [0, '']);
		// The check sees what it is meant to see.
		const wrong = analyze('verify', '--man=no', ...written(site.dir, (text) => text.replace('ProtectSystem=', 'ProtectSysten=')));
		assert.match(wrong.stderr, /ProtectSysten/);
	});

	test('leave the programs little: an exposure of 1.0 of 10 at most, of 1.5 for who calls others', () => {
		const all = written(site.dir), [service] = all;
		for (const one of all.filter((file) => file.endsWith('.service'))) {
			const right = analyze('security', '--offline=true', `--threshold=${one.includes('worker') ? 15 : 10}`, '--no-pager', one);
			assert.equal(right.status, 0, right.stdout + right.stderr);
		}
		fs.writeFileSync(service, '[Service]\nExecStart=/bin/true\n');
		assert.notEqual(analyze('security', '--offline=true', '--threshold=10', '--no-pager', service).status, 0);
	});

	test('agree with each other and with nginx', () => {
		const service = deployed('platen.service', {}), socket = deployed('platen.socket', {});
		assert.match(service, /^Type=notify$/m);
		assert.match(service, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
		assert.match(service, /^Requires=platen\.socket$/m);
		assert.match(socket, /^ListenStream=\/run\/platen\/platen\.sock$/m);
		assert.match(socket, /^SocketMode=0660$/m);
		assert.match(deployed('platen.sysusers', {}), new RegExp(`^u ${service.match(/^User=(.*)$/m)[1]} - `, 'm'));
	});

	async function until(what, of, done) {
		for (const end = Date.now() + 60000; !done();) {
			assert.ok(Date.now() < end, `${what}: ${of.errors}`);
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
	}
	// Resolves when the manager was told `line` as often as `times`; what a program told last may come after its end.
	const notified = (line, times = 1, of = held) => until(`told ${line}`, of, () => told().filter((t) => t === line).length >= times);

	test('let the program start, serve, take forms, read its settings again and stop', async () => {
		const [service] = written(site.dir), socket = path.join(site.dir, 'platen.sock'), notify = path.join(site.dir, 'notify');
		manager = run('/usr/bin/python3', ['-uc', `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True: print(s.recv(4096).decode().replace("\\n", " "), file=sys.stderr)
`, notify]);
		told = () => manager.errors.split('\n').map((line) => line.replace(/ MONOTONIC_USEC=\d+$/, '')).filter(Boolean);
		while (!fs.existsSync(notify)) await new Promise((resolve) => setTimeout(resolve, 5));
		held = run(holder, [socket, '/usr/bin/python3', confined, service, program], { env: { ...site.env, NOTIFY_SOCKET: notify, PLATEN_LAME_DUCK: '0' } });
		await accepting({ path: socket }, held);
		await notified('READY=1');
		nginx = await WebServer.start('nginx', site.dir, { SOCKET: socket, PORT: site.port });
		const look = async () => {
			for (const address of ['/', '/the-quiet-press', '/search?q=platen', '/feed.xml', '/sitemap.xml', '/tag/letters', '/metrics', '/readyz'])
				assert.equal((await site.get(address)).status, 200, address);
			const [image] = (await site.get('/the-quiet-press')).text.match(/\/media\/[0-9a-f]{64}\/ink\.png/);
			assert.equal((await site.get(image, { headers: { range: 'bytes=1-3' } })).text, 'PNG');
			await eventually(() => site.get('/the-quiet-press', { headers: { 'accept-encoding': 'br' } }), (res) => res.headers['content-encoding'] === 'br');
			assert.equal((await site.get('/nothing-here')).status, 404);
			assert.equal((await site.get('/behind-a-password', form({ password: 'open sesame' }))).status, 303);
			assert.equal((await site.get('/behind-a-password', form({ password: 'x'.repeat(100000) }))).status, 413);
		};
		await look();
		held.kill('SIGHUP');
		await notified('RELOADING=1');
		await notified('READY=1', 2);
		await until('settings reloaded', held, () => /settings reloaded/.test(held.errors));
		await look();
		held.kill('SIGTERM');
		assert.equal(await held.ended, 0, held.errors);
		await notified('STOPPING=1');
		assert.deepEqual(told(), ['READY=1', 'RELOADING=1', 'READY=1', 'STOPPING=1']);
	});

	test('let the maintenance of the timer run', () => {
		const service = written(site.dir).find((file) => file.endsWith('platen-cron.service'));
		const res = spawnSync('/usr/bin/python3', [confined, service, program, 'hook', 'run', 'all'], { env: site.env, encoding: 'utf8' });
		assert.equal(res.status, 0, res.stderr);
		assert.ok(res.stdout.trim().split('\n').every((line) => JSON.parse(line).ok), res.stdout);
	});

	test('let the worker start, call the site, do jobs, say that it is alive and stop', async () => {
		const service = written(site.dir).find((file) => file.endsWith('platen-worker.service'));
		const before = told().length;
		execFileSync(program, ['config', 'set', 'cron', '{"publish":"@every 1s"}'], { env: site.env });
		const worker = run('/usr/bin/python3', [confined, service, program, 'worker'], { env: { ...site.env, NOTIFY_SOCKET: path.join(site.dir, 'notify'), WATCHDOG_USEC: '3000000' } });
		const now = () => told().slice(before);
		await until('alive', worker, () => now().filter((line) => line === 'WATCHDOG=1').length >= 3);
		// Only nginx is there still: that it was reached is what counts.
		await until('a call', worker, () => /task=publish .*the answer is 502/.test(worker.errors));
		const job = spawnSync(program, ['jobs', 'add', 'check'], { env: site.env, encoding: 'utf8' });
		assert.equal(job.status, 0, job.stderr);
		await until('a job', worker, () => JSON.parse(spawnSync(program, ['jobs', 'show', String(Number.parseInt(job.stdout, 10)), '--json'], { env: site.env, encoding: 'utf8' }).stdout).state === 'done');
		worker.kill('SIGTERM');
		assert.equal(await worker.ended, 0, worker.errors);
		await notified('STOPPING=1', 2, worker);
		assert.deepEqual(now().filter((line) => line !== 'WATCHDOG=1'), ['READY=1', 'STOPPING=1']);
	});

	test('and end a program that does more than that', () => {
		const [service] = written(site.dir);
		for (const more of ['import os; os.sched_setaffinity(0, [0])', 'import socket; socket.socket(socket.AF_INET)'])
			assert.equal(spawnSync('/usr/bin/python3', [confined, service, '/usr/bin/python3', '-c', more]).signal, 'SIGSYS', more);
	});
});
