/* excerpt.c: the beginning of a plain text, cut where a reader would cut it. */
#include "base/base.h"

#include "base/utf8.h"
#include "text/excerpt.h"
#include "text/letters.h"

#define EXCERPT_MAX_B ((size_t)1 << 20)

/* Punctuation that looks lost before an ellipsis. */
static bool hangs(uint32_t code)
{
	return utf8_is_space(code) || (code < 0x80 && strchr(",;:-.([{\"'/", (int)code) != NULL) ||
	       (code >= 0x2010 && code <= 0x2015) || code == 0x3001 || code == 0x3002 ||
	       code == 0xFF0C || code == 0x2026;
}

static size_t without_hanging(struct str text, size_t end)
{
	struct str rest = str_sub(text, 0, end);
	size_t keep = 0;
	uint32_t code;
	while (utf8_next(&rest, &code))
		if (!hangs(code))
			keep = end - rest.n;
	return keep;
}

struct str excerpt_cut(struct arena *arena, struct str plain, size_t max_chars)
{
	struct buf out = BUF_INIT(EXCERPT_MAX_B);
	size_t chars = 0;
	size_t boundary = 0, boundary_chars = 0; /* the last place where a cut reads well */
	size_t anywhere = 0;                     /* the last one that at least parts no character */
	bool space = false, free_before = false, over = false;
	uint32_t code;
	while (out.rc == RC_OK && utf8_next(&plain, &code)) {
		if (utf8_is_space(code)) {
			space = out.len > 0;
			continue;
		}
		enum letter kind = letter_kind(code);
		bool joined = kind == LETTER_MARK || kind == LETTER_IGNORED;
		if (chars + 1 <= max_chars) { /* room for the ellipsis if the cut comes here */
			if (space || (free_before && !joined) || kind == LETTER_UNSPACED) {
				boundary = out.len;
				boundary_chars = chars;
			}
			if (!joined)
				anywhere = out.len;
		}
		chars += space ? 2 : 1;
		if (chars > max_chars) {
			over = true;
			break;
		}
		if (space)
			buf_char(&out, ' ');
		space = false;
		utf8_put(&out, code);
		free_before = kind == LETTER_UNSPACED;
	}
	if (over) {
		size_t end = boundary_chars * 3 >= max_chars ? boundary : anywhere;
		buf_truncate(&out, without_hanging(buf_view(&out), end));
		if (max_chars > 0)
			BUF_LIT(&out, "\xE2\x80\xA6");
	}
	struct str result = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return result;
}
