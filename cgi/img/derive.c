/* derive.c: one decoding, all variants. */
#include "base/base.h"

#include "img/decode.h"
#include "img/derive.h"
#include "img/edit.h"
#include "img/encode.h"
#include "img/gif.h"
#include "img/look.h"
#include "img/webp.h"

#define LEVELS_MAX 20      /* halvings: of 1000000 px less than one is left */
#define LOOK_PX 32         /* the longer side of what the colour is taken of */
#define PLACEHOLDER_PX 16

struct job {
	const struct img_limits *limits;
	const struct img_variant *plan;
	size_t count;
	derive_sink *sink;
	void *ctx;
	struct img_result result;
	struct raster levels[LEVELS_MAX]; /* the picture, and each half of the one before, as far as needed */
	size_t level_count;
	int upright;                      /* the turn that shows the levels as they are meant: they lie as stored */
	size_t last;                      /* the last variant that is made of pixels */
	struct raster scaled;             /* of the variant before: the next format may want the same */
	const struct img_variant *scaled_for;
};

static const int oriented[IMG_TURN__MAX] = { 1, 6, 3, 8, 2, 5, 4, 7 }; /* turns as EXIF orientations */

static int turned_side(const struct job *j, int turn, bool height)
{
	const struct img_info *info = &j->result.info;
	return height == (turn & 1) ? info->width_px : info->height_px;
}

/* The crop in pixels, the whole picture when none is asked for. */
static struct img_rect crop_of(const struct job *j, const struct img_variant *v)
{
	if (v->crop.width > 0)
		return v->crop;
	return (struct img_rect){ 0, 0, turned_side(j, v->turn, false), turned_side(j, v->turn, true) };
}

static enum rc check_plan(const struct job *j, struct err *err)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct img_variant *v = &j->plan[i];
		struct img_rect crop = crop_of(j, v);
		if (v->copy && (v->type != j->result.info.type || j->result.info.frames < 2))
			return err_set(err, RC_INVALID, "only an animation is kept as it is");
		if (!v->copy && (crop.width > turned_side(j, v->turn, false) - crop.x ||
				 crop.height > turned_side(j, v->turn, true) - crop.y))
			return err_set(err, RC_INVALID, "a crop reaches beyond the picture");
		if (!v->copy && (v->width_px > crop.width || v->height_px > crop.height))
			return err_set(err, RC_INVALID, "a variant would be larger than the picture");
	}
	return RC_OK;
}

/* The least share of the picture's size that is enough for all variants. */
static double share_needed(const struct job *j)
{
	double most = 0;
	for (size_t i = 0; i < j->count; i++) {
		struct img_rect crop = crop_of(j, &j->plan[i]);
		double across = (double)j->plan[i].width_px / crop.width, down = (double)j->plan[i].height_px / crop.height;
		if (!j->plan[i].copy)
			most = across > most ? across : down > most ? down : most;
	}
	return most;
}

static void pixels_expect(struct job *j)
{
	while (oriented[j->upright] != j->result.info.orientation)
		j->upright++;
	for (size_t i = 0; i < j->count; i++)
		if (!j->plan[i].copy)
			j->last = i;
}

static void levels_keep(struct job *j, size_t count)
{
	while (j->level_count > count)
		raster_free(&j->levels[--j->level_count]);
}

static void scaled_drop(struct job *j)
{
	raster_free(&j->scaled);
	j->scaled_for = NULL;
}

/* The smallest level that has at least twice the pixels of the result in each direction. Smaller ones are dropped: they
 * are made again faster than a large result finds room beside them. */
static enum rc level_for(struct job *j, double ratio, size_t *out, struct err *err)
{
	size_t at = 0;
	for (; ratio >= 4 && at + 1 < LEVELS_MAX; ratio /= 2, at++) {
		if (at + 1 < j->level_count)
			continue;
		enum rc rc = raster_half(&j->levels[at], &j->levels[at + 1], err);
		if (rc != RC_OK)
			return rc;
		j->level_count++;
	}
	levels_keep(j, at + 1);
	*out = at;
	return RC_OK;
}

/* A part of the picture as it is stored, of which the levels may have less. */
static enum rc scale_part(struct job *j, struct img_rect stored, struct img_rect part, int width, int height, struct raster *out,
			  struct err *err)
{
	double across = (double)j->levels[0].width / stored.width, down = (double)j->levels[0].height / stored.height;
	double ratio_x = part.width * across / width, ratio_y = part.height * down / height;
	size_t at;
	enum rc rc = level_for(j, ratio_x < ratio_y ? ratio_x : ratio_y, &at, err);
	if (rc != RC_OK)
		return rc;
	across = (double)j->levels[at].width / stored.width;
	down = (double)j->levels[at].height / stored.height;
	return raster_scale(&j->levels[at], part.x * across, part.y * down, part.width * across, part.height * down, width,
			    height, out, err);
}

/* A part of the turned picture. Cut out and made smaller where it lies, since turning takes the memory twice; when it is
 * the last one, the picture is dropped before. */
static enum rc show_part(struct job *j, int turn, struct img_rect part, int width, int height, bool last, struct raster *out,
			 struct err *err)
{
	struct img_edit shown = { img_turn_then(j->upright, turn), part };
	bool lies = shown.turn & 1;
	int orientation = oriented[shown.turn];
	struct img_rect stored = { 0, 0, turned_side(j, j->upright, false), turned_side(j, j->upright, true) };
	img_edit_turn(&shown, stored, img_turn_back(shown.turn));
	enum rc rc = scale_part(j, stored, shown.crop, lies ? height : width, lies ? width : height, out, err);
	if (last)
		levels_keep(j, 0);
	return rc == RC_OK && orientation > 1 ? raster_orient(out, orientation, err) : rc;
}

