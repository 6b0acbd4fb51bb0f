/* settings_values.c: a page of settings as values for its template. */
#include "base/base.h"

#include "base/date.h"
#include "base/json.h"
#include "base/zone.h"
#include "core/address.h"
#include "core/task.h"
#include "store/post_list.h"
#include "web/media_values.h"
#include "web/settings_form.h"

#define PAGES_MAX 500
#define TEXT_MAX_B ((size_t)256 << 10)
#define EMPTY_ROWS 2

static struct str phrase(struct visit *v, const char *a, const char *b)
{
	return i18n_text(v->admin->i18n, arena_printf(v->arena, "%s_%s", a, b).p);
}

static void option(struct visit *v, struct value *list, struct str option_value, struct str label, bool selected)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "value", option_value);
	value_text(v->arena, item, "label", label);
	value_bool(v->arena, item, "selected", selected);
}

static void choice_options(struct visit *v, struct value *list, const struct settings_entry *entry)
{
	for (size_t i = 0; entry->def->choices[i]; i++) {
		struct str choice = str_of(entry->def->choices[i]);
		option(v, list, choice, phrase(v, arena_printf(v->arena, "set_%s", entry->def->key).p, choice.p),
		       str_eq(choice, entry->shown));
	}
}

static void lang_options(struct visit *v, struct value *list)
{
	static const char *const tags[] = {
		"en", "de", "fr", "es", "it", "pt", "pt-BR", "nl", "pl", "ru", "uk", "ja", "zh", "zh-TW", "ko", "ar", "he", "fa",
		"tr", "sv", "da", "nb", "fi", "cs", "sk", "sl", "hr", "sr", "bg", "ro", "hu", "el", "et", "lv", "lt", "ca",
		"eu", "gl", "ga", "eo", "hi", "th", "vi", "id",
	};
	for (size_t i = 0; i < COUNT_OF(tags); i++)
		option(v, list, str_of(tags[i]), lang_name(str_of(tags[i])), false);
}

