/* listing.c: a page of a list of posts: home, tag, author, month, year. */
#include "base/base.h"

#include "web/listing.h"
#include "web/values.h"

/* How many neighbours of the current page the pager shows on either side. */
#define PAGER_AROUND 2

int listing_per_page(const struct visit *v)
{
	if (v->site->posts_per_page > 0)
		return v->site->posts_per_page;
	return v->edition->skin->posts_per_page > 0 ? v->edition->skin->posts_per_page : 10;
}

enum rc listing_load(struct visit *v, struct listing *listing, struct str number, bool *first_again,
		     struct err *err)
{
	listing->page = 1;
	*first_again = false;
	if (str_given(number)) {
		if (!visit_number(number, LISTING_PAGE_MAX, &listing->page))
			return err_set(err, RC_NOTFOUND, "there is no page '%.*s'", STR_ARG(number));
		*first_again = listing->page == 1;
	}
	if (!listing->per_page)
		listing->per_page = listing_per_page(v);
	listing->query.now_ms = v->now_ms;
	listing->query.flags = POST_LIST_REFS;
	listing->query.limit = listing->per_page;
	listing->query.offset = (int64_t)(listing->page - 1) * listing->per_page;
	enum rc rc = post_count(v->db, &listing->query, &listing->count, err);
	if (rc != RC_OK)
		return rc;
	int64_t pages = (listing->count + listing->per_page - 1) / listing->per_page;
	listing->pages = pages < 1 ? 1 : pages > LISTING_PAGE_MAX ? LISTING_PAGE_MAX : (int)pages;
	if (listing->page > listing->pages)
		return err_set(err, RC_NOTFOUND, "there is no page %d of %d", listing->page, listing->pages);
	return post_list(v->db, &listing->query, v->arena, &listing->cards, err);
}

static void number(struct visit *v, struct value *list, const struct listing *listing, int n)
{
	struct value *item = value_item(v->arena, list);
	value_int(v->arena, item, "n", n);
	value_text(v->arena, item, "url", listing->link_of(v, listing->ctx, n));
	value_bool(v->arena, item, "current", n == listing->page);
	value_bool(v->arena, item, "gap", false);
}

static void gap(struct visit *v, struct value *list)
{
	struct value *item = value_item(v->arena, list);
	value_absent(v->arena, item, "n");
	value_absent(v->arena, item, "url");
	value_bool(v->arena, item, "current", false);
	value_bool(v->arena, item, "gap", true);
}

/* First, last and the current page with its neighbours; a gap where at least two are left out. */
static void numbers(struct visit *v, struct value *pager, const struct listing *listing)
{
	struct value *list = value_list(v->arena, pager, "numbers");
	int from = listing->page - PAGER_AROUND, to = listing->page + PAGER_AROUND;
	value_bool(v->arena, pager, "has_numbers", true);
	if (from <= 3)
		from = 1;
	if (to >= listing->pages - 2)
		to = listing->pages;
	if (from > 1) {
		number(v, list, listing, 1);
		gap(v, list);
	}
	for (int n = from; n <= to; n++)
		number(v, list, listing, n);
	if (to < listing->pages) {
		gap(v, list);
		number(v, list, listing, listing->pages);
	}
}

static struct str page_of(struct visit *v, const struct listing *listing)
{
	struct i18n_pair pairs[] = {
		{ "n", arena_printf(v->arena, "%d", listing->page) },
		{ "total", arena_printf(v->arena, "%d", listing->pages) },
	};
	return i18n_fill(v->i18n, "page_of", pairs, COUNT_OF(pairs), v->arena);
}

void listing_pager(struct visit *v, struct page *page, const struct listing *listing)
{
	int at = listing->page, last = listing->pages;
	if (last <= 1) {
		value_absent(v->arena, page->root, "pager");
		return;
	}
	struct value *pager = value_object(v->arena, page->root, "pager");
	const struct { const char *key; int n; } links[] = {
		{ "prev_url", at > 1 ? at - 1 : 0 }, { "next_url", at < last ? at + 1 : 0 },
		{ "first_url", at > 1 ? 1 : 0 }, { "last_url", at < last ? last : 0 },
	};
	value_int(v->arena, pager, "page", at);
	value_int(v->arena, pager, "pages", last);
	value_text(v->arena, pager, "label", page_of(v, listing));
	for (size_t i = 0; i < COUNT_OF(links); i++)
		value_text_or_null(v->arena, pager, links[i].key,
				   links[i].n ? listing->link_of(v, listing->ctx, links[i].n) : STR_NONE);
	numbers(v, pager, listing);
}

struct str link_absolute(const struct visit *v, struct str link)
{
	return ARENA_JOIN(v->arena, v->site->base.origin, link);
}

enum rc listing_values(struct visit *v, struct page *page, const struct listing *listing,
		       struct err *err)
{
	int at = listing->page;
	page->head.canonical = link_absolute(v, listing->link_of(v, listing->ctx, at));
	if (at > 1)
		page->head.prev_url = link_absolute(v, listing->link_of(v, listing->ctx, at - 1));
	if (at < listing->pages)
		page->head.next_url = link_absolute(v, listing->link_of(v, listing->ctx, at + 1));
	listing_pager(v, page, listing);
	return values_cards(v, page->root, "posts", "has_posts", &listing->cards, err);
}

struct str listing_title(struct visit *v, const struct listing *listing, struct str title)
{
	if (listing->page == 1)
		return title;
	return ARENA_JOIN(v->arena, title, STR(" ("), page_of(v, listing), STR(")"));
}
