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

enum rc page_progress_form(struct visit *v, struct err *err)
{
	struct work_view view;
	struct db_rw *db;
	struct str button = admin_field(v, "button");
	enum rc rc = load(v, v->db, &view, err);
	if (rc != RC_OK)
		return rc;
	if (str_is(button, "cancel")) {
		rc = work_cancel(v, &view.job, err);
	} else if (str_is(button, "work")) {
		rc = admin_db(v, &db, err);
		if (rc == RC_OK)
			work_at_once(v, db, arena_cstr(v->arena, view.job.kind));
	} else {
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	}
	return rc == RC_OK ? admin_redirect(v, work_view_page(v, &view.job), NULL, err) : rc;
}
