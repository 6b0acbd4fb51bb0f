/* plan.c: widths, formats and crops of the variants of a picture. */
#include "base/base.h"

#include "img/plan.h"

static const int widths[] = { 320, 480, 640, 960, 1280, 1920, 2560, 3840 };

/* At least 1, rounded to the nearest. */
static int share(int of, int part, int whole)
{
	int64_t value = ((int64_t)of * part * 2 + whole) / ((int64_t)whole * 2);
	return value < 1 ? 1 : (int)value;
}

enum img_type img_family(const struct img_info *info)
{
	switch (info->type) {
	case IMG_PNG:
	case IMG_GIF: return IMG_PNG;
	case IMG_WEBP:
	case IMG_AVIF:
	case IMG_HEIC: return info->alpha ? IMG_PNG : IMG_JPEG;
	default: return IMG_JPEG;
	}
}

static int or_default(int value, int fallback)
{
	return value > 0 ? value : fallback;
}

static int quality(const struct img_plan_conf *conf, enum img_type type)
{
	switch (type) {
	case IMG_JPEG: return or_default(conf->jpeg_quality, IMG_JPEG_QUALITY);
	case IMG_WEBP: return or_default(conf->webp_quality, IMG_WEBP_QUALITY);
	case IMG_AVIF: return or_default(conf->avif_quality, IMG_AVIF_QUALITY);
	default: return 0;
	}
}

int img_turn_then(int first, int then)
{
	int quarters = first & IMG_MIRRORED ? first - then : first + then;
	return (quarters & 3) | ((first ^ then) & IMG_MIRRORED);
}

/* What is mirrored is its own way back. */
int img_turn_back(int turn)
{
	return turn & IMG_MIRRORED ? turn : -turn & 3;
}

/* All formats of one width; the number of variants then. */
static size_t add(const struct img_info *info, const struct img_plan_conf *conf, struct img_rect part, int width,
		  struct img_variant *out, size_t n)
{
	const struct { enum img_type type; bool wanted; } types[] = {
		{ img_family(info), true }, { IMG_WEBP, conf->webp }, { IMG_AVIF, conf->avif },
	};
	int rival = -1;
	for (size_t i = 0; i < COUNT_OF(types) && n < IMG_VARIANTS_MAX; i++) {
		if (!types[i].wanted)
			continue;
		out[n] = (struct img_variant){ .type = types[i].type, .width_px = width,
					       .height_px = share(part.height, width, part.width), .crop = part,
					       .quality = quality(conf, types[i].type), .rival = rival };
		rival = (int)n++;
	}
	return n;
}

static size_t add_widths(const struct img_info *info, const struct img_plan_conf *conf, struct img_rect part,
			 const int *list, size_t count, int widest, struct img_variant *out, size_t n)
{
	int last = 0, own = part.width < widest ? part.width : widest;
	for (size_t i = 0; i < count && list[i] <= widest && list[i] <= part.width; i++)
		n = add(info, conf, part, last = list[i], out, n);
	return last == 0 || own >= last + last / 10 ? add(info, conf, part, own, out, n) : n;
}

size_t img_plan_part(const struct img_info *info, const struct img_plan_conf *conf, struct img_rect part, const int *list,
		     size_t count, struct img_variant out[IMG_VARIANTS_MAX], size_t n)
{
	if (info->type == IMG_NONE || count == 0 || part.width < list[0] || part.height < 1)
		return n;
	return add_widths(info, conf, part, list, count, list[count - 1], out, n);
}

size_t img_plan(const struct img_info *info, const struct img_plan_conf *conf, struct img_variant out[IMG_VARIANTS_MAX])
{
	const struct img_rect all = { .width = info->width_px, .height = info->height_px };
	size_t n = 0, first;
	if (info->type == IMG_NONE || info->width_px < 1 || info->height_px < 1)
		return 0;
	if (info->frames > 1 && (info->type == IMG_GIF || info->type == IMG_WEBP))
		out[n++] = (struct img_variant){ .type = info->type, .copy = true, .width_px = info->width_px,
						 .height_px = info->height_px, .rival = -1 };
	first = n;
	n = add_widths(info, conf, all, widths, COUNT_OF(widths), or_default(conf->widest_px, IMG_WIDEST_PX), out, n);
	for (size_t i = first; i < n; i++)
		out[i].crop = (struct img_rect){ 0 };
	return n;
}

/* Where a part of length `part` begins so that `at` thousandths of `whole` are in its middle. */
static int place(int whole, int part, int at)
{
	int64_t from = (int64_t)whole * at / 1000 - part / 2;
	return from < 0 ? 0 : from > whole - part ? whole - part : (int)from;
}

struct img_rect img_crop(int width, int height, int ratio_w, int ratio_h, int focus_x, int focus_y)
{
	struct img_rect r = { .width = width, .height = height };
	if ((int64_t)width * ratio_h > (int64_t)height * ratio_w)
		r.width = share(height, ratio_w, ratio_h);
	else
		r.height = share(width, ratio_h, ratio_w);
	r.width = r.width > width ? width : r.width;
	r.height = r.height > height ? height : r.height;
	r.x = place(width, r.width, focus_x);
	r.y = place(height, r.height, focus_y);
	return r;
}

size_t img_plan_icons(const struct img_info *info, int focus_x, int focus_y, struct img_variant out[IMG_ICONS_MAX])
{
	static const int sides[IMG_ICONS_MAX] = { 16, 32, 48, 180, 192, 512 };
	struct img_rect crop = img_crop(info->width_px, info->height_px, 1, 1, focus_x, focus_y);
	size_t n = 0;
	if (info->type == IMG_NONE || info->width_px < 1 || info->height_px < 1)
		return 0;
	while (n < IMG_ICONS_MAX && (n == 0 || sides[n] <= crop.width)) {
		int side = sides[n] < crop.width ? sides[n] : crop.width;
		out[n++] = (struct img_variant){ .type = IMG_PNG, .width_px = side, .height_px = side, .crop = crop, .rival = -1 };
	}
	return n;
}
