/* highlight.h: source code to HTML with a span for each token that a theme may colour. */
#ifndef PLATEN_TEXT_HIGHLIGHT_H
#define PLATEN_TEXT_HIGHLIGHT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends `code` to `out` as HTML that may stand inside <code>: escaped, and cut into
 * <span class="..."> when `language` (the first word of a fence's info string, in any case, such as
 * "rust" or "c++"; may be empty) is known. False: the language is not known and `code` was only
 * escaped. Linear in `code`; thread-safe. Too long a result shows in buf_status(out). */
bool highlight_html(struct str language, struct str code, struct buf *out);

#endif
