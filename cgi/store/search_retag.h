/* search_retag.h: the search index follows tags that are renamed, merged or deleted, a few posts at a time. */
#ifndef PLATEN_STORE_SEARCH_RETAG_H
#define PLATEN_STORE_SEARCH_RETAG_H

#include <stdbool.h>

#include "db/db.h"

/* Notes all posts that have the tag now: before it goes, or with its new name. */
NODISCARD enum rc search_retag_add(struct db_tx *tx, int64_t tag_id, struct err *err);
/* Puts the present names of their tags into the index for up to `max` of them. *more: others are left. */
NODISCARD enum rc search_retag(struct db_tx *tx, int max, bool *more, struct err *err);

#endif
