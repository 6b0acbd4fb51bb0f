/* search_snippet.h: the part of a text that shows best why it was found. Private to store/. */
#ifndef PLATEN_STORE_SEARCH_SNIPPET_H
#define PLATEN_STORE_SEARCH_SNIPPET_H

#include "store/search_query.h"

#define SNIPPET_SOURCE_MAX_B ((size_t)64 << 10) /* hits behind it are not looked for */

/* Plain text of about `max_chars` characters around the most different words of `terms`, hits between
 * SEARCH_HIT_BEGIN and SEARCH_HIT_END, "…" where the text was cut, blanks collapsed, control
 * characters and broken UTF-8 left out. Without a hit: the beginning. Lives in `arena`. */
struct str search_snippet(struct str text, const struct search_terms *terms, size_t max_chars,
			  struct arena *arena);

#endif
