/* skin.c: a theme as the site uses it: its templates, its manifest (theme.json) and its assets. */
#include "base/base.h"

#include "base/enc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/path.h"
#include "web/skin.h"

/* One number for names, sizes and times of all files of the folder: templates, manifest, assets. */
static enum rc stamp_of(const char *dir, uint64_t *out, struct err *err)
{
	struct arena scratch;
	struct file_entries files;
	uint64_t stamp = 0;
	arena_init(&scratch, (size_t)8 << 20);
	enum rc rc = file_tree(dir, &scratch, &files, err);
	if (rc == RC_OK && files.count > SKIN_FILES_MAX)
		rc = err_set(err, RC_LIMIT, "%s has more than %d files", dir, SKIN_FILES_MAX);
	for (size_t i = 0; rc == RC_OK && i < files.count; i++) {
		struct file_info info;
		if (files.items[i].kind != FILE_REGULAR)
			continue;
		rc = file_stat(path_join(&scratch, dir, files.items[i].name), &info, err);
		stamp = hash_mix(stamp, hash_str(str_of(files.items[i].name), 0));
		stamp = hash_mix(stamp, hash_u64((uint64_t)info.size_b, (uint64_t)info.mtime_ns));
	}
	if (rc == RC_OK)
		*out = stamp;
	arena_release(&scratch);
	return rc;
}

bool skin_stamp(const struct skin *skin, uint64_t *out)
{
	return stamp_of(skin->dir, out, NULL) == RC_OK;
}

static bool name_is_safe(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return name.n > 0 && name.n <= 64;
}

/* The folder of a theme: the data folder's own before the built-in one. */
static enum rc find_dir(const struct skin_places *places, struct str name, struct arena *arena,
			const char **out, struct err *err)
{
	struct file_info info;
	if (!name_is_safe(name))
		return err_set(err, RC_INVALID, "'%.*s' is not the name of a theme", STR_ARG(name));
	const char *cname = arena_cstr(arena, name);
	const char *own = path_join3(arena, places->data_dir, "themes", cname);
	const char *builtin = path_join(arena, places->theme_dir, cname);
	if (file_stat(own, &info, NULL) == RC_OK && info.kind == FILE_FOLDER)
		*out = own;
	else if (file_stat(builtin, &info, NULL) == RC_OK && info.kind == FILE_FOLDER)
		*out = builtin;
	else
		return err_set(err, RC_NOTFOUND, "there is no theme '%s' in %s or %s", cname,
			       path_join(arena, places->data_dir, "themes"), places->theme_dir);
	return RC_OK;
}

static enum rc read_type(struct str name, enum skin_type *out, struct err *err)
{
	static const char *const names[SKIN_TYPE__MAX] = {
		[SKIN_TEXT] = "text", [SKIN_BOOL] = "bool", [SKIN_COLOR] = "color",
		[SKIN_CHOICE] = "choice", [SKIN_INT] = "int",
	};
	for (int i = 0; i < SKIN_TYPE__MAX; i++) {
		if (str_is(name, names[i])) {
			*out = (enum skin_type)i;
			return RC_OK;
		}
	}
	return err_set(err, RC_INVALID, "theme.json: '%.*s' is not a type of setting", STR_ARG(name));
}

static struct str text_of(struct skin *skin, const struct json *value)
{
	switch (json_kind(value)) {
	case JSON_KIND_BOOL:
		return json_bool(value, false) ? STR("true") : STR("false");
	case JSON_KIND_INT:
		return arena_printf(&skin->arena, "%lld", (long long)json_int(value, 0));
	default:
		return arena_str(&skin->arena, json_text(value, STR("")));
	}
}

static enum rc read_setting(struct skin *skin, const struct json *from, struct skin_setting *out,
			    struct err *err)
{
	struct str key = json_get_text(from, "key", STR(""));
	if (!name_is_safe(key))
		return err_set(err, RC_INVALID, "theme.json: a setting has no key of letters, digits, - and _");
	enum rc rc = read_type(json_get_text(from, "type", STR("")), &out->type, err);
	if (rc != RC_OK)
		return rc;
	out->key = arena_cstr(&skin->arena, key);
	out->fallback = text_of(skin, json_get(from, "default"));
	out->max_b = (size_t)json_get_int(from, "max", 1000);
	const struct json *choices = json_get(from, "choices");
	out->choice_count = json_count(choices);
	struct str *list = ARENA_ARRAY(&skin->arena, out->choice_count + 1, struct str);
	for (size_t i = 0; i < out->choice_count; i++)
		list[i] = text_of(skin, json_at(choices, i));
	out->choices = list;
	return RC_OK;
}

static int read_count(const struct json *manifest, const char *key, int max)
{
	int64_t n = json_get_int(manifest, key, 0);
	return n < 0 ? 0 : n > max ? max : (int)n;
}

