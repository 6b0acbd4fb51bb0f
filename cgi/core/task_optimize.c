/* task_optimize.c: looks after the databases: integrity, statistics for the planner, a short log, a whole
 * search index. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "core/place.h"
#include "core/rebuild.h"
#include "core/tasks.h"
#include "db/admin.h"
#include "store/setting.h"
#include "store/worker.h"

/* The check of a table that is read when the call's time is over has so long, and so has the only one of a call:
 * together less than a receipt's lease and what web servers wait for an answer. */
#define CHECK_LEAST_US INT64_C(10000000)

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

static void tell_unchecked(struct task_call *call, const char *name, struct str table)
{
	LOG(LOG_WARN, "a table is too large to be checked without a worker", LOG_S("database", str_of(name)),
	    LOG_S("table", table));
	struct json *list = json_get(call->row, "unchecked");
	json_add_text(list ? list : json_set_list(call->row, "unchecked"), arena_printf(call->arena, "%s: %.*s", name, STR_ARG(table)));
}

static int64_t at_least_us(const struct task_call *call)
{
	int64_t wanted_us = call->options->seconds * INT64_C(1000000);
	return wanted_us < CHECK_LEAST_US ? wanted_us : CHECK_LEAST_US;
}

/* As many tables as there is time for, from where the last call ended. Damage is the finding of the task and
 * makes it fail: somebody must look at it. */
static enum rc check(struct task_call *call, struct db_ro *db, const char *name, struct err *err)
{
	struct db_part part;
	int64_t least_us = clock_monotonic_us() + at_least_us(call);
	struct str key = arena_printf(call->arena, "internal.checked.%s", name), after = STR("");
	enum rc rc = setting_get(db_rw_ro(call->db), key, call->arena, &after, err);
	if (rc == RC_NOTFOUND) {
		after = STR("");
		rc = RC_OK;
	}
	if (rc == RC_OK)
		rc = db_check_part(db, after, call->until_us, call->until_us > least_us ? call->until_us : least_us,
				   call->arena, &part, err);
	if (rc != RC_OK)
		return rc;
	if (part.found.count)
		return err_set(err, RC_CORRUPT, "%s is damaged: %.*s", name, STR_ARG(part.found.items[0]));
	if (str_given(part.given_up))
		tell_unchecked(call, name, part.given_up);
	call->more = call->more || str_given(part.last);
	struct str last = str_given(part.last) ? part.last : STR("");
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
	bool worker = false, checks = call->options->check;
	enum rc rc = worker_seen(db_rw_ro(call->db), clock_now_ms(), &worker, err);
	if (rc == RC_OK)
		rc = place_open_traffic(call->conf, &traffic, err);
	if (rc == RC_OK)
		rc = look_after(call, call->db, "site.db", checks && !worker, err);
	if (rc == RC_OK)
		rc = look_after(call, traffic, "traffic.db", checks && !worker && !call->more, err);
	bool rest = false;
	if (rc == RC_OK && !call->dry_run)
		rc = rebuild_search_rest(call->db, call->until_us, &rest, err);
	call->more = call->more || rest;
	db_rw_close(traffic);
	return rc == RC_OK && checks && worker && !call->dry_run ? order_check(call, err) : rc;
}

static const char *const options[] = { "check", NULL };

const struct task task_optimize = {
	.name = "optimize",
	.summary = "check the databases, renew the planner's statistics, shorten the log",
	.options = options,
	.cron = "40 4 * * 0",
	.overdue_ms = INT64_C(14) * 86400000,
	.run = run,
};
