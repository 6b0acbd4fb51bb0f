// content.test.mjs: post, search, import, export: what is written, found, taken in and given out.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Place, source } from './cli.mjs';

let place;
before(() => { place = Place.site(); });
after(() => place.release());

const add = (title, text, ...options) => {
	const [, id, address] = place.done('post', 'add', '--title', title, ...options, '-', { input: text }).match(/^(\d+) (\S+)\n$/);
	return { id, address };
};
const show = (which) => place.done('post', 'show', which);
const list = (...options) => place.done('post', 'list', ...options);
// The line of a post in the list: kind, status, address, title.
const line = (id) => list().split('\n').find((text) => text.trim().startsWith(`${id} `))?.trim().split(/\s{1,}/);

// A command that fails with status 1, says why in one line, and leaves the list and the post as they were.
function refused(which, args, message, options) {
	const old = [list(), which && show(which)];
	const { status, out, err } = place.run(args, options);
	assert.equal(status, 1, `${args.join(' ')}: ${out}${err}`);
	assert.equal(out, '');
	assert.match(err, /^platen: [^\n]+\n$/);
	assert.match(err, message);
	assert.deepEqual([list(), which && show(which)], old);
}

describe('post', () => {
	test('add gives number and address; what is written comes back to the byte', () => {
		const text = 'Ein *Text* mit Maß.\n\n- a\r\n- b\n';
		const { id, address } = add('Größe zählt', text);
		assert.equal(address, 'https://example.org/grosse-zahlt');
		for (const which of [id, '/grosse-zahlt', 'grosse-zahlt']) assert.equal(show(which), text);
		assert.deepEqual(line(id).slice(1, 4), ['post', 'draft', '/grosse-zahlt']);
	});
	test('add takes all its options', () => {
		const { id } = add('A page', 'Text\n', '--slug', 'own-slug', '--tag', 'One', '--tag=Two', '--author', 'Ada', '--status', 'published', '--kind', 'page', '--at',
			'2020-02-03 04:05', '--lang', 'de', '--visibility', 'unlisted');
		assert.deepEqual(line(id).slice(1, 4), ['page', 'published', '/own-slug']);
		assert.match(list('--kind', 'page'), /own-slug/);
		assert.doesNotMatch(list('--kind', 'page'), /grosse/);
		assert.doesNotMatch(list('--status', 'draft'), /own-slug/);
	});
	test('edit changes what is given and nothing else', () => {
		const { id } = add('Before', 'Old text.\n', '--tag', 'Kept');
		place.done('post', 'edit', id, '--title', 'After');
		assert.equal(show(id), 'Old text.\n');
		assert.match(list(), /After/);
		place.done('post', 'edit', 'before', '-', { input: 'New text.\n' });
		assert.equal(show(id), 'New text.\n');
		assert.match(list(), /After/);
	});
	test('people of one name are told apart', () => {
		for (const email of ['t1@example.org', 't2@example.org']) place.done('user', 'add', '--name', 'Toni', email);
		const { id } = add('By a twin', 'Text.\n', '--author', 'Toni (toni-2)');
		place.done('post', 'edit', id, '--title', 'Still by a twin');
		const one = (...args) => place.run(['post', 'edit', ...args]);
		assert.equal(one(id, '--author', 'Toni').status, 0); /* he is its author */
		const { status, err } = one('own-slug', '--author', 'Toni');
		assert.notEqual(status, 0);
		assert.match(err, /several people are called 'Toni'/);
	});
	test('publish, unpublish, trash, restore and delete, by number, slug or address', () => {
		const { id } = add('Life of a post', 'Text.\n');
		const steps = [['publish', 'life-of-a-post', 'published'], ['unpublish', '/life-of-a-post', 'draft'], ['publish', id, 'published'],
			['trash', 'life-of-a-post', 'trash'], ['restore', 'life-of-a-post', 'draft'], ['trash', '/life-of-a-post', 'trash'], ['restore', id, 'draft'],
			['trash', id, 'trash']];
		for (const [action, which, status] of steps) {
			place.done('post', action, which);
			assert.equal(line(id)[2], status, `${action} ${which}`);
		}
		place.done('post', 'delete', 'life-of-a-post');
		assert.equal(line(id), undefined);
	});
	describe('a failure says why and leaves everything as it was', () => {
		let kept;
		before(() => { kept = add('Kept', 'Kept text.\n', '--status', 'published').id; });
		const table = [
			[['add', '--title', 'X', '/nonexistent.md'], /cannot open '\/nonexistent\.md'/], [['add', '--title', 'X', '/'], /'\/'/],
			[['add', '--title', 'X', '--slug', 'kept', '-'], /'\/kept' is taken/], [['add', '--title', 'X', '--slug', 'A/b', '-'], /slug 'A\/b'/],
			[['add', '--title', 'X', '--at', 'yesterday', '-'], /'yesterday' is not a date/], [['add', '--title', 'X', '--status', 'trash', '-'], /trash/],
			[['add', '--title', 'X', '--visibility', 'password', '-'], /needs a password/], [['add', '--title', 'X', '--lang', 'x y', '-'], /x y/],
			[['add', '--title', 'X', '--password-file', '/nonexistent', '-'], /\/nonexistent/], [['add', '--title', 'x'.repeat(10000), '-'], /title/],
			[['edit', 'kept', '/nonexistent.md'], /\/nonexistent\.md/], [['edit', 'kept', '--slug', '-'], /slug/], [['edit', 'kept', '--at', '2020-99-99'], /2020-99-99/],
			[['publish', 'kept', '--at', 'soon'], /'soon'/], [['edit', 'nothing', '-'], /there is no post or page 'nothing'/], [['delete', 'kept'], /not in the trash/],
			...['show', 'publish', 'unpublish', 'trash', 'restore', 'delete'].map((action) => [[action, '/not/there'], /there is no post or page '\/not\/there'/]),
			[['restore', 'kept'], /./], [['show', '99999999999999999999'], /there is no post/],
		];
		for (const [args, message] of table)
			test(`post ${args.join(' ').slice(0, 60)}`, () => refused(kept, ['post', ...args], message, { input: 'Other text.\n' }));
		test('a text that is not UTF-8', () => refused(kept, ['post', 'edit', 'kept', '-'], /UTF-8/, { input: Buffer.from([0x61, 0xff]) }));
		test('a text that is too large', () => refused(kept, ['post', 'edit', 'kept', '-'], /./, { input: 'x'.repeat((8 << 20) + 1) }));
	});
});

