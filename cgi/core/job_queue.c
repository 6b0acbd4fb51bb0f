/* job_queue.c: claiming jobs, settling them, and when the next is due. */
#include "base/base.h"

#include "base/log.h"
#include "core/job.h"
#include "crypt/rand.h"

/* A lease that ends later than this is of a clock that was set back since. */
#define LEASE_BEYOND_MS (2 * JOB_LEASE_MS)
#define ALONE_AFTER_LOST 2

/* --- claiming --- */

struct claiming {
	const struct job_claim *claim;
	struct db_tx *tx;
	struct arena *arena;
	struct jobs *out;
	bool alone;           /* the one that was taken may kill its process */
};

static bool is_wanted(const struct job_claim *claim, const struct job_kind *kind)
{
	if (claim->class != JOB_ANY && claim->class != kind->class)
		return false;
	for (const char *const *name = claim->kinds; name && *name; name++)
		if (strcmp(*name, kind->name) == 0)
			return true;
	return claim->kinds == NULL;
}

/* How many more of the kind may run, at most `max`. */
static enum rc room_of(struct db_ro *db, const struct job_kind *kind, int64_t now_ms, size_t max, size_t *room,
		       struct err *err)
{
	int64_t running = 0;
	enum rc rc = kind->at_once ? job_running(db, str_of(kind->name), now_ms, &running, err) : RC_OK;
	*room = max;
	if (rc == RC_OK && kind->at_once)
		*room = running >= kind->at_once ? 0 : (size_t)(kind->at_once - running);
	*room = *room < max ? *room : max;
	return rc;
}

static int by_due(const void *a, const void *b)
{
	const struct job *x = a, *y = b;
	if (x->due_ms != y->due_ms)
		return x->due_ms < y->due_ms ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* What may be taken of a priority: of each kind as many as it has room for, merged by their time. */
static enum rc candidates_of(struct claiming *c, int64_t priority, struct jobs *out, struct err *err)
{
	size_t max = c->claim->max - c->out->count;
	enum rc rc = RC_OK;
	*out = (struct jobs){ NULL, 0 };
	for (size_t i = 0; rc == RC_OK && job_kinds[i]; i++) {
		struct jobs some = { NULL, 0 };
		size_t room = 0;
		if (!is_wanted(c->claim, job_kinds[i]))
			continue;
		rc = room_of(db_tx_ro(c->tx), job_kinds[i], c->claim->now_ms, max, &room, err);
		if (rc == RC_OK && room)
			rc = job_candidates(db_tx_ro(c->tx), str_of(job_kinds[i]->name), priority, c->claim->now_ms,
					    (int64_t)room, c->arena, &some, err);
		if (rc != RC_OK || some.count == 0)
			continue;
		struct job *both = ARENA_ARRAY(c->arena, out->count + some.count, struct job);
		if (out->count)
			memcpy(both, out->items, out->count * sizeof *both);
		memcpy(both + out->count, some.items, some.count * sizeof *both);
		*out = (struct jobs){ both, out->count + some.count };
	}
	if (out->count > 1)
		qsort(out->items, out->count, sizeof *out->items, by_due);
	return rc;
}

static enum rc bury(struct claiming *c, const struct job *job, struct err *err)
{
	bool ours;
	struct str why = arena_printf(c->arena, "%lld processes died over it", (long long)job->lost);
	LOG(LOG_ERROR, "job is dead", LOG_I("job", job->id), LOG_S("kind", job->kind), LOG_S("message", why));
	enum rc rc = job_end(c->tx, job, JOB_STATE_DEAD, c->claim->now_ms, STR_NONE, why, &ours, err);
	const struct job_kind *kind = job_kind_find(job->kind);
	return rc == RC_OK && kind->given_up ? kind->given_up(c->tx, job, c->claim->now_ms, err) : rc;
}

static int lost_max(const struct job *job)
{
	const struct job_kind *kind = job_kind_find(job->kind);
	return kind->lost_max ? kind->lost_max : JOB_LOST_MAX;
}

static enum rc take(struct claiming *c, const struct job *candidate, struct err *err)
{
	struct job *job = &c->out->items[c->out->count];
	struct err none = ERR_INIT;
	enum rc rc = job_take(c->tx, candidate->id, c->claim->owner, c->claim->now_ms + JOB_LEASE_MS, c->claim->now_ms,
			      c->arena, job, &none);
	if (rc == RC_NOTFOUND) /* another one with its key was taken just before */
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	job->place_ms = candidate->place_ms;
	if (job->lost >= lost_max(job))
		return bury(c, job, err);
	c->out->count++;
	return RC_OK;
}

static enum rc take_some(struct claiming *c, const struct jobs *candidates, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < candidates->count && c->out->count < c->claim->max && !c->alone; i++) {
		const struct job *candidate = &candidates->items[i];
		bool alone = candidate->lost + str_given(candidate->lease_owner) >= ALONE_AFTER_LOST;
		size_t before = c->out->count;
		if (alone && before > 0)
			continue; /* its turn comes when it is the first */
		rc = take(c, candidate, err);
		c->alone = alone && c->out->count > before;
	}
	return rc;
}

