/* page_links.c: the links that show a draft: who has one, a new one, taking one back. */
#include "base/base.h"

#include "core/draft_link.h"
#include "http/form.h"
#include "web/edit.h"
#include "web/pages.h"

static void link_values(struct visit *v, struct value *item, const struct preview_link *link)
{
	value_int(v->arena, item, "id", link->id);
	value_text(v->arena, item, "note", link->note);
	value_text(v->arena, item, "who", str_given(link->author) ? link->author : i18n_text(v->admin->i18n, "nobody"));
	value_text(v->arena, item, "since", admin_moment(v, link->created_ms));
	value_text(v->arena, item, "until", admin_moment(v, link->expires_ms));
	value_text(v->arena, item, "used", link->used_ms ? admin_moment(v, link->used_ms) : STR(""));
}

static void day_values(struct visit *v, struct value *root)
{
	static const int days[] = { 1, 7, DRAFT_LINK_DAYS, 30, DRAFT_LINK_DAYS_MAX };
	struct value *list = value_list(v->arena, root, "days");
	for (size_t i = 0; i < COUNT_OF(days); i++) {
		struct value *item = value_item(v->arena, list);
		value_int(v->arena, item, "value", days[i]);
		value_text(v->arena, item, "label", i18n_count(v->admin->i18n, "edit_days", days[i], v->arena));
		value_bool(v->arena, item, "selected", days[i] == DRAFT_LINK_DAYS);
	}
}

/* `token` given: that link was just made, and is told this once. */
static enum rc show(struct visit *v, struct db_ro *db, const struct edit *e, struct str token, const char *problem,
		    int status, struct err *err)
{
	struct preview_links links;
	struct value *root = value_root(v->arena), *list = value_list(v->arena, root, "links");
	enum rc rc = preview_link_list(db, e->post.id, v->now_ms, DRAFT_LINKS_MAX, v->arena, &links, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < links.count; i++)
		link_values(v, value_item(v->arena, list), &links.items[i]);
	struct str note = form_get(&v->admin->form, "note");
	value_bool(v->arena, root, "has_links", links.count > 0);
	value_text(v->arena, root, "made", str_given(token)
		? visit_absolute(v, ARENA_JOIN(v->arena, STR("/preview/"), token)) : STR(""));
	value_text(v->arena, root, "problem", problem ? i18n_text(v->admin->i18n, problem) : STR(""));
	value_text(v->arena, root, "note", problem && str_given(note) ? note : STR(""));
	value_text(v->arena, root, "action", visit_link(v, edit_path(v, e, STR("/links"))));
	value_text(v->arena, root, "edit_url", visit_link(v, edit_path(v, e, STR(""))));
	value_text(v->arena, root, "post_title", str_empty(str_trim(e->post.title)) ? i18n_text(v->admin->i18n, "untitled") : e->post.title);
	day_values(v, root);
	return admin_render(v, "links", "posts", i18n_text(v->admin->i18n, "draft_links"), root, status, err);
}

/* Whatever the browser says was just made: only what opens this post is shown. */
static bool is_of(struct visit *v, const struct edit *e, struct str token)
{
	struct preview_link link;
	return str_given(token) && draft_link_find(v->db, token, v->now_ms, v->arena, &link, NULL) == RC_OK &&
	       link.post_id == e->post.id;
}

enum rc page_links(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct str token = STR_NONE;
	enum rc rc = edit_load(v, v->db, &e, err);
	if (rc == RC_OK)
		rc = admin_once_take(v, edit_path(v, &e, STR("/links")), &token, err);
	if (rc != RC_OK)
		return rc;
	return show(v, v->db, &e, is_of(v, &e, token) ? token : STR_NONE, NULL, 200, err);
}

static int64_t number(struct visit *v, const char *name)
{
	int64_t value = 0;
	struct str text = form_get(&v->admin->form, name);
	return str_given(text) && str_to_i64(text, &value) ? value : 0;
}

static enum rc change(struct visit *v, const struct edit *e, bool revokes, struct str *token, struct err *err)
{
	struct db_tx *tx;
	struct str note = str_trim(form_get(&v->admin->form, "note"));
	const struct actor actor = v->admin->who.actor;
	enum rc rc = admin_tx(v, &tx, err);
	if (rc != RC_OK)
		return rc;
	if (revokes)
		rc = draft_link_revoke(tx, actor, e->post.id, number(v, "id"), err);
	else
		rc = draft_link_make(tx, actor, e->post.id, number(v, "days"), str_given(note) ? note : STR(""), v->now_ms,
				     v->arena, token, err);
	if (rc == RC_OK)
		rc = admin_note(v, tx, revokes ? "draft_unlink" : "draft_link", e->post.title, err);
	return db_end(tx, rc, err);
}

enum rc page_links_form(struct visit *v, struct err *err)
{
	struct edit e = { .problem = STR_NONE };
	struct db_rw *db;
	struct str token = STR_NONE, button = form_get(&v->admin->form, "button");
	bool revokes = str_given(button) && str_is(button, "revoke");
	enum rc rc = admin_db(v, &db, err);
	if (rc == RC_OK)
		rc = edit_load(v, db_rw_ro(db), &e, err);
	if (rc != RC_OK)
		return rc;
	rc = change(v, &e, revokes, &token, err);
	if (rc == RC_INVALID || rc == RC_LIMIT)
		return show(v, db_rw_ro(db), &e, STR_NONE, "wrong_draft_link", 422, err);
	if (rc != RC_OK)
		return rc;
	/* A page that is loaded again makes no other link. */
	if (!revokes)
		rc = admin_once(v, edit_path(v, &e, STR("/links")), token, err);
	return rc == RC_OK ? admin_redirect(v, edit_path(v, &e, STR("/links")), revokes ? "revoked" : NULL, err) : rc;
}
