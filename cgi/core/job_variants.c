/* job_variants.c: makes of a picture what readers get: its widths and formats, colour and placeholder.
 *
 * What was made is put into the store before any row names it, and the rows come in one transaction; what they take the place
 * of stays for readers until the posts that show the picture are rendered again. So a page never names a variant that is not
 * there, whenever the process dies. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "core/i18n.h"
#include "core/icons.h"
#include "core/job_kinds.h"
#include "core/media_file.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "core/picture.h"
#include "core/picture_plan.h"
#include "core/rebuild.h"
#include "store/media.h"
#include "store/media_variant.h"

#define FAILURES_MAX 5
#define LOST_MAX 5 /* a decoder dies in its own process; what kills this one takes all memory */
#define POSTS_ALONE 20 /* more are rendered with all others: each alone costs a batch */

struct work {
	struct job_call *call;
	struct media_item item;
	struct blob_store *blobs;
	struct picture_plan plan;
	int fds[IMG_VARIANTS_MAX];
	size_t count;
	struct img_result result;
	struct media_variant made[IMG_VARIANTS_MAX + 1];
	size_t made_count;
	bool has_clean;       /* from before */
};

/* Goes with its descriptor, whatever becomes of the process. */
static enum rc open_unnamed(struct work *w, int *out, struct err *err)
{
	const char *dir = w->call->conf->data_dir;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		char *path = arena_cstr(w->call->arena, str_of(path_join(w->call->arena, dir, ".variant-XXXXXX")));
		fd = mkostemp(path, O_CLOEXEC);
		if (fd < 0)
			return file_fail(err, errno, "make a file in", dir);
		unlink(path);
	}
	*out = fd;
	return RC_OK;
}

static enum rc make(struct work *w, int fd, struct err *err)
{
	struct img_plan_conf conf = { .webp = true, .avif = w->call->conf->avif };
	struct img_edit edit = { 0 };
	struct img_info info;
	enum rc rc = picture_probe(w->call->conf, fd, &info, err);
	if (rc == RC_OK)
		rc = img_edit_read(w->item.edit, &edit, err);
	if (rc == RC_OK && !img_edit_fits(&edit, (struct img_rect){ 0, 0, info.width_px, info.height_px }))
		rc = err_set(err, RC_INVALID, "the crop reaches beyond the picture");
	if (rc == RC_OK)
		picture_plan(&info, &edit, (int)w->item.focal_x, (int)w->item.focal_y, &conf, &w->plan);
	for (; rc == RC_OK && w->count < w->plan.count; w->count += rc == RC_OK)
		rc = open_unnamed(w, &w->fds[w->count], err);
	return rc == RC_OK ? picture_make(w->call->conf, fd, w->plan.variants, w->count, w->fds, &w->result, err) : rc;
}

static enum rc read_info(int fd, struct img_info *info, struct err *err)
{
	char *head = mem_array(MEDIA_HEAD_B, 1);
	struct err why = ERR_INIT;
	ssize_t n = pread(fd, head, MEDIA_HEAD_B, 0);
	*info = (struct img_info){ .type = IMG_NONE };
	enum rc rc = n < 0 ? file_fail(err, errno, "read", "a picture") : RC_OK;
	if (n > 0 && img_probe(str_n(head, (size_t)n), info, &why) != RC_OK)
		info->type = IMG_NONE;
	free(head);
	return rc;
}

/* Pictures of an import by an older program, or from before there were variants, have no copy without metadata yet. It is
 * there also of those of which nothing else can be made. */
static enum rc put_clean(struct work *w, int fd, int64_t size_b, struct err *err)
{
	struct media_source source = { .fd = fd, .size_b = size_b, .name = STR("") };
	struct media_variants all;
	struct blob_put put = { .hash = "" };
	struct img_info info;
	if (!str_empty(w->item.edit))
		return RC_OK;
	enum rc rc = media_variant_list(db_rw_ro(w->call->db), w->item.hash, w->call->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++)
		w->has_clean = w->has_clean || str_is(all.items[i].crop, MEDIA_CROP_CLEAN);
	if (rc == RC_OK && !w->has_clean)
		rc = read_info(fd, &info, err);
	if (rc == RC_OK && !w->has_clean && info.type != IMG_NONE)
		rc = media_put_clean(w->blobs, &source, &info, &put, err);
	if (rc == RC_OK && put.hash[0]) {
		w->made[w->made_count++] = (struct media_variant){
			.original = w->item.hash, .hash = arena_str(w->call->arena, str_of(put.hash)),
			.mime = str_of(img_type_mime(info.type)), .crop = STR(MEDIA_CROP_CLEAN),
			.width_px = info.width_px, .height_px = info.height_px, .size_b = put.size_b,
		};
	}
	return rc;
}

