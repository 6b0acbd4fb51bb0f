/* scheduler.c: calls the site's own cronhooks when their time has come. */
#include "base/base.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/timetable.h"
#include "store/schedule.h"
#include "work/caller.h"
#include "work/complaint.h"
#include "work/scheduler.h"

#define BACKOFF_MS INT64_C(30000)
#define BACKOFF_MAX_MS INT64_C(3600000)
/* What lies further ahead than this, and was now some time ago, is of a clock that was set back. */
#define SET_BACK_MS 60000
#define READ_AGAIN_US INT64_C(30000000)

/* How it stands with a task. */
struct plan {
	int64_t due_ms;   /* the first time that is not settled; -1: never */
	int64_t at_ms;    /* when to call for it: later by the jitter, or because a call failed */
	int failures;     /* calls for it that failed */
};

struct scheduler {
	const struct conf *conf;
	struct caller *caller;
	bool leads;             /* at the last tick */
	struct timetable table;
	int64_t read_us;        /* when to read it, monotonic; 0: it is read */
	int64_t last_ms;        /* the clock at the last tick */
	struct plan plans[TASKS_MAX]; /* as tasks[] */
	uint64_t told;          /* hash of the faults that were told; 0: none */
	struct complaint keeping, reading;
};

/* --- when is it --- */

/* Up to a quarter of the time between two calls, so that even short ones keep their rhythm. */
static int64_t jitter(const struct scheduler *s, const struct timetable_line *line, int64_t due_ms)
{
	int64_t next_ms = cron_next(&line->cron, s->table.zone, due_ms), most_ms = s->table.jitter_ms;
	if (next_ms > 0 && (next_ms - due_ms) / 4 < most_ms)
		most_ms = (next_ms - due_ms) / 4;
	char text[80];
	snprintf(text, sizeof text, "%s %lld", line->task->name, (long long)due_ms);
	return most_ms > 0 ? (int64_t)(hash_str(str_of(text), hash_seed()) % (uint64_t)most_ms) : 0;
}

static enum rc put_settled(struct db_rw *db, const struct task *task, int64_t settled_ms, int64_t now_ms,
			   struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = schedule_settle(tx, str_of(task->name), settled_ms, now_ms + SET_BACK_MS, err);
	return db_end(tx, rc, err);
}

/* A task that nobody has called for yet begins now: what came due before the site was there is nothing. */
static enum rc settled_until(struct db_rw *db, const struct task *task, int64_t now_ms, int64_t *settled_ms,
			     struct err *err)
{
	enum rc rc = schedule_settled(db_rw_ro(db), str_of(task->name), settled_ms, err);
	if (rc != RC_NOTFOUND && (rc != RC_OK || *settled_ms <= now_ms + SET_BACK_MS))
		return rc;
	*settled_ms = now_ms;
	return put_settled(db, task, now_ms, now_ms, err);
}

static size_t place_of(const struct task *task)
{
	size_t i = 0;
	while (tasks[i] != task)
		i++;
	return i;
}

static enum rc plan_task(struct scheduler *s, struct db_rw *db, const struct timetable_line *line, int64_t now_ms,
			 struct err *err)
{
	struct plan *plan = &s->plans[place_of(line->task)];
	int64_t settled_ms;
	enum rc rc = settled_until(db, line->task, now_ms, &settled_ms, err);
	if (rc != RC_OK)
		return rc;
	int64_t due_ms = cron_next(&line->cron, s->table.zone, settled_ms);
	if (due_ms != plan->due_ms)
		*plan = (struct plan){ .due_ms = due_ms, .at_ms = due_ms < 0 ? INT64_MAX : due_ms + jitter(s, line, due_ms) };
	return RC_OK;
}

/* Once, until they are others. */
static void tell_faults(struct scheduler *s, const struct json *faults)
{
	struct buf text = BUF_INIT((size_t)64 << 10);
	json_write(faults, JSON_LINE, &text);
	uint64_t hash = json_count(faults) ? hash_str(buf_view(&text), hash_seed()) : 0;
	for (size_t i = 0; hash != s->told && i < json_count(faults); i++)
		LOG(LOG_WARN, "a time of maintenance cannot be read", LOG_S("message", json_text(json_at(faults, i), STR(""))));
	s->told = hash;
	buf_release(&text);
}

static void read_table(struct scheduler *s, struct db_rw *db, int64_t now_ms)
{
	struct err err = ERR_INIT;
	struct json *faults = json_new_list();
	enum rc rc = timetable_read(db_rw_ro(db), &s->table, faults, &err);
	tell_faults(s, faults);
	json_free(faults);
	for (size_t i = 0; rc == RC_OK && i < s->table.count; i++)
		rc = plan_task(s, db, &s->table.lines[i], now_ms, &err);
	s->read_us = rc == RC_OK ? 0 : clock_monotonic_us() + READ_AGAIN_US;
	if (rc != RC_OK)
		complain(&s->reading, LOG_ERROR, "cannot tell when maintenance is due", &err);
}

static bool must_read(struct scheduler *s, bool changed, int64_t now_ms)
{
	if (now_ms < s->last_ms - SET_BACK_MS) {
		LOG(LOG_WARN, "the clock was set back", LOG_I("seconds", (s->last_ms - now_ms) / 1000));
		memset(s->plans, 0, sizeof s->plans);
		return true;
	}
	return s->read_us ? clock_monotonic_us() >= s->read_us : changed;
}

/* --- calling --- */

static const struct timetable_line *line_of(const struct scheduler *s, const struct task *task)
{
	for (size_t i = 0; i < s->table.count; i++)
		if (s->table.lines[i].task == task)
			return &s->table.lines[i];
	return NULL;
}

