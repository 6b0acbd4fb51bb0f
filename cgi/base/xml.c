/* xml.c: writes XML 1.0 into a buf. */
#include "base/base.h"
#include "base/utf8.h"
#include "base/xml.h"

/* Section 2.2, production Char. */
static bool is_allowed(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
	       c >= 0x10000;
}

static const char *entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;"; /* a parser would make it a newline (section 2.11) */
	default:
		return NULL;
	}
}

/* How many bytes at the start of `text` are plain ASCII that is written as it is. */
static size_t plain_run(struct str text)
{
	size_t n = 0;
	for (; n < text.n; n++) {
		unsigned char c = (unsigned char)text.p[n];
		if (c >= 0x80 || (c < 0x20 && c != '\n' && c != '\t') || entity(c))
			break;
	}
	return n;
}

/* Appends `text` without what is malformed or forbidden. U+FFFD that was written is kept: only what
 * utf8_next() made up is dropped, which is told by its length. */
static void put_clean(struct buf *out, struct str text, bool escape)
{
	uint32_t c;
	for (struct str rest = text; rest.n > 0;) {
		size_t plain = plain_run(rest);
		buf_put(out, rest.p, plain);
		rest = str_from(rest, plain);
		struct str from = rest;
		if (!utf8_next(&rest, &c))
			break;
		struct str bytes = str_sub(from, 0, from.n - rest.n);
		bool made_up = c == UTF8_REPLACEMENT && !str_eq(bytes, STR("\xEF\xBF\xBD"));
		const char *name = escape ? entity(c) : NULL;
		if (made_up || !is_allowed(c))
			continue;
		if (name)
			buf_cstr(out, name);
		else
			buf_str(out, bytes);
	}
}

void xml_escape(struct buf *out, struct str text)
{
	put_clean(out, text, true);
}

void xml_begin(struct xml *x, struct buf *out)
{
	*x = (struct xml){ .out = out };
	BUF_LIT(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

void xml_instruction(struct xml *x, const char *target, struct str content)
{
	x->failed |= x->depth > 0;
	buf_printf(x->out, "\n<?%s ", target);
	put_clean(x->out, content, false);
	BUF_LIT(x->out, "?>");
}

static void end_tag_start(struct xml *x)
{
	if (x->in_tag)
		buf_char(x->out, '>');
	x->in_tag = false;
}

void xml_open(struct xml *x, const char *name)
{
	if (x->depth == XML_DEPTH_MAX) {
		x->failed = true;
		return;
	}
	end_tag_start(x);
	if (!x->had_text)
		buf_char(x->out, '\n');
	buf_char(x->out, '<');
	buf_cstr(x->out, name);
	x->open[x->depth++] = name;
	x->in_tag = true;
	x->had_text = false;
}

void xml_attr(struct xml *x, const char *name, struct str value)
{
	if (!x->in_tag) {
		x->failed = true;
		return;
	}
	buf_char(x->out, ' ');
	buf_cstr(x->out, name);
	BUF_LIT(x->out, "=\"");
	xml_escape(x->out, value);
	buf_char(x->out, '"');
}

void xml_text(struct xml *x, struct str text)
{
	end_tag_start(x);
	xml_escape(x->out, text);
	x->had_text = true;
}

void xml_cdata(struct xml *x, struct str text)
{
	end_tag_start(x);
	BUF_LIT(x->out, "<![CDATA[");
	size_t begin = x->out->len;
	ptrdiff_t at;
	/* A '>' begins a section of its own where "]]" was written before it: what is left out in between
	 * ("]]\x01>") must not bring the three together. */
	while ((at = str_find_char(text, '>')) >= 0) {
		put_clean(x->out, str_sub(text, 0, (size_t)at), false);
		if (str_ends(str_from(buf_view(x->out), begin), STR("]]"))) {
			BUF_LIT(x->out, "]]><![CDATA[");
			begin = x->out->len;
		}
		buf_char(x->out, '>');
		text = str_from(text, (size_t)at + 1);
	}
	put_clean(x->out, text, false);
	BUF_LIT(x->out, "]]>");
	x->had_text = true;
}

void xml_close(struct xml *x)
{
	if (x->depth == 0) {
		x->failed = true;
		return;
	}
	const char *name = x->open[--x->depth];
	if (x->in_tag)
		BUF_LIT(x->out, "/>");
	else
		buf_printf(x->out, "%s</%s>", x->had_text ? "" : "\n", name);
	x->in_tag = false;
	x->had_text = false;
}

void xml_element(struct xml *x, const char *name, struct str text)
{
	if (!str_given(text))
		return;
	xml_open(x, name);
	xml_text(x, text);
	xml_close(x);
}

void xml_element_int(struct xml *x, const char *name, int64_t number)
{
	xml_open(x, name);
	end_tag_start(x);
	buf_i64(x->out, number);
	x->had_text = true;
	xml_close(x);
}

enum rc xml_end(struct xml *x, const char *what, struct err *err)
{
	while (x->depth > 0)
		xml_close(x);
	buf_char(x->out, '\n');
	if (x->failed)
		return err_set(err, RC_INTERNAL, "%s: the XML writer was used wrongly", what);
	return buf_status(x->out, what, err);
}
