/* upgrade.h: a program that is newer than its databases brings them up to date by itself.
 *
 * Steps of the schema only expand: the program before this one goes on working on what they make, each is a
 * transaction of its own, and whoever comes second finds it done. So nobody need be asked, which matters where there
 * is no shell to run `platen migrate` in. At its start, and as plain CGI behind an answer, the program does it in a
 * process of its own, so that no web server that ends a slow CGI program cuts it off. Where all processes of a service
 * are ended at once, a step that was cut off has left nothing, and is done again.
 *
 * Whoever does it, also `platen init` and `platen migrate`, makes a copy of site.db first, which stays until the next
 * time; while an upgrade that has begun is not ended, it stays what it was before the first step. What fails is told in
 * a file of the data folder; a program that starts tries again at once, one that runs (or plain CGI) with the first
 * request after a minute.
 */
#ifndef PLATEN_CORE_UPGRADE_H
#define PLATEN_CORE_UPGRADE_H

#include <stdbool.h>

#include "base/err.h"
#include "conf/conf.h"

#define UPGRADE_COPY "before-upgrade.db"
#define UPGRADE_FAILED "upgrade-failed.txt"

/* Whether steps of either database are missing. RC_NOTFOUND: there is no site; RC_UNSUPPORTED: a database needs a
 * newer program. */
NODISCARD enum rc upgrade_is_due(const struct conf *conf, bool *out, struct err *err);

/* If it is due, and PLATEN_UPGRADE allows it: begins it, and waits up to wait_ms for its end; *due tells whether
 * steps are missing then. Another process that does it already is waited for. wait_ms 0 is for plain CGI behind its answer: nothing is begun within a minute of a failure. Forks: before
 * the first thread. */
NODISCARD enum rc upgrade_begin(const struct conf *conf, int64_t wait_ms, bool *due, struct err *err);

/* For a process that serves and has met older databases: does it in this thread, if PLATEN_UPGRADE allows it. RC_OK:
 * nothing is missing any more, or it is not allowed; RC_BUSY: another process does it, or it failed less than a minute
 * ago: ask again. Any other code: this has failed, and is told. */
NODISCARD enum rc upgrade_again(const struct conf *conf, struct err *err);

/* For somebody who asks for it, whatever PLATEN_UPGRADE says: waits for another process that does it. *applied: how many
 * steps were. RC_OK too where there is no site yet. Nothing is logged. */
NODISCARD enum rc upgrade_by_hand(const struct conf *conf, int *applied, struct err *err);

#endif
