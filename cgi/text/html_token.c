/* html_token.c: cuts HTML into texts and tags as a browser's tokenizer does. */
#include "base/base.h"

#include "text/html_token.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
	c |= 0x20;
	return c >= 'a' && c <= 'z';
}

static char peek(const struct html_reader *r, size_t ahead)
{
	return r->at + ahead < r->in.n ? r->in.p[r->at + ahead] : '\0';
}

static void to_end(struct html_reader *r)
{
	r->at = r->in.n;
}

static void skip_space(struct html_reader *r)
{
	while (r->at < r->in.n && is_space(r->in.p[r->at]))
		r->at++;
}

static void skip_behind(struct html_reader *r, char c)
{
	ptrdiff_t found = str_find_char(str_from(r->in, r->at), c);
	if (found < 0)
		to_end(r);
	else
		r->at += (size_t)found + 1;
}

/* At "<!--". Ends at "-->" or "--!>"; "<!-->" and "<!--->" are whole comments. */
static void skip_comment(struct html_reader *r)
{
	r->at += 4;
	if (peek(r, 0) == '>' || (peek(r, 0) == '-' && peek(r, 1) == '>')) {
		skip_behind(r, '>');
		return;
	}
	for (;;) {
		ptrdiff_t found = str_find_char(str_from(r->in, r->at), '-');
		if (found < 0) {
			to_end(r);
			return;
		}
		r->at += (size_t)found;
		size_t behind = peek(r, 2) == '!' ? 3 : 2;
		if (peek(r, 1) == '-' && peek(r, behind) == '>') {
			r->at += behind + 1;
			return;
		}
		r->at++;
	}
}

/* Whether the '<' at r->at begins something else than text. */
static bool opens_markup(const struct html_reader *r)
{
	char next = peek(r, 1);
	return is_letter(next) || next == '!' || next == '?' ||
	       (next == '/' && r->at + 2 < r->in.n);
}

static void read_text(struct html_reader *r, struct html_token *token)
{
	size_t from = r->at;
	while (r->at < r->in.n && !(r->in.p[r->at] == '<' && opens_markup(r)))
		r->at++;
	token->kind = HTML_TOKEN_TEXT;
	token->text = str_sub(r->in, from, r->at);
}

static struct str read_until(struct html_reader *r, const char *stops)
{
	size_t from = r->at;
	while (r->at < r->in.n && !is_space(r->in.p[r->at]) &&
	       !(r->in.p[r->at] && strchr(stops, r->in.p[r->at])))
		r->at++;
	return str_sub(r->in, from, r->at);
}

/* Behind "=" and space. False: the input ends inside. */
static bool read_value(struct html_reader *r, struct str *value)
{
	char quote = peek(r, 0);
	if (quote != '"' && quote != '\'') {
		*value = read_until(r, ">");
		return true;
	}
	size_t from = ++r->at;
	ptrdiff_t found = str_find_char(str_from(r->in, from), quote);
	if (found < 0)
		return false;
	*value = str_sub(r->in, from, from + (size_t)found);
	r->at = from + (size_t)found + 1;
	return true;
}

static bool read_attribute(struct html_reader *r, struct html_token *token)
{
	struct html_attribute attribute = { .value = STR("") };
	size_t from = r->at;
	if (peek(r, 0) == '=') /* a name may begin with it */
		r->at++;
	read_until(r, "/>=");
	attribute.name = str_sub(r->in, from, r->at);
	skip_space(r);
	if (peek(r, 0) == '=') {
		r->at++;
		skip_space(r);
		if (!read_value(r, &attribute.value))
			return false;
	}
	if (token->attribute_count < HTML_ATTRIBUTES_MAX)
		token->attributes[token->attribute_count++] = attribute;
	return true;
}

/* At the tag's name. False: the input ends inside the tag, which is none then. */
static bool read_tag(struct html_reader *r, struct html_token *token)
{
	token->attribute_count = 0;
	token->self_closing = false;
	token->name = read_until(r, "/>");
	while (r->at < r->in.n) {
		char c = r->in.p[r->at];
		if (c == '>') {
			r->at++;
			return true;
		}
		if (is_space(c) || c == '/') {
			token->self_closing = c == '/' && peek(r, 1) == '>';
			r->at++;
		} else if (!read_attribute(r, token)) {
			break;
		}
	}
	to_end(r);
	return false;
}

bool html_next(struct html_reader *r, struct html_token *token)
{
	while (r->at < r->in.n) {
		if (r->in.p[r->at] != '<' || !opens_markup(r)) {
			read_text(r, token);
			return true;
		}
		bool end = peek(r, 1) == '/';
		if (is_letter(peek(r, end ? 2 : 1))) {
			token->kind = end ? HTML_TOKEN_END : HTML_TOKEN_START;
			r->at += end ? 2 : 1;
			if (read_tag(r, token))
				return true;
		} else if (str_starts(str_from(r->in, r->at), STR("<!--"))) {
			skip_comment(r);
		} else {
			skip_behind(r, '>');
		}
	}
	return false;
}

bool html_skip_raw(struct html_reader *r, struct str name)
{
	while (r->at < r->in.n) {
		ptrdiff_t found = str_find_char(str_from(r->in, r->at), '<');
		if (found < 0)
			break;
		r->at += (size_t)found;
		size_t behind = r->at + 2 + name.n;
		if (peek(r, 1) == '/' && str_ieq(str_sub(r->in, r->at + 2, behind), name) &&
		    behind < r->in.n && (is_space(r->in.p[behind]) || r->in.p[behind] == '/' || r->in.p[behind] == '>')) {
			struct html_token end;
			r->at += 2;
			return read_tag(r, &end);
		}
		r->at++;
	}
	to_end(r);
	return false;
}
