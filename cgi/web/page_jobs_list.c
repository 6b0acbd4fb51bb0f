/* page_jobs_list.c: maintenance, for owners: every run with what came of it, and the jobs that run or wait. */
#include "base/base.h"

#include "base/enc.h"
#include "base/json.h"
#include "core/job.h"
#include "web/admin.h"
#include "web/job_words.h"
#include "web/pages.h"

#define RUNS_PATH "/admin/jobs/runs"
#define OPEN_PATH "/admin/jobs/open"
#define AT_ONCE 50
#define RUNNING_MAX 100
#define PLACE_MAX_B 160     /* in the address */
#define FACTS_MAX_B ((size_t)4 << 10)

/* --- runs --- */

static void add_fact(struct buf *text, struct str name, const struct json *value)
{
	int64_t number = json_int(value, 0);
	if (json_kind(value) == JSON_KIND_INT && number != 0)
		buf_printf(text, "%s%.*s %lld", text->len ? ", " : "", STR_ARG(name), (long long)number);
	else if (json_kind(value) == JSON_KIND_BOOL && json_bool(value, false))
		buf_printf(text, "%s%.*s", text->len ? ", " : "", STR_ARG(name));
}

/* What the task counted beside what every row has: "sessions 3, trash 1". Nothing of what is nothing. */
static struct str facts_of(struct visit *v, const struct json *row)
{
	static const char *const told[] = { "task", "ok", "done", "more", "duration_ms", "dry_run", "error" };
	struct json_iter iter = { 0 };
	struct buf text = BUF_INIT(FACTS_MAX_B);
	while (json_next(row, &iter)) {
		struct json_iter inner = { 0 };
		bool is_told = false;
		for (size_t i = 0; i < COUNT_OF(told); i++)
			is_told = is_told || str_is(iter.key, told[i]);
		if (is_told || (iter.key.n > 3 && str_is(str_from(iter.key, iter.key.n - 3), "_ms")))
			continue;
		add_fact(&text, iter.key, iter.value);
		while (json_kind(iter.value) == JSON_KIND_OBJECT && json_next(iter.value, &inner))
			add_fact(&text, inner.key, inner.value);
	}
	struct str facts = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return facts;
}

static void run_values(struct visit *v, struct value *item, const struct task_run *run)
{
	struct json *row = NULL;
	const struct i18n *t = v->admin->i18n;
	const struct task *task = task_find(run->task);
	if (json_parse(run->result, JSON_MAX_B, &row, NULL) != RC_OK)
		row = NULL;
	value_text(v->arena, item, "title", task ? task_words(v, task) : run->task);
	value_text(v->arena, item, "name", run->task);
	value_text(v->arena, item, "when", admin_moment(v, run->started_ms));
	value_text(v->arena, item, "took", i18n_count(t, "run_ms", run->duration_ms, v->arena));
	value_text(v->arena, item, "done", i18n_count(t, "run_done", json_get_int(row, "done", 0), v->arena));
	value_text(v->arena, item, "facts", facts_of(v, row));
	value_bool(v->arena, item, "has_failed", !run->ok);
	value_bool(v->arena, item, "is_dry", run->dry_run);
	value_bool(v->arena, item, "has_more", json_get_bool(row, "more", false));
	value_text(v->arena, item, "error", run->ok ? STR("") : arena_str(v->arena, json_get_text(row, "error", STR("?"))));
	json_free(row);
}

/* "1700000000000-42". */
static void read_before(struct visit *v, int64_t *ms, int64_t *id)
{
	struct str rest = admin_asked(v, "before", PLACE_MAX_B), first;
	int64_t at_ms, at_id;
	*ms = *id = INT64_MAX;
	if (!str_split(&rest, '-', &first) || !str_to_i64(first, &at_ms) || !str_to_i64(rest, &at_id))
		return;
	*ms = at_ms;
	*id = at_id;
}

static struct str runs_link(struct visit *v, struct str task, const struct task_run *last)
{
	struct str before = last ? arena_printf(v->arena, "&before=%lld-%lld", (long long)last->started_ms, (long long)last->id)
				 : STR("");
	return admin_link(v, arena_printf(v->arena, RUNS_PATH "?task=%.*s%.*s", STR_ARG(task), STR_ARG(before)));
}

static void filter_values(struct visit *v, struct value *root, const struct task *chosen)
{
	struct value *list = value_list(v->arena, root, "filters");
	for (size_t i = 0; i == 0 || tasks[i - 1]; i++) {
		const struct task *task = i ? tasks[i - 1] : NULL;
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", task ? str_of(task->name) : i18n_text(v->admin->i18n, "runs_all"));
		value_text(v->arena, item, "url", runs_link(v, task ? str_of(task->name) : STR(""), NULL));
		value_bool(v->arena, item, "current", task == chosen);
	}
}

