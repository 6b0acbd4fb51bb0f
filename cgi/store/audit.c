/* audit.c: who did what. */
#include "base/base.h"
#include "store/audit.h"
#include "store/rows.h"

#define LIST_MAX 1000

#define FIND(condition) ("SELECT id, at_ms, user_id, who, action, object, remote_addr FROM audit " \
	"WHERE at_ms >= ?1 AND (at_ms, id) < (?2, ?3)" condition " ORDER BY at_ms DESC, id DESC LIMIT ?4")

enum { ADD, FIND_ALL, FIND_WHO, FIND_WHAT, FIND_WHO_WHAT, FAILURES, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO audit (at_ms, user_id, who, action, object, remote_addr) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[FIND_ALL] = FIND(""), [FIND_WHO] = FIND(" AND user_id IS ?5"), [FIND_WHAT] = FIND(" AND action = ?6"),
	[FIND_WHO_WHAT] = FIND(" AND user_id IS ?5 AND action = ?6"),
	/* The list is that of the index audit_passing. */
	[FAILURES] = ("SELECT count(*), sum(remote_addr = ?2) FROM (SELECT remote_addr FROM audit WHERE at_ms > ?1 "
		      "AND action IN ('signin', 'signin_failed', 'signout', 'signout_there') "
		      "AND action = 'signin_failed' LIMIT ?3)"),
};

const struct statements audit_statements = { "audit.c", sql, SQL__MAX };

enum rc audit_add(struct db_tx *tx, const struct audit *entry, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, entry->at_ms);
	rows_bind_nonzero(st, 2, entry->user_id);
	rows_bind_text(st, 3, entry->who);
	rows_bind_text(st, 4, entry->action);
	rows_bind_text(st, 5, entry->object);
	rows_bind_text(st, 6, entry->remote_addr);
	return db_run(st, NULL, err);
}

static void read_entry(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct audit *)item = (struct audit){
		.id = db_col_i64(st, 0), .at_ms = db_col_i64(st, 1), .user_id = db_col_i64(st, 2),
		.who = db_col_dup(st, 3, arena), .action = db_col_dup(st, 4, arena),
		.object = db_col_dup(st, 5, arena), .remote_addr = db_col_dup(st, 6, arena),
	};
}

enum rc audit_find(struct db_ro *db, const struct audit_query *query, struct arena *arena, struct audits *out,
		   struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct audit);
	bool who = query->user_id != AUDIT_BY_ANYBODY, what = !str_empty(query->action);
	int64_t until_ms = query->until_ms ? query->until_ms : INT64_MAX, until_id = 0;
	if (query->before_ms && query->before_ms < until_ms) {
		until_ms = query->before_ms;
		until_id = query->before_id;
	}
	enum rc rc = db_query(db, sql[who && what ? FIND_WHO_WHAT : who ? FIND_WHO : what ? FIND_WHAT : FIND_ALL], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, query->from_ms);
	db_bind_i64(st, 2, until_ms);
	db_bind_i64(st, 3, until_id);
	db_bind_i64(st, 4, rows_limit(query->limit, LIST_MAX));
	if (who)
		rows_bind_nonzero(st, 5, query->user_id == AUDIT_BY_NOBODY ? 0 : query->user_id);
	if (what)
		db_bind_str(st, 6, query->action);
	rc = rows_all(st, &rows, read_entry, err);
	if (rc == RC_OK)
		*out = (struct audits){ (struct audit *)(void *)rows.items, rows.count };
	return rc;
}

enum rc audit_has_room(struct db_ro *db, struct str remote_addr, int64_t since_ms, int64_t max, bool *out,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[FAILURES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, since_ms);
	rows_bind_text(st, 2, remote_addr);
	db_bind_i64(st, 3, max);
	rc = rows_first(st, "a count", err);
	if (rc != RC_OK)
		return rc;
	*out = db_col_i64(st, 0) < max && db_col_i64(st, 1) == 0;
	db_done(st);
	return RC_OK;
}
