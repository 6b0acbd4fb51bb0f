/* scan.c: follows HTML text byte by byte and knows where the next marker would stand. */
#include "base/base.h"
#include "tmpl/scan.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_listed(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static enum element element_of(const char *name)
{
	static const struct {
		const char *name;
		enum element element;
	} elements[] = {
		{ "script", ELEMENT_SCRIPT },      { "style", ELEMENT_STYLE },
		{ "title", ELEMENT_ESCAPABLE },    { "textarea", ELEMENT_ESCAPABLE },
		{ "iframe", ELEMENT_OPAQUE },      { "noembed", ELEMENT_OPAQUE },
		{ "noframes", ELEMENT_OPAQUE },    { "xmp", ELEMENT_OPAQUE },
		{ "plaintext", ELEMENT_OPAQUE },   { "noscript", ELEMENT_NOSCRIPT },
		{ "meta", ELEMENT_META },          { "set", ELEMENT_ANIMATION },
		{ "animate", ELEMENT_ANIMATION },  { "animatemotion", ELEMENT_ANIMATION },
		{ "animatetransform", ELEMENT_ANIMATION },
	};
	for (size_t i = 0; i < COUNT_OF(elements); i++)
		if (!strcmp(elements[i].name, name))
			return elements[i].element;
	return ELEMENT_OTHER;
}

/* Every attribute that a browser takes for one address. ctemplate knows those of HTML 4 alone. */
static enum attr attr_of(const struct scan *s)
{
	static const char *const urls[] = {
		"href", "src", "action", "formaction", "data", "poster", "ping", "xlink:href", "cite",
		"background", "longdesc", "manifest", "codebase", "icon", "profile", "usemap", "archive",
		"classid", "dynsrc", "lowsrc", NULL
	};
	static const char *const animated[] = { "to", "from", "by", "values", "attributename", NULL };
	const char *name = s->attr_name;
	if (name[0] == 'o' && name[1] == 'n')
		return ATTR_EVENT;
	if (!strcmp(name, "style"))
		return ATTR_STYLE;
	if (!strcmp(name, "srcdoc"))
		return ATTR_SRCDOC;
	if (s->element == ELEMENT_ANIMATION && is_listed(animated, name))
		return ATTR_ANIMATED;
	if (s->element == ELEMENT_META && s->http_equiv && !strcmp(name, "content"))
		return ATTR_REFRESH;
	return is_listed(urls, name) ? ATTR_URL : ATTR_PLAIN;
}

static void add_to_name(char *name, unsigned *n, char c)
{
	if (*n < SCAN_NAME_MAX_B)
		name[(*n)++] = lower(c);
	name[*n] = '\0';
}

static const char refresh_marker[] = "a marker in the content of a meta element with http-equiv";

/* ---- tags ---- */

static void begin_code(struct scan *s)
{
	s->code_quote = s->code_last = '\0';
	s->code_escape = s->in_url = false;
	s->url_matched = 0;
}

static void finish_tag(struct scan *s)
{
	s->matched = 0;
	s->spot = SPOT_DATA;
	if (s->element == ELEMENT_NOSCRIPT)
		s->noscript = !s->end_tag;
	if (s->end_tag)
		return;
	if (s->element == ELEMENT_SCRIPT || s->element == ELEMENT_STYLE ||
	    s->element == ELEMENT_ESCAPABLE || s->element == ELEMENT_OPAQUE) {
		s->spot = SPOT_RAW;
		begin_code(s);
	}
}

static void finish_attr(struct scan *s)
{
	if (s->element == ELEMENT_META && !strcmp(s->attr_name, "http-equiv"))
		s->http_equiv = true;
	/* A type without "javascript" and other than "module" makes a script a block of data. */
	if (s->element == ELEMENT_SCRIPT && !strcmp(s->attr_name, "type"))
		s->foreign_script = true;
}

static void begin_attr(struct scan *s, char c)
{
	s->spot = SPOT_ATTR_NAME;
	s->attr_n = 0;
	add_to_name(s->attr_name, &s->attr_n, c);
}

static void begin_value(struct scan *s, char quote)
{
	finish_attr(s);
	s->spot = quote ? SPOT_VALUE : SPOT_VALUE_BARE;
	s->quote = quote;
	s->attr = attr_of(s);
	s->scheme_open = true;
	s->scheme_marker = s->scheme_bad = false;
	s->scheme_n = 0;
	s->matched = 0;
	begin_code(s);
}

