/* expiry.c: rows whose time is over, of all tables that have such. */
#include "base/base.h"
#include "store/bulk.h"
#include "store/expiry.h"
#include "store/post.h"
#include "store/rows.h"

#define DAY_MS INT64_C(86400000)

enum { RECEIPTS_COUNT, RECEIPTS_REMOVE, RUNS_COUNT, RUNS_REMOVE, JOBS_COUNT, JOBS_REMOVE,
       DEAD_JOBS_COUNT, DEAD_JOBS_REMOVE, TRASH_COUNT, TRASH_NEXT, AUDIT_COUNT, AUDIT_REMOVE,
       PASSING_COUNT, PASSING_REMOVE, AUTOSAVES_COUNT, AUTOSAVES_NEXT, AUTOSAVES_KEEP, AUTOSAVES_REMOVE, OUTBOX_COUNT,
       OUTBOX_REMOVE, LINKS_COUNT, LINKS_REMOVE, PREVIEWS_COUNT, PREVIEWS_REMOVE, BULKS_COUNT, BULKS_REMOVE,
       SQL__MAX };

/* Of the index audit_passing. */
#define PASSING "at_ms < ?1 AND action IN ('signin', 'signin_failed', 'signout', 'signout_there')"
#define OLD_AUTOSAVES \
	"FROM autosave a LEFT JOIN post p ON p.id = a.post_id WHERE a.saved_ms < ?1 " \
	"AND (p.version > a.version OR (a.post_id IS NULL AND a.title = '' AND a.markdown = ''))"

static const char *const sql[SQL__MAX] = {
	[RECEIPTS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM receipt WHERE received_ms < ?1 LIMIT ?2)",
	[RECEIPTS_REMOVE] = "DELETE FROM receipt WHERE id IN (SELECT id FROM receipt WHERE received_ms < ?1 LIMIT ?2)",
	[RUNS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM task_run WHERE started_ms < ?1 LIMIT ?2)",
	[RUNS_REMOVE] = "DELETE FROM task_run WHERE id IN (SELECT id FROM task_run WHERE started_ms < ?1 LIMIT ?2)",
	[JOBS_COUNT] = ("SELECT count(*) FROM (SELECT 1 FROM job WHERE state IN ('done', 'cancelled') "
			"AND finished_ms < ?1 LIMIT ?2)"),
	[JOBS_REMOVE] = ("DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state IN ('done', 'cancelled') "
			 "AND finished_ms < ?1 LIMIT ?2)"),
	[DEAD_JOBS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'dead' AND finished_ms < ?1 LIMIT ?2)",
	[DEAD_JOBS_REMOVE] = ("DELETE FROM job WHERE id IN "
			      "(SELECT id FROM job WHERE state = 'dead' AND finished_ms < ?1 LIMIT ?2)"),
	[TRASH_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM post WHERE status = 'trash' AND trashed_ms < ?1 LIMIT ?2)",
	[TRASH_NEXT] = "SELECT id FROM post WHERE status = 'trash' AND trashed_ms < ?1 LIMIT 1",
	[AUDIT_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM audit WHERE at_ms < ?1 LIMIT ?2)",
	[AUDIT_REMOVE] = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at_ms < ?1 LIMIT ?2)",
	[PASSING_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM audit WHERE " PASSING " LIMIT ?2)",
	[PASSING_REMOVE] = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE " PASSING " LIMIT ?2)",
	[AUTOSAVES_COUNT] = "SELECT count(*) FROM (SELECT 1 " OLD_AUTOSAVES " LIMIT ?2)",
	[AUTOSAVES_NEXT] = "SELECT a.id " OLD_AUTOSAVES " LIMIT 1",
	/* What was typed and then not saved is a version of the post, thinned as others are. */
	[AUTOSAVES_KEEP] = "INSERT INTO revision (post_id, user_id, created_ms, kind, name, title, fields, markdown) "
		"SELECT a.post_id, a.user_id, a.saved_ms, 'autosave', '', a.title, a.fields, a.markdown FROM autosave a "
		"CROSS JOIN post p ON p.id = a.post_id CROSS JOIN post_body b ON b.post_id = p.id "
		"WHERE a.id = ?1 AND (p.title <> a.title OR b.markdown <> a.markdown)",
	[AUTOSAVES_REMOVE] = "DELETE FROM autosave WHERE id = ?1",
	[OUTBOX_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE expires_ms < ?1 LIMIT ?2)",
	[OUTBOX_REMOVE] = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE expires_ms < ?1 LIMIT ?2)",
	[LINKS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM access_link WHERE expires_ms < ?1 LIMIT ?2)",
	[LINKS_REMOVE] = ("DELETE FROM access_link WHERE token_hash IN "
			  "(SELECT token_hash FROM access_link WHERE expires_ms < ?1 LIMIT ?2)"),
	[PREVIEWS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM preview_link WHERE expires_ms < ?1 LIMIT ?2)",
	[PREVIEWS_REMOVE] = ("DELETE FROM preview_link WHERE id IN "
			     "(SELECT id FROM preview_link WHERE expires_ms < ?1 LIMIT ?2)"),
	[BULKS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM bulk WHERE at_ms < ?1 LIMIT ?2)",
	[BULKS_REMOVE] = "DELETE FROM bulk WHERE user_id IN (SELECT user_id FROM bulk WHERE at_ms < ?1 LIMIT ?2)",
};

