/* access_link.h: one-time links with which somebody sets a password: one a person. */
#ifndef PLATEN_STORE_ACCESS_LINK_H
#define PLATEN_STORE_ACCESS_LINK_H

#include "db/db.h"

/* In place of the person's earlier one. */
NODISCARD enum rc access_link_put(struct db_tx *tx, struct str token_hash, int64_t user_id, int64_t now_ms,
				  int64_t expires_ms, struct err *err);
/* Whose it is; RC_NOTFOUND: none, or over at now_ms. */
NODISCARD enum rc access_link_get(struct db_ro *db, struct str token_hash, int64_t now_ms, int64_t *user_id,
				  struct err *err);
NODISCARD enum rc access_link_delete(struct db_tx *tx, int64_t user_id, struct err *err);

#endif
