/* account.h: what people change of their own account, and owners of others'. */
#ifndef PLATEN_CORE_ACCOUNT_H
#define PLATEN_CORE_ACCOUNT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/user.h"

/* Which field is wrong: its name is what forms call it. */
enum account_field {
	ACCOUNT_NONE, ACCOUNT_NAME, ACCOUNT_SLUG, ACCOUNT_BIO, ACCOUNT_PICTURE, ACCOUNT_WEBSITE, ACCOUNT_LANG, ACCOUNT_TIMEZONE,
	ACCOUNT_EMAIL, ACCOUNT_PASSWORD, ACCOUNT__MAX
};
const char *account_field_name(enum account_field field); /* "slug" */

/* All are given; only the name and the slug may not be empty. */
struct account {
	struct str name, slug, bio, picture, website, lang, timezone;
};

/* Writes them. `seen_ms`: the updated_ms that the changes were made over; 0: whatever is stored. RC_INVALID, RC_LIMIT,
 * RC_EXISTS (the slug): *wrong tells the field; RC_CONFLICT: somebody changed the account since then; RC_DENIED: neither
 * oneself nor an owner; RC_NOTFOUND. The author's old address leads to the new one. */
NODISCARD enum rc account_change(struct db_tx *tx, const struct site *site, struct actor actor, int64_t user_id,
				 int64_t seen_ms, const struct account *account, int64_t now_ms, struct arena *arena,
				 enum account_field *wrong, struct err *err);

/* Another address to sign in with, and with `hash` given (of people_hash()) another password, which ends all
 * sessions. *out: as it is stored then. Codes as above. */
NODISCARD enum rc account_change_login(struct db_tx *tx, struct actor actor, int64_t user_id, struct str email,
				       struct str hash, int64_t now_ms, struct arena *arena,
				       enum account_field *wrong, struct user *out, struct err *err);

#endif
