/* db_group.c: changes of many threads in one transaction: each is there or its caller was told. */
#include "store_fixture.h"

#include <pthread.h>

#include "db/group.h"
#include "store/setting.h"

#define THREADS 8
#define WORKS 200

/* Of one thread: every third change fails after it has written. */
struct worker {
	struct fixture *f;
	struct db_group *group;
	pthread_t thread;
	int number, at;
	int wrong;
};

static struct str key_of(const struct worker *w, int at, char text[32])
{
	snprintf(text, 32, "test.%d.%d", w->number, at);
	return str_of(text);
}

static bool fails(int at)
{
	return at % 3 == 1;
}

static enum rc write_one(void *ctx, struct db_tx *tx, struct err *err)
{
	struct worker *w = ctx;
	char key[32];
	enum rc rc = setting_put(tx, key_of(w, w->at, key), STR("x"), NOW, err);
	return rc == RC_OK && fails(w->at) ? err_set(err, RC_INVALID, "change %d", w->at) : rc;
}

static bool is_there(struct worker *w, struct db_ro *db, int at)
{
	struct arena arena;
	struct str value;
	char key[32];
	arena_init(&arena, 1 << 16);
	enum rc rc = setting_get(db, key_of(w, at, key), &arena, &value, NULL);
	arena_release(&arena);
	return rc == RC_OK;
}

static void *write_all(void *arg)
{
	struct worker *w = arg;
	struct db_rw *db;
	struct err err = ERR_INIT;
	if (db_rw_open(w->f->path, NULL, &db, &err) != RC_OK) {
		w->wrong++;
		return NULL;
	}
	for (w->at = 0; w->at < WORKS; w->at++) {
		char want[32];
		snprintf(want, sizeof want, "change %d", w->at);
		enum rc rc = db_together(w->group, db, write_one, w, &err);
		w->wrong += rc != (fails(w->at) ? RC_INVALID : RC_OK) || (fails(w->at) && strcmp(err.msg, want) != 0);
		w->wrong += is_there(w, db_rw_ro(db), w->at) == fails(w->at); /* at once, when it returns */
		err = (struct err)ERR_INIT;
	}
	db_rw_close(db);
	return NULL;
}

static void run(struct fixture *f, struct db_group *group, int threads)
{
	struct worker workers[THREADS];
	for (int i = 0; i < threads; i++) {
		workers[i] = (struct worker){ .f = f, .group = group, .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, write_all, &workers[i]), 0);
	}
	for (int i = 0; i < threads; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].wrong, 0);
	}
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM setting WHERE key LIKE 'test.%'"),
			 threads * (WORKS - (WORKS + 1) / 3));
}

static void what_succeeds_is_there_and_what_fails_is_not(void **state)
{
	struct db_group *group = db_group_new();
	run(*state, group, THREADS);
	db_group_free(group);
}

static void one_alone_needs_no_group(void **state)
{
	run(*state, NULL, 1);
}

/* A commit that fails is told to everybody whose work it was. */
static void a_database_that_is_locked_fails_all(void **state)
{
	struct fixture *f = *state;
	struct worker w = { .f = f };
	struct db_options impatient = { .busy_timeout_ms = 1 };
	struct db_rw *db;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(db_rw_open(f->path, &impatient, &db, &f->err), &f->err);
	assert_int_equal(db_together(NULL, db, write_one, &w, &f->err), RC_BUSY);
	db_rollback(tx);
	assert_false(is_there(&w, f->ro, 0));
	assert_ok(db_together(NULL, db, write_one, &w, &f->err), &f->err);
	assert_true(is_there(&w, f->ro, 0));
	db_rw_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		store_test(what_succeeds_is_there_and_what_fails_is_not),
		store_test(one_alone_needs_no_group),
		store_test(a_database_that_is_locked_fails_all),
	};
	return cmocka_run_group_tests_name("db group", tests, NULL, NULL);
}
