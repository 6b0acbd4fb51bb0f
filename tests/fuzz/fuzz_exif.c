/* fuzz_exif.c: any bytes as EXIF. */
#include "base/base.h"

#include "img/exif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int orientation = exif_orientation(str_n((const char *)data, size));
	if (orientation < 0 || orientation > 8)
		abort();
	return 0;
}
