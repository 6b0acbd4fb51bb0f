/* crew.h: threads that do the jobs of one class. */
#ifndef PLATEN_WORK_CREW_H
#define PLATEN_WORK_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/job.h"
#include "db/db.h"

#define CREW_THREADS_MAX 16

struct crew;

/* Starts `threads` threads, which sleep until crew_wake(). `conf` must outlive the crew. */
NODISCARD enum rc crew_open(const struct conf *conf, enum job_class class, unsigned threads, struct crew **out,
			    struct err *err);

/* Something may be due: threads that sleep look, and go on until nothing is. Any thread. */
void crew_wake(struct crew *crew);

/* Renews the leases of what is being done, by `db` of the caller; but not of what runs longer than its kind
 * may: somebody else shall have it. */
NODISCARD enum rc crew_extend(struct crew *crew, struct db_rw *db, int64_t now_ms, struct err *err);

/* What was taken together with a job that turns out to be slow goes back to its place in the queue, for another
 * thread or another worker; call it once a second or so. Writes only when there is such a thing. */
NODISCARD enum rc crew_share(struct crew *crew, struct db_rw *db, int64_t now_ms, struct err *err);

/* Nothing more is begun; what runs is asked to end. */
void crew_stop(struct crew *crew);
/* After crew_stop(): whether all threads have ended. */
bool crew_has_ended(struct crew *crew);
/* After crew_stop(), for a process that ends at once while threads still run: gives what they do back, so
 * that others need not wait for the end of a lease. *count: how many jobs. */
NODISCARD enum rc crew_give_back(struct crew *crew, struct db_rw *db, int64_t now_ms, size_t *count, struct err *err);

/* Joins the threads, which must have been stopped. NULL allowed. */
void crew_close(struct crew *crew);

#endif
