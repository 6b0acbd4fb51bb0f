/* base_json.c: tests of JSON parsing, reading, building and writing. */
#include "unit.h"

#include "base/json.h"

static struct buf out = BUF_INIT(1 << 20);

static const char *rewrite(const char *text, unsigned flags)
{
	struct json *value;
	struct err err = ERR_INIT;
	if (json_parse(str_of(text), 1 << 20, &value, &err) != RC_OK)
		fail_msg("%s: %s", text, err.msg);
	buf_clear(&out);
	json_write(value, flags, &out);
	json_free(value);
	return out.bytes;
}

static void values_survive_parsing_and_writing(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"null", "true", "false", "0", "-9223372036854775808", "9223372036854775807", "\"\"", "[]", "{}",
		"[1,2.5,\"x\",[null],{\"a\":{}}]", "{\"b\":1,\"a\":2}", "1e+100", "0.1", "-0.0", "\"\xC3\xA9\\n\\u0001\"",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_string_equal(rewrite(rows[i], JSON_LINE), rows[i]);
	assert_string_equal(rewrite("\xEF\xBB\xBF [ 1 ] ", JSON_LINE), "[1]");
	assert_string_equal(rewrite("{\"b\":1,\"a\":[],\"ab\":{\"z\":1,\"y\":2}}", JSON_SORTED_KEYS),
			    "{\"a\":[],\"ab\":{\"y\":2,\"z\":1},\"b\":1}");
	assert_string_equal(rewrite("{\"a\":[1,{}],\"b\":{}}", JSON_PRETTY_TABS),
			    "{\n\t\"a\": [\n\t\t1,\n\t\t{}\n\t],\n\t\"b\": {}\n}\n");
	assert_string_equal(rewrite("\"</script>\\ud83d\\ude00\"", JSON_LINE),
			    "\"\\u003c/script\\u003e\xF0\x9F\x98\x80\"");
}

static void malformed_text_is_refused_with_its_place(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "[1,]", "{\"a\"}", "{a:1}", "'x'", "[1] 2", "01", "1.", "+1", "nul", "\"\n\"", "\"\\x\"",
		"\"\\ud800\"", "\"\xFF\"", "\"\\u0000\"", "{\"a\":1,\"a\":2}", "9223372036854775808", "1e999", "[", "\"",
		"[1}", "NaN", "/**/1", "\x00",
	};
	struct json *value = NULL;
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (json_parse(str_of(bad[i]), 100, &value, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	assert_null(value);
	assert_int_equal(json_parse(STR("{\n \"a\": tru\n}"), 100, &value, &err), RC_INVALID);
	assert_true(strncmp(err.msg, "line 2, column ", 15) == 0);
	assert_int_equal(json_parse(STR("[1]"), 2, &value, &err), RC_LIMIT);
}

static void depth_is_limited_and_told_from_brackets_in_texts(void **state)
{
	(void)state;
	char text[300];
	struct json *value = NULL;
	struct err err = ERR_INIT;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_ok(json_parse(str_n(text, 2 * JSON_DEPTH_MAX), 1000, &value, &err), &err);
	json_free(value);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	assert_int_equal(json_parse(str_n(text, JSON_DEPTH_MAX + 1), 1000, &value, &err), RC_LIMIT);
	assert_string_equal(err.msg, "line 1, column 65: nested deeper than 64 levels");
	text[0] = '"';
	text[1] = '\\';
	text[2] = '"';
	text[100] = '"';
	memset(text + 3, '[', 97);
	assert_ok(json_parse(str_n(text, 101), 1000, &value, &err), &err);
	json_free(value);
}

static void reading_gives_the_default_for_what_is_not_there(void **state)
{
	(void)state;
	struct json *v;
	struct err err = ERR_INIT;
	assert_ok(json_parse(STR("{\"t\":\"x\",\"n\":7,\"r\":1.5,\"b\":true,\"l\":[1,\"a\"],\"z\":null}"), 100, &v, &err), &err);
	assert_str(json_get_text(v, "t", STR("-")), "x");
	assert_str(json_get_text(v, "n", STR("-")), "-");
	assert_str(json_get_text(NULL, "n", STR("-")), "-");
	assert_int_equal(json_get_int(v, "n", 1), 7);
	assert_int_equal(json_get_int(v, "r", 1), 1);
	assert_true(json_number(json_get(v, "r"), 0) > 1.4 && json_number(json_get(v, "n"), 0) > 6.9);
	assert_true(json_get_bool(v, "b", false));
	assert_false(json_get_bool(v, "n", false));
	assert_int_equal(json_count(json_get(v, "l")), 2);
	assert_str(json_text(json_at(json_get(v, "l"), 1), STR("")), "a");
	assert_null(json_at(json_get(v, "l"), 2));
	assert_null(json_get(json_get(v, "l"), "x"));
	assert_int_equal(json_kind(json_get(v, "z")), JSON_KIND_NULL);
	assert_int_equal(json_kind(json_get(v, "r")), JSON_KIND_REAL);
	struct json_iter iter = { 0 };
	size_t count = 0;
	while (json_next(v, &iter))
		if (count++ == 0)
			assert_str(iter.key, "t");
	assert_int_equal(count, 6);
	struct json_iter none = { 0 };
	assert_false(json_next(NULL, &none));
	json_free(v);
}

static void built_values_are_valid_whatever_goes_in(void **state)
{
	(void)state;
	struct json *root = json_new_object();
	json_set_text(root, "a", STR("x\xFFy"));
	json_set_text(root, "nul", str_n("a\0b\0", 4));
	json_set_text(root, "none", STR_NONE);
	json_set_n(root, str_n("k\0\xFE", 3), json_new_bool(false));
	json_set_int(root, "a", 1);
	json_set(root, "inf", json_new_real(1e308 * 10));
	json_add_text(json_set_list(root, "list"), STR("e"));
	json_set_bool(json_set_object(root, "o"), "t", true);
	json_set_int(json_add_object(json_get(root, "list")), "n", 2);
	struct json *copy = json_clone(root);
	json_free(root);
	buf_clear(&out);
	json_write(copy, JSON_LINE, &out);
	json_free(copy);
	assert_str(buf_view(&out), "{\"a\":1,\"nul\":\"a\xEF\xBF\xBD" "b\xEF\xBF\xBD\",\"none\":null,"
				   "\"k\xEF\xBF\xBD\xEF\xBF\xBD\":false,\"inf\":null,"
				   "\"list\":[\"e\",{\"n\":2}],\"o\":{\"t\":true}}");
}

static void writing_stops_at_the_limit_of_the_buffer(void **state)
{
	(void)state;
	struct buf small = BUF_INIT(10);
	struct err err = ERR_INIT;
	struct json *list = json_new_list();
	for (int i = 0; i < 100; i++)
		json_add(list, json_new_int(i));
	json_write(list, JSON_LINE, &small);
	json_free(list);
	assert_int_equal(buf_status(&small, "it", &err), RC_LIMIT);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_survive_parsing_and_writing),
		cmocka_unit_test(malformed_text_is_refused_with_its_place),
		cmocka_unit_test(depth_is_limited_and_told_from_brackets_in_texts),
		cmocka_unit_test(reading_gives_the_default_for_what_is_not_there),
		cmocka_unit_test(built_values_are_valid_whatever_goes_in),
		cmocka_unit_test(writing_stops_at_the_limit_of_the_buffer),
	};
	int failed = cmocka_run_group_tests_name("base json", tests, NULL, NULL);
	buf_release(&out);
	return failed;
}
