/* job_work.h: doing what is due for a while: for a cronhook where no worker is, and for a person. */
#ifndef PLATEN_CORE_JOB_WORK_H
#define PLATEN_CORE_JOB_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/job.h"
#include "db/db.h"

struct jobs_done {
	int64_t done, failed;  /* of this call; a job that goes on later counts as done, too */
	bool more;             /* time was over and something is still due */
};

/* Claims, does and settles up to `most` jobs (0: any number) of both classes, light ones first, until nothing is due
 * or the time `until_us` (monotonic) is over, which is also the time limit of each job. May run beside itself and
 * beside workers. No transaction may be open. On failure *out tells what was done before. */
NODISCARD enum rc jobs_do_due(const struct conf *conf, struct db_rw *db, int64_t until_us, int64_t most,
			      struct jobs_done *out, struct err *err);

/* The same for jobs of one kind, for whoever has just added one and can wait a moment: *out does not tell
 * `more`. A worker may be faster. */
NODISCARD enum rc jobs_do_kind(const struct conf *conf, struct db_rw *db, const char *kind, int64_t until_us,
			       struct jobs_done *out, struct err *err);

#endif
