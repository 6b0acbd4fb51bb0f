/* job_noop.c: a job that does nothing, for tests and measurements.
 *
 * Its payload may ask for an end: {"fail": "why"} fails each time, {"fail": "why", "times": N} only as often,
 * {"useless": "why"} is dead at once, {"steps": N} comes back N times. */
#include "base/base.h"

#include "core/job_kinds.h"

static enum rc step(struct job_call *call, int64_t steps)
{
	call->more = true;
	call->progress = json_new_object();
	json_set_int(call->progress, "steps", steps - 1);
	return RC_OK;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct str fail = json_get_text(call->payload, "fail", STR_NONE);
	struct str useless = json_get_text(call->payload, "useless", STR_NONE);
	int64_t steps = json_get_int(call->payload, "steps", 0);
	if (str_given(useless))
		return err_set(err, RC_INVALID, "%.*s", STR_ARG(useless));
	if (str_given(fail) && call->job->failures < json_get_int(call->payload, "times", INT64_MAX))
		return err_set(err, RC_IO, "%.*s", STR_ARG(fail));
	return steps > 0 ? step(call, steps) : RC_OK;
}

const struct job_kind job_noop = {
	.name = "noop",
	.summary = "nothing; for tests and measurements",
	.class = JOB_LIGHT,
	.failures_max = 5,
	.time_limit_ms = 10000,
	.backoff_ms = 1000,
	.backoff_max_ms = 60000,
	.run = run,
};