enum { MISSING_COUNT, MISSING_REMOVE, HITS_COUNT, HITS_REMOVE, SESSIONS_COUNT, SESSIONS_REMOVE, ATTEMPTS_COUNT, ATTEMPTS_REMOVE, LIMITS_COUNT, LIMITS_REMOVE,
       PRESENCE_COUNT, PRESENCE_REMOVE, TRAFFIC_SQL__MAX };

static const char *const traffic_sql[TRAFFIC_SQL__MAX] = {
	[SESSIONS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM session WHERE expires_ms < ?1 LIMIT ?2)",
	[SESSIONS_REMOVE] = "DELETE FROM session WHERE token_hash IN "
			    "(SELECT token_hash FROM session WHERE expires_ms < ?1 LIMIT ?2)",
	[MISSING_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM missing WHERE last_ms < ?1 LIMIT ?2)",
	[MISSING_REMOVE] = ("DELETE FROM missing WHERE path IN "
			    "(SELECT path FROM missing WHERE last_ms < ?1 LIMIT ?2)"),
	[HITS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM redirect_hit WHERE last_ms < ?1 LIMIT ?2)",
	[HITS_REMOVE] = ("DELETE FROM redirect_hit WHERE from_path IN "
			 "(SELECT from_path FROM redirect_hit WHERE last_ms < ?1 LIMIT ?2)"),
	[ATTEMPTS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM login_attempt WHERE at_ms < ?1 LIMIT ?2)",
	[ATTEMPTS_REMOVE] = "DELETE FROM login_attempt WHERE id IN "
			    "(SELECT id FROM login_attempt WHERE at_ms < ?1 LIMIT ?2)",
	[LIMITS_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM rate_limit WHERE at_ms < ?1 LIMIT ?2)",
	[LIMITS_REMOVE] = "DELETE FROM rate_limit WHERE key IN (SELECT key FROM rate_limit WHERE at_ms < ?1 LIMIT ?2)",
	[PRESENCE_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM presence WHERE seen_ms < ?1 LIMIT ?2)",
	[PRESENCE_REMOVE] = "DELETE FROM presence WHERE (post_id, user_id) IN "
			    "(SELECT post_id, user_id FROM presence WHERE seen_ms < ?1 LIMIT ?2)",
};

const struct statements expiry_statements = { "expiry.c", sql, SQL__MAX };
const struct statements expiry_traffic_statements = { "expiry.c, traffic", traffic_sql, TRAFFIC_SQL__MAX };

static enum rc remove_trash(struct db_tx *tx, int64_t before_ms, int64_t limit, int64_t *removed, struct err *err);

static enum rc remove_autosaves(struct db_tx *tx, int64_t before_ms, int64_t limit, int64_t *removed, struct err *err);

