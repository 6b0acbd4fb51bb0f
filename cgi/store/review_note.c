/* review_note.c: what was said when a post was sent back to who had submitted it. */
#include "base/base.h"
#include "store/review_note.h"
#include "store/rows.h"

enum { PUT, GET, DELETE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[PUT] = "INSERT INTO review_note (post_id, user_id, at_ms, note) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (post_id) "
		"DO UPDATE SET user_id = excluded.user_id, at_ms = excluded.at_ms, note = excluded.note",
	[GET] = "SELECT n.post_id, n.user_id, n.at_ms, n.note, u.name FROM review_note n LEFT JOIN user u ON u.id = n.user_id "
		"WHERE n.post_id = ?1",
	[DELETE] = "DELETE FROM review_note WHERE post_id = ?1",
};

const struct statements review_note_statements = { "review_note.c", sql, SQL__MAX };

static void read_note(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct review_note *)item = (struct review_note){
		.post_id = db_col_i64(st, 0), .user_id = db_col_i64(st, 1), .at_ms = db_col_i64(st, 2),
		.note = db_col_dup(st, 3, arena), .author = db_col_dup(st, 4, arena),
	};
}

enum rc review_note_put(struct db_tx *tx, const struct review_note *note, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, note->post_id);
	rows_bind_nonzero(st, 2, note->user_id);
	db_bind_i64(st, 3, note->at_ms);
	rows_bind_text(st, 4, note->note);
	return db_run(st, NULL, err);
}

enum rc review_note_get(struct db_ro *db, int64_t post_id, struct arena *arena, struct review_note *out, struct err *err)
{
	struct db_stmt *st;
	struct review_note found;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_one(st, "the note", read_note, arena, &found, err);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc review_note_delete(struct db_tx *tx, int64_t post_id, struct err *err)
{
	return rows_run_for(tx, sql[DELETE], post_id, err);
}
