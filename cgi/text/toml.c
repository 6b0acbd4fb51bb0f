/* toml.c: a complete parser of TOML 1.0.0: one cursor, one pass, no backtracking. */
#include "base/base.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/utf8.h"
#include "text/toml.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>

/* How a table or list came to be decides what may still be added to it (section "Table"). */
enum toml_mark {
	MARK_IMPLICIT,   /* on the way of a [header]; may be defined once */
	MARK_HEADER,     /* by its own [header] */
	MARK_DOTTED,     /* by a dotted key; no header may define it */
	MARK_CLOSED,     /* an inline table or a static array: complete */
	MARK_TABLES,     /* an array of tables, by [[header]] */
};

struct toml {
	const char *p, *end;
	const char *line_start;
	int line;
	int depth;
	struct arena *arena;
	struct err *err;
};

#define KEY_PARTS_MAX DATA_DEPTH_MAX

struct toml_key {
	struct str part[KEY_PARTS_MAX];
	size_t count;
};

static enum rc PRINTF_LIKE(2, 3) fail(struct toml *t, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return err_set(t->err, RC_INVALID, "%s", text);
}

static int peek(const struct toml *t)
{
	return t->p < t->end ? (unsigned char)*t->p : -1;
}

static int peek_at(const struct toml *t, size_t ahead)
{
	return (size_t)(t->end - t->p) > ahead ? (unsigned char)t->p[ahead] : -1;
}

static bool take(struct toml *t, char c)
{
	if (peek(t) != (unsigned char)c)
		return false;
	t->p++;
	return true;
}

static bool take_literal(struct toml *t, const char *literal)
{
	size_t n = strlen(literal);

	if ((size_t)(t->end - t->p) < n || memcmp(t->p, literal, n) != 0)
		return false;
	t->p += n;
	return true;
}

static void skip_blanks(struct toml *t)
{
	while (peek(t) == ' ' || peek(t) == '\t')
		t->p++;
}

/* A newline is LF or CRLF; a lone CR is none. */
static bool take_newline(struct toml *t)
{
	if (peek(t) == '\r' && peek_at(t, 1) == '\n')
		t->p++;
	if (!take(t, '\n'))
		return false;
	t->line++;
	t->line_start = t->p;
	return true;
}

static bool is_control(int c)
{
	return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f;
}

static enum rc skip_comment(struct toml *t)
{
	if (!take(t, '#'))
		return RC_OK;
	while (peek(t) >= 0 && peek(t) != '\n' && !(peek(t) == '\r' && peek_at(t, 1) == '\n')) {
		if (is_control(peek(t)))
			return fail(t, "control character in a comment");
		t->p++;
	}
	return RC_OK;
}

/* Blanks and a comment up to the end of the line, which is taken. */
static enum rc end_of_line(struct toml *t)
{
	enum rc rc;

	skip_blanks(t);
	rc = skip_comment(t);
	if (rc == RC_OK && peek(t) >= 0 && !take_newline(t))
		rc = fail(t, "unexpected text behind the value or header");
	return rc;
}

/* Blanks, newlines and comments: what may stand between the elements of an array. */
static enum rc skip_space(struct toml *t)
{
	enum rc rc = RC_OK;

	do {
		skip_blanks(t);
		rc = skip_comment(t);
	} while (rc == RC_OK && take_newline(t));
	return rc;
}

static bool is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* The digits of \uXXXX or \UXXXXXXXX. */
static enum rc unicode_escape(struct toml *t, int digits, struct buf *out)
{
	uint32_t c = 0;

	for (int i = 0; i < digits; i++) {
		int v = peek(t) < 0 ? -1 : enc_hex_digit((char)peek(t));

		if (v < 0)
			return fail(t, "a \\%c escape needs %d hexadecimal digits", digits == 4 ? 'u' : 'U',
				    digits);
		c = c << 4 | (uint32_t)v;
		t->p++;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return fail(t, "escape of something that is no Unicode character");
	utf8_put(out, c);
	return RC_OK;
}

static enum rc escape(struct toml *t, struct buf *out)
{
	static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
	int c = peek(t);
	const char *at = c > 0 ? strchr(from, c) : NULL;

