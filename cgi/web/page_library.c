/* page_library.c: the media library: what is in it, finding it, and doing something to many at once. */
#include "base/base.h"

#include "base/enc.h"
#include "base/json.h"
#include "base/log.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "http/form.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/pages.h"

#define AT_ONCE 48
#define QUERY_MAX_B 200
#define ANSWER_MAX_B ((size_t)256 << 10)

static const char *const shows[MEDIA_SHOW__MAX] = {
	[MEDIA_ALL] = "", [MEDIA_UNUSED] = "unused", [MEDIA_EXPIRING] = "expiring", [MEDIA_NO_ALT] = "no_alt",
	[MEDIA_TRASH] = "trash",
};
static const char *const show_phrases[MEDIA_SHOW__MAX] = {
	[MEDIA_ALL] = "media_all", [MEDIA_UNUSED] = "media_unused", [MEDIA_EXPIRING] = "media_expiring",
	[MEDIA_NO_ALT] = "media_no_alt", [MEDIA_TRASH] = "media_trash",
};
static const char *const kinds[] = { "image", "video", "audio", "document", "other" };

/* --- what is asked for --- */

static void read_query(struct visit *v, struct media_query *query)
{
	struct str show = admin_asked(v, "show", 16), kind = admin_asked(v, "kind", 16);
	*query = (struct media_query){ .kind = STR(""), .text = str_trim(admin_asked(v, "q", QUERY_MAX_B)), .limit = AT_ONCE + 1 };
	for (int i = 0; i < MEDIA_SHOW__MAX; i++)
		if (str_is(show, shows[i]))
			query->show = i;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(kind, kinds[i]))
			query->kind = kind;
	str_to_i64(admin_asked(v, "before", 20), &query->before_id);
}

static bool as_list(const struct visit *v)
{
	return str_is(admin_asked(v, "look", 8), "list");
}

static struct str link_of(struct visit *v, const struct media_query *query, bool list, int64_t before)
{
	struct str page = before ? arena_printf(v->arena, "&before=%lld", (long long)before) : STR("");
	return admin_link(v, ARENA_JOIN(v->arena, STR("/admin/media?show="), str_of(shows[query->show]), STR("&kind="), query->kind,
					STR("&q="), enc_percent_dup(v->arena, query->text, ENC_STRICT),
					list ? STR("&look=list") : STR(""), page));
}

static void filter_values(struct visit *v, const struct media_query *query, struct value *root)
{
	struct value *list = value_list(v->arena, root, "parts");
	for (int i = 0; i < MEDIA_SHOW__MAX; i++) {
		struct media_query one = *query;
		struct value *item = value_item(v->arena, list);
		one.show = i;
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, show_phrases[i]));
		value_text(v->arena, item, "url", link_of(v, &one, as_list(v), 0));
		value_bool(v->arena, item, "current", query->show == (enum media_show)i);
	}
	list = value_list(v->arena, root, "kinds");
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "value", str_of(kinds[i]));
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, arena_cstr(v->arena, ARENA_JOIN(v->arena, STR("media_kind_"), str_of(kinds[i])))));
		value_bool(v->arena, item, "selected", str_is(query->kind, kinds[i]));
	}
}

/* --- the list --- */

