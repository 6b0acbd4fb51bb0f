/* fts.c: a ranking function for FTS5 that needs no pass over all matches. */
#include "base/base.h"
#include "db/conn.h"
#include "db/fts.h"

#define PHRASES_MAX 64
#define INSTANCES_MAX 256 /* of one row; more do not change its rank */
#define COLUMNS 3
#define BODY 2
#define USUAL_BODY 400.0  /* words; a longer body must say a word more often to count the same */
#define OPENING 40        /* words of the body that say what it is about */

struct tally {
	int hits[PHRASES_MAX][COLUMNS];
	bool opening[PHRASES_MAX];
};

static int count_hits(const Fts5ExtensionApi *api, Fts5Context *fts, struct tally *t)
{
	int count, code = api->xInstCount(fts, &count);
	for (int i = 0; code == SQLITE_OK && i < count && i < INSTANCES_MAX; i++) {
		int phrase, column, offset;
		code = api->xInst(fts, i, &phrase, &column, &offset);
		if (code != SQLITE_OK || phrase >= PHRASES_MAX || column >= COLUMNS)
			continue;
		t->hits[phrase][column]++;
		if (column == BODY && offset < OPENING)
			t->opening[phrase] = true;
	}
	return code;
}

/* BM25's saturation without its document frequencies: all words are required, so how rare each is
 * would hardly change the order. */
static double score(const struct tally *t, int phrases, int exact, double length)
{
	double sum = 0;
	for (int i = 0; i < phrases && i < PHRASES_MAX; i++) {
		double tf = t->hits[i][BODY];
		double one = 6.0 * (t->hits[i][0] > 0) + 3.0 * (t->hits[i][1] > 0) +
			     2.2 * tf / (tf + 1.2 * (0.25 + 0.75 * length / USUAL_BODY)) +
			     0.5 * t->opening[i];
		sum += i < exact ? one : one / 2;
	}
	return sum;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int count,
		 sqlite3_value **values)
{
	struct tally tally = { .hits = { { 0 } } };
	int length = 0, code = count_hits(api, fts, &tally);
	if (code == SQLITE_OK && api->xColumnCount(fts) > BODY)
		code = api->xColumnSize(fts, BODY, &length);
	if (code != SQLITE_OK)
		sqlite3_result_error_code(context, code);
	else
		sqlite3_result_double(context, score(&tally, api->xPhraseCount(fts),
				      count > 0 ? sqlite3_value_int(values[0]) : PHRASES_MAX, length));
}

/* https://www.sqlite.org/fts5.html#extending_fts5 */
static fts5_api *api_of(sqlite3 *handle)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return api;
}

enum rc db_fts_enable(struct db_ro *db, struct err *err)
{
	if (db->has_rank)
		return RC_OK;
	fts5_api *api = api_of(db->handle);
	if (!api)
		return err_set(err, RC_UNSUPPORTED, "this SQLite was built without FTS5");
	int code = api->xCreateFunction(api, "platen_rank", NULL, rank, NULL);
	if (code != SQLITE_OK)
		return conn_fail(db, code, "prepare searching in", err);
	db->has_rank = true;
	return RC_OK;
}
