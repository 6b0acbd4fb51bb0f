/* crew.c: threads that do the jobs of one class. */
#include "base/base.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/place.h"
#include "work/complaint.h"
#include "work/crew.h"

/* Quick jobs are taken and settled by the dozen: a commit for each would be most of their work. Slow ones are
 * taken one by one, so that none waits behind another while a thread has nothing to do. */
#define BATCH_MAX 64
#define QUICK_US 5000
#define SLOW_US 100000     /* the rest of a batch goes back to the queue: others may have time for it */
#define SETTLE_AGAIN_NS 500000000
#define SETTLE_US 500000   /* what is done is not kept back longer than this ... */
#define SETTLE_B ((size_t)4 << 20) /* ... or when it has used so much memory */
#define OVERTIME_US INT64_C(10000000)

struct hand {
	struct crew *crew;
	pthread_t thread;
	bool started;
	struct db_rw *db;          /* opened when the first job is claimed */
	char owner[JOB_OWNER_CHARS + 1];
	size_t batch_max;          /* how many to take: doubles while they are quick */
	struct arena arena;        /* of a batch */
	struct arena work;         /* of the jobs that are not settled yet */
	/* Under the crew's lock, for those who extend leases and give jobs back: */
	const struct jobs *batch;  /* NULL: none */
	size_t settled, at, end;   /* of the batch: kept already; being done; given back from there on */
	int64_t begun_us, until_us; /* of the one being done: when it began, when it has had its time */
};

struct crew {
	const struct conf *conf;
	enum job_class class;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned calls;            /* counted by crew_wake(): none is missed by who is busy */
	atomic_bool stop;
	atomic_uint running;       /* threads */
	unsigned count;
	struct hand hands[];
};

/* Of all crews of the process: a full disk is one trouble, however many wait for it. */
static struct complaint claiming = COMPLAINT_INIT_STATIC;
static struct complaint settling = COMPLAINT_INIT_STATIC;

/* --- one batch --- */

static void note_batch(struct hand *hand, const struct jobs *batch)
{
	pthread_mutex_lock(&hand->crew->lock);
	hand->batch = batch;
	hand->settled = hand->at = 0;
	hand->end = batch ? batch->count : 0;
	hand->until_us = 0;
	pthread_mutex_unlock(&hand->crew->lock);
}

/* False: the batch has no such job, or it was given back meanwhile. */
static bool note_begin(struct hand *hand, size_t at, int64_t limit_us)
{
	pthread_mutex_lock(&hand->crew->lock);
	bool ours = at < hand->end;
	hand->at = at;
	hand->begun_us = clock_monotonic_us();
	hand->until_us = hand->begun_us + limit_us;
	pthread_mutex_unlock(&hand->crew->lock);
	return ours;
}

static void note_settled(struct hand *hand, size_t settled)
{
	pthread_mutex_lock(&hand->crew->lock);
	hand->settled = hand->at = settled;
	hand->until_us = 0;
	pthread_mutex_unlock(&hand->crew->lock);
}

/* A full disk gets room again, and until then nobody can take them; what was done must not be done again for
 * that. */
static enum rc settle_at_last(struct hand *hand, const struct job_outcome *outcomes, size_t count, size_t *stale,
			      struct err *err)
{
	enum rc rc = jobs_settle(hand->db, outcomes, count, clock_now_ms(), stale, err);
	while ((rc == RC_NOSPACE || rc == RC_IO || rc == RC_READONLY || rc == RC_BUSY) && !atomic_load(&hand->crew->stop)) {
		complain(&settling, LOG_ERROR, "cannot keep what became of jobs; it is tried again", err);
		nanosleep(&(struct timespec){ .tv_nsec = SETTLE_AGAIN_NS }, NULL);
		rc = jobs_settle(hand->db, outcomes, count, clock_now_ms(), stale, err);
	}
	return rc;
}

static void settle(struct hand *hand, const struct job_outcome *outcomes, size_t from, size_t to)
{
	struct err err = ERR_INIT;
	size_t stale = 0;
	if (from == to)
		return;
	if (settle_at_last(hand, outcomes + from, to - from, &stale, &err) != RC_OK)
		log_err(LOG_ERROR, "cannot keep what became of jobs; they are done again", &err);
	if (stale)
		LOG(LOG_WARN, "jobs took longer than their lease", LOG_I("count", (int64_t)stale));
	note_settled(hand, to);
	arena_reset(&hand->work); /* the outcomes' texts, too */
}

