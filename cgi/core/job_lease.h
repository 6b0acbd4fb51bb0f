/* job_lease.h: renews the leases of jobs that are done outside of a worker: in a request, or by a command.
 *
 * A job there may take longer than its lease as anywhere; whoever comes to look for work meanwhile must not begin
 * it again. */
#ifndef PLATEN_CORE_JOB_LEASE_H
#define PLATEN_CORE_JOB_LEASE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/job.h"

struct job_lease;

/* Begins a thread that renews the leases of `jobs`, which stay the caller's, every JOB_RENEW_MS; it has a connection
 * of its own, opened when the first time is over. Where no thread can be made the leases are not renewed: NULL,
 * which the others take. */
struct job_lease *job_lease_begin(const struct conf *conf, const struct jobs *jobs);
/* The job with that index is begun: what runs beyond its kind's time limit is left to others. */
void job_lease_at(struct job_lease *lease, size_t at);
/* Ends the thread, before the jobs are settled. */
void job_lease_end(struct job_lease *lease);

extern _Atomic int64_t job_lease_every_ms; /* JOB_RENEW_MS; tests make it shorter */

#endif
