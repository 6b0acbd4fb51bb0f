/* tx.c: write transactions and read snapshots. */
#include "base/base.h"
#include "db/conn.h"

/* Two statements of every request: kept prepared like all others. */
static enum rc run(struct db_ro *db, const char *sql, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql, &st, err);
	return rc == RC_OK ? db_run(st, NULL, err) : rc;
}

enum rc db_snapshot_begin(struct db_ro *db, struct err *err)
{
	return run(db, "BEGIN", err);
}

void db_snapshot_end(struct db_ro *db)
{
	/* Some failures end a transaction by themselves. */
	if (!sqlite3_get_autocommit(db->handle))
		run(db, "COMMIT", NULL);
}

static void finish(struct db_rw *db)
{
	db->in_tx = false;
	if (db->writer)
		writer_unlock(db->writer);
}

static void undo(struct db_rw *db)
{
	if (!sqlite3_get_autocommit(db->ro.handle))
		sqlite3_exec(db->ro.handle, "ROLLBACK", NULL, NULL, NULL);
}

enum rc db_begin(struct db_rw *db, struct db_tx **out, struct err *err)
{
	if (db->in_tx)
		return err_set(err, RC_INTERNAL, "a transaction is open on '%s' already", db->ro.path);
	if (db->writer && !writer_lock(db->writer, db->busy_timeout_ms))
		return err_set(err, RC_BUSY, "cannot write '%s': another thread is writing", db->ro.path);
	enum rc rc = conn_exec(&db->ro, "BEGIN IMMEDIATE", "write", err);
	if (rc == RC_OK && db->guard.after_begin)
		rc = db->guard.after_begin(db->guard.ctx, &db->ro, err);
	if (rc != RC_OK) {
		undo(db);
		finish(db);
		return rc;
	}
	db->in_tx = true;
	db->tx.rw = db;
	*out = &db->tx;
	return RC_OK;
}

static enum rc commit_guarded(struct db_rw *db, struct err *err)
{
	const struct db_guard *guard = &db->guard;
	enum rc rc = guard->before_commit ? guard->before_commit(guard->ctx, &db->ro, err) : RC_OK;
	if (rc != RC_OK) {
		undo(db);
		return rc;
	}
	rc = conn_exec(&db->ro, "COMMIT", "commit to", err);
	if (rc != RC_OK)
		undo(db);
	if (guard->after_end)
		guard->after_end(guard->ctx, &db->ro, rc == RC_OK);
	return rc;
}

enum rc db_commit(struct db_tx *tx, struct err *err)
{
	struct db_rw *db = tx->rw;
	enum rc rc;
	/* A full disk or an I/O error in the middle has rolled everything back: COMMIT would fail with
	 * "no transaction", which says nothing. */
	if (sqlite3_get_autocommit(db->ro.handle)) {
		rc = err_set(err, RC_IO, "the transaction on '%s' was rolled back by an earlier failure",
			     db->ro.path);
	} else {
		rc = commit_guarded(db, err);
	}
	finish(db);
	return rc;
}

void db_rollback(struct db_tx *tx)
{
	if (!tx || !tx->rw || !tx->rw->in_tx)
		return;
	undo(tx->rw);
	finish(tx->rw);
}

enum rc db_end(struct db_tx *tx, enum rc rc, struct err *err)
{
	if (rc == RC_OK)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

struct db_ro *db_tx_ro(struct db_tx *tx)
{
	return &tx->rw->ro;
}

enum rc db_part_begin(struct db_tx *tx, struct err *err)
{
	return conn_exec(&tx->rw->ro, "SAVEPOINT part", "write", err);
}

enum rc db_part_keep(struct db_tx *tx, struct err *err)
{
	return conn_exec(&tx->rw->ro, "RELEASE part", "write", err);
}

enum rc db_part_undo(struct db_tx *tx, struct err *err)
{
	return conn_exec(&tx->rw->ro, "ROLLBACK TO part; RELEASE part", "undo a part of", err);
}
