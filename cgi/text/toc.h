/* toc.h: a table of contents from the headings of a document. */
#ifndef PLATEN_TEXT_TOC_H
#define PLATEN_TEXT_TOC_H

#include "base/arena.h"
#include "base/html.h"
#include "text/markdown.h"

/* Nested <ul> lists of links to the headings of level 2 to `deepest` (2 to 6); level 1 is the page's
 * title and left out. A jump (h2, then h4) nests by one list only, and a first heading deeper than
 * later ones stays on the outermost list, so that every list has an item. HTML_NONE: nothing to
 * list, or the list does not fit `arena`, where it lives. */
struct html toc_html(struct arena *arena, const struct markdown_heading *headings, size_t count,
		     int deepest);

#endif
