/* tmpl_escape.c: tests of what a marker's value becomes at each place in HTML, and of the places
 * where no marker may stand. */
#include "folder.h"

#include "tmpl/theme.h"

static struct folder folder;

static int setup(void **state)
{
	(void)state;
	folder_make(&folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

static enum rc load(const char *template, struct theme **theme, struct theme_report *report,
		    struct err *err)
{
	folder_put(&folder, "main.mustache", str_of(template));
	return theme_load(folder.path, NULL, &folder.arena, theme, report, err);
}

struct place_case {
	const char *template;
	const char *value;
	const char *expected;
};

/* x is the value as text, h the same as html, yes true, list two of x. */
static void check_place(const struct place_case *c)
{
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT(1 << 20);
	struct arena *a = &folder.arena;
	struct value *root = value_root(a);
	value_text(a, root, "x", str_of(c->value));
	value_html(a, root, "h", html_stored(str_of(c->value)));
	value_bool(a, root, "yes", true);
	value_text(a, root, "java", STR("java"));
	struct value *list = value_list(a, root, "list");
	value_item_text(a, list, str_of(c->value));
	value_item_text(a, list, str_of(c->value));
	if (load(c->template, &theme, NULL, &err) != RC_OK)
		fail_msg("%s: %s", c->template, err.msg);
	assert_ok(theme_render(theme, "main", root, &out, &err), &err);
	if (!str_is(buf_view(&out), c->expected))
		fail_msg("%s\nvalue    [%s]\nexpected [%s]\ngot      [%.*s]", c->template, c->value, c->expected,
			 STR_ARG(buf_view(&out)));
	theme_free(theme);
	buf_release(&out);
}

#define BAD "<script>alert('1')</script>"
#define BAD_ESCAPED "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"

static void text_between_elements_is_escaped_and_html_is_not(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<p>{{x}}</p>", BAD, "<p>" BAD_ESCAPED "</p>" },
		{ "<p>{{{x}}}{{&x}}</p>", BAD, "<p>" BAD_ESCAPED BAD_ESCAPED "</p>" },
		{ "<p>{{h}}{{{h}}}{{&h}}</p>", "<b>b</b>", "<p><b>b</b><b>b</b><b>b</b></p>" },
		{ "<pre>{{x}}</pre>", "a\n\tb", "<pre>a\n\tb</pre>" },
		{ "a < b {{x}} > c", "<", "a < b &lt; > c" },
		{ "<p>{{#list}}{{.}}{{/list}}</p>", "<", "<p>&lt;&lt;</p>" },
		{ "<!doctype html><!-- c -->{{h}}", "<i>", "<!doctype html><!-- c --><i>" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

static void html_never_gets_where_it_could_be_read_in_another_way(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<title>{{h}}</title>", "<b>\n", "<title>&lt;b&gt;\n</title>" },
		{ "<textarea>{{x}}{{h}}</textarea>", "</textarea>\n",
		  "<textarea>&lt;/textarea&gt;\n&lt;/textarea&gt;\n</textarea>" },
		{ "<!-- {{h}} -->", "-->", "<!-- --&gt; -->" },
		{ "<noscript><p>{{h}}</p></noscript>{{h}}", "<b>",
		  "<noscript><p>&lt;b&gt;</p></noscript><b>" },
		{ "<p title=\"{{h}}\">", "<b x=\"\">", "<p title=\"&lt;b x=&quot;&quot;&gt;\">" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

static void attributes_are_escaped_for_both_quotes(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<p title=\"{{x}}\">", "\"' onclick=\"f()", "<p title=\"&quot;&#39; onclick=&quot;f()\">" },
		{ "<p title='{{x}}'>", "\"' onclick=\"f()", "<p title='&quot;&#39; onclick=&quot;f()'>" },
		{ "<p data-x=\"{{x}}\" class=\"a {{x}} b\">", "a\nb", "<p data-x=\"a\nb\" class=\"a a\nb b\">" },
		{ "<img srcset=\"{{x}}\" sizes=\"{{x}}\" alt=\"\">", "a.jpg 1x, \"b.jpg 2x",
		  "<img srcset=\"a.jpg 1x, &quot;b.jpg 2x\" sizes=\"a.jpg 1x, &quot;b.jpg 2x\" alt=\"\">" },
		{ "<input{{#yes}} checked{{/yes}} {{#yes}}required{{/yes}}>", "", "<input checked required>" },
		{ "<a {{#yes}}class=\"{{x}}\"{{/yes}}>", "on", "<a class=\"on\">" },
		{ "<a class=\"a{{#yes}} b{{/yes}}\">", "", "<a class=\"a b\">" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

static void addresses_keep_harmless_schemes_only(void **state)
{
	(void)state;
	static const char *const attributes[] = {
		"a href", "img src", "form action", "button formaction", "video poster", "a ping",
		"a xlink:href", "object data", "use href", "embed src", "q cite", "base href",
	};
	static const char *const schemes[] = {
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
		"vbscript:x", "data:text/html,x", "mailto:a@example.org", "tel:1", ":",
	};
	static const char *const fine[] = {
		"http://example.org/a", "https://example.org:8080/b", "/a/b:c", "a/b", "../a#b", "?page=2", "#top",
		"//example.org/x", "",
	};
	for (size_t i = 0; i < COUNT_OF(attributes); i++) {
		const char *open = arena_printf(&folder.arena, "<%s=\"", attributes[i]).p;
		const char *template = arena_printf(&folder.arena, "%s{{x}}\">", open).p;
		for (size_t k = 0; k < COUNT_OF(schemes); k++)
			check_place(&(struct place_case){ template, schemes[k],
							 arena_printf(&folder.arena, "%s#\">", open).p });
		for (size_t k = 0; k < COUNT_OF(fine); k++)
			check_place(&(struct place_case){
				template, fine[k], arena_printf(&folder.arena, "%s%s\">", open, fine[k]).p });
	}
}

static void parts_of_an_address_cannot_make_a_scheme_together(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<a href=\"{{java}}{{x}}\">", "script:alert(1)", "<a href=\"java#\">" },
		{ "<a href=\"{{java}}s{{x}}\">", "cript:alert(1)", "<a href=\"javas#\">" },
		{ "<a href=\"{{#yes}}{{java}}{{/yes}}{{^yes}}{{x}}{{/yes}}\">", "javascript:1", "<a href=\"java\">" },
		{ "<a href=\"{{^yes}}{{java}}{{/yes}}{{#yes}}{{x}}{{/yes}}\">", "javascript:1", "<a href=\"#\">" },
		{ "<a href=\"{{^yes}}/a/{{/yes}}{{x}}\">", "javascript:1", "<a href=\"#\">" },
		{ "<a href=\"/search?q={{x}}\">", "a:b&\"c\"", "<a href=\"/search?q=a:b&amp;&quot;c&quot;\">" },
		{ "<a href=\"mailto:{{x}}\">", "a@example.org", "<a href=\"mailto:a@example.org\">" },
		{ "<a href=\"{{x}}#comments\">", "/post", "<a href=\"/post#comments\">" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

static void scripts_get_strings_and_numbers(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<script>var a = '{{x}}';</script>", "'</script>\\",
		  "<script>var a = '\\x27\\x3c/script\\x3e\\\\';</script>" },
		{ "<script>var a = \"{{x}}\";</script>", "\";f()", "<script>var a = \"\\x22;f()\";</script>" },
		{ "<script>var a = {{x}};</script>", "12.5", "<script>var a = 12.5;</script>" },
		{ "<script>var a = {{x}};</script>", "true", "<script>var a = true;</script>" },
		{ "<script>var a = {{x}};</script>", "alert(1)", "<script>var a = null;</script>" },
		{ "<script type=\"module\">var a = '{{h}}';</script>", "<b>",
		  "<script type=\"module\">var a = '\\x3cb\\x3e';</script>" },
		{ "<script>{{#yes}}f('{{x}}');{{/yes}}</script>{{x}}", "'", "<script>f('\\x27');</script>&#39;" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

static void styles_get_harmless_values(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "<style>:root{--accent: {{x}}}</style>", "#8a3324", "<style>:root{--accent: #8a3324}</style>" },
		{ "<p style=\"color: {{x}}\">", "#8a3324", "<p style=\"color: #8a3324\">" },
		{ "<p style=\"--w:{{x}}\">", "12.5%", "<p style=\"--w:12.5%\">" },
		{ "<p style=\"color: {{x}}\">", "red;background:url(javascript:x)",
		  "<p style=\"color: redbackgroundurljavascriptx\">" },
		{ "<style>a{color:{{x}}}</style>", "}</style><script>", "<style>a{color:stylescript}</style>" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_place(&cases[i]);
}

struct refused_case {
	const char *template;
	const char *message; /* its beginning */
};

static void check_refused(const struct refused_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct theme *theme = NULL;
		struct err err = ERR_INIT;
		enum rc rc = load(cases[i].template, &theme, NULL, &err);
		if (rc != RC_INVALID || strncmp(err.msg, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("%s\nexpected [%s]\ngot      %s [%s]", cases[i].template, cases[i].message,
				 rc_name(rc), err.msg);
		assert_null(theme);
	}
}

static void markers_in_unsafe_places_are_refused(void **state)
{
	(void)state;
	static const struct refused_case cases[] = {
		{ "\n<{{x}}>", "main.mustache:2: {{x}}: a '<' right before a marker" },
		{ "\n</{{x}}>", "main.mustache:2: {{x}}: a '<' right before a marker" },
		{ "\n<h{{x}}>", "main.mustache:2: {{x}}: a marker in the name of an element" },
		{ "\n<p {{x}}>", "main.mustache:2: {{x}}: a marker where an attribute's name belongs" },
		{ "\n<p data-{{x}}=\"\">", "main.mustache:2: {{x}}: a marker where an attribute's name" },
		{ "\n<p class={{x}}>", "main.mustache:2: {{x}}: a marker in a value without quotes" },
		{ "\n<p class=a{{x}}>", "main.mustache:2: {{x}}: a marker in a value without quotes" },
		{ "\n<a href={{x}}>", "main.mustache:2: {{x}}: a marker in a value without quotes" },
		{ "\n<p onclick=\"f('{{x}}')\">", "main.mustache:2: {{x}}: a marker in an event attribute" },
		{ "\n<p OnFoo='{{x}}'>", "main.mustache:2: {{x}}: a marker in an event attribute" },
		{ "\n<iframe srcdoc=\"{{x}}\">", "main.mustache:2: {{x}}: a marker in srcdoc" },
		{ "\n<iframe>{{x}}</iframe>", "main.mustache:2: {{x}}: a marker in an element whose text" },
		{ "\n<xmp>{{x}}</xmp>", "main.mustache:2: {{x}}: a marker in an element whose text" },
		{ "\n<!doctype {{x}}>", "main.mustache:2: {{x}}: a marker in <!...>" },
		{ "\n<?php {{x}}>", "main.mustache:2: {{x}}: a marker in <!...>" },
		{ "\n<script type=\"application/ld+json\">{\"a\":\"{{x}}\"}</script>",
		  "main.mustache:2: {{x}}: a marker in a script that is data" },
		{ "\n<script>`{{x}}`</script>", "main.mustache:2: {{x}}: a marker in a template literal" },
		{ "\n<script>// {{x}}\n</script>", "main.mustache:2: {{x}}: a marker in a comment of a script" },
		{ "\n<script>/* {{x}} */</script>", "main.mustache:2: {{x}}: a marker in a comment of a script" },
		{ "\n<script>'</{{x}}'</script>", "main.mustache:2: {{x}}: a '<' right before a marker" },
		{ "\n<style>a{b:url({{x}})}</style>", "main.mustache:2: {{x}}: a marker in url(...)" },
		{ "\n<p style=\"b:url('{{x}}')\">", "main.mustache:2: {{x}}: a marker in url(...)" },
		{ "\n<a href=\"javascript:f('{{x}}')\">", "main.mustache:2: {{x}}: a marker in an address whose" },
		{ "\n<a href=\" JavaScript:{{x}}\">", "main.mustache:2: {{x}}: a marker in an address whose" },
		{ "\n<a href=\"data:text/html,{{x}}\">", "main.mustache:2: {{x}}: a marker in an address whose" },
		{ "\n<a href=\"java&#115;cript:{{x}}\">", "main.mustache:2: {{x}}: a marker in an address whose" },
		{ "\n<a href=\"{{x}}:{{y}}\">", "main.mustache:2: {{y}}: a marker in an address whose" },
		{ "\n<meta http-equiv=refresh content=\"0;url={{x}}\">",
		  "main.mustache:2: {{x}}: a marker in the content of a meta" },
		{ "\n<meta content=\"0;url={{x}}\" http-equiv=\"refresh\">",
		  "main.mustache:2: a marker in the content of a meta" },
		{ "\n<set to=\"{{x}}\">", "main.mustache:2: {{x}}: a marker in an animation's value" },
		{ "\n<p title=\"{{{x}}}\">", "main.mustache:2: {{{x}}}: HTML cannot be inserted inside an attribute" },
		{ "\n<title>{{{x}}}</title>", "main.mustache:2: {{{x}}}: HTML cannot be inserted inside an element" },
		{ "\n<script>{{{x}}}</script>", "main.mustache:2: {{{x}}}: HTML cannot be inserted inside an elem" },
		{ "\n<!-- {{&x}} -->", "main.mustache:2: {{{x}}}: HTML cannot be inserted inside a comment" },
		{ "\n<noscript>{{{x}}}</noscript>", "main.mustache:2: {{{x}}}: HTML cannot be inserted into noscr" },
	};
	check_refused(cases, COUNT_OF(cases));
}

static void a_section_must_end_where_it_began(void **state)
{
	(void)state;
	static const struct refused_case cases[] = {
		{ "\n{{#x}}<a href=\"{{/x}}{{y}}", "main.mustache:2: the section 'x' begins between elements and en" },
		{ "\n{{#x}}<!-- {{/x}}{{y}}", "main.mustache:2: the section 'x' begins between elements and ends insi" },
		{ "\n{{#x}}<script>{{/x}}{{y}}", "main.mustache:2: the section 'x' begins between elements" },
		{ "\n<script>{{#x}}'{{/x}}{{y}}</script>", "main.mustache:2: the section 'x' begins inside an elem" },
		{ "\n<p title=\"{{#x}}\" id=\"{{/x}}\">", "main.mustache:2: the section 'x' begins inside an attrib" },
		{ "\n<p title={{#x}}\"a\"{{/x}}>", "main.mustache:2: {{#x}}: a section begins or ends between '='" },
		{ "\n<{{#x}}p{{/x}}>", "main.mustache:2: {{#x}}: a section begins or ends right after '<'" },
		{ "\n<h{{#x}}1{{/x}}>", "main.mustache:2: a blank is missing between a section and this name" },
		{ "\n<p {{#x}}title{{/x}}=\"a\">", "main.mustache:2: a blank is missing between a section" },
		{ "\n<p {{#x}}title {{/x}}=\"a\">", "main.mustache:2: an attribute's name is missing before '='" },
		{ "\n<title>{{#x}}</title><title>{{/x}}<{{#y}}/title>{{/y}}",
		  "main.mustache:2: {{#y}}: a section begins or ends in a closing tag" },
		{ "{{x}}\n\n<p\n=a>\n\n{{x}}\n", "main.mustache:4: an attribute's name is missing before '='" },
		{ "a\n<p title=\"", "main.mustache: it ends inside an attribute" },
		{ "a\n<title>", "main.mustache: it ends inside an element that holds text only" },
		{ "a\n<p", "main.mustache: it ends inside a tag" },
	};
	check_refused(cases, COUNT_OF(cases));
}

static void bytes_that_mislead_the_escaping_are_refused(void **state)
{
	(void)state;
	static const struct refused_case cases[] = {
		{ "a\n\x01v0:none\x02", "main.mustache:2: the control character 0x01" },
		{ "a\n\x02", "main.mustache:2: the control character 0x02" },
		{ "a\n\n\xFF", "main.mustache:3: the byte 0xFF here is not UTF-8" },
		{ "\xC3", "main.mustache:1: the byte 0xC3 here is not UTF-8" },
		{ "\xC0\xAF", "main.mustache:1: the byte 0xC0 here is not UTF-8" },
	};
	check_refused(cases, COUNT_OF(cases));
	struct theme *theme = NULL;
	struct err err = ERR_INIT;
	folder_put(&folder, "main.mustache", STR("a\n\0b"));
	assert_int_equal(theme_load(folder.path, NULL, &folder.arena, &theme, NULL, &err), RC_INVALID);
	assert_string_equal(err.msg, "main.mustache:2: the control character 0x00");
	/* Text that looks like ctemplate's own markers or dump is text. */
	check_place(&(struct place_case){ "{{=<% %>=}}{{x:none}} {{%AUTOESCAPE}}<%x%>", "<",
					 "{{x:none}} {{%AUTOESCAPE}}&lt;" });
	assert_int_equal(load("\n    Variable Node: x0:none\n{{x}}", &theme, NULL, &err), RC_INVALID);
}

static void every_quoted_color_setting_survives(void **state)
{
	(void)state;
	static const char *const colors[] = { "#fff", "#8a3324", "#8A332480", "rebeccapurple" };
	for (size_t i = 0; i < COUNT_OF(colors); i++) {
		const char *expected = arena_printf(&folder.arena, "<html style=\"--accent:%s\">", colors[i]).p;
		check_place(&(struct place_case){ "<html style=\"--accent:{{x}}\">", colors[i], expected });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_between_elements_is_escaped_and_html_is_not),
		cmocka_unit_test(html_never_gets_where_it_could_be_read_in_another_way),
		cmocka_unit_test(attributes_are_escaped_for_both_quotes),
		cmocka_unit_test(addresses_keep_harmless_schemes_only),
		cmocka_unit_test(parts_of_an_address_cannot_make_a_scheme_together),
		cmocka_unit_test(scripts_get_strings_and_numbers),
		cmocka_unit_test(styles_get_harmless_values),
		cmocka_unit_test(markers_in_unsafe_places_are_refused),
		cmocka_unit_test(a_section_must_end_where_it_began),
		cmocka_unit_test(bytes_that_mislead_the_escaping_are_refused),
		cmocka_unit_test(every_quoted_color_setting_survives),
	};
	return cmocka_run_group_tests_name("tmpl escape", tests, setup, teardown);
}
