/* search_draft.c: words of what the public search does not have. */
#include "base/base.h"
#include "db/fts.h"
#include "store/rows.h"
#include "store/search_draft.h"
#include "store/search_nearest.h"
#include "store/search_query.h"
#include "store/search_words.h"

#define DRAFT_TEXT_MAX_B ((size_t)64 << 20)
#define MATCH_MAX_B ((size_t)64 << 10)

enum { TEXTS, PUT, DROP, TODO, TODO_DONE, FIND, FIND_DRAFTS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[TEXTS] = ("SELECT p.title, (SELECT group_concat(t.name, ' ') FROM post_tag pt CROSS JOIN tag t ON t.id = pt.tag_id "
		  "WHERE pt.post_id = p.id), b.markdown FROM post p CROSS JOIN post_body b ON b.post_id = p.id "
		  "WHERE p.id = ?1 AND (p.status <> 'published' OR p.visibility <> 'public' OR p.published_ms IS NULL)"),
	[PUT] = "INSERT INTO draft_fts (rowid, title, tags, body) VALUES (?1, ?2, ?3, ?4)",
	[DROP] = "DELETE FROM draft_fts WHERE rowid = ?1",
	[TODO] = "SELECT post_id FROM draft_todo ORDER BY post_id LIMIT 1",
	[TODO_DONE] = "DELETE FROM draft_todo WHERE post_id = ?1",
	/* By falling number, which is by time: neither is sorted. */
	[FIND] = ("SELECT json_group_array(k.post_id) FROM (SELECT d.post_id FROM search_fts CROSS JOIN search_doc d "
		  "ON d.number = search_fts.rowid WHERE search_fts MATCH ?1 AND d.post_id IS NOT NULL "
		  "ORDER BY search_fts.rowid DESC LIMIT ?2) k"),
	[FIND_DRAFTS] = ("SELECT json_group_array(k.id) FROM (SELECT rowid AS id FROM draft_fts WHERE draft_fts MATCH ?1 "
			 "ORDER BY rowid DESC LIMIT ?2) k"),
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

/* The expression for an index that has no vocabulary: the open word is a beginning. */
static struct str draft_match(const struct search_terms *terms, struct arena *arena)
{
	int64_t exact;
	const struct search_term *open = search_terms_open(terms);
	struct str match = search_terms_match(terms, NULL, 0, arena, &exact);
	if (!open)
		return match;
	/* What is open is the last of what is required: ("a" AND ("b")) NOT "c". */
	struct str closed = ARENA_JOIN(arena, STR("(\""), open->words, STR("\"))"));
	ptrdiff_t at = str_find(match, closed);
	struct str begun = ARENA_JOIN(arena, STR("(\""), open->words, STR("\" *))"));
	if (at < 0)
		return match;
	return ARENA_JOIN(arena, str_sub(match, 0, (size_t)at), begun, str_from(match, (size_t)at + closed.n));
}

static enum rc find(struct db_ro *db, int statement, struct str match, int64_t max, struct arena *arena, struct str *ids,
		    struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, match);
	db_bind_i64(st, 2, max);
	rc = rows_first(st, "the list", err);
	if (rc != RC_OK)
		return rc;
	*ids = db_col_dup(st, 0, arena);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

static int64_t count_of(struct str ids)
{
	int64_t n = ids.n > 2;
	for (size_t i = 0; i < ids.n; i++)
		n += ids.p[i] == ',';
	return n;
}

/* "[1,2]" and "[3]" is "[1,2,3]". */
static struct str joined(struct str a, struct str b, struct arena *arena)
{
	if (a.n <= 2 || b.n <= 2)
		return a.n > 2 ? a : b;
	return ARENA_JOIN(arena, str_sub(a, 0, a.n - 1), STR(","), str_from(b, 1));
}

enum rc search_ids(struct db_ro *db, struct str text, int64_t max, struct arena *arena, struct str *ids, bool *more,
		   bool *empty, struct err *err)
{
	struct search_terms terms;
	struct str completions[SEARCH_COMPLETIONS_MAX], public_ids = STR("[]"), draft_ids = STR("[]");
	size_t count = 0;
	int64_t exact;
	enum rc rc = db_fts_enable(db, err);
	if (rc == RC_OK)
		rc = search_terms_parse(text, arena, &terms, err);
	if (rc != RC_OK)
		return rc;
	*empty = terms.required == 0;
	const struct search_term *open = search_terms_open(&terms);
	if (open && !*empty)
		rc = search_completions(db, open->words, arena, completions, COUNT_OF(completions), &count, err);
	if (rc == RC_OK && !*empty)
		rc = find(db, FIND, search_terms_match(&terms, completions, count, arena, &exact), max, arena, &public_ids, err);
	if (rc == RC_OK && !*empty)
		rc = find(db, FIND_DRAFTS, draft_match(&terms, arena), max, arena, &draft_ids, err);
	if (rc != RC_OK)
		return rc;
	*more = count_of(public_ids) >= max || count_of(draft_ids) >= max;
	*ids = joined(public_ids, draft_ids, arena);
	return RC_OK;
}
