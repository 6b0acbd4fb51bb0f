/* fuzz_env_file.c: any bytes as a settings file: an error or pairs with sound names, never more. */
#include "base/base.h"

#include "conf/env_file.h"

static enum rc take(void *ctx, struct str name, struct str value, const char *where)
{
	(void)ctx;
	if (name.n == 0 || !where || memchr(value.p, '\0', value.n))
		abort();
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct err err = ERR_INIT;
	if (n > ENV_FILE_MAX_B)
		return 0;
	arena_init(&arena, (size_t)256 << 20);
	enum rc rc = env_file_parse(str_n((const char *)bytes, n), "x", &arena, take, NULL, &err);
	if (rc != RC_OK && err.msg[0] == '\0')
		abort();
	arena_release(&arena);
	return 0;
}
