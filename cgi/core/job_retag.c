/* job_retag.c: has the search index follow tags that were renamed, merged or deleted. */
#include "base/base.h"

#include "core/job_kinds.h"
#include "store/search_retag.h"

#define AT_ONCE 50 /* posts a transaction: nobody waits long for it */

static enum rc run_some(struct job_call *call, bool *more, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = db_begin(call->db, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = search_retag(tx, AT_ONCE, more, err);
	return db_end(tx, rc, err);
}

static enum rc run(struct job_call *call, struct err *err)
{
	enum rc rc = RC_OK;
	bool more = true;
	while (rc == RC_OK && more && !job_time_is_over(call))
		rc = run_some(call, &more, err);
	call->more = rc == RC_OK && more;
	return rc;
}

const struct job_kind job_retag = {
	.name = "retag",
	.summary = "have the search find posts by what their tags are called now",
	.class = JOB_LIGHT,
	.at_once = 1,
	.failures_max = 5,
	.time_limit_ms = 10000,
	.backoff_ms = 10000,
	.backoff_max_ms = 600000,
	.run = run,
};
