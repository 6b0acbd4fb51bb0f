/* enc_text.c: escapes for HTML and JSON. */
#include "base/base.h"
#include "base/enc.h"
#include "base/utf8.h"

static const char *html_entity(char c, bool quotes)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return quotes ? "&quot;" : NULL;
	case '\'':
		return quotes ? "&#39;" : NULL;
	default:
		return NULL;
	}
}

static void html(struct buf *out, struct str s, bool quotes)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *entity = html_entity(s.p[i], quotes);
		if (entity) {
			buf_put(out, s.p + from, i - from);
			buf_cstr(out, entity);
			from = i + 1;
		}
	}
	buf_str(out, str_from(s, from));
}

void enc_html_text(struct buf *out, struct str s)
{
	html(out, s, false);
}

void enc_html_attr(struct buf *out, struct str s)
{
	html(out, s, true);
}

static void json_char(struct buf *out, uint32_t c)
{
	switch (c) {
	case '"':
		BUF_LIT(out, "\\\"");
		break;
	case '\\':
		BUF_LIT(out, "\\\\");
		break;
	case '\n':
		BUF_LIT(out, "\\n");
		break;
	case '\r':
		BUF_LIT(out, "\\r");
		break;
	case '\t':
		BUF_LIT(out, "\\t");
		break;
	default:
		buf_printf(out, "\\u%04x", c);
	}
}

static bool json_is_plain(uint32_t c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7F &&
	       c != 0x2028 && c != 0x2029;
}

void enc_json(struct buf *out, struct str s)
{
	while (s.n > 0) {
		struct str run = s, before = s;
		uint32_t c = 0;
		bool special = false;
		while (!special && utf8_next(&s, &c)) {
			special = !json_is_plain(c) || c == UTF8_REPLACEMENT;
			if (!special)
				before = s;
		}
		buf_put(out, run.p, (size_t)(before.p - run.p));
		if (special && c == UTF8_REPLACEMENT)
			utf8_put(out, c);
		else if (special)
			json_char(out, c);
	}
}
