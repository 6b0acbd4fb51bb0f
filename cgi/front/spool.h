/* spool.h: where a request's body waits until all of it is there.
 *
 * Bodies are collected before anybody works on them, so that an upload of a kilobyte a second holds a
 * connection and a file but no thread. What is kept are the checked STDIN records as they came, for
 * libfcgi to parse. Small bodies stay in memory, larger ones go to a file without a name. */
#ifndef PLATEN_FRONT_SPOOL_H
#define PLATEN_FRONT_SPOOL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define SPOOL_MEMORY_B ((size_t)16 << 10) /* most forms; thousands of slow ones stay affordable */

/* Shared by all spools of a process: bounds what uploads may occupy on disk together. */
struct spool_room {
	const char *dir;       /* where the files are made */
	int64_t max_b;
	_Atomic int64_t used_b;
};

struct spool {
	struct spool_room *room;
	struct buf memory;     /* what is not yet in the file */
	int fd;                /* -1: no file yet */
	int64_t file_b;
};

void spool_init(struct spool *spool, struct spool_room *room);
void spool_release(struct spool *spool);

/* Appends to memory only: never blocks. */
void spool_put(struct spool *spool, const void *bytes, size_t n);
/* True when spool_flush() is due: memory is full, or there is a file already. */
bool spool_wants_file(const struct spool *spool);
/* Moves what is in memory to the file: may block. RC_BUSY: all uploads together are too large;
 * RC_NOSPACE, RC_IO. */
NODISCARD enum rc spool_flush(struct spool *spool, struct err *err);
/* A descriptor at the start of all that was put; the spool keeps owning it. May block. */
NODISCARD enum rc spool_rewind(struct spool *spool, int *fd, struct err *err);

/* The folder when the configuration names none: $TMPDIR, else /var/tmp (on disk). */
const char *spool_default_dir(void);

#endif
