/* pool.c: threads that take tasks off a queue. */
#include "base/base.h"

#include "front/pool.h"

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct pool_task *first, **last;
	bool closing;
	unsigned count;
	struct worker workers[];
};

/* The next task, or NULL once the pool closes and the queue is empty. */
static struct pool_task *take_task(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->closing)
		pthread_cond_wait(&pool->wake, &pool->lock);
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
	while ((task = take_task(worker->pool)))
		task->run(task, worker->number);
	return NULL;
}

enum rc pool_open(unsigned first, unsigned count, struct pool **out, struct err *err)
{
	struct pool *pool = mem_new(sizeof *pool + count * sizeof pool->workers[0]);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	pool->last = &pool->first;
	for (unsigned i = 0; i < count; i++) {
		struct worker *worker = &pool->workers[i];
		*worker = (struct worker){ .pool = pool, .number = first + i };
		int failed = pthread_create(&worker->thread, NULL, work, worker);
		if (failed) {
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
	pthread_cond_signal(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
}

void pool_close(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->count; i++)
		pthread_join(pool->workers[i].thread, NULL);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
