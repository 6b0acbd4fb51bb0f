/* decode.c: the bytes of any picture to pixels. */
#include "base/base.h"

#include <errno.h>
#include <gd.h>
#include <limits.h>
#include <stdarg.h>

#include "base/compress.h"
#include "img/colour.h"
#include "img/decode.h"
#include "img/gif.h"
#include "img/heif.h"
#include "img/jpeg.h"
#include "img/png.h"
#include "img/webp.h"

#define PROFILE_MAX_B ((size_t)4 << 20)
#define MILLION 1000000

/* What a file says beside its pixels. */
struct beside {
	bool whole;
	int orientation;
	int left, top;          /* of an animation's first frame */
	struct buf profile;
	struct colour *colour;
};

static void beside_release(struct beside *b)
{
	buf_release(&b->profile);
	colour_free(b->colour);
}

static void look_png(struct str s, struct beside *b)
{
	struct png_facts png;
	png_look(s, &png);
	b->whole = png.whole;
	if (!png.srgb && str_given(png.profile) && compress_unzlib(png.profile, &b->profile, NULL) != RC_OK)
		buf_clear(&b->profile);
	b->colour = colour_of_profile(buf_view(&b->profile), COLOUR_RGB);
	if (!b->colour)
		b->colour = colour_of_profile(buf_view(&b->profile), COLOUR_GREY);
	if (!b->colour && !png.srgb && b->profile.len == 0)
		b->colour = colour_of_gamma(png.gamma);
}

static void look_webp(struct str s, struct beside *b)
{
	struct webp_facts webp;
	webp_look(s, &webp);
	b->whole = webp.whole;
	b->left = webp.left;
	b->top = webp.top;
	b->colour = colour_of_profile(webp.icc, COLOUR_RGB);
}

static void look_heif(struct str s, struct beside *b)
{
	struct heif_facts heif;
	heif_look(s, &heif);
	b->whole = heif.whole;
	b->colour = colour_of_profile(heif.icc, COLOUR_RGB);
}

static void look(struct str s, enum img_type type, struct beside *b)
{
	struct gif_facts gif;
	*b = (struct beside){ .whole = true, .profile = BUF_INIT(PROFILE_MAX_B) };
	switch (type) {
	case IMG_PNG: look_png(s, b); break;
	case IMG_WEBP: look_webp(s, b); break;
	case IMG_AVIF:
	case IMG_HEIC: look_heif(s, b); break;
	case IMG_GIF:
		gif_look(s, &gif);
		b->whole = gif.whole || (gif.frames > 0 && !gif.cut); /* many a GIF lacks its last byte; gif_strip() is stricter */
		b->left = gif.left;
		b->top = gif.top;
		break;
	default: break;
	}
}

enum rc decode_check(struct str bytes, const struct img_limits *limits, struct img_info *out, struct err *err)
{
	struct img_info info;
	struct beside beside;
	enum rc rc = img_probe(bytes, &info, err);
	if (rc != RC_OK)
		return rc;
	if ((int64_t)info.width_px * info.height_px > limits->pixels)
		return err_set(err, RC_LIMIT, "the picture claims %d x %d pixels; at most %lld million are taken", info.width_px,
			       info.height_px, (long long)(limits->pixels / MILLION));
	if (info.frames > limits->frames)
		return err_set(err, RC_LIMIT, "the animation has %d frames; at most %d are taken", info.frames, limits->frames);
	look(bytes, info.type, &beside);
	if (!beside.whole)
		rc = err_set(err, RC_INVALID, "the %s picture is cut off in the middle", img_type_name(info.type));
	beside_release(&beside);
	if (rc == RC_OK)
		*out = info;
	return rc;
}

/* What libgd said last: it returns nothing but NULL. */
static char complaint[256];

__attribute__((format(printf, 2, 0)))
static void hear(int priority, const char *format, va_list args)
{
	(void)priority;
	vsnprintf(complaint, sizeof complaint, format, args);
	complaint[strcspn(complaint, "\n")] = '\0';
}

static gdImagePtr read_webp(struct str bytes)
{
	struct webp_facts webp;
	struct buf still = BUF_INIT(bytes.n + 64);
	gdImagePtr image = NULL;
	webp_look(bytes, &webp);
	if (!webp.animated)
		return gdImageCreateFromWebpPtr((int)bytes.n, (void *)(uintptr_t)bytes.p);
	if (webp_first(&webp, &still, NULL) == RC_OK)
		image = gdImageCreateFromWebpPtr((int)still.len, still.bytes);
	buf_release(&still);
	return image;
}

/* libgd 2.3.3 takes libheif's rows for as long as they are wide, but they begin at multiples of 16 bytes: what
 * it has read runs skew. Put straight; the few pixels that it left out at the end are those above them. */
static void straighten(gdImagePtr image)
{
	size_t width = (size_t)image->sx, height = (size_t)image->sy;
	size_t stored = ((width + 1) & ~(size_t)1) < 64 ? 64 : (width + 1) & ~(size_t)1;
	size_t stride = (stored * 4 + 15) / 16 * 4;
	if (stride == width)
		return;
	int *flat = mem_array(width * height, sizeof *flat);
	for (size_t y = 0; y < height; y++)
		memcpy(flat + y * width, image->tpixels[y], width * sizeof *flat);
	for (size_t y = 0; y < height; y++)
		for (size_t x = 0; x < width; x++) {
			size_t at = y * stride + x;
			image->tpixels[y][x] = at < width * height ? flat[at] : image->tpixels[y - 1][x];
		}
	free(flat);
}

