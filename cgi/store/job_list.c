/* job_list.c: jobs as people see them: lists, counts, trying again, cancelling. */
#include "base/base.h"
#include "store/job_row.h"

#define LIST_MAX 1000
#define COUNT_MAX 100000 /* nobody needs to know more exactly */
#define SELECT "SELECT " JOB_COLUMNS " FROM job "

enum { GET, LIST, LIST_FINISHED, LIST_WAITING, LIST_BEHIND, LIST_RUNNING, LIST_OPEN, OPEN_WITH_KEY, RETRY, RETRY_DEAD, DELETE_DEAD, DELETE_DEAD_OF, CANCEL, COUNT_DUE, COUNT_LATER, COUNT_RUNNING,
       COUNT_DEAD, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = SELECT "WHERE id = ?1",
	[LIST] = SELECT "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
	[LIST_FINISHED] = SELECT "WHERE state = ?1 AND finished_ms IS NOT NULL ORDER BY finished_ms DESC LIMIT ?2",
	[LIST_WAITING] = (SELECT "WHERE state = ?1 AND due_ms IS NOT NULL AND lease_owner IS NULL "
			   "ORDER BY kind, priority, due_ms LIMIT ?2"),
	[LIST_BEHIND] = (SELECT "WHERE due_ms IS NOT NULL AND lease_owner IS NULL AND (kind, priority, due_ms, id) > "
			  "(?1, ?2, ?3, ?4) ORDER BY kind, priority, due_ms, id LIMIT ?5"),
	[LIST_RUNNING] = SELECT "WHERE state = ?1 AND lease_owner IS NOT NULL ORDER BY kind, due_ms LIMIT ?2",
	[LIST_OPEN] = SELECT "WHERE kind = ?1 AND due_ms IS NOT NULL ORDER BY priority, due_ms LIMIT ?2",
	[OPEN_WITH_KEY] = ("SELECT coalesce(max(id), 0) FROM job WHERE kind = ?1 AND unique_key = ?2 "
			   "AND due_ms IS NOT NULL"),
	[RETRY] = ("UPDATE job SET state = 'waiting', due_ms = ?2, failures = 0, lost = 0, finished_ms = NULL, "
		   "result = NULL WHERE id = ?1 AND lease_owner IS NULL"),
	[RETRY_DEAD] = ("UPDATE job SET state = 'waiting', due_ms = ?2, failures = 0, lost = 0, finished_ms = NULL, "
			"result = NULL WHERE id = ?1 AND state = 'dead'"),
	[DELETE_DEAD] = "DELETE FROM job WHERE id = ?1 AND state = 'dead' AND ?2 = ?2",
	[DELETE_DEAD_OF] = "DELETE FROM job WHERE state = 'dead' AND finished_ms IS NOT NULL AND kind = ?1 AND unique_key = ?2",
	[CANCEL] = ("UPDATE job SET state = 'cancelled', due_ms = NULL, lease_owner = NULL, finished_ms = ?2 "
		    "WHERE id = ?1 AND due_ms IS NOT NULL"),
	[COUNT_DUE] = "SELECT count(*) FROM (SELECT 1 FROM job WHERE due_ms IS NOT NULL AND due_ms <= ?1 LIMIT ?2)",
	[COUNT_LATER] = "SELECT count(*) FROM (SELECT 1 FROM job WHERE due_ms IS NOT NULL AND due_ms > ?1 LIMIT ?2)",
	[COUNT_RUNNING] = ("SELECT count(*) FROM (SELECT 1 FROM job WHERE lease_owner IS NOT NULL AND due_ms > ?1 "
			   "LIMIT ?2)"),
	[COUNT_DEAD] = ("SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'dead' AND finished_ms IS NOT NULL "
			"AND finished_ms <= ?1 LIMIT ?2)"),
};

const struct statements job_list_statements = { "job_list.c", sql, SQL__MAX };

enum rc job_get(struct db_ro *db, int64_t id, struct arena *arena, struct job *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return rows_one(st, "the job", job_read, arena, out, err);
}

