/* task_run.c: when each maintenance task ran, and how it went. */
#include "base/base.h"
#include "store/rows.h"
#include "store/task_run.h"

#define LIST_MAX 1000
#define COLUMNS "SELECT id, task, started_ms, duration_ms, ok, dry_run, result FROM task_run "

enum { ADD, LIST, LIST_TASK, BEFORE, BEFORE_TASK, LAST_OK, FIRST, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO task_run (task, started_ms, duration_ms, ok, dry_run, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[LIST] = COLUMNS "ORDER BY id DESC LIMIT ?1",
	[LIST_TASK] = COLUMNS "WHERE task = ?2 ORDER BY started_ms DESC LIMIT ?1",
	[BEFORE] = COLUMNS "WHERE (started_ms, id) < (?2, ?3) ORDER BY started_ms DESC, id DESC LIMIT ?1",
	[BEFORE_TASK] = COLUMNS "WHERE task = ?4 AND (started_ms, id) < (?2, ?3) ORDER BY started_ms DESC, id DESC LIMIT ?1",
	[LAST_OK] = ("SELECT started_ms FROM task_run WHERE task = ?1 AND ok = 1 AND dry_run = 0 "
		     "ORDER BY started_ms DESC LIMIT 1"),
	[FIRST] = "SELECT started_ms FROM task_run WHERE task = ?1 AND dry_run = 0 ORDER BY started_ms LIMIT 1",
};

const struct statements task_run_statements = { "task_run.c", sql, SQL__MAX };

enum rc task_run_add(struct db_tx *tx, const struct task_run *run, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, run->task);
	db_bind_i64(st, 2, run->started_ms);
	db_bind_i64(st, 3, run->duration_ms);
	db_bind_i64(st, 4, run->ok);
	db_bind_i64(st, 5, run->dry_run);
	db_bind_str(st, 6, run->result);
	return db_run(st, NULL, err);
}

static void read_run(struct db_stmt *st, struct arena *arena, void *item)
{
	struct task_run *run = item;
	*run = (struct task_run){
		.id = db_col_i64(st, 0), .task = db_col_dup(st, 1, arena), .started_ms = db_col_i64(st, 2),
		.duration_ms = db_col_i64(st, 3), .ok = db_col_i64(st, 4) != 0, .dry_run = db_col_i64(st, 5) != 0,
		.result = db_col_dup(st, 6, arena),
	};
}

enum rc task_run_list(struct db_ro *db, struct str task, int64_t limit, struct arena *arena, struct task_runs *out,
		      struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct task_run);
	enum rc rc = db_query(db, sql[str_given(task) ? LIST_TASK : LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, rows_limit(limit, LIST_MAX));
	if (str_given(task))
		db_bind_str(st, 2, task);
	rc = rows_all(st, &rows, read_run, err);
	if (rc == RC_OK)
		*out = (struct task_runs){ (struct task_run *)rows.items, rows.count };
	return rc;
}

enum rc task_run_before(struct db_ro *db, struct str task, int64_t before_ms, int64_t before_id, int64_t limit,
			struct arena *arena, struct task_runs *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct task_run);
	enum rc rc = db_query(db, sql[str_given(task) ? BEFORE_TASK : BEFORE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, rows_limit(limit, LIST_MAX));
	db_bind_i64(st, 2, before_ms);
	db_bind_i64(st, 3, before_id);
	if (str_given(task))
		db_bind_str(st, 4, task);
	rc = rows_all(st, &rows, read_run, err);
	if (rc == RC_OK)
		*out = (struct task_runs){ (struct task_run *)rows.items, rows.count };
	return rc;
}

static enum rc time_of(struct db_ro *db, int statement, struct str task, int64_t *started_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, task);
	return rows_i64(st, started_ms, err);
}

enum rc task_run_last_ok(struct db_ro *db, struct str task, int64_t *started_ms, struct err *err)
{
	return time_of(db, LAST_OK, task, started_ms, err);
}

enum rc task_run_first(struct db_ro *db, struct str task, int64_t *started_ms, struct err *err)
{
	return time_of(db, FIRST, task, started_ms, err);
}
