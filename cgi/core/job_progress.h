/* job_progress.h: how far a job is, for whoever waits for it, and asking it to stop.
 *
 *     DATA/jobs/ID.json    written by whoever does the job, a few times a second
 *     DATA/jobs/ID.stop    there: it shall stop
 *
 * Files and no rows: while an import writes it holds the one transaction that site.db has at a time, so no row could
 * tell how far it is or that it shall end; and readers' pages do not care. What they say is worth nothing once the
 * job is over; what a killed process left goes with the task ttl. */
#ifndef PLATEN_CORE_JOB_PROGRESS_H
#define PLATEN_CORE_JOB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/progress.h"
#include "conf/conf.h"
#include "core/actor.h"
#include "core/job.h"

struct job_progress {
	struct str stage;      /* a word: "reading" */
	int64_t done, total;   /* total 0: not known */
	struct str item;       /* the file at hand; "" */
};

/* For handlers: struct progress with job_tell() and the call. False also when the process wants to end: then the job
 * is to be given back, `more`; `cancelled` tells the two apart. */
struct progress job_progress_of(struct job_call *call);
bool job_tell(void *call, const char *stage, int64_t done, int64_t total, struct str item);

/* How far it is. RC_NOTFOUND: nobody tells. Texts in `arena`. */
NODISCARD enum rc job_progress_get(const struct conf *conf, int64_t id, struct arena *arena, struct job_progress *out,
				   struct err *err);
/* Nobody tells or asks any more. */
void job_progress_drop(const struct conf *conf, int64_t id);
const char *job_progress_dir(const struct conf *conf, struct arena *arena);

/* Whether the person may watch and cancel the job: an import or export an owner, an action on many posts whoever
 * ordered it. */
bool job_may_watch(struct actor actor, const struct job *job);
/* Asks the job to stop, before job_cancel() makes it certain: that needs the transaction which the job may hold.
 * RC_IO, RC_NOSPACE. */
NODISCARD enum rc job_ask_to_stop(const struct conf *conf, int64_t id, struct err *err);

#endif
