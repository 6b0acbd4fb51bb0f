/* store_plans.c: every statement of store/ against the migrated schema: it compiles, and none walks
 * through a large table. */
#include "store_fixture.h"

#include "store/rows.h"

static const char *const large[] = {
	"post", "post_body", "post_tag", "post_author", "revision", "redirect", "redirect_text", "redirect_hit", "media", "media_ref", "post_text",
	"session", "login_attempt", "rate_limit", "vocab", "receipt", "task_run", "job", "audit", "access_link", "preview_link", "presence", "bulk", "bulk_post",
	"media_item", "media_use", "media_variant", "media_upload", "media_gone", "media_todo", "i", "u", "v", "p", "b", "pt", "pa", "r", "m", "f",
};

/* Walks that end by themselves: an index gives the order and LIMIT ends it, or everything is meant. */
static const struct {
	const char *file, *step, *why;
} allowed[] = {
	{ "post_list.c", "SCAN post", "the last row by id, LIMIT 1" },
	{ "archive.c", "SCAN f", "the grouped posts of the future, a range of an index" },
	{ "search_index.c", "SCAN post_text", "emptying the index" },
	{ "task_run.c", "SCAN task_run", "the last rows by id, LIMIT" },
	{ "job_list.c", "SCAN job USING INDEX job_due", "open jobs in order, LIMIT" },
	{ "job_list.c", "SCAN job USING COVERING INDEX job_due", "open jobs, LIMIT" },
	{ "job_list.c", "SCAN job USING INDEX job_lease", "running jobs, LIMIT" },
	{ "job_list.c", "SCAN job USING COVERING INDEX job_lease", "running jobs, LIMIT" },
	{ "media_item.c", "SCAN media_item USING INDEX media_item_waiting", "those that wait, LIMIT" },
	{ "media_gone.c", "SCAN media_item USING INDEX media_item_idle", "what is due, LIMIT" },
	{ "search_index.c", "SCAN vocab", "emptying the index" },
};

static bool is_large(struct str table)
{
	for (size_t i = 0; i < COUNT_OF(large); i++)
		if (str_is(table, large[i]))
			return true;
	return false;
}

static bool is_allowed(const char *file, struct str step)
{
	for (size_t i = 0; i < COUNT_OF(allowed); i++)
		if (strcmp(file, allowed[i].file) == 0 && str_starts(step, str_of(allowed[i].step)))
			return true;
	return false;
}

/* "SCAN post USING COVERING INDEX x" -> post. A bare SCAN and one by an index are the same walk. */
static bool is_walk(struct str step)
{
	struct str rest = step, word;
	if (!str_split(&rest, ' ', &word) || !str_is(word, "SCAN"))
		return false;
	return str_split(&rest, ' ', &word) && is_large(word);
}

static int read_plan(struct fixture *f, struct db_tx *tx, const char *file, const char *sql)
{
	struct db_stmt *st;
	bool row;
	int bad = 0;
	const char *explain = arena_printf(&f->arena, "EXPLAIN QUERY PLAN %s", sql).p;
	enum rc rc = db_prepare(tx, explain, &st, &f->err);
	if (rc != RC_OK) {
		print_error("%s: %s\n  %s\n", file, f->err.msg, sql);
		return 1;
	}
	while ((rc = db_step(st, &row, &f->err)) == RC_OK && row) {
		struct str step = db_col_str(st, 3);
		if (!is_walk(step) || is_allowed(file, step))
			continue;
		print_error("%s: %.*s\n  %s\n", file, STR_ARG(step), sql);
		bad++;
	}
	assert_int_equal(rc, RC_OK);
	return bad;
}

/* The ranking function is known only where searching has begun. */
static void begin_searching(struct fixture *f)
{
	struct search_query query = { .text = STR("x"), .now_ms = NOW, .limit = 1 };
	struct search_result result;
	assert_ok(search_posts(f->ro, &query, &f->arena, &result, &f->err), &f->err);
}

static size_t check_all(struct fixture *f, const struct statements *const *all)
{
	int bad = 0;
	size_t seen = 0;
	struct db_tx *tx = fixture_begin(f);
	for (const struct statements *const *s = all; *s; s++) {
		for (size_t i = 0; i < (*s)->count; i++, seen++) {
			assert_non_null((*s)->sql[i]);
			bad += read_plan(f, tx, (*s)->file, (*s)->sql[i]);
		}
	}
	db_rollback(tx);
	assert_int_equal(bad, 0);
	return seen;
}

static void check_plans(struct fixture *f)
{
	begin_searching(f);
	assert_true(check_all(f, store_statements) > 90);
}

