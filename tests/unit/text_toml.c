/* text_toml.c: the TOML parser against the rules of the specification, hostile input, and the
 * official toml-test suite where it is at hand. */
#include "unit.h"

#include "base/file.h"
#include "base/path.h"
#include "text/toml.h"

#include <math.h>

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, ARENA_MAX_B);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct data *parse(const char *source)
{
	struct data *root;
	struct err err = ERR_INIT;
	struct data_at at;

	if (toml_parse(str_of(source), 1, &arena, &root, &at, &err) != RC_OK)
		fail_msg("%s\n%d:%d: %s", source, at.line, at.column, err.msg);
	return root;
}

static struct str as_json(const struct data *d)
{
	struct buf out = BUF_INIT(1 << 20);
	struct json *json = data_to_json(d);
	struct str s;

	json_write(json, JSON_LINE, &out);
	json_free(json);
	s = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return s;
}

static void test_valid_documents(void **state)
{
	static const struct { const char *toml, *json; } cases[] = {
		{ "", "{}" },
		{ "# only a comment", "{}" },
		{ "a = 1", "{\"a\":1}" },
		{ "a=1\r\nb=2", "{\"a\":1,\"b\":2}" },
		{ "\xef\xbb\xbf" "a = 1", "{\"a\":1}" },
		{ "a = 0xDEAD_beef\nb = 0o17\nc = 0b101\nd = 1_000\ne = -17\nf = +3",
		  "{\"a\":3735928559,\"b\":15,\"c\":5,\"d\":1000,\"e\":-17,\"f\":3}" },
		{ "a = 1.5\nb = 1e3\nc = -0.25\nd = 6.626e-34", "{\"a\":1.5,\"b\":1000.0,\"c\":-0.25,\"d\":6.626e-34}" },
		{ "a = true\nb = false", "{\"a\":true,\"b\":false}" },
		{ "a = \"\\t\\u00e9\\U0001F600\"", "{\"a\":\"\\t\xc3\xa9\xf0\x9f\x98\x80\"}" },
		{ "a = 'C:\\x'", "{\"a\":\"C:\\\\x\"}" },
		{ "a = \"\"\"\nx\ny\"\"\"", "{\"a\":\"x\\ny\"}" },
		{ "a = \"\"\"x \\\n   y\"\"\"", "{\"a\":\"x y\"}" },
		{ "a = \"\"\"\"quoted\"\"\"\"\"", "{\"a\":\"\\\"quoted\\\"\\\"\"}" },
		{ "a = '''\n'x'\n'''", "{\"a\":\"'x'\\n\"}" },
		{ "a = [1, [2, 3],\n # c\n \"x\",]", "{\"a\":[1,[2,3],\"x\"]}" },
		{ "a = []\nb = {}", "{\"a\":[],\"b\":{}}" },
		{ "a = { b = 1, c.d = 2 }", "{\"a\":{\"b\":1,\"c\":{\"d\":2}}}" },
		{ "a.b = 1\na.c = 2", "{\"a\":{\"b\":1,\"c\":2}}" },
		{ "\"a.b\" = 1\n'' = 2", "{\"a.b\":1,\"\":2}" },
		{ "[a.b]\nx = 1\n[a]\ny = 2", "{\"a\":{\"b\":{\"x\":1},\"y\":2}}" },
		{ "[f]\na.c = 1\n[f.a.t]\ns = true", "{\"f\":{\"a\":{\"c\":1,\"t\":{\"s\":true}}}}" },
		{ "[[p]]\nn = 1\n[[p]]\n[p.q]\nx = 1\n[[p.r]]\n", "{\"p\":[{\"n\":1},{\"q\":{\"x\":1},\"r\":[{}]}]}" },
		{ "d = 2019-01-02\nt = 07:32:00.5\nl = 2019-01-02 07:32:00\no = 1979-05-27T00:32:00.999-07:00",
		  "{\"d\":\"2019-01-02\",\"t\":\"07:32:00.5\",\"l\":\"2019-01-02 07:32:00\","
		  "\"o\":\"1979-05-27T00:32:00.999-07:00\"}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(as_json(parse(cases[i].toml)), cases[i].json);
	assert_true(isinf(data_at_key(parse("a = -inf"), "a")->number));
	assert_true(isnan(data_at_key(parse("a = nan"), "a")->number));
}

static void test_invalid_documents_and_where(void **state)
{
	static const struct { const char *toml; int line; } cases[] = {
		{ "a", 1 }, { "a =", 1 }, { "= 1", 1 }, { "a = 1 b = 2", 1 }, { "a b = 1", 1 }, { "\na = 1\na = 2", 3 },
		{ "a = 01", 1 }, { "a = 1__0", 1 }, { "a = _1", 1 }, { "a = 1.", 1 }, { "a = .5", 1 }, { "a = 1.e3", 1 },
		{ "a = +0x1", 1 }, { "a = 0xG", 1 }, { "a = 9223372036854775808", 1 }, { "a = True", 1 },
		{ "a = \"x", 1 }, { "a = \"\\q\"", 1 }, { "a = \"\\ud800\"", 1 }, { "a = \"\\u12\"", 1 },
		{ "a = \"x\ny\"", 1 }, { "a = '\x01'", 1 }, { "# \x7f", 1 }, { "a = \"\"\"x", 1 },
		{ "a = \"\"\"x\"\"\"\"\"\"", 1 }, { "a = [1, 2", 1 }, { "a = [1,,2]", 1 }, { "a = [1 2]", 1 },
		{ "a = { b = 1,\n c = 2 }", 1 }, { "a = { b = 1, }", 1 }, { "a = {b=1, b=2}", 1 },
		{ "[a]\n[a]", 2 }, { "[a]\nb=1\n[a.b]", 3 }, { "a = 1\n[a.b]", 2 }, { "a.b = 1\n[a]", 2 },
		{ "[a.b.c]\nz=9\n[a]\nb.c.t=1", 4 }, { "a = {}\n[a.b]", 2 }, { "a = [{}]\n[[a]]", 2 }, { "[a]\n[[a]]", 2 },
		{ "[[a]]\n[a]", 2 }, { "[a", 1 }, { "[[a]", 1 }, { "[]", 1 }, { "[a.]", 1 }, { "a. = 1", 1 },
		{ "d = 2019-02-29", 1 }, { "d = 2019-13-01", 1 }, { "d = 2019-1-1", 1 }, { "d = 25:00:00", 1 },
		{ "d = 2019-01-01T", 1 }, { "d = 2019-01-01T01:00:00+25:00", 1 }, { "a = 1\rb = 2", 1 },
		{ "a = \"\xff\"", 1 }, { "x = 1\n\xc3(", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct data *root = NULL;
		struct data_at at = { 0, 0 };
		struct err err = ERR_INIT;

		if (toml_parse(str_of(cases[i].toml), 1, &arena, &root, &at, &err) == RC_OK)
			fail_msg("accepted: %s", cases[i].toml);
		if (at.line != cases[i].line || !err.msg[0])
			fail_msg("%s: line %d: %s", cases[i].toml, at.line, err.msg);
	}
}

static void test_numbers_lines_from_the_given_one(void **state)
{
	struct data *root;
	struct data_at at;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(toml_parse(STR("a = 1\n\nb = [\n 1,\n 2]\n"), 5, &arena, &root, &at, &err), &err);
	assert_int_equal(data_at_key(root, "b")->line, 7);
	assert_int_equal(data_at_key(root, "b")->last->line, 9);
	assert_int_equal(toml_parse(STR("a = 1\na = 2"), 5, &arena, &root, &at, &err), RC_EXISTS);
	assert_int_equal(at.line, 6);
}

/* Each would take minutes where a parser looks back or nests without end. */
static void test_hostile_input_is_refused_or_read_in_time(void **state)
{
	static const struct { const char *head, *unit, *tail; } cases[] = {
		{ "a = ", "[", "" }, { "a = ", "{a=", "" }, { "a", ".a", " = 1" }, { "[a", ".a", "]" },
		{ "a = \"\"\"", "\"\\", "" }, { "a = [", "1,", "]" }, { "", "[[a]]\n", "" }, { "", "#\n", "" },
		{ "a = \"", "\\u0041", "\"" }, { "a = 1", "_1", "" }, { "", "\n", "" },
	};
	int64_t start = (int64_t)cpu_us();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf b = BUF_INIT(TOML_MAX_B + 100);
		struct data *root;
		struct err err = ERR_INIT;

		buf_cstr(&b, cases[i].head);
		while (b.len < TOML_MAX_B - 100)
			buf_cstr(&b, cases[i].unit);
		buf_cstr(&b, cases[i].tail);
		arena_release(&arena);
		arena_init(&arena, (size_t)1 << 30);
		(void)!toml_parse(buf_view(&b), 1, &arena, &root, NULL, &err);
		buf_release(&b);
	}
	assert_true((int64_t)cpu_us() - start < 10000000);
}

/* A date as both sides write it: 'T' between, 'Z' upper case, no zeros at the end of a fraction. */
static struct str same_form(struct str s)
{
	char *p = arena_cstr(&arena, s);
	char *dot = strchr(p, '.');

	for (char *c = p; *c; c++)
		*c = *c == ' ' || *c == 't' ? 'T' : *c == 'z' ? 'Z' : *c;
	if (dot) {
		char *end = dot + 1, *last;

		while (*end >= '0' && *end <= '9')
			end++;
		last = end;
		while (last > dot && (last[-1] == '0' || last[-1] == '.'))
			last--;
		memmove(last, end, strlen(end) + 1);
	}
	return str_of(p);
}

static bool same(const struct data *got, const struct data *want);

static bool same_scalar(const struct data *got, struct str type, struct str value)
{
	if (str_is(type, "string"))
		return got->type == DATA_TEXT && str_eq(got->text, value);
	if (str_is(type, "bool"))
		return got->type == DATA_BOOL && str_is(value, got->boolean ? "true" : "false");
	if (str_is(type, "integer"))
		return got->type == DATA_INT && got->integer == strtoll(arena_cstr(&arena, value), NULL, 10);
	if (str_is(type, "float")) {
		double number = strtod(arena_cstr(&arena, value), NULL);

		return got->type == DATA_FLOAT && (got->number == number || (isnan(got->number) && isnan(number)));
	}
	return got->type == DATA_DATE && str_eq(same_form(got->text), same_form(value));
}

static bool same_map(const struct data *got, const struct data *want)
{
	const struct data *type = data_at_key(want, "type"), *value = data_at_key(want, "value");

	if (want->count == 2 && type && value && type->type == DATA_TEXT)
		return same_scalar(got, type->text, value->text);
	if (got->type != DATA_MAP || got->count != want->count)
		return false;
	DATA_EACH(child, want) {
		const struct data *other = data_get(got, child->key);

		if (!other || !same(other, child))
			return false;
	}
	return true;
}

static bool same(const struct data *got, const struct data *want)
{
	const struct data *child;

	if (want->type == DATA_MAP)
		return same_map(got, want);
	if (got->type != DATA_LIST || got->count != want->count)
		return false;
	child = got->first;
	DATA_EACH(other, want) {
		if (!same(child, other))
			return false;
		child = child->next;
	}
	return true;
}

static void check_suite_file(const char *root, struct str name)
{
	bool valid = str_starts(name, STR("valid/"));
	struct str path = arena_printf(&arena, "%s/%.*s", root, STR_ARG(name)), text, json;
	struct data *got, *want;
	struct err err = ERR_INIT;
	enum rc rc;

	assert_ok(file_load(path.p, 1 << 20, &arena, &text, &err), &err);
	rc = toml_parse(text, 1, &arena, &got, NULL, &err);
	if ((rc == RC_OK) != valid)
		fail_msg("%s: %s", path.p, rc == RC_OK ? "accepted" : err.msg);
	if (!valid)
		return;
	path = arena_printf(&arena, "%s/%.*s.json", root, STR_ARG(str_sub(name, 0, name.n - 5)));
	assert_ok(file_load(path.p, 1 << 20, &arena, &json, &err), &err);
	/* A few have a NUL in a key or text, which our JSON refuses. */
	if (str_find(json, STR("\\u0000")) >= 0)
		return;
	assert_ok(data_from_json(json, &arena, &want, &err), &err);
	if (!same(got, want))
		fail_msg("%s: another value", path.p);
}

/* https://github.com/toml-lang/toml-test, its folder tests/ as specs/toml-test of the shared data. */
static void test_official_suite(void **state)
{
	const char *data = getenv("PLATEN_SHARED_DATA"), *top = getenv("top_srcdir");
	const char *root = data ? path_join(&arena, data, "specs/toml-test")
				: path_join(&arena, top ? top : ".", "../shared/data/specs/toml-test");
	struct str list, line;
	struct err err = ERR_INIT;
	size_t count = 0;

	(void)state;
	if (file_load(path_join(&arena, root, "files-toml-1.0.0"), 1 << 20, &arena, &list, &err) != RC_OK) {
		print_message("# skipped: no toml-test suite at %s\n", root);
		return;
	}
	while (str_line(&list, &line)) {
		if (!str_ends(line, STR(".toml")))
			continue;
		check_suite_file(root, line);
		count++;
	}
	assert_true(count > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_valid_documents, setup, teardown),
		cmocka_unit_test_setup_teardown(test_invalid_documents_and_where, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_lines_from_the_given_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_input_is_refused_or_read_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_official_suite, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
