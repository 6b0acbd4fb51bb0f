/* fuzz_toml.c: the TOML parser. */
#include "base/base.h"

#include "text/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct data *root;
	struct data_at at = { 0, 0 };
	struct err err = ERR_INIT;

	arena_init(&arena, ARENA_MAX_B);
	if (toml_parse(str_n((const char *)bytes, n), 1, &arena, &root, &at, &err) != RC_OK &&
	    (at.line < 1 || at.column < 1 || !err.msg[0]))
		abort();
	arena_release(&arena);
	return 0;
}
