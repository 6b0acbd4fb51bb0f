/* settings_take.c: what was typed on a page of settings, and what is stored, in one form that can be compared. */
#include "base/base.h"

#include "base/hash.h"
#include "base/json.h"
#include "core/task.h"
#include "http/form.h"
#include "store/setting.h"
#include "web/settings_form.h"

#define LINKS_MAX 100
#define TEXT_MAX_B ((size_t)256 << 10)

struct str settings_mark(struct str text, struct arena *arena)
{
	struct hash128 hash = hash_128(text);
	return arena_printf(arena, "%016llx%016llx", (unsigned long long)hash.high, (unsigned long long)hash.low);
}

struct settings_entry *settings_entry(struct settings_form *form, const char *key)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->entries[i].field->key, key) == 0)
			return &form->entries[i];
	return NULL;
}

static struct str json_str(struct visit *v, struct json *json)
{
	struct buf text = BUF_INIT(TEXT_MAX_B);
	json_write(json, JSON_LINE, &text);
	struct str copy = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	json_free(json);
	return copy;
}

/* --- rows of links --- */

static void add_link(struct json *list, struct str name, struct str label, struct str url)
{
	if (str_empty(name) && str_empty(label) && str_empty(url))
		return;
	struct json *item = json_add_object(list);
	json_set_text(item, "name", name);
	json_set_text(item, "label", label);
	json_set_text(item, "url", url);
}

static struct str stored_links(struct visit *v, struct str stored)
{
	struct json *from = NULL, *list = json_new_list();
	if (json_parse(stored, TEXT_MAX_B, &from, NULL) == RC_OK)
		for (size_t i = 0; i < json_count(from); i++)
			add_link(list, json_get_text(json_at(from, i), "name", STR("")),
				 json_get_text(json_at(from, i), "label", STR("")),
				 json_get_text(json_at(from, i), "url", STR("")));
	json_free(from);
	return json_str(v, list);
}

static struct str typed_links(struct visit *v, const char *key)
{
	const struct http_pairs *form = &v->admin->form;
	struct json *list = json_new_list();
	size_t names = 0, labels = 0, urls = 0;
	struct str name, label, url;
	const char *of_name = arena_printf(v->arena, "%s.name", key).p, *of_label = arena_printf(v->arena, "%s.label", key).p,
		   *of_url = arena_printf(v->arena, "%s.url", key).p;
	for (int i = 0; i < LINKS_MAX && form_next(form, of_name, &names, &name) &&
			form_next(form, of_label, &labels, &label) && form_next(form, of_url, &urls, &url); i++)
		add_link(list, str_trim(name), str_trim(label), str_trim(url));
	return json_str(v, list);
}

/* --- times of tasks --- */

static struct str stored_times(struct visit *v, struct str stored)
{
	struct json *from = NULL, *times = json_new_object();
	if (json_parse(stored, TEXT_MAX_B, &from, NULL) == RC_OK)
		for (size_t i = 0; tasks[i]; i++)
			if (json_get(from, tasks[i]->name))
				json_set_text(times, tasks[i]->name, json_get_text(from, tasks[i]->name, STR("")));
	json_free(from);
	return json_str(v, times);
}

/* Nothing is the task's own time, "-" is never. */
static struct str typed_times(struct visit *v, const char *key)
{
	struct json *times = json_new_object();
	for (size_t i = 0; tasks[i]; i++) {
		struct str text = form_get(&v->admin->form, arena_printf(v->arena, "%s.%s", key, tasks[i]->name).p);
		text = str_trim(str_given(text) ? text : STR(""));
		if (!str_empty(text))
			json_set_text(times, tasks[i]->name, str_is(text, "-") ? STR("") : text);
	}
	return json_str(v, times);
}

/* --- fields --- */

static struct str as_typed(struct visit *v, const struct settings_field *field, struct str stored)
{
	switch (field->control) {
	case SET_LINES:
	case SET_CODE:
		return form_lf(v->arena, stored);
	case SET_LINKS:
		return stored_links(v, stored);
	case SET_TIMES:
		return stored_times(v, stored);
	case SET_PASSWORD:
		return str_empty(stored) ? STR("") : STR("set");
	default:
		return stored;
	}
}

static enum rc load_entry(struct visit *v, struct db_ro *db, struct settings_entry *entry, struct err *err)
{
	struct str stored = STR_NONE;
	enum rc rc = setting_get(db, str_of(entry->def->key), v->arena, &stored, err);
	if (rc == RC_NOTFOUND)
		stored = str_of(entry->def->fallback);
	else if (rc != RC_OK)
		return rc;
	entry->stored = entry->shown = as_typed(v, entry->field, stored);
	return RC_OK;
}

enum rc settings_load(struct visit *v, struct db_ro *db, const struct settings_page *page, struct settings_form *out,
		      struct err *err)
{
	enum rc rc = RC_OK;
	*out = (struct settings_form){ .page = page };
	for (const struct settings_field *field = page->fields; rc == RC_OK && field->key; field++) {
		struct settings_entry *entry = &out->entries[out->count++];
		*entry = (struct settings_entry){ .field = field, .def = setting_find(str_of(field->key)),
						  .mark = STR_NONE, .wrong = STR_NONE };
		rc = load_entry(v, db, entry, err);
	}
	return rc;
}

/* STR_NONE: the form has no such field. */
static struct str typed_text(struct visit *v, const struct settings_field *field)
{
	struct str text = form_get(&v->admin->form, field->key);
	switch (field->control) {
	case SET_CHECK:
		return str_given(text) ? STR("true") : STR("false");
	case SET_LINKS:
		return typed_links(v, field->key);
	case SET_TIMES:
		return typed_times(v, field->key);
	case SET_LINES:
	case SET_CODE:
		return str_given(text) ? form_lf(v->arena, text) : text;
	case SET_PASSWORD:
		return text;
	default:
		return str_given(text) ? str_trim(text) : text;
	}
}

static void take_entry(struct visit *v, struct settings_entry *entry)
{
	struct str typed = typed_text(v, entry->field);
	entry->mark = form_get(&v->admin->form, arena_printf(v->arena, "was.%s", entry->field->key).p);
	if (!str_given(entry->mark) || !str_given(typed))
		return;
	if (entry->field->control == SET_PASSWORD) {
		entry->changed = !str_empty(typed);
		entry->shown = typed;
		return;
	}
	entry->changed = !str_eq(settings_mark(typed, v->arena), entry->mark);
	if (entry->changed)
		entry->shown = typed;
}

void settings_take(struct visit *v, struct settings_form *form)
{
	for (size_t i = 0; i < form->count; i++)
		take_entry(v, &form->entries[i]);
}
