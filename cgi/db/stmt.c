/* stmt.c: prepared statements, kept a connection by the address of their literal. */
#include "base/base.h"
#include "db/conn.h"

static size_t bucket_of(const char *sql)
{
	uint64_t h = (uint64_t)(uintptr_t)sql * 0x9E3779B97F4A7C15u;
	return (size_t)(h >> 40) % DB_STMT_BUCKETS;
}

static enum rc prepare(struct db_ro *db, const char *sql, struct db_stmt **out, struct err *err)
{
	sqlite3_stmt *compiled;
	int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &compiled, NULL);
	if (code != SQLITE_OK)
		return conn_fail(db, code, "prepare a statement for", err);
	struct db_stmt *st = mem_new(sizeof *st);
	st->sql = sql;
	st->st = compiled;
	st->db = db;
	st->next = db->buckets[bucket_of(sql)];
	db->buckets[bucket_of(sql)] = st;
	*out = st;
	return RC_OK;
}

static enum rc borrow(struct db_ro *db, const char *sql, struct db_stmt **out, struct err *err)
{
	struct db_stmt *st = db->buckets[bucket_of(sql)];
	while (st && (st->sql != sql || st->in_use))
		st = st->next;
	if (!st) {
		enum rc rc = prepare(db, sql, &st, err);
		if (rc != RC_OK)
			return rc;
	}
	st->in_use = true;
	*out = st;
	return RC_OK;
}

enum rc db_query(struct db_ro *db, const char *sql, struct db_stmt **out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = borrow(db, sql, &st, err);
	if (rc != RC_OK)
		return rc;
	if (!sqlite3_stmt_readonly(st->st)) {
		st->in_use = false;
		return err_set(err, RC_INTERNAL, "a read function wants to write: %.80s", sql);
	}
	*out = st;
	return RC_OK;
}

enum rc db_prepare(struct db_tx *tx, const char *sql, struct db_stmt **out, struct err *err)
{
	return borrow(&tx->rw->ro, sql, out, err);
}

static void note_bind(struct db_stmt *st, int code)
{
	if (code != SQLITE_OK && st->bind_code == SQLITE_OK)
		st->bind_code = code;
}

void db_bind_i64(struct db_stmt *st, int at, int64_t value)
{
	note_bind(st, sqlite3_bind_int64(st->st, at, value));
}

void db_bind_f64(struct db_stmt *st, int at, double value)
{
	note_bind(st, sqlite3_bind_double(st->st, at, value));
}

void db_bind_str(struct db_stmt *st, int at, struct str value)
{
	if (!str_given(value))
		note_bind(st, sqlite3_bind_null(st->st, at));
	else
		note_bind(st, sqlite3_bind_text64(st->st, at, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_blob(struct db_stmt *st, int at, struct str value)
{
	if (!str_given(value))
		note_bind(st, sqlite3_bind_null(st->st, at));
	else
		note_bind(st, sqlite3_bind_blob64(st->st, at, value.p, value.n, SQLITE_STATIC));
}

void db_bind_null(struct db_stmt *st, int at)
{
	note_bind(st, sqlite3_bind_null(st->st, at));
}

void db_done(struct db_stmt *st)
{
	if (!st || !st->in_use)
		return;
	sqlite3_reset(st->st);
	sqlite3_clear_bindings(st->st);
	st->bind_code = SQLITE_OK;
	st->in_use = false;
	st->over_limit = false;
}

enum rc db_col_status(struct db_stmt *st, struct err *err)
{
	if (st->over_limit)
		return err_set(err, RC_LIMIT, "a stored text is larger than this request's memory");
	return RC_OK;
}

enum rc db_step(struct db_stmt *st, bool *row, struct err *err)
{
	enum rc rc = db_col_status(st, err);
	if (rc == RC_OK && st->bind_code != SQLITE_OK)
		rc = st->bind_code == SQLITE_TOOBIG
			? err_set(err, RC_LIMIT, "a value is too large for the database")
			: err_set(err, RC_INTERNAL, "wrong parameter of a statement: %.80s", st->sql);
	if (rc != RC_OK) {
		db_done(st);
		return rc;
	}
	st->in_use = true;
	int code = sqlite3_step(st->st);
	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW)
		return RC_OK;
	if (code != SQLITE_DONE)
		rc = conn_fail(st->db, code, sqlite3_stmt_readonly(st->st) ? "read" : "write", err);
	db_done(st);
	return rc;
}

enum rc db_run(struct db_stmt *st, int64_t *changes, struct err *err)
{
	bool row = true;
	sqlite3 *handle = st->db->handle;
	while (row) {
		enum rc rc = db_step(st, &row, err);
		if (rc != RC_OK)
			return rc;
	}
	if (changes)
		*changes = sqlite3_changes64(handle);
	return RC_OK;
}

int64_t db_col_i64(struct db_stmt *st, int at)
{
	return sqlite3_column_int64(st->st, at);
}

double db_col_f64(struct db_stmt *st, int at)
{
	return sqlite3_column_double(st->st, at);
}

bool db_col_null(struct db_stmt *st, int at)
{
	return sqlite3_column_type(st->st, at) == SQLITE_NULL;
}

struct str db_col_str(struct db_stmt *st, int at)
{
	const void *bytes = sqlite3_column_blob(st->st, at);
	size_t n = (size_t)sqlite3_column_bytes(st->st, at);
	if (!bytes)
		return db_col_null(st, at) ? STR_NONE : STR("");
	return str_n(bytes, n);
}

struct str db_col_dup(struct db_stmt *st, int at, struct arena *arena)
{
	struct str value = db_col_str(st, at);
	if (value.n == 0)
		return str_given(value) ? STR("") : STR_NONE;
	char *copy = arena_try(arena, value.n + 1);
	if (!copy) {
		st->over_limit = true;
		return STR_NONE;
	}
	memcpy(copy, value.p, value.n);
	copy[value.n] = '\0';
	return str_n(copy, value.n);
}

int64_t db_last_id(struct db_tx *tx)
{
	return sqlite3_last_insert_rowid(tx->rw->ro.handle);
}

enum rc db_data_version(struct db_ro *db, uint32_t *out, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, "PRAGMA data_version", &st, err);
	if (rc == RC_OK)
		rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*out = (uint32_t)db_col_i64(st, 0);
	db_done(st);
	return RC_OK;
}
