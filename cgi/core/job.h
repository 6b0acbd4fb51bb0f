/* job.h: the job queue: what is done apart from any request, by whoever has time for it.
 *
 * A job is a row (store/job.h). It is added in the transaction of what makes it necessary, so that neither
 * is without the other. Whoever does jobs (a worker, or a cronhook where there is none) takes some of them
 * with a lease in one transaction, does them one after the other or side by side, and tells what became of
 * them, again in one transaction. When he dies, the leases end and others take the jobs: a job is done at
 * least once, and its handler is idempotent: what it has done is known by the job's id or by what it finds.
 *
 * A worker's loop, one thread and one connection each:
 *
 *   job_owner(owner)                                                   names this process and thread
 *   for (;;) {
 *     jobs_claim(db, &claim, &arena, &jobs)                            nothing due: nothing is locked
 *     for each: job_run(&runner, &jobs.items[i], &arena, &outcome[i])  handlers commit by themselves
 *     jobs_settle(db, outcome, n, now, &stale)                         all results in one commit
 *     jobs_next_due(db, class, now, &due)                              none was claimed: sleep until then
 *   }
 *
 * A job that another process adds is seen by db_data_version() of a watching connection; then ask
 * jobs_next_due() again. When a claim gives nothing although something is due (others were faster, or a
 * kind has as many running as it may), wait half a second rather than asking again at once.
 *
 * Leases are JOB_LEASE_MS long. A thread of the worker, or the loop between two jobs, renews them every
 * JOB_RENEW_MS with jobs_extend() while jobs run, but not beyond a kind's time limit; where no worker is, see
 * job_lease.h. Who lost a lease goes on in vain: jobs_settle() counts him as stale and keeps nothing. Work that
 * must not be done twice ends its job in its own transaction: job_settle().
 *
 * At SIGTERM: set *runner.stop, which handlers of long jobs look at by job_time_is_over(); give jobs that
 * were not begun back with outcome JOB_GIVEN_BACK; settle; leave. Nothing is counted against a job that was
 * given back.
 *
 * Light jobs wait for the network or take milliseconds, heavy ones burn a processor: each class has its own
 * threads, so that mail never waits behind images. */
#ifndef PLATEN_CORE_JOB_H
#define PLATEN_CORE_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"
#include "db/db.h"
#include "store/job.h"

#define JOB_LEASE_MS 60000
#define JOB_RENEW_MS 20000
#define JOB_BATCH_MAX 256
#define JOB_PAYLOAD_MAX_B ((size_t)64 << 10)
#define JOB_RESULT_MAX_B ((size_t)64 << 10)
#define JOB_KEY_MAX_B 200
/* A job over which so many processes died is dead, unless its kind has another number. From the second time on it is
 * taken alone, so that no other is lost with it. */
#define JOB_LOST_MAX 10

enum job_class { JOB_LIGHT, JOB_HEAVY, JOB_CLASS__MAX };
#define JOB_ANY JOB_CLASS__MAX /* of both */

/* A job that is being done, for its handler. */
struct job_call {
	const struct conf *conf;
	struct db_rw *db;           /* site.db of this thread; no transaction is open */
	struct arena *arena;        /* of this job */
	const struct job *job;
	const struct json *payload; /* an object */
	int64_t now_ms;             /* when it began */
	int64_t until_us;           /* monotonic: its time is over */
	const atomic_bool *stop;    /* NULL: nobody stops it */
	/* What the handler tells: */
	struct json *result;        /* an empty object to fill */
	bool more;                  /* not finished: it waits again, with `progress` as its payload */
	bool settled;               /* by job_settle(), in a transaction that was committed */
	bool cancelled;             /* somebody asked for it, and nothing of it was kept: job_tell() */
	struct json *progress;      /* a new root, which job_run() frees; NULL: the payload stays */
	int64_t retry_after_ms;     /* after a failure: not sooner than in so long; 0: by the kind's rule */
	int64_t told_us, asked_us;  /* of job_tell(): when it last wrote, when it last looked */
	const char *stage;          /* and what it was at; NULL: nothing was told */
};

/* Beyond `at_once` jobs of a kind in all processes together no more are claimed; 0: any number. */
struct job_kind {
	const char *name;
	const char *summary;
	enum job_class class;
	int at_once;
	int failures_max;           /* so many failures and it is dead */
	int lost_max;               /* over which so many processes died is dead; 0: JOB_LOST_MAX */
	int64_t time_limit_ms;      /* of one attempt */
	int64_t backoff_ms;         /* after the first failure; doubles ... */
	int64_t backoff_max_ms;     /* ... up to this; half of it by chance, so that what failed together does not
	                             * come back together */
	/* RC_OK: done, or `more`. RC_INVALID: the payload is wrong and no repeat helps: dead. RC_TIMEOUT and the
	 * rest: tried again. */
	enum rc (*run)(struct job_call *call, struct err *err);
	/* Because of lost_max no handler will see it again: tells whoever waits for it, in the transaction in which it
	 * dies. NULL: nobody does. */
	enum rc (*given_up)(struct db_tx *tx, const struct job *job, int64_t now_ms, struct err *err);
};

