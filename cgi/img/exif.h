/* exif.h: the one EXIF field that matters for showing a picture. */
#ifndef PLATEN_IMG_EXIF_H
#define PLATEN_IMG_EXIF_H

#include <stdint.h>

#include "base/str.h"

/* The orientation (1 to 8) of a TIFF block as EXIF has it, beginning with "II" or "MM"; 0 when there
 * is none or the block is damaged. Looks at IFD0 only. EXIF 2.32, tag 0x0112. */
int exif_orientation(struct str tiff);

/* A TIFF block with the orientation and nothing else. EXIF 2.32, 4.5. */
#define EXIF_ALONE_B 26
void exif_alone(int orientation, uint8_t tiff[EXIF_ALONE_B]);

#endif
