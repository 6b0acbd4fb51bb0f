/* toc.c: a table of contents from the headings of a document. */
#include "base/base.h"

#include "text/html_write.h"
#include "text/toc.h"

#define TOC_MAX_B ((size_t)4 << 20)

struct writer {
	struct buf out;
	int levels[8]; /* of the headings whose items are open, outermost first */
	int depth;
};

static void close_items(struct writer *w, int level)
{
	while (w->depth > 1 && w->levels[w->depth - 2] >= level) {
		BUF_LIT(&w->out, "</li>\n</ul>\n");
		w->depth--;
	}
	BUF_LIT(&w->out, "</li>\n");
}

static void item(struct writer *w, const struct markdown_heading *heading)
{
	if (w->depth > 0 && heading->level > w->levels[w->depth - 1]) {
		BUF_LIT(&w->out, "\n<ul>\n");
		w->depth++;
	} else if (w->depth > 0) {
		close_items(w, heading->level);
	} else {
		BUF_LIT(&w->out, "<ul>\n");
		w->depth = 1;
	}
	w->levels[w->depth - 1] = heading->level;
	BUF_LIT(&w->out, "<li><a href=\"#");
	html_href(&w->out, heading->id);
	BUF_LIT(&w->out, "\">");
	html_escape(&w->out, heading->text);
	BUF_LIT(&w->out, "</a>");
}

struct html toc_html(struct arena *arena, const struct markdown_heading *headings, size_t count,
		     int deepest)
{
	struct writer w = { .out = BUF_INIT(TOC_MAX_B) };
	struct html toc = HTML_NONE;
	for (size_t i = 0; i < count; i++)
		if (headings[i].level >= 2 && headings[i].level <= deepest)
			item(&w, &headings[i]);
	for (int depth = w.depth; depth > 0; depth--)
		BUF_LIT(&w.out, "</li>\n</ul>\n");
	char *copy = w.out.rc == RC_OK && w.out.len > 0 ? arena_try(arena, w.out.len) : NULL;
	if (copy) {
		memcpy(copy, w.out.bytes, w.out.len);
		toc = (struct html){ copy, w.out.len };
	}
	buf_release(&w.out);
	return toc;
}
