/* exif.h: the one EXIF field that matters for showing a picture. */
#ifndef PLATEN_IMG_EXIF_H
#define PLATEN_IMG_EXIF_H

#include "base/str.h"

/* The orientation (1 to 8) of a TIFF block as EXIF has it, beginning with "II" or "MM"; 0 when there
 * is none or the block is damaged. Looks at IFD0 only. EXIF 2.32, tag 0x0112. */
int exif_orientation(struct str tiff);

#endif
