/* archive.c: how many visible posts each month has. */
#include "base/base.h"
#include "store/archive.h"
#include "store/rows.h"

enum { LIST, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	/* The future's posts are few: one range, grouped, and not one look-up a month. */
	[LIST] = "SELECT a.ym, a.n - coalesce(f.n, 0) AS visible FROM archive_count a LEFT JOIN "
		"(SELECT local_ym, count(*) AS n FROM post WHERE listed = 1 AND published_ms > ?1 "
		"GROUP BY local_ym) f ON f.local_ym = a.ym "
		"WHERE a.n - coalesce(f.n, 0) > 0 ORDER BY a.ym DESC",
};

const struct statements archive_statements = { "archive.c", sql, SQL__MAX };

static void read_month(struct db_stmt *st, struct arena *arena, void *item)
{
	struct archive_month *month = item;
	(void)arena;
	month->ym = db_col_i64(st, 0);
	month->count = db_col_i64(st, 1);
}

enum rc archive_list(struct db_ro *db, int64_t now_ms, struct arena *arena, struct archive *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct archive_month);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	rc = rows_all(st, &rows, read_month, err);
	if (rc == RC_OK)
		*out = (struct archive){ (struct archive_month *)rows.items, rows.count };
	return rc;
}
