/* fts.h: a ranking function for FTS5 that needs no pass over all matches.
 *
 * SQLite's bm25() counts every row that has each word before it ranks the first one: at 100 000
 * posts a common word costs 30 ms or more. platen_rank() looks at the row alone. */
#ifndef PLATEN_DB_FTS_H
#define PLATEN_DB_FTS_H

#include "db/db.h"

/* Makes the SQL function platen_rank(TABLE, exact) known to this connection; idempotent and cheap when
 * done. It gives a number above 0, larger is better, for FTS5 tables whose first column is a title,
 * the second tags, the third (optional) the body. `exact` is how many phrases of the query count in
 * full; those behind it (completions of a word) count half. */
NODISCARD enum rc db_fts_enable(struct db_ro *db, struct err *err);

#endif
