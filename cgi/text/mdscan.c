/* mdscan.c: where code stands in a Markdown source. */
#include "base/base.h"

#include "text/mdscan.h"

void mdscan_init(struct mdscan *m, struct str text)
{
	memset(m, 0, sizeof(*m));
	m->text = text;
	m->after_blank = true;
}

static size_t run_of(struct str s, size_t at, char c)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] == c)
		n++;
	return n;
}

/* Without the block quote marks before it. */
static struct str inner_line(struct str line, size_t *indent)
{
	size_t i = 0;

	*indent = 0;
	for (; i < line.n; i++) {
		if (line.p[i] == ' ')
			++*indent;
		else if (line.p[i] == '\t')
			*indent += 4;
		else if (line.p[i] == '>')
			*indent = 0;
		else
			break;
	}
	return str_from(line, i);
}

static bool is_list_item(struct str line)
{
	size_t i = 0;

	if (line.n > 1 && strchr("-*+", line.p[0]))
		return line.p[1] == ' ' || line.p[1] == '\t';
	while (i < line.n && i < 9 && line.p[i] >= '0' && line.p[i] <= '9')
		i++;
	return i > 0 && i + 1 < line.n && (line.p[i] == '.' || line.p[i] == ')') && line.p[i + 1] == ' ';
}

/* "- ```" opens a block inside an item. */
static struct str behind_marker(struct str line)
{
	while (is_list_item(line))
		line = str_trim(str_from(line, 2));
	return line;
}

static bool fence_line(struct mdscan *m, struct str line)
{
	char c = line.n ? line.p[0] : 0;
	size_t n;

	if (m->fence) {
		n = run_of(line, 0, m->fence);
		if (n >= m->fence_len && str_empty(str_trim(str_from(line, n))))
			m->fence = 0;
		return true;
	}
	if (c != '`' && c != '~')
		return false;
	n = run_of(line, 0, c);
	if (n < 3 || (c == '`' && str_find_char(str_from(line, n), '`') >= 0))
		return false;
	m->fence = c;
	m->fence_len = n;
	return true;
}

bool mdscan_code_line(struct mdscan *m, size_t at, size_t *end)
{
	struct str rest = str_from(m->text, at), line, inner;
	size_t indent;
	bool blank, code;

	if (!str_split(&rest, '\n', &line)) {
		*end = m->text.n;
		return false;
	}
	*end = m->text.n - rest.n;
	inner = inner_line(line, &indent);
	if (fence_line(m, m->fence ? inner : behind_marker(inner)))
		return true;
	blank = str_empty(str_trim(inner));
	code = !blank && indent >= 4 && !m->in_list && (m->after_blank || m->in_indented);
	if (!blank) {
		m->in_indented = code;
		if (is_list_item(inner))
			m->in_list = true;
		else if (indent == 0 && m->after_blank)
			m->in_list = false;
	}
	m->after_blank = blank;
	return code;
}

/* The end of the paragraph: a blank line. */
static bool blank_line_at(struct str s, size_t newline)
{
	size_t i = newline + 1;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r'))
		i++;
	return i >= s.n || s.p[i] == '\n';
}

size_t mdscan_inline_code(struct mdscan *m, size_t at)
{
	size_t n = run_of(m->text, at, '`'), i = at + n;

	if (n >= MDSCAN_TICKS_MAX || at < m->no_ticks_after[n])
		return i;
	while (i < m->text.n) {
		if (m->text.p[i] == '`') {
			size_t close = run_of(m->text, i, '`');

			if (close == n)
				return i + n;
			i += close;
		} else if (m->text.p[i] == '\n' && blank_line_at(m->text, i)) {
			break;
		} else {
			i++;
		}
	}
	m->no_ticks_after[n] = i;
	return at + n;
}