static bool same_pixels(const struct img_variant *a, const struct img_variant *b)
{
	return a && a->width_px == b->width_px && a->height_px == b->height_px && a->turn == b->turn &&
	       memcmp(&a->crop, &b->crop, sizeof a->crop) == 0;
}

static enum rc pixels_for(struct job *j, const struct img_variant *v, struct err *err)
{
	if (same_pixels(j->scaled_for, v))
		return RC_OK;
	scaled_drop(j);
	enum rc rc = show_part(j, v->turn, crop_of(j, v), v->width_px, v->height_px, v == &j->plan[j->last], &j->scaled, err);
	if (rc == RC_OK)
		j->scaled_for = v;
	return rc;
}

/* What is not kept leaves its own rival to those that come after it. */
static int rival_of(const struct job *j, const struct img_variant *v)
{
	int rival = v->rival;
	while (rival >= 0 && !j->result.made[rival].kept)
		rival = j->plan[rival].rival;
	return rival;
}

static enum rc finish(struct job *j, size_t i, struct str bytes, struct err *err)
{
	const struct img_variant *v = &j->plan[i];
	struct img_made *made = &j->result.made[i];
	*made = (struct img_made){ .kept = true, .width_px = v->width_px, .height_px = v->height_px, .size_b = (int64_t)bytes.n };
	int rival = rival_of(j, v);
	if (rival >= 0 && made->size_b >= j->result.made[rival].size_b) {
		made->kept = false;
		return RC_OK;
	}
	return j->sink(j->ctx, i, bytes, err);
}

static enum rc make(struct job *j, size_t i, struct err *err)
{
	const struct img_variant *v = &j->plan[i];
	struct buf file = BUF_INIT((size_t)j->limits->output_b);
	enum rc rc = pixels_for(j, v, err);
	if (rc == RC_OK)
		rc = encode(&j->scaled, v->type, v->quality, &file, err);
	if (rc == RC_OK)
		rc = finish(j, i, buf_view(&file), err);
	buf_release(&file);
	return rc;
}

static enum rc copy_moving(const struct job *j, enum img_type type, struct str bytes, struct buf *out, struct err *err)
{
	*out = (struct buf)BUF_INIT((size_t)j->limits->output_b);
	return type == IMG_GIF ? gif_strip(bytes, out, err) : webp_strip(bytes, out, err);
}

/* Whether an animation of which nothing is made is whole: of its frames only the first is decoded. */
static enum rc check_moving(struct job *j, struct str bytes, struct err *err)
{
	const struct img_info *info = &j->result.info;
	struct buf none;
	if (j->count > 0 || info->frames < 2 || (info->type != IMG_GIF && info->type != IMG_WEBP))
		return RC_OK;
	enum rc rc = copy_moving(j, info->type, bytes, &none, err);
	buf_release(&none);
	return rc;
}

/* The copies of an animation, before its bytes are gone. */
static enum rc make_copies(struct job *j, struct str bytes, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < j->count; i++) {
		struct buf file;
		if (!j->plan[i].copy)
			continue;
		rc = copy_moving(j, j->plan[i].type, bytes, &file, err);
		if (rc == RC_OK)
			rc = finish(j, i, buf_view(&file), err);
		j->result.made[i].width_px = j->result.info.width_px;
		j->result.made[i].height_px = j->result.info.height_px;
		buf_release(&file);
	}
	return rc;
}

/* What the first variant shows, with the longer side that long, if it has so many pixels. */
static enum rc tiny(struct job *j, int longer, struct raster *out, struct err *err)
{
	static const struct img_variant whole;
	const struct img_variant *first = j->count > 0 && !j->plan[0].copy ? &j->plan[0] : &whole;
	struct img_rect all = crop_of(j, first);
	int most = all.width > all.height ? all.width : all.height;
	int width = all.width, height = all.height;
	if (most > longer) {
		width = (int)((int64_t)width * longer / most);
		height = (int)((int64_t)height * longer / most);
	}
	return show_part(j, first->turn, all, width > 0 ? width : 1, height > 0 ? height : 1, false, out, err);
}

static enum rc look_at(struct job *j, struct err *err)
{
	struct raster small = RASTER_INIT;
	enum rc rc = tiny(j, LOOK_PX, &small, err);
	if (rc == RC_OK)
		j->result.colour = look_colour(&small);
	raster_free(&small);
	if (rc == RC_OK)
		rc = tiny(j, PLACEHOLDER_PX, &small, err);
	if (rc == RC_OK)
		rc = look_placeholder(&small, j->result.placeholder, err);
	raster_free(&small);
	return rc;
}

enum rc derive(struct buf *bytes, const struct img_limits *limits, const struct img_variant *plan, size_t count,
	       derive_sink *sink, void *ctx, struct img_result *out, struct err *err)
{
	struct job *j = mem_new(sizeof *j);
	*j = (struct job){ .limits = limits, .plan = plan, .count = count, .sink = sink, .ctx = ctx };
	enum rc rc = decode_check(buf_view(bytes), limits, &j->result.info, err);
	if (rc == RC_OK)
		rc = check_plan(j, err);
	if (rc == RC_OK)
		rc = check_moving(j, buf_view(bytes), err);
	if (rc == RC_OK)
		rc = make_copies(j, buf_view(bytes), err);
	if (rc == RC_OK)
		rc = decode(bytes, &j->result.info, limits, share_needed(j), &j->levels[0], err);
	if (rc == RC_OK) {
		j->level_count = 1;
		pixels_expect(j);
		rc = look_at(j, err);
	}
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		if (!plan[i].copy)
			rc = make(j, i, err);
	scaled_drop(j);
	if (rc == RC_OK)
		*out = j->result;
	levels_keep(j, 0);
	free(j);
	return rc;
}
