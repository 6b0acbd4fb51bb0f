/* missing.h: addresses that readers asked for and did not find, in traffic.db.
 *
 * At most MISSING_ROWS_MAX are kept: of more, those that were asked for least and longest ago go, so that a flood of
 * addresses asked for once does not push out what readers really miss. */
#ifndef PLATEN_STORE_MISSING_H
#define PLATEN_STORE_MISSING_H

#include <stdbool.h>

#include "db/db.h"

#define MISSING_ROWS_MAX 1000

struct missing {
	struct str path;
	int64_t hits;
	int64_t last_ms;
	struct str referrer;   /* "": nobody said where they came from */
	bool ignored;          /* stays out of the list, however often it is asked for */
};

struct missings {
	struct missing *items;
	size_t count;
};

/* Adds to what is there: hits are summed, an empty referrer leaves the old one. */
NODISCARD enum rc missing_add(struct db_tx *tx, const struct missing *missing, struct err *err);
/* Down to MISSING_ROWS_MAX; after the missing_add()s of a transaction. */
NODISCARD enum rc missing_trim(struct db_tx *tx, struct err *err);
/* How many were asked for after `since_ms`, at most `limit`; when that path last was (0: never). */
NODISCARD enum rc missing_busy(struct db_ro *db, int64_t since_ms, int64_t limit, struct str path, int64_t *count,
			       int64_t *last_ms, struct err *err);
/* The most frequent first. */
NODISCARD enum rc missing_list(struct db_ro *db, bool ignored, int64_t limit, struct arena *arena, struct missings *out,
			       struct err *err);
/* How many that are not ignored were asked for that often. */
NODISCARD enum rc missing_count(struct db_ro *db, int64_t least_hits, int64_t *count, struct err *err);
/* RC_OK also when it is not there (any more). */
NODISCARD enum rc missing_ignore(struct db_tx *tx, struct str path, bool ignored, struct err *err);
NODISCARD enum rc missing_delete(struct db_tx *tx, struct str path, struct err *err);
/* All but the ignored ones. */
NODISCARD enum rc missing_clear(struct db_tx *tx, struct err *err);

#endif
