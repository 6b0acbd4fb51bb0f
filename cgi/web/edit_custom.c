/* edit_custom.c: a post's own fields: an object in the store, rows of name and value in the form. */
#include "base/base.h"

#include "base/json.h"
#include "http/form.h"
#include "web/edit_custom.h"

#define EMPTY_ROWS 2

/* Text as it is, anything else as JSON. */
static struct str shown(struct visit *v, const struct json *value)
{
	struct buf text = BUF_INIT(POST_CUSTOM_MAX_B * 2);
	if (json_kind(value) == JSON_KIND_TEXT)
		return arena_str(v->arena, json_text(value, STR("")));
	json_write(value, JSON_LINE, &text);
	struct str out = arena_str(v->arena, buf_view(&text));
	buf_release(&text);
	return out;
}

static void put_row(struct visit *v, struct value *list, struct str name, struct str text)
{
	struct value *row = value_item(v->arena, list);
	value_text(v->arena, row, "name", name);
	value_text(v->arena, row, "value", text);
}

static void put_empty(struct visit *v, struct value *list)
{
	for (int i = 0; i < EMPTY_ROWS; i++)
		put_row(v, list, STR(""), STR(""));
}

void edit_custom_values(struct visit *v, struct value *parent, struct str custom)
{
	struct json *json = NULL;
	struct json_iter it = { 0 };
	struct value *list = value_list(v->arena, parent, "custom");
	if (json_parse(custom, POST_CUSTOM_MAX_B, &json, NULL) != RC_OK)
		json = NULL; /* the store holds objects only */
	while (json_next(json, &it))
		put_row(v, list, arena_str(v->arena, it.key), shown(v, it.value));
	put_empty(v, list);
	json_free(json);
}

struct str edit_custom_lines(struct visit *v, struct str custom)
{
	struct json *json = NULL;
	struct json_iter it = { 0 };
	struct buf lines = BUF_INIT(POST_CUSTOM_MAX_B * 4);
	if (json_parse(custom, POST_CUSTOM_MAX_B, &json, NULL) != RC_OK)
		json = NULL;
	while (json_next(json, &it)) {
		buf_cstr(&lines, lines.len ? "\n" : "");
		buf_str(&lines, it.key);
		buf_cstr(&lines, ": ");
		buf_str(&lines, shown(v, it.value));
	}
	struct str text = arena_str(v->arena, buf_view(&lines));
	buf_release(&lines);
	json_free(json);
	return text;
}

void edit_custom_typed_values(struct visit *v, struct value *parent)
{
	const struct http_pairs *form = &v->admin->form;
	struct value *list = value_list(v->arena, parent, "custom");
	size_t key_at = 0, value_at = 0;
	struct str key, text;
	while (form_next(form, "custom_key", &key_at, &key)) {
		if (!form_next(form, "custom_value", &value_at, &text))
			text = STR("");
		if (!str_empty(key) || !str_empty(text))
			put_row(v, list, key, text);
	}
	put_empty(v, list);
}

/* What was a number, a flag or a list stays one, as long as what is typed is one. */
static struct json *typed(struct str text, const struct json *before)
{
	struct json *now = NULL;
	if (before && json_kind(before) != JSON_KIND_TEXT && json_parse(text, POST_CUSTOM_MAX_B, &now, NULL) == RC_OK &&
	    json_kind(now) != JSON_KIND_TEXT)
		return now;
	json_free(now);
	return json_new_text(text);
}

bool edit_custom_take(struct visit *v, struct str before, struct str *out)
{
	const struct http_pairs *form = &v->admin->form;
	struct json *was = NULL, *now = json_new_object();
	struct buf text = BUF_INIT(POST_CUSTOM_MAX_B);
	size_t key_at = 0, value_at = 0, count = 0;
	struct str key, value;
	bool fine = true;
	if (json_parse(before, POST_CUSTOM_MAX_B, &was, NULL) != RC_OK)
		was = NULL;
	while (form_next(form, "custom_key", &key_at, &key)) {
		if (!form_next(form, "custom_value", &value_at, &value))
			value = STR("");
		key = str_trim(key);
		if (str_empty(key)) {
			fine &= str_empty(str_trim(value));
			continue;
		}
		const char *name = arena_cstr(v->arena, key);
		fine &= ++count <= EDIT_CUSTOM_MAX && key.n <= EDIT_CUSTOM_KEY_MAX_B && !json_get(now, name);
		json_set_n(now, key, typed(value, json_get(was, name)));
	}
	json_write(now, JSON_LINE, &text);
	if (text.rc == RC_OK)
		*out = arena_str(v->arena, buf_view(&text));
	fine &= text.rc == RC_OK;
	buf_release(&text);
	json_free(was);
	json_free(now);
	return fine;
}