static const struct rule {
	const char *name;
	bool of_traffic;
	int64_t kept_ms;       /* after the time that the row has */
	int count, remove;     /* places in the tables above */
	/* Instead of `remove`, where a row takes more than itself with it. */
	enum rc (*remove_rows)(struct db_tx *tx, int64_t before_ms, int64_t limit, int64_t *removed, struct err *err);
} rules[EXPIRY_KIND__MAX] = {
	[EXPIRY_RECEIPTS] = { "receipts", false, 7 * DAY_MS, RECEIPTS_COUNT, RECEIPTS_REMOVE, NULL },
	[EXPIRY_TASK_RUNS] = { "task_runs", false, 90 * DAY_MS, RUNS_COUNT, RUNS_REMOVE, NULL },
	[EXPIRY_JOBS] = { "jobs", false, 7 * DAY_MS, JOBS_COUNT, JOBS_REMOVE, NULL },
	[EXPIRY_DEAD_JOBS] = { "dead_jobs", false, 90 * DAY_MS, DEAD_JOBS_COUNT, DEAD_JOBS_REMOVE, NULL },
	[EXPIRY_TRASH] = { "trash", false, 30 * DAY_MS, TRASH_COUNT, -1, remove_trash },
	[EXPIRY_AUDIT] = { "audit", false, 400 * DAY_MS, AUDIT_COUNT, AUDIT_REMOVE, NULL },
	[EXPIRY_AUDIT_PASSING] = { "audit_passing", false, 90 * DAY_MS, PASSING_COUNT, PASSING_REMOVE, NULL },
	[EXPIRY_AUTOSAVES] = { "autosaves", false, 90 * DAY_MS, AUTOSAVES_COUNT, -1, remove_autosaves },
	[EXPIRY_OUTBOX] = { "outbox", false, 0, OUTBOX_COUNT, OUTBOX_REMOVE, NULL },
	[EXPIRY_ACCESS_LINKS] = { "access_links", false, 0, LINKS_COUNT, LINKS_REMOVE, NULL },
	[EXPIRY_BULKS] = { "bulk_actions", false, BULK_KEPT_MS, BULKS_COUNT, BULKS_REMOVE, NULL },
	[EXPIRY_SESSIONS] = { "sessions", true, 0, SESSIONS_COUNT, SESSIONS_REMOVE, NULL },
	[EXPIRY_LOGIN_ATTEMPTS] = { "login_attempts", true, 30 * DAY_MS, ATTEMPTS_COUNT, ATTEMPTS_REMOVE, NULL },
	[EXPIRY_PREVIEW_LINKS] = { "preview_links", false, 0, PREVIEWS_COUNT, PREVIEWS_REMOVE, NULL },
	[EXPIRY_PRESENCE] = { "presence", true, DAY_MS / 24, PRESENCE_COUNT, PRESENCE_REMOVE, NULL },
	[EXPIRY_MISSING] = { "missing", true, 90 * DAY_MS, MISSING_COUNT, MISSING_REMOVE, NULL },
	[EXPIRY_REDIRECT_HITS] = { "redirect_hits", true, 3 * 365 * DAY_MS, HITS_COUNT, HITS_REMOVE, NULL },
	[EXPIRY_RATE_LIMITS] = { "rate_limits", true, DAY_MS, LIMITS_COUNT, LIMITS_REMOVE, NULL },
};

const char *expiry_name(enum expiry_kind kind)
{
	return rules[kind].name;
}

bool expiry_is_of_traffic(enum expiry_kind kind)
{
	return rules[kind].of_traffic;
}

static const char *statement(const struct rule *rule, int at)
{
	return rule->of_traffic ? traffic_sql[at] : sql[at];
}

enum rc expiry_count(struct db_ro *db, enum expiry_kind kind, int64_t now_ms, int64_t limit, int64_t *out,
		     struct err *err)
{
	const struct rule *rule = &rules[kind];
	struct db_stmt *st;
	enum rc rc = db_query(db, statement(rule, rule->count), &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms - rule->kept_ms);
	db_bind_i64(st, 2, limit);
	return rows_i64(st, out, err);
}

/* 0: there is none. */
static enum rc next_of(struct db_ro *db, int statement, int64_t before_ms, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, before_ms);
	return rows_i64(st, id, err);
}

static enum rc remove_trash(struct db_tx *tx, int64_t before_ms, int64_t limit, int64_t *removed, struct err *err)
{
	enum rc rc = RC_OK;
	int64_t id = 0;
	for (*removed = 0; *removed < limit; ++*removed) {
		rc = next_of(db_tx_ro(tx), TRASH_NEXT, before_ms, &id, err);
		if (rc != RC_OK || id == 0)
			break;
		rc = post_delete(tx, id, err);
		if (rc != RC_OK)
			break;
	}
	return rc;
}

static enum rc remove_autosaves(struct db_tx *tx, int64_t before_ms, int64_t limit, int64_t *removed, struct err *err)
{
	enum rc rc = RC_OK;
	int64_t id = 0;
	for (*removed = 0; rc == RC_OK && *removed < limit; ++*removed) {
		rc = next_of(db_tx_ro(tx), AUTOSAVES_NEXT, before_ms, &id, err);
		if (rc != RC_OK || id == 0)
			break;
		rc = rows_run_for(tx, sql[AUTOSAVES_KEEP], id, err);
		if (rc == RC_OK)
			rc = rows_run_for(tx, sql[AUTOSAVES_REMOVE], id, err);
	}
	return rc;
}

enum rc expiry_remove(struct db_tx *tx, enum expiry_kind kind, int64_t now_ms, int64_t limit, int64_t *removed,
		      struct err *err)
{
	const struct rule *rule = &rules[kind];
	struct db_stmt *st;
	if (rule->remove_rows)
		return rule->remove_rows(tx, now_ms - rule->kept_ms, limit, removed, err);
	enum rc rc = db_prepare(tx, statement(rule, rule->remove), &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms - rule->kept_ms);
	db_bind_i64(st, 2, limit);
	return db_run(st, removed, err);
}
