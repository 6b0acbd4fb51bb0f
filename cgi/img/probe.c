/* probe.c: what kind of picture some bytes are and how large it is, without decoding it. */
#include "base/base.h"

#include "img/exif.h"
#include "img/gif.h"
#include "img/heif.h"
#include "img/png.h"
#include "img/probe.h"
#include "img/read.h"
#include "img/webp.h"

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

struct size {
	uint32_t width, height;
	int orientation; /* 0: not told */
	int frames;
	bool alpha;
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
		size_t length = read_be(s, at + 2, 2);
		if (length < 2 || marker == 0xD9 || marker == 0xDA) /* the end, or pixels, before any size */
			return;
		struct str body = str_sub(s, at + 4, at + 2 + length);
		if (is_frame(marker)) {
			out->height = read_be(body, 1, 2);
			out->width = read_be(body, 3, 2);
			return;
		}
		if (marker == 0xE1 && out->orientation == 0 && body.n > 6 && memcmp(body.p, "Exif\0\0", 6) == 0)
			out->orientation = exif_orientation(str_from(body, 6));
		at += 2 + length;
	}
}

static void probe_png(struct str s, struct size *out)
{
	struct png_facts png;
	png_look(s, &png);
	*out = (struct size){ png.width, png.height, png.orientation, 1, png.alpha };
}

static void probe_gif(struct str s, struct size *out)
{
	struct gif_facts gif;
	gif_look(s, &gif);
	*out = (struct size){ (uint32_t)gif.width, (uint32_t)gif.height, 0, gif.frames, gif.transparent };
}

static void probe_webp(struct str s, struct size *out)
{
	struct webp_facts webp;
	webp_look(s, &webp);
	*out = (struct size){ (uint32_t)webp.width, (uint32_t)webp.height, webp.orientation, webp.frames, webp.alpha };
	if (webp.animated && webp.frames < 2)
		out->frames = 2; /* the bytes may be the beginning only */
}

/* EXIF in these formats tells no orientation that counts: 'irot' and 'imir' do. */
static void probe_heif(struct str s, struct size *out)
{
	struct heif_facts heif;
	heif_look(s, &heif);
	*out = (struct size){ (uint32_t)heif.width, (uint32_t)heif.height, heif.orientation, 1, heif.alpha };
}

static enum img_type heif_type(struct str s)
{
	if (s.n < 12 || memcmp(s.p + 4, "ftyp", 4) != 0)
		return IMG_NONE;
	struct str brands = str_sub(s, 8, read_be(s, 0, 4));
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
	case IMG_GIF: probe_gif(s, out); break;
	case IMG_BMP: {
		int32_t height = (int32_t)read_le(s, 22, 4); /* negative: rows from the top */
		out->width = read_le(s, 18, 4);
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
		return err_set(err, RC_INVALID, "this is no picture of a kind that Platen knows");
	probe_as(type, bytes, &size);
	if (size.width == 0 || size.height == 0)
		return err_set(err, RC_INVALID, "the %s picture ends before its size or has none", img_type_name(type));
	if (size.width > IMG_SIDE_MAX_PX || size.height > IMG_SIDE_MAX_PX)
		return err_set(err, RC_LIMIT, "the picture is %u by %u pixels; the limit is %d a side", size.width, size.height,
			       IMG_SIDE_MAX_PX);
	int orientation = size.orientation >= 1 && size.orientation <= 8 ? size.orientation : 1;
	bool turned = orientation >= 5;
	*out = (struct img_info){ .type = type, .orientation = orientation, .alpha = size.alpha,
				  .frames = size.frames > 1 ? size.frames : 1,
				  .width_px = (int)(turned ? size.height : size.width),
				  .height_px = (int)(turned ? size.width : size.height) };
	return RC_OK;
}
