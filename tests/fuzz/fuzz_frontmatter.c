/* fuzz_frontmatter.c: front matter of every kind, as a file brings it. */
#include "base/base.h"

#include "text/frontmatter.h"
#include "text/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_n((const char *)bytes, n);
	struct arena arena;
	struct frontmatter fm;
	struct data_at at = { 0, 0 };
	struct buf out = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;

	arena_init(&arena, ARENA_MAX_B);
	if (frontmatter_read(text, &arena, &fm, &at, &err) == RC_OK) {
		struct json *json = data_to_json(fm.fields);

		json_write(json, JSON_LINE, &out);
		json_free(json);
		if (fm.body_line < 1)
			abort();
	} else if (at.line < 1) {
		abort();
	}
	buf_release(&out);
	arena_release(&arena);
	return 0;
}
