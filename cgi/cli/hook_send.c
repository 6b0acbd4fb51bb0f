/* hook_send.c: `platen hook send`: a signed message, sent until it is taken. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/hook.h"
#include "core/cronhook.h"

#define FIRST_PAUSE_S 1
#define PAUSE_MAX_S 30

static enum rc make_body(const struct hook_message *m, struct arena *arena, struct str *out, struct err *err)
{
	struct json *data = NULL;
	enum rc rc = RC_OK;
	if (str_given(m->body)) {
		*out = m->body;
		return RC_OK;
	}
	if (str_given(m->data))
		rc = json_parse(m->data, CRONHOOK_BODY_MAX_B, &data, err);
	else
		data = json_new_object();
	if (rc == RC_OK && json_kind(data) != JSON_KIND_OBJECT)
		rc = err_set(err, RC_INVALID, "it is no JSON object");
	if (rc == RC_OK && m->dry_run)
		json_set_bool(data, "dry_run", true);
	if (rc == RC_OK)
		rc = hook_send_body(STR("cron"), data, clock_now_ms(), arena, out, err);
	if (rc != RC_OK)
		err_prefix(err, "--data");
	json_free(data);
	return rc;
}

static bool is_address(struct str where)
{
	return str_given(where) && str_find(where, STR("://")) >= 0;
}

static enum rc address(const struct conf *conf, struct str where, struct arena *arena, struct hook_send *out,
		       struct err *err)
{
	if (is_address(where)) {
		out->url = where;
		out->ca_file = conf->ca_file;
		return RC_OK;
	}
	hook_send_to_self(conf, str_given(where) ? where : STR(CRONHOOK_ALL), arena, out);
	return hook_send_check(conf, err);
}

/* What failed before an answer came may succeed when it is tried again, or never will. */
static bool may_be_reached_later(enum rc rc)
{
	return rc == RC_IO || rc == RC_TIMEOUT;
}

/* How long to wait before the next attempt; -1: there is none. `pause_s` doubles. */
static int64_t next_pause(enum rc rc, const struct hook_sent *sent, int64_t *pause_s)
{
	if (rc == RC_OK ? !sent->again : !may_be_reached_later(rc))
		return -1;
	int64_t own_s = *pause_s;
	*pause_s = own_s * 2 < PAUSE_MAX_S ? own_s * 2 : PAUSE_MAX_S;
	return rc == RC_OK && sent->retry_after_s >= 0 ? sent->retry_after_s : own_s;
}

static enum rc send_until(struct hook_send *m, int64_t wait_s, struct arena *arena, struct hook_sent *out,
			  struct err *err)
{
	int64_t until_us = clock_monotonic_us() + wait_s * 1000000, pause_s = FIRST_PAUSE_S;
	for (;;) {
		enum rc rc = hook_send(m, arena, out, err);
		int64_t wait = next_pause(rc, out, &pause_s);
		if (wait < 0 || clock_monotonic_us() + wait * 1000000 > until_us)
			return rc;
		if (rc == RC_OK)
			fprintf(stderr, "platen: the answer is %d; again in %lld s\n", out->status, (long long)wait);
		else
			fprintf(stderr, "platen: %s; again in %lld s\n", err->msg, (long long)wait);
		nanosleep(&(struct timespec){ .tv_sec = (time_t)wait }, NULL);
	}
}

static void print_line(struct str text)
{
	printf("%.*s\n", STR_ARG(text));
}

/* A row a task, as `platen hook run` prints them; an answer of another kind as it is. */
static void print_rows(const struct json *answer, struct str body)
{
	const struct json *rows = json_get(answer, "results");
	for (size_t i = 0; i < json_count(rows); i++) {
		struct buf text = BUF_INIT(HOOK_SEND_ANSWER_MAX_B);
		json_write(json_at(rows, i), JSON_LINE, &text);
		print_line(buf_view(&text));
		buf_release(&text);
	}
	if (!rows && !str_empty(str_trim(body)))
		print_line(str_trim(body));
}

/* `own`: it went to this site's cronhooks. */
static enum rc judge(const struct hook_sent *sent, bool own, struct err *err)
{
	struct json *answer = NULL;
	struct err none = ERR_INIT;
	enum rc parsed = json_parse(sent->body, HOOK_SEND_ANSWER_MAX_B, &answer, &none), rc = RC_OK;
	const struct json *rows = json_get(answer, "results");
	size_t failed = 0;
	for (size_t i = 0; i < json_count(rows); i++)
		failed += !json_get_bool(json_at(rows, i), "ok", false);
	if (sent->done || rows)
		print_rows(answer, sent->body);
	if (failed > 0)
		rc = err_set(err, RC_INTERNAL, "%zu of %zu tasks failed", failed, json_count(rows));
	else if (!sent->done && parsed == RC_OK)
		rc = err_set(err, RC_DENIED, "the answer is %d: %.*s", sent->status,
			     STR_ARG(json_get_text(answer, "detail", json_get_text(answer, "title", STR("no reason is given")))));
	else if (!sent->done)
		rc = err_set(err, RC_DENIED, "the answer is %d", sent->status);
	else if (own)
		rc = hook_send_check_own(sent, answer, err);
	json_free(answer);
	return rc;
}

enum rc hook_send_and_print(struct command_call *call, const struct webhook_keys *keys,
			    const struct hook_message *message, struct err *err)
{
	struct hook_sent sent = { .status = 0 };
	struct hook_send m = { .keys = keys, .id = message->id };
	if (!str_given(m.id))
		m.id = cronhook_new_id(call->arena);
	enum rc rc = make_body(message, call->arena, &m.body, err);
	if (rc == RC_OK)
		rc = address(call->conf, message->where, call->arena, &m, err);
	if (rc == RC_OK)
		rc = send_until(&m, message->wait_s, call->arena, &sent, err);
	return rc == RC_OK ? judge(&sent, !is_address(message->where), err) : rc;
}
