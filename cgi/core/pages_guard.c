/* pages_guard.c: commits and the page folder: no page survives the change that makes it wrong. */
#include "core/pages_impl.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/post_list.h"
#include "store/site.h"

struct guard {
	char *dir;
	int timeout_ms;
	int64_t seq_before, seq_after;
	int64_t expires_ms;
	bool locked;
	struct pages_lock lock;
};

static enum rc remember(void *ctx, struct db_ro *db, struct err *err)
{
	struct guard *guard = ctx;
	return site_public_seq(db, &guard->seq_before, err);
}

/* The lock is held until the transaction has ended even when there is no link: somebody else may be
 * about to make one of what is there before. */
static enum rc take_away(void *ctx, struct db_ro *db, struct err *err)
{
	struct guard *guard = ctx;
	enum rc rc = site_public_seq(db, &guard->seq_after, err);
	guard->locked = false;
	if (rc != RC_OK || guard->seq_after == guard->seq_before)
		return rc;
	struct err absent = ERR_INIT;
	rc = pages_lock(guard->dir, guard->timeout_ms, &guard->lock, &absent);
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc == RC_OK) {
		guard->locked = true;
		rc = post_next_publication(db, clock_now_ms(), &guard->expires_ms, &absent);
	}
	if (rc == RC_OK)
		rc = pages_take(&guard->lock, &absent);
	if (rc != RC_OK) {
		if (guard->locked)
			pages_unlock(&guard->lock);
		guard->locked = false;
		if (err)
			*err = absent;
		err_prefix(err, "nothing is saved, because pages would become stale");
	}
	return rc;
}

/* After a rollback the database is asked again: why it failed is not known here. */
static enum rc link_next(struct guard *guard, struct db_ro *db, bool committed, struct err *err)
{
	enum rc rc = RC_OK;
	if (!committed) {
		rc = site_public_seq(db, &guard->seq_after, err);
		if (rc == RC_OK)
			rc = post_next_publication(db, clock_now_ms(), &guard->expires_ms, err);
	}
	if (rc != RC_OK || (guard->expires_ms && guard->expires_ms - clock_now_ms() < PAGES_SOON_MS))
		return rc;
	return pages_link(&guard->lock, &guard->lock.name.owner, guard->seq_after, guard->expires_ms, err);
}

static void link_again(void *ctx, struct db_ro *db, bool committed)
{
	struct guard *guard = ctx;
	struct err err = ERR_INIT;
	if (!guard->locked)
		return;
	/* Without a link every page is made by Platen until the next try: slow, not wrong. */
	if (guard->lock.known && link_next(guard, db, committed, &err) != RC_OK)
		log_err(LOG_WARN, "cannot link a page generation", &err);
	pages_unlock(&guard->lock);
	guard->locked = false;
}

static void release(void *ctx)
{
	struct guard *guard = ctx;
	free(guard->dir);
	free(guard);
}

void pages_guard(struct db_rw *db, const char *data_dir, int busy_timeout_ms)
{
	struct guard *guard = mem_new(sizeof *guard);
	guard->dir = pages_path(data_dir);
	guard->timeout_ms = busy_timeout_ms > 0 ? busy_timeout_ms : DB_BUSY_TIMEOUT_MS;
	db_rw_guard(db, &(struct db_guard){ guard, remember, take_away, link_again, release });
}
