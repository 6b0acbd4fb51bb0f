/* redirect_hit.c: how often redirects are followed, and when last. */
#include "base/base.h"

#include "store/redirect_hit.h"
#include "store/rows.h"

#define LIST_MAX 1000

enum { ADD, GET, MOST, LATEST, DELETE, SINCE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = ("INSERT INTO redirect_hit (from_path, hits, last_ms) VALUES (?1, ?2, ?3) ON CONFLICT (from_path) "
		 "DO UPDATE SET hits = hits + excluded.hits, last_ms = max(last_ms, excluded.last_ms)"),
	[GET] = "SELECT hits, last_ms FROM redirect_hit WHERE from_path = ?1",
	[MOST] = ("SELECT from_path, hits, last_ms FROM redirect_hit WHERE (hits, from_path) < (?1, ?2) "
		  "ORDER BY hits DESC, from_path DESC LIMIT ?3"),
	[LATEST] = ("SELECT from_path, hits, last_ms FROM redirect_hit WHERE (last_ms, from_path) < (?1, ?2) "
		    "ORDER BY last_ms DESC, from_path DESC LIMIT ?3"),
	[DELETE] = "DELETE FROM redirect_hit WHERE from_path = ?1",
	[SINCE] = "SELECT since_ms FROM redirect_counted",
};

const struct statements redirect_hit_statements = { "redirect_hit.c", sql, SQL__MAX };

enum rc redirect_hit_add(struct db_tx *tx, const struct redirect_hit *hit, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hit->from_path);
	db_bind_i64(st, 2, hit->hits);
	db_bind_i64(st, 3, hit->last_ms);
	return db_run(st, NULL, err);
}

enum rc redirect_hit_get(struct db_ro *db, struct str from_path, struct redirect_hit *out, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, from_path);
	rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct redirect_hit){ from_path, row ? db_col_i64(st, 0) : 0, row ? db_col_i64(st, 1) : 0 };
	db_done(st);
	return RC_OK;
}

static void read_hit(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct redirect_hit *)item = (struct redirect_hit){ db_col_dup(st, 0, arena), db_col_i64(st, 1), db_col_i64(st, 2) };
}

enum rc redirect_hit_list(struct db_ro *db, enum redirect_hit_order order, const struct redirect_hit *after,
			  int64_t limit, struct arena *arena, struct redirect_hits *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct redirect_hit);
	enum rc rc = db_query(db, sql[order == REDIRECT_HIT_MOST ? MOST : LATEST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, !after ? INT64_MAX : order == REDIRECT_HIT_MOST ? after->hits : after->last_ms);
	rows_bind_text(st, 2, after ? after->from_path : STR(""));
	db_bind_i64(st, 3, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_hit, err);
	if (rc == RC_OK)
		*out = (struct redirect_hits){ (struct redirect_hit *)(void *)rows.items, rows.count };
	return rc;
}

enum rc redirect_hit_delete(struct db_tx *tx, struct str from_path, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, from_path);
	return db_run(st, NULL, err);
}

enum rc redirect_hit_since(struct db_ro *db, int64_t *since_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[SINCE], &st, err);
	return rc == RC_OK ? rows_i64(st, since_ms, err) : rc;
}
