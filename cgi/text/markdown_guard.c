/* markdown_guard.c: refuses Markdown on which the library would take far too long. */
#include "base/base.h"

#include "text/markdown_guard.h"

#define LINKS_GROW_MAX_B ((uint64_t)128 << 20) /* what reference links may multiply a definition to */
#define COST_MAX ((uint64_t)MARKDOWN_PARSE_MAX_MS * 1000000 * 100)

/* Measured on the library at 2 GHz, in hundredths of a nanosecond for each pair of the two counts
 * that are multiplied. */
enum {
	COST_HTML = 20,        /* an opener "<?" or "<!" without its end scans the paragraph */
	COST_IMAGE = 80,       /* "![" with each bracket */
	COST_QUOTE = 120,      /* quotation marks with each other, if they become typographic ones */
	COST_PIPE = 40,        /* | of one line with each other */
	COST_ROW_LINE = 5000,  /* what looks like a table's second line, with each line */
	COST_LINE_BYTE = 13,   /* lines with bytes of a paragraph that becomes a table */
	COST_ADDRESS = 220,    /* "www." with the bytes of its word */
	COST_MAIL = 1200000,   /* one @, which may be an e-mail address */
	COST_DEPTH = 1000      /* nesting with each line of the document */
};

/* Lines without an empty one between them: at least one paragraph. */
struct run {
	uint64_t lines, bytes, html, images, brackets, quotes, rows, pipes, line_pipes_max;
	uint64_t definition_b; /* since the last "]:" */
	bool defines;
};

/* A fenced block that begins at the left margin: code, which costs nothing, whatever is in it. One in a
 * list or a quote ends where that does, which is not known here; there its lines count as text. */
struct fence {
	char c;                 /* '`' or '~'; 0: none is open */
	size_t n;
	bool html, html_on;     /* a fence here may be HTML: until an empty line; for the rest */
};

struct guard {
	bool smart;
	struct fence fence;
	struct run run;
	uint64_t lines, depth_max, cells, cost, brackets, definition_max_b;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/* Takes a line off *rest; \n, \r and \r\n end one. */
static bool take_line(struct str *rest, struct str *line)
{
	size_t n = 0;
	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	*line = str_sub(*rest, 0, n);
	n += n + 1 < rest->n && rest->p[n] == '\r' && rest->p[n + 1] == '\n';
	*rest = str_from(*rest, n + 1);
	return true;
}

/* Length of a list marker at line[at], 0: none. */
static size_t list_marker(struct str line, size_t at)
{
	size_t i = at;
	while (i < line.n && i - at < 9 && line.p[i] >= '0' && line.p[i] <= '9')
		i++;
	if (i >= line.n || !(i == at ? strchr("-+*", line.p[i]) : strchr(".)", line.p[i])) || !line.p[i])
		return 0;
	i++;
	return i == line.n || is_blank(line.p[i]) ? i - at : 0;
}

/* Counts the markers that begin a line and gives the rest; half the indentation counts as depth too,
 * since that much may be nested without a marker. */
static struct str behind_markers(struct str line, uint64_t *markers, uint64_t *depth)
{
	size_t at = 0, columns = 0;
	*markers = 0;
	while (at < line.n) {
		size_t marker = line.p[at] == '>' ? 1 : list_marker(line, at);
		if (is_blank(line.p[at])) {
			columns += line.p[at] == '\t' ? 4 : 1;
			at++;
		} else if (marker > 0) {
			*markers += 1;
			at += marker;
		} else {
			break;
		}
	}
	*depth = *markers + columns / 2;
	return str_from(line, at);
}

/* An HTML block may hold lines that look like a fence, and end before they do. */
static void watch_html(struct fence *f, struct str line)
{
	static const char *const open_names[] = { "script", "pre", "style", "textarea" };
	size_t at = 0;
	while (at < line.n && is_blank(line.p[at]))
		at++;
	struct str tag = str_from(line, at);
	if (tag.n == 0)
		f->html = false;
	if (tag.n == 0 || tag.p[0] != '<')
		return;
	f->html = true;
	tag = str_from(tag, 1);
	f->html_on |= tag.n > 0 && (tag.p[0] == '!' || tag.p[0] == '?');
	for (size_t i = 0; i < COUNT_OF(open_names); i++)
		f->html_on |= str_istarts(tag, str_of(open_names[i]));
}

/* Whether the line is of a fenced block, its fences among them. */
static bool is_fenced(struct fence *f, struct str line)
{
	size_t n = 0;
	if (f->c) {
		struct str bare = str_trim(line);
		while (n < bare.n && bare.p[n] == f->c)
			n++;
		if (n >= f->n && n == bare.n)
			f->c = '\0';
		return true;
	}
	watch_html(f, line);
	while (n < line.n && line.p[n] == line.p[0])
		n++;
	if (n < 3 || f->html || f->html_on || !(line.p[0] == '~' || line.p[0] == '`') ||
	    (line.p[0] == '`' && str_find_char(str_from(line, n), '`') >= 0))
		return false;
	f->c = line.p[0];
	f->n = n;
	return true;
}

/* Only what a table's second line is made of, and at least one dash. */
static bool looks_like_row(struct str line)
{
	bool dash = false;
	for (size_t i = 0; i < line.n; i++) {
		if (!is_blank(line.p[i]) && !strchr("|:->", line.p[i]))
			return false;
		dash |= line.p[i] == '-';
	}
	return dash;
}

static uint64_t word_cost(uint64_t addresses, uint64_t bytes)
{
	return addresses > 1 ? addresses * bytes * COST_ADDRESS : 0;
}

static void count_line(struct guard *g, struct str line)
{
	struct run *run = &g->run;
	uint64_t pipes = 0, addresses = 0, word_b = 0;
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i], next = i + 1 < line.n ? line.p[i + 1] : '\0';
		run->definition_b++;
		word_b++;
		switch (c) {
		case '<': run->html += next == '?' || next == '!'; break;
		case '!': run->images += next == '['; break;
		case '[':
			run->brackets++;
			g->brackets++;
			break;
		case ']':
			if (next == ':') {
				run->defines = true;
				run->definition_b = 0;
			}
			break;
		case '"':
		case '\'': run->quotes++; break;
		case '|': pipes++; break;
		case '@': g->cost += COST_MAIL; break;
		case 'w': addresses += str_starts(str_from(line, i), STR("www.")); break;
		default:
			if (is_blank(c)) {
				g->cost += word_cost(addresses, word_b);
				addresses = word_b = 0;
			}
		}
		if (run->defines && run->definition_b > g->definition_max_b)
			g->definition_max_b = run->definition_b;
	}
	g->cost += word_cost(addresses, word_b) + pipes * pipes * COST_PIPE;
	run->lines++;
	run->bytes += line.n + 1;
	run->rows += looks_like_row(line);
	if (pipes > run->line_pipes_max)
		run->line_pipes_max = pipes;
}

