/* encode.h: pixels to the bytes of a file, by libgd, with nothing in it but pixels. Internal to platen-img. */
#ifndef PLATEN_IMG_ENCODE_H
#define PLATEN_IMG_ENCODE_H

#include "base/buf.h"
#include "base/err.h"
#include "img/raster.h"

/* Appends. JPEG: progressive, what is transparent lies on white. PNG: with a palette where the picture has at
 * most 256 colours. WebP: quality 0, or at most 256 colours: without loss. AVIF: quality is libgd's.
 * RC_LIMIT: no memory or over the buffer's maximum; RC_INTERNAL: the library refused. */
NODISCARD enum rc encode(const struct raster *raster, enum img_type type, int quality, struct buf *out,
			 struct err *err);

#endif
