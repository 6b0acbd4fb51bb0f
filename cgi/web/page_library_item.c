/* page_library_item.c: one file of the library: what it says, where it is used, and what becomes of it. */
#include "base/base.h"

#include "core/media_edit.h"
#include "core/media_take.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/library.h"
#include "web/media_values.h"
#include "web/pages.h"
#include "web/work_view.h"

#define TEXT_MAX_B 2000
#define ALT_FORM_MAX_B ((size_t)64 << 10)

bool library_may_change(const struct visit *v, const struct media_item *item)
{
	return v->admin->who.actor.role >= ROLE_EDITOR || (item->user_id && item->user_id == v->admin->who.user.id);
}

struct str library_use_kind(struct visit *v, const struct media_use *use)
{
	return i18n_text(v->admin->i18n, arena_printf(v->arena, "media_use_%.*s", STR_ARG(use->kind)).p);
}

struct str library_use_title(const struct media_use *use)
{
	return str_empty(use->title) ? use->owner : use->title;
}

static enum rc load(struct visit *v, struct db_ro *db, struct media_item *item, struct err *err)
{
	int64_t id;
	if (!str_to_i64(visit_arg(v, "id"), &id))
		return err_set(err, RC_NOTFOUND, "there is no such file");
	return media_item_get(db, id, v->arena, item, err);
}

/* Titles of drafts are for editors alone; others learn that it is used. */
static enum rc use_values(struct visit *v, struct db_ro *db, const struct media_item *item, struct value *root, struct err *err)
{
	struct media_uses uses = { NULL, 0 };
	struct value *list = value_list(v->arena, root, "uses");
	if (v->admin->who.actor.role < ROLE_EDITOR)
		return RC_OK;
	enum rc rc = media_item_uses(db, item->id, v->arena, &uses, err);
	for (size_t i = 0; rc == RC_OK && i < uses.count; i++) {
		struct value *one = value_item(v->arena, list);
		const struct media_use *use = &uses.items[i];
		struct str url = str_empty(use->post) ? STR("") : visit_link(v, ARENA_JOIN(v->arena, STR("/admin/posts/"), use->post));
		value_text(v->arena, one, "kind", library_use_kind(v, use));
		value_text(v->arena, one, "title", library_use_title(use));
		value_text(v->arena, one, "url", url);
	}
	return rc;
}

static struct str shown(const struct visit *v, bool typed, const char *name, struct str stored)
{
	return typed ? admin_field(v, name) : stored;
}

/* Pictures that can be turned and cut, as far as that is known without looking at what was made of them. */
static bool may_edit(const struct visit *v, const struct media_item *item)
{
	return library_may_change(v, item) && !item->trashed_ms && str_is(item->kind, "image") && !str_is(item->state, MEDIA_STATE_NONE);
}

/* `typed`: with what came with the form. */
static enum rc show_as(struct visit *v, struct db_ro *db, const struct media_item *item, const char *problem, bool typed,
		       int status, struct err *err)
{
	struct value *root = value_root(v->arena), *values = value_object(v->arena, root, "item");
	media_item_values(v, values, item);
	media_sizes_values(v, values, item);
	value_text(v->arena, values, "typed_name", shown(v, typed, "name", item->name));
	value_text(v->arena, values, "typed_alt", shown(v, typed, "alt", item->alt));
	value_text(v->arena, values, "caption", shown(v, typed, "caption", item->caption));
	value_text(v->arena, values, "credit", shown(v, typed, "credit", item->credit));
	value_text(v->arena, values, "focal_x", shown(v, typed, "focal_x", arena_printf(v->arena, "%lld", (long long)(item->focal_x + 5) / 10)));
	value_text(v->arena, values, "focal_y", shown(v, typed, "focal_y", arena_printf(v->arena, "%lld", (long long)(item->focal_y + 5) / 10)));
	value_int(v->arena, values, "version", item->version);
	value_text(v->arena, values, "save_url", visit_link(v, arena_printf(v->arena, "/admin/media/%lld/file?save=1", (long long)item->id)));
	value_text(v->arena, root, "action", visit_link(v, arena_printf(v->arena, "/admin/media/%lld", (long long)item->id)));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/media")));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	value_bool(v->arena, root, "may_edit", may_edit(v, item));
	value_bool(v->arena, values, "is_edited", !str_empty(item->edit));
	value_text(v->arena, root, "edit_url", visit_link(v, arena_printf(v->arena, "/admin/media/%lld/edit", (long long)item->id)));
	value_bool(v->arena, root, "may_change", library_may_change(v, item));
	value_bool(v->arena, root, "may_delete", v->admin->who.actor.role >= ROLE_EDITOR);
	value_bool(v->arena, root, "may_replace", v->admin->who.actor.role >= ROLE_EDITOR && !item->trashed_ms);
	enum rc rc = use_values(v, db, item, root, err);
	return rc == RC_OK ? admin_render(v, "media_item", "media", item->name, root, status, err) : rc;
}

static enum rc show(struct visit *v, struct db_ro *db, const struct media_item *item, const char *problem, int status,
		    struct err *err)
{
	return show_as(v, db, item, problem, problem != NULL, status, err);
}

enum rc page_library_item_refuse(struct visit *v, struct db_ro *db, const struct media_item *item, const char *phrase,
				 struct err *err)
{
	return show_as(v, db, item, phrase, false, 409, err);
}