	if (at) {
		t->p++;
		buf_char(out, to[at - from]);
		return RC_OK;
	}
	if (take(t, 'u'))
		return unicode_escape(t, 4, out);
	if (take(t, 'U'))
		return unicode_escape(t, 8, out);
	return fail(t, "unknown escape in a string");
}

/* "\" at the end of a line: skips all white space and newlines up to the next character. */
static bool line_ending_backslash(struct toml *t)
{
	struct toml ahead = *t;

	skip_blanks(&ahead);
	if (!take_newline(&ahead))
		return false;
	do
		skip_blanks(&ahead);
	while (take_newline(&ahead));
	*t = ahead;
	return true;
}

static enum rc basic_string(struct toml *t, struct buf *out)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && !take(t, '"')) {
		int c = peek(t);

		if (c < 0 || c == '\n' || c == '\r')
			return fail(t, "a string is not closed in its line");
		if (is_control(c))
			return fail(t, "control character in a string");
		t->p++;
		if (c == '\\')
			rc = escape(t, out);
		else
			buf_char(out, (char)c);
	}
	return rc;
}

static enum rc literal_string(struct toml *t, struct buf *out)
{
	while (!take(t, '\'')) {
		int c = peek(t);

		if (c < 0 || c == '\n' || c == '\r')
			return fail(t, "a string is not closed in its line");
		if (is_control(c))
			return fail(t, "control character in a string");
		buf_char(out, (char)c);
		t->p++;
	}
	return RC_OK;
}

/* At a run of quotes inside a multi-line string: true when it closes the string. One or two quotes
 * may stand right before the closing three. */
static enum rc closing_quotes(struct toml *t, char quote, struct buf *out, bool *closed)
{
	int run = 0;

	while (peek(t) == (unsigned char)quote && run < 6) {
		t->p++;
		run++;
	}
	if (run > 5)
		return fail(t, "too many quotes at the end of a multi-line string");
	*closed = run >= 3;
	for (int i = *closed ? 3 : 0; i < run; i++)
		buf_char(out, quote);
	return RC_OK;
}

static enum rc multi_line_string(struct toml *t, char quote, struct buf *out)
{
	enum rc rc = RC_OK;
	bool closed = false;

	take_newline(t); /* one right behind the opening is not part of the string */
	while (rc == RC_OK && !closed) {
		int c = peek(t);

		if (c < 0)
			return fail(t, "a multi-line string is not closed");
		if (c == (unsigned char)quote) {
			rc = closing_quotes(t, quote, out, &closed);
		} else if (take_newline(t)) {
			buf_char(out, '\n');
		} else if (is_control(c)) {
			return fail(t, "control character in a string");
		} else {
			t->p++;
			if (c != '\\' || quote == '\'')
				buf_char(out, (char)c);
			else if (!line_ending_backslash(t))
				rc = escape(t, out);
		}
	}
	return rc;
}

/* Any of the four kinds; `multi` allows the multi-line ones. */
static enum rc string(struct toml *t, bool multi, struct str *out)
{
	struct buf text = BUF_INIT(TOML_MAX_B);
	enum rc rc;

	if (multi && take_literal(t, "\"\"\""))
		rc = multi_line_string(t, '"', &text);
	else if (multi && take_literal(t, "'''"))
		rc = multi_line_string(t, '\'', &text);
	else if (take(t, '"'))
		rc = basic_string(t, &text);
	else
		rc = take(t, '\'') ? literal_string(t, &text) : fail(t, "a string is expected");
	if (rc == RC_OK)
		rc = buf_status(&text, "a string", t->err);
	if (rc == RC_OK)
		*out = arena_str(t->arena, buf_view(&text));
	buf_release(&text);
	return rc;
}

