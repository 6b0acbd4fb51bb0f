/* fuzz_sanitize.c: whatever goes in, the result is clean, and filtering it again changes nothing. */
#include "base/base.h"

#include "text/html_text.h"
#include "text/sanitize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str hosts[] = { { "v.example", 9 } };
	const struct sanitize_options options = { .frame_hosts = hosts, .frame_host_count = 1 };
	struct arena arena;
	struct html once, twice;
	arena_init(&arena, ARENA_MAX_B);
	if (sanitize_html(str_n((const char *)data, size), &options, &arena, &once, NULL) != RC_OK ||
	    sanitize_html(str_n(once.p, once.n), &options, &arena, &twice, NULL) != RC_OK)
		abort();
	if (once.n != twice.n || memcmp(once.p, twice.p, once.n) != 0)
		abort();
	if (strcasestr(once.p, "<script") || strcasestr(once.p, "<svg") || strcasestr(once.p, "<style"))
		abort();
	struct buf text = BUF_INIT(SANITIZE_HTML_MAX_B);
	html_text(&text, str_n((const char *)data, size));
	buf_release(&text);
	arena_release(&arena);
	return 0;
}
