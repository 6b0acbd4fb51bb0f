/* page_jobs.c: maintenance, for owners: when each task last went well, the jobs that gave up, and what is pressed
 * there and on the lists of page_jobs_list.c. */
#include "base/base.h"

#include "base/clock.h"
#include "core/job.h"
#include "core/timetable.h"
#include "store/worker.h"
#include "web/admin.h"
#include "web/job_words.h"
#include "web/pages.h"
#include "web/work_view.h"

#define DEAD_AT_ONCE 50

static bool is_overdue(const struct json *names, const struct task *task)
{
	for (size_t i = 0; i < json_count(names); i++)
		if (str_is(json_text(json_at(names, i), STR("")), task->name))
			return true;
	return false;
}

/* The error of the last run, when it did not go well. */
static struct str last_error(struct visit *v, const struct task_runs *runs)
{
	struct json *row = NULL;
	struct str text = STR("");
	if (!runs->count || runs->items[0].ok)
		return text;
	if (json_parse(runs->items[0].result, JSON_MAX_B, &row, NULL) == RC_OK)
		text = arena_str(v->arena, json_get_text(row, "error", STR("?")));
	json_free(row);
	return text;
}

static enum rc task_values(struct visit *v, struct value *item, const struct task *task, const struct json *overdue,
			   struct err *err)
{
	struct task_runs runs;
	int64_t last_ms = 0;
	enum rc rc = task_run_last_ok(v->db, str_of(task->name), &last_ms, err);
	if (rc == RC_OK)
		rc = task_run_list(v->db, str_of(task->name), 1, v->arena, &runs, err);
	if (rc != RC_OK)
		return rc;
	value_text(v->arena, item, "name", str_of(task->name));
	value_text(v->arena, item, "title", task_words(v, task));
	value_text(v->arena, item, "runs_url", admin_link(v, arena_printf(v->arena, "/admin/jobs/runs?task=%s", task->name)));
	value_text(v->arena, item, "last", last_ms ? admin_moment(v, last_ms) : STR(""));
	value_bool(v->arena, item, "is_overdue", is_overdue(overdue, task));
	value_text(v->arena, item, "error", last_error(v, &runs));
	return RC_OK;
}

static void off_value(struct visit *v, struct value *item, const struct timetable *times, const struct task *task)
{
	bool listed = false;
	for (size_t i = 0; i < times->count; i++)
		listed = listed || times->lines[i].task == task;
	value_bool(v->arena, item, "is_off", !listed);
}

static enum rc tasks_values(struct visit *v, struct value *root, struct err *err)
{
	struct timetable times = { .count = 0 };
	struct json *overdue = json_new_list(), *faults = json_new_list();
	struct value *wrong = value_list(v->arena, root, "faults");
	struct value *list = value_list(v->arena, root, "tasks");
	enum rc rc = tasks_overdue(v->db, v->now_ms, overdue, err);
	if (rc == RC_OK)
		rc = timetable_read(v->db, &times, faults, err);
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++) {
		struct value *item = value_item(v->arena, list);
		rc = task_values(v, item, tasks[i], overdue, err);
		off_value(v, item, &times, tasks[i]);
	}
	for (size_t i = 0; i < json_count(faults); i++)
		value_text(v->arena, value_item(v->arena, wrong), "text",
			   arena_str(v->arena, json_text(json_at(faults, i), STR(""))));
	json_free(faults);
	json_free(overdue);
	return rc;
}

static enum rc jobs_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	struct job_counts counts;
	struct jobs dead;
	struct task_runs runs;
	bool worker = false;
	const struct i18n *t = v->admin->i18n;
	enum rc rc = worker_seen(db, v->now_ms, &worker, err);
	if (rc == RC_OK)
		rc = job_count(db, v->now_ms, &counts, err);
	if (rc == RC_OK)
		rc = task_run_list(db, STR_NONE, 1, v->arena, &runs, err);
	if (rc == RC_OK)
		rc = job_list_state(db, STR(JOB_STATE_DEAD), DEAD_AT_ONCE, v->arena, &dead, err);
	if (rc != RC_OK)
		return rc;
	value_text(v->arena, root, "worker", i18n_text(t, worker ? "jobs_worker" : runs.count ? "jobs_no_worker" : "jobs_nobody"));
	value_text(v->arena, root, "waiting", i18n_count(t, "jobs_waiting", counts.due + counts.later, v->arena));
	value_text(v->arena, root, "running", i18n_count(t, "jobs_running", counts.running, v->arena));
	struct value *list = value_list(v->arena, root, "dead");
	for (size_t i = 0; i < dead.count; i++) {
		struct value *item = value_item(v->arena, list);
		value_int(v->arena, item, "id", dead.items[i].id);
		value_text(v->arena, item, "title", job_words(v, dead.items[i].kind));
		value_text(v->arena, item, "kind", dead.items[i].kind);
		value_text(v->arena, item, "error", str_given(dead.items[i].error) ? dead.items[i].error : STR(""));
		value_text(v->arena, item, "when", admin_moment(v, dead.items[i].finished_ms));
	}
	value_bool(v->arena, root, "has_dead", dead.count > 0);
	return RC_OK;
}

