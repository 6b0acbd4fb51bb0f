/* job_lease.c: renews the leases of jobs that are done outside of a worker. */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/job_lease.h"
#include "core/place.h"

_Atomic int64_t job_lease_every_ms = JOB_RENEW_MS;

struct job_lease {
	const struct conf *conf;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	const struct jobs *jobs;
	int64_t until_us;          /* of the one that runs: its kind's limit; 0: none was begun */
	bool end;
	struct db_rw *db;          /* the thread's; NULL: not yet */
};

/* True: the time is over, and nobody has ended it. */
static bool wait_for_end(struct job_lease *lease)
{
	struct timespec until;
	int64_t every_ms = atomic_load(&job_lease_every_ms);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += every_ms / 1000;
	until.tv_nsec += every_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	int rc = 0;
	while (!lease->end && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&lease->ended, &lease->lock, &until);
	return !lease->end;
}

static enum rc renew(struct job_lease *lease, struct err *err)
{
	const struct job *jobs[JOB_BATCH_MAX];
	size_t count = lease->jobs->count < JOB_BATCH_MAX ? lease->jobs->count : JOB_BATCH_MAX;
	for (size_t i = 0; i < count; i++)
		jobs[i] = &lease->jobs->items[i];
	enum rc rc = lease->db ? RC_OK : place_open_rw(lease->conf, &lease->db, err);
	return rc == RC_OK ? jobs_extend(lease->db, jobs, count, clock_now_ms(), NULL, err) : rc;
}

/* While the work itself holds the transaction nobody can take its job, and the renewal waits in vain. */
static void *keep(void *ctx)
{
	struct job_lease *lease = ctx;
	pthread_mutex_lock(&lease->lock);
	while (wait_for_end(lease)) {
		struct err err = ERR_INIT;
		bool renews = !lease->until_us || clock_monotonic_us() < lease->until_us;
		pthread_mutex_unlock(&lease->lock);
		enum rc rc = renews ? renew(lease, &err) : RC_OK;
		if (rc != RC_OK && rc != RC_BUSY)
			log_err(LOG_WARN, "cannot renew the leases of jobs", &err);
		pthread_mutex_lock(&lease->lock);
	}
	pthread_mutex_unlock(&lease->lock);
	db_rw_close(lease->db);
	return NULL;
}

struct job_lease *job_lease_begin(const struct conf *conf, const struct jobs *jobs)
{
	struct job_lease *lease = mem_new(sizeof *lease);
	pthread_condattr_t attr;
	*lease = (struct job_lease){ .conf = conf, .jobs = jobs };
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&lease->lock, NULL);
	pthread_cond_init(&lease->ended, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&lease->thread, NULL, keep, lease) == 0)
		return lease;
	LOG(LOG_WARN, "no thread to renew the leases of jobs");
	pthread_cond_destroy(&lease->ended);
	pthread_mutex_destroy(&lease->lock);
	free(lease);
	return NULL;
}

void job_lease_at(struct job_lease *lease, size_t at)
{
	if (!lease)
		return;
	const struct job_kind *kind = job_kind_find(lease->jobs->items[at].kind);
	pthread_mutex_lock(&lease->lock);
	lease->until_us = clock_monotonic_us() + (kind ? kind->time_limit_ms * 1000 : 0);
	pthread_mutex_unlock(&lease->lock);
}

void job_lease_end(struct job_lease *lease)
{
	if (!lease)
		return;
	pthread_mutex_lock(&lease->lock);
	lease->end = true;
	pthread_cond_signal(&lease->ended);
	pthread_mutex_unlock(&lease->lock);
	pthread_join(lease->thread, NULL);
	pthread_cond_destroy(&lease->ended);
	pthread_mutex_destroy(&lease->lock);
	free(lease);
}
