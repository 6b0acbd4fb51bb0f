/* schedule.h: how far the scheduler has come with each task. */
#ifndef PLATEN_STORE_SCHEDULE_H
#define PLATEN_STORE_SCHEDULE_H

#include "db/db.h"

/* What came due up to *settled_ms is done. RC_NOTFOUND: the task is new. */
NODISCARD enum rc schedule_settled(struct db_ro *db, struct str task, int64_t *settled_ms, struct err *err);
/* Never goes back, which a scheduler that lost its lease without noticing would have it do; but for what lies
 * after `beyond_ms`: the clock was set back since. */
NODISCARD enum rc schedule_settle(struct db_tx *tx, struct str task, int64_t settled_ms, int64_t beyond_ms,
				  struct err *err);

#endif
