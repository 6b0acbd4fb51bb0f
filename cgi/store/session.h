/* session.h: who is signed in where: rows of traffic.db. A session is known by the SHA-256 of its token; the
 * token itself is in the browser's cookie only. */
#ifndef PLATEN_STORE_SESSION_H
#define PLATEN_STORE_SESSION_H

#include "db/db.h"

struct session {
	struct str token_hash;   /* 32 bytes */
	int64_t user_id;         /* of site.db */
	int64_t epoch;           /* the person's when it was made: a newer one ends it */
	int64_t created_ms, seen_ms, expires_ms;
	int64_t proved_ms;       /* the password was last given */
	struct str remote_addr, user_agent;
};

struct sessions {
	struct session *items;
	size_t count;
};

NODISCARD enum rc session_insert(struct db_tx *tx, const struct session *session, struct err *err);
/* RC_NOTFOUND: none, or one that is over at now_ms. Texts live in `arena`. */
NODISCARD enum rc session_get(struct db_ro *db, struct str token_hash, int64_t now_ms, struct arena *arena,
			      struct session *out, struct err *err);
/* It was used: a new time, end and address. RC_NOTFOUND. */
NODISCARD enum rc session_touch(struct db_tx *tx, struct str token_hash, int64_t seen_ms, int64_t expires_ms,
				struct str remote_addr, struct err *err);
/* The password was given once more. RC_NOTFOUND. */
NODISCARD enum rc session_prove(struct db_tx *tx, struct str token_hash, int64_t now_ms, struct err *err);
/* Of one person, the last used first; those that are over are left out. */
NODISCARD enum rc session_list(struct db_ro *db, int64_t user_id, int64_t now_ms, int64_t limit,
			       struct arena *arena, struct sessions *out, struct err *err);
/* Ends one of that person's; none is RC_NOTFOUND. */
NODISCARD enum rc session_delete(struct db_tx *tx, int64_t user_id, struct str token_hash, struct err *err);
/* Ends all of that person's but `kept` (STR_NONE: all); *ended tells how many. */
NODISCARD enum rc session_delete_others(struct db_tx *tx, int64_t user_id, struct str kept, int64_t *ended,
					struct err *err);

#endif
