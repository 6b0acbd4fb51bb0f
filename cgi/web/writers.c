/* writers.c: connections that write, kept between requests. */
#include "base/base.h"

#include <pthread.h>

#include "base/clock.h"
#include "core/place.h"
#include "web/writers.h"

#define KEPT_MAX 8
#define REST_US (5 * 1000 * 1000)

struct kept_writer {
	struct db_rw *db;
	unsigned basis_number;
	int64_t returned_us;
};

struct writers {
	pthread_mutex_t lock;
	struct kept_writer kept[KEPT_MAX]; /* the one returned last is the last */
	size_t count;
};

struct writers *writers_new(void)
{
	struct writers *writers = mem_new(sizeof *writers);
	pthread_mutex_init(&writers->lock, NULL);
	return writers;
}

void writers_free(struct writers *writers)
{
	if (!writers)
		return;
	for (size_t i = 0; i < writers->count; i++)
		db_rw_close(writers->kept[i].db);
	pthread_mutex_destroy(&writers->lock);
	free(writers);
}

/* One that was opened with other settings is not for this request; it goes when it has rested. */
static struct db_rw *take_kept(struct writers *writers, unsigned basis_number)
{
	struct db_rw *db = NULL;
	pthread_mutex_lock(&writers->lock);
	if (writers->count && writers->kept[writers->count - 1].basis_number == basis_number)
		db = writers->kept[--writers->count].db;
	pthread_mutex_unlock(&writers->lock);
	return db;
}

enum rc writers_borrow(struct writers *writers, const struct basis *basis, struct db_rw **out, struct err *err)
{
	struct db_rw *db = take_kept(writers, basis->number);
	if (!db)
		return place_open_rw(basis->conf, out, err);
	*out = db;
	return RC_OK;
}

void writers_return(struct writers *writers, const struct basis *basis, struct db_rw *db, bool good)
{
	if (!db)
		return;
	pthread_mutex_lock(&writers->lock);
	good = good && writers->count < KEPT_MAX;
	if (good)
		writers->kept[writers->count++] = (struct kept_writer){ db, basis->number, clock_monotonic_us() };
	pthread_mutex_unlock(&writers->lock);
	if (!good)
		db_rw_close(db);
}

/* Those that rest longest are the first. */
void writers_rest(struct writers *writers, int64_t now_us)
{
	struct db_rw *closing[KEPT_MAX];
	size_t count = 0;
	pthread_mutex_lock(&writers->lock);
	while (count < writers->count && writers->kept[count].returned_us < now_us - REST_US) {
		closing[count] = writers->kept[count].db;
		count++;
	}
	writers->count -= count;
	memmove(writers->kept, writers->kept + count, writers->count * sizeof *writers->kept);
	pthread_mutex_unlock(&writers->lock);
	for (size_t i = 0; i < count; i++)
		db_rw_close(closing[i]);
}
