/* colour.h: pixels of any colour space to sRGB, by lcms2. Internal to platen-img. */
#ifndef PLATEN_IMG_COLOUR_H
#define PLATEN_IMG_COLOUR_H

#include <stdint.h>

#include "base/str.h"

struct colour;

enum colour_space { COLOUR_RGB, COLOUR_GREY, COLOUR_CMYK };

/* From the profile that a file brought (ICC.1), whose pixels are of that space; relative colorimetric. NULL:
 * nothing needs to be done, since there is no profile, it is damaged or of another space, or it does what
 * sRGB does. Free it by colour_free(). */
struct colour *colour_of_profile(struct str icc, enum colour_space space);
/* From PNG's gAMA, times 100000; NULL: it is sRGB's, or none. */
struct colour *colour_of_gamma(uint32_t gamma);
void colour_free(struct colour *colour);

/* In place, pixels with straight values; the highest byte stays. Grey pixels have three equal values. NULL:
 * nothing. Not for COLOUR_CMYK. */
void colour_row(const struct colour *colour, uint32_t *pixels, int count);

/* Ink, 0 none to 255 full, in the order CMYK, to opaque pixels. NULL: as the usual offset print looks. */
void colour_cmyk_row(const struct colour *colour, const uint8_t *cmyk, uint32_t *pixels, int count);

#endif
