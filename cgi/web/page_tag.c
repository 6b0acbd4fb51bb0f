/* page_tag.c: the posts of a tag. */
#include "base/base.h"

#include "core/address.h"
#include "store/tag.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/values.h"

static struct str tag_link(const struct visit *v, const void *ctx, int n)
{
	const struct tag *tag = ctx;
	return visit_link(v, address_tag(tag->slug, n, v->arena));
}

static enum rc tag_values(struct visit *v, struct page *page, const struct tag *tag, struct err *err)
{
	struct value *object = value_object(v->arena, page->root, "tag");
	struct str path = address_tag(tag->slug, 1, v->arena);
	values_counted(v, object, tag->name, path, tag->count);
	value_html(v->arena, object, "description", html_stored(tag->description_html));
	value_text(v->arena, object, "feed_url",
		   visit_link(v, ARENA_JOIN(v->arena, path, STR("/feed.xml"))));
	return values_image(v, object, tag->image, STR(""), err);
}

static void describe(struct visit *v, struct page *page, const struct tag *tag,
		     const struct listing *listing)
{
	struct str path = address_tag(tag->slug, 1, v->arena);
	page->head.kind = HEAD_LIST;
	page->head.headline = tag->name;
	page->head.description = tag->description;
	page->head.title = page_title(v, listing_title(v, listing, tag->name));
	page->section = path;
	page_feeds(v, page, path, tag->name);
	page_crumb(page, tag->name, visit_absolute(v, path));
}

enum rc page_tag(struct visit *v, struct err *err)
{
	struct tag tag;
	struct page page;
	bool again;
	enum rc rc = tag_by_slug(v->db, visit_arg(v, "slug"), v->now_ms, v->arena, &tag, err);
	if (rc == RC_NOTFOUND)
		return page_moved_list(v, address_tag(visit_arg(v, "slug"), 1, v->arena), err);
	if (rc != RC_OK)
		return rc;
	if (tag.count == 0)
		return err_set(err, RC_NOTFOUND, "the tag has no posts");
	struct listing listing = { .query = { .scope = POST_SCOPE_TAG, .scope_id = tag.id },
				   .link_of = tag_link, .ctx = &tag };
	rc = listing_load(v, &listing, visit_arg(v, "page"), &again, err);
	if (rc != RC_OK)
		return rc;
	if (again)
		return visit_redirect(v, 301, tag_link(v, &tag, 1), err);
	page_begin(v, &page, "tag");
	describe(v, &page, &tag, &listing);
	rc = tag_values(v, &page, &tag, err);
	if (rc == RC_OK)
		rc = listing_values(v, &page, &listing, err);
	return rc == RC_OK ? page_render(v, &page, 200, err) : rc;
}
