/* highlight_pen.c: marked pieces of code to escaped text with as few spans as will do. */
#include "base/base.h"

#include "text/highlight_scan.h"
#include "text/html_write.h"

static bool only_blanks(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!hl_is_blank(text[i]))
			return false;
	return true;
}

static void write_span(struct buf *out, struct str text, enum hl class)
{
	if (class == HL_PLAIN || only_blanks(text.p, text.n)) {
		html_escape(out, text);
		return;
	}
	char tag[] = "<span class=\"?\">";
	tag[sizeof "<span class=\"" - 1] = (char)class;
	buf_put(out, tag, sizeof tag - 1);
	html_escape(out, text);
	BUF_LIT(out, "</span>");
}

static void write_run(struct hl_pen *pen)
{
	struct str rest = str_n(pen->text + pen->done, pen->run_end - pen->done);
	ptrdiff_t newline;
	while (pen->run != HL_PLAIN && (newline = str_find_char(rest, '\n')) >= 0) {
		write_span(pen->out, str_sub(rest, 0, (size_t)newline), pen->run);
		buf_char(pen->out, '\n');
		rest = str_from(rest, (size_t)newline + 1);
	}
	write_span(pen->out, rest, pen->run);
	html_escape(pen->out, str_n(pen->text + pen->run_end, pen->pos - pen->run_end));
	pen->done = pen->run_end = pen->pos;
}

void hl_mark(struct hl_pen *pen, size_t to, enum hl class)
{
	if (to <= pen->pos)
		return;
	bool gap = class == HL_PLAIN && pen->run != HL_PLAIN
		&& only_blanks(pen->text + pen->pos, to - pen->pos);
	if (class != pen->run && !gap) {
		write_run(pen);
		pen->run = class;
	}
	pen->pos = to;
	if (!gap)
		pen->run_end = to;
}

void hl_pen_finish(struct hl_pen *pen)
{
	write_run(pen);
}
