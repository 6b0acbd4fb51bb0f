/* jobs.c: `platen jobs`: what is to be done, what was done, and what failed. */
#include "base/base.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/json.h"
#include "base/zone.h"
#include "cli/command.h"
#include "core/job_progress.h"
#include "core/job_work.h"
#include "core/place.h"
#include "store/worker.h"

#define WORK_S_MAX 86400

enum { OPT_STATE, OPT_COUNT, OPT_JSON, OPT_KEY, OPT_SECONDS, OPT_ACTION, OPT_WHICH, OPT_PAYLOAD };

static const struct command_option options[] = {
	{ "--state", "STATE", "list: only waiting, running, done, dead or cancelled ones" },
	{ "--count", "N", "list: how many; default 20" },
	{ "--json", NULL, "list, show, counts: one JSON object a line" },
	{ "--key", "KEY", "add: not when one of the kind with the same key waits already" },
	{ "--seconds", "N", "work: how long at most; default 20" },
	{ "ACTION", "", "list, show, counts, kinds, add, retry, cancel or work" },
	{ "WHICH", "", "show, retry, cancel: the job's number; add: the kind" },
	{ "PAYLOAD", "", "add: a JSON object; default {}" },
	{ NULL, NULL, NULL },
};

struct jobs_call {
	struct command_call *call;
	struct db_rw *db;
	const char *action, *which, *payload;
	struct str state, key;
	int64_t id, count, seconds;
	bool json;
};

/* --- printing --- */

static void print_json(struct json *value)
{
	struct buf text = BUF_INIT((size_t)1 << 20);
	json_write(value, JSON_LINE, &text);
	BUF_LIT(&text, "\n");
	fwrite(text.bytes ? text.bytes : "", 1, text.len, stdout);
	buf_release(&text);
	json_free(value);
}

static void set_time(struct json *object, const char *key, int64_t ms)
{
	if (ms)
		json_set_int(object, key, ms);
	else
		json_set(object, key, json_new_null());
}

/* Stored JSON as JSON again. */
static void set_parsed(struct json *object, const char *key, struct str text)
{
	struct json *value = NULL;
	if (str_given(text) && json_parse(text, JSON_MAX_B, &value, NULL) == RC_OK)
		json_set(object, key, value);
	else
		json_set(object, key, json_new_null());
}

static void print_as_json(const struct job *job)
{
	struct json *o = json_new_object();
	json_set_int(o, "id", job->id);
	json_set_text(o, "kind", job->kind);
	json_set_text(o, "state", job->state);
	json_set_int(o, "priority", job->priority);
	json_set_text(o, "key", job->unique_key);
	json_set_int(o, "attempts", job->attempts);
	json_set_int(o, "failures", job->failures);
	json_set_int(o, "lost", job->lost);
	set_time(o, "due_ms", job->due_ms);
	set_time(o, "created_ms", job->created_ms);
	set_time(o, "started_ms", job->started_ms);
	set_time(o, "finished_ms", job->finished_ms);
	json_set_text(o, "worker", job->lease_owner);
	set_parsed(o, "payload", job->payload);
	set_parsed(o, "result", job->result);
	json_set_text(o, "error", job->error);
	print_json(o);
}

static struct str time_text(struct jobs_call *c, int64_t ms)
{
	return ms ? date_rfc3339(c->call->arena, zone_utc(), ms) : STR("-");
}

static void print_line(struct jobs_call *c, const struct job *job)
{
	int64_t at_ms = job->finished_ms ? job->finished_ms : job->due_ms;
	if (c->json)
		print_as_json(job);
	else
		printf("%8lld  %-10.*s %-9.*s %.*s  %lld of %lld failed%s%.*s\n", (long long)job->id, STR_ARG(job->kind),
		       STR_ARG(job->state), STR_ARG(time_text(c, at_ms)), (long long)(job->failures + job->lost),
		       (long long)job->attempts, str_given(job->error) ? ": " : "", STR_ARG(job->error));
}

/* --- actions --- */

static enum rc do_list(struct jobs_call *c, struct err *err)
{
	struct jobs jobs;
	enum rc rc = str_given(c->state)
		? job_list_state(db_rw_ro(c->db), c->state, c->count, c->call->arena, &jobs, err)
		: job_list(db_rw_ro(c->db), INT64_MAX, c->count, c->call->arena, &jobs, err);
	for (size_t i = 0; rc == RC_OK && i < jobs.count; i++)
		print_line(c, &jobs.items[i]);
	return rc;
}