static const char *feed_in_tag(struct scan *s, char c)
{
	if (s->need_gap && !is_blank(c) && c != '>' && c != '/')
		return "a blank is missing between a section and this name";
	s->need_gap = false;
	if (c == '>')
		finish_tag(s);
	else if (c == '=')
		return "an attribute's name is missing before '='";
	else if (c == '<')
		return "a tag begins inside a tag";
	else if (!is_blank(c) && c != '/')
		begin_attr(s, c);
	return NULL;
}

static const char *feed_tag_name(struct scan *s, char c)
{
	if (!is_blank(c) && c != '/' && c != '>') {
		add_to_name(s->name, &s->name_n, c);
		return NULL;
	}
	s->element = element_of(s->name);
	s->spot = SPOT_IN_TAG;
	return feed_in_tag(s, c);
}

static const char *feed_attr_name(struct scan *s, char c)
{
	if (c == '=') {
		s->spot = SPOT_BEFORE_VALUE;
	} else if (is_blank(c)) {
		s->spot = SPOT_AFTER_ATTR;
	} else if (c == '>' || c == '/') {
		s->spot = SPOT_IN_TAG;
		return feed_in_tag(s, c);
	} else if (s->spot == SPOT_AFTER_ATTR) {
		begin_attr(s, c);
	} else {
		add_to_name(s->attr_name, &s->attr_n, c);
	}
	return NULL;
}

static const char *feed_before_value(struct scan *s, char c)
{
	if (is_blank(c))
		return NULL;
	if (c == '>')
		return "an attribute's value is missing";
	begin_value(s, c == '"' || c == '\'' ? c : '\0');
	return s->http_equiv && s->meta_marker ? refresh_marker : NULL;
}

static const char *feed_less(struct scan *s, char c)
{
	if (s->matched == 0 && c == '/') {
		s->matched = 1;
		s->end_tag = true;
		return NULL;
	}
	if (is_letter(c)) {
		s->spot = SPOT_TAG_NAME;
		s->name_n = 0;
		s->http_equiv = s->meta_marker = s->foreign_script = s->need_gap = false;
		add_to_name(s->name, &s->name_n, c);
	} else if (c == '!' || c == '?' || s->matched) {
		s->spot = SPOT_DECLARATION;
		s->matched = c == '!' ? 2 : 0;
	} else {
		s->spot = c == '<' ? SPOT_LESS : SPOT_DATA;
	}
	return NULL;
}

/* "<!--" makes a comment of a declaration. */
static void feed_declaration(struct scan *s, char c)
{
	if (c == '>') {
		s->spot = SPOT_DATA;
	} else if (s->matched >= 2 && c == '-') {
		if (++s->matched == 4) {
			s->spot = SPOT_COMMENT;
			s->matched = 2; /* "<!-->" is a whole comment */
		}
	} else {
		s->matched = 0;
	}
}

static void feed_comment(struct scan *s, char c)
{
	if (c == '>' && s->matched >= 2)
		s->spot = SPOT_DATA;
	if (c == '!' && s->matched == 2)
		s->matched = 3; /* "--!>" ends one too */
	else
		s->matched = c != '-' ? 0 : s->matched == 1 || s->matched == 2 ? 2 : 1;
}

/* ---- values ---- */

static void feed_scheme(struct scan *s, char c)
{
	static const char *const bad[] = { "javascript", "vbscript", "data", NULL };
	if (!s->scheme_open || (unsigned char)c <= ' ')
		return; /* browsers ignore blanks in a scheme */
	if (c == '/' || c == '?' || c == '#') {
		s->scheme_open = false;
	} else if (c == ':') {
		s->scheme_open = false;
		s->scheme[s->scheme_n] = '\0';
		s->scheme_bad = s->scheme_bad || s->scheme_marker || is_listed(bad, s->scheme);
	} else if (c == '&') {
		s->scheme_bad = true; /* a character reference could spell a scheme */
	} else if (s->scheme_n < sizeof s->scheme - 1) {
		s->scheme[s->scheme_n++] = lower(c);
	}
}

/* Strings and comments of JavaScript and CSS; enough to see that two ways end alike. */
static void feed_code(struct scan *s, char c)
{
	static const char url[] = "url(";
	char last = s->code_last;
	s->code_last = c;
	if (s->code_escape) {
		s->code_escape = false;
	} else if (s->code_quote == '*') {
		if (last == '*' && c == '/') {
			s->code_quote = s->code_last = '\0';
		}
	} else if (s->code_quote == '/') {
		if (c == '\n')
			s->code_quote = '\0';
	} else if (s->code_quote) {
		s->code_escape = c == '\\';
		if (c == s->code_quote || (c == '\n' && s->code_quote != '`'))
			s->code_quote = '\0';
	} else if (c == '"' || c == '\'' || (c == '`' && s->element == ELEMENT_SCRIPT)) {
		s->code_quote = c;
	} else if (last == '/' && (c == '*' || (c == '/' && s->element == ELEMENT_SCRIPT))) {
		s->code_quote = c;
		s->code_last = '\0';
	}
	s->url_matched = lower(c) == url[s->url_matched] ? s->url_matched + 1 : lower(c) == 'u';
	if (s->url_matched == 4)
		s->in_url = true;
	if (s->url_matched == 4 || c == ')')
		s->url_matched = 0;
	if (c == ')')
		s->in_url = false;
}

