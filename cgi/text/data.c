/* data.c: the value tree of structured text files. */
#include "base/base.h"

#include "text/data.h"

static const char *const type_names[DATA_TYPE__MAX] = {
	[DATA_NULL] = "null", [DATA_BOOL] = "true or false", [DATA_INT] = "whole number",
	[DATA_FLOAT] = "number", [DATA_TEXT] = "text", [DATA_DATE] = "date",
	[DATA_LIST] = "list", [DATA_MAP] = "table",
};

const char *data_type_name(enum data_type type)
{
	return type_names[type];
}

struct data *data_new(struct arena *arena, enum data_type type, int line)
{
	struct data *d = ARENA_NEW(arena, struct data);

	d->type = type;
	d->line = line;
	return d;
}

void data_append(struct data *list, struct data *child)
{
	child->next = NULL;
	if (list->last)
		list->last->next = child;
	else
		list->first = child;
	list->last = child;
	list->count++;
}

struct data *data_get(const struct data *map, struct str key)
{
	if (!map || map->type != DATA_MAP)
		return NULL;
	DATA_EACH(child, map)
		if (str_eq(child->key, key))
			return child;
	return NULL;
}

struct data *data_at_key(const struct data *map, const char *key)
{
	return data_get(map, str_of(key));
}

enum rc data_set(struct data *map, struct str key, struct data *child, struct err *err)
{
	const struct data *there = data_get(map, key);

	if (there)
		return err_set(err, RC_EXISTS, "duplicate key '%.*s' (first in line %d)",
			       STR_ARG(str_sub(key, 0, 80)), there->line);
	if (map->count >= DATA_MEMBERS_MAX)
		return err_set(err, RC_LIMIT, "more than %d keys in one table", DATA_MEMBERS_MAX);
	child->key = key;
	data_append(map, child);
	return RC_OK;
}

bool data_remove(struct data *map, const struct data *child)
{
	struct data **link = &map->first, *before = NULL;

	for (; *link && *link != child; link = &(*link)->next)
		before = *link;
	if (!*link)
		return false;
	*link = child->next;
	if (map->last == child)
		map->last = before;
	map->count--;
	return true;
}

struct json *data_to_json(const struct data *value)
{
	struct json *json;

	switch (value->type) {
	case DATA_BOOL:
		return json_new_bool(value->boolean);
	case DATA_INT:
		return json_new_int(value->integer);
	case DATA_FLOAT:
		return json_new_real(value->number);
	case DATA_TEXT:
	case DATA_DATE:
		return json_new_text(value->text);
	case DATA_LIST:
		json = json_new_list();
		DATA_EACH(child, value)
			json_add(json, data_to_json(child));
		return json;
	case DATA_MAP:
		json = json_new_object();
		DATA_EACH(child, value)
			json_set_n(json, child->key, data_to_json(child));
		return json;
	default:
		return json_new_null();
	}
}

static struct data *from_json(const struct json *json, struct arena *arena);

static struct data *from_list(const struct json *json, struct arena *arena)
{
	struct data *list = data_new(arena, DATA_LIST, 0);

	for (size_t i = 0; i < json_count(json); i++)
		data_append(list, from_json(json_at(json, i), arena));
	return list;
}

static struct data *from_object(const struct json *json, struct arena *arena)
{
	struct data *map = data_new(arena, DATA_MAP, 0), *child;
	struct json_iter iter = { 0 };

	while (json_next(json, &iter)) {
		child = from_json(iter.value, arena);
		child->key = arena_str(arena, iter.key); /* once only: json_parse() saw to that */
		data_append(map, child);
	}
	return map;
}

static struct data *from_json(const struct json *json, struct arena *arena)
{
	static const enum data_type types[JSON_KIND__MAX] = {
		[JSON_KIND_NULL] = DATA_NULL, [JSON_KIND_BOOL] = DATA_BOOL, [JSON_KIND_INT] = DATA_INT,
		[JSON_KIND_REAL] = DATA_FLOAT, [JSON_KIND_TEXT] = DATA_TEXT,
	};
	enum json_kind kind = json_kind(json);
	struct data *d;

	if (kind == JSON_KIND_LIST)
		return from_list(json, arena);
	if (kind == JSON_KIND_OBJECT)
		return from_object(json, arena);
	d = data_new(arena, types[kind], 0);
	d->boolean = json_bool(json, false);
	d->integer = json_int(json, 0);
	d->number = json_number(json, 0);
	d->text = arena_str(arena, json_text(json, STR("")));
	if (kind == JSON_KIND_INT)
		d->text = arena_printf(arena, "%lld", (long long)d->integer);
	else if (kind == JSON_KIND_REAL)
		d->text = arena_printf(arena, "%.15g", d->number);
	else if (kind == JSON_KIND_BOOL)
		d->text = d->boolean ? STR("true") : STR("false");
	return d;
}

enum rc data_from_json(struct str source, struct arena *arena, struct data **out, struct err *err)
{
	struct json *json;
	enum rc rc = json_parse(source, DATA_JSON_MAX_B, &json, err);

	if (rc != RC_OK)
		return rc;
	*out = from_json(json, arena);
	json_free(json);
	return RC_OK;
}
