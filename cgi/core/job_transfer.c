/* job_transfer.c: exporting the site into an archive, and importing one that was sent, apart from any request. */
#include "base/base.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"
#include "base/zip.h"
#include "core/export.h"
#include "core/import.h"
#include "core/job_kinds.h"
#include "core/job_progress.h"
#include "core/media_store.h"
#include "core/transfer.h"

#define UNFINISHED "done.json.part" /* the report of what is not committed yet */

static enum rc id_of(const struct job_call *call, struct str *out, struct err *err)
{
	*out = json_get_text(call->payload, "id", STR(""));
	return transfer_id_is_valid(*out) ? RC_OK : err_set(err, RC_INVALID, "the payload has no id");
}

/* --- export --- */

/* The archive appears when it is complete. What an attempt that was killed has left is in the way of nobody: it
 * is made anew, and its rest goes with the task ttl. */
static enum rc pack(struct job_call *call, struct str id, const char *folder, struct err *err)
{
	const char *path = transfer_export_path(call->conf, id, call->arena);
	const char *unfinished = arena_printf(call->arena, "%s.part", path).p;
	struct progress progress = job_progress_of(call);
	struct file_info info;
	enum rc rc = file_remove_tree(unfinished, err);
	if (rc == RC_OK)
		rc = zip_write(folder, unfinished, &progress, err);
	if (rc == RC_OK && rename(unfinished, path) != 0)
		rc = err_set(err, RC_IO, "cannot rename '%s'", unfinished);
	if (rc == RC_OK)
		rc = file_stat(path, &info, err);
	if (rc == RC_OK)
		json_set_int(call->result, "size_b", info.size_b);
	return rc;
}

static enum rc export_to(struct job_call *call, const char *folder, struct err *err)
{
	struct export_report report;
	struct export_options options = { .dir = folder, .force = true, .progress = job_progress_of(call) };
	struct site *site = NULL;
	struct blob_store *blobs = NULL;
	enum rc rc = site_load(db_rw_ro(call->db), call->conf, &site, err);
	if (rc == RC_OK)
		rc = media_store_open(call->conf, &blobs, err);
	if (rc == RC_OK)
		rc = export_run(db_rw_ro(call->db), site, blobs, &options, &report, err);
	if (rc == RC_OK) {
		json_set_int(call->result, "posts", (int64_t)report.posts);
		json_set_int(call->result, "pages", (int64_t)report.pages);
		json_set_int(call->result, "media", (int64_t)report.media);
		json_set_int(call->result, "missing", (int64_t)report.missing);
	}
	media_store_close(blobs);
	site_free(site);
	return rc;
}

/* What the process' end has cut off is done again, from the beginning: nothing of it was kept. */
static enum rc unless_stopped(struct job_call *call, enum rc rc)
{
	bool ends = rc == RC_CONFLICT && call->stop && atomic_load(call->stop) && !call->cancelled;
	call->more = call->more || ends;
	return ends ? RC_OK : rc;
}

static enum rc run_export(struct job_call *call, struct err *err)
{
	struct str id;
	const char *exports = transfer_exports_dir(call->conf, call->arena);
	enum rc rc = id_of(call, &id, err);
	if (rc == RC_OK)
		rc = file_mkdirs(exports, 0700, err);
	if (rc != RC_OK)
		return rc;
	const char *folder = path_join(call->arena, exports, arena_printf(call->arena, "%.*s.files", STR_ARG(id)).p);
	rc = file_remove_tree(folder, err);
	if (rc == RC_OK)
		rc = export_to(call, folder, err);
	if (rc == RC_OK)
		rc = pack(call, id, folder, err);
	if (file_remove_tree(folder, rc == RC_OK ? err : NULL) != RC_OK && rc == RC_OK)
		rc = err->rc;
	return unless_stopped(call, rc);
}

/* --- import --- */

/* People pack a folder as often as what is in it. */
static const char *content_of(struct job_call *call, const char *files)
{
	struct file_entries entries;
	if (file_list(files, call->arena, &entries, NULL) == RC_OK && entries.count == 1 &&
	    entries.items[0].kind == FILE_FOLDER)
		return path_join(call->arena, files, entries.items[0].name);
	return files;
}

