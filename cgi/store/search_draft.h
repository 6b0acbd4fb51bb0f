/* search_draft.h: words of what the public search does not have: drafts, the trash, what only some may see.
 * Private to store/ and whoever keeps the search index. */
#ifndef PLATEN_STORE_SEARCH_DRAFT_H
#define PLATEN_STORE_SEARCH_DRAFT_H

#include "db/db.h"

/* Puts the words of the post as it is stored now (title, tags, Markdown source) into the index in place of
 * what was there, or takes it out when the public search has it. RC_OK too when there is no such post. */
NODISCARD enum rc search_draft_put(struct db_tx *tx, int64_t post_id, struct err *err);
/* The same for up to `max` posts that were stored without it. *done: how many. */
NODISCARD enum rc search_draft_catch_up(struct db_tx *tx, int max, int *done, bool *more, struct err *err);

#endif
