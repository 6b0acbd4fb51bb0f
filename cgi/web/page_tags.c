/* page_tags.c: what editors do with tags: finding, making, changing, merging and deleting them. */
#include "base/base.h"

#include "base/enc.h"
#include "core/address.h"
#include "core/tagging.h"
#include "http/form.h"
#include "text/slug.h"
#include "web/admin.h"
#include "web/media_values.h"
#include "web/pages.h"

#define AT_ONCE 50
#define QUERY_MAX_B 200

static struct str tag_path(struct visit *v, int64_t id)
{
	return arena_printf(v->arena, "/admin/tags/%lld", (long long)id);
}

static struct str with_count(struct visit *v, const char *key, int64_t n)
{
	return i18n_count(v->admin->i18n, key, n, v->arena);
}

/* What somebody else has already: a link to it stands beside the field. */
static void taken_values(struct visit *v, struct value *root, const struct tag *other)
{
	value_share(v->arena, root, "taken", NULL);
	if (!other->id)
		return;
	struct value *taken = value_object(v->arena, root, "taken");
	value_text(v->arena, taken, "name", other->name);
	value_text(v->arena, taken, "url", visit_link(v, tag_path(v, other->id)));
}

/* --- the list --- */

static struct str list_link(struct visit *v, struct str find, const struct tag *last)
{
	struct str link = ARENA_JOIN(v->arena, visit_link(v, STR("/admin/tags")), STR("?q="),
				     enc_percent_dup(v->arena, find, ENC_STRICT));
	if (!last)
		return link;
	return arena_printf(v->arena, "%.*s&after=%lld&from=%.*s", STR_ARG(link), (long long)last->id,
			    STR_ARG(enc_percent_dup(v->arena, last->name, ENC_STRICT)));
}

static void tag_values(struct visit *v, struct value *item, const struct tag *tag)
{
	value_text(v->arena, item, "name", tag->name);
	value_text(v->arena, item, "url", visit_link(v, tag_path(v, tag->id)));
	value_text(v->arena, item, "address", address_tag(tag->slug, 1, v->arena));
	value_text(v->arena, item, "posts", with_count(v, "tag_posts", tag->count));
}

static enum rc list_values(struct visit *v, struct db_ro *db, struct value *root, struct err *err)
{
	struct tags tags;
	struct str find = str_trim(admin_asked(v, "q", QUERY_MAX_B));
	struct tag_query query = {
		.in_name = find, .in_slug = slug_make(v->arena, find, SLUG_ASCII, v->site->lang, 0),
		.after_name = admin_asked(v, "from", QUERY_MAX_B), .limit = AT_ONCE + 1, .now_ms = v->now_ms,
	};
	str_to_i64(admin_asked(v, "after", QUERY_MAX_B), &query.after_id);
	enum rc rc = tag_find(db, &query, v->arena, &tags, err);
	if (rc != RC_OK)
		return rc;
	size_t shown = tags.count > AT_ONCE ? AT_ONCE : tags.count;
	struct value *list = value_list(v->arena, root, "tags");
	for (size_t i = 0; i < shown; i++)
		tag_values(v, value_item(v->arena, list), &tags.items[i]);
	value_text(v->arena, root, "find", find);
	value_bool(v->arena, root, "has_tags", shown > 0);
	value_bool(v->arena, root, "is_search", !str_empty(find));
	value_text(v->arena, root, "first", query.after_id ? list_link(v, find, NULL) : STR(""));
	value_text(v->arena, root, "next", tags.count > shown ? list_link(v, find, &tags.items[shown - 1]) : STR(""));
	return RC_OK;
}

static enum rc show_list(struct visit *v, struct db_ro *db, const char *problem, const struct tag *other, int status,
			 struct err *err)
{
	struct value *root = value_root(v->arena);
	value_text(v->arena, root, "action", visit_link(v, STR("/admin/tags")));
	value_text(v->arena, root, "name", admin_field(v, "name"));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	taken_values(v, root, other);
	enum rc rc = list_values(v, db, root, err);
	return rc == RC_OK ? admin_render(v, "tags", "tags", i18n_text(v->admin->i18n, "tags"), root, status, err) : rc;
}

enum rc page_tags(struct visit *v, struct err *err)
{
	struct tag none = { .id = 0 };
	return show_list(v, v->db, NULL, &none, 200, err);
}

