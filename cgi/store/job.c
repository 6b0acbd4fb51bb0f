/* job.c: taking jobs and what becomes of them. */
#include "base/base.h"
#include "store/job_row.h"

/* An index has what may be taken in order; a key that a running job has stands in the way. `?3` is now. */
#define NOT_BLOCKED \
	"(unique_key IS NULL OR NOT EXISTS (SELECT 1 FROM job r WHERE r.kind = job.kind " \
	"AND r.unique_key = job.unique_key AND r.lease_owner IS NOT NULL AND r.due_ms > ?3 AND r.id <> job.id)) "
#define OURS " WHERE id = ?1 AND lease_owner = ?2 AND attempts = ?3"

enum { INSERT, WITH_KEY, HASTEN, CANDIDATES, TAKE, RECALL, RUNNING, NEXT_DUE, NEXT_LEASE_END, EXTEND, END, PUT_OFF,
       GIVE_BACK, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[INSERT] = ("INSERT INTO job (kind, payload, unique_key, priority, state, due_ms, created_ms) "
		    "VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?6)"),
	[WITH_KEY] = ("SELECT id FROM job WHERE kind = ?1 AND unique_key = ?2 AND due_ms IS NOT NULL "
		      "AND lease_owner IS NULL LIMIT 1"),
	[HASTEN] = "UPDATE job SET due_ms = ?2 WHERE id = ?1 AND lease_owner IS NULL AND due_ms > ?2",
	[CANDIDATES] = ("SELECT id, due_ms, lost, lease_owner IS NOT NULL FROM job WHERE kind = ?1 AND priority = ?2 "
			"AND due_ms <= ?3 AND " NOT_BLOCKED "ORDER BY due_ms, id LIMIT ?4"),
	[TAKE] = ("UPDATE job SET state = 'running', due_ms = ?4, lease_owner = ?2, attempts = attempts + 1, "
		  "lost = lost + (lease_owner IS NOT NULL), started_ms = ?3 "
		  "WHERE id = ?1 AND due_ms <= ?3 AND " NOT_BLOCKED "RETURNING " JOB_COLUMNS),
	[RECALL] = "UPDATE job SET due_ms = ?2 WHERE kind = ?1 AND lease_owner IS NOT NULL AND due_ms > ?3",
	[RUNNING] = "SELECT count(*) FROM job WHERE kind = ?1 AND lease_owner IS NOT NULL AND due_ms > ?2",
	[NEXT_DUE] = ("SELECT due_ms FROM job WHERE kind = ?1 AND priority = ?2 AND due_ms IS NOT NULL AND " NOT_BLOCKED
		      "ORDER BY due_ms LIMIT 1"),
	[NEXT_LEASE_END] = ("SELECT due_ms FROM job WHERE kind = ?1 AND lease_owner IS NOT NULL AND due_ms > ?2 "
			    "ORDER BY due_ms LIMIT 1"),
	[EXTEND] = "UPDATE job SET due_ms = ?4" OURS,
	[END] = ("UPDATE job SET state = ?4, due_ms = NULL, lease_owner = NULL, finished_ms = ?5, result = ?6, "
		 "error = coalesce(?7, error), failures = failures + (?7 IS NOT NULL)" OURS),
	[PUT_OFF] = ("UPDATE job SET state = 'waiting', due_ms = ?4, lease_owner = NULL, failures = failures + 1, "
		     "error = ?5" OURS),
	[GIVE_BACK] = ("UPDATE job SET state = 'waiting', due_ms = ?4, lease_owner = NULL, "
		       "payload = coalesce(?5, payload)" OURS),
};

const struct statements job_statements = { "job.c", sql, SQL__MAX };

void job_read(struct db_stmt *st, struct arena *arena, void *item)
{
	struct job *job = item;
	*job = (struct job){
		.id = db_col_i64(st, 0), .kind = db_col_dup(st, 1, arena), .payload = db_col_dup(st, 2, arena),
		.unique_key = db_col_dup(st, 3, arena), .priority = db_col_i64(st, 4),
		.state = db_col_dup(st, 5, arena), .due_ms = db_col_i64(st, 6), .lease_owner = db_col_dup(st, 7, arena),
		.attempts = db_col_i64(st, 8), .failures = db_col_i64(st, 9), .lost = db_col_i64(st, 10),
		.created_ms = db_col_i64(st, 11), .started_ms = db_col_i64(st, 12), .finished_ms = db_col_i64(st, 13),
		.result = db_col_dup(st, 14, arena), .error = db_col_dup(st, 15, arena),
	};
}

enum rc job_insert(struct db_tx *tx, const struct job *job, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[INSERT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, job->kind);
	db_bind_str(st, 2, job->payload);
	db_bind_str(st, 3, job->unique_key);
	db_bind_i64(st, 4, job->priority);
	db_bind_i64(st, 5, job->due_ms);
	db_bind_i64(st, 6, job->created_ms);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		*id = db_last_id(tx);
	return rc;
}

