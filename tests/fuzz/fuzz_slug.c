/* fuzz_slug.c: slugs are valid, within their limit, and their own slugs; excerpts keep their limit. */
#include "base/base.h"

#include "base/utf8.h"
#include "text/excerpt.h"
#include "text/slug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct arena arena;
	struct str title = str_n((const char *)data + 2, size - 2);
	enum slug_letters letters = data[0] & 1 ? SLUG_UNICODE : SLUG_ASCII;
	struct str language = data[0] & 2 ? STR("de") : STR_NONE;
	arena_init(&arena, ARENA_MAX_B);
	struct str slug = slug_make(&arena, title, letters, language, data[1]);
	if (slug.n > 0 && (!slug_is_valid(slug) || (data[1] > 0 && slug.n > data[1])))
		abort();
	if (!str_eq(slug, slug_make(&arena, slug, letters, language, data[1])))
		abort();
	struct str excerpt = excerpt_cut(&arena, title, data[1]);
	if (utf8_count(excerpt) > data[1] || !utf8_valid(excerpt))
		abort();
	arena_release(&arena);
	return 0;
}
