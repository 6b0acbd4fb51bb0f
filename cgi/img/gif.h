/* gif.h: the blocks of a GIF file, without decompressing any. GIF89a. */
#ifndef PLATEN_IMG_GIF_H
#define PLATEN_IMG_GIF_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

struct gif_facts {
	int frames;
	int width, height;         /* of the screen */
	int left, top;             /* of the first frame on it */
	bool transparent;          /* a frame has a transparent colour or leaves part of the screen empty */
	bool whole;                /* the trailer was reached */
	bool cut;                  /* a frame or an extension does not end */
};

/* Whatever the bytes show; `s` begins with the signature. Linear. */
void gif_look(struct str s, struct gif_facts *out);

/* Appends the file without comments, texts, application blocks (but the loop count) and what stands behind
 * its end; with its last byte, if that alone is missing. RC_INVALID: damaged or cut off. */
NODISCARD enum rc gif_strip(struct str s, struct buf *out, struct err *err);

#endif