enum rc job_with_key(struct db_ro *db, struct str kind, struct str key, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[WITH_KEY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_str(st, 2, key);
	return rows_i64(st, id, err);
}

enum rc job_hasten(struct db_tx *tx, int64_t id, int64_t due_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[HASTEN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, due_ms);
	return db_run(st, NULL, err);
}

/* --- taking --- */

static void read_candidate(struct db_stmt *st, struct arena *arena, void *item)
{
	struct job *job = item;
	(void)arena;
	job->id = db_col_i64(st, 0);
	job->due_ms = job->place_ms = db_col_i64(st, 1);
	job->lost = db_col_i64(st, 2);
	job->lease_owner = db_col_i64(st, 3) ? STR("somebody") : STR_NONE;
}

enum rc job_candidates(struct db_ro *db, struct str kind, int64_t priority, int64_t now_ms, int64_t limit,
		       struct arena *arena, struct jobs *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct job);
	enum rc rc = db_query(db, sql[CANDIDATES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_i64(st, 2, priority);
	db_bind_i64(st, 3, now_ms);
	db_bind_i64(st, 4, rows_limit(limit, JOB_CANDIDATES_MAX));
	rc = rows_all(st, &rows, read_candidate, err);
	if (rc == RC_OK)
		*out = (struct jobs){ (struct job *)rows.items, rows.count };
	return rc;
}

enum rc job_take(struct db_tx *tx, int64_t id, struct str owner, int64_t until_ms, int64_t now_ms, struct arena *arena,
		 struct job *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TAKE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_str(st, 2, owner);
	db_bind_i64(st, 3, now_ms);
	db_bind_i64(st, 4, until_ms);
	return rows_one(st, "a job that may be taken", job_read, arena, out, err);
}

enum rc job_recall(struct db_tx *tx, struct str kind, int64_t due_ms, int64_t beyond_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[RECALL], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_i64(st, 2, due_ms);
	db_bind_i64(st, 3, beyond_ms);
	return db_run(st, NULL, err);
}

static enum rc number_of_kind(struct db_ro *db, int statement, struct str kind, int64_t now_ms, int64_t *out,
			      struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_i64(st, 2, now_ms);
	return rows_i64(st, out, err);
}

enum rc job_running(struct db_ro *db, struct str kind, int64_t now_ms, int64_t *count, struct err *err)
{
	return number_of_kind(db, RUNNING, kind, now_ms, count, err);
}

enum rc job_next_lease_end(struct db_ro *db, struct str kind, int64_t now_ms, int64_t *end_ms, struct err *err)
{
	return number_of_kind(db, NEXT_LEASE_END, kind, now_ms, end_ms, err);
}

enum rc job_next_due(struct db_ro *db, struct str kind, int64_t priority, int64_t now_ms, int64_t *due_ms,
		     struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[NEXT_DUE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, kind);
	db_bind_i64(st, 2, priority);
	db_bind_i64(st, 3, now_ms);
	return rows_i64(st, due_ms, err);
}

/* --- by whoever has taken it --- */

static enum rc prepare_ours(struct db_tx *tx, int statement, const struct job *job, struct db_stmt **st, struct err *err)
{
	enum rc rc = db_prepare(tx, sql[statement], st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(*st, 1, job->id);
	db_bind_str(*st, 2, job->lease_owner);
	db_bind_i64(*st, 3, job->attempts);
	return RC_OK;
}

static enum rc run_ours(struct db_stmt *st, bool *ours, struct err *err)
{
	int64_t changes = 0;
	enum rc rc = db_run(st, &changes, err);
	if (rc == RC_OK)
		*ours = changes > 0;
	return rc;
}

enum rc job_extend(struct db_tx *tx, const struct job *job, int64_t until_ms, bool *ours, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_ours(tx, EXTEND, job, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 4, until_ms);
	return run_ours(st, ours, err);
}

enum rc job_end(struct db_tx *tx, const struct job *job, const char *state, int64_t now_ms, struct str result,
		struct str error, bool *ours, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_ours(tx, END, job, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 4, str_of(state));
	db_bind_i64(st, 5, now_ms);
	db_bind_str(st, 6, result);
	db_bind_str(st, 7, error);
	return run_ours(st, ours, err);
}

enum rc job_put_off(struct db_tx *tx, const struct job *job, int64_t due_ms, struct str error, bool *ours,
		    struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_ours(tx, PUT_OFF, job, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 4, due_ms);
	db_bind_str(st, 5, error);
	return run_ours(st, ours, err);
}

enum rc job_give_back(struct db_tx *tx, const struct job *job, int64_t due_ms, struct str payload, bool *ours,
		      struct err *err)
{
	struct db_stmt *st;
	enum rc rc = prepare_ours(tx, GIVE_BACK, job, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 4, due_ms);
	db_bind_str(st, 5, payload);
	return run_ours(st, ours, err);
}
