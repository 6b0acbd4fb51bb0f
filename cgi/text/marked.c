/* marked.c: a plain text with marked passages as HTML: search snippets. */
#include "base/base.h"

#include "base/enc.h"
#include "text/marked.h"

#define MARKED_MAX_B ((size_t)64 << 10)

struct html marked_html(struct arena *arena, struct str text, char begin, char end)
{
	struct buf out = BUF_INIT(MARKED_MAX_B);
	bool open = false;
	size_t from = 0;
	for (size_t i = 0; i <= text.n; i++) {
		bool opens = i < text.n && text.p[i] == begin, closes = i < text.n && text.p[i] == end;
		if (i < text.n && !opens && !closes)
			continue;
		enc_html_text(&out, str_sub(text, from, i));
		if (opens && !open)
			BUF_LIT(&out, "<mark>");
		else if ((closes || i == text.n) && open)
			BUF_LIT(&out, "</mark>");
		open = opens || (open && !closes);
		from = i + 1;
	}
	struct str html = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return (struct html){ html.p, html.n };
}
