/* media_gone.c: items that nobody needs any more, and their blobs until they are out of the store. */
#include "base/base.h"
#include "store/media_gone.h"
#include "store/media_item.h"
#include "store/media_words.h"
#include "store/rows.h"

#define LIST_MAX 1000
#define IDLE "media_item INDEXED BY media_item_idle WHERE used = 0 AND pinned = 0 AND expires_ms IS NULL AND trashed_ms IS NULL"
#define EXPIRED "media_item INDEXED BY media_item_expiry WHERE expires_ms < ?1 AND expires_ms IS NOT NULL " \
	"AND trashed_ms IS NULL AND used = 0 AND pinned = 0"
#define OVER "media_item INDEXED BY media_item_trashed WHERE trashed_ms < ?1 AND trashed_ms IS NOT NULL AND used = 0"
/* media_gone.at_ms: when it was noted; 0: it is going; below 0: when it was removed, negative. */
#define OLD_OR_OPEN "at_ms > -(?1 - 86400000)"
#define NOTE_AGAIN "ON CONFLICT (hash) DO UPDATE SET at_ms = excluded.at_ms WHERE media_gone.at_ms < 0"
#define KNOWN "(SELECT 1 FROM media WHERE hash = ?1 UNION ALL SELECT 1 FROM media_variant WHERE hash = ?1)"

enum { DATE, TRASH, DUE, NEXT, NOTE, NOTE_VARIANTS, NOTE_BLOBS, DROP_ITEM, DROP_BLOBS, BLOBS, LIST, BEGIN, END, STAY, FORGET, TIDY,
       IS_KNOWN, AT, HASHES,
       DANGLING, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[DATE] = "UPDATE media_item SET expires_ms = ?1 WHERE id IN (SELECT id FROM " IDLE " LIMIT ?2)",
	[TRASH] = "UPDATE media_item SET trashed_ms = ?1, trashed_by = NULL, version = version + 1 "
		"WHERE id IN (SELECT id FROM " EXPIRED " LIMIT ?2)",
	[DUE] = "SELECT EXISTS (SELECT 1 FROM " IDLE " AND id > 0) OR EXISTS (SELECT 1 FROM " EXPIRED ") OR EXISTS "
		"(SELECT 1 FROM media_item INDEXED BY media_item_trashed WHERE trashed_ms < ?2 AND trashed_ms IS NOT NULL AND used = 0) "
		"OR EXISTS (SELECT 1 FROM media_gone WHERE hash > '' AND " OLD_OR_OPEN ")",
	[NEXT] = "SELECT id FROM " OVER " LIMIT 1",
	[NOTE] = "INSERT INTO media_gone (hash, at_ms) SELECT ?1, ?2 WHERE NOT EXISTS " KNOWN " " NOTE_AGAIN,
	[NOTE_VARIANTS] = "INSERT INTO media_gone (hash, at_ms) SELECT v.hash, ?2 FROM media m CROSS JOIN media_variant v "
		"ON v.original = m.hash WHERE m.item_id = ?1 AND true " NOTE_AGAIN,
	[NOTE_BLOBS] = "INSERT INTO media_gone (hash, at_ms) SELECT hash, ?2 FROM media WHERE item_id = ?1 AND true " NOTE_AGAIN,
	[BLOBS] = "SELECT hash FROM media WHERE item_id = ?1",
	[DROP_ITEM] = "DELETE FROM media_item WHERE id = ?1",
	[DROP_BLOBS] = "DELETE FROM media WHERE hash = ?1",
	[LIST] = "SELECT hash FROM media_gone WHERE hash > ?1 AND at_ms >= 0 ORDER BY hash LIMIT ?2",
	[BEGIN] = "UPDATE media_gone SET at_ms = 0 WHERE hash = ?1 AND at_ms >= 0 AND NOT EXISTS " KNOWN,
	[END] = "UPDATE media_gone SET at_ms = -max(?2, 1) WHERE hash = ?1 AND at_ms = 0",
	[STAY] = "UPDATE media_gone SET at_ms = max(?2, 1) WHERE hash = ?1 AND at_ms = 0",
	[FORGET] = "DELETE FROM media_gone WHERE hash = ?1 AND at_ms <> 0",
	[TIDY] = "DELETE FROM media_gone WHERE hash > '' AND at_ms < 0 AND " OLD_OR_OPEN,
	[IS_KNOWN] = "SELECT EXISTS " KNOWN,
	[AT] = "SELECT at_ms FROM media_gone WHERE hash = ?1",
	[HASHES] = "SELECT hash FROM media WHERE hash > ?1 UNION SELECT hash FROM media_variant WHERE hash > ?1 ORDER BY 1",
	[DANGLING] = "SELECT DISTINCT u.hash FROM media_use u WHERE u.hash > '' AND NOT EXISTS (SELECT 1 FROM media m WHERE m.hash = u.hash) "
		"AND NOT EXISTS (SELECT 1 FROM media_variant v WHERE v.hash = u.hash) ORDER BY u.hash",
};

