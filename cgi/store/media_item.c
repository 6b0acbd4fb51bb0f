/* media_item.c: media items, and what refers to them. */
#include "base/base.h"
#include "store/media.h"
#include "store/media_item.h"
#include "store/media_words.h"
#include "store/rows.h"

#define QUERY_MAX_B 1024

#define ITEM_COLUMNS "i.id, i.hash, i.kind, i.name, i.alt, i.caption, i.credit, i.focal_x, i.focal_y, i.color, " \
	"i.placeholder, i.state, i.problem, i.user_id, u.name, i.pinned, i.used, i.created_ms, i.updated_ms, " \
	"i.expires_ms, i.trashed_ms, i.trashed_by IS NOT NULL, i.version, m.mime, m.size_b, m.width_px, m.height_px, m.private, " \
	"i.edit, i.width_px, i.height_px "
#define WITH_BLOB "CROSS JOIN media m ON m.hash = i.hash LEFT JOIN user u ON u.id = i.user_id "
/* ?1 is the id to begin below, ?2 the limit, ?3 the kind or "". */
#define BELOW "i.id < ?1 AND (?3 = '' OR i.kind = ?3) ORDER BY i.id DESC LIMIT ?2"
/* Of kinds but pictures, which nearly all files are: a filter that few of a kind pass is looked for among these. */
#define LIST_OF_KIND(where) "SELECT " ITEM_COLUMNS "FROM media_item i INDEXED BY media_item_kind " WITH_BLOB "WHERE " where \
	" AND i.trashed_ms IS NULL AND i.kind = ?3 AND i.id < ?1 ORDER BY i.id DESC LIMIT ?2"
#define LIST(index, where) "SELECT " ITEM_COLUMNS "FROM media_item i INDEXED BY " index " " WITH_BLOB "WHERE " where " AND " BELOW
/* The hashes of an item, ?1, and of its variants. */
#define HASHES "(SELECT b.hash FROM media b WHERE b.item_id = ?1 UNION ALL SELECT v.hash FROM media b " \
	"CROSS JOIN media_variant v ON v.original = b.hash WHERE b.item_id = ?1)"

