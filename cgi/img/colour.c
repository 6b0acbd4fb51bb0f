/* colour.c: pixels of any colour space to sRGB. */
#include "base/base.h"

#include <lcms2.h>
#include <math.h>

#include "img/colour.h"
#include "img/ink.h"
#include "img/raster.h"

#define SRGB_GAMMA 45455
#define GAMMA_NEAR 2000 /* nobody sees less */
#define STEPS 9         /* a side of the cube of colours that is tried */
#define SAME 1          /* of 255: two ways of writing sRGB differ by rounding */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define TYPE_PIXEL TYPE_BGRA_8
#else
#define TYPE_PIXEL TYPE_ARGB_8
#endif

struct colour {
	cmsHTRANSFORM transform;  /* RGB, CMYK; NULL: the table is used */
	uint8_t table[256];       /* grey, gamma */
};

static cmsUInt32Number format_of(enum colour_space space)
{
	return space == COLOUR_RGB ? TYPE_PIXEL : space == COLOUR_GREY ? TYPE_GRAY_8 : TYPE_CMYK_8;
}

static bool suits(cmsHPROFILE profile, enum colour_space space)
{
	cmsColorSpaceSignature is = cmsGetColorSpace(profile);
	return space == COLOUR_RGB ? is == cmsSigRgbData : space == COLOUR_GREY ? is == cmsSigGrayData : is == cmsSigCmykData;
}

static int apart(uint32_t a, uint32_t b)
{
	int most = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		int d = abs((int)(a >> shift & 0xFF) - (int)(b >> shift & 0xFF));
		most = d > most ? d : most;
	}
	return most;
}

/* Most profiles are sRGB's by some name: what they do tells, for less than a row of pixels. */
static bool is_srgb(cmsHTRANSFORM transform)
{
	for (uint32_t i = 0; i < STEPS * STEPS * STEPS; i++) {
		uint32_t scale = 255 / (STEPS - 1), in, out;
		in = out = (i % STEPS * scale) | (i / STEPS % STEPS * scale) << 8 | (i / STEPS / STEPS * scale) << 16;
		cmsDoTransform(transform, &in, &out, 1);
		if (apart(in, out & 0xFFFFFF) > SAME)
			return false;
	}
	return true;
}

/* Grey becomes a table, so that pixels need no second form. */
static void fill_table(struct colour *colour)
{
	for (unsigned i = 0; i < 256; i++) {
		uint8_t grey = (uint8_t)i;
		uint32_t out = 0;
		cmsDoTransform(colour->transform, &grey, &out, 1);
		colour->table[i] = (uint8_t)(out >> 8);
	}
	cmsDeleteTransform(colour->transform);
	colour->transform = NULL;
}

struct colour *colour_of_profile(struct str icc, enum colour_space space)
{
	struct colour *colour = NULL;
	cmsHPROFILE from, srgb = NULL;
	cmsHTRANSFORM transform = NULL;
	if (icc.n == 0 || icc.n > UINT32_MAX || !(from = cmsOpenProfileFromMem(icc.p, (cmsUInt32Number)icc.n)))
		return NULL;
	if (suits(from, space) && (srgb = cmsCreate_sRGBProfile()))
		transform = cmsCreateTransform(from, format_of(space), srgb, TYPE_PIXEL, INTENT_RELATIVE_COLORIMETRIC, 0);
	if (transform && space == COLOUR_RGB && is_srgb(transform)) {
		cmsDeleteTransform(transform);
		transform = NULL;
	}
	if (transform) {
		colour = mem_new(sizeof *colour);
		colour->transform = transform;
	}
	if (colour && space == COLOUR_GREY)
		fill_table(colour);
	if (srgb)
		cmsCloseProfile(srgb);
	cmsCloseProfile(from);
	return colour;
}

struct colour *colour_of_gamma(uint32_t gamma)
{
	if (gamma < 1000 || gamma > 1000000 || abs((int)gamma - SRGB_GAMMA) < GAMMA_NEAR)
		return NULL;
	struct colour *colour = mem_new(sizeof *colour);
	for (int i = 0; i < 256; i++) {
		double light = pow(i / 255.0, 100000.0 / gamma);
		double value = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055; /* IEC 61966-2-1 */
		colour->table[i] = (uint8_t)lrint(255 * value);
	}
	return colour;
}

void colour_free(struct colour *colour)
{
	if (colour && colour->transform)
		cmsDeleteTransform(colour->transform);
	free(colour);
}

void colour_row(const struct colour *colour, uint32_t *pixels, int count)
{
	if (!colour)
		return;
	if (colour->transform) {
		cmsDoTransform(colour->transform, pixels, pixels, (cmsUInt32Number)count);
		return;
	}
	for (int i = 0; i < count; i++) {
		uint32_t p = pixels[i];
		pixels[i] = (p & 0xFF000000) | (uint32_t)colour->table[p >> 16 & 0xFF] << 16 |
			    (uint32_t)colour->table[p >> 8 & 0xFF] << 8 | colour->table[p & 0xFF];
	}
}

void colour_cmyk_row(const struct colour *colour, const uint8_t *cmyk, uint32_t *pixels, int count)
{
	if (!colour) {
		ink_row(cmyk, pixels, count);
		return;
	}
	cmsDoTransform(colour->transform, cmyk, pixels, (cmsUInt32Number)count);
	for (int i = 0; i < count; i++)
		pixels[i] &= 0xFFFFFF;
}
