/* search_number.c: the number that a post has in the search index. */
#include "base/base.h"
#include "store/rows.h"
#include "store/search_number.h"

#define SECOND_MAX (INT64_C(1) << 48) /* nine million years: no product below overflows */
#define TRIES_MAX 64
#define SPREAD_MAX_BITS 20

enum { GET, LAST, PUT, DROP, SQL__MAX };

static const char *const sql[SQL__MAX] = {
	[GET] = "SELECT number FROM search_doc WHERE post_id = ?1",
	[LAST] = "SELECT number FROM search_doc WHERE number >= ?1 AND number < ?2 ORDER BY number DESC LIMIT 1",
	[PUT] = "INSERT INTO search_doc (number, post_id) VALUES (?1, ?2)",
	[DROP] = "DELETE FROM search_doc WHERE post_id = ?1",
};

const struct statements search_number_statements = { "search_number.c", sql, SQL__MAX };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t second_of(int64_t ms)
{
	int64_t second = floor_div(ms, 1000);
	return second > SECOND_MAX ? SECOND_MAX : second < -SECOND_MAX ? -SECOND_MAX : second;
}

int64_t search_number_from(int64_t ms, int64_t seconds)
{
	return (second_of(ms) + seconds) * SEARCH_NUMBERS;
}

int64_t search_number_ms(int64_t number)
{
	return floor_div(number, SEARCH_NUMBERS) * 1000;
}

enum rc search_number_get(struct db_ro *db, int64_t post_id, bool *there, int64_t *number, struct err *err)
{
	struct db_stmt *st;
	enum rc rc = db_query(db, sql[GET], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, post_id);
	rc = db_step(st, there, err);
	if (rc == RC_OK && *there) {
		*number = db_col_i64(st, 0);
		db_done(st);
	}
	return rc;
}

/* *free false: the numbers of this second are given. Gaps are not looked for. */
static enum rc next_of(struct db_ro *db, int64_t second, bool *is_free, int64_t *number, struct err *err)
{
	struct db_stmt *st;
	bool row;
	int64_t first = second * SEARCH_NUMBERS, last = first - 1;
	enum rc rc = db_query(db, sql[LAST], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, first);
	db_bind_i64(st, 2, first + SEARCH_NUMBERS);
	rc = db_step(st, &row, err);
	if (rc != RC_OK)
		return rc;
	if (row) {
		last = db_col_i64(st, 0);
		db_done(st);
	}
	*is_free = last < first + SEARCH_NUMBERS - 1;
	*number = last + 1;
	return RC_OK;
}

/* A hundred thousand posts of one second spread over a span that doubles with each try, so that few
 * tries are needed. */
static int64_t seconds_back(int64_t post_id, int tries)
{
	int bits = tries + 2 < SPREAD_MAX_BITS ? tries + 2 : SPREAD_MAX_BITS;
	uint64_t h = ((uint64_t)post_id + (uint64_t)tries) * 0x9E3779B97F4A7C15u;
	return tries == 0 ? 0 : 1 + (int64_t)(h >> (64 - bits));
}

static enum rc find_free(struct db_ro *db, int64_t post_id, int64_t published_ms, int64_t *number, struct err *err)
{
	bool is_free = false;
	enum rc rc = RC_OK;
	for (int tries = 0; rc == RC_OK && !is_free && tries < TRIES_MAX; tries++)
		rc = next_of(db, second_of(published_ms) - seconds_back(post_id, tries), &is_free, number, err);
	if (rc == RC_OK && !is_free)
		rc = err_set(err, RC_LIMIT, "too many posts have the same time for the search index");
	return rc;
}

enum rc search_number_put(struct db_tx *tx, int64_t post_id, int64_t published_ms, const int64_t *wanted,
			  int64_t *number, struct err *err)
{
	struct db_stmt *st;
	int64_t chosen;
	enum rc rc = RC_OK;
	if (wanted && floor_div(*wanted, SEARCH_NUMBERS) == second_of(published_ms))
		chosen = *wanted;
	else
		rc = find_free(db_tx_ro(tx), post_id, published_ms, &chosen, err);
	if (rc == RC_OK)
		rc = db_prepare(tx, sql[PUT], &st, err);
	if (rc != RC_OK)
		return rc;
	db_bind_i64(st, 1, chosen);
	db_bind_i64(st, 2, post_id);
	rc = db_run(st, NULL, err);
	if (rc == RC_OK)
		*number = chosen;
	return rc;
}

enum rc search_number_drop(struct db_tx *tx, int64_t post_id, struct err *err)
{
	return rows_run_for(tx, sql[DROP], post_id, err);
}
