/* probe.c: what kind of picture some bytes are and how large it is, without decoding it. */
#include "base/base.h"

#include "img/exif.h"
#include "img/probe.h"

static const struct { const char *name, *mime; } types[IMG_TYPE__MAX] = {
	[IMG_NONE] = { "", "" },
	[IMG_JPEG] = { "jpeg", "image/jpeg" },
	[IMG_PNG] = { "png", "image/png" },
	[IMG_GIF] = { "gif", "image/gif" },
	[IMG_WEBP] = { "webp", "image/webp" },
	[IMG_AVIF] = { "avif", "image/avif" },
	[IMG_HEIC] = { "heic", "image/heic" },
	[IMG_BMP] = { "bmp", "image/bmp" },
};

const char *img_type_name(enum img_type type)
{
	return (unsigned)type < IMG_TYPE__MAX ? types[type].name : "";
}

const char *img_type_mime(enum img_type type)
{
	return (unsigned)type < IMG_TYPE__MAX ? types[type].mime : "";
}

/* Numbers at a place; 0 beyond the end, which no size is. */
static uint32_t be(struct str s, size_t at, int count)
{
	uint32_t value = 0;
	if (at > s.n || s.n - at < (size_t)count)
		return 0;
	for (int i = 0; i < count; i++)
		value = value << 8 | (uint8_t)s.p[at + (size_t)i];
	return value;
}

static uint32_t le(struct str s, size_t at, int count)
{
	uint32_t value = 0;
	if (at > s.n || s.n - at < (size_t)count)
		return 0;
	for (int i = count - 1; i >= 0; i--)
		value = value << 8 | (uint8_t)s.p[at + (size_t)i];
	return value;
}

struct size {
	uint32_t width, height;
	int orientation; /* 0: not told */
};

