/* watch.h: knows in the loop, within a microsecond, whether the site has changed.
 *
 * One connection that never writes asks SQLite for its data_version, which moves with every commit of
 * any process; only then public_seq is read again. Hence: an answer made from a page with
 * watch_seq()'s number is as new as every commit that had returned before watch_arrived(). */
#ifndef PLATEN_WEB_WATCH_H
#define PLATEN_WEB_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct db_ro;
struct watch;

struct watch *watch_new(void);
void watch_free(struct watch *watch); /* NULL allowed; after the loop has ended */

/* Hands it a connection, from any thread, when watch_is_blind(): it begins so, and goes blind when its
 * connection fails. The watch owns `db` then. */
void watch_give(struct watch *watch, struct db_ro *db);
bool watch_is_blind(const struct watch *watch);

/* The loop only. Requests may have come since the last look. */
void watch_arrived(struct watch *watch);
/* The loop only. False: blind, or another process locks the database at this moment: nothing is
 * known. 0.8 us when nothing was committed, some 10 us when something was. */
bool watch_seq(struct watch *watch, int64_t *seq);

#endif