enum rc page_jobs_runs(struct visit *v, struct err *err)
{
	struct task_runs runs;
	int64_t before_ms, before_id;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "runs");
	const struct task *task = task_find(admin_asked(v, "task", 40));
	struct str name = task ? str_of(task->name) : STR("");
	read_before(v, &before_ms, &before_id);
	enum rc rc = task_run_before(v->db, task ? name : STR_NONE, before_ms, before_id, AT_ONCE + 1, v->arena, &runs, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = runs.count > AT_ONCE ? AT_ONCE : runs.count;
	for (size_t i = 0; i < shown; i++)
		run_values(v, value_item(v->arena, list), &runs.items[i]);
	filter_values(v, root, task);
	value_bool(v->arena, root, "has_runs", shown > 0);
	value_text(v->arena, root, "back", visit_link(v, STR("/admin/jobs")));
	value_text(v->arena, root, "older", runs.count > shown ? runs_link(v, name, &runs.items[shown - 1]) : STR(""));
	value_text(v->arena, root, "first", before_ms != INT64_MAX ? runs_link(v, name, NULL) : STR(""));
	return admin_render(v, "jobs_runs", "jobs", i18n_text(v->admin->i18n, "runs"), root, 200, err);
}

/* --- jobs that run or wait --- */

static void job_values(struct visit *v, struct value *item, const struct job *job)
{
	const struct i18n *t = v->admin->i18n;
	bool runs = str_given(job->lease_owner), later = !runs && job->due_ms > v->now_ms;
	value_int(v->arena, item, "id", job->id);
	value_text(v->arena, item, "title", job_words(v, job->kind));
	value_text(v->arena, item, "kind", job->kind);
	value_text(v->arena, item, "created", admin_moment(v, job->created_ms));
	value_text(v->arena, item, "since", runs && job->started_ms ? admin_moment(v, job->started_ms) : STR(""));
	value_text(v->arena, item, "due", later ? admin_moment(v, job->due_ms) : STR(""));
	value_bool(v->arena, item, "is_later", later);
	value_text(v->arena, item, "failures", job->failures ? i18n_count(t, "job_failures", job->failures, v->arena) : STR(""));
	value_text(v->arena, item, "error", job->failures && str_given(job->error) ? job->error : STR(""));
}

/* "1-1700000000000-42-media.variants": priority, time, id and kind of the last one that was shown. */
static bool read_after(struct visit *v, struct job *out)
{
	struct str rest = admin_asked(v, "after", PLACE_MAX_B), priority, due, id;
	*out = (struct job){ .id = 0 };
	if (!str_split(&rest, '-', &priority) || !str_split(&rest, '-', &due) || !str_split(&rest, '-', &id))
		return false;
	out->kind = rest;
	return str_to_i64(priority, &out->priority) && str_to_i64(due, &out->due_ms) && str_to_i64(id, &out->id);
}

static struct str open_link(struct visit *v, const struct job *last)
{
	if (!last)
		return visit_link(v, STR(OPEN_PATH));
	return admin_link(v, arena_printf(v->arena, OPEN_PATH "?after=%lld-%lld-%lld-%.*s", (long long)last->priority,
					  (long long)last->due_ms, (long long)last->id,
					  STR_ARG(enc_percent_dup(v->arena, last->kind, ENC_QUERY))));
}

static void jobs_values(struct visit *v, struct value *root, const char *name, const struct jobs *jobs, size_t shown)
{
	struct value *list = value_list(v->arena, root, name);
	for (size_t i = 0; i < shown; i++)
		job_values(v, value_item(v->arena, list), &jobs->items[i]);
	value_bool(v->arena, root, arena_printf(v->arena, "has_%s", name).p, shown > 0);
}

enum rc page_jobs_open(struct visit *v, struct err *err)
{
	struct jobs running = { .count = 0 }, waiting;
	struct job after;
	struct value *root = value_root(v->arena);
	bool goes_on = read_after(v, &after);
	enum rc rc = goes_on ? RC_OK : job_list_state(v->db, STR(JOB_STATE_RUNNING), RUNNING_MAX, v->arena, &running, err);
	if (rc == RC_OK)
		rc = job_list_waiting(v->db, goes_on ? &after : NULL, AT_ONCE + 1, v->arena, &waiting, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = waiting.count > AT_ONCE ? AT_ONCE : waiting.count;
	jobs_values(v, root, "running", &running, running.count);
	jobs_values(v, root, "waiting", &waiting, shown);
	value_bool(v->arena, root, "has_none", running.count + shown == 0);
	value_text(v->arena, root, "back", visit_link(v, STR("/admin/jobs")));
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/jobs")));
	value_text(v->arena, root, "older", waiting.count > shown ? open_link(v, &waiting.items[shown - 1]) : STR(""));
	value_text(v->arena, root, "first", goes_on ? open_link(v, NULL) : STR(""));
	return admin_render(v, "jobs_open", "jobs", i18n_text(v->admin->i18n, "jobs_open"), root, 200, err);
}
