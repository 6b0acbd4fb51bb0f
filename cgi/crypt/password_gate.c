/* password_gate.c: a bounded number of computations at a time. */
#include "base/base.h"

#include <pthread.h>

#include "crypt/password.h"
#include "crypt/password_gate.h"
#include "crypt/password_places.h"

const struct gate_limit gate_limits[GATE_WHO__MAX] = {
	[GATE_PEOPLE] = { PASSWORD_AT_ONCE, PASSWORD_WAITING_MAX },
	[GATE_READERS] = { PASSWORD_READERS_AT_ONCE, PASSWORD_READERS_WAITING_MAX },
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	int running[GATE_WHO__MAX], waiting[GATE_WHO__MAX];
} gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER };

static bool has_place(enum gate_who who)
{
	int all = 0;
	for (size_t i = 0; i < GATE_WHO__MAX; i++)
		all += gate.running[i];
	return all < PASSWORD_AT_ONCE && gate.running[who] < gate_limits[who].at_once;
}

static enum rc enter_here(enum gate_who who, struct err *err)
{
	enum rc rc = RC_OK;
	pthread_mutex_lock(&gate.lock);
	if (!has_place(who) && gate.waiting[who] >= gate_limits[who].waiting_max) {
		rc = err_set(err, RC_BUSY, "too many passwords are being checked; try again in a moment");
	} else {
		gate.waiting[who]++;
		while (!has_place(who))
			pthread_cond_wait(&gate.freed, &gate.lock);
		gate.waiting[who]--;
		gate.running[who]++;
	}
	pthread_mutex_unlock(&gate.lock);
	return rc;
}

static void leave_here(enum gate_who who)
{
	pthread_mutex_lock(&gate.lock);
	gate.running[who]--;
	pthread_cond_broadcast(&gate.freed); /* not every place is for everybody who waits */
	pthread_mutex_unlock(&gate.lock);
}

enum rc gate_enter(enum gate_who who, struct gate_pass *pass, struct err *err)
{
	enum rc rc = enter_here(who, err);
	if (rc != RC_OK)
		return rc;
	pass->who = who;
	rc = places_take(who, &pass->fd, err);
	if (rc != RC_OK)
		leave_here(who);
	return rc;
}

void gate_leave(struct gate_pass *pass)
{
	places_give(pass->fd);
	leave_here(pass->who);
}
