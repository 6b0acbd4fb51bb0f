/* page_transfer.c: the site's content out as an archive, and in from one. */
#include "base/base.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "core/transfer.h"
#include "crypt/rand.h"
#include "http/form.h"
#include "store/job.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/range.h"
#include "web/settings_form.h"
#include "web/work_view.h"

#define TRANSFER_PATH "/admin/transfer"
#define SHOWN_JOBS 10
#define SHOWN_PROBLEMS 200
#define MEGABYTE (1 << 20)

/* --- jobs --- */

/* What became of the job that the address names, or of `open` (0: none) where it names none: only one of these
 * pages' own. */
static enum rc job_values(struct visit *v, struct db_ro *db, int64_t open, struct value *root, struct err *err)
{
	struct work_view view;
	struct err missing = ERR_INIT;
	struct str number = str_or_empty(request_param(v->req, "job"));
	int64_t id = open;
	value_share(v->arena, root, "job", NULL);
	if (!str_empty(number) && !str_to_i64(number, &id))
		return RC_OK;
	enum rc rc = id ? work_view_load(v, db, id, &view, &missing) : RC_NOTFOUND;
	if (rc == RC_NOTFOUND)
		return RC_OK;
	if (rc != RC_OK) {
		*err = missing;
		return rc;
	}
	work_view_values(v, value_object(v->arena, root, "job"), &view);
	value_bool(v->arena, root, "looks_again", view.job.finished_ms == 0);
	return RC_OK;
}

/* Those that wait or run, but for the one that the address names. */
static enum rc open_values(struct visit *v, struct db_ro *db, const char *kind, struct value *list, bool *any,
			   struct err *err)
{
	struct jobs jobs;
	int64_t named = 0;
	bool names = str_to_i64(str_or_empty(request_param(v->req, "job")), &named);
	enum rc rc = job_list_open(db, str_of(kind), SHOWN_JOBS, v->arena, &jobs, err);
	for (size_t i = 0; rc == RC_OK && i < jobs.count; i++) {
		struct work_view view;
		if (names && jobs.items[i].id == named)
			continue;
		rc = work_view_load(v, db, jobs.items[i].id, &view, err);
		if (rc != RC_OK)
			break;
		work_view_values(v, value_item(v->arena, list), &view);
		*any = true;
	}
	return rc;
}

static enum rc jobs_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	bool any = false;
	struct value *list = value_list(v->arena, root, "jobs");
	enum rc rc = open_values(v, db, JOB_IMPORT, list, &any, err);
	if (rc == RC_OK)
		rc = open_values(v, db, JOB_EXPORT, list, &any, err);
	value_bool(v->arena, root, "looks_again", any);
	return rc == RC_OK ? job_values(v, db, 0, root, err) : rc;
}

/* --- the page --- */

static struct str size_text(struct visit *v, int64_t size_b)
{
	if (size_b >= 1024 * (int64_t)MEGABYTE && size_b % (MEGABYTE * (int64_t)1024) == 0)
		return arena_printf(v->arena, "%lld GB", (long long)(size_b / MEGABYTE / 1024));
	return size_b < MEGABYTE ? arena_printf(v->arena, "%lld KB", (long long)(size_b + 1023) / 1024)
				 : arena_printf(v->arena, "%.1f MB", (double)size_b / MEGABYTE);
}

static void export_values(struct visit *v, struct value *list, const char *name)
{
	struct file_info info;
	struct str id = str_sub(str_of(name), 0, TRANSFER_ID_CHARS);
	if (!str_is(str_from(str_of(name), TRANSFER_ID_CHARS), ".zip") || !transfer_id_is_valid(id) ||
	    file_stat(transfer_export_path(v->basis->conf, id, v->arena), &info, NULL) != RC_OK)
		return;
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "id", arena_str(v->arena, id));
	value_text(v->arena, item, "size", size_text(v, info.size_b));
	value_text(v->arena, item, "at", admin_moment(v, info.mtime_ns / 1000000));
	value_text(v->arena, item, "until", admin_moment(v, info.mtime_ns / 1000000 + TRANSFER_DAYS * INT64_C(86400000)));
	value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR(TRANSFER_PATH "/exports/"), id)));
}

