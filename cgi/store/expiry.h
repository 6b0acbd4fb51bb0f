/* expiry.h: rows whose time is over, of all tables that have such.
 *
 * Each kind is counted and removed in pieces, so that no transaction is long. A kind that comes later
 * gets a line in the table of expiry.c. */
#ifndef PLATEN_STORE_EXPIRY_H
#define PLATEN_STORE_EXPIRY_H

#include <stdbool.h>

#include "db/db.h"

enum expiry_kind {
	EXPIRY_RECEIPTS,        /* 7 days: the specification's retries end after 75 hours */
	EXPIRY_TASK_RUNS,       /* 90 days */
	EXPIRY_JOBS,            /* 7 days after they were done or cancelled */
	EXPIRY_DEAD_JOBS,       /* 90 days: somebody should look at them */
	EXPIRY_TRASH,           /* posts, 30 days after they were thrown away */
	EXPIRY_AUDIT,           /* 400 days: who did what */
	EXPIRY_AUDIT_PASSING,   /* 90 days: who signed in and out */
	EXPIRY_AUTOSAVES,       /* 90 days after they were typed, of posts saved since: they become revisions;
	                         * and those that are empty. Never the only copy of a text */
	EXPIRY_OUTBOX,          /* mails, when what they say holds no longer */
	EXPIRY_ACCESS_LINKS,    /* when they are over */
	EXPIRY_PREVIEW_LINKS,   /* when they are over */
	EXPIRY_BULKS,           /* BULK_KEPT_MS: until then they can be taken back */
	EXPIRY_SESSIONS,        /* in traffic.db, as those below */
	EXPIRY_LOGIN_ATTEMPTS,  /* 30 days */
	EXPIRY_RATE_LIMITS,     /* 1 day: the bucket is full again */
	EXPIRY_PRESENCE,        /* 1 hour: who had a post open */
	EXPIRY_MISSING,         /* 90 days after somebody last asked for the address */
	EXPIRY_REDIRECT_HITS,   /* 3 years after somebody last followed the redirect */
	EXPIRY_KIND__MAX
};

const char *expiry_name(enum expiry_kind kind);   /* "receipts" */
bool expiry_is_of_traffic(enum expiry_kind kind); /* it lies in traffic.db, else in site.db */

/* How many are over at `now_ms`, at most `limit`. `db` is of the kind's database. */
NODISCARD enum rc expiry_count(struct db_ro *db, enum expiry_kind kind, int64_t now_ms, int64_t limit,
			       int64_t *out, struct err *err);
/* Removes at most `limit` of them. */
NODISCARD enum rc expiry_remove(struct db_tx *tx, enum expiry_kind kind, int64_t now_ms, int64_t limit,
				int64_t *removed, struct err *err);

#endif