static enum rc list_values(struct visit *v, struct db_ro *db, const struct media_query *query, struct value *root,
			   struct err *err)
{
	struct media_items items;
	bool list = as_list(v), filtered = query->show || !str_empty(query->kind) || !str_empty(query->text);
	enum rc rc = media_item_find(db, query, v->arena, &items, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = items.count > AT_ONCE ? AT_ONCE : items.count;
	struct value *values = value_list(v->arena, root, "items");
	for (size_t i = 0; i < shown; i++)
		media_item_values(v, value_item(v->arena, values), &items.items[i]);
	value_bool(v->arena, root, "has_items", shown > 0);
	value_bool(v->arena, root, "is_filtered", filtered);
	value_bool(v->arena, root, "is_list", list);
	value_bool(v->arena, root, "is_trash", query->show == MEDIA_TRASH);
	value_text(v->arena, root, "find", query->text);
	value_text(v->arena, root, "show", str_of(shows[query->show]));
	value_text(v->arena, root, "grid_url", link_of(v, query, false, query->before_id));
	value_text(v->arena, root, "list_url", link_of(v, query, true, query->before_id));
	value_text(v->arena, root, "first", query->before_id ? link_of(v, query, list, 0) : STR(""));
	value_text(v->arena, root, "next", items.count > shown ? link_of(v, query, list, items.items[shown - 1].id) : STR(""));
	return RC_OK;
}

static enum rc show_library(struct visit *v, struct db_ro *db, struct value *root, int status, struct err *err)
{
	struct media_query query;
	read_query(v, &query);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/media")));
	value_text(v->arena, root, "upload_url", visit_link(v, STR("/admin/media/upload")));
	value_text(v->arena, root, "here", link_of(v, &query, as_list(v), query.before_id));
	value_text(v->arena, root, "form_limit", media_size(v, v->basis->conf->body_max_b));
	filter_values(v, &query, root);
	enum rc rc = list_values(v, db, &query, root, err);
	return rc == RC_OK ? admin_render(v, "media", "media", i18n_text(v->admin->i18n, "media"), root, status, err) : rc;
}

static struct value *fresh_root(struct visit *v)
{
	struct value *root = value_root(v->arena);
	struct str count = admin_asked(v, "undo", 2000);
	value_list(v->arena, root, "problems");
	value_bool(v->arena, root, "has_problems", false);
	value_text(v->arena, root, "undo", count);
	return root;
}

enum rc page_library(struct visit *v, struct err *err)
{
	return show_library(v, v->db, fresh_root(v), 200, err);
}

/* --- for the dialog that pictures are chosen in --- */

enum rc page_library_choose(struct visit *v, struct err *err)
{
	struct media_query query;
	struct media_items items;
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	read_query(v, &query);
	query.show = MEDIA_ALL;
	enum rc rc = media_item_find(v->db, &query, v->arena, &items, err);
	if (rc != RC_OK)
		return rc;
	struct json *json = json_new_object(), *list = json_set_list(json, "items");
	size_t shown = items.count > AT_ONCE ? AT_ONCE : items.count;
	for (size_t i = 0; i < shown; i++)
		media_item_json(v, json_add_object(list), &items.items[i]);
	json_set_int(json, "before", items.count > shown ? items.items[shown - 1].id : 0);
	json_write(json, JSON_LINE, &body);
	json_free(json);
	rc = visit_body(v, 200, "application/json", &body, err);
	buf_release(&body);
	return rc;
}

/* --- files that came with a form --- */

static enum rc take_one(struct visit *v, struct db_rw *db, struct blob_store *blobs, const struct multipart_file *file,
			struct media_item *item, struct err *err)
{
	struct db_tx *tx;
	struct media_taken taken;
	struct media_source source = { v->admin->file_fd, file->from_b, file->size_b, file->name };
	struct media_taking taking = { .actor = v->admin->who.actor, .pinned = true, .now_ms = v->now_ms };
	enum rc rc = RC_CONFLICT;
	for (int tries = 0; rc == RC_CONFLICT && tries < 3; tries++) {
		rc = media_take_put(blobs, v->site->media_types, &source, v->arena, &taken, err);
		if (rc == RC_OK)
			rc = db_begin(db, &tx, err);
		if (rc == RC_OK)
			rc = db_end(tx, media_take(tx, blobs, &taken, &taking, v->arena, item, err), err);
	}
	return rc;
}

static void add_problem(struct visit *v, struct value *list, struct str name, const char *phrase)
{
	const struct i18n_pair pairs[] = { { "size", media_size(v, v->basis->conf->upload_max_b) },
					   { "store", media_store_name(v->basis->conf, v->arena) } };
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "name", name);
	value_text(v->arena, item, "why", i18n_fill(v->admin->i18n, phrase, pairs, COUNT_OF(pairs), v->arena));
}

/* Each file by itself: one that is refused keeps no other out. */
static enum rc take_all(struct visit *v, struct db_rw *db, struct value *problems, size_t *taken, size_t *refused,
			struct err *err)
{
	struct blob_store *blobs = NULL;
	enum rc rc = media_store_fault(media_store_open(v->basis->conf, &blobs, err), err);
	for (size_t i = 0; rc == RC_OK && i < v->admin->file_count; i++) {
		const struct multipart_file *file = &v->admin->files[i];
		struct media_item item;
		struct err why = ERR_INIT;
		int status;
		if (str_empty(file->name) && file->size_b == 0)
			continue;
		enum rc one = take_one(v, db, blobs, file, &item, &why);
		const char *phrase = one == RC_OK ? NULL : one == RC_IO ? "media_wrong_store" : media_problem_phrase(one, &status);
		if (one == RC_IO)
			log_err(LOG_WARN, "the media store does not take an upload", &why);
		if (one != RC_OK && !phrase)
			rc = err_set(err, one, "%s", why.msg);
		if (phrase)
			add_problem(v, problems, media_name(v->arena, file->name, "application/octet-stream"), phrase);
		*taken += one == RC_OK;
		*refused += phrase != NULL;
	}
	media_store_close(blobs);
	return rc;
}

