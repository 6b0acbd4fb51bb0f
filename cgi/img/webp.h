/* webp.h: the chunks of a WebP file, without decoding any. RFC 9649. */
#ifndef PLATEN_IMG_WEBP_H
#define PLATEN_IMG_WEBP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct webp_facts {
	int width, height;      /* of the canvas */
	int frames;             /* of an animation; 1 for a still picture; 0: no picture was seen */
	int left, top;          /* of the first frame on the canvas */
	bool animated, alpha;
	bool whole;             /* no chunk ends behind the file */
	int orientation;        /* EXIF; 0: not told */
	struct str icc;         /* borrowed; STR_NONE when there is none */
	struct str first;       /* the chunks of an animation's first frame */
};

/* Whatever the bytes show; `s` begins with "RIFF....WEBP". Linear. */
void webp_look(struct str s, struct webp_facts *out);

/* Appends the first frame of an animation as a file of its own; its size is the frame's. RC_INVALID:
 * there is none. */
NODISCARD enum rc webp_first(const struct webp_facts *facts, struct buf *out, struct err *err);

/* Appends the file without EXIF, XMP and what nobody knows; colour profile and orientation stay. RC_INVALID: cut off. */
NODISCARD enum rc webp_strip(struct str s, struct buf *out, struct err *err);

#endif
