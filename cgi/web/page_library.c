/* page_library.c: the media library: what is in it, finding it, and bringing files with a form. */
#include "base/base.h"

#include "base/enc.h"
#include "base/json.h"
#include "base/log.h"
#include "core/media_store.h"
#include "core/media_take.h"
#include "web/admin.h"
#include "web/library.h"
#include "web/media_values.h"
#include "web/pages.h"

#define AT_ONCE 48
#define QUERY_MAX_B 200
#define ANSWER_MAX_B ((size_t)2 << 20) /* of 48 files with all their words, each letter escaped */

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

/* `get` looks in the address, or in the form of the page. */
static void read_library(struct visit *v, struct str (*get)(struct visit *v, const char *name, size_t max_b), struct library *out)
{
	struct str show = get(v, "show", 16), kind = get(v, "kind", 16);
	*out = (struct library){
		.query = { .kind = STR(""), .text = str_trim(get(v, "q", QUERY_MAX_B)), .limit = AT_ONCE + 1 },
		.is_list = str_is(get(v, "look", 8), "list"),
	};
	for (int i = 0; i < MEDIA_SHOW__MAX; i++)
		if (str_is(show, shows[i]))
			out->query.show = i;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_is(kind, kinds[i]))
			out->query.kind = kind;
}

static struct str from_address(struct visit *v, const char *name, size_t max_b)
{
	return admin_asked(v, name, max_b);
}

static struct str from_form(struct visit *v, const char *name, size_t max_b)
{
	struct str text = admin_field(v, name);
	return text.n <= max_b ? text : STR("");
}

void library_asked(struct visit *v, struct library *out)
{
	read_library(v, from_address, out);
	str_to_i64(admin_asked(v, "before", 20), &out->query.before_id);
}

void library_sent(struct visit *v, struct library *out)
{
	read_library(v, from_form, out);
}

struct str library_path(struct visit *v, const struct library *lib, int64_t before)
{
	const struct media_query *query = &lib->query;
	struct str page = before ? arena_printf(v->arena, "&before=%lld", (long long)before) : STR("");
	return ARENA_JOIN(v->arena, STR("/admin/media?show="), str_of(shows[query->show]), STR("&kind="), query->kind, STR("&q="),
			  enc_percent_dup(v->arena, query->text, ENC_STRICT), lib->is_list ? STR("&look=list") : STR(""), page);
}

void library_values(struct visit *v, const struct library *lib, struct value *root)
{
	value_text(v->arena, root, "show", str_of(shows[lib->query.show]));
	value_text(v->arena, root, "kind", lib->query.kind);
	value_text(v->arena, root, "find", lib->query.text);
	value_bool(v->arena, root, "is_list", lib->is_list);
}

static struct str link_of(struct visit *v, const struct library *lib, enum media_show show, bool list, int64_t before)
{
	struct library other = *lib;
	other.query.show = show;
	other.is_list = list;
	return admin_link(v, library_path(v, &other, before));
}

