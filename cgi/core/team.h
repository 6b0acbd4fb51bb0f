/* team.h: who belongs to the team, and what owners do about it: inviting, roles, links for a new password,
 * disabling, deleting. There is always an owner who can sign in: what would end that is RC_CONFLICT. */
#ifndef PLATEN_CORE_TEAM_H
#define PLATEN_CORE_TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "db/db.h"
#include "store/user.h"

#define TEAM_LINK_TTL_MS (INT64_C(7) * 86400000)

/* All of these are for owners: others get RC_DENIED. */

/* Makes an account without a password and a link for it: *token, 43 characters in `arena`, is told this once
 * and is stored as its SHA-256. RC_INVALID: no e-mail address, or no role; RC_EXISTS: the address is taken. */
NODISCARD enum rc team_invite(struct db_tx *tx, struct actor actor, struct str email, enum role role, int64_t now_ms,
			      struct arena *arena, struct str *token, struct err *err);
/* A link to set a new password; the old one and its sessions hold until then. RC_INVALID: a disabled account,
 * or one without an address. */
NODISCARD enum rc team_link(struct db_tx *tx, struct actor actor, const struct user *user, int64_t now_ms,
			    struct arena *arena, struct str *token, struct err *err);
/* Ends all sessions of that person. */
NODISCARD enum rc team_set_role(struct db_tx *tx, struct actor actor, int64_t user_id, enum role role, int64_t now_ms,
				struct arena *arena, struct err *err);
/* Ends all sessions and takes links back; or lets the person in again. */
NODISCARD enum rc team_disable(struct db_tx *tx, struct actor actor, int64_t user_id, bool disabled, int64_t now_ms,
			       struct arena *arena, struct err *err);
/* Posts, and texts that were begun and never saved, go to `heir_id` (another person), and the author's address leads to the heir's. RC_INVALID: no heir. */
NODISCARD enum rc team_delete(struct db_tx *tx, struct actor actor, int64_t user_id, int64_t heir_id, int64_t now_ms,
			      struct arena *arena, struct err *err);

/* --- the link itself: whoever has it --- */

/* RC_NOTFOUND: no such link, or it is used or over. */
NODISCARD enum rc team_link_find(struct db_ro *db, struct str token, int64_t now_ms, struct arena *arena,
				 struct user *out, struct err *err);
/* Sets name and password and ends the link and all sessions. RC_NOTFOUND as above; RC_INVALID: the name. */
NODISCARD enum rc team_link_take(struct db_tx *tx, struct str token, struct str name, struct str hash, int64_t now_ms,
				 struct arena *arena, struct user *out, struct err *err);

#endif
