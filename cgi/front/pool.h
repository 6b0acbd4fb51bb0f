/* pool.h: threads that take tasks off a queue. */
#ifndef PLATEN_FRONT_POOL_H
#define PLATEN_FRONT_POOL_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

struct pool;

/* A piece of work; lives inside what it works on. The queue holds a task at most once. */
struct pool_task {
	struct pool_task *next;
	void (*run)(struct pool_task *task, unsigned worker);
};

/* Starts `count` threads whose tasks see the worker numbers first..first+count-1. The caller's signal
 * mask is theirs. RC_IO: threads cannot be made; none is left. */
NODISCARD enum rc pool_open(unsigned first, unsigned count, struct pool **out, struct err *err);

/* Any thread; never blocks long. The queue is not bounded here: a connection has one task at most. */
void pool_push(struct pool *pool, struct pool_task *task);

/* Waits for the tasks that run, drops none that is queued, ends the threads. NULL: nothing. */
void pool_close(struct pool *pool);

#endif
