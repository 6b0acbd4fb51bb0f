/* highlight_forms.c: strings and sigils whose shape a pair of literals cannot describe. */
#include "base/base.h"

#include "text/highlight_scan.h"

#define CLOSE_MAX_B 80

static char byte_at(const struct hl_scan *s, size_t at)
{
	return at < s->end ? s->text[at] : '\0';
}

static bool is_word_byte(const struct hl_scan *s, size_t at)
{
	return at < s->end && (s->kinds[(unsigned char)s->text[at]] & HL_IS_WORD);
}

static size_t behind_open(const struct hl_scan *s, const struct hl_rule *rule)
{
	return s->pen->pos + strlen(rule->open);
}

bool hl_form_sigil(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t at = behind_open(s, rule);
	if (!is_word_byte(s, at) || hl_is_digit(s->text[at]))
		return false;
	at = hl_word_end(s, at);
	while ((rule->flags & HL_DOTTED) && byte_at(s, at) == '.' && is_word_byte(s, at + 1))
		at = hl_word_end(s, at + 1);
	hl_mark(s->pen, at, rule->class);
	return true;
}

bool hl_form_character(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t from = behind_open(s, rule), to;
	if (byte_at(s, from) == '\\') { /* \n, \', \x41, \u{10FFFF} */
		for (to = from + 2; to < s->end && to - from < 11 && !strchr("'\n", s->text[to]); to++)
			;
	} else {
		to = hl_char_end(s, from);
	}
	if (byte_at(s, to) != '\'' || byte_at(s, from) == '\'' || byte_at(s, from) == '\n')
		return false;
	if (s->text[from] == '\\') {
		hl_mark(s->pen, from, rule->class);
		hl_mark(s->pen, to, HL_ESCAPE);
	}
	hl_mark(s->pen, to + 1, rule->class);
	return true;
}

bool hl_form_dollar(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t to = hl_variable_end(s, s->pen->pos, s->end);
	if (to <= s->pen->pos + 1)
		return false;
	hl_mark(s->pen, to, rule->class);
	return true;
}

/* The word of a preprocessor and, for #include, the name in <>. */
bool hl_form_directive(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t word = hl_blanks_end(s, behind_open(s, rule)), to = hl_word_end(s, word);
	struct str name = str_n(s->text + word, to - word);
	if (to == word)
		return false;
	hl_mark(s->pen, to, rule->class);
	if (!str_starts(name, STR("include")) && !str_is(name, "import"))
		return true;
	to = hl_blanks_end(s, to);
	if (byte_at(s, to) != '<')
		return true;
	struct hl_region path = { .close = STR(">"), .class = HL_STRING, .end = s->end };
	hl_mark(s->pen, to, HL_PLAIN);
	hl_region(s, &path, to + 1);
	return true;
}

bool hl_form_literal(struct hl_scan *s, const struct hl_rule *rule)
{
	hl_mark(s->pen, behind_open(s, rule), rule->class);
	return true;
}

bool hl_form_enclosed(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t from = behind_open(s, rule), to = hl_word_end(s, from);
	if (to == from || !hl_at(s, to, rule->close))
		return false;
	hl_mark(s->pen, to + strlen(rule->close), rule->class);
	return true;
}

/* Not the row of an array, behind which a comma or another bracket stands. */
bool hl_form_section(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t end = hl_line_end(s, s->pen->pos), at = s->pen->pos, depth = 0;
	for (; at < end; at++) {
		depth += s->text[at] == '[';
		if (s->text[at] == ']' && --depth == 0)
			break;
	}
	size_t behind = at < end ? hl_blanks_end(s, at + 1) : end;
	if (at == end || s->text[at - 1] == '[' || (behind < end && s->text[behind] != '#'))
		return false;
	hl_mark(s->pen, at + 1, rule->class);
	return true;
}

bool hl_form_brackets(struct hl_scan *s, const struct hl_rule *rule)
{
	struct hl_region region = {
		.open = STR("["), .close = STR("]"), .class = rule->class,
		.flags = HL_NESTED | HL_MULTILINE, .end = s->end,
	};
	hl_region(s, &region, behind_open(s, rule));
	return true;
}

/* A region that ends with text which its own beginning tells. */
static bool take_until(struct hl_scan *s, const struct hl_rule *rule, size_t from, const char *close)
{
	struct hl_region region = {
		.close = str_of(close), .class = rule->class, .flags = HL_MULTILINE, .end = s->end,
	};
	hl_region(s, &region, from);
	return true;
}

bool hl_form_hashes(struct hl_scan *s, const struct hl_rule *rule)
{
	char close[CLOSE_MAX_B] = "\"";
	size_t at = behind_open(s, rule), n = 1;
	if (at > s->pen->pos && s->text[at - 1] == '#')
		close[n++] = '#';
	for (; byte_at(s, at) == '#' && n < sizeof close - 1; at++)
		close[n++] = '#';
	return byte_at(s, at) == '"' && take_until(s, rule, at + 1, close);
}

bool hl_form_levels(struct hl_scan *s, const struct hl_rule *rule)
{
	char close[CLOSE_MAX_B] = "]";
	size_t at = behind_open(s, rule), n = 1;
	for (; byte_at(s, at) == '=' && n < sizeof close - 2; at++)
		close[n++] = '=';
	close[n] = ']';
	return byte_at(s, at) == '[' && take_until(s, rule, at + 1, close);
}