/* Never later than the task's next time. */
static void call_again(struct scheduler *s, const struct task *task, int64_t pause_ms, int64_t now_ms)
{
	struct plan *plan = &s->plans[place_of(task)];
	const struct timetable_line *line = line_of(s, task);
	int64_t next_ms = line ? cron_next(&line->cron, s->table.zone, now_ms) : -1;
	plan->at_ms = now_ms + pause_ms;
	if (next_ms > 0 && next_ms < plan->at_ms)
		plan->at_ms = next_ms;
}

/* Again after a while that doubles. */
static void put_off(struct scheduler *s, const struct call *call, int64_t now_ms)
{
	struct plan *plan = &s->plans[place_of(call->task)];
	int64_t pause_ms = BACKOFF_MS << (plan->failures < 8 ? plan->failures : 8);
	if (call->retry_after_s >= 0)
		pause_ms = (call->retry_after_s + 1) * 1000;
	if (pause_ms > BACKOFF_MAX_MS)
		pause_ms = BACKOFF_MAX_MS;
	plan->failures++;
	call_again(s, call->task, pause_ms, now_ms);
	LOG(LOG_WARN, "a cronhook could not be called", LOG_S("task", str_of(call->task->name)),
	    LOG_S("code", str_of(rc_name(call->err.rc))), LOG_S("message", str_of(call->err.msg)),
	    LOG_I("failures", plan->failures), LOG_I("again_in_s", (plan->at_ms - now_ms) / 1000));
}

/* All that came due until it was sent is done with it. If that cannot be kept, the same message is sent
 * again after a while and its stored result comes back. */
static void keep_call(struct scheduler *s, struct db_rw *db, const struct call *call, int64_t now_ms)
{
	struct err err = ERR_INIT;
	if (!call->done) {
		put_off(s, call, now_ms);
		return;
	}
	LOG(LOG_INFO, "cronhook", LOG_S("task", str_of(call->task->name)), LOG_I("duration_ms", call->duration_ms));
	call_again(s, call->task, BACKOFF_MS, now_ms);
	int64_t settled_ms = call->sent_ms > call->due_ms ? call->sent_ms : call->due_ms;
	if (put_settled(db, call->task, settled_ms, now_ms, &err) != RC_OK)
		complain(&s->keeping, LOG_ERROR, "cannot keep that a cronhook was called", &err);
	s->read_us = 1;
}

static enum rc read_keys(struct scheduler *s, struct db_rw *db, int64_t now_ms, struct webhook_keys *out,
			 struct err *err)
{
	struct arena arena;
	struct str made;
	enum rc rc = cronhook_keys(s->conf, db_rw_ro(db), out, err);
	if (rc != RC_NOTFOUND)
		return rc;
	arena_init(&arena, 16 << 10);
	rc = cronhook_own_key(db, false, now_ms, &arena, &made, err);
	arena_release(&arena);
	return rc == RC_OK ? cronhook_keys(s->conf, db_rw_ro(db), out, err) : rc;
}

/* The task whose time was first; NULL: none is due. */
static const struct task *first_due(const struct scheduler *s, int64_t now_ms)
{
	const struct task *first = NULL;
	int64_t at_ms = now_ms;
	for (size_t i = 0; i < s->table.count; i++) {
		const struct plan *plan = &s->plans[place_of(s->table.lines[i].task)];
		if (plan->due_ms > 0 && plan->at_ms <= at_ms) {
			at_ms = plan->at_ms;
			first = s->table.lines[i].task;
		}
	}
	return first;
}

static void call_for(struct scheduler *s, struct db_rw *db, const struct task *task, int64_t now_ms)
{
	struct call call = {
		.task = task, .due_ms = s->plans[place_of(task)].due_ms, .sent_ms = now_ms, .retry_after_s = -1,
	};
	call.err.rc = read_keys(s, db, now_ms, &call.keys, &call.err);
	if (call.err.rc == RC_OK)
		caller_begin(s->caller, &call);
	else
		put_off(s, &call, now_ms);
	webhook_keys_wipe(&call.keys);
}

/* What another scheduler did meanwhile is in the database. */
static void begin_to_lead(struct scheduler *s)
{
	s->read_us = 1;
	memset(s->plans, 0, sizeof s->plans);
}

void scheduler_tick(struct scheduler *s, struct db_rw *db, bool leads, bool changed, int64_t now_ms)
{
	struct call ended;
	if (caller_take(s->caller, &ended))
		keep_call(s, db, &ended, now_ms);
	if (leads && !s->leads)
		begin_to_lead(s);
	s->leads = leads;
	if (leads) {
		if (must_read(s, changed, now_ms))
			read_table(s, db, now_ms);
		const struct task *task = caller_is_free(s->caller) ? first_due(s, now_ms) : NULL;
		if (task)
			call_for(s, db, task, now_ms);
	}
	s->last_ms = now_ms;
}

/* --- begin and end --- */

enum rc scheduler_open(const struct conf *conf, struct scheduler **out, struct err *err)
{
	struct scheduler *s = mem_new(sizeof *s);
	s->conf = conf;
	s->keeping = s->reading = COMPLAINT_INIT;
	enum rc rc = caller_open(conf, &s->caller, err);
	if (rc == RC_OK)
		*out = s;
	else
		free(s);
	return rc;
}

void scheduler_stop(struct scheduler *s)
{
	caller_stop(s->caller);
}

bool scheduler_has_ended(struct scheduler *s)
{
	return caller_has_ended(s->caller);
}

void scheduler_close(struct scheduler *s)
{
	if (!s)
		return;
	caller_close(s->caller);
	free(s);
}
