/* media_check.c: whether the store has what the library says it has, and nothing else; and mending that. */
#include "base/base.h"

#include <unistd.h>

#include "base/clock.h"
#include "blob/names.h"
#include "core/icons.h"
#include "core/media_check.h"
#include "core/media_keep.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "store/media.h"
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_variant.h"

#define CHECK_AT_ONCE 500
#define NOTES_AT_ONCE 100

/* Both are in order: what only one side has is what is wrong. A page of each is in memory at a time. */
struct side {
	struct arena arena;
	struct str *hashes;
	size_t count, at;
	bool ended;
	char last[BLOB_HASH_LEN + 1];
};

/* What is found: for whoever counts, or mends. */
typedef enum rc found_fn(void *ctx, struct str hash, struct err *err);

struct comparing {
	struct blob_store *store;
	struct db_ro *db;
	const struct progress *progress;
	struct side blobs, rows;
	int64_t blob_count, row_count;
	found_fn *orphan, *lost;
	void *ctx;
};

static void turn_page(struct side *side, struct str *hashes, size_t count)
{
	side->hashes = hashes;
	side->count = count;
	side->at = 0;
	side->ended = count < CHECK_AT_ONCE;
	if (count)
		snprintf(side->last, sizeof side->last, "%.*s", STR_ARG(hashes[count - 1]));
}

static enum rc more_blobs(struct comparing *c, struct err *err)
{
	struct blob_list list = { NULL, 0 };
	arena_reset(&c->blobs.arena);
	enum rc rc = blob_list(c->store, str_of(c->blobs.last), CHECK_AT_ONCE, &c->blobs.arena, &list, err);
	if (rc == RC_OK)
		turn_page(&c->blobs, list.hashes, list.count);
	return rc;
}

static enum rc more_rows(struct comparing *c, struct err *err)
{
	struct str *hashes = NULL;
	size_t count = 0;
	arena_reset(&c->rows.arena);
	enum rc rc = media_hashes(c->db, str_of(c->rows.last), CHECK_AT_ONCE, &c->rows.arena, &hashes, &count, err);
	if (rc == RC_OK)
		turn_page(&c->rows, hashes, count);
	return rc;
}

/* The pages are of different moments, and people go on working: so each is asked again by itself. */
static enum rc orphan(struct comparing *c, struct str hash, struct err *err)
{
	enum media_gone_state state;
	bool known = false;
	enum rc rc = media_gone_state(c->db, hash, &state, err);
	if (rc == RC_OK)
		rc = media_is_known(c->db, hash, &known, err);
	if (rc == RC_OK && !known && state != MEDIA_GONE_NOTED && state != MEDIA_GONE_GOING)
		rc = c->orphan(c->ctx, hash, err);
	return rc;
}

static enum rc lost(struct comparing *c, struct str hash, struct err *err)
{
	bool there = false, known = true;
	enum rc rc = blob_exists(c->store, hash, &there, err);
	if (rc == RC_OK && !there)
		rc = media_is_known(c->db, hash, &known, err);
	return rc == RC_OK && !there && known ? c->lost(c->ctx, hash, err) : rc;
}

static enum rc step(struct comparing *c, struct err *err)
{
	struct side *blobs = &c->blobs, *rows = &c->rows;
	bool has_blob = blobs->at < blobs->count, has_row = rows->at < rows->count;
	int order = !has_row ? -1 : !has_blob ? 1 : str_cmp(blobs->hashes[blobs->at], rows->hashes[rows->at]);
	enum rc rc = RC_OK;
	if (order < 0)
		rc = orphan(c, blobs->hashes[blobs->at], err);
	else if (order > 0)
		rc = lost(c, rows->hashes[rows->at], err);
	c->blob_count += order <= 0;
	c->row_count += order >= 0;
	blobs->at += order <= 0;
	rows->at += order >= 0;
	return rc;
}

static enum rc compare(struct comparing *c, struct err *err)
{
	enum rc rc = RC_OK;
	arena_init(&c->blobs.arena, ARENA_MAX_B);
	arena_init(&c->rows.arena, ARENA_MAX_B);
	while (rc == RC_OK) {
		if (c->blobs.at == c->blobs.count && !c->blobs.ended)
			rc = more_blobs(c, err);
		if (rc == RC_OK && c->rows.at == c->rows.count && !c->rows.ended)
			rc = more_rows(c, err);
		if (rc != RC_OK || (c->blobs.at == c->blobs.count && c->rows.at == c->rows.count))
			break;
		rc = step(c, err);
		if (rc == RC_OK)
			rc = progress_tell(c->progress, "comparing", c->blob_count, 0, STR(""), err);
	}
	arena_release(&c->blobs.arena);
	arena_release(&c->rows.arena);
	return rc;
}

