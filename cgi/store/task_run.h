/* task_run.h: when each maintenance task ran, and how it went. */
#ifndef PLATEN_STORE_TASK_RUN_H
#define PLATEN_STORE_TASK_RUN_H

#include <stdbool.h>

#include "db/db.h"

struct task_run {
	int64_t id;
	struct str task;
	int64_t started_ms, duration_ms;
	bool ok, dry_run;
	struct str result;     /* JSON object: what was answered */
};

struct task_runs {
	struct task_run *items;
	size_t count;
};

NODISCARD enum rc task_run_add(struct db_tx *tx, const struct task_run *run, struct err *err);
/* The newest ones first, in `arena`; of one task, or of all with STR_NONE. */
NODISCARD enum rc task_run_list(struct db_ro *db, struct str task, int64_t limit, struct arena *arena,
				struct task_runs *out, struct err *err);
/* The same, those that began before another one: of the time and id, INT64_MAX: from the newest. */
NODISCARD enum rc task_run_before(struct db_ro *db, struct str task, int64_t before_ms, int64_t before_id, int64_t limit,
				  struct arena *arena, struct task_runs *out, struct err *err);
/* When it last began and went well, not counting dry runs; 0: never. */
NODISCARD enum rc task_run_last_ok(struct db_ro *db, struct str task, int64_t *started_ms, struct err *err);
/* The earliest run that is still known, however it went, not counting dry runs; 0: none. */
NODISCARD enum rc task_run_first(struct db_ro *db, struct str task, int64_t *started_ms, struct err *err);

#endif