static enum rc put_all(struct work *w, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < w->count; i++) {
		const struct img_made *made = &w->result.made[i];
		struct blob_put put;
		if (!made->kept)
			continue;
		if (lseek(w->fds[i], 0, SEEK_SET) < 0)
			return err_set(err, RC_IO, "a picture that was made cannot be read");
		rc = blob_put_fd(w->blobs, w->fds[i], "a picture that was made", BLOB_MAX_B, &put, err);
		w->made[w->made_count++] = (struct media_variant){
			.original = w->item.hash, .hash = rc == RC_OK ? arena_str(w->call->arena, str_of(put.hash)) : STR(""),
			.mime = str_of(img_type_mime(w->plan.variants[i].type)), .crop = str_of(w->plan.crops[i]),
			.width_px = made->width_px, .height_px = made->height_px, .size_b = made->size_b,
		};
	}
	return rc;
}

/* What went out of the store in between is made once more. */
static enum rc still_there(struct work *w, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < w->made_count; i++)
		rc = media_store_has(w->blobs, tx, w->made[i].hash, err);
	return rc;
}

/* The rows of what was made. From then on the original is for the site's own people alone, also when nothing came of it:
 * what cannot be cleaned may tell of place and camera. */
static enum rc put_rows(struct work *w, struct db_tx *tx, struct err *err)
{
	enum rc rc = still_there(w, tx, err);
	for (size_t i = 0; rc == RC_OK && i < w->made_count; i++)
		rc = media_variant_put(tx, &w->made[i], w->call->now_ms, err);
	if (rc == RC_OK && (w->has_clean || w->made_count || media_type_may_tell(STR(""), w->item.mime)))
		rc = media_hide(tx, w->item.hash, err);
	return rc;
}

