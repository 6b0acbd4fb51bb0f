/* job_bulk.c: one action on many posts, apart from any request.
 *
 * How far it is stands in the action's record, which is written with each batch: whoever goes on after a kill does no
 * post twice and leaves none out. The rights are those that the person has when a batch is done. */
#include "base/base.h"

#include "base/clock.h"
#include "core/bulk_list.h"
#include "core/i18n.h"
#include "core/job_kinds.h"
#include "core/job_progress.h"
#include "store/user.h"

struct work {
	struct job_call *call;
	struct site *site;
	struct str token;
	int64_t user_id;
	size_t at, total;
	bool undoes;
	enum bulk_action action;
};

static enum rc read_payload(struct work *w, struct err *err)
{
	const struct json *payload = w->call->payload;
	struct str action = json_get_text(payload, "action", STR(""));
	w->token = json_get_text(payload, "token", STR(""));
	w->user_id = json_get_int(payload, "user", 0);
	w->total = (size_t)json_get_int(payload, "total", 0);
	w->undoes = str_is(action, "undo");
	if (!w->user_id || (!w->undoes && !bulk_action_of(action, &w->action)))
		return err_set(err, RC_INVALID, "the payload names no person or no action");
	enum rc rc = bulk_is_at(db_rw_ro(w->call->db), w->user_id, w->token, w->call->arena, &w->at, err);
	return rc == RC_NOTFOUND ? err_set(err, RC_INVALID, "the action is not there any more") : rc;
}

/* Demoted, disabled or deleted since the last batch? */
static enum rc find_actor(struct work *w, struct actor *out, struct err *err)
{
	struct user user;
	struct arena arena;
	bool holds = false;
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = user_get(db_rw_ro(w->call->db), w->user_id, w->call->now_ms, &arena, &user, err);
	if (rc == RC_OK) {
		*out = (struct actor){ w->user_id, role_from_name(user.role) };
		rc = user_has_role(db_rw_ro(w->call->db), w->user_id, user.role, &holds, err);
	}
	arena_release(&arena);
	if (rc == RC_NOTFOUND || (rc == RC_OK && !holds))
		return err_set(err, RC_INVALID, "whoever ordered it may not do it any more");
	return rc;
}

static enum rc do_items(struct work *w, const struct bulk_item *items, size_t count, struct err *err)
{
	struct bulk_call call = {
		.site = w->site, .action = w->action, .items = items, .count = count, .now_ms = clock_now_ms(),
		.value = json_get_text(w->call->payload, "value", STR("")),
	};
	enum rc rc = find_actor(w, &call.actor, err);
	if (rc == RC_OK)
		rc = bulk_go_on(w->call->db, &call, w->call->job, w->token, w->undoes, err);
	/* No repeat helps against these. */
	return rc == RC_DENIED || rc == RC_NOTFOUND ? err_set(err, RC_INVALID, "it may not be done any more") : rc;
}

static enum rc do_some(struct work *w, struct bulk_list *list, size_t *count, struct err *err)
{
	struct arena arena;
	struct bulk_item items[BULK_BATCH];
	arena_init(&arena, ARENA_MAX_B);
	enum rc rc = bulk_list_next(list, BULK_BATCH, &arena, items, count, err);
	if (rc == RC_OK && *count)
		rc = do_items(w, items, *count, err);
	w->at += rc == RC_OK ? *count : 0;
	arena_release(&arena);
	return rc;
}

static enum rc work(struct work *w, struct err *err)
{
	struct bulk_list *list = NULL;
	size_t count = 1;
	enum rc rc = bulk_list_open(w->call->conf, w->token, w->at, &list, err);
	if (rc == RC_NOTFOUND)
		return err_set(err, RC_INVALID, "the list of posts is gone");
	while (rc == RC_OK && count) {
		bool goes_on = job_tell(w->call, "posts", (int64_t)w->at, (int64_t)w->total, STR(""));
		if (!goes_on || job_time_is_over(w->call))
			break;
		rc = do_some(w, list, &count, err);
	}
	w->call->more = rc == RC_OK && count && !w->call->cancelled;
	bulk_list_close(list);
	return rc;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct work w = { .call = call };
	struct i18n_set *phrases = NULL;
	enum rc rc = read_payload(&w, err);
	if (rc == RC_OK)
		rc = site_load(db_rw_ro(call->db), call->conf, &w.site, err);
	if (rc == RC_OK)
		rc = i18n_load(call->conf->lang_dir, &phrases, err);
	if (rc == RC_OK) {
		w.site->phrases = phrases;
		rc = work(&w, err);
	}
	json_set_int(call->result, "posts", (int64_t)w.at);
	if (!call->more && (rc == RC_OK || rc == RC_INVALID))
		bulk_list_drop(call->conf, w.token);
	site_free(w.site);
	i18n_free(phrases);
	return rc;
}

const struct job_kind job_bulk = {
	.name = JOB_BULK,
	.summary = "one action on many posts, or taking it back",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 8,
	.time_limit_ms = 20000,
	.backoff_ms = 2000,
	.backoff_max_ms = 60000,
	.run = run,
};
