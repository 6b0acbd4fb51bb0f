/* rate_limit.c: buckets that are filled again with time. */
#include "base/base.h"
#include "store/rate_limit.h"
#include "store/rows.h"

enum { TAKE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	/* Below one there is nothing to take, and the row stays as it is. */
	[TAKE] = "INSERT INTO rate_limit (key, tokens, at_ms) VALUES (?1, ?2 - 1, ?3) ON CONFLICT (key) DO UPDATE SET "
		 "tokens = min(?2, rate_limit.tokens + max(0, ?3 - rate_limit.at_ms) / 1000.0) - 1, at_ms = ?3 "
		 "WHERE min(?2, rate_limit.tokens + max(0, ?3 - rate_limit.at_ms) / 1000.0) >= 1",
};

const struct statements rate_limit_statements = { "rate_limit.c, traffic", sql, SQL__MAX };

enum rc rate_limit_take(struct db_tx *tx, struct str key, int64_t burst, int64_t now_ms, bool *taken, struct err *err)
{
	struct db_stmt *st;
	int64_t changes = 0;
	enum rc rc = db_prepare(tx, sql[TAKE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	db_bind_f64(st, 2, (double)burst);
	db_bind_i64(st, 3, now_ms);
	rc = db_run(st, &changes, err);
	*taken = changes > 0;
	return rc;
}
