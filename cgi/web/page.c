/* page.c: an HTML page on its way from values to bytes. */
#include "base/base.h"

#include "core/address.h"
#include "web/page.h"
#include "web/policy.h"
#include "web/values.h"

#define PAGE_HEAD_MAX_B ((size_t)1 << 20)

void page_begin(struct visit *v, struct page *page, const char *kind)
{
	*page = (struct page){
		.kind = kind, .template_name = kind, .lang = v->site->lang, .section = STR_NONE,
		.root = value_root(v->arena),
	};
	page->head.noindex = v->site->noindex;
	page->head.site_name = v->site->title;
	page->head.site_description = v->site->description;
	page->head.site_url = visit_absolute(v, STR("/"));
	page->head.twitter = v->site->twitter;
	page->head.code = v->site->code_head;
	page->head.feeds = page->feeds;
	page->head.crumbs = page->crumbs;
	if (!v->shut)
		page_feeds(v, page, STR(""), v->site->title);
	page_crumb(page, v->site->title, page->head.site_url);
}

void page_feeds(struct visit *v, struct page *page, struct str prefix, struct str title)
{
	static const struct { const char *name, *type; } feeds[] = {
		{ "/feed.xml", "application/atom+xml" }, { "/feed.json", "application/feed+json" },
	};
	for (size_t i = 0; i < COUNT_OF(feeds) && page->head.feed_count < PAGE_FEEDS_MAX; i++) {
		struct str path = ARENA_JOIN(v->arena, prefix, str_of(feeds[i].name));
		page->feeds[page->head.feed_count++] =
			(struct head_feed){ feeds[i].type, title, visit_absolute(v, path) };
	}
}

void page_crumb(struct page *page, struct str name, struct str url)
{
	if (page->head.crumb_count < PAGE_CRUMBS_MAX)
		page->crumbs[page->head.crumb_count++] = (struct head_crumb){ name, url };
}

struct str page_title(const struct visit *v, struct str name)
{
	if (str_empty(name) || str_eq(name, v->site->title))
		return v->site->title;
	return ARENA_JOIN(v->arena, name, STR(" \xE2\x80\x93 "), v->site->title);
}

/* Addresses of pictures as written in the settings become absolute. */
static struct str picture(struct visit *v, struct str address)
{
	return str_empty(address) ? STR_NONE
				  : address_resolve_absolute(&v->site->base, STR("/"), address, v->arena);
}

static void add_icon(struct page *page, const char *rel, const char *type, const char *sizes, struct str url)
{
	page->icons[page->head.icon_count++] = (struct head_icon){ rel, type, sizes, url };
}

/* Told of none, every new visitor's browser asks for /favicon.ico, which on a site that is shut to him is an error page. A
 * picture of which nothing is made, or not yet, stands for itself. */
static void complete_icons(struct visit *v, struct page *page)
{
	const struct site_icons *icons = &v->site->icons;
	bool own = !str_empty(v->site->icon);
	page->head.icons = page->icons;
	page->head.icon_count = 0;
	if (v->shut) {
		add_icon(page, "icon", NULL, NULL, STR("data:,"));
		return;
	}
	if (own && str_empty(icons->ico.hash))
		add_icon(page, "icon", NULL, NULL, picture(v, v->site->icon));
	else
		add_icon(page, "icon", NULL, "16x16 32x32 48x48", visit_link(v, STR("/favicon.ico")));
	if (!str_empty(icons->small.hash))
		add_icon(page, "icon", "image/png", "192x192",
			 address_resolve(&v->site->base, ARENA_JOIN(v->arena, STR("/media/"), icons->small.hash, STR("/icon-192x192.png")), v->arena));
	if (!own || !str_empty(icons->apple.hash))
		add_icon(page, "apple-touch-icon", NULL, NULL, visit_link(v, STR("/apple-touch-icon.png")));
	add_icon(page, "manifest", NULL, NULL, visit_link(v, STR("/site.webmanifest")));
}

static void complete_head(struct visit *v, struct page *page)
{
	struct head *h = &page->head;
	h->lang = page->lang;
	h->logo = picture(v, v->site->logo);
	complete_icons(v, page);
}

/* Of a page that has no picture of its own: the site's. */
static enum rc site_picture(struct visit *v, struct page *page, struct err *err)
{
	struct str address = str_empty(v->site->social_image) ? v->site->cover : v->site->social_image;
	if (!str_empty(page->head.image) || page->head.kind == HEAD_BARE || str_empty(address) || !v->db)
		return RC_OK;
	return head_picture(v, STR("/"), address, &page->head, err);
}

/* The owner's code comes last, behind the theme's colours, so that it can override them. */
static void write_head(struct visit *v, struct page *page, struct buf *out)
{
	struct str code = page->head.code;
	struct buf colors = BUF_INIT(PAGE_HEAD_MAX_B);
	page->head.code = STR_NONE;
	head_write(&page->head, out);
	skin_colors(v->edition->skin, v->site->theme_settings, &colors);
	if (colors.len) {
		BUF_LIT(out, "<style>");
		buf_str(out, buf_view(&colors));
		BUF_LIT(out, "</style>\n");
	}
	buf_str(out, code);
	buf_release(&colors);
}

enum rc page_render(struct visit *v, struct page *page, int status, struct err *err)
{
	struct buf head = BUF_INIT(PAGE_HEAD_MAX_B), body = BUF_INIT(THEME_OUTPUT_MAX_B);
	complete_head(v, page);
	enum rc rc = site_picture(v, page, err);
	if (rc != RC_OK)
		goto out;
	write_head(v, page, &head);
	if (buf_status(&head, "the page's head", err) != RC_OK) {
		rc = visit_cannot_make(err);
		goto out;
	}
	/* Made by text/head.c, which escapes; and code by an owner. */
	value_html(v->arena, page->root, "head", html_stored(buf_view(&head)));
	rc = values_site(v, page, err);
	if (rc != RC_OK)
		goto out;
	if (theme_render(v->edition->skin->theme, page->template_name, page->root, &body, err) != RC_OK) {
		rc = visit_cannot_make(err);
		goto out;
	}
	policy_page(v, buf_view(&body), buf_view(&head), page->content);
	rc = visit_body(v, status, "text/html; charset=utf-8", &body, err);
out:
	buf_release(&head);
	buf_release(&body);
	return rc;
}
