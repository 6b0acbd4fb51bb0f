/* suggest.h: which page somebody may have meant by an address that is none. */
#ifndef PLATEN_CORE_SUGGEST_H
#define PLATEN_CORE_SUGGEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

/* The path of the post or page with the same slug, else of the best match of a search for the words of the last
 * part ("/2019/05/my-post.html": my post). "": none comes near. */
NODISCARD enum rc suggest_path(struct db_ro *db, struct str path, int64_t now_ms, struct arena *arena, struct str *out,
			       struct err *err);

#endif
