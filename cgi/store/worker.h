/* worker.h: which processes are there to do jobs, and leases on what only one of them does. */
#ifndef PLATEN_STORE_WORKER_H
#define PLATEN_STORE_WORKER_H

#include <stdbool.h>

#include "db/db.h"

#define WORKER_BEAT_MS 10000   /* a worker says so often that it is alive */
#define WORKER_ALIVE_MS 35000  /* one that was not heard of for so long is dead: three beats and a little */

struct worker {
	struct str id;         /* names the process: job_owner() of core/job.h makes one */
	int64_t pid;
	int64_t started_ms;
	int64_t seen_ms;
};

/* This worker is alive (started_ms is kept of the first time). Removes those that died a day ago. */
NODISCARD enum rc worker_beat(struct db_tx *tx, const struct worker *worker, struct err *err);
/* At its end. RC_OK also when it was not there. */
NODISCARD enum rc worker_gone(struct db_tx *tx, struct str id, struct err *err);
/* Whether any worker was heard of within WORKER_ALIVE_MS. */
NODISCARD enum rc worker_seen(struct db_ro *db, int64_t now_ms, bool *out, struct err *err);

/* Takes or renews the lease `name` for `owner`; *ours false: somebody else has it, until *until_ms (may
 * be NULL). All use the same length for a name: a lease that ends later than two from now is of a clock
 * that was set back since, and is over. */
NODISCARD enum rc lease_take(struct db_tx *tx, struct str name, struct str owner, int64_t now_ms, int64_t length_ms,
			     bool *ours, int64_t *until_ms, struct err *err);
/* Lets go of it, if it is `owner`'s. */
NODISCARD enum rc lease_drop(struct db_tx *tx, struct str name, struct str owner, struct err *err);
/* Who has it now; STR_NONE: nobody. */
NODISCARD enum rc lease_holder(struct db_ro *db, struct str name, int64_t now_ms, struct arena *arena,
			       struct str *owner, struct err *err);

#endif