enum { GET, AFTER, OF_BLOB, OF_VARIANT, ALL, KIND, UNUSED, EXPIRING, KIND_UNUSED, KIND_EXPIRING, NO_ALT, TRASH, FOUND, TAKE, REPLACE_BLOB, DETACH, DETACH_BLOB, STILL_USED, MOVE_BLOB, NOW_USED, REPLACE, SET, SET_ALT,
       SET_STATE, SET_EDIT, SET_SIZE, WAIT, PIN, TRASH_IT, RESTORE, USES, POSTS, WAITING, PROGRESS, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = "SELECT " ITEM_COLUMNS "FROM media_item i " WITH_BLOB "WHERE i.id = ?1",
	[AFTER] = "SELECT " ITEM_COLUMNS "FROM media_item i " WITH_BLOB "WHERE i.id > ?1 AND i.trashed_ms IS NULL "
		"ORDER BY i.id LIMIT ?2",
	[OF_BLOB] = "SELECT " ITEM_COLUMNS "FROM media b CROSS JOIN media_item i ON i.id = b.item_id " WITH_BLOB "WHERE b.hash = ?1",
	[OF_VARIANT] = "SELECT " ITEM_COLUMNS "FROM media_variant v CROSS JOIN media b ON b.hash = v.original "
		"CROSS JOIN media_item i ON i.id = b.item_id " WITH_BLOB "WHERE v.hash = ?1 LIMIT 1",
	[ALL] = "SELECT " ITEM_COLUMNS "FROM media_item i " WITH_BLOB "WHERE i.trashed_ms IS NULL AND " BELOW,
	[KIND] = "SELECT " ITEM_COLUMNS "FROM media_item i INDEXED BY media_item_kind " WITH_BLOB
		"WHERE i.trashed_ms IS NULL AND i.kind = ?3 AND i.id < ?1 ORDER BY i.id DESC LIMIT ?2",
	[UNUSED] = LIST("media_item_unused", "i.used = 0 AND i.trashed_ms IS NULL"),
	[EXPIRING] = LIST("media_item_expiring", "i.expires_ms IS NOT NULL AND i.trashed_ms IS NULL"),
	[KIND_UNUSED] = LIST_OF_KIND("i.used = 0"),
	[KIND_EXPIRING] = LIST_OF_KIND("i.expires_ms IS NOT NULL"),
	[NO_ALT] = LIST("media_item_plain", "i.alt = '' AND i.kind = 'image' AND i.trashed_ms IS NULL"),
	[TRASH] = LIST("media_item_trash", "i.trashed_ms IS NOT NULL"),
	[FOUND] = "SELECT " ITEM_COLUMNS "FROM media_fts word CROSS JOIN media_item i ON i.id = word.rowid " WITH_BLOB
		"WHERE media_fts MATCH ?4 AND word.rowid < ?1 AND (?3 = '' OR i.kind = ?3) AND CASE ?5 WHEN 0 THEN i.trashed_ms IS NULL "
		"WHEN 1 THEN i.used = 0 AND i.trashed_ms IS NULL WHEN 2 THEN i.expires_ms IS NOT NULL AND i.trashed_ms IS NULL "
		"WHEN 3 THEN i.alt = '' AND i.kind = 'image' AND i.trashed_ms IS NULL ELSE i.trashed_ms IS NOT NULL END "
		"ORDER BY word.rowid DESC LIMIT ?2",
	[TAKE] = "UPDATE media_item SET name = CASE WHEN trashed_ms IS NULL AND user_id IS NOT NULL THEN name ELSE ?2 END, "
		"user_id = coalesce(user_id, ?3), pinned = max(pinned, ?4), "
		"expires_ms = CASE WHEN used = 1 OR pinned = 1 OR ?4 = 1 THEN NULL ELSE ?5 END, "
		"trashed_ms = NULL, trashed_by = NULL, updated_ms = ?6 "
		"WHERE id = (SELECT item_id FROM media WHERE hash = ?1)",
	[REPLACE_BLOB] = "INSERT INTO media (hash, name, mime, size_b, width_px, height_px, created_ms, item_id, private) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (hash) DO UPDATE SET name = excluded.name, "
		"mime = excluded.mime, private = max(private, excluded.private) WHERE item_id = excluded.item_id",
	/* As the trigger media_new has it (schema/0017_media.sql). */
	[DETACH] = "INSERT INTO media_item (hash, kind, name, state, pinned, created_ms, updated_ms, expires_ms) "
		"SELECT hash, ?2, name, ?3, 0, ?4, ?4, NULL FROM media WHERE hash = ?1",
	[DETACH_BLOB] = "UPDATE media SET item_id = (SELECT id FROM media_item WHERE hash = ?1) WHERE hash = ?1",
	[STILL_USED] = "UPDATE media_item SET used = 0 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM media_use WHERE hash IN " HASHES ")",
	[MOVE_BLOB] = "UPDATE media SET item_id = ?2 WHERE hash = ?1",
	[NOW_USED] = "UPDATE media_item SET used = 1, expires_ms = NULL WHERE id = ?1 AND EXISTS (SELECT 1 FROM media_use WHERE hash IN " HASHES ")",
	[REPLACE] = "UPDATE media_item SET hash = ?2, kind = ?3, state = ?4, problem = '', color = '', placeholder = '', "
		"focal_x = 500, focal_y = 500, edit = '', width_px = 0, height_px = 0, updated_ms = ?5, version = version + 1 WHERE id = ?1",
	[SET] = "UPDATE media_item SET name = ?3, alt = ?4, caption = ?5, credit = ?6, focal_x = ?7, focal_y = ?8, "
		"updated_ms = ?9, version = version + 1 WHERE id = ?1 AND version = ?2",
	[SET_ALT] = "UPDATE media_item SET alt = ?2, updated_ms = ?3, version = version + 1 WHERE id = ?1",
	[SET_STATE] = "UPDATE media_item SET state = ?2, problem = ?3, color = ?4, placeholder = ?5 WHERE id = ?1",
	[SET_EDIT] = "UPDATE media_item SET edit = ?3, focal_x = ?4, focal_y = ?5, state = 'waiting', problem = '', updated_ms = ?6, "
		"version = version + 1 WHERE id = ?1 AND version = ?2",
	[SET_SIZE] = "UPDATE media_item SET width_px = ?2, height_px = ?3 WHERE id = ?1",
	[WAIT] = "UPDATE media_item SET state = 'waiting' WHERE id = ?1 AND state IN ('ready', 'failed')",
	[PIN] = "UPDATE media_item SET pinned = ?2, expires_ms = CASE WHEN ?2 = 1 OR used = 1 THEN NULL ELSE ?3 END, "
		"updated_ms = ?4, version = version + 1 WHERE id = ?1",
	[TRASH_IT] = "UPDATE media_item SET trashed_ms = ?2, trashed_by = ?3, version = version + 1 "
		"WHERE id = ?1 AND trashed_ms IS NULL",
	[RESTORE] = "UPDATE media_item SET trashed_ms = NULL, trashed_by = NULL, version = version + 1, "
		"expires_ms = CASE WHEN used = 1 OR pinned = 1 THEN NULL ELSE ?2 END WHERE id = ?1 AND trashed_ms IS NOT NULL",
	[USES] = "SELECT kind, min(owner), coalesce(title, ''), coalesce(public_id, ''), coalesce(post_id, 0) FROM ("
		"SELECT CASE w.kind WHEN 'post_head' THEN 'post' ELSE w.kind END AS kind, "
		"CASE WHEN p.id IS NULL THEN w.owner ELSE '' END AS owner, p.public_id, p.id AS post_id, "
		"coalesce(p.title, a.title, t.name, s.name) AS title FROM "
		"(SELECT kind, owner FROM media_use WHERE hash IN " HASHES " LIMIT 1000) w "
		"LEFT JOIN autosave a ON w.kind = 'autosave' AND a.id = CAST(w.owner AS INTEGER) "
		"LEFT JOIN revision r ON w.kind = 'revision' AND r.id = CAST(w.owner AS INTEGER) "
		"LEFT JOIN post p ON p.id = CASE w.kind WHEN 'post' THEN CAST(w.owner AS INTEGER) "
			"WHEN 'post_head' THEN CAST(w.owner AS INTEGER) WHEN 'autosave' THEN a.post_id ELSE r.post_id END "
		"LEFT JOIN tag t ON w.kind = 'tag' AND t.id = CAST(w.owner AS INTEGER) "
		"LEFT JOIN user s ON w.kind = 'user' AND s.id = CAST(w.owner AS INTEGER)) "
		"GROUP BY kind, public_id, title, CASE WHEN public_id IS NULL THEN owner END "
		"ORDER BY kind <> 'post', kind, title",
	[POSTS] = "SELECT DISTINCT CAST(owner AS INTEGER) FROM media_use WHERE hash IN " HASHES
		" AND kind IN ('post', 'post_head') AND CAST(owner AS INTEGER) > ?2 ORDER BY 1",
	[WAITING] = "SELECT id FROM media_item INDEXED BY media_item_waiting WHERE kind = 'image' AND trashed_ms IS NULL "
		"AND state = 'waiting' AND id > ?1 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = ?2 "
		"AND j.unique_key = CAST(media_item.id AS TEXT) AND j.due_ms IS NOT NULL) ORDER BY id LIMIT ?3",
	/* All of them are counted only while some wait. */
	[PROGRESS] = "SELECT w.n, CASE WHEN w.n = 0 THEN 0 ELSE (SELECT count(*) FROM (SELECT 1 FROM media_item "
		"INDEXED BY media_item_kind WHERE trashed_ms IS NULL AND kind = 'image' LIMIT ?1)) END "
		"FROM (SELECT count(*) AS n FROM (SELECT 1 FROM media_item INDEXED BY media_item_waiting "
		"WHERE kind = 'image' AND trashed_ms IS NULL AND state = 'waiting' LIMIT ?1)) w",
};

