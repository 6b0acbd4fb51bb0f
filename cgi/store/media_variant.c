/* media_variant.c: what is made of a picture for readers. */
#include "base/base.h"
#include "store/media_gone.h"
#include "store/media_variant.h"
#include "store/rows.h"
#include "store/site.h"

#define COLUMNS "v.original, v.hash, v.mime, v.crop, v.width_px, v.height_px, v.size_b "
#define THIS "original = ?1 AND crop = ?2 AND mime = ?3 AND width_px = ?4 AND old_seq = 0"
#define GOES "ON CONFLICT (hash) DO UPDATE SET at_ms = excluded.at_ms WHERE media_gone.at_ms < 0"
#define PUBLIC_SEQ "(SELECT value FROM counter WHERE name = 'public_seq')"
#define OLD_OF_ITEM "original IN (SELECT hash FROM media WHERE item_id = ?1) AND old_seq > 0 AND old_seq <= ?2"

enum { LIST, OF_HASH, NOTE, PUT, DROP, EDITED_GOES, RETIRE, RETIRE_ALL, OLD, NOTE_OLD, DROP_OLD, NOTE_OLD_OF_ITEM, DROP_OLD_OF_ITEM,
       SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[LIST] = "SELECT " COLUMNS "FROM media_variant v WHERE v.original = ?1 AND v.old_seq = 0 "
		"ORDER BY v.crop, v.mime, v.width_px",
	[OF_HASH] = "SELECT " COLUMNS "FROM media_variant v CROSS JOIN media m ON m.hash = v.original "
		"CROSS JOIN media_item i ON i.id = m.item_id WHERE v.hash = ?1 AND v.crop <> 'whole' AND i.trashed_ms IS NULL LIMIT 1",
	[NOTE] = "INSERT INTO media_gone (hash, at_ms) SELECT hash, ?5 FROM media_variant WHERE " THIS " " GOES,
	[PUT] = "INSERT INTO media_variant (original, hash, mime, crop, width_px, height_px, size_b) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (original, crop, mime, width_px, hash) DO UPDATE SET "
		"height_px = excluded.height_px, size_b = excluded.size_b, old_seq = 0",
	[EDITED_GOES] = ("INSERT INTO media_gone (hash, at_ms) SELECT ?2, ?3 FROM media_item WHERE hash = ?1 AND edit <> '' "
		"ON CONFLICT (hash) DO UPDATE SET at_ms = CASE WHEN at_ms < 0 THEN excluded.at_ms ELSE at_ms END"),
	[DROP] = "DELETE FROM media_variant WHERE " THIS,
	[RETIRE] = "UPDATE media_variant SET old_seq = " PUBLIC_SEQ " WHERE " THIS,
	[RETIRE_ALL] = "UPDATE media_variant SET old_seq = " PUBLIC_SEQ " WHERE original = ?1 AND old_seq = 0",
	[OLD] = "SELECT old_seq FROM media_variant WHERE old_seq > 0 ORDER BY old_seq DESC LIMIT 1",
	[NOTE_OLD] = "INSERT INTO media_gone (hash, at_ms) SELECT hash, ?3 FROM media_variant WHERE old_seq > 0 AND old_seq <= ?2 " GOES,
	[DROP_OLD] = "DELETE FROM media_variant WHERE old_seq > 0 AND old_seq <= ?2",
	[NOTE_OLD_OF_ITEM] = "INSERT INTO media_gone (hash, at_ms) SELECT hash, ?3 FROM media_variant WHERE " OLD_OF_ITEM " " GOES,
	[DROP_OLD_OF_ITEM] = "DELETE FROM media_variant WHERE " OLD_OF_ITEM,
};

const struct statements media_variant_statements = { "media_variant.c", sql, SQL__MAX };

static void read_variant(struct db_stmt *st, struct arena *arena, void *item)
{
	struct media_variant *v = item;
	v->original = db_col_dup(st, 0, arena);
	v->hash = db_col_dup(st, 1, arena);
	v->mime = db_col_dup(st, 2, arena);
	v->crop = db_col_dup(st, 3, arena);
	v->width_px = db_col_i64(st, 4);
	v->height_px = db_col_i64(st, 5);
	v->size_b = db_col_i64(st, 6);
}

enum rc media_variant_list(struct db_ro *db, struct str original, struct arena *arena, struct media_variants *out,
			   struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct media_variant);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, original);
	rc = rows_all(st, &rows, read_variant, err);
	if (rc == RC_OK)
		*out = (struct media_variants){ (struct media_variant *)rows.items, rows.count };
	return rc;
}

