/* rows.h: what the files of store/ share: their tables of statements and growing lists of rows.
 * Private to store/ and its tests. */
#ifndef PLATEN_STORE_ROWS_H
#define PLATEN_STORE_ROWS_H

#include "base/base.h"
#include "db/db.h"

/* Every SQL text of store/ stands in one of these, so that a test can prepare each against the
 * migrated schema and read its plan. */
struct statements {
	const char *file;
	const char *const *sql;
	size_t count;
};

/* Each ends with NULL. */
extern const struct statements *const store_statements[], *const store_traffic_statements[];
extern const struct statements outbox_statements;
extern const struct statements presence_statements, preview_link_statements, rate_limit_statements, review_note_statements;
extern const struct statements access_link_statements, audit_statements, archive_statements, autosave_statements, expiry_statements, expiry_traffic_statements,
	login_statements, receipt_statements, schedule_statements, session_statements, task_run_statements,
	job_statements, job_list_statements, worker_statements,
	media_statements, media_gone_statements, media_item_statements, media_source_statements, media_upload_statements, media_variant_statements, media_words_statements,
	post_statements, post_list_statements,
	post_refs_statements, post_address_statements, redirect_statements, revision_statements, revision_thin_statements, search_statements,
	search_index_statements, search_nearest_statements, search_number_statements, search_vocab_statements,
	recent_statements, search_retag_statements, setting_statements, site_statements, tag_statements, totp_statements,
	bulk_statements, post_find_statements, post_names_statements, search_all_statements, post_tally_statements, search_draft_statements, missing_statements, redirect_hit_statements, redirect_index_statements,
	user_statements;

/* A list that grows in an arena. */
struct rows {
	struct arena *arena;
	size_t item_b;
	char *items;
	size_t count, cap;
};

#define ROWS_INIT(arena, type) { (arena), sizeof(type), NULL, 0, 0 }

/* Room for one more, zeroed; RC_LIMIT when the arena is full. Earlier items may move. */
NODISCARD enum rc rows_add(struct rows *rows, void **item, struct err *err);

/* The first row of a statement whose parameters are bound; no row is RC_NOTFOUND with "WHAT does not
 * exist". db_done() is the caller's after RC_OK. */
NODISCARD enum rc rows_first(struct db_stmt *st, const char *what, struct err *err);

/* The same, read into *item with what lies in `arena`; the statement is done with. */
NODISCARD enum rc rows_one(struct db_stmt *st, const char *what,
			   void (*read)(struct db_stmt *st, struct arena *arena, void *item), struct arena *arena,
			   void *item, struct err *err);

/* Reads the rest of the statement: `read` fills one zeroed item from the current row. */
NODISCARD enum rc rows_all(struct db_stmt *st, struct rows *rows,
			   void (*read)(struct db_stmt *st, struct arena *arena, void *item), struct err *err);

/* Reads one integer: 0 when there is no row or it is NULL. */
NODISCARD enum rc rows_i64(struct db_stmt *st, int64_t *out, struct err *err);

/* Runs a write whose one parameter is a number, an id mostly. */
NODISCARD enum rc rows_run_for(struct db_tx *tx, const char *sql, int64_t id, struct err *err);
/* Runs a write that must touch a row: none is RC_NOTFOUND. */
NODISCARD enum rc rows_touch(struct db_stmt *st, const char *what, struct err *err);

/* NULL is bound for 0, and for a text that is empty. */
void rows_bind_nonzero(struct db_stmt *st, int at, int64_t value);
void rows_bind_nonempty(struct db_stmt *st, int at, struct str value);
/* "" is bound for STR_NONE. */
void rows_bind_text(struct db_stmt *st, int at, struct str value);
/* [1, max]. */
int64_t rows_limit(int64_t limit, int64_t max);

#endif
