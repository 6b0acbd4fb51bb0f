/* shortcode.c: finds shortcodes and template tags in a Markdown text and replaces what is known. */
#include "base/base.h"

#include "text/mdscan.h"
#include "text/shortcode.h"
#include "text/shortcode_call.h"

enum closer { CLOSE_HUGO, CLOSE_HUGO_MARKDOWN, CLOSE_EXPRESSION, CLOSE_TAG, CLOSER__MAX };

static const struct {
	const char *open, *close;
} forms[CLOSER__MAX] = {
	[CLOSE_HUGO] = { "{{<", ">}}" },
	[CLOSE_HUGO_MARKDOWN] = { "{{%", "%}}" },
	[CLOSE_EXPRESSION] = { "{{", "}}" },
	[CLOSE_TAG] = { "{%", "%}" },
};

#define NESTING_MAX 3
#define MISSING_MAX 8
#define SHIFTS_MAX 100000

struct scan {
	const struct shortcode_options *options;
	struct str text;
	struct buf out;
	struct mdscan md;
	int line, out_line;            /* of the next byte in the file and in the output */
	size_t next_close[CLOSER__MAX]; /* where the next closing mark is; keeps the search linear */
	bool searched[CLOSER__MAX];
	struct str missing[MISSING_MAX]; /* block tags that are not closed further on in the range */
	size_t missing_count;
	int nesting;
	struct shortcode_shift *shifts;
	size_t shift_count, shift_cap;
};

static bool skips_code(const struct scan *s)
{
	return s->options->dialect == SHORTCODE_ANY || s->options->dialect == SHORTCODE_HEXO;
}

