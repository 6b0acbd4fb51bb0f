/* page_redirects.c: old addresses, and where they lead. */
#include "base/base.h"

#include "base/enc.h"
#include "base/log.h"
#include "core/suggest.h"
#include "core/whereto.h"
#include "http/form.h"
#include "store/missing.h"
#include "store/redirect_hit.h"
#include "web/pages.h"
#include "web/redirect_words.h"

#define QUERY_MAX_B 1024

struct str redirect_field(const struct visit *v, const char *name)
{
	struct str value = form_get(&v->admin->form, name);
	return str_given(value) ? value : STR("");
}

struct str redirect_words(const struct visit *v, enum redirect_problem problem)
{
	static const char *const keys[REDIRECT_PROBLEM__MAX] = {
		[REDIRECT_FROM] = "wrong_redirect_from", [REDIRECT_OWN] = "wrong_redirect_own",
		[REDIRECT_TO] = "wrong_redirect_to", [REDIRECT_STATUS] = "wrong_redirect_status",
		[REDIRECT_LOOP] = "wrong_redirect_loop", [REDIRECT_TAKEN] = "wrong_redirect_taken",
		[REDIRECT_TWICE] = "wrong_redirect_twice",
	};
	return problem == REDIRECT_FINE ? STR("") : i18n_text(v->admin->i18n, keys[problem]);
}

void redirect_kinds(struct visit *v, struct value *root, struct str chosen)
{
	static const struct { const char *status, *phrase; } kinds[] = {
		{ "301", "redirect_301" }, { "302", "redirect_302" }, { "410", "redirect_410" },
	};
	struct value *list = value_list(v->arena, root, "kinds");
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", str_of(kinds[i].status));
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, kinds[i].phrase));
		value_bool(v->arena, item, "selected", str_is(chosen, kinds[i].status));
	}
}

struct str redirect_edit_path(struct visit *v, struct str from)
{
	return ARENA_JOIN(v->arena, STR("/admin/redirects/edit?from="), enc_percent_dup(v->arena, from, ENC_STRICT));
}

/* --- the list (redirect_list.c has its rows) --- */

/* The form is empty, filled in for an address that readers do not find ("missing"), or comes again with what is
 * wrong. */
static enum rc show_list(struct visit *v, struct db_ro *db, enum redirect_problem problem, int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	struct str missing = admin_asked(v, "missing", QUERY_MAX_B), to = STR("");
	bool again = problem != REDIRECT_FINE;
	if (!again && !str_empty(missing)) {
		enum rc found = suggest_path(db, missing, v->now_ms, v->arena, &to, err);
		if (found != RC_OK)
			return found;
	}
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/redirects")));
	value_text(v->arena, root, "lost", visit_link(v, STR("/admin/missing")));
	value_text(v->arena, root, "import", visit_link(v, STR("/admin/redirects/import")));
	value_text(v->arena, root, "from", again ? redirect_field(v, "from") : missing);
	value_text(v->arena, root, "to", again ? redirect_field(v, "to") : to);
	value_text(v->arena, root, "problem", redirect_words(v, problem));
	redirect_kinds(v, root, again ? redirect_field(v, "status") : STR("301"));
	enum rc rc = redirect_list_values(v, db, root, err);
	return rc == RC_OK ? admin_render(v, "redirects", "redirects", i18n_text(v->admin->i18n, "redirects"), root, status, err)
			   : rc;
}

enum rc page_redirects(struct visit *v, struct err *err)
{
	app_write_counts(v->app);
	return show_list(v, v->db, REDIRECT_FINE, 200, err);
}

static struct redirect_form form_of(const struct visit *v)
{
	return (struct redirect_form){ redirect_field(v, "from"), redirect_field(v, "to"), redirect_field(v, "status") };
}

static int status_of(enum redirect_problem problem)
{
	return problem == REDIRECT_TAKEN ? 409 : 422;
}

/* In another database: should it fail, the address stays on the list of those that are not found, or another
 * redirect from there begins with what was counted for this one. */
static void forget(struct visit *v, struct str path)
{
	struct db_tx *tx;
	struct err err = ERR_INIT;
	if (db_begin(v->admin->traffic, &tx, &err) != RC_OK)
		return;
	enum rc rc = missing_delete(tx, path, &err);
	if (rc == RC_OK)
		rc = redirect_hit_delete(tx, path, &err);
	if (db_end(tx, rc, &err) != RC_OK)
		log_err(LOG_WARN, "cannot forget what was counted for an address", &err);
}

enum rc page_redirects_form(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	struct redirect stored;
	struct redirect_form form = form_of(v);
	enum redirect_problem problem;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = redirects_put(tx, v->site, v->admin->who.actor, &form, STR_NONE, v->now_ms, v->arena, &stored, &problem, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "redirect_add", stored.from_path, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_INVALID && problem != REDIRECT_FINE)
		return show_list(v, v->db, problem, status_of(problem), err);
	if (rc == RC_OK)
		forget(v, stored.from_path);
	return rc == RC_OK ? admin_redirect(v, redirect_edit_path(v, stored.from_path), "added", err) : rc;
}

/* --- one --- */

/* What somebody who changes it has seen: changed meanwhile, it is another. */
static struct str seen_of(struct visit *v, const struct redirect *r, struct str target)
{
	return arena_printf(v->arena, "%lld %.*s", (long long)r->status, STR_ARG(target));
}

static void note(struct visit *v, struct value *list, const char *key, struct str target)
{
	const struct i18n_pair pair = { "to", target };
	value_text(v->arena, value_item(v->arena, list), "text", i18n_fill(v->admin->i18n, key, &pair, 1, v->arena));
}

