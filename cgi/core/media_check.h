/* media_check.h: whether the store has what the library says it has, and nothing else; and mending that. */
#ifndef PLATEN_CORE_MEDIA_CHECK_H
#define PLATEN_CORE_MEDIA_CHECK_H

#include "base/err.h"
#include "base/progress.h"
#include "conf/conf.h"
#include "db/db.h"

struct media_check {
	int64_t blobs, rows;         /* in the store; that must be there */
	int64_t orphans, lost;       /* blobs without a row; rows without a blob */
	int64_t misnamed;            /* in a bucket, where links do not lead to (blob/names.h) */
	int64_t dangling;            /* hashes in texts that are no file's, up to 1000 */
	struct str first_orphan, first_lost, first_dangling; /* in the arena; STR_NONE */
};
/* Compares the store with the database, and texts with both, in flat memory, while the site goes on. Blobs that are noted
 * to go are no orphans. */
NODISCARD enum rc media_check(const struct conf *conf, struct db_ro *db, struct arena *arena, struct media_check *out,
			      struct err *err);

struct media_mended {
	int64_t orphans, removed;    /* blobs without a row, and what is out of the store: those, and what was noted before */
	int64_t remade;              /* variants that were lost: jobs make them anew */
	int64_t lost;                /* files whose bytes nobody here has */
	int64_t renamed;             /* that are where links lead to again */
};
/* Is told of each: "orphan", "remade", "lost" or "renamed", the hash, and what the file is called ("": nothing). */
typedef void media_mended_fn(void *ctx, const char *what, struct str hash, struct str name);

/* Removes orphans from the store and orders anew what can be made of pictures that are there; what is lost is told. What
 * the bucket has by an older name gets the one that links lead to. With `dry_run` it is told what would be. May be stopped and done again. RC_BUSY: an import runs, or somebody else removes
 * blobs; RC_CONFLICT: stopped. */
NODISCARD enum rc media_mend(const struct conf *conf, struct db_rw *db, bool dry_run, const struct progress *progress,
			     media_mended_fn *tell, void *ctx, struct media_mended *out, struct err *err);

#endif