enum rc page_tags_form(struct visit *v, struct err *err)
{
	struct db_tx *tx;
	struct tag other = { .id = 0 };
	int64_t id = 0;
	struct tagging form = { .profile = { .name = admin_field(v, "name"), .text = STR_NONE, .picture = STR_NONE,
					     .website = STR_NONE }, .slug = STR("") };
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = tagging_add(tx, v->site, v->admin->who.actor, &form, v->now_ms, v->arena, &id, &other, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "tag_add", str_trim(form.profile.name), err);
	rc = db_end(tx, rc, err);
	if (rc == RC_EXISTS)
		return show_list(v, v->db, "wrong_tag_taken", &other, 409, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return show_list(v, v->db, "wrong_tag_name", &other, 422, err);
	return rc == RC_OK ? admin_redirect(v, tag_path(v, id), "added", err) : rc;
}

/* --- one tag --- */

/* What the form shows: what is stored, or what came with it. */
struct tag_view {
	struct tag tag;           /* as stored */
	struct tag other;         /* that has the name or the slug already; id 0: none */
	const char *problem;      /* key of a phrase; NULL */
	bool typed;
};

static struct str shown(const struct visit *v, const struct tag_view *view, const char *name, struct str stored)
{
	return view->typed ? admin_field(v, name) : stored;
}

static enum rc show_tag(struct visit *v, struct db_ro *db, const struct tag_view *view, int status, struct err *err)
{
	const struct tag *tag = &view->tag;
	struct value *root = value_root(v->arena), *item = value_object(v->arena, root, "tag");
	int64_t posts = 0;
	enum rc rc = tag_count_posts(db, tag->id, &posts, err);
	if (rc != RC_OK)
		return rc;
	tag_values(v, item, tag);
	value_text(v->arena, item, "all_posts", with_count(v, "tag_posts", posts));
	value_text(v->arena, item, "public_url",
		   tag->count ? visit_link(v, address_tag(tag->slug, 1, v->arena)) : STR(""));
	value_text(v->arena, item, "typed_name", shown(v, view, "name", tag->name));
	value_text(v->arena, item, "slug", shown(v, view, "slug", tag->slug));
	value_text(v->arena, item, "text", shown(v, view, "text", tag->description));
	value_text(v->arena, item, "picture", shown(v, view, "picture", tag->image));
	value_text(v->arena, item, "look", media_look(v, shown(v, view, "picture", tag->image)));
	/* After a conflict the next try is over what is stored now: the notice has said so. */
	value_int(v->arena, item, "seen", tag->updated_ms);
	value_text(v->arena, item, "into", admin_field(v, "into"));
	value_text(v->arena, root, "list", visit_link(v, STR("/admin/tags")));
	value_text(v->arena, root, "problem", view->problem ? i18n_text(v->admin->i18n, view->problem) : STR(""));
	taken_values(v, root, &view->other);
	return admin_render(v, "tag", "tags", tag->name, root, status, err);
}

static enum rc load(struct visit *v, struct db_ro *db, struct tag *tag, struct err *err)
{
	int64_t id;
	if (!str_to_i64(visit_arg(v, "id"), &id))
		return err_set(err, RC_NOTFOUND, "there is no such tag");
	return tag_get(db, id, v->now_ms, v->arena, tag, err);
}

enum rc page_tag_edit(struct visit *v, struct err *err)
{
	struct tag_view view = { .problem = NULL };
	enum rc rc = load(v, v->db, &view.tag, err);
	return rc == RC_OK ? show_tag(v, v->db, &view, 200, err) : rc;
}

static int64_t seen_ms(const struct visit *v)
{
	int64_t seen = 0;
	str_to_i64(admin_field(v, "seen"), &seen);
	return seen;
}

/* Shows the form again, filled in, with what is stored now beneath. */
static enum rc again(struct visit *v, struct db_rw *db, struct tag_view *view, const char *problem, int status,
		     struct err *err)
{
	view->problem = problem;
	enum rc rc = load(v, db_rw_ro(db), &view->tag, err);
	return rc == RC_OK ? show_tag(v, db_rw_ro(db), view, status, err) : rc;
}

/* "Ink → Paper", or the name where it stays. */
static struct str renamed(struct visit *v, struct str old, struct str now)
{
	return str_eq(old, now) ? now : ARENA_JOIN(v->arena, old, STR(" → "), now);
}

static enum rc save(struct visit *v, struct db_rw *db, struct tag_view *view, struct err *err)
{
	struct db_tx *tx;
	struct tagging form = { .profile = { .name = admin_field(v, "name"), .text = admin_field(v, "text"),
					     .picture = str_trim(admin_field(v, "picture")), .website = STR_NONE },
				.slug = admin_field(v, "slug") };
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = tagging_change(tx, v->site, v->admin->who.actor, view->tag.id, seen_ms(v), &form, v->now_ms, v->arena,
			    &view->other, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, "tag_change", renamed(v, view->tag.name, str_trim(form.profile.name)), err);
	rc = db_end(tx, rc, err);
	view->typed = true;
	if (rc == RC_CONFLICT)
		return again(v, db, view, "wrong_tag_changed", 409, err);
	if (rc == RC_EXISTS)
		return again(v, db, view, "wrong_tag_taken", 409, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return again(v, db, view, "wrong_tag", 422, err);
	return rc == RC_OK ? admin_redirect(v, tag_path(v, view->tag.id), "saved", err) : rc;
}

/* The tag that somebody means by a name or by the end of its address. */
static enum rc find_into(struct visit *v, struct db_ro *db, struct tag *into, struct err *err)
{
	int64_t id;
	struct str slug, written = str_trim(admin_field(v, "into"));
	struct str made = slug_make(v->arena, written, SLUG_ASCII, v->site->lang, 0);
	enum rc rc = tag_named(db, made, written, v->arena, &id, &slug, err);
	return rc == RC_NOTFOUND ? tag_by_slug(db, made, v->now_ms, v->arena, into, err)
	       : rc == RC_OK ? tag_get(db, id, v->now_ms, v->arena, into, err) : rc;
}

static enum rc ask(struct visit *v, struct db_ro *db, const struct tag *tag, const struct tag *into, struct err *err)
{
	int64_t posts = 0, there = 0;
	enum rc rc = tag_count_posts(db, tag->id, &posts, err);
	if (rc == RC_OK && into)
		rc = tag_count_posts(db, into->id, &there, err);
	if (rc != RC_OK)
		return rc;
	const struct i18n_pair names[] = {
		{ "tag", tag->name }, { "into", into ? into->name : STR("") }, { "posts", with_count(v, "tag_posts", posts) },
		{ "there", with_count(v, "tag_posts", there) },
	};
	const struct i18n_pair fields[] = {
		{ "button", into ? STR("merge") : STR("delete") }, { "seen", admin_field(v, "seen") },
		{ "into", admin_field(v, "into") },
	};
	const char *what = into ? "tag_merge" : "tag_delete";
	struct admin_question q = {
		.section = "tags", .title = i18n_fill(v->admin->i18n, into ? "tag_merge_ask" : "tag_delete_ask", names, COUNT_OF(names), v->arena),
		.text = i18n_fill(v->admin->i18n, into ? "tag_merge_text" : "tag_delete_text", names, COUNT_OF(names), v->arena),
		.yes = i18n_text(v->admin->i18n, what), .action = tag_path(v, tag->id), .back = tag_path(v, tag->id),
		.fields = fields, .count = COUNT_OF(fields),
	};
	return admin_confirm(v, &q, err);
}

/* Merging (with `into`) and deleting: what is looked at is asked for again in the transaction. */
static enum rc remove_tag(struct visit *v, struct db_tx *tx, bool merges, struct err *err)
{
	struct tag tag, into;
	enum rc rc = load(v, db_tx_ro(tx), &tag, err);
	if (rc == RC_OK && tag.updated_ms != seen_ms(v))
		rc = err_set(err, RC_CONFLICT, "the tag was changed meanwhile");
	if (rc == RC_OK && merges)
		rc = find_into(v, db_tx_ro(tx), &into, err);
	if (rc != RC_OK)
		return rc;
	rc = merges ? tagging_merge(tx, v->admin->who.actor, &tag, &into, v->now_ms, v->arena, err)
		    : tagging_delete(tx, v->admin->who.actor, &tag, v->now_ms, err);
	struct str what = merges ? ARENA_JOIN(v->arena, tag.name, STR(" → "), into.name) : tag.name;
	return rc == RC_OK ? admin_note(v, tx, merges ? "tag_merge" : "tag_delete", what, err) : rc;
}

static enum rc take_away(struct visit *v, struct db_rw *db, struct tag_view *view, bool merges, struct err *err)
{
	struct db_tx *tx;
	struct tag into = { .id = 0 };
	struct err why = ERR_INIT;
	enum rc rc = merges ? find_into(v, db_rw_ro(db), &into, &why) : RC_OK;
	if (rc == RC_NOTFOUND || (merges && into.id == view->tag.id))
		return again(v, db, view, "wrong_tag_into", 422, err);
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.msg);
	if (!admin_is_confirmed(v))
		return ask(v, db_rw_ro(db), &view->tag, merges ? &into : NULL, err);
	rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = remove_tag(v, tx, merges, err);
	rc = db_end(tx, rc, err);
	if (rc == RC_CONFLICT)
		return again(v, db, view, "wrong_tag_changed", 409, err);
	if (rc != RC_OK)
		return rc;
	return merges ? admin_redirect(v, tag_path(v, into.id), "merged", err)
		      : admin_redirect(v, STR("/admin/tags"), "deleted", err);
}

enum rc page_tag_form(struct visit *v, struct err *err)
{
	struct db_rw *db;
	struct tag_view view = { .problem = NULL };
	struct str button = admin_field(v, "button");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = load(v, db_rw_ro(db), &view.tag, err);
	if (rc != RC_OK)
		return rc;
	if (str_is(button, "save"))
		return save(v, db, &view, err);
	if (str_is(button, "merge") || str_is(button, "delete"))
		return take_away(v, db, &view, str_is(button, "merge"), err);
	return visit_fail(v, 422, RC_INVALID, err, "the form has no such button");
}
