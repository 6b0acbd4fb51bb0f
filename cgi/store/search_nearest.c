/* search_nearest.c: the words of the vocabulary that begin like a word, or are nearest to it. */
#include "base/base.h"
#include "store/rows.h"
#include "store/search.h"
#include "store/search_nearest.h"
#include "store/search_words.h"

#define CHARS_MAX 40
#define RANGE_MAX 20000      /* words looked at in one range */
#define COMPLETIONS_SEEN 500
#define BEST_MAX 32         /* nobody asks for more */

enum { BY_BEGINNING, BY_ENDING, COMPLETIONS, KNOWN, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[BY_BEGINNING] = "SELECT word, n FROM vocab WHERE word >= ?1 AND word < ?2 LIMIT ?3",
	[BY_ENDING] = "SELECT word, n FROM vocab WHERE reversed >= ?1 AND reversed < ?2 LIMIT ?3",
	[COMPLETIONS] = "SELECT word, n FROM vocab WHERE word > ?1 AND word < ?2 LIMIT ?3",
	[KNOWN] = "SELECT n FROM vocab WHERE word = ?1",
};

const struct statements search_nearest_statements = { "search_nearest.c", sql, SQL__MAX };

struct chars {
	uint32_t c[CHARS_MAX];
	int n;
};

struct candidate {
	struct str word;
	int distance;
	int64_t frequency;
};

/* The best so far, the best one first. A word that is found twice has the same place both times. */
struct best {
	struct arena *arena;
	struct candidate items[BEST_MAX];
	size_t count, max;
};

