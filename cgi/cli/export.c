/* export.c: `platen export`: the site as a folder of Markdown files. */
#include "base/base.h"

#include "cli/command.h"
#include "cli/progress.h"
#include "core/export.h"
#include "core/media_store.h"
#include "core/place.h"

enum { OPTION_FORMAT, OPTION_FORCE, OPTION_DIR };

static const struct command_option export_options_table[] = {
	{ "--format", "yaml|toml", "how the front matter is written; default yaml" },
	{ "--force", NULL, "replace an earlier export in DIR (its .git folder stays)" },
	{ "DIR", NULL, "the folder to make; it must not exist, or be empty" },
	{ NULL, NULL, NULL },
};

static bool read_arguments(struct command_call *call, struct export_options *options)
{
	struct command_args args = { .command = &command_export, .call = call };
	int option;

	while ((option = command_next(&args)) >= 0) {
		if (option == OPTION_FORCE)
			options->force = true;
		else if (option == OPTION_DIR && !options->dir)
			options->dir = args.value;
		else if (option == OPTION_FORMAT && strcmp(args.value, "toml") == 0)
			options->toml = true;
		else if (option != OPTION_FORMAT || strcmp(args.value, "yaml") != 0)
			return command_usage(&command_export, "'%s' cannot be used", args.value), false;
	}
	if (option == -1 && !options->dir)
		command_usage(&command_export, "which folder?");
	return option == -1 && options->dir;
}

static int run(struct command_call *call)
{
	struct export_options options = { .progress.tell = progress_bar };
	struct export_report report;
	struct err err = ERR_INIT;
	struct blob_store *blobs = NULL;
	struct site *site = NULL;
	struct db_ro *db = NULL;
	enum rc rc;

	if (!read_arguments(call, &options))
		return EXIT_USAGE;
	rc = place_open_ro(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = site_load(db, call->conf, &site, &err);
	if (rc == RC_OK)
		rc = media_store_open(call->conf, &blobs, &err);
	if (rc == RC_OK)
		rc = export_run(db, site, blobs, &options, &report, &err);
	progress_end();
	media_store_close(blobs);
	site_free(site);
	db_ro_close(db);
	if (rc != RC_OK)
		return command_fail(&err);
	printf("%zu posts, %zu pages, %zu media files in %s\n", report.posts, report.pages, report.media, options.dir);
	if (report.missing)
		printf("%zu media files that are referred to are missing in the media folder\n", report.missing);
	return report.missing ? EXIT_FAILED : EXIT_DONE;
}

const struct command command_export = {
	.name = "export",
	.usage = "export [--format yaml|toml] [--force] DIR",
	.summary = "Write the whole site as a folder of Markdown files",
	.details =
		"One file a post with YAML or TOML front matter, its media beside it; settings, tags with a description, "
		"profiles and redirects in platen.json; the media library in media.jsonl, with the words, focal point and edit of "
		"each file, and in media/ the files that are beside no post. `platen import` reads it back: exporting, importing into an empty "
		"site and exporting again gives the same bytes.\n\n"
		"The folder appears only when it is complete. Passwords, e-mail addresses, revisions and the trash are "
		"not part of it: it is no backup of the data folder.",
	.options = export_options_table,
	.run = run,
};