static const char *feed_value(struct scan *s, char c)
{
	if (s->quote ? c == s->quote : (is_blank(c) || c == '>')) {
		s->spot = SPOT_IN_TAG;
		return s->quote ? NULL : feed_in_tag(s, c);
	}
	/* The value of a script's type tells whether it is code. */
	if (s->element == ELEMENT_SCRIPT && !strcmp(s->attr_name, "type") && s->matched < 10) {
		static const char module[] = "module", script[] = "javascript";
		s->matched = c == script[s->matched] ? s->matched + 1 : c == 'j';
		s->url_matched = s->url_matched < 6 && c == module[s->url_matched] ? s->url_matched + 1 : 0;
		if (s->matched == 10 || s->url_matched == 6)
			s->foreign_script = false;
		return NULL;
	}
	if (s->attr == ATTR_URL)
		feed_scheme(s, c);
	if (s->attr == ATTR_STYLE)
		feed_code(s, c);
	return NULL;
}

/* Raw text ends at "</name" and a blank, '/' or '>'. */
static const char *feed_raw(struct scan *s, char c)
{
	if (s->matched == s->name_n + 2 && (is_blank(c) || c == '/' || c == '>')) {
		s->end_tag = true;
		s->matched = 0;
		s->spot = SPOT_IN_TAG;
		s->need_gap = false;
		return feed_in_tag(s, c);
	}
	char want = s->matched == 0 ? '<' : s->matched == 1 ? '/' : s->matched < s->name_n + 2 ?
		    s->name[s->matched - 2] : '\0';
	s->matched = lower(c) == want ? s->matched + 1 : c == '<';
	if (s->element == ELEMENT_SCRIPT || s->element == ELEMENT_STYLE)
		feed_code(s, c);
	return NULL;
}

static const char *feed(struct scan *s, char c)
{
	switch (s->spot) {
	case SPOT_DATA:
		if (c == '<') {
			s->spot = SPOT_LESS;
			s->matched = 0;
			s->end_tag = false;
		}
		return NULL;
	case SPOT_LESS:
		return feed_less(s, c);
	case SPOT_TAG_NAME:
		return feed_tag_name(s, c);
	case SPOT_IN_TAG:
		return feed_in_tag(s, c);
	case SPOT_ATTR_NAME:
	case SPOT_AFTER_ATTR:
		return feed_attr_name(s, c);
	case SPOT_BEFORE_VALUE:
		return feed_before_value(s, c);
	case SPOT_VALUE:
	case SPOT_VALUE_BARE:
		return feed_value(s, c);
	case SPOT_COMMENT:
		feed_comment(s, c);
		return NULL;
	case SPOT_DECLARATION:
		feed_declaration(s, c);
		return NULL;
	default:
		return feed_raw(s, c);
	}
}

