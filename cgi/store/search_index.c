/* search_index.c: putting posts into the search index and taking them out. */
#include "base/base.h"
#include "db/fts.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/search_draft.h"
#include "store/search_number.h"
#include "store/search_vocab.h"
#include "store/search_words.h"

#define INDEX_TEXT_MAX_B ((size_t)64 << 20)
#define CATCH_UP_A_SAVE 4 /* texts that somebody left behind, done by whoever saves one */

enum {
	STATE, OLD, TEXT_PUT, TEXT_DROP, FTS_PUT, FTS_DROP, HEAD_PUT, HEAD_DROP, TODO, TODO_DONE, SEEN,
	CLEAR_TEXT, CLEAR_DOC, CLEAR_TODO, CLEAR_FTS, CLEAR_HEAD, CLEAR_VOCAB, SQL__MAX
};

#define COLUMNS "title, tags, body_50, body_100, body_200, body_400, body_800, body_1600, body_3200, body_more"
#define VALUES "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11"
#define FIRST_BODY 4 /* the parameter of the first column for bodies */

static const char *const sql[SQL__MAX] = {
	[STATE] = ("SELECT status = 'published' AND visibility = 'public' AND published_ms IS NOT NULL, published_ms "
		   "FROM post WHERE id = ?1"),
	[OLD] = "SELECT title, tags, body FROM post_text WHERE post_id = ?1",
	[TEXT_PUT] = "INSERT INTO post_text (post_id, title, tags, body) VALUES (?1, ?2, ?3, ?4)",
	[TEXT_DROP] = "DELETE FROM post_text WHERE post_id = ?1",
	[FTS_PUT] = "INSERT INTO search_fts (rowid, " COLUMNS ") VALUES (" VALUES ")",
	[FTS_DROP] = "INSERT INTO search_fts (search_fts, rowid, " COLUMNS ") VALUES ('delete', " VALUES ")",
	[HEAD_PUT] = "INSERT INTO search_head_fts (rowid, title, tags) VALUES (?1, ?2, ?3)",
	[HEAD_DROP] = "INSERT INTO search_head_fts (search_head_fts, rowid, title, tags) VALUES ('delete', ?1, ?2, ?3)",
	[TODO] = "SELECT post_id FROM search_todo ORDER BY post_id LIMIT 1",
	[TODO_DONE] = "DELETE FROM search_todo WHERE post_id = ?1",
	[SEEN] = "UPDATE counter SET value = value + 1 WHERE name = 'public_seq'",
	[CLEAR_TEXT] = "DELETE FROM post_text",
	[CLEAR_DOC] = "DELETE FROM search_doc",
	[CLEAR_TODO] = "DELETE FROM search_todo",
	[CLEAR_FTS] = "INSERT INTO search_fts (search_fts) VALUES ('delete-all')",
	[CLEAR_HEAD] = "INSERT INTO search_head_fts (search_head_fts) VALUES ('delete-all')",
	[CLEAR_VOCAB] = "DELETE FROM vocab",
};

const struct statements search_index_statements = { "search_index.c", sql, SQL__MAX };

struct index_text {
	struct buf title, tags, body; /* words with blanks between */
};

static void index_text_release(struct index_text *text)
{
	buf_release(&text->title);
	buf_release(&text->tags);
	buf_release(&text->body);
}

static enum rc index_text_make(struct index_text *text, struct str title, struct str tags, struct str body,
			       struct err *err)
{
	buf_init(&text->title, INDEX_TEXT_MAX_B);
	buf_init(&text->tags, INDEX_TEXT_MAX_B);
	buf_init(&text->body, INDEX_TEXT_MAX_B);
	search_words_text(&text->title, title);
	search_words_text(&text->tags, tags);
	search_words_text(&text->body, body);
	enum rc rc = buf_status(&text->title, "the title", err);
	if (rc == RC_OK)
		rc = buf_status(&text->tags, "the list of tags", err);
	if (rc == RC_OK)
		rc = buf_status(&text->body, "the text", err);
	return rc;
}

static struct str view(const struct buf *b)
{
	return b->len ? buf_view(b) : STR("");
}

static size_t word_count(struct str words)
{
	size_t count = words.n > 0;
	for (size_t i = 0; i < words.n; i++)
		count += words.p[i] == ' ';
	return count;
}

static enum rc write_fts(struct db_tx *tx, int statement, int64_t number, const struct index_text *text,
			 bool with_body, struct err *err)
{
	struct db_stmt *st;
	struct str body = view(&text->body);
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, number);
	db_bind_str(st, 2, view(&text->title));
	db_bind_str(st, 3, view(&text->tags));
	if (with_body)
		db_bind_str(st, FIRST_BODY + db_fts_body_column(word_count(body)), body);
	return db_run(st, NULL, err);
}

