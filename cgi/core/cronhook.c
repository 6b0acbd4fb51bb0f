/* cronhook.c: a signed message asks for maintenance: once for each message. */
#include "base/base.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "core/cronhook.h"
#include "core/place.h"
#include "core/task.h"
#include "crypt/digest.h"
#include "crypt/rand.h"
#include "db/group.h"
#include "store/receipt.h"
#include "store/setting.h"

#define OWN_KEY STR("internal.hook_key")
/* Longer than the tasks' own time, so that nobody starts beside somebody who is only slow. */
#define LEASE_MS (3 * TASK_BUDGET_MS)

/* A message on its way. */
struct call {
	const struct conf *conf;
	const struct task *task;           /* NULL: all */
	struct str task_name;
	const struct webhook_message *message;
	int64_t now_ms;
	struct task_options options;
	struct arena *arena;
	struct db_rw *db;
	struct db_group *group;
	struct task_records records;
	struct receipt receipt;            /* as it was taken; what others have made of it when it was lost */
};

/* --- keys --- */

enum rc cronhook_check_keys(const struct conf *conf, struct err *err)
{
	struct webhook_keys keys;
	if (!str_given(conf->hook_keys))
		return RC_OK;
	enum rc rc = webhook_keys_parse(conf->hook_keys, &keys, err);
	if (rc == RC_OK)
		webhook_keys_wipe(&keys);
	else
		err_prefix(err, "PLATEN_HOOK_KEYS");
	return rc;
}

