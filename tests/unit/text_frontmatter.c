/* text_frontmatter.c: YAML values, and how front matter is told from the text. */
#include "unit.h"

#include "text/frontmatter.h"
#include "text/yaml.h"

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

static void test_yaml_values_are_those_of_the_generators(void **state)
{
	static const struct { const char *yaml, *json; } cases[] = {
		{ "", "null" }, { "a: 1", "{\"a\":1}" }, { "a: yes\nb: Off\nc: 'yes'", "{\"a\":true,\"b\":false,\"c\":\"yes\"}" },
		{ "a: ~\nb:\nc: null", "{\"a\":null,\"b\":null,\"c\":null}" },
		{ "a: 0x1f\nb: 010\nc: 1_000\nd: 0b11\ne: -5", "{\"a\":31,\"b\":8,\"c\":1000,\"d\":3,\"e\":-5}" },
		{ "a: 1.5\nb: 1e3\nc: .5\nd: 1.2.3\ne: 12:30", "{\"a\":1.5,\"b\":1000.0,\"c\":0.5,\"d\":\"1.2.3\",\"e\":\"12:30\"}" },
		{ "a: 2019-01-02 10:00:00 +0100", "{\"a\":\"2019-01-02 10:00:00 +0100\"}" },
		{ "a: !!str 12", "{\"a\":\"12\"}" }, { "[a, {b: c}]", "[\"a\",{\"b\":\"c\"}]" },
		{ "a: |-\n  x\n  y\nb: >\n  x\n  y\n", "{\"a\":\"x\\ny\",\"b\":\"x y\\n\"}" },
		{ "a: &x {k: v}\nb: *x\nc: {<<: *x, z: 1}", "{\"a\":{\"k\":\"v\"},\"b\":{\"k\":\"v\"},\"c\":{\"z\":1,\"k\":\"v\"}}" },
		{ "1: a\ntrue: b", "{\"1\":\"a\",\"true\":\"b\"}" },
		{ "a: 99999999999999999999", "{\"a\":1e+20}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct data *root;
		struct data_at at;
		struct err err = ERR_INIT;

		assert_ok(yaml_parse(str_of(cases[i].yaml), 1, &arena, &root, &at, &err), &err);
		assert_str(as_json(root), cases[i].json);
	}
}

static void test_yaml_keeps_what_was_written(void **state)
{
	struct data *root;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(yaml_parse(STR("title: 2.10\nn: 007\nb: No\nd: 2020-01-02"), 1, &arena, &root, NULL, &err), &err);
	assert_str(data_at_key(root, "title")->text, "2.10");
	assert_str(data_at_key(root, "n")->text, "007");
	assert_str(data_at_key(root, "b")->text, "No");
	assert_int_equal(data_at_key(root, "d")->type, DATA_DATE);
	assert_int_equal(data_at_key(root, "b")->line, 3);
}

static void test_yaml_faults_name_line_and_column(void **state)
{
	static const struct { const char *yaml; enum rc rc; int line, column; } cases[] = {
		{ "a: 1\na: 2", RC_EXISTS, 2, 1 }, { "a: b: c", RC_INVALID, 1, 5 }, { "x: &a [*a]", RC_INVALID, 1, 8 },
		{ "a: 1\n\tb: 2", RC_INVALID, 2, 1 }, { "? [a]\n: b", RC_UNSUPPORTED, 1, 3 }, { "t: 'don't'", RC_INVALID, 1, 9 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct data *root;
		struct data_at at = { 0, 0 };
		struct err err = ERR_INIT;

		assert_int_equal(yaml_parse(str_of(cases[i].yaml), 1, &arena, &root, &at, &err), cases[i].rc);
		assert_int_equal(at.line, cases[i].line);
		assert_int_equal(at.column, cases[i].column);
		assert_true(err.msg[0] != 0);
	}
}

static void test_aliases_cannot_multiply_without_end(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct data *root;
	struct err err = ERR_INIT;
	double begun_us = cpu_us();

	(void)state;
	BUF_LIT(&b, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c < 'k'; c++)
		buf_printf(&b, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1, c - 1, c - 1, c - 1, c - 1,
			   c - 1, c - 1, c - 1);
	assert_int_equal(yaml_parse(buf_view(&b), 1, &arena, &root, NULL, &err), RC_LIMIT);
	assert_worked_at_most(200, begun_us, "aliases");
	buf_release(&b);
}

static void test_written_text_reads_back_the_same(void **state)
{
	static const char *const texts[] = {
		"plain", "two words", "", " lead", "trail ", "yes", "No", "null", "~", "1", "1.5", "2020-01-02", "a: b",
		"# x", "a #b", "- x", "[x]", "{x}", "*a", "&a", "!t", "%d", "@x", "`x`", "'q'", "\"q\"", "a\nb", "a\tb\r\n",
		"\x01\x1f\x7f", "\xc2\x85\xc2\xa0", "\xe2\x80\xa8 and \xe2\x80\xa9", ("\xef\xbb\xbf" "bom"),
		"\xf0\x9f\x98\x80", "---", "...", "\\", "a\\b", "1:30", "0x1f", "=", "<<", "?", ":", "x:", "\xc3\xa4 \xe6\xbc\xa2",
		"a, b", "true story", "n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct buf b = BUF_INIT(4096);
		struct data *root;
		struct data_at at = { 0, 0 };
		struct err err = ERR_INIT;

		BUF_LIT(&b, "k: ");
		yaml_text(&b, str_of(texts[i]));
		BUF_LIT(&b, "\nl: [");
		yaml_text(&b, str_of(texts[i]));
		BUF_LIT(&b, ", x]\n");
		assert_ok(yaml_parse(buf_view(&b), 1, &arena, &root, &at, &err), &err);
		assert_int_equal(data_at_key(root, "k")->type, DATA_TEXT);
		assert_str(data_at_key(root, "k")->text, texts[i]);
		assert_str(data_at_key(root, "l")->first->text, texts[i]);
		buf_release(&b);
	}
}

static void test_front_matter_is_told_from_the_text(void **state)
{
	static const struct { const char *file; enum frontmatter_format format; const char *json, *body; int line; } cases[] = {
		{ "", FRONTMATTER_NONE, "{}", "", 1 },
		{ "# Hello\n", FRONTMATTER_NONE, "{}", "# Hello\n", 1 },
		{ "---\na: 1\n---\nB\n", FRONTMATTER_YAML, "{\"a\":1}", "B\n", 4 },
		{ "---\n---\nB", FRONTMATTER_YAML, "{}", "B", 3 },
		{ "---\na: 1\n...\nB", FRONTMATTER_YAML, "{\"a\":1}", "B", 4 },
		{ "---  \r\na: 1\r\n---\r\nB\r\nC", FRONTMATTER_YAML, "{\"a\":1}", "B\nC", 4 },
		{ "\xef\xbb\xbf---\na: 1\n---\nB", FRONTMATTER_YAML, "{\"a\":1}", "B", 4 },
		{ "---\n# nothing\n---\nB", FRONTMATTER_YAML, "{}", "B", 4 },
		{ "---\na: 1\n---", FRONTMATTER_YAML, "{\"a\":1}", "", 4 },
		{ "+++\na = 1\n+++\nB", FRONTMATTER_TOML, "{\"a\":1}", "B", 4 },
		{ "+++\na = \"\"\"\n---\n\"\"\"\n+++\nB", FRONTMATTER_TOML, "{\"a\":\"---\\n\"}", "B", 6 },
		{ "{\n\"a\": {\"b\": \"}\"}\n}\nB\nC", FRONTMATTER_JSON, "{\"a\":{\"b\":\"}\"}}", "B\nC", 4 },
		{ "\"a\": 1,\n\"b\": 2\n;;;\nB", FRONTMATTER_JSON, "{\"a\":1,\"b\":2}", "B", 4 },
		{ "title: x\ntags:\n- a\n---\nB", FRONTMATTER_YAML, "{\"title\":\"x\",\"tags\":[\"a\"]}", "B", 5 },
		{ "{{ shortcode }}\n", FRONTMATTER_NONE, "{}", "{{ shortcode }}\n", 1 },
		{ "{:toc}\n", FRONTMATTER_NONE, "{}", "{:toc}\n", 1 },
		{ "Note: a heading\n---\ntext", FRONTMATTER_YAML, "{\"Note\":\"a heading\"}", "text", 3 },
		{ "Title: A: b\nTags: x, y\nSummary: one\n  two\n\nText\n", FRONTMATTER_YAML,
		  "{\"Title\":\"A: b\",\"Tags\":\"x, y\",\"Summary\":\"one two\"}", "Text\n", 6 },
		{ "Title: is what\nthis text begins with", FRONTMATTER_NONE, "{}", "Title: is what\nthis text begins with", 1 },
		{ "Title: x\nNote: y\nNote: z\nand then text", FRONTMATTER_NONE, "{}",
		  "Title: x\nNote: y\nNote: z\nand then text", 1 },
		{ "Title:\n  x\n\ty\n\nText", FRONTMATTER_YAML, "{\"Title\":\"x y\"}", "Text", 5 },
		{ "A heading\n---\ntext", FRONTMATTER_NONE, "{}", "A heading\n---\ntext", 1 },
		{ "----\ntext", FRONTMATTER_NONE, "{}", "----\ntext", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct frontmatter fm;
		struct data_at at;
		struct err err = ERR_INIT;

		assert_ok(frontmatter_read(str_of(cases[i].file), &arena, &fm, &at, &err), &err);
		assert_int_equal(fm.format, cases[i].format);
		assert_str(as_json(fm.fields), cases[i].json);
		assert_str(fm.body, cases[i].body);
		assert_int_equal(fm.body_line, cases[i].line);
	}
}

static void test_faults_name_the_line_of_the_file(void **state)
{
	static const struct { const char *file; int line; } cases[] = {
		{ "---\na: 1\nb: 2\n", 1 }, { "---\na: 1\nb: [\n---\n", 4 }, { "+++\na = 1\na = 2\n+++\n", 3 },
		{ "{ \"a\": 1", 1 }, { "---\n- a\n- b\n---\n", 2 }, { "---\njust text\n---\n", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct frontmatter fm;
		struct data_at at = { 0, 0 };
		struct err err = ERR_INIT;

		assert_int_not_equal(frontmatter_read(str_of(cases[i].file), &arena, &fm, &at, &err), RC_OK);
		assert_int_equal(at.line, cases[i].line);
	}
}

static void test_a_value_of_very_many_lines_costs_no_more_than_its_size(void **state)
{
	struct buf file = BUF_INIT(1 << 20);
	struct frontmatter fm;
	struct data_at at;
	struct err err = ERR_INIT;
	double begun_us = cpu_us();

	(void)state;
	BUF_LIT(&file, "Title: x\n");
	for (int i = 0; i < 100000; i++)
		BUF_LIT(&file, " y\n");
	BUF_LIT(&file, "\nText");
	assert_ok(frontmatter_read(buf_view(&file), &arena, &fm, &at, &err), &err);
	assert_int_equal(data_at_key(fm.fields, "Title")->text.n, 200001);
	assert_str(fm.body, "Text");
	assert_int_equal(fm.body_line, 100003);
	assert_worked_at_most(200, begun_us, "lines");
	buf_release(&file);
}

static void test_aliases_of_very_many_anchors_are_found_at_once(void **state)
{
	struct buf yaml = BUF_INIT(1 << 20);
	struct data *root;
	struct err err = ERR_INIT;
	double begun_us = cpu_us();

	(void)state;
	for (int i = 0; i < 40000; i++)
		buf_printf(&yaml, "- &a%d %d\n", i, i);
	for (int i = 0; i < 40000; i++)
		BUF_LIT(&yaml, "- *a7\n");
	assert_ok(yaml_parse(buf_view(&yaml), 1, &arena, &root, NULL, &err), &err);
	assert_int_equal(root->count, 80000);
	assert_int_equal(root->last->integer, 7);
	assert_worked_at_most(200, begun_us, "anchors");
	buf_release(&yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_yaml_values_are_those_of_the_generators, setup, teardown),
		cmocka_unit_test_setup_teardown(test_yaml_keeps_what_was_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_yaml_faults_name_line_and_column, setup, teardown),
		cmocka_unit_test_setup_teardown(test_aliases_cannot_multiply_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_written_text_reads_back_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(test_front_matter_is_told_from_the_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_faults_name_the_line_of_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_value_of_very_many_lines_costs_no_more_than_its_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_aliases_of_very_many_anchors_are_found_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
