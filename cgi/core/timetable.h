/* timetable.h: when the scheduler has each task done: by the settings "cron", "cron_jitter" and "timezone". */
#ifndef PLATEN_CORE_TIMETABLE_H
#define PLATEN_CORE_TIMETABLE_H

#include <stdint.h>

#include "base/cron.h"
#include "base/err.h"
#include "base/json.h"
#include "core/task.h"
#include "db/db.h"

struct timetable_line {
	const struct task *task;
	struct cron cron;
};

struct timetable {
	const struct zone *zone;
	int64_t jitter_ms;                       /* the most that a call comes later than its time */
	struct timetable_line lines[TASKS_MAX];  /* of tasks that are not switched off */
	size_t count;
};

/* The setting "cron": {"TASK": "EXPRESSION"}, "" for never; a task that is not in it has its own time
 * (task.h). RC_INVALID with the task and what is wrong. */
NODISCARD enum rc timetable_check(const struct json *setting, struct err *err);

/* Reads the settings. What of them cannot be read stops nothing else: a task whose expression is none is left out,
 * for an unknown time zone UTC stands in, and with an unreadable setting every task has its own time. Each of
 * these is a text in `faults` (a list; may be NULL). The codes of reading the database. */
NODISCARD enum rc timetable_read(struct db_ro *db, struct timetable *out, struct json *faults, struct err *err);

/* The setting "cron" as it is stored, for json_free(). RC_INVALID: it is no JSON. */
NODISCARD enum rc timetable_setting(struct db_ro *db, struct json **out, struct err *err);
/* When the task is due by that setting (NULL: by its own time). RC_NOTFOUND: it is switched off; RC_INVALID: the
 * expression cannot be read, and nobody calls for the task. */
NODISCARD enum rc timetable_time_of(const struct json *setting, const struct task *task, struct cron *out,
				    struct err *err);

#endif
