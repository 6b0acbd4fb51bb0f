/* task_publish.c: notes the posts whose time has come since the last run.
 *
 * Visitors need no task for that: a post is visible by its time. Here is the place of what happens once
 * because of it; the mark moves in the same transaction, so nothing is done twice or left out. */
#include "base/base.h"

#include "core/tasks.h"
#include "store/post_list.h"
#include "store/setting.h"

#define MARK STR("internal.published_until_ms") /* "internal.": no page shows it */

/* *mark_ms 0: the first run. What is there already is not news then. */
static enum rc read_mark(struct db_ro *db, struct arena *arena, int64_t *mark_ms, struct err *err)
{
	struct str text;
	enum rc rc = setting_get(db, MARK, arena, &text, err);
	*mark_ms = 0;
	if (rc == RC_OK && !str_to_i64(text, mark_ms))
		*mark_ms = 0;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc note_due(struct task_call *call, struct db_ro *db, int64_t *mark_ms, struct err *err)
{
	int64_t next_ms = 0;
	enum rc rc = read_mark(db, call->arena, mark_ms, err);
	call->done = 0;
	if (rc == RC_OK && *mark_ms)
		rc = post_count_published(db, *mark_ms, call->now_ms, &call->done, err);
	if (rc == RC_OK)
		rc = post_next_publication(db, call->now_ms, &next_ms, err);
	if (rc == RC_OK && next_ms > 0)
		json_set_int(call->row, "next_ms", next_ms);
	return rc;
}

static enum rc move_mark(struct task_call *call, struct err *err)
{
	struct db_tx *tx;
	int64_t mark_ms;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = note_due(call, db_tx_ro(tx), &mark_ms, err); /* anew: another one may have moved it */
	if (rc == RC_OK && mark_ms < call->now_ms)
		rc = setting_put(tx, MARK, arena_printf(call->arena, "%lld", (long long)call->now_ms), call->now_ms, err);
	return db_end(tx, rc, err);
}

/* The mark stays while there is nothing to note: no commit, and no disk that has to turn for it. */
static enum rc idle(struct task_call *call, bool *idle, struct err *err)
{
	int64_t mark_ms;
	enum rc rc = db_snapshot_begin(db_rw_ro(call->db), err);
	if (rc != RC_OK)
		return rc;
	rc = note_due(call, db_rw_ro(call->db), &mark_ms, err);
	db_snapshot_end(db_rw_ro(call->db));
	if (rc == RC_OK)
		*idle = mark_ms != 0 && call->done == 0;
	return rc;
}

static enum rc run(struct task_call *call, struct err *err)
{
	bool nothing;
	enum rc rc = idle(call, &nothing, err);
	if (rc != RC_OK || nothing || call->dry_run)
		return rc;
	return move_mark(call, err);
}

const struct task task_publish = {
	.name = "publish",
	.summary = "note posts whose time has come",
	.cron = "*/5 * * * *",
	.overdue_ms = INT64_C(86400000),
	.run = run,
	.idle = idle,
};
