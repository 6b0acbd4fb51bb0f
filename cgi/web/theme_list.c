/* theme_list.c: which themes are there, and what each says of itself. */
#include "base/base.h"

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "core/place.h"
#include "web/skin.h"
#include "web/theme_list.h"

/* {"en": "...", "de": "..."} or one text for all; the language without its region does, then English. */
static struct str in_language(const struct json *value, struct str lang, struct arena *arena)
{
	struct json_iter iter = { 0 };
	struct str best = json_text(value, STR(""));
	int found = 0;
	while (json_next(value, &iter)) {
		int fit = str_ieq(iter.key, lang) ? 4 : str_istarts(lang, iter.key) ? 3 : str_is(iter.key, "en") ? 2 : 1;
		if (fit > found) {
			found = fit;
			best = json_text(iter.value, STR(""));
		}
	}
	return arena_str(arena, best);
}

static struct str author_of(const struct json *manifest, struct arena *arena)
{
	const struct json *author = json_get(manifest, "author");
	if (json_kind(author) == JSON_KIND_OBJECT)
		author = json_get(author, "name");
	return arena_str(arena, json_text(author, STR("")));
}

static struct str screenshot_of(const char *dir, struct arena *arena)
{
	static const char *const names[] = { "screenshot.png", "screenshot.jpg", "screenshot.webp" };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (file_exists(path_join3(arena, dir, "assets", names[i])))
			return str_of(names[i]);
	return STR("");
}

static size_t count_choices(const struct json *settings)
{
	size_t count = 0;
	for (size_t i = 0; i < json_count(settings); i++)
		count += json_count(json_get(json_at(settings, i), "labels"));
	return count;
}

static void read_labels(const struct json *settings, struct str lang, struct arena *arena, struct theme_facts *out)
{
	out->label_count = json_count(settings);
	out->labels = ARENA_ARRAY(arena, out->label_count + 1, struct theme_label);
	out->choices = ARENA_ARRAY(arena, count_choices(settings) + 1, struct theme_label);
	for (size_t i = 0; i < out->label_count; i++) {
		const struct json *setting = json_at(settings, i);
		struct json_iter iter = { 0 };
		struct str key = arena_str(arena, json_get_text(setting, "key", STR("")));
		out->labels[i] = (struct theme_label){ key, in_language(json_get(setting, "label"), lang, arena),
						       in_language(json_get(setting, "hint"), lang, arena) };
		while (json_next(json_get(setting, "labels"), &iter))
			out->choices[out->choice_count++] = (struct theme_label){
				ARENA_JOIN(arena, key, STR("."), iter.key), in_language(iter.value, lang, arena), STR("") };
	}
}

static enum rc read_facts(const struct conf *conf, struct str name, const char *dir, struct str lang,
			  struct arena *arena, struct theme_facts *out, struct err *err)
{
	struct json *manifest = NULL;
	struct str text;
	enum rc rc = file_load(path_join(arena, dir, "theme.json"), SKIN_MANIFEST_MAX_B, arena, &text, err);
	if (rc == RC_OK && (rc = json_parse(text, SKIN_MANIFEST_MAX_B, &manifest, err)) != RC_OK)
		err_prefix(err, "theme.json");
	if (rc != RC_OK)
		return rc;
	struct str title = in_language(json_get(manifest, "name"), lang, arena);
	*out = (struct theme_facts){
		.name = name, .title = str_empty(title) ? name : title, .dir = dir,
		.version = arena_str(arena, json_get_text(manifest, "version", STR(""))),
		.author = author_of(manifest, arena),
		.description = in_language(json_get(manifest, "description"), lang, arena),
		.screenshot = screenshot_of(dir, arena),
		.own = str_starts(str_of(dir), str_of(path_join(arena, conf->data_dir, "themes"))),
	};
	read_labels(json_get(manifest, "settings"), lang, arena, out);
	json_free(manifest);
	return RC_OK;
}

/* The setting "theme" takes no others (core/settings.c). */
static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", name.p[i]))
			return false;
	return name.n > 0 && name.n <= 64;
}

enum rc theme_facts_get(const struct conf *conf, struct str name, struct str lang, struct arena *arena,
			struct theme_facts *out, struct err *err)
{
	const char *dir = is_name(name) ? place_theme_dir(conf, name, arena) : NULL;
	if (!dir)
		return err_set(err, RC_NOTFOUND, "there is no such theme");
	return read_facts(conf, arena_str(arena, name), dir, lang, arena, out, err);
}

static bool has(const struct theme_facts_list *list, struct str name)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->items[i].name, name))
			return true;
	return false;
}

/* A folder that is no theme, or none yet, is passed over. */
static enum rc add_folder(const struct conf *conf, const char *dir, struct str lang, struct arena *arena,
			  struct theme_facts_list *list, struct err *err)
{
	struct file_entries entries;
	if (!file_exists(dir))
		return RC_OK;
	enum rc rc = file_list(dir, arena, &entries, err);
	for (size_t i = 0; rc == RC_OK && i < entries.count && list->count < THEMES_MAX; i++) {
		struct str name = str_of(entries.items[i].name);
		if (is_name(name) && !has(list, name) &&
		    read_facts(conf, name, path_join(arena, dir, name.p), lang, arena, &list->items[list->count], NULL) == RC_OK)
			list->count++;
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct theme_facts *)a)->name, ((const struct theme_facts *)b)->name);
}

enum rc theme_list(const struct conf *conf, struct str lang, struct arena *arena, struct theme_facts_list *out,
		   struct err *err)
{
	struct theme_facts_list list = { ARENA_ARRAY(arena, THEMES_MAX, struct theme_facts), 0 };
	enum rc rc = add_folder(conf, path_join(arena, conf->data_dir, "themes"), lang, arena, &list, err);
	if (rc == RC_OK)
		rc = add_folder(conf, conf->theme_dir, lang, arena, &list, err);
	if (rc != RC_OK)
		return rc;
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, by_name);
	*out = list;
	return RC_OK;
}

enum rc theme_problems(const struct conf *conf, const struct theme_facts *theme, struct arena *arena,
		       struct theme_report *out, struct err *err)
{
	struct theme *loaded = NULL;
	struct theme_report report = { NULL, 0 };
	enum rc rc = theme_load(theme->dir, path_join(arena, conf->theme_dir, SKIN_DEFAULT), arena, &loaded, &report, err);
	theme_free(loaded);
	if (rc != RC_OK && rc != RC_INVALID)
		return rc;
	*out = report;
	return RC_OK;
}

struct str theme_label(const struct theme_label *labels, size_t count, struct str key, struct str otherwise)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(labels[i].key, key))
			return str_empty(labels[i].label) ? otherwise : labels[i].label;
	return otherwise;
}