enum rc page_library_upload(struct visit *v, struct err *err)
{
	struct db_rw *db;
	size_t taken = 0, refused = 0;
	struct value *root = fresh_root(v);
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = take_all(v, db, value_list(v->arena, root, "problems"), &taken, &refused, err);
	if (rc != RC_OK)
		return rc;
	if (!refused)
		return admin_redirect(v, STR("/admin/media"), taken ? "uploaded" : NULL, err);
	value_bool(v->arena, root, "has_problems", true);
	return show_library(v, db_rw_ro(db), root, 422, err);
}

/* --- many at once --- */

/* Authors take care of what they have brought, editors of everything. */
static bool may_change(const struct visit *v, const struct media_item *item)
{
	return v->admin->who.actor.role >= ROLE_EDITOR || (item->user_id && item->user_id == v->admin->who.user.id);
}

static enum rc do_one(struct visit *v, struct db_tx *tx, struct str action, int64_t id, struct buf *undo, struct err *err)
{
	struct media_item item;
	struct err none = ERR_INIT;
	enum rc rc = media_item_get(db_tx_ro(tx), id, v->arena, &item, &none);
	if (rc == RC_NOTFOUND || (rc == RC_OK && !may_change(v, &item)))
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", none.msg);
	if (str_is(action, "trash") && !item.trashed_ms) {
		rc = media_item_trash(tx, id, v->admin->who.user.id, v->now_ms, err);
		buf_printf(undo, "%s%lld", undo->len ? "," : "", (long long)id);
		return rc == RC_OK ? admin_note(v, tx, "media_trash", item.name, err) : rc;
	}
	bool restores = str_is(action, "restore") && item.trashed_ms, pins = str_is(action, "pin") || str_is(action, "unpin");
	if (restores)
		rc = media_item_restore(tx, id, v->now_ms, err);
	else if (pins)
		rc = media_item_pin(tx, id, str_is(action, "pin"), v->now_ms, err);
	return rc == RC_OK && (restores || pins)
		? admin_note(v, tx, arena_printf(v->arena, "media_%.*s", STR_ARG(action)).p, item.name, err) : rc;
}

static enum rc do_all(struct visit *v, struct db_tx *tx, struct str action, struct buf *undo, struct err *err)
{
	struct str value, ids = admin_field(v, "ids"), one;
	size_t at = 0;
	int64_t id;
	enum rc rc = RC_OK;
	while (rc == RC_OK && form_next(&v->admin->form, "item", &at, &value))
		if (str_to_i64(value, &id))
			rc = do_one(v, tx, action, id, undo, err);
	while (rc == RC_OK && str_split(&ids, ',', &one))
		if (str_to_i64(one, &id))
			rc = do_one(v, tx, action, id, undo, err);
	return rc;
}

enum rc page_library_form(struct visit *v, struct err *err)
{
	static const char *const actions[] = { "trash", "restore", "pin", "unpin" };
	struct db_tx *tx;
	struct str action = admin_field(v, "action");
	struct buf undo = BUF_INIT(1500); /* stands in an address */
	bool known = false;
	for (size_t i = 0; i < COUNT_OF(actions); i++)
		known = known || str_is(action, actions[i]);
	if (!known)
		return admin_redirect(v, STR("/admin/media"), NULL, err);
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = db_end(tx, do_all(v, tx, action, &undo, err), err);
	if (rc == RC_OK) {
		bool can_undo = buf_view(&undo).n && undo.rc == RC_OK;
		struct str to = can_undo ? ARENA_JOIN(v->arena, STR("/admin/media?undo="), buf_view(&undo)) : STR("/admin/media");
		rc = admin_redirect(v, to, str_is(action, "trash") ? "media_trashed" : "saved", err);
	}
	buf_release(&undo);
	return rc;
}