/* --- counting --- */

struct counting {
	struct media_check *out;
	struct arena *arena;
};

static enum rc count_orphan(void *ctx, struct str hash, struct err *err)
{
	struct counting *c = ctx;
	(void)err;
	if (c->out->orphans++ == 0)
		c->out->first_orphan = arena_str(c->arena, hash);
	return RC_OK;
}

static enum rc count_lost(void *ctx, struct str hash, struct err *err)
{
	struct counting *c = ctx;
	(void)err;
	if (c->out->lost++ == 0)
		c->out->first_lost = arena_str(c->arena, hash);
	return RC_OK;
}

static enum rc count_misnamed(void *ctx, struct str hash, struct err *err)
{
	struct media_check *check = ctx;
	(void)hash, (void)err;
	check->misnamed++;
	return RC_OK;
}

enum rc media_check(const struct conf *conf, struct db_ro *db, struct arena *arena, struct media_check *out,
		    struct err *err)
{
	struct media_check check = { .first_orphan = STR_NONE, .first_lost = STR_NONE, .first_dangling = STR_NONE };
	struct counting counting = { &check, arena };
	struct comparing c = { .db = db, .orphan = count_orphan, .lost = count_lost, .ctx = &counting };
	struct str *hashes = NULL;
	size_t count = 0;
	enum rc rc = media_store_open(conf, &c.store, err);
	if (rc == RC_OK)
		rc = compare(&c, err);
	if (rc == RC_OK)
		rc = blob_names(c.store, false, count_misnamed, &check, err);
	media_store_close(c.store);
	check.blobs = c.blob_count;
	check.rows = c.row_count;
	if (rc == RC_OK)
		rc = media_dangling(db, 1000, arena, &hashes, &count, err);
	if (rc != RC_OK)
		return rc;
	check.dangling = (int64_t)count;
	check.first_dangling = count ? hashes[0] : STR_NONE;
	*out = check;
	return RC_OK;
}

/* --- mending --- */

struct mending {
	struct db_rw *db;
	bool dry_run;
	const struct progress *progress;
	media_mended_fn *tell;
	void *ctx;
	struct media_mended *out;
	char notes[NOTES_AT_ONCE][BLOB_HASH_LEN + 1]; /* orphans that are to be noted: each alone would cost a commit */
	size_t note_count;
};

static enum rc note_all(struct mending *m, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = m->note_count ? db_begin(m->db, &tx, err) : RC_OK;
	if (rc != RC_OK || !m->note_count)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < m->note_count; i++)
		rc = media_gone_note(tx, str_of(m->notes[i]), clock_now_ms(), err);
	rc = db_end(tx, rc, err);
	m->note_count = 0;
	return rc;
}

static enum rc mend_orphan(void *ctx, struct str hash, struct err *err)
{
	struct mending *m = ctx;
	m->out->orphans++;
	m->tell(m->ctx, "orphan", hash, STR(""));
	if (m->dry_run)
		return RC_OK;
	snprintf(m->notes[m->note_count++], BLOB_HASH_LEN + 1, "%.*s", STR_ARG(hash));
	return m->note_count == NOTES_AT_ONCE ? note_all(m, err) : RC_OK;
}

/* The item's variant with these bytes; of what it was before it was replaced there is none. */
static enum rc find_variant(struct mending *m, struct str hash, struct arena *arena, struct media_item *item,
			    struct media_variant *out, struct err *err)
{
	struct media_variants all;
	enum rc rc = media_item_of_hash(db_rw_ro(m->db), hash, arena, item, err);
	if (rc == RC_OK)
		rc = media_variant_list(db_rw_ro(m->db), item->hash, arena, &all, err);
	for (size_t i = 0; rc == RC_OK && i < all.count; i++)
		if (str_eq(all.items[i].hash, hash)) {
			*out = all.items[i];
			return RC_OK;
		}
	return rc == RC_OK ? err_set(err, RC_NOTFOUND, "no variant has these bytes") : rc;
}

