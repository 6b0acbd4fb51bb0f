/* store_redirect.c: tests of finding redirects by a part of an address, and of counting who follows them. */
#include "store_fixture.h"

#include <ctype.h>

#include "base/clock.h"
#include "store/expiry.h"
#include "store/redirect.h"
#include "store/redirect_hit.h"

#define MANY 2600 /* more than are put in order at once */

static void put(struct fixture *f, struct db_tx *tx, struct str from, struct str to, int64_t post_id)
{
	struct redirect r = { .from_path = from, .to_path = to, .post_id = post_id, .status = 301, .created_ms = NOW };
	assert_ok(redirect_put(tx, &r, &f->err), &f->err);
}

static bool contains(struct str text, struct str part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (str_ieq(str_sub(text, i, i + part.n), part))
			return true;
	return false;
}

/* Page by page, as the plain walk over all of them would have it. */
static size_t check_part(struct fixture *f, struct str part, int64_t page)
{
	struct redirects_aimed all, found = { NULL, 0 };
	struct str after = STR("");
	size_t at = 0, hits = 0;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	do {
		assert_ok(redirect_find(f->ro, STR(""), after, 500, &arena, &all, &f->err), &f->err);
		for (size_t i = 0; i < all.count; i++) {
			after = all.items[i].redirect.from_path;
			if (!contains(after, part) && !contains(str_or_empty(all.items[i].target), part))
				continue;
			if (at == found.count) {
				struct str last = found.count ? found.items[at - 1].redirect.from_path : STR("");
				assert_ok(redirect_find(f->ro, part, last, page, &arena, &found, &f->err), &f->err);
				at = 0;
			}
			assert_true(at < found.count);
			assert_true(str_eq(found.items[at].redirect.from_path, after));
			assert_true(str_eq(str_or_empty(found.items[at++].target), str_or_empty(all.items[i].target)));
			hits++;
		}
	} while (all.count == 500);
	struct str last = found.count ? found.items[found.count - 1].redirect.from_path : STR("");
	if (at == found.count) {
		assert_ok(redirect_find(f->ro, part, last, page, &arena, &found, &f->err), &f->err);
		at = 0;
	}
	assert_int_equal(at, found.count);
	arena_release(&arena);
	return hits;
}

static void check_parts(struct fixture *f)
{
	static const struct { const char *part; size_t at_least, at_most; } parts[] = {
		{ "", MANY, 9999 }, { "a-title", MANY, 9999 }, { "A-TITLE-7", 100, 500 }, { "xylophone", 0, 0 }, { "zq", 0, 0 },
		{ "/", MANY, 9999 }, { "quo\"te", 1, 1 }, { "100%_", 1, 1 }, { "漢字", 1, 1 }, { "漢字です", 1, 1 }, { "\"\"\"", 0, 0 },
		{ "moved-far", 1, 1 }, { "gone-from", 1, 1 }, { "a*", 0, 0 }, { "NEAR(a b)", 0, 0 }, { "title-9", 100, 500 },
	};
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		size_t hits = check_part(f, str_of(parts[i].part), i % 2 ? 7 : 500);
		if (hits < parts[i].at_least || hits > parts[i].at_most)
			fail_msg("'%s': %zu", parts[i].part, hits);
	}
	assert_int_equal(check_part(f, STR("a\x01""b"), 50), 0);
	assert_int_equal(check_part(f, STR("\xff\xfe\xfd\xfc"), 50), 0);
}

