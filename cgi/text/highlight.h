/* highlight.h: source code to HTML with a span for each token that a theme may colour. */
#ifndef PLATEN_TEXT_HIGHLIGHT_H
#define PLATEN_TEXT_HIGHLIGHT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends `code` to `out` as HTML that may stand inside <code>: escaped, and cut into
 * <span class="..."> when `language` is known: the info string of a fence or its first word, in any
 * case, such as "rust", "c++", "rust,ignore", "{.rust}", "lang-rust", "rust {hl_lines=1}" or "". The
 * classes, one letter each, are those of enum hl in highlight_table.h. Spans do not nest and hold no
 * newline, so a theme may cut the result into lines; without its tags and references it is `code`,
 * byte for byte. False: the language is not known and `code` was only escaped. Linear in `code`;
 * thread-safe. Too long a result shows in buf_status(out). */
bool highlight_html(struct str language, struct str code, struct buf *out);

#endif
