/* tmpl_theme.c: tests of loading a folder of templates, its report, and the limits of rendering. */
#include "folder.h"

#include "tmpl/theme.h"

#include <sys/stat.h>
#include <unistd.h>

static struct folder folder, fallback;

static int setup(void **state)
{
	(void)state;
	folder_make(&folder);
	folder_make(&fallback);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	folder_remove(&folder);
	folder_remove(&fallback);
	return 0;
}

/* Loads the folder, alone, which must succeed. */
static struct theme *load(void)
{
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	assert_ok(theme_load(folder.path, NULL, &folder.arena, &theme, NULL, &err), &err);
	return theme;
}

static void assert_renders(const struct theme *theme, const char *name, const struct value *root,
			   const char *expected)
{
	struct buf out = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	assert_ok(theme_render(theme, name, root, &out, &err), &err);
	assert_str(buf_view(&out), expected);
	buf_release(&out);
}

static void templates_are_named_by_their_path_and_the_fallback_fills_gaps(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	folder_put(&folder, "home.mustache", STR("home {{>parts/card}} {{>foot}}"));
	folder_put(&folder, "parts/card.mustache", STR("card"));
	folder_put(&folder, "assets/style.css", STR("{{"));
	folder_put(&fallback, "home.mustache", STR("not this"));
	folder_put(&fallback, "foot.mustache", STR("foot {{>parts/card}}"));
	assert_ok(theme_load(folder.path, fallback.path, &folder.arena, &theme, NULL, &err), &err);
	assert_true(theme_has(theme, "home"));
	assert_true(theme_has(theme, "foot"));
	assert_true(theme_has(theme, "parts/card"));
	assert_false(theme_has(theme, "card"));
	assert_false(theme_has(theme, "home.mustache"));
	assert_renders(theme, "home", NULL, "home card foot card");
	struct buf out = BUF_INIT(100);
	BUF_LIT(&out, "before");
	assert_int_equal(theme_render(theme, "none", NULL, &out, &err), RC_NOTFOUND);
	assert_str(buf_view(&out), "before");
	buf_release(&out);
	theme_free(theme);
	assert_int_equal(theme_load("/nonexistent", NULL, &folder.arena, &theme, NULL, &err), RC_NOTFOUND);
}

static const struct theme_problem *find_problem(const struct theme_report *report, const char *file)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->items[i].file, file))
			return &report->items[i];
	fail_msg("no problem of %s is reported", file);
	return NULL;
}

static void the_report_has_every_file_and_the_error_the_first(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	struct theme_report report;
	folder_put(&folder, "home.mustache", STR("a\n{{#x}}"));
	folder_put(&folder, "parts/bad.mustache", STR("\n\n{{/y}}"));
	folder_put(&folder, "parts/byte.mustache", STR("\n\xFF"));
	assert_int_equal(theme_load(folder.path, NULL, &folder.arena, &theme, &report, &err), RC_INVALID);
	assert_null(theme);
	assert_int_equal(report.count, 3);
	assert_int_equal(find_problem(&report, "home.mustache")->line, 2);
	assert_int_equal(find_problem(&report, "parts/bad.mustache")->line, 3);
	assert_int_equal(find_problem(&report, "parts/byte.mustache")->line, 2);
	assert_true(report.items[0].fatal);
	const char *first = arena_printf(&folder.arena, "%s:%d: %s", report.items[0].file,
					 report.items[0].line, report.items[0].message).p;
	assert_string_equal(err.msg, first);
	assert_int_equal(unlink(path_join(&folder.arena, folder.path, "parts/byte.mustache")), 0);
}

static void a_problem_of_a_partial_is_told_where_the_partial_has_it(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	struct theme_report report;
	folder_put(&folder, "home.mustache", STR("<p class=\"{{>parts/bad}}\">\n{{>gone}}\n"));
	folder_put(&folder, "parts/bad.mustache", STR("{{x}}\n{{{y}}}"));
	assert_int_equal(theme_load(folder.path, NULL, &folder.arena, &theme, &report, &err), RC_INVALID);
	assert_string_equal(err.msg, "parts/bad.mustache:2: {{{y}}}: HTML cannot be inserted inside an "
			    "attribute: write two braces");
	const struct theme_problem *warning = find_problem(&report, "home.mustache");
	assert_int_equal(warning->line, 2);
	assert_false(warning->fatal);
	assert_string_equal(warning->message, "no template is named 'gone'");
}

