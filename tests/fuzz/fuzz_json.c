/* fuzz_json.c: any bytes as JSON; what is taken is written, read and written again alike. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct json *value = NULL, *again = NULL;
	struct buf first = BUF_INIT((size_t)64 << 20), second = BUF_INIT((size_t)64 << 20), xml = BUF_INIT(6 * n);
	struct err err = ERR_INIT;
	struct str text = str_n((const char *)bytes, n);
	xml_escape(&xml, text);
	if (xml.rc != RC_OK || !utf8_valid(buf_view(&xml)))
		abort();
	if (json_parse(text, JSON_MAX_B, &value, &err) == RC_OK) {
		json_write(value, JSON_SORTED_KEYS, &first);
		if (json_parse(buf_view(&first), JSON_MAX_B, &again, &err) != RC_OK)
			abort();
		json_write(again, JSON_SORTED_KEYS, &second);
		if (!str_eq(buf_view(&first), buf_view(&second)))
			abort();
	}
	json_free(value);
	json_free(again);
	buf_release(&first);
	buf_release(&second);
	buf_release(&xml);
	return 0;
}
