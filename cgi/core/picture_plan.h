/* picture_plan.h: everything that is made of a picture of the library: widths, shapes for lists, and what stands for it
 * when it was edited. */
#ifndef PLATEN_CORE_PICTURE_PLAN_H
#define PLATEN_CORE_PICTURE_PLAN_H

#include "img/edit.h"
#include "img/plan.h"

/* Shapes that are cut out round the focal point. */
#define PICTURE_CARD_RATIO 16, 9
#define PICTURE_SOCIAL_RATIO 1200, 630
#define PICTURE_SOCIAL_LEAST_PX 600  /* a narrower one is not shown as a large card by those who ask */
#define PICTURE_EDITED_MAX_PX 4096   /* longer side of what stands for the original, which is worked on in memory */
#define PICTURE_WHOLE_PX 1280

struct picture_plan {
	struct img_variant variants[IMG_VARIANTS_MAX];
	const char *crops[IMG_VARIANTS_MAX]; /* media_variant.crop of each */
	size_t count;
	int width_px, height_px;             /* as readers see it, when it is edited; else 0 */
};

/* `info` is as img_probe() of the whole file gave it, and the edit fits it; the focal point is in thousandths of what the edit
 * leaves. What moves stays as it is: of an edit of it nothing is made. */
void picture_plan(const struct img_info *info, const struct img_edit *edit, int focus_x, int focus_y,
		  const struct img_plan_conf *conf, struct picture_plan *out);

#endif
