/* site.h: the counters of the whole site. */
#ifndef PLATEN_STORE_SITE_H
#define PLATEN_STORE_SITE_H

#include "db/db.h"

/* Moves in every transaction that changes something publicly visible, and in no other. Read it in the
 * snapshot that a page is rendered from. */
NODISCARD enum rc site_public_seq(struct db_ro *db, int64_t *out, struct err *err);
/* For what is publicly visible and not in the database (a theme reload by another process). */
NODISCARD enum rc site_touch(struct db_tx *tx, struct err *err);

#endif
