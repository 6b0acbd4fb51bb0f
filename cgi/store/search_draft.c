/* search_draft.c: words of what the public search does not have. */
#include "base/base.h"
#include "store/rows.h"
#include "store/search_draft.h"
#include "store/search_words.h"

#define DRAFT_TEXT_MAX_B ((size_t)64 << 20)

enum { TEXTS, PUT, DROP, TODO, TODO_DONE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[TEXTS] = ("SELECT p.title, (SELECT group_concat(t.name, ' ') FROM post_tag pt CROSS JOIN tag t ON t.id = pt.tag_id "
		  "WHERE pt.post_id = p.id), b.markdown FROM post p CROSS JOIN post_body b ON b.post_id = p.id "
		  "WHERE p.id = ?1 AND (p.status <> 'published' OR p.visibility <> 'public' OR p.published_ms IS NULL)"),
	[PUT] = "INSERT INTO draft_fts (rowid, title, tags, body) VALUES (?1, ?2, ?3, ?4)",
	[DROP] = "DELETE FROM draft_fts WHERE rowid = ?1",
	[TODO] = "SELECT post_id FROM draft_todo ORDER BY post_id LIMIT 1",
	[TODO_DONE] = "DELETE FROM draft_todo WHERE post_id = ?1",
};

const struct statements search_draft_statements = { "search_draft.c", sql, SQL__MAX };

static struct str words_of(struct buf *words, struct str text)
{
	buf_init(words, DRAFT_TEXT_MAX_B);
	search_words_text(words, text);
	return words->len ? buf_view(words) : STR("");
}

static enum rc insert(struct db_tx *tx, int64_t post_id, struct db_stmt *texts, struct err *err)
{
	struct db_stmt *st;
	struct buf title, tags, body;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_str(st, 2, words_of(&title, db_col_str(texts, 0)));
	db_bind_str(st, 3, words_of(&tags, db_col_str(texts, 1)));
	db_bind_str(st, 4, words_of(&body, db_col_str(texts, 2)));
	rc = buf_status(&body, "the text", err);
	if (rc == RC_OK)
		rc = db_run(st, NULL, err);
	db_done(st);
	buf_release(&title);
	buf_release(&tags);
	buf_release(&body);
	return rc;
}

enum rc search_draft_put(struct db_tx *tx, int64_t post_id, struct err *err)
{
	struct db_stmt *st;
	bool row = false;
	enum rc rc = rows_run_for(tx, sql[DROP], post_id, err);
	if (rc == RC_OK)
		rc = rows_run_for(tx, sql[TODO_DONE], post_id, err);
	if (rc == RC_OK)
		rc = db_query(db_tx_ro(tx), sql[TEXTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = db_step(st, &row, err);
	if (rc == RC_OK && row)
		rc = insert(tx, post_id, st, err);
	db_done(st);
	return rc;
}

enum rc search_draft_catch_up(struct db_tx *tx, int max, int *done, bool *more, struct err *err)
{
	enum rc rc = RC_OK;
	*more = true;
	for (*done = 0; rc == RC_OK && *more && *done <= max; ++*done) {
		struct db_stmt *st;
		int64_t post_id = 0;
		rc = db_query(db_tx_ro(tx), sql[TODO], &st, err);
		if (rc == RC_OK)
			rc = rows_i64(st, &post_id, err);
		*more = rc == RC_OK && post_id != 0;
		if (!*more || *done == max)
			break;
		rc = search_draft_put(tx, post_id, err);
	}
	return rc;
}