static int64_t limit_us(const struct job *job)
{
	const struct job_kind *kind = job_kind_find(job->kind);
	return kind ? kind->time_limit_ms * 1000 : 0;
}

/* Gives how long the jobs themselves took: on a slow disk the commits around them take longer, and are the
 * reason to take many at once. */
static int64_t do_batch(struct hand *hand, const struct jobs *batch)
{
	struct job_outcome *outcomes = ARENA_ARRAY(&hand->arena, batch->count, struct job_outcome);
	struct job_runner runner = { .conf = hand->crew->conf, .db = hand->db, .stop = &hand->crew->stop };
	int64_t begun_us = clock_monotonic_us(), worked_us = 0;
	size_t settled = 0, i;
	bool slow = false;
	note_batch(hand, batch);
	for (i = 0; i < batch->count && note_begin(hand, i, limit_us(&batch->items[i])); i++) {
		const struct job *job = &batch->items[i];
		int64_t job_us = clock_monotonic_us();
		if (slow || atomic_load(&hand->crew->stop))
			outcomes[i] = (struct job_outcome){ .job = job, .end = JOB_GIVEN_BACK };
		else
			job_run(&runner, job, &hand->work, &outcomes[i]);
		job_us = clock_monotonic_us() - job_us;
		worked_us += job_us;
		slow = slow || job_us > SLOW_US;
		if (clock_monotonic_us() - begun_us < SETTLE_US && hand->work.used_b < SETTLE_B)
			continue;
		settle(hand, outcomes, settled, i + 1);
		settled = i + 1;
		begun_us = clock_monotonic_us();
	}
	settle(hand, outcomes, settled, i);
	note_batch(hand, NULL);
	return worked_us;
}

/* False: nothing was there to do, or it cannot be told. */
static bool claim_and_do(struct hand *hand)
{
	struct err err = ERR_INIT;
	struct jobs batch = { NULL, 0 };
	int64_t worked_us = 0;
	struct job_claim claim = {
		.owner = str_of(hand->owner), .class = hand->crew->class, .max = hand->batch_max, .now_ms = clock_now_ms(),
	};
	enum rc rc = hand->db ? RC_OK : place_open_rw(hand->crew->conf, &hand->db, &err);
	if (rc == RC_OK)
		rc = jobs_claim(hand->db, &claim, &hand->arena, &batch, &err);
	if (rc != RC_OK)
		complain(&claiming, LOG_ERROR, "cannot take jobs", &err);
	else if (batch.count > 0)
		worked_us = do_batch(hand, &batch);
	bool quick = hand->crew->class == JOB_LIGHT && worked_us < (int64_t)batch.count * QUICK_US;
	if (batch.count > 0)
		hand->batch_max = !quick ? 1 : hand->batch_max * 2 < BATCH_MAX ? hand->batch_max * 2 : BATCH_MAX;
	arena_reset(&hand->arena);
	return batch.count > 0;
}

/* --- threads --- */

static bool wait_for_call(struct crew *crew, unsigned *heard)
{
	pthread_mutex_lock(&crew->lock);
	while (*heard == crew->calls && !atomic_load(&crew->stop))
		pthread_cond_wait(&crew->wake, &crew->lock);
	*heard = crew->calls;
	pthread_mutex_unlock(&crew->lock);
	return !atomic_load(&crew->stop);
}

static void *work(void *ctx)
{
	struct hand *hand = ctx;
	unsigned heard = 0;
	arena_init(&hand->arena, ARENA_MAX_B);
	arena_init(&hand->work, ARENA_MAX_B);
	while (wait_for_call(hand->crew, &heard))
		while (!atomic_load(&hand->crew->stop) && claim_and_do(hand))
			;
	arena_release(&hand->arena);
	arena_release(&hand->work);
	db_rw_close(hand->db);
	atomic_fetch_sub(&hand->crew->running, 1);
	return NULL;
}

