/* job_noop.c: jobs that do nothing, light and heavy, for tests and measurements.
 *
 * Its payload may ask for an end: {"fail": "why"} fails each time, {"fail": "why", "times": N} only as often,
 * {"useless": "why"} is dead at once, {"steps": N} comes back N times. {"pause_ms": N} takes so long, but ends
 * when it is told to, and goes on with the rest later; with {"deaf": true} it hears nothing. */
#include "base/base.h"

#include "base/clock.h"
#include "core/job_kinds.h"

#define SLICE_NS 10000000
#define PAUSE_MAX_MS 600000

static enum rc step(struct job_call *call, int64_t steps)
{
	call->more = true;
	call->progress = json_new_object();
	json_set_int(call->progress, "steps", steps - 1);
	return RC_OK;
}

static void pause_for(struct job_call *call, int64_t ms)
{
	bool deaf = json_get_bool(call->payload, "deaf", false);
	int64_t until_us = clock_monotonic_us() + (ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS) * 1000;
	while (clock_monotonic_us() < until_us && (deaf || !job_time_is_over(call)))
		nanosleep(&(struct timespec){ .tv_nsec = SLICE_NS }, NULL);
	int64_t left_us = until_us - clock_monotonic_us();
	if (left_us <= 0)
		return;
	call->more = true;
	call->progress = json_clone(call->payload);
	json_set_int(call->progress, "pause_ms", left_us / 1000 + 1);
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct str fail = json_get_text(call->payload, "fail", STR_NONE);
	struct str useless = json_get_text(call->payload, "useless", STR_NONE);
	int64_t pause_ms = json_get_int(call->payload, "pause_ms", 0);
	int64_t steps = json_get_int(call->payload, "steps", 0);
	if (str_given(useless))
		return err_set(err, RC_INVALID, "%.*s", STR_ARG(useless));
	if (str_given(fail) && call->job->failures < json_get_int(call->payload, "times", INT64_MAX))
		return err_set(err, RC_IO, "%.*s", STR_ARG(fail));
	if (pause_ms > 0)
		pause_for(call, pause_ms);
	return steps > 0 && !call->more ? step(call, steps) : RC_OK;
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

const struct job_kind job_noop_heavy = {
	.name = "noop-heavy",
	.summary = "nothing, as if it were much; for tests and measurements",
	.class = JOB_HEAVY,
	.failures_max = 5,
	.time_limit_ms = 10000,
	.backoff_ms = 1000,
	.backoff_max_ms = 60000,
	.run = run,
};
