/* fts.c: a ranking function for FTS5 that reads nothing but the list of matches. */
#include "base/base.h"
#include "db/conn.h"
#include "db/fts.h"

#define INSTANCES_MAX 256 /* of a phrase in one row; more do not change its rank */
#define TITLE 0
#define TAGS 1
#define BODY 2            /* the first of FTS_BODY_COLUMNS */
#define SHORTEST 50       /* words: up to as many stand in the first column for bodies */
#define USUAL_BODY 400.0  /* words; a longer body must say a word more often to count the same */
#define OPENING 40        /* words of the body that say what it is about */

/* One phrase in one row. */
struct tally {
	int hits, body;
	bool title, tags, opening;
};

int db_fts_body_column(size_t words)
{
	int column = 0;
	for (size_t most = SHORTEST; words > most && column < FTS_BODY_COLUMNS - 1; most *= 2)
		column++;
	return column;
}

/* The middle of what stands in a column, by the factor that the columns differ by. */
static double usual_length(int column)
{
	return SHORTEST * 0.7 * (double)(1u << column);
}

static void count_hit(struct tally *t, int column, int offset)
{
	t->hits++;
	t->title = t->title || column == TITLE;
	t->tags = t->tags || column == TAGS;
	t->body += column >= BODY;
	t->opening = t->opening || (column >= BODY && offset < OPENING);
}

/* BM25's saturation without its document frequencies: all words are required, so how rare each is
 * would hardly change the order. */
static double score(const struct tally *t, double length)
{
	double tf = t->body;
	return 6.0 * t->title + 3.0 * t->tags + 2.2 * tf / (tf + 1.2 * (0.25 + 0.75 * length / USUAL_BODY)) +
	       0.5 * t->opening;
}

static int score_phrase(const Fts5ExtensionApi *api, Fts5Context *fts, int phrase, double *out)
{
	struct tally t = { 0 };
	Fts5PhraseIter iter;
	int column, offset, longest = BODY;
	int code = api->xPhraseFirst(fts, phrase, &iter, &column, &offset);
	while (code == SQLITE_OK && column >= 0 && t.hits < INSTANCES_MAX) {
		count_hit(&t, column, offset);
		longest = column > longest ? column : longest;
		api->xPhraseNext(fts, &iter, &column, &offset);
	}
	*out = t.hits ? score(&t, usual_length(longest - BODY)) : 0;
	return code;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int count,
		 sqlite3_value **values)
{
	int phrases = api->xPhraseCount(fts), code = SQLITE_OK;
	int exact = count > 0 ? sqlite3_value_int(values[0]) : phrases;
	double sum = 0, one;
	for (int i = 0; code == SQLITE_OK && i < phrases; i++) {
		code = score_phrase(api, fts, i, &one);
		sum += i < exact ? one : one / 2;
	}
	if (code != SQLITE_OK)
		sqlite3_result_error_code(context, code);
	else
		sqlite3_result_double(context, sum);
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