/* Whether this is still what is wanted: of an item that was replaced or edited in between the next order makes it. */
static enum rc begin(struct work *w, struct db_tx **tx, bool *same, struct err *err)
{
	struct media_item now;
	enum rc rc = db_begin(w->call->db, tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_item_get(db_tx_ro(*tx), w->item.id, w->call->arena, &now, err);
	*same = rc == RC_OK && str_eq(now.hash, w->item.hash) && str_eq(now.edit, w->item.edit) &&
		now.focal_x == w->item.focal_x && now.focal_y == w->item.focal_y;
	return rc == RC_OK ? rc : db_end(*tx, rc, err);
}

static bool is_made(const struct work *w, const struct media_variant *v)
{
	if ((str_is(v->crop, MEDIA_CROP_CLEAN) && w->has_clean) || str_is(v->crop, MEDIA_CROP_ICON)) /* of job_icons.c */
		return true;
	for (size_t i = 0; i < w->made_count; i++)
		if (v->width_px == w->made[i].width_px && str_eq(v->crop, w->made[i].crop) && str_eq(v->mime, w->made[i].mime) &&
		    str_eq(v->hash, w->made[i].hash))
			return true;
	return false;
}

/* What was made before and is no part of it now: pages that name it are still to be made anew. */
static enum rc retire_rows(struct work *w, struct db_tx *tx, struct err *err)
{
	struct media_variants all;
	enum rc rc = media_variant_list(db_tx_ro(tx), w->item.hash, w->call->arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++)
		if (!is_made(w, &all.items[i]))
			rc = media_variant_retire(tx, &all.items[i], err);
	return rc;
}

static enum rc keep(struct work *w, struct err *err)
{
	struct db_tx *tx;
	bool same;
	enum rc rc = begin(w, &tx, &same, err);
	if (rc != RC_OK)
		return rc;
	if (!same)
		return db_end(tx, RC_OK, err);
	rc = retire_rows(w, tx, err);
	if (rc == RC_OK)
		rc = put_rows(w, tx, err);
	if (rc == RC_OK)
		rc = media_send_order(tx, w->blobs, w->call->now_ms, err);
	if (rc == RC_OK)
		rc = media_item_set_size(tx, w->item.id, w->plan.width_px, w->plan.height_px, err);
	if (rc == RC_OK)
		rc = media_item_set_state(tx, w->item.id, MEDIA_STATE_READY, STR(""),
					  arena_printf(w->call->arena, "#%06x", (unsigned)w->result.colour),
					  str_of(w->result.placeholder), err);
	if (rc == RC_OK)
		rc = site_icons_follow(tx, w->item.id, w->call->arena, w->call->now_ms, err);
	return db_end(tx, rc, err);
}

/* No repeat helps: the picture stays as it is, and the library says why. */
static enum rc give_up(struct work *w, const struct err *why, struct err *err)
{
	struct db_tx *tx;
	bool same;
	enum rc rc = begin(w, &tx, &same, err);
	if (rc != RC_OK)
		return rc == RC_NOTFOUND ? RC_OK : rc;
	if (!same)
		return db_end(tx, RC_OK, err);
	json_set_text(w->call->result, "problem", str_of(why->msg));
	rc = put_rows(w, tx, err);
	if (rc == RC_OK)
		rc = media_item_set_state(tx, w->item.id, MEDIA_STATE_FAILED, str_of(why->msg), STR(""), STR(""), err);
	return db_end(tx, rc, err);
}

static bool at_once(void *ctx)
{
	(void)ctx;
	return true;
}

static enum rc order_rebuild(struct job_call *call, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	return rc == RC_OK ? db_end(tx, rebuild_order(tx, call->now_ms, err), err) : rc;
}

static enum rc render_some(struct job_call *call, const int64_t *ids, size_t count, struct err *err)
{
	struct site *site = NULL;
	struct i18n_set *phrases = NULL;
	struct rebuild_counts counts = { 0 };
	enum rc rc = site_load(db_rw_ro(call->db), call->conf, &site, err);
	if (rc == RC_OK)
		rc = i18n_load(call->conf->lang_dir, &phrases, err);
	if (rc == RC_OK)
		site->phrases = phrases;
	int64_t done = 0;
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		bool more;
		if (ids[i] <= done) /* was in the batch of the one before */
			continue;
		done = ids[i] - 1;
		rc = rebuild_some(call->db, site, call->now_ms, at_once, NULL, &done, &more, &counts, err);
	}
	site_free(site);
	i18n_free(phrases);
	return rc;
}

/* What was cut off, or replaced, must not be found any more. */
static enum rc drop_old(struct job_call *call, int64_t item_id, int64_t seq, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = seq ? db_begin(call->db, &tx, err) : RC_OK;
	return rc == RC_OK && seq ? db_end(tx, media_variant_drop_old(tx, item_id, seq, call->now_ms, err), err) : rc;
}

/* The pages that show it are made with what is there now; then nothing names any more what was there before. A rebuild
 * sees to that by itself. */
static enum rc render_posts(struct job_call *call, int64_t item_id, struct err *err)
{
	int64_t *ids, seq = 0;
	size_t count = 0;
	enum rc rc = media_variant_old(db_rw_ro(call->db), &seq, err);
	if (rc == RC_OK)
		rc = media_item_posts(db_rw_ro(call->db), item_id, 0, POSTS_ALONE + 1, call->arena, &ids, &count, err);
	if (rc == RC_OK && count > POSTS_ALONE)
		return order_rebuild(call, err);
	if (rc == RC_OK && count)
		rc = render_some(call, ids, count, err);
	return rc == RC_OK ? drop_old(call, item_id, seq, err) : rc;
}

/* Of make(): the picture's own fault; a helper that needs too long for it does so each time. */
static bool is_hopeless(enum rc rc)
{
	return rc == RC_INVALID || rc == RC_LIMIT || rc == RC_CORRUPT || rc == RC_UNSUPPORTED || rc == RC_TIMEOUT;
}