static enum rc do_show(struct jobs_call *c, struct err *err)
{
	struct job job;
	enum rc rc = job_get(db_rw_ro(c->db), c->id, c->call->arena, &job, err);
	if (rc == RC_NOTFOUND)
		return err_set(err, rc, "there is no job %lld", (long long)c->id);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		print_as_json(&job);
		return RC_OK;
	}
	const struct { const char *name; struct str value; } rows[] = {
		{ "kind", job.kind }, { "state", job.state }, { "key", job.unique_key }, { "payload", job.payload },
		{ "added", time_text(c, job.created_ms) }, { "due", time_text(c, job.due_ms) },
		{ "begun", time_text(c, job.started_ms) }, { "finished", time_text(c, job.finished_ms) },
		{ "worker", job.lease_owner }, { "result", job.result }, { "error", job.error },
	};
	printf("job       %lld\n", (long long)job.id);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (str_given(rows[i].value))
			printf("%-9s %.*s\n", rows[i].name, STR_ARG(rows[i].value));
	printf("attempts  %lld, of which %lld failed and %lld were lost\n", (long long)job.attempts,
	       (long long)job.failures, (long long)job.lost);
	return RC_OK;
}

static enum rc do_counts(struct jobs_call *c, struct err *err)
{
	struct job_counts counts;
	bool worker = false;
	int64_t now_ms = clock_now_ms();
	enum rc rc = job_count(db_rw_ro(c->db), now_ms, &counts, err);
	if (rc == RC_OK)
		rc = worker_seen(db_rw_ro(c->db), now_ms, &worker, err);
	if (rc != RC_OK)
		return rc;
	if (!c->json) {
		printf("%lld due, %lld later, %lld running, %lld dead; %s\n", (long long)counts.due,
		       (long long)counts.later, (long long)counts.running, (long long)counts.dead,
		       worker ? "a worker is there" : "no worker: cronhooks do them");
		return RC_OK;
	}
	struct json *o = json_new_object();
	json_set_int(o, "due", counts.due);
	json_set_int(o, "later", counts.later);
	json_set_int(o, "running", counts.running);
	json_set_int(o, "dead", counts.dead);
	json_set_bool(o, "worker", worker);
	print_json(o);
	return RC_OK;
}

static enum rc do_kinds(struct jobs_call *c, struct err *err)
{
	(void)c, (void)err;
	for (size_t i = 0; job_kinds[i]; i++)
		printf("%-10s %-6s %s\n", job_kinds[i]->name, job_kinds[i]->class == JOB_HEAVY ? "heavy" : "light",
		       job_kinds[i]->summary);
	return RC_OK;
}

