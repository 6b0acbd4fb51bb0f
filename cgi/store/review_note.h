/* review_note.h: what was said when a post was sent back to who had submitted it: one a post. */
#ifndef PLATEN_STORE_REVIEW_NOTE_H
#define PLATEN_STORE_REVIEW_NOTE_H

#include "db/db.h"

struct review_note {
	int64_t post_id;
	int64_t user_id;          /* who said it; 0: is gone */
	int64_t at_ms;
	struct str note;
	struct str author;        /* name of the user; STR_NONE: is gone. Not written. */
};

/* In place of the one before. RC_INVALID: no such post or user. */
NODISCARD enum rc review_note_put(struct db_tx *tx, const struct review_note *note, struct err *err);
/* RC_NOTFOUND. */
NODISCARD enum rc review_note_get(struct db_ro *db, int64_t post_id, struct arena *arena, struct review_note *out,
				  struct err *err);
/* None there: nothing happens. */
NODISCARD enum rc review_note_delete(struct db_tx *tx, int64_t post_id, struct err *err);

#endif
