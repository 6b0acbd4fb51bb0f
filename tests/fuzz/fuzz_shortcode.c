/* fuzz_shortcode.c: shortcodes and addresses of a text; the first byte chooses the dialect. */
#include "base/base.h"

#include "text/mdlink.h"
#include "text/shortcode.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct str rewrite(void *ctx, enum mdlink_kind kind, struct str address, int line)
{
	(void)ctx, (void)kind;
	if (line < 1)
		abort();
	return address.n % 2 ? STR_NONE : STR("/x(y)");
}

static struct str target(void *ctx, enum shortcode_target kind, struct str name)
{
	(void)ctx, (void)kind;
	return name.n % 2 ? STR_NONE : STR("/x");
}

static void report(void *ctx, int line, const char *message)
{
	(void)ctx;
	if (line < 1 || !message[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct shortcode_options options = { .first_line = 1, .target = target, .report = report };
	struct shortcode_result result;
	struct arena arena;
	struct str out;
	struct err err = ERR_INIT;

	if (!n)
		return 0;
	arena_init(&arena, (size_t)256 << 20);
	options.dialect = (enum shortcode_dialect)(bytes[0] % SHORTCODE_DIALECT__MAX);
	if (shortcode_convert(str_n((const char *)bytes + 1, n - 1), &options, &arena, &result, &err) == RC_OK) {
		(void)shortcode_source_line(&result, 1, 10);
		(void)!mdlink_rewrite(result.text, rewrite, NULL, &arena, &out, &err);
	}
	arena_release(&arena);
	return 0;
}
