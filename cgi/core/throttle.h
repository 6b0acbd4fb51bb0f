/* throttle.h: how long to wait before the next guess of a password, by the failures of the last hour.
 *
 * A browser that has signed in to the account before is counted by itself. Others are counted by address (of
 * IPv6 the network, /64) and by account; an account's wait is short, since it is also the owner's who comes
 * with a new browser. An attempt that is turned away for its wait counts nowhere, so that waits end.
 *
 * An attempt counts as a failure from before it is judged: of any number that come at once no more get
 * through than would one after the other. The right one is taken back. */
#ifndef PLATEN_CORE_THROTTLE_H
#define PLATEN_CORE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

struct throttle {
	struct str account;   /* "account:..." or, of a known browser, "device:..." */
	struct str address;   /* STR_NONE: a known browser, whose address does not count */
	struct str noted;     /* the address as it is kept */
	bool reader;          /* throttle_of_reader() */
	int64_t now_ms;
};

/* `account`: folded e-mail address, whether there is such an account or not; `device`: STR_NONE for a browser
 * that is not known. Texts live in `arena`. */
struct throttle throttle_of(struct str account, struct str device, struct str remote_addr, int64_t now_ms,
			    struct arena *arena);
/* Counted by the address alone: what has no account, or belongs to nobody yet. `what` names it. */
struct throttle throttle_of_address(struct str what, struct str remote_addr, int64_t now_ms, struct arena *arena);
/* Of readers who open `scope` (access.h) with the password that all of them have: by the address alone, with more
 * room and shorter waits, for many may be at one; and apart from the people who sign in there. */
struct throttle throttle_of_reader(struct str scope, struct str remote_addr, int64_t now_ms, struct arena *arena);

/* Before the judgement, which may take long: looks and notes a failure in one commit. RC_LIMIT: not before
 * *wait_ms (1 or more) have passed, nothing was noted. */
NODISCARD enum rc throttle_take(struct db_rw *traffic, const struct throttle *throttle, int64_t *attempt,
				int64_t *wait_ms, struct err *err);
/* It was right. */
NODISCARD enum rc throttle_right(struct db_tx *traffic, int64_t attempt, struct err *err);
/* The same in a transaction of its own. */
NODISCARD enum rc throttle_right_alone(struct db_rw *traffic, int64_t attempt, struct err *err);
/* It could not be judged, and is forgotten; where that fails it counts. */
void throttle_forget(struct db_rw *traffic, int64_t attempt);

/* For a judgement inside the transaction: RC_LIMIT as above; and what came of it. */
NODISCARD enum rc throttle_check(struct db_ro *traffic, const struct throttle *throttle, int64_t *wait_ms,
				 struct err *err);
NODISCARD enum rc throttle_note(struct db_tx *traffic, const struct throttle *throttle, bool succeeded,
				struct err *err);

#endif
