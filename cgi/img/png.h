/* png.h: the chunks of a PNG file, without decoding any. PNG, 3rd edition. */
#ifndef PLATEN_IMG_PNG_H
#define PLATEN_IMG_PNG_H

#include <stdbool.h>

#include "base/str.h"

struct png_facts {
	uint32_t width, height;
	int orientation;       /* eXIf; 0: not told */
	int frames;            /* acTL of an animated PNG, of which the first picture is taken; else 1 */
	bool alpha;            /* an alpha channel or tRNS */
	bool srgb;             /* sRGB: no other colour space counts */
	bool whole;            /* IEND was reached */
	uint32_t gamma;        /* gAMA, times 100000; 0: not told */
	struct str profile;    /* iCCP: the compressed profile (zlib); borrowed, STR_NONE when there is none */
};

/* Whatever the bytes show; `s` begins with the signature. Linear. */
void png_look(struct str s, struct png_facts *out);

/* Leaves only the chunks that pixels are made of, moved together in place, so that no text, profile or
 * time reaches a decoder. Returns the new length. */
size_t png_bare(char *bytes, size_t length);

#endif
