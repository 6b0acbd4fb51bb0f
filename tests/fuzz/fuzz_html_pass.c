/* fuzz_html_pass.c: the passes over a page's HTML: absolute addresses, inline code, marked text. */
#include "base/base.h"

#include "text/absolute.h"
#include "text/inline.h"
#include "text/marked.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = str_n((const char *)data, size);
	struct buf out = BUF_INIT((size_t)4 << 20);
	struct html_reader reader = { in, 0 };
	struct inline_code code;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	html_absolute(html_stored(in), STR("https://x.org/blog/post"), &out);
	url_absolute(in, STR("https://x.org/blog/post"), &out);
	while (inline_next(&reader, &code))
		if (code.content.n && (code.content.p < in.p || code.content.p + code.content.n > in.p + in.n))
			abort();
	/* Whatever the markers do, the marks are balanced. */
	struct html marked = marked_html(&arena, in, '\x02', '\x03');
	struct str rest = { marked.p, marked.n };
	int depth = 0;
	for (ptrdiff_t at; (at = str_find_char(rest, '<')) >= 0; rest = str_from(rest, (size_t)at + 1)) {
		depth += str_starts(str_from(rest, (size_t)at), STR("</")) ? -1 : 1;
		if (depth < 0 || depth > 1)
			abort();
	}
	arena_release(&arena);
	buf_release(&out);
	return 0;
}
