/* search_retag.c: the search index follows tags that are renamed, merged or deleted. */
#include "base/base.h"

#include "store/rows.h"
#include "store/search.h"
#include "store/search_draft.h"
#include "store/search_retag.h"
#include "store/tag.h"

#define TEXT_MAX_B ((size_t)64 << 20)
#define NAMES_MAX_B ((size_t)64 << 10)

enum { ADD, NEXT, TEXT, DONE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT OR IGNORE INTO search_retag (post_id) SELECT post_id FROM post_tag WHERE tag_id = ?1",
	[NEXT] = "SELECT post_id FROM search_retag ORDER BY post_id LIMIT 1",
	[TEXT] = "SELECT title, body FROM post_text WHERE post_id = ?1",
	[DONE] = "DELETE FROM search_retag WHERE post_id = ?1",
};

const struct statements search_retag_statements = { "search_retag.c", sql, SQL__MAX };

enum rc search_retag_add(struct db_tx *tx, int64_t tag_id, struct err *err)
{
	return rows_run_for(tx, sql[ADD], tag_id, err);
}

static enum rc next(struct db_ro *db, int64_t *post_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[NEXT], &st, err);
	return rc == RC_OK ? rows_i64(st, post_id, err) : rc;
}

static enum rc names_of(struct db_ro *db, int64_t post_id, struct arena *arena, struct str *names, struct err *err)
{
	struct tags tags;
	struct buf out = BUF_INIT(NAMES_MAX_B);
	enum rc rc = tag_list_of_post(db, post_id, arena, &tags, err);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++) {
		if (i > 0)
			buf_char(&out, ' ');
		buf_str(&out, tags.items[i].name);
	}
	if (rc == RC_OK)
		rc = buf_status(&out, "the list of tags", err);
	if (rc == RC_OK)
		*names = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return rc;
}

/* One that is not searchable has no text here, but its words among the drafts. */
static enum rc put(struct db_tx *tx, int64_t post_id, struct arena *arena, struct err *err)
{
	struct db_stmt *st;
	struct str names;
	enum rc rc = db_query(db_tx_ro(tx), sql[TEXT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_first(st, "the text", err);
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? search_draft_put(tx, post_id, err) : rc;
	struct str title = db_col_dup(st, 0, arena), body = db_col_dup(st, 1, arena);
	rc = db_col_status(st, err);
	db_done(st);
	if (rc == RC_OK)
		rc = names_of(db_tx_ro(tx), post_id, arena, &names, err);
	return rc == RC_OK ? search_put(tx, post_id, title, body, names, NULL, err) : rc;
}

enum rc search_retag(struct db_tx *tx, int max, bool *more, struct err *err)
{
	struct arena arena;
	int64_t post_id = 0;
	arena_init(&arena, TEXT_MAX_B);
	enum rc rc = next(db_tx_ro(tx), &post_id, err);
	for (int i = 0; rc == RC_OK && post_id && i < max; i++) {
		rc = put(tx, post_id, &arena, err);
		if (rc == RC_OK)
			rc = rows_run_for(tx, sql[DONE], post_id, err);
		if (rc == RC_OK)
			rc = next(db_tx_ro(tx), &post_id, err);
		arena_reset(&arena);
	}
	arena_release(&arena);
	if (rc == RC_OK)
		*more = post_id != 0;
	return rc;
}
