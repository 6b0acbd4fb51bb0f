/* settings.c: one table of every site setting, and the checks of their values. */
#include "base/base.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "core/address.h"
#include "core/i18n.h"
#include "core/icons.h"
#include "core/settings.h"
#include "core/timetable.h"
#include "store/setting.h"

#define MENU_DEPTH_MAX 3
#define MENU_ITEMS_MAX 100
#define LABEL_MAX_B 200
/* Pictures by name: of TIFF, which tells of place and camera, readers could get no copy. */
#define MEDIA_TYPES "image/jpeg image/png image/gif image/webp image/avif image/heic image/bmp image/svg+xml " \
	"image/vnd.microsoft.icon audio/* video/* application/pdf text/plain text/csv text/markdown text/vtt text/calendar " \
	"application/zip application/epub+zip application/msword application/vnd.* font/*"
#define URL_MAX_B 2000

static const char *const access_choices[] = { "public", "private", "maintenance", NULL };
static const char *const raw_choices[] = { "off", "filtered", "on", NULL };

#define TEXT(k, max_b, d, h) { .key = k, .type = SETTING_TEXT, .fallback = d, .max = max_b, .help = h }
#define LONG_TEXT(k, max_b, h) { .key = k, .type = SETTING_LONG, .fallback = "", .max = max_b, .help = h }
#define BOOL(k, d, h) { .key = k, .type = SETTING_BOOL, .fallback = d, .help = h }
#define INT(k, lo, hi, d, h) { .key = k, .type = SETTING_INT, .fallback = d, .min = lo, .max = hi, .help = h }
#define OTHER(k, t, d, max_b, h) { .key = k, .type = t, .fallback = d, .max = max_b, .help = h }

/* Sorted by key: setting_find() bisects it; a test checks the order. */
static const struct setting_def table[] = {
	{ .key = "access", .type = SETTING_CHOICE, .fallback = "public", .choices = access_choices,
	  .help = "who sees the site: everybody, those with the site's password, or nobody for now" },
	OTHER("access_password", SETTING_SECRET, "", 300, "encoded hash of the site's password; set by `platen config set-password`"),
	LONG_TEXT("code_foot", 64 << 10, "HTML before </body> of every page; owners only"),
	LONG_TEXT("code_head", 64 << 10, "HTML in <head> of every page; owners only"),
	TEXT("copyright", 300, "", "line at the foot of every page"),
	TEXT("cover", 1000, "", "address of a picture for the top of the site"),
	OTHER("cron", SETTING_OBJECT, "{}", 16 << 10, "when the worker does maintenance: JSON object, task to cron expression; \"\": never"),
	INT("cron_jitter", 0, 600, "10", "maintenance begins up to so many seconds after its time, by chance"),
	LONG_TEXT("description", 2000, "what the site is about, for search engines and feeds"),
	INT("excerpt_chars", 60, 1000, "240", "length of an excerpt made from the text"),
	BOOL("feed_full", "true", "feeds carry whole posts; otherwise excerpts"),
	INT("feed_items", 1, 200, "20", "posts in a feed"),
	TEXT("front_page", ADDRESS_PATH_MAX_B, "", "address of the page shown at the site's root instead of the posts"),
	TEXT("icon", 1000, "", "address of a square picture of the site, of which its icons are made"),
	OTHER("lang", SETTING_LANG, "en", 35, "language of the site"),
	TEXT("logo", 1000, "", "address of the site's logo"),
	LONG_TEXT("maintenance_message", 2000, "what visitors read while the site is in maintenance"),
	TEXT("media_types", 2000, MEDIA_TYPES, "types of files that the media library takes, told by content; image/* is all pictures"),
	OTHER("nav", SETTING_MENU, "[]", 64 << 10, "main navigation: JSON list of {label, url, children}"),
	OTHER("nav_second", SETTING_MENU, "[]", 64 << 10, "second navigation, usually in the footer"),
	BOOL("noindex", "false", "ask search engines to keep away"),
	OTHER("permalink", SETTING_PERMALINK, "/:slug", 200, "address of posts: :year :month :day :slug :id :author :tag"),
	TEXT("posts_path", ADDRESS_PATH_MAX_B, "/posts", "address of the list of posts when front_page is set"),
	INT("posts_per_page", 1, 100, "10", "posts on a page of a list"),
	{ .key = "raw_html", .type = SETTING_CHOICE, .fallback = "filtered", .choices = raw_choices,
	  .help = "HTML in Markdown: off drops it, filtered keeps what is harmless, on keeps everything" },
	BOOL("record_missing", "true", "count the addresses that readers do not find"),
	INT("related_count", 0, 12, "3", "related posts below a post"),
	LONG_TEXT("robots_extra", 10000, "lines added to robots.txt"),
	BOOL("smart", "true", "typographic quotation marks, dashes and ellipses"),
	OTHER("social", SETTING_LINKS, "[]", 16 << 10, "profiles elsewhere: JSON list of {name, label, url}"),
	TEXT("social_image", 1000, "", "picture for links shared from pages that have none"),
	TEXT("tagline", 300, "", "a line below the title"),
	TEXT("theme", 64, "quire", "folder name of the theme"),
	OTHER("theme_settings", SETTING_OBJECT, "{}", 64 << 10, "JSON object: theme name to its settings"),
	OTHER("timezone", SETTING_TIMEZONE, "UTC", 64, "IANA name of the site's time zone"),
	TEXT("title", 200, "Platen", "name of the site"),
	INT("toc_min_headings", 0, 50, "4", "headings from which on a post gets a table of contents; 0: never"),
	TEXT("twitter", 40, "", "handle for Twitter cards, with @"),
};