/* [lex.string]: at most 16 characters stand before the parenthesis, none a blank, \ or bracket. */
bool hl_form_raw_cpp(struct hl_scan *s, const struct hl_rule *rule)
{
	char close[CLOSE_MAX_B] = ")";
	size_t at = behind_open(s, rule), n = 1;
	for (; n <= 16 && at < s->end && !strchr("() \\\n\t", s->text[at]); at++)
		close[n++] = s->text[at];
	close[n] = '"';
	return byte_at(s, at) == '(' && take_until(s, rule, at + 1, close);
}

/* Remembers what ends the heredoc; its lines are marked when the newline comes. */
bool hl_form_heredoc(struct hl_scan *s, const struct hl_rule *rule)
{
	bool shell = s->language->first_class != HL_PLAIN, spaced = shell || strlen(rule->open) > 2;
	size_t at = behind_open(s, rule);
	bool dashed = byte_at(s, at) == '-' || byte_at(s, at) == '~';
	at += dashed;
	if (spaced)
		at = hl_blanks_end(s, at);
	char quote = byte_at(s, at) == '\'' || byte_at(s, at) == '"' ? s->text[at] : '\0';
	size_t word = at + (quote != '\0'), to = word;
	while (hl_is_letter(byte_at(s, to)) || hl_is_digit(byte_at(s, to)) || byte_at(s, to) == '_')
		to++;
	if (to == word || (quote && byte_at(s, to) != quote))
		return false;
	/* Elsewhere than in shells, << is an operator too: only what looks like a heredoc is one. */
	if (!spaced && !dashed && !quote && !hl_is_upper(s->text[word]))
		return false;
	s->heredoc = str_n(s->text + word, to - word);
	s->heredoc_plain = quote == '\'';
	hl_mark(s->pen, at, HL_OPERATOR);
	hl_mark(s->pen, to + (quote != '\0'), rule->class);
	return true;
}

/* Is this line the one that ends the heredoc? */
static bool ends_heredoc(const struct hl_scan *s, size_t line, size_t line_end)
{
	size_t at = hl_blanks_end(s, line), to = at + s->heredoc.n;
	if (to > line_end || memcmp(s->text + at, s->heredoc.p, s->heredoc.n) != 0)
		return false;
	return to == line_end || strchr(";,.)\r", s->text[to]) != NULL;
}

void hl_heredoc_body(struct hl_scan *s)
{
	struct hl_region body = { .class = HL_STRING, .flags = HL_MULTILINE };
	size_t line = s->pen->pos, line_end = hl_line_end(s, line);
	while (line < s->end && !ends_heredoc(s, line, line_end)) {
		line = line_end < s->end ? line_end + 1 : s->end;
		line_end = hl_line_end(s, line);
	}
	for (const struct hl_rule *rule = s->language->rules; rule->open && !s->heredoc_plain; rule++)
		if (strcmp(rule->open, "\"") == 0) { /* what a quoted string may hold, a heredoc may */
			body.code = rule->code;
			body.flags |= rule->flags & (HL_ESCAPES | HL_DOLLAR);
		}
	body.end = line;
	size_t to = line < s->end ? hl_blanks_end(s, line) + s->heredoc.n : s->end;
	s->heredoc = (struct str){ "", 0 };
	hl_region(s, &body, s->pen->pos);
	hl_mark(s->pen, to, HL_STRING);
	s->fresh = false;
}

bool hl_form_regex(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t at = behind_open(s, rule);
	bool in_class = false;
	if (hl_is_unclosed(s, rule, at) || byte_at(s, at) == '/')
		return false;
	for (; at < s->end && s->text[at] != '\n' && (in_class || s->text[at] != '/'); at++) {
		if (s->text[at] == '\\' && at + 1 < s->end && s->text[at + 1] != '\n')
			at++;
		else if (s->text[at] == '[')
			in_class = true;
		else if (s->text[at] == ']')
			in_class = false;
	}
	if (byte_at(s, at) != '/') {
		hl_note_unclosed(s, rule, at);
		return false;
	}
	for (at++; hl_is_letter(byte_at(s, at)); at++) /* flags */
		;
	hl_mark(s->pen, at, rule->class);
	return true;
}

/* One delimited part that begins behind the opening delimiter. */
static void percent_part(struct hl_scan *s, const struct hl_rule *rule, size_t from)
{
	char open[2] = { s->text[from - 1] }, close[2] = { hl_closing(open[0]) };
	struct hl_region region = {
		.open = str_of(open), .close = str_of(close), .code = rule->code, .class = rule->class,
		.flags = HL_SKIPS | (rule->flags & HL_DOLLAR), .end = s->end,
	};
	if (open[0] != close[0])
		region.flags |= HL_NESTED | HL_MULTILINE;
	hl_region(s, &region, from);
}

bool hl_form_percent(struct hl_scan *s, const struct hl_rule *rule)
{
	bool word = hl_is_letter(rule->open[0]); /* q(a): the opening itself is the letter */
	size_t at = behind_open(s, rule);
	bool lettered = !word && hl_is_letter(byte_at(s, at));
	at += lettered;
	char open = byte_at(s, at);
	if (open <= ' ' || is_word_byte(s, at) || strchr("=,;)]}>", open) || (unsigned char)open >= 0x7F)
		return false;
	if (!word && !lettered && (s->operand || !strchr("([{", open)))
		return false; /* a % b */
	percent_part(s, rule, at + 1);
	if (rule->flags & HL_TWICE) {
		at = s->pen->pos;
		if (hl_closing(open) == open)
			percent_part(s, rule, at);
		else if (byte_at(s, at) == open)
			percent_part(s, rule, at + 1);
	}
	return true;
}
