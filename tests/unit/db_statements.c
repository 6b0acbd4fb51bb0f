/* db_statements.c: tests of connections, statements, transactions and their failures. */
#include "store_fixture.h"

#include "base/clock.h"
#include "db/admin.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

static const struct db_step steps[] = {
	{ 1, "0001_first", "-- min_program: 0.1.0\nCREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, "
	  "n INTEGER CHECK (n < 100)) STRICT;" },
};
static const struct db_schema schema = { "test", steps, 1 };

static int setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	fixture_folder(f);
	assert_ok(db_migrate(f->path, &schema, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	*state = f;
	return 0;
}

#define db_test(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

static enum rc insert(struct fixture *f, struct db_tx *tx, struct str word, int64_t n)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, "INSERT INTO t (word, n) VALUES (?1, ?2)", &st, &f->err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, word);
	db_bind_i64(st, 2, n);
	return db_run(st, NULL, &f->err);
}

static void put(struct fixture *f, const char *word)
{
	struct db_tx *tx = fixture_begin(f);
	assert_ok(insert(f, tx, str_of(word), 1), &f->err);
	fixture_commit(f, tx);
}

static int64_t rows(struct fixture *f)
{
	return fixture_number(f, "SELECT count(*) FROM t");
}

static void a_rolled_back_write_is_gone_and_a_committed_one_is_there(void **state)
{
	struct fixture *f = *state;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(insert(f, tx, STR("gone"), 1), &f->err);
	db_rollback(tx);
	assert_int_equal(rows(f), 0);
	put(f, "kept");
	assert_int_equal(rows(f), 1);
}

static void constraints_are_told_apart(void **state)
{
	struct fixture *f = *state;
	put(f, "one");
	struct db_tx *tx = fixture_begin(f);
	assert_int_equal(insert(f, tx, STR("one"), 1), RC_EXISTS);
	assert_non_null(strstr(f->err.msg, "t.word"));
	assert_int_equal(insert(f, tx, STR("two"), 100), RC_INVALID);
	assert_int_equal(insert(f, tx, STR_NONE, 1), RC_INVALID);
	assert_ok(insert(f, tx, STR("three"), 1), &f->err); /* the transaction goes on */
	fixture_commit(f, tx);
	assert_int_equal(rows(f), 2);
}

static void a_read_handle_refuses_to_write(void **state)
{
	struct fixture *f = *state;
	struct db_stmt *st;
	assert_int_equal(db_query(f->ro, "DELETE FROM t", &st, &f->err), RC_INTERNAL);
}

static void a_statement_in_use_may_be_used_again_inside(void **state)
{
	struct fixture *f = *state;
	static const char sql[] = "SELECT id FROM t ORDER BY id";
	put(f, "a");
	put(f, "b");
	struct db_stmt *outer, *inner;
	bool row;
	int seen = 0;
	assert_ok(db_query(f->ro, sql, &outer, &f->err), &f->err);
	while (db_step(outer, &row, &f->err) == RC_OK && row) {
		seen++;
		assert_ok(db_query(f->ro, sql, &inner, &f->err), &f->err);
		assert_ptr_not_equal(inner, outer);
		assert_ok(db_step(inner, &row, &f->err), &f->err);
		assert_int_equal(db_col_i64(inner, 0), 1);
		db_done(inner);
	}
	assert_int_equal(seen, 2);
	struct db_stmt *again;
	assert_ok(db_query(f->ro, sql, &again, &f->err), &f->err);
	assert_true(again == outer || again == inner); /* kept, not prepared a third time */
	db_done(again);
}

static void null_and_empty_text_are_told_apart(void **state)
{
	struct fixture *f = *state;
	struct db_stmt *st;
	bool row;
	assert_ok(db_query(f->ro, "SELECT NULL, '', ?1, ?2", &st, &f->err), &f->err);
	db_bind_str(st, 1, STR_NONE);
	db_bind_str(st, 2, STR(""));
	assert_ok(db_step(st, &row, &f->err), &f->err);
	assert_false(str_given(db_col_dup(st, 0, &f->arena)));
	assert_true(str_given(db_col_dup(st, 1, &f->arena)));
	assert_true(db_col_null(st, 2));
	assert_false(db_col_null(st, 3));
	db_done(st);
}