const struct statements media_gone_statements = { "media_gone.c", sql, SQL__MAX };

static enum rc run(struct db_tx *tx, int statement, int64_t first, int64_t second, int64_t *changes, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, first);
	db_bind_i64(st, 2, second);
	return db_run(st, changes, err);
}

enum rc media_expire(struct db_tx *tx, int64_t now_ms, int64_t limit, int64_t *dated, int64_t *trashed, struct err *err)
{
	enum rc rc = run(tx, DATE, now_ms + MEDIA_EXPIRY_MS, limit, dated, err);
	return rc == RC_OK ? run(tx, TRASH, now_ms, limit, trashed, err) : rc;
}

enum rc media_gone_due(struct db_ro *db, int64_t now_ms, bool *due, struct err *err)
{
	struct db_stmt *st;
	int64_t found = 0;
	enum rc rc = db_query(db, sql[DUE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	db_bind_i64(st, 2, now_ms - MEDIA_TRASH_MS);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK)
		*due = found != 0;
	return rc;
}

enum rc media_gone_over(struct db_ro *db, int64_t now_ms, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[NEXT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms - MEDIA_TRASH_MS);
	return rows_i64(st, id, err);
}

static void read_hash(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct str *)item = db_col_dup(st, 0, arena);
}

static enum rc read_hashes(struct db_stmt *st, size_t max, struct arena *arena, struct str **out, size_t *count,
			   struct err *err)
{
	struct rows rows = ROWS_INIT(arena, struct str);
	bool row = true;
	enum rc rc = RC_OK;
	while (rc == RC_OK && rows.count < max && (rc = db_step(st, &row, err)) == RC_OK && row) {
		void *item;
		rc = rows_add(&rows, &item, err);
		if (rc == RC_OK)
			read_hash(st, arena, item);
	}
	db_done(st);
	if (rc != RC_OK)
		return rc;
	*out = (struct str *)rows.items;
	*count = rows.count;
	return RC_OK;
}

static enum rc run_hash(struct db_tx *tx, int statement, struct str hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	return db_run(st, NULL, err);
}

/* The item first: its column is what keeps the blob's row. */
enum rc media_gone_item(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	struct arena arena;
	struct str *hashes = NULL;
	size_t count = 0;
	arena_init(&arena, 1 << 20);
	enum rc rc = run(tx, NOTE_VARIANTS, id, now_ms, NULL, err);
	if (rc == RC_OK)
		rc = run(tx, NOTE_BLOBS, id, now_ms, NULL, err);
	if (rc == RC_OK)
		rc = db_query(db_tx_ro(tx), sql[BLOBS], &st, err);
	if (rc == RC_OK) {
		db_bind_i64(st, 1, id);
		rc = read_hashes(st, LIST_MAX, &arena, &hashes, &count, err);
	}
	if (rc == RC_OK)
		rc = rows_run_for(tx, sql[DROP_ITEM], id, err);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = run_hash(tx, DROP_BLOBS, hashes[i], err);
	arena_release(&arena);
	return rc == RC_OK ? media_words_keep_up(tx, err) : rc;
}

