/* page_shared.c: a draft for whoever has its link: a page of ours with a bar around the theme's own page. */
#include "base/base.h"

#include "core/draft_link.h"
#include "web/admin.h"
#include "web/pages.h"
#include "web/visible.h"

#define USED_MS INT64_C(60000) /* the last look is noted to the minute: readers write little */

/* Nobody keeps it, lists it, or learns of it from the pages that it links to. */
static void keep_apart(struct visit *v)
{
	response_set(v->res, "Cache-Control", STR("private, no-store"));
	response_set(v->res, "X-Robots-Tag", STR("noindex, nofollow, noarchive"));
	response_set(v->res, "Referrer-Policy", STR("no-referrer"));
}

static enum rc find(struct visit *v, struct preview_link *link, struct post *post, struct err *err)
{
	v->personal = true;
	enum rc rc = draft_link_find(v->db, visit_arg(v, "token"), v->now_ms, v->arena, link, err);
	if (rc == RC_OK)
		rc = post_get(v->db, link->post_id, v->arena, post, err);
	if (rc == RC_OK && str_is(post->status, POST_STATUS_TRASH))
		rc = err_set(err, RC_NOTFOUND, "the post was thrown away");
	return rc;
}

/* Rendering costs: each link has a rate of its own. */
static enum rc look(struct visit *v, const struct preview_link *link, struct err *err)
{
	struct db_rw *traffic;
	struct db_tx *tx;
	enum rc rc = app_traffic(v->app, v->worker, v->basis, &traffic, err);
	if (rc == RC_OK)
		rc = db_begin(traffic, &tx, err);
	if (rc != RC_OK)
		return rc;
	rc = db_end(tx, draft_link_look(tx, link, v->now_ms, err), err);
	return rc == RC_LIMIT ? visit_fail(v, 429, rc, err, "this link is looked at too often") : rc;
}

static enum rc note_use(struct visit *v, const struct preview_link *link, struct err *err)
{
	struct db_tx *tx;
	if (v->now_ms - link->used_ms < USED_MS)
		return RC_OK;
	enum rc rc = admin_tx(v, &tx, err);
	return rc == RC_OK ? db_end(tx, preview_link_use(tx, link->id, v->now_ms, err), err) : rc;
}

enum rc page_shared(struct visit *v, struct err *err)
{
	struct preview_link link;
	struct post post;
	enum rc rc = find(v, &link, &post, err);
	/* What everybody sees meanwhile is seen where it is. */
	if (rc == RC_OK && visible_at(post.status, post.visibility, post.published_ms, v->now_ms) == VISIBLE_YES)
		return visit_redirect(v, 302, visit_link(v, post.path), err);
	if (rc == RC_OK)
		rc = look(v, &link, err);
	if (rc == RC_OK)
		rc = admin_begin(v, err);
	if (rc == RC_OK)
		rc = note_use(v, &link, err);
	if (rc != RC_OK)
		return rc;
	struct value *root = value_root(v->arena);
	const struct i18n_pair when = { "when", admin_date(v, link.expires_ms) };
	struct str title = str_empty(str_trim(post.title)) ? i18n_text(v->admin->i18n, "untitled") : post.title;
	value_text(v->arena, root, "page_url",
		   visit_link(v, ARENA_JOIN(v->arena, STR("/preview/"), visit_arg(v, "token"), STR("/page"))));
	value_text(v->arena, root, "until", i18n_fill(v->admin->i18n, "edit_shared_until", &when, 1, v->arena));
	rc = admin_render(v, "shared", "", title, root, 200, err);
	keep_apart(v);
	return rc;
}

enum rc page_shared_page(struct visit *v, struct err *err)
{
	struct preview_link link;
	struct post post;
	enum rc rc = find(v, &link, &post, err);
	if (rc == RC_OK)
		rc = look(v, &link, err);
	if (rc != RC_OK)
		return rc;
	if (!post.published_ms)
		post.published_ms = v->now_ms;
	rc = page_preview_look(v, &post, err);
	keep_apart(v);
	return rc;
}
