/* letters.h: what a code point is to a slug, an excerpt or a word count. */
#ifndef PLATEN_TEXT_LETTERS_H
#define PLATEN_TEXT_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum letter {
	LETTER_SEPARATOR, /* space, punctuation, symbol, control */
	LETTER_IGNORED,   /* apostrophes inside words, joiners, soft hyphens, variation selectors */
	LETTER_MARK,      /* a combining mark that goes with the letter before it */
	LETTER_WORD,      /* letter or digit of a script that parts words by spaces */
	LETTER_UNSPACED   /* of a script without spaces (Chinese, Japanese, Thai): any may end a line */
};

/* Built on the classes of base/utf8.h, with marks and joiners told apart. */
enum letter letter_kind(uint32_t code);

/* Lower case; a final sigma stays one. */
uint32_t letter_lower(uint32_t code);

/* The ASCII letters that stand for a Latin, Greek or Cyrillic letter in lower case ("zh"; "" for a
 * letter without sound), NULL for every other one. A literal: never freed. */
const char *letter_ascii(uint32_t lower_code);

/* Words of a text: runs of letters; a character of a script without spaces counts as half a word. */
int letter_word_count(struct str text);

#endif
