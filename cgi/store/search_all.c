/* search_all.c: the posts that have words, of the public search and of what it does not have. */
#include "base/base.h"
#include "db/fts.h"
#include "store/rows.h"
#include "store/search_all.h"
#include "store/search_nearest.h"
#include "store/search_query.h"

/* ?2 is never given, ?3 are enough. By number, which is by time: nothing is sorted. */
#define SHOWN(behind, direction) \
	"SELECT d.post_id, d.number FROM search_fts CROSS JOIN search_doc d ON d.number = search_fts.rowid " \
	"WHERE search_fts MATCH ?1 AND search_fts.rowid " behind " ?2 AND d.post_id IS NOT NULL " \
	"ORDER BY search_fts.rowid " direction " LIMIT ?3"
#define HIDDEN(behind, direction) \
	"SELECT rowid, -9223372036854775807 FROM draft_fts WHERE draft_fts MATCH ?1 AND rowid " behind " ?2 " \
	"ORDER BY rowid " direction " LIMIT ?3"

enum { SHOWN_DOWN, SHOWN_UP, HIDDEN_DOWN, HIDDEN_UP, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[SHOWN_DOWN] = SHOWN("<", "DESC"), [SHOWN_UP] = SHOWN(">", "ASC"),
	[HIDDEN_DOWN] = HIDDEN("<", "DESC"), [HIDDEN_UP] = HIDDEN(">", "ASC"),
};

const struct statements search_all_statements = { "search_all.c", sql, SQL__MAX };

/* The expression for an index that has no vocabulary: the open word is a beginning. */
static struct str hidden_match(const struct search_terms *terms, struct arena *arena)
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

enum rc search_all_parse(struct db_ro *db, struct str text, struct arena *arena, struct search_all *out, struct err *err)
{
	struct search_terms terms;
	struct search_all words = { .empty = true };
	struct str completions[SEARCH_COMPLETIONS_MAX];
	size_t count = 0;
	int64_t exact;
	enum rc rc = db_fts_enable(db, err);
	if (rc == RC_OK)
		rc = search_terms_parse(text, arena, &terms, err);
	words.empty = rc != RC_OK || terms.required == 0;
	const struct search_term *open = words.empty ? NULL : search_terms_open(&terms);
	if (rc == RC_OK && open)
		rc = search_completions(db, open->words, arena, completions, COUNT_OF(completions), &count, err);
	if (rc != RC_OK)
		return rc;
	if (!words.empty) {
		words.shown = search_terms_match(&terms, completions, count, arena, &exact);
		words.hidden = hidden_match(&terms, arena);
	}
	*out = words;
	return RC_OK;
}

static void read_mark(struct db_stmt *st, struct arena *arena, void *item)
{
	(void)arena;
	*(struct post_mark *)item = (struct post_mark){ db_col_i64(st, 0), db_col_i64(st, 1), STR("") };
}

/* Appends to `rows`. */
static enum rc find(struct db_ro *db, int statement, struct str match, int64_t behind, int64_t max, struct rows *rows,
		    struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, match);
	db_bind_i64(st, 2, behind);
	db_bind_i64(st, 3, max);
	return rows_all(st, rows, read_mark, err);
}

enum rc search_all_ids(struct db_ro *db, const struct search_all *words, int64_t max, struct arena *arena, struct str *ids,
		       bool *more, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct post_mark);
	struct buf list = BUF_INIT((size_t)1 << 20);
	enum rc rc = RC_OK;
	if (!words->empty)
		rc = find(db, SHOWN_DOWN, words->shown, INT64_MAX, max, &rows, err);
	size_t shown = rows.count;
	if (rc == RC_OK && !words->empty)
		rc = find(db, HIDDEN_DOWN, words->hidden, INT64_MAX, max, &rows, err);
	for (size_t i = 0; i < rows.count; i++)
		buf_printf(&list, "%c%lld", i ? ',' : '[', (long long)((struct post_mark *)rows.items)[i].id);
	buf_cstr(&list, rows.count ? "]" : "[]");
	if (rc == RC_OK)
		rc = buf_status(&list, "the list of what has the words", err);
	if (rc == RC_OK) {
		*ids = arena_str(arena, buf_view(&list));
		*more = (int64_t)shown >= max || (int64_t)(rows.count - shown) >= max;
	}
	buf_release(&list);
	return rc;
}

static bool is_hidden(const struct post_mark *mark)
{
	return mark->number == -INT64_MAX;
}

/* What is before or behind the mark in one of the indexes. */
static enum rc next_of(struct search_all_walk *w, bool hidden, int64_t max, struct rows *rows, struct err *err)
{
	int64_t from = w->back ? INT64_MIN : INT64_MAX;
	bool within = w->at.id && is_hidden(&w->at) == hidden;
	/* A mark in the other index: this one comes as a whole, or was passed as a whole. */
	bool passed = w->at.id && !within && w->back == hidden;
	if (passed || !(hidden ? w->hidden : w->shown) || max <= 0)
		return RC_OK;
	if (within)
		from = hidden ? w->at.id : w->at.number;
	return find(w->db, (hidden ? HIDDEN_DOWN : SHOWN_DOWN) + w->back, hidden ? w->words->hidden : w->words->shown, from, max,
		    rows, err);
}

enum rc search_all_next(struct search_all_walk *w, int64_t max, struct arena *arena, struct post_mark **out,
			size_t *count, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct post_mark);
	enum rc rc = RC_OK;
	if (!w->words->empty)
		rc = next_of(w, w->back, max, &rows, err);
	if (rc == RC_OK && !w->words->empty)
		rc = next_of(w, !w->back, max - (int64_t)rows.count, &rows, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct post_mark *)rows.items;
	*count = rows.count;
	w->ended = rows.count == 0;
	if (rows.count)
		w->at = (*out)[rows.count - 1];
	return RC_OK;
}
