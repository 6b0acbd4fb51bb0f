/* work_view.h: how far a job is, as pages and their script show it. */
#ifndef PLATEN_WEB_WORK_VIEW_H
#define PLATEN_WEB_WORK_VIEW_H

#include "base/json.h"
#include "core/job_progress.h"
#include "tmpl/value.h"
#include "web/visit.h"

struct work_view {
	struct job job;
	struct job_progress progress;  /* stage "" while nobody tells */
	bool idle;                     /* it waits, and no worker is there to do it */
};

/* RC_NOTFOUND: there is no such job, or it is not this person's. */
NODISCARD enum rc work_view_load(struct visit *v, struct db_ro *db, int64_t id, struct work_view *out, struct err *err);
/* For parts/job.mustache, into `item`. */
void work_view_values(struct visit *v, struct value *item, const struct work_view *view);
/* The same for progress.js. */
void work_view_json(struct visit *v, struct json *json, const struct work_view *view);
/* The path of the page that shows the job. */
struct str work_view_page(struct visit *v, const struct job *job);
/* Cancels the job and notes who did; one that is finished stays as it is. */
NODISCARD enum rc work_cancel(struct visit *v, const struct job *job, struct err *err);
/* Where no worker is: does jobs of the kind for some seconds, unless the form says that its page will ask for that
 * by itself. What fails here is tried again by whoever does jobs next. */
void work_at_once(struct visit *v, struct db_rw *db, const char *kind);

#endif
