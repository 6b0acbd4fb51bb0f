/* markdown_html.h: the tree of a Markdown document to HTML, with Platen's additions. */
#ifndef PLATEN_TEXT_MARKDOWN_HTML_H
#define PLATEN_TEXT_MARKDOWN_HTML_H

#include <stdbool.h>

#include "base/buf.h"
#include "text/cmark_library.h"
#include "text/markdown.h"
#include "text/markdown_facts.h"

/* Walks the tree once: appends the HTML to `out`, what stands above <!--more--> also to `before_more`
 * (*has_more: it was there), and tells `facts` what it meets. Failures stay in the buffers. */
void markdown_html(cmark_node *document, const struct markdown_options *options,
		   struct markdown_facts *facts, struct buf *out, struct buf *before_more, bool *has_more);

#endif
