/* signin.h: signing in, who is signed in, and signing out.
 *
 * A session is a random token of 256 bits in a cookie; traffic.db has its SHA-256 (store/session.h). It ends
 * SESSION_IDLE_MS after its last use, SESSION_MAX_MS after its begin, when the person's epoch moves (a new
 * password, "sign out everywhere") and when the account is disabled.
 *
 * Wrong passwords cost time, doubling from failure to failure within an hour: by address, and by account for
 * browsers that have never signed in to it. A browser that has, has a signed device token and is counted by
 * that alone: however many guesses others make at an account, its owner gets in. */
#ifndef PLATEN_CORE_SIGNIN_H
#define PLATEN_CORE_SIGNIN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "core/actor.h"
#include "core/site.h"
#include "db/db.h"
#include "store/session.h"
#include "store/user.h"

#define SESSION_IDLE_MS (INT64_C(14) * 86400000)
#define SESSION_MAX_MS (INT64_C(90) * 86400000)
#define SESSION_SEEN_MS INT64_C(60000)            /* last use is written no more often */
#define PROOF_TTL_MS INT64_C(600000)              /* so long a given password does for what is dangerous */
#define CHALLENGE_TTL_MS INT64_C(300000)
#define CHALLENGE_TRIES_MAX 5
#define DEVICE_TTL_MS (INT64_C(365) * 86400000)

struct signin {
	struct str email, password;
	struct str device;        /* the device cookie; STR_NONE: none */
	struct str remote_addr;
	struct str user_agent;    /* told in the list of sessions; cut to 300 bytes */
	int64_t now_ms;
};

struct signed_in {
	struct user user;
	struct actor actor;
	struct session session;
};

/* What the browser gets: both tokens are of A-Z a-z 0-9 - and _, in the arena. */
struct signin_tokens {
	struct str session, device;
	struct str challenge;     /* given instead of both: a code of the second step is asked for */
	int64_t user_id;          /* whose account was tried, also in vain; 0: nobody's */
};

/* RC_OK: the session is committed. RC_DENIED: wrong address or password, or the account is disabled: which
 * is not told, nor by the time it takes. RC_LIMIT: too many failures; *wait_ms tells how long to wait.
 * RC_BUSY: too many are signing in at this moment. A password hash that has become too cheap is made anew.
 * `db` may hold no transaction. */
NODISCARD enum rc signin_password(const struct site *site, struct db_rw *db, struct db_rw *traffic,
				  const struct signin *signin, struct arena *arena, struct signin_tokens *out,
				  int64_t *wait_ms, struct err *err);

/* The second step: `challenge` of signin_password() and a code (core/second.h). RC_OK: the session is
 * committed. RC_DENIED: a wrong code; RC_TIMEOUT: the challenge is not ours, too old or was tried
 * CHALLENGE_TRIES_MAX times, and the password is to be given again; RC_LIMIT: too many wrong codes for this
 * account; *wait_ms. `db` may hold no transaction; `traffic` holds one while a code is judged, so that no
 * two tries are judged at once. */
NODISCARD enum rc signin_code(const struct site *site, struct db_rw *db, struct db_rw *traffic, struct str challenge,
			      struct str code, const struct signin *signin, struct arena *arena,
			      struct signin_tokens *out, int64_t *wait_ms, struct err *err);

/* RC_DENIED: nobody, or not any more. Writes the last use now and then; when that fails, the session holds
 * all the same. */
NODISCARD enum rc signin_find(struct db_ro *db, struct db_rw *traffic, struct str token, struct str remote_addr,
			      int64_t now_ms, struct arena *arena, struct signed_in *out, struct err *err);

/* Asks a person who is signed in for the password once more; wrong ones are slowed as with signing in.
 * RC_DENIED, RC_LIMIT with *wait_ms, RC_BUSY. */
NODISCARD enum rc signin_prove(struct db_rw *traffic, struct signed_in *who, struct str password, int64_t now_ms,
			       struct arena *arena, int64_t *wait_ms, struct err *err);
/* Whether the password was given within PROOF_TTL_MS. */
bool signin_is_fresh(const struct signed_in *who, int64_t now_ms);
/* Ends all sessions of `user` and begins a new one: after a new password or another right. `user` is as it
 * is stored now; of `signin` email and password are not looked at. */
NODISCARD enum rc signin_renew(const struct site *site, struct db_rw *traffic, const struct user *user,
			       const struct signin *signin, struct arena *arena, struct signin_tokens *out,
			       struct err *err);

/* Signs out: ends this session. One that is gone already is fine. */
NODISCARD enum rc signin_end(struct db_rw *traffic, const struct signed_in *who, struct err *err);

/* A token for the forms of this session, and whether one is genuine. */
NODISCARD enum rc signin_form_token(const struct site *site, const struct signed_in *who, int64_t now_ms,
				    struct arena *arena, struct str *out, struct err *err);
bool signin_form_is_ours(const struct site *site, const struct signed_in *who, struct str token, int64_t now_ms,
			 struct arena *arena);

#endif
