/* audit.h: who did what: rows that nobody changes, kept for 400 days (store/expiry.h). */
#ifndef PLATEN_STORE_AUDIT_H
#define PLATEN_STORE_AUDIT_H

#include "db/db.h"

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
/* The latest first, behind before_id (INT64_MAX: from the first). Texts live in `arena`. */
NODISCARD enum rc audit_list(struct db_ro *db, int64_t before_id, int64_t limit, struct arena *arena,
			     struct audits *out, struct err *err);

#endif
