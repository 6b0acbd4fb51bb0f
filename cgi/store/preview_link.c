/* preview_link.c: links that show a draft to whoever has them. */
#include "base/base.h"
#include "store/preview_link.h"
#include "store/rows.h"

#define LIST_MAX 100

#define SELECT_LINK "SELECT l.id, l.post_id, l.user_id, l.note, l.created_ms, l.expires_ms, l.used_ms, u.name " \
	"FROM preview_link l LEFT JOIN user u ON u.id = l.user_id "

enum { ADD, GET, LIST, USE, DELETE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO preview_link (token_hash, post_id, user_id, note, created_ms, expires_ms) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[GET] = SELECT_LINK "WHERE l.token_hash = ?1 AND l.expires_ms > ?2",
	[LIST] = SELECT_LINK "WHERE l.post_id = ?1 AND l.expires_ms > ?2 ORDER BY l.id DESC LIMIT ?3",
	[USE] = "UPDATE preview_link SET used_ms = ?2 WHERE id = ?1",
	[DELETE] = "DELETE FROM preview_link WHERE id = ?1 AND post_id = ?2",
};

const struct statements preview_link_statements = { "preview_link.c", sql, SQL__MAX };

static void read_link(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct preview_link *)item = (struct preview_link){
		.id = db_col_i64(st, 0), .post_id = db_col_i64(st, 1), .user_id = db_col_i64(st, 2),
		.note = db_col_dup(st, 3, arena), .created_ms = db_col_i64(st, 4), .expires_ms = db_col_i64(st, 5),
		.used_ms = db_col_i64(st, 6), .author = db_col_dup(st, 7, arena),
	};
}

enum rc preview_link_add(struct db_tx *tx, const struct preview_link *link, struct str token_hash, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, link->post_id);
	rows_bind_nonzero(st, 3, link->user_id);
	rows_bind_text(st, 4, link->note);
	db_bind_i64(st, 5, link->created_ms);
	db_bind_i64(st, 6, link->expires_ms);
	return db_run(st, NULL, err);
}

enum rc preview_link_get(struct db_ro *db, struct str token_hash, int64_t now_ms, struct arena *arena,
			 struct preview_link *out, struct err *err)
{
	struct db_stmt *st;
	struct preview_link found;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_blob(st, 1, token_hash);
	db_bind_i64(st, 2, now_ms);
	rc = rows_one(st, "the link", read_link, arena, &found, err);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc preview_link_list(struct db_ro *db, int64_t post_id, int64_t now_ms, int64_t limit, struct arena *arena,
			  struct preview_links *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct preview_link);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_i64(st, 2, now_ms);
	db_bind_i64(st, 3, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_link, err);
	if (rc == RC_OK)
		*out = (struct preview_links){ (struct preview_link *)(void *)rows.items, rows.count };
	return rc;
}

enum rc preview_link_use(struct db_tx *tx, int64_t id, int64_t now_ms, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[USE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, now_ms);
	return db_run(st, NULL, err);
}

enum rc preview_link_delete(struct db_tx *tx, int64_t post_id, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DELETE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	db_bind_i64(st, 2, post_id);
	return rows_touch(st, "the link", err);
}
