/* settings_pages.c: which setting is on which page of the admin, and how it is shown. */
#include "base/base.h"

#include "web/settings_form.h"

/* A test makes sure that each setting of the site is here, or has a page of its own. */
const struct settings_page settings_pages[] = {
	{ "general", {
		{ "title", SET_LINE }, { "tagline", SET_LINE }, { "description", SET_LINES }, { "lang", SET_LANG },
		{ "timezone", SET_ZONE }, { "copyright", SET_LINE } } },
	{ "pictures", {
		{ "logo", SET_PICTURE }, { "icon", SET_PICTURE }, { "cover", SET_PICTURE },
		{ "social_image", SET_PICTURE } } },
	{ "reading", {
		{ "front_page", SET_PAGE }, { "posts_path", SET_PATH }, { "posts_per_page", SET_NUMBER },
		{ "related_count", SET_NUMBER }, { "excerpt_chars", SET_NUMBER }, { "feed_items", SET_NUMBER },
		{ "feed_full", SET_CHECK } } },
	{ "addresses", { { "permalink", SET_PATTERN } } },
	{ "writing", {
		{ "raw_html", SET_CHOICE }, { "smart", SET_CHECK }, { "toc_min_headings", SET_NUMBER },
		{ "media_types", SET_LINE } } },
	{ "social", { { "social", SET_LINKS }, { "twitter", SET_LINE } } },
	{ "privacy", {
		{ "access", SET_CHOICE }, { "access_password", SET_PASSWORD }, { "maintenance_message", SET_LINES },
		{ "noindex", SET_CHECK }, { "robots_extra", SET_LINES },
		{ "record_missing", SET_CHECK } } },
	{ "code", { { "code_head", SET_CODE }, { "code_foot", SET_CODE } } },
	{ "maintenance", { { "cron", SET_TIMES }, { "cron_jitter", SET_NUMBER } } },
	{ NULL, { { NULL, SET_LINE } } },
};

const struct settings_page *settings_page_find(struct str name)
{
	for (const struct settings_page *page = settings_pages; page->name; page++)
		if (str_is(name, page->name))
			return page;
	return NULL;
}
