/* search_query.h: what somebody typed, as required and excluded words, and as an FTS5 expression.
 * Private to store/. */
#ifndef PLATEN_STORE_SEARCH_QUERY_H
#define PLATEN_STORE_SEARCH_QUERY_H

#include "base/base.h"
#include "store/search.h"

#define SEARCH_COMPLETIONS_MAX 16

struct search_term {
	struct str typed;        /* without quotes and minus */
	struct str words;        /* folded, a blank between: one word or a phrase */
	size_t word_count;
	bool excluded;
	bool quoted;
	bool alone;              /* one character of a script without spaces: only matches as a beginning */
};

struct search_terms {
	struct search_term items[SEARCH_WORDS_MAX];
	size_t count;
	size_t required;         /* how many are not excluded */
};

/* Any bytes; texts live in `arena` or point into `text`. RC_LIMIT only when the arena is full. */
NODISCARD enum rc search_terms_parse(struct str text, struct arena *arena, struct search_terms *out,
				     struct err *err);
/* The term that also matches as a beginning: the last one, when it is one required unquoted word of at
 * least two characters, or alone; NULL: none. */
const struct search_term *search_terms_open(const struct search_terms *terms);
/* The terms as somebody would type them. */
struct str search_terms_text(const struct search_terms *terms, struct arena *arena);

/* The FTS5 expression. `completions` belong to the open term. *exact is how many phrases come before
 * them. Only quoted words get into it, so nothing of FTS5's syntax ever does. */
struct str search_terms_match(const struct search_terms *terms, const struct str *completions, size_t count,
			      struct arena *arena, int64_t *exact);

#endif