static gdImagePtr read_heic(struct str bytes)
{
	gdImagePtr image = gdImageCreateFromHeifPtr((int)bytes.n, (void *)(uintptr_t)bytes.p);
	if (image)
		straighten(image);
	return image;
}

static gdImagePtr read_by_gd(struct buf *bytes, enum img_type type)
{
	struct str s = buf_view(bytes);
	void *data = bytes->bytes;
	switch (type) {
	case IMG_PNG: return gdImageCreateFromPngPtr((int)png_bare(data, s.n), data);
	case IMG_GIF: return gdImageCreateFromGifPtr((int)s.n, data);
	case IMG_WEBP: return read_webp(s);
	case IMG_AVIF: return gdImageCreateFromAvifPtr((int)s.n, data);
	case IMG_HEIC: return read_heic(s);
	case IMG_BMP: return gdImageCreateFromBmpPtr((int)s.n, data);
	default: return NULL;
	}
}

static void drop_gd(struct raster *raster)
{
	gdImageDestroy(raster->holder);
}

/* libgd has 7 bits of transparency; whether any pixel has some decides what the raster is. */
static void to_raster(gdImagePtr image, const struct colour *colour, struct raster *out)
{
	int transparent = 0, clear = image->transparent;
	*out = (struct raster){ image->sx, image->sy, false, (uint32_t **)image->tpixels, image, drop_gd };
	for (int y = 0; y < out->height; y++)
		for (int x = 0; x < out->width; x++) {
			if (clear >= 0 && image->tpixels[y][x] == clear)
				image->tpixels[y][x] |= gdAlphaTransparent << 24;
			transparent |= image->tpixels[y][x] >> 24;
		}
	out->alpha = transparent != 0;
	for (int y = 0; y < out->height; y++) {
		colour_row(colour, out->rows[y], out->width);
		for (int x = 0; x < out->width && out->alpha; x++) {
			uint32_t pixel = out->rows[y][x], thin = pixel >> 24 & 0x7F;
			out->rows[y][x] = raster_multiply((pixel & 0xFFFFFF) | (255 - (thin << 1 | thin >> 6)) << 24);
		}
	}
}

static enum rc no_pixels(enum img_type type, struct err *err)
{
	if (errno == ENOMEM)
		return err_set(err, RC_LIMIT, "the picture needs more memory than there is for it");
	const char *why = strstr(complaint, "error: ");
	return err_set(err, RC_INVALID, "the %s picture is damaged%s%s", img_type_name(type), why ? ": " : "", why ? why + 7 : "");
}

static enum rc decode_by_gd(struct buf *bytes, enum img_type type, const struct colour *colour, struct raster *out,
			    struct err *err)
{
	complaint[0] = '\0';
	gdSetErrorMethod(hear);
	errno = 0;
	gdImagePtr image = read_by_gd(bytes, type);
	buf_release(bytes);
	if (!image)
		return no_pixels(type, err);
	if (!gdImageTrueColor(image) && !gdImagePaletteToTrueColor(image)) {
		gdImageDestroy(image);
		errno = ENOMEM;
		return no_pixels(type, err);
	}
	to_raster(image, colour, out);
	return RC_OK;
}

/* A frame that is smaller than its animation stands on an empty ground. */
static enum rc onto_canvas(struct raster *frame, int left, int top, int width, int height, struct err *err)
{
	struct raster canvas;
	if (frame->width == width && frame->height == height)
		return RC_OK;
	if (left < 0 || top < 0 || left > width - frame->width || top > height - frame->height)
		return err_set(err, RC_INVALID, "the animation's first frame lies outside of it");
	enum rc rc = raster_new(width, height, true, &canvas, err);
	if (rc != RC_OK)
		return rc;
	for (int y = 0; y < frame->height; y++)
		for (int x = 0; x < frame->width; x++)
			canvas.rows[top + y][left + x] = frame->alpha ? frame->rows[y][x] : frame->rows[y][x] | 0xFF000000;
	raster_free(frame);
	*frame = canvas;
	return RC_OK;
}

static enum rc read_pixels(struct buf *bytes, const struct img_info *info, double share, struct raster *out, struct err *err)
{
	struct beside beside;
	enum rc rc;
	if (info->type == IMG_JPEG) {
		rc = jpeg_read(buf_view(bytes), share, out, err);
		buf_release(bytes);
		return rc;
	}
	bool lies = info->orientation >= 5;
	look(buf_view(bytes), info->type, &beside);
	rc = decode_by_gd(bytes, info->type, beside.colour, out, err);
	if (rc == RC_OK && (info->type == IMG_GIF || info->frames > 1))
		rc = onto_canvas(out, beside.left, beside.top, lies ? info->height_px : info->width_px,
				 lies ? info->width_px : info->height_px, err);
	beside_release(&beside);
	return rc;
}

enum rc decode(struct buf *bytes, const struct img_info *info, const struct img_limits *limits, double share,
	       struct raster *out, struct err *err)
{
	struct raster raster = RASTER_INIT;
	enum rc rc = RC_OK;
	int64_t needed = (int64_t)info->width_px * info->height_px * 4;
	if (bytes->len > INT_MAX || (info->type != IMG_JPEG && needed > limits->memory_b))
		rc = err_set(err, RC_LIMIT, "the picture needs more memory than the %lld MB there are for it",
			     (long long)(limits->memory_b >> 20));
	if (rc == RC_OK)
		rc = read_pixels(bytes, info, share, &raster, err);
	if (rc == RC_OK)
		*out = raster;
	else
		raster_free(&raster);
	return rc;
}
