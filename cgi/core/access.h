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
#include "db/db.h"

#define ACCESS_TOKEN_TTL_MS (30LL * 86400 * 1000)
#define ACCESS_PASSWORD_MAX_B 256

struct access_try {
	struct str scope;       /* "site" or a post's public id */
	struct str hash;        /* the encoded hash stored for it */
	struct str password;
	struct str remote_addr;
	int64_t now_ms;
};

/* RC_DENIED: wrong password; RC_LIMIT: too many of them came from there, *wait_ms have to pass first (throttle.h), or
 * it is too long (0); RC_BUSY: too many are being checked at once. Costs a commit to traffic.db and one Argon2id run. */
NODISCARD enum rc access_unlock(const struct site *site, struct db_rw *traffic, const struct access_try *try,
				struct arena *arena, struct str *token, int64_t *wait_ms, struct err *err);
/* Constant time; no Argon2id. */
bool access_is_unlocked(const struct site *site, struct str scope, struct str hash, struct str token,
			int64_t now_ms);

#endif
