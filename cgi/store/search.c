/* search.c: full text search over what is publicly visible: ranked, at a flat cost. */
#include "base/base.h"
#include "db/fts.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/search_nearest.h"
#include "store/search_number.h"
#include "store/search_query.h"
#include "store/search_snippet.h"

#include <math.h>

#define YEAR_MS 31557600000.0
#define RECENCY 0.3          /* how much a post of today counts more than an old one */
#define CANDIDATES 3         /* nearest words that are tried for one that nobody wrote */
#define TITLE_CHARS 300

/* The window is read by falling number straight from the index: no sort, no pass over all matches, and no
 * look at a post but for those of the current second, which may be of its rest. */
#define WINDOW(fts) \
	"SELECT " fts ".rowid, platen_rank(" fts ", ?2) FROM " fts " WHERE " fts " MATCH ?1 " \
	"AND " fts ".rowid < ?3 AND (" fts ".rowid < ?4 OR EXISTS (SELECT 1 FROM search_doc d CROSS JOIN post p ON p.id = d.post_id " \
	"WHERE d.number = " fts ".rowid AND p.published_ms <= ?5)) ORDER BY " fts ".rowid DESC LIMIT ?6"

enum { WINDOW_ALL, WINDOW_HEAD, POST, BODY, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[WINDOW_ALL] = WINDOW("search_fts"),
	[WINDOW_HEAD] = WINDOW("search_head_fts"),
	/* What the index should have told is asked again of what is shown. */
	[POST] = ("SELECT p.id FROM search_doc d CROSS JOIN post p ON p.id = d.post_id WHERE d.number = ?1 "
		  "AND p.status = 'published' AND p.visibility = 'public' AND p.published_ms <= ?2"),
	[BODY] = "SELECT body FROM post_text WHERE post_id = ?1",
};

const struct statements search_statements = { "search.c", sql, SQL__MAX };

struct match {
	int64_t number; /* search_number.h */
	double rank;
};

struct search {
	struct db_ro *db;
	const struct search_query *query;
	struct arena *arena;
	struct search_terms terms;
	struct rows found; /* struct match */
	bool more;
};

static void read_match(struct db_stmt *st, struct arena *arena, void *item)
{
	struct match *match = item;
	(void)arena;
	match->number = db_col_i64(st, 0);
	match->rank = db_col_f64(st, 1);
}

static enum rc read_window(struct search *s, int statement, struct str match, int64_t exact, struct rows *rows,
			   struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(s->db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, match);
	db_bind_i64(st, 2, exact);
	db_bind_i64(st, 3, search_number_from(s->query->now_ms, 1));
	db_bind_i64(st, 4, search_number_from(s->query->now_ms, 0));
	db_bind_i64(st, 5, s->query->now_ms);
	db_bind_i64(st, 6, SEARCH_WINDOW + 1);
	return rows_all(st, rows, read_match, err);
}

/* Both lists are by falling number. What is in both keeps the rank of the whole text. */
static enum rc merge(struct rows *found, const struct rows *heads, struct err *err)
{
	size_t count = found->count, i = 0;
	const struct match *head = (const struct match *)heads->items;
	enum rc rc = RC_OK;
	for (size_t j = 0; rc == RC_OK && j < heads->count; j++) {
		void *item;
		while (i < count && ((struct match *)found->items)[i].number > head[j].number)
			i++;
		if (i < count && ((struct match *)found->items)[i].number == head[j].number)
			continue;
		rc = rows_add(found, &item, err);
		if (rc == RC_OK)
			*(struct match *)item = head[j];
	}
	return rc;
}

static int by_rank(const void *left, const void *right)
{
	const struct match *a = left, *b = right;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return (b->number > a->number) - (b->number < a->number);
}

static void rank(struct search *s)
{
	struct match *matches = (struct match *)s->found.items;
	for (size_t i = 0; i < s->found.count; i++) {
		double years = (double)(s->query->now_ms - search_number_ms(matches[i].number)) / YEAR_MS;
		matches[i].rank *= 1 + RECENCY * exp2(-years);
	}
	if (s->found.count)
		qsort(matches, s->found.count, sizeof *matches, by_rank);
}

static enum rc find(struct search *s, struct err *err)
{
	struct str completions[SEARCH_COMPLETIONS_MAX];
	size_t count = 0;
	int64_t exact;
	enum rc rc = RC_OK;
	const struct search_term *open = search_terms_open(&s->terms);

	s->found = (struct rows)ROWS_INIT(s->arena, struct match);
	if (open)
		rc = search_completions(s->db, open->words, s->arena, completions, COUNT_OF(completions), &count, err);
	if (rc != RC_OK)
		return rc;
	struct str match = search_terms_match(&s->terms, completions, count, s->arena, &exact);
	rc = read_window(s, WINDOW_ALL, match, exact, &s->found, err);
	s->more = rc == RC_OK && s->found.count > SEARCH_WINDOW;
	if (s->more) {
		struct rows heads = ROWS_INIT(s->arena, struct match);
		s->found.count = SEARCH_WINDOW;
		rc = read_window(s, WINDOW_HEAD, match, exact, &heads, err);
		if (rc == RC_OK)
			rc = merge(&s->found, &heads, err);
	}
	if (rc == RC_OK)
		rank(s);
	return rc;
}

