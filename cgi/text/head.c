/* head.c: writes what stands in <head>: metadata, OpenGraph, Twitter card, JSON-LD, links. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "text/head.h"

static void attribute(struct buf *out, const char *name, struct str value)
{
	buf_char(out, ' ');
	buf_cstr(out, name);
	BUF_LIT(out, "=\"");
	enc_html_attr(out, value);
	BUF_LIT(out, "\"");
}

static void meta(struct buf *out, const char *key, const char *name, struct str content)
{
	if (str_empty(content))
		return;
	BUF_LIT(out, "<meta");
	attribute(out, key, str_of(name));
	attribute(out, "content", content);
	BUF_LIT(out, ">\n");
}

static void meta_name(struct buf *out, const char *name, struct str content)
{
	meta(out, "name", name, content);
}

static void meta_property(struct buf *out, const char *name, struct str content)
{
	meta(out, "property", name, content);
}

static void meta_time(struct buf *out, const char *name, int64_t at_ms)
{
	if (!at_ms)
		return;
	BUF_LIT(out, "<meta");
	attribute(out, "property", str_of(name));
	BUF_LIT(out, " content=\"");
	date_put_rfc3339(out, NULL, at_ms);
	BUF_LIT(out, "\">\n");
}

static void meta_int(struct buf *out, const char *name, int64_t number)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)number);
	if (number > 0)
		meta_property(out, name, str_of(text));
}

static void link_to(struct buf *out, const char *rel, struct str url)
{
	if (str_empty(url))
		return;
	BUF_LIT(out, "<link");
	attribute(out, "rel", str_of(rel));
	attribute(out, "href", url);
	BUF_LIT(out, ">\n");
}

static void link_icon(struct buf *out, const struct head_icon *icon)
{
	BUF_LIT(out, "<link");
	attribute(out, "rel", str_of(icon->rel));
	if (icon->type)
		attribute(out, "type", str_of(icon->type));
	if (icon->sizes)
		attribute(out, "sizes", str_of(icon->sizes));
	attribute(out, "href", icon->url);
	BUF_LIT(out, ">\n");
}

static struct str first_given(struct str a, struct str b)
{
	return str_empty(a) ? b : a;
}

static void write_basics(const struct head *h, struct buf *out)
{
	BUF_LIT(out, "<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	enc_html_text(out, h->title);
	BUF_LIT(out, "</title>\n");
	meta_name(out, "description", h->description);
	meta_name(out, "generator", STR("Platen"));
	if (h->noindex)
		meta_name(out, "robots", STR("noindex"));
	link_to(out, "canonical", h->canonical);
	link_to(out, "prev", h->prev_url);
	link_to(out, "next", h->next_url);
	for (size_t i = 0; i < h->icon_count; i++)
		link_icon(out, &h->icons[i]);
}

static void write_links(const struct head *h, struct buf *out)
{
	for (size_t i = 0; i < h->alternate_count; i++) {
		BUF_LIT(out, "<link rel=\"alternate\"");
		attribute(out, "hreflang", h->alternates[i].lang);
		attribute(out, "href", h->alternates[i].url);
		BUF_LIT(out, ">\n");
	}
	for (size_t i = 0; i < h->feed_count; i++) {
		BUF_LIT(out, "<link rel=\"alternate\"");
		attribute(out, "type", str_of(h->feeds[i].type));
		attribute(out, "title", h->feeds[i].title);
		attribute(out, "href", h->feeds[i].url);
		BUF_LIT(out, ">\n");
	}
}

/* OpenGraph writes "de_AT" where BCP 47 has "de-AT"; a bare language is fine with every reader. */
static void write_locale(struct str lang, struct buf *out)
{
	char locale[16];
	if (str_empty(lang) || lang.n >= sizeof locale)
		return;
	memcpy(locale, lang.p, lang.n);
	for (size_t i = 0; i < lang.n; i++)
		if (locale[i] == '-')
			locale[i] = '_';
	meta_property(out, "og:locale", str_n(locale, lang.n));
}

/* https://ogp.me/ and the cards of x.com, which read OpenGraph for what has no twitter: name. */
static void write_social(const struct head *h, struct buf *out)
{
	static const char *const type[HEAD_KIND__MAX] = {
		[HEAD_SITE] = "website", [HEAD_POST] = "article", [HEAD_PAGE] = "website",
		[HEAD_LIST] = "website", [HEAD_PROFILE] = "profile", [HEAD_BARE] = "website",
	};
	struct str title = first_given(h->social_title, h->headline);
	struct str description = first_given(h->social_description, h->description);
	meta_property(out, "og:site_name", h->site_name);
	meta_property(out, "og:type", str_of(type[h->kind]));
	meta_property(out, "og:title", title);
	meta_property(out, "og:description", description);
	meta_property(out, "og:url", h->canonical);
	write_locale(h->lang, out);
	meta_property(out, "og:image", h->image);
	if (!str_empty(h->image)) {
		meta_property(out, "og:image:type", h->image_type);
		meta_int(out, "og:image:width", h->image_width_px);
		meta_int(out, "og:image:height", h->image_height_px);
		meta_property(out, "og:image:alt", h->image_alt);
	}
	if (h->kind == HEAD_POST) {
		meta_time(out, "article:published_time", h->published_ms);
		meta_time(out, "article:modified_time", h->modified_ms);
		for (size_t i = 0; i < h->author_count; i++)
			meta_property(out, "article:author", h->authors[i].url);
		for (size_t i = 0; i < h->tag_count; i++)
			meta_property(out, "article:tag", h->tags[i]);
	}
	meta_name(out, "twitter:card", str_empty(h->image) ? STR("summary") : STR("summary_large_image"));
	meta_name(out, "twitter:site", h->twitter);
}

