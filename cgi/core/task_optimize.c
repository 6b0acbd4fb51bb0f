/* task_optimize.c: looks after the databases: integrity, statistics for the planner, a short log, a whole
 * search index. */
#include "base/base.h"

#include "core/place.h"
#include "core/rebuild.h"
#include "core/tasks.h"
#include "db/admin.h"

/* Damage is the finding of the task and makes it fail: somebody must look at it. */
static enum rc check(struct task_call *call, struct db_ro *db, const char *name, struct err *err)
{
	struct db_findings found;
	enum rc rc = db_check(db, call->arena, &found, err);
	if (rc != RC_OK || found.count == 0)
		return rc;
	return err_set(err, RC_CORRUPT, "%s is damaged: %.*s", name, STR_ARG(found.items[0]));
}

static enum rc look_after(struct task_call *call, struct db_rw *db, const char *name, struct err *err)
{
	enum rc rc = check(call, db_rw_ro(db), name, err);
	if (rc == RC_OK && !call->dry_run)
		rc = db_optimize(db, err);
	if (rc == RC_OK)
		call->done++;
	return rc;
}

static enum rc run(struct task_call *call, struct err *err)
{
	struct db_rw *traffic = NULL;
	enum rc rc = place_open_traffic(call->conf, &traffic, err);
	if (rc == RC_OK)
		rc = look_after(call, call->db, "site.db", err);
	if (rc == RC_OK)
		rc = look_after(call, traffic, "traffic.db", err);
	if (rc == RC_OK && !call->dry_run)
		rc = rebuild_search_rest(call->db, call->until_us, &call->more, err);
	db_rw_close(traffic);
	return rc;
}

const struct task task_optimize = {
	.name = "optimize",
	.summary = "check the databases, renew the planner's statistics, shorten the log",
	.cron = "40 4 * * 0",
	.overdue_ms = INT64_C(14) * 86400000,
	.run = run,
};
