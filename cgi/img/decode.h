/* decode.h: the bytes of any picture to pixels, sRGB. Internal to platen-img. */
#ifndef PLATEN_IMG_DECODE_H
#define PLATEN_IMG_DECODE_H

#include "base/buf.h"
#include "base/err.h"
#include "img/raster.h"
#include "img/run.h"

/* Refuses what is too large or cut off, from headers alone, and says what the file is. RC_INVALID, RC_LIMIT. */
NODISCARD enum rc decode_check(struct str bytes, const struct img_limits *limits, struct img_info *out,
			       struct err *err);

/* The picture (of an animation the first frame) that decode_check() let pass, as it is stored: not turned by its
 * orientation. In `share` of its size or up to twice that where the format can do so cheaply, else whole. `bytes` is
 * emptied on the way. RC_INVALID: damaged; RC_LIMIT: needs more memory than limits->memory_b. raster_free(out). */
NODISCARD enum rc decode(struct buf *bytes, const struct img_info *info, const struct img_limits *limits,
			 double share, struct raster *out, struct err *err);

#endif
