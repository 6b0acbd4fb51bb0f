/* store_fixture.h: a migrated site.db in a folder of its own, for the tests of store/. */
#ifndef PLATEN_TESTS_STORE_FIXTURE_H
#define PLATEN_TESTS_STORE_FIXTURE_H

#include "unit.h"

#include "db/db.h"
#include "db/migrate.h"
#include "store/post.h"
#include "store/post_list.h"
#include "store/schema.h"
#include "store/search.h"
#include "store/tag.h"
#include "store/user.h"

#include <ftw.h>
#include <unistd.h>

#define PROGRAM "0.1.0"
#define NOW 1700000000000 /* 2023-11-14 */
#define DAY 86400000

struct fixture {
	char folder[64];
	char path[96];
	struct db_rw *db;
	struct db_ro *ro;
	struct arena arena;
	struct err err;
};

static inline int fixture_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline void fixture_folder(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	/* In memory where there is such a place: thousands of commits sync thousands of times. */
	const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(f->folder, sizeof f->folder, "%s/platen-test-XXXXXX", root);
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof f->path, "%s/site.db", f->folder);
	arena_init(&f->arena, ARENA_MAX_B);
}

static inline void fixture_close(struct fixture *f)
{
	db_rw_close(f->db);
	arena_release(&f->arena);
	nftw(f->folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = mem_new(sizeof *f);
	fixture_folder(f);
	assert_ok(db_migrate(f->path, &schema_site, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	free(f);
	return 0;
}

#define store_test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static inline struct db_tx *fixture_begin(struct fixture *f)
{
	struct db_tx *tx = NULL;
	assert_ok(db_begin(f->db, &tx, &f->err), &f->err);
	return tx;
}

static inline void fixture_commit(struct fixture *f, struct db_tx *tx)
{
	assert_ok(db_commit(tx, &f->err), &f->err);
}

/* A published public post with everything unique made from `key`. */
static inline struct post fixture_post(struct fixture *f, const char *key)
{
	struct str k = str_of(key);
	return (struct post){
		.public_id = k, .kind = STR("post"), .status = STR("published"), .visibility = STR("public"),
		.slug = k, .path = arena_printf(&f->arena, "/%s", key), .title = k, .markdown = k,
		.html = arena_printf(&f->arena, "<p>%s</p>", key), .published_ms = NOW - DAY, .local_ym = 202311,
		.created_ms = NOW - DAY, .updated_ms = NOW - DAY, .edited_ms = NOW - DAY, .word_count = 1,
	};
}

static inline int64_t fixture_insert(struct fixture *f, const struct post *post)
{
	int64_t id = 0;
	struct db_tx *tx = fixture_begin(f);
	assert_ok(post_insert(tx, post, &id, &f->err), &f->err);
	fixture_commit(f, tx);
	return id;
}

/* traffic.db beside it, migrated. */
static inline struct db_rw *fixture_traffic(struct fixture *f)
{
	struct db_rw *db;
	const char *path = arena_printf(&f->arena, "%s/traffic.db", f->folder).p;
	assert_ok(db_migrate(path, &schema_traffic, PROGRAM, NOW, NULL, &f->err), &f->err);
	assert_ok(db_rw_open(path, NULL, &db, &f->err), &f->err);
	return db;
}

/* The first value of a query written in a test; the literal must be one. */
static inline int64_t fixture_number(struct fixture *f, const char *sql)
{
	struct db_stmt *st;
	bool row;
	assert_ok(db_query(f->ro, sql, &st, &f->err), &f->err);
	assert_ok(db_step(st, &row, &f->err), &f->err);
	int64_t value = row ? db_col_i64(st, 0) : -1;
	db_done(st);
	return value;
}

#endif
