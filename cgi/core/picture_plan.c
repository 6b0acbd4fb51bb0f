/* picture_plan.c: everything that is made of a picture of the library. */
#include "base/base.h"

#include "core/picture_plan.h"
#include "store/media_variant.h"

#define EDITED_QUALITY 92 /* of what is downloaded or looked at in full size */

static const int card_widths[] = { 400, 800, 1200 };

struct plan {
	const struct img_info *info;
	const struct img_edit *edit;
	const struct img_plan_conf *conf;
	struct img_rect part;      /* that readers see, in px of the turned picture */
	struct picture_plan *out;
};

/* What came since `from`: how it is turned, and what it is called. */
static void name(struct plan *p, size_t from, size_t count, const char *crop, int turn)
{
	for (size_t i = from; i < count; i++) {
		p->out->crops[i] = crop;
		p->out->variants[i].turn = turn;
	}
	p->out->count = count;
}

static void add_widths(struct plan *p, bool edited)
{
	struct img_info shown = *p->info;
	shown.width_px = p->part.width;
	shown.height_px = p->part.height;
	name(p, 0, img_plan(&shown, p->conf, p->out->variants), "", p->edit->turn);
	for (size_t i = 0; i < p->out->count; i++) {
		struct img_variant *v = &p->out->variants[i];
		if (v->copy)
			p->out->crops[i] = MEDIA_CROP_MOVING;
		else if (edited)
			v->crop = p->part;
	}
}

static struct img_rect shape(const struct plan *p, int ratio_w, int ratio_h, int focus_x, int focus_y)
{
	struct img_rect r = img_crop(p->part.width, p->part.height, ratio_w, ratio_h, focus_x, focus_y);
	r.x += p->part.x;
	r.y += p->part.y;
	return r;
}

/* One file in the family's format. Its place, or the count when there was no room. */
static size_t add_one(struct plan *p, struct img_rect part, int width, const char *crop, int turn)
{
	const struct img_plan_conf plain = { .jpeg_quality = p->conf->jpeg_quality };
	size_t at = p->out->count;
	name(p, at, img_plan_part(p->info, &plain, part, &width, 1, p->out->variants, at), crop, turn);
	return at;
}

static void add_shapes(struct plan *p, int focus_x, int focus_y)
{
	struct img_rect card = shape(p, PICTURE_CARD_RATIO, focus_x, focus_y);
	struct img_rect social = shape(p, PICTURE_SOCIAL_RATIO, focus_x, focus_y);
	const int widest[] = { PICTURE_SOCIAL_RATIO };
	size_t n = img_plan_part(p->info, p->conf, card, card_widths, COUNT_OF(card_widths), p->out->variants, p->out->count);
	name(p, p->out->count, n, MEDIA_CROP_CARD, p->edit->turn);
	if (social.width >= PICTURE_SOCIAL_LEAST_PX)
		add_one(p, social, social.width < widest[0] ? social.width : widest[0], MEDIA_CROP_SOCIAL, p->edit->turn);
}

static int reduced(int side, int other, int max)
{
	int longer = side > other ? side : other;
	return longer > max ? (int)((int64_t)side * max / longer) : side;
}

/* In the original's own format where that is one that is made; what was PNG stays without loss. */
static void add_edited(struct plan *p)
{
	int width = reduced(p->part.width, p->part.height, PICTURE_EDITED_MAX_PX);
	size_t at = add_one(p, p->part, width > 0 ? width : 1, MEDIA_CROP_EDITED, p->edit->turn);
	struct img_variant *v = &p->out->variants[at];
	if (at == p->out->count)
		return;
	v->type = p->info->type == IMG_WEBP ? IMG_WEBP : v->type;
	v->quality = v->type == IMG_PNG ? 0 : EDITED_QUALITY;
	p->out->width_px = v->width_px;
	p->out->height_px = v->height_px;
}

static void add_whole(struct plan *p)
{
	struct img_rect all = { 0, 0, p->info->width_px, p->info->height_px };
	int width = reduced(all.width, all.height, PICTURE_WHOLE_PX);
	add_one(p, all, width > 0 ? width : 1, MEDIA_CROP_WHOLE, 0);
}

void picture_plan(const struct img_info *info, const struct img_edit *edit, int focus_x, int focus_y,
		  const struct img_plan_conf *conf, struct picture_plan *out)
{
	static const struct img_edit none;
	const struct img_rect own = { 0, 0, info->width_px, info->height_px };
	bool moves = info->frames > 1;
	struct plan p = { info, moves ? &none : edit, conf, { 0 }, out };
	bool edited = p.edit->turn || p.edit->crop.width > 0;
	p.part = img_edit_part(p.edit, own);
	out->count = 0;
	out->width_px = out->height_px = 0;
	add_widths(&p, edited);
	if (out->count)
		add_shapes(&p, focus_x, focus_y);
	if (edited && out->count) {
		add_whole(&p);
		add_edited(&p); /* last: the helper drops the picture before it turns and writes the largest */
	}
}
