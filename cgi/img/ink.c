/* ink.c: what four inks on paper look like. */
#include "base/base.h"

#include "img/ink.h"

void ink_row(const uint8_t *cmyk, uint32_t *pixels, int count)
{
	for (int i = 0; i < count; i++, cmyk += 4) {
		uint32_t light = 255 - cmyk[3], pixel = 0;
		for (int c = 0; c < 3; c++)
			pixel = pixel << 8 | (255u - cmyk[c]) * light / 255;
		pixels[i] = pixel;
	}
}