static enum rc simple_key(struct toml *t, struct str *out)
{
	const char *from = t->p;

	if (peek(t) == '"' || peek(t) == '\'')
		return string(t, false, out);
	while (is_bare(peek(t)))
		t->p++;
	if (t->p == from)
		return fail(t, "a key is expected");
	*out = arena_str(t->arena, str_n(from, (size_t)(t->p - from)));
	return RC_OK;
}

static enum rc dotted_key(struct toml *t, struct toml_key *key)
{
	enum rc rc;

	key->count = 0;
	do {
		skip_blanks(t);
		if (key->count == KEY_PARTS_MAX)
			return err_set(t->err, RC_LIMIT, "a key has more than %d parts", KEY_PARTS_MAX);
		rc = simple_key(t, &key->part[key->count++]);
		if (rc != RC_OK)
			return rc;
		skip_blanks(t);
	} while (take(t, '.'));
	return RC_OK;
}

static bool take_digits(struct toml *t, int count, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++) {
		if (!is_digit(peek(t)))
			return false;
		*value = *value * 10 + (*t->p++ - '0');
	}
	return true;
}

static bool date_part(struct toml *t)
{
	int year, month, day;

	return take_digits(t, 4, &year) && take(t, '-') && take_digits(t, 2, &month) && take(t, '-') &&
	       take_digits(t, 2, &day) && date_is_valid(year, month, day);
}

