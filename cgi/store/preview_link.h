/* preview_link.h: links that show a draft to whoever has them. */
#ifndef PLATEN_STORE_PREVIEW_LINK_H
#define PLATEN_STORE_PREVIEW_LINK_H

#include "db/db.h"

struct preview_link {
	int64_t id, post_id;
	int64_t user_id;              /* who made it; 0: is gone */
	struct str note;              /* for whom; "" */
	int64_t created_ms, expires_ms;
	int64_t used_ms;              /* 0: never */
	struct str author;            /* name of the user; STR_NONE: is gone. Not written. */
};

struct preview_links {
	struct preview_link *items;
	size_t count;
};

/* RC_INVALID: no such post or user. */
NODISCARD enum rc preview_link_add(struct db_tx *tx, const struct preview_link *link, struct str token_hash,
				   struct err *err);
/* By the hash of its token; RC_NOTFOUND: none, or over at now_ms. */
NODISCARD enum rc preview_link_get(struct db_ro *db, struct str token_hash, int64_t now_ms, struct arena *arena,
				   struct preview_link *out, struct err *err);
/* The newest first; those that are over are not among them. */
NODISCARD enum rc preview_link_list(struct db_ro *db, int64_t post_id, int64_t now_ms, int64_t limit, struct arena *arena,
				    struct preview_links *out, struct err *err);
NODISCARD enum rc preview_link_use(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err);
/* RC_NOTFOUND: none of that post has the number. */
NODISCARD enum rc preview_link_delete(struct db_tx *tx, int64_t post_id, int64_t id, struct err *err);

#endif
