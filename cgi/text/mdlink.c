/* mdlink.c: rewrites the addresses in a Markdown source in place. */
#include "base/base.h"

#include "text/mdlink.h"
#include "text/mdscan.h"

#define BRACKETS_MAX 64
#define ADDRESS_MAX_B 4096
#define TAG_MAX_B 16384
#define TEMPLATE_MAX_B 256

struct pass {
	struct str text;
	mdlink_fn *rewrite;
	void *ctx;
	struct mdscan md;
	struct buf out;
	struct arena *arena;
	size_t copied;                  /* input up to here is in `out` */
	int line;
	bool image[BRACKETS_MAX];       /* open brackets: is it "![" */
	size_t brackets;
	bool comment_unclosed;
	size_t tag_end, gap;            /* the next '>' and the next blank line, once looked for */
	bool tag_end_known, gap_known;
};

static bool is_escapable(char c)
{
	return c && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c);
}

/* Without backslash escapes (Markdown) and with &amp; resolved. */
static struct str unescaped(struct pass *p, struct str s, bool markdown)
{
	char *copy;
	size_t n = 0;

	if (str_find_char(s, '\\') < 0 && str_find_char(s, '&') < 0)
		return s;
	copy = arena_alloc(p->arena, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (markdown && s.p[i] == '\\' && i + 1 < s.n && is_escapable(s.p[i + 1]))
			i++;
		copy[n++] = s.p[i];
		if (str_starts(str_from(s, i), STR("&amp;")))
			i += 4;
	}
	return str_n(copy, n);
}

static int newlines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* [from, to) is the address as written, [outer_from, outer_to) with the brackets around it. */
static void offer(struct pass *p, enum mdlink_kind kind, size_t from, size_t to, size_t outer_from,
		  size_t outer_to, int line)
{
	bool html = kind == MDLINK_HTML_LINK || kind == MDLINK_HTML_IMAGE, pointy;
	struct str address = str_sub(p->text, from, to), other;

	if (!address.n || address.n > ADDRESS_MAX_B)
		return;
	other = p->rewrite(p->ctx, kind, unescaped(p, address, !html), line);
	if (!str_given(other))
		return;
	pointy = str_starts(other, STR("<"));
	buf_str(&p->out, str_sub(p->text, p->copied, outer_from));
	for (size_t i = 0; i < other.n; i++) {
		/* What could end the address early is encoded already, but for these. */
		if (html && other.p[i] == '&')
			BUF_LIT(&p->out, "&amp;");
		else if (!html && !pointy && (other.p[i] == '(' || other.p[i] == ')'))
			buf_printf(&p->out, "\\%c", other.p[i]);
		else
			buf_char(&p->out, other.p[i]);
	}
	p->copied = outer_to;
}

static size_t skip_space(struct str s, size_t at, bool newline)
{
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t' || (newline && s.p[at] == '\n'))) {
		if (s.p[at] == '\n')
			newline = false;
		at++;
	}
	return at;
}

/* The end of <...> whose inside begins at `at`; 0: it is none. */
static size_t pointy_end(struct str s, size_t at)
{
	for (size_t i = at; i < s.n && i < at + ADDRESS_MAX_B; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '>')
			return i;
		else if (s.p[i] == '\n' || s.p[i] == '<')
			return 0;
	}
	return 0;
}

/* A template expression ({{ x }}, {% x %}) that begins at `at`: its end; 0: none. */
static size_t template_end(struct str s, size_t at)
{
	struct str rest = str_sub(s, at, at + TEMPLATE_MAX_B);
	bool tag = str_starts(rest, STR("{%"));
	ptrdiff_t end;

	if (!tag && !str_starts(rest, STR("{{")))
		return 0;
	end = str_find(rest, tag ? STR("%}") : STR("}}"));
	return end < 0 ? 0 : at + (size_t)end + 2;
}

/* The end of a bare address: at a blank, or at the ')' that closes the link. Blanks inside a template
 * expression are part of it, as for the generator that would replace it. */
