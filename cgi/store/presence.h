/* presence.h: who has which post open: rows of traffic.db. */
#ifndef PLATEN_STORE_PRESENCE_H
#define PLATEN_STORE_PRESENCE_H

#include "db/db.h"

struct presence {
	int64_t user_id;
	int64_t since_ms, seen_ms;
};

struct presences {
	struct presence *items;
	size_t count;
};

/* The person has it open at now_ms; whoever was not seen since `gone_ms` comes anew. */
NODISCARD enum rc presence_put(struct db_tx *tx, int64_t post_id, int64_t user_id, int64_t now_ms, int64_t gone_ms,
			       struct err *err);
/* Who was seen after `gone_ms`, by person, at most `limit`. */
NODISCARD enum rc presence_list(struct db_ro *db, int64_t post_id, int64_t gone_ms, int64_t limit, struct arena *arena,
				struct presences *out, struct err *err);

#endif
