/* totp.c: secrets and recovery codes of the second step of signing in. */
#include "base/base.h"
#include "store/rows.h"
#include "store/totp.h"

enum { GET, PUT, USE, DELETE_ONE, CODE_ADD, CODE_USE, CODES_CLEAR, CODES_COUNT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = "SELECT secret, last_step, created_ms FROM totp WHERE user_id = ?1",
	[PUT] = ("INSERT INTO totp (user_id, secret, last_step, created_ms) VALUES (?1, ?2, ?3, ?4) "
		 "ON CONFLICT (user_id) DO UPDATE SET (secret, last_step, created_ms) = (?2, ?3, ?4)"),
	[USE] = "UPDATE totp SET last_step = ?2 WHERE user_id = ?1 AND last_step < ?2",
	[DELETE_ONE] = "DELETE FROM totp WHERE user_id = ?1",
	[CODE_ADD] = "INSERT INTO recovery_code (user_id, code_hash) VALUES (?1, ?2)",
	[CODE_USE] = "DELETE FROM recovery_code WHERE user_id = ?1 AND code_hash = ?2",
	[CODES_CLEAR] = "DELETE FROM recovery_code WHERE user_id = ?1",
	[CODES_COUNT] = "SELECT count(*) FROM recovery_code WHERE user_id = ?1",
};

const struct statements totp_statements = { "totp.c", sql, SQL__MAX };

enum rc totp_get(struct db_ro *db, int64_t user_id, struct arena *arena, struct totp *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	rc = rows_first(st, "the second step", err);
	if (rc != RC_OK)
		return rc;
	*out = (struct totp){ db_col_dup(st, 0, arena), db_col_i64(st, 1), db_col_i64(st, 2) };
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

enum rc totp_put(struct db_tx *tx, int64_t user_id, const struct totp *totp, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_blob(st, 2, totp->secret);
	db_bind_i64(st, 3, totp->last_step);
	db_bind_i64(st, 4, totp->created_ms);
	return db_run(st, NULL, err);
}

enum rc totp_use(struct db_tx *tx, int64_t user_id, int64_t step, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[USE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, step);
	return rows_touch(st, "a code that is new", err);
}

static enum rc run_for(struct db_tx *tx, int statement, int64_t user_id, const char *what, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	return what ? rows_touch(st, what, err) : db_run(st, NULL, err);
}

enum rc totp_delete(struct db_tx *tx, int64_t user_id, struct err *err)
{
	enum rc rc = run_for(tx, CODES_CLEAR, user_id, NULL, err);
	return rc == RC_OK ? run_for(tx, DELETE_ONE, user_id, "the second step", err) : rc;
}

enum rc recovery_clear(struct db_tx *tx, int64_t user_id, struct err *err)
{
	return run_for(tx, CODES_CLEAR, user_id, NULL, err);
}

static enum rc with_code(struct db_tx *tx, int statement, int64_t user_id, struct str code_hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_blob(st, 2, code_hash);
	return rows_touch(st, "the recovery code", err);
}

enum rc recovery_add(struct db_tx *tx, int64_t user_id, struct str code_hash, struct err *err)
{
	return with_code(tx, CODE_ADD, user_id, code_hash, err);
}

enum rc recovery_use(struct db_tx *tx, int64_t user_id, struct str code_hash, struct err *err)
{
	return with_code(tx, CODE_USE, user_id, code_hash, err);
}

enum rc recovery_count(struct db_ro *db, int64_t user_id, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[CODES_COUNT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	return rows_i64(st, out, err);
}
