/* deadline.c: ends what a connection is doing when its time is over. */
#include "base/base.h"

#include <errno.h>
#include <pthread.h>

#include "base/clock.h"
#include "db/conn.h"
#include "db/deadline.h"

/* Between two statements an interruption is lost: it is repeated. */
#define AGAIN_US 50000

struct deadline {
	sqlite3 *handle;
	int64_t at_us;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool cleared, over;
};

static struct timespec time_at(int64_t us)
{
	return (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
}

static void *watch(void *ctx)
{
	struct deadline *d = ctx;
	int64_t until_us = d->at_us;
	pthread_mutex_lock(&d->lock);
	while (!d->cleared) {
		struct timespec until = time_at(until_us);
		if (pthread_cond_timedwait(&d->wake, &d->lock, &until) != ETIMEDOUT || d->cleared)
			continue;
		d->over = true;
		sqlite3_interrupt(d->handle);
		until_us = clock_monotonic_us() + AGAIN_US;
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

static void release(struct deadline *d)
{
	pthread_cond_destroy(&d->wake);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

enum rc deadline_set(struct db_ro *db, int64_t at_us, struct deadline **out, struct err *err)
{
	struct deadline *d = mem_new(sizeof *d);
	pthread_condattr_t attr;
	d->handle = db->handle;
	d->at_us = at_us;
	pthread_mutex_init(&d->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&d->wake, &attr);
	pthread_condattr_destroy(&attr);
	int failed = pthread_create(&d->thread, NULL, watch, d);
	if (failed) {
		release(d);
		return err_sys(err, RC_IO, failed, "cannot start a thread");
	}
	*out = d;
	return RC_OK;
}

bool deadline_is_over(struct deadline *d)
{
	pthread_mutex_lock(&d->lock);
	bool over = d->over || clock_monotonic_us() >= d->at_us;
	pthread_mutex_unlock(&d->lock);
	return over;
}

void deadline_clear(struct deadline *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	d->cleared = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
	pthread_join(d->thread, NULL);
	release(d);
}
