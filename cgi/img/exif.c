/* exif.c: the one EXIF field that matters for showing a picture. */
#include "base/base.h"

#include "img/exif.h"

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3
#define ENTRY_B 12

/* False when the number does not lie within the block. */
static bool number(struct str tiff, uint64_t at, int count, bool little, uint32_t *out)
{
	uint32_t value = 0;
	if (at > tiff.n || tiff.n - at < (size_t)count)
		return false;
	for (int i = 0; i < count; i++) {
		uint8_t byte = (uint8_t)tiff.p[at + (size_t)(little ? count - 1 - i : i)];
		value = value << 8 | byte;
	}
	*out = value;
	return true;
}

int exif_orientation(struct str tiff)
{
	uint32_t magic, ifd, entries, tag, type, value;
	bool little = str_starts(tiff, STR("II"));
	if (!little && !str_starts(tiff, STR("MM")))
		return 0;
	if (!number(tiff, 2, 2, little, &magic) || magic != 42 || !number(tiff, 4, 4, little, &ifd) ||
	    !number(tiff, ifd, 2, little, &entries))
		return 0;
	for (uint64_t i = 0; i < entries; i++) {
		uint64_t at = (uint64_t)ifd + 2 + i * ENTRY_B;
		if (!number(tiff, at, 2, little, &tag) || !number(tiff, at + 2, 2, little, &type) ||
		    !number(tiff, at + 8, 2, little, &value))
			return 0;
		if (tag == TAG_ORIENTATION)
			return type == TYPE_SHORT && value >= 1 && value <= 8 ? (int)value : 0;
	}
	return 0;
}

void exif_alone(int orientation, uint8_t tiff[EXIF_ALONE_B])
{
	const uint8_t block[EXIF_ALONE_B] = {
		'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (uint8_t)orientation,
	};
	memcpy(tiff, block, EXIF_ALONE_B);
}
