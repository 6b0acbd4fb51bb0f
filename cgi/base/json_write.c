/* json_write.c: writes JSON values as text. */
#include "base/base.h"
#include "base/enc.h"
#include "base/json.h"

struct writer {
	struct buf *out;
	unsigned flags;
	int depth;
};

static void put(struct writer *w, const struct json *value);

static void new_line(struct writer *w)
{
	if (!(w->flags & JSON_PRETTY_TABS))
		return;
	buf_char(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_char(w->out, '\t');
}

static void put_text(struct writer *w, struct str text)
{
	buf_char(w->out, '"');
	enc_json(w->out, text);
	buf_char(w->out, '"');
}

/* The shortest of the two precisions that reads back as the same number, always with a point or an
 * exponent, so that it reads back as a real. */
static void put_real(struct writer *w, double number)
{
	char text[40];
	snprintf(text, sizeof text, "%.15g", number);
	if (strtod(text, NULL) != number)
		snprintf(text, sizeof text, "%.17g", number);
	buf_cstr(w->out, text);
	if (!strpbrk(text, ".e"))
		BUF_LIT(w->out, ".0");
}

static void put_list(struct writer *w, const struct json *list)
{
	size_t count = json_count(list);
	buf_char(w->out, '[');
	w->depth++;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(w->out, ',');
		new_line(w);
		put(w, json_at(list, i));
	}
	w->depth--;
	if (count)
		new_line(w);
	buf_char(w->out, ']');
}

struct member {
	struct str key;
	const struct json *value;
};

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_object(struct writer *w, const struct json *object)
{
	size_t count = json_count(object), at = 0;
	struct member *members = mem_array(count, sizeof *members);
	struct json_iter iter = { 0 };
	while (at < count && json_next(object, &iter))
		members[at++] = (struct member){ iter.key, iter.value };
	if (w->flags & JSON_SORTED_KEYS)
		qsort(members, at, sizeof *members, by_key);
	buf_char(w->out, '{');
	w->depth++;
	for (size_t i = 0; i < at; i++) {
		if (i)
			buf_char(w->out, ',');
		new_line(w);
		put_text(w, members[i].key);
		buf_char(w->out, ':');
		if (w->flags & JSON_PRETTY_TABS)
			buf_char(w->out, ' ');
		put(w, members[i].value);
	}
	w->depth--;
	if (at)
		new_line(w);
	buf_char(w->out, '}');
	free(members);
}

static void put(struct writer *w, const struct json *value)
{
	switch (json_kind(value)) {
	case JSON_KIND_BOOL:
		buf_cstr(w->out, json_bool(value, false) ? "true" : "false");
		break;
	case JSON_KIND_INT:
		buf_i64(w->out, json_int(value, 0));
		break;
	case JSON_KIND_REAL:
		put_real(w, json_number(value, 0));
		break;
	case JSON_KIND_TEXT:
		put_text(w, json_text(value, STR("")));
		break;
	case JSON_KIND_LIST:
		put_list(w, value);
		break;
	case JSON_KIND_OBJECT:
		put_object(w, value);
		break;
	case JSON_KIND_NULL:
	case JSON_KIND__MAX:
		BUF_LIT(w->out, "null");
	}
}

void json_write(const struct json *value, unsigned flags, struct buf *out)
{
	struct writer w = { .out = out, .flags = flags };
	put(&w, value);
	if (flags & JSON_PRETTY_TABS)
		buf_char(out, '\n');
}
