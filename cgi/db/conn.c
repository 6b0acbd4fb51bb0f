/* conn.c: opening and closing a connection with the pragmas that Platen relies on. */
#include "base/base.h"
#include "base/file.h"
#include "db/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE_KIB 2048

enum rc conn_refuse_network(const char *path, struct err *err)
{
	bool network;
	if (file_is_nfs(path, &network, NULL) != RC_OK || !network) /* the open that follows says what is wrong */
		return RC_OK;
	return err_set(err, RC_UNSUPPORTED, "'%s' is on a network file system, where SQLite's "
		       "write-ahead log loses data; move the data folder to a local disk", path);
}

enum rc conn_exec(struct db_ro *db, const char *sql, const char *doing, struct err *err)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? RC_OK : conn_fail(db, code, doing, err);
}

/* trusted_schema off and defensive: a prepared database file that somebody restores must not be able
 * to run functions or rewrite its own schema. No checkpoint when the last reader closes: with plain
 * CGI every request would pay for one. */
static void configure(sqlite3 *handle, bool reads_only)
{
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (reads_only)
		sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_extended_result_codes(handle, 1);
}

static enum rc pragmas(struct db_ro *db, const struct db_options *opt, struct err *err)
{
	char sql[200];
	int cache_kib = opt && opt->cache_kib > 0 ? opt->cache_kib : CACHE_KIB;
	snprintf(sql, sizeof sql,
		 "PRAGMA synchronous = %s; PRAGMA cache_size = -%d; PRAGMA cell_size_check = 1; "
		 "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA user_version",
		 opt && opt->relaxed ? "NORMAL" : "FULL", cache_kib);
	return conn_exec(db, sql, "open", err); /* user_version reads the header: is it a database? */
}

/* SQLite's own statistics of its memory take a lock at every piece, and nobody reads them. */
static void set_up_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum rc conn_open(struct db_ro *db, const char *path, int sqlite_flags, const struct db_options *opt,
		  struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	enum rc rc = conn_refuse_network(path, err);
	if (rc != RC_OK)
		return rc;
	pthread_once(&once, set_up_library);
	db->path = mem_dup(path, strlen(path));
	db->reads_only = (sqlite_flags & SQLITE_OPEN_READONLY) != 0;
	int code = sqlite3_open_v2(path, &db->handle, sqlite_flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				   opt ? opt->vfs : NULL);
	if (code != SQLITE_OK) {
		rc = conn_fail(db, code, "open", err);
	} else {
		int busy_ms = opt && opt->busy_timeout_ms > 0 ? opt->busy_timeout_ms : DB_BUSY_TIMEOUT_MS;
		configure(db->handle, db->reads_only);
		sqlite3_busy_timeout(db->handle, busy_ms);
		rc = pragmas(db, opt, err);
	}
	if (rc != RC_OK)
		conn_close(db);
	return rc;
}

void conn_close(struct db_ro *db)
{
	for (size_t i = 0; i < DB_STMT_BUCKETS; i++) {
		while (db->buckets[i]) {
			struct db_stmt *st = db->buckets[i];
			db->buckets[i] = st->next;
			sqlite3_finalize(st->st);
			free(st);
		}
	}
	sqlite3_close_v2(db->handle);
	db->handle = NULL;
	MEM_FREE(db->path);
}

/* A missing file is told apart from one that cannot be opened. */
static enum rc must_exist(const char *path, struct err *err)
{
	struct stat st;
	if (stat(path, &st) == 0)
		return RC_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(err, RC_NOTFOUND, "there is no database '%s'; run platen init", path);
	return err_sys(err, RC_IO, errno, "cannot open '%s'", path);
}

/* SQLite itself falls back to reading and fails at the first write; the write-ahead log needs a folder
 * that can be written as well. */
static enum rc must_be_writable(const char *path, struct err *err)
{
	char folder[4096] = ".";
	const char *slash = strrchr(path, '/');
	if (slash && (size_t)(slash - path) < sizeof folder - 1)
		snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
		return err_sys(err, RC_READONLY, errno, "cannot open '%s' for writing", path);
	if (faccessat(AT_FDCWD, folder, W_OK, AT_EACCESS) != 0)
		return err_sys(err, RC_READONLY, errno, "cannot write to the folder of '%s'", path);
	return RC_OK;
}

enum rc db_ro_open(const char *path, const struct db_options *opt, struct db_ro **out, struct err *err)
{
	enum rc rc = opt && opt->vfs ? RC_OK : must_exist(path, err);
	if (rc != RC_OK)
		return rc;
	struct db_ro *db = mem_new(sizeof *db);
	rc = conn_open(db, path, SQLITE_OPEN_READONLY, opt, err);
	if (rc == RC_OK)
		*out = db;
	else
		free(db);
	return rc;
}

enum rc db_rw_open(const char *path, const struct db_options *opt, struct db_rw **out, struct err *err)
{
	enum rc rc = opt && opt->vfs ? RC_OK : must_exist(path, err);
	if (rc == RC_OK && !(opt && opt->vfs))
		rc = must_be_writable(path, err);
	if (rc != RC_OK)
		return rc;
	struct db_rw *db = mem_new(sizeof *db);
	rc = conn_open(&db->ro, path, SQLITE_OPEN_READWRITE, opt, err);
	if (rc == RC_OK && sqlite3_db_readonly(db->ro.handle, "main") == 1) {
		rc = err_set(err, RC_READONLY, "cannot open '%s' for writing: it is read-only", path);
		conn_close(&db->ro);
	}
	if (rc != RC_OK) {
		free(db);
		return rc;
	}
	db->busy_timeout_ms = opt && opt->busy_timeout_ms > 0 ? opt->busy_timeout_ms : DB_BUSY_TIMEOUT_MS;
	db->writer = writer_open(path);
	*out = db;
	return RC_OK;
}

void db_ro_close(struct db_ro *db)
{
	if (!db)
		return;
	conn_close(db);
	free(db);
}

void db_rw_close(struct db_rw *db)
{
	if (!db)
		return;
	if (db->in_tx)
		db_rollback(&db->tx);
	if (db->guard.release)
		db->guard.release(db->guard.ctx);
	writer_close(db->writer);
	conn_close(&db->ro);
	free(db);
}

void db_rw_guard(struct db_rw *db, const struct db_guard *guard)
{
	db->guard = *guard;
}

struct db_ro *db_rw_ro(struct db_rw *db)
{
	return &db->ro;
}
