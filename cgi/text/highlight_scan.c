/* highlight_scan.c: the scanner of code that the language tables drive: one token after the other. */
#include "base/base.h"

#include "text/highlight_scan.h"

static void set_kinds(struct hl_scan *s, const char *bytes, unsigned char kind)
{
	for (; bytes && *bytes; bytes++)
		s->kinds[(unsigned char)*bytes] |= kind;
}

void hl_scan_init(struct hl_scan *s, struct hl_pen *pen, const struct hl_language *language, size_t end)
{
	*s = (struct hl_scan){
		.pen = pen, .language = language, .text = pen->text, .end = end,
		.fresh = true, .first = true,
	};
	memset(&s->kinds[0x80], HL_IS_WORD, 0x80);
	memset(&s->kinds['a'], HL_IS_WORD, 26);
	memset(&s->kinds['A'], HL_IS_WORD, 26);
	memset(&s->kinds['0'], HL_IS_WORD | HL_IS_DIGIT, 10);
	set_kinds(s, "_", HL_IS_WORD);
	set_kinds(s, " \t\r\f\v", HL_IS_BLANK);
	set_kinds(s, language->word_bytes, HL_IS_WORD);
	set_kinds(s, language->operators, HL_IS_OPERATOR);
	set_kinds(s, language->starters, HL_IS_STARTER);
	for (const struct hl_rule *rule = language->rules; rule->open; rule++)
		s->kinds[(unsigned char)rule->open[0]] |= HL_IS_RULE;
}

static unsigned kind_at(const struct hl_scan *s, size_t at)
{
	return at < s->end ? s->kinds[(unsigned char)s->text[at]] : 0;
}

static bool has_flag(const struct hl_scan *s, unsigned flag)
{
	return s->language->flags & flag;
}

/* What follows a token that is neither blank nor comment. */
static void after_token(struct hl_scan *s, bool operand)
{
	s->fresh = s->first = false;
	s->operand = operand;
	s->next_word = HL_PLAIN;
}

/* --- words --- */

/* Does key_mark stand behind what ends at `to`? */
static bool mark_follows(const struct hl_scan *s, size_t to)
{
	const char *mark = s->language->key_mark;
	size_t at = has_flag(s, HL_KEY_CLOSE) ? to : hl_blanks_end(s, to);
	if (!mark || !hl_at(s, at, mark))
		return false;
	at += strlen(mark);
	if (at >= s->end)
		return true;
	if (has_flag(s, HL_KEY_BLANK))
		return s->text[at] == '\n' || hl_is_blank(s->text[at]);
	return s->text[at] != s->text[at - 1]; /* == is no =, :: no : */
}

static bool is_key(const struct hl_scan *s, size_t to)
{
	if ((has_flag(s, HL_KEY_FIRST) && !s->first) || (has_flag(s, HL_KEY_LINE) && !s->fresh))
		return false;
	return mark_follows(s, to);
}

static bool is_member(const struct hl_scan *s, size_t from)
{
	return has_flag(s, HL_MEMBERS) && from > 0 && s->text[from - 1] == '.'
		&& !(from > 1 && s->text[from - 2] == '.');
}

static enum hl listed(const struct hl_language *l, const char *word, size_t n)
{
	for (; l; l = l->parent) {
		if (hl_list_has(l->keywords, word, n))
			return HL_KEYWORD;
		if (hl_list_has(l->types, word, n))
			return HL_TYPE;
		if (hl_list_has(l->builtins, word, n))
			return HL_BUILTIN;
	}
	return HL_PLAIN;
}

static enum hl announced(const struct hl_language *l, const char *word, size_t n)
{
	for (; l; l = l->parent) {
		if (hl_list_has(l->function_after, word, n))
			return HL_FUNCTION;
		if (hl_list_has(l->type_after, word, n))
			return HL_TYPE;
	}
	return HL_PLAIN;
}

static bool is_constant(const char *word, size_t n)
{
	size_t letters = 0;
	for (size_t i = 0; i < n; i++) {
		if (!hl_is_upper(word[i]) && !hl_is_digit(word[i]) && word[i] != '_')
			return false;
		letters += hl_is_upper(word[i]);
	}
	return n > 1 && letters > 0;
}

