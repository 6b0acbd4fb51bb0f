/* desks.c: the connections of the threads that make pages. */
#include "base/base.h"

#include <pthread.h>

#include "base/clock.h"
#include "core/place.h"
#include "web/desks.h"

#define REST_US (10 * 1000 * 1000)

struct desk {
	pthread_mutex_t lock;       /* held by who sits there, and by who tidies it up */
	struct db_ro *site;
	struct db_rw *traffic;      /* NULL until somebody came to the admin */
	unsigned basis_number;      /* of the settings that both were opened with */
	int64_t left_us;            /* when its thread rose */
};

struct desks {
	unsigned count;
	struct desk desk[];
};

struct desks *desks_new(unsigned workers)
{
	struct desks *desks = mem_new(sizeof *desks + workers * sizeof desks->desk[0]);
	desks->count = workers;
	for (unsigned i = 0; i < workers; i++)
		pthread_mutex_init(&desks->desk[i].lock, NULL);
	return desks;
}

static void clear(struct desk *desk)
{
	db_ro_close(desk->site);
	db_rw_close(desk->traffic);
	desk->site = NULL;
	desk->traffic = NULL;
}

void desks_free(struct desks *desks)
{
	if (!desks)
		return;
	for (unsigned i = 0; i < desks->count; i++) {
		clear(&desks->desk[i]);
		pthread_mutex_destroy(&desks->desk[i].lock);
	}
	free(desks);
}

void desks_sit(struct desks *desks, unsigned worker)
{
	pthread_mutex_lock(&desks->desk[worker].lock);
}

void desks_rise(struct desks *desks, unsigned worker)
{
	desks->desk[worker].left_us = clock_monotonic_us();
	pthread_mutex_unlock(&desks->desk[worker].lock);
}

/* The desk with nothing on it that was opened with other settings. */
static struct desk *desk_for(struct desks *desks, unsigned worker, const struct basis *basis)
{
	struct desk *desk = &desks->desk[worker];
	if (desk->basis_number != basis->number)
		clear(desk);
	desk->basis_number = basis->number;
	return desk;
}

enum rc desks_site(struct desks *desks, unsigned worker, const struct basis *basis, struct db_ro **out, struct err *err)
{
	struct desk *desk = desk_for(desks, worker, basis);
	enum rc rc = desk->site ? RC_OK : place_open_ro(basis->conf, &desk->site, err);
	*out = desk->site;
	return rc;
}

enum rc desks_traffic(struct desks *desks, unsigned worker, const struct basis *basis, struct db_rw **out,
		      struct err *err)
{
	struct desk *desk = desk_for(desks, worker, basis);
	enum rc rc = desk->traffic ? RC_OK : place_open_traffic(basis->conf, &desk->traffic, err);
	*out = desk->traffic;
	return rc;
}

struct db_ro *desks_open_site(const struct desks *desks, unsigned worker)
{
	return desks->desk[worker].site;
}

void desks_clear(struct desks *desks, unsigned worker)
{
	clear(&desks->desk[worker]);
}

bool desks_rest(struct desks *desks, int64_t now_us)
{
	bool closed = false;
	for (unsigned i = 0; i < desks->count; i++) {
		struct desk *desk = &desks->desk[i];
		if (pthread_mutex_trylock(&desk->lock) != 0)
			continue; /* somebody sits there */
		if ((desk->site || desk->traffic) && desk->left_us < now_us - REST_US) {
			clear(desk);
			closed = true;
		}
		pthread_mutex_unlock(&desk->lock);
	}
	return closed;
}