enum rc media_gone_list(struct db_ro *db, struct str after, int64_t limit, struct arena *arena, struct str **out, size_t *count,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	rows_bind_text(st, 1, after);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	return read_hashes(st, LIST_MAX, arena, out, count, err);
}

static enum rc ask(struct db_ro *db, int statement, struct str hash, bool *out, struct err *err)
{
	struct db_stmt *st;
	int64_t found = 0;
	enum rc rc = db_query(db, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = rows_i64(st, &found, err);
	if (rc == RC_OK)
		*out = found != 0;
	return rc;
}

enum rc media_gone_state(struct db_ro *db, struct str hash, enum media_gone_state *out, struct err *err)
{
	struct db_stmt *st;
	bool row = false;
	enum rc rc = db_query(db, sql[AT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = db_step(st, &row, err);
	int64_t at_ms = rc == RC_OK && row ? db_col_i64(st, 0) : 1;
	db_done(st);
	if (rc == RC_OK)
		*out = !row ? MEDIA_GONE_NOT : at_ms > 0 ? MEDIA_GONE_NOTED : at_ms == 0 ? MEDIA_GONE_GOING : MEDIA_GONE_REMOVED;
	return rc;
}

enum rc media_gone_begin(struct db_tx *tx, struct str hash, bool *may_go, struct err *err)
{
	struct db_stmt *st;
	int64_t changes = 0;
	enum rc rc = db_prepare(tx, sql[BEGIN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	rc = db_run(st, &changes, err);
	if (rc != RC_OK)
		return rc;
	*may_go = changes > 0;
	return *may_go ? RC_OK : media_gone_forget(tx, hash, err);
}

static enum rc mark(struct db_tx *tx, int statement, struct str hash, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, hash);
	db_bind_i64(st, 2, now_ms);
	return db_run(st, NULL, err);
}

enum rc media_gone_end(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err)
{
	return mark(tx, END, hash, now_ms, err);
}

enum rc media_gone_note(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err)
{
	return mark(tx, NOTE, hash, now_ms, err);
}

enum rc media_gone_stay(struct db_tx *tx, struct str hash, int64_t now_ms, struct err *err)
{
	return mark(tx, STAY, hash, now_ms, err);
}

enum rc media_gone_forget(struct db_tx *tx, struct str hash, struct err *err)
{
	enum media_gone_state state;
	enum rc rc = media_gone_state(db_tx_ro(tx), hash, &state, err);
	if (rc != RC_OK || state == MEDIA_GONE_NOT)
		return rc;
	if (state == MEDIA_GONE_GOING)
		return err_set(err, RC_CONFLICT, "the same bytes are just being removed");
	return run_hash(tx, FORGET, hash, err);
}

enum rc media_gone_tidy(struct db_tx *tx, int64_t now_ms, struct err *err)
{
	return rows_run_for(tx, sql[TIDY], now_ms, err);
}

enum rc media_is_known(struct db_ro *db, struct str hash, bool *known, struct err *err)
{
	return ask(db, IS_KNOWN, hash, known, err);
}

enum rc media_hashes(struct db_ro *db, struct str after, int64_t limit, struct arena *arena, struct str **out,
		     size_t *count, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[HASHES], &st, err);
	if (rc != RC_OK)
		return rc;
	rows_bind_text(st, 1, after);
	return read_hashes(st, (size_t)rows_limit(limit, LIST_MAX), arena, out, count, err);
}

enum rc media_dangling(struct db_ro *db, int64_t limit, struct arena *arena, struct str **out, size_t *count,
		       struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[DANGLING], &st, err);
	if (rc != RC_OK)
		return rc;
	return read_hashes(st, (size_t)rows_limit(limit, LIST_MAX), arena, out, count, err);
}
