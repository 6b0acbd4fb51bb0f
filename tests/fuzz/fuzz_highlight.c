/* fuzz_highlight.c: highlighted code, without its tags, is the code; the first byte says the language. */
#include "base/base.h"

#include "text/highlight.h"
#include "text/highlight_table.h"
#include "../unit/text_highlight_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;
	while (hl_languages[count])
		count++;
	if (size < 1)
		return 0;
	const char *names = hl_languages[data[0] % count]->names;
	struct str code = str_n((const char *)data + 1, size - 1);
	struct buf out = BUF_INIT((size_t)64 << 20);
	if (!highlight_html(str_n(names, strcspn(names, " ")), code, &out) || highlight_fault(code, buf_view(&out)))
		abort();
	buf_release(&out);
	return 0;
}
