/* audit.h: who did what: rows that nobody changes, kept for 400 days; sign-ins and sign-outs, which
 * pass and change nothing, for 90 (store/expiry.h). */
#ifndef PLATEN_STORE_AUDIT_H
#define PLATEN_STORE_AUDIT_H

#include "db/db.h"

#define AUDIT_SIGNIN "signin"
#define AUDIT_SIGNIN_FAILED "signin_failed"
#define AUDIT_SIGNOUT "signout"
#define AUDIT_SIGNOUT_THERE "signout_there"

struct audit {
	int64_t id;
	int64_t at_ms;
	int64_t user_id;          /* 0: the program itself */
	struct str who;           /* the name at that time */
	struct str action;        /* a word, as "invite" */
	struct str object;        /* what it was done to */
	struct str remote_addr;
};

struct audits {
	struct audit *items;
	size_t count;
};

/* `entry->id` is not looked at. */
NODISCARD enum rc audit_add(struct db_tx *tx, const struct audit *entry, struct err *err);

#define AUDIT_BY_ANYBODY 0
#define AUDIT_BY_NOBODY (-1)  /* without an account */

struct audit_query {
	int64_t user_id;          /* or one of the above */
	struct str action;        /* "": any */
	int64_t from_ms, until_ms; /* since, and before; 0: open */
	int64_t before_ms, before_id; /* the entry that the page begins behind; 0: from the first */
	int64_t limit;
};

/* The latest first. Texts live in `arena`. A range of an index, whatever is asked for. */
NODISCARD enum rc audit_find(struct db_ro *db, const struct audit_query *query, struct arena *arena,
			     struct audits *out, struct err *err);

/* Whether fewer than `max` failures to sign in stand in it since since_ms, and none of that address. O(max). */
NODISCARD enum rc audit_has_room(struct db_ro *db, struct str remote_addr, int64_t since_ms, int64_t max, bool *out,
				 struct err *err);

#endif
