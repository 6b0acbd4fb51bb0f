/* setting.h: what an editor changes about the site: key and text value.
 *
 * Meaning, default and range of each key are core's. Keys that begin with "internal." are bookkeeping
 * and do not count as visible changes. */
#ifndef PLATEN_STORE_SETTING_H
#define PLATEN_STORE_SETTING_H

#include "db/db.h"

struct setting {
	struct str key, value;
	int64_t updated_ms;
};

struct settings {
	struct setting *items;  /* by key, bytewise */
	size_t count;
};

NODISCARD enum rc setting_all(struct db_ro *db, struct arena *arena, struct settings *out, struct err *err);
/* RC_NOTFOUND when it was never set. */
NODISCARD enum rc setting_get(struct db_ro *db, struct str key, struct arena *arena, struct str *out,
			      struct err *err);
/* Makes or replaces it; writing the value it has changes nothing visible. */
NODISCARD enum rc setting_put(struct db_tx *tx, struct str key, struct str value, int64_t now_ms, struct err *err);
/* Back to the default. RC_OK also when it was never set. */
NODISCARD enum rc setting_delete(struct db_tx *tx, struct str key, struct err *err);

#endif
