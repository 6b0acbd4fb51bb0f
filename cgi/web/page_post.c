/* page_post.c: whatever has a path of its own: posts, pages, their Markdown, old addresses. */
#include "base/base.h"

#include "core/address.h"
#include "store/post.h"
#include "store/redirect.h"
#include "web/lock.h"
#include "web/pages.h"
#include "web/values.h"
#include "web/visible.h"

static enum rc not_found(struct err *err)
{
	return err_set(err, RC_NOTFOUND, "there is nothing at this address");
}

/* The post at `path` if this visitor may know of it: RC_NOTFOUND for what is not to be seen. */
static enum rc find_post(struct visit *v, struct str path, struct post *post, enum visible *seen,
			 struct err *err)
{
	enum rc rc = post_by_path(v->db, path, v->arena, post, err);
	if (rc != RC_OK)
		return rc;
	*seen = visible_at(post->status, post->visibility, post->published_ms, v->now_ms);
	return *seen == VISIBLE_NO ? not_found(err) : RC_OK;
}

static enum rc team_only(struct visit *v, struct err *err)
{
	v->fail_phrase = "error_401"; /* "please sign in"; 401 itself would ask for HTTP authentication */
	v->personal = true;
	return visit_fail(v, 403, RC_DENIED, err, "the post is for the team");
}

/* "page-wide" for a page with the template "wide", when the theme has it. */
static const char *template_of(struct visit *v, const struct post *post)
{
	const char *kind = str_is(post->kind, POST_KIND_PAGE) ? "page" : "post";
	if (str_empty(post->template_name))
		return kind;
	struct str own = arena_printf(v->arena, "%s-%.*s", kind, STR_ARG(post->template_name));
	return theme_has(v->edition->skin->theme, own.p) ? own.p : kind;
}

static enum rc render_post(struct visit *v, const struct post *post, struct err *err)
{
	struct page page;
	page_begin(v, &page, str_is(post->kind, POST_KIND_PAGE) ? "page" : "post");
	page.template_name = template_of(v, post);
	enum rc rc = values_post(v, &page, post, err);
	return rc == RC_OK ? page_render(v, &page, 200, err) : rc;
}

enum rc page_post_look(struct visit *v, const struct post *post, struct err *err)
{
	return render_post(v, post, err);
}

static enum rc show_post(struct visit *v, const struct post *post, enum visible seen, struct err *err)
{
	bool answered = false;
	enum rc rc = RC_OK;
	if (seen == VISIBLE_TEAM)
		return team_only(v, err);
	if (seen == VISIBLE_PASSWORD)
		rc = lock_post(v, post, &answered, err);
	return rc == RC_OK && !answered ? render_post(v, post, err) : rc;
}

/* A path of the site as somebody wrote it, with a query or a place on the page. */
static struct str link_with_query(const struct visit *v, struct str target)
{
	size_t end = 0;
	while (end < target.n && target.p[end] != '?' && target.p[end] != '#')
		end++;
	struct str link = visit_link(v, str_sub(target, 0, end));
	return end == target.n ? link : ARENA_JOIN(v->arena, link, str_from(target, end));
}

static void note_followed(struct visit *v, const struct redirect *redirect)
{
	if (v->req->method == HTTP_GET || v->req->method == HTTP_HEAD)
		app_note_followed(v->app, redirect->from_path, v->now_ms);
}

/* An old address that a redirect knows. Where it leads to a post that is not to be seen, it leads
 * nowhere: the new address would tell of it. */
static enum rc moved(struct visit *v, struct str path, struct str rest, struct err *err)
{
	struct redirect redirect;
	struct str target;
	enum rc rc = redirect_get(v->db, path, v->arena, &redirect, &target, err);
	if (rc != RC_OK)
		return rc;
	if (redirect.status == 410) {
		note_followed(v, &redirect);
		return visit_fail(v, 410, RC_NOTFOUND, err, "the page was removed");
	}
	if (redirect.post_id) {
		struct post_card card;
		rc = post_card_get(v->db, redirect.post_id, 0, v->arena, &card, err);
		if (rc != RC_OK)
			return rc;
		if (visible_at(card.status, card.visibility, card.published_ms, v->now_ms) == VISIBLE_NO)
			return not_found(err);
	}
	if (!str_given(target) || str_eq(target, v->path))
		return not_found(err);
	note_followed(v, &redirect);
	struct str link = str_starts(target, STR("/")) && !str_starts(target, STR("//"))
				? link_with_query(v, ARENA_JOIN(v->arena, target, rest)) : target;
	return visit_redirect(v, (int)redirect.status, link, err);
}

