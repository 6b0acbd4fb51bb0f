/* shortcode_tags.c: the shortcodes that have a Markdown form, one row each. */
#include "base/base.h"

#include "text/shortcode_call.h"

typedef enum shortcode_verdict tag_fn(const struct shortcode_options *options,
				      const struct shortcode_call *call, struct buf *out, struct str *lang);

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-';
}

static bool is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

static struct str take_value(struct str *s)
{
	char quote = s->n ? s->p[0] : 0;
	struct str value;
	size_t i = 0;

	if (quote == '"' || quote == '\'' || quote == '`') {
		for (i = 1; i < s->n && s->p[i] != quote; i++)
			if (s->p[i] == '\\' && quote != '`')
				i++;
		value = str_sub(*s, 1, i);
		*s = str_from(*s, i + 1);
		return value;
	}
	while (i < s->n && !is_gap(s->p[i]))
		i++;
	value = str_sub(*s, 0, i);
	*s = str_from(*s, i);
	return value;
}

void shortcode_args(struct shortcode_call *call)
{
	struct str s = call->rest;

	while (call->arg_count < SHORTCODE_ARGS_MAX) {
		struct shortcode_arg *arg = &call->arg[call->arg_count];
		size_t n = 0;

		while (s.n && is_gap(s.p[0]))
			s = str_from(s, 1);
		if (!s.n)
			break;
		while (n < s.n && is_name(s.p[n]))
			n++;
		*arg = (struct shortcode_arg){ STR_NONE, STR_NONE };
		if (n > 0 && n < s.n && (s.p[n] == '=' || (s.p[n] == ':' && n + 1 < s.n && s.p[n + 1] != '/'))) {
			arg->name = str_sub(s, 0, n);
			s = str_from(s, n + 1);
			while (s.n && s.p[0] == ' ')
				s = str_from(s, 1);
		}
		arg->value = take_value(&s);
		call->arg_count++;
	}
}

struct str shortcode_arg(const struct shortcode_call *call, const char *name, int at)
{
	for (size_t i = 0; i < call->arg_count; i++) {
		if (str_given(call->arg[i].name) ? name && str_is(call->arg[i].name, name) : at-- == 0)
			return call->arg[i].value;
	}
	return STR_NONE;
}

/* An identifier of a foreign site that may go into an address. */
static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_name(s.p[i]))
			return false;
	return s.n > 0 && s.n <= 100;
}

static enum shortcode_verdict youtube(const struct shortcode_options *o, const struct shortcode_call *c,
				      struct buf *out, struct str *lang)
{
	struct str id = shortcode_arg(c, "id", 0), start = shortcode_arg(c, "t", -1);

	(void)o, (void)lang;
	if (!str_given(start))
		start = shortcode_arg(c, "start", -1);
	if (!is_id(id))
		return SHORTCODE_UNKNOWN;
	buf_printf(out, "<https://www.youtube.com/watch?v=%.*s", STR_ARG(id));
	if (is_id(start))
		buf_printf(out, "&t=%.*s", STR_ARG(start));
	BUF_LIT(out, ">");
	return SHORTCODE_DONE;
}

static enum shortcode_verdict vimeo(const struct shortcode_options *o, const struct shortcode_call *c,
				    struct buf *out, struct str *lang)
{
	struct str id = shortcode_arg(c, "id", 0);

	(void)o, (void)lang;
	if (!is_id(id))
		return SHORTCODE_UNKNOWN;
	buf_printf(out, "<https://vimeo.com/%.*s>", STR_ARG(id));
	return SHORTCODE_DONE;
}

static enum shortcode_verdict tweet(const struct shortcode_options *o, const struct shortcode_call *c,
				    struct buf *out, struct str *lang)
{
	struct str user = shortcode_arg(c, "user", -1), id = shortcode_arg(c, "id", 0);

	(void)o, (void)lang;
	if (!is_id(id))
		return SHORTCODE_UNKNOWN;
	if (is_id(user))
		buf_printf(out, "<https://x.com/%.*s/status/%.*s>", STR_ARG(user), STR_ARG(id));
	else
		buf_printf(out, "<https://x.com/i/status/%.*s>", STR_ARG(id));
	return SHORTCODE_DONE;
}

static enum shortcode_verdict instagram(const struct shortcode_options *o, const struct shortcode_call *c,
					struct buf *out, struct str *lang)
{
	struct str id = shortcode_arg(c, "id", 0);

