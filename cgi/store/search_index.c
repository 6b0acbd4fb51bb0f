/* search_index.c: putting posts into the search index and taking them out. */
#include "base/base.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/search_words.h"

#define INDEX_TEXT_MAX_B ((size_t)64 << 20)
#define VOCAB_WORD_MAX_B 40 /* longer ones are no words that somebody mistypes */

enum {
	STATE, OLD, TEXT_PUT, TEXT_DROP, FTS_PUT, FTS_DROP, HEAD_PUT, HEAD_DROP, WORD_MORE, WORD_LESS, WORD_NONE,
	CLEAR_TEXT, CLEAR_FTS, CLEAR_HEAD, CLEAR_VOCAB, SQL__MAX
};

static const char *const sql[SQL__MAX] = {
	[STATE] = "SELECT status = 'published' AND visibility = 'public' FROM post WHERE id = ?1",
	[OLD] = "SELECT title, tags, body FROM post_text WHERE post_id = ?1",
	[TEXT_PUT] = "INSERT INTO post_text (post_id, title, tags, body) VALUES (?1, ?2, ?3, ?4)",
	[TEXT_DROP] = "DELETE FROM post_text WHERE post_id = ?1",
	[FTS_PUT] = "INSERT INTO post_fts (rowid, title, tags, body) VALUES (?1, ?2, ?3, ?4)",
	[FTS_DROP] = "INSERT INTO post_fts (post_fts, rowid, title, tags, body) VALUES ('delete', ?1, ?2, ?3, ?4)",
	[HEAD_PUT] = "INSERT INTO post_head_fts (rowid, title, tags) VALUES (?1, ?2, ?3)",
	[HEAD_DROP] = "INSERT INTO post_head_fts (post_head_fts, rowid, title, tags) VALUES ('delete', ?1, ?2, ?3)",
	[WORD_MORE] = ("INSERT INTO vocab (word, reversed, n) VALUES (?1, ?2, ?3) "
		       "ON CONFLICT (word) DO UPDATE SET n = n + excluded.n"),
	[WORD_LESS] = "UPDATE vocab SET n = n + ?2 WHERE word = ?1",
	[WORD_NONE] = "DELETE FROM vocab WHERE word = ?1 AND n <= 0",
	[CLEAR_TEXT] = "DELETE FROM post_text",
	[CLEAR_FTS] = "INSERT INTO post_fts (post_fts) VALUES ('delete-all')",
	[CLEAR_HEAD] = "INSERT INTO post_head_fts (post_head_fts) VALUES ('delete-all')",
	[CLEAR_VOCAB] = "DELETE FROM vocab",
};

const struct statements search_index_statements = { "search_index.c", sql, SQL__MAX };

/* How the number of posts that have a word changes. */
struct delta {
	struct str word;     /* in the arena; p NULL: a free slot */
	int64_t change;
	uint64_t seen;       /* the last text that was counted: a word counts once a post */
};

struct search_bulk {
	struct arena words;
	struct delta *slots;
	size_t cap, count;
	uint64_t text;
};

static void bulk_init(struct search_bulk *bulk)
{
	arena_init(&bulk->words, (size_t)512 << 20);
	bulk->cap = 1024;
	bulk->slots = mem_array(bulk->cap, sizeof *bulk->slots);
	bulk->count = 0;
	bulk->text = 0;
}

static void bulk_release(struct search_bulk *bulk)
{
	arena_release(&bulk->words);
	MEM_FREE(bulk->slots);
}

/* FNV-1a. Chosen words can only slow their own author's import. */
static size_t hash_of(struct str word)
{
	uint64_t h = 0xCBF29CE484222325u;
	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)word.p[i]) * 0x100000001B3u;
	return (size_t)(h ^ h >> 32);
}

