/* absolute.c: makes the addresses inside a piece of HTML absolute, for feeds and mails. */
#include "base/base.h"

#include "base/url.h"
#include "text/absolute.h"
#include "text/html_token.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* "https://x.org" of "https://x.org/a/b?c". */
static struct str origin_of(struct str url)
{
	ptrdiff_t slashes = str_find(url, STR("://"));
	if (slashes < 0)
		return str_n("", 0);
	ptrdiff_t path = str_find_char(str_from(url, (size_t)slashes + 3), '/');
	return path < 0 ? url : str_sub(url, 0, (size_t)(slashes + 3 + path));
}

static struct str without(struct str url, char mark)
{
	ptrdiff_t at = str_find_char(url, mark);
	return at < 0 ? url : str_sub(url, 0, (size_t)at);
}

void url_absolute(struct str address, struct str page_url, struct buf *out)
{
	struct str page = without(page_url, '#');
	struct str origin = origin_of(page);
	if (str_given(url_scheme(address))) {
		buf_str(out, address);
		return;
	}
	if (str_starts(address, STR("//"))) {
		buf_str(out, without(origin, '/')); /* "https:" */
	} else if (str_starts(address, STR("/"))) {
		buf_str(out, origin);
	} else if (!address.n || address.p[0] == '#') {
		buf_str(out, page);
	} else if (address.p[0] == '?') {
		buf_str(out, without(page, '?'));
	} else {
		struct str path = without(page, '?');
		ptrdiff_t slash = str_rfind_char(path, '/');
		if (slash < (ptrdiff_t)origin.n) { /* no path at all: "https://x.org" */
			buf_str(out, origin);
			buf_char(out, '/');
		} else {
			buf_str(out, str_sub(path, 0, (size_t)slash + 1));
		}
	}
	buf_str(out, address);
}

/* "a.jpg 1x, b.jpg 2x": an address may hold commas inside, but not at its end. */
static void srcset_absolute(struct str list, struct str page_url, struct buf *out)
{
	size_t i = 0;
	while (i < list.n) {
		size_t from = i;
		while (i < list.n && (is_space(list.p[i]) || list.p[i] == ','))
			i++;
		buf_str(out, str_sub(list, from, i));
		from = i;
		while (i < list.n && !is_space(list.p[i]))
			i++;
		size_t end = i;
		while (end > from && list.p[end - 1] == ',')
			end--;
		if (end > from)
			url_absolute(str_sub(list, from, end), page_url, out);
		from = i = end;
		while (i < list.n && list.p[i] != ',') /* the descriptor */
			i++;
		buf_str(out, str_sub(list, from, i));
	}
}

/* Values stand as they were written, references and all: only the quote must fit. */
static void put_value(struct buf *out, struct str value)
{
	char quote = str_find_char(value, '"') < 0 ? '"' : '\'';
	BUF_LIT(out, "=");
	buf_char(out, quote);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'' && quote == '\'')
			BUF_LIT(out, "&#39;");
		else
			buf_char(out, value.p[i]);
	}
	buf_char(out, quote);
}

static void put_attribute(const struct html_attribute *a, struct str page_url, struct buf *out)
{
	static const char *const urls[] = { "href", "src", "poster", "cite" };
	struct buf value = BUF_INIT(out->max_b);
	if (str_istarts(a->name, STR("on")))
		return;
	for (size_t i = 0; i < COUNT_OF(urls); i++)
		if (str_ieq(a->name, str_of(urls[i])))
			url_absolute(str_trim(a->value), page_url, &value);
	if (str_ieq(a->name, STR("srcset")))
		srcset_absolute(a->value, page_url, &value);
	buf_char(out, ' ');
	buf_str(out, a->name);
	put_value(out, value.len ? buf_view(&value) : a->value);
	buf_release(&value);
}

static void put_start(const struct html_token *token, struct str page_url, struct buf *out)
{
	BUF_LIT(out, "<");
	buf_str(out, token->name);
	for (size_t i = 0; i < token->attribute_count; i++)
		put_attribute(&token->attributes[i], page_url, out);
	buf_cstr(out, token->self_closing ? " />" : ">");
}

/* One of markdown_media.c, which no feed can hold: the link inside stays. */
static bool is_player(const struct html_token *token)
{
	if (!str_ieq(token->name, STR("video")) && !str_ieq(token->name, STR("audio")))
		return false;
	for (size_t i = 0; i < token->attribute_count; i++)
		if (str_ieq(token->attributes[i].name, STR("class")) && str_is(token->attributes[i].value, "player"))
			return true;
	return false;
}

void html_absolute(struct html html, struct str page_url, struct buf *out)
{
	struct html_reader reader = { { html.p, html.n }, 0 };
	struct html_token token;
	struct str player = STR_NONE; /* that is open */
	while (html_next(&reader, &token)) {
		bool drop = str_ieq(token.name, STR("script")) || str_ieq(token.name, STR("style"));
		if (token.kind == HTML_TOKEN_TEXT)
			buf_str(out, token.text);
		else if (token.kind == HTML_TOKEN_START && drop)
			html_skip_raw(&reader, token.name);
		else if (token.kind == HTML_TOKEN_START && is_player(&token))
			player = token.name;
		else if (token.kind == HTML_TOKEN_END && str_given(player) && str_ieq(token.name, player))
			player = STR_NONE;
		else if (token.kind == HTML_TOKEN_START)
			put_start(&token, page_url, out);
		else if (!drop)
			buf_printf(out, "</%.*s>", STR_ARG(token.name));
	}
}
