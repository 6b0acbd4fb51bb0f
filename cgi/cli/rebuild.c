/* rebuild.c: `platen rebuild`: everything derived, derived again. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "core/i18n.h"
#include "core/place.h"
#include "core/rebuild.h"

static int run(struct command_call *call)
{
	struct command_args args = { .command = &command_rebuild, .call = call };
	struct err err = ERR_INIT;
	struct db_rw *db = NULL;
	struct site *site = NULL;
	struct i18n_set *phrases = NULL;
	struct rebuild_counts counts;
	if (command_next(&args) != -1)
		return EXIT_USAGE;
	enum rc rc = place_open_rw(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = site_load(db_rw_ro(db), call->conf, &site, &err);
	if (rc == RC_OK)
		rc = i18n_load(call->conf->lang_dir, &phrases, &err);
	if (rc == RC_OK) {
		site->phrases = phrases;
		rc = rebuild_all(db, site, clock_now_ms(), progress_show, (void *)"rebuilding", &counts, &err);
		progress_end();
	}
	site_free(site);
	i18n_free(phrases);
	db_rw_close(db);
	if (rc != RC_OK)
		return command_fail(&err);
	printf("%lld posts, %lld with changed HTML, %lld redirects written\n", (long long)counts.posts,
	       (long long)counts.changed, (long long)counts.redirects);
	return EXIT_DONE;
}

const struct command command_rebuild = {
	.name = "rebuild",
	.usage = "rebuild",
	.summary = "Render all posts again, renew addresses and the search index",
	.details = "Markdown is what is stored; HTML, addresses by the permalink pattern and the search index are derived "
		   "from it. Old addresses that change become redirects. Works in small steps beside a running site.",
	.run = run,
};
