/* job_rebuild.c: derives posts again after a change of settings that are baked into them.
 *
 * Its progress is {"stamp", "after", "total"}: the state of the settings that the posts up to the id "after"
 * were made with. When the settings are others by now it begins anew, so that a change never is half done. */
#include "base/base.h"

#include "base/hash.h"
#include "core/i18n.h"
#include "core/job_kinds.h"
#include "core/rebuild.h"
#include "store/post_list.h"

enum rc rebuild_order(struct db_tx *tx, int64_t now_ms, struct err *err)
{
	struct job_order order = { .kind = JOB_REBUILD, .payload = STR_NONE, .unique_key = STR(JOB_REBUILD),
				   .priority = JOB_NORMAL };
	return job_add(tx, &order, now_ms, NULL, NULL, err);
}

static struct str stamp_of(const struct site *site, struct arena *arena)
{
	uint64_t stamp = hash_mix(site->render_stamp, hash_str(site->permalink.pattern, 0));
	stamp = hash_mix(stamp, hash_str(site->timezone, 0));
	return arena_printf(arena, "%016llx", (unsigned long long)stamp);
}

static bool is_over(void *ctx)
{
	return job_time_is_over(ctx);
}

static void tell_progress(struct job_call *call, struct str stamp, int64_t after_id, int64_t total)
{
	call->more = true;
	call->progress = json_new_object();
	json_set_text(call->progress, "stamp", stamp);
	json_set_int(call->progress, "after", after_id);
	json_set_int(call->progress, "total", total);
}

static enum rc work(struct job_call *call, struct site *site, struct err *err)
{
	struct rebuild_counts counts = { 0 };
	struct str stamp = stamp_of(site, call->arena);
	bool more = false, same = str_eq(json_get_text(call->payload, "stamp", STR("")), stamp);
	int64_t after_id = same ? json_get_int(call->payload, "after", 0) : 0, total = 0;
	enum rc rc = post_max_id(db_rw_ro(call->db), &total, err);
	if (rc == RC_OK)
		rc = rebuild_some(call->db, site, call->now_ms, is_over, call, &after_id, &more, &counts, err);
	if (rc != RC_OK)
		return rc;
	if (more)
		tell_progress(call, stamp, after_id, total);
	json_set_int(call->result, "posts", counts.posts);
	json_set_int(call->result, "redirects", counts.redirects);
	json_set_int(call->result, "failed", counts.failed);
	return RC_OK;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct site *site = NULL;
	struct i18n_set *phrases = NULL;
	enum rc rc = site_load(db_rw_ro(call->db), call->conf, &site, err);
	if (rc == RC_OK)
		rc = i18n_load(call->conf->lang_dir, &phrases, err);
	if (rc == RC_OK) {
		site->phrases = phrases;
		rc = work(call, site, err);
	}
	site_free(site);
	i18n_free(phrases);
	return rc;
}

const struct job_kind job_rebuild = {
	.name = JOB_REBUILD,
	.summary = "render all posts again and renew their addresses, after a change of settings",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 8,
	.time_limit_ms = 20000,
	.backoff_ms = 2000,
	.backoff_max_ms = 600000,
	.run = run,
};
