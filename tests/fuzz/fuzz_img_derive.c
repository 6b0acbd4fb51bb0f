/* fuzz_img_derive.c: any bytes as a picture, decoded and made smaller, within a few hundred thousand pixels. */
#include "base/base.h"

#include "img/derive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libgd 2.3.3 leaks what it has read of an AVIF file, which matters little in a program for one picture. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libavif.so\n";
}

static enum rc drop(void *ctx, size_t place, struct str bytes, struct err *err)
{
	(void)ctx, (void)place, (void)bytes, (void)err;
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_limits limits = IMG_LIMITS_DEFAULT;
	struct img_variant plan[] = { { .type = IMG_PNG, .width_px = 1, .height_px = 1, .turn = 1, .rival = -1 },
				      { .type = IMG_GIF, .copy = true, .rival = -1 } };
	struct buf bytes = BUF_INIT(1 << 20);
	struct img_result *result = mem_new(sizeof *result);
	struct img_info info;
	size_t count = 1;
	limits.pixels = 200000;
	buf_put(&bytes, data, size);
	if (img_probe(buf_view(&bytes), &info, NULL) == RC_OK && info.frames > 1) {
		plan[1].type = info.type;
		count = 2;
	}
	if (derive(&bytes, &limits, plan, count, drop, NULL, result, NULL) == RC_OK && result->made[0].width_px != 1)
		abort();
	buf_release(&bytes);
	free(result);
	return 0;
}