static enum rc recall(struct claiming *c, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && job_kinds[i]; i++)
		if (is_wanted(c->claim, job_kinds[i]))
			rc = job_recall(c->tx, str_of(job_kinds[i]->name), c->claim->now_ms,
					c->claim->now_ms + LEASE_BEYOND_MS, err);
	return rc;
}

static enum rc claim_in(struct claiming *c, struct err *err)
{
	enum rc rc = recall(c, err);
	for (int64_t priority = 0; rc == RC_OK && priority < JOB_PRIORITY__MAX; priority++) {
		struct jobs candidates;
		if (c->alone || c->out->count == c->claim->max)
			break;
		rc = candidates_of(c, priority, &candidates, err);
		if (rc == RC_OK)
			rc = take_some(c, &candidates, err);
	}
	return rc;
}

enum rc jobs_claim(struct db_rw *db, const struct job_claim *claim, struct arena *arena, struct jobs *out,
		   struct err *err)
{
	struct job_claim bounded = *claim;
	struct jobs jobs = { NULL, 0 };
	struct claiming c = { .claim = &bounded, .arena = arena, .out = &jobs };
	int64_t due_ms = 0;
	bounded.max = claim->max < 1 ? 1 : claim->max > JOB_BATCH_MAX ? JOB_BATCH_MAX : claim->max;
	enum rc rc = jobs_next_due(db_rw_ro(db), claim->class, claim->now_ms, &due_ms, err);
	if (rc == RC_OK && (due_ms == 0 || due_ms > claim->now_ms)) {
		*out = jobs;
		return RC_OK;
	}
	jobs.items = ARENA_ARRAY(arena, bounded.max, struct job);
	if (rc == RC_OK)
		rc = db_begin(db, &c.tx, err);
	if (rc != RC_OK)
		return rc;
	rc = claim_in(&c, err);
	rc = db_end(c.tx, rc, err);
	if (rc == RC_OK)
		*out = jobs;
	return rc;
}

/* --- settling --- */

/* Doubles with each failure; half of it is chance. */
static int64_t wait_after(const struct job_kind *kind, const struct job_outcome *outcome)
{
	int64_t wait_ms = kind ? kind->backoff_ms : 60000, max_ms = kind ? kind->backoff_max_ms : 60000;
	for (int64_t i = 0; i < outcome->job->failures && wait_ms < max_ms; i++)
		wait_ms *= 2;
	wait_ms = wait_ms < max_ms ? wait_ms : max_ms;
	wait_ms = wait_ms / 2 + (int64_t)rand_below((uint64_t)(wait_ms - wait_ms / 2) + 1);
	return wait_ms > outcome->retry_after_ms ? wait_ms : outcome->retry_after_ms;
}

static enum rc settle_failed(struct db_tx *tx, const struct job_outcome *outcome, int64_t now_ms, bool *ours,
			     struct err *err)
{
	const struct job *job = outcome->job;
	const struct job_kind *kind = job_kind_find(job->kind);
	if (outcome->end == JOB_FAILED && (!kind || job->failures + 1 < kind->failures_max))
		return job_put_off(tx, job, now_ms + wait_after(kind, outcome), outcome->text, ours, err);
	LOG(LOG_ERROR, "job is dead", LOG_I("job", job->id), LOG_S("kind", job->kind), LOG_S("message", outcome->text));
	return job_end(tx, job, JOB_STATE_DEAD, now_ms, STR_NONE, outcome->text, ours, err);
}

/* What is done to one of many jobs; *ours false: its lease was lost. */
typedef enum rc job_step(struct db_tx *tx, const void *items, size_t at, int64_t now_ms, bool *ours, struct err *err);

