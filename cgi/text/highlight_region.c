/* highlight_region.c: strings and comments: escapes, doubled quotes, variables and code inside. */
#include "base/base.h"

#include "text/highlight_scan.h"

static size_t hex_end(const struct hl_scan *s, size_t from, size_t max, size_t end)
{
	size_t at = from;
	while (at < end && at - from < max && hl_is_hex(s->text[at]))
		at++;
	return at;
}

/* Of the escape whose backslash stands at `from`: \n \x41 \u0041 \u{41} \U00000041 \101 \". */
static size_t escape_end(const struct hl_scan *s, size_t from, size_t end)
{
	size_t at = from + 1;
	if (at >= end)
		return end;
	char c = s->text[at];
	if (c >= '0' && c <= '7') {
		while (at < end && at - from <= 3 && s->text[at] >= '0' && s->text[at] <= '7')
			at++;
		return at;
	}
	if (c == 'u' && at + 1 < end && s->text[at + 1] == '{') {
		size_t to = hex_end(s, at + 2, 8, end);
		return to < end && s->text[to] == '}' ? to + 1 : at + 1;
	}
	if (c == 'x' || c == 'u' || c == 'U')
		return hex_end(s, at + 1, c == 'x' ? 2 : c == 'u' ? 4 : 8, end);
	return hl_char_end(s, at);
}

static bool is_name_byte(char c)
{
	return c == '_' || hl_is_letter(c) || hl_is_digit(c) || (unsigned char)c >= 0x80;
}

/* PowerShell's $env:PATH */
static bool is_drive_colon(const struct hl_scan *s, size_t at, size_t end)
{
	if (s->text[at] != ':' || !(s->language->flags & HL_FOLD))
		return false;
	return at + 1 < end && hl_is_letter(s->text[at + 1]);
}

static bool begins_with(const struct hl_scan *s, size_t at, size_t end, struct str what)
{
	return what.n > 0 && end - at >= what.n && memcmp(s->text + at, what.p, what.n) == 0;
}

size_t hl_variable_end(const struct hl_scan *s, size_t from, size_t end)
{
	size_t at = from + 1, depth = 0;
	if (at >= end)
		return end;
	char c = s->text[at];
	if (c == '{') {
		for (; at < end && s->text[at] != '\n'; at++) {
			depth += s->text[at] == '{';
			if (s->text[at] == '}' && --depth == 0)
				return at + 1;
		}
		return at;
	}
	if (is_name_byte(c) && !hl_is_digit(c)) {
		while (at < end && (is_name_byte(s->text[at]) || is_drive_colon(s, at, end)))
			at++;
		return at;
	}
	if (hl_is_digit(c) || strchr("?#@!$", c))
		return c ? at + 1 : at;
	return at;
}

struct part { /* where a region is */
	const struct hl_region *region;
	size_t at;
	size_t depth;
};

static void inner(struct hl_scan *s, struct part *p, size_t to, enum hl class)
{
	hl_mark(s->pen, p->at, p->region->class);
	hl_mark(s->pen, to, class);
	p->at = to;
}

/* The bracket that `code` opens, its content, the bracket that closes it. */
static void code_inside(struct hl_scan *s, struct part *p)
{
	const struct hl_region *r = p->region;
	size_t n = strcspn(r->code, "([{") + 1, end = s->end;
	bool doubled = n == 1 && r->code[n] == '\0' && hl_at(s, p->at + 1, r->code); /* {{ is a brace */
	inner(s, p, p->at + n + doubled, HL_ESCAPE);
	if (doubled)
		return;
	bool first = s->first, operand = s->operand, fresh = s->fresh, assigned = s->assigned;
	char close = hl_closing(r->code[n - 1]);
	s->end = r->end;
	s->pen->depth++;
	hl_scan_until(s, close, !(r->flags & HL_MULTILINE));
	s->pen->depth--;
	s->end = end;
	s->first = first;
	s->operand = operand;
	s->fresh = fresh;
	s->assigned = assigned;
	p->at = s->pen->pos;
	if (p->at < r->end && s->text[p->at] == close)
		inner(s, p, p->at + 1, HL_ESCAPE);
}

/* Takes the closing text; true: it was the last one. */
static bool closes(struct hl_scan *s, struct part *p)
{
	const struct hl_region *r = p->region;
	if ((r->flags & HL_DOUBLED) && hl_at(s, p->at + r->close.n, r->close.p)) {
		inner(s, p, p->at + 2 * r->close.n, HL_ESCAPE);
		return false;
	}
	p->at += r->close.n;
	return --p->depth == 0;
}

/* Something other than plain content, at p->at; false: it is the end. */
static bool take_part(struct hl_scan *s, struct part *p)
{
	const struct hl_region *r = p->region;
	char c = s->text[p->at];
	size_t to;
	if (c == '\n' && !(r->flags & HL_MULTILINE))
		return false;
	if (begins_with(s, p->at, r->end, r->close))
		return !closes(s, p);
	if ((r->flags & HL_NESTED) && begins_with(s, p->at, r->end, r->open)) {
		p->depth++;
		p->at += r->open.n;
	} else if (s->pen->depth < HL_DEPTH_MAX && begins_with(s, p->at, r->end, str_of(r->code))) {
		code_inside(s, p);
	} else if (c == '\\' && (r->flags & HL_ESCAPES)) {
		inner(s, p, escape_end(s, p->at, r->end), HL_ESCAPE);
	} else if (c == '\\' && (r->flags & HL_SKIPS)) {
		p->at = hl_char_end(s, p->at + 1 < r->end ? p->at + 1 : p->at);
	} else if (c == '$' && (r->flags & HL_DOLLAR)) {
		to = hl_variable_end(s, p->at, r->end);
		inner(s, p, to, to > p->at + 1 ? HL_VARIABLE : r->class);
	} else {
		p->at++;
	}
	return true;
}

void hl_region(struct hl_scan *s, const struct hl_region *r, size_t from)
{
	struct part p = { r, from, 1 };
	unsigned char special[256] = { 0 };
	special['\n'] = special['\\'] = special['$'] = 1;
	if (r->close.n > 0)
		special[(unsigned char)r->close.p[0]] = 1;
	if (r->open.n > 0)
		special[(unsigned char)r->open.p[0]] = 1;
	if (r->code)
		special[(unsigned char)r->code[0]] = 1;
	do {
		while (p.at < r->end && !special[(unsigned char)s->text[p.at]])
			p.at++;
	} while (p.at < r->end && take_part(s, &p));
	hl_mark(s->pen, p.at, r->class);
}
