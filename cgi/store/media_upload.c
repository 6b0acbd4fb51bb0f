/* media_upload.c: uploads under way. */
#include "base/base.h"
#include "store/media_upload.h"
#include "store/rows.h"

#define AT_ONCE_MAX 1000
#define COLUMNS "id, public_id, user_id, name, size_b, pinned, replaces, created_ms, expires_ms, item_id, direct "

enum { ADD, GET, KEEP, FINISH, REMOVE, REMOVE_OVER, COUNT, OVER, KNOWN, OLDEST_DIRECT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO media_upload (public_id, user_id, name, size_b, pinned, replaces, created_ms, expires_ms, direct) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[GET] = "SELECT " COLUMNS "FROM media_upload WHERE public_id = ?1 AND user_id = ?2",
	[KEEP] = "UPDATE media_upload SET expires_ms = ?2 WHERE id = ?1",
	[FINISH] = "UPDATE media_upload SET item_id = ?2 WHERE id = ?1",
	[REMOVE] = "DELETE FROM media_upload WHERE id = ?1",
	[REMOVE_OVER] = "DELETE FROM media_upload WHERE id = ?1 AND expires_ms < ?2",
	[COUNT] = "SELECT coalesce(sum(user_id = ?1), 0), coalesce(sum(CASE user_id WHEN ?1 THEN size_b * (direct IS NULL) END), 0), "
		"count(*), coalesce(sum(size_b * (direct IS NULL)), 0) FROM media_upload "
		"INDEXED BY media_upload_open WHERE item_id IS NULL AND id > 0",
	[OVER] = "SELECT " COLUMNS "FROM media_upload WHERE expires_ms < ?1 ORDER BY expires_ms LIMIT ?2",
	[KNOWN] = "SELECT 1 FROM media_upload WHERE public_id = ?1",
	[OLDEST_DIRECT] = "SELECT coalesce(min(CASE WHEN direct IS NULL THEN NULL ELSE created_ms END), 0) FROM media_upload "
			  "INDEXED BY media_upload_open WHERE item_id IS NULL AND id > 0",
};

const struct statements media_upload_statements = { "media_upload.c", sql, SQL__MAX };

static void read_upload(struct db_stmt *st, struct arena *arena, void *item)
{
	struct media_upload *u = item;
	u->id = db_col_i64(st, 0);
	u->public_id = db_col_dup(st, 1, arena);
	u->user_id = db_col_i64(st, 2);
	u->name = db_col_dup(st, 3, arena);
	u->size_b = db_col_i64(st, 4);
	u->pinned = db_col_i64(st, 5) != 0;
	u->replaces = db_col_i64(st, 6);
	u->created_ms = db_col_i64(st, 7);
	u->expires_ms = db_col_i64(st, 8);
	u->item_id = db_col_i64(st, 9);
	u->direct = db_col_dup(st, 10, arena);
}

enum rc media_upload_add(struct db_tx *tx, const struct media_upload *u, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, u->public_id);
	db_bind_i64(st, 2, u->user_id);
	rows_bind_text(st, 3, u->name);
	db_bind_i64(st, 4, u->size_b);
	db_bind_i64(st, 5, u->pinned);
	db_bind_i64(st, 6, u->replaces);
	db_bind_i64(st, 7, u->created_ms);
	db_bind_i64(st, 8, u->expires_ms);
	if (str_given(u->direct))
		rows_bind_text(st, 9, u->direct);
	return db_run(st, NULL, err);
}

enum rc media_upload_get(struct db_ro *db, struct str public_id, int64_t user_id, struct arena *arena,
			 struct media_upload *out, struct err *err)
{
	struct db_stmt *st;
	struct media_upload upload;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, public_id);
	db_bind_i64(st, 2, user_id);
	rc = rows_one(st, "the upload", read_upload, arena, &upload, err);
	if (rc == RC_OK)
		*out = upload;
	return rc;
}

static enum rc set(struct db_tx *tx, int statement, int64_t id, int64_t value, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, value);
	return rows_touch(st, "the upload", err);
}

enum rc media_upload_keep(struct db_tx *tx, int64_t id, int64_t expires_ms, struct err *err)
{
	return set(tx, KEEP, id, expires_ms, err);
}

enum rc media_upload_finish(struct db_tx *tx, int64_t id, int64_t item_id, struct err *err)
{
	return set(tx, FINISH, id, item_id, err);
}

enum rc media_upload_remove(struct db_tx *tx, int64_t id, struct err *err)
{
	return rows_run_for(tx, sql[REMOVE], id, err);
}

enum rc media_upload_remove_over(struct db_tx *tx, int64_t id, int64_t now_ms, bool *gone, struct err *err)
{
	struct db_stmt *st;
	int64_t changes = 0;
	enum rc rc = db_prepare(tx, sql[REMOVE_OVER], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	rc = db_run(st, &changes, err);
	if (rc == RC_OK)
		*gone = changes > 0;
	return rc;
}

enum rc media_upload_count(struct db_ro *db, int64_t user_id, struct media_upload_counts *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[COUNT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	rc = rows_first(st, "the count", err);
	if (rc != RC_OK)
		return rc;
	*out = (struct media_upload_counts){ db_col_i64(st, 0), db_col_i64(st, 1), db_col_i64(st, 2), db_col_i64(st, 3) };
	db_done(st);
	return RC_OK;
}

enum rc media_upload_over(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena,
			  struct media_uploads *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct media_upload);
	enum rc rc = db_query(db, sql[OVER], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	db_bind_i64(st, 2, rows_limit(limit, AT_ONCE_MAX));
	rc = rows_all(st, &rows, read_upload, err);
	if (rc == RC_OK)
		*out = (struct media_uploads){ (struct media_upload *)rows.items, rows.count };
	return rc;
}

enum rc media_upload_is_known(struct db_ro *db, struct str public_id, bool *known, struct err *err)
{
	struct db_stmt *st;
	int64_t found = 0;
	enum rc rc = db_query(db, sql[KNOWN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, public_id);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK)
		*known = found != 0;
	return rc;
}

enum rc media_upload_oldest_direct(struct db_ro *db, int64_t *created_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OLDEST_DIRECT], &st, err);
	return rc == RC_OK ? rows_i64(st, created_ms, err) : rc;
}
