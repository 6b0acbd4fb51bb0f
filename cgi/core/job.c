/* job.c: the job queue: the table of kinds, adding jobs, doing one. */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"
#include "core/job_kinds.h"
#include "core/job_progress.h"
#include "crypt/rand.h"

const struct job_kind *const job_kinds[] = { &job_noop, &job_noop_heavy, &job_check, &job_rebuild, &job_export, &job_import, &job_bulk, &job_retag,
	&job_variants, &job_send, &job_icons, NULL };

const struct job_kind *job_kind_find(struct str name)
{
	for (size_t i = 0; job_kinds[i]; i++)
		if (str_is(name, job_kinds[i]->name))
			return job_kinds[i];
	return NULL;
}

bool job_time_is_over(const struct job_call *call)
{
	return (call->stop && atomic_load(call->stop)) || clock_monotonic_us() >= call->until_us;
}

void job_owner(char out[JOB_OWNER_CHARS + 1])
{
	rand_base62(out, JOB_OWNER_CHARS);
}

/* --- adding --- */

static enum rc check_order(const struct job_order *order, struct err *err)
{
	struct json *payload = NULL;
	enum rc rc = RC_OK;
	if (!job_kind_find(str_of(order->kind)))
		return err_set(err, RC_INVALID, "there is no job kind '%s'", order->kind);
	if (order->unique_key.n > JOB_KEY_MAX_B)
		return err_set(err, RC_LIMIT, "a job's key is longer than %d bytes", JOB_KEY_MAX_B);
	if (!str_given(order->payload))
		return RC_OK;
	rc = json_parse(order->payload, JOB_PAYLOAD_MAX_B, &payload, err);
	if (rc == RC_OK && json_kind(payload) != JSON_KIND_OBJECT)
		rc = err_set(err, RC_INVALID, "it is no JSON object");
	if (rc != RC_OK)
		err_prefix(err, "the payload of a job");
	json_free(payload);
	return rc;
}

static enum rc find_waiting(struct db_tx *tx, const struct job_order *order, int64_t due_ms, int64_t *id, struct err *err)
{
	*id = 0;
	if (!str_given(order->unique_key))
		return RC_OK;
	enum rc rc = job_with_key(db_tx_ro(tx), str_of(order->kind), order->unique_key, id, err);
	return rc == RC_OK && *id ? job_hasten(tx, *id, due_ms, err) : rc;
}

enum rc job_add(struct db_tx *tx, const struct job_order *order, int64_t now_ms, int64_t *id, bool *added, struct err *err)
{
	int64_t there = 0, due_ms = order->run_at_ms ? order->run_at_ms : now_ms;
	bool found = false;
	enum rc rc = check_order(order, err);
	if (rc == RC_OK)
		rc = find_waiting(tx, order, due_ms, &there, err);
	found = there != 0;
	if (rc == RC_OK && !found) {
		struct job job = {
			.kind = str_of(order->kind), .payload = str_given(order->payload) ? order->payload : STR("{}"),
			.unique_key = order->unique_key, .priority = order->priority, .due_ms = due_ms,
			.created_ms = now_ms,
		};
		rc = job_insert(tx, &job, &there, err);
	}
	if (rc != RC_OK)
		return rc;
	if (id)
		*id = there;
	if (added)
		*added = !found;
	return RC_OK;
}

/* --- doing --- */

static int64_t end_of(const struct job_runner *runner, const struct job_kind *kind, int64_t begin_us)
{
	int64_t end_us = begin_us + kind->time_limit_ms * 1000;
	return runner->until_us && runner->until_us < end_us ? runner->until_us : end_us;
}

static struct str text_of(const struct json *value, struct arena *arena, struct str otherwise)
{
	struct buf text = BUF_INIT(JOB_RESULT_MAX_B);
	json_write(value, JSON_LINE, &text);
	struct str copy = text.rc == RC_OK ? arena_str(arena, buf_view(&text)) : otherwise;
	buf_release(&text);
	return copy;
}

enum rc job_settle(struct job_call *call, struct db_tx *tx, struct err *err)
{
	bool ours = false;
	struct str result = json_count(call->result) ? text_of(call->result, call->arena, STR_NONE) : STR_NONE;
	enum rc rc = job_end(tx, call->job, JOB_STATE_DONE, clock_now_ms(), result, STR_NONE, &ours, err);
	return rc != RC_OK || ours ? rc : err_set(err, RC_CONFLICT, "the job was cancelled, or is done by another");
}

static void tell(const struct job_call *call, enum rc rc, const struct err *own, struct job_outcome *out)
{
	if (call->settled || call->cancelled) {
		out->end = call->settled ? JOB_SETTLED : JOB_CANCELLED;
	} else if (rc != RC_OK) {
		out->end = rc == RC_INVALID ? JOB_USELESS : JOB_FAILED;
		out->text = arena_str(call->arena, str_of(own->msg));
		out->retry_after_ms = call->retry_after_ms;
	} else if (call->more) {
		out->end = JOB_MORE;
		out->stopped = call->stop && atomic_load(call->stop);
		out->text = call->progress ? text_of(call->progress, call->arena, STR_NONE) : STR_NONE;
	} else {
		out->end = JOB_DONE;
		out->text = json_count(call->result) ? text_of(call->result, call->arena, STR_NONE) : STR_NONE;
	}
}

static enum rc call_handler(const struct job_runner *runner, const struct job_kind *kind, const struct job *job,
			    struct arena *arena, struct job_outcome *out, struct err *own)
{
	struct json *payload = NULL;
	struct job_call call = {
		.conf = runner->conf, .db = runner->db, .arena = arena, .job = job, .now_ms = clock_now_ms(),
		.until_us = end_of(runner, kind, clock_monotonic_us()), .stop = runner->stop,
		.result = json_new_object(),
	};
	enum rc rc = json_parse(job->payload, JOB_PAYLOAD_MAX_B, &payload, own);
	call.payload = payload;
	if (rc == RC_OK)
		rc = kind->run(&call, own);
	tell(&call, rc, own, out);
	if (call.stage && out->end != JOB_MORE)
		job_progress_drop(call.conf, job->id);
	json_free(call.progress);
	json_free(call.result);
	json_free(payload);
	return call.settled || call.cancelled ? RC_OK : rc;
}

void job_run(const struct job_runner *runner, const struct job *job, struct arena *arena, struct job_outcome *out)
{
	struct err own = ERR_INIT;
	const struct job_kind *kind = job_kind_find(job->kind);
	int64_t begin_us = clock_monotonic_us();
	*out = (struct job_outcome){ .job = job, .end = JOB_GIVEN_BACK, .text = STR_NONE };
	enum rc rc = kind ? call_handler(runner, kind, job, arena, out, &own) : RC_OK;
	out->duration_ms = (clock_monotonic_us() - begin_us) / 1000;
	if (rc != RC_OK)
		LOG(LOG_WARN, "job failed", LOG_I("job", job->id), LOG_S("kind", job->kind),
		    LOG_I("failures", job->failures + 1), LOG_S("message", str_of(own.msg)));
	else
		LOG(LOG_DEBUG, "job", LOG_I("job", job->id), LOG_S("kind", job->kind),
		    LOG_I("duration_ms", out->duration_ms));
}