/* Puts the nearest known word in place of each unknown one; `choice` is which of the nearest for the
 * first of them. *changed false: there is nothing (more) to try. */
static enum rc correct(struct search *s, const struct search_terms *typed, size_t choice, bool *changed,
		       struct err *err)
{
	enum rc rc = RC_OK;
	bool first = true;
	s->terms = *typed;
	*changed = false;
	for (size_t i = 0; rc == RC_OK && i < typed->count; i++) {
		struct search_term *term = &s->terms.items[i];
		struct str nearest[CANDIDATES];
		size_t count = 0, pick = first ? choice : 0;
		bool known = true;
		if (term->excluded || term->word_count != 1 || term->alone)
			continue;
		rc = search_is_known(s->db, term->words, &known, err);
		if (rc == RC_OK && !known)
			rc = search_nearest(s->db, term->words, s->arena, nearest, CANDIDATES, &count, err);
		if (rc != RC_OK || known)
			continue;
		if (pick >= count) {
			*changed = false;
			return rc;
		}
		term->typed = term->words = nearest[pick];
		*changed = true;
		first = false;
	}
	return rc;
}

static enum rc try_corrections(struct search *s, struct str *corrected, struct err *err)
{
	struct search_terms typed = s->terms;
	enum rc rc = RC_OK;
	for (size_t choice = 0; rc == RC_OK && choice < CANDIDATES; choice++) {
		bool changed;
		rc = correct(s, &typed, choice, &changed, err);
		if (rc != RC_OK || !changed)
			return rc;
		rc = find(s, err);
		if (rc == RC_OK && s->found.count) {
			*corrected = search_terms_text(&s->terms, s->arena);
			return RC_OK;
		}
	}
	return rc;
}

static enum rc read_snippet(struct search *s, int64_t id, struct str *out, struct err *err)
{
	struct db_stmt *st;
	bool row;
	enum rc rc = db_query(s->db, sql[BODY], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rc = db_step(st, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	*out = search_snippet(db_col_str(st, 0), &s->terms, SEARCH_SNIPPET_CHARS, s->arena);
	db_done(st);
	return RC_OK;
}

/* *shown false: it is not public, or is none any more. */
static enum rc read_hit(struct search *s, const struct match *match, struct search_hit *hit, bool *shown,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(s->db, sql[POST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, match->number);
	db_bind_i64(st, 2, s->query->now_ms);
	rc = db_step(st, shown, err);
	if (rc != RC_OK || !*shown)
		return rc;
	int64_t id = db_col_i64(st, 0);
	db_done(st);
	rc = post_card_get(s->db, id, s->query->flags, s->arena, &hit->card, err);
	if (rc == RC_OK)
		rc = read_snippet(s, id, &hit->snippet, err);
	if (rc == RC_OK)
		hit->title = search_snippet(hit->card.title, &s->terms, TITLE_CHARS, s->arena);
	return rc;
}

static enum rc fill_hits(struct search *s, struct search_result *result, struct err *err)
{
	const struct search_query *q = s->query;
	const struct match *matches = (const struct match *)s->found.items;
	int64_t from = q->offset < 0 ? 0 : q->offset, limit = q->limit < 1 ? 1 : q->limit;
	enum rc rc = RC_OK;

	if (from >= (int64_t)s->found.count)
		return RC_OK;
	if (limit > (int64_t)s->found.count - from)
		limit = (int64_t)s->found.count - from;
	result->hits = arena_try(s->arena, (size_t)limit * sizeof *result->hits);
	if (!result->hits)
		return err_set(err, RC_LIMIT, "the search result is larger than this request's memory");
	memset(result->hits, 0, (size_t)limit * sizeof *result->hits);
	for (size_t i = (size_t)from; rc == RC_OK && i < s->found.count && result->count < (size_t)limit; i++) {
		bool shown = false;
		rc = read_hit(s, &matches[i], &result->hits[result->count], &shown, err);
		result->count += shown;
		result->total -= !shown;
	}
	return rc;
}

enum rc search_posts(struct db_ro *db, const struct search_query *query, struct arena *arena,
		     struct search_result *out, struct err *err)
{
	struct search s = { .db = db, .query = query, .arena = arena };
	struct search_result result = { .count = 0 };
	enum rc rc = db_fts_enable(db, err);
	if (rc == RC_OK)
		rc = search_terms_parse(query->text, arena, &s.terms, err);
	if (rc != RC_OK)
		return rc;
	if (s.terms.required == 0) {
		result.empty_query = true;
	} else {
		rc = find(&s, err);
		if (rc == RC_OK && s.found.count == 0)
			rc = try_corrections(&s, &result.corrected, err);
		result.total = (int64_t)s.found.count;
		result.more = s.more;
		if (rc == RC_OK)
			rc = fill_hits(&s, &result, err);
	}
	if (rc == RC_OK)
		*out = result;
	return rc;
}