static enum rc exports_values(struct visit *v, struct value *root, struct err *err)
{
	struct file_entries entries = { NULL, 0 };
	struct value *list = value_list(v->arena, root, "exports");
	const char *dir = transfer_exports_dir(v->basis->conf, v->arena);
	enum rc rc = file_exists(dir) ? file_list(dir, v->arena, &entries, err) : RC_OK;
	for (size_t i = 0; rc == RC_OK && i < entries.count; i++)
		export_values(v, list, entries.items[i].name);
	return rc;
}

/* Archives that were sent and not thrown away: whoever lost the page finds it again. */
static enum rc imports_values(struct visit *v, struct value *root, struct err *err)
{
	struct file_entries entries = { NULL, 0 };
	struct value *list = value_list(v->arena, root, "imports");
	const char *dir = transfer_imports_dir(v->basis->conf, v->arena);
	enum rc rc = file_exists(dir) ? file_list(dir, v->arena, &entries, err) : RC_OK;
	bool any = false;
	for (size_t i = 0; rc == RC_OK && i < entries.count; i++) {
		struct file_info info;
		struct str id = str_of(entries.items[i].name);
		if (!transfer_id_is_valid(id) ||
		    file_stat(transfer_import_path(v->basis->conf, id, "", v->arena), &info, NULL) != RC_OK)
			continue;
		bool done = file_exists(transfer_import_path(v->basis->conf, id, "done.json", v->arena));
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "url", visit_link(v, ARENA_JOIN(v->arena, STR(TRANSFER_PATH "/import/"), id)));
		value_text(v->arena, item, "at", admin_moment(v, info.mtime_ns / 1000000));
		value_bool(v->arena, item, "is_imported", done);
		any = true;
	}
	value_bool(v->arena, root, "has_imports", any);
	return rc;
}

/* `why` (NULL: nothing) says what was wrong with the archive that was sent. */
static enum rc show(struct visit *v, struct db_ro *db, const char *problem, const struct err *why, int status,
		    struct err *err)
{
	struct value *root = value_root(v->arena);
	settings_sections(v, root, "transfer");
	value_text(v->arena, root, "action", visit_link(v, STR(TRANSFER_PATH)));
	value_text(v->arena, root, "upload", visit_link(v, STR(TRANSFER_PATH "/import")));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	value_text(v->arena, root, "detail", why ? arena_str(v->arena, str_of(why->msg)) : STR(""));
	value_bool(v->arena, root, "asks_password", !signin_is_fresh(&v->admin->who, v->now_ms));
	value_text(v->arena, root, "limit", size_text(v, v->basis->conf->import_max_b));
	value_int(v->arena, root, "limit_b", v->basis->conf->import_max_b);
	enum rc rc = exports_values(v, root, err);
	if (rc == RC_OK)
		rc = imports_values(v, root, err);
	if (rc == RC_OK)
		rc = jobs_values(v, db, root, err);
	return rc == RC_OK ? admin_render(v, "transfer", "settings", i18n_text(v->admin->i18n, "set_in_transfer"), root,
					  status, err) : rc;
}

enum rc page_transfer(struct visit *v, struct err *err)
{
	return show(v, v->db, NULL, NULL, 200, err);
}

/* --- export --- */

static enum rc begin_export(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	char id[TRANSFER_ID_CHARS + 1];
	int64_t job = 0;
	rand_base62(id, TRANSFER_ID_CHARS);
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = transfer_order_export(tx, str_of(id), v->now_ms, &job, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "export", STR(""), err);
	rc = db_end(tx, rc, err);
	if (rc != RC_OK)
		return rc;
	work_at_once(v, v->admin->db, JOB_EXPORT);
	return admin_redirect(v, arena_printf(v->arena, TRANSFER_PATH "?job=%lld", (long long)job), NULL, err);
}

enum rc page_transfer_form(struct visit *v, struct err *err)
{
	struct str drop = form_get(&v->admin->form, "drop");
	if (!str_given(drop))
		return begin_export(v, err);
	enum rc rc = admin_note_alone(v, "export_delete", STR(""), err);
	if (rc == RC_OK)
		rc = transfer_drop_export(v->basis->conf, drop, err);
	return rc == RC_OK ? admin_redirect(v, STR(TRANSFER_PATH), "deleted", err) : rc;
}

