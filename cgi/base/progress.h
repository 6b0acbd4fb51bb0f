/* progress.h: how long work tells how far it is, and is told to stop. */
#ifndef PLATEN_BASE_PROGRESS_H
#define PLATEN_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct progress {
	/* Told of every item, so it must be quick: `stage` is a constant word ("reading"), `item` the file at
	 * hand ("" where there is none), `total` 0: not known. False: whoever works shall stop, and take back
	 * what it did. Called in the thread that the work was begun in. NULL: nobody wants to know. */
	bool (*tell)(void *ctx, const char *stage, int64_t done, int64_t total, struct str item);
	void *ctx;
};

/* RC_CONFLICT: it was stopped. `progress` may be NULL. */
NODISCARD static inline enum rc progress_tell(const struct progress *progress, const char *stage, int64_t done,
					      int64_t total, struct str item, struct err *err)
{
	if (!progress || !progress->tell || progress->tell(progress->ctx, stage, done, total, item))
		return RC_OK;
	return err_set(err, RC_CONFLICT, "it was cancelled");
}

#endif