static bool is_frame(uint8_t marker)
{
	/* SOF0 to SOF15 without DHT, JPG and DAC (T.81 table B.1). */
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static void probe_jpeg(struct str s, struct size *out)
{
	size_t at = 2;
	while (at + 4 <= s.n && (uint8_t)s.p[at] == 0xFF) {
		uint8_t marker = (uint8_t)s.p[at + 1];
		if (marker == 0xFF) { /* fill byte */
			at++;
			continue;
		}
		size_t length = be(s, at + 2, 2);
		if (length < 2)
			return;
		struct str body = str_sub(s, at + 4, at + 2 + length);
		if (is_frame(marker)) {
			out->height = be(body, 1, 2);
			out->width = be(body, 3, 2);
			return;
		}
		if (marker == 0xE1 && out->orientation == 0 && body.n > 6 && memcmp(body.p, "Exif\0\0", 6) == 0)
			out->orientation = exif_orientation(str_from(body, 6));
		at += 2 + length;
	}
}

static void probe_png(struct str s, struct size *out)
{
	size_t at = 8;
	if (be(s, 12, 4) != 0x49484452) /* IHDR comes first */
		return;
	out->width = be(s, 16, 4);
	out->height = be(s, 20, 4);
	while (at + 12 <= s.n) {
		uint32_t length = be(s, at, 4), type = be(s, at + 4, 4);
		if (type == 0x65584966) /* eXIf */
			out->orientation = exif_orientation(str_sub(s, at + 8, at + 8 + length));
		if (type == 0x49444154 || length > s.n) /* IDAT */
			return;
		at += (size_t)length + 12;
	}
}

static void probe_webp(struct str s, struct size *out)
{
	uint32_t kind = be(s, 12, 4);
	if (kind == 0x56503858) { /* VP8X */
		out->width = le(s, 24, 3) + (s.n >= 30);
		out->height = le(s, 27, 3) + (s.n >= 30);
	} else if (kind == 0x5650384C) { /* VP8L */
		uint32_t bits = le(s, 21, 4);
		if (s.n >= 25 && (uint8_t)s.p[20] == 0x2F) {
			out->width = (bits & 0x3FFF) + 1;
			out->height = (bits >> 14 & 0x3FFF) + 1;
		}
	} else if (kind == 0x56503820 && be(s, 23, 3) == 0x9D012A) { /* VP8, key frame */
		out->width = le(s, 26, 2) & 0x3FFF;
		out->height = le(s, 28, 2) & 0x3FFF;
	}
}

/* The largest 'ispe' property: the grid or the picture itself, tiles and thumbnails are smaller.
 * Rotation ('irot') swaps the sides for odd quarter turns. Searched, not walked: the boxes' nesting
 * does not matter for that. */
static void probe_heif(struct str s, struct size *out)
{
	struct str head = str_sub(s, 0, 256 << 10), rest = head;
	ptrdiff_t at;
	while ((at = str_find(rest, STR("ispe"))) >= 0) {
		uint32_t width = be(rest, (size_t)at + 8, 4), height = be(rest, (size_t)at + 12, 4);
		if ((uint64_t)width * height > (uint64_t)out->width * out->height) {
			out->width = width;
			out->height = height;
		}
		rest = str_from(rest, (size_t)at + 4);
	}
	at = str_find(head, STR("irot"));
	if (at >= 0 && (be(head, (size_t)at + 4, 1) & 1))
		out->orientation = 6;
}

static enum img_type heif_type(struct str s)
{
	if (s.n < 12 || memcmp(s.p + 4, "ftyp", 4) != 0)
		return IMG_NONE;
	struct str brands = str_sub(s, 8, be(s, 0, 4));
	if (str_find(brands, STR("avif")) >= 0 || str_find(brands, STR("avis")) >= 0)
		return IMG_AVIF;
	if (str_find(brands, STR("heic")) >= 0 || str_find(brands, STR("mif1")) >= 0 || str_find(brands, STR("heix")) >= 0)
		return IMG_HEIC;
	return IMG_NONE;
}

static enum img_type type_of(struct str s)
{
	static const struct { enum img_type type; struct str magic; } magics[] = {
		{ IMG_JPEG, { "\xFF\xD8\xFF", 3 } },
		{ IMG_PNG, { "\x89PNG\r\n\x1A\n", 8 } },
		{ IMG_GIF, { "GIF87a", 6 } },
		{ IMG_GIF, { "GIF89a", 6 } },
		{ IMG_BMP, { "BM", 2 } },
	};
	for (size_t i = 0; i < COUNT_OF(magics); i++)
		if (str_starts(s, magics[i].magic))
			return magics[i].type;
	if (s.n >= 16 && memcmp(s.p, "RIFF", 4) == 0 && memcmp(s.p + 8, "WEBP", 4) == 0)
		return IMG_WEBP;
	return heif_type(s);
}

static void probe_as(enum img_type type, struct str s, struct size *out)
{
	switch (type) {
	case IMG_JPEG: probe_jpeg(s, out); break;
	case IMG_PNG: probe_png(s, out); break;
	case IMG_WEBP: probe_webp(s, out); break;
	case IMG_AVIF:
	case IMG_HEIC: probe_heif(s, out); break;
	case IMG_GIF:
		out->width = le(s, 6, 2);
		out->height = le(s, 8, 2);
		break;
	case IMG_BMP: {
		int32_t height = (int32_t)le(s, 22, 4); /* negative: rows from the top */
		out->width = le(s, 18, 4);
		out->height = height < 0 ? 0u - (uint32_t)height : (uint32_t)height;
		break;
	}
	case IMG_NONE:
	case IMG_TYPE__MAX: break;
	}
}

enum rc img_probe(struct str bytes, struct img_info *out, struct err *err)
{
	struct size size = { 0 };
	enum img_type type = type_of(bytes);
	if (type == IMG_NONE)
		return err_set(err, RC_INVALID, "this is not a picture of a known type");
	probe_as(type, bytes, &size);
	if (size.width == 0 || size.height == 0)
		return err_set(err, RC_INVALID, "the %s picture ends before its size or has none", img_type_name(type));
	if (size.width > IMG_SIDE_MAX_PX || size.height > IMG_SIDE_MAX_PX)
		return err_set(err, RC_LIMIT, "the picture is %u by %u pixels; the limit is %d a side", size.width, size.height,
			       IMG_SIDE_MAX_PX);
	int orientation = size.orientation >= 1 && size.orientation <= 8 ? size.orientation : 1;
	bool turned = orientation >= 5;
	*out = (struct img_info){ .type = type, .orientation = orientation,
				  .width_px = (int)(turned ? size.height : size.width),
				  .height_px = (int)(turned ? size.width : size.height) };
	return RC_OK;
}
