/* presence.h: who else has a post open. It never keeps anybody from anything, and may be lost. */
#ifndef PLATEN_CORE_PRESENCE_H
#define PLATEN_CORE_PRESENCE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

#define PRESENCE_BEAT_MS 20000         /* how often a page that is open says so */
#define PRESENCE_GONE_MS 70000         /* after three beats that did not come */
#define PRESENCE_OTHERS_MAX 5

struct presence_other {
	struct str name;
	int64_t since_ms;
};

struct presence_others {
	struct presence_other items[PRESENCE_OTHERS_MAX];
	size_t count;
};

/* `user_id` has the post open at now_ms: it is written at most once in half a beat. *out: who else has, with names
 * in `arena`. `db` is of site.db. */
NODISCARD enum rc presence_note(struct db_rw *traffic, struct db_ro *db, int64_t post_id, int64_t user_id, int64_t now_ms,
				struct arena *arena, struct presence_others *out, struct err *err);

#endif