static enum rc read_all(struct db_stmt *st, struct arena *arena, struct jobs *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct job);
	enum rc rc = rows_all(st, &rows, job_read, err);
	if (rc == RC_OK)
		*out = (struct jobs){ (struct job *)rows.items, rows.count };
	return rc;
}

enum rc job_list(struct db_ro *db, int64_t before, int64_t limit, struct arena *arena, struct jobs *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, before);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc job_list_state(struct db_ro *db, struct str state, int64_t limit, struct arena *arena, struct jobs *out,
		       struct err *err)
{
	struct db_stmt *st;
	int statement = str_is(state, JOB_STATE_WAITING) ? LIST_WAITING
			: str_is(state, JOB_STATE_RUNNING) ? LIST_RUNNING : LIST_FINISHED;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, state);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc job_list_waiting(struct db_ro *db, const struct job *after, int64_t limit, struct arena *arena, struct jobs *out,
			 struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST_BEHIND], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, after ? after->kind : STR(""));
	db_bind_i64(st, 2, after ? after->priority : -1);
	db_bind_i64(st, 3, after ? after->due_ms : 0);
	db_bind_i64(st, 4, after ? after->id : 0);
	db_bind_i64(st, 5, rows_limit(limit, LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc job_list_open(struct db_ro *db, struct str kind, int64_t limit, struct arena *arena, struct jobs *out,
		      struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST_OPEN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc job_open_with_key(struct db_ro *db, struct str kind, struct str key, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OPEN_WITH_KEY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_str(st, 2, key);
	return rows_i64(st, id, err);
}

enum rc job_count(struct db_ro *db, int64_t now_ms, struct job_counts *out, struct err *err)
{
	struct job_counts counts = { 0 };
	const struct { int statement; int64_t *to; } parts[] = {
		{ COUNT_DUE, &counts.due }, { COUNT_LATER, &counts.later }, { COUNT_RUNNING, &counts.running },
		{ COUNT_DEAD, &counts.dead },
	};
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < COUNT_OF(parts); i++) {
		struct db_stmt *st;
		rc = db_query(db, sql[parts[i].statement], &st, err);
		if (rc != RC_OK)
			break;
		db_bind_i64(st, 1, parts[i].statement == COUNT_DEAD ? INT64_MAX : now_ms);
		db_bind_i64(st, 2, COUNT_MAX);
		rc = rows_i64(st, parts[i].to, err);
	}
	counts.later -= counts.running; /* a running one's lease ends later */
	if (rc == RC_OK)
		*out = counts;
	return rc;
}

/* A change that needs the job in a certain state: `otherwise` says why it was not. */
static enum rc change(struct db_tx *tx, int statement, int64_t id, int64_t now_ms, const char *otherwise, struct err *err)
{
	struct db_stmt *st;
	int64_t changes = 0, there = 0;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	rc = db_run(st, &changes, err);
	if (rc != RC_OK || changes > 0)
		return rc;
	rc = db_query(db_tx_ro(tx), sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rc = rows_i64(st, &there, err);
	if (rc == RC_OK && there == 0)
		rc = err_set(err, RC_NOTFOUND, "there is no job %lld", (long long)id);
	return rc == RC_OK ? err_set(err, RC_CONFLICT, "job %lld %s", (long long)id, otherwise) : rc;
}

enum rc job_retry(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	return change(tx, RETRY, id, now_ms, "is running", err);
}

static enum rc change_dead(struct db_tx *tx, int statement, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	return rows_touch(st, "the dead job", err);
}

enum rc job_retry_dead(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	return change_dead(tx, RETRY_DEAD, id, now_ms, err);
}

enum rc job_delete_dead(struct db_tx *tx, int64_t id, struct err *err)
{
	return change_dead(tx, DELETE_DEAD, id, 0, err);
}

enum rc job_delete_dead_of(struct db_tx *tx, struct str kind, struct str key, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE_DEAD_OF], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_str(st, 2, key);
	return db_run(st, NULL, err);
}

enum rc job_cancel(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	return change(tx, CANCEL, id, now_ms, "is finished", err);
}
