/* fuzz_url.c: any bytes as an address: split, judged, joined, escaped and back. */
#include "base/base.h"

#include "base/enc.h"
#include "base/url.h"

static void check_escapes(struct str text)
{
	for (int part = 0; part < ENC_PART__MAX; part++) {
		struct buf coded = BUF_INIT(3 * text.n), back = BUF_INIT(3 * text.n);
		enc_percent(&coded, text, (enum enc_part)part);
		if (!enc_percent_decode(&back, buf_view(&coded), false) || coded.rc != RC_OK)
			abort();
		if (part != ENC_IRI && !str_eq(buf_view(&back), text))
			abort();
		buf_release(&coded);
		buf_release(&back);
	}
}

/* What comes out is an address itself; joining it resolves dot segments that an empty reference took
 * over from the base (section 5.2.2), and joining that once more changes nothing. */
static void check_join(struct arena *arena, struct str base, struct str reference)
{
	struct str joined, resolved, again;
	struct url url;
	struct err err = ERR_INIT;
	if (url_join(arena, base, reference, &joined, &err) != RC_OK || joined.n > URL_MAX_B)
		return;
	if (url_split(joined, &url, &err) != RC_OK)
		abort();
	if (!str_given(url.host))
		return;
	if (url_join(arena, base, joined, &resolved, &err) != RC_OK ||
	    url_join(arena, base, resolved, &again, &err) != RC_OK || !str_eq(resolved, again))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena;
	struct str text = str_n((const char *)bytes, n), rest = text, first;
	struct buf out = BUF_INIT(n);
	arena_init(&arena, (size_t)16 << 20);
	url_is_safe(text, NULL);
	url_is_absolute(text);
	check_escapes(text);
	if (enc_percent_decode(&out, text, true) && out.len > n)
		abort();
	buf_release(&out);
	check_join(&arena, STR("https://h/a/b?c"), text);
	if (str_split(&rest, '\n', &first))
		check_join(&arena, first, rest);
	arena_release(&arena);
	return 0;
}
