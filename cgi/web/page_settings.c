/* page_settings.c: the site's settings, a page for each group, and those of the process to look at. */
#include "base/base.h"

#include "base/json.h"
#include "core/address_plan.h"
#include "core/rebuild.h"
#include "http/form.h"
#include "store/job.h"
#include "web/pages.h"
#include "web/settings_form.h"

#define SETTINGS_PATH "/admin/settings"
#define PAYLOAD_MAX_B ((size_t)64 << 10)

/* The page that the address names; "/admin/settings" itself is the first. */
static enum rc page_of(struct visit *v, const struct settings_page **out, struct err *err)
{
	struct str name = str_from(v->path, strlen(SETTINGS_PATH "/"));
	*out = str_empty(name) ? &settings_pages[0] : settings_page_find(name);
	return *out ? RC_OK : err_set(err, RC_NOTFOUND, "there is no such page of settings");
}

/* Posts that are not yet as the settings say. */
static enum rc rest_value(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	struct job job;
	struct json *payload = NULL;
	int64_t id = 0;
	value_text(v->arena, root, "rest", STR(""));
	enum rc rc = job_with_key(db, STR(JOB_REBUILD), STR(JOB_REBUILD), &id, err);
	if (rc != RC_OK || !id)
		return rc;
	rc = job_get(db, id, v->arena, &job, err);
	if (rc == RC_OK)
		rc = json_parse(job.payload, PAYLOAD_MAX_B, &payload, err);
	if (rc != RC_OK)
		return rc;
	int64_t left = json_get_int(payload, "total", 0) - json_get_int(payload, "after", 0);
	json_free(payload);
	value_text(v->arena, root, "rest", i18n_count(v->admin->i18n, "set_rest", left > 0 ? left : 0, v->arena));
	return RC_OK;
}

/* What a new pattern of addresses would do, and the question whether that is meant. */
static void plan_values(struct visit *v, const struct address_plan *plan, struct value *root)
{
	const struct i18n *t = v->admin->i18n;
	value_share(v->arena, root, "plan", NULL);
	if (!plan)
		return;
	struct value *values = value_object(v->arena, root, "plan"), *list = value_list(v->arena, values, "examples");
	value_text(v->arena, values, "moves", i18n_count(t, "set_plan_moves", plan->moves, v->arena));
	value_text(v->arena, values, "redirects", i18n_count(t, "set_plan_redirects", plan->redirects, v->arena));
	value_text(v->arena, values, "stays",
		   plan->stays ? i18n_count(t, "set_plan_stays", plan->stays, v->arena) : STR(""));
	for (size_t i = 0; i < plan->example_count; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "from", plan->examples[i].from);
		value_text(v->arena, item, "to", plan->examples[i].to);
	}
}

/* `plan` NULL: nothing has to be confirmed. */
static enum rc show(struct visit *v, struct db_ro *db, const struct settings_form *form, const struct address_plan *plan,
		    int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	const char *name = form->page->name;
	bool wrong = false, theirs = false;
	for (size_t i = 0; i < form->count; i++) {
		wrong = wrong || str_given(form->entries[i].wrong);
		theirs = theirs || form->entries[i].theirs;
	}
	settings_sections(v, root, name);
	plan_values(v, plan, root);
	enum rc rc = settings_values(v, db, form, root, err);
	if (rc == RC_OK)
		rc = rest_value(v, db, root, err);
	if (rc != RC_OK)
		return rc;
	struct str heading = i18n_text(v->admin->i18n, arena_printf(v->arena, "set_in_%s", name).p);
	value_text(v->arena, root, "heading", heading);
	value_text(v->arena, root, "about", i18n_text(v->admin->i18n, arena_printf(v->arena, "set_in_%s_hint", name).p));
	value_text(v->arena, root, "action", visit_link(v, arena_printf(v->arena, SETTINGS_PATH "/%s", name)));
	value_bool(v->arena, root, "is_wrong", wrong);
	value_bool(v->arena, root, "is_theirs", theirs);
	return admin_render(v, "settings", "settings", heading, root, status, err);
}

enum rc page_settings(struct visit *v, struct err *err)
{
	struct settings_form form;
	const struct settings_page *page;
	enum rc rc = page_of(v, &page, err);
	if (rc == RC_OK)
		rc = settings_load(v, v->db, page, &form, err);
	return rc == RC_OK ? show(v, v->db, &form, NULL, 200, err) : rc;
}

/* Posts get other addresses: nobody does that without having seen it. *asked: the page that tells was given. */
static enum rc ask_first(struct visit *v, struct db_ro *db, struct settings_form *form, bool *asked, struct err *err)
{
	struct address_plan plan;
	const struct settings_entry *entry = settings_entry(form, "permalink");
	struct str confirmed = form_get(&v->admin->form, "confirm");
	*asked = false;
	if (!entry || !entry->changed || setting_check(entry->def, entry->shown, NULL) != RC_OK ||
	    (str_given(confirmed) && str_eq(confirmed, entry->shown)))
		return RC_OK;
	enum rc rc = address_plan_make(db, v->site, entry->shown, v->arena, &plan, err);
	if (rc != RC_OK || plan.moves + plan.stays == 0)
		return rc;
	*asked = true;
	return show(v, db, form, &plan, 200, err);
}

enum rc page_settings_form(struct visit *v, struct err *err)
{
	struct settings_form form;
	const struct settings_page *page;
	struct db_rw *db;
	struct str saved = STR("");
	struct err why = ERR_INIT;
	bool asked = false;
	enum rc rc = page_of(v, &page, err);
	if (rc == RC_OK)
		rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = settings_load(v, db_rw_ro(db), page, &form, err);
	if (rc != RC_OK)
		return rc;
	settings_take(v, &form);
	rc = ask_first(v, db_rw_ro(db), &form, &asked, err);
	if (rc != RC_OK || asked)
		return rc;
	rc = settings_save(v, &form, &saved, &why);
	if (rc == RC_INVALID || rc == RC_CONFLICT)
		return show(v, db_rw_ro(db), &form, NULL, rc == RC_CONFLICT ? 409 : 422, err);
	if (rc != RC_OK) {
		*err = why;
		return rc;
	}
	settings_catch_up(v);
	return admin_redirect(v, arena_printf(v->arena, SETTINGS_PATH "/%s", page->name), "saved", err);
}

/* --- the process's own --- */

enum rc page_settings_system(struct visit *v, struct err *err)
{
	static const char *const origins[] = {
		[CONF_FROM_DEFAULT] = "default", [CONF_FROM_FILE] = "file", [CONF_FROM_ENVIRONMENT] = "environment",
	};
	struct conf_line *lines;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "lines");
	size_t count = conf_lines(v->basis->conf, v->arena, &lines);
	for (size_t i = 0; i < count; i++) {
		struct value *item = value_item(v->arena, list);
		const char *origin = origins[lines[i].origin];
		value_text(v->arena, item, "name", str_of(lines[i].name));
		value_text(v->arena, item, "value", lines[i].value);
		value_text(v->arena, item, "help", str_of(lines[i].help));
		value_bool(v->arena, item, "is_set", lines[i].origin != CONF_FROM_DEFAULT);
		value_text(v->arena, item, "origin",
			   i18n_text(v->admin->i18n, arena_printf(v->arena, "set_from_%s", origin).p));
	}
	settings_sections(v, root, "system");
	return admin_render(v, "system", "settings", i18n_text(v->admin->i18n, "set_in_system"), root, 200, err);
}