	(void)o, (void)lang;
	if (!is_id(id))
		return SHORTCODE_UNKNOWN;
	buf_printf(out, "<https://www.instagram.com/p/%.*s/>", STR_ARG(id));
	return SHORTCODE_DONE;
}

/* Hugo: gist USER ID [FILE]; Jekyll and Hexo: gist ID or USER/ID; Zola: gist(url="..."). */
static enum shortcode_verdict gist(const struct shortcode_options *o, const struct shortcode_call *c,
				   struct buf *out, struct str *lang)
{
	struct str first = shortcode_arg(c, "url", 0), second = shortcode_arg(c, NULL, 1), user;

	(void)o, (void)lang;
	if (str_starts(first, STR("https://gist.github.com/")) && str_find_char(first, '>') < 0) {
		buf_printf(out, "<%.*s>", STR_ARG(first));
		return SHORTCODE_DONE;
	}
	if (is_id(first) && is_id(second)) {
		buf_printf(out, "<https://gist.github.com/%.*s/%.*s>", STR_ARG(first), STR_ARG(second));
		return SHORTCODE_DONE;
	}
	second = first;
	if (str_split(&second, '/', &user) && is_id(user) && (str_empty(second) || is_id(second))) {
		buf_printf(out, "<https://gist.github.com/%.*s>", STR_ARG(first));
		return SHORTCODE_DONE;
	}
	return SHORTCODE_UNKNOWN;
}

/* ![alt](src "title"): an address with blanks or brackets goes between <>. */
static void put_address(struct buf *out, struct str src)
{
	bool plain = src.n > 0;

	for (size_t i = 0; i < src.n; i++)
		plain = plain && !strchr(" ()<>\n", src.p[i]);
	if (plain) {
		buf_str(out, src);
		return;
	}
	BUF_LIT(out, "<");
	for (size_t i = 0; i < src.n; i++) {
		if (src.p[i] == '<' || src.p[i] == '>')
			buf_char(out, '\\');
		buf_char(out, src.p[i] == '\n' ? ' ' : src.p[i]);
	}
	BUF_LIT(out, ">");
}

static void put_escaped(struct buf *out, struct str s, const char *special)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr(special, s.p[i]) && (i == 0 || s.p[i - 1] != '\\'))
			buf_char(out, '\\');
		buf_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
}

static void put_image(struct buf *out, struct str alt, struct str src, struct str title, struct str link)
{
	if (!str_empty(link))
		BUF_LIT(out, "[");
	BUF_LIT(out, "![");
	put_escaped(out, alt, "[]");
	BUF_LIT(out, "](");
	put_address(out, src);
	if (!str_empty(title)) {
		BUF_LIT(out, " \"");
		put_escaped(out, title, "\"");
		BUF_LIT(out, "\"");
	}
	BUF_LIT(out, ")");
	if (!str_empty(link)) {
		BUF_LIT(out, "](");
		put_address(out, link);
		BUF_LIT(out, ")");
	}
}

static enum shortcode_verdict figure(const struct shortcode_options *o, const struct shortcode_call *c,
				     struct buf *out, struct str *lang)
{
	struct str src = shortcode_arg(c, "src", 0), alt = shortcode_arg(c, "alt", 1);
	struct str title = shortcode_arg(c, "title", -1), caption = shortcode_arg(c, "caption", 2);

	(void)o, (void)lang;
	if (str_empty(src) || c->closing)
		return SHORTCODE_UNKNOWN;
	put_image(out, str_given(alt) ? alt : str_given(caption) ? caption : title, src, STR_NONE,
		  shortcode_arg(c, "link", -1));
	for (int i = 0; i < 2; i++) {
		struct str text = str_trim(i ? caption : title);

		if (str_empty(text))
			continue;
		BUF_LIT(out, "\n*");
		put_escaped(out, text, "*");
		BUF_LIT(out, "*");
	}
	return SHORTCODE_DONE;
}

static bool is_number(struct str s)
{
	uint64_t n;

	return str_ends(s, STR("%")) || str_to_u64(s, &n);
}

/* Hexo: {% img [class names] /path/to/image [width] [height] ["title" ["alt"]] %},
 * {% asset_img [class names] slug [width] [height] [title] %}: the address is the first word with
 * a dot in it. */
