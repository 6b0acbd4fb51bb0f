/* admin.h: looking after a database file: integrity, copy, upkeep. */
#ifndef PLATEN_DB_ADMIN_H
#define PLATEN_DB_ADMIN_H

#include "db/db.h"

#define DB_CHECK_MAX 50

struct db_findings {
	struct str *items;  /* one message each; at most DB_CHECK_MAX */
	size_t count;
};

/* integrity_check and foreign_key_check. RC_OK with findings: it was read and is damaged. Reads the
 * whole file. */
NODISCARD enum rc db_check(struct db_ro *db, struct arena *arena, struct db_findings *out, struct err *err);

/* What db_check_part() has come to. */
struct db_part {
	struct db_findings found;  /* of the table `last` */
	struct str last;           /* the last table that was read; STR_NONE: all is read and well */
	struct str given_up;       /* `last` was not read wholly: it takes longer than all the time; STR_NONE */
};

/* The same table by table, for whoever has little time: begins with the table whose name comes behind `after`
 * ("": the first), reads one at least, and begins no other when until_us (monotonic) is over. One that is still
 * being read at limit_us is left to the next call, which begins with it, or if this call has begun with it given
 * up. Pages that no table has are not looked at. Starts a thread. */
NODISCARD enum rc db_check_part(struct db_ro *db, struct str after, int64_t until_us, int64_t limit_us,
				struct arena *arena, struct db_part *out, struct err *err);

/* A consistent copy to a new file (online backup; writers go on). `to_path` must not exist: RC_EXISTS.
 * On failure nothing is left there. The copy is complete and synced when this returns. */
NODISCARD enum rc db_copy(struct db_ro *db, const char *to_path, struct err *err);

/* PRAGMA optimize and a truncating checkpoint of the WAL. RC_OK also when readers kept it from
 * finishing. No transaction may be open. */
NODISCARD enum rc db_optimize(struct db_rw *db, struct err *err);

#endif
