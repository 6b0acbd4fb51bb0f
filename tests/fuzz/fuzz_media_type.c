/* fuzz_media_type.c: any bytes as the beginning of an upload, any name: a type that may be served, or a message. The
 * first byte is the length of the name. */
#include "base/base.h"

#include "core/media_type.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct media_type type;
	struct err err = ERR_INIT;
	if (n < 1 || n - 1 < bytes[0])
		return 0;
	struct str name = str_n((const char *)bytes + 1, bytes[0]), head = str_n((const char *)bytes + 1 + bytes[0], n - 1 - bytes[0]);
	if (media_type_tell(head, name, &type, &err) != RC_OK) {
		if (err.msg[0] == '\0')
			abort();
		return 0;
	}
	struct str mime = str_of(type.mime);
	bool acts = str_starts(mime, STR("text/html")) || str_starts(mime, STR("text/css")) || str_find(mime, STR("javascript")) >= 0 ||
		    str_ends(mime, STR("xml"));
	if ((acts && !str_is(mime, "image/svg+xml")) || str_find_char(mime, ';') >= 0)
		abort();
	if (type.picture.type != IMG_NONE && (!str_is(str_of(type.kind), "image") || !media_type_may_tell(head, mime)))
		abort();
	return 0;
}