const struct statements media_item_statements = { "media_item.c", sql, SQL__MAX };

static void read_item(struct db_stmt *st, struct arena *arena, void *item)
{
	struct media_item *i = item;
	struct str *texts[] = { &i->hash, &i->kind, &i->name, &i->alt, &i->caption, &i->credit };
	struct str *more[] = { &i->color, &i->placeholder, &i->state, &i->problem };
	i->id = db_col_i64(st, 0);
	for (size_t n = 0; n < COUNT_OF(texts); n++)
		*texts[n] = db_col_dup(st, 1 + (int)n, arena);
	i->focal_x = db_col_i64(st, 7);
	i->focal_y = db_col_i64(st, 8);
	for (size_t n = 0; n < COUNT_OF(more); n++)
		*more[n] = db_col_dup(st, 9 + (int)n, arena);
	i->user_id = db_col_i64(st, 13);
	i->user_name = str_or_empty(db_col_dup(st, 14, arena));
	i->pinned = db_col_i64(st, 15) != 0;
	i->used = db_col_i64(st, 16) != 0;
	i->created_ms = db_col_i64(st, 17);
	i->updated_ms = db_col_i64(st, 18);
	i->expires_ms = db_col_i64(st, 19);
	i->trashed_ms = db_col_i64(st, 20);
	i->trashed_by_hand = db_col_i64(st, 21) != 0;
	i->version = db_col_i64(st, 22);
	i->mime = db_col_dup(st, 23, arena);
	i->size_b = db_col_i64(st, 24);
	i->own_width_px = db_col_i64(st, 25);
	i->own_height_px = db_col_i64(st, 26);
	i->private_bytes = db_col_i64(st, 27) != 0;
	i->edit = db_col_dup(st, 28, arena);
	i->width_px = db_col_i64(st, 29) ? db_col_i64(st, 29) : i->own_width_px;
	i->height_px = db_col_i64(st, 30) ? db_col_i64(st, 30) : i->own_height_px;
}

