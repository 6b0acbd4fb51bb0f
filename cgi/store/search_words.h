/* search_words.h: text as the words that index, query, vocabulary and snippets agree on.
 *
 * A word is a run of letters and digits, in lower case and without accents ("Größe" is "grosse"), cut
 * at SEARCH_WORD_MAX_B. A run of a script that is written without spaces (Han, Kana, Hangul, Thai, Lao,
 * Khmer, Burmese) gives each two characters that stand side by side as a word ("世界杯" is "世界",
 * "界杯"), a run of one character that character. Everything else separates. Bytes that are not UTF-8
 * separate too. Pure functions, linear time. */
#ifndef PLATEN_STORE_SEARCH_WORDS_H
#define PLATEN_STORE_SEARCH_WORDS_H

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

#define SEARCH_WORD_MAX_B 64

struct search_word {
	char text[SEARCH_WORD_MAX_B]; /* folded, not NUL-terminated */
	size_t n;
	size_t from, to;              /* the bytes of the source it stands for; pairs overlap */
	bool paired;                  /* of a script without spaces */
	bool alone;                   /* paired, and one character only */
};

struct search_words {
	struct str source;
	size_t at;
	bool in_run; /* the character at `at` was the second half of a pair */
};

struct search_words search_words_of(struct str source);
/* False at the end. */
bool search_words_next(struct search_words *words, struct search_word *out);

/* Appends the words with a blank between, which is what the index stores. */
void search_words_text(struct buf *out, struct str source);

/* One character: what it is and what it becomes. */
enum search_class { SEARCH_SEPARATOR, SEARCH_LETTER, SEARCH_PAIRED, SEARCH_DROPPED };
/* Writes up to 4 bytes to `folded`; *n is 0 unless letter or paired. */
enum search_class search_fold(uint32_t c, char folded[4], size_t *n);

/* What is behind the first character of `s`, which is not empty; *c is UTF8_REPLACEMENT for bytes that
 * are not UTF-8. */
static inline struct str search_char(struct str s, uint32_t *c)
{
	utf8_next(&s, c);
	return s;
}

#endif
