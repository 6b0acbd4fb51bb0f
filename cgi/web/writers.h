/* writers.h: connections that write, kept between requests: opening one costs more than a small commit.
 *
 * A thread borrows one and is alone with it until it gives it back. Few are kept, and none for long after the
 * last request that needed one. */
#ifndef PLATEN_WEB_WRITERS_H
#define PLATEN_WEB_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "web/basis.h"

struct db_rw;
struct writers;

struct writers *writers_new(void);
void writers_free(struct writers *writers); /* none is lent; NULL allowed */

/* A connection to site.db of the settings of `basis`, kept or opened now: place_open_rw() and its codes. The
 * caller gives it back with writers_return(). */
NODISCARD enum rc writers_borrow(struct writers *writers, const struct basis *basis, struct db_rw **out,
				 struct err *err);
/* No transaction is open. `good` false: something failed; it is not used again. `db` may be NULL. */
void writers_return(struct writers *writers, const struct basis *basis, struct db_rw *db, bool good);

/* For a timer: closes those that nobody has borrowed for some seconds. */
void writers_rest(struct writers *writers, int64_t now_us);

#endif
