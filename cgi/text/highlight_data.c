/* highlight_data.c: YAML, INI files and HTTP messages, which are read line by line. */
#include "base/base.h"

#include "text/highlight_langs.h"
#include "text/highlight_scan.h"

static bool is_number(const char *p, size_t n)
{
	size_t digits = 0;
	for (size_t i = 0; i < n; i++) {
		if (!hl_is_hex(p[i]) && !strchr("+-.:_xoTZ", p[i] ? p[i] : '?'))
			return false;
		digits += hl_is_digit(p[i]);
	}
	if (digits > 0 && hl_is_digit(p[0]))
		return true;
	return digits > 0 && n > 1 && strchr("+-.", p[0]) && (hl_is_digit(p[1]) || p[1] == '.');
}

void hl_mark_value(struct hl_pen *pen, size_t to)
{
	static const char constants[] = "FALSE False NULL No Null OFF Off On TRUE True Yes false no"
		" null off on true yes ~";
	struct str value = str_trim(str_n(pen->text + pen->pos, to - pen->pos));
	enum hl class = HL_STRING;
	size_t end = (size_t)(value.p + value.n - pen->text);
	if (value.n > 0 && value.n <= HL_WORD_MAX_B) {
		if (hl_list_has(constants, value.p, value.n))
			class = HL_BUILTIN;
		else if (is_number(value.p, value.n))
			class = HL_NUMBER;
	}
	hl_mark(pen, end, class);
	hl_mark(pen, to, HL_PLAIN);
}

static size_t next_line(const struct hl_scan *s, size_t at)
{
	at = hl_line_end(s, at);
	return at < s->end ? at + 1 : s->end;
}

/* --- YAML --- */

/* Where a comment begins, or the line ends, in plain text from `at` on. */
static size_t plain_end(const struct hl_scan *s, size_t at)
{
	size_t end = hl_line_end(s, at);
	for (; at < end; at++)
		if (s->text[at] == '#' && (at == 0 || strchr(" \t\n", s->text[at - 1])))
			break;
	while (at > s->pen->pos && hl_is_blank(s->text[at - 1]))
		at--;
	return at;
}

/* The colon of a key that begins at `at`, or 0. */
static size_t key_colon(const struct hl_scan *s, size_t at, size_t end)
{
	char quote = at < end && (s->text[at] == '"' || s->text[at] == '\'') ? s->text[at] : '\0';
	if (quote) {
		for (at++; at < end && s->text[at] != quote; at++)
			if (s->text[at] == '\\' && quote == '"')
				at++;
		at = hl_blanks_end(s, at + 1);
		return at < end && s->text[at] == ':' ? at : 0;
	}
	for (; at < end; at++)
		if (s->text[at] == ':' && (at + 1 >= end || hl_is_blank(s->text[at + 1])))
			return at;
	return 0;
}

/* The lines that are indented deeper than `indent`, and empty ones. */
static void block_scalar(struct hl_scan *s, size_t indent)
{
	size_t at = next_line(s, s->pen->pos), end = at;
	while (at < s->end) {
		size_t content = hl_blanks_end(s, at);
		bool empty = content >= s->end || s->text[content] == '\n';
		if (!empty && content - at <= indent)
			break;
		at = next_line(s, at);
		if (!empty)
			end = at;
	}
	hl_mark(s->pen, end, HL_STRING);
}

/* Of {a: b, c} and [a, b], on one line. */
static void flow(struct hl_scan *s, size_t end)
{
	while (s->pen->pos < end) {
		size_t at = s->pen->pos;
		if (strchr("{}[], \t:", s->text[at])) {
			hl_mark(s->pen, at + 1, HL_PLAIN);
			continue;
		}
		if ((s->text[at] == '"' || s->text[at] == '\'') && hl_try_rule(s))
			continue;
		for (; at < end && !strchr("{}[],", s->text[at]); at++)
			if (s->text[at] == ':' && (at + 1 == end || hl_is_blank(s->text[at + 1])))
				break;
		if (at < end && s->text[at] == ':')
			hl_mark(s->pen, at, HL_ATTRIBUTE);
		else
			hl_mark_value(s->pen, at > s->pen->pos ? at : at + 1);
	}
}

/* &anchor, *alias and !tag before a value. */
static bool take_property(struct hl_scan *s)
{
	size_t at = s->pen->pos;
	char c = at < s->end ? s->text[at] : '\0';
	if (c != '&' && c != '*' && c != '!')
		return false;
	while (at < s->end && s->text[at] != '\n' && !hl_is_blank(s->text[at]))
		at++;
	hl_mark(s->pen, at, c == '!' ? HL_TYPE : HL_VARIABLE);
	hl_mark(s->pen, hl_blanks_end(s, at), HL_PLAIN);
	return true;
}

static void yaml_value(struct hl_scan *s, size_t indent)
{
	while (take_property(s))
		;
	size_t end = plain_end(s, s->pen->pos);
	char c = s->pen->pos < end ? s->text[s->pen->pos] : '\0';
	if (c == '|' || c == '>') {
		hl_mark(s->pen, end, HL_OPERATOR);
		hl_mark(s->pen, hl_blanks_end(s, end), HL_PLAIN);
		hl_mark(s->pen, hl_line_end(s, s->pen->pos), HL_COMMENT);
		block_scalar(s, indent);
	} else if (c == '{' || c == '[') {
		flow(s, end);
	} else if ((c == '"' || c == '\'') && hl_try_rule(s)) {
		return;
	} else {
		hl_mark_value(s->pen, end);
	}
}

