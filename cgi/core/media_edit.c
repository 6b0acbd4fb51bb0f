/* media_edit.c: pictures of the library that are turned, cut, and given another focal point. */
#include "base/base.h"

#include "core/media_edit.h"
#include "core/media_take.h"
#include "store/media_variant.h"

enum rc media_editable(struct db_ro *db, const struct media_item *item, enum media_editable *out, struct err *err)
{
	struct arena arena;
	struct media_variants all = { NULL, 0 };
	bool moves = false, made = false;
	if (!str_is(item->kind, "image") || str_is(item->state, MEDIA_STATE_NONE) || item->trashed_ms) {
		*out = item->trashed_ms ? MEDIA_EDIT_TRASHED : MEDIA_EDIT_NO_PICTURE;
		return RC_OK;
	}
	arena_init(&arena, 1 << 16);
	enum rc rc = media_variant_list(db, item->hash, &arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
		moves = moves || str_is(all.items[i].crop, MEDIA_CROP_MOVING);
		made = made || !str_is(all.items[i].crop, MEDIA_CROP_CLEAN);
	}
	if (rc == RC_OK)
		*out = moves ? MEDIA_EDIT_MOVES : made ? MEDIA_EDITABLE : MEDIA_EDIT_NOT_YET;
	arena_release(&arena);
	return rc;
}

struct img_rect media_own_size(const struct media_item *item)
{
	return (struct img_rect){ 0, 0, (int)item->own_width_px, (int)item->own_height_px };
}

/* A small picture may be as small as it is. */
static bool leaves_enough(const struct img_edit *edit, struct img_rect own)
{
	struct img_rect all = img_edit_turned(edit, own), part = img_edit_part(edit, own);
	return img_edit_fits(edit, own) && (part.width >= MEDIA_EDIT_MIN_PX || part.width == all.width) &&
	       (part.height >= MEDIA_EDIT_MIN_PX || part.height == all.height);
}

enum rc media_edit(struct db_tx *tx, const struct media_item *item, const struct img_edit *edit, int64_t now_ms,
		   struct err *err)
{
	struct img_rect own = media_own_size(item), all = img_edit_turned(edit, own);
	struct img_edit before = { 0 }, after = *edit;
	struct media_item changed = *item;
	struct arena arena;
	int x = (int)item->focal_x, y = (int)item->focal_y;
	if (!leaves_enough(edit, own))
		return err_set(err, RC_INVALID, "the crop must lie in the picture and leave some of it");
	if (after.crop.width == all.width && after.crop.height == all.height)
		after.crop = (struct img_rect){ 0 };
	if (img_edit_read(item->edit, &before, NULL) != RC_OK || !img_edit_fits(&before, own))
		before = (struct img_edit){ 0 };
	img_edit_point(&before, &after, own, &x, &y);
	arena_init(&arena, 1 << 12);
	changed.edit = img_edit_write(&after, &arena);
	changed.focal_x = x;
	changed.focal_y = y;
	enum rc rc = media_item_set_edit(tx, &changed, now_ms, err);
	if (rc == RC_OK)
		rc = media_order_variants(tx, item->id, now_ms, err);
	arena_release(&arena);
	return rc;
}

enum rc media_focus_moved(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err)
{
	if (!str_is(item->kind, "image") || str_is(item->state, MEDIA_STATE_NONE))
		return RC_OK;
	enum rc rc = media_item_wait(tx, item->id, err);
	return rc == RC_OK ? media_order_variants(tx, item->id, now_ms, err) : rc;
}
