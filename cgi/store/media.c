/* media.c: content-addressed files and which posts refer to them. */
#include "base/base.h"
#include "store/media.h"
#include "store/media_gone.h"
#include "store/media_words.h"
#include "store/rows.h"

#define MEDIA_LIST_MAX 1000
#define MEDIA_COLUMNS "m.hash, m.name, m.mime, m.size_b, m.width_px, m.height_px, m.pinned, m.created_ms, m.expires_ms, " \
	"m.item_id, m.private"

enum { GET, PUT, HIDE, LIST, REF_CLEAR, REF_PUT, OF_POST, REF_COUNT, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = "SELECT " MEDIA_COLUMNS " FROM media m WHERE m.hash = ?1",
	[PUT] = "INSERT INTO media (hash, name, mime, size_b, width_px, height_px, pinned, created_ms, expires_ms, "
		"private) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (hash) DO UPDATE SET "
		"name = excluded.name, mime = excluded.mime, size_b = excluded.size_b, "
		"width_px = CASE excluded.width_px WHEN 0 THEN width_px ELSE excluded.width_px END, "
		"height_px = CASE excluded.height_px WHEN 0 THEN height_px ELSE excluded.height_px END, "
		"pinned = max(pinned, excluded.pinned), "
		"expires_ms = CASE WHEN excluded.expires_ms IS NULL THEN NULL ELSE expires_ms END, "
		"private = max(private, excluded.private)",
	[HIDE] = "UPDATE media SET private = 1 WHERE hash = ?1 AND private = 0",
	[LIST] = "SELECT " MEDIA_COLUMNS " FROM media m WHERE (m.created_ms, m.hash) < (?1, ?2) "
		"ORDER BY m.created_ms DESC, m.hash DESC LIMIT ?3",
	[REF_CLEAR] = "DELETE FROM media_ref WHERE post_id = ?1",
	[REF_PUT] = "INSERT INTO media_ref (post_id, hash) SELECT ?1, hash FROM media WHERE hash = ?2 "
		"ON CONFLICT (post_id, hash) DO NOTHING",
	[OF_POST] = "SELECT " MEDIA_COLUMNS " FROM media_ref r CROSS JOIN media m ON m.hash = r.hash "
		"WHERE r.post_id = ?1 ORDER BY r.hash",
	[REF_COUNT] = "SELECT count(*) FROM media_ref WHERE hash = ?1",
};

const struct statements media_statements = { "media.c", sql, SQL__MAX };

static void read_media(struct db_stmt *st, struct arena *arena, void *item)
{
	struct media *media = item;
	media->hash = db_col_dup(st, 0, arena);
	media->name = db_col_dup(st, 1, arena);
	media->mime = db_col_dup(st, 2, arena);
	media->size_b = db_col_i64(st, 3);
	media->width_px = db_col_i64(st, 4);
	media->height_px = db_col_i64(st, 5);
	media->pinned = db_col_i64(st, 6) != 0;
	media->created_ms = db_col_i64(st, 7);
	media->expires_ms = db_col_i64(st, 8);
	media->item_id = db_col_i64(st, 9);
	media->private_bytes = db_col_i64(st, 10) != 0;
}

static enum rc read_all(struct db_stmt *st, struct arena *arena, struct medias *out, struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct media);
	enum rc rc = rows_all(st, &rows, read_media, err);
	if (rc == RC_OK)
		*out = (struct medias){ (struct media *)rows.items, rows.count };
	return rc;
}

enum rc media_get(struct db_ro *db, struct str hash, struct arena *arena, struct media *out, struct err *err)
{
	struct db_stmt *st;
	struct media media;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = rows_one(st, "the file", read_media, arena, &media, err);
	if (rc == RC_OK)
		*out = media;
	return rc;
}

enum rc media_put(struct db_tx *tx, const struct media *media, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, media->hash);
	rows_bind_text(st, 2, media->name);
	rows_bind_text(st, 3, media->mime);
	db_bind_i64(st, 4, media->size_b);
	db_bind_i64(st, 5, media->width_px);
	db_bind_i64(st, 6, media->height_px);
	db_bind_i64(st, 7, media->pinned);
	db_bind_i64(st, 8, media->created_ms);
	rows_bind_nonzero(st, 9, media->expires_ms);
	db_bind_i64(st, 10, media->private_bytes);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		rc = media_gone_forget(tx, media->hash, err);
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_hide(struct db_tx *tx, struct str hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[HIDE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	return db_run(st, NULL, err);
}

enum rc media_list(struct db_ro *db, int64_t before_ms, struct str before_hash, int64_t limit, struct arena *arena,
		   struct medias *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, before_ms);
	rows_bind_text(st, 2, before_hash);
	db_bind_i64(st, 3, rows_limit(limit, MEDIA_LIST_MAX));
	return read_all(st, arena, out, err);
}

enum rc media_set_refs(struct db_tx *tx, int64_t post_id, const struct str *hashes, size_t count,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[REF_CLEAR], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = db_run(st, NULL, err);
	for (size_t i = 0; rc == RC_OK && i < count; i++) {
		rc = db_prepare(tx, sql[REF_PUT], &st, err);
		if (rc != RC_OK)
			break;
		db_bind_i64(st, 1, post_id);
		db_bind_str(st, 2, hashes[i]);
		rc = db_run(st, NULL, err);
	}
	return rc;
}

enum rc media_list_of_post(struct db_ro *db, int64_t post_id, struct arena *arena, struct medias *out,
			   struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[OF_POST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	return read_all(st, arena, out, err);
}

enum rc media_ref_count(struct db_ro *db, struct str hash, int64_t *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[REF_COUNT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	return rows_i64(st, out, err);
}
