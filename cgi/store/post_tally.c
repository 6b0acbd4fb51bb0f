/* post_tally.c: how many posts there are of each status, and in which languages. */
#include "base/base.h"
#include "store/post.h"
#include "store/post_tally.h"
#include "store/rows.h"

enum { KEPT, FUTURE, FUTURE_OWN, NEXT_LANG, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[KEPT] = "SELECT status, n FROM post_tally WHERE user_id = ?1",
	[FUTURE] = "SELECT count(*) FROM post INDEXED BY post_due WHERE status = 'published' AND published_ms > ?2 AND ?1 = ?1",
	[FUTURE_OWN] = ("SELECT count(*) FROM post INDEXED BY post_due WHERE status = 'published' AND published_ms > ?2 "
		"AND instr(author_ids, ',' || ?1 || ',')"),
	[NEXT_LANG] = "SELECT lang FROM post INDEXED BY post_lang WHERE lang > ?1 AND lang <> '' ORDER BY lang LIMIT 1",
};

const struct statements post_tally_statements = { "post_tally.c", sql, SQL__MAX };

static void add(struct post_tally *tally, struct str status, int64_t n)
{
	if (str_is(status, POST_STATUS_TRASH)) {
		tally->trash += n;
		return;
	}
	tally->all += n;
	if (str_is(status, POST_STATUS_DRAFT))
		tally->drafts += n;
	else if (str_is(status, POST_STATUS_REVIEW))
		tally->review += n;
	else if (str_is(status, POST_STATUS_PUBLISHED))
		tally->published += n;
}

static enum rc read_kept(struct db_ro *db, int64_t user_id, struct post_tally *tally, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(db, sql[KEPT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	while ((rc = db_step(st, &row, err)) == RC_OK && row)
		add(tally, db_col_str(st, 0), db_col_i64(st, 1));
	return rc;
}

enum rc post_tally(struct db_ro *db, int64_t viewer_id, int64_t now_ms, struct post_tally *out, struct err *err)
{
	struct db_stmt *st;
	struct post_tally tally = { .all = 0 };
	enum rc rc = read_kept(db, viewer_id, &tally, err);
	if (rc == RC_OK)
		rc = db_query(db, sql[viewer_id ? FUTURE_OWN : FUTURE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, viewer_id);
	db_bind_i64(st, 2, now_ms);
	rc = rows_i64(st, &tally.scheduled, err);
	tally.published -= tally.scheduled;
	if (rc == RC_OK)
		*out = tally;
	return rc;
}

enum rc post_langs(struct db_ro *db, size_t max, struct arena *arena, struct str *out, size_t *count, struct err *err)
{
	struct str last = STR("");
	enum rc rc = RC_OK;
	for (*count = 0; rc == RC_OK && *count < max; out[(*count)++] = last) {
		struct db_stmt *st;
		bool row = false;
		rc = db_query(db, sql[NEXT_LANG], &st, err);
		if (rc != RC_OK)
			return rc;
		db_bind_str(st, 1, last);
		rc = db_step(st, &row, err);
		if (rc != RC_OK || !row)
			break;
		last = db_col_dup(st, 0, arena);
		rc = db_col_status(st, err);
		db_done(st);
	}
	return rc;
}