static void what_only_the_escaping_library_refuses_has_a_line_too(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	folder_put(&folder, "parts/bad.mustache", STR("x"));
	folder_put(&folder, "home.mustache", STR("<p>{{x}}</p>\n\n<p>\n<p a\"b=\"1\">{{x}}<p>\n\n{{x}}"));
	assert_int_equal(theme_load(folder.path, NULL, &folder.arena, &theme, NULL, &err), RC_INVALID);
	assert_memory_equal(err.msg, "home.mustache:4: ", 17);
}

/* A partial may be a piece that only makes sense where it is put in. */
static void a_piece_of_a_tag_may_be_a_partial_but_not_a_page(void **state)
{
	(void)state;
	struct value *root = value_root(&folder.arena);
	value_text(&folder.arena, root, "x", STR("\""));
	folder_put(&folder, "home.mustache", STR("<p {{>parts/bad}}\n>"));
	folder_put(&folder, "parts/bad.mustache", STR("title=\"{{x}}\" class=\""));
	folder_put(&folder, "home.mustache", STR("<p {{>parts/bad}}a\">"));
	struct theme *theme = load();
	assert_renders(theme, "home", root, "<p title=\"&quot;\" class=\"a\">");
	assert_true(theme_has(theme, "parts/bad")); /* by itself it is text */
	theme_free(theme);
	folder_put(&folder, "parts/bad.mustache", STR("<b class=\""));
	folder_put(&folder, "home.mustache", STR("{{>parts/bad}}{{x}}\">"));
	theme = load();
	assert_renders(theme, "home", root, "<b class=\"&quot;\">");
	assert_false(theme_has(theme, "parts/bad"));
	theme_free(theme);
	folder_put(&folder, "parts/bad.mustache", STR("ok"));
}

static void a_partial_inside_itself_stands_between_elements(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	folder_put(&folder, "home.mustache", STR("<ul>{{#kids}}{{>item}}{{/kids}}</ul>"));
	folder_put(&folder, "item.mustache", STR("<li>{{n}}<ul>{{#kids}}{{>item}}{{/kids}}</ul></li>"));
	struct arena *a = &folder.arena;
	struct value *root = value_root(a), *kid = value_item(a, value_list(a, root, "kids"));
	value_int(a, kid, "n", 1);
	struct value *inner = value_item(a, value_list(a, kid, "kids"));
	value_text(a, inner, "n", STR("<"));
	value_list(a, inner, "kids");
	theme = load();
	assert_renders(theme, "home", root,
		       "<ul><li>1<ul><li>&lt;<ul></ul></li></ul></li></ul>");
	theme_free(theme);
	folder_put(&folder, "item.mustache", STR("<li title=\"{{#kids}}\n{{>item}}{{/kids}}\"></li>"));
	assert_int_equal(theme_load(folder.path, NULL, a, &theme, NULL, &err), RC_INVALID);
	assert_memory_equal(err.msg, "item.mustache:2: the partial 'item' contains itself", 51);
	folder_put(&folder, "item.mustache", STR(""));
}

static void assert_limit(const struct theme *theme, const struct value *root, const char *message)
{
	struct buf out = BUF_INIT((size_t)64 << 20);
	struct err err = ERR_INIT;
	BUF_LIT(&out, "before");
	assert_int_equal(theme_render(theme, "home", root, &out, &err), RC_LIMIT);
	assert_string_equal(err.msg, message);
	assert_str(buf_view(&out), "before");
	buf_release(&out);
}

