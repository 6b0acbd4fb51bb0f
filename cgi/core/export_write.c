/* export_write.c: front matter in YAML or TOML, as import reads it back. */
#include "base/base.h"

#include "base/date.h"
#include "core/export_impl.h"
#include "text/yaml.h"

/* A basic string of TOML: JSON's escapes, and DEL. */
static void toml_text(struct buf *out, struct str s)
{
	BUF_LIT(out, "\"");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			BUF_LIT(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\u%04X", c);
		else
			buf_char(out, (char)c);
	}
	BUF_LIT(out, "\"");
}

static void scalar(const struct export_fields *f, struct str s)
{
	if (f->toml)
		toml_text(f->out, s);
	else
		yaml_text(f->out, s);
}

static void begin(const struct export_fields *f, const char *key)
{
	buf_printf(f->out, "%s%s", key, f->toml ? " = " : ": ");
}

void export_text(const struct export_fields *f, const char *key, struct str value)
{
	if (str_empty(value))
		return;
	begin(f, key);
	scalar(f, value);
	buf_char(f->out, '\n');
}

void export_flag(const struct export_fields *f, const char *key, bool value)
{
	if (!value)
		return;
	begin(f, key);
	BUF_LIT(f->out, "true\n");
}

void export_number(const struct export_fields *f, const char *key, int64_t value)
{
	if (value == 0)
		return;
	begin(f, key);
	buf_i64(f->out, value);
	buf_char(f->out, '\n');
}

void export_date(const struct export_fields *f, const char *key, int64_t ms)
{
	struct date d;

	if (ms == 0)
		return;
	date_civil(NULL, ms, &d);
	begin(f, key);
	buf_printf(f->out, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day, d.hour, d.minute, d.second);
	if (d.ms)
		buf_printf(f->out, ".%03d", d.ms);
	BUF_LIT(f->out, "Z\n");
}

void export_list(const struct export_fields *f, const char *key, const struct str *items, size_t count)
{
	if (!count)
		return;
	begin(f, key);
	buf_char(f->out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			BUF_LIT(f->out, ", ");
		scalar(f, items[i]);
	}
	BUF_LIT(f->out, "]\n");
}

static void toml_value(struct buf *out, const struct json *value);

/* TOML has no null: such members are left out. */
static void toml_table(struct buf *out, const struct json *object)
{
	struct json_iter iter = { 0 };
	bool first = true;

	buf_char(out, '{');
	while (json_next(object, &iter)) {
		if (json_kind(iter.value) == JSON_KIND_NULL)
			continue;
		buf_cstr(out, first ? " " : ", ");
		toml_text(out, iter.key);
		BUF_LIT(out, " = ");
		toml_value(out, iter.value);
		first = false;
	}
	BUF_LIT(out, " }");
}

static void toml_array(struct buf *out, const struct json *list)
{
	bool first = true;

	buf_char(out, '[');
	for (size_t i = 0; i < json_count(list); i++) {
		if (json_kind(json_at(list, i)) == JSON_KIND_NULL)
			continue;
		if (!first)
			BUF_LIT(out, ", ");
		toml_value(out, json_at(list, i));
		first = false;
	}
	buf_char(out, ']');
}

static void toml_value(struct buf *out, const struct json *value)
{
	switch (json_kind(value)) {
	case JSON_KIND_OBJECT:
		toml_table(out, value);
		break;
	case JSON_KIND_LIST:
		toml_array(out, value);
		break;
	case JSON_KIND_TEXT:
		toml_text(out, json_text(value, STR("")));
		break;
	default:
		json_write(value, JSON_LINE, out);
		break;
	}
}

/* JSON is YAML, too: one line of it. */
void export_object(const struct export_fields *f, const char *key, const struct json *object)
{
	if (!json_count(object))
		return;
	begin(f, key);
	if (f->toml)
		toml_value(f->out, object);
	else
		json_write(object, JSON_SORTED_KEYS, f->out);
	buf_char(f->out, '\n');
}
