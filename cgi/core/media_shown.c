/* media_shown.c: a picture of ours as readers get it. */
#include "base/base.h"

#include "base/mime.h"
#include "core/media_shown.h"
#include "core/picture_plan.h"
#include "store/media.h"

#define PREFIX "/media/"
#define CARD_PX 800
#define PLAIN_PX 1280 /* for whoever takes one file and cannot choose: readers of feeds, old browsers */
#define SET_MAX_B ((size_t)32 << 10)

static const char *const families[] = { "image/jpeg", "image/png" };
static const char *const better[MEDIA_SHOWN_SOURCES_MAX] = { "image/avif", "image/webp" };

static struct str without(struct str s, struct str prefix)
{
	return str_given(prefix) && prefix.n && str_starts(s, prefix) ? str_from(s, prefix.n) : s;
}

struct str media_path(const struct address_base *base, struct str address)
{
	struct str media = without(address, base->media);
	if (str_starts(address, STR(PREFIX)) || media.n < address.n)
		return media;
	return without(without(address, base->origin), base->mount);
}

/* STR_NONE: no file of ours. */
static struct str path_of(const struct address_base *base, struct str address)
{
	struct str path = media_path(base, address);
	return str_starts(path, STR(PREFIX)) && path.n > strlen(PREFIX) + MEDIA_HASH_LEN ? path : STR_NONE;
}

enum rc media_picture_of(struct db_ro *db, const struct media_item *item, struct str path, struct arena *arena,
			 struct media_picture *out, struct err *err)
{
	struct media_variants all;
	enum rc rc = media_variant_list(db, item->hash, arena, &all, err);
	if (rc == RC_OK)
		*out = (struct media_picture){ .item = *item, .variants = all, .path = path };
	return rc;
}

enum rc media_picture_find(struct db_ro *db, const struct address_base *base, struct str address, struct arena *arena,
			   struct media_picture **out, struct err *err)
{
	struct media_picture *picture = ARENA_NEW(arena, struct media_picture);
	struct str path = path_of(base, address);
	struct err none = ERR_INIT;
	struct media_item item;
	*out = NULL;
	if (!str_given(path))
		return RC_OK;
	struct str hash = str_sub(path, strlen(PREFIX), strlen(PREFIX) + MEDIA_HASH_LEN);
	/* After its bytes were replaced other ones than the address names. */
	enum rc rc = media_item_of_blob(db, hash, arena, &item, &none);
	if (rc == RC_OK)
		rc = media_picture_of(db, &item, path, arena, picture, &none);
	if (rc == RC_OK && str_is(item.kind, "image"))
		*out = picture;
	return rc == RC_OK || rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", none.msg);
}

/* --- files --- */

/* The address's own name, with the ending of what it leads to. */
static struct str path_to(const struct media_picture *picture, const struct media_variant *v, struct arena *arena)
{
	ptrdiff_t slash = str_rfind_char(picture->path, '/'), dot = str_rfind_char(picture->path, '.');
	struct str stem = str_sub(picture->path, (size_t)slash + 1, dot > slash ? (size_t)dot : picture->path.n);
	const char *ext = mime_ext(v->mime);
	return ARENA_JOIN(arena, STR(PREFIX), v->hash, STR("/"), stem, STR("."), str_of(ext ? ext : "bin"));
}

static void show_file(const struct media_picture *picture, const struct media_variant *v, struct arena *arena,
		      struct media_shown *out)
{
	out->path = path_to(picture, v, arena);
	out->mime = v->mime;
	out->width_px = (int)v->width_px;
	out->height_px = (int)v->height_px;
}

static bool is_of_family(struct str mime)
{
	for (size_t i = 0; i < COUNT_OF(families); i++)
		if (str_is(mime, families[i]))
			return true;
	return false;
}

/* Of the variants with that crop in the format that everybody knows: the smallest that is that wide, else the widest. */
static const struct media_variant *find(const struct media_picture *picture, const char *crop, int64_t width_px)
{
	const struct media_variant *best = NULL;
	for (size_t i = 0; i < picture->variants.count; i++) {
		const struct media_variant *v = &picture->variants.items[i];
		if (!str_is(v->crop, crop) || !is_of_family(v->mime))
			continue;
		bool nearer = best && (best->width_px < width_px ? v->width_px > best->width_px
								 : v->width_px >= width_px && v->width_px < best->width_px);
		best = !best || nearer ? v : best;
	}
	return best;
}

/* In whatever format it is. */
static const struct media_variant *find_one(const struct media_picture *picture, const char *crop)
{
	for (size_t i = 0; i < picture->variants.count; i++)
		if (str_is(picture->variants.items[i].crop, crop))
			return &picture->variants.items[i];
	return NULL;
}

