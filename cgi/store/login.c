/* login.c: attempts to sign in, counted by account and by address. */
#include "base/base.h"
#include "store/login.h"
#include "store/rows.h"

enum { NOTE, SUCCEED, FORGET, OF_ACCOUNT, OF_ADDRESS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[NOTE] = "INSERT INTO login_attempt (at_ms, account, remote_addr, succeeded) VALUES (?1, ?2, ?3, ?4) "
		 "RETURNING id",
	[SUCCEED] = "UPDATE login_attempt SET succeeded = 1 WHERE id = ?1",
	[FORGET] = "DELETE FROM login_attempt WHERE id = ?1",
	[OF_ACCOUNT] = ("SELECT count(*), max(at_ms) FROM (SELECT at_ms FROM login_attempt "
			"WHERE account = ?1 AND at_ms > ?2 AND succeeded = 0 ORDER BY at_ms DESC LIMIT ?3)"),
	[OF_ADDRESS] = ("SELECT count(*), max(at_ms) FROM (SELECT at_ms FROM login_attempt "
			"WHERE remote_addr = ?1 AND at_ms > ?2 AND succeeded = 0 ORDER BY at_ms DESC LIMIT ?3)"),
};

const struct statements login_statements = { "login.c, traffic", sql, SQL__MAX };

enum rc login_note(struct db_tx *tx, int64_t at_ms, struct str account, struct str remote_addr, bool succeeded,
		   int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[NOTE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, at_ms);
	db_bind_str(st, 2, account);
	db_bind_str(st, 3, remote_addr);
	db_bind_i64(st, 4, succeeded);
	return rows_i64(st, id, err);
}

static enum rc change(struct db_tx *tx, const char *statement, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, statement, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return db_run(st, NULL, err);
}

enum rc login_succeed(struct db_tx *tx, int64_t id, struct err *err)
{
	return change(tx, sql[SUCCEED], id, err);
}

enum rc login_forget(struct db_tx *tx, int64_t id, struct err *err)
{
	return change(tx, sql[FORGET], id, err);
}

enum rc login_failures(struct db_ro *db, enum login_by by, struct str key, int64_t since_ms, int64_t max,
		       struct login_failures *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[by == LOGIN_BY_ACCOUNT ? OF_ACCOUNT : OF_ADDRESS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	db_bind_i64(st, 2, since_ms);
	db_bind_i64(st, 3, max);
	rc = rows_first(st, "a count", err);
	if (rc != RC_OK)
		return rc;
	*out = (struct login_failures){ db_col_i64(st, 0), db_col_i64(st, 1) };
	db_done(st);
	return RC_OK;
}