static void filter_values(struct visit *v, const struct library *lib, struct value *root)
{
	const struct media_query *query = &lib->query;
	struct value *list = value_list(v->arena, root, "parts");
	for (int i = 0; i < MEDIA_SHOW__MAX; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", i18n_text(v->admin->i18n, show_phrases[i]));
		value_text(v->arena, item, "url", link_of(v, lib, i, lib->is_list, 0));
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

static enum rc list_values(struct visit *v, struct db_ro *db, const struct library *lib, struct value *root, struct err *err)
{
	struct media_items items;
	const struct media_query *query = &lib->query;
	bool filtered = query->show || !str_empty(query->kind) || !str_empty(query->text);
	enum rc rc = media_item_find(db, query, v->arena, &items, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = items.count > AT_ONCE ? AT_ONCE : items.count;
	struct value *values = value_list(v->arena, root, "items");
	bool may_any = false;
	for (size_t i = 0; i < shown; i++) {
		struct value *item = value_item(v->arena, values);
		bool may = library_may_change(v, &items.items[i]);
		media_item_values(v, item, &items.items[i]);
		value_bool(v->arena, item, "may_pick", may);
		may_any = may_any || may;
	}
	value_bool(v->arena, root, "may_any", may_any);
	value_bool(v->arena, root, "has_items", shown > 0);
	value_bool(v->arena, root, "is_filtered", filtered);
	value_bool(v->arena, root, "is_trash", query->show == MEDIA_TRASH);
	value_bool(v->arena, root, "may_delete", v->admin->who.actor.role >= ROLE_EDITOR);
	library_values(v, lib, root);
	value_text(v->arena, root, "grid_url", link_of(v, lib, query->show, false, query->before_id));
	value_text(v->arena, root, "list_url", link_of(v, lib, query->show, true, query->before_id));
	value_text(v->arena, root, "first", query->before_id ? link_of(v, lib, query->show, lib->is_list, 0) : STR(""));
	value_text(v->arena, root, "next", items.count > shown
		   ? link_of(v, lib, query->show, lib->is_list, items.items[shown - 1].id) : STR(""));
	return RC_OK;
}

static struct str progress_number(struct visit *v, int64_t n)
{
	bool more = n > MEDIA_PROGRESS_MAX;
	struct str number = i18n_number(v->admin->i18n, more ? MEDIA_PROGRESS_MAX : n, v->arena);
	return more ? ARENA_JOIN(v->arena, number, STR("+")) : number;
}

/* "": nothing is being prepared. */
static enum rc progress_value(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	const struct i18n *i18n = v->admin->i18n;
	int64_t waiting = 0, all = 0;
	enum rc rc = media_item_progress(db, &waiting, &all, err);
	if (rc != RC_OK)
		return rc;
	const struct i18n_pair pairs[] = { { "n", progress_number(v, waiting) }, { "all", progress_number(v, all) } };
	value_text(v->arena, root, "preparing", waiting ? i18n_fill(i18n, "media_preparing", pairs, COUNT_OF(pairs), v->arena) : STR(""));
	return RC_OK;
}

enum rc library_show(struct visit *v, struct db_ro *db, const struct library *lib, struct value *root, int status, struct err *err)
{
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/media")));
	value_text(v->arena, root, "upload_url", visit_link(v, STR("/admin/media/upload")));
	value_text(v->arena, root, "form_limit", media_size(v, v->basis->conf->body_max_b));
	filter_values(v, lib, root);
	enum rc rc = progress_value(v, db, root, err);
	if (rc == RC_OK)
		rc = list_values(v, db, lib, root, err);
	return rc == RC_OK ? admin_render(v, "media", "media", i18n_text(v->admin->i18n, "media"), root, status, err) : rc;
}

struct value *library_root(struct visit *v)
{
	struct value *root = value_root(v->arena);
	value_list(v->arena, root, "problems");
	value_text(v->arena, root, "problem", STR(""));
	library_undo(v, root, admin_asked(v, "undo", 2000));
	return root;
}

void library_undo(struct visit *v, struct value *root, struct str undo)
{
	bool many = str_is(undo, "trash");
	value_text(v->arena, root, "undo", many ? STR("") : undo);
	value_text(v->arena, root, "undo_there", many ? admin_link(v, STR("/admin/media?show=trash")) : STR(""));
}

void library_problem(struct visit *v, struct value *problems, struct str name, struct str why)
{
	struct value *item = value_item(v->arena, problems);
	value_text(v->arena, item, "name", name);
	value_text(v->arena, item, "why", why);
}

enum rc page_library(struct visit *v, struct err *err)
{
	struct library lib;
	library_asked(v, &lib);
	return library_show(v, v->db, &lib, library_root(v), 200, err);
}

/* --- for the dialog that pictures are chosen in --- */

enum rc page_library_choose(struct visit *v, struct err *err)
{
	struct library lib;
	struct media_items items;
	struct buf body = BUF_INIT(ANSWER_MAX_B);
	library_asked(v, &lib);
	lib.query.show = MEDIA_ALL;
	enum rc rc = media_item_find(v->db, &lib.query, v->arena, &items, err);
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

/* `replaces`: the item that gets its bytes; 0: its own. */
static enum rc take_one(struct visit *v, struct db_rw *db, struct blob_store *blobs, const struct multipart_file *file,
			int64_t replaces, struct media_item *item, struct err *err)
{
	struct db_tx *tx;
	struct media_taken taken;
	struct media_source source = { v->admin->file_fd, file->from_b, file->size_b, file->name, v->basis->conf };
	struct media_taking taking = {
		.actor = v->admin->who.actor, .pinned = true, .replaces = replaces, .now_ms = v->now_ms,
	};
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

/* STR_NONE: it is not the file's, and ends the request. */
static struct str said_of(struct visit *v, enum rc rc, const struct err *why)
{
	const struct i18n_pair pairs[] = { { "store", media_store_name(v->basis->conf, v->arena) } };
	int status;
	if (rc != RC_IO)
		return rc == RC_OK ? STR_NONE : media_refusal_text(v, rc, why, &status);
	log_err(LOG_WARN, "the media store does not take an upload", why);
	return i18n_fill(v->admin->i18n, "media_wrong_store", pairs, COUNT_OF(pairs), v->arena);
}

/* A field in which no file was chosen. */
static bool is_nothing(const struct multipart_file *file)
{
	return str_empty(file->name) && file->size_b == 0;
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
		if (is_nothing(file))
			continue;
		enum rc one = take_one(v, db, blobs, file, 0, &item, &why);
		struct str said = said_of(v, one, &why);
		if (one != RC_OK && !str_given(said))
			rc = err_set(err, one, "%s", why.msg);
		if (str_given(said))
			library_problem(v, problems, media_name(v->arena, file->name, "application/octet-stream"), said);
		*taken += one == RC_OK;
		*refused += str_given(said);
	}
	media_store_close(blobs);
	return rc;
}

/* What a file is replaced with comes alone. *said: why it is not taken; "": it is, or none was chosen. */
static enum rc take_instead(struct visit *v, struct db_rw *db, int64_t id, bool *taken, struct str *said, struct err *err)
{
	struct blob_store *blobs = NULL;
	struct media_item item;
	struct err why = ERR_INIT;
	*taken = false;
	*said = STR("");
	if (!v->admin->file_count || is_nothing(&v->admin->files[0]))
		return RC_OK;
	enum rc rc = media_store_fault(media_store_open(v->basis->conf, &blobs, err), err);
	if (rc != RC_OK)
		return rc;
	rc = take_one(v, db, blobs, &v->admin->files[0], id, &item, &why);
	media_store_close(blobs);
	*taken = rc == RC_OK;
	*said = str_or_empty(said_of(v, rc, &why));
	return rc == RC_OK || !str_empty(*said) ? RC_OK : err_set(err, rc, "%s", why.msg);
}

static enum rc replace(struct visit *v, struct str replaces, struct err *err)
{
	struct media_item item;
	struct db_rw *db;
	struct str said;
	int64_t id;
	bool taken;
	if (!media_may_replace(v->admin->who.actor))
		return visit_fail(v, 403, RC_DENIED, err, "your role does not allow to replace files");
	if (!str_to_i64(replaces, &id))
		return err_set(err, RC_NOTFOUND, "there is no such file");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = media_item_get(db_rw_ro(db), id, v->arena, &item, err);
	if (rc == RC_OK)
		rc = take_instead(v, db, id, &taken, &said, err);
	if (rc != RC_OK)
		return rc;
	if (!str_empty(said))
		return page_library_item_problem(v, db_rw_ro(db), &item, said, 422, err);
	return admin_redirect(v, arena_printf(v->arena, "/admin/media/%lld", (long long)id), taken ? "media_replaced" : NULL, err);
}

enum rc page_library_upload(struct visit *v, struct err *err)
{
	struct str replaces = admin_field(v, "replaces");
	if (!str_empty(replaces))
		return replace(v, replaces, err);
	struct db_rw *db;
	size_t taken = 0, refused = 0;
	struct library lib;
	struct value *root = library_root(v);
	library_asked(v, &lib);
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = take_all(v, db, value_list(v->arena, root, "problems"), &taken, &refused, err);
	if (rc != RC_OK)
		return rc;
	if (!refused)
		return admin_redirect(v, STR("/admin/media"), taken ? "uploaded" : NULL, err);
	value_text(v->arena, root, "problem", i18n_text(v->admin->i18n, "media_refused"));
	return library_show(v, db_rw_ro(db), &lib, root, 422, err);
}