/* The pen stands behind the blanks that begin a line of `indent`. */
static void yaml_content(struct hl_scan *s, size_t indent)
{
	size_t line_end = hl_line_end(s, s->pen->pos), at;
	while (at = s->pen->pos, at < line_end && strchr("-?", s->text[at])
	       && (at + 1 >= line_end || hl_is_blank(s->text[at + 1]))) {
		hl_mark(s->pen, at + 1, HL_OPERATOR);
		hl_mark(s->pen, hl_blanks_end(s, at + 1), HL_PLAIN);
	}
	while (take_property(s))
		;
	at = s->pen->pos;
	bool is_flow = hl_at(s, at, "{") || hl_at(s, at, "[");
	size_t colon = is_flow ? 0 : key_colon(s, at, plain_end(s, at));
	if (colon > 0) {
		hl_mark(s->pen, colon, HL_ATTRIBUTE);
		hl_mark(s->pen, colon + 1, HL_PLAIN);
		hl_mark(s->pen, hl_blanks_end(s, colon + 1), HL_PLAIN);
	}
	yaml_value(s, indent);
}

/* What is left of a line behind its value; looked at once, so that a long line takes linear time. */
static void yaml_rest(struct hl_scan *s)
{
	hl_mark(s->pen, hl_blanks_end(s, s->pen->pos), HL_PLAIN);
	size_t end = hl_line_end(s, s->pen->pos);
	hl_mark(s->pen, end, hl_at(s, s->pen->pos, "#") ? HL_COMMENT : HL_PLAIN);
	hl_mark(s->pen, next_line(s, end), HL_PLAIN);
}

void hl_scan_yaml(struct hl_scan *s)
{
	while (s->pen->pos < s->end) {
		size_t line = s->pen->pos, at = hl_blanks_end(s, line), end = hl_line_end(s, line);
		hl_mark(s->pen, at, HL_PLAIN);
		if (at == line && hl_at(s, at, "%"))
			hl_mark(s->pen, end, HL_DIRECTIVE);
		else if (at == line && (hl_at(s, at, "---") || hl_at(s, at, "...")))
			hl_mark(s->pen, at + 3, HL_DIRECTIVE);
		else if (at < end && s->text[at] != '#')
			yaml_content(s, at - line);
		/* A block scalar has taken its newline. */
		if (s->pen->pos == line || s->text[s->pen->pos - 1] != '\n')
			yaml_rest(s);
	}
}

/* --- INI, .env, properties, unit files --- */

static void ini_line(struct hl_scan *s)
{
	size_t at = s->pen->pos, end = hl_line_end(s, at), key = at;
	if (strchr(";#!", s->text[at])) {
		hl_mark(s->pen, end, HL_COMMENT);
		return;
	}
	if (s->text[at] == '[') {
		hl_mark(s->pen, end, HL_HEADING);
		return;
	}
	while (key < end && s->text[key] != '=' && s->text[key] != ':')
		key++;
	if (key == end)
		return;
	while (key > at && hl_is_blank(s->text[key - 1]))
		key--;
	hl_mark(s->pen, key, HL_ATTRIBUTE);
	hl_mark(s->pen, (key = hl_blanks_end(s, key)), HL_PLAIN);
	hl_mark(s->pen, key + 1, HL_OPERATOR);
	hl_mark(s->pen, hl_blanks_end(s, key + 1), HL_PLAIN);
	if (s->pen->pos < end)
		hl_mark_value(s->pen, end);
}

void hl_scan_ini(struct hl_scan *s)
{
	while (s->pen->pos < s->end) {
		hl_mark(s->pen, hl_blanks_end(s, s->pen->pos), HL_PLAIN);
		if (s->pen->pos < s->end && s->text[s->pen->pos] != '\n')
			ini_line(s);
		hl_mark(s->pen, next_line(s, s->pen->pos), HL_PLAIN);
	}
}

/* --- HTTP messages --- */

static void http_start_line(struct hl_scan *s)
{
	size_t at = s->pen->pos, end = hl_line_end(s, at), word = at;
	while (word < end && !hl_is_blank(s->text[word]))
		word++;
	bool answer = hl_at(s, at, "HTTP/");
	hl_mark(s->pen, word, answer ? HL_DIRECTIVE : HL_KEYWORD);
	hl_mark(s->pen, (word = hl_blanks_end(s, word)), HL_PLAIN);
	while (word < end && !hl_is_blank(s->text[word]))
		word++;
	hl_mark(s->pen, word, answer ? HL_NUMBER : HL_STRING);
	hl_mark(s->pen, (word = hl_blanks_end(s, word)), HL_PLAIN);
	hl_mark(s->pen, end, answer ? HL_PLAIN : HL_DIRECTIVE);
}

static void http_header(struct hl_scan *s)
{
	size_t end = hl_line_end(s, s->pen->pos), name = hl_word_end(s, s->pen->pos);
	if (name > s->pen->pos && hl_at(s, name, ":"))
		hl_mark(s->pen, name, HL_ATTRIBUTE);
	hl_mark(s->pen, end, HL_PLAIN);
}

static const struct hl_language *body_language(const struct hl_scan *s, size_t at)
{
	while (at < s->end && (s->text[at] == '\n' || hl_is_blank(s->text[at])))
		at++;
	if (hl_at(s, at, "{") || hl_at(s, at, "["))
		return &hl_json;
	return hl_at(s, at, "<") ? &hl_html : NULL;
}

void hl_scan_http(struct hl_scan *s)
{
	http_start_line(s);
	while (s->pen->pos < s->end) {
		hl_mark(s->pen, next_line(s, s->pen->pos), HL_PLAIN);
		size_t at = hl_blanks_end(s, s->pen->pos);
		if (at >= s->end)
			break;
		if (s->text[at] == '\n') {
			hl_embed(s->pen, body_language(s, at), s->end);
			break;
		}
		http_header(s);
	}
}
