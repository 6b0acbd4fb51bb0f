/* media_keep.h: what the library forgets, and when: expiry, trash, removal of rows, variants and blobs. */
#ifndef PLATEN_CORE_MEDIA_KEEP_H
#define PLATEN_CORE_MEDIA_KEEP_H

#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"
#include "core/task.h"

/* Its part of the task "ttl": adds its counts to `counts`. Does nothing that is not due, and stops when time is over. */
NODISCARD enum rc media_keep(struct task_call *call, struct json *counts, struct err *err);

/* Removes the blobs that are noted (store/media_gone.h), unless another process is at it. What the store does not remove
 * is logged and stays noted. No transaction may be open. *removed is added to. `is_over` may be NULL. */
NODISCARD enum rc media_clear_gone(const struct conf *conf, struct db_rw *db, bool (*is_over)(void *ctx), void *ctx,
				   int64_t *removed, bool *more, struct err *err);

struct media_check {
	int64_t blobs, rows;         /* in the store; that must be there */
	int64_t orphans, lost;       /* blobs without a row; rows without a blob */
	int64_t dangling;            /* hashes in texts that are no file's, up to 1000 */
	struct str first_orphan, first_lost, first_dangling; /* in the arena; STR_NONE */
};
/* Compares the store with the database, and texts with both, in flat memory, while the site goes on. Blobs that are noted
 * to go are no orphans. */
NODISCARD enum rc media_check(const struct conf *conf, struct db_ro *db, struct arena *arena, struct media_check *out,
			      struct err *err);

#endif
