/* migrate.c: forward-only schema steps, checked against what was applied. */
#include "base/base.h"
#include "db/conn.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WAL_TRIES 500 /* of 10 ms each */

struct version {
	int64_t part[3];
};

static bool version_parse(struct str text, struct version *out)
{
	struct version v = { { 0, 0, 0 } };
	struct str part;
	for (int i = 0; str_split(&text, '.', &part); i++)
		if (i > 2 || part.n > 9 || !str_to_i64(part, &v.part[i]))
			return false;
	*out = v;
	return true;
}

static int version_cmp(struct version a, struct version b)
{
	for (int i = 0; i < 3; i++)
		if (a.part[i] != b.part[i])
			return a.part[i] < b.part[i] ? -1 : 1;
	return 0;
}

/* The value of the header line `-- min_program: X.Y.Z`; the header ends with the first line that is no
 * comment. */
static struct str min_program_of(const char *sql)
{
	struct str rest = str_of(sql), line, key = STR("-- min_program:");
	while (str_line(&rest, &line) && str_starts(line, STR("--")))
		if (str_starts(line, key))
			return str_trim(str_from(line, key.n));
	return STR("0");
}

static enum rc check_program(struct db_ro *db, const char *program, struct str needed, struct err *err)
{
	struct version have, need;
	if (!version_parse(str_of(program), &have) || !version_parse(needed, &need))
		return err_set(err, RC_INTERNAL, "'%s' or '%.*s' is not a version", program, STR_ARG(needed));
	if (version_cmp(have, need) < 0)
		return err_set(err, RC_UNSUPPORTED, "'%s' was changed by a newer Platen: it needs at least "
			       "version %.*s, this is %s", db->path, STR_ARG(needed), program);
	return RC_OK;
}

static enum rc latest(struct db_ro *db, const char *program, int64_t *number, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, "SELECT number, min_program FROM migration ORDER BY number DESC LIMIT 1",
			      &st, err);
	if (rc == RC_OK)
		rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*number = 0;
	if (row) {
		*number = db_col_i64(st, 0);
		rc = check_program(db, program, db_col_str(st, 1), err);
	}
	db_done(st);
	return rc;
}

enum rc db_schema_began(struct db_ro *db, int64_t *began_ms, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, "SELECT applied_ms FROM migration WHERE number = 1", &st, err);
	if (rc == RC_OK)
		rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*began_ms = row ? db_col_i64(st, 0) : 0;
	if (row)
		db_done(st);
	return RC_OK;
}

/* RC_OK with *applied false: the step is still to do. */
static enum rc compare(struct db_ro *db, const struct db_step *step, bool *applied, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, "SELECT sql FROM migration WHERE number = ?1", &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, step->number);
	rc = db_step(st, applied, err);
	if (rc == RC_OK && *applied) {
		if (!str_is(db_col_str(st, 0), step->sql))
			rc = err_set(err, RC_CORRUPT, "'%s': step %s of the schema differs from the one that was "
				     "applied to it", db->path, step->name);
		db_done(st);
	}
	return rc;
}

static enum rc record(struct db_tx *tx, const struct db_step *step, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, "INSERT INTO migration (number, name, sql, min_program, applied_ms) "
				"VALUES (?1, ?2, ?3, ?4, ?5)", &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, step->number);
	db_bind_str(st, 2, str_of(step->name));
	db_bind_str(st, 3, str_of(step->sql));
	db_bind_str(st, 4, min_program_of(step->sql));
	db_bind_i64(st, 5, now_ms);
	return db_run(st, NULL, err);
}

/* BEGIN IMMEDIATE first and then look: a second process that waited here finds the step done. */
static enum rc apply(struct db_rw *db, const struct db_step *step, const char *program, int64_t now_ms,
		     struct err *err)
{
	struct db_tx *tx;
	bool applied = false;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = compare(db_tx_ro(tx), step, &applied, err);
	if (rc == RC_OK && !applied) {
		rc = check_program(&db->ro, program, min_program_of(step->sql), err);
		if (rc == RC_OK)
			rc = conn_exec(&db->ro, step->sql, "migrate", err);
		if (rc == RC_OK)
			rc = record(tx, step, now_ms, err);
		if (rc != RC_OK)
			err_prefix(err, "step %s", step->name);
	}
	if (rc != RC_OK) {
		db_rollback(tx);
		return rc;
	}
	return db_commit(tx, err);
}

/* Switching to WAL does not wait for the lock by itself when two processes make the file at once. */
static enum rc prepare_file(struct db_ro *db, struct err *err)
{
	enum rc rc = RC_BUSY;
	for (int i = 0; rc == RC_BUSY && i < WAL_TRIES; i++) {
		if (i > 0)
			sqlite3_sleep(10);
		rc = conn_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS migration ("
			       "number INTEGER PRIMARY KEY, name TEXT NOT NULL, sql TEXT NOT NULL, "
			       "min_program TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT", "migrate", err);
	}
	return rc;
}

static enum rc make_file(const char *path, struct err *err)
{
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, errno == EACCES || errno == EPERM ? RC_READONLY : RC_IO, errno,
			       "cannot open '%s' for writing", path);
	close(fd);
	return RC_OK;
}

enum rc db_migrate(const char *path, const struct db_schema *schema, const char *program, int64_t now_ms,
		   struct db_migrated *out, struct err *err)
{
	struct db_rw *db = NULL;
	struct db_options opt = { .busy_timeout_ms = 30000 };
	int64_t before = 0;
	enum rc rc = conn_refuse_network(path, err);
	if (rc == RC_OK)
		rc = make_file(path, err);
	if (rc == RC_OK)
		rc = db_rw_open(path, &opt, &db, err);
	if (rc != RC_OK)
		return rc;
	rc = prepare_file(&db->ro, err);
	if (rc == RC_OK)
		rc = latest(&db->ro, program, &before, err);
	for (int i = 0; rc == RC_OK && i < schema->count; i++)
		rc = apply(db, &schema->steps[i], program, now_ms, err);
	db_rw_close(db);
	if (rc == RC_OK && out)
		*out = (struct db_migrated){ (int)before, before > schema->count ? (int)before : schema->count };
	return rc;
}

enum rc db_schema_number(struct db_ro *db, const char *program, int64_t *out, struct err *err)
{
	return latest(db, program, out, err);
}

enum rc db_schema_is_behind(struct db_ro *db, const struct db_schema *schema, const char *program, bool *out,
			    struct err *err)
{
	int64_t number;
	enum rc rc = latest(db, program, &number, err);
	if (rc == RC_OK)
		*out = number < schema->count;
	return rc;
}

enum rc db_schema_check(struct db_ro *db, const struct db_schema *schema, const char *program, struct err *err)
{
	int64_t number;
	struct err why = ERR_INIT;
	enum rc rc = latest(db, program, &number, &why);
	if (rc == RC_INTERNAL && sqlite3_table_column_metadata(db->handle, "main", "migration", NULL, NULL,
							       NULL, NULL, NULL, NULL) != SQLITE_OK)
		return err_set(err, RC_UNSUPPORTED, "'%s' is not set up; run platen migrate", db->path);
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	if (number < schema->count)
		return err_set(err, RC_UNSUPPORTED, "'%s' is of an older Platen (schema %lld, this needs %d); "
			       "run platen migrate", db->path, (long long)number, schema->count);
	return RC_OK;
}
