/* look.c: a picture in a few bytes. */
#include "base/base.h"

#include "base/enc.h"
#include "img/encode.h"
#include "img/look.h"

#define GROUPS 512 /* three bits of each colour */
#define QUALITY 20
#define PREFIX "data:image/webp;base64,"

struct group {
	uint64_t weight, red, green, blue;
};

uint32_t look_colour(const struct raster *raster)
{
	struct group groups[GROUPS] = { { 0 } }, *most = groups;
	for (int y = 0; y < raster->height; y++)
		for (int x = 0; x < raster->width; x++) {
			uint32_t p = raster->alpha ? raster_divide(raster->rows[y][x]) : raster->rows[y][x] | 0xFF000000;
			uint32_t red = p >> 16 & 0xFF, green = p >> 8 & 0xFF, blue = p & 0xFF, weight = p >> 24;
			struct group *g = &groups[(red >> 5) << 6 | (green >> 5) << 3 | blue >> 5];
			g->weight += weight;
			g->red += red * weight;
			g->green += green * weight;
			g->blue += blue * weight;
		}
	for (size_t i = 0; i < GROUPS; i++)
		most = groups[i].weight > most->weight ? &groups[i] : most;
	if (most->weight == 0)
		return 0xFFFFFF;
	return (uint32_t)(most->red / most->weight << 16 | most->green / most->weight << 8 | most->blue / most->weight);
}

enum rc look_placeholder(const struct raster *raster, char out[IMG_PLACEHOLDER_MAX_B], struct err *err)
{
	struct buf file = BUF_INIT(64 << 10), text = BUF_INIT(IMG_PLACEHOLDER_MAX_B - 1);
	enum rc rc = encode(raster, IMG_WEBP, QUALITY, &file, err);
	out[0] = '\0';
	if (rc == RC_OK) {
		buf_cstr(&text, PREFIX);
		enc_base64(&text, buf_view(&file));
		if (text.rc == RC_OK)
			memcpy(out, text.bytes, text.len + 1);
	}
	buf_release(&text);
	buf_release(&file);
	return rc;
}
