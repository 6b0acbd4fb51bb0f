/* values_site.c: the values that stand on every page: site, theme, assets, phrases. */
#include "base/base.h"

#include "base/date.h"
#include "core/address.h"
#include "web/values.h"

void value_absent(struct arena *arena, struct value *object, const char *key)
{
	value_share(arena, object, key, NULL);
}

void value_text_or_null(struct arena *arena, struct value *object, const char *key, struct str text)
{
	if (str_empty(text))
		value_absent(arena, object, key);
	else
		value_text(arena, object, key, text);
}

/* A menu's address leads to the page when it is the page's own path. */
static bool is_current(struct visit *v, struct str url, struct str section)
{
	return str_given(section) && str_eq(address_resolve(&v->site->base, url, v->arena),
					    visit_link(v, section));
}

/* As deep as the setting allows; an item without children has an empty list of its own, so that a
 * template never sees its parent's. */
static void menu_items(struct visit *v, struct value *list, const struct site_menu_item *items, size_t count,
		       struct str section)
{
	for (size_t i = 0; i < count; i++) {
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "label", items[i].label);
		value_text(v->arena, item, "url", address_resolve(&v->site->base, items[i].url, v->arena));
		value_bool(v->arena, item, "current", is_current(v, items[i].url, section));
		value_bool(v->arena, item, "has_children", items[i].child_count > 0);
		menu_items(v, value_list(v->arena, item, "children"), items[i].children, items[i].child_count, section);
	}
}

static void menu(struct visit *v, struct value *site, const char *key, const char *has_key,
		 const struct site_menu_item *items, size_t count, struct str section)
{
	value_bool(v->arena, site, has_key, count > 0);
	menu_items(v, value_list(v->arena, site, key), items, count, section);
}

static void social(struct visit *v, struct value *site)
{
	struct value *list = value_list(v->arena, site, "social");
	value_bool(v->arena, site, "has_social", v->site->social_count > 0);
	for (size_t i = 0; i < v->site->social_count; i++) {
		const struct site_link *link = &v->site->social[i];
		struct value *item = value_item(v->arena, list);
		value_text(v->arena, item, "name", link->name);
		value_text(v->arena, item, "label", link->label);
		value_text(v->arena, item, "url", link->url);
	}
}

static void addresses(struct visit *v, struct value *site)
{
	static const struct { const char *key, *path; } links[] = {
		{ "search_url", "/search" }, { "archive_url", "/archive" }, { "feed_url", "/feed.xml" },
		{ "rss_url", "/rss.xml" }, { "json_feed_url", "/feed.json" },
	};
	value_text(v->arena, site, "url", address_home(&v->site->base, 1, v->arena));
	for (size_t i = 0; i < COUNT_OF(links); i++)
		value_text_or_null(v->arena, site, links[i].key,
				   v->shut ? STR_NONE : visit_link(v, str_of(links[i].path)));
}

/* The most used tags, for a theme that asks for them. */
static enum rc site_tags(struct visit *v, struct value *site, struct err *err)
{
	struct tags tags = { NULL, 0 };
	int want = v->edition->skin->site_tags;
	if (want > 0 && !v->shut) {
		enum rc rc = tag_list(v->db, TAG_BY_COUNT, false, v->now_ms, want, v->arena, &tags, err);
		if (rc != RC_OK)
			return rc;
	}
	struct value *list = value_list(v->arena, site, "tags");
	value_bool(v->arena, site, "has_tags", tags.count > 0);
	for (size_t i = 0; i < tags.count; i++)
		values_counted(v, value_item(v->arena, list), tags.items[i].name,
			       address_tag(tags.items[i].slug, 1, v->arena), tags.items[i].count);
	return RC_OK;
}

static int site_year(const struct visit *v)
{
	struct date now;
	date_civil(v->edition->zone, v->now_ms, &now);
	return now.year;
}

int64_t values_year_ends_ms(const struct zone *zone, int64_t now_ms)
{
	struct date now;
	date_civil(zone, now_ms, &now);
	struct date next = { .year = now.year + 1, .month = 1, .day = 1 };
	return date_ms(zone, &next);
}

static enum rc site_values(struct visit *v, const struct page *page, struct err *err)
{
	const struct site *s = v->site;
	struct value *site = value_object(v->arena, page->root, "site");
	value_text(v->arena, site, "title", s->title);
	value_text(v->arena, site, "tagline", s->tagline);
	value_text(v->arena, site, "description", s->description);
	value_text(v->arena, site, "lang", s->lang);
	value_text(v->arena, site, "dir", str_of(lang_dir(s->lang)));
	value_text(v->arena, site, "copyright", s->copyright);
	value_int(v->arena, site, "year", site_year(v));
	/* To whom the site is shut, its media are: the title stands in place of the logo. */
	values_logo(v, site, v->shut ? STR_NONE : s->logo);
	values_cover(v, site, v->shut ? STR_NONE : s->cover);
	menu(v, site, "nav", "has_nav", s->nav, v->shut ? 0 : s->nav_count, page->section);
	menu(v, site, "nav_second", "has_nav_second", s->nav_second, v->shut ? 0 : s->nav_second_count,
	     page->section);
	social(v, site);
	addresses(v, site);
	return site_tags(v, site, err);
}

enum rc values_site(struct visit *v, const struct page *page, struct err *err)
{
	static const struct { const char *kind, *flag; } kinds[] = {
		{ "home", "is_home" }, { "post", "is_post" }, { "page", "is_page" }, { "tag", "is_tag" },
		{ "author", "is_author" }, { "archive", "is_archive" }, { "search", "is_search" },
		{ "password", "is_password" }, { "error", "is_error" },
	};
	value_text(v->arena, page->root, "kind", str_of(page->kind));
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		value_bool(v->arena, page->root, kinds[i].flag, strcmp(page->kind, kinds[i].kind) == 0);
	value_text(v->arena, page->root, "lang", page->lang);
	value_text(v->arena, page->root, "dir", str_of(lang_dir(page->lang)));
	value_html(v->arena, page->root, "code_foot", html_stored(v->site->code_foot));
	value_share(v->arena, page->root, "t", i18n_values(v->i18n));
	value_share(v->arena, page->root, "asset", v->edition->skin->asset_values);
	skin_settings(v->edition->skin, v->site->theme_settings, v->arena, page->root);
	return site_values(v, page, err);
}
