/* page_meta.c: a page that brings its Content-Security-Policy along. */
#include "base/base.h"

#include "text/html_token.h"
#include "web/page_meta.h"

static bool is_blank(struct str text)
{
	return str_trim(text).n == 0;
}

static bool is_charset(const struct html_token *token)
{
	if (token->kind != HTML_TOKEN_START || !str_ieq(token->name, STR("meta")))
		return false;
	for (size_t i = 0; i < token->attribute_count; i++)
		if (str_ieq(token->attributes[i].name, STR("charset")))
			return true;
	return false;
}

/* Behind <head>, or the <meta charset> that comes first in it: a browser looks for that one in the first
 * 1024 bytes only. -1: none. */
static ptrdiff_t find_place(struct str page)
{
	struct html_reader reader = { page, 0 };
	struct html_token token;
	bool in_head = false;
	while (!in_head && html_next(&reader, &token)) {
		in_head = token.kind == HTML_TOKEN_START && str_ieq(token.name, STR("head"));
		bool harmless = token.kind == HTML_TOKEN_TEXT
			? is_blank(token.text) : token.kind == HTML_TOKEN_START && str_ieq(token.name, STR("html"));
		if (!in_head && !harmless)
			return -1;
	}
	if (!in_head)
		return -1;
	size_t place = reader.at;
	bool more = html_next(&reader, &token);
	if (more && token.kind == HTML_TOKEN_TEXT && is_blank(token.text))
		more = html_next(&reader, &token);
	return (ptrdiff_t)(more && is_charset(&token) ? reader.at : place);
}

static bool is_for_meta(struct str directive)
{
	static const char *const headers_only[] = { "frame-ancestors", "report-uri", "sandbox" };
	struct str rest = directive, name = STR_NONE;
	if (!str_split(&rest, ' ', &name))
		return false;
	for (size_t i = 0; i < COUNT_OF(headers_only); i++)
		if (str_ieq(name, str_of(headers_only[i])))
			return false;
	return true;
}

static void put_attribute(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			BUF_LIT(out, "&quot;");
		else if (text.p[i] == '&')
			BUF_LIT(out, "&amp;");
		else
			buf_char(out, text.p[i]);
	}
}

static void put_meta(struct buf *out, struct str policy)
{
	struct str rest = policy, directive;
	const char *before = "";
	BUF_LIT(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"");
	while (str_split(&rest, ';', &directive)) {
		directive = str_trim(directive);
		if (!is_for_meta(directive))
			continue;
		buf_cstr(out, before);
		put_attribute(out, directive);
		before = "; ";
	}
	BUF_LIT(out, "\">");
}

enum rc page_meta_policy(struct str page, struct str policy, struct buf *out, struct err *err)
{
	ptrdiff_t place = find_place(page);
	if (place < 0)
		return err_set(err, RC_UNSUPPORTED, "the page has no <head> that a policy could stand first in");
	buf_str(out, str_sub(page, 0, (size_t)place));
	put_meta(out, policy);
	buf_str(out, str_from(page, (size_t)place));
	return RC_OK;
}
