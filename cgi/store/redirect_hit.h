/* redirect_hit.h: how often redirects are followed, and when last: in traffic.db, apart from the redirects
 * themselves, so that no reader's request writes to site.db. Rows of redirects that are gone stay until nobody
 * has followed them for long (store/expiry.h). */
#ifndef PLATEN_STORE_REDIRECT_HIT_H
#define PLATEN_STORE_REDIRECT_HIT_H

#include "db/db.h"

struct redirect_hit {
	struct str from_path;   /* as struct redirect has it */
	int64_t hits;
	int64_t last_ms;        /* 0: never */
};
struct redirect_hits {
	struct redirect_hit *items;
	size_t count;
};

enum redirect_hit_order { REDIRECT_HIT_MOST, REDIRECT_HIT_LATEST, REDIRECT_HIT_ORDER__MAX };

/* Adds to what is there. */
NODISCARD enum rc redirect_hit_add(struct db_tx *tx, const struct redirect_hit *hit, struct err *err);
/* Of one; zeros when nobody ever followed it. from_path is borrowed. */
NODISCARD enum rc redirect_hit_get(struct db_ro *db, struct str from_path, struct redirect_hit *out, struct err *err);
/* Those behind `after`, of which the number of the order and from_path are looked at (NULL: from the first). */
NODISCARD enum rc redirect_hit_list(struct db_ro *db, enum redirect_hit_order order, const struct redirect_hit *after,
				    int64_t limit, struct arena *arena, struct redirect_hits *out, struct err *err);
/* RC_OK also when there is none. */
NODISCARD enum rc redirect_hit_delete(struct db_tx *tx, struct str from_path, struct err *err);
/* When counting began. */
NODISCARD enum rc redirect_hit_since(struct db_ro *db, int64_t *since_ms, struct err *err);

#endif