const struct setting_def *settings_table(size_t *count)
{
	*count = COUNT_OF(table);
	return table;
}

const struct setting_def *setting_find(struct str key)
{
	size_t lo = 0, hi = COUNT_OF(table);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(key, str_of(table[mid].key));
		if (c == 0)
			return &table[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static enum rc check_text(const struct setting_def *def, struct str value, bool lines, struct err *err)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if ((c < 0x20 && !(lines && (c == '\n' || c == '\r' || c == '\t'))) || c == 0x7F)
			return err_set(err, RC_INVALID, "setting '%s': a control character at byte %zu", def->key, i);
	}
	return RC_OK;
}

static enum rc check_choice(const struct setting_def *def, struct str value, struct err *err)
{
	char allowed[200] = "";
	for (size_t i = 0; def->choices[i]; i++) {
		if (str_is(value, def->choices[i]))
			return RC_OK;
		size_t len = strlen(allowed);
		snprintf(allowed + len, sizeof allowed - len, "%s%s", i ? ", " : "", def->choices[i]);
	}
	return err_set(err, RC_INVALID, "setting '%s': '%.*s' is none of %s", def->key, STR_ARG(value), allowed);
}

bool url_is_harmless(struct str url)
{
	static const char *const starts[] = { "/", "#", "http://", "https://" };
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (str_istarts(url, str_of(starts[i])))
			return true;
	return false;
}

static enum rc check_field(const struct setting_def *def, const struct json *item, const char *field,
			   size_t max_b, struct err *err)
{
	struct str text = json_get_text(item, field, STR(""));
	if (str_empty(text) || text.n > max_b)
		return err_set(err, RC_INVALID, "setting '%s': every item needs a '%s' of 1 to %zu bytes", def->key,
			       field, max_b);
	if (str_is(str_of(field), "url") && !url_is_harmless(text))
		return err_set(err, RC_INVALID, "setting '%s': '%.*s' is not an address that a link may have",
			       def->key, STR_ARG(text));
	return RC_OK;
}

