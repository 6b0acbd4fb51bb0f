/* password.h: password hashes by Argon2id (RFC 9106) in the encoded form "$argon2id$v=19$...".
 *
 * At most PASSWORD_AT_ONCE computations run at a time in a process, or in all that
 * password_share() names; others wait their turn, and
 * beyond PASSWORD_WAITING_MAX are refused, so that a flood of logins costs bounded memory. Passwords that readers
 * give have a smaller share of that and a queue of their own, shorter than the threads that
 * take forms are many: whatever they do, who signs in finds room. */
#ifndef PLATEN_CRYPT_PASSWORD_H
#define PLATEN_CRYPT_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PASSWORD_MAX_B 1024
#define PASSWORD_HASH_MAX_B 160
#define PASSWORD_AT_ONCE 2
#define PASSWORD_WAITING_MAX 32
#define PASSWORD_READERS_AT_ONCE 1
#define PASSWORD_READERS_WAITING_MAX 4

struct password_cost {
	uint32_t memory_kib, passes, lanes;
};
#define PASSWORD_COST ((struct password_cost){ 19456, 2, 1 }) /* OWASP's second choice: 19 MiB */

/* Called once, before threads are made: processes that name the same file, which is made when it is first needed, count
 * as one. One that waits for the others for 15 s is refused. Without it each process is for itself. */
void password_share(const char *path);

/* Writes the encoded hash, NUL-terminated. `cost` NULL: PASSWORD_COST. RC_INVALID: an empty
 * password; RC_LIMIT: longer than PASSWORD_MAX_B; RC_BUSY: too many are waiting; RC_NOSPACE: no
 * memory for it; RC_IO, RC_READONLY: the shared file. */
NODISCARD enum rc password_hash(struct str password, const struct password_cost *cost,
				char out[PASSWORD_HASH_MAX_B], struct err *err);
/* RC_OK: it is this one; RC_DENIED: it is not; RC_CORRUPT: `hash` is not an encoded hash that this
 * program takes (also one that would cost more than 1 GiB or 64 passes); RC_BUSY, RC_NOSPACE, RC_IO, RC_READONLY. */
NODISCARD enum rc password_verify(struct str hash, struct str password, struct err *err);
/* The same for one that readers give, of the site or a post. */
NODISCARD enum rc password_verify_reader(struct str hash, struct str password, struct err *err);
/* For an account that does not exist: takes as long as a wrong password of the default cost does, and fails in
 * the same way: RC_DENIED, RC_BUSY, RC_NOSPACE. */
NODISCARD enum rc password_waste(struct str password, struct err *err);
/* Whether `hash` was made with less than `cost` (NULL: PASSWORD_COST) or is not Argon2id at all. */
bool password_needs_rehash(struct str hash, const struct password_cost *cost);

#endif
