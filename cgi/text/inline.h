/* inline.h: finds the scripts and styles in a page, for its Content-Security-Policy. */
#ifndef PLATEN_TEXT_INLINE_H
#define PLATEN_TEXT_INLINE_H

#include <stdbool.h>

#include "base/str.h"
#include "text/html_token.h"

struct inline_code {
	bool script;         /* else a style element */
	struct str content;  /* between the tags, byte for byte: what a browser hashes */
	struct str src;      /* of a script that is loaded; then there is no content. STR_NONE: none */
};

/* The next style element, or script that a browser would run or load; false: none left. Data blocks
 * (type="application/ld+json") are passed over: no policy applies to them. Start with
 * { html, 0 }. O(n) for all. */
bool inline_next(struct html_reader *reader, struct inline_code *out);

#endif