static enum rc check_menu(const struct setting_def *def, const struct json *list, int depth, size_t *items,
			  struct err *err)
{
	if (json_kind(list) != JSON_KIND_LIST)
		return err_set(err, RC_INVALID, "setting '%s' is not a JSON list", def->key);
	if (depth > MENU_DEPTH_MAX)
		return err_set(err, RC_LIMIT, "setting '%s' is nested deeper than %d levels", def->key, MENU_DEPTH_MAX);
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *item = json_at(list, i);
		if (++*items > MENU_ITEMS_MAX)
			return err_set(err, RC_LIMIT, "setting '%s' has more than %d items", def->key, MENU_ITEMS_MAX);
		enum rc rc = check_field(def, item, "label", LABEL_MAX_B, err);
		if (rc == RC_OK)
			rc = check_field(def, item, "url", URL_MAX_B, err);
		const struct json *children = json_get(item, "children");
		if (rc == RC_OK && children)
			rc = check_menu(def, children, depth + 1, items, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc check_links(const struct setting_def *def, const struct json *list, struct err *err)
{
	if (json_kind(list) != JSON_KIND_LIST || json_count(list) > MENU_ITEMS_MAX)
		return err_set(err, RC_INVALID, "setting '%s' is not a JSON list of at most %d items", def->key,
			       MENU_ITEMS_MAX);
	for (size_t i = 0; i < json_count(list); i++) {
		enum rc rc = check_field(def, json_at(list, i), "name", LABEL_MAX_B, err);
		if (rc == RC_OK)
			rc = check_field(def, json_at(list, i), "label", LABEL_MAX_B, err);
		if (rc == RC_OK)
			rc = check_field(def, json_at(list, i), "url", URL_MAX_B, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc check_json(const struct setting_def *def, struct str value, struct err *err)
{
	struct json *json = NULL;
	size_t items = 0;
	enum rc rc = json_parse(value, (size_t)def->max, &json, err);
	if (rc != RC_OK) {
		err_prefix(err, "setting '%s'", def->key);
		return rc;
	}
	if (def->type == SETTING_MENU)
		rc = check_menu(def, json, 1, &items, err);
	else if (def->type == SETTING_LINKS)
		rc = check_links(def, json, err);
	else if (json_kind(json) != JSON_KIND_OBJECT)
		rc = err_set(err, RC_INVALID, "setting '%s' is not a JSON object", def->key);
	else if (strcmp(def->key, "cron") == 0 && (rc = timetable_check(json, err)) != RC_OK)
		err_prefix(err, "setting '%s'", def->key);
	json_free(json);
	return rc;
}

static enum rc check_int(const struct setting_def *def, struct str value, struct err *err)
{
	int64_t number;
	if (!str_to_i64(value, &number) || number < def->min || number > def->max)
		return err_set(err, RC_INVALID, "setting '%s': '%.*s' is not a whole number from %lld to %lld",
			       def->key, STR_ARG(value), (long long)def->min, (long long)def->max);
	return RC_OK;
}

/* What single settings need beyond their type. */
static enum rc check_special(const struct setting_def *def, struct str value, struct err *err)
{
	struct str key = str_of(def->key);
	if (str_is(key, "title") && str_empty(str_trim(value)))
		return err_set(err, RC_INVALID, "setting 'title' is empty");
	if ((str_is(key, "front_page") && !str_empty(value)) || str_is(key, "posts_path")) {
		enum rc rc = address_check(value, err);
		if (rc != RC_OK)
			err_prefix(err, "setting '%s'", def->key);
		return rc;
	}
	/* A password written here as it is would open nothing and lie readable in the database. */
	if (str_is(key, "access_password") && !str_empty(value) && !str_starts(value, STR("$argon2id$")))
		return err_set(err, RC_INVALID, "setting 'access_password' is not an encoded hash; `platen config --stdin "
			       "set-password` makes one");
	if (str_is(key, "theme"))
		for (size_t i = 0; i < value.n || i == 0; i++)
			if (value.n == 0 || !strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", value.p[i]))
				return err_set(err, RC_INVALID,
					       "setting 'theme': '%.*s' is not a folder name (a-z, 0-9, '-', '_')",
					       STR_ARG(value));
	return RC_OK;
}

enum rc setting_check(const struct setting_def *def, struct str value, struct err *err)
{
	if (!utf8_valid(value))
		return err_set(err, RC_INVALID, "setting '%s' is not valid UTF-8", def->key);
	if (def->type != SETTING_INT && def->max > 0 && value.n > (size_t)def->max)
		return err_set(err, RC_LIMIT, "setting '%s' is longer than %lld bytes", def->key,
			       (long long)def->max);
	enum rc rc = RC_OK;
	switch (def->type) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		rc = check_text(def, value, false, err);
		break;
	case SETTING_LONG:
		rc = check_text(def, value, true, err);
		break;
	case SETTING_BOOL:
		if (!str_is(value, "true") && !str_is(value, "false"))
			rc = err_set(err, RC_INVALID, "setting '%s': '%.*s' is neither true nor false", def->key,
				     STR_ARG(value));
		break;
	case SETTING_INT:
		rc = check_int(def, value, err);
		break;
	case SETTING_CHOICE:
		rc = check_choice(def, value, err);
		break;
	case SETTING_LANG:
		if (!lang_is_valid(value))
			rc = err_set(err, RC_INVALID, "setting '%s': '%.*s' is not a language tag like \"en\" or \"pt-BR\"",
				     def->key, STR_ARG(value));
		break;
	case SETTING_TIMEZONE:
		rc = zone_get(value, &(const struct zone *){ NULL }, err);
		if (rc != RC_OK)
			rc = err_set(err, RC_INVALID, "setting '%s': there is no time zone '%.*s'", def->key,
				     STR_ARG(value));
		break;
	case SETTING_PERMALINK:
		rc = permalink_check(value, err);
		break;
	case SETTING_MENU:
	case SETTING_LINKS:
	case SETTING_OBJECT:
		rc = check_json(def, value, err);
		break;
	case SETTING_TYPE__MAX:
		rc = err_set(err, RC_INTERNAL, "setting '%s' has no type", def->key);
	}
	return rc == RC_OK ? check_special(def, value, err) : rc;
}

/* Settings that are baked into stored HTML or paths. */
static bool needs_rebuild(struct str key)
{
	static const char *const baked[] = { "excerpt_chars", "lang", "permalink", "raw_html", "smart", "timezone" };
	for (size_t i = 0; i < COUNT_OF(baked); i++)
		if (str_is(key, baked[i]))
			return true;
	return false;
}

enum rc setting_change(struct db_tx *tx, struct actor actor, struct str key, struct str value,
		       int64_t now_ms, bool *rebuild, struct err *err)
{
	if (actor.role != ROLE_OWNER)
		return err_set(err, RC_DENIED, "only owners change settings");
	const struct setting_def *def = setting_find(key);
	if (!def)
		return err_set(err, RC_INVALID, "there is no setting '%.*s'", STR_ARG(key));
	enum rc rc = setting_check(def, value, err);
	if (rc == RC_OK)
		rc = setting_put(tx, key, value, now_ms, err);
	if (rc == RC_OK && str_is(key, "icon"))
		rc = site_icons_order(tx, now_ms, err);
	if (rc == RC_OK && rebuild)
		*rebuild = needs_rebuild(key);
	return rc;
}
