/* highlight_markup.c: HTML and XML with what stands in them: styles, scripts, PHP, template tags, and
 * the elements of JSX. */
#include "base/base.h"

#include "text/highlight_langs.h"
#include "text/highlight_scan.h"

static void mark_next(struct hl_scan *s, size_t n, enum hl class)
{
	hl_mark(s->pen, s->pen->pos + n, class);
}

/* &amp; &#38; &#x26; */
static bool take_reference(struct hl_scan *s)
{
	size_t from = s->pen->pos + 1, at = from;
	at += hl_at(s, at, "#");
	for (; at < s->end && at - from < HL_WORD_MAX_B; at++)
		if (!hl_is_letter(s->text[at]) && !hl_is_digit(s->text[at]))
			break;
	if (at == from || !hl_at(s, at, ";"))
		return false;
	hl_mark(s->pen, at + 1, HL_ESCAPE);
	return true;
}

static size_t name_with(const struct hl_scan *s, size_t at, const char *others)
{
	size_t to = hl_word_end(s, at);
	while (to < s->end && strchr(others, s->text[to]))
		to = hl_word_end(s, to + 1);
	return to;
}

static size_t name_end(const struct hl_scan *s, size_t at)
{
	return name_with(s, at, "-:.@");
}

static void attribute_value(struct hl_scan *s)
{
	size_t at = s->pen->pos;
	char quote[2] = { s->text[at] };
	struct hl_region value = {
		.close = str_of(quote), .class = HL_STRING, .flags = HL_MULTILINE, .end = s->end,
	};
	if (quote[0] == '"' || quote[0] == '\'') {
		hl_region(s, &value, at + 1);
		return;
	}
	while (at < s->end && !hl_is_blank(s->text[at]) && !strchr("\n>{", s->text[at]))
		at++;
	hl_mark(s->pen, at, HL_STRING);
}

/* One attribute, blank or stray byte of a tag. */
static void tag_step(struct hl_scan *s)
{
	bool html = s->language->flags & HL_FOLD; /* Angular: *ngFor, (click), [value], #name */
	size_t to = name_with(s, s->pen->pos, html ? "-:.@*#()[]" : "-:.@");
	char c = s->text[s->pen->pos];
	if (to > s->pen->pos) {
		hl_mark(s->pen, to, HL_ATTRIBUTE);
	} else if (c == '"' || c == '\'') {
		attribute_value(s);
	} else if (c == '=') {
		mark_next(s, 1, HL_OPERATOR);
		hl_mark(s->pen, hl_blanks_end(s, s->pen->pos), HL_PLAIN);
		if (s->pen->pos < s->end && !strchr("\n>{</", s->text[s->pen->pos]))
			attribute_value(s);
	} else {
		mark_next(s, 1, HL_PLAIN);
	}
}

enum tag { TAG_OPENS, TAG_CLOSES, TAG_EMPTY };

/* The pen stands before <name, </name or <>. `jsx`: {code} may stand in the tag. */
static enum tag take_tag(struct hl_scan *s, bool jsx)
{
	size_t at = s->pen->pos + 1;
	bool closing = hl_at(s, at, "/");
	hl_mark(s->pen, name_end(s, at + closing), HL_TAG);
	while (s->pen->pos < s->end && s->text[s->pen->pos] != '<') {
		if (hl_at(s, s->pen->pos, ">")) {
			mark_next(s, 1, HL_TAG);
			break;
		}
		if (hl_at(s, s->pen->pos, "/>")) {
			mark_next(s, 2, HL_TAG);
			return TAG_EMPTY;
		}
		if (s->text[s->pen->pos] == '{' && jsx) {
			mark_next(s, 1, HL_PLAIN);
			hl_scan_until(s, '}', false);
			continue;
		}
		if (s->text[s->pen->pos] != '{' || !hl_try_rule(s)) /* a template's tag */
			tag_step(s);
	}
	return closing ? TAG_CLOSES : TAG_OPENS;
}

/* The content of an element that is no markup, up to its closing tag. */
static void take_raw(struct hl_scan *s, struct str closing_tag, const struct hl_language *language)
{
	hl_embed(s->pen, language, hl_ifind(s, s->pen->pos, closing_tag));
}

static void take_element(struct hl_scan *s)
{
	size_t name = s->pen->pos + 1;
	struct str word = str_n(s->text + name, name_end(s, name) - name);
	bool html = s->language->flags & HL_FOLD;
	if (take_tag(s, false) != TAG_OPENS || !html)
		return;
	if (str_ieq(word, STR("script")))
		take_raw(s, STR("</script"), &hl_javascript);
	else if (str_ieq(word, STR("style")))
		take_raw(s, STR("</style"), &hl_css);
}

void hl_scan_markup(struct hl_scan *s)
{
	while (s->pen->pos < s->end) {
		size_t at = s->pen->pos;
		char c = s->text[at];
		char next = at + 1 < s->end ? s->text[at + 1] : '\0';
		if ((s->kinds[(unsigned char)c] & HL_IS_RULE) && hl_try_rule(s))
			continue;
		if (c == '&' && take_reference(s))
			continue;
		if (c == '<' && (hl_is_letter(next) || next == '/' || next == '_')) {
			take_element(s);
			continue;
		}
		for (at++; at < s->end && !strchr("<&{\n", s->text[at]); at++)
			;
		hl_mark(s->pen, at, HL_PLAIN);
	}
}

/* What stands between rule->open and rule->close, in another language. */
static bool take_inside(struct hl_scan *s, const struct hl_rule *rule, const struct hl_language *language)
{
	struct hl_scan code;
	hl_mark(s->pen, s->pen->pos + strlen(rule->open), HL_DIRECTIVE);
	hl_scan_init(&code, s->pen, language, hl_find(s, s->pen->pos, str_of(rule->close)));
	hl_scan_code(&code);
	if (s->pen->pos < s->end)
		mark_next(s, strlen(rule->close), HL_DIRECTIVE);
	return true;
}

bool hl_form_template(struct hl_scan *s, const struct hl_rule *rule)
{
	return take_inside(s, rule, &hl_template_code);
}

bool hl_form_php(struct hl_scan *s, const struct hl_rule *rule)
{
	return take_inside(s, rule, &hl_php);
}

/* With an opening tag somewhere it is a page, else code alone. */
void hl_scan_php(struct hl_scan *s)
{
	if (hl_find(s, s->pen->pos, STR("<?")) < s->end)
		hl_embed(s->pen, &hl_php_page, s->end);
	else
		hl_scan_code(s);
}

/* The pen stands behind an element that has content; up to the next tag. */
static void jsx_text(struct hl_scan *s)
{
	while (s->pen->pos < s->end && s->text[s->pen->pos] != '<') {
		size_t at = s->pen->pos;
		bool code = s->text[at] == '{';
		for (at++; !code && at < s->end && s->text[at] != '<' && s->text[at] != '{'; at++)
			;
		hl_mark(s->pen, at, HL_PLAIN);
		if (code)
			hl_scan_until(s, '}', false);
	}
}

bool hl_form_jsx(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t open = 0, at = s->pen->pos + strlen(rule->open);
	char next = at < s->end ? s->text[at] : '\0';
	if ((next != '>' && !hl_is_letter(next)) || s->pen->depth >= HL_DEPTH_MAX)
		return false;
	s->pen->depth++;
	do {
		enum tag tag = take_tag(s, true);
		open += tag == TAG_OPENS;
		open -= tag == TAG_CLOSES && open > 0;
		if (open > 0)
			jsx_text(s);
	} while (open > 0 && s->pen->pos < s->end);
	s->pen->depth--;
	return true;
}
