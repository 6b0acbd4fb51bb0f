/* page_jobs.c: maintenance, for owners: when each task last went well, and the jobs that gave up. */
#include "base/base.h"

#include "core/job.h"
#include "core/timetable.h"
#include "http/form.h"
#include "store/worker.h"
#include "web/admin.h"
#include "web/pages.h"

#define DEAD_AT_ONCE 50

/* What the task is for; one that has no phrase says it in the program's own words. */
static struct str task_title(struct visit *v, const struct task *task)
{
	struct str key = arena_printf(v->arena, "task_%s", task->name);
	struct str phrase = i18n_text(v->admin->i18n, key.p);
	return str_eq(phrase, key) ? str_of(task->summary) : phrase;
}

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
	value_text(v->arena, item, "title", task_title(v, task));
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
	enum rc rc = tasks_values(v, root, err);
	if (rc == RC_OK)
		rc = jobs_values(v, v->db, root, err);
	return rc == RC_OK ? admin_render(v, "jobs", "jobs", i18n_text(v->admin->i18n, "jobs"), root, 200, err) : rc;
}

/* One that somebody else has tried again or deleted meanwhile is what was wanted, or is seen on the list. */
enum rc page_jobs_form(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	struct str button = form_get(&v->admin->form, "button"), id_text = form_get(&v->admin->form, "id");
	int64_t id = 0;
	bool retries = str_given(button) && str_is(button, "retry"), deletes = str_given(button) && str_is(button, "delete");
	if ((!retries && !deletes) || !str_given(id_text) || !str_to_i64(id_text, &id))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	struct job job;
	rc = job_get(db_tx_ro(tx), id, v->arena, &job, err);
	if (rc == RC_OK)
		rc = retries ? job_retry_dead(tx, id, v->now_ms, err) : job_delete_dead(tx, id, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, retries ? "job_retry" : "job_delete", job.kind, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_NOTFOUND)
		return admin_redirect(v, STR("/admin/jobs"), NULL, err);
	return rc == RC_OK ? admin_redirect(v, STR("/admin/jobs"), retries ? "retried" : "deleted", err) : rc;
}
