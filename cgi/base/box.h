/* box.h: a helper program executed in confinement: no environment, no descriptors but the given ones, bounded
 * time, memory, output and system calls.
 *
 * Both sides: box_run() starts the helper and waits, box_confine() is what the helper calls first. */
#ifndef PLATEN_BASE_BOX_H
#define PLATEN_BASE_BOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define BOX_FDS_MAX 64

struct box_job {
	const char *program;       /* path */
	const char *const *argv;   /* ends with NULL; argv[0] is the name */
	int fd_in;                 /* becomes descriptor 0 */
	const int *fds;            /* become 3, 4, ...; borrowed */
	size_t fd_count;           /* at most BOX_FDS_MAX */
	int wall_ms;               /* then it is killed */
};

/* Executes the job's program (posix_spawn: nothing of this process runs in the child, so any thread of
 * any program may call) and waits for its end. Standard output and standard error are collected in `out`
 * and `said`, each up to its buffer's maximum; more than that and it is killed. *status is as waitpid()
 * gives it. RC_OK: it ran to an end of its own, whichever; RC_TIMEOUT: it was killed for its time;
 * RC_LIMIT: for its output; RC_NOTFOUND, RC_DENIED, RC_IO: it could not be started. */
NODISCARD enum rc box_run(const struct box_job *job, struct buf *out, struct buf *said, int *status,
			  struct err *err);

struct box_limits {
	int64_t memory_b;   /* address space */
	int64_t file_b;     /* of each file written */
	int cpu_s;
};

/* Gives up what computing does not need, for good: the limits, no core file, no new privileges, and of the
 * system calls only those for memory, threads, time and the descriptors that are open: opening a file
 * fails, any other call kills the process (SIGSYS). Before a byte of input is read. RC_UNSUPPORTED: the
 * kernel has no seccomp. Under a sanitizer, which needs more, only the CPU and file limits. */
NODISCARD enum rc box_confine(const struct box_limits *limits, struct err *err);

#endif
