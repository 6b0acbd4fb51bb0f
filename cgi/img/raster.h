/* raster.h: pixels in memory: rows of 32 bits, 0xAARRGGBB.
 *
 * Where `alpha` is false the highest byte is 0 everywhere (which is libgd's opaque, too); where it is true
 * it is the opacity, 0 to 255, and the colours are multiplied by it. Internal to platen-img. */
#ifndef PLATEN_IMG_RASTER_H
#define PLATEN_IMG_RASTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "img/probe.h"

struct raster {
	int width, height;
	bool alpha;
	uint32_t **rows;
	void *holder;                  /* owns the rows */
	void (*drop)(struct raster *); /* frees them */
};

#define RASTER_INIT { .rows = NULL }

/* Not cleared. RC_LIMIT: no memory. raster_free() it. */
NODISCARD enum rc raster_new(int width, int height, bool alpha, struct raster *out, struct err *err);
void raster_free(struct raster *raster); /* also of RASTER_INIT; empty afterwards */

/* The picture with an EXIF orientation (2 to 8) undone, in new memory; `raster` is freed. */
NODISCARD enum rc raster_orient(struct raster *raster, int orientation, struct err *err);

/* Half the width and height (rounded up), each pixel the mean of four. */
NODISCARD enum rc raster_half(const struct raster *from, struct raster *out, struct err *err);

/* The part (x, y, width, height) in `out_w` x `out_h` pixels, by Lanczos with three lobes on the values as
 * they are stored, not on linear light: so do the programs it is compared with, and browsers. Places
 * are fractions of pixels; what stands round the part is looked at. For up to four times smaller
 * (beyond that, of a raster_half()). */
NODISCARD enum rc raster_scale(const struct raster *from, double x, double y, double width, double height,
			       int out_w, int out_h, struct raster *out, struct err *err);

/* Colours by opacity, of one pixel with straight values, and back. */
static inline uint32_t raster_multiply(uint32_t pixel)
{
	uint32_t a = pixel >> 24, out = pixel & 0xFF000000;
	for (int shift = 0; shift < 24; shift += 8)
		out |= (((pixel >> shift & 0xFF) * a + 127) / 255) << shift;
	return out;
}

static inline uint32_t raster_divide(uint32_t pixel)
{
	uint32_t a = pixel >> 24, out = pixel & 0xFF000000;
	for (int shift = 0; a > 0 && shift < 24; shift += 8) {
		uint32_t value = ((pixel >> shift & 0xFF) * 255 + a / 2) / a;
		out |= (value > 255 ? 255 : value) << shift;
	}
	return out;
}

#endif
