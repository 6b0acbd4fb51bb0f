/* worker.c: which processes are there to do jobs, and leases on what only one of them does. */
#include "base/base.h"
#include "store/rows.h"
#include "store/worker.h"

#define FORGET_MS INT64_C(86400000)

enum { BEAT, FORGET, GONE, SEEN, LEASE_TAKE, LEASE_GET, LEASE_DROP, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[BEAT] = ("INSERT INTO worker (id, pid, started_ms, seen_ms) VALUES (?1, ?2, ?3, ?4) "
		  "ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms"),
	[FORGET] = "DELETE FROM worker WHERE seen_ms < ?1",
	[GONE] = "DELETE FROM worker WHERE id = ?1",
	[SEEN] = "SELECT 1 FROM worker WHERE seen_ms BETWEEN ?1 AND ?2 LIMIT 1",
	[LEASE_TAKE] = ("INSERT INTO lease (name, owner, until_ms) VALUES (?1, ?2, ?3) "
			"ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms "
			"WHERE lease.owner = excluded.owner OR lease.until_ms <= ?4 OR lease.until_ms > ?5"),
	[LEASE_GET] = "SELECT owner, until_ms FROM lease WHERE name = ?1",
	[LEASE_DROP] = "DELETE FROM lease WHERE name = ?1 AND owner = ?2",
};

const struct statements worker_statements = { "worker.c", sql, SQL__MAX };

static enum rc forget_dead(struct db_tx *tx, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[FORGET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms - FORGET_MS);
	return db_run(st, NULL, err);
}

enum rc worker_beat(struct db_tx *tx, const struct worker *worker, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[BEAT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, worker->id);
	db_bind_i64(st, 2, worker->pid);
	db_bind_i64(st, 3, worker->started_ms);
	db_bind_i64(st, 4, worker->seen_ms);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? forget_dead(tx, worker->seen_ms, err) : rc;
}

enum rc worker_gone(struct db_tx *tx, struct str id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[GONE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, id);
	return db_run(st, NULL, err);
}

enum rc worker_seen(struct db_ro *db, int64_t now_ms, bool *out, struct err *err)
{
	struct db_stmt *st;
	int64_t found = 0;
	enum rc rc = db_query(db, sql[SEEN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms - WORKER_ALIVE_MS);
	db_bind_i64(st, 2, now_ms + WORKER_ALIVE_MS);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK)
		*out = found != 0;
	return rc;
}

/* The lease as it is; *owner is borrowed until db_done(*st). RC_NOTFOUND: nobody ever had it. */
static enum rc read_lease(struct db_ro *db, struct str name, struct db_stmt **st, struct str *owner, int64_t *until_ms,
			  struct err *err)
{
	enum rc rc = db_query(db, sql[LEASE_GET], st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(*st, 1, name);
	rc = rows_first(*st, "the lease", err);
	if (rc != RC_OK)
		return rc;
	*owner = db_col_str(*st, 0);
	*until_ms = db_col_i64(*st, 1);
	return RC_OK;
}

enum rc lease_take(struct db_tx *tx, struct str name, struct str owner, int64_t now_ms, int64_t length_ms, bool *ours,
		   int64_t *until_ms, struct err *err)
{
	struct db_stmt *st;
	struct str holder;
	int64_t end_ms, changes = 0;
	enum rc rc = db_prepare(tx, sql[LEASE_TAKE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, name);
	db_bind_str(st, 2, owner);
	db_bind_i64(st, 3, now_ms + length_ms);
	db_bind_i64(st, 4, now_ms);
	db_bind_i64(st, 5, now_ms + 2 * length_ms);
	rc = db_run(st, &changes, err);
	if (rc == RC_OK)
		rc = read_lease(db_tx_ro(tx), name, &st, &holder, &end_ms, err);
	if (rc != RC_OK)
		return rc;
	db_done(st);
	*ours = changes > 0;
	if (until_ms)
		*until_ms = end_ms;
	return RC_OK;
}

enum rc lease_drop(struct db_tx *tx, struct str name, struct str owner, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[LEASE_DROP], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, name);
	db_bind_str(st, 2, owner);
	return db_run(st, NULL, err);
}

enum rc lease_holder(struct db_ro *db, struct str name, int64_t now_ms, struct arena *arena, struct str *owner,
		     struct err *err)
{
	struct db_stmt *st;
	struct str holder;
	int64_t until_ms;
	enum rc rc = read_lease(db, name, &st, &holder, &until_ms, err);
	if (rc == RC_NOTFOUND) {
		*owner = STR_NONE;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*owner = until_ms > now_ms ? arena_str(arena, holder) : STR_NONE;
	db_done(st);
	return RC_OK;
}
