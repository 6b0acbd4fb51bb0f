/* presence.c: who has which post open. */
#include "base/base.h"
#include "store/presence.h"
#include "store/rows.h"

#define LIST_MAX 20

enum { PUT, LIST, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[PUT] = "INSERT INTO presence (post_id, user_id, since_ms, seen_ms) VALUES (?1, ?2, ?3, ?3) "
		"ON CONFLICT (post_id, user_id) DO UPDATE SET seen_ms = ?3, "
		"since_ms = CASE WHEN presence.seen_ms > ?4 THEN presence.since_ms ELSE ?3 END",
	[LIST] = "SELECT user_id, since_ms, seen_ms FROM presence WHERE post_id = ?1 AND seen_ms > ?2 ORDER BY user_id LIMIT ?3",
};

const struct statements presence_statements = { "presence.c, traffic", sql, SQL__MAX };

static void read_presence(struct db_stmt *st, struct arena *arena, void *item)
{
	(void)arena;
	*(struct presence *)item = (struct presence){ db_col_i64(st, 0), db_col_i64(st, 1), db_col_i64(st, 2) };
}

enum rc presence_put(struct db_tx *tx, int64_t post_id, int64_t user_id, int64_t now_ms, int64_t gone_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, user_id);
	db_bind_i64(st, 3, now_ms);
	db_bind_i64(st, 4, gone_ms);
	return db_run(st, NULL, err);
}

enum rc presence_list(struct db_ro *db, int64_t post_id, int64_t gone_ms, int64_t limit, struct arena *arena,
		      struct presences *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct presence);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, gone_ms);
	db_bind_i64(st, 3, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_presence, err);
	if (rc == RC_OK)
		*out = (struct presences){ (struct presence *)(void *)rows.items, rows.count };
	return rc;
}
