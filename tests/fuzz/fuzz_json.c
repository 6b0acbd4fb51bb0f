/* fuzz_json.c: any bytes as JSON; what is taken is written, read and written again alike; as XML text
 * and in a CDATA section. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/xml.h"

/* Nothing stands between the end of one section and the beginning of the next. */
static void check_cdata(struct str text)
{
	struct buf out = BUF_INIT(13 * text.n + 1000);
	struct err err = ERR_INIT;
	struct xml x;
	xml_begin(&x, &out);
	xml_open(&x, "a");
	xml_cdata(&x, text);
	if (xml_end(&x, "it", &err) != RC_OK)
		abort();
	struct str rest = buf_view(&out);
	rest = str_from(rest, (size_t)str_find(rest, STR("<![CDATA[")));
	while (str_starts(rest, STR("<![CDATA["))) {
		ptrdiff_t end = str_find(rest, STR("]]>"));
		if (end < 0)
			abort();
		rest = str_from(rest, (size_t)end + 3);
	}
	if (!str_is(rest, "</a>\n"))
		abort();
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct json *value = NULL, *again = NULL;
	struct buf first = BUF_INIT((size_t)64 << 20), second = BUF_INIT((size_t)64 << 20), xml = BUF_INIT(6 * n);
	struct err err = ERR_INIT;
	struct str text = str_n((const char *)bytes, n);
	check_cdata(text);
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
