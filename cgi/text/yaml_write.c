/* yaml_write.c: text as a YAML scalar that reads back unchanged. */
#include "base/base.h"

#include "text/yaml.h"

/* Plain only where no reader of any YAML version can take it for something else: it begins with a
 * letter, has no character with a meaning, and is none of the words with one. */
static bool is_plain(struct str s)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

	if (!s.n || s.n > 200 || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && (i == 0 || !(strchr("0123456789-_ ./()", c) && c)))
			return false;
	}
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_ieq(s, str_of(words[i])))
			return false;
	return true;
}

/* Bytes of a character that YAML calls unprintable or a line break; 0: it may stand as it is. */
static size_t special(struct str s, size_t at, unsigned *code)
{
	unsigned char a = (unsigned char)s.p[at];
	unsigned char b = at + 1 < s.n ? (unsigned char)s.p[at + 1] : 0;
	unsigned char c = at + 2 < s.n ? (unsigned char)s.p[at + 2] : 0;

	*code = a;
	if (a < 0x20 || a == 0x7f)
		return 1;
	*code = (unsigned)(a & 0x1f) << 6 | (b & 0x3f);
	if (a == 0xc2 && b < 0xa0)
		return 2;
	*code = (unsigned)(a & 0x0f) << 12 | (unsigned)(b & 0x3f) << 6 | (c & 0x3f);
	if ((a == 0xe2 && b == 0x80 && (c == 0xa8 || c == 0xa9)) || (a == 0xef && b == 0xbb && c == 0xbf) ||
	    (a == 0xef && b == 0xbf && c >= 0xbe))
		return 3;
	return 0;
}

void yaml_text(struct buf *out, struct str text)
{
	unsigned code;

	if (is_plain(text)) {
		buf_str(out, text);
		return;
	}
	BUF_LIT(out, "\"");
	for (size_t i = 0; i < text.n;) {
		size_t n = special(text, i, &code);

		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_printf(out, "\\%c", text.p[i]);
		else if (text.p[i] == '\n')
			BUF_LIT(out, "\\n");
		else if (n)
			buf_printf(out, "\\u%04X", code);
		else
			buf_char(out, text.p[i]);
		i += n ? n : 1;
	}
	BUF_LIT(out, "\"");
}
