/* job_rebuild.c: derives posts again after a change of settings that are baked into them.
 *
 * Its progress is {"stamp", "media", "after", "total"}: the state of the settings, and the newest of the old variants, that
 * the posts up to the id "after" were made with. When these are others by now it begins anew, so that a change never is half
 * done. At the end no page names the old variants any more. */
#include "base/base.h"

#include "base/hash.h"
#include "core/i18n.h"
#include "core/job_kinds.h"
#include "core/rebuild.h"
#include "store/media_variant.h"
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

static void tell_progress(struct job_call *call, struct str stamp, int64_t old_seq, int64_t after_id, int64_t total)
{
	call->more = true;
	call->progress = json_new_object();
	json_set_text(call->progress, "stamp", stamp);
	json_set_int(call->progress, "media", old_seq);
	json_set_int(call->progress, "after", after_id);
	json_set_int(call->progress, "total", total);
}

static enum rc drop_old(struct job_call *call, int64_t old_seq, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = old_seq ? db_begin(call->db, &tx, err) : RC_OK;
	return rc == RC_OK && old_seq ? db_end(tx, media_variant_drop_old(tx, 0, old_seq, call->now_ms, err), err) : rc;
}

/* Where to go on: "after" and "media" of a beginning that is as good as one now. */
static enum rc find_place(struct job_call *call, struct str stamp, int64_t *after_id, int64_t *old_seq, struct err *err)
{
	int64_t media = json_get_int(call->payload, "media", 0), newest = 0;
	enum rc rc = media_variant_old(db_rw_ro(call->db), &newest, err);
	bool same = str_eq(json_get_text(call->payload, "stamp", STR("")), stamp) && newest <= media;
	*after_id = same ? json_get_int(call->payload, "after", 0) : 0;
	*old_seq = same ? media : newest;
	return rc;
}

static enum rc work(struct job_call *call, struct site *site, struct err *err)
{
	struct rebuild_counts counts = { 0 };
	struct str stamp = stamp_of(site, call->arena);
	bool more = false;
	int64_t after_id = 0, old_seq = 0, total = 0;
	enum rc rc = find_place(call, stamp, &after_id, &old_seq, err);
	if (rc == RC_OK)
		rc = post_max_id(db_rw_ro(call->db), &total, err);
	if (rc == RC_OK)
		rc = rebuild_some(call->db, site, call->now_ms, is_over, call, &after_id, &more, &counts, err);
	if (rc == RC_OK && !more)
		rc = drop_old(call, old_seq, err);
	if (rc != RC_OK)
		return rc;
	if (more)
		tell_progress(call, stamp, old_seq, after_id, total);
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
