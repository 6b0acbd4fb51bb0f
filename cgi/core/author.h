/* author.h: people as authors are named: by their name, and where that is another's, too, as "Name (slug)". */
#ifndef PLATEN_CORE_AUTHOR_H
#define PLATEN_CORE_AUTHOR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"
#include "core/profile.h"
#include "store/user.h"
#include "text/slug.h"

#define AUTHOR_LABEL_MAX_B (PROFILE_NAME_MAX_B + 3 + SLUG_MAX_B)

/* What author_find() takes for that person and nobody else: the name where it is enough. In `arena`, or `name`. */
NODISCARD enum rc author_label(struct db_ro *db, int64_t user_id, struct str name, struct str slug, struct arena *arena,
			       struct str *out, struct err *err);

/* Who is meant by `text`: "Name (slug)"; else, of several people with that name, the one who is already an author of
 * the post (0: of none). RC_NOTFOUND: nobody; RC_CONFLICT: one of several, and nothing says which. The text of *out
 * lives in `arena`; its count and password_hash are not filled. */
NODISCARD enum rc author_find(struct db_ro *db, int64_t post_id, struct str text, struct arena *arena, struct user *out,
			      struct err *err);

#endif