const struct media_variant *media_variant_near(const struct media_variants *all, int64_t width_px)
{
	const struct media_variant *best = NULL;
	for (size_t i = 0; i < all->count; i++) {
		const struct media_variant *one = &all->items[i];
		if (!str_empty(one->crop))
			continue;
		bool nearer = best && (best->width_px < width_px ? one->width_px > best->width_px
								 : one->width_px >= width_px && one->width_px < best->width_px);
		best = !best || nearer ? one : best;
	}
	return best;
}

enum rc media_variant_of_hash(struct db_ro *db, struct str hash, struct arena *arena, struct media_variant *out,
			      struct err *err)
{
	struct db_stmt *st;
	struct media_variant variant;
	enum rc rc = db_query(db, sql[OF_HASH], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = rows_one(st, "the file", read_variant, arena, &variant, err);
	if (rc == RC_OK)
		*out = variant;
	return rc;
}

static enum rc run_for(struct db_tx *tx, int statement, const struct media_variant *v, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, v->original);
	rows_bind_text(st, 2, v->crop);
	db_bind_str(st, 3, v->mime);
	db_bind_i64(st, 4, v->width_px);
	if (statement == NOTE)
		db_bind_i64(st, 5, now_ms);
	return db_run(st, NULL, err);
}

enum rc media_variant_drop(struct db_tx *tx, const struct media_variant *v, int64_t now_ms, struct err *err)
{
	enum rc rc = run_for(tx, NOTE, v, now_ms, err);
	return rc == RC_OK ? run_for(tx, DROP, v, now_ms, err) : rc;
}

/* The same bytes may be what it has now: they stay. */
static enum rc old_goes(struct db_tx *tx, const struct media_variant *v, int64_t now_ms, struct err *err)
{
	enum rc rc = media_variant_drop(tx, v, now_ms, err);
	return rc == RC_OK ? media_gone_forget(tx, v->hash, err) : rc;
}

enum rc media_variant_put(struct db_tx *tx, const struct media_variant *v, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = old_goes(tx, v, now_ms, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, v->original);
	db_bind_str(st, 2, v->hash);
	db_bind_str(st, 3, v->mime);
	rows_bind_text(st, 4, v->crop);
	db_bind_i64(st, 5, v->width_px);
	db_bind_i64(st, 6, v->height_px);
	db_bind_i64(st, 7, v->size_b);
	return db_run(st, NULL, err);
}

enum rc media_variant_put_clean(struct db_tx *tx, const struct media_variant *clean, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	int64_t edited = 0;
	enum rc rc = db_prepare(tx, sql[EDITED_GOES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, clean->original);
	db_bind_str(st, 2, clean->hash);
	db_bind_i64(st, 3, now_ms);
	rc = db_run(st, &edited, err);
	return rc == RC_OK && !edited ? media_variant_put(tx, clean, now_ms, err) : rc;
}

enum rc media_variant_retire(struct db_tx *tx, const struct media_variant *v, struct err *err)
{
	enum rc rc = site_touch(tx, err);
	return rc == RC_OK ? run_for(tx, RETIRE, v, 0, err) : rc;
}

enum rc media_variant_retire_all(struct db_tx *tx, struct str original, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = site_touch(tx, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[RETIRE_ALL], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, original);
	return db_run(st, NULL, err);
}

enum rc media_variant_old(struct db_ro *db, int64_t *seq, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OLD], &st, err);
	return rc == RC_OK ? rows_i64(st, seq, err) : rc;
}

static enum rc run_old(struct db_tx *tx, int statement, int64_t item_id, int64_t seq, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	if (statement == NOTE_OLD_OF_ITEM || statement == DROP_OLD_OF_ITEM)
		db_bind_i64(st, 1, item_id);
	db_bind_i64(st, 2, seq);
	if (statement == NOTE_OLD || statement == NOTE_OLD_OF_ITEM)
		db_bind_i64(st, 3, now_ms);
	return db_run(st, NULL, err);
}

/* Nobody keeps an answer for what they were beyond it. */
enum rc media_variant_drop_old(struct db_tx *tx, int64_t item_id, int64_t seq, int64_t now_ms, struct err *err)
{
	enum rc rc = run_old(tx, item_id ? NOTE_OLD_OF_ITEM : NOTE_OLD, item_id, seq, now_ms, err);
	if (rc == RC_OK)
		rc = run_old(tx, item_id ? DROP_OLD_OF_ITEM : DROP_OLD, item_id, seq, now_ms, err);
	return rc == RC_OK ? site_touch(tx, err) : rc;
}