enum rc crew_open(const struct conf *conf, enum job_class class, unsigned threads, struct crew **out, struct err *err)
{
	struct crew *crew = mem_new(sizeof *crew + threads * sizeof crew->hands[0]);
	crew->conf = conf;
	crew->class = class;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->wake, NULL);
	for (unsigned i = 0; i < threads; i++) {
		struct hand *hand = &crew->hands[i];
		hand->crew = crew;
		hand->batch_max = 1;
		job_owner(hand->owner);
		atomic_fetch_add(&crew->running, 1);
		int failed = pthread_create(&hand->thread, NULL, work, hand);
		if (failed) {
			atomic_fetch_sub(&crew->running, 1);
			crew_stop(crew);
			crew_close(crew);
			return err_sys(err, RC_IO, failed, "cannot start a thread");
		}
		hand->started = true;
		crew->count++;
	}
	*out = crew;
	return RC_OK;
}

void crew_wake(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	crew->calls++;
	pthread_cond_broadcast(&crew->wake);
	pthread_mutex_unlock(&crew->lock);
}

void crew_stop(struct crew *crew)
{
	pthread_mutex_lock(&crew->lock);
	atomic_store(&crew->stop, true);
	pthread_cond_broadcast(&crew->wake);
	pthread_mutex_unlock(&crew->lock);
}

bool crew_has_ended(struct crew *crew)
{
	return atomic_load(&crew->running) == 0;
}

void crew_close(struct crew *crew)
{
	if (!crew)
		return;
	for (unsigned i = 0; i < crew->count; i++)
		if (crew->hands[i].started)
			pthread_join(crew->hands[i].thread, NULL);
	pthread_cond_destroy(&crew->wake);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

/* --- what is being done, seen from outside --- */

/* Its thread waits for the lock before it lets go of the batch. */
static enum rc extend_hand(struct hand *hand, struct db_rw *db, int64_t now_ms, struct err *err)
{
	const struct job *jobs[BATCH_MAX];
	size_t count = 0;
	if (!hand->batch || (hand->until_us && clock_monotonic_us() > hand->until_us + OVERTIME_US))
		return RC_OK;
	for (size_t i = hand->settled; i < hand->end; i++)
		jobs[count++] = &hand->batch->items[i];
	return count ? jobs_extend(db, jobs, count, now_ms, NULL, err) : RC_OK;
}

enum rc crew_extend(struct crew *crew, struct db_rw *db, int64_t now_ms, struct err *err)
{
	enum rc rc = RC_OK;
	pthread_mutex_lock(&crew->lock);
	for (unsigned i = 0; rc == RC_OK && i < crew->count; i++)
		rc = extend_hand(&crew->hands[i], db, now_ms, err);
	pthread_mutex_unlock(&crew->lock);
	return rc;
}

static enum rc give_back_from(struct hand *hand, size_t from, struct db_rw *db, int64_t now_ms, size_t *count,
			      struct err *err)
{
	struct job_outcome outcomes[BATCH_MAX];
	size_t n = 0;
	for (size_t i = from; i < hand->end; i++)
		outcomes[n++] = (struct job_outcome){ .job = &hand->batch->items[i], .end = JOB_GIVEN_BACK };
	enum rc rc = n ? jobs_settle(db, outcomes, n, now_ms, NULL, err) : RC_OK;
	if (rc == RC_OK && n) {
		hand->end = from;
		*count += n;
	}
	return rc;
}

enum rc crew_give_back(struct crew *crew, struct db_rw *db, int64_t now_ms, size_t *count, struct err *err)
{
	enum rc rc = RC_OK;
	*count = 0;
	pthread_mutex_lock(&crew->lock);
	for (unsigned i = 0; rc == RC_OK && i < crew->count; i++)
		rc = give_back_from(&crew->hands[i], crew->hands[i].settled, db, now_ms, count, err);
	pthread_mutex_unlock(&crew->lock);
	return rc;
}

enum rc crew_share(struct crew *crew, struct db_rw *db, int64_t now_ms, struct err *err)
{
	enum rc rc = RC_OK;
	size_t count = 0;
	int64_t slow_since_us = clock_monotonic_us() - SLOW_US;
	pthread_mutex_lock(&crew->lock);
	for (unsigned i = 0; rc == RC_OK && i < crew->count; i++) {
		struct hand *hand = &crew->hands[i];
		if (hand->until_us && hand->begun_us < slow_since_us)
			rc = give_back_from(hand, hand->at + 1, db, now_ms, &count, err);
	}
	pthread_mutex_unlock(&crew->lock);
	if (count)
		crew_wake(crew);
	return rc;
}
