/* revision.c: every save of a post, kept. */
#include "base/base.h"
#include "store/revision.h"
#include "store/rows.h"

#define REVISION_LIST_MAX 1000
#define WRITER "coalesce(json_extract(r.fields, '$.writer'), '')"
#define BRIEF "r.id, r.post_id, r.user_id, r.created_ms, r.kind, r.name, r.title, NULL, NULL, u.name, " WRITER
#define WHOLE "r.id, r.post_id, r.user_id, r.created_ms, r.kind, r.name, r.title, r.fields, r.markdown, u.name, " WRITER
#define FROM " FROM revision AS r LEFT JOIN user AS u ON u.id = r.user_id "

enum { ADD, LIST, LAST_SAVED, GET, BEFORE, RENAME, LEAVE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO revision (post_id, user_id, created_ms, kind, name, title, fields, markdown) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[LIST] = "SELECT " BRIEF FROM "WHERE r.post_id = ?1 AND r.id < ?2 ORDER BY r.id DESC LIMIT ?3",
	[LAST_SAVED] = "SELECT " BRIEF FROM "WHERE r.post_id = ?1 AND r.kind <> 'autosave' ORDER BY r.id DESC LIMIT 1",
	[GET] = "SELECT " WHOLE FROM "WHERE r.id = ?1",
	[BEFORE] = "SELECT " WHOLE FROM "WHERE r.post_id = ?1 AND r.id < ?2 ORDER BY r.id DESC LIMIT 1",
	[LEAVE] = "UPDATE revision SET fields = json_set(fields, '$.writer', ?2) WHERE user_id = ?1 "
		"AND json_extract(fields, '$.writer') IS NULL",
	[RENAME] = "UPDATE revision SET name = ?2 WHERE id = ?1",
};

const struct statements revision_statements = { "revision.c", sql, SQL__MAX };

static void read_revision(struct db_stmt *st, struct arena *arena, void *item)
{
	struct revision *revision = item;
	revision->id = db_col_i64(st, 0);
	revision->post_id = db_col_i64(st, 1);
	revision->user_id = db_col_i64(st, 2);
	revision->created_ms = db_col_i64(st, 3);
	revision->kind = db_col_dup(st, 4, arena);
	revision->name = db_col_dup(st, 5, arena);
	revision->title = db_col_dup(st, 6, arena);
	revision->fields = db_col_dup(st, 7, arena);
	revision->markdown = db_col_dup(st, 8, arena);
	revision->author = db_col_dup(st, 9, arena);
	revision->writer = db_col_dup(st, 10, arena);
}

enum rc revision_add(struct db_tx *tx, const struct revision *revision, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, revision->post_id);
	rows_bind_nonzero(st, 2, revision->user_id);
	db_bind_i64(st, 3, revision->created_ms);
	rows_bind_text(st, 4, revision->kind);
	rows_bind_text(st, 5, revision->name);
	rows_bind_text(st, 6, revision->title);
	db_bind_str(st, 7, revision->fields.n ? revision->fields : STR("{}"));
	rows_bind_text(st, 8, revision->markdown);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		*id = db_last_id(tx);
	return rc;
}

enum rc revision_list(struct db_ro *db, int64_t post_id, int64_t before_id, int64_t limit, struct arena *arena,
		      struct revisions *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct revision);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, before_id);
	db_bind_i64(st, 3, rows_limit(limit, REVISION_LIST_MAX));
	rc = rows_all(st, &rows, read_revision, err);
	if (rc == RC_OK)
		*out = (struct revisions){ (struct revision *)rows.items, rows.count };
	return rc;
}

static enum rc get(struct db_ro *db, int statement, int64_t id, int64_t before_id, struct arena *arena,
		   struct revision *out, struct err *err)
{
	struct db_stmt *st;
	struct revision revision;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	if (before_id)
		db_bind_i64(st, 2, before_id);
	rc = rows_one(st, "the revision", read_revision, arena, &revision, err);
	if (rc == RC_OK)
		*out = revision;
	return rc;
}

enum rc revision_last_saved(struct db_ro *db, int64_t post_id, struct arena *arena, struct revision *out,
			    struct err *err)
{
	return get(db, LAST_SAVED, post_id, 0, arena, out, err);
}

enum rc revision_get(struct db_ro *db, int64_t id, struct arena *arena, struct revision *out, struct err *err)
{
	return get(db, GET, id, 0, arena, out, err);
}

enum rc revision_before(struct db_ro *db, int64_t post_id, int64_t before_id, struct arena *arena,
			struct revision *out, struct err *err)
{
	return get(db, BEFORE, post_id, before_id, arena, out, err);
}

enum rc revision_rename(struct db_tx *tx, int64_t id, struct str name, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[RENAME], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rows_bind_text(st, 2, name);
	return rows_touch(st, "the revision", err);
}

enum rc revision_leave(struct db_tx *tx, int64_t user_id, struct str role, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[LEAVE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_str(st, 2, role);
	return db_run(st, NULL, err);
}