static bool time_part(struct toml *t)
{
	int hour, minute, second, digit;

	if (!take_digits(t, 2, &hour) || !take(t, ':') || !take_digits(t, 2, &minute) || !take(t, ':') ||
	    !take_digits(t, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	if (!take(t, '.'))
		return true;
	if (!take_digits(t, 1, &digit))
		return false;
	while (is_digit(peek(t)))
		t->p++;
	return true;
}

static bool offset_part(struct toml *t)
{
	int hour, minute;

	if (take(t, 'Z') || take(t, 'z') || !(take(t, '+') || take(t, '-')))
		return true;
	return take_digits(t, 2, &hour) && take(t, ':') && take_digits(t, 2, &minute) && hour <= 23 &&
	       minute <= 59;
}

static enum rc date_or_time(struct toml *t, struct data **out)
{
	const char *from = t->p;
	bool ok;

	if (peek_at(t, 2) == ':') {
		ok = time_part(t);
	} else {
		ok = date_part(t);
		if (ok && (peek(t) == 'T' || peek(t) == 't' || (peek(t) == ' ' && is_digit(peek_at(t, 1))))) {
			t->p++;
			ok = time_part(t) && offset_part(t);
		}
	}
	if (!ok)
		return fail(t, "not a valid date or time");
	*out = data_new(t->arena, DATA_DATE, t->line);
	(*out)->text = arena_str(t->arena, str_n(from, (size_t)(t->p - from)));
	return RC_OK;
}

/* Copies digits without their underscores, each of which must stand between two digits. */
static bool digits_run(struct toml *t, bool (*accept)(int), struct buf *out)
{
	if (!accept(peek(t)))
		return false;
	for (;;) {
		if (accept(peek(t)))
			buf_char(out, *t->p++);
		else if (peek(t) == '_' && accept(peek_at(t, 1)))
			t->p++;
		else
			return true;
	}
}

static bool is_hex(int c) { return c >= 0 && enc_hex_digit((char)c) >= 0; }
static bool is_octal(int c) { return c >= '0' && c <= '7'; }
static bool is_binary(int c) { return c == '0' || c == '1'; }

static enum rc integer_of(struct toml *t, const struct buf *digits, int base, struct data *d)
{
	char *stop;

	errno = 0;
	d->type = DATA_INT;
	d->integer = strtoll(digits->bytes, &stop, base);
	if (errno == ERANGE)
		return err_set(t->err, RC_LIMIT, "a number does not fit into 64 bits");
	d->number = (double)d->integer;
	return RC_OK;
}

/* Fraction and exponent behind the whole part. */
static bool float_rest(struct toml *t, struct buf *digits)
{
	if (take(t, '.')) {
		buf_char(digits, '.');
		if (!digits_run(t, is_digit, digits))
			return false;
	}
	if (!take(t, 'e') && !take(t, 'E'))
		return true;
	buf_char(digits, 'e');
	if (peek(t) == '+' || peek(t) == '-')
		buf_char(digits, *t->p++);
	return digits_run(t, is_digit, digits);
}

static enum rc decimal_number(struct toml *t, struct buf *digits, struct data *d)
{
	size_t whole;
	bool leading_zero;

	if (peek(t) == '+' || peek(t) == '-')
		buf_char(digits, *t->p++);
	whole = digits->len;
	leading_zero = peek(t) == '0';
	if (take_literal(t, "inf") || take_literal(t, "nan")) {
		d->type = DATA_FLOAT;
		d->number = t->p[-1] == 'n' ? NAN : INFINITY;
		if (digits->len && digits->bytes[0] == '-')
			d->number = -d->number;
		return RC_OK;
	}
	if (!digits_run(t, is_digit, digits))
		return fail(t, "a value is expected");
	if (leading_zero && digits->len > whole + 1)
		return fail(t, "a number may not begin with 0");
	if (peek(t) != '.' && peek(t) != 'e' && peek(t) != 'E')
		return integer_of(t, digits, 10, d);
	if (!float_rest(t, digits))
		return fail(t, "a malformed number");
	d->type = DATA_FLOAT;
	d->number = strtod(digits->bytes, NULL);
	return RC_OK;
}

static enum rc number(struct toml *t, struct data **out)
{
	struct buf digits = BUF_INIT(TOML_MAX_B);
	struct data *d = data_new(t->arena, DATA_INT, t->line);
	const char *from = t->p;
	enum rc rc;

	if (take_literal(t, "0x"))
		rc = digits_run(t, is_hex, &digits) ? integer_of(t, &digits, 16, d) : fail(t, "a malformed number");
	else if (take_literal(t, "0o"))
		rc = digits_run(t, is_octal, &digits) ? integer_of(t, &digits, 8, d) : fail(t, "a malformed number");
	else if (take_literal(t, "0b"))
		rc = digits_run(t, is_binary, &digits) ? integer_of(t, &digits, 2, d) : fail(t, "a malformed number");
	else
		rc = decimal_number(t, &digits, d);
	if (rc == RC_OK) {
		d->text = arena_str(t->arena, str_n(from, (size_t)(t->p - from)));
		*out = d;
	}
	buf_release(&digits);
	return rc;
}

static enum rc value(struct toml *t, struct data **out);
static enum rc key_value(struct toml *t, struct data *table);

static enum rc array(struct toml *t, struct data **out)
{
	struct data *list = data_new(t->arena, DATA_LIST, t->line), *element;
	enum rc rc = skip_space(t);

	list->mark = MARK_CLOSED;
	while (rc == RC_OK && !take(t, ']')) {
		rc = value(t, &element);
		if (rc != RC_OK)
			break;
		data_append(list, element);
		rc = skip_space(t);
		if (rc == RC_OK && peek(t) != ']' && !take(t, ','))
			rc = fail(t, "an array needs ',' or ']' here");
		else if (rc == RC_OK)
			rc = skip_space(t);
	}
	if (rc == RC_OK)
		*out = list;
	return rc;
}

/* Nothing may be added to an inline table later, nor to what its dotted keys made. */
static void close_table(struct data *table)
{
	table->mark = MARK_CLOSED;
	DATA_EACH(child, table)
		if (child->type == DATA_MAP && child->mark != MARK_CLOSED)
			close_table(child);
}

static enum rc inline_table(struct toml *t, struct data **out)
{
	struct data *table = data_new(t->arena, DATA_MAP, t->line);
	enum rc rc = RC_OK;

	table->mark = MARK_HEADER;
	skip_blanks(t);
	if (!take(t, '}')) {
		do {
			rc = key_value(t, table);
			skip_blanks(t);
		} while (rc == RC_OK && take(t, ','));
		if (rc == RC_OK && !take(t, '}'))
			rc = fail(t, "an inline table needs ',' or '}' here, in the same line");
	}
	if (rc == RC_OK) {
		close_table(table);
		*out = table;
	}
	return rc;
}

static enum rc boolean(struct toml *t, bool yes, const char *written, struct data **out)
{
	*out = data_new(t->arena, DATA_BOOL, t->line);
	(*out)->boolean = yes;
	(*out)->text = str_of(written);
	return RC_OK;
}

static bool looks_like_date(const struct toml *t)
{
	if (!is_digit(peek(t)) || !is_digit(peek_at(t, 1)))
		return false;
	return peek_at(t, 2) == ':' || (is_digit(peek_at(t, 2)) && is_digit(peek_at(t, 3)) &&
					peek_at(t, 4) == '-');
}

static enum rc string_value(struct toml *t, struct data **out)
{
	int line = t->line;
	struct str text;
	enum rc rc = string(t, true, &text);

	if (rc == RC_OK) {
		*out = data_new(t->arena, DATA_TEXT, line);
		(*out)->text = text;
	}
	return rc;
}

static enum rc value(struct toml *t, struct data **out)
{
	enum rc rc;

	if (++t->depth > DATA_DEPTH_MAX)
		return err_set(t->err, RC_LIMIT, "more than %d levels of nesting", DATA_DEPTH_MAX);
	if (peek(t) == '"' || peek(t) == '\'')
		rc = string_value(t, out);
	else if (take(t, '['))
		rc = array(t, out);
	else if (take(t, '{'))
		rc = inline_table(t, out);
	else if (take_literal(t, "true"))
		rc = boolean(t, true, "true", out);
	else if (take_literal(t, "false"))
		rc = boolean(t, false, "false", out);
	else
		rc = looks_like_date(t) ? date_or_time(t, out) : number(t, out);
	t->depth--;
	return rc;
}

static enum rc taken(struct toml *t, struct str key, const struct data *there)
{
	return err_set(t->err, RC_EXISTS, "'%.*s' is defined already (line %d)",
		       STR_ARG(str_sub(key, 0, 80)), there->line);
}

static enum rc new_table(struct toml *t, struct data *parent, struct str key, enum toml_mark mark,
			 struct data **out)
{
	*out = data_new(t->arena, DATA_MAP, t->line);
	(*out)->mark = mark;
	return data_set(parent, key, *out, t->err);
}

/* key = value, where the leading parts of a dotted key make tables of their own. */
static enum rc key_value(struct toml *t, struct data *table)
{
	struct toml_key key;
	struct data *d;
	enum rc rc = dotted_key(t, &key);

	for (size_t i = 0; rc == RC_OK && i + 1 < key.count; i++) {
		d = data_get(table, key.part[i]);
		if (!d)
			rc = new_table(t, table, key.part[i], MARK_DOTTED, &d);
		else if (d->type != DATA_MAP || d->mark == MARK_HEADER || d->mark == MARK_CLOSED)
			rc = taken(t, key.part[i], d);
		else
			d->mark = MARK_DOTTED;
		table = d;
	}
	if (rc != RC_OK)
		return rc;
	if (!take(t, '='))
		return fail(t, "'=' is expected behind a key");
	skip_blanks(t);
	rc = value(t, &d);
	return rc == RC_OK ? data_set(table, key.part[key.count - 1], d, t->err) : rc;
}

/* The table that holds the last part of a header. */
static enum rc header_parent(struct toml *t, const struct toml_key *key, struct data **table)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i + 1 < key->count; i++) {
		struct data *d = data_get(*table, key->part[i]);

		if (!d)
			rc = new_table(t, *table, key->part[i], MARK_IMPLICIT, &d);
		else if (d->type == DATA_LIST && d->mark == MARK_TABLES)
			d = d->last;
		else if (d->type != DATA_MAP || d->mark == MARK_CLOSED)
			rc = taken(t, key->part[i], d);
		*table = d;
	}
	return rc;
}