static enum shortcode_verdict image(const struct shortcode_options *o, const struct shortcode_call *c,
				    struct buf *out, struct str *lang)
{
	struct str src = STR_NONE, words[2] = { STR_NONE, STR_NONE };
	size_t n = 0;

	(void)o, (void)lang;
	for (size_t i = 0; i < c->arg_count; i++) {
		struct str value = c->arg[i].value;

		if (!str_given(src)) {
			if (str_find_char(value, '.') >= 0)
				src = value;
		} else if (!is_number(value) && n < 2) {
			words[n++] = value;
		}
	}
	if (!str_given(src))
		return SHORTCODE_UNKNOWN;
	put_image(out, n > 1 ? words[1] : words[0], src, words[0], STR_NONE);
	return SHORTCODE_DONE;
}

/* The first word behind the name, without quotes; Liquid's own tags take paths as they are. */
static struct str whole_word(const struct shortcode_call *c)
{
	struct str s = str_trim(c->rest);

	return s.n && (s.p[0] == '"' || s.p[0] == '\'' || s.p[0] == '`') ? take_value(&s) : s;
}

static enum shortcode_verdict reference(const struct shortcode_options *o, const struct shortcode_call *c,
					enum shortcode_target kind, struct str name, struct buf *out)
{
	struct str address = STR_NONE;

	(void)c;
	if (o->target && !str_empty(name))
		address = o->target(o->ctx, kind, name);
	if (!str_given(address))
		return SHORTCODE_UNKNOWN;
	buf_str(out, address);
	return SHORTCODE_DONE;
}

static enum shortcode_verdict post_url(const struct shortcode_options *o, const struct shortcode_call *c,
				       struct buf *out, struct str *lang)
{
	(void)lang;
	return reference(o, c, SHORTCODE_POST, whole_word(c), out);
}

static enum shortcode_verdict link_path(const struct shortcode_options *o, const struct shortcode_call *c,
					struct buf *out, struct str *lang)
{
	(void)lang;
	return reference(o, c, SHORTCODE_FILE, whole_word(c), out);
}

static enum shortcode_verdict hugo_ref(const struct shortcode_options *o, const struct shortcode_call *c,
				       struct buf *out, struct str *lang)
{
	(void)lang;
	return reference(o, c, SHORTCODE_POST, shortcode_arg(c, "path", 0), out);
}

/* {% post_link slug [title] %} */
static enum shortcode_verdict post_link(const struct shortcode_options *o, const struct shortcode_call *c,
					struct buf *out, struct str *lang)
{
	struct str name = shortcode_arg(c, NULL, 0), title = shortcode_arg(c, NULL, 1);
	struct str address = o->target && !str_empty(name) ? o->target(o->ctx, SHORTCODE_POST, name) : STR_NONE;

	(void)lang;
	if (!str_given(address))
		return SHORTCODE_UNKNOWN;
	BUF_LIT(out, "[");
	put_escaped(out, str_empty(title) ? name : title, "[]");
	BUF_LIT(out, "](");
	put_address(out, address);
	BUF_LIT(out, ")");
	return SHORTCODE_DONE;
}

/* Hugo: highlight LANG "options"; Liquid: highlight LANG linenos; Eleventy: highlight "LANG". */
static enum shortcode_verdict highlight(const struct shortcode_options *o, const struct shortcode_call *c,
					struct buf *out, struct str *lang)
{
	(void)o, (void)out;
	*lang = shortcode_arg(c, "lang", 0);
	return is_id(*lang) || str_empty(*lang) ? SHORTCODE_CODE : SHORTCODE_UNKNOWN;
}

/* Hexo: {% codeblock [title] [lang:language] [url] [link text] [options] %} */
static enum shortcode_verdict codeblock(const struct shortcode_options *o, const struct shortcode_call *c,
					struct buf *out, struct str *lang)
{
	(void)o, (void)out;
	*lang = shortcode_arg(c, "lang", -1);
	return is_id(*lang) || str_empty(*lang) ? SHORTCODE_CODE : SHORTCODE_UNKNOWN;
}

static enum shortcode_verdict raw(const struct shortcode_options *o, const struct shortcode_call *c,
				  struct buf *out, struct str *lang)
{
	(void)o, (void)c, (void)out, (void)lang;
	return SHORTCODE_LITERAL;
}

