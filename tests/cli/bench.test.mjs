// bench.test.mjs: what tools/bench calculates: medians, targets, what wrk and the kernel say. Nothing is timed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, median, met, number, parseStat, parseWrk, spread, targetText } from '../../tools/measure/figures.mjs';

const wrk = (lines = '') => `Running 1s test @ http://127.0.0.1:18999/x
  2 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.88ms    6.44ms  57.15ms   95.28%
    Req/Sec    34.62k     9.27k   46.40k    75.00%
  Latency Distribution
     50%    1.29ms
     75%    2.05ms
     90%    3.80ms
     99%   41.22ms
  69076 requests in 2.00s, 822.26MB read
${lines}Requests/sec:  33902.95
Transfer/sec:    403.57MB
`;

test('the median is the middle one, or between the two in the middle, and leaves its list alone', () => {
	const list = [5, 1, 100];
	assert.equal(median(list), 5);
	assert.deepEqual(list, [5, 1, 100]);
	assert.equal(median([10, 2, 4, 1]), 3);
	assert.equal(median([7]), 7);
	assert.throws(() => median([]));
	assert.equal(mean([1, 2, 6]), 3);
});

test('a target is met at its limit', () => {
	for (const [value, target, expected] of [
		[0.85, { atLeast: 0.85, stretch: 0.95 }, true], [0.84, { atLeast: 0.85 }, false], [3.3, { atMost: 3.3 }, true],
		[3.31, { atMost: 3.3 }, false], [0, { atMost: 0 }, true],
	]) assert.equal(met(value, target), expected, `${value} ${JSON.stringify(target)}`);
	assert.throws(() => met(1, {}));
	assert.throws(() => met(1, { atleast: 2 }));
	assert.equal(targetText({ atLeast: 0.85, stretch: 0.95 }), '≥ 0.85, stretch 0.95');
	assert.equal(targetText({ atMost: 20 }), '≤ 20');
});

test('numbers are written with the digits that count', () => {
	for (const [value, text] of [[0.876, '0.88'], [12.34, '12.3'], [123.4, '123'], [999.6, '1000'], [1234567.8, '1 234 568']])
		assert.equal(number(value), text);
	assert.equal(spread([3, 1, 2]), '1.00 to 3.00');
	assert.equal(spread([3]), '');
});

test('wrk\'s rate and 99th percentile are read in its units', () => {
	assert.deepEqual(parseWrk(wrk()), { count: 69076, rate: 34538, p99_us: 41220 });
	assert.equal(parseWrk(wrk().replace('41.22ms', '812.00us')).p99_us, 812);
	assert.equal(parseWrk(wrk().replace('41.22ms', '1.50s')).p99_us, 1500000);
	assert.equal(parseWrk(wrk().replace('in 2.00s', 'in 500.00ms')).rate, 138152);
});

test('a slice with failures measures nothing', () => {
	assert.throws(() => parseWrk(wrk('  Non-2xx or 3xx responses: 12\n')), /Non-2xx/);
	assert.throws(() => parseWrk(wrk('  Socket errors: connect 0, read 3, write 0, timeout 0\n')), /Socket errors/);
	assert.throws(() => parseWrk(wrk().replace('69076 requests', '0 requests')));
	assert.throws(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused'));
});

test('a process\'s group and times are found behind any name', () => {
	const line = (name) => `4009 (${name}) S 4000 4001 2050 0 -1 4194304 101 0 0 0 11 22 33 44 20 0 1 0 2415499 2998272 415\n`;
	for (const name of ['nginx', 'a b', ') S 1 2 (', '((']) assert.deepEqual(parseStat(line(name)), { group: 4001, ticks: 110 });
});