/* change +1: into both indexes; -1: out of them. A contentless index must be given the very words that
 * it has. */
static enum rc write_index(struct db_tx *tx, int change, int64_t number, const struct index_text *text,
			   struct err *err)
{
	enum rc rc = write_fts(tx, change > 0 ? FTS_PUT : FTS_DROP, number, text, true, err);
	if (rc == RC_OK)
		rc = write_fts(tx, change > 0 ? HEAD_PUT : HEAD_DROP, number, text, false, err);
	return rc;
}

static enum rc count_words(struct search_bulk *bulk, int change, const struct index_text *text, struct err *err)
{
	bulk->post++;
	enum rc rc = search_bulk_count(bulk, view(&text->title), change, err);
	if (rc == RC_OK)
		rc = search_bulk_count(bulk, view(&text->tags), change, err);
	if (rc == RC_OK)
		rc = search_bulk_count(bulk, view(&text->body), change, err);
	return rc;
}

/* What post_text and search_doc have of a post. */
struct stored_text {
	bool is_there, has_number; /* a text without a number is in search_todo */
	struct str title, tags, body;
	int64_t number;
};

static enum rc read_old(struct db_tx *tx, int64_t post_id, struct arena *arena, struct stored_text *old,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = search_number_get(db_tx_ro(tx), post_id, &old->has_number, &old->number, err);
	if (rc == RC_OK)
		rc = db_query(db_tx_ro(tx), sql[OLD], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = db_step(st, &old->is_there, err);
	if (rc != RC_OK || !old->is_there)
		return rc;
	old->title = db_col_dup(st, 0, arena);
	old->tags = db_col_dup(st, 1, arena);
	old->body = db_col_dup(st, 2, arena);
	rc = db_col_status(st, err);
	db_done(st);
	return rc;
}

/* *is_searchable also when its time is yet to come. */
static enum rc read_state(struct db_tx *tx, int64_t post_id, bool *is_searchable, int64_t *published_ms,
			  struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db_tx_ro(tx), sql[STATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	*is_searchable = db_col_i64(st, 0) != 0;
	*published_ms = db_col_i64(st, 1);
	db_done(st);
	return RC_OK;
}

/* The number goes before the text, whose trigger would keep it from being given again. */
static enum rc take_out(struct db_tx *tx, int64_t post_id, const struct stored_text *old,
			struct search_bulk *bulk, struct err *err)
{
	struct index_text words;
	enum rc rc = index_text_make(&words, old->title, old->tags, old->body, err);
	if (rc == RC_OK && old->has_number)
		rc = write_index(tx, -1, old->number, &words, err);
	if (rc == RC_OK)
		rc = count_words(bulk, -1, &words, err);
	if (rc == RC_OK)
		rc = search_number_drop(tx, post_id, err);
	if (rc == RC_OK)
		rc = rows_run_for(tx, sql[TEXT_DROP], post_id, err);
	index_text_release(&words);
	return rc;
}

static enum rc put_text(struct db_tx *tx, int64_t post_id, const struct stored_text *text, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TEXT_PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rows_bind_text(st, 2, text->title);
	rows_bind_text(st, 3, text->tags);
	rows_bind_text(st, 4, text->body);
	return db_run(st, NULL, err);
}

/* The words of a text that is in post_text, under a number for its time. */
static enum rc put_words(struct db_tx *tx, int64_t post_id, const struct index_text *words, int64_t published_ms,
			 const int64_t *wanted, struct err *err)
{
	int64_t number;
	enum rc rc = search_number_put(tx, post_id, published_ms, wanted, &number, err);
	if (rc == RC_OK)
		rc = write_index(tx, 1, number, words, err);
	return rc == RC_OK ? rows_run_for(tx, sql[TODO_DONE], post_id, err) : rc;
}

static enum rc put_in(struct db_tx *tx, int64_t post_id, const struct stored_text *text, int64_t published_ms,
		      const int64_t *wanted, struct search_bulk *bulk, struct err *err)
{
	struct index_text words;
	enum rc rc = index_text_make(&words, text->title, text->tags, text->body, err);
	if (rc == RC_OK)
		rc = put_text(tx, post_id, text, err);
	if (rc == RC_OK)
		rc = put_words(tx, post_id, &words, published_ms, wanted, err);
	if (rc == RC_OK)
		rc = count_words(bulk, 1, &words, err);
	index_text_release(&words);
	return rc;
}

static bool is_same(const struct stored_text *old, const struct stored_text *text, int64_t published_ms)
{
	if (!old->is_there || !text->is_there)
		return old->is_there == text->is_there;
	return old->has_number && search_number_ms(old->number) == search_number_ms(search_number_from(published_ms, 0)) &&
	       str_eq(old->title, text->title) && str_eq(old->tags, text->tags) && str_eq(old->body, text->body);
}

static enum rc replace(struct db_tx *tx, int64_t post_id, const struct stored_text *text, int64_t published_ms,
		       struct search_bulk *bulk, struct err *err)
{
	struct arena arena;
	struct stored_text old = { .is_there = false };
	struct search_bulk own, *use = bulk ? bulk : &own;

	arena_init(&arena, (size_t)128 << 20);
	enum rc rc = read_old(tx, post_id, &arena, &old, err);
	if (rc != RC_OK || is_same(&old, text, published_ms))
		goto out;
	if (!bulk)
		search_bulk_init(&own);
	if (old.is_there)
		rc = take_out(tx, post_id, &old, use, err);
	if (rc == RC_OK && text->is_there)
		rc = put_in(tx, post_id, text, published_ms, old.is_there && old.has_number ? &old.number : NULL, use, err);
	if (rc == RC_OK && !bulk)
		rc = search_bulk_write(&own, tx, err);
	if (!bulk)
		search_bulk_release(&own);
out:
	arena_release(&arena);
	return rc;
}

enum rc search_put(struct db_tx *tx, int64_t post_id, struct str title, struct str plain, struct str tags,
		   struct search_bulk *bulk, struct err *err)
{
	struct stored_text text = { .title = title, .tags = tags, .body = plain };
	int64_t published_ms = 0;
	bool more;
	enum rc rc = read_state(tx, post_id, &text.is_there, &published_ms, err);
	if (rc == RC_OK)
		rc = replace(tx, post_id, &text, published_ms, bulk, err);
	if (rc == RC_OK)
		rc = search_draft_put(tx, post_id, err);
	if (rc == RC_OK && !bulk)
		rc = search_catch_up(tx, CATCH_UP_A_SAVE, &more, err);
	return rc;
}

enum rc search_remove(struct db_tx *tx, int64_t post_id, struct search_bulk *bulk, struct err *err)
{
	struct stored_text none = { .is_there = false };
	enum rc rc = replace(tx, post_id, &none, 0, bulk, err);
	return rc == RC_OK ? search_draft_put(tx, post_id, err) : rc;
}

/* Its words are in the vocabulary already. */
static enum rc catch_up(struct db_tx *tx, int64_t post_id, struct err *err)
{
	struct arena arena;
	struct stored_text old = { .is_there = false };
	struct index_text words;
	bool is_searchable = false;
	int64_t published_ms;

	arena_init(&arena, (size_t)128 << 20);
	enum rc rc = read_state(tx, post_id, &is_searchable, &published_ms, err);
	if (rc == RC_OK)
		rc = read_old(tx, post_id, &arena, &old, err);
	if (rc != RC_OK || !is_searchable || !old.is_there || old.has_number) {
		rc = rc == RC_OK ? rows_run_for(tx, sql[TODO_DONE], post_id, err) : rc;
	} else {
		rc = index_text_make(&words, old.title, old.tags, old.body, err);
		if (rc == RC_OK)
			rc = put_words(tx, post_id, &words, published_ms, NULL, err);
		index_text_release(&words);
	}
	arena_release(&arena);
	return rc;
}

static enum rc next_todo(struct db_tx *tx, bool *there, int64_t *post_id, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db_tx_ro(tx), sql[TODO], &st, err);
	if (rc == RC_OK)
		rc = db_step(st, there, err);
	if (rc == RC_OK && *there) {
		*post_id = db_col_i64(st, 0);
		db_done(st);
	}
	return rc;
}

static enum rc catch_up_texts(struct db_tx *tx, int max, bool *more, struct err *err)
{
	struct db_stmt *st;
	int64_t post_id;
	int done = 0;
	enum rc rc;
	while ((rc = next_todo(tx, more, &post_id, err)) == RC_OK && *more && done < max) {
		rc = catch_up(tx, post_id, err);
		if (rc != RC_OK)
			return rc;
		done++;
	}
	if (rc != RC_OK || done == 0)
		return rc;
	rc = db_prepare(tx, sql[SEEN], &st, err);
	return rc == RC_OK ? db_run(st, NULL, err) : rc;
}

enum rc search_catch_up(struct db_tx *tx, int max, bool *more, struct err *err)
{
	bool drafts = false;
	int done;
	enum rc rc = search_draft_catch_up(tx, max, &done, &drafts, err);
	if (rc == RC_OK)
		rc = catch_up_texts(tx, max, more, err);
	if (rc == RC_OK)
		*more |= drafts;
	return rc;
}

enum rc search_clear(struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;
	for (int i = CLEAR_TEXT; rc == RC_OK && i <= CLEAR_VOCAB; i++) {
		struct db_stmt *st;
		rc = db_prepare(tx, sql[i], &st, err);
		if (rc == RC_OK)
			rc = db_run(st, NULL, err);
	}
	return rc;
}