/* `name`: of its file. */
static enum rc keep_report(struct job_call *call, struct str id, const struct import_report *report, bool dry_run,
			   const char *name, struct err *err)
{
	struct buf text = BUF_INIT(TRANSFER_REPORT_MAX_B);
	struct import_report shown = *report;
	/* As many of the problems as fit; their number is in the counts. */
	do {
		buf_clear(&text);
		import_report_json(&shown, dry_run, &text);
		shown.problem_count /= 2;
	} while (text.rc == RC_LIMIT && shown.problem_count > 0);
	enum rc rc = buf_status(&text, "the report", err);
	if (rc == RC_OK)
		rc = file_write(transfer_import_path(call->conf, id, name, call->arena), buf_view(&text), 0600, err);
	buf_release(&text);
	return rc;
}

struct taking {
	struct job_call *call;
	struct str id;
};

/* The last of the import's transaction. What is written here counts once that is committed, so it cannot fail
 * afterwards; and whoever was cancelled, or lost the job to another, finds out here at the latest. */
static enum rc settle(void *ctx, struct db_tx *tx, const struct import_report *report, struct err *err)
{
	struct taking *t = ctx;
	enum rc rc = keep_report(t->call, t->id, report, false, UNFINISHED, err);
	json_set_int(t->call->result, "added", (int64_t)report->added);
	json_set_int(t->call->result, "updated", (int64_t)report->updated);
	json_set_int(t->call->result, "media", (int64_t)report->media);
	json_set_int(t->call->result, "fetched", (int64_t)report->fetched);
	return rc == RC_OK ? job_settle(t->call, tx, err) : rc;
}

/* It is done, whatever becomes of the files: importing them once more would find nothing to do. */
static void tidy(struct job_call *call, struct str id, const char *files)
{
	struct err err = ERR_INIT;
	const char *from = transfer_import_path(call->conf, id, UNFINISHED, call->arena);
	const char *to = transfer_import_path(call->conf, id, "done.json", call->arena);
	enum rc rc = rename(from, to) == 0 ? RC_OK : file_fail(&err, errno, "rename", from);
	if (rc == RC_OK)
		rc = file_remove_tree(files, &err);
	if (rc != RC_OK)
		log_err(LOG_WARN, "an import is done, but its files are still there", &err);
}

static enum rc take(struct job_call *call, struct str id, const char *files, struct import_options *options,
		    struct arena *arena, struct err *err)
{
	struct import_report report;
	struct taking taking = { call, id };
	options->last = settle;
	options->last_ctx = &taking;
	enum rc rc = import_into(call->db, call->conf, options, clock_now_ms(), arena, &report, err);
	if (rc == RC_OK && options->dry_run)
		return keep_report(call, id, &report, true, "check.json", err);
	call->settled = rc == RC_OK;
	call->cancelled = call->cancelled && rc != RC_OK;
	if (rc == RC_OK)
		tidy(call, id, files);
	return unless_stopped(call, rc);
}

static enum rc run_import(struct job_call *call, struct err *err)
{
	struct str id;
	struct arena arena;
	enum rc rc = id_of(call, &id, err);
	if (rc != RC_OK)
		return rc;
	const char *files = transfer_import_path(call->conf, id, "files", call->arena);
	if (!file_exists(files)) /* done already, as a form that was sent twice wants it again; or thrown away */
		return file_exists(transfer_import_path(call->conf, id, "done.json", call->arena)) ? RC_OK :
			err_set(err, RC_INVALID, "the files of the import are gone");
	struct import_options options = {
		.dir = content_of(call, files), .dry_run = json_get_bool(call->payload, "dry_run", true),
		.force = json_get_bool(call->payload, "force", false),
		.fetch = json_get_bool(call->payload, "fetch", false), .progress = job_progress_of(call),
	};
	arena_init(&arena, IMPORT_ARENA_MAX_B);
	rc = take(call, id, files, &options, &arena, err);
	arena_release(&arena);
	return rc;
}

const struct job_kind job_export = {
	.name = JOB_EXPORT,
	.summary = "write the whole site into an archive",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 3,
	.time_limit_ms = 1800000,
	.backoff_ms = 5000,
	.backoff_max_ms = 60000,
	.run = run_export,
};

const struct job_kind job_import = {
	.name = JOB_IMPORT,
	.summary = "take an archive that was sent into the site, or tell what that would do",
	.class = JOB_HEAVY,
	.at_once = 1,
	.failures_max = 3,
	.time_limit_ms = 1800000,
	.backoff_ms = 5000,
	.backoff_max_ms = 60000,
	.run = run_import,
};
