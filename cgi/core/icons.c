/* icons.c: which icons the site has, and when they are to be made. */
#include "base/base.h"

#include "core/icons.h"
#include "core/job.h"
#include "core/post_prepared.h"
#include "store/media_item.h"
#include "store/media_variant.h"
#include "store/setting.h"
#include "store/site.h"

#define ICON_MIME "image/vnd.microsoft.icon"

static enum rc item_of(struct db_ro *db, struct str icon, struct arena *arena, struct media_item *out, struct err *err)
{
	struct str hash;
	size_t count = 0;
	post_find_media(icon, arena, &hash, &count);
	enum rc rc = count ? media_item_of_hash(db, hash, arena, out, err) : RC_NOTFOUND;
	return rc == RC_NOTFOUND || (rc == RC_OK && out->trashed_ms) ? err_set(err, RC_NOTFOUND, "the icon is not in the library")
								     : rc;
}

enum rc site_icons_item(struct db_ro *db, struct str icon, struct arena *arena, int64_t *id, struct err *err)
{
	struct media_item item;
	enum rc rc = item_of(db, icon, arena, &item, err);
	if (rc == RC_OK)
		*id = item.id;
	return rc;
}

static void take(const struct media_variant *variant, struct site_icons *out)
{
	struct site_icon icon = { variant->hash, variant->size_b };
	if (str_is(variant->mime, ICON_MIME))
		out->ico = icon;
	else if (variant->width_px == 180)
		out->apple = icon;
	else if (variant->width_px == 192)
		out->small = icon;
	else if (variant->width_px == 512)
		out->large = icon;
}

enum rc site_icons_find(struct db_ro *db, struct str icon, struct arena *arena, struct site_icons *out, struct err *err)
{
	struct site_icons found = { 0 };
	struct media_variants all = { NULL, 0 };
	struct media_item item;
	struct err why = ERR_INIT;
	enum rc rc = item_of(db, icon, arena, &item, &why);
	if (rc == RC_OK)
		rc = media_variant_list(db, item.hash, arena, &all, &why);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return err_set(err, rc, "%s", why.msg);
	for (size_t i = 0; i < all.count; i++)
		if (str_is(all.items[i].crop, MEDIA_CROP_ICON))
			take(&all.items[i], &found);
	*out = found;
	return RC_OK;
}

enum rc site_icons_order(struct db_tx *tx, int64_t now_ms, struct err *err)
{
	struct job_order order = { .kind = JOB_SITE_ICONS, .unique_key = STR("icons"), .priority = JOB_NORMAL };
	return job_add(tx, &order, now_ms, NULL, NULL, err);
}

enum rc site_icons_follow(struct db_tx *tx, int64_t item_id, struct arena *arena, int64_t now_ms, struct err *err)
{
	struct media_item item;
	struct str icon;
	struct err why = ERR_INIT;
	enum rc rc = setting_get(db_tx_ro(tx), STR("icon"), arena, &icon, &why);
	if (rc == RC_OK)
		rc = item_of(db_tx_ro(tx), icon, arena, &item, &why);
	if (rc == RC_NOTFOUND || (rc == RC_OK && item.id != item_id))
		return RC_OK;
	if (rc == RC_OK)
		rc = site_icons_order(tx, now_ms, &why);
	if (rc == RC_OK)
		rc = site_touch(tx, &why);
	return rc == RC_OK ? rc : err_set(err, rc, "%s", why.msg);
}
