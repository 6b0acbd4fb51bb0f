/* autosave.c: what a person has typed and not saved yet, one a post. */
#include "base/base.h"

#include "store/autosave.h"
#include "store/rows.h"

#define LIST_MAX 100

enum { PUT, GET, LIST_NEW, DELETE, LEAVE_REVISIONS, LEAVE_NEW, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[PUT] = "INSERT INTO autosave (user_id, key, post_id, version, saved_ms, title, fields, markdown) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (user_id, key) DO UPDATE SET "
		"post_id = excluded.post_id, version = excluded.version, saved_ms = excluded.saved_ms, "
		"title = excluded.title, fields = excluded.fields, markdown = excluded.markdown",
	[GET] = "SELECT user_id, key, post_id, version, saved_ms, title, fields, markdown FROM autosave "
		"WHERE user_id = ?1 AND key = ?2",
	[LIST_NEW] = "SELECT user_id, key, post_id, version, saved_ms, title, NULL, NULL FROM autosave "
		"WHERE user_id = ?1 AND post_id IS NULL ORDER BY saved_ms DESC LIMIT ?2",
	[LEAVE_REVISIONS] = "INSERT INTO revision (post_id, user_id, created_ms, kind, name, title, fields, markdown) "
		"SELECT post_id, user_id, saved_ms, 'autosave', '', title, fields, markdown FROM autosave "
		"WHERE user_id = ?1 AND post_id IS NOT NULL AND ?2 = ?2",
	/* Keys are random: should two be the same, a longer one parts them. */
	[LEAVE_NEW] = "UPDATE autosave SET user_id = ?2, key = CASE WHEN EXISTS (SELECT 1 FROM autosave o "
		"WHERE o.user_id = ?2 AND o.key = autosave.key) THEN key || '-' || id ELSE key END "
		"WHERE user_id = ?1 AND post_id IS NULL",
	[DELETE] = "DELETE FROM autosave WHERE user_id = ?1 AND key = ?2",
};

const struct statements autosave_statements = { "autosave.c", sql, SQL__MAX };

static void read_autosave(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct autosave *)item = (struct autosave){
		.user_id = db_col_i64(st, 0), .key = db_col_dup(st, 1, arena), .post_id = db_col_i64(st, 2),
		.version = db_col_i64(st, 3), .saved_ms = db_col_i64(st, 4), .title = db_col_dup(st, 5, arena),
		.fields = db_col_dup(st, 6, arena), .markdown = db_col_dup(st, 7, arena),
	};
}

enum rc autosave_put(struct db_tx *tx, const struct autosave *autosave, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, autosave->user_id);
	db_bind_str(st, 2, autosave->key);
	rows_bind_nonzero(st, 3, autosave->post_id);
	db_bind_i64(st, 4, autosave->version);
	db_bind_i64(st, 5, autosave->saved_ms);
	rows_bind_text(st, 6, autosave->title);
	rows_bind_text(st, 7, autosave->fields);
	rows_bind_text(st, 8, autosave->markdown);
	return db_run(st, NULL, err);
}

enum rc autosave_get(struct db_ro *db, int64_t user_id, struct str key, struct arena *arena, struct autosave *out,
		     struct err *err)
{
	struct db_stmt *st;
	struct autosave found;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_str(st, 2, key);
	rc = rows_one(st, "the unsaved text", read_autosave, arena, &found, err);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc autosave_list_new(struct db_ro *db, int64_t user_id, int64_t limit, struct arena *arena,
			  struct autosaves *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct autosave);
	enum rc rc = db_query(db, sql[LIST_NEW], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_autosave, err);
	if (rc == RC_OK)
		*out = (struct autosaves){ (struct autosave *)(void *)rows.items, rows.count };
	return rc;
}

enum rc autosave_delete(struct db_tx *tx, int64_t user_id, struct str key, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_str(st, 2, key);
	return db_run(st, NULL, err);
}

enum rc autosave_leave(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err)
{
	static const int steps[] = { LEAVE_REVISIONS, LEAVE_NEW };
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(steps); i++) {
		struct db_stmt *st;
		rc = db_prepare(tx, sql[steps[i]], &st, err);
		if (rc != RC_OK)
			break;
		db_bind_i64(st, 1, from_id);
		db_bind_i64(st, 2, to_id);
		rc = db_run(st, NULL, err);
	}
	return rc;
}
