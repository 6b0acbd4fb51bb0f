/* rows.c: what the files of store/ share: their tables of statements and growing lists of rows. */
#include "base/base.h"
#include "store/rows.h"

const struct statements *const store_statements[] = {
	&preview_link_statements, &review_note_statements,
	&access_link_statements, &audit_statements, &archive_statements, &autosave_statements, &expiry_statements, &job_statements, &job_list_statements,
	&receipt_statements, &schedule_statements, &task_run_statements, &worker_statements, &media_statements, &media_gone_statements, &media_item_statements, &media_source_statements,
	&media_upload_statements, &media_variant_statements, &media_words_statements, &post_statements, &post_list_statements,
	&post_refs_statements, &post_address_statements, &redirect_statements, &redirect_index_statements, &revision_statements, &revision_thin_statements,
	&post_find_statements, &post_names_statements, &search_all_statements, &post_tally_statements, &search_draft_statements, &bulk_statements,
	&search_statements,
	&search_index_statements, &search_nearest_statements, &search_number_statements, &search_vocab_statements,
	&outbox_statements, &recent_statements, &setting_statements, &site_statements,
	&tag_statements, &totp_statements, &user_statements,
	&search_retag_statements,
	NULL,
};

const struct statements *const store_traffic_statements[] = {
	&missing_statements, &redirect_hit_statements,
	&presence_statements, &rate_limit_statements, &expiry_traffic_statements, &login_statements, &session_statements, NULL,
};

enum rc rows_add(struct rows *rows, void **item, struct err *err)
{
	if (rows->count == rows->cap) {
		size_t cap = rows->cap ? rows->cap * 2 : 8;
		char *grown = arena_try(rows->arena, cap * rows->item_b);
		if (!grown)
			return err_set(err, RC_LIMIT, "a list is larger than this request's memory");
		if (rows->count)
			memcpy(grown, rows->items, rows->count * rows->item_b);
		rows->items = grown;
		rows->cap = cap;
	}
	*item = rows->items + rows->count++ * rows->item_b;
	memset(*item, 0, rows->item_b);
	return RC_OK;
}

enum rc rows_first(struct db_stmt *st, const char *what, struct err *err)
{
	bool row;
	enum rc rc = db_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, "%s does not exist", what);
	return rc;
}

enum rc rows_one(struct db_stmt *st, const char *what,
		 void (*read)(struct db_stmt *st, struct arena *arena, void *item), struct arena *arena, void *item,
		 struct err *err)
{
	enum rc rc = rows_first(st, what, err);
	if (rc != RC_OK)
		return rc;
	read(st, arena, item);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

enum rc rows_all(struct db_stmt *st, struct rows *rows,
		 void (*read)(struct db_stmt *st, struct arena *arena, void *item), struct err *err)
{
	bool row;
	enum rc rc;
	while ((rc = db_step(st, &row, err)) == RC_OK && row) {
		void *item;
		rc = rows_add(rows, &item, err);
		if (rc != RC_OK) {
			db_done(st);
			break;
		}
		read(st, rows->arena, item);
	}
	return rc;
}

enum rc rows_i64(struct db_stmt *st, int64_t *out, struct err *err)
{
	bool row;
	enum rc rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	*out = row ? db_col_i64(st, 0) : 0;
	db_done(st);
	return RC_OK;
}

enum rc rows_run_for(struct db_tx *tx, const char *sql, int64_t id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql, &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, id);
	return db_run(st, NULL, err);
}

enum rc rows_touch(struct db_stmt *st, const char *what, struct err *err)
{
	int64_t changes;
	enum rc rc = db_run(st, &changes, err);
	if (rc == RC_OK && changes == 0)
		rc = err_set(err, RC_NOTFOUND, "%s does not exist", what);
	return rc;
}

void rows_bind_nonzero(struct db_stmt *st, int at, int64_t value)
{
	if (value == 0)
		db_bind_null(st, at);
	else
		db_bind_i64(st, at, value);
}

void rows_bind_nonempty(struct db_stmt *st, int at, struct str value)
{
	db_bind_str(st, at, value.n ? value : STR_NONE);
}

void rows_bind_text(struct db_stmt *st, int at, struct str value)
{
	db_bind_str(st, at, str_given(value) ? value : STR(""));
}

int64_t rows_limit(int64_t limit, int64_t max)
{
	return limit < 1 ? 1 : limit > max ? max : limit;
}
