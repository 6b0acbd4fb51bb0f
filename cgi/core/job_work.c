/* job_work.c: doing what is due for a while, one job after the other. */
#include "base/base.h"

#include "base/clock.h"
#include "core/job_lease.h"
#include "core/job_work.h"

#define LIGHT_AT_ONCE 32

struct shift {
	struct job_runner runner;
	struct arena arena;
	char owner[JOB_OWNER_CHARS + 1];
	const char *const *kinds; /* NULL: all */
	int64_t left;             /* so many more may be claimed */
	struct jobs_done *out;
};

static void note(const struct job_outcome *outcome, struct jobs_done *out)
{
	if (outcome->end == JOB_DONE || outcome->end == JOB_MORE || outcome->end == JOB_SETTLED)
		out->done++;
	else if (outcome->end != JOB_GIVEN_BACK && outcome->end != JOB_CANCELLED)
		out->failed++;
}

static bool is_over(const struct shift *shift)
{
	return clock_monotonic_us() >= shift->runner.until_us;
}

/* Whatever is not begun when the time is over is given back. */
static enum rc do_claimed(struct shift *shift, const struct jobs *jobs, struct err *err)
{
	struct job_outcome outcomes[LIGHT_AT_ONCE];
	struct job_lease *lease = job_lease_begin(shift->runner.conf, jobs);
	for (size_t i = 0; i < jobs->count; i++) {
		outcomes[i] = (struct job_outcome){ .job = &jobs->items[i], .end = JOB_GIVEN_BACK, .text = STR_NONE };
		job_lease_at(lease, i);
		if (!is_over(shift))
			job_run(&shift->runner, &jobs->items[i], &shift->arena, &outcomes[i]);
		note(&outcomes[i], shift->out);
	}
	job_lease_end(lease);
	return jobs_settle(shift->runner.db, outcomes, jobs->count, clock_now_ms(), NULL, err);
}

/* *some false: nothing of the class was due. */
static enum rc do_some(struct shift *shift, enum job_class class, size_t max, bool *some, struct err *err)
{
	struct jobs jobs;
	struct job_claim claim = {
		.owner = str_of(shift->owner), .class = class, .kinds = shift->kinds,
		.max = shift->left < (int64_t)max ? (size_t)shift->left : max,
		.now_ms = clock_now_ms(),
	};
	arena_reset(&shift->arena);
	enum rc rc = jobs_claim(shift->runner.db, &claim, &shift->arena, &jobs, err);
	if (rc != RC_OK)
		return rc;
	*some = jobs.count > 0;
	shift->left -= (int64_t)jobs.count;
	return *some ? do_claimed(shift, &jobs, err) : RC_OK;
}

static enum rc is_more(const struct shift *shift, struct err *err)
{
	int64_t due_ms, now_ms = clock_now_ms();
	enum rc rc = jobs_next_due(db_rw_ro(shift->runner.db), JOB_ANY, now_ms, &due_ms, err);
	if (rc == RC_OK)
		shift->out->more = due_ms > 0 && due_ms <= now_ms;
	return rc;
}

static enum rc work_shift(struct shift *shift, struct err *err)
{
	bool some = true;
	enum rc rc = RC_OK;
	arena_init(&shift->arena, ARENA_MAX_B);
	job_owner(shift->owner);
	while (rc == RC_OK && some && shift->left > 0 && !is_over(shift)) {
		rc = do_some(shift, JOB_LIGHT, LIGHT_AT_ONCE, &some, err);
		if (rc == RC_OK && !some)
			rc = do_some(shift, JOB_HEAVY, 1, &some, err);
	}
	arena_release(&shift->arena);
	return rc;
}

enum rc jobs_do_due(const struct conf *conf, struct db_rw *db, int64_t until_us, int64_t most, struct jobs_done *out,
		    struct err *err)
{
	struct shift shift = {
		.runner = { .conf = conf, .db = db, .until_us = until_us }, .left = most ? most : INT64_MAX, .out = out,
	};
	*out = (struct jobs_done){ 0 };
	enum rc rc = work_shift(&shift, err);
	return rc == RC_OK ? is_more(&shift, err) : rc;
}

enum rc jobs_do_kind(const struct conf *conf, struct db_rw *db, const char *kind, int64_t until_us,
		     struct jobs_done *out, struct err *err)
{
	const char *const kinds[] = { kind, NULL };
	struct shift shift = { .runner = { .conf = conf, .db = db, .until_us = until_us }, .kinds = kinds, .left = INT64_MAX,
			       .out = out };
	*out = (struct jobs_done){ 0 };
	return work_shift(&shift, err);
}