static enum rc end_cancelled(struct db_tx *tx, const struct job *job, int64_t now_ms, bool *ours, struct err *err)
{
	enum rc rc = job_end(tx, job, JOB_STATE_CANCELLED, now_ms, STR_NONE, STR_NONE, ours, err);
	*ours = true;
	return rc;
}

static enum rc settle(struct db_tx *tx, const void *items, size_t at, int64_t now_ms, bool *ours, struct err *err)
{
	const struct job_outcome *outcome = (const struct job_outcome *)items + at;
	switch (outcome->end) {
	case JOB_DONE:
		return job_end(tx, outcome->job, JOB_STATE_DONE, now_ms, outcome->text, STR_NONE, ours, err);
	case JOB_FAILED:
	case JOB_USELESS:
		return settle_failed(tx, outcome, now_ms, ours, err);
	case JOB_MORE: /* one that goes on for long lets the others of its priority go first */
		return job_give_back(tx, outcome->job, outcome->stopped ? outcome->job->place_ms : now_ms, outcome->text,
				     ours, err);
	case JOB_CANCELLED: /* most often in the row already, which is not stale for that */
		return end_cancelled(tx, outcome->job, now_ms, ours, err);
	case JOB_SETTLED:
		*ours = true;
		return RC_OK;
	case JOB_GIVEN_BACK:
		break;
	}
	return job_give_back(tx, outcome->job, outcome->job->place_ms, STR_NONE, ours, err);
}

static enum rc extend(struct db_tx *tx, const void *items, size_t at, int64_t now_ms, bool *ours, struct err *err)
{
	const struct job *const *jobs = items;
	return job_extend(tx, jobs[at], now_ms + JOB_LEASE_MS, ours, err);
}

/* All of them in one commit. */
static enum rc each(struct db_rw *db, job_step *step, const void *items, size_t count, int64_t now_ms, size_t *stale,
		    struct err *err)
{
	struct db_tx *tx;
	size_t lost = 0;
	enum rc rc = count ? db_begin(db, &tx, err) : RC_OK;
	if (rc != RC_OK || count == 0)
		goto out;
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		bool ours = false;
		rc = step(tx, items, i, now_ms, &ours, err);
		lost += rc == RC_OK && !ours;
	}
	rc = db_end(tx, rc, err);
out:
	if (rc == RC_OK && stale)
		*stale = lost;
	return rc;
}

enum rc jobs_settle(struct db_rw *db, const struct job_outcome *outcomes, size_t count, int64_t now_ms, size_t *stale,
		    struct err *err)
{
	return each(db, settle, outcomes, count, now_ms, stale, err);
}

enum rc jobs_extend(struct db_rw *db, const struct job *const *jobs, size_t count, int64_t now_ms, size_t *stale,
		    struct err *err)
{
	return each(db, extend, jobs, count, now_ms, stale, err);
}

/* --- when --- */

static void sooner(int64_t *due_ms, int64_t other_ms)
{
	if (other_ms && (*due_ms == 0 || other_ms < *due_ms))
		*due_ms = other_ms;
}

static enum rc next_of_kind(struct db_ro *db, const struct job_kind *kind, int64_t now_ms, int64_t *due_ms,
			    struct err *err)
{
	size_t room = 0;
	int64_t at_ms = 0;
	enum rc rc = job_next_lease_end(db, str_of(kind->name), now_ms + LEASE_BEYOND_MS, &at_ms, err);
	if (rc == RC_OK && at_ms)
		sooner(due_ms, now_ms);
	if (rc == RC_OK)
		rc = room_of(db, kind, now_ms, 1, &room, err);
	if (rc == RC_OK && room == 0) {
		rc = job_next_lease_end(db, str_of(kind->name), now_ms, &at_ms, err);
		sooner(due_ms, at_ms);
		return rc;
	}
	for (int64_t priority = 0; rc == RC_OK && priority < JOB_PRIORITY__MAX; priority++) {
		rc = job_next_due(db, str_of(kind->name), priority, now_ms, &at_ms, err);
		if (rc == RC_OK)
			sooner(due_ms, at_ms);
	}
	return rc;
}

enum rc jobs_next_due(struct db_ro *db, enum job_class class, int64_t now_ms, int64_t *due_ms, struct err *err)
{
	int64_t first_ms = 0;
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && job_kinds[i]; i++)
		if (class == JOB_ANY || class == job_kinds[i]->class)
			rc = next_of_kind(db, job_kinds[i], now_ms, &first_ms, err);
	if (rc == RC_OK)
		*due_ms = first_ms;
	return rc;
}
