/* marked.h: a plain text with marked passages as HTML: search snippets. */
#ifndef PLATEN_TEXT_MARKED_H
#define PLATEN_TEXT_MARKED_H

#include "base/arena.h"
#include "base/html.h"
#include "base/str.h"

/* Escapes `text` and turns the two marker characters into <mark> and </mark>, always balanced. The
 * result lives in `arena`. */
struct html marked_html(struct arena *arena, struct str text, char begin, char end);

#endif