static enum rc read_one(struct db_stmt *st, struct arena *arena, struct media_item *out, struct err *err)
{
	struct media_item item;
	enum rc rc = rows_one(st, "the file", read_item, arena, &item, err);
	if (rc == RC_OK)
		*out = item;
	return rc;
}

enum rc media_item_get(struct db_ro *db, int64_t id, struct arena *arena, struct media_item *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return read_one(st, arena, out, err);
}

static enum rc by_hash(struct db_ro *db, int statement, struct str hash, struct arena *arena, struct media_item *out,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	return read_one(st, arena, out, err);
}

enum rc media_item_of_blob(struct db_ro *db, struct str hash, struct arena *arena, struct media_item *out,
			   struct err *err)
{
	return by_hash(db, OF_BLOB, hash, arena, out, err);
}

enum rc media_item_of_hash(struct db_ro *db, struct str hash, struct arena *arena, struct media_item *out,
			   struct err *err)
{
	struct err none = ERR_INIT;
	enum rc rc = media_item_of_blob(db, hash, arena, out, &none);
	if (rc == RC_NOTFOUND)
		return by_hash(db, OF_VARIANT, hash, arena, out, err);
	return rc == RC_OK ? rc : err_set(err, rc, "%s", none.msg);
}

enum rc media_item_after(struct db_ro *db, int64_t after_id, int64_t limit, struct arena *arena, struct media_items *out,
			 struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct media_item);
	enum rc rc = db_query(db, sql[AFTER], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, after_id);
	db_bind_i64(st, 2, rows_limit(limit, MEDIA_ITEMS_MAX));
	rc = rows_all(st, &rows, read_item, err);
	if (rc == RC_OK)
		*out = (struct media_items){ (struct media_item *)rows.items, rows.count };
	return rc;
}

/* Each word in quotation marks, so that nothing of it is the index's own language. */
static void match_words(struct str text, struct buf *out)
{
	bool inside = false;
	for (size_t i = 0; i < text.n; i++) {
		bool blank = (unsigned char)text.p[i] <= 0x20 || text.p[i] == '"';
		if (!blank && !inside)
			buf_str(out, STR("\""));
		if (blank && inside)
			buf_str(out, STR("\"* "));
		if (!blank)
			buf_char(out, text.p[i]);
		inside = !blank;
	}
	if (inside)
		buf_str(out, STR("\"*"));
}

static int list_statement(const struct media_query *query, bool has_words)
{
	static const int lists[MEDIA_SHOW__MAX] = {
		[MEDIA_ALL] = ALL, [MEDIA_UNUSED] = UNUSED, [MEDIA_EXPIRING] = EXPIRING, [MEDIA_NO_ALT] = NO_ALT,
		[MEDIA_TRASH] = TRASH,
	};
	bool rare = !str_empty(query->kind) && !str_is(query->kind, "image");
	if (has_words)
		return FOUND;
	if (rare && (query->show == MEDIA_UNUSED || query->show == MEDIA_EXPIRING))
		return query->show == MEDIA_UNUSED ? KIND_UNUSED : KIND_EXPIRING;
	return query->show == MEDIA_ALL && !str_empty(query->kind) ? KIND : lists[query->show];
}

