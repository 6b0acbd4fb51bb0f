/* session.c: who is signed in where. */
#include "base/base.h"
#include "store/rows.h"
#include "store/session.h"

#define LIST_MAX 1000
#define COLUMNS "token_hash, user_id, epoch, created_ms, seen_ms, expires_ms, remote_addr, user_agent, proved_ms"

enum { INSERT, GET, TOUCH, PROVE, LIST, DELETE_ONE, DELETE_OTHERS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[INSERT] = "INSERT INTO session (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[GET] = "SELECT " COLUMNS " FROM session WHERE token_hash = ?1 AND expires_ms > ?2",
	[TOUCH] = "UPDATE session SET seen_ms = ?2, expires_ms = ?3, remote_addr = ?4 WHERE token_hash = ?1",
	[PROVE] = "UPDATE session SET proved_ms = ?2 WHERE token_hash = ?1",
	[LIST] = ("SELECT " COLUMNS " FROM session WHERE user_id = ?1 AND expires_ms > ?2 "
		  "ORDER BY seen_ms DESC LIMIT ?3"),
	[DELETE_ONE] = "DELETE FROM session WHERE token_hash = ?2 AND user_id = ?1",
	[DELETE_OTHERS] = "DELETE FROM session WHERE user_id = ?1 AND token_hash IS NOT ?2",
};

const struct statements session_statements = { "session.c, traffic", sql, SQL__MAX };

enum rc session_insert(struct db_tx *tx, const struct session *session, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[INSERT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, session->token_hash);
	db_bind_i64(st, 2, session->user_id);
	db_bind_i64(st, 3, session->epoch);
	db_bind_i64(st, 4, session->created_ms);
	db_bind_i64(st, 5, session->seen_ms);
	db_bind_i64(st, 6, session->expires_ms);
	db_bind_str(st, 7, session->remote_addr);
	db_bind_str(st, 8, session->user_agent);
	db_bind_i64(st, 9, session->proved_ms);
	return db_run(st, NULL, err);
}

static void read_session(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct session *)item = (struct session){
		.token_hash = db_col_dup(st, 0, arena), .user_id = db_col_i64(st, 1), .epoch = db_col_i64(st, 2),
		.created_ms = db_col_i64(st, 3), .seen_ms = db_col_i64(st, 4), .expires_ms = db_col_i64(st, 5),
		.remote_addr = db_col_dup(st, 6, arena), .user_agent = db_col_dup(st, 7, arena),
		.proved_ms = db_col_i64(st, 8),
	};
}

enum rc session_get(struct db_ro *db, struct str token_hash, int64_t now_ms, struct arena *arena,
		    struct session *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, now_ms);
	return rows_one(st, "the session", read_session, arena, out, err);
}

enum rc session_touch(struct db_tx *tx, struct str token_hash, int64_t seen_ms, int64_t expires_ms,
		      struct str remote_addr, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TOUCH], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, seen_ms);
	db_bind_i64(st, 3, expires_ms);
	db_bind_str(st, 4, remote_addr);
	return rows_touch(st, "the session", err);
}

enum rc session_prove(struct db_tx *tx, struct str token_hash, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PROVE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, now_ms);
	return rows_touch(st, "the session", err);
}

enum rc session_list(struct db_ro *db, int64_t user_id, int64_t now_ms, int64_t limit, struct arena *arena,
		     struct sessions *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct session);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, now_ms);
	db_bind_i64(st, 3, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_session, err);
	*out = (struct sessions){ (struct session *)(void *)rows.items, rows.count };
	return rc;
}

enum rc session_delete(struct db_tx *tx, int64_t user_id, struct str token_hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE_ONE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_blob(st, 2, token_hash);
	return rows_touch(st, "the session", err);
}

enum rc session_delete_others(struct db_tx *tx, int64_t user_id, struct str kept, int64_t *ended, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE_OTHERS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_blob(st, 2, kept);
	return db_run(st, ended, err);
}