static void rendering_stops_at_its_limits(void **state)
{
	(void)state;
	struct arena *a = &folder.arena;
	struct value *root = value_root(a), *list = value_list(a, root, "list");
	for (int i = 0; i < 100; i++)
		value_item_text(a, list, STR("x"));
	value_share(a, root, "self", root);
	static const struct {
		const char *template, *message;
	} cases[] = {
		{ "{{#self}}{{>home}}{{/self}}", "template 'home': sections and partials are nested deeper than the limit" },
		{ "{{>*home}}{{#self}}{{>home}}{{/self}}", "template 'home': sections and partials are nested deeper than the limit" },
		{ "{{#list}}{{#list}}{{#list}}{{#list}}{{#list}}{{/list}}{{/list}}{{/list}}{{/list}}{{/list}}",
		  "template 'home': the template takes more steps than the limit" },
		{ "{{#list}}{{#list}}{{#list}}0123456789012345678901234567890123456789{{/list}}{{/list}}{{/list}}",
		  "template 'home': the page is larger than the limit" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		folder_put(&folder, "home.mustache", str_of(cases[i].template));
		struct theme *theme = load();
		assert_limit(theme, root, cases[i].message);
		theme_free(theme);
	}
	folder_put(&folder, "home.mustache", STR("{{#list}}{{.}}{{/list}}"));
	struct theme *theme = load();
	struct buf small = BUF_INIT(50);
	struct err err = ERR_INIT;
	assert_int_equal(theme_render(theme, "home", root, &small, &err), RC_LIMIT);
	assert_int_equal(small.len, 0);
	buf_release(&small);
	theme_free(theme);
}

static void a_template_beyond_its_size_is_refused(void **state)
{
	(void)state;
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	char *text = arena_alloc(&folder.arena, THEME_TEMPLATE_MAX_B + 1);
	memset(text, 'x', THEME_TEMPLATE_MAX_B + 1);
	folder_put(&folder, "home.mustache", str_n(text, THEME_TEMPLATE_MAX_B + 1));
	assert_int_equal(theme_load(folder.path, NULL, &folder.arena, &theme, NULL, &err), RC_INVALID);
	assert_string_equal(err.msg, "home.mustache: larger than 1048576 bytes");
	folder_put(&folder, "home.mustache", str_n(text, THEME_TEMPLATE_MAX_B));
	theme_free(load());
}

static void the_themes_that_come_with_platen_load_without_a_warning(void **state)
{
	(void)state;
	static const char *const names[] = { "quire", "broadside" };
	static const char *const pages[] = { "home", "post", "page", "tag", "author", "archive", "search",
					     "password", "error" };
	const char *sources = getenv("top_srcdir");
	if (!sources)
		skip();
	const char *site = path_join(&folder.arena, sources, "templates/site");
	const char *standard = path_join(&folder.arena, site, names[0]);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct theme *theme = NULL;
		struct theme_report report;
		struct err err = ERR_INIT;
		const char *dir = path_join(&folder.arena, site, names[i]);
		assert_ok(theme_load(dir, standard, &folder.arena, &theme, &report, &err), &err);
		if (report.count)
			fail_msg("%s: %s:%d: %s", names[i], report.items[0].file, report.items[0].line,
				 report.items[0].message);
		for (size_t k = 0; k < COUNT_OF(pages); k++)
			assert_true(theme_has(theme, pages[k]));
		theme_free(theme);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_are_named_by_their_path_and_the_fallback_fills_gaps),
		cmocka_unit_test(the_report_has_every_file_and_the_error_the_first),
		cmocka_unit_test(a_problem_of_a_partial_is_told_where_the_partial_has_it),
		cmocka_unit_test(what_only_the_escaping_library_refuses_has_a_line_too),
		cmocka_unit_test(a_piece_of_a_tag_may_be_a_partial_but_not_a_page),
		cmocka_unit_test(a_partial_inside_itself_stands_between_elements),
		cmocka_unit_test(rendering_stops_at_its_limits),
		cmocka_unit_test(a_template_beyond_its_size_is_refused),
		cmocka_unit_test(the_themes_that_come_with_platen_load_without_a_warning),
	};
	return cmocka_run_group_tests_name("tmpl theme", tests, setup, teardown);
}
