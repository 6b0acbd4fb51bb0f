/* letters.c: what a code point is to a slug, an excerpt or a word count. */
#include "base/base.h"

#include <limits.h>

#include "base/utf8.h"
#include "text/letters.h"
#include "text/letters_data.h"

/* Parts of words that a reader does not see or that stand for an omission. */
static bool is_ignored(uint32_t code)
{
	return code == '\'' || code == 0xAD || code == 0x61C || (code >= 0x180B && code <= 0x180F) ||
	       (code >= 0x200C && code <= 0x200F) || code == 0x2019 ||
	       (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
	       (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF || code >= 0xE0000;
}

enum letter letter_kind(uint32_t code)
{
	if (code < 0x80) {
		if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9'))
			return LETTER_WORD;
		return code == '\'' ? LETTER_IGNORED : LETTER_SEPARATOR;
	}
	if (is_ignored(code))
		return LETTER_IGNORED;
	if (utf8_is_mark(code))
		return LETTER_MARK;
	if (code == UTF8_REPLACEMENT || !utf8_is_word(code))
		return LETTER_SEPARATOR;
	return utf8_is_unspaced(code) ? LETTER_UNSPACED : LETTER_WORD;
}

uint32_t letter_lower(uint32_t code)
{
	if (code == 0x130) /* the full mapping is i and a dot above */
		return 'i';
	return code == 0x3C2 ? code : utf8_fold(code);
}

static const char *ascii_word(uint32_t code)
{
	for (size_t i = 0; i < COUNT_OF(ascii_words); i++)
		if (ascii_words[i].code == code)
			return ascii_words[i].letters;
	return NULL;
}

const char *letter_ascii(uint32_t code)
{
	static const char alphabet[] =
		"a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z\0"
		"0\0" "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9";
	char c = '.';
	if (code < 0x80)
		c = (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') ? (char)code : '.';
	else if (code >= 0xFF10 && code <= 0xFF19) /* full-width digits and letters */
		c = (char)('0' + (code - 0xFF10));
	else if (code >= 0xFF41 && code <= 0xFF5A)
		c = (char)('a' + (code - 0xFF41));
	for (size_t i = 0; c == '.' && code >= 0x80 && i < COUNT_OF(ascii_runs); i++) {
		const struct ascii_run *run = &ascii_runs[i];
		if (code >= run->first && code - run->first < strlen(run->letters))
			c = run->letters[code - run->first];
	}
	if (c == '.')
		return NULL;
	if (c == '*')
		return ascii_word(code);
	return alphabet + 2 * (c >= 'a' ? c - 'a' : 26 + c - '0');
}

int letter_word_count(struct str text)
{
	size_t words = 0, half_words = 0;
	bool inside = false;
	uint32_t code;
	while (text.n > 0) {
		unsigned char first = (unsigned char)text.p[0];
		if (first < 0x80) { /* most text, and three times as fast as the general way */
			code = first;
			text = (struct str){ text.p + 1, text.n - 1 };
		} else {
			utf8_next(&text, &code);
		}
		enum letter kind = letter_kind(code);
		if (kind == LETTER_WORD && !inside)
			words++;
		half_words += kind == LETTER_UNSPACED;
		if (kind != LETTER_MARK && kind != LETTER_IGNORED)
			inside = kind == LETTER_WORD;
	}
	words += (half_words + 1) / 2;
	return words > INT_MAX ? INT_MAX : (int)words;
}
