/* media_words.h: the words by which the library is searched. */
#ifndef PLATEN_STORE_MEDIA_WORDS_H
#define PLATEN_STORE_MEDIA_WORDS_H

#include "db/db.h"

#define MEDIA_WORDS_AT_ONCE 20

/* Puts the words of up to `limit` items that came, changed or went into the index; *left: there are more. Each
 * function that writes items does so with MEDIA_WORDS_AT_ONCE; the task "ttl" does the rest. */
NODISCARD enum rc media_words_index(struct db_tx *tx, int64_t limit, bool *left, struct err *err);
/* The same, once, when there is something to do: for those functions. */
NODISCARD enum rc media_words_keep_up(struct db_tx *tx, struct err *err);
NODISCARD enum rc media_words_due(struct db_ro *db, bool *due, struct err *err);

#endif
