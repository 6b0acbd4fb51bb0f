/* highlight_lines.c: patches, terminal sessions, makefiles and Markdown, read line by line. */
#include "base/base.h"

#include "text/highlight_langs.h"
#include "text/highlight_scan.h"

static size_t next_line(const struct hl_scan *s, size_t at)
{
	at = hl_line_end(s, at);
	return at < s->end ? at + 1 : s->end;
}

/* --- patches --- */

static enum hl diff_class(const struct hl_scan *s, size_t at)
{
	static const char *const heads[] = {
		"+++", "---", "diff ", "index ", "Index: ", "new file", "deleted file", "similarity ",
		"rename ", "old mode", "new mode", "Binary ",
	};
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		if (hl_at(s, at, heads[i]))
			return HL_DIRECTIVE;
	switch (s->text[at]) {
	case '@': return HL_HEADING;
	case '+': case '>': return HL_INSERTED;
	case '-': case '<': return HL_DELETED;
	case '!': return HL_KEYWORD;
	case '\\': return HL_COMMENT;
	default: return HL_PLAIN;
	}
}

void hl_scan_diff(struct hl_scan *s)
{
	while (s->pen->pos < s->end) {
		size_t end = hl_line_end(s, s->pen->pos);
		if (end > s->pen->pos)
			hl_mark(s->pen, end, diff_class(s, s->pen->pos));
		hl_mark(s->pen, next_line(s, end), HL_PLAIN);
	}
}

/* --- terminal sessions --- */

#define PROMPT_MAX_B 80

/* A bare # is a comment here: beside other prompts that is what people mean by it.
 * user@host:~$ , [user@host dir]# , PS C:\> : where it ends, or `at`. */
static size_t long_prompt_end(const struct hl_scan *s, size_t at, size_t end)
{
	bool at_sign = false, windows = hl_at(s, at, "PS ");
	for (size_t i = at; i < end && i - at < PROMPT_MAX_B; i++) {
		char c = s->text[i];
		at_sign |= c == '@';
		if (c == ' ' && !windows && s->text[at] != '[' && s->text[at] != '(')
			return at;
		if ((strchr("$#%", c) && at_sign && c) || (c == '>' && windows))
			return i + 1 == end || s->text[i + 1] == ' ' ? i + 1 : at;
	}
	return at;
}

static size_t prompt_end(const struct hl_scan *s, size_t at)
{
	static const char *const prompts[] = { "$", "%", ">", ">>>", "...", "❯", "➜", "λ" };
	size_t end = hl_line_end(s, at);
	for (size_t i = 0; i < COUNT_OF(prompts); i++) {
		size_t to = at + strlen(prompts[i]);
		if (hl_at(s, at, prompts[i]) && (to == end || s->text[to] == ' '))
			return to;
	}
	return long_prompt_end(s, at, end);
}

static bool has_prompt(const struct hl_scan *s)
{
	for (size_t at = s->pen->pos; at < s->end; at = next_line(s, at))
		if (prompt_end(s, at) > at)
			return true;
	return false;
}

static bool is_continued(const struct hl_scan *s, size_t line_end)
{
	return line_end > 0 && s->text[line_end - 1] == '\\';
}

/* Commands behind prompts are marked, with the lines that continue them; their output is not. */
static void session(struct hl_scan *s)
{
	struct hl_scan shell;
	bool continued = false;
	hl_scan_init(&shell, s->pen, &hl_bash, s->end);
	while (s->pen->pos < s->end) {
		size_t to = continued ? s->pen->pos : prompt_end(s, s->pen->pos);
		bool command = continued || to > s->pen->pos || s->text[to] == '#';
		hl_mark(s->pen, to, HL_DIRECTIVE);
		shell.end = hl_line_end(s, to);
		continued = command && is_continued(s, shell.end);
		if (!command)
			hl_mark(s->pen, shell.end, HL_PLAIN);
		shell.fresh = shell.first = true;
		hl_scan_code(&shell);
		shell.heredoc.n = 0;
		hl_mark(s->pen, next_line(s, s->pen->pos), HL_PLAIN);
	}
}

/* Without a prompt anywhere it is a list of commands. */
void hl_scan_console(struct hl_scan *s)
{
	if (has_prompt(s))
		session(s);
	else
		hl_embed(s->pen, &hl_shell_code, s->end);
}

/* Shell code that begins with "$ " is a session that was given the wrong name. */
void hl_scan_shell(struct hl_scan *s)
{
	size_t at = s->pen->pos;
	while (at < s->end && (s->text[at] == '\n' || hl_is_blank(s->text[at])))
		at++;
	if (hl_at(s, at, "$ "))
		session(s);
	else
		hl_scan_code(s);
}

/* --- makefiles --- */

/* The colon of a rule or the operator of an assignment; `end`: neither. */
static size_t make_mark(const struct hl_scan *s, size_t at, size_t end)
{
	size_t depth = 0;
	for (; at < end; at++) {
		char c = s->text[at];
		depth += c == '(' || c == '{';
		depth -= (c == ')' || c == '}') && depth > 0;
		if (depth == 0 && (c == '=' || c == ':' || c == '#'))
			break;
	}
	return at < end && s->text[at] != '#' ? at : end;
}

