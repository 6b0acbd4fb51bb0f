/* pages_html.c: an HTML page as a file, which has no headers of its own. */
#include "base/base.h"

#include "web/pages_html.h"

/* Nothing that a policy must govern comes before it: a doctype, <html> and <head> themselves. */
#define HEAD_WITHIN_B 2048

static bool is_for_headers_only(struct str directive)
{
	return str_istarts(directive, STR("frame-ancestors")) || str_istarts(directive, STR("sandbox")) ||
	       str_istarts(directive, STR("report-uri"));
}

static void put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			BUF_LIT(out, "&quot;");
		else if (text.p[i] == '&')
			BUF_LIT(out, "&amp;");
		else if (text.p[i] == '<')
			BUF_LIT(out, "&lt;");
		else
			buf_put(out, &text.p[i], 1);
	}
}

static void put_meta(struct buf *out, struct str policy)
{
	struct str directive;
	bool first = true;
	BUF_LIT(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"");
	while (str_split(&policy, ';', &directive)) {
		directive = str_trim(directive);
		if (directive.n == 0 || is_for_headers_only(directive))
			continue;
		if (!first)
			BUF_LIT(out, "; ");
		put_escaped(out, directive);
		first = false;
	}
	BUF_LIT(out, "\">");
}

/* Where the <head> begins; 0: nowhere. */
static size_t inside_head(struct str page)
{
	struct str start = str_sub(page, 0, HEAD_WITHIN_B);
	ptrdiff_t at = str_find(start, STR("<head>"));
	if (at < 0)
		return 0;
	return (size_t)at + strlen("<head>");
}

/* Behind a <meta charset=...> that comes first: it must stand within the first 1024 bytes. */
static size_t behind_charset(struct str page, size_t at)
{
	struct str rest = str_from(page, at);
	size_t blank = 0;
	while (blank < rest.n && (rest.p[blank] == ' ' || rest.p[blank] == '\t' || rest.p[blank] == '\n'))
		blank++;
	if (!str_istarts(str_from(rest, blank), STR("<meta charset=")))
		return at;
	ptrdiff_t end = str_find_char(rest, '>');
	return end < 0 ? at : at + (size_t)end + 1;
}

bool pages_html(struct str page, struct str policy, struct buf *out)
{
	size_t at = inside_head(page);
	if (!at)
		return false;
	at = behind_charset(page, at);
	buf_str(out, str_sub(page, 0, at));
	put_meta(out, policy);
	buf_str(out, str_from(page, at));
	return true;
}
