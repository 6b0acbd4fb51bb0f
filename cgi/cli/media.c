/* media.c: `platen media`: all media files copied to another store, or proven. */
#include "base/base.h"

#include "cli/command.h"
#include "cli/progress.h"
#include "core/media_check.h"
#include "core/media_move.h"
#include "core/media_send.h"
#include "core/media_store.h"
#include "core/place.h"

enum { OPTION_FROM, OPTION_TO, OPTION_IN, OPTION_DRY_RUN, OPTION_ACTION };

static const struct command_option options[] = {
	{ "--from", "PLACE", "copy: the store that is read; default PLATEN_MEDIA" },
	{ "--to", "PLACE", "copy: the store that is filled" },
	{ "--in", "PLACE", "verify: the store; default PLATEN_MEDIA" },
	{ "--dry-run", NULL, "mend: tell what would be done" },
	{ "copy|verify|mend", NULL, "what to do" },
	{ NULL, NULL, NULL },
};

struct wanted {
	const char *places[3]; /* by option */
	const char *action;
	bool dry_run;
};

static bool read_arguments(struct command_call *call, struct wanted *w)
{
	struct command_args args = { .command = &command_media, .call = call };
	int option;
	while ((option = command_next(&args)) >= 0) {
		const char **slot = option == OPTION_ACTION ? &w->action : option < OPTION_DRY_RUN ? &w->places[option] : NULL;
		if (!slot)
			w->dry_run = true;
		else if (*slot)
			return command_usage(&command_media, "'%s' is one too many", args.value), false;
		else
			*slot = args.value;
	}
	if (option != -1)
		return false;
	bool copies = w->action && strcmp(w->action, "copy") == 0, verifies = w->action && strcmp(w->action, "verify") == 0;
	bool mends = w->action && strcmp(w->action, "mend") == 0;
	if (!copies && !verifies && !mends)
		return command_usage(&command_media, "copy or verify or mend?"), false;
	if (w->dry_run && !mends)
		return command_usage(&command_media, "'%s' has no dry run", w->action), false;
	if (mends && (w->places[OPTION_FROM] || w->places[OPTION_TO] || w->places[OPTION_IN]))
		return command_usage(&command_media, "'mend' takes no place"), false;
	if (copies && !w->places[OPTION_TO])
		return command_usage(&command_media, "copy to where?"), false;
	if (copies ? w->places[OPTION_IN] != NULL : w->places[OPTION_FROM] || w->places[OPTION_TO])
		return command_usage(&command_media, "'%s' takes no such place", w->action), false;
	return true;
}

static enum rc open_place(struct command_call *call, const char *place, struct blob_store **out, struct err *err)
{
	return place ? media_store_open_at(call->conf, str_of(place), out, err) : media_store_open(call->conf, out, err);
}

/* One a line, so that scripts can read them. */
static void tell(void *ctx, const char *what, struct str hash)
{
	(void)ctx;
	progress_end();
	printf("%s %.*s\n", what, STR_ARG(hash));
}

static int copy(struct command_call *call, const struct wanted *w)
{
	struct progress progress = { .tell = progress_bar };
	struct err err = ERR_INIT;
	struct blob_store *from = NULL, *to = NULL;
	struct media_tally tally = { 0 };
	enum rc rc = open_place(call, w->places[OPTION_FROM], &from, &err);
	if (rc == RC_OK)
		rc = open_place(call, w->places[OPTION_TO], &to, &err);
	if (rc == RC_OK)
		rc = media_copy(from, to, &progress, tell, NULL, &tally, &err);
	progress_end();
	blob_close(from);
	blob_close(to);
	printf("%lld files: %lld copied (%lld bytes), %lld were there, %lld damaged\n", (long long)tally.total,
	       (long long)tally.copied, (long long)tally.copied_b, (long long)tally.present, (long long)tally.damaged);
	if (rc != RC_OK)
		return command_fail(&err);
	return tally.damaged ? EXIT_FAILED : EXIT_DONE;
}

