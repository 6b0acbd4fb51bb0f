/* worker.h: the process that does jobs and, one of several, calls the site's own cronhooks. */
#ifndef PLATEN_WORK_WORKER_H
#define PLATEN_WORK_WORKER_H

#include "conf/conf.h"

struct worker_options {
	unsigned light, heavy; /* threads for jobs that wait or are short, and for those that burn a processor */
};

/* Works until SIGTERM or SIGINT: then nothing more is begun, what runs is asked to end and has PLATEN_GRACE
 * for it. RC_TIMEOUT: threads did not end in time; what they did is given back to the queue, and the
 * caller must end the process at once. Any other code: it could not start. To be called from the main
 * thread before any other thread is there. Wakes once a second while nothing is to be done. */
NODISCARD enum rc worker_run(const struct conf *conf, const struct worker_options *options, struct err *err);

#endif