static void a_text_beyond_the_arena_is_a_limit_and_not_an_abort(void **state)
{
	struct fixture *f = *state;
	struct arena small;
	struct db_stmt *st;
	bool row;
	arena_init(&small, 4096);
	assert_ok(db_query(f->ro, "SELECT hex(zeroblob(100000)) UNION ALL SELECT 'x'", &st, &f->err), &f->err);
	assert_ok(db_step(st, &row, &f->err), &f->err);
	assert_false(str_given(db_col_dup(st, 0, &small)));
	assert_int_equal(db_col_status(st, &f->err), RC_LIMIT);
	assert_int_equal(db_step(st, &row, &f->err), RC_LIMIT);
	arena_release(&small);
}

static void a_snapshot_keeps_its_state_while_others_commit(void **state)
{
	struct fixture *f = *state;
	struct db_ro *reader;
	struct db_stmt *st;
	bool row;
	uint32_t before, after;
	static const char count[] = "SELECT count(*) FROM t";
	put(f, "a");
	assert_ok(db_ro_open(f->path, NULL, &reader, &f->err), &f->err);
	assert_ok(db_data_version(reader, &before, &f->err), &f->err);
	assert_ok(db_snapshot_begin(reader, &f->err), &f->err);
	for (int i = 0; i < 2; i++) {
		assert_ok(db_query(reader, count, &st, &f->err), &f->err);
		assert_ok(db_step(st, &row, &f->err), &f->err);
		assert_int_equal(db_col_i64(st, 0), 1);
		db_done(st);
		if (i == 0)
			put(f, "b");
	}
	db_snapshot_end(reader);
	assert_ok(db_query(reader, count, &st, &f->err), &f->err);
	assert_ok(db_step(st, &row, &f->err), &f->err);
	assert_int_equal(db_col_i64(st, 0), 2);
	db_done(st);
	assert_ok(db_data_version(reader, &after, &f->err), &f->err);
	assert_int_not_equal(before, after);
	db_ro_close(reader);
}

static void another_writer_gets_busy_after_its_time(void **state)
{
	struct fixture *f = *state;
	struct db_options opt = { .busy_timeout_ms = 30 };
	struct db_rw *other;
	struct db_tx *tx = fixture_begin(f), *none = NULL;
	assert_ok(db_rw_open(f->path, &opt, &other, &f->err), &f->err);
	assert_int_equal(db_begin(other, &none, &f->err), RC_BUSY);
	assert_non_null(strstr(f->err.msg, f->path));
	fixture_commit(f, tx);
	assert_ok(db_begin(other, &none, &f->err), &f->err);
	db_rollback(none);
	db_rw_close(other);
}

struct writer_thread {
	struct fixture *f;
	int number, done;
};

static void *write_many(void *arg)
{
	struct writer_thread *self = arg;
	struct db_rw *db;
	struct err err = ERR_INIT;
	if (db_rw_open(self->f->path, NULL, &db, &err) != RC_OK)
		return NULL;
	for (int i = 0; i < 50; i++) {
		struct db_tx *tx;
		struct db_stmt *st;
		char word[32];
		snprintf(word, sizeof word, "%d-%d", self->number, i);
		if (db_begin(db, &tx, &err) != RC_OK)
			break;
		if (db_prepare(tx, "INSERT INTO t (word) VALUES (?1)", &st, &err) == RC_OK) {
			db_bind_str(st, 1, str_of(word));
			if (db_run(st, NULL, &err) == RC_OK && db_commit(tx, &err) == RC_OK)
				self->done++;
		}
	}
	db_rw_close(db);
	return NULL;
}

static void threads_that_write_wait_for_each_other(void **state)
{
	struct fixture *f = *state;
	pthread_t threads[6];
	struct writer_thread args[COUNT_OF(threads)];
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		args[i] = (struct writer_thread){ f, (int)i, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &args[i]), 0);
	}
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(args[i].done, 50);
	}
	assert_int_equal(rows(f), 50 * (int)COUNT_OF(threads));
}

static void a_full_disk_says_so_and_keeps_what_was_committed(void **state)
{
	struct fixture *f = *state;
	put(f, "kept");
	fixture_number(f, "PRAGMA max_page_count = 20");
	struct db_tx *tx = fixture_begin(f);
	struct db_stmt *st;
	assert_ok(db_prepare(tx, "INSERT INTO t (word) VALUES (hex(zeroblob(200000)))", &st, &f->err), &f->err);
	assert_int_equal(db_run(st, NULL, &f->err), RC_NOSPACE);
	assert_non_null(strstr(f->err.msg, "the disk is full"));
	assert_non_null(strstr(f->err.msg, f->path));
	db_rollback(tx);
	assert_int_equal(rows(f), 1);
	fixture_number(f, "PRAGMA max_page_count = 100000");
	put(f, "room again");
	assert_int_equal(rows(f), 2);
}

