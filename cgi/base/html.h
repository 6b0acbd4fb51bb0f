/* html.h: finished HTML as a type of its own, so that text cannot be taken for it.
 *
 * Only text/ and tmpl/ make one from text; everybody else passes it on. */
#ifndef PLATEN_BASE_HTML_H
#define PLATEN_BASE_HTML_H

#include <stddef.h>

#include "base/str.h"

struct html {
	const char *p;
	size_t n;
};

#define HTML_NONE ((struct html){ NULL, 0 })

/* HTML that Platen itself made earlier and stored (rendered posts): a promise by the caller. */
static inline struct html html_stored(struct str s)
{
	return (struct html){ s.p, s.n };
}

#endif
