/* import.c: `platen import`: a folder of Markdown files into the site. */
#include "base/base.h"

#include "base/clock.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "core/import.h"
#include "core/place.h"

enum { OPTION_DRY_RUN, OPTION_FORCE, OPTION_FETCH, OPTION_STRICT, OPTION_JSON, OPTION_THREADS, OPTION_DIR };

static const struct command_option import_options_table[] = {
	{ "--dry-run", NULL, "read, check and report, but write nothing" },
	{ "--force", NULL, "also over posts that were edited in Platen since the last import; the old text stays "
			   "as a revision" },
	{ "--fetch-images", NULL, "also fetch the pictures that posts show from other sites" },
	{ "--strict", NULL, "exit status 1 when there is any warning" },
	{ "--json", NULL, "the report as one JSON object" },
	{ "--threads", "N", "how many threads render; default: one a processor, at most 8" },
	{ "DIR", NULL, "the folder: a blog's repository or its folder of posts" },
	{ NULL, NULL, NULL },
};

struct wanted {
	struct import_options options;
	bool strict, json;
};

static bool read_arguments(struct command_call *call, struct wanted *w)
{
	struct command_args args = { .command = &command_import, .call = call };
	int64_t threads;
	int option;

	while ((option = command_next(&args)) >= 0) {
		if (option == OPTION_DRY_RUN)
			w->options.dry_run = true;
		else if (option == OPTION_FORCE)
			w->options.force = true;
		else if (option == OPTION_FETCH)
			w->options.fetch = true;
		else if (option == OPTION_STRICT)
			w->strict = true;
		else if (option == OPTION_JSON)
			w->json = true;
		else if (option == OPTION_DIR && !w->options.dir)
			w->options.dir = args.value;
		else if (option == OPTION_THREADS && str_to_i64(str_of(args.value), &threads) && threads > 0 && threads <= 64)
			w->options.threads = (int)threads;
		else
			return command_usage(&command_import, "'%s' cannot be used", args.value), false;
	}
	if (option == -1 && !w->options.dir)
		command_usage(&command_import, "which folder?");
	return option == -1 && w->options.dir;
}

static int print_report(const struct wanted *w, const struct import_report *report)
{
	struct buf out = BUF_INIT((size_t)256 << 20);

	if (w->json)
		import_report_json(report, w->options.dry_run, &out);
	else
		import_report_text(report, w->options.dry_run, &out);
	fwrite(out.bytes, 1, out.len, stdout);
	buf_release(&out);
	return report->failed || (w->strict && report->warnings) ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct command_call *call)
{
	struct wanted w = { .options.progress.tell = progress_bar };
	struct import_report report;
	struct err err = ERR_INIT;
	struct db_rw *db = NULL;
	struct arena arena;
	enum rc rc;
	int status;

	if (!read_arguments(call, &w))
		return EXIT_USAGE;
	arena_init(&arena, IMPORT_ARENA_MAX_B);
	rc = place_open_rw(call->conf, &db, &err);
	if (rc == RC_OK)
		rc = import_into(db, call->conf, &w.options, clock_now_ms(), &arena, &report, &err);
	progress_end();
	status = rc == RC_OK ? print_report(&w, &report) : command_fail(&err);
	db_rw_close(db);
	arena_release(&arena);
	return status;
}

const struct command command_import = {
	.name = "import",
	.usage = "import [--dry-run] [--force] [--fetch-images] [--strict] [--json] [--threads N] DIR",
	.summary = "Take a folder of Markdown files into the site",
	.details =
		"Reads Markdown with YAML, TOML or JSON front matter as Hugo, Jekyll, Hexo, Zola, Eleventy and Platen's "
		"own export write it: dates, drafts, tags, authors, old addresses, page bundles with their images. "
		"Images and other files that posts refer to go into the media folder; shortcodes and template tags that "
		"have a Markdown form get it, the others stay in the text and are reported with file and line.\n\n"
		"Everything is read and rendered first and then written in one transaction, settings, media and people "
		"too: an import that fails leaves the site as it was. A post is known again by the "
		"path of its file: running the import again updates what has changed in the folder and duplicates "
		"nothing. A post that was edited in Platen since is left alone and reported, unless --force is given.\n\n"
		"With --fetch-images pictures that posts show from other sites are fetched (up to 50 MB and a minute each, 20 "
		"minutes and 4 GB in all) and linked here; one that cannot be fetched stays where it is and is reported with the reason. "
		"Only public addresses are called, and those of PLATEN_FETCH_ALLOW. What an earlier import fetched is used "
		"again, with the option or without.\n\n"
		"The exit status is 1 when a file could not be taken, also 0 when there are only warnings.",
	.options = import_options_table,
	.run = run,
};