/* A machine without the table of zones has no suggestions; the name is checked in any case. */
static void zone_options(struct visit *v, struct value *list)
{
	struct str *names;
	size_t count = 0;
	if (zone_list(v->arena, &names, &count, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < count; i++)
		option(v, list, names[i], STR(""), false);
}

static enum rc page_options(struct visit *v, struct db_ro *db, struct value *list, struct err *err)
{
	struct post_cards pages;
	enum rc rc = page_list(db, v->now_ms, PAGES_MAX, v->arena, &pages, err);
	for (size_t i = 0; rc == RC_OK && i < pages.count; i++)
		option(v, list, pages.items[i].path, pages.items[i].title, false);
	return rc;
}

static const char *const patterns[] = {
	"/:slug", "/:year/:month/:slug", "/:year/:month/:day/:slug", "/:tag/:slug", "/posts/:slug", "/:author/:slug",
};

/* What the usual patterns make of a post of today. */
static void pattern_options(struct visit *v, struct value *field, struct value *list)
{
	struct date now;
	date_civil(v->edition->zone, v->now_ms, &now);
	struct permalink_values values = {
		.slug = i18n_text(v->admin->i18n, "set_example_slug"), .public_id = STR("x7Kd2"),
		.author_slug = i18n_text(v->admin->i18n, "set_example_author"),
		.tag_slug = i18n_text(v->admin->i18n, "set_example_tag"),
		.year = now.year, .month = now.month, .day = now.day,
	};
	struct value *examples = value_list(v->arena, field, "examples");
	for (size_t i = 0; i < COUNT_OF(patterns); i++) {
		struct value *item = value_item(v->arena, examples);
		struct str path = permalink_path((struct permalink){ str_of(patterns[i]) }, &values, v->arena);
		value_text(v->arena, item, "pattern", str_of(patterns[i]));
		value_text(v->arena, item, "example", visit_absolute(v, path));
		option(v, list, str_of(patterns[i]), path, false);
	}
}

static void link_row(struct visit *v, struct value *list, size_t number, const struct json *from)
{
	struct value *item = value_item(v->arena, list);
	value_int(v->arena, item, "number", (int64_t)number);
	value_text(v->arena, item, "name", arena_str(v->arena, json_get_text(from, "name", STR(""))));
	value_text(v->arena, item, "label", arena_str(v->arena, json_get_text(from, "label", STR(""))));
	value_text(v->arena, item, "url", arena_str(v->arena, json_get_text(from, "url", STR(""))));
}

static void link_rows(struct visit *v, struct value *field, struct str shown)
{
	struct json *links = NULL;
	struct value *rows = value_list(v->arena, field, "rows");
	size_t count = 0;
	if (json_parse(shown, TEXT_MAX_B, &links, NULL) == RC_OK)
		for (; count < json_count(links); count++)
			link_row(v, rows, count + 1, json_at(links, count));
	for (size_t i = 0; i < EMPTY_ROWS; i++)
		link_row(v, rows, ++count, NULL);
	json_free(links);
}

static void time_rows(struct visit *v, struct value *field, struct str shown)
{
	struct json *times = NULL;
	struct value *rows = value_list(v->arena, field, "times");
	if (json_parse(shown, TEXT_MAX_B, &times, NULL) != RC_OK)
		times = NULL;
	for (size_t i = 0; tasks[i]; i++) {
		struct value *item = value_item(v->arena, rows);
		struct str text = json_get_text(times, tasks[i]->name, STR_NONE);
		value_text(v->arena, item, "task", str_of(tasks[i]->name));
		value_text(v->arena, item, "usual", str_of(tasks[i]->cron ? tasks[i]->cron : "@daily"));
		value_text(v->arena, item, "text", !str_given(text) ? STR("") : str_empty(text) ? STR("-") : arena_str(v->arena, text));
	}
	json_free(times);
}

/* Every key of every field is set: a template's inner section would find its neighbour's otherwise. */
static void field_flags(struct visit *v, struct value *field, enum settings_control control)
{
	static const struct { const char *flag; unsigned controls; } flags[] = {
		{ "is_line", 1u << SET_LINE | 1u << SET_PICTURE | 1u << SET_LANG | 1u << SET_ZONE | 1u << SET_PAGE |
			     1u << SET_PATH | 1u << SET_PATTERN },
		{ "is_lines", 1u << SET_LINES }, { "is_code", 1u << SET_CODE }, { "is_check", 1u << SET_CHECK },
		{ "is_number", 1u << SET_NUMBER }, { "is_choice", 1u << SET_CHOICE }, { "is_links", 1u << SET_LINKS },
		{ "is_times", 1u << SET_TIMES }, { "is_password", 1u << SET_PASSWORD },
		{ "is_picture", 1u << SET_PICTURE }, { "is_pattern", 1u << SET_PATTERN },
		{ "has_list", 1u << SET_LANG | 1u << SET_ZONE | 1u << SET_PAGE | 1u << SET_PATTERN },
		{ "is_name", 1u << SET_LANG | 1u << SET_ZONE | 1u << SET_PAGE | 1u << SET_PATH | 1u << SET_PATTERN |
			     1u << SET_PICTURE },
	};
	for (size_t i = 0; i < COUNT_OF(flags); i++)
		value_bool(v->arena, field, flags[i].flag, (flags[i].controls >> control & 1) != 0);
}

static enum rc control_values(struct visit *v, struct db_ro *db, const struct settings_entry *entry,
			      struct value *field, struct err *err)
{
	struct value *options = value_list(v->arena, field, "options");
	value_list(v->arena, field, "examples");
	value_list(v->arena, field, "rows");
	value_list(v->arena, field, "times");
	switch (entry->field->control) {
	case SET_CHOICE:
		choice_options(v, options, entry);
		break;
	case SET_LANG:
		lang_options(v, options);
		break;
	case SET_ZONE:
		zone_options(v, options);
		break;
	case SET_PATTERN:
		pattern_options(v, field, options);
		break;
	case SET_LINKS:
		link_rows(v, field, entry->shown);
		break;
	case SET_TIMES:
		time_rows(v, field, entry->shown);
		break;
	case SET_PAGE:
		return page_options(v, db, options, err);
	default:
		break;
	}
	return RC_OK;
}

static enum rc field_values(struct visit *v, struct db_ro *db, const struct settings_entry *entry, struct value *field,
			    struct err *err)
{
	const char *key = entry->def->key;
	bool secret = entry->field->control == SET_PASSWORD;
	value_text(v->arena, field, "key", str_of(key));
	value_text(v->arena, field, "label", phrase(v, "set", key));
	value_text(v->arena, field, "hint", i18n_text(v->admin->i18n, arena_printf(v->arena, "set_%s_hint", key).p));
	value_text(v->arena, field, "value", secret ? STR("") : entry->shown);
	value_text(v->arena, field, "mark", settings_mark(entry->stored, v->arena));
	value_text(v->arena, field, "wrong", str_given(entry->wrong) ? entry->wrong : STR(""));
	value_bool(v->arena, field, "theirs", entry->theirs);
	value_text(v->arena, field, "stored", secret ? STR("") : entry->stored);
	value_bool(v->arena, field, "checked", str_is(entry->shown, "true"));
	value_bool(v->arena, field, "is_set", secret && !str_empty(entry->stored));
	value_int(v->arena, field, "min", entry->def->min);
	value_int(v->arena, field, "max", entry->def->max);
	value_text(v->arena, field, "picture", entry->field->control == SET_PICTURE ? media_look(v, entry->shown) : STR(""));
	field_flags(v, field, entry->field->control);
	return control_values(v, db, entry, field, err);
}

enum rc settings_values(struct visit *v, struct db_ro *db, const struct settings_form *form, struct value *root,
			struct err *err)
{
	struct value *fields = value_list(v->arena, root, "fields");
	enum rc rc = RC_OK;
	bool has_pictures = false;
	for (size_t i = 0; rc == RC_OK && i < form->count; i++) {
		has_pictures = has_pictures || form->entries[i].field->control == SET_PICTURE;
		rc = field_values(v, db, &form->entries[i], value_item(v->arena, fields), err);
	}
	value_bool(v->arena, root, "has_pictures", has_pictures);
	return rc;
}

static void section(struct visit *v, struct value *list, const char *name, const char *path, const char *shown)
{
	struct value *item = value_item(v->arena, list);
	value_text(v->arena, item, "label", phrase(v, "set_in", name));
	value_text(v->arena, item, "url", visit_link(v, str_of(path)));
	value_bool(v->arena, item, "current", strcmp(name, shown) == 0);
}

void settings_sections(struct visit *v, struct value *root, const char *name)
{
	struct value *list = value_list(v->arena, root, "sections");
	for (const struct settings_page *page = settings_pages; page->name; page++) {
		section(v, list, page->name, arena_printf(v->arena, "/admin/settings/%s", page->name).p, name);
		if (page == settings_pages)
			section(v, list, "theme", "/admin/themes", name);
	}
	section(v, list, "transfer", "/admin/transfer", name);
	section(v, list, "system", "/admin/settings/system", name);
}
