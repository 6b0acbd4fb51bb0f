/* rebuild.h: derives everything derived again: HTML, paths, search text, counts. */
#ifndef PLATEN_CORE_REBUILD_H
#define PLATEN_CORE_REBUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/site.h"
#include "db/db.h"

struct rebuild_counts {
	int64_t posts, changed, redirects;
	int64_t failed;            /* kept the HTML that they had */
	struct err first_failure;  /* of these */
};

/* Renders every post again and applies the permalink pattern to those without an address of their
 * own (old addresses become redirects). A post that cannot be rendered (a limit that was not there when
 * it was saved) is counted and hinders no other. Works in batches, each a transaction of its own, so that
 * others can write in between; interrupted, it can be run again. `progress` may be NULL. */
NODISCARD enum rc rebuild_all(struct db_rw *db, const struct site *site, int64_t now_ms,
			      void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx,
			      struct rebuild_counts *out, struct err *err);

/* The same for the posts behind *after_id (0: from the first), a batch at least and then until `is_over`:
 * *after_id is where to go on, *more whether there is anything left; `counts` is added to. */
NODISCARD enum rc rebuild_some(struct db_rw *db, const struct site *site, int64_t now_ms, bool (*is_over)(void *ctx),
			       void *ctx, int64_t *after_id, bool *more, struct rebuild_counts *counts,
			       struct err *err);

/* Orders the same as a job (job_rebuild.c), in the transaction that changes what posts are made with. One that
 * waits already does. */
#define JOB_REBUILD "rebuild"
NODISCARD enum rc rebuild_order(struct db_tx *tx, int64_t now_ms, struct err *err);

/* Puts the texts into the search index that are not in it yet (search_catch_up()), in short transactions,
 * until `until_us` (monotonic; 0: to the end). *more: time was over first. `more` may be NULL. */
NODISCARD enum rc rebuild_search_rest(struct db_rw *db, int64_t until_us, bool *more, struct err *err);

#endif