static enum rc define_table(struct toml *t, const struct toml_key *key, struct data **table)
{
	struct str name = key->part[key->count - 1];
	struct data *d;
	enum rc rc = header_parent(t, key, table);

	if (rc != RC_OK)
		return rc;
	d = data_get(*table, name);
	if (!d) {
		rc = new_table(t, *table, name, MARK_HEADER, &d);
	} else if (d->type != DATA_MAP || d->mark != MARK_IMPLICIT) {
		rc = taken(t, name, d);
	} else {
		d->mark = MARK_HEADER;
		d->line = t->line;
	}
	*table = d;
	return rc;
}

static enum rc append_table(struct toml *t, const struct toml_key *key, struct data **table)
{
	struct str name = key->part[key->count - 1];
	struct data *list, *d;
	enum rc rc = header_parent(t, key, table);

	if (rc != RC_OK)
		return rc;
	list = data_get(*table, name);
	if (!list) {
		list = data_new(t->arena, DATA_LIST, t->line);
		list->mark = MARK_TABLES;
		rc = data_set(*table, name, list, t->err);
	} else if (list->type != DATA_LIST || list->mark != MARK_TABLES) {
		rc = taken(t, name, list);
	}
	if (rc == RC_OK) {
		d = data_new(t->arena, DATA_MAP, t->line);
		d->mark = MARK_HEADER;
		data_append(list, d);
		*table = d;
	}
	return rc;
}