enum rc media_item_find(struct db_ro *db, const struct media_query *query, struct arena *arena, struct media_items *out,
			struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct media_item);
	struct buf words = BUF_INIT(QUERY_MAX_B);
	if (query->show == MEDIA_NO_ALT && !str_empty(query->kind) && !str_is(query->kind, "image")) {
		*out = (struct media_items){ NULL, 0 }; /* only pictures can lack them */
		return RC_OK;
	}
	match_words(query->text, &words);
	int statement = list_statement(query, words.len > 0);
	enum rc rc = buf_status(&words, "the search", err);
	if (rc == RC_OK)
		rc = db_query(db, sql[statement], &st, err);
	if (rc == RC_OK) {
		db_bind_i64(st, 1, query->before_id > 0 ? query->before_id : INT64_MAX);
		db_bind_i64(st, 2, rows_limit(query->limit, MEDIA_ITEMS_MAX + 1));
		rows_bind_text(st, 3, query->kind);
		if (statement == FOUND) {
			db_bind_str(st, 4, buf_view(&words));
			db_bind_i64(st, 5, query->show);
		}
		rc = rows_all(st, &rows, read_item, err);
	}
	buf_release(&words);
	if (rc == RC_OK)
		*out = (struct media_items){ (struct media_item *)rows.items, rows.count };
	return rc;
}

enum rc media_item_take(struct db_tx *tx, struct str hash, struct str name, int64_t user_id, bool pinned,
			int64_t expires_ms, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TAKE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rows_bind_text(st, 2, name);
	rows_bind_nonzero(st, 3, user_id);
	db_bind_i64(st, 4, pinned);
	rows_bind_nonzero(st, 5, expires_ms);
	db_bind_i64(st, 6, now_ms);
	rc = rows_touch(st, "the file", err);
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_item_replace(struct db_tx *tx, int64_t id, const struct media *media, struct str kind, const char *state,
			   struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[REPLACE_BLOB], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, media->hash);
	rows_bind_text(st, 2, media->name);
	rows_bind_text(st, 3, media->mime);
	db_bind_i64(st, 4, media->size_b);
	db_bind_i64(st, 5, media->width_px);
	db_bind_i64(st, 6, media->height_px);
	db_bind_i64(st, 7, media->created_ms);
	db_bind_i64(st, 8, id);
	db_bind_i64(st, 9, media->private_bytes);
	int64_t put = 0;
	rc = db_run(st, &put, err);
	if (rc == RC_OK && !put)
		rc = err_set(err, RC_EXISTS, "these bytes are in the library already");
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[REPLACE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_str(st, 2, media->hash);
	db_bind_str(st, 3, kind);
	db_bind_str(st, 4, str_of(state));
	db_bind_i64(st, 5, media->created_ms);
	return rows_touch(st, "the file", err);
}

enum rc media_item_detach(struct db_tx *tx, struct str hash, int64_t from, struct str kind, const char *state, int64_t now_ms,
			  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DETACH], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	db_bind_str(st, 2, kind);
	db_bind_str(st, 3, str_of(state));
	db_bind_i64(st, 4, now_ms);
	rc = rows_touch(st, "the file", err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[DETACH_BLOB], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = rows_touch(st, "the file", err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[STILL_USED], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, from);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_item_move(struct db_tx *tx, struct str hash, int64_t from, int64_t to, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[MOVE_BLOB], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	db_bind_i64(st, 2, to);
	rc = rows_touch(st, "the file", err);
	if (rc == RC_OK)
		rc = rows_run_for(tx, sql[STILL_USED], from, err);
	return rc == RC_OK ? rows_run_for(tx, sql[NOW_USED], to, err) : rc;
}

enum rc media_item_set(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, item->id);
	db_bind_i64(st, 2, item->version);
	rows_bind_text(st, 3, item->name);
	rows_bind_text(st, 4, item->alt);
	rows_bind_text(st, 5, item->caption);
	rows_bind_text(st, 6, item->credit);
	db_bind_i64(st, 7, item->focal_x);
	db_bind_i64(st, 8, item->focal_y);
	db_bind_i64(st, 9, now_ms);
	rc = rows_touch(st, "the file", err);
	if (rc == RC_NOTFOUND)
		return err_set(err, RC_CONFLICT, "the file was changed meanwhile");
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_item_set_alt(struct db_tx *tx, int64_t id, struct str alt, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_ALT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rows_bind_text(st, 2, alt);
	db_bind_i64(st, 3, now_ms);
	rc = rows_touch(st, "the file", err);
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_item_set_state(struct db_tx *tx, int64_t id, const char *state, struct str problem, struct str color,
			     struct str placeholder, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_STATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_str(st, 2, str_of(state));
	rows_bind_text(st, 3, problem);
	rows_bind_text(st, 4, color);
	rows_bind_text(st, 5, placeholder);
	return rows_touch(st, "the file", err);
}

enum rc media_item_set_edit(struct db_tx *tx, const struct media_item *item, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_EDIT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, item->id);
	db_bind_i64(st, 2, item->version);
	rows_bind_text(st, 3, item->edit);
	db_bind_i64(st, 4, item->focal_x);
	db_bind_i64(st, 5, item->focal_y);
	db_bind_i64(st, 6, now_ms);
	rc = rows_touch(st, "the file", err);
	return rc == RC_NOTFOUND ? err_set(err, RC_CONFLICT, "the file was changed meanwhile") : rc;
}

enum rc media_item_set_size(struct db_tx *tx, int64_t id, int64_t width_px, int64_t height_px, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SET_SIZE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, width_px);
	db_bind_i64(st, 3, height_px);
	return rows_touch(st, "the file", err);
}

enum rc media_item_wait(struct db_tx *tx, int64_t id, struct err *err)
{
	return rows_run_for(tx, sql[WAIT], id, err);
}

enum rc media_item_pin(struct db_tx *tx, int64_t id, bool pinned, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PIN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, pinned);
	db_bind_i64(st, 3, now_ms + MEDIA_EXPIRY_MS);
	db_bind_i64(st, 4, now_ms);
	return rows_touch(st, "the file", err);
}

