/* diff.h: what differs between two texts: lines first, words within the lines that changed.
 *
 * Shortest edit scripts by Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in linear
 * space. Work is bounded: what two texts have in common beyond the budget is shown as changed, so two
 * unlike megabytes end in time. Any bytes are allowed; a word never ends inside a UTF-8 character. */
#ifndef PLATEN_TEXT_DIFF_H
#define PLATEN_TEXT_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define DIFF_TEXT_MAX_B ((size_t)16 << 20)

struct diff_span {
	struct str text;            /* borrowed of the text; may have line ends when it is of several lines */
	bool changed;
};

struct diff_cell {
	struct diff_span *spans;
	size_t count;               /* 0: nothing on this side */
};

/* Stands side by side. */
struct diff_row {
	bool same;
	struct diff_cell before, after;
};

struct diff {
	struct diff_row *rows;
	size_t count;
	size_t changed;             /* how many rows are not the same */
};

/* Rows of both texts in order: all spans of a side joined are the text, but for the line ends between
 * rows. Lives in `arena`. RC_LIMIT: a text is longer than DIFF_TEXT_MAX_B, or the arena is full. */
NODISCARD enum rc diff_words(struct str before, struct str after, struct arena *arena, struct diff *out,
			     struct err *err);

/* The lines of two texts, each with its line end, and which have no partner in the other: the ones that
 * are left are the same in the same order. */
struct diff_lines {
	struct str *before, *after;
	bool *before_changed, *after_changed;
	size_t before_count, after_count;
};
NODISCARD enum rc diff_lines(struct str before, struct str after, struct arena *arena, struct diff_lines *out,
			     struct err *err);

/* The same of words, blanks, line ends and single other characters, with at most *budget steps, which are taken
 * off it: beyond them everything is changed. RC_LIMIT also with more than a million tokens. */
NODISCARD enum rc diff_tokens(struct str before, struct str after, int64_t *budget, struct arena *arena,
			      struct diff_lines *out, struct err *err);
/* Whether a token is one that says something: a word or a line end, not a blank or a comma. */
bool diff_says(struct str token);

#endif
