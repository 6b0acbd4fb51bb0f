/* plan.h: which pictures are made of one that was uploaded: widths, formats, qualities.
 *
 * Pure functions of their arguments; nothing is opened. img_run() (run.h) carries a plan out. */
#ifndef PLATEN_IMG_PLAN_H
#define PLATEN_IMG_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "img/probe.h"

#define IMG_VARIANTS_MAX 48

struct img_rect {
	int x, y, width, height; /* px of the picture as it is shown; width 0: all of it */
};

/* A turn is a number of quarter turns clockwise, 0 to 3, and with IMG_MIRRORED left and right change places after
 * them. All eight ways that a picture can lie. */
#define IMG_MIRRORED 4
#define IMG_TURN__MAX 8
/* What one turn after another comes to; and what takes one back. */
int img_turn_then(int first, int then);
int img_turn_back(int turn);

/* One file that is made. */
struct img_variant {
	enum img_type type;      /* IMG_JPEG, IMG_PNG, IMG_WEBP, IMG_AVIF; IMG_GIF with `copy` only */
	bool copy;               /* an animated GIF or WebP: all frames as they are, without metadata; then
				  * size, crop, turn and quality do not count */
	int width_px, height_px; /* of the result, at least 1; never more than the crop has */
	struct img_rect crop;
	int turn;                /* by hand, before the crop: see IMG_MIRRORED */
	int quality;             /* 1 to 100; 0: without loss (PNG always is; not for JPEG) */
	int rival;               /* the place in the plan of a variant of the same size that this one must be
				  * smaller than to be kept at all, before this one (if that one was not kept, its
				  * own rival in its place); -1: none */
};

struct img_plan_conf {
	bool webp, avif;         /* whether these are made beside the original's family */
	int jpeg_quality, webp_quality, avif_quality; /* 0: IMG_*_QUALITY */
	int widest_px;           /* no variant is wider; 0: IMG_WIDEST_PX */
};

/* AVIF by libgd has a scale of its own. Chosen side by side: see tests/cli/images.test.mjs. */
#define IMG_JPEG_QUALITY 80
#define IMG_WEBP_QUALITY 78
#define IMG_AVIF_QUALITY 62
#define IMG_WIDEST_PX 2560

/* The variants of a picture for pages, at most IMG_VARIANTS_MAX: all of one width together, the widths
 * rising: 320 480 640 960 1280 1920 2560 as far as the picture goes, and its own width where that is
 * less than the widest and a tenth or more above the last. First of a width is the original's family
 * (JPEG for JPEG, HEIC and BMP; PNG for PNG and GIF; JPEG or, with alpha, PNG for WebP and AVIF), then
 * WebP, then AVIF, these with `rival` set. An animated picture: first its `copy`, then still pictures of
 * its first frame. `info` is as img_probe() of the whole file gave it. Returns the number; 0 for
 * IMG_NONE. */
size_t img_plan(const struct img_info *info, const struct img_plan_conf *conf,
		struct img_variant out[IMG_VARIANTS_MAX]);

/* Adds the variants of a part of a picture, with the formats of img_plan(), to the `n` that `out` has: those of the
 * rising `widths` that it has pixels for, and its own width where that is less than the last one and a tenth or more
 * above the one before. Nothing of a part that is narrower than the first. Returns the number then. */
size_t img_plan_part(const struct img_info *info, const struct img_plan_conf *conf, struct img_rect part,
		     const int *widths, size_t count, struct img_variant out[IMG_VARIANTS_MAX], size_t n);

/* The format that an original's variants have for programs that know no other: see img_plan(). */
enum img_type img_family(const struct img_info *info);

/* The largest part of a picture of `width` x `height` that has the ratio `ratio_w`:`ratio_h`, as near
 * as the edges let it to having the focal point (thousandths of width and height; 500, 500 is the
 * middle) in its middle. All sizes at least 1. */
struct img_rect img_crop(int width, int height, int ratio_w, int ratio_h, int focus_x, int focus_y);

/* Icons of a site, PNG, of the square round the focal point: 16, 32, 48 (of which img_ico() makes one .ico),
 * 180, 192 and 512 px. Only those that the picture is large enough for; at least the smallest, then as
 * large as it can be. Returns the number, at most IMG_ICONS_MAX. */
#define IMG_ICONS_MAX 6
size_t img_plan_icons(const struct img_info *info, int focus_x, int focus_y,
		      struct img_variant out[IMG_ICONS_MAX]);

/* Appends one .ico file that holds these PNG files (1 to 16, sides at most 256 px). RC_INVALID: one is no
 * PNG or too large. */
NODISCARD enum rc img_ico(const struct str *pngs, size_t count, struct buf *out, struct err *err);

#endif
