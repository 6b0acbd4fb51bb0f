/* followed.h: counts in memory which redirects readers follow, and now and then writes it down.
 *
 * A request that follows one costs no write: a process keeps up to FOLLOWED_MAX different ones and writes them once a
 * minute, in one transaction of traffic.db. More than that in one minute are not counted. What a process that is
 * killed has not written is lost. */
#ifndef PLATEN_WEB_FOLLOWED_H
#define PLATEN_WEB_FOLLOWED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "web/basis.h"

#define FOLLOWED_MAX 2048

struct followed;

struct followed *followed_new(void);
void followed_free(struct followed *followed); /* NULL allowed; what was not written is gone */
/* Counts a redirect by its from_path, as it is stored: an outsider cannot make more than there are. Any thread. */
void followed_note(struct followed *followed, struct str from_path, int64_t now_ms);
/* Writes what was counted since the last time. `sparing`: for processes of one request, which have nobody to write
 * for them later: the same redirect not sooner than after ten seconds, which counts too few of a rush. Any
 * thread. */
NODISCARD enum rc followed_write(struct followed *followed, const struct basis *basis, bool sparing, struct err *err);

#endif
