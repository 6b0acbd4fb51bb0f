/* redirect_index.h: the index of parts of addresses that redirects are found by. Private to store/redirect.c.
 *
 * Triggers note which redirects are others now than the index has them; whoever writes a redirect works off a few of
 * them, so that the list stays short however they changed (a post that moves takes all of its own along). */
#ifndef PLATEN_STORE_REDIRECT_INDEX_H
#define PLATEN_STORE_REDIRECT_INDEX_H

#include "db/db.h"

/* Works off at most `max` of them. */
NODISCARD enum rc redirect_index_work(struct db_tx *tx, int max, struct err *err);

/* How many redirects a search for `part` has to look at: those that the index gives, as a lower bound of at most
 * `limit`, and those that are noted. *phrase is what FIND statements take; STR_NONE: the index cannot tell (a part
 * of one or two characters, or none of text), and everything is to be looked at. */
NODISCARD enum rc redirect_index_ask(struct db_ro *db, struct str part, int64_t limit, struct arena *arena,
				     struct str *phrase, int64_t *count, struct err *err);

#endif
