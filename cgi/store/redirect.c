/* redirect.c: old addresses. */
#include "base/base.h"

#include "store/redirect.h"
#include "store/redirect_index.h"
#include "store/rows.h"

#define REDIRECT_LIST_MAX 1000
#define FEW 2000               /* so many matches are put in order at once */
#define WORK 8                 /* rows of the index that are renewed with each write */
#define REDIRECT_COLUMNS "r.from_path, r.to_path, r.post_id, r.status, r.created_ms"
#define WITH_TARGET "SELECT " REDIRECT_COLUMNS ", coalesce(r.to_path, p.path) FROM redirect r " \
	"LEFT JOIN post p ON p.id = r.post_id "

enum { GET, GET_FOLD, PUT, DELETE, LIST, OF_POST, FIND, FIND_PART, FIND_FEW, REPOINT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = WITH_TARGET "WHERE r.from_path = ?1",
	[GET_FOLD] = WITH_TARGET "WHERE r.from_path = ?1 COLLATE NOCASE LIMIT 1",
	[PUT] = "INSERT INTO redirect (from_path, to_path, post_id, status, created_ms) "
		"VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (from_path) DO UPDATE SET to_path = excluded.to_path, "
		"post_id = excluded.post_id, status = excluded.status",
	[DELETE] = "DELETE FROM redirect WHERE from_path = ?1",
	[LIST] = "SELECT " REDIRECT_COLUMNS " FROM redirect r WHERE r.from_path > ?1 ORDER BY r.from_path LIMIT ?2",
	[FIND] = WITH_TARGET "WHERE r.from_path > ?1 ORDER BY r.from_path LIMIT ?2",
	[FIND_PART] = WITH_TARGET "WHERE r.from_path > ?1 AND (instr(lower(r.from_path), lower(?3)) > 0 OR "
		"instr(lower(coalesce(r.to_path, p.path, '')), lower(?3)) > 0) ORDER BY r.from_path LIMIT ?2",
	/* What the index gives may be another by now, and what is noted is not in it yet. (FTS5: SQLite only.) */
	[FIND_FEW] = "SELECT " REDIRECT_COLUMNS ", coalesce(r.to_path, p.path) FROM ("
		"SELECT t.from_path FROM redirect_fts CROSS JOIN redirect_text t ON t.id = redirect_fts.rowid "
		"WHERE redirect_fts MATCH ?4 UNION SELECT from_path FROM redirect_todo) k "
		"CROSS JOIN redirect r ON r.from_path = k.from_path LEFT JOIN post p ON p.id = r.post_id "
		"WHERE r.from_path > ?1 AND (instr(lower(r.from_path), lower(?3)) > 0 OR "
		"instr(lower(coalesce(r.to_path, p.path, '')), lower(?3)) > 0) ORDER BY r.from_path LIMIT ?2",
	[REPOINT] = "UPDATE redirect SET to_path = ?2 WHERE to_path = ?1",
	[OF_POST] = "SELECT " REDIRECT_COLUMNS " FROM redirect r WHERE r.post_id = ?1 ORDER BY r.from_path",
};

const struct statements redirect_statements = { "redirect.c", sql, SQL__MAX };

static void read_redirect(struct db_stmt *st, struct arena *arena, void *item)
{
	struct redirect *redirect = item;
	redirect->from_path = db_col_dup(st, 0, arena);
	redirect->to_path = db_col_dup(st, 1, arena);
	redirect->post_id = db_col_i64(st, 2);
	redirect->status = db_col_i64(st, 3);
	redirect->created_ms = db_col_i64(st, 4);
}

static enum rc get(struct db_ro *db, int statement, struct str path, struct arena *arena, struct redirect *out,
		   struct str *target, struct err *err)
{
	struct db_stmt *st;
	struct redirect found;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	rc = rows_first(st, "the redirect", err);
	if (rc != RC_OK)
		return rc;
	read_redirect(st, arena, &found);
	struct str to = db_col_dup(st, 5, arena);
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK) {
		*out = found;
		*target = to;
	}
	return rc;
}

enum rc redirect_get(struct db_ro *db, struct str path, struct arena *arena, struct redirect *out,
		     struct str *target, struct err *err)
{
	enum rc rc = get(db, GET, path, arena, out, target, err);
	return rc == RC_NOTFOUND ? get(db, GET_FOLD, path, arena, out, target, err) : rc;
}

enum rc redirect_put(struct db_tx *tx, const struct redirect *redirect, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, redirect->from_path);
	rows_bind_nonempty(st, 2, redirect->to_path);
	rows_bind_nonzero(st, 3, redirect->post_id);
	db_bind_i64(st, 4, redirect->status);
	db_bind_i64(st, 5, redirect->created_ms);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? redirect_index_work(tx, WORK, err) : rc;
}

enum rc redirect_delete(struct db_tx *tx, struct str from_path, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, from_path);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? redirect_index_work(tx, WORK, err) : rc;
}

static enum rc read_all(struct db_stmt *st, struct arena *arena, struct redirects *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct redirect);
	enum rc rc = rows_all(st, &rows, read_redirect, err);
	if (rc == RC_OK)
		*out = (struct redirects){ (struct redirect *)rows.items, rows.count };
	return rc;
}

enum rc redirect_list(struct db_ro *db, struct str after, int64_t limit, struct arena *arena,
		      struct redirects *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	rows_bind_text(st, 1, after);
	db_bind_i64(st, 2, rows_limit(limit, REDIRECT_LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc redirect_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct redirects *out,
			      struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OF_POST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	return read_all(st, arena, out, err);
}

static void read_aimed(struct db_stmt *st, struct arena *arena, void *item)
{
	struct redirect_aimed *aimed = item;
	read_redirect(st, arena, &aimed->redirect);
	aimed->target = db_col_dup(st, 5, arena);
}

enum rc redirect_find(struct db_ro *db, struct str part, struct str after, int64_t limit, struct arena *arena,
		      struct redirects_aimed *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct redirect_aimed);
	struct str phrase = STR_NONE;
	int64_t count = 0;
	enum rc rc = RC_OK;
	part = str_or_empty(part);
	if (part.n)
		rc = redirect_index_ask(db, part, FEW + 1, arena, &phrase, &count, err);
	/* What is found often is met soon on a walk in order, what is found seldom is put in order: neither takes long. */
	bool few = str_given(phrase) && count <= FEW;
	if (rc == RC_OK)
		rc = db_query(db, sql[!part.n ? FIND : few ? FIND_FEW : FIND_PART], &st, err);
	if (rc != RC_OK)
		return rc;
	rows_bind_text(st, 1, after);
	db_bind_i64(st, 2, rows_limit(limit, REDIRECT_LIST_MAX));
	if (part.n)
		db_bind_str(st, 3, part);
	if (few)
		db_bind_str(st, 4, phrase);
	rc = rows_all(st, &rows, read_aimed, err);
	if (rc == RC_OK)
		*out = (struct redirects_aimed){ (struct redirect_aimed *)(void *)rows.items, rows.count };
	return rc;
}

enum rc redirect_repoint(struct db_tx *tx, struct str from_target, struct str to_target, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[REPOINT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, from_target);
	db_bind_str(st, 2, to_target);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? redirect_index_work(tx, WORK, err) : rc;
}
