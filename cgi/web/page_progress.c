/* page_progress.c: how far a job is, for the script of the page that shows it; cancelling it, and doing it where no
 * worker is. */
#include "base/base.h"

#include "core/job_progress.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/work_view.h"

#define ANSWER_MAX_B ((size_t)16 << 10)

static enum rc load(struct visit *v, struct db_ro *db, struct work_view *out, struct err *err)
{
	int64_t id = 0;
	if (!str_to_i64(visit_arg(v, "job"), &id))
		return err_set(err, RC_NOTFOUND, "there is no such job");
	return work_view_load(v, db, id, out, err);
}

enum rc page_progress(struct visit *v, struct err *err)
{
	struct work_view view;
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	enum rc rc = load(v, v->db, &view, err);
	if (rc != RC_OK)
		return rc;
	struct json *json = json_new_object();
	work_view_json(v, json, &view);
	json_write(json, JSON_LINE, &body);
	json_free(json);
	rc = buf_status(&body, "the answer", err);
	if (rc == RC_OK)
		rc = visit_body(v, 200, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

/* One that runs, or begins just now, may hold the transaction that is needed here: it is asked first, and gives way
 * within a moment. One that does not has had the wish all the same. What was finished meanwhile is seen on its page. */
static enum rc cancel(struct visit *v, const struct job *job, struct err *err)
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

enum rc page_progress_form(struct visit *v, struct err *err)
{
	struct work_view view;
	struct db_rw *db;
	struct str button = admin_field(v, "button");
	enum rc rc = load(v, v->db, &view, err);
	if (rc != RC_OK)
		return rc;
	if (str_is(button, "cancel")) {
		rc = cancel(v, &view.job, err);
	} else if (str_is(button, "work")) {
		rc = admin_db(v, &db, err);
		if (rc == RC_OK)
			work_at_once(v, db, arena_cstr(v->arena, view.job.kind));
	} else {
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	}
	return rc == RC_OK ? admin_redirect(v, work_view_page(v, &view.job), NULL, err) : rc;
}
