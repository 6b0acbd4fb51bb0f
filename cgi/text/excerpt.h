/* excerpt.h: the beginning of a plain text, cut where a reader would cut it. */
#ifndef PLATEN_TEXT_EXCERPT_H
#define PLATEN_TEXT_EXCERPT_H

#include "base/arena.h"
#include "base/str.h"

/* At most `max_chars` code points of `plain` with white space folded to single spaces. A shorter
 * text comes back whole; a longer one ends at a word's end (Chinese and Japanese: at any character)
 * without hanging punctuation, and with an ellipsis that counts as one of the code points. Where
 * that would keep less than a third, the word is cut inside, never before a combining mark. Lives in `arena`. */
struct str excerpt_cut(struct arena *arena, struct str plain, size_t max_chars);

#endif
