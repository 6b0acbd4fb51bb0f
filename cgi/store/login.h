/* login.h: attempts to sign in, counted by account and by address: rows of traffic.db. */
#ifndef PLATEN_STORE_LOGIN_H
#define PLATEN_STORE_LOGIN_H

#include <stdbool.h>

#include "db/db.h"

enum login_by { LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS };

struct login_failures {
	int64_t count;
	int64_t last_ms;   /* 0: none */
};

/* `account`: as core names it, not only an e-mail address. */
NODISCARD enum rc login_note(struct db_tx *tx, int64_t at_ms, struct str account, struct str remote_addr,
			     bool succeeded, int64_t *id, struct err *err);
/* It was right after all; or it was not judged and counts nowhere. One that is gone already is fine. */
NODISCARD enum rc login_succeed(struct db_tx *tx, int64_t id, struct err *err);
NODISCARD enum rc login_forget(struct db_tx *tx, int64_t id, struct err *err);
/* The failures after since_ms; at most `max` are counted. O(max). */
NODISCARD enum rc login_failures(struct db_ro *db, enum login_by by, struct str key, int64_t since_ms, int64_t max,
				 struct login_failures *out, struct err *err);

#endif