enum rc page_jobs(struct visit *v, struct err *err)
{
	struct value *root = value_root(v->arena);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/jobs")));
	value_text(v->arena, root, "key_url", visit_link(v, STR("/admin/jobs/key")));
	value_text(v->arena, root, "open_url", visit_link(v, STR("/admin/jobs/open")));
	value_text(v->arena, root, "runs_url", visit_link(v, STR("/admin/jobs/runs")));
	enum rc rc = tasks_values(v, root, err);
	if (rc == RC_OK)
		rc = jobs_values(v, v->db, root, err);
	return rc == RC_OK ? admin_render(v, "jobs", "jobs", i18n_text(v->admin->i18n, "jobs"), root, 200, err) : rc;
}

/* --- buttons --- */

/* Back to the list that the button stood on. */
static enum rc back(struct visit *v, const char *done, struct err *err)
{
	return admin_redirect(v, str_is(admin_field(v, "from"), "open") ? STR("/admin/jobs/open") : STR("/admin/jobs"), done, err);
}

static enum rc do_retry(struct visit *v, struct db_tx *tx, const struct job *job, struct err *err)
{
	return job_retry_dead(tx, job->id, v->now_ms, err);
}

static enum rc do_delete(struct visit *v, struct db_tx *tx, const struct job *job, struct err *err)
{
	(void)v;
	return job_delete_dead(tx, job->id, err);
}

static enum rc do_now(struct visit *v, struct db_tx *tx, const struct job *job, struct err *err)
{
	if (!str_is(job->state, JOB_STATE_WAITING) || job->due_ms <= v->now_ms)
		return err_set(err, RC_NOTFOUND, "the job waits for nothing");
	return job_hasten(tx, job->id, v->now_ms, err);
}

static const struct button {
	const char *name, *note, *done;
	enum rc (*run)(struct visit *v, struct db_tx *tx, const struct job *job, struct err *err);
} buttons[] = {
	{ "retry", "job_retry", "retried", do_retry }, { "delete", "job_delete", "deleted", do_delete },
	{ "now", "job_now", "job_now", do_now },
};

/* One that somebody else has tried again or deleted meanwhile is what was wanted, or is seen on the list. */
static enum rc change(struct visit *v, const struct button *button, int64_t id, struct err *err)
{
	struct db_tx *tx;
	struct job job;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = job_get(db_tx_ro(tx), id, v->arena, &job, err);
	if (rc == RC_OK)
		rc = button->run(v, tx, &job, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, button->note, job.kind, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_NOTFOUND)
		return back(v, NULL, err);
	if (rc == RC_OK && button->run == do_now)
		work_at_once(v, v->admin->db, arena_cstr(v->arena, job.kind));
	return rc == RC_OK ? back(v, button->done, err) : rc;
}

static enum rc cancel(struct visit *v, int64_t id, struct err *err)
{
	struct job job;
	enum rc rc = job_get(v->db, id, v->arena, &job, err);
	if (rc == RC_OK && job.finished_ms == 0)
		rc = work_cancel(v, &job, err);
	return rc == RC_OK || rc == RC_NOTFOUND ? back(v, NULL, err) : rc;
}

/* The tasks bring the log of the database to an end, and would wait for this visit's own snapshot. */
static enum rc run_task(struct visit *v, struct err *err)
{
	struct db_rw *db;
	const struct task *task = task_find(admin_field(v, "task"));
	struct task_options options = TASK_OPTIONS_NONE;
	struct json *rows;
	int failed = 0;
	if (!task)
		return visit_fail(v, 422, RC_INVALID, err, "there is no such task");
	enum rc rc = admin_note_alone(v, "task_run", str_of(task->name), err);
	if (rc == RC_OK)
		rc = admin_db(v, &db, err);
	if (rc != RC_OK)
		return rc;
	db_snapshot_end(v->db);
	rows = json_new_list();
	rc = tasks_run(v->basis->conf, db, task, &options, clock_now_ms(), rows, &failed, NULL, err);
	bool more = json_get_bool(json_at(rows, 0), "more", false);
	json_free(rows);
	return rc == RC_OK ? back(v, failed ? NULL : more ? "task_more" : "task_ran", err) : rc;
}

enum rc page_jobs_form(struct visit *v, struct err *err)
{
	struct str name = admin_field(v, "button");
	int64_t id = 0;
	if (str_is(name, "run"))
		return run_task(v, err);
	if (str_to_i64(admin_field(v, "id"), &id) && str_is(name, "cancel"))
		return cancel(v, id, err);
	for (size_t i = 0; id && i < COUNT_OF(buttons); i++)
		if (str_is(name, buttons[i].name))
			return change(v, &buttons[i], id, err);
	return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
}
