/* probe.h: what kind of picture some bytes are and how large it is, without decoding it.
 *
 * Reads headers only, so that a picture that would decompress to gigabytes costs nothing here. The
 * type is told by content and never by name. */
#ifndef PLATEN_IMG_PROBE_H
#define PLATEN_IMG_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum img_type { IMG_NONE, IMG_JPEG, IMG_PNG, IMG_GIF, IMG_WEBP, IMG_AVIF, IMG_HEIC, IMG_BMP, IMG_TYPE__MAX };

struct img_info {
	enum img_type type;
	int width_px, height_px; /* as it is to be shown: orientations 5 to 8 swap them */
	int orientation;         /* EXIF or HEIF, 1 to 8; 1 when none is written */
	int frames;              /* GIF, WebP: as many as the bytes show, at least 1; others: 1 */
	bool alpha;              /* pixels may be transparent */
};

#define IMG_SIDE_MAX_PX 1000000

/* RC_INVALID: not a picture of these types, cut off before its size, or a size of 0; RC_LIMIT: a side
 * beyond IMG_SIDE_MAX_PX. `bytes` may be the beginning of a file only: JPEG wants what stands before
 * the frame header (metadata and thumbnails), the others less than 64 KB. Linear. Sources: ITU T.81,
 * PNG 3rd edition, GIF89a, RFC 9649 (WebP), ISO/IEC 23008-12 (ispe), EXIF 2.32 section 4.6. */
NODISCARD enum rc img_probe(struct str bytes, struct img_info *out, struct err *err);

const char *img_type_name(enum img_type type); /* "jpeg"; "" for IMG_NONE */
const char *img_type_mime(enum img_type type);

#endif