/* The password was asked for and given: back to the file. */
enum rc page_export_proven(struct visit *v, struct err *err)
{
	return admin_redirect(v, ARENA_JOIN(v->arena, STR(TRANSFER_PATH "/exports/"), visit_arg(v, "id")), NULL, err);
}

enum rc page_export_file(struct visit *v, struct err *err)
{
	struct stat st;
	struct str id = visit_arg(v, "id");
	if (!transfer_id_is_valid(id))
		return err_set(err, RC_NOTFOUND, "there is no such export");
	int fd = open(transfer_export_path(v->basis->conf, id, v->arena), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return err_set(err, RC_NOTFOUND, "there is no such export");
	}
	/* A download that broke off goes on where it was, if it is still the same file. */
	response_set(v->res, "ETag", arena_printf(v->arena, "\"%.*s-%llx\"", STR_ARG(id), (unsigned long long)st.st_size));
	response_set(v->res, "Content-Type", STR("application/zip"));
	response_set(v->res, "Content-Disposition", STR("attachment; filename=\"platen-export.zip\""));
	return range_answer(v, fd, st.st_size, err);
}

/* --- import --- */

static struct str import_path(struct visit *v, struct str id)
{
	return ARENA_JOIN(v->arena, STR(TRANSFER_PATH "/import/"), id);
}

static enum rc order_import(struct visit *v, struct str id, const struct transfer_import *how, struct err *err)
{
	struct db_tx *tx;
	int64_t job = 0;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = transfer_order_import(tx, id, how, v->now_ms, &job, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, how->dry_run ? "import_check" : "import", STR(""), err);
	rc = db_end(tx, rc, err);
	if (rc != RC_OK)
		return rc;
	work_at_once(v, v->admin->db, JOB_IMPORT);
	return admin_redirect(v, arena_printf(v->arena, "%.*s?job=%lld", STR_ARG(import_path(v, id)), (long long)job), NULL,
			      err);
}

enum rc page_import_upload(struct visit *v, struct err *err)
{
	struct str id;
	struct err why = ERR_INIT;
	if (v->admin->file_fd < 0 || str_empty(v->admin->file_name))
		return show(v, v->db, "set_zip_none", NULL, 422, err);
	enum rc rc = transfer_unpack(v->basis->conf, v->admin->file_fd, v->arena, &id, &why);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return show(v, v->db, rc == RC_LIMIT ? "set_zip_large" : "set_zip_wrong", &why, 422, err);
	if (rc != RC_OK) {
		*err = why;
		return rc;
	}
	return order_import(v, id, &(struct transfer_import){ .dry_run = true }, err);
}

static void problem_values(struct visit *v, struct value *root, const struct json *report)
{
	const struct json *problems = json_get(report, "problems");
	struct value *list = value_list(v->arena, root, "problems");
	size_t count = json_count(problems), shown = count < SHOWN_PROBLEMS ? count : SHOWN_PROBLEMS;
	for (size_t i = 0; i < shown; i++) {
		const struct json *problem = json_at(problems, i);
		struct value *item = value_item(v->arena, list);
		int64_t line = json_get_int(problem, "line", 0);
		struct str file = json_get_text(problem, "file", STR(""));
		value_text(v->arena, item, "at", line ? arena_printf(v->arena, "%.*s:%lld", STR_ARG(file), (long long)line)
						      : arena_str(v->arena, file));
		value_text(v->arena, item, "message", arena_str(v->arena, json_get_text(problem, "message", STR(""))));
		value_bool(v->arena, item, "fatal", str_is(json_get_text(problem, "severity", STR("")), "error"));
	}
	value_bool(v->arena, root, "has_problems", shown > 0);
	value_bool(v->arena, root, "has_more", count > shown);
}

