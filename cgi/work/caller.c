/* caller.c: a thread that sends one message at a time to the site's own cronhooks. */
#include "base/base.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "core/cronhook.h"
#include "core/hook_send.h"
#include "work/caller.h"

/* Beyond a call's own time (TASK_BUDGET_MS) and the time that web servers wait for an answer. */
#define TIMEOUT_MS 90000
#define ID_MAX_B 64

enum state { FREE, ASKED, ENDED };

struct caller {
	const struct conf *conf;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	enum state state;
	struct call call;
	atomic_bool stop, ended;
};

/* "cron_TASK_MS": the same for everybody who sends it. */
static void make_id(const struct call *call, char out[ID_MAX_B])
{
	snprintf(out, ID_MAX_B, "cron_%s_%lld", call->task->name, (long long)call->due_ms);
}

static bool is_stopped(void *ctx)
{
	struct caller *caller = ctx;
	return atomic_load(&caller->stop);
}

/* Whether it was done. The first failed row's error is what whoever reads the log wants to know. */
static bool read_answer(const struct hook_sent *sent, struct err *err)
{
	struct json *answer = NULL;
	struct str why = STR_NONE;
	if (json_parse(sent->body, HOOK_SEND_ANSWER_MAX_B, &answer, NULL) == RC_OK && !sent->done) {
		const struct json *rows = json_get(answer, "results");
		why = json_get_text(answer, "detail", STR_NONE);
		for (size_t i = 0; i < json_count(rows) && !str_given(why); i++)
			why = json_get_text(json_at(rows, i), "error", STR_NONE);
	}
	if (sent->done)
		err->rc = hook_send_check_own(sent, answer, err);
	else
		err->rc = err_set(err, RC_DENIED, "the answer is %d%s%.*s", sent->status, str_given(why) ? ": " : "", STR_ARG(why));
	json_free(answer);
	return err->rc == RC_OK;
}

static void do_call(struct caller *caller, struct call *call)
{
	struct arena arena;
	char id[ID_MAX_B];
	struct hook_sent sent;
	struct hook_send message = {
		.keys = &call->keys, .timeout_ms = TIMEOUT_MS, .cancelled = is_stopped, .ctx = caller,
	};
	arena_init(&arena, ARENA_MAX_B);
	make_id(call, id);
	message.id = str_of(id);
	hook_send_to_self(caller->conf, str_of(call->task->name), &arena, &message);
	/* Its time is the one it was due at: whoever sends it sends the same bytes. */
	call->err.rc = hook_send_body(STR("cron"), NULL, call->due_ms, &arena, &message.body, &call->err);
	if (call->err.rc == RC_OK)
		call->err.rc = hook_send(&message, &arena, &sent, &call->err);
	call->retry_after_s = -1;
	if (call->err.rc == RC_OK) {
		call->done = read_answer(&sent, &call->err);
		call->retry_after_s = sent.retry_after_s;
		call->duration_ms = sent.duration_ms;
	}
	webhook_keys_wipe(&call->keys);
	arena_release(&arena);
}

static bool wait_for_call(struct caller *caller, struct call *out)
{
	pthread_mutex_lock(&caller->lock);
	while (caller->state != ASKED && !atomic_load(&caller->stop))
		pthread_cond_wait(&caller->wake, &caller->lock);
	*out = caller->call;
	webhook_keys_wipe(&caller->call.keys);
	pthread_mutex_unlock(&caller->lock);
	return !atomic_load(&caller->stop);
}

static void *work(void *ctx)
{
	struct caller *caller = ctx;
	struct call call;
	while (wait_for_call(caller, &call)) {
		do_call(caller, &call);
		pthread_mutex_lock(&caller->lock);
		caller->call = call;
		caller->state = ENDED;
		pthread_mutex_unlock(&caller->lock);
	}
	webhook_keys_wipe(&call.keys);
	atomic_store(&caller->ended, true);
	return NULL;
}

enum rc caller_open(const struct conf *conf, struct caller **out, struct err *err)
{
	struct caller *caller = mem_new(sizeof *caller);
	caller->conf = conf;
	pthread_mutex_init(&caller->lock, NULL);
	pthread_cond_init(&caller->wake, NULL);
	int failed = pthread_create(&caller->thread, NULL, work, caller);
	if (failed) {
		free(caller);
		return err_sys(err, RC_IO, failed, "cannot start a thread");
	}
	*out = caller;
	return RC_OK;
}

bool caller_begin(struct caller *caller, const struct call *call)
{
	pthread_mutex_lock(&caller->lock);
	bool begun = caller->state == FREE;
	if (begun) {
		caller->call = *call;
		caller->state = ASKED;
		pthread_cond_signal(&caller->wake);
	}
	pthread_mutex_unlock(&caller->lock);
	return begun;
}

bool caller_is_free(struct caller *caller)
{
	pthread_mutex_lock(&caller->lock);
	bool is_free = caller->state == FREE;
	pthread_mutex_unlock(&caller->lock);
	return is_free;
}

bool caller_take(struct caller *caller, struct call *out)
{
	pthread_mutex_lock(&caller->lock);
	bool ended = caller->state == ENDED;
	if (ended) {
		*out = caller->call;
		caller->state = FREE;
	}
	pthread_mutex_unlock(&caller->lock);
	return ended;
}

void caller_stop(struct caller *caller)
{
	pthread_mutex_lock(&caller->lock);
	atomic_store(&caller->stop, true);
	pthread_cond_signal(&caller->wake);
	pthread_mutex_unlock(&caller->lock);
}

bool caller_has_ended(struct caller *caller)
{
	return atomic_load(&caller->ended);
}

void caller_close(struct caller *caller)
{
	if (!caller)
		return;
	pthread_join(caller->thread, NULL);
	pthread_cond_destroy(&caller->wake);
	pthread_mutex_destroy(&caller->lock);
	free(caller);
}