/* By its form alone. */
static enum hl shaped(const struct hl_scan *s, const char *word, size_t n)
{
	bool upper = hl_is_upper(word[0]);
	bool call = has_flag(s, HL_CALLS) && hl_at(s, (size_t)(word - s->text) + n, "(");
	if (call && (!upper || !has_flag(s, HL_CAPITAL_TYPES) || has_flag(s, HL_CAPITAL_CALLS)))
		return HL_FUNCTION;
	if (has_flag(s, HL_CONSTANTS) && is_constant(word, n))
		return HL_BUILTIN;
	if (has_flag(s, HL_T_TYPES) && n > 2 && word[n - 2] == '_' && word[n - 1] == 't')
		return HL_TYPE;
	if (has_flag(s, HL_CAPITAL_TYPES) && upper)
		return HL_TYPE;
	return has_flag(s, HL_VARIABLES) && (upper || word[0] == '_') ? HL_VARIABLE : HL_PLAIN;
}

static enum hl word_class(struct hl_scan *s, size_t from, size_t to)
{
	const struct hl_language *l = s->language;
	const char *word = s->text + from;
	size_t n = to - from;
	char lower[HL_WORD_MAX_B];
	bool first = s->first, listable = n <= sizeof lower && !is_member(s, from);
	enum hl expected = s->next_word, class;

	for (size_t i = 0; listable && has_flag(s, HL_FOLD) && i < n; i++)
		lower[i] = hl_lower(word[i]);
	const char *known = has_flag(s, HL_FOLD) ? lower : word;
	bool key = is_key(s, to);
	after_token(s, true);
	if (expected && hl_at(s, to, "."))
		s->next_word = expected; /* function a.b.c */
	if (key) {
		s->assigned = has_flag(s, HL_KEY_FIRST);
		return l->key_class;
	}
	if (listable && first && hl_list_has(l->first_words, known, n)) {
		s->first = true;
		return HL_KEYWORD;
	}
	if (listable && (class = listed(l, known, n)) != HL_PLAIN) {
		s->operand = class != HL_KEYWORD;
		s->next_word = announced(l, known, n);
		return class;
	}
	if (listable && announced(l, known, n))
		s->next_word = announced(l, known, n);
	if (expected)
		return expected;
	return first && l->first_class ? l->first_class : shaped(s, word, n);
}

/* The r of r"raw". */
static bool is_prefix(const struct hl_scan *s, size_t from, size_t to)
{
	char lower[8];
	size_t n = to - from;
	if (!s->language->prefixes || n > sizeof lower || !(hl_at(s, to, "\"") || hl_at(s, to, "'")))
		return false;
	for (size_t i = 0; i < n; i++)
		lower[i] = hl_lower(s->text[from + i]);
	return hl_list_has(s->language->prefixes, lower, n);
}

static void word(struct hl_scan *s)
{
	size_t from = s->pen->pos, to = hl_word_end(s, from);
	if (to == from)
		to++;
	if (is_prefix(s, from, to)) {
		hl_mark(s->pen, to, HL_STRING);
		return;
	}
	if (has_flag(s, HL_TAILS) && (hl_at(s, to, "?") || hl_at(s, to, "!")) && !hl_at(s, to + 1, "="))
		to++;
	enum hl class = word_class(s, from, to);
	bool bang = hl_at(s, to, "!") && !hl_at(s, to + 1, "=");
	if (bang && has_flag(s, HL_MACROS) && class != HL_KEYWORD) {
		class = HL_DIRECTIVE;
		to++;
	}
	hl_mark(s->pen, to, class);
}

/* --- numbers --- */

static bool digit_at(const struct hl_scan *s, size_t at)
{
	return at < s->end && hl_is_digit(s->text[at]);
}

