/* listing.h: a page of a list of posts: home, tag, author, month, year. */
#ifndef PLATEN_WEB_LISTING_H
#define PLATEN_WEB_LISTING_H

#include "base/err.h"
#include "store/post_list.h"
#include "web/page.h"
#include "web/visit.h"

/* Higher page numbers are no pages of anybody's site. */
#define LISTING_PAGE_MAX 1000000

struct listing {
	struct post_query query;   /* scope and scope_id; the rest is filled in */
	int per_page;              /* 0: the site's */
	/* Link of page n (1: the list's own address); `ctx` as below. */
	struct str (*link_of)(const struct visit *v, const void *ctx, int n);
	const void *ctx;
	/* Filled by listing_load(). */
	int page, pages;
	int64_t count;             /* of the whole list */
	struct post_cards cards;
};

/* Posts a page: the site's setting, else the theme's proposal. */
int listing_per_page(const struct visit *v);

/* Reads the page whose number `number` says (STR_NONE: the first). RC_NOTFOUND: not a number as the
 * site writes it, or beyond the end; the first page is there even when it is empty. *first_again:
 * "1" was asked for, whose address is the list's own. */
NODISCARD enum rc listing_load(struct visit *v, struct listing *listing, struct str number,
			       bool *first_again, struct err *err);

/* Fills posts, has_posts and pager, the canonical address and the neighbours in the head. */
NODISCARD enum rc listing_values(struct visit *v, struct page *page, const struct listing *listing,
				 struct err *err);

/* `pager` alone, for lists that are not of this kind (search). Null when pages is 1. */
void listing_pager(struct visit *v, struct page *page, const struct listing *listing);

/* "Title" on the first page, "Title (Page 2 of 7)" after it. */
struct str listing_title(struct visit *v, const struct listing *listing, struct str title);

/* A link as an absolute address. */
struct str link_absolute(const struct visit *v, struct str link);

#endif
