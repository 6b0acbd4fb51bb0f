/* theme_form.c: the settings of a theme, from its manifest to the form and back. */
#include "base/base.h"

#include "base/json.h"
#include "core/settings.h"
#include "http/form.h"
#include "store/setting.h"
#include "web/settings_form.h"
#include "web/theme_form.h"

#define KEY "theme_settings"
#define WRITTEN_MAX_B ((size_t)64 << 10)

void theme_form_load(struct visit *v, const struct skin *skin, const struct theme_facts *facts, struct str written,
		     struct theme_form *out)
{
	*out = (struct theme_form){ skin, facts, ARENA_ARRAY(v->arena, skin->setting_count + 1, struct theme_entry),
				    skin->setting_count };
	for (size_t i = 0; i < out->count; i++) {
		struct str now = skin_setting_now(skin, &skin->settings[i], written, v->arena);
		out->entries[i] = (struct theme_entry){ .setting = &skin->settings[i], .now = now, .shown = now,
							.mark = STR_NONE };
	}
}

static struct str typed_text(struct visit *v, const struct skin_setting *setting)
{
	struct str text = form_get(&v->admin->form, arena_printf(v->arena, "set.%s", setting->key).p);
	if (setting->type == SKIN_BOOL)
		return str_given(text) ? STR("true") : STR("false");
	return str_given(text) ? str_trim(text) : text;
}

void theme_form_take(struct visit *v, struct theme_form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		struct theme_entry *entry = &form->entries[i];
		struct str typed = typed_text(v, entry->setting);
		entry->mark = form_get(&v->admin->form, arena_printf(v->arena, "was.%s", entry->setting->key).p);
		if (!str_given(entry->mark) || !str_given(typed))
			continue;
		entry->changed = !str_eq(settings_mark(typed, v->arena), entry->mark);
		entry->wrong = !skin_setting_fits(entry->setting, typed);
		entry->shown = entry->changed ? typed : entry->now;
	}
}

/* The default is not written: a new one of a later theme takes effect. */
static void put_entry(struct json *own, const struct theme_entry *entry)
{
	int64_t number;
	if (!skin_setting_fits(entry->setting, entry->shown))
		return;
	if (str_eq(entry->shown, entry->setting->fallback))
		json_set(own, entry->setting->key, json_new_null());
	else if (entry->setting->type == SKIN_BOOL)
		json_set_bool(own, entry->setting->key, str_is(entry->shown, "true"));
	else if (entry->setting->type == SKIN_INT && str_to_i64(entry->shown, &number))
		json_set_int(own, entry->setting->key, number);
	else
		json_set_text(own, entry->setting->key, entry->shown);
}

static struct json *without_nulls(const struct json *from)
{
	struct json *object = json_new_object();
	struct json_iter iter = { 0 };
	while (json_next(from, &iter))
		if (json_kind(iter.value) != JSON_KIND_NULL)
			json_set_n(object, iter.key, json_clone(iter.value));
	return object;
}

