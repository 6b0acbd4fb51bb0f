/* work_view.c: how far a job is, as pages and their script show it. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/bulk.h"
#include "core/job_work.h"
#include "core/transfer.h"
#include "store/worker.h"
#include "web/admin.h"
#include "web/work_view.h"

#define AT_ONCE_US 5000000

enum rc work_view_load(struct visit *v, struct db_ro *db, int64_t id, struct work_view *out, struct err *err)
{
	bool worker = false;
	*out = (struct work_view){ .progress = { .stage = STR(""), .item = STR("") } };
	enum rc rc = job_get(db, id, v->arena, &out->job, err);
	if (rc == RC_OK && !job_may_watch(v->admin->who.actor, &out->job))
		return err_set(err, RC_NOTFOUND, "there is no such job");
	if (rc == RC_OK)
		rc = worker_seen(db, v->now_ms, &worker, err);
	if (rc != RC_OK)
		return rc;
	bool running = str_is(out->job.state, JOB_STATE_RUNNING);
	out->idle = !worker && !running && out->job.finished_ms == 0;
	/* What a failed attempt has left says nothing of one that only waits; of one that goes on in parts it does. */
	bool goes_on = out->job.attempts > 0 && out->job.failures == 0 && out->job.finished_ms == 0;
	if ((running || goes_on) && job_progress_get(v->basis->conf, id, v->arena, &out->progress, NULL) != RC_OK)
		out->progress = (struct job_progress){ .stage = STR(""), .item = STR("") };
	return RC_OK;
}

/* The text of the payload's field, in the visit's arena; "" where there is none. */
static struct str ordered(struct visit *v, const struct job *job, const char *field)
{
	struct json *payload = NULL;
	struct str text = STR("");
	if (json_parse(job->payload, JOB_PAYLOAD_MAX_B, &payload, NULL) == RC_OK)
		text = arena_str(v->arena, json_get_text(payload, field, STR("")));
	json_free(payload);
	return text;
}

static bool is_dry_run(const struct job *job)
{
	struct json *payload = NULL;
	bool dry_run = json_parse(job->payload, JOB_PAYLOAD_MAX_B, &payload, NULL) == RC_OK &&
		       json_get_bool(payload, "dry_run", false);
	json_free(payload);
	return dry_run;
}

struct str work_view_page(struct visit *v, const struct job *job)
{
	long long id = (long long)job->id;
	if (str_is(job->kind, JOB_IMPORT))
		return arena_printf(v->arena, "/admin/transfer/import/%.*s?job=%lld", STR_ARG(ordered(v, job, "id")), id);
	if (str_is(job->kind, JOB_BULK)) {
		struct str query = ordered(v, job, "query"), token = ordered(v, job, "token");
		return arena_printf(v->arena, "/admin/posts%.*s%sbulk=%.*s&job=%lld", STR_ARG(query), query.n ? "&" : "?",
				    STR_ARG(token), id);
	}
	return arena_printf(v->arena, "/admin/transfer?job=%lld", id);
}

static struct str title_of(struct visit *v, const struct job *job)
{
	const struct i18n *t = v->admin->i18n;
	if (str_is(job->kind, JOB_IMPORT))
		return i18n_text(t, is_dry_run(job) ? "work_check" : "work_import");
	if (str_is(job->kind, JOB_BULK))
		return i18n_text(t, arena_printf(v->arena, "bulk_%.*s", STR_ARG(ordered(v, job, "action"))).p);
	return i18n_text(t, "work_export");
}

static struct str stage_of(struct visit *v, const struct work_view *view)
{
	const struct i18n *t = v->admin->i18n;
	if (view->idle)
		return i18n_text(t, "work_idle");
	if (str_is(view->job.state, JOB_STATE_WAITING) && str_empty(view->progress.stage))
		return i18n_text(t, view->job.failures ? "work_again" : "work_waiting");
	if (str_empty(view->progress.stage))
		return i18n_text(t, "work_begins");
	return i18n_text(t, arena_printf(v->arena, "work_%.*s", STR_ARG(view->progress.stage)).p);
}

/* "120 of 1000"; "" where nobody counts. */
static struct str count_of(struct visit *v, const struct work_view *view)
{
	const struct job_progress *progress = &view->progress;
	const struct i18n_pair pairs[] = {
		{ "done", arena_printf(v->arena, "%lld", (long long)progress->done) },
		{ "total", arena_printf(v->arena, "%lld", (long long)progress->total) },
	};
	return progress->total > 0 ? i18n_fill(v->admin->i18n, "work_of", pairs, COUNT_OF(pairs), v->arena) : STR("");
}

