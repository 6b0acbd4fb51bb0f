/* media_move.h: all blobs of a store: copied to another one, and proven. */
#ifndef PLATEN_CORE_MEDIA_MOVE_H
#define PLATEN_CORE_MEDIA_MOVE_H

#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "blob/blob.h"
#include "db/db.h"

struct media_tally {
	int64_t total;          /* blobs of the store that is read */
	int64_t copied, copied_b;
	int64_t present;        /* were in the other store already: what a run before this one copied */
	int64_t damaged;        /* their bytes have another hash; never copied */
	int64_t missing;        /* that media of the site need and the store does not have */
};

/* Called for each that is damaged or missing; `what` is that word. May be NULL. */
typedef void media_finding_fn(void *ctx, const char *what, struct str hash);

/* Whatever `from` has and `to` has not; run again, it goes on where it stopped. Each is proven by its hash on its way.
 * Nothing is removed. RC_CONFLICT: stopped by `progress`; *out says how far it came, as after every failure. Stages:
 * counting, copying. */
NODISCARD enum rc media_copy(struct blob_store *from, struct blob_store *to, const struct progress *progress,
			     media_finding_fn *finding, void *ctx, struct media_tally *out, struct err *err);

/* Reads every blob of the store and compares its hash, and looks for those that the site's media and their variants
 * need. `db` may be NULL. Stages: counting, reading, looking. */
NODISCARD enum rc media_verify(struct blob_store *store, struct db_ro *db, const struct progress *progress,
			       media_finding_fn *finding, void *ctx, struct media_tally *out, struct err *err);

#endif
