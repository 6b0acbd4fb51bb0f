/* page_themes.c: the themes that are there: what each looks like, its settings, and which one the site has. */
#include "base/base.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "core/settings.h"
#include "http/form.h"
#include "web/pages.h"
#include "web/range.h"
#include "web/settings_form.h"
#include "web/theme_form.h"
#include "web/theme_install.h"
#include "web/theme_stage.h"

#define THEMES_PATH "/admin/themes"

static struct str theme_path(struct visit *v, struct str name, const char *tail)
{
	return ARENA_JOIN(v->arena, STR(THEMES_PATH "/"), name, str_of(tail));
}

static void facts_values(struct visit *v, struct value *to, const struct theme_facts *facts)
{
	bool active = str_eq(facts->name, v->site->theme);
	value_text(v->arena, to, "name", facts->name);
	value_text(v->arena, to, "theme_title", facts->title);
	value_text(v->arena, to, "version", facts->version);
	value_text(v->arena, to, "author", facts->author);
	value_text(v->arena, to, "description", facts->description);
	value_bool(v->arena, to, "is_active", active);
	value_bool(v->arena, to, "is_own", facts->own);
	value_text(v->arena, to, "url", visit_link(v, theme_path(v, facts->name, "")));
	value_text(v->arena, to, "preview", visit_link(v, theme_path(v, facts->name, "/preview")));
	value_text(v->arena, to, "screenshot", STR(""));
	if (!str_empty(facts->screenshot))
		value_text(v->arena, to, "screenshot",
			   visit_link(v, ARENA_JOIN(v->arena, theme_path(v, facts->name, "/preview/assets/x/"), facts->screenshot)));
}

static void report_values(struct visit *v, struct value *root, const struct theme_report *report)
{
	struct value *list = value_list(v->arena, root, "problems");
	for (size_t i = 0; report && i < report->count; i++) {
		const struct theme_problem *p = &report->items[i];
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "at", p->line ? arena_printf(v->arena, "%s:%d", p->file, p->line) : str_of(p->file));
		value_text(v->arena, item, "message", str_of(p->message));
		value_bool(v->arena, item, "fatal", p->fatal);
	}
	value_bool(v->arena, root, "has_problems", report && report->count > 0);
}

/* Everything that keeps a theme from being used, each with file and line where it has one. */
static enum rc problem_values(struct visit *v, const struct theme_facts *facts, struct value *root, bool *usable,
			      struct err *err)
{
	struct skin *skin = NULL;
	struct theme_report report;
	struct err why = ERR_INIT;
	struct skin_places places = basis_places(v->basis);
	*usable = skin_load(&places, facts->name, &skin, &why) == RC_OK;
	skin_drop(skin);
	enum rc rc = theme_problems(v->basis->conf, facts, v->arena, &report, err);
	if (rc != RC_OK)
		return rc;
	report_values(v, root, &report);
	value_text(v->arena, root, "detail", *usable || report.count ? STR("") : arena_str(v->arena, str_of(why.msg)));
	value_bool(v->arena, root, "has_problems", !*usable || report.count > 0);
	value_bool(v->arena, root, "is_usable", *usable);
	return RC_OK;
}

/* --- the list --- */

/* What was wrong with what was asked for. */
struct refusal {
	const char *phrase;
	const struct err *why;                /* NULL: the phrase says it all */
	const struct theme_report *report;    /* NULL: none */
};

static enum rc show_list(struct visit *v, const struct refusal *refusal, int status, struct err *err)
{
	struct theme_facts_list themes;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "themes");
	enum rc rc = theme_list(v->basis->conf, i18n_lang(v->admin->i18n), v->arena, &themes, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < themes.count; i++)
		facts_values(v, value_item(v->arena, list), &themes.items[i]);
	settings_sections(v, root, "theme");
	value_text(v->arena, root, "action", visit_link(v, STR(THEMES_PATH)));
	value_text(v->arena, root, "upload", visit_link(v, STR(THEMES_PATH "/upload")));
	value_text(v->arena, root, "problem", refusal ? i18n_text(v->admin->i18n, refusal->phrase) : STR(""));
	value_text(v->arena, root, "detail",
		   refusal && refusal->why ? arena_str(v->arena, str_of(refusal->why->msg)) : STR(""));
	value_bool(v->arena, root, "asks_password", !signin_is_fresh(&v->admin->who, v->now_ms));
	report_values(v, root, refusal ? refusal->report : NULL);
	return admin_render(v, "themes", "settings", i18n_text(v->admin->i18n, "set_in_theme"), root, status, err);
}

