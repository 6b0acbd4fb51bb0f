/* site.c: the site's settings as one immutable snapshot. */
#include "base/base.h"

#include "base/enc.h"
#include "base/hash.h"
#include "base/json.h"
#include "core/settings.h"
#include "core/site.h"
#include "store/redirect.h"
#include "store/setting.h"
#include "store/site.h"

/* Raised with every change of what post_render() gives for the same Markdown. */
#define RENDER_VERSION 6
#define NAV_DEPTH_MAX 3

struct site_reader {
	struct site *site;
	struct settings settings;
};

/* The stored value, or the table's fallback. */
static struct str text_of(const struct site_reader *reader, const char *key)
{
	size_t lo = 0, hi = reader->settings.count;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(str_of(key), reader->settings.items[mid].key);
		if (c == 0)
			return reader->settings.items[mid].value;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	const struct setting_def *def = setting_find(str_of(key));
	return def ? str_of(def->fallback) : STR_NONE;
}

static int int_of(const struct site_reader *reader, const char *key)
{
	const struct setting_def *def = setting_find(str_of(key));
	int64_t number = 0;
	if (!str_to_i64(text_of(reader, key), &number) || number < def->min || number > def->max)
		str_to_i64(str_of(def->fallback), &number);
	return (int)number;
}

static bool bool_of(const struct site_reader *reader, const char *key)
{
	return str_is(text_of(reader, key), "true");
}

static int choice_of(const struct site_reader *reader, const char *key)
{
	const struct setting_def *def = setting_find(str_of(key));
	struct str value = text_of(reader, key);
	for (int i = 0; def->choices[i]; i++)
		if (str_is(value, def->choices[i]))
			return i;
	return 0;
}

static struct str field(struct arena *arena, const struct json *item, const char *key)
{
	return arena_str(arena, json_get_text(item, key, STR("")));
}

static struct site_menu_item *read_menu(struct arena *arena, const struct json *list, int depth, size_t *count)
{
	size_t n = depth > NAV_DEPTH_MAX ? 0 : json_count(list);
	struct site_menu_item *items = ARENA_ARRAY(arena, n + 1, struct site_menu_item);
	for (size_t i = 0; i < n; i++) {
		const struct json *item = json_at(list, i);
		items[i].label = field(arena, item, "label");
		items[i].url = field(arena, item, "url");
		items[i].children = read_menu(arena, json_get(item, "children"), depth + 1, &items[i].child_count);
	}
	*count = n;
	return items;
}

/* A value that is not JSON (nobody wrote it through setting_check) counts as empty. */
static struct json *json_of(const struct site_reader *reader, const char *key)
{
	struct json *json = NULL;
	if (json_parse(text_of(reader, key), JSON_MAX_B, &json, NULL) != RC_OK)
		return NULL;
	return json;
}

static void read_lists(const struct site_reader *reader)
{
	struct site *site = reader->site;
	struct json *nav = json_of(reader, "nav"), *second = json_of(reader, "nav_second");
	struct json *social = json_of(reader, "social");
	site->nav = read_menu(&site->arena, nav, 1, &site->nav_count);
	site->nav_second = read_menu(&site->arena, second, 1, &site->nav_second_count);
	site->social_count = json_count(social);
	site->social = ARENA_ARRAY(&site->arena, site->social_count + 1, struct site_link);
	for (size_t i = 0; i < site->social_count; i++) {
		const struct json *item = json_at(social, i);
		site->social[i] = (struct site_link){ field(&site->arena, item, "name"),
						      field(&site->arena, item, "label"),
						      field(&site->arena, item, "url") };
	}
	json_free(nav);
	json_free(second);
	json_free(social);
}

