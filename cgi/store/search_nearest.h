/* search_nearest.h: the words of the vocabulary that begin like a word, or are nearest to it. Private
 * to store/; search_nearest() itself is in search.h. */
#ifndef PLATEN_STORE_SEARCH_NEAREST_H
#define PLATEN_STORE_SEARCH_NEAREST_H

#include "db/db.h"

/* The most frequent among the first few hundred words that begin with `word` (itself not among them).
 * *count is at most `max`; texts live in `arena`. */
NODISCARD enum rc search_completions(struct db_ro *db, struct str word, struct arena *arena, struct str *out,
				     size_t max, size_t *count, struct err *err);
/* Does any post have it? */
NODISCARD enum rc search_is_known(struct db_ro *db, struct str word, bool *known, struct err *err);

#endif
