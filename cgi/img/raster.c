/* raster.c: pixels in memory; turned, mirrored and halved. */
#include "base/base.h"

#include "img/raster.h"

#define TILE 32 /* px: rows and columns that change places stay in the cache */

static void drop_block(struct raster *raster)
{
	free(raster->holder);
	free(raster->rows);
}

enum rc raster_new(int width, int height, bool alpha, struct raster *out, struct err *err)
{
	uint32_t *block = calloc((size_t)width * (size_t)height, sizeof *block);
	uint32_t **rows = calloc((size_t)height, sizeof *rows);
	if (!block || !rows) {
		free(block);
		free(rows);
		return err_set(err, RC_LIMIT, "the picture of %d x %d pixels needs more memory than there is for it", width, height);
	}
	for (int y = 0; y < height; y++)
		rows[y] = block + (size_t)y * (size_t)width;
	*out = (struct raster){ width, height, alpha, rows, block, drop_block };
	return RC_OK;
}

void raster_free(struct raster *raster)
{
	if (raster->rows)
		raster->drop(raster);
	*raster = (struct raster)RASTER_INIT;
}

/* Where the pixel that belongs at (x, y) stands. EXIF 2.32, 4.6.4 A, orientation. */
static inline uint32_t source(const struct raster *from, int orientation, int x, int y)
{
	int right = from->width - 1, bottom = from->height - 1;
	switch (orientation) {
	case 2: return from->rows[y][right - x];
	case 3: return from->rows[bottom - y][right - x];
	case 4: return from->rows[bottom - y][x];
	case 5: return from->rows[x][y];
	case 6: return from->rows[bottom - x][y];
	case 7: return from->rows[bottom - x][right - y];
	case 8: return from->rows[x][right - y];
	default: return from->rows[y][x];
	}
}

static void orient_tile(const struct raster *from, int orientation, struct raster *to, int left, int top)
{
	int right = left + TILE < to->width ? left + TILE : to->width;
	int bottom = top + TILE < to->height ? top + TILE : to->height;
	for (int y = top; y < bottom; y++)
		for (int x = left; x < right; x++)
			to->rows[y][x] = source(from, orientation, x, y);
}

enum rc raster_orient(struct raster *raster, int orientation, struct err *err)
{
	struct raster to;
	bool turned = orientation >= 5;
	enum rc rc = raster_new(turned ? raster->height : raster->width, turned ? raster->width : raster->height,
				raster->alpha, &to, err);
	if (rc != RC_OK)
		return rc;
	for (int y = 0; y < to.height; y += TILE)
		for (int x = 0; x < to.width; x += TILE)
			orient_tile(raster, orientation, &to, x, y);
	raster_free(raster);
	*raster = to;
	return RC_OK;
}

/* The mean of four, rounded, two bytes at a time. */
static inline uint32_t mean(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	const uint32_t mask = 0x00FF00FF, round = 0x00020002;
	uint32_t even = (a & mask) + (b & mask) + (c & mask) + (d & mask) + round;
	uint32_t odd = (a >> 8 & mask) + (b >> 8 & mask) + (c >> 8 & mask) + (d >> 8 & mask) + round;
	return (even >> 2 & mask) | (odd >> 2 & mask) << 8;
}

enum rc raster_half(const struct raster *from, struct raster *out, struct err *err)
{
	struct raster to;
	enum rc rc = raster_new((from->width + 1) / 2, (from->height + 1) / 2, from->alpha, &to, err);
	if (rc != RC_OK)
		return rc;
	for (int y = 0; y < to.height; y++) {
		const uint32_t *upper = from->rows[2 * y], *lower = from->rows[2 * y + 1 < from->height ? 2 * y + 1 : 2 * y];
		int whole = from->width / 2;
		for (int x = 0; x < whole; x++)
			to.rows[y][x] = mean(upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
		if (whole < to.width)
			to.rows[y][whole] = mean(upper[2 * whole], upper[2 * whole], lower[2 * whole], lower[2 * whole]);
	}
	*out = to;
	return RC_OK;
}