static enum rc do_add(struct jobs_call *c, struct err *err)
{
	struct db_tx *tx;
	int64_t id = 0;
	bool added = false;
	struct job_order order = {
		.kind = c->which, .payload = str_of(c->payload), .unique_key = c->key, .priority = JOB_NORMAL,
	};
	enum rc rc = db_begin(c->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = job_add(tx, &order, clock_now_ms(), &id, &added, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK)
		printf("%lld%s\n", (long long)id, added ? "" : " waits already");
	return rc;
}

static enum rc change(struct jobs_call *c, enum rc (*how)(struct db_tx *, int64_t, int64_t, struct err *), struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(c->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = how(tx, c->id, clock_now_ms(), err);
	return db_end(tx, rc, err);
}

static enum rc do_retry(struct jobs_call *c, struct err *err)
{
	return change(c, job_retry, err);
}

static enum rc look(struct jobs_call *c, struct arena *arena, struct job *out, struct err *err)
{
	return job_get(db_rw_ro(c->db), c->id, arena, out, err);
}

/* One that runs may hold the transaction that is needed here: it is asked first, and may then end itself. */
static enum rc do_cancel(struct jobs_call *c, struct err *err)
{
	struct job was, now;
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = look(c, &arena, &was, err);
	bool open = rc == RC_OK && was.finished_ms == 0, runs = open && str_is(was.state, JOB_STATE_RUNNING);
	if (open)
		rc = job_ask_to_stop(c->call->conf, c->id, err);
	if (rc == RC_OK)
		rc = change(c, job_cancel, err);
	if (rc == RC_CONFLICT && open && look(c, &arena, &now, NULL) == RC_OK && str_is(now.state, JOB_STATE_CANCELLED))
		rc = RC_OK;
	if (rc == RC_OK && !runs)
		job_progress_drop(c->call->conf, c->id);
	arena_release(&arena);
	return rc;
}

static enum rc do_work(struct jobs_call *c, struct err *err)
{
	struct jobs_done done;
	enum rc rc = jobs_do_due(c->call->conf, c->db, clock_monotonic_us() + c->seconds * 1000000, 0, &done, err);
	printf("%lld done, %lld failed%s\n", (long long)done.done, (long long)done.failed, done.more ? ", more are due" : "");
	return rc;
}

enum needs { NOTHING, A_JOB, A_KIND };
static const struct action {
	const char *name;
	enum needs needs;
	enum rc (*run)(struct jobs_call *c, struct err *err);
} actions[] = {
	{ "list", NOTHING, do_list }, { "show", A_JOB, do_show }, { "counts", NOTHING, do_counts },
	{ "kinds", NOTHING, do_kinds }, { "add", A_KIND, do_add }, { "retry", A_JOB, do_retry },
	{ "cancel", A_JOB, do_cancel }, { "work", NOTHING, do_work },
};

/* --- arguments --- */

static bool take_word(struct jobs_call *c, const char *word)
{
	const char **places[] = { &c->action, &c->which, &c->payload };
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (!*places[i])
			return *places[i] = word, true;
	return command_usage(&command_jobs, "unexpected argument '%s'", word), false;
}

static bool take_number(const char *text, int64_t max, int64_t *out)
{
	if (str_to_i64(str_of(text), out) && *out > 0 && *out <= max)
		return true;
	return command_usage(&command_jobs, "'%s' is not a number from 1 to %lld", text, (long long)max), false;
}

static bool read_arguments(struct jobs_call *c)
{
	struct command_args args = { .command = &command_jobs, .call = c->call };
	bool good = true;
	for (int option; good && (option = command_next(&args)) != -1;) {
		switch (option) {
		case OPT_STATE: c->state = str_of(args.value); break;
		case OPT_COUNT: good = take_number(args.value, 1000, &c->count); break;
		case OPT_JSON: c->json = true; break;
		case OPT_KEY: c->key = str_of(args.value); break;
		case OPT_SECONDS: good = take_number(args.value, WORK_S_MAX, &c->seconds); break;
		case OPT_ACTION: case OPT_WHICH: case OPT_PAYLOAD: good = take_word(c, args.value); break;
		default: good = false;
		}
	}
	return good;
}

static bool check_state(const struct jobs_call *c)
{
	static const char *const states[] = {
		JOB_STATE_WAITING, JOB_STATE_RUNNING, JOB_STATE_DONE, JOB_STATE_DEAD, JOB_STATE_CANCELLED,
	};
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (!str_given(c->state) || str_is(c->state, states[i]))
			return true;
	return command_usage(&command_jobs, "there is no state '%.*s'", STR_ARG(c->state)), false;
}

static const struct action *find_action(struct jobs_call *c)
{
	const char *name = c->action ? c->action : "list";
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (actions[i].needs != NOTHING && !c->which)
			return command_usage(&command_jobs, "%s which?", name), NULL;
		if ((actions[i].needs == NOTHING && c->which) || (actions[i].needs != A_KIND && c->payload))
			return command_usage(&command_jobs, "'%s' has an argument too many", name), NULL;
		if (actions[i].needs == A_JOB && !take_number(c->which, INT64_MAX, &c->id))
			return NULL;
		return &actions[i];
	}
	return command_usage(&command_jobs, "there is no action '%s'", name), NULL;
}

static int run(struct command_call *call)
{
	struct jobs_call c = { .call = call, .count = 20, .seconds = 20, .state = STR_NONE, .key = STR_NONE };
	struct err err = ERR_INIT;
	const struct action *action;
	if (!read_arguments(&c) || !check_state(&c) || !(action = find_action(&c)))
		return EXIT_USAGE;
	enum rc rc = place_open_rw(call->conf, &c.db, &err);
	if (rc == RC_OK)
		rc = action->run(&c, &err);
	db_rw_close(c.db);
	return rc == RC_OK ? EXIT_DONE : command_fail(&err);
}

const struct command command_jobs = {
	.name = "jobs",
	.usage = "jobs [OPTION ...] [ACTION] [WHICH] [PAYLOAD]",
	.summary = "List, add, retry and cancel background jobs",
	.details = "Jobs are done by `platen worker`, or where there is none by the cronhook task jobs. What fails is tried "
		   "again later and later; after its last failure a job is dead and stays listed for 90 days, done ones for 7.\n\n"
		   "list shows the newest first; show everything about one; counts how many wait; kinds what there is; add "
		   "adds one; retry has one done again as if it were new; cancel keeps one from being done or tried again; "
		   "work does at once what is due.",
	.options = options,
	.run = run,
};
