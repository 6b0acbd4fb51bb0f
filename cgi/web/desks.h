/* desks.h: the connections of the threads that make pages, each with its own.
 *
 * A connection is opened at the first request that needs it and closed when its thread has had nothing to do for some
 * seconds: each holds the schema and a cache of pages of its own, a megabyte with what SQLite keeps beside them, and a
 * process at rest needs none of them. Opening one again costs about as much as making one page. */
#ifndef PLATEN_WEB_DESKS_H
#define PLATEN_WEB_DESKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "web/basis.h"

struct db_ro;
struct db_rw;
struct desks;

struct desks *desks_new(unsigned workers); /* never NULL */
void desks_free(struct desks *desks);      /* nobody sits; NULL allowed */

/* Around a request: between the two, what follows may be called by this thread for its own `worker`, which is
 * 0..workers-1. desks_rise() has no transaction left open. */
void desks_sit(struct desks *desks, unsigned worker);
void desks_rise(struct desks *desks, unsigned worker);

/* The worker's connections to site.db and traffic.db, of the settings of `basis`: place_open_ro(), place_open_traffic()
 * and their codes. They belong to the desk. */
NODISCARD enum rc desks_site(struct desks *desks, unsigned worker, const struct basis *basis, struct db_ro **out,
			     struct err *err);
NODISCARD enum rc desks_traffic(struct desks *desks, unsigned worker, const struct basis *basis, struct db_rw **out,
				struct err *err);
/* The one to site.db as it is. NULL: not open. */
struct db_ro *desks_open_site(const struct desks *desks, unsigned worker);
/* Closes both: something failed, they are opened anew when they are needed. */
void desks_clear(struct desks *desks, unsigned worker);

/* For a timer: closes those at which nobody has sat for some seconds. Any thread; waits for nobody. True: it closed
 * some. */
bool desks_rest(struct desks *desks, int64_t now_us);

#endif
