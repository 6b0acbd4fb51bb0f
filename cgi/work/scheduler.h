/* scheduler.h: calls the site's own cronhooks when their time has come.
 *
 * Of all workers one is the scheduler (presence.h). A call is a signed message whose id is made
 * from the task and the time it was due at: when its sender dies, or nobody knows whether it arrived, the
 * next one sends the same message, and the receipts see to it that it is done once. What came due while
 * nobody was there is done once. A call that fails is sent again after a while, at the task's next time at
 * the latest, and stands for all that came due meanwhile. */
#ifndef PLATEN_WORK_SCHEDULER_H
#define PLATEN_WORK_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "db/db.h"

struct scheduler;

/* `conf` must outlive it; the calls have a thread of their own. */
NODISCARD enum rc scheduler_open(const struct conf *conf, struct scheduler **out, struct err *err);

/* Once a second or so, in one thread, with that thread's connection: keeps what came of the last call, and
 * begins the next one if this worker `leads`. `changed`: something was committed since the last time.
 * Failures are logged. */
void scheduler_tick(struct scheduler *scheduler, struct db_rw *db, bool leads, bool changed, int64_t now_ms);

/* Ends a call that is under way. */
void scheduler_stop(struct scheduler *scheduler);
/* After scheduler_stop(): whether its thread has ended. Joining one that waits for the network could take long. */
bool scheduler_has_ended(struct scheduler *scheduler);
/* Joins the thread. NULL allowed. */
void scheduler_close(struct scheduler *scheduler);

#endif
