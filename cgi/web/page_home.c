/* page_home.c: the home page: the newest posts, or the page that the settings put there. */
#include "base/base.h"

#include "core/address.h"
#include "store/tag.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/values.h"

#define FEATURED_MAX 6
/* With fewer posts a section says again what stands above it. */
#define SECTION_POSTS_MIN 3

static bool has_front_page(const struct visit *v)
{
	return !str_empty(v->site->front_page);
}

/* "/page/3", or "/posts/page/3" where a front page has moved the list. */
static struct str home_link(const struct visit *v, const void *ctx, int n)
{
	(void)ctx;
	if (!has_front_page(v))
		return address_home(&v->site->base, n, v->arena);
	struct str path = v->site->posts_path;
	return visit_link(v, n == 1 ? path : arena_printf(v->arena, "%.*s/page/%d", STR_ARG(path), n));
}

static bool has_card(const struct post_cards *cards, int64_t id)
{
	for (size_t i = 0; i < cards->count; i++) {
		if (cards->items[i].id == id)
			return true;
	}
	return false;
}

/* The featured posts lead the first page; the list below them does not say them again. */
static enum rc featured(struct visit *v, struct page *page, struct listing *listing, struct err *err)
{
	struct post_cards leads = { NULL, 0 }, *cards = &listing->cards;
	struct post_query query = { .scope = POST_SCOPE_FEATURED, .now_ms = v->now_ms,
				    .limit = FEATURED_MAX, .flags = POST_LIST_REFS };
	size_t kept = 0;
	if (listing->page == 1) {
		enum rc rc = post_list(v->db, &query, v->arena, &leads, err);
		if (rc != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < cards->count; i++) {
		if (!has_card(&leads, cards->items[i].id))
			cards->items[kept++] = cards->items[i];
	}
	cards->count = kept;
	return values_cards(v, page->root, "featured", "has_featured", &leads, err);
}

static enum rc section(struct visit *v, struct value *item, const struct tag *tag, struct err *err)
{
	struct post_cards cards;
	struct post_query query = { .scope = POST_SCOPE_TAG, .scope_id = tag->id, .now_ms = v->now_ms,
				    .limit = v->edition->skin->section_posts, .flags = POST_LIST_REFS };
	enum rc rc = post_list(v->db, &query, v->arena, &cards, err);
	if (rc != RC_OK)
		return rc;
	values_counted(v, item, tag->name, address_tag(tag->slug, 1, v->arena), tag->count);
	return values_cards(v, item, "posts", "has_posts", &cards, err);
}

/* The tags with most posts, each with its newest, for a theme that asks for them. */
static enum rc sections(struct visit *v, struct page *page, bool first, struct err *err)
{
	struct tags tags = { NULL, 0 };
	int want = first ? v->edition->skin->sections : 0;
	enum rc rc = RC_OK;
	if (want > 0)
		rc = tag_list(v->db, TAG_BY_COUNT, false, v->now_ms, want, v->arena, &tags, err);
	while (tags.count > 0 && tags.items[tags.count - 1].count < SECTION_POSTS_MIN)
		tags.count--;
	struct value *list = value_list(v->arena, page->root, "sections");
	value_bool(v->arena, page->root, "has_sections", tags.count > 0);
	for (size_t i = 0; rc == RC_OK && i < tags.count; i++)
		rc = section(v, value_item(v->arena, list), &tags.items[i], err);
	return rc;
}

static void describe(struct visit *v, struct page *page, const struct listing *listing)
{
	page->head.kind = HEAD_SITE;
	page->head.headline = v->site->title;
	page->head.description = str_empty(v->site->description) ? v->site->tagline : v->site->description;
	page->head.search_url = ARENA_JOIN(v->arena, visit_absolute(v, STR("/search")), STR("?q="));
	page->head.title = v->site->title;
	if (!str_empty(v->site->tagline))
		page->head.title = ARENA_JOIN(v->arena, v->site->title, STR(" \xE2\x80\x93 "), v->site->tagline);
	page->head.title = listing_title(v, listing, page->head.title);
	page->section = has_front_page(v) ? v->site->posts_path : STR("/");
}

static enum rc show(struct visit *v, struct str number, struct err *err)
{
	struct listing listing = { .query.scope = POST_SCOPE_ALL, .link_of = home_link };
	struct page page;
	bool again;
	enum rc rc = listing_load(v, &listing, number, &again, err);
	if (rc != RC_OK)
		return rc;
	if (again)
		return visit_redirect(v, 301, home_link(v, NULL, 1), err);
	page_begin(v, &page, "home");
	describe(v, &page, &listing);
	rc = featured(v, &page, &listing, err);
	if (rc == RC_OK)
		rc = listing_values(v, &page, &listing, err);
	if (rc == RC_OK)
		rc = sections(v, &page, listing.page == 1, err);
	return rc == RC_OK ? page_render(v, &page, 200, err) : rc;
}

enum rc page_home(struct visit *v, struct err *err)
{
	struct err missing = ERR_INIT;
	enum rc rc = RC_NOTFOUND;
	if (has_front_page(v))
		rc = page_front(v, v->site->front_page, &missing);
	if (rc == RC_NOTFOUND) /* or the page is not to be seen now: a site has a home in any case */
		return show(v, STR_NONE, err);
	*err = missing;
	return rc;
}

enum rc page_home_number(struct visit *v, struct err *err)
{
	int n;
	struct str number = visit_arg(v, "page");
	if (!has_front_page(v))
		return show(v, number, err);
	if (!visit_number(number, LISTING_PAGE_MAX, &n))
		return err_set(err, RC_NOTFOUND, "there is no page '%.*s'", STR_ARG(number));
	return visit_redirect(v, 301, home_link(v, NULL, n), err);
}

enum rc page_posts_path(struct visit *v, struct err *err)
{
	struct str list = v->site->posts_path, rest = str_from(v->path, list.n);
	if (has_front_page(v) && !str_empty(list) && str_starts(v->path, list)) {
		if (!rest.n)
			return show(v, STR_NONE, err);
		if (str_starts(rest, STR("/page/")))
			return show(v, str_from(rest, 6), err);
	}
	return err_set(err, RC_NOTFOUND, "there is nothing at this address");
}