/* Its row goes, so that the job finds something to make. */
static enum rc remake(struct mending *m, const struct media_variant *variant, const struct media_item *item, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(m->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_variant_drop(tx, variant, clock_now_ms(), err);
	if (rc == RC_OK)
		rc = media_gone_forget(tx, variant->hash, err);
	if (rc == RC_OK && str_is(variant->crop, MEDIA_CROP_ICON))
		return db_end(tx, site_icons_order(tx, clock_now_ms(), err), err);
	if (rc == RC_OK)
		rc = media_item_wait(tx, item->id, err);
	if (rc == RC_OK)
		rc = media_order_variants(tx, item->id, clock_now_ms(), err);
	return db_end(tx, rc, err);
}

static enum rc mend_lost(void *ctx, struct str hash, struct err *err)
{
	struct mending *m = ctx;
	struct media_variant variant;
	struct media_item item = { .name = STR("") };
	struct media media;
	struct err none = ERR_INIT;
	struct arena arena;
	arena_init(&arena, 1 << 18);
	enum rc rc = media_get(db_rw_ro(m->db), hash, &arena, &media, &none);
	bool original = rc == RC_OK;
	if (original)
		rc = media_item_of_hash(db_rw_ro(m->db), hash, &arena, &item, &none);
	else if (rc == RC_NOTFOUND)
		rc = find_variant(m, hash, &arena, &item, &variant, &none);
	if (rc == RC_OK && !original && !m->dry_run)
		rc = remake(m, &variant, &item, &none);
	if (rc == RC_OK || rc == RC_NOTFOUND) {
		bool remade = rc == RC_OK && !original;
		*(remade ? &m->out->remade : &m->out->lost) += 1;
		m->tell(m->ctx, remade ? "remade" : "lost", hash, str_or_empty(item.name));
		rc = RC_OK;
	}
	arena_release(&arena);
	return rc == RC_OK ? rc : err_set(err, rc, "%s", none.msg);
}

static enum rc look(const struct conf *conf, const struct progress *progress, struct mending *m, struct err *err)
{
	struct comparing c = { .db = db_rw_ro(m->db), .progress = progress, .orphan = mend_orphan, .lost = mend_lost, .ctx = m };
	enum rc rc = media_store_open(conf, &c.store, err);
	if (rc == RC_OK)
		rc = compare(&c, err);
	media_store_close(c.store);
	return rc == RC_OK ? note_all(m, err) : rc;
}

static enum rc mend_name(void *ctx, struct str hash, struct err *err)
{
	struct mending *m = ctx;
	m->out->renamed++;
	m->tell(m->ctx, "renamed", hash, STR(""));
	return progress_tell(m->progress, "naming", m->out->renamed, 0, STR(""), err);
}

static enum rc mend_names(const struct conf *conf, struct mending *m, struct err *err)
{
	struct blob_store *blobs = NULL;
	enum rc rc = media_store_open(conf, &blobs, err);
	if (rc == RC_OK)
		rc = blob_names(blobs, !m->dry_run, mend_name, m, err);
	media_store_close(blobs);
	return rc;
}

enum rc media_mend(const struct conf *conf, struct db_rw *db, bool dry_run, const struct progress *progress,
		   media_mended_fn *tell, void *ctx, struct media_mended *out, struct err *err)
{
	struct mending *m = mem_new(sizeof *m);
	bool more;
	int lock = -1;
	*m = (struct mending){ .db = db, .dry_run = dry_run, .progress = progress, .tell = tell, .ctx = ctx, .out = out };
	*out = (struct media_mended){ 0 };
	enum rc rc = media_hold(conf, MEDIA_HOLD_ALONE, &lock, err);
	if (rc == RC_BUSY)
		rc = err_set(err, RC_BUSY, "an import runs, or files are being removed: try again later");
	if (lock >= 0)
		close(lock); /* media_clear_gone() takes it itself */
	if (rc == RC_OK)
		rc = look(conf, progress, m, err);
	if (rc == RC_OK && !dry_run)
		rc = media_clear_gone(conf, db, NULL, NULL, &out->removed, &more, err);
	if (rc == RC_OK)
		rc = mend_names(conf, m, err);
	free(m);
	return rc;
}