static void make_line(struct hl_scan *s, struct hl_scan *code)
{
	size_t at = s->pen->pos, end = hl_line_end(s, at);
	size_t mark = make_mark(s, at, end), word = hl_word_end(code, at);
	code->end = end;
	code->first = false;
	if (hl_list_has(code->language->first_words, s->text + at, word - at)) {
		hl_mark(s->pen, word, HL_KEYWORD);
	} else if (mark < end) {
		bool target = s->text[mark] == ':' && !hl_at(s, mark, ":=") && !hl_at(s, mark, "::=");
		size_t name = mark;
		while (name > at && strchr(" \t?+!", s->text[name - 1]))
			name--;
		if (s->text[at] != '$')
			hl_mark(s->pen, name, target ? HL_FUNCTION : HL_VARIABLE);
	}
	hl_scan_code(code);
}

void hl_scan_makefile(struct hl_scan *s)
{
	struct hl_scan code;
	hl_scan_init(&code, s->pen, &hl_make_code, s->end);
	bool continued = false;
	while (s->pen->pos < s->end) {
		size_t at = s->pen->pos, end = hl_line_end(s, at);
		bool recipe = s->text[at] == '\t' || continued;
		continued = is_continued(s, end);
		code.fresh = true;
		code.end = end;
		if (recipe) {
			code.first = true;
			hl_scan_code(&code);
		} else if (hl_blanks_end(s, at) < end) {
			hl_mark(s->pen, hl_blanks_end(s, at), HL_PLAIN);
			make_line(s, &code);
		}
		hl_mark(s->pen, next_line(s, s->pen->pos), HL_PLAIN);
	}
}

/* --- Markdown --- */

/* The content of a fenced block and its end; the pen stands behind the opening line. */
static void fenced(struct hl_scan *s, char fence, size_t length, const struct hl_language *language)
{
	size_t at = s->pen->pos;
	while (at < s->end) {
		size_t mark = hl_blanks_end(s, at), n = 0;
		while (mark + n < s->end && s->text[mark + n] == fence)
			n++;
		if (n >= length)
			break;
		at = next_line(s, at);
	}
	hl_embed(s->pen, language, at);
	hl_mark(s->pen, hl_line_end(s, at), HL_DIRECTIVE);
}

static bool take_fence(struct hl_scan *s)
{
	size_t at = s->pen->pos, to = at, end = hl_line_end(s, at);
	while (to < end && s->text[to] == s->text[at])
		to++;
	if (to - at < 3)
		return false;
	size_t word = hl_blanks_end(s, to), word_end = word;
	while (word_end < end && !hl_is_blank(s->text[word_end]) && !strchr(",{", s->text[word_end]))
		word_end++;
	char fence = s->text[at];
	hl_mark(s->pen, end, HL_DIRECTIVE);
	hl_mark(s->pen, next_line(s, end), HL_PLAIN);
	fenced(s, fence, to - at, hl_language_named(s->text + word, word_end - word));
	return true;
}

static size_t list_marker_end(const struct hl_scan *s, size_t at)
{
	size_t to = at;
	while (to < s->end && hl_is_digit(s->text[to]))
		to++;
	if (to < s->end && strchr(to > at ? ".)" : "-*+", s->text[to]))
		to++;
	else
		return at;
	return to < s->end && s->text[to] == ' ' ? to : at;
}

/* `code`, **strong**, <tags> by the rules of the table; (addresses) of links here. */
static void inlines(struct hl_scan *s)
{
	size_t whole = s->end, line_end = hl_line_end(s, s->pen->pos);
	s->end = line_end;
	while (s->pen->pos < line_end) {
		size_t at = s->pen->pos;
		if ((s->kinds[(unsigned char)s->text[at]] & HL_IS_RULE) && hl_try_rule(s))
			continue;
		if (s->text[at] == '\\' && at + 1 < line_end)
			hl_mark(s->pen, hl_char_end(s, at + 1), HL_ESCAPE);
		else
			hl_mark(s->pen, hl_char_end(s, at), HL_PLAIN);
	}
	s->end = whole;
}

static void markdown_line(struct hl_scan *s)
{
	size_t at = s->pen->pos, end = hl_line_end(s, at), hashes = at;
	while (hashes < end && s->text[hashes] == '#')
		hashes++;
	if (hashes > at && hashes - at <= 6 && (hashes == end || hl_is_blank(s->text[hashes]))) {
		hl_mark(s->pen, end, HL_HEADING);
		return;
	}
	if (s->text[at] == '>')
		hl_mark(s->pen, at + 1, HL_OPERATOR);
	hl_mark(s->pen, hl_blanks_end(s, s->pen->pos), HL_PLAIN);
	hl_mark(s->pen, list_marker_end(s, s->pen->pos), HL_OPERATOR);
	inlines(s);
}

/* YAML between --- lines, or TOML between +++ lines, at the very beginning. */
static void front_matter(struct hl_scan *s)
{
	bool yaml = hl_at(s, 0, "---\n"), toml = hl_at(s, 0, "+++\n");
	if (s->pen->pos > 0 || !(yaml || toml))
		return;
	size_t end = hl_find(s, 3, yaml ? STR("\n---") : STR("\n+++"));
	if (end >= s->end)
		return;
	hl_mark(s->pen, 3, HL_DIRECTIVE);
	hl_embed(s->pen, yaml ? &hl_yaml : &hl_toml, end + 1);
	hl_mark(s->pen, hl_line_end(s, end + 1), HL_DIRECTIVE);
}

void hl_scan_markdown(struct hl_scan *s)
{
	front_matter(s);
	while (s->pen->pos < s->end) {
		size_t at = hl_blanks_end(s, s->pen->pos);
		hl_mark(s->pen, at, HL_PLAIN);
		if (at < s->end && (s->text[at] == '`' || s->text[at] == '~') && take_fence(s))
			continue;
		if (at < s->end && s->text[at] != '\n')
			markdown_line(s);
		hl_mark(s->pen, next_line(s, s->pen->pos), HL_PLAIN);
	}
}