/* Everything that goes before the rows. *hopeless: no repeat mends it. */
static enum rc prepare(struct work *w, bool *hopeless, struct err *err)
{
	int64_t size_b;
	int fd = -1;
	enum rc rc = media_store_open(w->call->conf, &w->blobs, err);
	if (rc == RC_OK)
		rc = media_file_open(w->call->conf, w->item.hash, &fd, &size_b, err);
	*hopeless = rc == RC_NOTFOUND;
	if (rc == RC_OK)
		rc = put_clean(w, fd, size_b, err);
	if (rc == RC_OK) {
		rc = make(w, fd, err);
		*hopeless = is_hopeless(rc);
	}
	if (rc == RC_OK)
		rc = put_all(w, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The last failure of the job, which stays among those that an owner can try again; of what it made nothing is kept. */
static enum rc fail_last(struct work *w, enum rc failed, const struct err *why, struct err *err)
{
	w->made_count = 0;
	enum rc rc = give_up(w, why, err);
	if (rc == RC_OK)
		rc = render_posts(w->call, w->item.id, err);
	return rc == RC_OK ? err_set(err, failed, "%s", why->msg) : rc;
}

/* The pages are made anew whatever came out: they may still show what the file was before it was replaced. */
static enum rc make_ready(struct work *w, struct err *err)
{
	bool hopeless = false, last = w->call->job->failures + 1 >= FAILURES_MAX;
	struct err why = ERR_INIT;
	enum rc rc = prepare(w, &hopeless, &why);
	if (rc == RC_OK)
		rc = keep(w, &why);
	json_set_int(w->call->result, "variants", (int64_t)w->made_count);
	if (hopeless)
		rc = give_up(w, &why, err);
	else if (rc != RC_OK)
		return last ? fail_last(w, rc, &why, err) : err_set(err, rc, "%s", why.msg);
	return rc == RC_OK ? render_posts(w->call, w->item.id, err) : rc;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct work *w = mem_new(sizeof *w);
	struct err why = ERR_INIT;
	*w = (struct work){ .call = call };
	enum rc rc = media_item_get(db_rw_ro(call->db), json_get_int(call->payload, "item", 0), call->arena, &w->item, &why);
	bool made = rc == RC_OK && str_is(w->item.kind, "image") && !str_is(w->item.state, MEDIA_STATE_NONE);
	if (made)
		rc = make_ready(w, err);
	else if (rc == RC_OK)
		rc = render_posts(call, w->item.id, err);
	else
		rc = rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", why.msg);
	for (size_t i = 0; i < w->count; i++)
		close(w->fds[i]);
	media_store_close(w->blobs);
	free(w);
	return rc;
}

/* It stays as it is, like one of which nothing can be made; pages may still show what it was before it was replaced. Of what
 * cannot be read nobody waits: failing would hold up the whole queue. */
static enum rc given_up(struct db_tx *tx, const struct job *job, int64_t now_ms, struct err *err)
{
	struct json *payload = NULL;
	struct media_item item;
	struct arena arena;
	struct err none = ERR_INIT;
	if (json_parse(job->payload, JOB_PAYLOAD_MAX_B, &payload, &none) != RC_OK) {
		log_err(LOG_ERROR, "a picture's job cannot be read", &none);
		return RC_OK;
	}
	arena_init(&arena, 1 << 20);
	enum rc rc = media_item_get(db_tx_ro(tx), json_get_int(payload, "item", 0), &arena, &item, &none);
	bool found = rc == RC_OK, waits = found && str_is(item.state, MEDIA_STATE_WAITING);
	if (rc != RC_OK)
		rc = rc == RC_NOTFOUND ? RC_OK : err_set(err, rc, "%s", none.msg);
	if (waits)
		rc = media_item_set_state(tx, item.id, MEDIA_STATE_FAILED,
					  arena_printf(&arena, "the program was killed %lld times while it prepared this picture", (long long)job->lost),
					  STR(""), STR(""), err);
	if (found && rc == RC_OK)
		rc = rebuild_order(tx, now_ms, err);
	json_free(payload);
	arena_release(&arena);
	return rc;
}

const struct job_kind job_variants = {
	.name = JOB_MEDIA_VARIANTS,
	.summary = "make of a picture what readers get: widths, formats, a placeholder",
	.class = JOB_HEAVY,
	.at_once = 2,
	.failures_max = FAILURES_MAX,
	.lost_max = LOST_MAX,
	.time_limit_ms = 600000,
	.backoff_ms = 20000,
	.backoff_max_ms = 3600000,
	.run = run,
	.given_up = given_up,
};