enum rc theme_form_write(struct visit *v, const struct theme_form *form, struct str written, struct str *out,
			 struct err *err)
{
	struct json *all = NULL, *own;
	struct buf text = BUF_INIT(WRITTEN_MAX_B);
	const char *name = arena_cstr(v->arena, form->skin->name);
	if (json_parse(written, JSON_MAX_B, &all, NULL) != RC_OK || json_kind(all) != JSON_KIND_OBJECT) {
		json_free(all);
		all = json_new_object();
	}
	own = json_kind(json_get(all, name)) == JSON_KIND_OBJECT ? json_clone(json_get(all, name)) : json_new_object();
	for (size_t i = 0; i < form->count; i++)
		put_entry(own, &form->entries[i]);
	struct json *rest = without_nulls(own);
	json_set(all, name, json_count(rest) ? json_clone(rest) : json_new_null());
	struct json *kept = without_nulls(all);
	json_write(kept, JSON_LINE, &text);
	json_free(rest);
	json_free(own);
	json_free(all);
	json_free(kept);
	enum rc rc = buf_status(&text, "the settings of themes", err);
	if (rc == RC_OK)
		*out = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

/* Against what is stored by now. */
static enum rc check(struct visit *v, struct theme_form *form, struct str written, struct err *err)
{
	bool wrong = false, theirs = false;
	for (size_t i = 0; i < form->count; i++) {
		struct theme_entry *entry = &form->entries[i];
		entry->now = skin_setting_now(form->skin, entry->setting, written, v->arena);
		if (!entry->changed) {
			entry->shown = entry->now;
			entry->wrong = false;
			continue;
		}
		entry->theirs = !str_eq(settings_mark(entry->now, v->arena), entry->mark) && !str_eq(entry->now, entry->shown);
		wrong = wrong || entry->wrong;
		theirs = theirs || entry->theirs;
	}
	if (wrong)
		return err_set(err, RC_INVALID, "a setting of the theme is not right");
	return theirs ? err_set(err, RC_CONFLICT, "somebody else changed a setting of the theme meanwhile") : RC_OK;
}

static enum rc save(struct visit *v, struct db_tx *tx, struct theme_form *form, struct err *err)
{
	struct str written = STR("{}"), next;
	enum rc rc = setting_get(db_tx_ro(tx), STR(KEY), v->arena, &written, err);
	if (rc == RC_OK || rc == RC_NOTFOUND)
		rc = check(v, form, written, err);
	if (rc == RC_OK)
		rc = theme_form_write(v, form, written, &next, err);
	if (rc != RC_OK || str_eq(written, next))
		return rc;
	rc = setting_change(tx, v->admin->who.actor, STR(KEY), next, v->now_ms, NULL, err);
	return rc == RC_OK ? admin_note(v, tx, "settings", ARENA_JOIN(v->arena, STR(KEY ": "), form->skin->name), err) : rc;
}

enum rc theme_form_save(struct visit *v, struct theme_form *form, struct err *err)
{
	struct db_tx *tx;
	enum rc rc = admin_tx(v, &tx, err);
	return rc == RC_OK ? db_end(tx, save(v, tx, form, err), err) : rc;
}

static void choice_values(struct visit *v, const struct theme_form *form, const struct theme_entry *entry,
			  struct value *field)
{
	const struct theme_facts *facts = form->facts;
	struct value *options = value_list(v->arena, field, "options");
	for (size_t i = 0; i < entry->setting->choice_count; i++) {
		struct str choice = entry->setting->choices[i];
		struct value *item = value_item(v->arena, options);
		struct str key = arena_printf(v->arena, "%s.%.*s", entry->setting->key, STR_ARG(choice));
		value_text(v->arena, item, "value", choice);
		value_text(v->arena, item, "label", theme_label(facts->choices, facts->choice_count, key, choice));
		value_bool(v->arena, item, "selected", str_eq(choice, entry->shown));
	}
}

static struct str hint_of(const struct theme_facts *facts, struct str key)
{
	for (size_t i = 0; i < facts->label_count; i++)
		if (str_eq(facts->labels[i].key, key))
			return facts->labels[i].hint;
	return STR("");
}

static void entry_values(struct visit *v, const struct theme_form *form, const struct theme_entry *entry,
			 struct value *field)
{
	struct str key = str_of(entry->setting->key);
	enum skin_type type = entry->setting->type;
	/* A browser's colour control knows six digits alone. */
	bool plain_color = type == SKIN_COLOR && (entry->shown.n == 7 || entry->shown.n == 0);
	value_text(v->arena, field, "key", key);
	value_text(v->arena, field, "label", theme_label(form->facts->labels, form->facts->label_count, key, key));
	value_text(v->arena, field, "hint", hint_of(form->facts, key));
	value_text(v->arena, field, "value", entry->shown);
	value_text(v->arena, field, "now", entry->now);
	value_text(v->arena, field, "mark", settings_mark(entry->now, v->arena));
	value_bool(v->arena, field, "checked", str_is(entry->shown, "true"));
	value_bool(v->arena, field, "theirs", entry->theirs);
	value_bool(v->arena, field, "wrong", entry->wrong);
	value_bool(v->arena, field, "is_check", type == SKIN_BOOL);
	value_bool(v->arena, field, "is_choice", type == SKIN_CHOICE);
	value_bool(v->arena, field, "is_color", plain_color);
	value_bool(v->arena, field, "is_number", type == SKIN_INT);
	value_bool(v->arena, field, "is_line", type == SKIN_TEXT || (type == SKIN_COLOR && !plain_color));
	choice_values(v, form, entry, field);
}

void theme_form_values(struct visit *v, const struct theme_form *form, struct value *root)
{
	struct value *fields = value_list(v->arena, root, "fields");
	value_bool(v->arena, root, "has_fields", form->count > 0);
	for (size_t i = 0; i < form->count; i++)
		entry_values(v, form, &form->entries[i], value_item(v->arena, fields));
}
