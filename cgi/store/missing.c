/* missing.c: addresses that readers asked for and did not find. */
#include "base/base.h"

#include "store/missing.h"
#include "store/rows.h"

enum { ADD, TRIM, BUSY, LAST, LIST, COUNT, IGNORE, DELETE, CLEAR, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = ("INSERT INTO missing (path, hits, last_ms, referrer, ignored) VALUES (?1, ?2, ?3, ?4, 0) "
		 "ON CONFLICT (path) DO UPDATE SET hits = hits + excluded.hits, last_ms = max(last_ms, excluded.last_ms), "
		 "referrer = CASE WHEN excluded.referrer <> '' THEN excluded.referrer ELSE referrer END"),
	[TRIM] = ("DELETE FROM missing WHERE path IN (SELECT path FROM missing ORDER BY ignored, hits, last_ms "
		  "LIMIT max(0, (SELECT count(*) FROM missing) - ?1))"),
	[BUSY] = "SELECT count(*) FROM (SELECT 1 FROM missing WHERE last_ms > ?1 LIMIT ?2)",
	[LAST] = "SELECT last_ms FROM missing WHERE path = ?1",
	[LIST] = ("SELECT path, hits, last_ms, referrer, ignored FROM missing WHERE ignored = ?1 "
		  "ORDER BY hits DESC, last_ms DESC LIMIT ?2"),
	[COUNT] = "SELECT count(*) FROM missing WHERE ignored = 0 AND hits >= ?1",
	[IGNORE] = "UPDATE missing SET ignored = ?2 WHERE path = ?1",
	[DELETE] = "DELETE FROM missing WHERE path = ?1",
	[CLEAR] = "DELETE FROM missing WHERE ignored = 0",
};

const struct statements missing_statements = { "missing.c", sql, SQL__MAX };

enum rc missing_add(struct db_tx *tx, const struct missing *missing, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, missing->path);
	db_bind_i64(st, 2, missing->hits);
	db_bind_i64(st, 3, missing->last_ms);
	rows_bind_text(st, 4, missing->referrer);
	return db_run(st, NULL, err);
}

enum rc missing_trim(struct db_tx *tx, struct err *err)
{
	return rows_run_for(tx, sql[TRIM], MISSING_ROWS_MAX, err);
}

enum rc missing_busy(struct db_ro *db, int64_t since_ms, int64_t limit, struct str path, int64_t *count, int64_t *last_ms,
		     struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[BUSY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, since_ms);
	db_bind_i64(st, 2, limit);
	rc = rows_i64(st, count, err);
	if (rc == RC_OK)
		rc = db_query(db, sql[LAST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	return rows_i64(st, last_ms, err);
}

static void read_missing(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct missing *)item = (struct missing){
		.path = db_col_dup(st, 0, arena), .hits = db_col_i64(st, 1), .last_ms = db_col_i64(st, 2),
		.referrer = db_col_dup(st, 3, arena), .ignored = db_col_i64(st, 4) != 0,
	};
}

enum rc missing_list(struct db_ro *db, bool ignored, int64_t limit, struct arena *arena, struct missings *out,
		     struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct missing);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, ignored);
	db_bind_i64(st, 2, rows_limit(limit, MISSING_ROWS_MAX));
	rc = rows_all(st, &rows, read_missing, err);
	if (rc == RC_OK)
		*out = (struct missings){ (struct missing *)(void *)rows.items, rows.count };
	return rc;
}

enum rc missing_count(struct db_ro *db, int64_t least_hits, int64_t *count, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[COUNT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, least_hits);
	return rows_i64(st, count, err);
}

enum rc missing_ignore(struct db_tx *tx, struct str path, bool ignored, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[IGNORE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	db_bind_i64(st, 2, ignored);
	return db_run(st, NULL, err);
}

enum rc missing_delete(struct db_tx *tx, struct str path, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, path);
	return db_run(st, NULL, err);
}

enum rc missing_clear(struct db_tx *tx, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[CLEAR], &st, err);
	return rc == RC_OK ? db_run(st, NULL, err) : rc;
}
