/* admin.c: looking after a database file: integrity, copy, upkeep. */
#include "base/base.h"

#include "base/clock.h"
#include "db/admin.h"
#include "db/conn.h"
#include "db/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define COPY_PAGES 1024 /* a step: the source is locked against checkpoints that long */
#define COPY_TRIES 2000 /* of 5 ms each, while a writer of another process holds the file */

static void add(struct db_findings *found, struct str message)
{
	if (found->count < DB_CHECK_MAX)
		found->items[found->count++] = message;
}

/* Of one table, or with STR_NONE of the whole file. */
static enum rc check_integrity(struct db_ro *db, struct str table, struct arena *arena, struct db_findings *found,
			       struct err *err)
{
	struct db_stmt *st;
	bool row = true;
	enum rc rc = db_query(db, str_given(table) ? "SELECT * FROM pragma_integrity_check(?1)"
						   : "PRAGMA integrity_check(50)", &st, err);
	if (rc == RC_OK && str_given(table))
		db_bind_str(st, 1, table);
	while (rc == RC_OK && (rc = db_step(st, &row, err)) == RC_OK && row)
		if (!str_is(db_col_str(st, 0), "ok"))
			add(found, db_col_dup(st, 0, arena));
	return rc;
}

static enum rc check_foreign_keys(struct db_ro *db, struct str table, struct arena *arena,
				  struct db_findings *found, struct err *err)
{
	struct db_stmt *st;
	bool row = true;
	enum rc rc = db_query(db, str_given(table) ? "SELECT * FROM pragma_foreign_key_check(?1)"
						   : "PRAGMA foreign_key_check", &st, err);
	if (rc == RC_OK && str_given(table))
		db_bind_str(st, 1, table);
	while (rc == RC_OK && found->count < DB_CHECK_MAX && (rc = db_step(st, &row, err)) == RC_OK && row)
		add(found, arena_printf(arena, "row %lld of table %.*s refers to a missing row of table %.*s",
					(long long)db_col_i64(st, 1), STR_ARG(db_col_str(st, 0)),
					STR_ARG(db_col_str(st, 2))));
	if (rc == RC_OK && row)
		db_done(st);
	return rc;
}

static enum rc check(struct db_ro *db, struct str table, struct arena *arena, struct db_findings *found,
		     struct err *err)
{
	enum rc rc = check_integrity(db, table, arena, found, err);
	if (rc == RC_CORRUPT) { /* too damaged for the check itself: that is a finding */
		add(found, err ? arena_str(arena, str_of(err->msg)) : STR("the file is damaged"));
		return RC_OK;
	}
	return rc == RC_OK && found->count == 0 ? check_foreign_keys(db, table, arena, found, err) : rc;
}

enum rc db_check(struct db_ro *db, struct arena *arena, struct db_findings *out, struct err *err)
{
	struct db_findings found = { ARENA_ARRAY(arena, DB_CHECK_MAX, struct str), 0 };
	enum rc rc = check(db, STR_NONE, arena, &found, err);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

static enum rc next_table(struct db_ro *db, struct str after, struct arena *arena, struct str *out, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name > ?1 "
				  "ORDER BY name LIMIT 1", &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, after);
	rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*out = row ? db_col_dup(st, 0, arena) : STR_NONE;
	db_done(st);
	return RC_OK;
}

/* RC_TIMEOUT: there was not enough time, and what was found may come of that. */
static enum rc check_in_time(struct db_ro *db, struct str table, struct deadline *deadline, struct arena *arena,
			     struct db_findings *found, struct err *err)
{
	enum rc rc = check(db, table, arena, found, err);
	if (!deadline_is_over(deadline))
		return rc;
	found->count = 0;
	return err_set(err, RC_TIMEOUT, "there was no time to read the table '%.*s'", STR_ARG(table));
}

static enum rc check_tables(struct db_ro *db, struct str after, int64_t until_us, struct deadline *deadline,
			    struct arena *arena, struct db_part *part, struct err *err)
{
	struct str table;
	enum rc rc = next_table(db, after, arena, &table, err);
	while (rc == RC_OK && str_given(table)) {
		rc = check_in_time(db, table, deadline, arena, &part->found, err);
		if (rc == RC_TIMEOUT && str_given(part->last))
			return RC_OK;
		part->last = table;
		if (rc == RC_TIMEOUT) {
			part->given_up = table;
			return RC_OK;
		}
		if (rc != RC_OK || part->found.count)
			return rc;
		rc = next_table(db, table, arena, &table, err);
		if (clock_monotonic_us() >= until_us)
			break;
	}
	if (rc == RC_OK && !str_given(table))
		part->last = STR_NONE;
	return rc;
}

