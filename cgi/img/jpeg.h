/* jpeg.h: reads JPEG files by libjpeg-turbo, which makes them smaller while it decodes. Internal to platen-img.
 *
 * libgd writes JPEG but reads it whole, 4 bytes a pixel, and mixes ink by a rule of thumb. */
#ifndef PLATEN_IMG_JPEG_H
#define PLATEN_IMG_JPEG_H

#include "base/err.h"
#include "base/str.h"
#include "img/raster.h"

/* The picture as stored (not turned), sRGB, of `share` of its size or up to twice that; 1: as it is. ITU T.81.
 * RC_INVALID: damaged, cut off; RC_LIMIT: memory. */
NODISCARD enum rc jpeg_read(struct str bytes, double share, struct raster *out, struct err *err);

#endif
