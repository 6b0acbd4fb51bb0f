/* task.c: maintenance tasks: the table, and running them. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/task.h"
#include "core/tasks.h"
#include "store/task_run.h"

const struct task *const tasks[] = { &task_ttl, &task_publish, &task_optimize, &task_jobs, NULL };

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

static enum rc keep_record(struct db_rw *db, const struct task *task, const struct task_call *call,
			   int64_t duration_ms, bool ok, struct err *err)
{
	struct db_tx *tx;
	struct buf text = BUF_INIT((size_t)64 << 10);
	json_write(call->row, JSON_LINE, &text);
	struct task_run run = {
		.task = str_of(task->name), .started_ms = call->now_ms, .duration_ms = duration_ms, .ok = ok,
		.dry_run = call->dry_run, .result = buf_view(&text),
	};
	enum rc rc = buf_status(&text, "the record of a task", err);
	if (rc == RC_OK)
		rc = db_begin(db, &tx, err);
	if (rc == RC_OK) {
		rc = task_run_add(tx, &run, err);
		if (rc == RC_OK)
			rc = db_commit(tx, err);
		else
			db_rollback(tx);
	}
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

static enum rc run_one(const struct task *task, struct task_call *call, struct json *rows, int *failed,
		       struct err *err)
{
	struct err own = ERR_INIT;
	int64_t begin_us = clock_monotonic_us();
	call->row = begin_row(rows, task, call->dry_run);
	call->done = 0;
	call->more = false;
	bool ok = task->run(call, &own) == RC_OK;
	int64_t duration_ms = (clock_monotonic_us() - begin_us) / 1000;
	json_set_bool(call->row, "ok", ok);
	json_set_int(call->row, "done", call->done);
	json_set_bool(call->row, "more", call->more);
	json_set_int(call->row, "duration_ms", duration_ms);
	if (!ok) {
		json_set_text(call->row, "error", str_of(own.msg));
		log_err(LOG_ERROR, "task failed", &own);
		++*failed;
	}
	LOG(LOG_INFO, "task", LOG_S("task", str_of(task->name)), LOG_I("ok", ok), LOG_I("done", call->done),
	    LOG_I("duration_ms", duration_ms));
	return keep_record(call->db, task, call, duration_ms, ok, err);
}

enum rc tasks_run(const struct conf *conf, struct db_rw *db, const struct task *task, bool dry_run, int64_t now_ms,
		  struct json *rows, int *failed, struct err *err)
{
	struct arena arena;
	struct task_call call = {
		.conf = conf, .db = db, .arena = &arena, .now_ms = now_ms, .dry_run = dry_run,
		.until_us = clock_monotonic_us() + TASK_BUDGET_MS * INT64_C(1000),
	};
	enum rc rc = RC_OK;
	arena_init(&arena, ARENA_MAX_B);
	*failed = 0;
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++) {
		if (task && task != tasks[i])
			continue;
		rc = run_one(tasks[i], &call, rows, failed, err);
		arena_reset(&arena);
	}
	arena_release(&arena);
	return rc;
}

enum rc tasks_overdue(struct db_ro *db, int64_t now_ms, struct json *names, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && tasks[i]; i++) {
		int64_t last_ms = 0;
		rc = task_run_last_ok(db, str_of(tasks[i]->name), &last_ms, err);
		if (rc == RC_OK && last_ms > 0 && last_ms < now_ms - tasks[i]->overdue_ms)
			json_add_text(names, str_of(tasks[i]->name));
	}
	return rc;
}
