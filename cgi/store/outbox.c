/* outbox.c: mails that wait to be sent. */
#include "base/base.h"
#include "store/outbox.h"
#include "store/rows.h"

#define LIST_MAX 1000

enum { ADD, LIST, CLEAR, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[ADD] = "INSERT INTO outbox (user_id, to_addr, subject, text, made_ms, expires_ms, state) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting')",
	[LIST] = "SELECT id, user_id, to_addr, subject, text, made_ms, expires_ms FROM outbox "
		 "WHERE +expires_ms > ?1 ORDER BY id LIMIT ?2",
	[CLEAR] = "DELETE FROM outbox WHERE user_id = ?1",
};

const struct statements outbox_statements = { "outbox.c", sql, SQL__MAX };

enum rc outbox_add(struct db_tx *tx, const struct outbox_mail *mail, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[ADD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, mail->user_id);
	db_bind_str(st, 2, mail->to);
	db_bind_str(st, 3, mail->subject);
	db_bind_str(st, 4, mail->text);
	db_bind_i64(st, 5, mail->made_ms);
	db_bind_i64(st, 6, mail->expires_ms);
	return db_run(st, NULL, err);
}

static void read_mail(struct db_stmt *st, struct arena *arena, void *item)
{
	*(struct outbox_mail *)item = (struct outbox_mail){
		.id = db_col_i64(st, 0), .user_id = db_col_i64(st, 1), .to = db_col_dup(st, 2, arena),
		.subject = db_col_dup(st, 3, arena), .text = db_col_dup(st, 4, arena),
		.made_ms = db_col_i64(st, 5), .expires_ms = db_col_i64(st, 6),
	};
}

enum rc outbox_list(struct db_ro *db, int64_t now_ms, int64_t limit, struct arena *arena, struct outbox_mails *out,
		    struct err *err)
{
	struct db_stmt *st;
	struct rows rows = ROWS_INIT(arena, struct outbox_mail);
	enum rc rc = db_query(db, sql[LIST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, now_ms);
	db_bind_i64(st, 2, rows_limit(limit, LIST_MAX));
	rc = rows_all(st, &rows, read_mail, err);
	if (rc == RC_OK)
		*out = (struct outbox_mails){ (struct outbox_mail *)(void *)rows.items, rows.count };
	return rc;
}

enum rc outbox_clear(struct db_tx *tx, int64_t user_id, struct err *err)
{
	return rows_run_for(tx, sql[CLEAR], user_id, err);
}
