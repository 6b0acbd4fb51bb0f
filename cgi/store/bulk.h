/* bulk.h: the last thing that a person did to many posts at once, and what they were before. */
#ifndef PLATEN_STORE_BULK_H
#define PLATEN_STORE_BULK_H

#include "db/db.h"

#define BULK_KEPT_MS (INT64_C(24) * 3600 * 1000) /* so long it can be taken back */

struct bulk_record {
	int64_t user_id;
	struct str token;      /* which one it is */
	struct str action;
	int64_t at_ms;
	int64_t done;          /* posts that it was done to */
	struct str refused;    /* JSON array of the others: {"title", "why"} */
};

struct bulk_post {
	int64_t post_id;
	int64_t version;       /* that the action made */
	struct str before;     /* JSON object: what it changed, as it was */
};

struct bulk_posts {
	struct bulk_post *items;
	size_t count;
};

/* In the place of the person's last one and its posts. */
NODISCARD enum rc bulk_begin(struct db_tx *tx, const struct bulk_record *record, struct err *err);
/* Taking the one with the token `undone` back: its posts stay until each is forgotten. RC_NOTFOUND: it is not the
 * last any more. */
NODISCARD enum rc bulk_begin_undo(struct db_tx *tx, const struct bulk_record *record, struct str undone,
				  struct err *err);
NODISCARD enum rc bulk_add(struct db_tx *tx, int64_t user_id, const struct bulk_post *post, struct err *err);
/* There is nothing to take back of that post any more. */
NODISCARD enum rc bulk_forget(struct db_tx *tx, int64_t user_id, int64_t post_id, struct err *err);
/* How far it has come. RC_NOTFOUND: another one was begun. */
NODISCARD enum rc bulk_settle(struct db_tx *tx, const struct bulk_record *record, struct err *err);
/* RC_NOTFOUND: none, or another token. */
NODISCARD enum rc bulk_get(struct db_ro *db, int64_t user_id, struct str token, struct arena *arena,
			   struct bulk_record *out, struct err *err);
/* Those whose id is above after_id, by id, at most `limit`. */
NODISCARD enum rc bulk_list(struct db_ro *db, int64_t user_id, int64_t after_id, int64_t limit, struct arena *arena,
			    struct bulk_posts *out, struct err *err);
NODISCARD enum rc bulk_has_posts(struct db_ro *db, int64_t user_id, bool *out, struct err *err);

#endif
