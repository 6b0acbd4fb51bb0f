/* page_author.c: the posts of an author. */
#include "base/base.h"

#include "core/address.h"
#include "store/user.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/values.h"

static struct str author_link(const struct visit *v, const void *ctx, int n)
{
	const struct user *user = ctx;
	return visit_link(v, address_author(user->slug, n, v->arena));
}

static void author_values(struct visit *v, struct page *page, const struct user *user)
{
	struct value *object = value_object(v->arena, page->root, "author");
	struct str path = address_author(user->slug, 1, v->arena);
	values_counted(v, object, user->name, path, user->count);
	value_html(v->arena, object, "bio", html_stored(user->bio_html));
	values_portrait(v, object, user->picture);
	value_text_or_null(v->arena, object, "website", user->website);
	value_text(v->arena, object, "feed_url",
		   visit_link(v, ARENA_JOIN(v->arena, path, STR("/feed.xml"))));
}

static void describe(struct visit *v, struct page *page, const struct user *user,
		     const struct listing *listing)
{
	struct str path = address_author(user->slug, 1, v->arena);
	struct head_person *person = ARENA_NEW(v->arena, struct head_person);
	*person = (struct head_person){ user->name, visit_absolute(v, path) };
	page->head.kind = HEAD_PROFILE;
	page->head.headline = user->name;
	page->head.description = user->bio;
	page->head.title = page_title(v, listing_title(v, listing, user->name));
	page->head.authors = person;
	page->head.author_count = 1;
	page->section = path;
	page_feeds(v, page, path, user->name);
	page_crumb(page, user->name, person->url);
}

enum rc page_author(struct visit *v, struct err *err)
{
	struct user user;
	struct page page;
	bool again;
	enum rc rc = user_by_slug(v->db, visit_arg(v, "slug"), v->now_ms, v->arena, &user, err);
	if (rc == RC_NOTFOUND)
		return page_moved_list(v, address_author(visit_arg(v, "slug"), 1, v->arena), err);
	if (rc != RC_OK)
		return rc;
	if (user.count == 0)
		return err_set(err, RC_NOTFOUND, "the author has no posts");
	struct listing listing = { .query = { .scope = POST_SCOPE_AUTHOR, .scope_id = user.id },
				   .link_of = author_link, .ctx = &user };
	rc = listing_load(v, &listing, visit_arg(v, "page"), &again, err);
	if (rc != RC_OK)
		return rc;
	if (again)
		return visit_redirect(v, 301, author_link(v, &user, 1), err);
	page_begin(v, &page, "author");
	describe(v, &page, &user, &listing);
	author_values(v, &page, &user);
	rc = listing_values(v, &page, &listing, err);
	return rc == RC_OK ? page_render(v, &page, 200, err) : rc;
}
