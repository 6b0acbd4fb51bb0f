/* task_optimize.c: looks after the databases: integrity, statistics for the planner, a short log, a whole
 * search index. */
#include "base/base.h"

#include "base/clock.h"
#include "core/job.h"
#include "core/place.h"
#include "core/rebuild.h"
#include "core/tasks.h"
#include "db/admin.h"
#include "store/setting.h"
#include "store/worker.h"

/* Where the next call goes on; "": all was read. */
static enum rc keep_place(struct task_call *call, struct str key, struct str last, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = setting_put(tx, key, last, call->now_ms, err);
	return db_end(tx, rc, err);
}

/* As many tables as there is time for, from where the last call ended. Damage is the finding of the task and
 * makes it fail: somebody must look at it. */
static enum rc check(struct task_call *call, struct db_ro *db, const char *name, struct err *err)
{
	struct db_findings found;
	struct str key = arena_printf(call->arena, "internal.checked.%s", name), after = STR(""), last = STR_NONE;
	enum rc rc = setting_get(db_rw_ro(call->db), key, call->arena, &after, err);
	if (rc == RC_NOTFOUND) {
		after = STR("");
		rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = db_check_part(db, after, call->until_us, call->arena, &found, &last, err);
	if (rc != RC_OK)
		return rc;
	if (found.count)
		return err_set(err, RC_CORRUPT, "%s is damaged: %.*s", name, STR_ARG(found.items[0]));
	call->more = call->more || str_given(last);
	last = str_given(last) ? last : STR("");
	return call->dry_run || str_eq(last, after) ? RC_OK : keep_place(call, key, last, err);
}

static enum rc look_after(struct task_call *call, struct db_rw *db, const char *name, bool reads_all, struct err *err)
{
	enum rc rc = reads_all ? check(call, db_rw_ro(db), name, err) : RC_OK;
	if (rc == RC_OK && !call->dry_run)
		rc = db_optimize(db, err);
	if (rc == RC_OK)
		call->done++;
	return rc;
}

/* Reading everything is heavy: a worker does it as a job. */
static enum rc order_check(struct task_call *call, struct err *err)
{
	struct db_tx *tx;
	int64_t id = 0;
	struct job_order order = { .kind = "check", .unique_key = STR("check"), .priority = JOB_LATE };
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = job_add(tx, &order, call->now_ms, &id, NULL, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK)
		json_set_int(call->row, "check_job", id);
	return rc;
}

static enum rc run(struct task_call *call, struct err *err)
{
	struct db_rw *traffic = NULL;
	bool worker = false;
	enum rc rc = worker_seen(db_rw_ro(call->db), clock_now_ms(), &worker, err);
	if (rc == RC_OK)
		rc = place_open_traffic(call->conf, &traffic, err);
	if (rc == RC_OK)
		rc = look_after(call, call->db, "site.db", !worker, err);
	if (rc == RC_OK)
		rc = look_after(call, traffic, "traffic.db", !worker && !call->more, err);
	bool rest = false;
	if (rc == RC_OK && !call->dry_run)
		rc = rebuild_search_rest(call->db, call->until_us, &rest, err);
	call->more = call->more || rest;
	db_rw_close(traffic);
	return rc == RC_OK && worker && !call->dry_run ? order_check(call, err) : rc;
}

const struct task task_optimize = {
	.name = "optimize",
	.summary = "check the databases, renew the planner's statistics, shorten the log",
	.cron = "40 4 * * 0",
	.overdue_ms = INT64_C(14) * 86400000,
	.run = run,
};