/* The widths rising, as the list has them; "": fewer than `least`. */
static struct str set_of(const struct media_picture *picture, const struct address_base *base, const char *crop, struct str mime,
			 size_t least, struct arena *arena)
{
	struct buf set = BUF_INIT(SET_MAX_B);
	size_t count = 0;
	for (size_t i = 0; i < picture->variants.count; i++) {
		const struct media_variant *v = &picture->variants.items[i];
		if (!str_is(v->crop, crop) || !str_eq(v->mime, mime))
			continue;
		struct str url = address_resolve(base, path_to(picture, v, arena), arena);
		buf_printf(&set, "%s%.*s %lldw", count++ ? ", " : "", STR_ARG(url), (long long)v->width_px);
	}
	struct str out = count >= least && set.rc == RC_OK ? arena_str(arena, buf_view(&set)) : STR("");
	buf_release(&set);
	return out;
}

/* `least`: a single width is worth naming in a smaller format, but not beside itself. */
static void add_sets(const struct media_picture *picture, const struct address_base *base, const char *crop, struct str family,
		     size_t least, struct arena *arena, struct media_shown *out)
{
	out->set = set_of(picture, base, crop, family, least, arena);
	for (size_t i = 0; i < COUNT_OF(better); i++) {
		struct str set = set_of(picture, base, crop, str_of(better[i]), 1, arena);
		if (str_empty(set))
			continue;
		out->sources[out->source_count].type = str_of(better[i]);
		out->sources[out->source_count++].set = set;
	}
}

/* --- what is asked for --- */

static void show_original(const struct media_picture *picture, struct media_shown *out)
{
	*out = (struct media_shown){
		.path = picture->path, .mime = picture->item.mime, .set = STR(""), .large = STR(""),
		.width_px = (int)picture->item.width_px, .height_px = (int)picture->item.height_px,
		.focus_x = (int)picture->item.focal_x, .focus_y = (int)picture->item.focal_y,
	};
}

void media_shown_whole(const struct media_picture *picture, const struct address_base *base, struct arena *arena,
		       struct media_shown *out)
{
	const struct media_variant *moving = find_one(picture, MEDIA_CROP_MOVING), *edited = find_one(picture, MEDIA_CROP_EDITED);
	const struct media_variant *widest = find(picture, "", INT64_MAX);
	show_original(picture, out);
	if (moving || edited)
		show_file(picture, moving ? moving : edited, arena, out);
	if (moving || !widest)
		return;
	/* What was uploaded may be turned by its EXIF alone, has the camera's colours, and weighs as much as a book. */
	const struct media_variant *plain = find(picture, "", PLAIN_PX);
	out->path = path_to(picture, plain, arena);
	out->mime = plain->mime;
	out->large = path_to(picture, widest, arena);
	add_sets(picture, base, "", widest->mime, 1, arena, out);
}

void media_shown_small(const struct media_picture *picture, const struct address_base *base, int width_px, int height_px,
		       struct arena *arena, struct media_shown *out)
{
	const struct media_variant *widest = find(picture, "", INT64_MAX);
	media_shown_whole(picture, base, arena, out);
	if (!widest || widest->height_px <= 0 || find_one(picture, MEDIA_CROP_MOVING))
		return;
	/* All are of one shape. */
	int64_t across = (height_px * widest->width_px + widest->height_px - 1) / widest->height_px;
	show_file(picture, find(picture, "", across > width_px ? across : width_px), arena, out);
}

static int within(int64_t at, int from, int length)
{
	int64_t share = length > 0 ? (at - (int64_t)from * 1000) / length : 500;
	return share < 0 ? 0 : share > 1000 ? 1000 : (int)share;
}

bool media_shown_card(const struct media_picture *picture, const struct address_base *base, struct arena *arena,
		      struct media_shown *out)
{
	const struct media_variant *card = find(picture, MEDIA_CROP_CARD, CARD_PX);
	const struct media_item *item = &picture->item;
	if (!card)
		return false;
	show_original(picture, out);
	show_file(picture, card, arena, out);
	add_sets(picture, base, MEDIA_CROP_CARD, card->mime, 2, arena, out);
	struct img_rect part = img_crop((int)item->width_px, (int)item->height_px, PICTURE_CARD_RATIO, (int)item->focal_x,
					(int)item->focal_y);
	out->focus_x = within(item->focal_x * item->width_px, part.x, part.width);
	out->focus_y = within(item->focal_y * item->height_px, part.y, part.height);
	return true;
}

static void show_best(const struct media_picture *picture, const struct media_variant *best, struct arena *arena,
		      struct media_shown *out)
{
	show_original(picture, out);
	if (best)
		show_file(picture, best, arena, out);
}

void media_shown_social(const struct media_picture *picture, struct arena *arena, struct media_shown *out)
{
	const struct media_variant *social = find(picture, MEDIA_CROP_SOCIAL, 0);
	show_best(picture, social ? social : find(picture, "", INT64_MAX), arena, out);
}

void media_shown_feed(const struct media_picture *picture, struct arena *arena, struct media_shown *out)
{
	show_best(picture, find(picture, "", PLAIN_PX), arena, out);
}
