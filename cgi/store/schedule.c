/* schedule.c: how far the scheduler has come with each task. */
#include "base/base.h"
#include "store/rows.h"
#include "store/schedule.h"

enum { GET, PUT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = "SELECT settled_ms FROM schedule WHERE task = ?1",
	[PUT] = ("INSERT INTO schedule (task, settled_ms) VALUES (?1, ?2) "
		 "ON CONFLICT (task) DO UPDATE SET settled_ms = excluded.settled_ms "
		 "WHERE settled_ms < excluded.settled_ms OR settled_ms > ?3"),
};

const struct statements schedule_statements = { "schedule.c", sql, SQL__MAX };

enum rc schedule_settled(struct db_ro *db, struct str task, int64_t *settled_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, task);
	rc = rows_first(st, "the task's schedule", err);
	if (rc != RC_OK)
		return rc;
	*settled_ms = db_col_i64(st, 0);
	db_done(st);
	return RC_OK;
}

enum rc schedule_settle(struct db_tx *tx, struct str task, int64_t settled_ms, int64_t beyond_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, task);
	db_bind_i64(st, 2, settled_ms);
	db_bind_i64(st, 3, beyond_ms);
	return db_run(st, NULL, err);
}