static enum rc read_manifest(struct skin *skin, struct err *err)
{
	struct buf text = BUF_INIT(SKIN_MANIFEST_MAX_B);
	struct json *manifest = NULL;
	const char *path = path_join(&skin->arena, skin->dir, "theme.json");
	enum rc rc = file_read(path, SKIN_MANIFEST_MAX_B, &text, err);
	if (rc == RC_OK && (rc = json_parse(buf_view(&text), SKIN_MANIFEST_MAX_B, &manifest, err)) != RC_OK)
		err_prefix(err, "theme.json");
	if (rc != RC_OK)
		goto out;
	const struct json *settings = json_get(manifest, "settings");
	struct skin_setting *list = ARENA_ARRAY(&skin->arena, json_count(settings) + 1, struct skin_setting);
	for (size_t i = 0; rc == RC_OK && i < json_count(settings); i++)
		rc = read_setting(skin, json_at(settings, i), &list[i], err);
	skin->settings = list;
	skin->setting_count = json_count(settings);
	skin->posts_per_page = read_count(manifest, "posts_per_page", 100);
	skin->site_tags = read_count(manifest, "tags", 200);
	skin->sections = read_count(manifest, "sections", 12);
	skin->section_posts = read_count(manifest, "section_posts", 20);
out:
	json_free(manifest);
	buf_release(&text);
	return rc;
}

