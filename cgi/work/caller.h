/* caller.h: a thread that sends one message at a time to the site's own cronhooks. */
#ifndef PLATEN_WORK_CALLER_H
#define PLATEN_WORK_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/cronhook.h"
#include "core/task.h"

struct call {
	const struct task *task;
	int64_t due_ms;
	int64_t sent_ms;
	struct webhook_keys keys;
	/* What came of it: */
	bool done;                 /* a cronhook says so: what was due is done */
	int64_t retry_after_s;     /* -1: not told */
	int64_t duration_ms;
	struct err err;            /* not done: why */
};

struct caller;

NODISCARD enum rc caller_open(const struct conf *conf, struct caller **out, struct err *err);
/* Copies `call` and begins it. False: one is under way, or its end was not taken yet. */
bool caller_begin(struct caller *caller, const struct call *call);
bool caller_is_free(struct caller *caller);
/* True: *out is a call that has ended; the next may begin. */
bool caller_take(struct caller *caller, struct call *out);
/* Ends a call that is under way, within a second. */
void caller_stop(struct caller *caller);
/* After caller_stop(): whether the thread has ended. */
bool caller_has_ended(struct caller *caller);
void caller_close(struct caller *caller); /* after caller_stop(): joins the thread; NULL allowed */

#endif
