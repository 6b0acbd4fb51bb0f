/* desk.h: what lies on a writer's desk beside the post itself: its revisions and what nobody has saved yet. */
#ifndef PLATEN_CORE_DESK_H
#define PLATEN_CORE_DESK_H

#include "base/arena.h"
#include "base/err.h"
#include "core/post_save.h"
#include "store/autosave.h"
#include "store/revision.h"

#define REVISION_NAME_MAX_B 200
#define AUTOSAVE_KEY_MAX_B 64
#define AUTOSAVE_TEXT_MAX_B ((size_t)8 << 20)

/* Whose posts the actor sees in lists, searches, counts and whatever else tells of posts that are not published:
 * 0: everybody's (editors and owners); else the id of the one person, the actor, whose posts these are. As in
 * Ghost: what authors and contributors do not write with is not told to them before readers may see it, not
 * even by its title. */
int64_t desk_sees(struct actor actor);
/* Whether the actor may see and change that post: editors and owners each, the others their own. RC_DENIED. */
NODISCARD enum rc desk_check(struct db_ro *db, struct actor actor, int64_t post_id, struct err *err);

/* Gives the revision a name, or with "" takes it away. RC_INVALID, RC_LIMIT: no such name; RC_NOTFOUND: it is
 * not one of that post; RC_DENIED. */
NODISCARD enum rc desk_name_revision(struct db_rw *db, struct actor actor, int64_t post_id, int64_t revision_id,
				     struct str name, struct err *err);

/* Saves the post with the content of a revision: title, text, excerpt, tags, language, image, what search
 * engines and networks are told, own fields. Where and when it can be read (status, visibility, address,
 * date, authors) stays as it is. Raw HTML keeps the rights of who wrote the revision. `version` is the one that the writer saw. Codes as post_store(). */
NODISCARD enum rc desk_restore(struct db_rw *db, const struct site *site, struct actor actor, int64_t post_id,
			       int64_t version, int64_t revision_id, int64_t now_ms, struct arena *arena,
			       struct post_saved *saved, struct err *err);

/* Keeps what was typed, in place of what was kept before; once it is RC_OK it is on the disk. `post_id` 0: a
 * post that was never saved. What was kept at another moment than `known_ms`, in another window, becomes a
 * revision first, or, with no post yet, another text that was begun. RC_LIMIT, RC_INVALID: the text or its key; RC_DENIED. */
NODISCARD enum rc desk_autosave(struct db_rw *db, struct actor actor, const struct autosave *autosave,
				int64_t known_ms, struct err *err);
NODISCARD enum rc desk_drop_autosave(struct db_rw *db, struct actor actor, struct str key, struct err *err);
/* In the transaction that saves the post: what was kept is over, or, when the writer did not have it before
 * the eyes, a revision. */
NODISCARD enum rc desk_settle(struct db_tx *tx, struct actor actor, struct str key, int64_t post_id,
			      int64_t known_ms, struct err *err);

#endif
