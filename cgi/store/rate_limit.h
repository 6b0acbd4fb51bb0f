/* rate_limit.h: buckets that are filled again with time: rows of traffic.db. */
#ifndef PLATEN_STORE_RATE_LIMIT_H
#define PLATEN_STORE_RATE_LIMIT_H

#include <stdbool.h>

#include "db/db.h"

/* A bucket of `burst` that one is taken out of, filled again with one a second: *taken false: it was empty. */
NODISCARD enum rc rate_limit_take(struct db_tx *tx, struct str key, int64_t burst, int64_t now_ms, bool *taken,
				  struct err *err);

#endif