static size_t bare_end(struct str s, size_t at, bool in_parentheses)
{
	int open = 0;
	size_t i = at, end;

	for (; i < s.n && (unsigned char)s.p[i] > ' '; i++) {
		end = s.p[i] == '{' ? template_end(s, i) : 0;
		if (end)
			i = end - 1;
		else if (s.p[i] == '\\' && i + 1 < s.n && is_escapable(s.p[i + 1]))
			i++;
		else if (in_parentheses && s.p[i] == '(')
			open++;
		else if (in_parentheses && s.p[i] == ')' && open-- == 0)
			break;
	}
	return i;
}

/* The address that begins at `at`; returns where it ends. */
static size_t destination(struct pass *p, size_t at, enum mdlink_kind kind)
{
	struct str s = p->text;
	size_t from = skip_space(s, at, true), end;
	int line = p->line + newlines(str_sub(s, at, from));

	if (from < s.n && s.p[from] == '<') {
		end = pointy_end(s, from + 1);
		if (!end)
			return at;
		offer(p, kind, from + 1, end, from, end + 1, line);
		end++;
	} else {
		end = bare_end(s, from, kind != MDLINK_DEFINITION);
		offer(p, kind, from, end, from, end, line);
	}
	p->line += newlines(str_sub(s, at, end));
	return end;
}