static int count_newlines(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void copy(struct scan *s, size_t from, size_t to)
{
	struct str part = str_sub(s->text, from, to);
	int lines = count_newlines(part);

	buf_str(&s->out, part);
	s->line += lines;
	s->out_line += lines;
}

/* After text was replaced: both counters follow, and a difference is noted. */
static void replaced(struct scan *s, size_t from, size_t to, size_t out_from)
{
	int taken = count_newlines(str_sub(s->text, from, to));
	int given = count_newlines(str_from(buf_view(&s->out), out_from));

	s->line += taken;
	s->out_line += given;
	if (taken == given || s->shift_count >= SHIFTS_MAX)
		return;
	if (s->shift_count == s->shift_cap) {
		s->shift_cap = s->shift_cap ? s->shift_cap * 2 : 16;
		s->shifts = mem_grow(s->shifts, s->shift_cap, sizeof(*s->shifts));
	}
	s->shifts[s->shift_count++] = (struct shortcode_shift){ s->out_line, s->line };
}

static void report(struct scan *s, int line, const char *kind, struct str what)
{
	char message[240];

	if (!s->options->report)
		return;
	snprintf(message, sizeof(message), "%s '%.*s' is left as it is", kind, STR_ARG(str_sub(what, 0, 120)));
	for (char *p = message; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	s->options->report(s->options->ctx, line, message);
}

static bool starts_at(struct str text, size_t at, const char *literal)
{
	return str_starts(str_from(text, at), str_of(literal));
}

/* The next closing mark of a form at or behind `from`; text.n when there is none. */
static size_t find_close(struct scan *s, enum closer form, size_t from)
{
	ptrdiff_t at;

	if (s->searched[form] && s->next_close[form] >= from)
		return s->next_close[form];
	at = str_find(str_from(s->text, from), str_of(forms[form].close));
	s->searched[form] = true;
	s->next_close[form] = at < 0 ? s->text.n : from + (size_t)at;
	return s->next_close[form];
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-' || c == '/' || c == '.';
}

static bool is_known_form(const struct scan *s, enum closer form)
{
	enum shortcode_dialect d = s->options->dialect;

	if (form == CLOSE_HUGO || form == CLOSE_HUGO_MARKDOWN)
		return d == SHORTCODE_HUGO || d == SHORTCODE_ANY;
	return d != SHORTCODE_HUGO;
}

static bool form_at(struct scan *s, size_t at, enum closer *form)
{
	for (int f = 0; f < CLOSER__MAX; f++) {
		if (!starts_at(s->text, at, forms[f].open))
			continue;
		*form = (enum closer)f;
		return is_known_form(s, *form);
	}
	return false;
}

static struct str without_dashes(struct str inside)
{
	if (inside.n && inside.p[0] == '-')
		inside = str_from(inside, 1);
	if (inside.n && inside.p[inside.n - 1] == '-')
		inside.n--;
	return str_trim(inside);
}

/* NAME(ARGS), Zola's form; the parentheses are taken off. */
static bool zola_call(struct str inside, struct shortcode_call *call)
{
	size_t n = 0;

	while (n < inside.n && is_name(inside.p[n]))
		n++;
	if (!n || n >= inside.n || inside.p[n] != '(' || inside.p[inside.n - 1] != ')')
		return false;
	call->name = str_sub(inside, 0, n);
	call->rest = str_sub(inside, n + 1, inside.n - 1);
	return true;
}

static void plain_call(struct str inside, struct shortcode_call *call)
{
	size_t n = 0;

	if (inside.n && inside.p[0] == '/') {
		call->closing = true;
		inside = str_trim(str_from(inside, 1));
	}
	while (n < inside.n && is_name(inside.p[n]))
		n++;
	call->name = str_sub(inside, 0, n);
	call->rest = str_from(inside, n);
}

/* Reads what stands between the marks; false: it is no shortcode in this dialect. */
static bool read_call(const struct scan *s, enum closer form, struct str inside, struct shortcode_call *call)
{
	bool zola = s->options->dialect == SHORTCODE_ZOLA;

	*call = (struct shortcode_call){ .line = s->line };
	if (form == CLOSE_HUGO || form == CLOSE_HUGO_MARKDOWN) {
		plain_call(str_trim(inside), call);
		if (str_ends(call->rest, STR("/")))
			call->rest.n--;
	} else {
		inside = without_dashes(inside);
		if (!zola_call(inside, call)) {
			if (zola && !str_is(inside, "end"))
				return false;
			call->expression = form == CLOSE_EXPRESSION;
			if (call->expression)
				call->rest = inside;
			else
				plain_call(inside, call);
		}
	}
	if (!call->expression)
		shortcode_args(call);
	return true;
}

/* How Hugo and Zola write a shortcode that shall stay text: C comment marks inside the braces. */
static bool escaped(struct scan *s, enum closer form, struct str inside)
{
	struct str t = str_trim(inside);

	if (t.n < 4 || !str_starts(t, STR("/*")) || !str_ends(t, STR("*/")))
		return false;
	buf_cstr(&s->out, forms[form].open);
	buf_str(&s->out, str_sub(t, 2, t.n - 2));
	buf_cstr(&s->out, forms[form].close);
	return true;
}

static bool is_closing_of(const struct shortcode_call *call, struct str name)
{
	if (call->closing)
		return str_eq(call->name, name);
	return call->name.n == name.n + 3 && str_starts(call->name, STR("end")) &&
	       str_eq(str_from(call->name, 3), name);
}

/* Where the tag that closes `name` begins and ends. */
static bool find_closing_tag(struct scan *s, enum closer form, struct str name, size_t from, size_t to,
			     size_t *begin, size_t *end)
{
	struct str open = str_of(forms[form].open), close = str_of(forms[form].close);
	ptrdiff_t at, stop;

	for (size_t i = 0; i < s->missing_count; i++)
		if (str_eq(s->missing[i], name))
			return false;
	for (size_t i = from; (at = str_find(str_sub(s->text, i, to), open)) >= 0; i += open.n) {
		struct shortcode_call call = { .line = 0 };
		struct str head;

		i += (size_t)at;
		head = str_sub(s->text, i + open.n, i + open.n + name.n + 16);
		plain_call(str_trim(str_starts(head, STR("-")) ? str_from(head, 1) : head), &call);
		if (!is_closing_of(&call, name))
			continue;
		stop = str_find(str_sub(s->text, i, to), close);
		if (stop < 0)
			break;
		*begin = i;
		*end = i + (size_t)stop + close.n;
		return true;
	}
	if (s->missing_count < MISSING_MAX)
		s->missing[s->missing_count++] = name;
	return false;
}

static void scan_range(struct scan *s, size_t from, size_t to);

static size_t longest_ticks(struct str text)
{
	size_t best = 0, run = 0;

	for (size_t i = 0; i < text.n; i++) {
		run = text.p[i] == '`' ? run + 1 : 0;
		best = run > best ? run : best;
	}
	return best;
}

static void put_fence(struct scan *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_char(&s->out, '`');
}

/* Nothing but blanks since the last newline of the output. */
static bool at_line_start(const struct buf *out)
{
	size_t i = out->len;

	while (i > 0 && (out->bytes[i - 1] == ' ' || out->bytes[i - 1] == '\t'))
		i--;
	return i == 0 || out->bytes[i - 1] == '\n';
}

/* A code block: [open, inner_from) is the opening tag, [inner_to, end) the closing one. */
static void put_code(struct scan *s, size_t open, size_t inner_from, size_t inner_to, size_t end, struct str lang)
{
	size_t len = longest_ticks(str_sub(s->text, inner_from, inner_to)) + 1, out_from = s->out.len;

	len = len < 3 ? 3 : len;
	if (!at_line_start(&s->out))
		buf_char(&s->out, '\n');
	put_fence(s, len);
	buf_str(&s->out, lang);
	while (inner_from < inner_to && (s->text.p[inner_from] == ' ' || s->text.p[inner_from] == '\t'))
		inner_from++;
	if (inner_from >= inner_to || s->text.p[inner_from] != '\n')
		buf_char(&s->out, '\n');
	replaced(s, open, inner_from, out_from);
	if (skips_code(s))
		copy(s, inner_from, inner_to);
	else
		scan_range(s, inner_from, inner_to);
	out_from = s->out.len;
	if (!at_line_start(&s->out))
		buf_char(&s->out, '\n');
	put_fence(s, len);
	if (end < s->text.n && s->text.p[end] != '\n')
		buf_char(&s->out, '\n');
	replaced(s, inner_to, end, out_from);
}

/* As an HTML comment. It must not end early and show what was hidden: "--" must not occur in it, nor
 * ">" or "-" begin it, nor "-" end it; and but at the very beginning of a line, where it is a block of
 * its own, an empty line, a heading or less indentation would end its paragraph and so itself. */
static void put_comment(struct scan *s, struct str inner)
{
	bool own_lines = s->out.len == 0 || s->out.bytes[s->out.len - 1] == '\n';

	BUF_LIT(&s->out, "<!--");
	if (inner.n && strchr(">-", inner.p[0]))
		buf_char(&s->out, ' ');
	for (size_t i = 0; i < inner.n; i++) {
		buf_char(&s->out, inner.p[i] == '\n' && !own_lines ? ' ' : inner.p[i]);
		if (inner.p[i] == '-' && (i + 1 == inner.n || inner.p[i + 1] == '-'))
			buf_char(&s->out, ' ');
	}
	BUF_LIT(&s->out, "-->");
}

/* Every line behind "> ", and who said it. */
static void put_quote(struct scan *s, struct str inner, struct str who, bool more)
{
	struct str line;
	size_t before;

	if (!at_line_start(&s->out))
		buf_char(&s->out, '\n');
	before = s->out.len;
	inner = str_trim(inner);
	while (str_line(&inner, &line)) {
		BUF_LIT(&s->out, "> ");
		buf_str(&s->out, line);
		buf_char(&s->out, '\n');
	}
	if (!str_empty(who)) {
		BUF_LIT(&s->out, ">\n> \xe2\x80\x94 ");
		buf_str(&s->out, who);
		buf_char(&s->out, '\n');
	}
	if (!more && s->out.len > before)
		buf_truncate(&s->out, s->out.len - 1);
}

/* A tag with content. Returns the position behind its closing tag, or 0: it is not closed. */
static size_t block(struct scan *s, enum shortcode_verdict verdict, enum closer form, struct str name,
		    struct str lang, size_t open, size_t inner_from, size_t to)
{
	size_t inner_to, end, out_from;

	if (s->nesting >= NESTING_MAX || !find_closing_tag(s, form, name, inner_from, to, &inner_to, &end))
		return 0;
	if (verdict == SHORTCODE_CODE) {
		put_code(s, open, inner_from, inner_to, end, lang);
		return end;
	}
	out_from = s->out.len;
	if (verdict == SHORTCODE_COMMENT)
		put_comment(s, str_sub(s->text, inner_from, inner_to));
	else if (verdict == SHORTCODE_QUOTE)
		put_quote(s, str_sub(s->text, inner_from, inner_to), lang, end < s->text.n && s->text.p[end] != '\n');
	else
		buf_str(&s->out, str_sub(s->text, inner_from, inner_to));
	replaced(s, open, end, out_from);
	return end;
}

static void keep(struct scan *s, const struct shortcode_call *call, size_t at, size_t end)
{
	if (call->expression)
		report(s, call->line, "template expression", call->rest);
	else if (!call->closing && !str_starts(call->name, STR("end")))
		report(s, call->line, "shortcode", call->name);
	copy(s, at, end);
}

/* At a possible opening mark; returns where to go on. */
static size_t shortcode(struct scan *s, size_t at, size_t to)
{
	struct shortcode_call call;
	struct str lang = STR_NONE, inside;
	enum shortcode_verdict verdict;
	enum closer form;
	size_t close, end, out_from = s->out.len;

	if (!form_at(s, at, &form)) {
		copy(s, at, at + 1);
		return at + 1;
	}
	close = find_close(s, form, at + strlen(forms[form].open));
	end = close + strlen(forms[form].close);
	inside = str_sub(s->text, at + strlen(forms[form].open), close);
	if (end > to) {
		copy(s, at, at + 2);
		return at + 2;
	}
	if (escaped(s, form, inside)) {
		replaced(s, at, end, out_from);
		return end;
	}
	if (!read_call(s, form, inside, &call)) {
		copy(s, at, at + 2);
		return at + 2;
	}
	verdict = shortcode_tag(s->options, &call, &s->out, &lang);
	if (verdict == SHORTCODE_DONE) {
		replaced(s, at, end, out_from);
		return end;
	}
	/* An HTML comment in a code block would hide nothing: there it is text that is meant to be read. */
	if (verdict == SHORTCODE_COMMENT && s->md.fence) {
		copy(s, at, end);
		return end;
	}
	if (verdict != SHORTCODE_UNKNOWN) {
		close = block(s, verdict, form, call.name, lang, at, end, to);
		if (close)
			return close;
	}
	keep(s, &call, at, end);
	return end;
}

static void scan_range(struct scan *s, size_t from, size_t to)
{
	bool skip = skips_code(s), line_start = from == 0 || s->text.p[from - 1] == '\n';
	size_t i = from, end, missing = s->missing_count;

	s->nesting++;
	while (i < to) {
		size_t plain = i;

		if (line_start && mdscan_code_line(&s->md, i, &end) && skip) {
			copy(s, i, end);
			i = end;
			continue;
		}
		while (i < to && s->text.p[i] != '\n' && s->text.p[i] != '{' && !(skip && s->text.p[i] == '`'))
			i++;
		line_start = i < to && s->text.p[i] == '\n';
		copy(s, plain, i += line_start);
		if (line_start || i >= to)
			continue;
		if (s->text.p[i] == '`') {
			end = mdscan_inline_code(&s->md, i);
			copy(s, i, end);
			i = end;
		} else {
			i = shortcode(s, i, to);
			line_start = i > 0 && i < to && s->text.p[i - 1] == '\n';
		}
	}
	s->nesting--;
	s->missing_count = missing; /* what is not closed in here may be behind it */
}

enum rc shortcode_convert(struct str body, const struct shortcode_options *options, struct arena *arena,
			  struct shortcode_result *out, struct err *err)
{
	struct scan s = { .options = options, .text = body, .line = options->first_line, .out_line = 1 };
	enum rc rc;

	*out = (struct shortcode_result){ .text = body };
	if (str_find(body, STR("{{")) < 0 && str_find(body, STR("{%")) < 0)
		return RC_OK;
	buf_init(&s.out, SHORTCODE_TEXT_MAX_B);
	mdscan_init(&s.md, body);
	scan_range(&s, 0, body.n);
	rc = buf_status(&s.out, "the text with its shortcodes replaced", err);
	if (rc == RC_OK) {
		out->text = arena_str(arena, buf_view(&s.out));
		out->shift_count = s.shift_count;
		out->shifts = ARENA_ARRAY(arena, s.shift_count + 1, struct shortcode_shift);
		if (s.shift_count)
			memcpy(out->shifts, s.shifts, s.shift_count * sizeof(*s.shifts));
	}
	buf_release(&s.out);
	free(s.shifts);
	return rc;
}

int shortcode_source_line(const struct shortcode_result *result, int first_line, int out_line)
{
	size_t low = 0, high = result->shift_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (result->shifts[middle].out_line <= out_line)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return first_line + out_line - 1;
	return result->shifts[low - 1].source_line + out_line - result->shifts[low - 1].out_line;
}
