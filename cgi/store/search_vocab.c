/* search_vocab.c: in how many posts each word is, for corrections and completions. */
#include "base/base.h"
#include "store/rows.h"
#include "store/search_vocab.h"
#include "store/search_words.h"

#define VOCAB_WORD_MAX_B 40 /* longer ones are no words that somebody mistypes */

enum { WORD_MORE, WORD_LESS, WORD_NONE, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[WORD_MORE] = ("INSERT INTO vocab (word, reversed, n) VALUES (?1, ?2, ?3) "
		       "ON CONFLICT (word) DO UPDATE SET n = n + excluded.n"),
	[WORD_LESS] = "UPDATE vocab SET n = n + ?2 WHERE word = ?1",
	[WORD_NONE] = "DELETE FROM vocab WHERE word = ?1 AND n <= 0",
};

const struct statements search_vocab_statements = { "search_vocab.c", sql, SQL__MAX };

/* How the number of posts that have a word changes. */
struct delta {
	struct str word;     /* in the arena; p NULL: a free slot */
	int64_t change;
	uint64_t seen;       /* the last post that was counted: a word counts once a post */
};

void search_bulk_init(struct search_bulk *bulk)
{
	arena_init(&bulk->words, (size_t)512 << 20);
	bulk->cap = 1024;
	bulk->slots = mem_array(bulk->cap, sizeof *bulk->slots);
	bulk->count = 0;
	bulk->post = 0;
}

void search_bulk_release(struct search_bulk *bulk)
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
	if (slot->seen != bulk->post) {
		slot->seen = bulk->post;
		slot->change += change;
	}
	return RC_OK;
}

enum rc search_bulk_count(struct search_bulk *bulk, struct str text, int change, struct err *err)
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
enum rc search_bulk_write(struct search_bulk *bulk, struct db_tx *tx, struct err *err)
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
	search_bulk_init(bulk);
	return bulk;
}

enum rc search_bulk_end(struct search_bulk *bulk, struct db_tx *tx, struct err *err)
{
	enum rc rc = tx ? search_bulk_write(bulk, tx, err) : RC_OK;
	search_bulk_release(bulk);
	free(bulk);
	return rc;
}