/* "fonts/face.css" is asset.fonts_face_css. */
static const char *asset_key(struct arena *arena, const char *name)
{
	char *key = arena_cstr(arena, str_of(name));
	for (char *c = key; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')))
			*c = '_';
	return key;
}

static enum rc list_assets(struct skin *skin, struct str mount, const char *asset_path, struct err *err)
{
	struct file_entries files = { NULL, 0 };
	struct value *values = value_root(&skin->arena);
	const char *dir = path_join(&skin->arena, skin->dir, "assets");
	if (file_exists(dir)) {
		enum rc rc = file_tree(dir, &skin->arena, &files, err);
		if (rc != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < files.count; i++) {
		const char *name = files.items[i].name;
		if (files.items[i].kind != FILE_REGULAR)
			continue;
		struct str path = enc_percent_dup(&skin->arena, str_of(name), ENC_PATH);
		value_text(&skin->arena, values, asset_key(&skin->arena, name),
			   ARENA_JOIN(&skin->arena, mount, str_of(asset_path), str_of(skin->hash), STR("/"), path));
	}
	skin->asset_values = values;
	return RC_OK;
}

/* `fallback` (may be NULL): the folder of templates that this one lacks. */
static enum rc load_parts(struct skin *skin, struct str mount, const char *asset_path, const char *fallback,
			  struct err *err)
{
	uint64_t stamp = 0;
	enum rc rc = stamp_of(skin->dir, &stamp, err);
	if (rc != RC_OK)
		return rc;
	skin->stamp = stamp;
	snprintf(skin->hash, sizeof skin->hash, "%016llx", (unsigned long long)stamp);
	rc = read_manifest(skin, err);
	if (rc == RC_OK)
		rc = list_assets(skin, mount, asset_path, err);
	if (rc == RC_OK)
		rc = theme_load(skin->dir, fallback, &skin->arena, &skin->theme, NULL, err);
	return rc;
}

static struct skin *skin_new(struct str name)
{
	struct skin *skin = mem_new(sizeof *skin);
	arena_init(&skin->arena, ARENA_MAX_B);
	skin->refs = 1;
	skin->name = arena_str(&skin->arena, name);
	return skin;
}

static enum rc hand_over(struct skin *skin, enum rc rc, struct skin **out)
{
	if (rc == RC_OK)
		*out = skin;
	else
		skin_drop(skin);
	return rc;
}

enum rc skin_load(const struct skin_places *places, struct str name, struct skin **out,
		  struct err *err)
{
	struct skin *skin = skin_new(name);
	const char *fallback = path_join(&skin->arena, places->theme_dir, SKIN_DEFAULT);
	enum rc rc = find_dir(places, name, &skin->arena, &skin->dir, err);
	if (rc == RC_OK && (rc = load_parts(skin, places->mount, "/assets/", fallback, err)) != RC_OK)
		err_prefix(err, "theme '%.*s'", STR_ARG(name));
	return hand_over(skin, rc, out);
}

enum rc skin_load_folder(const char *dir, struct str mount, const char *asset_path, struct skin **out,
			 struct err *err)
{
	struct skin *skin = skin_new(STR("admin"));
	skin->dir = arena_cstr(&skin->arena, str_of(dir));
	enum rc rc = load_parts(skin, mount, asset_path, NULL, err);
	if (rc != RC_OK)
		err_prefix(err, "%s", dir);
	return hand_over(skin, rc, out);
}

struct skin *skin_hold(struct skin *skin)
{
	__atomic_add_fetch(&skin->refs, 1, __ATOMIC_RELAXED);
	return skin;
}

void skin_drop(struct skin *skin)
{
	if (!skin || __atomic_sub_fetch(&skin->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	theme_free(skin->theme);
	arena_release(&skin->arena);
	free(skin);
}

enum rc skin_asset(const struct skin *skin, struct str name, int *fd, struct err *err)
{
	struct arena scratch;
	arena_init(&scratch, (size_t)64 << 10);
	enum rc rc = file_open_below(path_join(&scratch, skin->dir, "assets"), arena_cstr(&scratch, name),
				     fd, err);
	arena_release(&scratch);
	return rc;
}

/* "#abc", "#aabbcc" or "#aabbccdd": nothing else gets into a style element. */
static bool is_color(struct str s)
{
	if ((s.n != 4 && s.n != 7 && s.n != 9) || s.p[0] != '#')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (enc_hex_digit(s.p[i]) < 0)
			return false;
	return true;
}

static bool is_choice(const struct skin_setting *setting, struct str s)
{
	for (size_t i = 0; i < setting->choice_count; i++)
		if (str_eq(setting->choices[i], s))
			return true;
	return false;
}

bool skin_setting_fits(const struct skin_setting *setting, struct str text)
{
	int64_t number;
	switch (setting->type) {
	case SKIN_COLOR:
		return is_color(text);
	case SKIN_CHOICE:
		return is_choice(setting, text);
	case SKIN_BOOL:
		return str_is(text, "true") || str_is(text, "false");
	case SKIN_INT:
		return str_to_i64(text, &number) && number >= -SKIN_INT_MAX && number <= SKIN_INT_MAX;
	default:
		return str_given(text) && text.n <= setting->max_b;
	}
}

/* What is written for a setting, or its default when that fits its type no more. */
static struct str setting_text(const struct skin_setting *setting, const struct json *written)
{
	struct str text = json_get_text(written, setting->key, STR_NONE);
	return str_given(text) && skin_setting_fits(setting, text) ? text : setting->fallback;
}

static void choice_flags(const struct skin_setting *setting, struct str chosen, struct arena *arena,
			 struct value *theme)
{
	for (size_t i = 0; i < setting->choice_count; i++) {
		struct str key = arena_printf(arena, "%s_is_%.*s", setting->key, STR_ARG(setting->choices[i]));
		value_bool(arena, theme, key.p, str_eq(setting->choices[i], chosen));
	}
}

static void setting_value(const struct skin_setting *setting, const struct json *written,
			  struct arena *arena, struct value *theme)
{
	struct json *given = json_get(written, setting->key);
	int64_t number = 0;
	switch (setting->type) {
	case SKIN_BOOL:
		value_bool(arena, theme, setting->key, json_bool(given, str_is(setting->fallback, "true")));
		break;
	case SKIN_INT:
		if (!str_to_i64(setting->fallback, &number))
			number = 0;
		value_int(arena, theme, setting->key, json_int(given, number));
		break;
	default: {
		/* Copied: the JSON tree is gone when the page is rendered. */
		struct str text = arena_str(arena, setting_text(setting, written));
		value_text(arena, theme, setting->key, text);
		choice_flags(setting, text, arena, theme);
	}
	}
}

/* The written settings of this theme; *root must be freed. */
static const struct json *written_settings(const struct skin *skin, struct str written, struct json **root)
{
	*root = NULL;
	if (str_empty(written) || json_parse(written, JSON_MAX_B, root, NULL) != RC_OK)
		return NULL;
	struct json_iter it = { 0 };
	while (json_next(*root, &it))
		if (str_eq(it.key, skin->name))
			return it.value;
	return NULL;
}

struct str skin_setting_now(const struct skin *skin, const struct skin_setting *setting, struct str written,
			    struct arena *arena)
{
	struct json *root;
	const struct json *own = written_settings(skin, written, &root), *given = json_get(own, setting->key);
	struct str text = setting->fallback;
	if (setting->type == SKIN_BOOL && json_kind(given) == JSON_KIND_BOOL)
		text = json_bool(given, false) ? STR("true") : STR("false");
	else if (setting->type == SKIN_INT && json_kind(given) == JSON_KIND_INT)
		text = arena_printf(arena, "%lld", (long long)json_int(given, 0));
	else if (setting->type != SKIN_BOOL && setting->type != SKIN_INT)
		text = arena_str(arena, setting_text(setting, own));
	json_free(root);
	return text;
}

void skin_settings(const struct skin *skin, struct str written, struct arena *arena,
		   struct value *parent)
{
	struct json *root;
	const struct json *own = written_settings(skin, written, &root);
	struct value *theme = value_object(arena, parent, "theme");
	for (size_t i = 0; i < skin->setting_count; i++)
		setting_value(&skin->settings[i], own, arena, theme);
	json_free(root);
}

void skin_colors(const struct skin *skin, struct str written, struct buf *out)
{
	struct json *root;
	const struct json *own = written_settings(skin, written, &root);
	size_t before = out->len;
	BUF_LIT(out, ":root{");
	size_t empty = out->len;
	for (size_t i = 0; i < skin->setting_count; i++) {
		struct str text = setting_text(&skin->settings[i], own);
		if (skin->settings[i].type == SKIN_COLOR && is_color(text))
			buf_printf(out, "--theme-%s:%.*s;", skin->settings[i].key, STR_ARG(text));
	}
	if (out->len == empty)
		buf_truncate(out, before);
	else
		BUF_LIT(out, "}");
	json_free(root);
}
