/* encode.c: pixels to the bytes of a file, by libgd. */
#include "base/base.h"

#include <errno.h>
#include <gd.h>

#include "img/encode.h"

#define COLOURS 256
#define SLOTS 1024        /* of the table of colours; a power of two */
#define PNG_LEVEL 9
#define AVIF_SPEED 7      /* of 10: 6 takes twice as long for 2 per cent less */

/* The few colours of a picture: pixel values as libgd has them, by hash. */
struct colours {
	int32_t slots[SLOTS]; /* place in `values` and 1 */
	uint32_t values[COLOURS];
	int count;
};

/* libgd's pixel: straight, 7 bits of transparency. */
static inline uint32_t gd_pixel(uint32_t pixel, bool alpha)
{
	if (!alpha)
		return pixel;
	uint32_t straight = raster_divide(pixel);
	return (straight & 0xFFFFFF) | (uint32_t)(gdAlphaMax - (straight >> 25)) << 24;
}

static inline uint32_t on_white(uint32_t pixel)
{
	uint32_t rest = 255 - (pixel >> 24), out = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		uint32_t value = (pixel >> shift & 0xFF) + rest;
		out |= (value > 255 ? 255 : value) << shift;
	}
	return out;
}

/* Its place among the colours, adding it; -1 when there are too many. */
static int place(struct colours *c, uint32_t value)
{
	uint32_t slot = value * 2654435761u >> 22;
	while (c->slots[slot] && c->values[c->slots[slot] - 1] != value)
		slot = (slot + 1) & (SLOTS - 1);
	if (!c->slots[slot]) {
		if (c->count == COLOURS)
			return -1;
		c->values[c->count++] = value;
		c->slots[slot] = c->count;
	}
	return c->slots[slot] - 1;
}

/* Of a picture with hardly more pixels than that it says nothing. */
static bool has_few(const struct raster *r, struct colours *c)
{
	if ((int64_t)r->width * r->height <= 2 * COLOURS)
		return false;
	for (int y = 0; y < r->height; y++)
		for (int x = 0; x < r->width; x++)
			if (place(c, gd_pixel(r->rows[y][x], r->alpha)) < 0)
				return false;
	return true;
}

static gdImagePtr with_palette(const struct raster *r, struct colours *c)
{
	gdImagePtr image = gdImageCreate(r->width, r->height);
	if (!image)
		return NULL;
	for (int i = 0; i < c->count; i++) {
		uint32_t v = c->values[i];
		gdImageColorAllocateAlpha(image, v >> 16 & 0xFF, v >> 8 & 0xFF, v & 0xFF, (int)(v >> 24));
	}
	for (int y = 0; y < r->height; y++)
		for (int x = 0; x < r->width; x++)
			image->pixels[y][x] = (unsigned char)place(c, gd_pixel(r->rows[y][x], r->alpha));
	return image;
}

static gdImagePtr with_alpha(const struct raster *r, bool opaque)
{
	gdImagePtr image = gdImageCreateTrueColor(r->width, r->height);
	if (!image)
		return NULL;
	for (int y = 0; y < r->height; y++)
		for (int x = 0; x < r->width; x++) {
			uint32_t pixel = r->rows[y][x];
			image->tpixels[y][x] = (int)(opaque ? on_white(pixel) : gd_pixel(pixel, true));
		}
	gdImageSaveAlpha(image, !opaque);
	return image;
}

/* An opaque raster is what libgd has, row by row: it gets ours, since a copy would be the largest thing beside the picture.
 * give_back() before it is destroyed. */
static gdImagePtr lend(const struct raster *r, int ***own)
{
	gdImagePtr image = gdImageCreateTrueColor(1, 1);
	if (!image)
		return NULL;
	*own = image->tpixels;
	image->tpixels = (int **)r->rows;
	image->sx = r->width;
	image->sy = r->height;
	image->cx2 = r->width - 1;
	image->cy2 = r->height - 1;
	return image;
}

static void give_back(gdImagePtr image, int **own)
{
	if (!own)
		return;
	image->tpixels = own;
	image->sx = image->sy = 1;
}

static gdImagePtr image_of(const struct raster *r, enum img_type type, struct colours *few, int ***own)
{
	if (few && type == IMG_PNG)
		return with_palette(r, few);
	return r->alpha ? with_alpha(r, type == IMG_JPEG) : lend(r, own);
}

static void *write_by_gd(gdImagePtr image, enum img_type type, int quality, int *size)
{
	switch (type) {
	case IMG_JPEG:
		gdImageInterlace(image, 1);
		return gdImageJpegPtr(image, size, quality);
	case IMG_PNG: return gdImagePngPtrEx(image, size, PNG_LEVEL);
	case IMG_WEBP: return gdImageWebpPtrEx(image, size, quality > 0 ? quality : gdWebpLossless);
	case IMG_AVIF: return gdImageAvifPtrEx(image, size, quality, AVIF_SPEED);
	default: return NULL;
	}
}

enum rc encode(const struct raster *raster, enum img_type type, int quality, struct buf *out, struct err *err)
{
	struct colours *colours = mem_new(sizeof *colours);
	gdImagePtr image = NULL;
	int **own = NULL;
	void *bytes = NULL;
	int size = 0;
	bool few = (type == IMG_PNG || type == IMG_WEBP) && has_few(raster, colours);
	enum rc rc = RC_OK;
	errno = 0;
	image = image_of(raster, type, few ? colours : NULL, &own);
	if (image)
		bytes = write_by_gd(image, type, few ? 0 : quality, &size);
	if (!bytes || size <= 0) {
		bool memory = !image || errno == ENOMEM;
		rc = err_set(err, memory ? RC_LIMIT : RC_INTERNAL, "a %s picture of %d x %d pixels cannot be written%s",
			     img_type_name(type), raster->width, raster->height, memory ? ": there is not enough memory" : "");
	} else {
		buf_put(out, bytes, (size_t)size);
		rc = buf_status(out, "a picture made of this one", err);
	}
	gdFree(bytes);
	if (image) {
		give_back(image, own);
		gdImageDestroy(image);
	}
	free(colours);
	return rc;
}
