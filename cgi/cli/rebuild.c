/* rebuild.c: `platen rebuild`: everything derived, derived again. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/rebuild.h"
#include "core/i18n.h"
#include "core/place.h"

enum rc rebuild_now(struct command_call *call, struct db_rw *db, struct rebuild_counts *out, struct err *err)
{
	struct site *site = NULL;
	struct i18n_set *phrases = NULL;
	enum rc rc = site_load(db_rw_ro(db), call->conf, &site, err);
	if (rc == RC_OK)
		rc = i18n_load(call->conf->lang_dir, &phrases, err);
	if (rc == RC_OK) {
		site->phrases = phrases;
		rc = rebuild_all(db, site, clock_now_ms(), progress_show, (void *)"rebuilding", out, err);
		progress_end();
	}
	site_free(site);
	i18n_free(phrases);
	return rc;
}

int rebuild_tell(const struct rebuild_counts *counts)
{
	if (counts->failed == 0)
		return EXIT_DONE;
	fprintf(stderr, "platen: %lld posts cannot be rendered and stay as they were; the first: %s\n",
		(long long)counts->failed, counts->first_failure.msg);
	return EXIT_FAILED;
}

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_rebuild, .call = call };
	struct err err = ERR_INIT;
	struct db_rw *db = NULL;
	struct rebuild_counts counts;
	if (command_next(&args) != -1)
		return EXIT_USAGE;
	enum rc rc = place_open_rw(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = rebuild_now(call, db, &counts, &err);
	db_rw_close(db);
	if (rc != RC_OK)
		return command_fail(&err);
	printf("%lld posts, %lld with changed HTML, %lld redirects written\n", (long long)counts.posts,
	       (long long)counts.changed, (long long)counts.redirects);
	return rebuild_tell(&counts);
}

const struct command command_rebuild = {
	.name = "rebuild",
	.usage = "rebuild",
	.summary = "Render all posts again, renew addresses and the search index",
	.details = "Markdown is what is stored; HTML, addresses by the permalink pattern and the search index are derived "
		   "from it. Old addresses that change become redirects. Works in small steps beside a running site.",
	.run = run,
};