static void no_statement_walks_through_a_large_table(void **state)
{
	check_plans(*state);
}

static void nor_through_one_of_traffic(void **state)
{
	struct fixture *f = *state;
	struct fixture traffic = { .db = NULL };
	arena_init(&traffic.arena, ARENA_MAX_B);
	snprintf(traffic.path, sizeof traffic.path, "%s/traffic.db", f->folder);
	assert_ok(db_migrate(traffic.path, &schema_traffic, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(traffic.path, NULL, &traffic.db, &f->err), &f->err);
	assert_true(check_all(&traffic, store_traffic_statements) > 10);
	db_rw_close(traffic.db);
	arena_release(&traffic.arena);
}

/* Statistics change plans: what is chosen without them must also be chosen with them. */
static void nor_does_one_with_statistics(void **state)
{
	struct fixture *f = *state;
	struct db_stmt *st;
	struct db_tx *tx = fixture_begin(f);
	int64_t tag, id;
	assert_ok(tag_ensure(tx, STR("t"), STR("t"), NOW, &tag, &f->err), &f->err);
	for (int i = 0; i < 400; i++) {
		char key[16];
		snprintf(key, sizeof key, "p%d", i);
		struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
		if (i % 20 == 0)
			post.status = STR("draft");
		if (i % 50 == 0)
			post.kind = STR("page");
		post.published_ms = NOW - i * (int64_t)DAY;
		assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
		assert_ok(post_set_tags(tx, id, &tag, 1, &f->err), &f->err);
		assert_ok(search_put(tx, id, post.title, post.title, STR("t"), NULL, &f->err), &f->err);
	}
	fixture_commit(f, tx);
	tx = fixture_begin(f);
	assert_ok(db_prepare(tx, "ANALYZE", &st, &f->err), &f->err);
	assert_ok(db_run(st, NULL, &f->err), &f->err);
	fixture_commit(f, tx);
	db_rw_close(f->db);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	check_plans(f);
}

/* The guard itself: it must see a walk. */
static void the_check_sees_a_walk(void **state)
{
	struct fixture *f = *state;
	struct db_stmt *st;
	bool row, found = false;
	assert_ok(db_query(f->ro, "EXPLAIN QUERY PLAN SELECT id FROM post WHERE title = 'x'", &st, &f->err), &f->err);
	while (db_step(st, &row, &f->err) == RC_OK && row)
		found = found || is_walk(db_col_str(st, 3));
	assert_true(found);
}

/* Lists must come in order from their index: sorting a site's posts for ten of them is no less work
 * than walking. */
static void lists_are_not_sorted(void **state)
{
	struct fixture *f = *state;
	begin_searching(f);
	struct db_tx *tx = fixture_begin(f);
	for (const struct statements *const *s = store_statements; *s; s++) {
		for (size_t i = 0; i < (*s)->count; i++) {
			struct db_stmt *st;
			bool row, sorted = false, small = false;
			const char *sql = (*s)->sql[i];
			if (!strstr(sql, "LIMIT"))
				continue;
			const char *explain = arena_printf(&f->arena, "EXPLAIN QUERY PLAN %s", sql).p;
			assert_ok(db_prepare(tx, explain, &st, &f->err), &f->err);
			while (db_step(st, &row, &f->err) == RC_OK && row) {
				struct str step = db_col_str(st, 3);
				sorted = sorted || str_find(step, STR("TEMP B-TREE")) >= 0;
				/* What is sorted is one page's cards, one post's tags, one person's posts, one slug or group. */
				small = small || str_starts(step, STR("SCAN k")) || str_starts(step, STR("SCAN j ")) ||
					(str_starts(step, STR("SEARCH pa ")) && str_find(step, STR("(user_id=?)")) >= 0) ||
					str_find(step, STR("(post_id=?)")) >= 0 ||
					str_find(step, STR("post_slug")) >= 0 ||
					str_find(step, STR("post_group")) >= 0 ||
					(strcmp((*s)->file, "media_item.c") == 0 && str_starts(step, STR("SCAN w"))); /* 1000 uses */
			}
			if (sorted && !small)
				print_error("%s sorts: %s\n", (*s)->file, sql);
			assert_true(!sorted || small);
		}
	}
	db_rollback(tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(no_statement_walks_through_a_large_table),
		store_test(nor_through_one_of_traffic),
		store_test(nor_does_one_with_statistics),
		store_test(the_check_sees_a_walk),
		store_test(lists_are_not_sorted),
	};
	return cmocka_run_group_tests_name("store plans", tests, NULL, NULL);
}
