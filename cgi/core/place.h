/* place.h: the data folder: making it, bringing it up to date, opening its databases. */
#ifndef PLATEN_CORE_PLACE_H
#define PLATEN_CORE_PLACE_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "db/db.h"

/* Both apply steps to what is there without a copy of it: upgrade.h is for a site that exists. */

/* Makes the folder with site.db, traffic.db, media/ and themes/, migrated, with a secret. Everything
 * that is there stays: running it again changes nothing. */
NODISCARD enum rc place_init(const struct conf *conf, int64_t now_ms, struct err *err);

/* Applies the missing migrations; *applied (may be NULL) tells how many. */
NODISCARD enum rc place_migrate(const struct conf *conf, int64_t now_ms, int *applied, struct err *err);

/* Opens site.db, refusing one that is not migrated or newer than this program understands
 * (RC_UNSUPPORTED, the message says what to run). */
NODISCARD enum rc place_open_ro(const struct conf *conf, struct db_ro **out, struct err *err);
/* The page folder follows what is committed through *out (pages.h). */
NODISCARD enum rc place_open_rw(const struct conf *conf, struct db_rw **out, struct err *err);

/* For asking only whether something has changed: little memory, and no waiting for other processes. */
NODISCARD enum rc place_open_watch(const struct conf *conf, struct db_ro **out, struct err *err);

/* traffic.db: sessions and what else may be lost. The same codes. */
NODISCARD enum rc place_open_traffic(const struct conf *conf, struct db_rw **out, struct err *err);

/* The folder of a theme: DATA/themes/NAME, else the built-in one; NULL when neither has a theme.json.
 * Lives in `arena`. */
const char *place_theme_dir(const struct conf *conf, struct str name, struct arena *arena);

#endif