/* Hexo: {% blockquote [author[, source]] [link] [source_link_title] %} */
static enum shortcode_verdict quote(const struct shortcode_options *o, const struct shortcode_call *c,
				    struct buf *out, struct str *lang)
{
	(void)out;
	*lang = str_trim(c->rest);
	return o->dialect == SHORTCODE_HEXO || o->dialect == SHORTCODE_ANY ? SHORTCODE_QUOTE : SHORTCODE_UNKNOWN;
}

static enum shortcode_verdict comment(const struct shortcode_options *o, const struct shortcode_call *c,
				      struct buf *out, struct str *lang)
{
	(void)o, (void)c, (void)out, (void)lang;
	return SHORTCODE_COMMENT;
}

static enum shortcode_verdict param(const struct shortcode_options *o, const struct shortcode_call *c,
				    struct buf *out, struct str *lang)
{
	static const char *const places[] = { "page", "page.params", "site.params" };
	struct str name = shortcode_arg(c, NULL, 0), value = STR_NONE;
	char full[120];

	(void)lang;
	for (size_t i = 0; i < COUNT_OF(places) && o->variable && name.n < 100 && !str_given(value); i++) {
		snprintf(full, sizeof(full), "%s.%.*s", places[i], STR_ARG(name));
		value = o->variable(o->ctx, str_of(full));
	}
	if (!str_given(value))
		return SHORTCODE_UNKNOWN;
	buf_str(out, value);
	return SHORTCODE_DONE;
}

static const struct {
	const char *name;
	tag_fn *fn;
} tags[] = {
	{ "asset_img", image },
	{ "blockquote", quote },
	{ "code", codeblock },
	{ "codeblock", codeblock },
	{ "comment", comment },
	{ "figure", figure },
	{ "gist", gist },
	{ "highlight", highlight },
	{ "img", image },
	{ "instagram", instagram },
	{ "link", link_path },
	{ "param", param },
	{ "post_link", post_link },
	{ "post_url", post_url },
	{ "raw", raw },
	{ "quote", quote },
	{ "ref", hugo_ref },
	{ "relref", hugo_ref },
	{ "tweet", tweet },
	{ "twitter", tweet },
	{ "verbatim", raw },
	{ "vimeo", vimeo },
	{ "x", tweet },
	{ "youtube", youtube },
};

/* The filters that only put the site's address before a path; our links get it anyway. */
static bool is_address_filter(struct str filter)
{
	filter = str_trim(filter);
	return str_is(filter, "relative_url") || str_is(filter, "absolute_url") || str_is(filter, "url") ||
	       str_is(filter, "prepend: site.baseurl") || str_is(filter, "prepend: site.url") ||
	       str_is(filter, "prepend:site.baseurl") || str_is(filter, "prepend:site.url") ||
	       str_is(filter, "escape") || str_is(filter, "safe");
}

/* Liquid's {{ 'text' | filter }} and {{ name | filter }}. */
static enum shortcode_verdict expression(const struct shortcode_options *o, struct str text, struct buf *out)
{
	struct str value, name, filter;

	text = str_trim(text);
	if (text.n && (text.p[0] == '"' || text.p[0] == '\'')) {
		value = take_value(&text);
		text = str_trim(text);
		if (text.n && text.p[0] != '|')
			return SHORTCODE_UNKNOWN;
		text = str_from(text, 1);
	} else {
		if (!str_split(&text, '|', &name) || !o->variable)
			return SHORTCODE_UNKNOWN;
		value = o->variable(o->ctx, str_trim(name));
	}
	while (str_split(&text, '|', &filter))
		if (!is_address_filter(filter))
			return SHORTCODE_UNKNOWN;
	if (!str_given(value))
		return SHORTCODE_UNKNOWN;
	buf_str(out, value);
	return SHORTCODE_DONE;
}

enum shortcode_verdict shortcode_tag(const struct shortcode_options *options,
				     const struct shortcode_call *call, struct buf *out, struct str *lang)
{
	if (call->expression)
		return expression(options, call->rest, out);
	if (call->closing)
		return SHORTCODE_UNKNOWN;
	for (size_t i = 0; i < COUNT_OF(tags); i++)
		if (str_is(call->name, tags[i].name))
			return tags[i].fn(options, call, out, lang);
	return SHORTCODE_UNKNOWN;
}
