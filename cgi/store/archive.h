/* archive.h: how many visible posts each month has. */
#ifndef PLATEN_STORE_ARCHIVE_H
#define PLATEN_STORE_ARCHIVE_H

#include "db/db.h"

struct archive_month {
	int64_t ym;     /* year * 100 + month in the site's zone */
	int64_t count;  /* above 0 */
};

struct archive {
	struct archive_month *items; /* newest first */
	size_t count;
};

/* The kept counts minus the future's. */
NODISCARD enum rc archive_list(struct db_ro *db, int64_t now_ms, struct arena *arena, struct archive *out,
			       struct err *err);

#endif
