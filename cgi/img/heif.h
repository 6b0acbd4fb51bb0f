/* heif.h: what the boxes of a HEIC or AVIF file say about its primary picture. ISO/IEC 23008-12, 14496-12. */
#ifndef PLATEN_IMG_HEIF_H
#define PLATEN_IMG_HEIF_H

#include <stdbool.h>

#include "base/str.h"

struct heif_facts {
	int64_t width, height; /* as stored, before it is turned; 0: not told */
	int orientation;       /* what 'irot' and 'imir' do, as EXIF writes it; 1 for nothing */
	bool alpha;            /* there is an alpha picture */
	bool whole;            /* no box ends behind the file */
	struct str icc;        /* borrowed; STR_NONE when there is none */
};

/* Whatever the bytes show. Linear, at most HEIF_PROPERTIES_MAX properties. */
#define HEIF_PROPERTIES_MAX 256
void heif_look(struct str s, struct heif_facts *out);

#endif
