/* merge.h: two changed versions of a text put together, by the text that both began with.
 *
 * Lines first, and where both changed the same lines, their words: what one side alone changed is taken, what
 * both changed alike too, and what they changed differently is a conflict that somebody has to decide. Two
 * changes with nothing but blanks and commas between them are one. Nothing is ever left out silently: text that
 * one side deleted and the other changed is a conflict. Time is bounded as in diff.h; what is beyond it is a
 * conflict. Any bytes are allowed. */
#ifndef PLATEN_TEXT_MERGE_H
#define PLATEN_TEXT_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct merge_part {
	bool conflict;
	struct str text;              /* without a conflict */
	struct str base, mine, theirs;/* with one */
};

struct merge {
	struct merge_part *parts;
	size_t count;
	size_t conflicts;
};

/* The parts joined are the merged text. Where one side is as the base, or both are alike, the result is the other
 * side byte for byte; else CRLF has become LF, and there is a line end at the end unless neither side has one.
 * Lives in `arena` and borrows of the texts. RC_LIMIT: a text is longer than DIFF_TEXT_MAX_B. */
NODISCARD enum rc merge_texts(struct str base, struct str mine, struct str theirs, struct arena *arena,
			      struct merge *out, struct err *err);

enum merge_pick { MERGE_MINE, MERGE_THEIRS, MERGE_BOTH, MERGE_PICK__MAX };

/* The text, with the conflicts decided by `picks` in their order; those beyond `count` are both, so
 * that nothing is left out. Both: mine stands first. RC_LIMIT: longer than three times DIFF_TEXT_MAX_B. */
NODISCARD enum rc merge_join(const struct merge *merge, const enum merge_pick *picks, size_t count, struct arena *arena,
			     struct str *out, struct err *err);

#endif
