/* task_options.h: what the sender of a cronhook, or a person, may want of a task otherwise than usual. */
#ifndef PLATEN_CORE_TASK_OPTIONS_H
#define PLATEN_CORE_TASK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

#define TASK_BUDGET_S 20       /* of all tasks of a call together */
#define TASK_LIMIT_MAX 100000

struct task;

struct task_options {
	bool dry_run;          /* only tell what would be done */
	int64_t seconds;       /* stop after so many: 1 to TASK_BUDGET_S */
	int64_t limit;         /* of jobs; 0: any number */
	bool check;            /* the databases */
	bool rotate;           /* the log, whatever its age and size */
};

/* As without any: all that a task does, in its whole time. */
#define TASK_OPTIONS_NONE ((struct task_options){ .seconds = TASK_BUDGET_S, .check = true })

/* Reads them from `data`, an object or NULL. "dry_run" and "seconds" are for every task, the others for those that
 * name them (task.h); with `task` NULL, all of them, each goes to those that know it. RC_INVALID with a message:
 * `data` is no object; or there is no such option, or its value is wrong: then *option is its name, in `data`,
 * STR_NONE otherwise, or if it is long. Who wants a dry run and writes it wrongly does not want the task done. */
NODISCARD enum rc task_options_read(const struct json *data, const struct task *task, struct task_options *out,
				    struct str *option, struct err *err);

#endif