static struct str link_of(struct visit *v, const struct job *job)
{
	return admin_link(v, arena_printf(v->arena, "/admin/progress/%lld", (long long)job->id));
}

void work_view_values(struct visit *v, struct value *item, const struct work_view *view)
{
	const struct job *job = &view->job;
	bool over = job->finished_ms != 0, cancelled = str_is(job->state, JOB_STATE_CANCELLED);
	bool done = str_is(job->state, JOB_STATE_DONE);
	value_bool(v->arena, item, "is_done", done);
	value_text(v->arena, item, "cancelled", !cancelled ? STR("") : i18n_text(v->admin->i18n, str_is(job->kind, JOB_BULK)
		   ? "work_cancelled_posts" : "work_cancelled"));
	value_bool(v->arena, item, "is_dead", over && !done && !cancelled);
	value_bool(v->arena, item, "is_open", !over);
	value_text(v->arena, item, "error", done || !str_given(job->error) ? STR("") : job->error);
	value_text(v->arena, item, "title", title_of(v, job));
	value_text(v->arena, item, "stage", stage_of(v, view));
	value_text(v->arena, item, "count", count_of(v, view));
	value_text(v->arena, item, "item", view->progress.item);
	value_int(v->arena, item, "finished", view->progress.done);
	value_int(v->arena, item, "total", view->progress.total);
	value_bool(v->arena, item, "has_total", view->progress.total > 0);
	value_bool(v->arena, item, "is_idle", view->idle);
	value_int(v->arena, item, "id", job->id);
	value_text(v->arena, item, "url", link_of(v, job));
	value_text(v->arena, item, "again", admin_link(v, work_view_page(v, job)));
}

void work_view_json(struct visit *v, struct json *json, const struct work_view *view)
{
	json_set_bool(json, "open", view->job.finished_ms == 0);
	json_set_text(json, "state", view->job.state);
	json_set_text(json, "stage", stage_of(v, view));
	json_set_text(json, "count", count_of(v, view));
	json_set_text(json, "item", view->progress.item);
	json_set_int(json, "done", view->progress.done);
	json_set_int(json, "total", view->progress.total);
	json_set_bool(json, "idle", view->idle);
	json_set_text(json, "page", admin_link(v, work_view_page(v, &view->job)));
}

void work_at_once(struct visit *v, struct db_rw *db, const char *kind)
{
	struct err err = ERR_INIT;
	struct jobs_done done;
	bool worker = false;
	if (str_is(admin_field(v, "later"), "1"))
		return;
	enum rc rc = worker_seen(db_rw_ro(db), v->now_ms, &worker, &err);
	if (rc == RC_OK && !worker)
		rc = jobs_do_kind(v->basis->conf, db, kind, clock_monotonic_us() + AT_ONCE_US, &done, &err);
	if (rc != RC_OK)
		log_err(LOG_WARN, "cannot do a job at once", &err);
}

/* One that runs, or begins just now, may hold the transaction that is needed here: it is asked first, and gives way
 * within a moment. One that does not has had the wish all the same. What was finished meanwhile is seen on its page. */
enum rc work_cancel(struct visit *v, const struct job *job, struct err *err)
{
	struct db_tx *tx;
	struct job was, now;
	const struct conf *conf = v->basis->conf;
	enum rc rc = job->finished_ms == 0 ? job_ask_to_stop(conf, job->id, err) : RC_OK;
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc == RC_BUSY ? RC_OK : rc;
	/* Whoever does it may have heard of it first, and have ended it. */
	rc = job_get(db_tx_ro(tx), job->id, v->arena, &was, err);
	bool runs = rc == RC_OK && str_is(was.state, JOB_STATE_RUNNING);
	if (rc == RC_OK)
		rc = job_cancel(tx, job->id, v->now_ms, err);
	bool over = rc == RC_CONFLICT;
	if (rc == RC_OK || over)
		rc = job_get(db_tx_ro(tx), job->id, v->arena, &now, err);
	bool cancelled = rc == RC_OK && str_is(now.state, JOB_STATE_CANCELLED) && job->finished_ms == 0;
	if (cancelled)
		rc = admin_note(v, tx, "cancelled_job", job->kind, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK && !runs)
		job_progress_drop(conf, job->id);
	return rc;
}