enum rc cronhook_keys(const struct conf *conf, struct db_ro *db, struct webhook_keys *out, struct err *err)
{
	struct arena arena;
	struct str text = conf->hook_keys;
	enum rc rc = RC_OK;
	arena_init(&arena, 16 << 10);
	if (!str_given(text))
		rc = setting_get(db, OWN_KEY, &arena, &text, err);
	if (rc == RC_OK)
		rc = webhook_keys_parse(text, out, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		err_prefix(err, "PLATEN_HOOK_KEYS");
	arena_release(&arena);
	return rc;
}

static enum rc make_key(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct str *out, struct err *err)
{
	char text[WEBHOOK_KEY_TEXT_MAX_B];
	webhook_key_make(WEBHOOK_SECRET, text);
	*out = arena_str(arena, str_of(text));
	secret_wipe(text, sizeof text);
	return setting_put(tx, OWN_KEY, *out, now_ms, err);
}

enum rc cronhook_own_key_there(struct db_ro *db, struct arena *arena, struct str *out, struct err *err)
{
	return setting_get(db, OWN_KEY, arena, out, err);
}

enum rc cronhook_own_key_tx(struct db_tx *tx, bool renew, int64_t now_ms, struct arena *arena, struct str *out,
			    struct err *err)
{
	enum rc rc = renew ? RC_NOTFOUND : cronhook_own_key_there(db_tx_ro(tx), arena, out, err);
	return rc == RC_NOTFOUND ? make_key(tx, now_ms, arena, out, err) : rc;
}

enum rc cronhook_own_key(struct db_rw *db, bool renew, int64_t now_ms, struct arena *arena, struct str *out,
			 struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(db, &tx, err);
	if (rc != RC_OK)
		return rc;
	return db_end(tx, cronhook_own_key_tx(tx, renew, now_ms, arena, out, err), err);
}

/* --- messages --- */

struct str cronhook_new_id(struct arena *arena)
{
	char id[PUBLIC_ID_CHARS + 1];
	rand_base62(id, PUBLIC_ID_CHARS);
	return arena_printf(arena, "msg_%s", id);
}

static enum rc is_signed(const struct call *call, struct cronhook_answer *out, struct err *err)
{
	struct webhook_keys keys;
	struct err why = ERR_INIT;
	enum rc rc = cronhook_keys(call->conf, db_rw_ro(call->db), &keys, err);
	if (rc == RC_NOTFOUND) {
		out->outcome = CRONHOOK_CLOSED;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	rc = webhook_verify(&keys, call->message, call->now_ms / 1000, &out->skew_s, &why);
	webhook_keys_wipe(&keys);
	out->outcome = rc == RC_OK ? CRONHOOK_DONE : CRONHOOK_UNSIGNED;
	out->has_skew = rc == RC_TIMEOUT;
	if (rc != RC_OK)
		out->message = arena_str(call->arena, str_of(why.msg));
	return RC_OK;
}

static bool read_body(struct call *call, struct cronhook_answer *out)
{
	struct json *json = NULL;
	struct err why = ERR_INIT;
	struct str body = str_trim(call->message->body), option = STR_NONE;
	if (body.n == 0)
		return true;
	enum rc rc = json_parse(body, CRONHOOK_BODY_MAX_B, &json, &why);
	if (rc == RC_OK && json_kind(json) != JSON_KIND_OBJECT)
		rc = err_set(&why, RC_INVALID, "the body is no JSON object");
	if (rc == RC_OK)
		rc = task_options_read(json_get(json, "data"), call->task, &call->options, &option, &why);
	if (rc != RC_OK && str_given(option))
		out->option = arena_str(call->arena, option);
	json_free(json);
	if (rc == RC_OK)
		return true;
	out->outcome = CRONHOOK_MALFORMED;
	out->message = arena_str(call->arena, str_of(why.msg));
	return false;
}

/* --- doing it once --- */

static struct receipt wanted_of(const struct call *call, int64_t now_ms)
{
	char hash[SHA256_HEX_B];
	sha256_hex(call->message->body, hash);
	return (struct receipt){
		.id = call->message->id, .task = call->task_name, .body_hash = arena_str(call->arena, str_of(hash)),
		.received_ms = now_ms, .lease_until_ms = now_ms + LEASE_MS,
	};
}

static enum rc take(struct call *call, struct db_tx *tx, enum receipt_state *state, struct err *err)
{
	struct receipt wanted = wanted_of(call, call->now_ms);
	return receipt_take(tx, &wanted, call->arena, state, &call->receipt, err);
}

static enum rc take_and_commit(struct call *call, enum receipt_state *state, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = take(call, tx, state, err);
	return db_end(tx, rc, err);
}

/* The records of the tasks, and what becomes of the message. *ours false: it took longer than its lease and
 * another run has the message. */
static enum rc finish(struct call *call, struct db_tx *tx, bool good, struct str result, bool *ours, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < call->records.count; i++)
		rc = task_run_add(tx, &call->records.items[i], err);
	if (rc != RC_OK)
		return rc;
	return good ? receipt_finish(tx, &call->receipt, call->now_ms, result, ours, err)
		    : receipt_release(tx, &call->receipt, ours, err);
}

static enum rc settle(struct call *call, bool good, struct str result, bool *ours, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = finish(call, tx, good, result, ours, err);
	return db_end(tx, rc, err);
}

/* What is answered and stored. */
static enum rc write_result(struct call *call, struct json *answer, bool ok, struct str *result, struct err *err)
{
	struct buf text = BUF_INIT((size_t)256 << 10);
	json_set_bool(answer, "ok", ok);
	enum rc rc = tasks_overdue(db_rw_ro(call->db), call->now_ms, json_set_list(answer, "overdue"), err);
	json_write(answer, JSON_LINE, &text);
	if (rc == RC_OK)
		rc = buf_status(&text, "the answer", err);
	if (rc == RC_OK)
		*result = arena_str(call->arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

static struct json *new_answer(struct call *call, struct json **rows)
{
	struct json *answer = json_new_object();
	json_set_text(answer, "id", call->message->id);
	json_set_text(answer, "task", call->task_name);
	*rows = json_set_list(answer, "results");
	return answer;
}

static enum rc run(struct call *call, int *failed, struct str *result, struct err *err)
{
	struct json *rows, *answer = new_answer(call, &rows);
	enum rc rc = tasks_run(call->conf, call->db, call->task, &call->options, call->now_ms, rows, failed,
			       &call->records, err);
	if (rc == RC_OK)
		rc = write_result(call, answer, *failed == 0, result, err);
	json_free(answer);
	return rc;
}

static void tell_state(const struct call *call, enum receipt_state state, int64_t now_ms,
		       struct cronhook_answer *out)
{
	switch (state) {
	case RECEIPT_DONE:
		out->result = call->receipt.result;
		out->repeated = true;
		break;
	case RECEIPT_RUNNING:
		out->outcome = CRONHOOK_RUNNING;
		out->retry_after_s = (call->receipt.lease_until_ms - now_ms) / 1000 + 1;
		break;
	case RECEIPT_OTHER:
		out->outcome = CRONHOOK_CONFLICT;
		break;
	case RECEIPT_OURS:
		break;
	}
}

/* What is answered is what the message has come to: the other run's result, or that it is to be sent again. */
static enum rc tell_lost(struct call *call, struct cronhook_answer *out, struct err *err)
{
	int64_t now_ms = clock_now_ms();
	struct receipt wanted = wanted_of(call, now_ms);
	enum receipt_state state = RECEIPT_OURS;
	LOG(LOG_WARN, "a cronhook took longer than its lease", LOG_S("task", call->task_name));
	enum rc rc = receipt_look(db_rw_ro(call->db), &wanted, call->arena, &state, &call->receipt, err);
	if (rc != RC_OK && rc != RC_NOTFOUND)
		return rc;
	*out = (struct cronhook_answer){ .outcome = CRONHOOK_DONE };
	if (state == RECEIPT_OURS)
		*out = (struct cronhook_answer){ .outcome = CRONHOOK_RUNNING, .retry_after_s = 1 };
	tell_state(call, state, now_ms, out);
	return RC_OK;
}

struct db_group *cronhook_group_new(void)
{
	return db_group_new();
}

void cronhook_group_free(struct db_group *group)
{
	db_group_free(group);
}

/* What is written for a message with nothing to do. */
struct idle {
	struct call *call;
	struct str result;
	enum receipt_state state;
};

static enum rc write_idle(void *ctx, struct db_tx *tx, struct err *err)
{
	struct idle *idle = ctx;
	bool ours;
	enum rc rc = take(idle->call, tx, &idle->state, err);
	return rc == RC_OK && idle->state == RECEIPT_OURS ? finish(idle->call, tx, true, idle->result, &ours, err) : rc;
}

/* With nothing to do there is nothing that must not be done twice: receipt and result in one commit, shared
 * with the other messages of the moment. */
static enum rc settle_idle(struct call *call, struct str result, struct cronhook_answer *out, struct err *err)
{
	struct idle idle = { .call = call, .result = result };
	enum rc rc = db_together(call->group, call->db, write_idle, &idle, err);
	if (rc != RC_OK)
		return rc;
	out->result = result;
	tell_state(call, idle.state, call->now_ms, out);
	return RC_OK;
}

/* *answered false: there is something to do. */
static enum rc do_idle(struct call *call, struct cronhook_answer *out, bool *answered, struct err *err)
{
	struct str result;
	struct json *rows, *answer = new_answer(call, &rows);
	enum rc rc = task_run_idle(call->conf, call->db, call->task, &call->options, call->now_ms, rows, &call->records,
				   answered, err);
	if (rc == RC_OK && *answered)
		rc = write_result(call, answer, true, &result, err);
	if (rc == RC_OK && *answered)
		rc = settle_idle(call, result, out, err);
	json_free(answer);
	return rc;
}

static enum rc do_taken(struct call *call, struct cronhook_answer *out, struct err *err)
{
	struct err second = ERR_INIT;
	int failed = 0;
	bool ours = true;
	enum rc rc = run(call, &failed, &out->result, err);
	if (rc != RC_OK)
		failed++;
	enum rc settled = settle(call, failed == 0, out->result, &ours, &second);
	out->outcome = failed ? CRONHOOK_FAILED : CRONHOOK_DONE;
	if (rc == RC_OK && settled != RC_OK)
		return err_set(err, settled, "%s", second.msg);
	return rc == RC_OK && !ours ? tell_lost(call, out, err) : rc;
}

static enum rc do_once(struct call *call, struct cronhook_answer *out, struct err *err)
{
	enum receipt_state state;
	bool answered = false;
	enum rc rc = call->task && !call->options.dry_run ? do_idle(call, out, &answered, err) : RC_OK;
	if (rc == RC_OK && !answered)
		rc = take_and_commit(call, &state, err);
	if (rc != RC_OK || answered)
		return rc;
	if (state == RECEIPT_OURS)
		return do_taken(call, out, err);
	tell_state(call, state, call->now_ms, out);
	return RC_OK;
}

bool cronhook_is_task(struct str name)
{
	return task_find(name) || str_is(name, CRONHOOK_ALL);
}

enum rc cronhook_answer(const struct conf *conf, struct db_rw *db, struct db_group *group, struct str task,
			const struct webhook_message *message, int64_t now_ms, struct arena *arena,
			struct cronhook_answer *out, struct err *err)
{
	struct call call = {
		.conf = conf, .db = db, .group = group, .task = task_find(task), .task_name = task, .message = message,
		.now_ms = now_ms, .arena = arena, .records = { .arena = arena }, .options = TASK_OPTIONS_NONE,
	};
	*out = (struct cronhook_answer){ .outcome = CRONHOOK_UNKNOWN };
	if (!cronhook_is_task(task))
		return RC_OK;
	enum rc rc = is_signed(&call, out, err);
	if (rc == RC_OK && out->outcome == CRONHOOK_DONE && read_body(&call, out))
		rc = do_once(&call, out, err);
	return rc;
}
