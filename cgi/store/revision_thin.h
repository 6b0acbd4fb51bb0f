/* revision_thin.h: fewer revisions the older they are.
 *
 * All of the last day stay, then the last of each hour for a week, of each day for a month, of each week for
 * ever. A published one, a named one and the newest of a post always stay. */
#ifndef PLATEN_STORE_REVISION_THIN_H
#define PLATEN_STORE_REVISION_THIN_H

#include "db/db.h"

/* Looks at no more than `limit` revisions whose next step is due and removes what need not stay. *looked:
 * less than `limit` when nothing is left to do. */
NODISCARD enum rc revision_thin(struct db_tx *tx, int64_t now_ms, int64_t limit, int64_t *looked, int64_t *removed,
				struct err *err);
/* Whether anything is due, without a lock. */
NODISCARD enum rc revision_thin_due(struct db_ro *db, int64_t now_ms, bool *due, struct err *err);

#endif
