/* html_text.h: the text of a piece of HTML, for search, feeds and excerpts. */
#ifndef PLATEN_TEXT_HTML_TEXT_H
#define PLATEN_TEXT_HTML_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/* Appends what a reader would see of `html`: tags are gone, references decoded, white space folded
 * to single spaces, a newline between blocks (also before the first one if `out` has text), nothing
 * of scripts, styles and other raw content. The result is text: escape it before it goes into HTML
 * again. Linear in the input. */
void html_text(struct buf *out, struct str html);

#endif
