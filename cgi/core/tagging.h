/* tagging.h: what editors do with tags: making, changing, merging and deleting them.
 *
 * Addresses stay good: the old one of a tag that gets another slug or goes into another tag leads to the new
 * one, and so does what led to the old one. The search follows by a job. All need ROLE_EDITOR (RC_DENIED) and
 * the caller's transaction, which a failure leaves to be rolled back. */
#ifndef PLATEN_CORE_TAGGING_H
#define PLATEN_CORE_TAGGING_H

#include "core/profile.h"
#include "store/tag.h"

/* What a form says: all of it is stored. An empty slug is made of the name. */
struct tagging {
	struct profile profile;    /* name, text, picture */
	struct str slug;
};

/* RC_INVALID, RC_LIMIT: a field, which the message names; RC_EXISTS: another tag, *other, has the name (but for
 * ASCII case) or the slug. `other` may be NULL. */
NODISCARD enum rc tagging_add(struct db_tx *tx, const struct site *site, struct actor actor, const struct tagging *form,
			      int64_t now_ms, struct arena *arena, int64_t *id, struct tag *other, struct err *err);
/* `seen_ms` is updated_ms as the writer saw it. The same, and RC_NOTFOUND; RC_CONFLICT: somebody changed it
 * meanwhile. */
NODISCARD enum rc tagging_change(struct db_tx *tx, const struct site *site, struct actor actor, int64_t id, int64_t seen_ms,
				 const struct tagging *form, int64_t now_ms, struct arena *arena, struct tag *other,
				 struct err *err);
/* Posts of `from` get `into`, and `from` goes. RC_NOTFOUND; RC_INVALID: they are the same. */
NODISCARD enum rc tagging_merge(struct db_tx *tx, struct actor actor, const struct tag *from, const struct tag *into,
				int64_t now_ms, struct arena *arena, struct err *err);
/* Its posts lose it; its address answers 404. RC_NOTFOUND. */
NODISCARD enum rc tagging_delete(struct db_tx *tx, struct actor actor, const struct tag *tag, int64_t now_ms,
				 struct err *err);

#endif