/* Does the number go on with the byte at `at`, which is neither letter, digit nor underscore? */
static bool number_goes_on(const struct hl_scan *s, size_t at, bool hex)
{
	char before = hl_lower(s->text[at - 1]);
	switch (s->text[at]) {
	case '.':
		return digit_at(s, at + 1);
	case '+':
		return digit_at(s, at + 1) && before == (hex ? 'p' : 'e');
	case '-':
		if (has_flag(s, HL_DATES) && hl_is_digit(before))
			return digit_at(s, at + 1);
		return digit_at(s, at + 1) && before == (hex ? 'p' : 'e');
	case ':':
		return has_flag(s, HL_DATES) && digit_at(s, at + 1);
	case '\'':
		return has_flag(s, HL_TICKS) && at + 1 < s->end && hl_is_hex(s->text[at + 1]);
	default:
		return false;
	}
}

size_t hl_number_end(const struct hl_scan *s, size_t from)
{
	bool hex = hl_at(s, from, "0x") || hl_at(s, from, "0X");
	size_t at = from + 1;
	while (at < s->end) {
		char c = s->text[at];
		if (!hl_is_letter(c) && !hl_is_digit(c) && c != '_' && !number_goes_on(s, at, hex))
			break;
		at++;
	}
	return at;
}

static void number(struct hl_scan *s)
{
	size_t to = hl_number_end(s, s->pen->pos);
	if (has_flag(s, HL_LOOSE) && (kind_at(s, to) & HL_IS_WORD)) {
		word(s);
		return;
	}
	hl_mark(s->pen, to, HL_NUMBER);
	after_token(s, true);
}

/* --- rules --- */

static bool rule_may_begin(const struct hl_scan *s, const struct hl_rule *rule, size_t at)
{
	char before = at > 0 ? s->text[at - 1] : '\n';
	if ((rule->flags & HL_LINE_START) && !s->fresh)
		return false;
	if ((rule->flags & HL_OPERAND) && s->operand)
		return false;
	if ((rule->flags & HL_AFTER_BLANK) && !hl_is_blank(before) && !strchr("\n;|&(){}", before))
		return false;
	if ((rule->flags & HL_APART) && (before == rule->open[0] || strchr(")]}\"'", before)
					 || (s->kinds[(unsigned char)before] & HL_IS_WORD)))
		return false;
	return true;
}

/* Is the string whose content begins at `at` a key? Reads it to its end, which is read once more
 * when it is marked: twice is still linear, but only as long as both mean the same end. */
static bool is_quoted_key(const struct hl_scan *s, const struct hl_rule *rule, size_t at)
{
	bool escapes = rule->flags & (HL_ESCAPES | HL_SKIPS);
	if (!has_flag(s, HL_KEY_QUOTED) || (has_flag(s, HL_KEY_LINE) && !s->fresh))
		return false;
	for (; at < s->end && s->text[at] != '\n'; at++) {
		if (s->text[at] == '\\' && escapes)
			at++;
		else if (hl_at(s, at, rule->close))
			return mark_follows(s, at + strlen(rule->close));
	}
	return false;
}

void hl_note_unclosed(struct hl_scan *s, const struct hl_rule *rule, size_t to)
{
	s->unclosed_to[rule - s->language->rules] = to;
}

bool hl_is_unclosed(const struct hl_scan *s, const struct hl_rule *rule, size_t at)
{
	return at < s->unclosed_to[rule - s->language->rules];
}

/* Reads no further than to what it looks for: finding the end of the line first would take quadratic
 * time on a long one. */
static bool is_closed(struct hl_scan *s, const struct hl_rule *rule, size_t from)
{
	size_t at = from;
	if (hl_is_unclosed(s, rule, from))
		return false;
	for (; at < s->end && s->text[at] != '\n'; at++)
		if (s->text[at] == rule->close[0] && hl_at(s, at, rule->close))
			return true;
	hl_note_unclosed(s, rule, at);
	return false;
}

static void take_region(struct hl_scan *s, const struct hl_rule *rule)
{
	size_t from = s->pen->pos + strlen(rule->open);
	struct hl_region region = {
		.open = str_of(rule->open), .code = rule->code, .class = rule->class,
		.flags = rule->flags, .end = s->end,
	};
	if (rule->close)
		region.close = str_of(rule->close);
	else
		region.end = hl_line_end(s, from);
	if (rule->class == HL_STRING && rule->close && is_quoted_key(s, rule, from))
		region.class = s->language->key_class;
	hl_region(s, &region, from);
}

