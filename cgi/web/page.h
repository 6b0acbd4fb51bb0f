/* page.h: an HTML page on its way from values to bytes.
 *
 * A handler begins a page, describes it in `head`, hangs its own values into `root` and renders it:
 * everything that every page has is filled in by page_render(). */
#ifndef PLATEN_WEB_PAGE_H
#define PLATEN_WEB_PAGE_H

#include "base/err.h"
#include "text/head.h"
#include "web/visit.h"

#define PAGE_FEEDS_MAX 4
#define PAGE_ICONS_MAX 4
#define PAGE_CRUMBS_MAX 16

struct page {
	const char *kind;          /* "post": also the template, unless `template_name` is another */
	const char *template_name;
	struct str lang;           /* of the page's own text; the site's unless set */
	struct str section;        /* path that a menu item must have to be current: the page's own */
	struct head head;
	struct head_feed feeds[PAGE_FEEDS_MAX];
	struct head_icon icons[PAGE_ICONS_MAX];
	struct head_crumb crumbs[PAGE_CRUMBS_MAX];
	struct str content;        /* the post's own HTML on the page, for the policy; or empty */
	struct value *root;
};

/* An empty page of that kind in the visit's edition, with the site's feeds and first crumb. */
void page_begin(struct visit *v, struct page *page, const char *kind);

/* Adds the feeds below `prefix` ("" or "/tag/x"), titled `title`, to the page's head. */
void page_feeds(struct visit *v, struct page *page, struct str prefix, struct str title);

/* Appends a crumb; beyond PAGE_CRUMBS_MAX nothing happens. `url` is absolute. */
void page_crumb(struct page *page, struct str name, struct str url);

/* "A post - The site"; just the site's title when both are the same or `name` is empty. */
struct str page_title(const struct visit *v, struct str name);

/* Fills in the rest and answers with the rendered page. */
NODISCARD enum rc page_render(struct visit *v, struct page *page, int status, struct err *err);

#endif
