/* task.h: maintenance tasks: what a cronhook, a cron or a person can have done.
 *
 * Each is idempotent, does its work in short transactions that commit separately, stops when its time is
 * over and goes on from there the next time, and may run beside itself in another process. */
#ifndef PLATEN_CORE_TASK_H
#define PLATEN_CORE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"
#include "core/task_options.h"
#include "db/db.h"
#include "store/task_run.h"

#define TASK_BUDGET_MS (TASK_BUDGET_S * 1000)

/* A task that is running. */
struct task_call {
	const struct conf *conf;
	struct db_rw *db;          /* site.db; no transaction is open */
	struct arena *arena;
	int64_t now_ms;            /* when the call began */
	int64_t until_us;          /* monotonic: time to stop */
	bool dry_run;              /* of the options: only tell what would be done */
	const struct task_options *options;
	struct json *row;          /* the task's counts go in here */
	int64_t done;              /* how many things were done, or would be */
	bool more;                 /* time was over before all was done */
};

struct task {
	const char *name;
	const char *summary;
	const char *cron;          /* when the worker has it done, unless the setting "cron" says otherwise; NULL: once a day */
	const char *const *options; /* what else than dry_run and seconds it knows, ends with NULL; NULL: nothing */
	int64_t overdue_ms;        /* without a good run for so long something is wrong */
	enum rc (*run)(struct task_call *call, struct err *err);
	/* Whether there is nothing to do now, by reads alone; then the row is filled as run() would. NULL: there
	 * always may be something. */
	enum rc (*idle)(struct task_call *call, bool *idle, struct err *err);
};

#define TASKS_MAX 16
extern const struct task *const tasks[]; /* ends with NULL */
const struct task *task_find(struct str name); /* NULL: there is none */
bool task_time_is_over(const struct task_call *call);

/* Records for the caller to keep, in `arena`, which is his. */
struct task_records {
	struct arena *arena;
	struct task_run items[TASKS_MAX];
	size_t count;
};

/* Runs the task, or with NULL all of them one after the other, a failed one hindering no other, and keeps a
 * record of each: as it ends, or with `records` not at all: the caller adds them to a transaction of his own
 * (one commit less). Appends a row for each to `rows`: {"task", "ok", "done", "more", "duration_ms", "dry_run",
 * then what the task tells, or "error"}. *failed: how many did not go well. An error comes back only when
 * not even the records can be kept. */
NODISCARD enum rc tasks_run(const struct conf *conf, struct db_rw *db, const struct task *task,
			    const struct task_options *options, int64_t now_ms, struct json *rows, int *failed,
			    struct task_records *records, struct err *err);

/* When the task has nothing to do, that is what it did: *idle true, a row in `rows` and a record in `records`.
 * Else nothing happens. Only reads. For no dry run. */
NODISCARD enum rc task_run_idle(const struct conf *conf, struct db_rw *db, const struct task *task,
				const struct task_options *options, int64_t now_ms, struct json *rows,
				struct task_records *records, bool *idle, struct err *err);

/* Appends the names of the tasks that ran well too long ago, or never did although they were first tried too
 * long ago, or were never tried although the site is older than that (unless they are switched off), or for which
 * nobody will call since their time in the setting "cron" cannot be read, to `names`. */
NODISCARD enum rc tasks_overdue(struct db_ro *db, int64_t now_ms, struct json *names, struct err *err);

#endif
