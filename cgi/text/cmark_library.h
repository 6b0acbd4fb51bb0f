/* cmark_library.h: the Markdown library of this build, and its kinds of nodes under one set of names. */
#ifndef PLATEN_TEXT_CMARK_LIBRARY_H
#define PLATEN_TEXT_CMARK_LIBRARY_H

#if WITH_CMARK_GFM
#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#else
#include <cmark.h>
#endif

enum node_kind {
	MD_OTHER, MD_DOCUMENT, MD_BLOCK_QUOTE, MD_LIST, MD_ITEM, MD_TASK, MD_PARAGRAPH,
	MD_HEADING, MD_CODE_BLOCK, MD_HTML_BLOCK, MD_THEMATIC_BREAK, MD_TABLE,
	MD_TABLE_ROW, MD_TABLE_CELL, MD_FOOTNOTE,
	MD_TEXT, MD_SOFT_BREAK, MD_LINE_BREAK, MD_CODE, MD_HTML_INLINE, MD_EMPHASIS,
	MD_STRONG, MD_DELETED, MD_LINK, MD_IMAGE, MD_FOOTNOTE_REFERENCE,
	MD__MAX
};

enum node_kind node_kind(cmark_node *node);

#endif
