/* access_link.c: one-time links with which somebody sets a password. */
#include "base/base.h"
#include "store/access_link.h"
#include "store/rows.h"

enum { PUT, GET, DELETE_OF, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[PUT] = ("INSERT INTO access_link (token_hash, user_id, created_ms, expires_ms) VALUES (?1, ?2, ?3, ?4)"),
	[GET] = "SELECT user_id FROM access_link WHERE token_hash = ?1 AND expires_ms > ?2",
	[DELETE_OF] = "DELETE FROM access_link WHERE user_id = ?1",
};

const struct statements access_link_statements = { "access_link.c", sql, SQL__MAX };

enum rc access_link_delete(struct db_tx *tx, int64_t user_id, struct err *err)
{
	return rows_run_for(tx, sql[DELETE_OF], user_id, err);
}

enum rc access_link_put(struct db_tx *tx, struct str token_hash, int64_t user_id, int64_t now_ms, int64_t expires_ms,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = access_link_delete(tx, user_id, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, user_id);
	db_bind_i64(st, 3, now_ms);
	db_bind_i64(st, 4, expires_ms);
	return db_run(st, NULL, err);
}

enum rc access_link_get(struct db_ro *db, struct str token_hash, int64_t now_ms, int64_t *user_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, now_ms);
	rc = rows_first(st, "the link", err);
	if (rc != RC_OK)
		return rc;
	*user_id = db_col_i64(st, 0);
	db_done(st);
	return RC_OK;
}