static void a_read_only_file_cannot_be_opened_for_writing(void **state)
{
	struct fixture *f = *state;
	struct db_rw *rw;
	struct db_ro *ro;
	const uid_t nobody = 65534, self = geteuid();
	put(f, "a");
	db_rw_close(f->db);
	f->db = NULL;
	assert_int_equal(chmod(f->path, 0444), 0);
	if (self == 0) { /* root may write anything */
		assert_int_equal(chown(f->folder, nobody, (gid_t)-1), 0);
		assert_int_equal(chown(f->path, nobody, (gid_t)-1), 0);
		assert_int_equal(seteuid(nobody), 0);
	}
	enum rc writing = db_rw_open(f->path, NULL, &rw, &f->err);
	enum rc reading = db_ro_open(f->path, NULL, &ro, NULL);
	if (self == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(writing, RC_READONLY);
	assert_non_null(strstr(f->err.msg, f->path));
	assert_int_equal(reading, RC_OK);
	db_ro_close(ro);
}

static void what_is_no_database_or_not_there_says_so(void **state)
{
	struct fixture *f = *state;
	char other[128];
	struct db_ro *ro;
	struct db_rw *rw;
	snprintf(other, sizeof other, "%s/other", f->folder);
	assert_int_equal(db_ro_open(other, NULL, &ro, &f->err), RC_NOTFOUND);
	assert_int_equal(db_rw_open(other, NULL, &rw, &f->err), RC_NOTFOUND);
	FILE *file = fopen(other, "w");
	for (int i = 0; i < 2000; i++)
		fputs("not a database ", file);
	fclose(file);
	assert_int_equal(db_ro_open(other, NULL, &ro, &f->err), RC_CORRUPT);
	assert_non_null(strstr(f->err.msg, "not a database"));
	assert_int_equal(db_rw_open(other, NULL, &rw, &f->err), RC_CORRUPT);
}

static void damage_is_reported_by_reads_and_by_the_check(void **state)
{
	struct fixture *f = *state;
	struct db_findings found;
	struct db_tx *tx = fixture_begin(f);
	for (int i = 0; i < 3000; i++)
		assert_ok(insert(f, tx, arena_printf(&f->arena, "a word that takes some room, %d", i), 1), &f->err);
	fixture_commit(f, tx);
	assert_ok(db_optimize(f->db, &f->err), &f->err);
	assert_ok(db_check(f->ro, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 0);
	db_rw_close(f->db);

	char junk[4096 * 8];
	memset(junk, 0xA5, sizeof junk);
	int fd = open(f->path, O_WRONLY);
	assert_int_equal(pwrite(fd, junk, sizeof junk, 4096 * 10), sizeof junk);
	close(fd);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	assert_ok(db_check(f->ro, &f->arena, &found, &f->err), &f->err);
	assert_true(found.count > 0);
	struct db_part part;
	assert_ok(db_check_part(f->ro, STR(""), INT64_MAX, INT64_MAX, &f->arena, &part, &f->err), &f->err);
	assert_true(part.found.count > 0);
	assert_str(part.last, "t"); /* where the damage is */
	struct db_stmt *st;
	bool row = true;
	enum rc rc = db_query(f->ro, "SELECT sum(length(word)) FROM t", &st, &f->err);
	while (rc == RC_OK && row)
		rc = db_step(st, &row, &f->err);
	assert_int_equal(rc, RC_CORRUPT);
	assert_non_null(strstr(f->err.msg, f->path));
}

static void the_check_goes_on_where_it_stopped(void **state)
{
	struct fixture *f = *state;
	struct db_part part = { .last = STR("") };
	struct str before;
	int calls = 0;
	do {
		before = part.last;
		assert_ok(db_check_part(f->ro, before, 0, INT64_MAX, &f->arena, &part, &f->err), &f->err);
		assert_int_equal(part.found.count, 0);
		assert_false(str_given(part.given_up));
		assert_true(!str_given(part.last) || str_cmp(before, part.last) < 0);
		calls++;
	} while (str_given(part.last));
	assert_int_equal(calls, fixture_number(f, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"));
	assert_ok(db_check_part(f->ro, STR(""), INT64_MAX, INT64_MAX, &f->arena, &part, &f->err), &f->err);
	assert_false(str_given(part.last));
}

static void fill_a_table(struct fixture *f)
{
	static const char *const sql[] = {
		"CREATE TABLE u (a, b)",
		"INSERT INTO u WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 100000) "
		"SELECT i, randomblob(200) FROM g",
	};
	struct db_stmt *st;
	struct db_tx *tx = fixture_begin(f);
	for (size_t i = 0; i < COUNT_OF(sql); i++) {
		assert_ok(db_prepare(tx, sql[i], &st, &f->err), &f->err);
		assert_ok(db_run(st, NULL, &f->err), &f->err);
	}
	fixture_commit(f, tx);
}

static void the_check_of_a_large_table_ends_in_time(void **state)
{
	struct fixture *f = *state;
	struct db_part part = { .last = STR_NONE };
	fill_a_table(f);
	/* The first of a call that takes longer than all its time is given up ... */
	assert_ok(db_check_part(f->ro, STR("t"), INT64_MAX, clock_monotonic_us() + 1000, &f->arena, &part, &f->err), &f->err);
	assert_str(part.given_up, "u");
	assert_str(part.last, "u");
	assert_int_equal(part.found.count, 0);
	/* ... and any other is left to the next call. A busy machine may need more than one try to get that far. */
	for (int tries = 0; tries < 200 && !str_is(part.last, "t"); tries++) {
		assert_ok(db_check_part(f->ro, STR("s"), INT64_MAX, clock_monotonic_us() + 3000, &f->arena, &part, &f->err), &f->err);
		assert_false(str_is(part.given_up, "u"));
	}
	assert_str(part.last, "t");
	/* Nothing of it is left on the connection. */
	assert_ok(db_check_part(f->ro, STR(""), INT64_MAX, INT64_MAX, &f->arena, &part, &f->err), &f->err);
	assert_false(str_given(part.last) || str_given(part.given_up));
}

static void a_copy_is_complete_while_a_writer_goes_on(void **state)
{
	struct fixture *f = *state;
	char copy[128];
	struct db_ro *source, *ro;
	struct db_findings found;
	for (int i = 0; i < 50; i++)
		put(f, arena_printf(&f->arena, "%d", i).p);
	snprintf(copy, sizeof copy, "%s/copy.db", f->folder);
	assert_ok(db_ro_open(f->path, NULL, &source, &f->err), &f->err);
	struct db_tx *tx = fixture_begin(f);
	assert_ok(insert(f, tx, STR("not committed"), 1), &f->err);
	assert_ok(db_copy(source, copy, &f->err), &f->err);
	fixture_commit(f, tx);
	assert_int_equal(db_copy(source, copy, &f->err), RC_EXISTS);
	db_ro_close(source);
	assert_ok(db_ro_open(copy, NULL, &ro, &f->err), &f->err);
	assert_ok(db_check(ro, &f->arena, &found, &f->err), &f->err);
	assert_int_equal(found.count, 0);
	struct db_stmt *st;
	bool row;
	assert_ok(db_query(ro, "SELECT count(*) FROM t", &st, &f->err), &f->err);
	assert_ok(db_step(st, &row, &f->err), &f->err);
	assert_int_equal(db_col_i64(st, 0), 50);
	db_done(st);
	db_ro_close(ro);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_test(a_rolled_back_write_is_gone_and_a_committed_one_is_there),
		db_test(constraints_are_told_apart),
		db_test(a_read_handle_refuses_to_write),
		db_test(a_statement_in_use_may_be_used_again_inside),
		db_test(null_and_empty_text_are_told_apart),
		db_test(a_text_beyond_the_arena_is_a_limit_and_not_an_abort),
		db_test(a_snapshot_keeps_its_state_while_others_commit),
		db_test(another_writer_gets_busy_after_its_time),
		db_test(threads_that_write_wait_for_each_other),
		db_test(a_full_disk_says_so_and_keeps_what_was_committed),
		db_test(a_read_only_file_cannot_be_opened_for_writing),
		db_test(what_is_no_database_or_not_there_says_so),
		db_test(damage_is_reported_by_reads_and_by_the_check),
		db_test(the_check_goes_on_where_it_stopped),
		db_test(the_check_of_a_large_table_ends_in_time),
		db_test(a_copy_is_complete_while_a_writer_goes_on),
	};
	return cmocka_run_group_tests_name("db statements", tests, NULL, NULL);
}
