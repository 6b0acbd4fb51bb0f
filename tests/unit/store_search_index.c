/* store_search_index.c: tests of the numbers of the search index: by time, never early, and taken over from
 * what was there before them. */
#include "store_fixture.h"

#include "base/utf8.h"
#include "db/fts.h"
#include "store/search_number.h"

static int64_t insert(struct fixture *f, struct db_tx *tx, const char *key, const char *title, int64_t published_ms)
{
	struct post post = fixture_post(f, arena_printf(&f->arena, "%s", key).p);
	int64_t id;
	post.title = str_of(title);
	post.published_ms = published_ms;
	assert_ok(post_insert(tx, &post, &id, &f->err), &f->err);
	return id;
}

static void put(struct fixture *f, struct db_tx *tx, int64_t id, const char *title, const char *body)
{
	assert_ok(search_put(tx, id, str_of(title), str_of(body), STR(""), NULL, &f->err), &f->err);
}

static int64_t add(struct fixture *f, const char *key, const char *body, int64_t published_ms)
{
	struct db_tx *tx = fixture_begin(f);
	int64_t id = insert(f, tx, key, "Title", published_ms);
	put(f, tx, id, "Title", body);
	fixture_commit(f, tx);
	return id;
}

static struct search_result search_at(struct fixture *f, const char *text, int64_t now_ms)
{
	struct search_result result;
	struct search_query q = { .text = str_of(text), .now_ms = now_ms, .limit = 10 };
	assert_ok(search_posts(f->ro, &q, &f->arena, &result, &f->err), &f->err);
	return result;
}

/* The slugs found, in order. */
static const char *found_at(struct fixture *f, const char *text, int64_t now_ms)
{
	struct search_result result = search_at(f, text, now_ms);
	struct str all = STR("");
	for (size_t i = 0; i < result.count; i++)
		all = ARENA_JOIN(&f->arena, all, STR(" "), result.hits[i].card.slug);
	return arena_cstr(&f->arena, str_trim(all));
}

static const char *found(struct fixture *f, const char *text)
{
	return found_at(f, text, NOW);
}

static void numbers_rise_with_time(void **state)
{
	(void)state;
	static const int64_t times[] = { INT64_MIN, -1001, -1000, -1, 0, 999, 1000, NOW, INT64_MAX };
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		int64_t from = search_number_from(times[i], 0);
		assert_int_equal(search_number_from(times[i], 1) - from, SEARCH_NUMBERS);
		assert_int_equal(search_number_ms(from), search_number_ms(from + SEARCH_NUMBERS - 1));
		assert_int_equal(search_number_from(search_number_ms(from), 0), from);
		assert_true(i == 0 || from >= search_number_from(times[i - 1], 0));
	}
	assert_int_equal(search_number_ms(search_number_from(-1, 0)), -1000);
	assert_int_equal(search_number_ms(search_number_from(NOW + 999, 0)), NOW);
}

