/* page_library_item.c: one file of the library: what it says, where it is used, and what becomes of it. */
#include "base/base.h"

#include "core/media_edit.h"
#include "core/media_take.h"
#include "core/media_type.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/library.h"
#include "web/library_words.h"
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

/* Pictures that can be turned and cut, as far as that is known without looking at what was made of them. */
static bool may_edit(const struct visit *v, const struct media_item *item)
{
	return library_may_change(v, item) && !item->trashed_ms && str_is(item->kind, "image") && !str_is(item->state, MEDIA_STATE_NONE);
}

/* The file itself in a browser: `open` is "" of one that is a download. */
static void place_values(struct visit *v, const struct media_item *item, struct value *values)
{
	struct str file = arena_printf(v->arena, "/admin/media/%lld/file", (long long)item->id);
	bool shown = media_type_is_shown(item->mime);
	bool plays = str_is(item->kind, "video") || str_is(item->kind, "audio");
	value_text(v->arena, values, "save_url", admin_link(v, ARENA_JOIN(v->arena, file, STR("?save=1"))));
	value_text(v->arena, values, "open", shown ? visit_link(v, file) : STR(""));
	value_bool(v->arena, values, "plays", shown && plays);
}

/* `words` NULL: what is stored. */
static enum rc show(struct visit *v, struct db_ro *db, const struct media_item *item, const struct library_words *words,
		    struct str problem, int status, struct err *err)
{
	struct value *root = value_root(v->arena), *values = value_object(v->arena, root, "item");
	struct library_words stored;
	library_words_of(v, item, &stored);
	media_item_values(v, values, item);
	media_sizes_values(v, values, item);
	library_words_values(v, words ? words : &stored, values);
	place_values(v, item, values);
	value_text(v->arena, root, "action", visit_link(v, arena_printf(v->arena, "/admin/media/%lld", (long long)item->id)));
	value_text(v->arena, root, "upload_url", visit_link(v, STR("/admin/media/upload")));
	value_text(v->arena, root, "form_limit", media_size(v, v->basis->conf->body_max_b));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/media")));
	value_text(v->arena, root, "problem", problem);
	value_bool(v->arena, root, "may_edit", may_edit(v, item));
	value_bool(v->arena, values, "is_edited", !str_empty(item->edit));
	value_text(v->arena, root, "edit_url", visit_link(v, arena_printf(v->arena, "/admin/media/%lld/edit", (long long)item->id)));
	value_bool(v->arena, root, "may_change", library_may_change(v, item));
	value_bool(v->arena, root, "may_delete", v->admin->who.actor.role >= ROLE_EDITOR);
	value_bool(v->arena, root, "may_replace", media_may_replace(v->admin->who.actor) && !item->trashed_ms);
	enum rc rc = use_values(v, db, item, root, err);
	return rc == RC_OK ? admin_render(v, "media_item", "media", item->name, root, status, err) : rc;
}

enum rc page_library_item_refuse(struct visit *v, struct db_ro *db, const struct media_item *item, const char *phrase,
				 struct err *err)
{
	return page_library_item_problem(v, db, item, i18n_text(v->admin->i18n, phrase), 409, err);
}

enum rc page_library_item_problem(struct visit *v, struct db_ro *db, const struct media_item *item, struct str text,
				  int status, struct err *err)
{
	return show(v, db, item, NULL, text, status, err);
}

enum rc page_library_item(struct visit *v, struct err *err)
{
	struct media_item item;
	enum rc rc = load(v, v->db, &item, err);
	return rc == RC_OK ? show(v, v->db, &item, NULL, STR(""), 200, err) : rc;
}

/* --- saving --- */

/* What lists show is cut round the focal point. */
static enum rc save_words(struct visit *v, struct db_tx *tx, const struct media_item *item, const struct media_item *before,
			  struct err *err)
{
	bool moved = item->focal_x != before->focal_x || item->focal_y != before->focal_y;
	enum rc rc = media_item_set(tx, item, v->now_ms, err);
	if (rc == RC_OK && moved)
		rc = media_focus_moved(tx, item, v->now_ms, err);
	return rc == RC_OK ? admin_note(v, tx, "media_save", item->name, err) : rc;
}

static enum rc press(struct visit *v, struct db_tx *tx, const struct media_item *item, struct str button, struct err *err)
{
	enum rc rc;
	if (str_is(button, "pin") || str_is(button, "unpin"))
		rc = media_item_pin(tx, item->id, str_is(button, "pin"), v->now_ms, err);
	else if (str_is(button, "restore"))
		rc = media_item_restore(tx, item->id, v->now_ms, err);
	else if (str_is(button, "again"))
		rc = media_try_again(tx, item, v->now_ms, err);
	else
		rc = media_item_trash(tx, item->id, v->admin->who.user.id, v->now_ms, err);
	return rc == RC_OK ? admin_note(v, tx, arena_printf(v->arena, "media_%.*s", STR_ARG(button)).p, item->name, err) : rc;
}

/* Whichever button it was, what was typed is saved. *item is read anew: nobody writes meanwhile. *asks: it is still used,
 * and not yet in the trash. */
static enum rc write_form(struct visit *v, struct media_item *item, struct library_words *words, struct str button,
			  bool *asks, struct err *err)
{
	struct media_item before;
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = media_item_get(db_tx_ro(tx), item->id, v->arena, item, err);
	if (rc != RC_OK)
		goto out;
	before = *item;
	library_words_of(v, item, words);
	library_words_take(v, words);
	if (!library_words_put(v, words, item))
		goto out;
	if (words->changed)
		rc = save_words(v, tx, item, &before, err);
	*asks = str_is(button, "trash") && item->used && !item->trashed_ms;
	if (rc == RC_OK && !str_is(button, "save") && !*asks)
		rc = press(v, tx, item, button, err);
out:
	return db_end(tx, rc, err);
}

enum rc page_library_item_form(struct visit *v, struct err *err)
{
	static const char *const buttons[] = { "save", "pin", "unpin", "restore", "again", "trash" };
	struct str button = admin_field(v, "button");
	struct library_words words;
	struct media_item item;
	struct db_rw *db;
	bool known = false, asks = false;
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
	rc = write_form(v, &item, &words, button, &asks, err);
	if (rc != RC_OK)
		return rc;
	if (words.problem)
		return show(v, db_rw_ro(db), &item, &words, i18n_text(v->admin->i18n, words.problem), words.status, err);
	if (asks)
		return library_ask_trash(v, db_rw_ro(db), item.id, err);
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