enum rc page_library_item(struct visit *v, struct err *err)
{
	struct media_item item;
	enum rc rc = load(v, v->db, &item, err);
	return rc == RC_OK ? show(v, v->db, &item, NULL, 200, err) : rc;
}

/* --- saving --- */

static bool percent(struct str text, int64_t *thousandths)
{
	int64_t n;
	if (!str_to_i64(str_trim(text), &n) || n < 0 || n > 100)
		return false;
	*thousandths = n * 10;
	return true;
}

/* False: something is too long, empty or no number. */
static bool take_fields(struct visit *v, struct media_item *item)
{
	struct { const char *name; struct str *to; } fields[] = {
		{ "alt", &item->alt }, { "caption", &item->caption }, { "credit", &item->credit },
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		*fields[i].to = str_trim(admin_field(v, fields[i].name));
		if (fields[i].to->n > TEXT_MAX_B)
			return false;
	}
	item->name = media_name(v->arena, admin_field(v, "name"), item->mime.p ? arena_cstr(v->arena, item->mime) : "");
	bool turns = str_given(form_get(&v->admin->form, "focal_x"));
	return !str_empty(str_trim(admin_field(v, "name"))) && str_to_i64(admin_field(v, "version"), &item->version) &&
	       (!turns || (percent(admin_field(v, "focal_x"), &item->focal_x) && percent(admin_field(v, "focal_y"), &item->focal_y)));
}

/* What lists show is cut round the focal point. */
static enum rc save_item(struct visit *v, struct db_tx *tx, const struct media_item *item, const struct media_item *before,
			 struct err *err)
{
	bool moved = item->focal_x != before->focal_x || item->focal_y != before->focal_y;
	enum rc rc = media_item_set(tx, item, v->now_ms, err);
	return rc == RC_OK && moved ? media_focus_moved(tx, item, v->now_ms, err) : rc;
}

static enum rc write_button(struct visit *v, struct db_tx *tx, const struct media_item *item, const struct media_item *before,
			    struct str button, struct err *err)
{
	enum rc rc;
	if (str_is(button, "save"))
		rc = save_item(v, tx, item, before, err);
	else if (str_is(button, "pin") || str_is(button, "unpin"))
		rc = media_item_pin(tx, item->id, str_is(button, "pin"), v->now_ms, err);
	else if (str_is(button, "restore"))
		rc = media_item_restore(tx, item->id, v->now_ms, err);
	else if (str_is(button, "again"))
		rc = media_try_again(tx, item, v->now_ms, err);
	else
		rc = media_item_trash(tx, item->id, v->admin->who.user.id, v->now_ms, err);
	return rc == RC_OK ? admin_note(v, tx, arena_printf(v->arena, "media_%.*s", STR_ARG(button)).p, item->name, err) : rc;
}

enum rc page_library_item_form(struct visit *v, struct err *err)
{
	static const char *const buttons[] = { "save", "pin", "unpin", "restore", "again", "trash" };
	struct str button = admin_field(v, "button");
	struct media_item item;
	struct db_rw *db;
	struct db_tx *tx;
	bool known = false;
	for (size_t i = 0; i < COUNT_OF(buttons); i++)
		known = known || str_is(button, buttons[i]);
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = load(v, db_rw_ro(db), &item, err);
	if (rc != RC_OK)
		return rc;
	if (!known)
		return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
	if (!library_may_change(v, &item))
		return visit_fail(v, 403, RC_DENIED, err, "it is somebody else's file");
	struct media_item changed = item;
	if (str_is(button, "save") && !take_fields(v, &changed))
		return show(v, db_rw_ro(db), &item, "media_wrong_fields", 422, err);
	rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = db_end(tx, write_button(v, tx, &changed, &item, button, err), err);
	if (rc == RC_CONFLICT)
		return show(v, db_rw_ro(db), &item, "media_wrong_changed", 409, err);
	if (rc != RC_OK)
		return rc;
	if (str_is(button, "again"))
		work_at_once(v, db, JOB_MEDIA_VARIANTS);
	if (str_is(button, "trash"))
		return admin_redirect(v, arena_printf(v->arena, "/admin/media?undo=%lld", (long long)item.id), "media_trashed", err);
	return admin_redirect(v, arena_printf(v->arena, "/admin/media/%lld", (long long)item.id), str_is(button, "again") ? "retried" : "saved", err);
}

/* The words for a picture, from the editor: {"item": ...}. */
enum rc page_library_alt(struct visit *v, struct err *err)
{
	struct http_pairs form;
	struct media_item item;
	struct db_tx *tx;
	enum rc rc = load(v, v->db, &item, err);
	if (rc == RC_OK)
		rc = form_read(v->req, ALT_FORM_MAX_B, &form, err);
	if (rc != RC_OK)
		return rc;
	struct str alt = str_trim(str_or_empty(form_get(&form, "alt")));
	if (!library_may_change(v, &item))
		return media_problem(v, 403, i18n_text(v->admin->i18n, "media_wrong_right"), err);
	if (alt.n > TEXT_MAX_B)
		return media_problem(v, 422, i18n_text(v->admin->i18n, "media_wrong_fields"), err);
	rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_item_set_alt(tx, item.id, alt, v->now_ms, err);
	if (rc == RC_OK)
		rc = media_item_get(db_tx_ro(tx), item.id, v->arena, &item, err);
	rc = db_end(tx, rc, err);
	return rc == RC_OK ? media_item_answer(v, &item, err) : rc;
}
