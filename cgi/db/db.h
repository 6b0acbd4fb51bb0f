/* db.h: SQLite behind a small interface: connections, cached statements, transactions.
 *
 * Three handles, so that a write outside a transaction does not compile: read functions take a
 * struct db_ro *, write functions a struct db_tx *, which only db_begin() on a struct db_rw *
 * gives; db_tx_ro() and db_rw_ro() lend the read side. A connection belongs to one thread.
 * Statements are the SQL literals of store/'s const tables: each is prepared once a connection and
 * kept by the literal's address. */
#ifndef PLATEN_DB_DB_H
#define PLATEN_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db_ro; /* a connection that only reads; inside db_snapshot_begin/_end one consistent state */
struct db_rw; /* a connection that may write; one writer at a time in a process */
struct db_tx; /* an open write transaction */

struct db_options {
	int busy_timeout_ms; /* how long to wait for another process's lock */
	int cache_kib;       /* page cache of this connection; 0: 2 MiB */
	bool relaxed;        /* synchronous NORMAL: a power failure may take the last commits back, the
	                      * file stays whole. For traffic.db; site.db is FULL. */
	const char *vfs;     /* tests only: the name of another VFS; NULL: the system's */
};

#define DB_BUSY_TIMEOUT_MS 5000 /* with opt NULL, or busy_timeout_ms 0 */

/* Opens an existing database. RC_NOTFOUND, RC_CORRUPT, RC_READONLY, RC_IO name the path; RC_UNSUPPORTED:
 * it lies on a network file system, where WAL mode loses data. `opt` may be NULL. Whether it is
 * migrated is asked by db_schema_check() (migrate.h). */
NODISCARD enum rc db_ro_open(const char *path, const struct db_options *opt, struct db_ro **out, struct err *err);
NODISCARD enum rc db_rw_open(const char *path, const struct db_options *opt, struct db_rw **out, struct err *err);
void db_ro_close(struct db_ro *db); /* NULL allowed */
void db_rw_close(struct db_rw *db);
struct db_ro *db_rw_ro(struct db_rw *db);

/* One consistent state for several reads. Not nested. */
NODISCARD enum rc db_snapshot_begin(struct db_ro *db, struct err *err);
void db_snapshot_end(struct db_ro *db);

/* BEGIN IMMEDIATE; waits for other writers of this process in their order, then for other processes,
 * each up to the busy timeout, then RC_BUSY. A thread that holds a transaction must not begin another
 * on the same file: it would wait for itself. */
NODISCARD enum rc db_begin(struct db_rw *db, struct db_tx **out, struct err *err);
NODISCARD enum rc db_commit(struct db_tx *tx, struct err *err); /* ends tx, also on failure (rolled back) */
void db_rollback(struct db_tx *tx);                             /* NULL allowed */
/* Ends tx by how what was done in it went: `rc` RC_OK commits it, anything else rolls it back and is given.
 * NULL allowed where it could not begin, which is a failure. */
NODISCARD enum rc db_end(struct db_tx *tx, enum rc rc, struct err *err);
struct db_ro *db_tx_ro(struct db_tx *tx);

/* A part of a transaction that can fail by itself: db_part_undo() takes back what was written since
 * db_part_begin() and ends it like db_part_keep(); the transaction goes on. Not nested. After a failure
 * of one of these only db_rollback() is left. */
NODISCARD enum rc db_part_begin(struct db_tx *tx, struct err *err);
NODISCARD enum rc db_part_keep(struct db_tx *tx, struct err *err);
NODISCARD enum rc db_part_undo(struct db_tx *tx, struct err *err);

/* What stands guard over the transactions of a connection: for what lies outside of the database and
 * must change together with it. All are called in the thread of the transaction and may be NULL.
 * after_begin: reads what is there before; a failure ends db_begin().
 * before_commit: the last that happens before COMMIT; a failure fails the commit, which is rolled back.
 * after_end: once for each before_commit that gave RC_OK, when the transaction is over and before
 * db_commit() returns; `committed` false: it was rolled back. `db` may be read.
 * A transaction that db_rollback() ends sees neither of the last two. */
struct db_guard {
	void *ctx;
	enum rc (*after_begin)(void *ctx, struct db_ro *db, struct err *err);
	enum rc (*before_commit)(void *ctx, struct db_ro *db, struct err *err);
	void (*after_end)(void *ctx, struct db_ro *db, bool committed);
	void (*release)(void *ctx); /* with the connection */
};

/* Sets the only guard of `db`, while no transaction is open; `ctx` goes over to `db`. */
void db_rw_guard(struct db_rw *db, const struct db_guard *guard);

/* Statements. `sql` is a literal with static lifetime. db_query for reads (RC_INTERNAL when it
 * writes), db_prepare for writes. A literal that is still in use is prepared a second time, so that a
 * function may call itself while it reads. */
struct db_stmt;
NODISCARD enum rc db_query(struct db_ro *db, const char *sql, struct db_stmt **out, struct err *err);
NODISCARD enum rc db_prepare(struct db_tx *tx, const char *sql, struct db_stmt **out, struct err *err);

/* Parameters are numbered from 1. Text is bound without a copy: it must live until db_done(). */
void db_bind_i64(struct db_stmt *st, int at, int64_t value);
void db_bind_f64(struct db_stmt *st, int at, double value);
void db_bind_str(struct db_stmt *st, int at, struct str value);  /* STR_NONE binds NULL */
void db_bind_blob(struct db_stmt *st, int at, struct str value);
void db_bind_null(struct db_stmt *st, int at);

/* RC_OK with *row true: a row is there; false: the end (the statement is reset). On failure the
 * statement is reset. RC_EXISTS: a UNIQUE constraint; RC_INVALID: another constraint (the message
 * names it); RC_BUSY, RC_NOSPACE, RC_READONLY, RC_CORRUPT, RC_IO. */
NODISCARD enum rc db_step(struct db_stmt *st, bool *row, struct err *err);
/* Runs to the end and resets; `changes` may be NULL. */
NODISCARD enum rc db_run(struct db_stmt *st, int64_t *changes, struct err *err);
/* Reset and unbind; NULL allowed; idempotent. Not needed after an end, a failure or db_run(). */
void db_done(struct db_stmt *st);

/* Columns count from 0. Text is borrowed until the next step or db_done(); db_col_dup copies. */
int64_t db_col_i64(struct db_stmt *st, int at);
double db_col_f64(struct db_stmt *st, int at);
bool db_col_null(struct db_stmt *st, int at);
struct str db_col_str(struct db_stmt *st, int at);               /* NULL gives STR_NONE */
/* NULL gives STR_NONE. Beyond the arena's maximum: STR_NONE too, and the next db_step() of the
 * statement, or db_col_status(), is RC_LIMIT. */
struct str db_col_dup(struct db_stmt *st, int at, struct arena *arena);
NODISCARD enum rc db_col_status(struct db_stmt *st, struct err *err);
int64_t db_last_id(struct db_tx *tx);

/* SQLite's data_version of this connection: changes when another connection has committed. */
NODISCARD enum rc db_data_version(struct db_ro *db, uint32_t *out, struct err *err);

#endif
