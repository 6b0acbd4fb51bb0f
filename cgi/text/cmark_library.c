/* cmark_library.c: the kinds of nodes of both Markdown libraries under one set of names. */
#include "base/base.h"

#include "text/cmark_library.h"

#if WITH_CMARK_GFM
/* Types of extensions are numbered at run time and in no public header, but they have names. */
static enum node_kind extension_kind(cmark_node *node)
{
	static const struct { const char *name; enum node_kind kind; } kinds[] = {
		{ "table", MD_TABLE },
		{ "table_row", MD_TABLE_ROW },
		{ "table_header", MD_TABLE_ROW },
		{ "table_cell", MD_TABLE_CELL },
		{ "strikethrough", MD_DELETED },
	};
	const char *name = cmark_node_get_type_string(node);
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
	return MD_OTHER;
}
#endif

enum node_kind node_kind(cmark_node *node)
{
	switch ((int)cmark_node_get_type(node)) {
	case CMARK_NODE_DOCUMENT: return MD_DOCUMENT;
	case CMARK_NODE_BLOCK_QUOTE: return MD_BLOCK_QUOTE;
	case CMARK_NODE_LIST: return MD_LIST;
	case CMARK_NODE_PARAGRAPH: return MD_PARAGRAPH;
	case CMARK_NODE_HEADING: return MD_HEADING;
	case CMARK_NODE_CODE_BLOCK: return MD_CODE_BLOCK;
	case CMARK_NODE_HTML_BLOCK: return MD_HTML_BLOCK;
	case CMARK_NODE_THEMATIC_BREAK: return MD_THEMATIC_BREAK;
	case CMARK_NODE_TEXT: return MD_TEXT;
	case CMARK_NODE_SOFTBREAK: return MD_SOFT_BREAK;
	case CMARK_NODE_LINEBREAK: return MD_LINE_BREAK;
	case CMARK_NODE_CODE: return MD_CODE;
	case CMARK_NODE_HTML_INLINE: return MD_HTML_INLINE;
	case CMARK_NODE_EMPH: return MD_EMPHASIS;
	case CMARK_NODE_STRONG: return MD_STRONG;
	case CMARK_NODE_LINK: return MD_LINK;
	case CMARK_NODE_IMAGE: return MD_IMAGE;
#if WITH_CMARK_GFM
	case CMARK_NODE_ITEM:
		return strcmp(cmark_node_get_type_string(node), "tasklist") == 0 ? MD_TASK : MD_ITEM;
	case CMARK_NODE_FOOTNOTE_DEFINITION: return MD_FOOTNOTE;
	case CMARK_NODE_FOOTNOTE_REFERENCE: return MD_FOOTNOTE_REFERENCE;
	default: return extension_kind(node);
#else
	case CMARK_NODE_ITEM: return MD_ITEM;
	default: return MD_OTHER;
#endif
	}
}
