/* media_words.c: the words by which the library is searched. */
#include "base/base.h"
#include "store/media_words.h"
#include "store/rows.h"

enum { NEXT, OUT, IN, DONE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[NEXT] = "SELECT item_id FROM media_todo WHERE item_id > 0 ORDER BY item_id LIMIT 1",
	[OUT] = "DELETE FROM media_fts WHERE rowid = ?1",
	[IN] = ("INSERT INTO media_fts (rowid, name, alt, caption, credit) "
		"SELECT id, name, alt, caption, credit FROM media_item WHERE id = ?1"),
	[DONE] = "DELETE FROM media_todo WHERE item_id = ?1",
};

const struct statements media_words_statements = { "media_words.c", sql, SQL__MAX };

static enum rc next_item(struct db_ro *db, int64_t *id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[NEXT], &st, err);
	return rc == RC_OK ? rows_i64(st, id, err) : rc;
}

enum rc media_words_index(struct db_tx *tx, int64_t limit, bool *left, struct err *err)
{
	int64_t id = 0;
	enum rc rc = next_item(db_tx_ro(tx), &id, err);
	while (rc == RC_OK && id && limit-- > 0) {
		rc = rows_run_for(tx, sql[OUT], id, err);
		if (rc == RC_OK)
			rc = rows_run_for(tx, sql[IN], id, err);
		if (rc == RC_OK)
			rc = rows_run_for(tx, sql[DONE], id, err);
		if (rc == RC_OK)
			rc = next_item(db_tx_ro(tx), &id, err);
	}
	if (rc == RC_OK)
		*left = id != 0;
	return rc;
}

enum rc media_words_keep_up(struct db_tx *tx, struct err *err)
{
	bool left;
	return media_words_index(tx, MEDIA_WORDS_AT_ONCE, &left, err);
}

enum rc media_words_due(struct db_ro *db, bool *due, struct err *err)
{
	int64_t id = 0;
	enum rc rc = next_item(db, &id, err);
	if (rc == RC_OK)
		*due = id != 0;
	return rc;
}
