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

/* One process at a time removes blobs: a second one could remove what was put again after the first had removed it. An
 * import, which puts bytes long before it makes their rows, keeps all of them from it. The data folder itself is the lock,
 * which ends with its holder, who closes *fd. MEDIA_HOLD_ALONE: RC_BUSY when somebody else has it. */
enum media_hold { MEDIA_HOLD_ALONE, MEDIA_HOLD_SHARED };
NODISCARD enum rc media_hold(const struct conf *conf, enum media_hold how, int *fd, struct err *err);

#endif
