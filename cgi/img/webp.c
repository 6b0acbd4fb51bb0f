/* webp.c: walks the chunks of a WebP file. */
#include "base/base.h"

#include "img/exif.h"
#include "img/read.h"
#include "img/webp.h"

#define RIFF_B 12
#define CHUNK_B 8
#define ANMF_B 16 /* before the frame's own chunks */

enum { FLAG_ANIMATION = 0x02, FLAG_XMP = 0x04, FLAG_EXIF = 0x08, FLAG_ALPHA = 0x10 };

struct chunk {
	struct str name, body, all; /* all: with its header and padding */
};

/* 1: a chunk; 0: the end; -1: it ends behind the bytes. */
static int next(struct str s, size_t *at, struct chunk *out)
{
	if (*at >= s.n)
		return 0;
	size_t length = read_le(s, *at + 4, 4), left = s.n - *at;
	if (left < CHUNK_B || length > left - CHUNK_B)
		return -1;
	size_t padded = length + (length & 1);
	if (padded > left - CHUNK_B)
		padded = length; /* the last one's padding is often forgotten */
	out->name = str_sub(s, *at, *at + 4);
	out->body = str_sub(s, *at + CHUNK_B, *at + CHUNK_B + length);
	out->all = str_sub(s, *at, *at + CHUNK_B + padded);
	*at += CHUNK_B + padded;
	return 1;
}

/* The file as long as it says it is. */
static struct str riff(struct str s, bool *whole)
{
	uint64_t size = (uint64_t)read_le(s, 4, 4) + 8;
	*whole = size <= s.n;
	return *whole ? str_sub(s, 0, (size_t)size) : s;
}

static void still_size(struct chunk c, struct webp_facts *out)
{
	if (str_is(c.name, "VP8L") && c.body.n >= 5 && c.body.p[0] == 0x2F) {
		uint32_t bits = read_le(c.body, 1, 4);
		out->width = (int)(bits & 0x3FFF) + 1;
		out->height = (int)(bits >> 14 & 0x3FFF) + 1;
		out->alpha = bits >> 28 & 1;
	} else if (str_is(c.name, "VP8 ") && read_be(c.body, 3, 3) == 0x9D012A) { /* a key frame */
		out->width = (int)(read_le(c.body, 6, 2) & 0x3FFF);
		out->height = (int)(read_le(c.body, 8, 2) & 0x3FFF);
	}
}

static void look_at_frame(struct str body, struct webp_facts *out)
{
	if (body.n <= ANMF_B || out->frames++ > 0)
		return;
	out->left = 2 * (int)read_le(body, 0, 3);
	out->top = 2 * (int)read_le(body, 3, 3);
	out->first = str_from(body, ANMF_B);
}

static void look_at(struct chunk c, struct webp_facts *out)
{
	if (str_is(c.name, "VP8X") && c.body.n >= 10) {
		uint32_t flags = read_le(c.body, 0, 1);
		out->animated = flags & FLAG_ANIMATION;
		out->alpha = flags & FLAG_ALPHA;
		out->width = (int)read_le(c.body, 4, 3) + 1;
		out->height = (int)read_le(c.body, 7, 3) + 1;
	} else if (str_is(c.name, "VP8 ") || str_is(c.name, "VP8L")) {
		out->frames = 1;
		if (out->width == 0)
			still_size(c, out);
	} else if (str_is(c.name, "ANMF")) {
		look_at_frame(c.body, out);
	} else if (str_is(c.name, "ICCP")) {
		out->icc = c.body;
	} else if (str_is(c.name, "EXIF")) {
		struct str tiff = str_starts(c.body, str_n("Exif\0\0", 6)) ? str_from(c.body, 6) : c.body;
		out->orientation = exif_orientation(tiff);
	}
}

