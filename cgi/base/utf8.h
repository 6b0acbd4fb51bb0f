/* utf8.h: UTF-8 validation, decoding, folding and the few character classes that Platen needs.
 *
 * Valid means RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF. Every function is
 * linear in its input and thread-safe. */
#ifndef PLATEN_BASE_UTF8_H
#define PLATEN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

bool utf8_valid(struct str s);
/* Position of the first byte that is not valid; s.n when all is. */
size_t utf8_valid_up_to(struct str s);

/* Takes one character off the front of *rest; false once it is empty. What is malformed comes as
 * U+FFFD, one for each maximal subpart (Unicode 3.9, D93b). */
bool utf8_next(struct str *rest, uint32_t *c);
/* Number of characters, malformed subparts counted as one each. */
size_t utf8_count(struct str s);

/* Writes 1 to 4 bytes and says how many; surrogates and what lies above U+10FFFF become U+FFFD. */
size_t utf8_encode(uint32_t c, char out[4]);
void utf8_put(struct buf *out, uint32_t c);
/* Appends `s` with U+FFFD for what is malformed. */
void utf8_repair(struct str s, struct buf *out);
/* The longest start of `s` of at most `max_b` bytes that ends between characters. */
struct str utf8_cut(struct str s, size_t max_b);
/* The same with `max` characters. */
struct str utf8_cut_chars(struct str s, size_t max);

/* Simple case folding (one character to one) of Latin, Greek, Cyrillic and Armenian; others come
 * back as they are. */
uint32_t utf8_fold(uint32_t c);
void utf8_fold_str(struct str s, struct buf *out);

bool utf8_is_space(uint32_t c);       /* Unicode White_Space */
bool utf8_is_mark(uint32_t c);        /* a combining mark of the common blocks */
/* A letter or digit, told by block: true for everything from U+00AA on that is not white space,
 * punctuation or a symbol of the common blocks. */
bool utf8_is_word(uint32_t c);
bool utf8_is_cjk(uint32_t c);         /* a Han ideograph */
bool utf8_is_kana(uint32_t c);        /* Hiragana, Katakana, their half-width forms */
bool utf8_is_hangul(uint32_t c);
/* Written without spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar. Not Hangul. */
bool utf8_is_unspaced(uint32_t c);
bool utf8_is_rtl(uint32_t c);         /* Hebrew, Arabic and the other right-to-left scripts */
int utf8_width(uint32_t c);           /* columns on a terminal: 0, 1 or 2 */

#endif
