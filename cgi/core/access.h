/* access.h: who may see what: the site's and the posts' passwords, as signed cookies.
 *
 * A right password gives the visitor a token bound to the password's hash, so that changing the
 * password takes all of them back. */
#ifndef PLATEN_CORE_ACCESS_H
#define PLATEN_CORE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/site.h"

#define ACCESS_TOKEN_TTL_MS (30LL * 86400 * 1000)
#define ACCESS_PASSWORD_MAX_B 256

/* `scope` is "site" or a post's public id; `hash` the encoded hash stored for it. RC_DENIED: wrong
 * password; RC_BUSY: too many are being checked at once. Costs one Argon2id run. */
NODISCARD enum rc access_unlock(const struct site *site, struct str scope, struct str hash,
				struct str password, int64_t now_ms, struct arena *arena,
				struct str *token, struct err *err);
/* Constant time; no Argon2id. */
bool access_is_unlocked(const struct site *site, struct str scope, struct str hash, struct str token,
			int64_t now_ms);

#endif
