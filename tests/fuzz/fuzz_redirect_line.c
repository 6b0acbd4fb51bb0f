/* fuzz_redirect_line.c: a line of a list of redirects, as somebody pastes it. */
#include "base/base.h"

#include "core/redirects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct redirect_form form;
	struct str line = str_n((const char *)data, size);
	arena_init(&arena, ARENA_MAX_B);
	if (size < 65536 && redirect_line_read(line, &form, &arena) &&
	    form.from.n + form.to.n + form.status.n > size)
		abort();
	arena_release(&arena);
	return 0;
}
