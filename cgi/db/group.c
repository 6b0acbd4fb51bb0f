/* group.c: small changes of many threads in one transaction. */
#include "base/base.h"

#include <pthread.h>

#include "db/group.h"

/* On the stack of its caller, who waits for `done` or for `leads`. */
struct member {
	struct member *next;
	db_work *work;
	void *ctx;
	struct err *err;
	enum rc rc;
	bool done, leads;
	pthread_cond_t turn;
};

struct db_group {
	pthread_mutex_t lock;
	struct member *first, **last;   /* who waits */
	bool busy;                      /* somebody leads */
};

struct db_group *db_group_new(void)
{
	struct db_group *group = mem_new(sizeof *group);
	pthread_mutex_init(&group->lock, NULL);
	group->last = &group->first;
	return group;
}

void db_group_free(struct db_group *group)
{
	if (group)
		pthread_mutex_destroy(&group->lock);
	free(group);
}

/* RC_OK: the transaction goes on, whatever became of the work. */
static enum rc run_part(struct member *m, struct db_tx *tx, struct err *err)
{
	enum rc rc = db_part_begin(tx, err);
	if (rc != RC_OK)
		return rc;
	m->rc = m->work(m->ctx, tx, m->err);
	return m->rc == RC_OK ? db_part_keep(tx, err) : db_part_undo(tx, err);
}

/* The same for one that has the transaction for itself. */
static enum rc run_alone(struct member *m, struct db_tx *tx)
{
	m->rc = m->work(m->ctx, tx, m->err);
	return RC_OK;
}

static enum rc run_all(struct member *all, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;
	for (struct member *m = all; rc == RC_OK && m; m = m->next)
		rc = all->next ? run_part(m, tx, err) : run_alone(m, tx);
	return rc;
}

static bool any_good(const struct member *all)
{
	for (const struct member *m = all; m; m = m->next)
		if (m->rc == RC_OK)
			return true;
	return false;
}

static void lead(struct member *all, struct db_rw *db)
{
	struct err err = ERR_INIT;
	struct db_tx *tx = NULL;
	enum rc rc = db_begin(db, &tx, &err);
	if (rc == RC_OK)
		rc = run_all(all, tx, &err);
	if (rc == RC_OK && any_good(all)) {
		rc = db_commit(tx, &err);
		tx = NULL;
	}
	db_rollback(tx);
	for (struct member *m = all; rc != RC_OK && m; m = m->next)
		if (m->rc == RC_OK)
			m->rc = err_set(m->err, rc, "%s", err.msg);
}

static struct member *take_all(struct db_group *group)
{
	struct member *all = group->first;
	group->first = NULL;
	group->last = &group->first;
	return all;
}

/* With the lock: a member is gone as soon as it knows that it is done. */
static void dismiss(struct member *all)
{
	while (all) {
		struct member *next = all->next;
		all->done = true;
		pthread_cond_signal(&all->turn);
		all = next;
	}
}

static void wait_or_lead(struct db_group *group, struct member *self, struct db_rw *db)
{
	pthread_mutex_lock(&group->lock);
	*group->last = self;
	group->last = &self->next;
	self->leads = !group->busy;
	group->busy = true;
	while (!self->leads && !self->done)
		pthread_cond_wait(&self->turn, &group->lock);
	if (self->leads) {
		struct member *all = take_all(group);
		pthread_mutex_unlock(&group->lock);
		lead(all, db);
		pthread_mutex_lock(&group->lock);
		dismiss(all);
		group->busy = group->first != NULL;
		if (group->first) {
			group->first->leads = true;
			pthread_cond_signal(&group->first->turn);
		}
	}
	pthread_mutex_unlock(&group->lock);
}

enum rc db_together(struct db_group *group, struct db_rw *db, db_work *work, void *ctx, struct err *err)
{
	struct member self = { .work = work, .ctx = ctx, .err = err };
	if (!group) {
		lead(&self, db);
		return self.rc;
	}
	pthread_cond_init(&self.turn, NULL);
	wait_or_lead(group, &self, db);
	pthread_cond_destroy(&self.turn);
	return self.rc;
}
