/* deadline.h: ends what a connection is doing when its time is over. Private to db/.
 *
 * SQLite asks its progress handler between the steps of a statement, and a check of a table's pages is one single
 * step: only sqlite3_interrupt() of another thread is heard there. */
#ifndef PLATEN_DB_DEADLINE_H
#define PLATEN_DB_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

struct deadline;

/* Starts the thread that waits for `at_us` (monotonic). Statements that run then fail with RC_TIMEOUT. RC_IO: there
 * is no thread. */
NODISCARD enum rc deadline_set(struct db_ro *db, int64_t at_us, struct deadline **out, struct err *err);
/* Whether the time is over: what was read meanwhile may lack something. */
bool deadline_is_over(struct deadline *deadline);
/* Ends the thread; NULL allowed. */
void deadline_clear(struct deadline *deadline);

#endif
