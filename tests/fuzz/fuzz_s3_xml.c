/* fuzz_s3_xml.c: any bytes as the answer of an S3 server: an error with a message, or values within limits. */
#include "base/base.h"

#include <stdlib.h>

#include "net/s3_xml.h"

static void must(bool good)
{
	if (!good)
		abort();
}

static void read_all(struct str xml, struct arena *arena)
{
	struct err err = ERR_INIT;
	struct s3_failure failure = { STR(""), STR("") };
	struct s3_list list;
	struct s3_uploads uploads;
	struct s3_parts parts;
	struct str id;
	if (s3_xml_failure(xml, arena, &failure, &err) != RC_OK)
		must(err.msg[0] != '\0');
	must(failure.code.n <= S3_XML_TEXT_MAX_B);
	if (s3_xml_list(xml, arena, &list, &err) == RC_OK) {
		must(list.count <= S3_LIST_MAX);
		for (size_t i = 0; i < list.count; i++)
			must(list.items[i].key.n > 0 && list.items[i].key.n <= S3_KEY_MAX_B && list.items[i].size_b >= 0);
	}
	if (s3_xml_uploads(xml, arena, &uploads, &err) == RC_OK)
		must(uploads.count <= S3_LIST_MAX);
	if (s3_xml_parts(xml, arena, &parts, &err) == RC_OK) {
		must(parts.count <= S3_LIST_MAX);
		for (size_t i = 0; i < parts.count; i++)
			must(parts.items[i].number > (int64_t)i && parts.items[i].size_b >= 0 && parts.items[i].etag.n > 0);
	}
	if (s3_xml_upload_id(xml, arena, &id, &err) == RC_OK)
		must(id.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	read_all(str_n((const char *)bytes, n), &arena);
	arena_release(&arena);
	return 0;
}
