/* fuzz_img_probe.c: any bytes as a picture: a sound answer or an error with a message. */
#include "base/base.h"

#include "img/exif.h"
#include "img/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct img_info info;
	struct err err = ERR_INIT;
	struct str s = str_n((const char *)bytes, n);
	if (img_probe(s, &info, &err) == RC_OK) {
		if (info.width_px <= 0 || info.height_px <= 0 || info.orientation < 1 || info.orientation > 8)
			abort();
	} else if (err.msg[0] == '\0') {
		abort();
	}
	int orientation = exif_orientation(s);
	if (orientation < 0 || orientation > 8)
		abort();
	return 0;
}
