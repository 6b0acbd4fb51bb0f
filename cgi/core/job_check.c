/* job_check.c: reads both databases wholly and tells whether they are sound. */
#include "base/base.h"

#include "core/job_kinds.h"
#include "core/place.h"
#include "db/admin.h"

/* Damage is what was looked for: trying again would find it again. The job is dead, and people look at it. */
static enum rc check(struct job_call *call, struct db_ro *db, const char *name, struct err *err)
{
	struct db_findings found;
	struct json *list = json_set_list(call->result, name);
	enum rc rc = db_check(db, call->arena, &found, err);
	for (size_t i = 0; rc == RC_OK && i < found.count; i++)
		json_add_text(list, found.items[i]);
	if (rc == RC_OK && found.count)
		rc = err_set(err, RC_INVALID, "%s is damaged: %.*s", name, STR_ARG(found.items[0]));
	return rc;
}

static enum rc run(struct job_call *call, struct err *err)
{
	struct db_rw *traffic = NULL;
	enum rc rc = place_open_traffic(call->conf, &traffic, err);
	if (rc == RC_OK)
		rc = check(call, db_rw_ro(call->db), "site.db", err);
	if (rc == RC_OK)
		rc = check(call, db_rw_ro(traffic), "traffic.db", err);
	db_rw_close(traffic);
	return rc;
}

const struct job_kind job_check = {
	.name = "check",
	.summary = "read both databases wholly and tell whether they are sound",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 3,
	.time_limit_ms = 600000,
	.backoff_ms = 60000,
	.backoff_max_ms = 3600000,
	.run = run,
};
