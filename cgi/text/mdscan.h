/* mdscan.h: where code stands in a Markdown source: fenced blocks, inline code, indented blocks.
 *
 * For the passes over the source that must leave code alone (shortcodes, addresses). It knows lines
 * and backticks, not the whole grammar: what it skips is code for every Markdown reader. */
#ifndef PLATEN_TEXT_MDSCAN_H
#define PLATEN_TEXT_MDSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define MDSCAN_TICKS_MAX 64

struct mdscan {
	struct str text;
	char fence;                /* '`' or '~' inside a fenced block, else 0 */
	size_t fence_len;
	bool after_blank, in_list, in_indented;
	size_t no_ticks_after[MDSCAN_TICKS_MAX]; /* where a search for a closing run ended in vain, + 1 */
};

void mdscan_init(struct mdscan *m, struct str text);
/* At the start of a line: whether the line that begins at `at` is code as a whole (fences included).
 * To be called for every line in turn. *end is set behind its newline. */
bool mdscan_code_line(struct mdscan *m, size_t at, size_t *end);
/* At a backtick: the end of the inline code that begins there, or of the run of backticks when it is
 * not closed in its paragraph. Linear over the whole text. */
size_t mdscan_inline_code(struct mdscan *m, size_t at);

#endif