enum rc page_moved(struct visit *v, struct err *err)
{
	return moved(v, v->path, STR(""), err);
}

enum rc page_moved_list(struct visit *v, struct str first_page, struct err *err)
{
	return moved(v, first_page, str_from(v->path, first_page.n), err);
}

/* The same path in the spelling that the post has. */
static enum rc follow_case(struct visit *v, struct err *err)
{
	struct post_card card;
	struct str path;
	int64_t id;
	enum rc rc = post_path_fold(v->db, v->path, v->arena, &path, &id, err);
	if (rc == RC_OK)
		rc = post_card_get(v->db, id, 0, v->arena, &card, err);
	if (rc != RC_OK)
		return rc;
	if (visible_at(card.status, card.visibility, card.published_ms, v->now_ms) == VISIBLE_NO ||
	    str_eq(path, v->path))
		return not_found(err);
	return visit_redirect(v, 301, visit_link(v, path), err);
}

static bool is_front_page(const struct visit *v, struct str path)
{
	return !str_empty(v->site->front_page) && str_eq(v->site->front_page, path);
}

enum rc page_path(struct visit *v, struct err *err)
{
	static enum rc (*const others[])(struct visit *v, struct err *err) = {
		page_posts_path, page_markdown, page_sitemap_part, page_moved, follow_case,
	};
	struct post post;
	enum visible seen;
	enum rc rc = find_post(v, v->path, &post, &seen, err);
	if (rc == RC_OK && is_front_page(v, v->path))
		return visit_redirect(v, 301, visit_link(v, STR("/")), err);
	if (rc == RC_OK)
		return show_post(v, &post, seen, err);
	for (size_t i = 0; rc == RC_NOTFOUND && !v->fail_status && i < COUNT_OF(others); i++)
		rc = others[i](v, err);
	return rc;
}

enum rc page_path_form(struct visit *v, struct err *err)
{
	struct post post;
	enum visible seen;
	enum rc rc = find_post(v, v->path, &post, &seen, err);
	if (rc != RC_OK)
		return rc;
	if (seen == VISIBLE_PASSWORD)
		return show_post(v, &post, seen, err);
	v->allowed = 1u << HTTP_GET;
	return visit_fail(v, 405, RC_UNSUPPORTED, err, "this page has no form");
}

enum rc page_front(struct visit *v, struct str path, struct err *err)
{
	struct post post;
	enum visible seen;
	enum rc rc = find_post(v, path, &post, &seen, err);
	if (rc != RC_OK)
		return rc;
	if (seen != VISIBLE_YES)
		return not_found(err);
	post.path = STR("/"); /* its canonical address while it is the front page */
	return render_post(v, &post, err);
}

/* Machines read the Markdown; search engines shall list the page itself. */
static enum rc write_markdown(struct visit *v, const struct post *post, struct err *err)
{
	struct buf body = BUF_INIT(MARKDOWN_SOURCE_MAX_B + 4096);
	if (!str_empty(post->title))
		buf_printf(&body, "# %.*s\n\n", STR_ARG(post->title));
	buf_str(&body, post->markdown);
	if (!str_ends(post->markdown, STR("\n")))
		BUF_LIT(&body, "\n");
	enum rc rc = visit_body(v, 200, "text/markdown; charset=utf-8", &body, err);
	buf_release(&body);
	if (rc != RC_OK)
		return rc;
	response_set(v->res, "X-Robots-Tag", STR("noindex"));
	return response_header(v->res, "Link",
			       ARENA_JOIN(v->arena, STR("<"), visit_absolute(v, post->path),
					  STR(">; rel=\"canonical\"")), err);
}

enum rc page_markdown(struct visit *v, struct err *err)
{
	struct post post;
	enum visible seen;
	if (!str_ends(v->path, STR(".md")) || v->path.n <= 4)
		return not_found(err);
	enum rc rc = find_post(v, str_sub(v->path, 0, v->path.n - 3), &post, &seen, err);
	if (rc != RC_OK)
		return rc;
	if (seen == VISIBLE_TEAM)
		return team_only(v, err);
	if (seen == VISIBLE_PASSWORD && !lock_post_is_open(v, &post))
		return visit_fail(v, 403, RC_DENIED, err, "the post is protected by a password");
	return write_markdown(v, &post, err);
}
