/* lost.h: counts in memory what readers did not find, and now and then writes it down.
 *
 * However many addresses somebody asks for, a process keeps LOST_SLOTS of them and writes them once a minute, in one
 * transaction of traffic.db: neither memory nor disk can be filled with them. Pages that were found cost nothing. */
#ifndef PLATEN_WEB_LOST_H
#define PLATEN_WEB_LOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "web/basis.h"

#define LOST_SLOTS 128
#define LOST_PATH_MAX_B 250
#define LOST_REFERRER_MAX_B 200

struct lost;

struct lost *lost_new(void);
void lost_free(struct lost *lost); /* NULL allowed; what was not written is gone */
/* Counts the path, unless it is longer, has a control character or a segment that begins with a dot (where
 * only robots look for secrets). `referrer` is cut before its query; STR_NONE: none. Any thread. */
void lost_note(struct lost *lost, struct str path, struct str referrer, int64_t now_ms);
/* Writes what was counted since the last time. `sparing`: for processes of one request, which have nobody to
 * write for them later: only when in the last minute few were written. Any thread. */
NODISCARD enum rc lost_write(struct lost *lost, const struct basis *basis, bool sparing, int64_t now_ms, struct err *err);

#endif