enum rc db_check_part(struct db_ro *db, struct str after, int64_t until_us, int64_t limit_us, struct arena *arena,
		      struct db_part *out, struct err *err)
{
	struct db_part part = {
		.found = { ARENA_ARRAY(arena, DB_CHECK_MAX, struct str), 0 }, .last = STR_NONE, .given_up = STR_NONE,
	};
	struct deadline *deadline;
	enum rc rc = deadline_set(db, limit_us, &deadline, err);
	if (rc != RC_OK)
		return rc;
	rc = check_tables(db, after, until_us, deadline, arena, &part, err);
	deadline_clear(deadline);
	if (rc == RC_OK)
		*out = part;
	return rc;
}

static int copy_pages(sqlite3_backup *backup)
{
	int code = SQLITE_OK;
	for (int tries = 0; tries < COPY_TRIES; tries++) {
		code = sqlite3_backup_step(backup, COPY_PAGES);
		if (code == SQLITE_OK)
			tries = -1;
		else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
			sqlite3_sleep(5);
		else
			break;
	}
	return code;
}

/* One snapshot for all steps: otherwise each commit of another connection would begin the copy anew
 * and a busy site's copy would never end. */
static enum rc copy_snapshot(struct db_ro *db, struct db_ro *to, struct err *err)
{
	enum rc rc = RC_OK;
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", db->handle, "main");
	if (!backup)
		return conn_fail(to, sqlite3_errcode(to->handle), "copy to", err);
	int code = copy_pages(backup);
	int finished = sqlite3_backup_finish(backup);
	if (code != SQLITE_DONE)
		rc = conn_fail(to, code, "copy to", err);
	else if (finished != SQLITE_OK)
		rc = conn_fail(to, finished, "copy to", err);
	return rc;
}

static enum rc copy_into(struct db_ro *db, struct db_ro *to, struct err *err)
{
	struct db_stmt *st;
	bool row;
	bool outer = !sqlite3_get_autocommit(db->handle);
	enum rc rc = outer ? RC_OK : db_snapshot_begin(db, err);
	if (rc != RC_OK)
		return rc;
	rc = db_query(db, "SELECT count(*) FROM sqlite_schema", &st, err); /* the snapshot begins here */
	if (rc == RC_OK && (rc = db_step(st, &row, err)) == RC_OK) {
		db_done(st);
		rc = copy_snapshot(db, to, err);
	}
	if (!outer)
		db_snapshot_end(db);
	return rc;
}

static void remove_copy(const char *path)
{
	const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char name[4096];
	for (size_t i = 0; i < COUNT_OF(tails); i++)
		if (snprintf(name, sizeof name, "%s%s", path, tails[i]) < (int)sizeof name)
			unlink(name);
}

enum rc db_copy(struct db_ro *db, const char *to_path, struct err *err)
{
	struct db_ro to = { .handle = NULL };
	int fd = open(to_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, RC_EXISTS, "'%s' is there already", to_path);
	if (fd < 0)
		return err_sys(err, RC_IO, errno, "cannot make '%s'", to_path);
	close(fd);
	enum rc rc = conn_open(&to, to_path, SQLITE_OPEN_READWRITE, NULL, err);
	if (rc == RC_OK) {
		rc = copy_into(db, &to, err);
		/* The copied header says WAL; without a checkpoint the pages could stay beside the file. */
		if (rc == RC_OK)
			rc = conn_exec(&to, "PRAGMA wal_checkpoint(TRUNCATE)", "copy to", err);
		conn_close(&to);
	}
	if (rc != RC_OK)
		remove_copy(to_path);
	return rc;
}

enum rc db_optimize(struct db_rw *db, struct err *err)
{
	enum rc rc = conn_exec(&db->ro, "PRAGMA analysis_limit = 1000; PRAGMA optimize", "optimize", err);
	if (rc == RC_OK)
		rc = conn_exec(&db->ro, "PRAGMA wal_checkpoint(TRUNCATE)", "checkpoint", err);
	return rc == RC_BUSY ? RC_OK : rc;
}
