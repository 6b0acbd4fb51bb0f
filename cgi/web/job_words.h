/* job_words.h: what tasks and jobs are called, in the words of the person who is signed in. */
#ifndef PLATEN_WEB_JOB_WORDS_H
#define PLATEN_WEB_JOB_WORDS_H

#include "base/str.h"
#include "core/task.h"
#include "web/visit.h"

/* What the task is for; one that has no phrase says it in the program's own words. */
struct str task_words(struct visit *v, const struct task *task);
/* The same of a kind of job, which need not be one that this program knows. */
struct str job_words(struct visit *v, struct str kind);

#endif