/* What does no harm but should be known. */
static enum rc notes(struct visit *v, struct db_ro *db, struct value *root, const struct redirect *r, struct str target,
		     struct err *err)
{
	static const char *const about[WHERETO__MAX] = {
		[WHERETO_MOVED] = "redirect_chain", [WHERETO_GONE] = "redirect_to_gone", [WHERETO_HIDDEN] = "redirect_to_hidden",
		[WHERETO_NOTHING] = "redirect_to_nothing", [WHERETO_LOOP] = "wrong_redirect_loop",
	};
	struct whereto at, end = { .kind = WHERETO_PAGE };
	struct value *list = value_list(v->arena, root, "notes");
	struct str none = STR("");
	enum rc rc = whereto(db, v->site, r->from_path, v->now_ms, v->arena, &at, err);
	if (rc == RC_OK && !str_empty(target))
		rc = whereto(db, v->site, target, v->now_ms, v->arena, &end, err);
	if (rc != RC_OK)
		return rc;
	if (at.kind == WHERETO_PAGE)
		note(v, list, "redirect_shadows", none);
	if (about[end.kind])
		note(v, list, about[end.kind], str_given(end.target) ? end.target : none);
	return RC_OK;
}

static enum rc show_one(struct visit *v, struct db_ro *db, const struct redirect *r, struct str target, struct str problem,
			int status, struct err *err)
{
	struct value *root = value_root(v->arena);
	bool again = !str_empty(problem);
	struct str to = str_given(target) ? target : STR("");
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/redirects/edit")));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/redirects")));
	value_text(v->arena, root, "old", r->from_path);
	value_text(v->arena, root, "try", visit_link(v, r->from_path));
	value_text(v->arena, root, "seen", seen_of(v, r, to));
	value_text(v->arena, root, "from", again ? redirect_field(v, "from") : r->from_path);
	value_text(v->arena, root, "to", again ? redirect_field(v, "to") : to);
	value_text(v->arena, root, "problem", problem);
	value_bool(v->arena, root, "follows", r->post_id != 0);
	redirect_kinds(v, root, again ? redirect_field(v, "status") : arena_printf(v->arena, "%lld", (long long)r->status));
	struct str used;
	enum rc rc = notes(v, db, root, r, to, err);
	if (rc == RC_OK)
		rc = redirect_used(v, r->from_path, &used, err);
	if (rc == RC_OK)
		value_text(v->arena, root, "used", used);
	return rc == RC_OK ? admin_render(v, "redirect", "redirects", r->from_path, root, status, err) : rc;
}

/* Exactly that one. */
static enum rc load(struct visit *v, struct db_ro *db, struct str from, struct redirect *r, struct str *target,
		    struct err *err)
{
	enum rc rc = redirect_get(db, from, v->arena, r, target, err);
	if (rc == RC_OK && !str_eq(r->from_path, from))
		rc = err_set(err, RC_NOTFOUND, "there is no such redirect");
	return rc;
}

enum rc page_redirect(struct visit *v, struct err *err)
{
	struct redirect r;
	struct str target;
	enum rc rc = load(v, v->db, admin_asked(v, "from", QUERY_MAX_B), &r, &target, err);
	return rc == RC_OK ? show_one(v, v->db, &r, target, STR(""), 200, err) : rc;
}

static enum rc change(struct visit *v, struct db_tx *tx, bool deletes, struct redirect *stored,
		      enum redirect_problem *problem, struct err *err)
{
	struct redirect r;
	struct str target, old = redirect_field(v, "old");
	struct redirect_form form = form_of(v);
	enum rc rc = load(v, db_tx_ro(tx), old, &r, &target, err);
	if (rc == RC_OK && !str_eq(seen_of(v, &r, str_given(target) ? target : STR("")), redirect_field(v, "seen")))
		rc = err_set(err, RC_CONFLICT, "the redirect was changed meanwhile");
	if (rc != RC_OK)
		return rc;
	rc = deletes ? redirects_delete(tx, v->admin->who.actor, old, err)
		     : redirects_put(tx, v->site, v->admin->who.actor, &form, old, v->now_ms, v->arena, stored, problem, err);
	return rc == RC_OK ? admin_note(v, tx, deletes ? "redirect_delete" : "redirect_change", old, err) : rc;
}

enum rc page_redirect_form(struct visit *v, struct err *err)
{
	struct db_rw *db;
	struct db_tx *tx;
	struct redirect r = { .from_path = STR("") };
	struct str target, button = redirect_field(v, "button");
	enum redirect_problem problem = REDIRECT_FINE;
	bool deletes = str_is(button, "delete");
	if (!deletes && !str_is(button, "save"))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = change(v, tx, deletes, &r, &problem, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_OK && (deletes || !str_eq(r.from_path, redirect_field(v, "old"))))
		forget(v, redirect_field(v, "old"));
	if (rc == RC_OK)
		return admin_redirect(v, deletes ? STR("/admin/redirects") : redirect_edit_path(v, r.from_path),
				      deletes ? "deleted" : "saved", err);
	if (rc != RC_CONFLICT && problem == REDIRECT_FINE)
		return rc;
	struct str words = rc == RC_CONFLICT ? i18n_text(v->admin->i18n, "wrong_redirect_changed") : redirect_words(v, problem);
	int status = rc == RC_CONFLICT ? 409 : status_of(problem);
	rc = load(v, db_rw_ro(db), redirect_field(v, "old"), &r, &target, err);
	return rc == RC_OK ? show_one(v, db_rw_ro(db), &r, target, words, status, err) : rc;
}
