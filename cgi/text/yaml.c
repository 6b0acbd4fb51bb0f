/* yaml.c: YAML by libyaml into a value tree. */
#include "base/base.h"

#include "text/name_table.h"
#include "text/yaml.h"

#include <errno.h>
#include <math.h>
#include <yaml.h>

struct yaml {
	yaml_parser_t parser;
	yaml_event_t event;       /* the current one; owned */
	bool has_event;
	int first_line;
	int depth, nodes;
	struct name_table anchors; /* names; the number of one is its place in `anchored`, from 1 */
	struct buf anchored;      /* of const struct data *; a name that is given again gets a new place */
	struct arena *arena;
	struct err *err;
	struct data_at at;
};

static enum rc fail_at(struct yaml *y, yaml_mark_t mark, enum rc rc, const char *problem)
{
	y->at.line = y->first_line + (int)mark.line;
	y->at.column = (int)mark.column + 1;
	return err_set(y->err, rc, "%s", problem);
}

static enum rc next_event(struct yaml *y)
{
	const char *problem;

	if (y->has_event)
		yaml_event_delete(&y->event);
	y->has_event = yaml_parser_parse(&y->parser, &y->event) == 1;
	if (y->has_event)
		return RC_OK;
	problem = y->parser.problem ? y->parser.problem : "malformed YAML";
	/* The reader (bad bytes) knows no mark, only an offset; the scanner stopped at its own mark. */
	if (y->parser.error == YAML_READER_ERROR)
		return fail_at(y, y->parser.mark, RC_INVALID, problem);
	return fail_at(y, y->parser.problem_mark, RC_INVALID, problem);
}

static bool one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

/* 2001-12-14, 2001-12-14T21:59:43.10-05:00, 2001-12-14 21:59:43.10 -5 and the like. */
static bool looks_like_date(struct str s)
{
	if (s.n < 8 || !all_digits(str_sub(s, 0, 4)) || s.p[4] != '-' || !is_digit(s.p[5]))
		return false;
	for (size_t i = 6; i < s.n; i++)
		if (!is_digit(s.p[i]) && !strchr("-:+. TtZz", s.p[i]))
			return false;
	return str_find_char(str_from(s, 5), '-') > 0;
}

/* Digits of one base, with '_' allowed behind the first. */
static bool digits_of(struct str s, const char *digits)
{
	if (!s.n || s.p[0] == '_')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || (!strchr(digits, s.p[i]) && s.p[i] != '_'))
			return false;
	return true;
}

static int integer_base(struct str *s)
{
	if (str_starts(*s, STR("0x")) && digits_of(str_from(*s, 2), "0123456789abcdefABCDEF"))
		return *s = str_from(*s, 2), 16;
	if (str_starts(*s, STR("0o")) && digits_of(str_from(*s, 2), "01234567"))
		return *s = str_from(*s, 2), 8;
	if (str_starts(*s, STR("0b")) && digits_of(str_from(*s, 2), "01"))
		return *s = str_from(*s, 2), 2;
	if (s->n > 1 && s->p[0] == '0' && digits_of(*s, "01234567"))
		return 8;
	return digits_of(*s, "0123456789") && (s->n == 1 || s->p[0] != '0') ? 10 : 0;
}

/* The text without '_', cut at the size of `out`. */
static void plain_digits(struct str s, bool minus, char *out, size_t size)
{
	size_t n = 0;

	if (minus)
		out[n++] = '-';
	for (size_t i = 0; i < s.n && n + 1 < size; i++)
		if (s.p[i] != '_')
			out[n++] = s.p[i];
	out[n] = '\0';
}

static bool resolve_integer(struct data *d, struct str s, bool minus)
{
	char digits[72];
	int base = integer_base(&s);

	if (!base || s.n > 68)
		return false;
	plain_digits(s, minus, digits, sizeof(digits));
	errno = 0;
	d->integer = strtoll(digits, NULL, base);
	if (errno == ERANGE)
		return false;
	d->type = DATA_INT;
	d->number = (double)d->integer;
	return true;
}

static bool resolve_float(struct data *d, struct str s, bool minus)
{
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", NULL };
	static const char *const not_number[] = { ".nan", ".NaN", ".NAN", NULL };
	char digits[72], *stop;

	if (one_of(s, infinite) || one_of(s, not_number)) {
		d->type = DATA_FLOAT;
		d->number = one_of(s, not_number) ? NAN : minus ? -INFINITY : INFINITY;
		return true;
	}
	if (!s.n || s.n > 68 || !(is_digit(s.p[0]) || (s.p[0] == '.' && s.n > 1 && is_digit(s.p[1]))))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]) && !strchr("._eE+-", s.p[i]))
			return false;
	plain_digits(s, minus, digits, sizeof(digits));
	d->number = strtod(digits, &stop);
	if (*stop || !isfinite(d->number))
		return false;
	d->type = DATA_FLOAT;
	return true;
}

