/* ink.h: what four inks on paper look like, for pictures that bring no profile. Internal to platen-img. */
#ifndef PLATEN_IMG_INK_H
#define PLATEN_IMG_INK_H

#include <stdint.h>

/* Ink, 0 none to 255 full, in the order CMYK, to opaque sRGB pixels. By the Neugebauer equations: the mean of
 * the 16 overprints, each by the part of the paper that it covers, with dots that grow in print. */
void ink_row(const uint8_t *cmyk, uint32_t *pixels, int count);

#endif
