/* receipt.c: which signed messages have come, and what was answered. */
#include "base/base.h"
#include "store/receipt.h"
#include "store/rows.h"

enum { INSERT, GET, RETAKE, FINISH, RELEASE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[INSERT] = ("INSERT INTO receipt (id, task, body_hash, received_ms, lease_until_ms) "
		    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING"),
	[GET] = "SELECT id, task, body_hash, received_ms, lease_until_ms, finished_ms, result FROM receipt WHERE id = ?1",
	[RETAKE] = "UPDATE receipt SET lease_until_ms = ?2 WHERE id = ?1",
	[RELEASE] = ("UPDATE receipt SET lease_until_ms = 0 "
		     "WHERE id = ?1 AND lease_until_ms = ?2 AND finished_ms IS NULL"),
	[FINISH] = ("UPDATE receipt SET finished_ms = ?3, result = ?4 "
		    "WHERE id = ?1 AND lease_until_ms = ?2 AND finished_ms IS NULL"),
};

const struct statements receipt_statements = { "receipt.c", sql, SQL__MAX };

static enum rc insert(struct db_tx *tx, const struct receipt *wanted, bool *inserted, struct err *err)
{
	struct db_stmt *st;
	int64_t changes = 0;
	enum rc rc = db_prepare(tx, sql[INSERT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, wanted->id);
	db_bind_str(st, 2, wanted->task);
	db_bind_str(st, 3, wanted->body_hash);
	db_bind_i64(st, 4, wanted->received_ms);
	db_bind_i64(st, 5, wanted->lease_until_ms);
	rc = db_run(st, &changes, err);
	*inserted = changes > 0;
	return rc;
}

static enum rc get(struct db_ro *db, struct str id, struct arena *arena, struct receipt *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, id);
	rc = rows_first(st, "the receipt", err);
	if (rc != RC_OK)
		return rc;
	*out = (struct receipt){
		.id = db_col_dup(st, 0, arena), .task = db_col_dup(st, 1, arena),
		.body_hash = db_col_dup(st, 2, arena), .received_ms = db_col_i64(st, 3),
		.lease_until_ms = db_col_i64(st, 4), .finished_ms = db_col_i64(st, 5),
		.result = db_col_dup(st, 6, arena),
	};
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

static enum rc retake(struct db_tx *tx, const struct receipt *wanted, struct receipt *found, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[RETAKE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, wanted->id);
	db_bind_i64(st, 2, wanted->lease_until_ms);
	rc = rows_touch(st, "the receipt", err);
	if (rc == RC_OK)
		found->lease_until_ms = wanted->lease_until_ms;
	return rc;
}

/* A lease that ends later than two from now is of a clock that was set back since. */
static bool runs(const struct receipt *found, const struct receipt *wanted)
{
	int64_t length_ms = wanted->lease_until_ms - wanted->received_ms;
	return found->lease_until_ms > wanted->received_ms && found->lease_until_ms <= wanted->lease_until_ms + length_ms;
}

enum rc receipt_look(struct db_ro *db, const struct receipt *wanted, struct arena *arena, enum receipt_state *state,
		     struct receipt *found, struct err *err)
{
	enum rc rc = get(db, wanted->id, arena, found, err);
	if (rc != RC_OK)
		return rc;
	if (!str_eq(found->task, wanted->task) || !str_eq(found->body_hash, wanted->body_hash))
		*state = RECEIPT_OTHER;
	else if (found->finished_ms)
		*state = RECEIPT_DONE;
	else
		*state = runs(found, wanted) ? RECEIPT_RUNNING : RECEIPT_OURS;
	return RC_OK;
}

enum rc receipt_take(struct db_tx *tx, const struct receipt *wanted, struct arena *arena,
		     enum receipt_state *state, struct receipt *found, struct err *err)
{
	bool inserted = false;
	enum rc rc = insert(tx, wanted, &inserted, err);
	if (rc == RC_OK && inserted) {
		*found = *wanted;
		*state = RECEIPT_OURS;
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = receipt_look(db_tx_ro(tx), wanted, arena, state, found, err);
	return rc == RC_OK && *state == RECEIPT_OURS ? retake(tx, wanted, found, err) : rc;
}

static enum rc prepare_taken(struct db_tx *tx, int statement, const struct receipt *taken, struct db_stmt **st,
			     struct err *err)
{
	enum rc rc = db_prepare(tx, sql[statement], st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(*st, 1, taken->id);
	db_bind_i64(*st, 2, taken->lease_until_ms);
	return RC_OK;
}

static enum rc run_taken(struct db_stmt *st, bool *ours, struct err *err)
{
	int64_t changes = 0;
	enum rc rc = db_run(st, &changes, err);
	if (rc == RC_OK)
		*ours = changes > 0;
	return rc;
}

enum rc receipt_finish(struct db_tx *tx, const struct receipt *taken, int64_t now_ms, struct str result, bool *ours,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_taken(tx, FINISH, taken, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 3, now_ms);
	db_bind_str(st, 4, result);
	return run_taken(st, ours, err);
}

enum rc receipt_release(struct db_tx *tx, const struct receipt *taken, bool *ours, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_taken(tx, RELEASE, taken, &st, err);
	return rc == RC_OK ? run_taken(st, ours, err) : rc;
}
