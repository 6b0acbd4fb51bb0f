/* fts.h: a ranking function for FTS5 that reads nothing but the list of matches.
 *
 * SQLite's bm25() counts every row that has each word before it ranks the first one: at 100 000
 * posts a common word costs 30 ms or more. platen_rank() looks at the row alone. bm25() also looks up
 * the length of each row, on a page of its own in a large index: here the column that a body stands in
 * says about how long it is. */
#ifndef PLATEN_DB_FTS_H
#define PLATEN_DB_FTS_H

#include "db/db.h"

/* Columns of an index that platen_rank() can rank: title, tags, then so many for the body, of which a
 * row uses one; the last ones may be missing. */
#define FTS_BODY_COLUMNS 8

/* Which of them is for a body of so many words: the first for up to 50, each next one for twice as
 * many, the last for all that is longer. */
int db_fts_body_column(size_t words);

/* Makes the SQL function platen_rank(TABLE, exact) known to this connection; idempotent and cheap when
 * done. It gives a number above 0, larger is better. `exact` is how many phrases of the query count in
 * full; those behind it (completions of a word) count half. */
NODISCARD enum rc db_fts_enable(struct db_ro *db, struct err *err);

#endif
