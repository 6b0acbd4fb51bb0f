/* job_icons.c: makes the site's icons of the picture that its setting names. */
#include "base/base.h"

#include <unistd.h>

#include "core/icons.h"
#include "core/job_kinds.h"
#include "core/media_file.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/picture.h"
#include "store/media_item.h"
#include "store/media_variant.h"
#include "store/setting.h"
#include "store/site.h"

#define ICON_MAX_B ((size_t)8 << 20)
#define ICONS 4

static const struct { const char *mime; int side_px; } kinds[ICONS] = {
	{ "image/vnd.microsoft.icon", 48 }, { "image/png", 180 }, { "image/png", 192 }, { "image/png", 512 },
};

struct work {
	struct job_call *call;
	struct media_item item;
	struct media_variant source; /* what readers see of it, as large as there is */
	struct buf files[ICONS];
	struct blob_store *blobs;
	struct media_variant made[ICONS];
	size_t made_count;
};

static enum rc find_item(struct db_ro *db, struct arena *arena, struct media_item *out, struct err *err)
{
	struct str icon;
	int64_t id;
	enum rc rc = setting_get(db, STR("icon"), arena, &icon, err);
	if (rc == RC_OK)
		rc = site_icons_item(db, icon, arena, &id, err);
	return rc == RC_OK ? media_item_get(db, id, arena, out, err) : rc;
}

/* RC_NOTFOUND: nothing is made of it yet, or ever. The job of its variants orders this one again. */
static enum rc find_source(struct work *w, struct err *err)
{
	struct db_ro *db = db_rw_ro(w->call->db);
	struct media_variants all;
	enum rc rc = find_item(db, w->call->arena, &w->item, err);
	if (rc == RC_OK && !str_is(w->item.state, MEDIA_STATE_READY))
		rc = err_set(err, RC_NOTFOUND, "nothing was made of the picture yet");
	if (rc == RC_OK)
		rc = media_variant_list(db, w->item.hash, w->call->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
		const struct media_variant *one = &all.items[i];
		bool plain = str_is(one->mime, "image/png") || str_is(one->mime, "image/jpeg");
		if (str_empty(one->crop) && plain && one->width_px > w->source.width_px)
			w->source = *one;
	}
	if (rc == RC_OK && !w->source.width_px)
		rc = err_set(err, RC_NOTFOUND, "nothing can be made of the picture");
	return rc;
}

static enum rc make(struct work *w, struct err *err)
{
	const struct picture_icons out = { &w->files[0], &w->files[1], &w->files[2], &w->files[3] };
	int64_t size_b;
	int fd = -1;
	enum rc rc = media_file_open(w->call->conf, w->source.hash, &fd, &size_b, err);
	if (rc != RC_OK)
		return rc;
	rc = picture_icons(w->call->conf, fd, (int)w->item.focal_x, (int)w->item.focal_y, &out, err);
	close(fd);
	return rc;
}

static enum rc put_files(struct work *w, struct err *err)
{
	enum rc rc = media_store_open(w->call->conf, &w->blobs, err);
	for (size_t i = 0; rc == RC_OK && i < ICONS; i++) {
		struct blob_put put;
		if (!w->files[i].len)
			continue;
		rc = blob_put_bytes(w->blobs, buf_view(&w->files[i]), &put, err);
		if (rc == RC_OK)
			w->made[w->made_count++] = (struct media_variant){
				.original = w->item.hash, .hash = arena_str(w->call->arena, str_of(put.hash)), .mime = str_of(kinds[i].mime),
				.crop = STR(MEDIA_CROP_ICON), .width_px = kinds[i].side_px, .height_px = kinds[i].side_px,
				.size_b = (int64_t)w->files[i].len,
			};
	}
	return rc;
}

/* Those that the picture has no longer enough pixels for, since a part was cut out of it. */
static enum rc drop_rows(struct work *w, struct db_tx *tx, struct err *err)
{
	struct media_variants all;
	enum rc rc = media_variant_list(db_tx_ro(tx), w->item.hash, w->call->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
		bool stays = !str_is(all.items[i].crop, MEDIA_CROP_ICON);
		for (size_t k = 0; k < w->made_count; k++)
			stays = stays || (all.items[i].width_px == w->made[k].width_px && str_eq(all.items[i].mime, w->made[k].mime));
		if (!stays)
			rc = media_variant_drop(tx, &all.items[i], w->call->now_ms, err);
	}
	return rc;
}

/* Of another picture, or other bytes of it, the job that was ordered meanwhile makes them. */
static enum rc put_rows(struct work *w, struct db_tx *tx, struct err *err)
{
	struct media_item now;
	struct err why = ERR_INIT;
	enum rc rc = find_item(db_tx_ro(tx), w->call->arena, &now, &why);
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", why.msg);
	if (now.id != w->item.id || !str_eq(now.hash, w->item.hash))
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < w->made_count; i++) {
		rc = media_store_has(w->blobs, tx, w->made[i].hash, err);
		if (rc == RC_OK)
			rc = media_variant_put(tx, &w->made[i], w->call->now_ms, err);
	}
	if (rc == RC_OK)
		rc = drop_rows(w, tx, err);
	if (rc == RC_OK)
		rc = media_send_order(tx, w->blobs, w->call->now_ms, err);
	return rc == RC_OK ? site_touch(tx, err) : rc;
}

static enum rc keep(struct work *w, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(w->call->db, &tx, err);
	return rc == RC_OK ? db_end(tx, put_rows(w, tx, err), err) : rc;
}

static enum rc run_with(struct work *w, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = find_source(w, &why);
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", why.msg);
	rc = make(w, err);
	if (rc == RC_OK)
		rc = put_files(w, err);
	if (rc == RC_OK)
		rc = keep(w, err);
	json_set_int(w->call->result, "icons", (int64_t)w->made_count);
	return rc;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct work w = { .call = call };
	for (size_t i = 0; i < ICONS; i++)
		w.files[i] = (struct buf)BUF_INIT(ICON_MAX_B);
	enum rc rc = run_with(&w, err);
	for (size_t i = 0; i < ICONS; i++)
		buf_release(&w.files[i]);
	media_store_close(w.blobs);
	return rc;
}

const struct job_kind job_icons = {
	.name = JOB_SITE_ICONS,
	.summary = "make the site's icons of the picture that was chosen for them",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 5,
	.time_limit_ms = 300000,
	.backoff_ms = 20000,
	.backoff_max_ms = 3600000,
	.run = run,
};