/* What an untagged plain scalar is: YAML 1.1, https://yaml.org/type/. */
static void resolve(struct data *d)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", NULL };
	static const char *const no[] = { "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", NULL };
	struct str s = d->text;
	bool minus = s.n && s.p[0] == '-';

	if (one_of(s, nulls)) {
		d->type = DATA_NULL;
	} else if (one_of(s, yes) || one_of(s, no)) {
		d->type = DATA_BOOL;
		d->boolean = one_of(s, yes);
	} else if (looks_like_date(s)) {
		d->type = DATA_DATE;
	} else {
		if (minus || (s.n && s.p[0] == '+'))
			s = str_from(s, 1);
		if (!resolve_integer(d, s, minus) && !resolve_float(d, s, minus))
			d->type = DATA_TEXT;
	}
}

static enum rc scalar(struct yaml *y, struct data **out)
{
	const char *tag = (const char *)y->event.data.scalar.tag;
	struct str text = str_n((const char *)y->event.data.scalar.value, y->event.data.scalar.length);

	*out = data_new(y->arena, DATA_TEXT, y->first_line + (int)y->event.start_mark.line);
	(*out)->text = arena_str(y->arena, text);
	if (y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !(tag && strcmp(tag, YAML_STR_TAG) == 0))
		resolve(*out);
	return RC_OK;
}

/* Counts a value that is about to be made, be it parsed or copied. */
static enum rc count_node(struct yaml *y)
{
	if (++y->nodes > YAML_NODES_MAX)
		return fail_at(y, y->event.start_mark, RC_LIMIT, "too many values");
	return RC_OK;
}

/* A copy of an anchored value: values are linked into their parents, so they cannot be shared. */
static enum rc copy(struct yaml *y, const struct data *from, struct data **out)
{
	struct data *d, *child;
	enum rc rc = count_node(y);

	if (rc != RC_OK)
		return rc;
	if (++y->depth > DATA_DEPTH_MAX)
		return fail_at(y, y->event.start_mark, RC_LIMIT, "too many levels of nesting");
	d = data_new(y->arena, from->type, from->line);
	*d = *from;
	d->first = d->last = d->next = NULL;
	d->count = 0;
	for (const struct data *c = from->first; rc == RC_OK && c; c = c->next) {
		rc = copy(y, c, &child);
		if (rc == RC_OK)
			data_append(d, child);
	}
	y->depth--;
	*out = d;
	return rc;
}

static enum rc remember(struct yaml *y, struct str name, const struct data *value)
{
	struct name_entry *entry;

	if (!str_given(name))
		return RC_OK;
	entry = name_table_at(&y->anchors, y->arena, name);
	if (!entry)
		return fail_at(y, y->event.start_mark, RC_LIMIT, "too many anchors for the memory that is left");
	buf_put(&y->anchored, &value, sizeof(value));
	entry->number = y->anchored.len / sizeof(value);
	return buf_status(&y->anchored, "the list of anchors", y->err);
}

static enum rc alias(struct yaml *y, struct data **out)
{
	struct str name = str_of((const char *)y->event.data.alias.anchor);
	const struct name_entry *entry = name_table_at(&y->anchors, y->arena, name);
	const struct data *value;

	if (!entry || !entry->number)
		return fail_at(y, y->event.start_mark, RC_INVALID, "alias of an anchor that is not defined before it");
	memcpy(&value, y->anchored.bytes + (entry->number - 1) * sizeof(value), sizeof(value));
	return copy(y, value, out);
}

static enum rc node(struct yaml *y, struct data **out);

static enum rc sequence(struct yaml *y, struct data **out)
{
	struct data *list = data_new(y->arena, DATA_LIST, y->first_line + (int)y->event.start_mark.line);
	struct data *child;
	enum rc rc = next_event(y);

	while (rc == RC_OK && y->event.type != YAML_SEQUENCE_END_EVENT) {
		rc = node(y, &child);
		if (rc != RC_OK)
			break;
		data_append(list, child);
		rc = next_event(y);
	}
	*out = list;
	return rc;
}

/* "<<": the members of another map that `map` has not got itself. */
static enum rc merge(struct yaml *y, struct data *map, const struct data *from)
{
	enum rc rc = RC_OK;

	if (from->type == DATA_LIST) {
		for (const struct data *c = from->first; rc == RC_OK && c; c = c->next)
			rc = c->type == DATA_LIST ? RC_OK : merge(y, map, c);
		return rc;
	}
	for (const struct data *c = from->first; rc == RC_OK && c; c = c->next) {
		struct data *member;

		if (data_get(map, c->key))
			continue;
		rc = copy(y, c, &member);
		if (rc == RC_OK)
			rc = data_set(map, c->key, member, y->err);
	}
	return rc;
}

