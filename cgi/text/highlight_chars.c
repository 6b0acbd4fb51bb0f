/* highlight_chars.c: bytes, positions and word lists for the scanners of the highlighter. */
#include "base/base.h"

#include "text/highlight_scan.h"

bool hl_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

bool hl_is_letter(char c)
{
	return hl_is_upper(c) || (c >= 'a' && c <= 'z');
}

bool hl_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool hl_is_hex(char c)
{
	return hl_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool hl_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

char hl_lower(char c)
{
	return hl_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

char hl_closing(char c)
{
	switch (c) {
	case '(': return ')';
	case '[': return ']';
	case '{': return '}';
	case '<': return '>';
	default: return c;
	}
}

size_t hl_line_end(const struct hl_scan *s, size_t from)
{
	if (from >= s->end)
		return s->end;
	const char *newline = memchr(s->text + from, '\n', s->end - from);
	return newline ? (size_t)(newline - s->text) : s->end;
}

size_t hl_blanks_end(const struct hl_scan *s, size_t from)
{
	while (from < s->end && hl_is_blank(s->text[from]))
		from++;
	return from;
}

size_t hl_word_end(const struct hl_scan *s, size_t from)
{
	while (from < s->end && (s->kinds[(unsigned char)s->text[from]] & HL_IS_WORD))
		from++;
	return from;
}

size_t hl_find(const struct hl_scan *s, size_t from, struct str what)
{
	if (from >= s->end)
		return s->end;
	const char *at = memmem(s->text + from, s->end - from, what.p, what.n);
	return at ? (size_t)(at - s->text) : s->end;
}

size_t hl_ifind(const struct hl_scan *s, size_t from, struct str what)
{
	for (; from + what.n <= s->end; from++) {
		size_t n = 0;
		while (n < what.n && hl_lower(s->text[from + n]) == what.p[n])
			n++;
		if (n == what.n)
			return from;
	}
	return s->end;
}

size_t hl_char_end(const struct hl_scan *s, size_t from)
{
	if (from >= s->end)
		return s->end;
	bool lead = ((unsigned char)s->text[from++] & 0xC0) == 0xC0;
	for (int n = 0; lead && n < 3 && from < s->end; n++, from++)
		if (((unsigned char)s->text[from] & 0xC0) != 0x80)
			break;
	return from;
}

bool hl_at(const struct hl_scan *s, size_t at, const char *what)
{
	for (; *what; what++, at++)
		if (at >= s->end || s->text[at] != *what)
			return false;
	return true;
}

/* <0, 0, >0 as the word stands before, at or behind the entry, which ends with a space or NUL. */
static int compare(const char *word, size_t n, const char *entry)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char e = (unsigned char)entry[i], w = (unsigned char)word[i];
		if (e == ' ' || e == '\0')
			return 1;
		if (w != e)
			return w < e ? -1 : 1;
	}
	return entry[n] == ' ' || entry[n] == '\0' ? 0 : -1;
}

bool hl_list_has(const char *list, const char *word, size_t n)
{
	size_t low = 0, high = list ? strlen(list) : 0;
	while (low < high) {
		size_t at = low + (high - low) / 2;
		while (at > low && list[at - 1] != ' ')
			at--;
		int order = compare(word, n, list + at);
		if (order == 0)
			return true;
		if (order < 0) {
			high = at;
			continue;
		}
		const char *space = strchr(list + at, ' ');
		low = space ? (size_t)(space - list) + 1 : high;
	}
	return false;
}
