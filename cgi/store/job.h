/* job.h: work that is to be done, as rows. What a kind does, and how workers use these: core/job.h. */
#ifndef PLATEN_STORE_JOB_H
#define PLATEN_STORE_JOB_H

#include <stdbool.h>

#include "db/db.h"

#define JOB_STATE_WAITING "waiting"
#define JOB_STATE_RUNNING "running"
#define JOB_STATE_DONE "done"
#define JOB_STATE_DEAD "dead"           /* failed too often, or nothing helps */
#define JOB_STATE_CANCELLED "cancelled"

enum job_priority { JOB_URGENT, JOB_NORMAL, JOB_LATE, JOB_PRIORITY__MAX };

struct job {
	int64_t id;               /* never given again */
	struct str kind;
	struct str payload;       /* JSON object */
	struct str unique_key;    /* STR_NONE: none */
	int64_t priority;         /* enum job_priority */
	struct str state;
	int64_t due_ms;           /* when it may be taken; of a running one, when again; 0: finished */
	int64_t place_ms;         /* job_candidates(): due_ms; whoever takes it keeps it, to give it back to the
	                           * place in the queue that it had; not stored, 0 otherwise */
	struct str lease_owner;   /* STR_NONE: it does not run */
	int64_t attempts;         /* times it was taken: with lease_owner it names one attempt */
	int64_t failures, lost;   /* how many of these failed; how many ended without a word */
	int64_t created_ms, started_ms, finished_ms; /* 0: not yet */
	struct str result;        /* JSON object; STR_NONE: none */
	struct str error;         /* of the last failure; STR_NONE: none */
};

struct jobs {
	struct job *items;
	size_t count;
};

/* Adds a waiting job of kind, payload, unique_key, priority, due_ms and created_ms. */
NODISCARD enum rc job_insert(struct db_tx *tx, const struct job *job, int64_t *id, struct err *err);
/* The waiting job of the kind with that key; 0: none. */
NODISCARD enum rc job_with_key(struct db_ro *db, struct str kind, struct str key, int64_t *id, struct err *err);
/* A waiting job comes sooner when `due_ms` is before its time. */
NODISCARD enum rc job_hasten(struct db_tx *tx, int64_t id, int64_t due_ms, struct err *err);

/* What may be taken of a kind and a priority, the one due longest first; not those whose key another
 * one has that runs. Only id, due_ms, lost and lease_owner are read. `limit` up to JOB_CANDIDATES_MAX. */
#define JOB_CANDIDATES_MAX 1000
NODISCARD enum rc job_candidates(struct db_ro *db, struct str kind, int64_t priority, int64_t now_ms, int64_t limit,
				 struct arena *arena, struct jobs *out, struct err *err);
/* Takes one of them until `until_ms`. RC_NOTFOUND: it cannot be taken any more. */
NODISCARD enum rc job_take(struct db_tx *tx, int64_t id, struct str owner, int64_t until_ms, int64_t now_ms,
			   struct arena *arena, struct job *out, struct err *err);
/* Jobs of a kind whose lease ends after `beyond_ms`, later than one can, may be taken from `due_ms` on: the
 * clock was set back since. */
NODISCARD enum rc job_recall(struct db_tx *tx, struct str kind, int64_t due_ms, int64_t beyond_ms, struct err *err);
/* How many of a kind run. */
NODISCARD enum rc job_running(struct db_ro *db, struct str kind, int64_t now_ms, int64_t *count, struct err *err);
/* When the next of a kind and a priority may be taken, among those whose key no running one has; 0: there
 * is none. */
NODISCARD enum rc job_next_due(struct db_ro *db, struct str kind, int64_t priority, int64_t now_ms, int64_t *due_ms,
			       struct err *err);
/* When the first lease of a kind ends; 0: none runs. */
NODISCARD enum rc job_next_lease_end(struct db_ro *db, struct str kind, int64_t now_ms, int64_t *end_ms,
				     struct err *err);

/* The rest is for whoever has taken `job`; *ours false: the attempt is not his any more (its lease ended
 * and somebody else took it, or it was cancelled), and nothing was changed. */
NODISCARD enum rc job_extend(struct db_tx *tx, const struct job *job, int64_t until_ms, bool *ours, struct err *err);
/* `state` is done or dead. */
NODISCARD enum rc job_end(struct db_tx *tx, const struct job *job, const char *state, int64_t now_ms,
			  struct str result, struct str error, bool *ours, struct err *err);
/* It waits until `due_ms`; counted as a failure with `error`. */
NODISCARD enum rc job_put_off(struct db_tx *tx, const struct job *job, int64_t due_ms, struct str error, bool *ours,
			      struct err *err);
/* It waits until `due_ms` and nothing is counted; `payload` STR_NONE: as it was. */
NODISCARD enum rc job_give_back(struct db_tx *tx, const struct job *job, int64_t due_ms, struct str payload,
				bool *ours, struct err *err);

/* RC_NOTFOUND. */
NODISCARD enum rc job_get(struct db_ro *db, int64_t id, struct arena *arena, struct job *out, struct err *err);
/* The newest first, below the id `before` (INT64_MAX: from the newest). */
NODISCARD enum rc job_list(struct db_ro *db, int64_t before, int64_t limit, struct arena *arena, struct jobs *out,
			   struct err *err);
/* Of one state: finished ones the last finished first, open ones by kind, priority and time. */
NODISCARD enum rc job_list_state(struct db_ro *db, struct str state, int64_t limit, struct arena *arena,
				 struct jobs *out, struct err *err);
/* Waiting ones in that order behind `after`, of which kind, priority, due_ms and id count; NULL: from the first. */
NODISCARD enum rc job_list_waiting(struct db_ro *db, const struct job *after, int64_t limit, struct arena *arena,
				   struct jobs *out, struct err *err);
/* Those of a kind that are not finished, in the order in which they are done. */
NODISCARD enum rc job_list_open(struct db_ro *db, struct str kind, int64_t limit, struct arena *arena,
				struct jobs *out, struct err *err);
/* The last of a kind with that key that is not finished, waiting or running; 0: none. */
NODISCARD enum rc job_open_with_key(struct db_ro *db, struct str kind, struct str key, int64_t *id, struct err *err);
/* How many may be taken now, wait for their time, run, are dead; each up to 100 000. */
struct job_counts {
	int64_t due, later, running, dead;
};
NODISCARD enum rc job_count(struct db_ro *db, int64_t now_ms, struct job_counts *out, struct err *err);
/* For people: it waits anew from now, as if it had never been tried. RC_NOTFOUND; RC_CONFLICT: it runs. */
NODISCARD enum rc job_retry(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);
/* The same, and removing it, of one that is dead; RC_NOTFOUND: there is no such any more. */
NODISCARD enum rc job_retry_dead(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);
NODISCARD enum rc job_delete_dead(struct db_tx *tx, int64_t id, struct err *err);
/* Those of a kind with that key: another one is to do what they could not. */
NODISCARD enum rc job_delete_dead_of(struct db_tx *tx, struct str kind, struct str key, struct err *err);
/* It will not be done; one that runs is not stopped, but what it tells at its end is not kept, and it is
 * not tried again. RC_NOTFOUND; RC_CONFLICT: it is finished. */
NODISCARD enum rc job_cancel(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);

#endif
