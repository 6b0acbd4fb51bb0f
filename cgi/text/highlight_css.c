/* highlight_css.c: CSS, SCSS and Less: a word is a selector, a property or a value by its place. */
#include "base/base.h"

#include "text/highlight_scan.h"

enum place { SELECTOR, PROPERTY, VALUE };

struct css {
	struct hl_scan *s;
	enum place place;
	size_t parens;
};

#define INTERPOLATION_MAX_B 200
#define DECLARATION_MAX_B 1000 /* to look further each time could take quadratic time */

/* #{...} of SCSS, on one line; `at` itself: there is none. */
static size_t interpolation_end(const struct hl_scan *s, size_t at)
{
	if (!hl_at(s, at, "#{"))
		return at;
	for (size_t to = at; to < s->end && to - at < INTERPOLATION_MAX_B && s->text[to] != '\n'; to++)
		if (s->text[to] == '}')
			return to + 1;
	return at;
}

/* Does a declaration begin here, and not the selector of a rule? */
static bool is_declaration(const struct hl_scan *s, size_t at)
{
	bool colon = false;
	size_t end = s->end - at > DECLARATION_MAX_B ? at + DECLARATION_MAX_B : s->end;
	for (size_t to; at < end; at = to > at ? to : at + 1) {
		char c = s->text[at];
		to = interpolation_end(s, at);
		if (c == '{' || c == ';' || c == '}')
			return c != '{' && (colon || c == ';');
		colon |= c == ':';
	}
	return colon;
}

static void begin_statement(struct css *css)
{
	css->parens = 0;
	size_t at = hl_blanks_end(css->s, css->s->pen->pos);
	css->place = is_declaration(css->s, at) ? PROPERTY : SELECTOR;
}

static size_t name_end(const struct hl_scan *s, size_t at)
{
	while (at < s->end && (s->kinds[(unsigned char)s->text[at]] & HL_IS_WORD))
		at++;
	return at;
}

static bool begins_name(const struct hl_scan *s, size_t at)
{
	return name_end(s, at) > at && !hl_is_digit(s->text[at]);
}

static bool begins_number(const struct hl_scan *s, size_t at)
{
	if (at < s->end && strchr("+-", s->text[at]))
		at++;
	if (hl_at(s, at, "."))
		at++;
	return at < s->end && hl_is_digit(s->text[at]);
}

static size_t number_end(const struct hl_scan *s, size_t at)
{
	at = hl_number_end(s, at + (strchr("+-.", s->text[at]) != NULL));
	return hl_at(s, at, "%") ? at + 1 : at;
}

static enum hl name_class(const struct css *css, size_t from, size_t to)
{
	const struct hl_scan *s = css->s;
	if (hl_at(s, from, "--"))
		return HL_VARIABLE;
	if (hl_at(s, to, "("))
		return HL_FUNCTION;
	switch (css->place) {
	case SELECTOR:
		return css->parens > 0 ? HL_BUILTIN : HL_TAG;
	case PROPERTY:
		return HL_ATTRIBUTE;
	default:
		return HL_BUILTIN;
	}
}

static void name(struct css *css)
{
	size_t from = css->s->pen->pos, to = name_end(css->s, from);
	hl_mark(css->s->pen, to, name_class(css, from, to));
}

/* . # : of a selector, # $ @ ! of anything, with the name behind it. */
static bool take_sigil(struct css *css)
{
	struct hl_scan *s = css->s;
	size_t at = s->pen->pos, name = at + 1;
	bool selector = css->place == SELECTOR;
	enum hl class = HL_PLAIN;
	switch (s->text[at]) {
	case '.': class = selector ? HL_TYPE : HL_PLAIN; break;
	case '#': class = selector ? HL_TYPE : HL_NUMBER; break;
	case ':':
		name += hl_at(s, name, ":");
		class = selector ? HL_BUILTIN : HL_PLAIN;
		break;
	case '$': class = HL_VARIABLE; break;
	case '@': class = HL_KEYWORD; break;
	case '!': class = HL_KEYWORD; break;
	default: break;
	}
	bool hex_colour = class == HL_NUMBER && name < s->end && hl_is_hex(s->text[name]);
	if (class == HL_PLAIN || !(begins_name(s, name) || hex_colour))
		return false;
	hl_mark(s->pen, name_end(s, name), class);
	if (class == HL_KEYWORD && s->text[at] == '@')
		css->place = hl_at(s, s->pen->pos, ":") ? PROPERTY : VALUE; /* Less: @width: 10px */
	return true;
}

static void punctuation(struct css *css)
{
	struct hl_scan *s = css->s;
	char c = s->text[s->pen->pos];
	bool operator = c != '\0' && strchr(">+~*&=/|^%<-", c);
	hl_mark(s->pen, s->pen->pos + 1, operator ? HL_OPERATOR : HL_PLAIN);
	css->parens += c == '(' || c == '[';
	css->parens -= (c == ')' || c == ']') && css->parens > 0;
	if (c == ':' && css->place == PROPERTY)
		css->place = VALUE;
	if (c == '{' || c == '}' || (c == ';' && css->parens == 0))
		begin_statement(css);
}

void hl_scan_css(struct hl_scan *s)
{
	struct css css = { .s = s };
	begin_statement(&css);
	while (s->pen->pos < s->end) {
		size_t at = s->pen->pos, to = hl_blanks_end(s, at);
		if (to > at)
			hl_mark(s->pen, to, HL_PLAIN);
		else if ((to = interpolation_end(s, at)) > at)
			hl_mark(s->pen, to, HL_ESCAPE);
		else if (hl_try_rule(s) || take_sigil(&css))
			continue;
		else if (begins_number(s, at))
			hl_mark(s->pen, number_end(s, at), HL_NUMBER);
		else if (begins_name(s, at))
			name(&css);
		else
			punctuation(&css);
	}
}
