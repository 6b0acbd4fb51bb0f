/* review.h: what editors do with a post that was submitted: publish it, or send it back with a note. */
#ifndef PLATEN_CORE_REVIEW_H
#define PLATEN_CORE_REVIEW_H

#include "core/post_save.h"
#include "store/audit.h"
#include "store/review_note.h"

#define REVIEW_NOTE_MAX_B 4000

/* Both are for editors and owners (else RC_DENIED) and save the post as it is stored, with a revision. `version` is
 * the one that they saw; RC_CONFLICT: it is another now, or the post is not in review any more. RC_NOTFOUND.
 * `entry` is noted in the audit log with the post's title as its object.
 *
 * Publishing is at the post's time where that is still to come, else now. It is rendered as an editor's, whoever
 * publishes it: script of somebody else's text is not let through unseen. */
NODISCARD enum rc review_publish(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id,
				 int64_t version, const struct audit *entry, int64_t now_ms, struct arena *arena,
				 struct post_saved *saved, struct err *err);
/* It is a draft again, and its writer is told `note`, which may be "". RC_LIMIT, RC_INVALID: the note. */
NODISCARD enum rc review_send_back(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id,
				   int64_t version, struct str note, const struct audit *entry, int64_t now_ms,
				   struct arena *arena, struct post_saved *saved, struct err *err);

#endif
