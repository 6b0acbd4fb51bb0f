/* site.c: the counters of the whole site. */
#include "base/base.h"
#include "store/rows.h"
#include "store/site.h"

enum { SEQ, TOUCH, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[SEQ] = "SELECT value FROM counter WHERE name = 'public_seq'",
	[TOUCH] = "UPDATE counter SET value = value + 1 WHERE name = 'public_seq'",
};

const struct statements site_statements = { "site.c", sql, SQL__MAX };

enum rc site_public_seq(struct db_ro *db, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[SEQ], &st, err);
	return rc == RC_OK ? rows_i64(st, out, err) : rc;
}

enum rc site_touch(struct db_tx *tx, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TOUCH], &st, err);
	return rc == RC_OK ? db_run(st, NULL, err) : rc;
}