describe('search', () => {
	before(() => {
		add('Letterpress', 'A platen press makes a quiet impression on paper.\n', '--status', 'published');
		add('Hidden draft', 'zebradraft impression\n');
	});
	test('finds what a visitor would find, with the words marked', () => {
		const out = place.done('search', 'quiet', 'impression');
		assert.match(out, /^\/letterpress$/m);
		assert.match(out, /\*quiet\* \*impression\*/);
		assert.match(out, /^1 found$/m);
		assert.equal(place.done('search', 'zebradraft'), '0 found\n');
	});
	test('corrects a typing error and says so', () => {
		const out = place.done('search', 'imprssion');
		assert.match(out, /^nothing found; showing results for 'impression'$/m);
		assert.match(out, /^\/letterpress$/m);
	});
	test('takes the syntax of no engine', () => {
		for (const words of ['"', 'NEAR(', 'a AND', '*', "';--"]) assert.match(place.done('search', words), /found\n$/);
	});
});

describe('import and export', () => {
	const tree = (dir) => Object.fromEntries(fs.readdirSync(dir, { recursive: true }).map(String).sort()
		.filter((name) => fs.statSync(path.join(dir, name)).isFile()).map((name) => [name, fs.readFileSync(path.join(dir, name), 'latin1')]));
	const other = () => {
		const own = Place.site();
		after(() => own.release());
		return own;
	};

	test('a folder goes in and comes out; again and in another site it is the same to the byte', () => {
		const [first, second] = [other(), other()];
		const one = path.join(first.dir, 'one'), two = path.join(second.dir, 'two');
		first.done('import', path.join(source, 'tests/data/site'));
		const posts = first.done('post', 'list');
		first.done('import', path.join(source, 'tests/data/site'));
		assert.equal(first.done('post', 'list').split('\n').length, posts.split('\n').length);
		assert.match(first.done('export', one), /^\d+ posts, \d+ pages, \d+ media files in /);
		second.done('import', one);
		second.done('export', two);
		assert.ok(Object.keys(tree(one)).length > 10);
		assert.deepEqual(tree(two), tree(one));
	});
	test('--dry-run reports and writes nothing', () => {
		const own = other();
		assert.match(own.done('import', '--dry-run', path.join(source, 'tests/data/site')), /\d/);
		assert.equal(own.done('post', 'list'), '');
		assert.equal(typeof JSON.parse(own.done('import', '--json', '--dry-run', path.join(source, 'tests/data/site'))), 'object');
	});
	test('a folder that is not there, and an export over something, fail and leave all as it was', () => {
		const own = other();
		const there = path.join(own.dir, 'there');
		fs.mkdirSync(there);
		fs.writeFileSync(path.join(there, 'mine.txt'), 'mine');
		for (const [args, message] of [[['import', path.join(own.dir, 'nowhere')], /'[^']*nowhere'/], [['export', there], /there/], [['export', '/proc/platen-export'], /\/proc\/platen-export/]]) {
			const { status, out, err } = own.run(args);
			assert.deepEqual([status, out], [1, '']);
			assert.match(err, message);
		}
		assert.deepEqual(tree(there), { 'mine.txt': 'mine' });
	});
});
