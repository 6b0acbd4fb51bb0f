/* look.h: a picture in a few bytes: its colour, and a placeholder to show until it has come. Internal to platen-img. */
#ifndef PLATEN_IMG_LOOK_H
#define PLATEN_IMG_LOOK_H

#include "base/err.h"
#include "img/raster.h"
#include "img/run.h"

/* The mean of the most frequent of 512 groups of colours, 0xRRGGBB; pixels count by their opacity. A picture
 * without any visible pixel is white. */
uint32_t look_colour(const struct raster *raster);

/* A data: address of the picture (which should be small) as WebP. "" when it does not fit. */
NODISCARD enum rc look_placeholder(const struct raster *raster, char out[IMG_PLACEHOLDER_MAX_B], struct err *err);

#endif
