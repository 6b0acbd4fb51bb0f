/* search.h: full text search over what is publicly visible: ranked, with snippets, at a flat cost.
 *
 * Words are folded (case, accents: "Ärger" is "arger"); scripts written without spaces are indexed as
 * two-character words. Syntax of a query: words are all required; "a phrase" in double quotes; -word
 * excludes; the last word also matches as the beginning of a word. Nothing of FTS5's own syntax ever
 * gets through.
 *
 * Cost: the newest SEARCH_WINDOW matches (by the second of their publication) and as many by title and tags
 * are read and ranked; beyond that `more` is set and the older ones are not looked at. Ranking reads the
 * index alone, whose documents are numbered by time (search_number.h); only the posts that are given are
 * looked up. So a search costs what its matches cost, whatever the number of posts. */
#ifndef PLATEN_STORE_SEARCH_H
#define PLATEN_STORE_SEARCH_H

#include "store/post_list.h"

#define SEARCH_WINDOW 1000
#define SEARCH_QUERY_MAX_B 256    /* what is longer is cut at a character */
#define SEARCH_WORDS_MAX 12       /* further words are ignored */
#define SEARCH_SNIPPET_CHARS 200
/* Markers around a hit in title and snippet, which are plain text; neither occurs otherwise. */
#define SEARCH_HIT_BEGIN '\x02'
#define SEARCH_HIT_END '\x03'

struct search_query {
	struct str text;          /* as typed, any bytes */
	int64_t now_ms;
	int64_t limit, offset;    /* offset + limit is clamped to 2 * SEARCH_WINDOW */
	unsigned flags;           /* POST_LIST_REFS */
};

struct search_hit {
	struct post_card card;
	struct str title;         /* with markers */
	struct str snippet;       /* of the body, with markers, "…" where cut */
};

struct search_result {
	struct search_hit *hits;
	size_t count;
	int64_t total;            /* matches found; with `more`: at least that many */
	bool more;
	bool empty_query;         /* there was no word in it */
	struct str corrected;     /* nothing was found and the nearest words were tried instead: these
	                           * hits are for this text; STR_NONE: no correction */
};

/* RC_OK with count 0: nothing found. Everything lives in `arena`. */
NODISCARD enum rc search_posts(struct db_ro *db, const struct search_query *query, struct arena *arena,
			       struct search_result *out, struct err *err);

/* Puts a post's text into the index in place of what was there, or takes it out when the post is not
 * searchable (searchable: status published, visibility public; posts and pages; scheduled ones are
 * in, and hidden by time when read). Call after every post_insert/post_update/post_set_tags in the
 * same transaction. `plain` is markdown_result.plain, `tags` the tags' names with blanks between.
 * `bulk` may be NULL; else the vocabulary is collected there and written by search_bulk_end().
 * Without `bulk` it also does a few texts of search_catch_up(). What is not searchable goes into the index
 * of drafts (search_draft.h). RC_NOTFOUND: no such post. */
struct search_bulk;
NODISCARD enum rc search_put(struct db_tx *tx, int64_t post_id, struct str title, struct str plain,
			     struct str tags, struct search_bulk *bulk, struct err *err);
/* Takes a post out; before post_delete(). RC_OK when it was not in. */
NODISCARD enum rc search_remove(struct db_tx *tx, int64_t post_id, struct search_bulk *bulk, struct err *err);
/* For an import or a rebuild: makes search_put() cheaper. */
struct search_bulk *search_bulk_begin(void);
/* Writes the vocabulary in the same transaction and frees `bulk`, also on failure. tx NULL: only frees. */
NODISCARD enum rc search_bulk_end(struct search_bulk *bulk, struct db_tx *tx, struct err *err);
/* Puts up to `max` texts into the index that were stored without it: all of an older database, and those
 * that an older program wrote while this one ran. *more: there are others. Cheap when there are none. */
NODISCARD enum rc search_catch_up(struct db_tx *tx, int max, bool *more, struct err *err);
/* Empties the whole index (platen rebuild puts everything anew). */
NODISCARD enum rc search_clear(struct db_tx *tx, struct err *err);

/* The nearest words of the vocabulary to a folded word: same first two or last two characters,
 * Damerau-Levenshtein distance at most 2 (1 for words of up to 4 characters), by distance, then
 * frequency. *count is at most `max`, of which 32 count. The word itself is never among them. */
NODISCARD enum rc search_nearest(struct db_ro *db, struct str word, struct arena *arena, struct str *out,
				 size_t max, size_t *count, struct err *err);

#endif
