/* presence.h: tells the other processes that this worker is alive, and finds out whether it is the one that
 * calls the cronhooks: of all workers, whoever has the lease. */
#ifndef PLATEN_WORK_PRESENCE_H
#define PLATEN_WORK_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"
#include "db/db.h"
#include "work/complaint.h"

#define PRESENCE_LEASE "scheduler"
#define PRESENCE_LEASE_MS 10000  /* another takes over in so long when this one is killed */
#define PRESENCE_RENEW_MS 5000

struct presence {
	char id[JOB_OWNER_CHARS + 1];
	int64_t started_ms;
	bool leads;
	int64_t told_us;    /* when it last told, monotonic; 0: never */
	int64_t tried_us;   /* when it last asked for the lease although somebody has it */
	struct complaint silent, blind;
};

void presence_init(struct presence *presence, int64_t now_ms);
/* Once a second or so, tells what is to be told; whether this worker leads. While it does, both are one
 * commit every PRESENCE_RENEW_MS; standing by, it commits every WORKER_BEAT_MS. Failures are logged; a lease
 * that could not be renewed is held until its end. */
bool presence_tick(struct presence *presence, struct db_rw *db, int64_t now_ms);
/* It calls no more: another takes over at once. */
void presence_resign(struct presence *presence, struct db_rw *db);
/* At the end, after that: the others know that it is gone. */
void presence_end(struct presence *presence, struct db_rw *db);

#endif
