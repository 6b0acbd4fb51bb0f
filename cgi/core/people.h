/* people.h: the people who write. */
#ifndef PLATEN_CORE_PEOPLE_H
#define PLATEN_CORE_PEOPLE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "db/db.h"

#define USER_PASSWORD_MIN_B 10
#define USER_PASSWORD_MAX_B 256

struct user_new {
	struct str email, name, password;
	enum role role;
};

/* RC_INVALID names the field; RC_EXISTS: the address is taken. Hashing (slow) happens before the
 * transaction: people_hash(). */
NODISCARD enum rc people_check(const struct user_new *user, struct err *err);
NODISCARD enum rc people_hash(struct str password, struct arena *arena, struct str *hash, struct err *err);
NODISCARD enum rc people_create(struct db_tx *tx, struct actor actor, const struct user_new *user,
			      struct str hash, int64_t now_ms, int64_t *id, struct err *err);
bool people_email_is_valid(struct str email);
/* The form in which addresses are compared: case folded. Lives in `arena`. */
struct str people_fold_email(struct str email, struct arena *arena);
/* Signs every session of the person out (epoch). */
NODISCARD enum rc people_set_password(struct db_tx *tx, struct actor actor, int64_t user_id, struct str hash,
				    int64_t now_ms, struct err *err);
/* A random password that people can type: groups of letters and digits. */
struct str people_random_password(struct arena *arena);

#endif
