/* writer.c: one writer at a time inside a process, first come first served.
 *
 * SQLite's busy handler polls with growing sleeps and is unfair: under load one thread of ten may
 * never get its turn. Waiting for each other here costs no polling. */
#include "base/base.h"
#include "db/conn.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

struct waiter {
	struct waiter *next;
	pthread_cond_t turn;
	bool granted;
};

struct db_writer {
	struct db_writer *next;
	dev_t dev;
	ino_t ino;
	unsigned users;
	bool held;
	struct waiter *first, **last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards everything here */
static struct db_writer *writers;

struct db_writer *writer_open(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return NULL;
	pthread_mutex_lock(&lock);
	struct db_writer *w = writers;
	while (w && (w->dev != st.st_dev || w->ino != st.st_ino))
		w = w->next;
	if (!w) {
		w = mem_new(sizeof *w);
		w->dev = st.st_dev;
		w->ino = st.st_ino;
		w->last = &w->first;
		w->next = writers;
		writers = w;
	}
	w->users++;
	pthread_mutex_unlock(&lock);
	return w;
}

void writer_close(struct db_writer *writer)
{
	if (!writer)
		return;
	pthread_mutex_lock(&lock);
	if (--writer->users == 0) {
		struct db_writer **at = &writers;
		while (*at != writer)
			at = &(*at)->next;
		*at = writer->next;
		free(writer);
	}
	pthread_mutex_unlock(&lock);
}

static void leave(struct db_writer *writer, struct waiter *self)
{
	struct waiter **at = &writer->first;
	while (*at != self)
		at = &(*at)->next;
	*at = self->next;
	if (writer->last == &self->next)
		writer->last = at;
}

static struct timespec deadline(int timeout_ms)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += timeout_ms / 1000;
	at.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

/* Called with the lock held. */
static bool wait_turn(struct db_writer *writer, int timeout_ms)
{
	struct waiter self = { .next = NULL };
	struct timespec until = deadline(timeout_ms);
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&self.turn, &attr);
	pthread_condattr_destroy(&attr);
	*writer->last = &self;
	writer->last = &self.next;
	while (!self.granted)
		if (pthread_cond_timedwait(&self.turn, &lock, &until) == ETIMEDOUT)
			break;
	if (!self.granted)
		leave(writer, &self);
	pthread_cond_destroy(&self.turn);
	return self.granted;
}

bool writer_lock(struct db_writer *writer, int timeout_ms)
{
	bool got = true;
	pthread_mutex_lock(&lock);
	if (!writer->held)
		writer->held = true;
	else
		got = wait_turn(writer, timeout_ms);
	pthread_mutex_unlock(&lock);
	return got;
}

/* Hands over to the one that waits longest: nobody can slip in between. */
void writer_unlock(struct db_writer *writer)
{
	pthread_mutex_lock(&lock);
	struct waiter *heir = writer->first;
	if (heir) {
		leave(writer, heir);
		heir->granted = true;
		pthread_cond_signal(&heir->turn);
	} else {
		writer->held = false;
	}
	pthread_mutex_unlock(&lock);
}