static int verify(struct command_call *call, const struct wanted *w)
{
	struct progress progress = { .tell = progress_bar };
	struct err err = ERR_INIT;
	struct blob_store *store = NULL;
	struct db_ro *db = NULL;
	struct media_tally tally = { 0 };
	struct blob_waiting waiting = { 0 };
	enum rc rc = open_place(call, w->places[OPTION_IN], &store, &err);
	if (rc == RC_OK)
		rc = place_open_ro(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = media_verify(store, db, &progress, tell, NULL, &tally, &err);
	if (rc == RC_OK)
		rc = blob_spool_waiting(store, &waiting, &err);
	progress_end();
	blob_close(store);
	db_ro_close(db);
	if (rc != RC_OK)
		return command_fail(&err);
	printf("%lld files: %lld damaged, %lld missing\n", (long long)tally.total, (long long)tally.damaged,
	       (long long)tally.missing);
	if (waiting.count)
		printf("%lld of them wait in '" MEDIA_SPOOL "' to be sent\n", (long long)waiting.count);
	return tally.damaged || tally.missing ? EXIT_FAILED : EXIT_DONE;
}

static void tell_mended(void *ctx, const char *what, struct str hash, struct str name)
{
	(void)ctx;
	progress_end();
	printf("%s %.*s%s%.*s\n", what, STR_ARG(hash), name.n ? " " : "", STR_ARG(name));
}

static int mend(struct command_call *call, const struct wanted *w)
{
	struct progress progress = { .tell = progress_bar };
	struct media_mended done = { 0 };
	struct err err = ERR_INIT;
	struct db_rw *db = NULL;
	enum rc rc = place_open_rw(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = media_mend(call->conf, db, w->dry_run, &progress, tell_mended, NULL, &done, &err);
	progress_end();
	db_rw_close(db);
	if (rc != RC_OK)
		return command_fail(&err);
	printf("%s%lld files without use, %lld removed; %lld variants to be made anew, %lld files lost\n",
	       w->dry_run ? "dry run, nothing was done: " : "", (long long)done.orphans, (long long)done.removed,
	       (long long)done.remade, (long long)done.lost);
	if (done.renamed)
		printf("%lld files copied to the names that readers are led to\n", (long long)done.renamed);
	return done.lost ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct command_call *call)
{
	struct wanted w = { .action = NULL };
	if (!read_arguments(call, &w))
		return EXIT_USAGE;
	if (strcmp(w.action, "mend") == 0)
		return mend(call, &w);
	return strcmp(w.action, "copy") == 0 ? copy(call, &w) : verify(call, &w);
}

const struct command command_media = {
	.name = "media",
	.usage = "media copy [--from PLACE] --to PLACE | media verify [--in PLACE] | media mend [--dry-run]",
	.summary = "Copy all media files to another store, prove them, or bring store and library together",
	.details =
		"A PLACE is written as PLATEN_MEDIA is: a folder, or s3://BUCKET/PREFIX with the server and the keys of the "
		"PLATEN_S3 settings.\n\n"
		"copy adds what the other store lacks and proves each file by its hash; stopped and run again, it goes on. "
		"To move a site: copy while it runs, change PLATEN_MEDIA, restart, and copy once more for what came in "
		"between.\n\n"
		"verify reads every file. Damaged and missing ones are listed, one a line; exit status 1 when there are any.\n\n"
		"mend compares the store with the library. Files without use, as a process leaves them that is killed between two "
		"steps, are removed (\"orphan\"); sizes of pictures that are missing are ordered anew (\"remade\"), which a worker "
		"or `platen jobs work` makes; files whose bytes are nowhere are named (\"lost\"): copy brings them back from a copy of the "
		"store, and so does sending the same file once more; or throw them away in the library. What a bucket has by another "
		"name than readers are led to, since PLATEN_S3_PUBLIC or PLATEN_SECRET has changed, is copied to it (\"renamed\"). "
		"Exit status 1 when files are lost. While an import runs it does nothing.",
	.options = options,
	.run = run,
};
