/* task_jobs.c: does the jobs that are due when no worker is there to do them. */
#include "base/base.h"

#include "base/clock.h"
#include "core/job_work.h"
#include "core/tasks.h"
#include "store/worker.h"

static enum rc tell_counts(struct task_call *call, int64_t now_ms, struct job_counts *counts, struct err *err)
{
	enum rc rc = job_count(db_rw_ro(call->db), now_ms, counts, err);
	if (rc != RC_OK)
		return rc;
	json_set_int(call->row, "due", counts->due);
	json_set_int(call->row, "later", counts->later);
	json_set_int(call->row, "running", counts->running);
	json_set_int(call->row, "dead", counts->dead);
	return RC_OK;
}

/* Beside a worker it would only stand in the way, and heavy work belongs there. */
static enum rc idle(struct task_call *call, bool *idle, struct err *err)
{
	struct job_counts counts;
	bool worker = false;
	int64_t now_ms = clock_now_ms();
	enum rc rc = worker_seen(db_rw_ro(call->db), now_ms, &worker, err);
	json_set_bool(call->row, "worker", worker);
	json_set_int(call->row, "failed", 0);
	if (rc == RC_OK)
		rc = tell_counts(call, now_ms, &counts, err);
	if (rc == RC_OK)
		*idle = worker || counts.due == 0;
	return rc;
}

static int64_t at_most(const struct task_call *call, int64_t count)
{
	int64_t limit = call->options->limit;
	return limit && limit < count ? limit : count;
}

static enum rc run(struct task_call *call, struct err *err)
{
	struct jobs_done done = { 0 };
	struct job_counts counts;
	bool worker = false;
	int64_t now_ms = clock_now_ms();
	enum rc rc = worker_seen(db_rw_ro(call->db), now_ms, &worker, err);
	if (rc != RC_OK)
		return rc;
	json_set_bool(call->row, "worker", worker);
	if (call->dry_run) {
		rc = tell_counts(call, now_ms, &counts, err);
		call->done = rc == RC_OK && !worker ? at_most(call, counts.due) : 0;
		return rc;
	}
	if (!worker)
		rc = jobs_do_due(call->conf, call->db, call->until_us, call->options->limit, &done, err);
	call->done = done.done;
	call->more = done.more;
	json_set_int(call->row, "failed", done.failed);
	return rc == RC_OK ? tell_counts(call, clock_now_ms(), &counts, err) : rc;
}

static const char *const options[] = { "limit", NULL };

const struct task task_jobs = {
	.name = "jobs",
	.summary = "do the jobs that are due, where no worker does them",
	.options = options,
	.cron = "*/10 * * * *",
	.overdue_ms = INT64_C(86400000),
	.run = run,
	.idle = idle,
};
