/* task.c: maintenance tasks: the table, and running them. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/task.h"
#include "core/tasks.h"
#include "core/timetable.h"
#include "db/migrate.h"

const struct task *const tasks[] = { &task_ttl, &task_publish, &task_logs, &task_optimize, &task_jobs, NULL };

_Static_assert(COUNT_OF(tasks) <= TASKS_MAX, "TASKS_MAX is too small");

const struct task *task_find(struct str name)
{
	for (size_t i = 0; tasks[i]; i++)
		if (str_is(name, tasks[i]->name))
			return tasks[i];
	return NULL;
}

bool task_time_is_over(const struct task_call *call)
{
	return clock_monotonic_us() >= call->until_us;
}

static enum rc store_record(struct db_rw *db, const struct task_run *run, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = task_run_add(tx, run, err);
	return db_end(tx, rc, err);
}

static void give_record(struct task_records *records, const struct task_run *run)
{
	struct task_run *copy = &records->items[records->count++];
	*copy = *run;
	copy->result = arena_str(records->arena, run->result);
}

static enum rc keep_record(const struct task *task, const struct task_call *call, int64_t duration_ms, bool ok,
			   struct task_records *records, struct err *err)
{
	struct buf text = BUF_INIT((size_t)64 << 10);
	json_write(call->row, JSON_LINE, &text);
	struct task_run run = {
		.task = str_of(task->name), .started_ms = call->now_ms, .duration_ms = duration_ms, .ok = ok,
		.dry_run = call->dry_run, .result = buf_view(&text),
	};
	enum rc rc = buf_status(&text, "the record of a task", err);
	if (rc == RC_OK && records)
		give_record(records, &run);
	else if (rc == RC_OK)
		rc = store_record(call->db, &run, err);
	buf_release(&text);
	return rc;
}

/* The row's fixed members come first, whatever the task adds. */
static struct json *begin_row(struct json *rows, const struct task *task, bool dry_run)
{
	struct json *row = json_add_object(rows);
	json_set_text(row, "task", str_of(task->name));
	json_set_bool(row, "ok", true);
	json_set_int(row, "done", 0);
	json_set_bool(row, "more", false);
	json_set_int(row, "duration_ms", 0);
	json_set_bool(row, "dry_run", dry_run);
	return row;
}

static void begin_call(struct task_call *call, const struct task *task, struct json *rows)
{
	call->row = begin_row(rows, task, call->dry_run);
	call->done = 0;
	call->more = false;
}

static enum rc end_call(const struct task *task, struct task_call *call, int64_t begin_us, bool ok,
			struct task_records *records, struct err *err)
{
	int64_t duration_ms = (clock_monotonic_us() - begin_us) / 1000;
	json_set_bool(call->row, "ok", ok);
	json_set_int(call->row, "done", call->done);
	json_set_bool(call->row, "more", call->more);
	json_set_int(call->row, "duration_ms", duration_ms);
	LOG(LOG_INFO, "task", LOG_S("task", str_of(task->name)), LOG_I("ok", ok), LOG_I("done", call->done),
	    LOG_I("duration_ms", duration_ms));
	return keep_record(task, call, duration_ms, ok, records, err);
}

static enum rc run_one(const struct task *task, struct task_call *call, struct json *rows, int *failed,
		       struct task_records *records, struct err *err)
{
	struct err own = ERR_INIT;
	int64_t begin_us = clock_monotonic_us();
	begin_call(call, task, rows);
	bool ok = task->run(call, &own) == RC_OK;
	if (!ok) {
		json_set_text(call->row, "error", str_of(own.msg));
		log_err(LOG_ERROR, "task failed", &own);
		++*failed;
	}
	return end_call(task, call, begin_us, ok, records, err);
}

static struct task_call call_of(const struct conf *conf, struct db_rw *db, const struct task_options *options,
				int64_t now_ms, struct arena *arena)
{
	return (struct task_call){
		.conf = conf, .db = db, .arena = arena, .now_ms = now_ms, .dry_run = options->dry_run, .options = options,
		.until_us = clock_monotonic_us() + options->seconds * INT64_C(1000000),
	};
}

enum rc task_run_idle(const struct conf *conf, struct db_rw *db, const struct task *task,
		      const struct task_options *options, int64_t now_ms, struct json *rows,
		      struct task_records *records, bool *idle, struct err *err)
{
	struct task_call call = call_of(conf, db, options, now_ms, records->arena);
	struct json *own = json_new_list();
	int64_t begin_us = clock_monotonic_us();
	bool nothing = false;
	begin_call(&call, task, own);
	enum rc rc = task->idle ? task->idle(&call, &nothing, err) : RC_OK;
	if (rc == RC_OK && nothing)
		rc = end_call(task, &call, begin_us, true, records, err);
	if (rc == RC_OK && nothing)
		json_add(rows, json_clone(call.row));
	json_free(own);
	if (rc == RC_OK)
		*idle = nothing;
	return rc;
}

enum rc tasks_run(const struct conf *conf, struct db_rw *db, const struct task *task,
		  const struct task_options *options, int64_t now_ms, struct json *rows, int *failed,
		  struct task_records *records, struct err *err)
{
	struct arena arena;
	struct task_call call = call_of(conf, db, options, now_ms, &arena);
	enum rc rc = RC_OK;
	arena_init(&arena, ARENA_MAX_B);
	*failed = 0;
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++) {
		if (task && task != tasks[i])
			continue;
		rc = run_one(tasks[i], &call, rows, failed, records, err);
		arena_reset(&arena);
	}
	arena_release(&arena);
	return rc;
}

/* One that was never called for is as old as the site: without any cron nobody would be told otherwise. */
static enum rc is_late(struct db_ro *db, const struct task *task, bool is_off, int64_t now_ms, bool *late,
		       struct err *err)
{
	int64_t last_ms = 0;
	enum rc rc = task_run_last_ok(db, str_of(task->name), &last_ms, err);
	if (rc == RC_OK && last_ms == 0)
		rc = task_run_first(db, str_of(task->name), &last_ms, err);
	if (rc == RC_OK && last_ms == 0 && !is_off)
		rc = db_schema_began(db, &last_ms, err);
	*late = last_ms > 0 && last_ms < now_ms - task->overdue_ms;
	return rc;
}

enum rc tasks_overdue(struct db_ro *db, int64_t now_ms, struct json *names, struct err *err)
{
	struct json *setting = NULL;
	struct err why = ERR_INIT;
	enum rc rc = timetable_setting(db, &setting, &why);
	if (rc != RC_OK && rc != RC_INVALID)
		return err_set(err, rc, "%s", why.msg);
	rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++) {
		struct cron unused;
		enum rc time = json_get(setting, tasks[i]->name) ? timetable_time_of(setting, tasks[i], &unused, &why) : RC_OK;
		bool late = time == RC_INVALID;
		if (!late)
			rc = is_late(db, tasks[i], time == RC_NOTFOUND, now_ms, &late, err);
		if (rc == RC_OK && late)
			json_add_text(names, str_of(tasks[i]->name));
	}
	json_free(setting);
	return rc;
}