/* enc_json() escapes '<', so that no text ends the script element. */
static void json_text(struct buf *out, struct str s)
{
	BUF_LIT(out, "\"");
	enc_json(out, s);
	BUF_LIT(out, "\"");
}

static void json_member(struct buf *out, const char *name, struct str value)
{
	if (str_empty(value))
		return;
	buf_printf(out, ",\"%s\":", name);
	json_text(out, value);
}

static void json_time(struct buf *out, const char *name, int64_t at_ms)
{
	if (!at_ms)
		return;
	buf_printf(out, ",\"%s\":\"", name);
	date_put_rfc3339(out, NULL, at_ms);
	BUF_LIT(out, "\"");
}

static void json_publisher(const struct head *h, struct buf *out)
{
	BUF_LIT(out, ",\"publisher\":{\"@type\":\"Organization\"");
	json_member(out, "name", h->site_name);
	json_member(out, "url", h->site_url);
	if (!str_empty(h->logo)) {
		BUF_LIT(out, ",\"logo\":{\"@type\":\"ImageObject\"");
		json_member(out, "url", h->logo);
		BUF_LIT(out, "}");
	}
	BUF_LIT(out, "}");
}

static void json_image(const struct head *h, struct buf *out)
{
	if (str_empty(h->image))
		return;
	BUF_LIT(out, ",\"image\":{\"@type\":\"ImageObject\"");
	json_member(out, "url", h->image);
	if (h->image_width_px > 0 && h->image_height_px > 0)
		buf_printf(out, ",\"width\":%d,\"height\":%d", h->image_width_px, h->image_height_px);
	BUF_LIT(out, "}");
}

static void json_authors(const struct head *h, struct buf *out)
{
	if (!h->author_count)
		return;
	BUF_LIT(out, ",\"author\":[");
	for (size_t i = 0; i < h->author_count; i++) {
		buf_cstr(out, i ? ",{\"@type\":\"Person\"" : "{\"@type\":\"Person\"");
		json_member(out, "name", h->authors[i].name);
		json_member(out, "url", h->authors[i].url);
		BUF_LIT(out, "}");
	}
	BUF_LIT(out, "]");
}

static void json_keywords(const struct head *h, struct buf *out)
{
	if (!h->tag_count)
		return;
	BUF_LIT(out, ",\"keywords\":[");
	for (size_t i = 0; i < h->tag_count; i++) {
		if (i)
			BUF_LIT(out, ",");
		json_text(out, h->tags[i]);
	}
	BUF_LIT(out, "]");
}

static void json_search(const struct head *h, struct buf *out)
{
	if (str_empty(h->search_url))
		return;
	BUF_LIT(out, ",\"potentialAction\":{\"@type\":\"SearchAction\",\"target\":{\"@type\":\"EntryPoint\","
		     "\"urlTemplate\":\"");
	enc_json(out, h->search_url);
	BUF_LIT(out, "{query}\"},\"query-input\":\"required name=query\"}");
}

/* schema.org vocabulary; Google's article and breadcrumb documentation names the members read. */
static void write_thing(const struct head *h, struct buf *out)
{
	static const char *const type[HEAD_KIND__MAX] = {
		[HEAD_SITE] = "WebSite", [HEAD_POST] = "BlogPosting", [HEAD_PAGE] = "WebPage",
		[HEAD_LIST] = "CollectionPage", [HEAD_PROFILE] = "ProfilePage", [HEAD_BARE] = "WebPage",
	};
	buf_printf(out, "{\"@type\":\"%s\"", type[h->kind]);
	json_member(out, h->kind == HEAD_POST ? "headline" : "name", h->headline);
	json_member(out, "description", h->description);
	json_member(out, "url", h->canonical);
	json_member(out, "inLanguage", h->lang);
	json_image(h, out);
	json_time(out, "datePublished", h->published_ms);
	json_time(out, "dateModified", h->modified_ms);
	if (h->kind == HEAD_POST) {
		json_member(out, "mainEntityOfPage", h->canonical);
		json_authors(h, out);
		json_publisher(h, out);
		json_keywords(h, out);
		if (h->word_count > 0)
			buf_printf(out, ",\"wordCount\":%d", h->word_count);
	}
	if (h->kind == HEAD_PROFILE && h->author_count) {
		BUF_LIT(out, ",\"mainEntity\":{\"@type\":\"Person\"");
		json_member(out, "name", h->authors[0].name);
		json_member(out, "url", h->authors[0].url);
		BUF_LIT(out, "}");
	}
	if (h->kind == HEAD_SITE)
		json_search(h, out);
	BUF_LIT(out, "}");
}

static void write_crumbs(const struct head *h, struct buf *out)
{
	if (h->crumb_count < 2) /* the home page alone is no trail */
		return;
	BUF_LIT(out, ",{\"@type\":\"BreadcrumbList\",\"itemListElement\":[");
	for (size_t i = 0; i < h->crumb_count; i++) {
		if (i)
			BUF_LIT(out, ",");
		buf_printf(out, "{\"@type\":\"ListItem\",\"position\":%zu", i + 1);
		json_member(out, "name", h->crumbs[i].name);
		json_member(out, "item", h->crumbs[i].url);
		BUF_LIT(out, "}");
	}
	BUF_LIT(out, "]}");
}

static void write_json_ld(const struct head *h, struct buf *out)
{
	BUF_LIT(out, "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@graph\":[");
	write_thing(h, out);
	write_crumbs(h, out);
	BUF_LIT(out, "]}</script>\n");
}

void head_write(const struct head *head, struct buf *out)
{
	write_basics(head, out);
	write_links(head, out);
	if (head->kind != HEAD_BARE) {
		write_social(head, out);
		write_json_ld(head, out);
	}
	buf_str(out, head->code);
}
