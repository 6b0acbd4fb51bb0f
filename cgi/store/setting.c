/* setting.c: what an editor changes about the site: key and text value. */
#include "base/base.h"
#include "store/rows.h"
#include "store/setting.h"

enum { ALL, GET, PUT, DELETE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ALL] = "SELECT key, value, updated_ms FROM setting ORDER BY key",
	[GET] = "SELECT value FROM setting WHERE key = ?1",
	[PUT] = "INSERT INTO setting (key, value, updated_ms) VALUES (?1, ?2, ?3) "
		"ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_ms = excluded.updated_ms "
		"WHERE value <> excluded.value",
	[DELETE] = "DELETE FROM setting WHERE key = ?1",
};

const struct statements setting_statements = { "setting.c", sql, SQL__MAX };

static void read_setting(struct db_stmt *st, struct arena *arena, void *item)
{
	struct setting *setting = item;
	setting->key = db_col_dup(st, 0, arena);
	setting->value = db_col_dup(st, 1, arena);
	setting->updated_ms = db_col_i64(st, 2);
}

enum rc setting_all(struct db_ro *db, struct arena *arena, struct settings *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct setting);
	enum rc rc = db_query(db, sql[ALL], &st, err);
	if (rc == RC_OK)
		rc = rows_all(st, &rows, read_setting, err);
	if (rc == RC_OK)
		*out = (struct settings){ (struct setting *)rows.items, rows.count };
	return rc;
}

enum rc setting_get(struct db_ro *db, struct str key, struct arena *arena, struct str *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	rc = rows_first(st, "the setting", err);
	if (rc != RC_OK)
		return rc;
	struct str value = db_col_dup(st, 0, arena);
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK)
		*out = value;
	return rc;
}

enum rc setting_put(struct db_tx *tx, struct str key, struct str value, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	rows_bind_text(st, 2, value);
	db_bind_i64(st, 3, now_ms);
	return db_run(st, NULL, err);
}

enum rc setting_delete(struct db_tx *tx, struct str key, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, key);
	return db_run(st, NULL, err);
}
