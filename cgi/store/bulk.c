/* bulk.c: the last thing that a person did to many posts at once, and what they were before. */
#include "base/base.h"
#include "store/bulk.h"
#include "store/rows.h"

#define LIST_MAX 1000

enum { DROP, BEGIN, BEGIN_UNDO, ADD, FORGET, SETTLE, GET, LIST, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[DROP] = "DELETE FROM bulk WHERE user_id = ?1",
	[BEGIN] = "INSERT INTO bulk (user_id, token, action, at_ms, done, refused) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[BEGIN_UNDO] = ("UPDATE bulk SET (token, action, at_ms, done, refused) = (?2, ?3, ?4, ?5, ?6) "
			"WHERE user_id = ?1 AND token = ?7"),
	[ADD] = "INSERT INTO bulk_post (user_id, post_id, version, before) VALUES (?1, ?2, ?3, ?4)",
	[FORGET] = "DELETE FROM bulk_post WHERE user_id = ?1 AND post_id = ?2",
	[SETTLE] = "UPDATE bulk SET (done, refused) = (?3, ?4) WHERE user_id = ?1 AND token = ?2",
	[GET] = "SELECT user_id, token, action, at_ms, done, refused FROM bulk WHERE user_id = ?1 AND token = ?2",
	[LIST] = ("SELECT post_id, version, before FROM bulk_post WHERE user_id = ?1 AND post_id > ?2 "
		  "ORDER BY post_id LIMIT ?3"),
};

const struct statements bulk_statements = { "bulk.c", sql, SQL__MAX };

static void bind_record(struct db_stmt *st, const struct bulk_record *record)
{
	db_bind_i64(st, 1, record->user_id);
	db_bind_str(st, 2, record->token);
	db_bind_str(st, 3, record->action);
	db_bind_i64(st, 4, record->at_ms);
	db_bind_i64(st, 5, record->done);
	db_bind_str(st, 6, record->refused);
}

enum rc bulk_begin(struct db_tx *tx, const struct bulk_record *record, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[DROP], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, record->user_id);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[BEGIN], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_record(st, record);
	return db_run(st, NULL, err);
}

enum rc bulk_begin_undo(struct db_tx *tx, const struct bulk_record *record, struct str undone, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[BEGIN_UNDO], &st, err);
	if (rc != RC_OK)
		return rc;
	bind_record(st, record);
	db_bind_str(st, 7, undone);
	return rows_touch(st, "the action", err);
}

enum rc bulk_add(struct db_tx *tx, int64_t user_id, const struct bulk_post *post, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, post->post_id);
	db_bind_i64(st, 3, post->version);
	db_bind_str(st, 4, post->before);
	return db_run(st, NULL, err);
}

enum rc bulk_forget(struct db_tx *tx, int64_t user_id, int64_t post_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[FORGET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, post_id);
	return db_run(st, NULL, err);
}

enum rc bulk_settle(struct db_tx *tx, const struct bulk_record *record, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[SETTLE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, record->user_id);
	db_bind_str(st, 2, record->token);
	db_bind_i64(st, 3, record->done);
	db_bind_str(st, 4, record->refused);
	return rows_touch(st, "the action", err);
}

static void read_record(struct db_stmt *st, struct arena *arena, void *item)
{
	struct bulk_record *record = item;
	record->user_id = db_col_i64(st, 0);
	record->token = db_col_dup(st, 1, arena);
	record->action = db_col_dup(st, 2, arena);
	record->at_ms = db_col_i64(st, 3);
	record->done = db_col_i64(st, 4);
	record->refused = db_col_dup(st, 5, arena);
}

enum rc bulk_get(struct db_ro *db, int64_t user_id, struct str token, struct arena *arena, struct bulk_record *out,
		 struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_str(st, 2, token);
	return rows_one(st, "the action", read_record, arena, out, err);
}

static void read_post(struct db_stmt *st, struct arena *arena, void *item)
{
	struct bulk_post *post = item;
	post->post_id = db_col_i64(st, 0);
	post->version = db_col_i64(st, 1);
	post->before = db_col_dup(st, 2, arena);
}

enum rc bulk_list(struct db_ro *db, int64_t user_id, int64_t after_id, int64_t limit, struct arena *arena,
		  struct bulk_posts *out, struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct bulk_post);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, user_id);
	db_bind_i64(st, 2, after_id);
	db_bind_i64(st, 3, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_post, err);
	if (rc == RC_OK)
		*out = (struct bulk_posts){ (struct bulk_post *)rows.items, rows.count };
	return rc;
}

enum rc bulk_has_posts(struct db_ro *db, int64_t user_id, bool *out, struct err *err)
{
	struct arena arena;
	struct bulk_posts posts = { NULL, 0 };
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = bulk_list(db, user_id, 0, 1, &arena, &posts, err);
	if (rc == RC_OK)
		*out = posts.count > 0;
	arena_release(&arena);
	return rc;
}