static void read_texts(const struct site_reader *reader)
{
	struct site *site = reader->site;
	const struct { const char *key; struct str *to; } texts[] = {
		{ "title", &site->title }, { "tagline", &site->tagline }, { "description", &site->description },
		{ "lang", &site->lang }, { "timezone", &site->timezone }, { "copyright", &site->copyright },
		{ "logo", &site->logo }, { "icon", &site->icon }, { "cover", &site->cover },
		{ "social_image", &site->social_image }, { "twitter", &site->twitter },
		{ "permalink", &site->permalink.pattern }, { "theme", &site->theme },
		{ "theme_settings", &site->theme_settings }, { "front_page", &site->front_page },
		{ "posts_path", &site->posts_path }, { "access_password", &site->access_password },
		{ "maintenance_message", &site->maintenance_message }, { "code_head", &site->code_head },
		{ "code_foot", &site->code_foot }, { "robots_extra", &site->robots_extra },
		{ "media_types", &site->media_types },
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		*texts[i].to = text_of(reader, texts[i].key);
}

static void read_numbers(const struct site_reader *reader)
{
	struct site *site = reader->site;
	site->posts_per_page = int_of(reader, "posts_per_page");
	site->feed_items = int_of(reader, "feed_items");
	site->related_count = int_of(reader, "related_count");
	site->toc_min_headings = int_of(reader, "toc_min_headings");
	site->excerpt_chars = int_of(reader, "excerpt_chars");
	site->access = (enum site_access)choice_of(reader, "access");
	site->raw_html = (enum markdown_raw_html)choice_of(reader, "raw_html");
	site->noindex = bool_of(reader, "noindex");
	site->record_missing = bool_of(reader, "record_missing");
	site->smart = bool_of(reader, "smart");
	site->feed_full = bool_of(reader, "feed_full");
}

static uint64_t stamp_of(const struct site *site)
{
	uint64_t stamp = hash_u64(RENDER_VERSION, 0);
	stamp = hash_mix(stamp, hash_str(site->base.mount, 0));
	if (str_given(site->base.media))
		stamp = hash_mix(stamp, hash_str(site->base.media, 0));
	stamp = hash_mix(stamp, hash_str(site->lang, 0));
	stamp = hash_mix(stamp, hash_str(str_of(markdown_flavour()), 0));
	stamp = hash_mix(stamp, hash_u64((uint64_t)site->smart, 0));
	stamp = hash_mix(stamp, hash_u64((uint64_t)site->raw_html, 0));
	return hash_mix(stamp, hash_u64((uint64_t)site->excerpt_chars, 0));
}

static enum rc read_secret(const struct site_reader *reader, const struct conf *conf, struct err *err)
{
	struct site *site = reader->site;
	struct buf secret = BUF_INIT(256);
	if (!str_empty(conf->secret)) {
		site->secret = arena_str(&site->arena, conf->secret);
		return RC_OK;
	}
	if (!enc_base64url_decode(&secret, text_of(reader, "internal.secret")) || secret.len < 32) {
		buf_release(&secret);
		return err_set(err, RC_CORRUPT, "site.db has no secret; run `platen init`");
	}
	site->secret = arena_str(&site->arena, buf_view(&secret));
	buf_release(&secret);
	return RC_OK;
}

/* A front page that has moved is still the front page. */
static enum rc follow_front_page(struct db_ro *db, struct site *site, struct err *err)
{
	struct redirect redirect;
	struct str target;
	if (str_empty(site->front_page))
		return RC_OK;
	enum rc rc = redirect_get(db, site->front_page, &site->arena, &redirect, &target, err);
	if (rc == RC_OK && redirect.post_id && str_given(target) && str_eq(redirect.from_path, site->front_page))
		site->front_page = target;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc site_load(struct db_ro *db, const struct conf *conf, struct site **out, struct err *err)
{
	struct site *site = mem_new(sizeof *site);
	struct site_reader reader = { .site = site };
	arena_init(&site->arena, ARENA_MAX_B);
	enum rc rc = site_public_seq(db, &site->public_seq, err);
	if (rc == RC_OK)
		rc = setting_all(db, &site->arena, &reader.settings, err);
	if (rc == RC_OK)
		rc = read_secret(&reader, conf, err);
	if (rc != RC_OK) {
		site_free(site);
		return rc;
	}
	site->base.origin = arena_str(&site->arena, conf->origin);
	site->base.mount = arena_str(&site->arena, conf->mount);
	site->base.media = conf->media_url ? arena_str(&site->arena, str_of(conf->media_url)) : STR_NONE;
	read_texts(&reader);
	read_numbers(&reader);
	read_lists(&reader);
	rc = follow_front_page(db, site, err);
	if (rc == RC_OK)
		rc = site_icons_find(db, site->icon, &site->arena, &site->icons, err);
	if (rc != RC_OK) {
		site_free(site);
		return rc;
	}
	site->render_stamp = stamp_of(site);
	*out = site;
	return RC_OK;
}

void site_free(struct site *site)
{
	if (!site)
		return;
	arena_release(&site->arena);
	free(site);
}