extern const struct job_kind *const job_kinds[]; /* ends with NULL */
const struct job_kind *job_kind_find(struct str name); /* NULL: there is none */
/* For handlers of long jobs: its time is over or the process wants to end; set `more` and return RC_OK. */
bool job_time_is_over(const struct job_call *call);
/* Makes the end of the job part of the handler's transaction, as the last that is done in it; set `settled` when it
 * is committed. RC_CONFLICT: the job is not this attempt's any more, so that nothing may be kept. */
NODISCARD enum rc job_settle(struct job_call *call, struct db_tx *tx, struct err *err);

/* --- adding --- */

struct job_order {
	const char *kind;
	struct str payload;         /* JSON object as text; STR_NONE: {} */
	struct str unique_key;      /* STR_NONE: none. Else a job of the kind with that key that still waits is
	                             * as good as this one (one that runs may have read what was before); and of
	                             * two with the same key one waits until the other has ended */
	int64_t run_at_ms;          /* 0: now */
	enum job_priority priority; /* urgent, normal, late; mind that 0 is urgent */
};

/* Adds a job in the caller's transaction. *added (may be NULL) false: one that waits with the same key was
 * there; *id (may be NULL) is its id, and it comes sooner if this one would. RC_INVALID: no such kind, or
 * the payload is no JSON object; RC_LIMIT: payload or key are too long. */
NODISCARD enum rc job_add(struct db_tx *tx, const struct job_order *order, int64_t now_ms, int64_t *id, bool *added,
			  struct err *err);

/* --- doing --- */

/* A name for whoever claims, unlike any other's. */
#define JOB_OWNER_CHARS 22
void job_owner(char out[JOB_OWNER_CHARS + 1]);

struct job_claim {
	struct str owner;
	enum job_class class;       /* or JOB_ANY */
	const char *const *kinds;   /* ends with NULL; NULL: all kinds of the class */
	size_t max;                 /* up to JOB_BATCH_MAX; 1 for heavy jobs, unless they are done side by side */
	int64_t now_ms;
};

/* Takes up to `max` jobs that are due for JOB_LEASE_MS, urgent ones first, then those due longest, in one
 * transaction of its own; *out is in `arena`, empty when there was none. Jobs over which JOB_LOST_MAX
 * processes died are marked dead on the way. Kinds that this program does not know are left to a newer
 * one. With nothing due it only reads. */
NODISCARD enum rc jobs_claim(struct db_rw *db, const struct job_claim *claim, struct arena *arena, struct jobs *out,
			     struct err *err);

/* Where a thread does jobs. */
struct job_runner {
	const struct conf *conf;
	struct db_rw *db;
	const atomic_bool *stop;    /* NULL: nobody stops it */
	int64_t until_us;           /* monotonic: no job runs longer; 0: as long as its kind may */
};

enum job_end {
	JOB_DONE,
	JOB_FAILED,                 /* tried again later, or dead: by the kind's limit */
	JOB_USELESS,                /* failed, and no repeat helps: dead */
	JOB_MORE,                   /* goes on from `payload` */
	JOB_GIVEN_BACK,             /* was not begun: keeps its place in the queue */
	JOB_CANCELLED,              /* nothing of it was kept */
	JOB_SETTLED,                /* its handler has done so: nothing is left to keep */
};

struct job_outcome {
	const struct job *job;      /* as it was claimed */
	enum job_end end;
	struct str text;            /* the result as JSON, the error, or for JOB_MORE the payload (STR_NONE: same) */
	bool stopped;               /* JOB_MORE: because the process ends; it keeps its place in the queue */
	int64_t retry_after_ms;     /* JOB_FAILED: at least so long */
	int64_t duration_ms;
};

/* Does one job that was claimed. Never fails: *out tells (texts in `arena`, which holds what the handler
 * used, too). Touches no row of the queue. Logs failures. */
void job_run(const struct job_runner *runner, const struct job *job, struct arena *arena, struct job_outcome *out);

/* Keeps what became of jobs, all in one transaction of its own. *stale (may be NULL): how many were not
 * this owner's any more; nothing of those was kept. After a failure nothing was kept: settle them again, or
 * let the leases end. */
NODISCARD enum rc jobs_settle(struct db_rw *db, const struct job_outcome *outcomes, size_t count, int64_t now_ms,
			      size_t *stale, struct err *err);

/* Renews the leases of jobs that were claimed. Those that are somebody else's by now stay so; *stale as
 * above. */
NODISCARD enum rc jobs_extend(struct db_rw *db, const struct job *const *jobs, size_t count, int64_t now_ms,
			      size_t *stale, struct err *err);

/* When a claim of the class (or JOB_ANY) may next give something: now or earlier when something is due, 0
 * when nothing waits or runs. Kinds that have as many running as they may count from when a lease ends. */
NODISCARD enum rc jobs_next_due(struct db_ro *db, enum job_class class, int64_t now_ms, int64_t *due_ms,
				struct err *err);

#endif