enum rc page_themes(struct visit *v, struct err *err)
{
	return show_list(v, NULL, 200, err);
}

static enum rc activate(struct visit *v, struct str name, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = setting_change(tx, v->admin->who.actor, STR("theme"), name, v->now_ms, NULL, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "theme", name, err);
	return db_end(tx, rc, err);
}

/* A theme that would not load never becomes the site's. */
enum rc page_themes_form(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct skin *skin = NULL;
	struct err why = ERR_INIT;
	struct skin_places places = basis_places(v->basis);
	struct str name = form_get(&v->admin->form, "theme");
	if (!str_given(name) ||
	    theme_facts_get(v->basis->conf, name, i18n_lang(v->admin->i18n), v->arena, &facts, &why) != RC_OK)
		return show_list(v, &(struct refusal){ .phrase = "set_theme_gone" }, 422, err);
	enum rc rc = skin_load(&places, name, &skin, &why);
	skin_drop(skin);
	if (rc != RC_OK)
		return show_list(v, &(struct refusal){ .phrase = "set_theme_broken" }, 422, err);
	rc = activate(v, name, err);
	return rc == RC_OK ? admin_redirect(v, STR(THEMES_PATH), "saved", err) : rc;
}

/* --- one theme --- */

static enum rc facts_of_address(struct visit *v, struct theme_facts *out, struct err *err)
{
	return theme_facts_get(v->basis->conf, visit_arg(v, "name"), i18n_lang(v->admin->i18n), v->arena, out, err);
}

/* `form` NULL: the theme does not load and has no settings to show. */
static enum rc show_theme(struct visit *v, const struct theme_facts *facts, const struct theme_form *form, int status,
			  struct err *err)
{
	struct value *root = value_root(v->arena);
	bool usable, wrong = false, theirs = false;
	facts_values(v, root, facts);
	enum rc rc = problem_values(v, facts, root, &usable, err);
	if (rc != RC_OK)
		return rc;
	if (form)
		theme_form_values(v, form, root);
	else
		value_bool(v->arena, root, "has_fields", false);
	for (size_t i = 0; form && i < form->count; i++) {
		wrong = wrong || (form->entries[i].wrong && form->entries[i].changed);
		theirs = theirs || form->entries[i].theirs;
	}
	value_bool(v->arena, root, "is_wrong", wrong);
	value_bool(v->arena, root, "is_theirs", theirs);
	value_text(v->arena, root, "list_url", visit_link(v, STR(THEMES_PATH)));
	value_text(v->arena, root, "archive", visit_link(v, theme_path(v, facts->name, "/archive")));
	value_text(v->arena, root, "delete", visit_link(v, theme_path(v, facts->name, "/delete")));
	value_text(v->arena, root, "look", visit_link(v, theme_path(v, facts->name, "/look")));
	return admin_render(v, "theme", "settings", facts->title, root, status, err);
}

/* The skin that the form is of; NULL when the theme does not load. */
static struct skin *skin_of(struct visit *v, const struct theme_facts *facts)
{
	struct skin *skin = NULL;
	struct skin_places places = basis_places(v->basis);
	return skin_load(&places, facts->name, &skin, NULL) == RC_OK ? skin : NULL;
}

enum rc page_theme(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct theme_form form;
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc != RC_OK)
		return rc;
	struct skin *skin = skin_of(v, &facts);
	if (skin)
		theme_form_load(v, skin, &facts, v->site->theme_settings, &form);
	rc = show_theme(v, &facts, skin ? &form : NULL, 200, err);
	skin_drop(skin);
	return rc;
}

static enum rc save_theme(struct visit *v, const struct theme_facts *facts, const struct skin *skin, struct err *err)
{
	struct theme_form form;
	struct err why = ERR_INIT;
	theme_form_load(v, skin, facts, v->site->theme_settings, &form);
	theme_form_take(v, &form);
	enum rc rc = theme_form_save(v, &form, &why);
	if (rc == RC_OK)
		return admin_redirect(v, theme_path(v, facts->name, ""), "saved", err);
	if (rc == RC_INVALID || rc == RC_CONFLICT)
		return show_theme(v, facts, &form, rc == RC_CONFLICT ? 409 : 422, err);
	*err = why;
	return rc;
}

enum rc page_theme_form(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc != RC_OK)
		return rc;
	struct skin *skin = skin_of(v, &facts);
	rc = skin ? save_theme(v, &facts, skin, err) : show_theme(v, &facts, NULL, 422, err);
	skin_drop(skin);
	return rc;
}

/* --- coming and going --- */

