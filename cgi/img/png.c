/* png.c: walks the chunks of a PNG file. */
#include "base/base.h"

#include "img/exif.h"
#include "img/png.h"
#include "img/read.h"

#define SIGNATURE_B 8
#define AROUND_B 12 /* length, type and check sum */

struct chunk {
	struct str type, body;
	size_t length; /* of the body as the file says, which may be beyond its end */
};

/* The chunk at *at, which moves behind it. false: nothing more, or not even a type. */
static bool next(struct str s, size_t *at, struct chunk *out)
{
	if (*at > s.n || s.n - *at < 8)
		return false;
	out->length = read_be(s, *at, 4);
	out->type = str_sub(s, *at + 4, *at + 8);
	out->body = str_sub(s, *at + 8, *at + 8 + out->length);
	*at += out->length + AROUND_B;
	return true;
}

static void take(struct chunk c, struct png_facts *out)
{
	if (str_is(c.type, "IHDR")) {
		out->width = read_be(c.body, 0, 4);
		out->height = read_be(c.body, 4, 4);
		out->alpha = read_be(c.body, 9, 1) & 4;
	} else if (str_is(c.type, "tRNS")) {
		out->alpha = true;
	} else if (str_is(c.type, "eXIf")) {
		out->orientation = exif_orientation(c.body);
	} else if (str_is(c.type, "acTL")) {
		out->frames = (int)(read_be(c.body, 0, 4) & 0xFFFFFF);
	} else if (str_is(c.type, "sRGB")) {
		out->srgb = true;
	} else if (str_is(c.type, "gAMA")) {
		out->gamma = read_be(c.body, 0, 4);
	} else if (str_is(c.type, "iCCP")) {
		struct str name = str_until(c.body, '\0');
		out->profile = name.n < c.body.n ? str_from(c.body, name.n + 2) : STR_NONE; /* NUL, method */
	}
}

void png_look(struct str s, struct png_facts *out)
{
	struct chunk chunk;
	size_t at = SIGNATURE_B;
	*out = (struct png_facts){ .frames = 1 };
	if (read_be(s, 12, 4) != 0x49484452) /* IHDR comes first */
		return;
	while (next(s, &at, &chunk)) {
		take(chunk, out);
		if (str_is(chunk.type, "IEND")) {
			out->whole = at <= s.n;
			return;
		}
	}
}

size_t png_bare(char *bytes, size_t length)
{
	static const char *const wanted[] = { "IHDR", "PLTE", "tRNS", "IDAT", "IEND" };
	struct str s = str_n(bytes, length);
	struct chunk chunk;
	size_t at = SIGNATURE_B, from = at, to = at;
	for (; next(s, &at, &chunk) && at <= length; from = at) {
		bool keep = false;
		for (size_t i = 0; i < COUNT_OF(wanted); i++)
			keep = keep || str_is(chunk.type, wanted[i]);
		if (!keep)
			continue;
		memmove(bytes + to, bytes + from, at - from);
		to += at - from;
	}
	return to;
}
