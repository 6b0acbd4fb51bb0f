/* markdown_tree.h: the tree of a document for whoever only looks at it. Internal to text/. */
#ifndef PLATEN_TEXT_MARKDOWN_TREE_H
#define PLATEN_TEXT_MARKDOWN_TREE_H

#include "base/err.h"
#include "base/str.h"
#include "text/cmark_library.h"

/* Parses the source as markdown_render() does with raw HTML on, gives the tree to `look` and frees it. RC_LIMIT,
 * RC_INVALID: as markdown_render(); then `look` was not called. */
NODISCARD enum rc markdown_tree(struct str source, void (*look)(void *ctx, cmark_node *document), void *ctx,
				struct err *err);

#endif
