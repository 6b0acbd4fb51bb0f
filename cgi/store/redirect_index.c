/* redirect_index.c: the index of parts of addresses that redirects are found by. */
#include "base/base.h"

#include "base/utf8.h"
#include "store/redirect_index.h"
#include "store/rows.h"

#define INDEXED_CHARS 3        /* the index has no shorter parts */
#define ADDRESSES_MAX_B ((size_t)1 << 20)

enum { NEXT, TAKE_OUT, DROP_TEXT, PUT_TEXT, PUT_IN, DONE, MATCHES, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[NEXT] = "SELECT from_path FROM redirect_todo ORDER BY from_path LIMIT 1",
	[TAKE_OUT] = "INSERT INTO redirect_fts (redirect_fts, rowid, from_path, target) "
		"SELECT 'delete', id, from_path, target FROM redirect_text WHERE from_path = ?1",
	[DROP_TEXT] = "DELETE FROM redirect_text WHERE from_path = ?1",
	[PUT_TEXT] = "INSERT INTO redirect_text (from_path, target) SELECT r.from_path, coalesce(r.to_path, p.path, '') "
		"FROM redirect r LEFT JOIN post p ON p.id = r.post_id WHERE r.from_path = ?1",
	[PUT_IN] = "INSERT INTO redirect_fts (rowid, from_path, target) "
		"SELECT id, from_path, target FROM redirect_text WHERE from_path = ?1",
	[DONE] = "DELETE FROM redirect_todo WHERE from_path = ?1",
	[MATCHES] = "SELECT (SELECT count(*) FROM (SELECT 1 FROM redirect_fts WHERE redirect_fts MATCH ?1 LIMIT ?2)) + "
		"(SELECT count(*) FROM (SELECT 1 FROM redirect_todo LIMIT ?2))",
};

const struct statements redirect_index_statements = { "redirect_index.c", sql, SQL__MAX };

static enum rc next(struct db_tx *tx, struct arena *arena, struct str *from_path, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_prepare(tx, sql[NEXT], &st, err);
	if (rc == RC_OK)
		rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*from_path = row ? db_col_dup(st, 0, arena) : STR_NONE;
	rc = row ? db_col_status(st, err) : RC_OK;
	db_done(st);
	return rc;
}

static enum rc renew(struct db_tx *tx, struct str from_path, struct err *err)
{
	enum rc rc = RC_OK;
	for (int step = TAKE_OUT; rc == RC_OK && step <= DONE; step++) {
		struct db_stmt *st;
		rc = db_prepare(tx, sql[step], &st, err);
		if (rc != RC_OK)
			return rc;
		db_bind_str(st, 1, from_path);
		rc = db_run(st, NULL, err);
	}
	return rc;
}

enum rc redirect_index_work(struct db_tx *tx, int max, struct err *err)
{
	struct arena arena;
	struct str from_path;
	arena_init(&arena, ADDRESSES_MAX_B);
	enum rc rc = next(tx, &arena, &from_path, err);
	for (int i = 0; rc == RC_OK && str_given(from_path) && i < max; i++) {
		rc = renew(tx, from_path, err);
		arena_reset(&arena);
		if (rc == RC_OK)
			rc = next(tx, &arena, &from_path, err);
	}
	arena_release(&arena);
	return rc;
}

/* A string of FTS5's query language. */
static struct str quoted(struct str part, struct arena *arena)
{
	struct buf phrase = BUF_INIT(2 * part.n + 2);
	buf_char(&phrase, '"');
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '"')
			buf_char(&phrase, '"');
		buf_char(&phrase, part.p[i]);
	}
	buf_char(&phrase, '"');
	struct str out = arena_str(arena, buf_view(&phrase));
	buf_release(&phrase);
	return out;
}

enum rc redirect_index_ask(struct db_ro *db, struct str part, int64_t limit, struct arena *arena, struct str *phrase,
			   int64_t *count, struct err *err)
{
	struct db_stmt *st;
	*phrase = STR_NONE;
	*count = 0;
	if (utf8_count(part) < INDEXED_CHARS || str_has_control(part) || !utf8_valid(part))
		return RC_OK;
	struct str asked = quoted(part, arena);
	enum rc rc = db_query(db, sql[MATCHES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, asked);
	db_bind_i64(st, 2, limit);
	rc = rows_i64(st, count, err);
	if (rc == RC_OK)
		*phrase = asked;
	return rc;
}
