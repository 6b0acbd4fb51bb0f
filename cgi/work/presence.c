/* presence.c: tells that this worker is alive, and finds out whether it is the one that calls the
 * cronhooks. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/worker.h"
#include "work/presence.h"

/* A lease of a clock that was set back since looks as if it were held: lease_take() knows. */
#define TRY_ANYWAY_US INT64_C(30000000)

void presence_init(struct presence *p, int64_t now_ms)
{
	*p = (struct presence){ .started_ms = now_ms, .silent = COMPLAINT_INIT, .blind = COMPLAINT_INIT };
	job_owner(p->id);
}

static bool is_time(int64_t last_us, int64_t every_us)
{
	return !last_us || clock_monotonic_us() - last_us >= every_us;
}

/* While somebody else has the lease nothing is locked. */
static bool may_lead(struct presence *p, struct db_rw *db, int64_t now_ms)
{
	struct arena arena;
	struct err err = ERR_INIT;
	struct str holder;
	if (p->leads || is_time(p->tried_us, TRY_ANYWAY_US))
		return true;
	arena_init(&arena, 4 << 10);
	enum rc rc = lease_holder(db_rw_ro(db), STR(PRESENCE_LEASE), now_ms, &arena, &holder, &err);
	if (rc != RC_OK)
		complain(&p->blind, LOG_WARN, "cannot tell who the scheduler is", &err);
	bool is_free = rc == RC_OK && !str_given(holder);
	arena_release(&arena);
	return is_free;
}

static enum rc tell(struct presence *p, struct db_rw *db, bool lead, int64_t now_ms, bool *leads, struct err *err)
{
	struct db_tx *tx;
	struct worker self = { .id = str_of(p->id), .pid = getpid(), .started_ms = p->started_ms, .seen_ms = now_ms };
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = worker_beat(tx, &self, err);
	*leads = false;
	if (rc == RC_OK && lead)
		rc = lease_take(tx, STR(PRESENCE_LEASE), self.id, now_ms, PRESENCE_LEASE_MS, leads, NULL, err);
	return db_end(tx, rc, err);
}

static void become(struct presence *p, bool leads)
{
	if (leads != p->leads)
		LOG(LOG_INFO, leads ? "this worker is the scheduler" : "this worker is not the scheduler any more",
		    LOG_S("id", str_of(p->id)));
	p->leads = leads;
}

bool presence_tick(struct presence *p, struct db_rw *db, int64_t now_ms)
{
	struct err err = ERR_INIT;
	bool leads = false, lead = may_lead(p, db, now_ms);
	bool renew = is_time(p->told_us, (p->leads ? PRESENCE_RENEW_MS : WORKER_BEAT_MS) * INT64_C(1000));
	if (!renew && (p->leads || !lead))
		return p->leads;
	if (tell(p, db, lead, now_ms, &leads, &err) == RC_OK) {
		p->told_us = clock_monotonic_us();
		if (lead)
			p->tried_us = p->told_us;
		become(p, leads);
	} else {
		complain(&p->silent, LOG_WARN, "cannot tell that this worker is alive", &err);
		if (is_time(p->told_us, PRESENCE_LEASE_MS * INT64_C(1000)))
			become(p, false);
	}
	return p->leads;
}

static enum rc drop_lease(struct presence *p, struct db_tx *tx, struct err *err)
{
	return lease_drop(tx, STR(PRESENCE_LEASE), str_of(p->id), err);
}

static enum rc forget(struct presence *p, struct db_tx *tx, struct err *err)
{
	return worker_gone(tx, str_of(p->id), err);
}

static void tell_last(struct presence *p, struct db_rw *db,
		      enum rc (*what)(struct presence *p, struct db_tx *tx, struct err *err))
{
	struct err err = ERR_INIT;
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, &err);
	if (rc == RC_OK)
		rc = db_end(tx, what(p, tx, &err), &err);
	if (rc != RC_OK)
		log_err(LOG_WARN, "cannot tell that this worker ends", &err);
}

void presence_resign(struct presence *p, struct db_rw *db)
{
	if (p->leads)
		tell_last(p, db, drop_lease);
	p->leads = false;
}

void presence_end(struct presence *p, struct db_rw *db)
{
	tell_last(p, db, forget);
}
