/* conn.h: what the files of db/ share: the connection behind the three handles. Private to db/. */
#ifndef PLATEN_DB_CONN_H
#define PLATEN_DB_CONN_H

#include <sqlite3.h>

#include "base/base.h"
#include "db/db.h"

#define DB_STMT_BUCKETS 128u

struct db_stmt {
	struct db_stmt *next;   /* same bucket */
	const char *sql;        /* the literal: its address is the key */
	sqlite3_stmt *st;
	struct db_ro *db;
	int bind_code;          /* first SQLite code of a failed bind */
	bool in_use;
	bool over_limit;        /* db_col_dup met the arena's maximum */
};

struct db_ro {
	sqlite3 *handle;
	char *path;
	bool reads_only;        /* opened by db_ro_open */
	bool has_rank;          /* fts.c registered its function */
	struct db_stmt *buckets[DB_STMT_BUCKETS];
};

struct db_tx {
	struct db_rw *rw;
};

struct db_writer;

struct db_rw {
	struct db_ro ro;        /* first: db_rw_ro() is a view of it */
	struct db_tx tx;        /* the one that may be open */
	bool in_tx;
	int busy_timeout_ms;
	struct db_writer *writer;
	struct db_guard guard;  /* zeroed: none */
};

/* conn.c */
NODISCARD enum rc conn_open(struct db_ro *db, const char *path, int sqlite_flags, const struct db_options *opt,
			    struct err *err);
void conn_close(struct db_ro *db);
/* Runs literal statements that return nothing. */
NODISCARD enum rc conn_exec(struct db_ro *db, const char *sql, const char *doing, struct err *err);
/* RC_UNSUPPORTED when `path` (or its folder, when it is missing) is on a network file system. */
NODISCARD enum rc conn_refuse_network(const char *path, struct err *err);

/* fail.c: turns the SQLite code of the last call on `db` into a code and a message that names the
 * file. `doing` is a phrase after "cannot" ("read", "begin a transaction"). */
NODISCARD enum rc conn_fail(struct db_ro *db, int code, const char *doing, struct err *err);

/* writer.c: one writer at a time in this process, first come first served, a file (by device and
 * inode). */
struct db_writer *writer_open(const char *path);
void writer_close(struct db_writer *writer);            /* NULL allowed */
bool writer_lock(struct db_writer *writer, int timeout_ms); /* false: the time is over */
void writer_unlock(struct db_writer *writer);

#endif
