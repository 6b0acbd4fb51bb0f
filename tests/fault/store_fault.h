/* store_fault.h: a writer that reports each acknowledged commit, and the check after its end. */
#ifndef PLATEN_TESTS_STORE_FAULT_H
#define PLATEN_TESTS_STORE_FAULT_H

#include "store_fixture.h"

#include "db/admin.h"

#include <sys/wait.h>

/* One commit of the kind a site makes: a post with its tags, its search text and an old one edited. */
static inline enum rc fault_commit(struct db_rw *db, struct fixture *f, int64_t *id)
{
	struct db_tx *tx;
	int64_t max, tag;
	enum rc rc = db_begin(db, &tx, &f->err);
	if (rc != RC_OK)
		return rc;
	rc = post_max_id(db_tx_ro(tx), &max, &f->err);
	struct str key = arena_printf(&f->arena, "p%lld", (long long)max + 1);
	struct post post = fixture_post(f, key.p), old;
	char body[6000];
	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (char)(i % 7 ? 'a' + (i * (size_t)(max + 3) >> 3) % 26 : ' ');
	post.markdown = str_n(body, 500 + (size_t)(max * 977 % 5000));
	if (rc == RC_OK)
		rc = post_insert(tx, &post, id, &f->err);
	if (rc == RC_OK)
		rc = tag_ensure(tx, STR("t"), STR("T"), NOW, &tag, &f->err);
	if (rc == RC_OK)
		rc = post_set_tags(tx, *id, &tag, 1, &f->err);
	if (rc == RC_OK)
		rc = search_put(tx, *id, post.title, post.markdown, STR("T"), NULL, &f->err);
	if (rc == RC_OK && max > 0 && (rc = post_get(db_tx_ro(tx), 1 + max / 2, &f->arena, &old, &f->err)) == RC_OK) {
		old.title = key;
		rc = post_update(tx, &old, old.version, &f->err);
	}
	if (rc != RC_OK) {
		db_rollback(tx);
		return rc;
	}
	return db_commit(tx, &f->err);
}

/* In the child: commits for ever, and writes the id to `report` only after the commit returned. */
_Noreturn static inline void fault_write(struct fixture *f, const struct db_options *opt, int report)
{
	struct db_rw *db;
	int64_t id;
	if (db_rw_open(f->path, opt, &db, &f->err) != RC_OK)
		goto fail;
	struct db_stmt *st;
	bool row; /* small, so that checkpoints happen all the time */
	if (db_query(db_rw_ro(db), "PRAGMA wal_autocheckpoint = 200", &st, &f->err) != RC_OK ||
	    db_step(st, &row, &f->err) != RC_OK)
		goto fail;
	db_done(st);
	while (fault_commit(db, f, &id) == RC_OK) {
		arena_reset(&f->arena);
		if (write(report, &id, sizeof id) != sizeof id)
			break;
	}
fail:
	fprintf(stderr, "writer: %s\n", f->err.msg);
	_exit(1);
}

/* In the parent, after the child's end: the file is whole and the highest id there is returned. */
static inline int64_t fault_check(struct fixture *f)
{
	struct db_findings found;
	int64_t max;
	assert_ok(db_rw_open(f->path, NULL, &f->db, &f->err), &f->err);
	f->ro = db_rw_ro(f->db);
	assert_ok(db_check(f->ro, &f->arena, &found, &f->err), &f->err);
	for (size_t i = 0; i < found.count; i++)
		print_error("%.*s\n", STR_ARG(found.items[i]));
	assert_int_equal(found.count, 0);
	assert_ok(post_max_id(f->ro, &max, &f->err), &f->err);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM post"), max);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM post_text"), max);
	assert_int_equal(fixture_number(f, "SELECT value FROM counter WHERE name = 'listed_count'"), max);
	assert_true(max == 0 || fixture_number(f, "SELECT listed_count FROM tag") == max);
	db_rw_close(f->db);
	f->db = NULL;
	arena_reset(&f->arena);
	return max;
}

#endif
