/* post_tally.h: how many posts there are of each status, and in which languages: what the admin's list offers. */
#ifndef PLATEN_STORE_POST_TALLY_H
#define PLATEN_STORE_POST_TALLY_H

#include "db/db.h"

struct post_tally {
	int64_t all; /* but the trash */
	int64_t drafts, review, scheduled, published, trash;
};

/* Of everybody, or of what viewer_id wrote or helped to write (0: everybody). Exact; the counts are kept by
 * triggers, and only what is scheduled at now_ms is counted. */
NODISCARD enum rc post_tally(struct db_ro *db, int64_t viewer_id, int64_t now_ms, struct post_tally *out,
			     struct err *err);

/* The languages that posts say they are in, in order, at most `max`: one look-up each. */
NODISCARD enum rc post_langs(struct db_ro *db, size_t max, struct arena *arena, struct str *out, size_t *count,
			     struct err *err);

#endif