const char *scan_text(struct scan *s, struct str text, size_t *at)
{
	for (*at = 0; *at < text.n; (*at)++) {
		const char *wrong = feed(s, text.p[*at]);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* ---- markers and sections ---- */

static const char *marker_in_code(const struct scan *s)
{
	if (s->element == ELEMENT_SCRIPT && s->foreign_script)
		return "a marker in a script that is data: let the program insert it ready";
	if (s->code_quote == '`')
		return "a marker in a template literal: use a string in quotes";
	if (s->code_quote == '/' || s->code_quote == '*')
		return "a marker in a comment of a script or style";
	if (s->element == ELEMENT_STYLE && s->in_url)
		return "a marker in url(...): its address would not survive the escaping";
	if (s->code_escape)
		return "a backslash right before a marker";
	return NULL;
}

static const char *marker_in_value(const struct scan *s)
{
	switch (s->attr) {
	case ATTR_EVENT:
		return "a marker in an event attribute (on...): use a data- attribute and a script";
	case ATTR_SRCDOC:
		return "a marker in srcdoc";
	case ATTR_ANIMATED:
		return "a marker in an animation's value";
	case ATTR_REFRESH:
		return refresh_marker;
	case ATTR_URL:
		return s->scheme_bad ? "a marker in an address whose scheme is a script, data, or a marker"
				     : NULL;
	case ATTR_STYLE:
		return s->in_url ? "a marker in url(...): its address would not survive the escaping"
				 : marker_in_code(s);
	default:
		return NULL;
	}
}

const char *scan_marker(const struct scan *s)
{
	switch (s->spot) {
	case SPOT_DATA:
		return NULL;
	case SPOT_LESS:
		return "a '<' right before a marker: write &lt;";
	case SPOT_TAG_NAME:
		return "a marker in the name of an element";
	case SPOT_IN_TAG:
	case SPOT_ATTR_NAME:
	case SPOT_AFTER_ATTR:
		return "a marker where an attribute's name belongs: only values can be filled in";
	case SPOT_BEFORE_VALUE:
	case SPOT_VALUE_BARE:
		return "a marker in a value without quotes: write name=\"{{...}}\"";
	case SPOT_VALUE:
		return marker_in_value(s);
	case SPOT_COMMENT:
		return NULL;
	case SPOT_DECLARATION:
		return "a marker in <!...> or <?...>";
	default:
		if (s->matched)
			return "a '<' right before a marker: write &lt;";
		if (s->element == ELEMENT_OPAQUE)
			return "a marker in an element whose text cannot be escaped";
		return s->element == ELEMENT_ESCAPABLE ? NULL : marker_in_code(s);
	}
}

void scan_past_marker(struct scan *s)
{
	s->scheme_marker = true;
	if (s->spot == SPOT_VALUE && !strcmp(s->attr_name, "content"))
		s->meta_marker = true;
	s->matched = 0;
	s->code_last = 'x';
	s->url_matched = 0;
}

const char *scan_at_section(struct scan *s)
{
	switch (s->spot) {
	case SPOT_TAG_NAME:
		s->element = element_of(s->name);
		break;
	case SPOT_ATTR_NAME:
	case SPOT_VALUE_BARE:
		break;
	case SPOT_AFTER_ATTR:
		s->spot = SPOT_IN_TAG;
		return NULL;
	case SPOT_LESS:
		return "a section begins or ends right after '<'";
	case SPOT_BEFORE_VALUE:
		return "a section begins or ends between '=' and the value";
	case SPOT_DECLARATION:
		return "a section begins or ends in <!...> or <?...>";
	case SPOT_RAW:
		return s->matched ? "a section begins or ends in a closing tag" : NULL;
	default:
		return NULL;
	}
	s->spot = SPOT_IN_TAG;
	s->need_gap = true;
	return NULL;
}

static bool same_tag(const struct scan *a, const struct scan *b)
{
	return a->element == b->element && a->end_tag == b->end_tag && !strcmp(a->name, b->name) &&
	       a->foreign_script == b->foreign_script;
}

static bool same_code(const struct scan *a, const struct scan *b)
{
	return a->code_quote == b->code_quote && a->code_escape == b->code_escape &&
	       a->in_url == b->in_url;
}

bool scan_join(struct scan *s, const struct scan *other)
{
	bool same = s->spot == other->spot && s->noscript == other->noscript;
	if (s->spot != SPOT_DATA && s->spot != SPOT_COMMENT)
		same = same && same_tag(s, other);
	if (s->spot == SPOT_VALUE)
		same = same && s->quote == other->quote && !strcmp(s->attr_name, other->attr_name);
	if (s->spot == SPOT_VALUE || s->spot == SPOT_RAW)
		same = same && same_code(s, other);
	s->need_gap = s->need_gap || other->need_gap;
	s->http_equiv = s->http_equiv || other->http_equiv;
	s->meta_marker = s->meta_marker || other->meta_marker;
	s->scheme_open = s->scheme_open || other->scheme_open;
	s->scheme_marker = s->scheme_marker || other->scheme_marker;
	s->scheme_bad = s->scheme_bad || other->scheme_bad;
	s->matched = s->matched > other->matched ? s->matched : other->matched;
	return same;
}

const char *scan_describe(const struct scan *s)
{
	static const char *const texts[] = {
		[SPOT_DATA] = "between elements",
		[SPOT_LESS] = "after '<'",
		[SPOT_TAG_NAME] = "inside a tag",
		[SPOT_IN_TAG] = "inside a tag",
		[SPOT_ATTR_NAME] = "inside a tag",
		[SPOT_AFTER_ATTR] = "inside a tag",
		[SPOT_BEFORE_VALUE] = "inside a tag",
		[SPOT_VALUE] = "inside an attribute",
		[SPOT_VALUE_BARE] = "inside an attribute",
		[SPOT_COMMENT] = "inside a comment",
		[SPOT_DECLARATION] = "inside a declaration",
		[SPOT_RAW] = "inside an element that holds text only (script, style, title ...)",
	};
	return texts[s->spot];
}