static void count_values(struct visit *v, struct value *root, const struct json *report)
{
	static const char *const counts[] = { "added", "updated", "unchanged", "conflicts", "failed", "skipped", "media", "settings",
					      "remote", "fetched" };
	struct value *list = value_list(v->arena, root, "counts");
	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "set_import_%s", counts[i]).p));
		value_int(v->arena, item, "n", json_get_int(report, counts[i], 0));
	}
	value_text(v->arena, root, "generator", arena_str(v->arena, json_get_text(report, "generator", STR(""))));
	int64_t remote = json_get_int(report, "remote", 0) - json_get_int(report, "fetched_before", 0);
	value_text(v->arena, root, "can_fetch", remote <= 0 ? STR("")
		   : i18n_count(v->admin->i18n, "set_import_fetch", remote, v->arena));
	value_bool(v->arena, root, "has_conflicts", json_get_int(report, "conflicts", 0) > 0);
	problem_values(v, root, report);
}

/* The report that is there, the final one first; NULL: none yet. The caller owns it. */
static struct json *read_report(struct visit *v, struct str id, bool *done)
{
	static const char *const names[] = { "done.json", "check.json" };
	struct json *report = NULL;
	for (size_t i = 0; !report && i < COUNT_OF(names); i++) {
		struct str text;
		const char *path = transfer_import_path(v->basis->conf, id, names[i], v->arena);
		*done = i == 0;
		if (file_load(path, TRANSFER_REPORT_MAX_B, v->arena, &text, NULL) == RC_OK &&
		    json_parse(text, TRANSFER_REPORT_MAX_B, &report, NULL) != RC_OK)
			report = NULL;
	}
	return report;
}

static enum rc id_of_address(struct visit *v, struct str *id, struct err *err)
{
	*id = visit_arg(v, "id");
	if (!transfer_id_is_valid(*id) || !file_exists(transfer_import_path(v->basis->conf, *id, "", v->arena)))
		return err_set(err, RC_NOTFOUND, "there is no such import");
	return RC_OK;
}

/* The job that the import has, the last one if several: doing it, or looking into it. */
static enum rc open_job(struct visit *v, struct db_ro *db, struct str id, int64_t *open, struct err *err)
{
	int64_t look = 0;
	enum rc rc = job_open_with_key(db, STR(JOB_IMPORT), id, open, err);
	if (rc == RC_OK)
		rc = job_open_with_key(db, STR(JOB_IMPORT), ARENA_JOIN(v->arena, id, STR("-check")), &look, err);
	*open = look > *open ? look : *open;
	return rc;
}

enum rc page_import(struct visit *v, struct err *err)
{
	struct str id;
	int64_t open = 0;
	bool done = false;
	struct value *root = value_root(v->arena);
	enum rc rc = id_of_address(v, &id, err);
	if (rc == RC_OK)
		rc = open_job(v, v->db, id, &open, err);
	if (rc == RC_OK)
		rc = job_values(v, v->db, open, root, err);
	if (rc != RC_OK)
		return rc;
	struct json *report = read_report(v, id, &done);
	value_bool(v->arena, root, "is_imported", report && done);
	value_bool(v->arena, root, "is_checked", report && !done);
	value_bool(v->arena, root, "has_report", report != NULL);
	count_values(v, root, report);
	json_free(report);
	value_text(v->arena, root, "action", visit_link(v, import_path(v, id)));
	value_text(v->arena, root, "back", visit_link(v, STR(TRANSFER_PATH)));
	return admin_render(v, "import", "settings", i18n_text(v->admin->i18n, "set_import"), root, 200, err);
}

enum rc page_import_form(struct visit *v, struct err *err)
{
	struct str id, button = str_or_empty(form_get(&v->admin->form, "button"));
	enum rc rc = id_of_address(v, &id, err);
	if (rc != RC_OK)
		return rc;
	const struct transfer_import how = { .force = str_given(form_get(&v->admin->form, "force")),
					     .fetch = str_given(form_get(&v->admin->form, "fetch")) };
	if (str_is(button, "run"))
		return order_import(v, id, &how, err);
	if (!str_is(button, "drop"))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	rc = admin_note_alone(v, "import_drop", STR(""), err);
	if (rc == RC_OK)
		rc = transfer_drop_import(v->basis->conf, id, err);
	return rc == RC_OK ? admin_redirect(v, STR(TRANSFER_PATH), "deleted", err) : rc;
}
