/* json.c: JSON values on top of jansson, whose types stay in here. */
#include "base/base.h"
#include "base/json.h"
#include "base/utf8.h"

#include <jansson.h>

/* A struct json is a json_t under another name; it is never looked into but by these two. */
static json_t *in(const struct json *value)
{
	return (json_t *)(uintptr_t)value;
}

static struct json *out_of(json_t *value)
{
	if (!value)
		mem_fail();
	return (struct json *)value;
}

/* jansson's own limit is 2048 levels, each a frame of its parser: a smaller stack must do. */
static enum rc check_depth(struct str text, struct err *err)
{
	size_t depth = 0, line = 1, column = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		column++;
		if (c == '\n') {
			line++;
			column = 0;
		} else if (quoted && c == '\\') {
			i++;
			column++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '[' || c == '{') && ++depth > JSON_DEPTH_MAX) {
			return err_set(err, RC_LIMIT, "line %zu, column %zu: nested deeper than %d levels", line,
				       column, JSON_DEPTH_MAX);
		} else if (!quoted && (c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return RC_OK;
}

enum rc json_parse(struct str text, size_t max_b, struct json **out, struct err *err)
{
	json_error_t problem;
	if (max_b > JSON_MAX_B)
		max_b = JSON_MAX_B;
	if (text.n > max_b)
		return err_set(err, RC_LIMIT, "the JSON text is larger than the limit of %zu bytes", max_b);
	if (str_starts(text, STR("\xEF\xBB\xBF"))) /* a byte order mark may be ignored (RFC 8259 section 8.1) */
		text = str_from(text, 3);
	enum rc rc = check_depth(text, err);
	if (rc != RC_OK)
		return rc;
	json_t *root = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &problem);
	if (!root && json_error_code(&problem) == json_error_out_of_memory)
		return err_set(err, RC_NOSPACE, "no memory for the JSON text");
	if (!root)
		return err_set(err, RC_INVALID, "line %d, column %d: %s", problem.line < 1 ? 1 : problem.line,
			       problem.column < 0 ? 0 : problem.column, problem.text);
	*out = out_of(root);
	return RC_OK;
}

void json_free(struct json *value)
{
	json_decref(in(value));
}

struct json *json_clone(const struct json *value)
{
	return out_of(json_deep_copy(in(value)));
}

enum json_kind json_kind(const struct json *value)
{
	if (!value)
		return JSON_KIND_NULL;
	switch (json_typeof(in(value))) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_LIST;
	case JSON_STRING:
		return JSON_KIND_TEXT;
	case JSON_INTEGER:
		return JSON_KIND_INT;
	case JSON_REAL:
		return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_KIND_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_KIND_NULL;
}

size_t json_count(const struct json *value)
{
	return json_array_size(in(value)) + json_object_size(in(value)); /* 0 for other kinds */
}

struct json *json_get(const struct json *object, const char *key)
{
	return (struct json *)json_object_get(in(object), key);
}

struct json *json_at(const struct json *list, size_t at)
{
	return (struct json *)json_array_get(in(list), at);
}

struct str json_text(const struct json *value, struct str otherwise)
{
	if (!json_is_string(in(value)))
		return otherwise;
	return str_n(json_string_value(in(value)), json_string_length(in(value)));
}

int64_t json_int(const struct json *value, int64_t otherwise)
{
	return json_is_integer(in(value)) ? (int64_t)json_integer_value(in(value)) : otherwise;
}

double json_number(const struct json *value, double otherwise)
{
	return json_is_number(in(value)) ? json_number_value(in(value)) : otherwise;
}

bool json_bool(const struct json *value, bool otherwise)
{
	return json_is_boolean(in(value)) ? json_is_true(in(value)) : otherwise;
}

struct str json_get_text(const struct json *object, const char *key, struct str otherwise)
{
	return json_text(json_get(object, key), otherwise);
}

int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise)
{
	return json_int(json_get(object, key), otherwise);
}

bool json_get_bool(const struct json *object, const char *key, bool otherwise)
{
	return json_bool(json_get(object, key), otherwise);
}

bool json_next(const struct json *object, struct json_iter *iter)
{
	iter->at = iter->at ? json_object_iter_next(in(object), iter->at) : json_object_iter(in(object));
	if (!iter->at)
		return false;
	iter->key = str_of(json_object_iter_key(iter->at));
	iter->value = (struct json *)json_object_iter_value(iter->at);
	return true;
}

/* Valid UTF-8 without NUL: `s` itself, or a repaired copy in `b`. */
static struct str clean(struct str s, struct buf *b)
{
	if (s.n == 0)
		return STR("");
	if (utf8_valid(s) && !memchr(s.p, '\0', s.n))
		return s;
	struct str rest = s, part;
	buf_init(b, 3 * s.n + 3);
	for (bool first = true; str_split(&rest, '\0', &part); first = false) {
		if (!first)
			utf8_put(b, UTF8_REPLACEMENT);
		utf8_repair(part, b);
	}
	if (s.p[s.n - 1] == '\0')
		utf8_put(b, UTF8_REPLACEMENT);
	return buf_view(b);
}

struct json *json_new_object(void)
{
	return out_of(json_object());
}

struct json *json_new_list(void)
{
	return out_of(json_array());
}

struct json *json_new_text(struct str text)
{
	struct buf b = BUF_INIT(0);
	struct str good = clean(text, &b);
	struct json *value = out_of(json_stringn_nocheck(good.p, good.n));
	buf_release(&b);
	return value;
}

struct json *json_new_int(int64_t number)
{
	return out_of(json_integer(number));
}

struct json *json_new_real(double number)
{
	return __builtin_isfinite(number) ? out_of(json_real(number)) : json_new_null();
}

struct json *json_new_bool(bool flag)
{
	return out_of(json_boolean(flag));
}

struct json *json_new_null(void)
{
	return out_of(json_null());
}

void json_set_n(struct json *object, struct str key, struct json *value)
{
	struct buf b = BUF_INIT(0);
	struct str good = clean(key, &b);
	char *name = mem_dup(good.p, good.n);
	if (json_object_set_new_nocheck(in(object), name, in(value)) != 0)
		mem_fail();
	free(name);
	buf_release(&b);
}

void json_set(struct json *object, const char *key, struct json *value)
{
	json_set_n(object, str_of(key), value);
}

void json_add(struct json *list, struct json *value)
{
	if (json_array_append_new(in(list), in(value)) != 0)
		mem_fail();
}

void json_set_text(struct json *object, const char *key, struct str text)
{
	json_set(object, key, str_given(text) ? json_new_text(text) : json_new_null());
}

void json_set_int(struct json *object, const char *key, int64_t number)
{
	json_set(object, key, json_new_int(number));
}

void json_set_bool(struct json *object, const char *key, bool flag)
{
	json_set(object, key, json_new_bool(flag));
}

void json_add_text(struct json *list, struct str text)
{
	json_add(list, json_new_text(text));
}

struct json *json_set_object(struct json *object, const char *key)
{
	struct json *value = json_new_object();
	json_set(object, key, value);
	return value;
}

struct json *json_set_list(struct json *object, const char *key)
{
	struct json *value = json_new_list();
	json_set(object, key, value);
	return value;
}

struct json *json_add_object(struct json *list)
{
	struct json *value = json_new_object();
	json_add(list, value);
	return value;
}
