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

/* Reads the settings. RC_INVALID: they are not right, and nothing of them is taken. */
NODISCARD enum rc timetable_read(struct db_ro *db, struct timetable *out, struct err *err);

#endif
