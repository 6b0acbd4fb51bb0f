/* pool.c: threads that take tasks off a queue. */
#include "base/base.h"

#include "front/pool.h"

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
	pthread_cond_t wake;
	bool woken;               /* taken off `idle` for a task that waits */
	struct worker *next_idle;
};

/* The worker that was busy last is woken first: its stack, its database connection and what they
 * hold of the processor's cache are warm, and workers that a quiet site never needs stay empty. */
struct pool {
	pthread_mutex_t lock;
	struct pool_task *first, **last;
	struct worker *idle;
	bool closing;
	unsigned count;
	struct worker workers[];
};

/* With the lock held: sleeps until somebody has a task for this worker, or the pool closes. */
static void wait_idle(struct pool *pool, struct worker *worker)
{
	worker->woken = false;
	worker->next_idle = pool->idle;
	pool->idle = worker;
	while (!worker->woken && !pool->closing)
		pthread_cond_wait(&worker->wake, &pool->lock);
}

/* The next task, or NULL once the pool closes and the queue is empty. */
static struct pool_task *take_task(struct pool *pool, struct worker *worker)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->closing)
		wait_idle(pool, worker); /* a busy one may have taken the task meanwhile */
	struct pool_task *task = pool->first;
	if (task) {
		pool->first = task->next;
		if (!pool->first)
			pool->last = &pool->first;
	}
	pthread_mutex_unlock(&pool->lock);
	return task;
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct pool_task *task;
	while ((task = take_task(worker->pool, worker)))
		task->run(task, worker->number);
	return NULL;
}

enum rc pool_open(unsigned first, unsigned count, struct pool **out, struct err *err)
{
	struct pool *pool = mem_new(sizeof *pool + count * sizeof pool->workers[0]);
	pthread_mutex_init(&pool->lock, NULL);
	pool->last = &pool->first;
	for (unsigned i = 0; i < count; i++) {
		struct worker *worker = &pool->workers[i];
		*worker = (struct worker){ .pool = pool, .number = first + i };
		pthread_cond_init(&worker->wake, NULL);
		int failed = pthread_create(&worker->thread, NULL, work, worker);
		if (failed) {
			pthread_cond_destroy(&worker->wake);
			pool_close(pool);
			return err_sys(err, RC_IO, failed, "cannot start thread %u of %u", i + 1, count);
		}
		pool->count++;
	}
	*out = pool;
	return RC_OK;
}

void pool_push(struct pool *pool, struct pool_task *task)
{
	task->next = NULL;
	pthread_mutex_lock(&pool->lock);
	*pool->last = task;
	pool->last = &task->next;
	struct worker *worker = pool->idle;
	if (worker) {
		pool->idle = worker->next_idle;
		worker->woken = true;
	}
	pthread_mutex_unlock(&pool->lock);
	if (worker) /* behind the lock, which it would run into at once */
		pthread_cond_signal(&worker->wake);
}

void pool_close(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	for (unsigned i = 0; i < pool->count; i++)
		pthread_cond_signal(&pool->workers[i].wake);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->count; i++) {
		pthread_join(pool->workers[i].thread, NULL);
		pthread_cond_destroy(&pool->workers[i].wake);
	}
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