static void a_part_finds_what_a_walk_would(void **state)
{
	struct fixture *f = *state;
	struct post one = fixture_post(f, "first-place"), other = fixture_post(f, "thrown-away");
	int64_t id = fixture_insert(f, &one), thrown = fixture_insert(f, &other);
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < MANY; i++)
		put(f, tx, arena_printf(&f->arena, "/2019/a-title-%d", i), i % 3 ? arena_printf(&f->arena, "/now/%d", i) : STR_NONE, 0);
	put(f, tx, STR("/quo\"te"), STR("/x"), 0);
	put(f, tx, STR("/100%_off"), STR_NONE, 0);
	put(f, tx, STR("/漢字です"), STR("https://example.org/A"), 0);
	put(f, tx, STR("/follows"), STR_NONE, id);
	put(f, tx, STR("/thrown"), STR_NONE, thrown);
	put(f, tx, STR("/replaced"), STR("/xylophone"), 0);
	put(f, tx, STR("/replaced"), STR("/other"), 0);
	put(f, tx, STR("/deleted-xylophone"), STR("/other"), 0);
	assert_ok(redirect_delete(tx, STR("/deleted-xylophone"), &f->err), &f->err);
	put(f, tx, STR("/gone-from-here"), STR("/no"), 0);
	assert_ok(redirect_repoint(tx, STR("/no"), STR("/repointed"), &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(check_part(f, STR("first-place"), 10), 1);
	assert_int_equal(check_part(f, STR("thrown-away"), 10), 1);
	assert_int_equal(check_part(f, STR("repointed"), 10), 1);

	/* A post that moves and one that is deleted take their redirects along. */
	struct db_stmt *st;
	tx = fixture_begin(f);
	assert_ok(db_prepare(tx, "UPDATE post SET path = '/moved-far' WHERE path = '/first-place'", &st, &f->err), &f->err);
	assert_ok(db_run(st, NULL, &f->err), &f->err);
	assert_ok(db_prepare(tx, "DELETE FROM post WHERE path = '/thrown-away'", &st, &f->err), &f->err);
	assert_ok(db_run(st, NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(check_part(f, STR("first-place"), 10), 0);
	assert_int_equal(check_part(f, STR("thrown"), 10), 0);
	check_parts(f);
	/* Whoever writes next brings the index up to date. */
	assert_true(fixture_number(f, "SELECT count(*) FROM redirect_todo") > 0);
	tx = fixture_begin(f);
	put(f, tx, STR("/last"), STR("/x"), 0);
	assert_ok(db_prepare(tx, "INSERT INTO redirect_fts (redirect_fts, rank) VALUES ('integrity-check', 1)", &st, &f->err), &f->err);
	assert_ok(db_run(st, NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM redirect_todo"), 0);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM redirect_text t JOIN redirect r ON r.from_path = t.from_path LEFT JOIN post p ON p.id = r.post_id WHERE t.target = coalesce(r.to_path, p.path, '')"),
			 fixture_number(f, "SELECT count(*) FROM redirect"));
	assert_int_equal(check_part(f, STR("first-place"), 10), 0);
	assert_int_equal(check_part(f, STR("moved-far"), 10), 1);
}

static void who_follows_is_counted(void **state)
{
	struct fixture *f = *state;
	struct db_rw *traffic = fixture_traffic(f);
	struct db_tx *tx;
	struct redirect_hit hit;
	struct redirect_hits hits;
	int64_t since_ms = 0, removed = 0;
	static const struct { const char *path; int64_t hits, last_ms; } added[] = {
		{ "/a", 2, NOW - 5 }, { "/b", 7, NOW - 9 }, { "/a", 3, NOW - 8 }, { "/c", 5, NOW - 5 },
	};
	assert_ok(db_begin(traffic, &tx, &f->err), &f->err);
	for (size_t i = 0; i < COUNT_OF(added); i++) {
		hit = (struct redirect_hit){ str_of(added[i].path), added[i].hits, added[i].last_ms };
		assert_ok(redirect_hit_add(tx, &hit, &f->err), &f->err);
	}
	struct db_ro *db = db_tx_ro(tx);
	assert_ok(redirect_hit_get(db, STR("/a"), &hit, &f->err), &f->err);
	assert_int_equal(hit.hits, 5);
	assert_int_equal(hit.last_ms, NOW - 5);
	assert_ok(redirect_hit_get(db, STR("/never"), &hit, &f->err), &f->err);
	assert_int_equal(hit.hits + hit.last_ms, 0);
	static const char *const orders[REDIRECT_HIT_ORDER__MAX] = { "/b/c/a", "/c/a/b" };
	for (int order = 0; order < REDIRECT_HIT_ORDER__MAX; order++) {
		struct str seen = STR("");
		const struct redirect_hit *after = NULL;
		do { /* one by one */
			assert_ok(redirect_hit_list(db, (enum redirect_hit_order)order, after, 1, &f->arena, &hits, &f->err), &f->err);
			if (hits.count)
				seen = ARENA_JOIN(&f->arena, seen, hits.items[0].from_path);
			after = hits.items;
		} while (hits.count);
		assert_true(str_is(seen, orders[order]));
	}
	assert_ok(redirect_hit_delete(tx, STR("/a"), &f->err), &f->err);
	assert_ok(redirect_hit_since(db, &since_ms, &f->err), &f->err);
	assert_true(since_ms > 1500000000000 && since_ms <= clock_now_ms());
	assert_ok(expiry_remove(tx, EXPIRY_REDIRECT_HITS, NOW + 3 * 365 * (int64_t)DAY - 7, 10, &removed, &f->err), &f->err);
	assert_int_equal(removed, 1); /* "/b" */
	assert_ok(db_commit(tx, &f->err), &f->err);
	db_rw_close(traffic);
}

int main(void)
{
	const struct CMUnitTest tests[] = { store_test(a_part_finds_what_a_walk_would), store_test(who_follows_is_counted) };
	return cmocka_run_group_tests_name("store redirect", tests, NULL, NULL);
}
