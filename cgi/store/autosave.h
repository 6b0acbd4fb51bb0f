/* autosave.h: what a person has typed and not saved yet, one a post. */
#ifndef PLATEN_STORE_AUTOSAVE_H
#define PLATEN_STORE_AUTOSAVE_H

#include "db/db.h"

struct autosave {
	int64_t user_id;
	struct str key;         /* the post's public id; of a new one, that of the page it is begun on */
	int64_t post_id;        /* 0: a new one */
	int64_t version;        /* of the post that is being changed; 0: a new one */
	int64_t saved_ms;
	struct str title;
	struct str fields;      /* JSON object of the other fields of the form; STR_NONE in lists */
	struct str markdown;    /* STR_NONE in lists */
};

struct autosaves {
	struct autosave *items;
	size_t count;
};

/* Takes the place of the one before. RC_INVALID: no such user or post. */
NODISCARD enum rc autosave_put(struct db_tx *tx, const struct autosave *autosave, struct err *err);
/* RC_NOTFOUND. */
NODISCARD enum rc autosave_get(struct db_ro *db, int64_t user_id, struct str key, struct arena *arena,
			       struct autosave *out, struct err *err);
/* Of posts that were never saved, newest first. */
NODISCARD enum rc autosave_list_new(struct db_ro *db, int64_t user_id, int64_t limit, struct arena *arena,
				    struct autosaves *out, struct err *err);
/* None there: nothing happens. */
NODISCARD enum rc autosave_delete(struct db_tx *tx, int64_t user_id, struct str key, struct err *err);

/* Before that person is deleted: what was typed over a post becomes a revision of it, what was never saved is
 * to_id's. */
NODISCARD enum rc autosave_leave(struct db_tx *tx, int64_t from_id, int64_t to_id, struct err *err);

#endif