/* The log has it already: files are the last to change, so that nobody changes them who may not, or unseen. */
static enum rc show_failure(struct visit *v, const struct err *why, struct err *err)
{
	log_err(LOG_ERROR, "cannot change the themes", why);
	return show_list(v, &(struct refusal){ .phrase = "set_theme_failed", .why = why }, 500, err);
}

static enum rc place(struct visit *v, const struct theme_arrival *arrival, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = admin_note_alone(v, "theme_upload", arrival->name, err);
	if (rc != RC_OK) {
		theme_forget(arrival);
		return rc;
	}
	rc = theme_place(v->basis->conf, arrival, v->arena, &why);
	return rc == RC_OK ? admin_redirect(v, theme_path(v, arrival->name, ""), "saved", err) : show_failure(v, &why, err);
}

enum rc page_theme_upload(struct visit *v, struct err *err)
{
	struct theme_arrival arrival;
	struct theme_report report;
	struct err why = ERR_INIT;
	struct refusal refusal = { .phrase = "set_zip_none" };
	bool replace = str_given(form_get(&v->admin->form, "replace"));
	if (v->admin->file_fd < 0 || str_empty(v->admin->file_name))
		return show_list(v, &refusal, 422, err);
	enum rc rc = theme_unpack(v->basis->conf, v->admin->file_fd, v->admin->file_name, replace, v->arena, &arrival, &report,
				  &why);
	if (rc == RC_OK)
		return place(v, &arrival, err);
	refusal = (struct refusal){ rc == RC_EXISTS ? "set_theme_exists" : rc == RC_LIMIT ? "set_zip_large" : "set_theme_wrong_zip",
				    &why, &report };
	if (rc == RC_EXISTS || rc == RC_INVALID || rc == RC_LIMIT)
		return show_list(v, &refusal, rc == RC_EXISTS ? 409 : 422, err);
	*err = why;
	return rc;
}

enum rc page_theme_delete(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct err why = ERR_INIT;
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc != RC_OK)
		return rc;
	if (!facts.own || str_eq(facts.name, v->site->theme))
		return show_list(v, &(struct refusal){ .phrase = "set_theme_needed" }, 422, err);
	rc = admin_note_alone(v, "theme_delete", facts.name, err);
	if (rc != RC_OK)
		return rc;
	rc = theme_remove(v->basis->conf, facts.name, v->arena, &why);
	return rc == RC_OK ? admin_redirect(v, STR(THEMES_PATH), "deleted", err) : show_failure(v, &why, err);
}

enum rc page_theme_archive(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct stat st;
	int fd = -1;
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc == RC_OK)
		rc = theme_pack(v->basis->conf, facts.dir, v->arena, &fd, err);
	if (rc != RC_OK)
		return rc;
	if (fstat(fd, &st) != 0) {
		close(fd);
		return err_set(err, RC_IO, "cannot look at the archive");
	}
	response_set(v->res, "Content-Type", STR("application/zip"));
	response_set(v->res, "Content-Disposition",
		     arena_printf(v->arena, "attachment; filename=\"%.*s.zip\"", STR_ARG(facts.name)));
	return range_answer(v, fd, st.st_size, err);
}

/* --- the site in it --- */

static enum rc stage(struct visit *v, struct str name, struct str settings, struct str path, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = theme_stage_answer(v, name, settings, theme_path(v, name, "/preview"), path, &why);
	if (rc == RC_INVALID && v->req->method != HTTP_POST)
		return admin_redirect(v, theme_path(v, name, ""), NULL, err); /* where it says what is wrong */
	if (rc != RC_OK)
		*err = why;
	return rc;
}

enum rc page_theme_preview(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct str path = visit_arg(v, "path");
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc != RC_OK)
		return rc;
	return stage(v, facts.name, STR_NONE,
		     str_given(path) ? ARENA_JOIN(v->arena, STR("/"), path) : STR("/"), err);
}

/* With settings that are typed and not saved. */
enum rc page_theme_look(struct visit *v, struct err *err)
{
	struct theme_facts facts;
	struct theme_form form;
	struct str settings = STR_NONE;
	enum rc rc = facts_of_address(v, &facts, err);
	if (rc != RC_OK)
		return rc;
	struct skin *skin = skin_of(v, &facts);
	if (skin) {
		theme_form_load(v, skin, &facts, v->site->theme_settings, &form);
		theme_form_take(v, &form);
		rc = theme_form_write(v, &form, v->site->theme_settings, &settings, err);
	}
	skin_drop(skin);
	return rc == RC_OK ? stage(v, facts.name, settings, STR("/"), err) : rc;
}