void webp_look(struct str s, struct webp_facts *out)
{
	struct chunk chunk;
	size_t at = RIFF_B;
	int got;
	*out = (struct webp_facts){ .frames = 0 };
	s = riff(s, &out->whole);
	while ((got = next(s, &at, &chunk)) > 0)
		look_at(chunk, out);
	if (got < 0) {
		out->whole = false;
		/* The size may stand in the beginning of a chunk that goes on behind the bytes. */
		chunk = (struct chunk){ .name = str_sub(s, at, at + 4), .body = str_from(s, at + CHUNK_B) };
		if (out->width == 0 && !str_is(chunk.name, "VP8X"))
			still_size(chunk, out);
	}
}

static void put_le(struct buf *out, uint32_t value, int count)
{
	for (int i = 0; i < count; i++)
		buf_char(out, (char)(value >> 8 * i));
}

/* "RIFF", its length and "WEBP" before what is then appended; riff_end() writes the length. */
static size_t riff_begin(struct buf *out)
{
	size_t from = out->len;
	buf_str(out, str_n("RIFF\0\0\0\0WEBP", RIFF_B));
	return from;
}

static enum rc riff_end(struct buf *out, size_t from, struct err *err)
{
	enum rc rc = buf_status(out, "the WebP", err);
	if (rc != RC_OK)
		return rc;
	uint32_t size = (uint32_t)(out->len - from - 8);
	for (int i = 0; i < 4; i++)
		out->bytes[from + 4 + (size_t)i] = (char)(size >> 8 * i);
	return RC_OK;
}

enum rc webp_first(const struct webp_facts *facts, struct buf *out, struct err *err)
{
	struct webp_facts size = { 0 };
	struct chunk chunk;
	size_t at = 0, from;
	bool alpha = false;
	while (next(facts->first, &at, &chunk) > 0) {
		alpha = alpha || str_is(chunk.name, "ALPH");
		still_size(chunk, &size);
	}
	if (size.width == 0 || size.height == 0)
		return err_set(err, RC_INVALID, "the animation's first frame is damaged");
	from = riff_begin(out);
	if (alpha) {
		buf_str(out, str_n("VP8X\x0A\0\0\0\x10\0\0\0", 12));
		put_le(out, (uint32_t)size.width - 1, 3);
		put_le(out, (uint32_t)size.height - 1, 3);
	}
	buf_str(out, facts->first);
	return riff_end(out, from, err);
}

static void put_orientation(int orientation, struct buf *out)
{
	uint8_t tiff[EXIF_ALONE_B];
	exif_alone(orientation, tiff);
	buf_str(out, STR("EXIF"));
	put_le(out, EXIF_ALONE_B, 4);
	buf_put(out, tiff, EXIF_ALONE_B);
}

static void put_flags(struct buf *out, size_t start, int orientation)
{
	if (out->rc != RC_OK)
		return;
	char *flags = &out->bytes[start + CHUNK_B];
	*flags = (char)((*flags & ~(FLAG_EXIF | FLAG_XMP)) | (orientation > 1 ? FLAG_EXIF : 0));
}

enum rc webp_strip(struct str s, struct buf *out, struct err *err)
{
	static const char *const wanted[] = { "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP" };
	struct webp_facts facts;
	struct chunk chunk;
	size_t at = RIFF_B, from;
	bool whole;
	int got;
	webp_look(s, &facts);
	s = riff(s, &whole);
	from = riff_begin(out);
	while ((got = next(s, &at, &chunk)) > 0) {
		size_t start = out->len;
		for (size_t i = 0; i < COUNT_OF(wanted); i++)
			if (str_is(chunk.name, wanted[i]))
				buf_str(out, chunk.all);
		if (str_is(chunk.name, "VP8X") && chunk.body.n > 0)
			put_flags(out, start, facts.orientation);
	}
	if (got < 0 || !whole)
		return err_set(err, RC_INVALID, "the webp picture is cut off in the middle");
	if (facts.orientation > 1) {
		if ((out->len - from) & 1) /* the last chunk had no padding */
			buf_char(out, '\0');
		put_orientation(facts.orientation, out);
	}
	return riff_end(out, from, err);
}
