/* second.h: the second step of signing in: codes by the clock (crypt/totp.h), and recovery codes for when the
 * phone is gone. */
#ifndef PLATEN_CORE_SECOND_H
#define PLATEN_CORE_SECOND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/user.h"

#define SECOND_CODES 10
#define SECOND_CODES_FEW 3      /* with no more than these left, new ones are advised */
#define SECOND_SETUP_TTL_MS INT64_C(3600000)

/* What is being set up; nothing is stored before second_confirm(). */
struct second_setup {
	struct str token;     /* signed; goes through the form */
	struct str secret;    /* for people who type it, in groups of four */
	struct str uri;       /* otpauth://..., for the QR code; at most 213 bytes */
};

/* A new secret, or with `token` of an earlier page that one's. RC_DENIED, RC_TIMEOUT: a token that is not of
 * this person or too old. */
NODISCARD enum rc second_setup(const struct site *site, const struct user *user, struct str token, int64_t now_ms,
			       struct arena *arena, struct second_setup *out, struct err *err);
/* The first code is right: from now on codes are asked for. codes[] are shown once. RC_INVALID: it is not;
 * RC_DENIED, RC_TIMEOUT: the token. */
NODISCARD enum rc second_confirm(struct db_tx *tx, const struct site *site, int64_t user_id, struct str token,
				 struct str code, int64_t now_ms, struct arena *arena,
				 struct str codes[SECOND_CODES], struct err *err);
/* Ten others in place of all that were there; sessions go on. RC_NOTFOUND: the second step is off. */
NODISCARD enum rc second_renew(struct db_tx *tx, struct actor actor, struct arena *arena, struct str codes[SECOND_CODES],
			       struct err *err);
/* RC_DENIED: neither oneself nor an owner; RC_NOTFOUND: it is off already. */
NODISCARD enum rc second_off(struct db_tx *tx, struct actor actor, int64_t user_id, struct err *err);
NODISCARD enum rc second_is_on(struct db_ro *db, int64_t user_id, bool *out, struct err *err);
/* Takes a code of the clock or a recovery code, as *recovery tells: each works once. RC_DENIED: it is neither. */
NODISCARD enum rc second_take(struct db_tx *tx, int64_t user_id, struct str code, int64_t now_ms, struct arena *arena,
			      bool *recovery, struct err *err);

#endif
