/* page_missing.c: addresses that readers did not find, and what editors do about them. */
#include "base/base.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "http/form.h"
#include "store/missing.h"
#include "web/admin.h"
#include "web/lost.h"
#include "web/pages.h"

#define AT_ONCE 100

static struct str list_path(bool ignored)
{
	return ignored ? STR("/admin/missing?show=ignored") : STR("/admin/missing");
}

static void row_values(struct visit *v, struct value *item, const struct missing *row, size_t at)
{
	struct str link = ARENA_JOIN(v->arena, STR("/admin/redirects?missing="),
				     enc_percent_dup(v->arena, row->path, ENC_STRICT));
	value_int(v->arena, item, "at", (int64_t)at);
	value_text(v->arena, item, "path", row->path);
	value_text(v->arena, item, "hits", i18n_count(v->admin->i18n, "missing_hits", row->hits, v->arena));
	value_text(v->arena, item, "last", admin_moment(v, row->last_ms));
	value_text(v->arena, item, "referrer", row->referrer);
	value_text(v->arena, item, "redirect", admin_link(v, link));
}

enum rc page_missing(struct visit *v, struct err *err)
{
	struct missings rows;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "rows");
	struct str show = request_param(v->req, "show");
	bool ignored = str_given(show) && str_is(show, "ignored");
	app_write_counts(v->app);
	enum rc rc = missing_list(db_rw_ro(v->admin->traffic), ignored, AT_ONCE, v->arena, &rows, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < rows.count; i++)
		row_values(v, value_item(v->arena, list), &rows.items[i], i);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/missing")));
	value_text(v->arena, root, "redirects", visit_link(v, STR("/admin/redirects")));
	value_text(v->arena, root, "open_url", admin_link(v, list_path(false)));
	value_text(v->arena, root, "ignored_url", admin_link(v, list_path(true)));
	value_bool(v->arena, root, "is_ignored", ignored);
	value_bool(v->arena, root, "has_rows", rows.count > 0);
	value_bool(v->arena, root, "is_off", !v->site->record_missing);
	return admin_render(v, "missing", "redirects", i18n_text(v->admin->i18n, "missing"), root, 200, err);
}

static enum rc ask(struct visit *v, struct err *err)
{
	const struct i18n *t = v->admin->i18n;
	const struct i18n_pair fields[] = { { "button", STR("clear") } };
	struct admin_question q = {
		.section = "redirects", .title = i18n_text(t, "missing_clear_ask"), .text = i18n_text(t, "missing_clear_text"),
		.yes = i18n_text(t, "missing_clear"), .action = list_path(false), .back = list_path(false),
		.fields = fields, .count = COUNT_OF(fields),
	};
	return admin_confirm(v, &q, err);
}

static enum rc act(struct db_tx *tx, struct str button, struct str path, struct err *err)
{
	if (str_is(button, "clear"))
		return missing_clear(tx, err);
	if (str_is(button, "delete"))
		return missing_delete(tx, path, err);
	return missing_ignore(tx, path, str_is(button, "ignore"), err);
}

enum rc page_missing_form(struct visit *v, struct err *err)
{
	static const char *const buttons[] = { "ignore", "unignore", "delete", "clear" };
	struct db_tx *tx;
	struct str button = form_get(&v->admin->form, "button"), path = form_get(&v->admin->form, "path");
	bool known = false;
	for (size_t i = 0; str_given(button) && i < COUNT_OF(buttons); i++)
		known = known || str_is(button, buttons[i]);
	if (!known || (!str_is(button, "clear") && !str_given(path)))
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	if (str_is(button, "clear") && !admin_is_confirmed(v))
		return ask(v, err);
	/* Also tells whoever was demoted meanwhile; the list is of the other database. */
	enum rc rc = admin_note_alone(v, arena_printf(v->arena, "missing_%.*s", STR_ARG(button)).p,
				      str_is(button, "clear") ? STR("") : utf8_cut(path, LOST_PATH_MAX_B), err);
	if (rc == RC_OK)
		rc = db_begin(v->admin->traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = act(tx, button, path, err);
	rc = db_end(tx, rc, err);
	return rc == RC_OK ? admin_redirect(v, list_path(str_is(button, "unignore")), "saved", err) : rc;
}
