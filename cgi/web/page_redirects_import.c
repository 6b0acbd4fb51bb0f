/* page_redirects_import.c: many redirects at once, pasted; all of them or none. */
#include "base/base.h"

#include "http/form.h"
#include "web/pages.h"
#include "web/redirect_words.h"

static enum rc show(struct visit *v, const struct redirect_import *import, const char *problem, int status, struct err *err)
{
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "faults");
	const struct i18n *t = v->admin->i18n;
	size_t named = import->fault_count > REDIRECT_FAULTS_MAX ? REDIRECT_FAULTS_MAX : import->fault_count;
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/redirects/import")));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/redirects")));
	value_text(v->arena, root, "lines", redirect_field(v, "lines"));
	value_text(v->arena, root, "problem", problem ? i18n_text(t, problem) : STR(""));
	if (named)
		value_text(v->arena, root, "problem", i18n_count(t, "redirects_wrong", (int64_t)import->fault_count, v->arena));
	for (size_t i = 0; i < named; i++) {
		struct value *item = value_item(v->arena, list);
		value_int(v->arena, item, "line", import->faults[i].line);
		value_text(v->arena, item, "text", import->faults[i].text);
		value_text(v->arena, item, "words", redirect_words(v, import->faults[i].problem));
	}
	value_text(v->arena, root, "done_words", STR(""));
	if (status == 200 && import->added + import->replaced > 0) {
		const struct i18n_pair pairs[] = {
			{ "added", i18n_count(t, "redirects_added", import->added, v->arena) },
			{ "replaced", i18n_count(t, "redirects_replaced", import->replaced, v->arena) },
		};
		value_text(v->arena, root, "done_words", i18n_fill(t, "redirects_imported", pairs, COUNT_OF(pairs), v->arena));
		value_text(v->arena, root, "lines", STR(""));
	}
	return admin_render(v, "redirects_import", "redirects", i18n_text(t, "redirects_import"), root, status, err);
}

enum rc page_redirects_import(struct visit *v, struct err *err)
{
	struct redirect_import none = { .added = 0 };
	return show(v, &none, NULL, 200, err);
}

enum rc page_redirects_import_form(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	struct redirect_import import = { .added = 0 };
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = redirects_import(tx, v->site, v->admin->who.actor, redirect_field(v, "lines"), v->now_ms, v->arena, &import, err);
	if (rc == RC_OK && import.added + import.replaced > 0)
		rc = admin_note(v, tx, "redirects", arena_printf(v->arena, "%lld", (long long)(import.added + import.replaced)), err);
	rc = db_end(tx, rc, err);
	if (rc == RC_INVALID && import.fault_count)
		return show(v, &import, NULL, 422, err);
	if (rc == RC_LIMIT)
		return show(v, &import, "wrong_redirects_many", 422, err);
	if (rc == RC_OK && import.added + import.replaced == 0)
		return show(v, &import, "wrong_redirects_none", 422, err);
	return rc == RC_OK ? show(v, &import, NULL, 200, err) : rc;
}
