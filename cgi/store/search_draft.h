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

/* The ids of the newest posts, at most `max`, that have all words of `text` (search.h has the syntax), as a
 * JSON array: of the public ones those last published, of the others those last begun. *more: there are
 * others. *empty: there was no word in it, and then the array is empty. Lives in `arena`. O(max). */
NODISCARD enum rc search_ids(struct db_ro *db, struct str text, int64_t max, struct arena *arena, struct str *ids,
			     bool *more, bool *empty, struct err *err);

#endif