/* [label]: address, at the start of a line (quote marks and blanks may stand before it). */
static bool definition(struct pass *p, size_t at, size_t line_end, size_t *next)
{
	struct str s = p->text;
	size_t i = at;

	while (i < line_end && (s.p[i] == ' ' || s.p[i] == '>' || s.p[i] == '\t'))
		i++;
	if (i >= line_end || s.p[i] != '[' || (i + 1 < line_end && s.p[i + 1] == '^'))
		return false;
	for (i++; i < line_end && s.p[i] != ']' && s.p[i] != '['; i++)
		if (s.p[i] == '\\')
			i++;
	if (i + 1 >= line_end || s.p[i] != ']' || s.p[i + 1] != ':')
		return false;
	*next = destination(p, i + 2, MDLINK_DEFINITION);
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void html_attribute(struct pass *p, struct str tag, struct str name, size_t from, size_t to)
{
	bool src = str_ieq(name, STR("src")) || str_ieq(name, STR("poster")) || str_ieq(name, STR("data-src"));

	(void)tag;
	if (src)
		offer(p, MDLINK_HTML_IMAGE, from, to, from, to, p->line);
	else if (str_ieq(name, STR("href")))
		offer(p, MDLINK_HTML_LINK, from, to, from, to, p->line);
}

/* One name="value" at or behind `i`, before `end`. */
static size_t one_attribute(struct pass *p, struct str tag, size_t i, size_t end)
{
	struct str s = p->text, name;
	size_t from = i;
	char quote;

	while (i < end && !is_space(s.p[i]) && s.p[i] != '=')
		i++;
	name = str_sub(s, from, i);
	while (i < end && is_space(s.p[i]))
		i++;
	if (i >= end || s.p[i] != '=')
		return i > from ? i : i + 1;
	for (i++; i < end && is_space(s.p[i]); i++)
		;
	quote = i < end ? s.p[i] : 0;
	if (quote == '"' || quote == '\'') {
		from = ++i;
		while (i < end && s.p[i] != quote)
			i++;
	} else {
		from = i;
		while (i < end && !is_space(s.p[i]))
			i++;
	}
	html_attribute(p, tag, name, from, i);
	return i < end ? i + 1 : i;
}

static size_t next_of(struct str s, size_t at, struct str what, size_t *cached, bool *known)
{
	ptrdiff_t found;

	if (!*known || *cached < at) {
		found = str_find(str_from(s, at), what);
		*cached = found < 0 ? s.n : at + (size_t)found;
		*known = true;
	}
	return *cached;
}

/* The '>' of the tag whose attributes begin at `at`; 0: there is none before a blank line. */
static size_t html_tag_end(struct pass *p, size_t at)
{
	size_t end = next_of(p->text, at, STR(">"), &p->tag_end, &p->tag_end_known);
	size_t gap = next_of(p->text, at, STR("\n\n"), &p->gap, &p->gap_known);

	return end < gap && end - at <= TAG_MAX_B ? end : 0;
}

/* At '<'; returns where to go on. */
static size_t html(struct pass *p, size_t at)
{
	struct str s = p->text, tag;
	size_t i = at + 1, end;
	ptrdiff_t stop;

	if (str_starts(str_from(s, at), STR("<!--")) && !p->comment_unclosed) {
		stop = str_find(str_from(s, at), STR("-->"));
		if (stop >= 0)
			return at + (size_t)stop + 3;
		p->comment_unclosed = true;
	}
	while (i < s.n && (is_letter(s.p[i]) || (i > at + 1 && s.p[i] >= '0' && s.p[i] <= '9')))
		i++;
	tag = str_sub(s, at + 1, i);
	if (!tag.n || i >= s.n || !is_space(s.p[i]))
		return at + 1;
	end = html_tag_end(p, i);
	if (!end)
		return i;
	while (i < end) {
		if (s.p[i] == '\n')
			p->line++;
		if (is_space(s.p[i]))
			i++;
		else
			i = one_attribute(p, tag, i, end);
	}
	return end;
}

static void bracket(struct pass *p, size_t at)
{
	bool image = at > 0 && p->text.p[at - 1] == '!' && !(at > 1 && p->text.p[at - 2] == '\\');

	if (p->brackets < BRACKETS_MAX)
		p->image[p->brackets] = image;
	p->brackets++;
}

static size_t close_bracket(struct pass *p, size_t at)
{
	bool image = false;

	if (p->brackets > 0) {
		p->brackets--;
		image = p->brackets < BRACKETS_MAX && p->image[p->brackets];
	}
	if (at + 1 < p->text.n && p->text.p[at + 1] == '(')
		return destination(p, at + 2, image ? MDLINK_IMAGE : MDLINK_LINK);
	return at + 1;
}

/* From a character that is not code to the next place of interest. */
static size_t step(struct pass *p, size_t at)
{
	size_t end;

	switch (p->text.p[at]) {
	case '\\':
		return at + 1 < p->text.n && p->text.p[at + 1] != '\n' ? at + 2 : at + 1;
	case '`':
		end = mdscan_inline_code(&p->md, at);
		p->line += newlines(str_sub(p->text, at, end));
		return end;
	case '[':
		bracket(p, at);
		return at + 1;
	case ']':
		return close_bracket(p, at);
	case '<':
		end = html(p, at);
		if (str_starts(str_from(p->text, at), STR("<!--")))
			p->line += newlines(str_sub(p->text, at, end));
		return end;
	default:
		return at + 1;
	}
}

static void scan(struct pass *p)
{
	size_t i = 0, line_end = 0, next;
	bool line_start = true;

	while (i < p->text.n) {
		if (line_start) {
			if (mdscan_code_line(&p->md, i, &line_end)) {
				p->line += newlines(str_sub(p->text, i, line_end));
				i = line_end;
				continue;
			}
			line_start = false;
			if (definition(p, i, line_end, &next) && next > i) {
				i = next;
				continue;
			}
		}
		if (p->text.p[i] == '\n') {
			p->line++;
			i++;
			line_start = true;
			if (i < p->text.n && p->text.p[i] == '\n')
				p->brackets = 0; /* links do not cross blank lines */
			continue;
		}
		next = step(p, i);
		line_start = next > i && p->text.p[next - 1] == '\n';
		i = next;
	}
}

enum rc mdlink_rewrite(struct str source, mdlink_fn *rewrite, void *ctx, struct arena *arena,
		       struct str *out, struct err *err)
{
	struct pass p = { .text = source, .rewrite = rewrite, .ctx = ctx, .arena = arena, .line = 1 };
	enum rc rc;

	buf_init(&p.out, MDLINK_TEXT_MAX_B);
	mdscan_init(&p.md, source);
	scan(&p);
	if (p.copied == 0) {
		*out = source;
		buf_release(&p.out);
		return RC_OK;
	}
	buf_str(&p.out, str_from(source, p.copied));
	rc = buf_status(&p.out, "the text with its addresses replaced", err);
	if (rc == RC_OK)
		*out = arena_str(arena, buf_view(&p.out));
	buf_release(&p.out);
	return rc;
}
