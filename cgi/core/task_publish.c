/* task_publish.c: notes the posts whose time has come since the last run.
 *
 * Visitors need no task for that: a post is visible by its time. Here is the place of what happens once
 * because of it; the mark moves in the same transaction, so nothing is done twice or left out. */
#include "base/base.h"

#include "core/tasks.h"
#include "store/post_list.h"
#include "store/setting.h"

#define MARK STR("internal.published_until_ms") /* "internal.": no page shows it */

static enum rc read_mark(struct db_ro *db, struct arena *arena, int64_t now_ms, int64_t *mark_ms, struct err *err)
{
	struct str text;
	enum rc rc = setting_get(db, MARK, arena, &text, err);
	*mark_ms = now_ms; /* the first run: what is there already is not news */
	if (rc == RC_OK && !str_to_i64(text, mark_ms))
		*mark_ms = now_ms;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc note_due(struct task_call *call, struct db_ro *db, int64_t mark_ms, struct err *err)
{
	int64_t next_ms = 0;
	enum rc rc = post_count_published(db, mark_ms, call->now_ms, &call->done, err);
	if (rc == RC_OK)
		rc = post_next_publication(db, call->now_ms, &next_ms, err);
	if (rc == RC_OK && next_ms > 0)
		json_set_int(call->row, "next_ms", next_ms);
	return rc;
}

static enum rc run(struct task_call *call, struct err *err)
{
	struct db_tx *tx;
	int64_t mark_ms;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = read_mark(db_tx_ro(tx), call->arena, call->now_ms, &mark_ms, err);
	if (rc == RC_OK)
		rc = note_due(call, db_tx_ro(tx), mark_ms, err);
	if (rc == RC_OK && !call->dry_run && mark_ms <= call->now_ms)
		rc = setting_put(tx, MARK, arena_printf(call->arena, "%lld", (long long)call->now_ms), call->now_ms, err);
	if (rc == RC_OK && !call->dry_run)
		return db_commit(tx, err);
	db_rollback(tx);
	return rc;
}

const struct task task_publish = {
	.name = "publish",
	.summary = "note posts whose time has come",
	.cron = "*/5 * * * *",
	.overdue_ms = INT64_C(86400000),
	.run = run,
};