static void a_longer_body_is_in_a_later_column(void **state)
{
	(void)state;
	static const struct { size_t words; int column; } cases[] = {
		{ 0, 0 }, { 50, 0 }, { 51, 1 }, { 100, 1 }, { 101, 2 }, { 400, 3 }, { 3200, 6 }, { 3201, 7 }, { SIZE_MAX, 7 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(db_fts_body_column(cases[i].words), cases[i].column);
}

static void a_longer_body_counts_less(void **state)
{
	struct fixture *f = *state;
	struct buf body = BUF_INIT(1 << 20);
	static const struct { const char *key; int words; } cases[] = {
		{ "a1000", 1000 }, { "b5000", 5000 }, { "c20", 20 }, { "d300", 300 }, { "e100", 100 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&body);
		for (int j = 0; j < cases[i].words; j++)
			buf_cstr(&body, j == 10 ? "needle " : "hay ");
		add(f, cases[i].key, arena_cstr(&f->arena, buf_view(&body)), NOW - DAY);
	}
	buf_release(&body);
	assert_string_equal(found(f, "needle"), "c20 e100 d300 a1000 b5000");
}

static void the_newest_of_equals_is_first_in_whatever_order_they_came(void **state)
{
	struct fixture *f = *state;
	add(f, "middle", "word", NOW - 2 * (int64_t)DAY);
	add(f, "old", "word", NOW - 2000 * (int64_t)DAY);
	int64_t id = add(f, "new", "word", NOW - DAY);
	add(f, "before1970", "word", -DAY - 1);
	assert_string_equal(found(f, "word"), "new middle old before1970");

	struct post post;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_get(db_tx_ro(tx), id, &f->arena, &post, &f->err), &f->err);
	post.published_ms = NOW - 1000 * (int64_t)DAY;
	assert_ok(post_update(tx, &post, 1, &f->err), &f->err);
	put(f, tx, id, "Title", "word"); /* the same text at another time */
	fixture_commit(f, tx);
	assert_string_equal(found(f, "word"), "middle new old before1970");
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM search_doc"), 4);
}

static void what_is_scheduled_is_found_at_its_millisecond(void **state)
{
	struct fixture *f = *state;
	add(f, "now", "word", NOW);
	add(f, "soon", "word", NOW + 700);
	add(f, "next", "word", NOW + 1000);
	static const struct { int64_t after_ms; const char *found; } cases[] = {
		{ -1, "" }, { 0, "now" }, { 699, "now" }, { 700, "soon now" }, { 999, "soon now" }, { 1000, "next soon now" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_string_equal(found_at(f, "word", NOW + cases[i].after_ms), cases[i].found);
		assert_int_equal(search_at(f, "word", NOW + cases[i].after_ms).total,
				 search_at(f, "word", NOW + cases[i].after_ms).count);
	}
}

static void more_posts_than_a_second_has_numbers_are_all_found(void **state)
{
	struct fixture *f = *state;
	enum { POSTS = 3 * SEARCH_NUMBERS };
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < POSTS; i++) {
		int64_t id = insert(f, tx, arena_printf(&f->arena, "p%d", i).p, "Title", NOW + 5000);
		put(f, tx, id, "Title", "word");
	}
	fixture_commit(f, tx);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM search_doc WHERE post_id IS NOT NULL"), POSTS);
	assert_string_equal(found_at(f, "word", NOW + 4999), ""); /* also those that have numbers of before */
	assert_int_equal(search_at(f, "word", NOW + 5000).total, POSTS);
}

static void a_saved_post_keeps_its_number(void **state)
{
	struct fixture *f = *state;
	int64_t id = add(f, "a", "one", NOW);
	int64_t before, after;
	bool there;
	add(f, "b", "one", NOW);
	assert_ok(search_number_get(f->ro, id, &there, &before, &f->err), &f->err);
	struct db_tx *tx = fixture_begin(f);
	put(f, tx, id, "Title", "two");
	fixture_commit(f, tx);
	assert_ok(search_number_get(f->ro, id, &there, &after, &f->err), &f->err);
	assert_true(there);
	assert_int_equal(after, before);
	assert_string_equal(found(f, "two"), "a");
	assert_string_equal(found(f, "one"), "b");
}

/* What a program from before the numbers does to a text. */
static void write_as_before(struct fixture *f, struct db_tx *tx, int64_t id, const char *body)
{
	static const char *const steps[] = {
		"DELETE FROM post_text WHERE post_id = ?1",
		"INSERT INTO post_text (post_id, title, tags, body) VALUES (?1, 'Title', '', ?2)",
		"INSERT INTO post_fts (rowid, title, tags, body) VALUES (?1, 'title', '', ?2)",
		"INSERT INTO vocab (word, reversed, n) VALUES (?2, ?2, 1) ON CONFLICT (word) DO UPDATE SET n = n + ?1 - ?1 + 1",
	};
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct db_stmt *st;
		assert_ok(db_prepare(tx, steps[i], &st, &f->err), &f->err);
		db_bind_i64(st, 1, id);
		if (i > 0)
			db_bind_str(st, 2, str_of(body));
		assert_ok(db_run(st, NULL, &f->err), &f->err);
	}
}

static void catch_up(struct fixture *f, int at_once)
{
	bool more = true;
	while (more) {
		struct db_tx *tx = fixture_begin(f);
		assert_ok(search_catch_up(tx, at_once, &more, &f->err), &f->err);
		fixture_commit(f, tx);
	}
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM search_todo"), 0);
}

