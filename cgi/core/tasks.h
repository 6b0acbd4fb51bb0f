/* tasks.h: the tasks by the file they are in, for the table in task.c. */
#ifndef PLATEN_CORE_TASKS_H
#define PLATEN_CORE_TASKS_H

#include "core/task.h"

extern const struct task task_ttl;       /* task_ttl.c */
extern const struct task task_publish;   /* task_publish.c */
extern const struct task task_jobs;      /* task_jobs.c */
extern const struct task task_logs;      /* task_logs.c */
extern const struct task task_optimize;  /* task_optimize.c */

#endif
