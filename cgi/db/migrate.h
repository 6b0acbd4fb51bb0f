/* migrate.h: forward-only schema steps, checked against what was applied.
 *
 * Each step of schema/NNNN_name.sql runs in a transaction of its own together with its row in the
 * table `migration`, which keeps the step's whole text: a step that differs from what was applied is
 * refused. Two processes may start at once: the second waits and finds the work done. A step's header
 * line `-- min_program: X.Y.Z` names the oldest program that may still run on the database after it;
 * it never goes down. */
#ifndef PLATEN_DB_MIGRATE_H
#define PLATEN_DB_MIGRATE_H

#include "db/db.h"

struct db_step {
	int number;        /* NNNN: 1, 2, 3 ... without gaps */
	const char *name;  /* "0001_site" */
	const char *sql;   /* the whole file */
};

struct db_schema {
	const char *name;  /* "site" */
	const struct db_step *steps;
	int count;
};

struct db_migrated {
	int before, after; /* number of the last step that was applied; 0: the file was new */
};

/* Makes the file if it is missing (mode 0600 within the umask) and applies what is missing.
 * `program` is this program's version. RC_UNSUPPORTED: the database needs a newer program;
 * RC_CORRUPT: an applied step's text differs, or not a database; RC_BUSY, RC_READONLY, RC_NOSPACE,
 * RC_IO; RC_UNSUPPORTED too when the file is on NFS. On failure the steps before the failing one stay
 * applied and the failing one has left nothing. `out` may be NULL. */
NODISCARD enum rc db_migrate(const char *path, const struct db_schema *schema, const char *program,
			     int64_t now_ms, struct db_migrated *out, struct err *err);

/* Whether steps are missing; a file without any has none. RC_UNSUPPORTED: it needs a newer program. */
NODISCARD enum rc db_schema_is_behind(struct db_ro *db, const struct db_schema *schema, const char *program,
				      bool *out, struct err *err);

/* The number of the last step that was applied; 0: none. The same codes. */
NODISCARD enum rc db_schema_number(struct db_ro *db, const char *program, int64_t *out, struct err *err);

/* When the first step was applied: the age of the site. 0: none was. */
NODISCARD enum rc db_schema_began(struct db_ro *db, int64_t *began_ms, struct err *err);

/* What every process asks after opening: are all steps applied, and may this program run on it?
 * RC_UNSUPPORTED with a message that says what to do ("run platen migrate", or which program version
 * is needed). One look-up. */
NODISCARD enum rc db_schema_check(struct db_ro *db, const struct db_schema *schema, const char *program,
				  struct err *err);

#endif
