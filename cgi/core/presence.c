/* presence.c: who else has a post open. */
#include "base/base.h"

#include "core/presence.h"
#include "store/presence.h"
#include "store/user.h"

static enum rc write(struct db_rw *traffic, int64_t post_id, int64_t user_id, int64_t now_ms, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	return db_end(tx, presence_put(tx, post_id, user_id, now_ms, now_ms - PRESENCE_GONE_MS, err), err);
}

enum rc presence_note(struct db_rw *traffic, struct db_ro *db, int64_t post_id, int64_t user_id, int64_t now_ms,
		      struct arena *arena, struct presence_others *out, struct err *err)
{
	struct presences there;
	struct user user;
	bool fresh = false;
	enum rc rc = presence_list(db_rw_ro(traffic), post_id, now_ms - PRESENCE_GONE_MS, PRESENCE_OTHERS_MAX + 1, arena,
				   &there, err);
	out->count = 0;
	for (size_t i = 0; rc == RC_OK && i < there.count; i++) {
		const struct presence *one = &there.items[i];
		fresh |= one->user_id == user_id && one->seen_ms > now_ms - PRESENCE_BEAT_MS / 2;
		if (one->user_id == user_id || out->count == PRESENCE_OTHERS_MAX)
			continue;
		rc = user_get(db, one->user_id, now_ms, arena, &user, err);
		if (rc == RC_OK)
			out->items[out->count++] = (struct presence_other){ user.name, one->since_ms };
		else if (rc == RC_NOTFOUND)
			rc = RC_OK;
	}
	return rc == RC_OK && !fresh ? write(traffic, post_id, user_id, now_ms, err) : rc;
}