static enum rc mapping_member(struct yaml *y, struct data *map, struct data *merged)
{
	yaml_mark_t mark = y->event.start_mark;
	bool plain = y->event.type == YAML_SCALAR_EVENT &&
		     y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct data *key, *value;
	enum rc rc = node(y, &key);

	if (rc == RC_OK && (key->type == DATA_LIST || key->type == DATA_MAP))
		return fail_at(y, mark, RC_UNSUPPORTED, "a list or table as a key");
	if (rc == RC_OK)
		rc = next_event(y);
	if (rc == RC_OK)
		rc = node(y, &value);
	if (rc != RC_OK)
		return rc;
	if (plain && str_is(key->text, "<<") && (value->type == DATA_MAP || value->type == DATA_LIST)) {
		data_append(merged, value);
		return RC_OK;
	}
	value->line = y->first_line + (int)mark.line;
	rc = data_set(map, key->text, value, y->err);
	if (rc != RC_OK) /* data_set() wrote the message */
		y->at = (struct data_at){ y->first_line + (int)mark.line, (int)mark.column + 1 };
	return rc;
}

static enum rc mapping(struct yaml *y, struct data **out)
{
	struct data *map = data_new(y->arena, DATA_MAP, y->first_line + (int)y->event.start_mark.line);
	struct data *merged = data_new(y->arena, DATA_LIST, 0);
	enum rc rc = next_event(y);

	while (rc == RC_OK && y->event.type != YAML_MAPPING_END_EVENT) {
		rc = mapping_member(y, map, merged);
		if (rc == RC_OK)
			rc = next_event(y);
	}
	if (rc == RC_OK)
		rc = merge(y, map, merged);
	*out = map;
	return rc;
}

static struct str anchor_name(struct yaml *y)
{
	const yaml_char_t *name = NULL;

	if (y->event.type == YAML_SCALAR_EVENT)
		name = y->event.data.scalar.anchor;
	else if (y->event.type == YAML_SEQUENCE_START_EVENT)
		name = y->event.data.sequence_start.anchor;
	else if (y->event.type == YAML_MAPPING_START_EVENT)
		name = y->event.data.mapping_start.anchor;
	return name ? arena_str(y->arena, str_of((const char *)name)) : STR_NONE;
}

/* The value that begins with the current event; its last event is current afterwards. */
static enum rc node(struct yaml *y, struct data **out)
{
	struct str name = anchor_name(y);
	enum rc rc = y->event.type == YAML_ALIAS_EVENT ? RC_OK : count_node(y); /* copy() counts those */

	if (rc != RC_OK)
		return rc;
	if (++y->depth > DATA_DEPTH_MAX)
		return fail_at(y, y->event.start_mark, RC_LIMIT, "too many levels of nesting");
	switch (y->event.type) {
	case YAML_SCALAR_EVENT:
		rc = scalar(y, out);
		break;
	case YAML_SEQUENCE_START_EVENT:
		rc = sequence(y, out);
		break;
	case YAML_MAPPING_START_EVENT:
		rc = mapping(y, out);
		break;
	case YAML_ALIAS_EVENT:
		rc = alias(y, out);
		break;
	default:
		rc = fail_at(y, y->event.start_mark, RC_INVALID, "a value is expected");
		break;
	}
	y->depth--;
	return rc == RC_OK ? remember(y, name, *out) : rc;
}

static enum rc document(struct yaml *y, struct data **out)
{
	enum rc rc = next_event(y);

	while (rc == RC_OK && (y->event.type == YAML_STREAM_START_EVENT ||
			       y->event.type == YAML_DOCUMENT_START_EVENT))
		rc = next_event(y);
	if (rc != RC_OK)
		return rc;
	if (y->event.type == YAML_STREAM_END_EVENT) {
		*out = data_new(y->arena, DATA_NULL, y->first_line);
		return RC_OK;
	}
	rc = node(y, out);
	if (rc == RC_OK)
		rc = next_event(y); /* finds garbage behind the value */
	return rc;
}

enum rc yaml_parse(struct str source, int first_line, struct arena *arena, struct data **out,
		   struct data_at *at, struct err *err)
{
	struct yaml y = { .first_line = first_line, .arena = arena, .err = err, .at = { first_line, 1 } };
	struct data *root;
	enum rc rc;

	if (source.n > YAML_MAX_B) {
		if (at)
			*at = y.at;
		return err_set(err, RC_LIMIT, "YAML larger than %zu bytes", YAML_MAX_B);
	}
	if (!yaml_parser_initialize(&y.parser))
		mem_fail();
	buf_init(&y.anchored, YAML_NODES_MAX * sizeof(struct data *));
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, (const unsigned char *)source.p, source.n);
	rc = document(&y, &root);
	if (y.has_event)
		yaml_event_delete(&y.event);
	yaml_parser_delete(&y.parser);
	buf_release(&y.anchored);
	if (rc == RC_OK)
		*out = root;
	else if (at)
		*at = y.at;
	return rc;
}