bool hl_try_rule(struct hl_scan *s)
{
	size_t at = s->pen->pos;
	for (const struct hl_rule *rule = s->language->rules; rule->open; rule++) {
		if (!hl_at(s, at, rule->open) || !rule_may_begin(s, rule, at))
			continue;
		if ((rule->flags & HL_CLOSED) && !is_closed(s, rule, at + strlen(rule->open)))
			continue;
		if (!rule->form)
			take_region(s, rule);
		else if (!rule->form(s, rule))
			continue;
		if (rule->class != HL_COMMENT)
			after_token(s, rule->class != HL_DIRECTIVE && rule->class != HL_ATTRIBUTE);
		return true;
	}
	return false;
}

/* --- all else --- */

static void newline(struct hl_scan *s)
{
	size_t at = s->pen->pos;
	hl_mark(s->pen, at + 1, HL_PLAIN);
	s->fresh = true;
	s->assigned = false;
	bool continues = has_flag(s, HL_CONTINUES) && at > 0 && s->text[at - 1] == '\\';
	if ((kind_at(s, at) & HL_IS_STARTER) && !continues)
		s->first = true;
	if (s->heredoc.n > 0)
		hl_heredoc_body(s);
}

static void blanks(struct hl_scan *s)
{
	hl_mark(s->pen, hl_blanks_end(s, s->pen->pos), HL_PLAIN);
	if (s->assigned)
		s->first = true;
	s->assigned = false;
}

static void operators(struct hl_scan *s)
{
	size_t to = s->pen->pos;
	bool first = false;
	do {
		first = kind_at(s, to) & HL_IS_STARTER;
		to++;
	} while ((kind_at(s, to) & (HL_IS_OPERATOR | HL_IS_RULE)) == HL_IS_OPERATOR);
	hl_mark(s->pen, to, HL_OPERATOR);
	after_token(s, false);
	s->first = first;
}

static void punctuation(struct hl_scan *s)
{
	char c = s->text[s->pen->pos];
	enum hl expected = c == '.' ? s->next_word : HL_PLAIN;
	unsigned kind = kind_at(s, s->pen->pos);
	hl_mark(s->pen, s->pen->pos + 1, HL_PLAIN);
	after_token(s, c == ')' || c == ']');
	s->next_word = expected;
	s->first = kind & HL_IS_STARTER;
}

static bool signed_number(const struct hl_scan *s)
{
	size_t at = s->pen->pos;
	return has_flag(s, HL_SIGNED) && !s->operand && s->text[at] == '-' && digit_at(s, at + 1);
}

void hl_step(struct hl_scan *s)
{
	unsigned kind = kind_at(s, s->pen->pos);
	if (s->text[s->pen->pos] == '\n')
		newline(s);
	else if (kind & HL_IS_BLANK)
		blanks(s);
	else if ((kind & HL_IS_RULE) && hl_try_rule(s))
		return;
	else if ((kind & HL_IS_DIGIT) || signed_number(s))
		number(s);
	else if (kind & HL_IS_OPERATOR)
		operators(s);
	else if (kind & HL_IS_WORD)
		word(s);
	else
		punctuation(s);
}

void hl_scan_code(struct hl_scan *s)
{
	while (s->pen->pos < s->end)
		hl_step(s);
}

void hl_scan_until(struct hl_scan *s, char close, bool one_line)
{
	char open = close == ')' ? '(' : close == ']' ? '[' : '{';
	size_t depth = 0;
	s->first = true;
	s->operand = false;
	for (; s->pen->pos < s->end; hl_step(s)) {
		char c = s->text[s->pen->pos];
		if ((c == '\n' && one_line) || (c == close && depth == 0))
			return;
		depth += c == open;
		depth -= c == close;
	}
}

void hl_embed(struct hl_pen *pen, const struct hl_language *language, size_t end)
{
	if (language && pen->depth < HL_DEPTH_MAX && pen->pos < end) {
		struct hl_scan s;
		hl_scan_init(&s, pen, language, end);
		pen->depth++;
		if (language->scan)
			language->scan(&s);
		else
			hl_scan_code(&s);
		pen->depth--;
	}
	hl_mark(pen, end, HL_PLAIN);
}
