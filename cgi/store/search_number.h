/* search_number.h: the number that a post has in the search index. Private to store/.
 *
 * Numbers rise with the time of publication: the index gives its matches by falling number, so the
 * newest come first, the hidden ones of the future are one range, and how old a match is needs no look
 * at its post. A second has room for SEARCH_NUMBERS; what does not fit goes into one of the seconds
 * before. */
#ifndef PLATEN_STORE_SEARCH_NUMBER_H
#define PLATEN_STORE_SEARCH_NUMBER_H

#include "db/db.h"

#define SEARCH_NUMBERS 256

/* The lowest number of the second in which `ms` lies, `seconds` later. Any ms. */
int64_t search_number_from(int64_t ms, int64_t seconds);
/* When the second of a number began. */
int64_t search_number_ms(int64_t number);

/* *there false: the post has none. */
NODISCARD enum rc search_number_get(struct db_ro *db, int64_t post_id, bool *there, int64_t *number,
				    struct err *err);
/* Gives the post, which has none, a number for its time: `wanted` when it is of that second and free. */
NODISCARD enum rc search_number_put(struct db_tx *tx, int64_t post_id, int64_t published_ms, const int64_t *wanted,
				    int64_t *number, struct err *err);
/* Its words are out of the index: the number is free. RC_OK when it has none. */
NODISCARD enum rc search_number_drop(struct db_tx *tx, int64_t post_id, struct err *err);

#endif
