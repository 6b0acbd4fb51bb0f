/* draft_link.h: links that show a draft to whoever has them: made, found, taken back. */
#ifndef PLATEN_CORE_DRAFT_LINK_H
#define PLATEN_CORE_DRAFT_LINK_H

#include "base/arena.h"
#include "base/err.h"
#include "core/actor.h"
#include "db/db.h"
#include "store/preview_link.h"

#define DRAFT_LINK_DAY_MS INT64_C(86400000)
#define DRAFT_LINK_DAYS 14            /* how long one holds unless somebody says otherwise */
#define DRAFT_LINK_DAYS_MAX 90
#define DRAFT_LINKS_MAX 20            /* of a post */
#define DRAFT_LINK_NOTE_MAX_B 200
#define DRAFT_LINK_RATE 60            /* looks at once; then one a second */

/* *token, 43 characters (256 bits) in `arena`, is told this once and is stored as its SHA-256. RC_LIMIT: the post
 * has DRAFT_LINKS_MAX already, or the note is too long; RC_INVALID: days out of range; RC_DENIED: somebody else's
 * post. */
NODISCARD enum rc draft_link_make(struct db_tx *tx, struct actor actor, int64_t post_id, int64_t days, struct str note,
				  int64_t now_ms, struct arena *arena, struct str *token, struct err *err);
/* It leads nowhere from the commit on. RC_NOTFOUND, RC_DENIED. */
NODISCARD enum rc draft_link_revoke(struct db_tx *tx, struct actor actor, int64_t post_id, int64_t id, struct err *err);

/* By its token, found by the token's hash. RC_NOTFOUND: none, taken back, or over. */
NODISCARD enum rc draft_link_find(struct db_ro *db, struct str token, int64_t now_ms, struct arena *arena,
				  struct preview_link *out, struct err *err);
/* Somebody looks: RC_LIMIT: too often at this moment. */
NODISCARD enum rc draft_link_look(struct db_tx *traffic, const struct preview_link *link, int64_t now_ms, struct err *err);

#endif
