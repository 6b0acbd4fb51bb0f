/* totp.h: secrets and recovery codes of the second step of signing in. */
#ifndef PLATEN_STORE_TOTP_H
#define PLATEN_STORE_TOTP_H

#include "db/db.h"

struct totp {
	struct str secret;     /* as raw bytes */
	int64_t last_step;     /* of the last code taken */
	int64_t created_ms;
};

/* RC_NOTFOUND: this person signs in with a password alone. Texts live in `arena`. */
NODISCARD enum rc totp_get(struct db_ro *db, int64_t user_id, struct arena *arena, struct totp *out, struct err *err);
/* In place of what is there. */
NODISCARD enum rc totp_put(struct db_tx *tx, int64_t user_id, const struct totp *totp, struct err *err);
/* A code of that step is taken; RC_NOTFOUND: one of it or of a later step was before. */
NODISCARD enum rc totp_use(struct db_tx *tx, int64_t user_id, int64_t step, struct err *err);
/* With all recovery codes. RC_NOTFOUND: there was none. */
NODISCARD enum rc totp_delete(struct db_tx *tx, int64_t user_id, struct err *err);

NODISCARD enum rc recovery_add(struct db_tx *tx, int64_t user_id, struct str code_hash, struct err *err);
/* Takes it; RC_NOTFOUND: no such code, or it was taken. */
NODISCARD enum rc recovery_use(struct db_tx *tx, int64_t user_id, struct str code_hash, struct err *err);
NODISCARD enum rc recovery_clear(struct db_tx *tx, int64_t user_id, struct err *err);
NODISCARD enum rc recovery_count(struct db_ro *db, int64_t user_id, int64_t *out, struct err *err);

#endif