/* False when it has more than CHARS_MAX. */
static bool chars_of(struct str word, struct chars *out)
{
	out->n = 0;
	while (word.n) {
		if (out->n == CHARS_MAX)
			return false;
		word = search_char(word, &out->c[out->n++]);
	}
	return true;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; anything
 * above `max` is max + 1. Only the band of width 2 * max + 1 around the diagonal is computed. */
static int distance(const struct chars *a, const struct chars *b, int max)
{
	int rows[3][CHARS_MAX + 1];
	int over = max + 1;

	if (abs(a->n - b->n) > max)
		return over;
	for (int j = 0; j <= b->n; j++)
		rows[0][j] = j <= max ? j : over;
	for (int i = 1; i <= a->n; i++) {
		int *now = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		int from = i - max > 1 ? i - max : 1, to = least(i + max, b->n), best = over;
		now[0] = i <= max ? i : over;
		if (from > 1)
			now[from - 1] = over;
		for (int j = from; j <= to; j++) {
			bool same = a->c[i - 1] == b->c[j - 1];
			int d = last[j - 1] + !same;
			d = least(d, now[j - 1] + 1);
			if (j < i + max)
				d = least(d, last[j] + 1);
			if (i > 1 && j > 1 && a->c[i - 1] == b->c[j - 2] && a->c[i - 2] == b->c[j - 1])
				d = least(d, before[j - 2] + 1);
			now[j] = least(d, over);
			best = least(best, now[j]);
		}
		if (to < b->n)
			now[to + 1] = over;
		if (best >= over && from > 1)
			return over;
	}
	return rows[a->n % 3][b->n];
}

static int by_nearness(const struct candidate *a, const struct candidate *b)
{
	if (a->distance != b->distance)
		return a->distance - b->distance;
	if (a->frequency != b->frequency)
		return a->frequency > b->frequency ? -1 : 1;
	return str_cmp(a->word, b->word);
}

/* Puts a word in its place among the best, once; it is copied only when it gets one. */
static enum rc consider(struct best *best, struct str word, int64_t frequency, int far, struct err *err)
{
	struct candidate one = { word, far, frequency };
	size_t at = best->count;
	while (at > 0 && by_nearness(&one, &best->items[at - 1]) < 0)
		at--;
	if (at == best->max || (at > 0 && str_eq(best->items[at - 1].word, word)))
		return RC_OK;
	char *copy = arena_try(best->arena, word.n);
	if (!copy)
		return err_set(err, RC_LIMIT, "a list is larger than this request's memory");
	memcpy(copy, word.p, word.n);
	one.word = str_n(copy, word.n);
	best->count += best->count < best->max;
	for (size_t i = best->count - 1; i > at; i--)
		best->items[i] = best->items[i - 1];
	best->items[at] = one;
	return RC_OK;
}

/* The first or the last two characters, as the beginning of a range of the table or of its index. */
static struct str range_key(const struct chars *wanted, struct str word, bool reversed, char key[8])
{
	struct str rest = word;
	uint32_t c;
	if (!reversed) {
		rest = search_char(rest, &c);
		if (rest.n)
			rest = search_char(rest, &c);
		memcpy(key, word.p, word.n - rest.n);
		return str_n(key, word.n - rest.n);
	}
	size_t last = 0, before = 0;
	for (int i = 0; i < wanted->n; i++) {
		before = last;
		last = word.n - rest.n;
		rest = search_char(rest, &c);
	}
	memcpy(key, word.p + last, word.n - last);
	memcpy(key + (word.n - last), word.p + before, last - before);
	return str_n(key, word.n - before);
}

/* What is behind all texts that begin with `key`: no text contains the byte 0xFF. */
static struct str range_end(struct str key, char end[SEARCH_WORD_MAX_B + 1])
{
	memcpy(end, key.p, key.n);
	end[key.n] = '\xFF';
	return str_n(end, key.n + 1);
}

static enum rc look_in_range(struct db_ro *db, bool reversed, struct str word, const struct chars *wanted, int max,
			     struct best *best, struct err *err)
{
	struct db_stmt *st;
	char key[8], end[SEARCH_WORD_MAX_B + 1];
	bool row;
	struct str from = range_key(wanted, word, reversed, key);
	enum rc rc = db_query(db, sql[reversed ? BY_ENDING : BY_BEGINNING], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, from);
	db_bind_str(st, 2, range_end(from, end));
	db_bind_i64(st, 3, RANGE_MAX);
	while ((rc = db_step(st, &row, err)) == RC_OK && row) {
		struct str other = db_col_str(st, 0);
		struct chars chars;
		if (other.n > word.n + 8 || str_eq(other, word) || !chars_of(other, &chars))
			continue;
		int far = distance(wanted, &chars, max);
		if (far <= max)
			rc = consider(best, other, db_col_i64(st, 1), far, err);
		if (rc != RC_OK) {
			db_done(st);
			break;
		}
	}
	return rc;
}

static struct best best_of(size_t max, struct arena *arena)
{
	return (struct best){ .arena = arena, .max = max < BEST_MAX ? max : BEST_MAX };
}

static size_t take_words(const struct best *best, struct str *out)
{
	for (size_t i = 0; i < best->count; i++)
		out[i] = best->items[i].word;
	return best->count;
}

enum rc search_nearest(struct db_ro *db, struct str word, struct arena *arena, struct str *out, size_t max,
		       size_t *count, struct err *err)
{
	struct best best = best_of(max, arena);
	struct chars wanted;
	enum rc rc = RC_OK;

	if (chars_of(word, &wanted) && wanted.n >= 2) {
		int far = wanted.n <= 4 ? 1 : 2;
		rc = look_in_range(db, false, word, &wanted, far, &best, err);
		if (rc == RC_OK)
			rc = look_in_range(db, true, word, &wanted, far, &best, err);
	}
	if (rc == RC_OK)
		*count = take_words(&best, out);
	return rc;
}

enum rc search_completions(struct db_ro *db, struct str word, struct arena *arena, struct str *out, size_t max,
			   size_t *count, struct err *err)
{
	struct db_stmt *st;
	struct best best = best_of(max, arena);
	char end[SEARCH_WORD_MAX_B + 1];
	bool row;
	enum rc rc = db_query(db, sql[COMPLETIONS], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, word);
	db_bind_str(st, 2, range_end(word, end));
	db_bind_i64(st, 3, COMPLETIONS_SEEN);
	while ((rc = db_step(st, &row, err)) == RC_OK && row) {
		rc = consider(&best, db_col_str(st, 0), db_col_i64(st, 1), 0, err);
		if (rc != RC_OK) {
			db_done(st);
			return rc;
		}
	}
	if (rc == RC_OK)
		*count = take_words(&best, out);
	return rc;
}

enum rc search_is_known(struct db_ro *db, struct str word, bool *known, struct err *err)
{
	struct db_stmt *st;
	int64_t n;
	enum rc rc = db_query(db, sql[KNOWN], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_str(st, 1, word);
	rc = rows_i64(st, &n, err);
	if (rc == RC_OK)
		*known = n > 0;
	return rc;
}