static struct delta *slot_of(struct delta *slots, size_t cap, struct str word)
{
	size_t i = hash_of(word) & (cap - 1);
	while (slots[i].word.p && !str_eq(slots[i].word, word))
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static void grow(struct search_bulk *bulk)
{
	size_t cap = bulk->cap * 2;
	struct delta *slots = mem_array(cap, sizeof *slots);
	for (size_t i = 0; i < bulk->cap; i++)
		if (bulk->slots[i].word.p)
			*slot_of(slots, cap, bulk->slots[i].word) = bulk->slots[i];
	free(bulk->slots);
	bulk->slots = slots;
	bulk->cap = cap;
}

static enum rc count_word(struct search_bulk *bulk, struct str word, int change, struct err *err)
{
	struct delta *slot = slot_of(bulk->slots, bulk->cap, word);
	if (!slot->word.p) {
		if ((bulk->count + 1) * 2 > bulk->cap) {
			grow(bulk);
			slot = slot_of(bulk->slots, bulk->cap, word);
		}
		char *copy = arena_try(&bulk->words, word.n);
		if (!copy)
			return err_set(err, RC_LIMIT, "there are too many different words in one go");
		memcpy(copy, word.p, word.n);
		slot->word = str_n(copy, word.n);
		bulk->count++;
	}
	if (slot->seen != bulk->text) {
		slot->seen = bulk->text;
		slot->change += change;
	}
	return RC_OK;
}

/* `text` is index text: words with blanks between. */
static enum rc count_words(struct search_bulk *bulk, struct str text, int change, struct err *err)
{
	struct str word;
	enum rc rc = RC_OK;
	while (rc == RC_OK && str_split(&text, ' ', &word))
		if (word.n >= 2 && word.n <= VOCAB_WORD_MAX_B)
			rc = count_word(bulk, word, change, err);
	return rc;
}

static void reverse(struct str word, char out[VOCAB_WORD_MAX_B])
{
	size_t at = word.n;
	while (word.n) {
		uint32_t c;
		struct str after = search_char(word, &c);
		size_t n = word.n - after.n;
		at -= n;
		memcpy(out + at, word.p, n);
		word = after;
	}
}

static enum rc write_more(struct db_tx *tx, const struct delta *delta, struct err *err)
{
	struct db_stmt *st;
	char reversed[VOCAB_WORD_MAX_B];
	enum rc rc = db_prepare(tx, sql[WORD_MORE], &st, err);
	if (rc != RC_OK)
		return rc;
	reverse(delta->word, reversed);
	db_bind_str(st, 1, delta->word);
	db_bind_str(st, 2, str_n(reversed, delta->word.n));
	db_bind_i64(st, 3, delta->change);
	return db_run(st, NULL, err);
}

static enum rc write_less(struct db_tx *tx, const struct delta *delta, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[WORD_LESS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, delta->word);
	db_bind_i64(st, 2, delta->change);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[WORD_NONE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, delta->word);
	return db_run(st, NULL, err);
}

static int by_word(const void *a, const void *b)
{
	return str_cmp(((const struct delta *)a)->word, ((const struct delta *)b)->word);
}

/* In the order of the tree: neighbours share its pages. */
static enum rc write_words(struct search_bulk *bulk, struct db_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;
	size_t count = 0;
	for (size_t i = 0; i < bulk->cap; i++)
		if (bulk->slots[i].word.p && bulk->slots[i].change != 0)
			bulk->slots[count++] = bulk->slots[i];
	if (count)
		qsort(bulk->slots, count, sizeof *bulk->slots, by_word);
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = bulk->slots[i].change > 0 ? write_more(tx, &bulk->slots[i], err)
					       : write_less(tx, &bulk->slots[i], err);
	return rc;
}

struct search_bulk *search_bulk_begin(void)
{
	struct search_bulk *bulk = mem_new(sizeof *bulk);
	bulk_init(bulk);
	return bulk;
}

enum rc search_bulk_end(struct search_bulk *bulk, struct db_tx *tx, struct err *err)
{
	enum rc rc = tx ? write_words(bulk, tx, err) : RC_OK;
	bulk_release(bulk);
	free(bulk);
	return rc;
}

struct index_text {
	struct buf title, tags, body;
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

static enum rc write_fts(struct db_tx *tx, int statement, int64_t post_id, const struct index_text *text,
			 bool with_body, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[statement], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	db_bind_str(st, 2, view(&text->title));
	db_bind_str(st, 3, view(&text->tags));
	if (with_body)
		db_bind_str(st, 4, view(&text->body));
	return db_run(st, NULL, err);
}

/* change +1: into both indexes and the vocabulary; -1: out of them. A contentless index must be given
 * the very words that it has. */
static enum rc write_index(struct db_tx *tx, int change, int64_t post_id, struct str title, struct str tags,
			   struct str body, struct search_bulk *bulk, struct err *err)
{
	struct index_text text;
	enum rc rc = index_text_make(&text, title, tags, body, err);
	if (rc == RC_OK)
		rc = write_fts(tx, change > 0 ? FTS_PUT : FTS_DROP, post_id, &text, true, err);
	if (rc == RC_OK)
		rc = write_fts(tx, change > 0 ? HEAD_PUT : HEAD_DROP, post_id, &text, false, err);
	bulk->text++;
	if (rc == RC_OK)
		rc = count_words(bulk, view(&text.title), change, err);
	if (rc == RC_OK)
		rc = count_words(bulk, view(&text.tags), change, err);
	if (rc == RC_OK)
		rc = count_words(bulk, view(&text.body), change, err);
	index_text_release(&text);
	return rc;
}

struct stored_text {
	bool is_there;
	struct str title, tags, body;
};

static enum rc read_old(struct db_tx *tx, int64_t post_id, struct arena *arena, struct stored_text *old,
			struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db_tx_ro(tx), sql[OLD], &st, err);
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

static enum rc is_searchable(struct db_tx *tx, int64_t post_id, bool *out, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db_tx_ro(tx), sql[STATE], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = rows_first(st, "the post", err);
	if (rc != RC_OK)
		return rc;
	*out = db_col_i64(st, 0) != 0;
	db_done(st);
	return RC_OK;
}

static enum rc take_out(struct db_tx *tx, int64_t post_id, const struct stored_text *old,
			struct search_bulk *bulk, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = write_index(tx, -1, post_id, old->title, old->tags, old->body, bulk, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[TEXT_DROP], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	return db_run(st, NULL, err);
}

static enum rc put_in(struct db_tx *tx, int64_t post_id, const struct stored_text *text,
		      struct search_bulk *bulk, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_prepare(tx, sql[TEXT_PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rows_bind_text(st, 2, text->title);
	rows_bind_text(st, 3, text->tags);
	rows_bind_text(st, 4, text->body);
	rc = db_run(st, NULL, err);
	return rc == RC_OK ? write_index(tx, 1, post_id, text->title, text->tags, text->body, bulk, err) : rc;
}

static bool is_same(const struct stored_text *a, const struct stored_text *b)
{
	return a->is_there == b->is_there && str_eq(a->title, b->title) && str_eq(a->tags, b->tags) &&
	       str_eq(a->body, b->body);
}

static enum rc replace(struct db_tx *tx, int64_t post_id, const struct stored_text *text, struct search_bulk *bulk,
		       struct err *err)
{
	struct arena arena;
	struct stored_text old = { .is_there = false };
	struct search_bulk own, *use = bulk ? bulk : &own;

	arena_init(&arena, (size_t)128 << 20);
	enum rc rc = read_old(tx, post_id, &arena, &old, err);
	if (rc != RC_OK || is_same(&old, text))
		goto out;
	if (!bulk)
		bulk_init(&own);
	if (old.is_there)
		rc = take_out(tx, post_id, &old, use, err);
	if (rc == RC_OK && text->is_there)
		rc = put_in(tx, post_id, text, use, err);
	if (rc == RC_OK && !bulk)
		rc = write_words(&own, tx, err);
	if (!bulk)
		bulk_release(&own);
out:
	arena_release(&arena);
	return rc;
}

enum rc search_put(struct db_tx *tx, int64_t post_id, struct str title, struct str plain, struct str tags,
		   struct search_bulk *bulk, struct err *err)
{
	struct stored_text text = { true, title, tags, plain };
	bool searchable = false;
	enum rc rc = is_searchable(tx, post_id, &searchable, err);
	if (rc != RC_OK)
		return rc;
	if (!searchable)
		text = (struct stored_text){ .is_there = false };
	return replace(tx, post_id, &text, bulk, err);
}

enum rc search_remove(struct db_tx *tx, int64_t post_id, struct search_bulk *bulk, struct err *err)
{
	struct stored_text none = { .is_there = false };
	return replace(tx, post_id, &none, bulk, err);
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
