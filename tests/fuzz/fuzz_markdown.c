/* fuzz_markdown.c: Markdown in every mode; filtered HTML must be what the sanitizer leaves as it is. */
#include "base/base.h"

#include "text/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Addresses of one letter are media: what ends in it decides between a picture of some shape, a film and sound. Of some there
 * are other files. */
static void media(void *ctx, struct arena *arena, struct str address, struct markdown_image *out)
{
	(void)ctx, (void)arena;
	if (address.n != 1)
		return;
	unsigned char c = (unsigned char)address.p[0];
	*out = (struct markdown_image){ .kind = (enum markdown_media)(c % 4 == 3 ? 0 : c % 4), .width_px = 40 * (c % 32), .height_px = 600 };
	if (c % 8 == 4)
		out->sources[0].type = out->sources[0].set = out->set = out->sizes = STR("\"><script>");
	out->source_count = c % 8 == 4;
}

static bool has(struct html html, const char *needle)
{
	return memmem(html.p, html.n, needle, strlen(needle)) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	if (!ready)
		markdown_init();
	ready = true;
	if (size < 1)
		return 0;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	for (int mode = 0; mode < 2 * MARKDOWN_RAW__MAX; mode++) {
		struct markdown_options options = {
			.raw_html = (enum markdown_raw_html)(mode / 2),
			.extras = mode % 2,
			.smart = data[0] & 1,
			.image = data[0] & 2 ? media : NULL,
		};
		struct markdown_result result;
		if (markdown_render(str_n((const char *)data + 1, size - 1), &options, &arena, &result,
				    NULL) != RC_OK)
			break;
		if (options.raw_html != MARKDOWN_RAW_ON &&
		    (has(result.html, "<script") || has(result.html, "href=\"javascript:") ||
		     has(result.html, "<svg") || has(result.html, "<style")))
			abort();
	}
	arena_release(&arena);
	return 0;
}