static enum rc header(struct toml *t, struct data *root, struct data **table)
{
	bool list = take(t, '[');
	struct toml_key key;
	enum rc rc = dotted_key(t, &key);

	if (rc == RC_OK && !(take(t, ']') && (!list || take(t, ']'))))
		rc = fail(t, "a table header is not closed");
	if (rc != RC_OK)
		return rc;
	*table = root;
	return list ? append_table(t, &key, table) : define_table(t, &key, table);
}

/* Stops at the first byte that is not UTF-8. */
static enum rc check_utf8(struct toml *t)
{
	struct str source = str_n(t->p, (size_t)(t->end - t->p));
	const char *bad = t->p + utf8_valid_up_to(source);

	if (bad == t->end)
		return RC_OK;
	for (; t->p < bad; t->p++) {
		if (*t->p == '\n') {
			t->line++;
			t->line_start = t->p + 1;
		}
	}
	return fail(t, "not valid UTF-8");
}

static enum rc document(struct toml *t, struct data *root)
{
	struct data *table = root;
	enum rc rc = check_utf8(t);

	while (rc == RC_OK && peek(t) >= 0) {
		skip_blanks(t);
		if (take(t, '['))
			rc = header(t, root, &table);
		else if (peek(t) >= 0 && peek(t) != '#' && peek(t) != '\n' && peek(t) != '\r')
			rc = key_value(t, table);
		if (rc == RC_OK)
			rc = end_of_line(t);
	}
	return rc;
}

enum rc toml_parse(struct str source, int first_line, struct arena *arena, struct data **out,
		   struct data_at *at, struct err *err)
{
	struct toml t = { source.p, source.p + source.n, source.p, first_line, 0, arena, err };
	struct data *root;
	enum rc rc;

	if (str_starts(source, STR("\xef\xbb\xbf")))
		t.p += 3;
	if (source.n > TOML_MAX_B) {
		if (at)
			*at = (struct data_at){ first_line, 1 };
		return err_set(err, RC_LIMIT, "TOML larger than %zu bytes", TOML_MAX_B);
	}
	root = data_new(arena, DATA_MAP, first_line);
	root->mark = MARK_HEADER;
	rc = document(&t, root);
	if (rc == RC_OK)
		*out = root;
	else if (at)
		*at = (struct data_at){ t.line, (int)(t.p - t.line_start) + 1 };
	return rc;
}
