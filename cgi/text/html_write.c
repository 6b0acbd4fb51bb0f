/* html_write.c: escapes for the HTML that text/ writes itself. */
#include "base/base.h"

#include "text/html_write.h"

static const char *reference(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	default: return NULL;
	}
}

void html_escape(struct buf *out, struct str text)
{
	size_t from = 0;
	for (size_t i = 0; i < text.n; i++) {
		const char *ref = reference(text.p[i]);
		if (!ref)
			continue;
		buf_put(out, text.p + from, i - from);
		buf_cstr(out, ref);
		from = i + 1;
	}
	buf_put(out, text.p + from, text.n - from);
}

/* What RFC 3986 lets stand in a URL, without the brackets; & and ' are told apart by the caller. */
static bool stands_in_url(unsigned char c)
{
	if (c >= 0x80)
		return false;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != 0 && strchr("-_.+!*(),%#@?=;:/$~&'", c) != NULL;
}

static void address(struct buf *out, struct str text, bool references)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t from = 0;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (stands_in_url(c) && !(references && (c == '&' || c == '\'')))
			continue;
		buf_put(out, text.p + from, i - from);
		from = i + 1;
		if (c == '&')
			BUF_LIT(out, "&amp;");
		else if (c == '\'')
			BUF_LIT(out, "&#x27;");
		else
			buf_put(out, (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
	buf_put(out, text.p + from, text.n - from);
}

void html_href(struct buf *out, struct str text)
{
	address(out, text, true);
}

void html_address(struct buf *out, struct str text)
{
	address(out, text, false);
}