enum rc media_item_trash(struct db_tx *tx, int64_t id, int64_t user_id, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TRASH_IT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	rows_bind_nonzero(st, 3, user_id);
	return rows_touch(st, "the file", err);
}

enum rc media_item_restore(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[RESTORE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms + MEDIA_EXPIRY_MS);
	return rows_touch(st, "the file", err);
}

static void read_use(struct db_stmt *st, struct arena *arena, void *item)
{
	struct media_use *use = item;
	use->kind = db_col_dup(st, 0, arena);
	use->owner = db_col_dup(st, 1, arena);
	use->title = db_col_dup(st, 2, arena);
	use->post = db_col_dup(st, 3, arena);
	use->post_id = db_col_i64(st, 4);
}

enum rc media_item_uses(struct db_ro *db, int64_t id, struct arena *arena, struct media_uses *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct media_use);
	enum rc rc = db_query(db, sql[USES], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	rc = rows_all(st, &rows, read_use, err);
	if (rc == RC_OK)
		*out = (struct media_uses){ (struct media_use *)rows.items,
					    rows.count < MEDIA_USES_MAX ? rows.count : MEDIA_USES_MAX };
	return rc;
}

static void read_id(struct db_stmt *st, struct arena *arena, void *item)
{
	(void)arena;
	*(int64_t *)item = db_col_i64(st, 0);
}

enum rc media_item_posts(struct db_ro *db, int64_t id, int64_t after, int64_t limit, struct arena *arena, int64_t **out,
			 size_t *count, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, int64_t);
	enum rc rc = db_query(db, sql[POSTS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, after);
	rc = rows_all(st, &rows, read_id, err);
	if (rc != RC_OK)
		return rc;
	*out = (int64_t *)rows.items;
	*count = rows.count < (size_t)limit ? rows.count : (size_t)limit;
	return RC_OK;
}

enum rc media_item_waiting(struct db_ro *db, struct str job_kind, int64_t after, int64_t limit, struct arena *arena,
			   int64_t **out, size_t *count, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, int64_t);
	enum rc rc = db_query(db, sql[WAITING], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, after);
	db_bind_str(st, 2, job_kind);
	db_bind_i64(st, 3, rows_limit(limit, MEDIA_ITEMS_MAX));
	rc = rows_all(st, &rows, read_id, err);
	if (rc != RC_OK)
		return rc;
	*out = (int64_t *)rows.items;
	*count = rows.count;
	return RC_OK;
}

static void read_progress(struct db_stmt *st, struct arena *arena, void *item)
{
	int64_t *counts = item;
	(void)arena;
	counts[0] = db_col_i64(st, 0);
	counts[1] = db_col_i64(st, 1);
}

enum rc media_item_progress(struct db_ro *db, int64_t *waiting, int64_t *all, struct err *err)
{
	struct db_stmt *st;
	int64_t counts[2] = { 0, 0 };
	enum rc rc = db_query(db, sql[PROGRESS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, MEDIA_PROGRESS_MAX + 1);
	rc = rows_one(st, "the progress", read_progress, NULL, counts, err);
	if (rc != RC_OK)
		return rc;
	*waiting = counts[0];
	*all = counts[1];
	return RC_OK;
}
