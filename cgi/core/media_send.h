/* media_send.h: files that wait in the spool (blob/spool.h) until the media store can take them. */
#ifndef PLATEN_CORE_MEDIA_SEND_H
#define PLATEN_CORE_MEDIA_SEND_H

#include "base/err.h"
#include "blob/spool.h"
#include "conf/conf.h"
#include "db/db.h"

#define JOB_MEDIA_SEND "media.send"
#define MEDIA_WAITS_LONG_MS (INT64_C(15) * 60000) /* then people are told */

/* Orders that what waits is sent, if anything does; one order is enough. Whoever is killed before he could do so is made up
 * for by the task "ttl". */
NODISCARD enum rc media_send_order(struct db_tx *tx, struct blob_store *blobs, int64_t now_ms, struct err *err);

/* What waits; also that for which there is no bucket any more, since PLATEN_MEDIA names a folder now: *stranded. */
NODISCARD enum rc media_send_waiting(const struct conf *conf, struct blob_waiting *out, bool *stranded, struct err *err);
/* How many wait when one of them does for longer than MEDIA_WAITS_LONG_MS, or all are stranded; else 0. For pages: it looks at
 * as few as it can (blob_spool_overdue). */
NODISCARD enum rc media_send_overdue(const struct conf *conf, int64_t now_ms, int64_t *count, struct err *err);

#endif