static void end_run(struct guard *g)
{
	const struct run *run = &g->run;
	g->cost += run->html * run->bytes * COST_HTML;
	g->cost += run->images * run->brackets * COST_IMAGE;
	if (g->smart)
		g->cost += run->quotes * run->quotes * COST_QUOTE;
	g->cost += run->rows * run->lines * COST_ROW_LINE;
	if (run->rows > 0) {
		g->cost += run->lines * run->bytes * COST_LINE_BYTE;
		g->cells += run->line_pipes_max * run->lines;
	}
	g->run = (struct run){ 0 };
}

static enum rc judge(const struct guard *g, struct err *err)
{
	if (g->cells > MARKDOWN_TABLE_CELLS_MAX)
		return err_set(err, RC_LIMIT, "line %llu: tables of more than %d cells",
			       (unsigned long long)g->lines, MARKDOWN_TABLE_CELLS_MAX);
	if (g->definition_max_b * g->brackets > LINKS_GROW_MAX_B)
		return err_set(err, RC_LIMIT, "line %llu: too long a link definition for so many links",
			       (unsigned long long)g->lines);
	if (g->cost + g->depth_max * g->lines * COST_DEPTH > COST_MAX)
		return err_set(err, RC_LIMIT, "line %llu: the text would take too long to read: a paragraph "
			       "with too many brackets, quotes, addresses, table rows or nested lists",
			       (unsigned long long)g->lines);
	return RC_OK;
}

enum rc markdown_guard(struct str source, bool smart, struct err *err)
{
	struct guard g = { .smart = smart };
	struct str line;
	enum rc rc = RC_OK;
	while (rc == RC_OK && take_line(&source, &line)) {
		uint64_t markers, depth;
		g.lines++;
		if (is_fenced(&g.fence, line)) {
			end_run(&g);
			continue;
		}
		struct str rest = behind_markers(line, &markers, &depth);
		if (markers > MARKDOWN_DEPTH_MAX)
			return err_set(err, RC_LIMIT, "line %llu: quotes or lists nested deeper than %d",
				       (unsigned long long)g.lines, MARKDOWN_DEPTH_MAX);
		if (depth > g.depth_max)
			g.depth_max = depth;
		count_line(&g, line);
		if (rest.n == 0) {
			end_run(&g);
			rc = judge(&g, err);
		}
	}
	end_run(&g);
	return rc == RC_OK ? judge(&g, err) : rc;
}