static void an_older_index_is_taken_over_in_pieces(void **state)
{
	struct fixture own, *f = &own;
	struct db_schema before = schema_site;
	(void)state;
	for (before.count = 0; strcmp(schema_site.steps[before.count].name, "0006_search") != 0;)
		before.count++;
	fixture_folder(f);
	assert_ok(db_migrate(f->path, &before, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < 7; i++) {
		int64_t id = insert(f, tx, arena_printf(&f->arena, "p%d", i).p, "Title", NOW - i * (int64_t)DAY);
		write_as_before(f, tx, id, i % 2 ? "odd" : "even");
	}
	fixture_commit(f, tx);
	db_rw_close(f->db);

	assert_ok(db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	int64_t seq = fixture_number(f, "SELECT value FROM counter WHERE name = 'public_seq'");
	catch_up(f, 3);
	assert_true(fixture_number(f, "SELECT value FROM counter WHERE name = 'public_seq'") > seq);
	assert_string_equal(found(f, "odd"), "p1 p3 p5");
	assert_string_equal(found(f, "even"), "p0 p2 p4 p6");
	assert_int_equal(fixture_number(f, "SELECT n FROM vocab WHERE word = 'odd'"), 3);
	seq = fixture_number(f, "SELECT value FROM counter WHERE name = 'public_seq'");
	catch_up(f, 3); /* nothing to do is nothing done */
	assert_int_equal(fixture_number(f, "SELECT value FROM counter WHERE name = 'public_seq'"), seq);
	fixture_close(f);
}

static void what_an_older_program_writes_beside_is_found_too(void **state)
{
	struct fixture *f = *state;
	int64_t id = add(f, "changed", "first", NOW);
	struct db_tx *tx = fixture_begin(f);
	write_as_before(f, tx, id, "second");
	fixture_commit(f, tx);
	assert_string_equal(found(f, "first"), ""); /* its words cannot be taken out, but nobody sees them */
	add(f, "other", "third", NOW);
	assert_string_equal(found(f, "second"), "changed");
	assert_string_equal(found(f, "first"), "");
	assert_string_equal(found(f, "third"), "other");
	tx = fixture_begin(f);
	write_as_before(f, tx, id, "fourth");
	put(f, tx, id, "Title", "fifth");
	fixture_commit(f, tx);
	assert_string_equal(found(f, "fourth"), "");
	assert_string_equal(found(f, "fifth"), "changed");
}

static void nearest_words_are_the_best_and_each_is_there_once(void **state)
{
	struct fixture *f = *state;
	struct str words[4];
	size_t count;
	add(f, "p", "garten garden garbed gordon wooden", NOW);
	add(f, "q", "garden", NOW);
	assert_ok(search_nearest(f->ro, STR("gardon"), &f->arena, words, COUNT_OF(words), &count, &f->err), &f->err);
	assert_int_equal(count, 3);
	assert_str(words[0], "garden"); /* as near as the next, in more posts, and in both ranges */
	assert_str(words[1], "gordon");
	assert_str(words[2], "garten");
	assert_ok(search_nearest(f->ro, STR("gardon"), &f->arena, words, 1, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_str(words[0], "garden");
	assert_ok(search_nearest(f->ro, STR("gardon"), &f->arena, words, 0, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
}

static int letters(char out[160][5])
{
	static const struct { uint32_t from, to; } ranges[] = {
		{ 'a', 'z' }, { 0x3B1, 0x3C1 }, { 0x430, 0x44F }, { 0x561, 0x586 }, { 0x628, 0x639 },
	};
	int count = 0;
	for (size_t i = 0; i < COUNT_OF(ranges); i++)
		for (uint32_t c = ranges[i].from; c <= ranges[i].to; c++) {
			size_t n = utf8_encode(c, out[count]);
			out[count++][n] = '\0';
		}
	return count;
}

/* Each of thousands of near words is compared with the few best alone: with all that were found it took 270 ms. */
static void thousands_of_near_words_take_linear_time(void **state)
{
	struct fixture *f = *state;
	struct buf body = BUF_INIT(1 << 20);
	struct str words[3];
	size_t count;
	char all[160][5];
	int n = letters(all);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			buf_printf(&body, "aa%s%saa ", all[i], all[j]);
	add(f, "p", arena_cstr(&f->arena, buf_view(&body)), NOW);
	buf_release(&body);
	assert_true(fixture_number(f, "SELECT count(*) FROM vocab") > 15000);
	double took_ms = 1000;
	for (int tries = 0; tries < 5 && took_ms >= 100; tries++) {
		double begun_us = cpu_us();
		assert_ok(search_nearest(f->ro, STR("aa55aa"), &f->arena, words, COUNT_OF(words), &count, &f->err), &f->err);
		took_ms = (cpu_us() - begun_us) / 1000;
	}
	assert_int_equal(count, 3);
	assert_str(words[0], "aaaaaa");
	print_message("%.0f ms\n", took_ms);
	assert_true(took_ms < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_rise_with_time),
		cmocka_unit_test(a_longer_body_is_in_a_later_column),
		store_test(a_longer_body_counts_less),
		store_test(the_newest_of_equals_is_first_in_whatever_order_they_came),
		store_test(what_is_scheduled_is_found_at_its_millisecond),
		store_test(more_posts_than_a_second_has_numbers_are_all_found),
		store_test(a_saved_post_keeps_its_number),
		cmocka_unit_test(an_older_index_is_taken_over_in_pieces),
		store_test(what_an_older_program_writes_beside_is_found_too),
		store_test(nearest_words_are_the_best_and_each_is_there_once),
		store_test(thousands_of_near_words_take_linear_time),
	};
	return cmocka_run_group_tests_name("store search index", tests, NULL, NULL);
}
