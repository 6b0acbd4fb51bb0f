/* first_run.h: the first owner, made in the browser by whoever can read the data folder: for hosting without a
 * shell, where `platen user add` cannot be run.
 *
 * While no person is an owner, the file first-run-token in the data folder (0600) has a random token of 256 bits.
 * Whoever shows it becomes the owner. With an owner there, nobody ever does again. */
#ifndef PLATEN_CORE_FIRST_RUN_H
#define PLATEN_CORE_FIRST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "core/people.h"
#include "db/db.h"
#include "store/user.h"

#define FIRST_RUN_FILE "first-run-token"

/* Whether there is no owner yet. */
NODISCARD enum rc first_run_is_open(struct db_ro *db, bool *out, struct err *err);
/* Makes the file unless it is there, and tells the log where; its value is told nowhere else. *path, in
 * `arena`, is its name. */
NODISCARD enum rc first_run_prepare(const struct conf *conf, struct arena *arena, const char **path, struct err *err);
/* RC_DENIED: `token` is not that of the file, or there is no file; RC_LIMIT: too many wrong ones from that
 * address; *wait_ms. Compared in constant time. */
NODISCARD enum rc first_run_check(const struct conf *conf, struct db_rw *traffic, struct str token,
				  struct str remote_addr, int64_t now_ms, struct arena *arena, int64_t *wait_ms,
				  struct err *err);
/* Makes the owner; `title` of the site, "": stays. `person` is one that people_check() takes, `hash` of
 * people_hash(). RC_NOTFOUND: there is an owner already; RC_INVALID: the title. */
NODISCARD enum rc first_run_take(struct db_tx *tx, const struct user_new *person, struct str hash, struct str title,
				 int64_t now_ms, struct arena *arena, struct user *out, struct err *err);
/* Once that is committed: the file goes. One that stays is of no use to anybody. */
void first_run_end(const struct conf *conf, struct arena *arena);

#endif
