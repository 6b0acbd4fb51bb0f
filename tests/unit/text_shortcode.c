/* text_shortcode.c: shortcodes into Markdown, and addresses in place. */
#include "unit.h"

#include "text/markdown.h"
#include "text/mdlink.h"
#include "text/shortcode.h"

static struct arena arena;
static int reports, report_line;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)1 << 30);
	reports = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void on_report(void *ctx, int line, const char *message)
{
	(void)ctx, (void)message;
	reports++;
	report_line = line;
}

static struct str target(void *ctx, enum shortcode_target kind, struct str name)
{
	(void)ctx;
	if (str_is(name, "nowhere"))
		return STR_NONE;
	return arena_printf(&arena, kind == SHORTCODE_POST ? "/p/%.*s" : "/f/%.*s", STR_ARG(name));
}

static struct str variable(void *ctx, struct str name)
{
	(void)ctx;
	if (str_is(name, "site.baseurl"))
		return STR("");
	return str_is(name, "site.repository") ? STR("https://example.org/r") : STR_NONE;
}

static struct str convert(const char *text, enum shortcode_dialect dialect)
{
	struct shortcode_options options = { dialect, 1, target, variable, on_report, NULL };
	struct shortcode_result result;
	struct err err = ERR_INIT;

	assert_ok(shortcode_convert(str_of(text), &options, &arena, &result, &err), &err);
	return result.text;
}

static void test_known_shortcodes_become_markdown(void **state)
{
	static const struct { enum shortcode_dialect dialect; const char *from, *to; } cases[] = {
		{ SHORTCODE_HUGO, "a {{< youtube w7Ft2ymGmfc >}} b", "a <https://www.youtube.com/watch?v=w7Ft2ymGmfc> b" },
		{ SHORTCODE_HUGO, "{{< youtube id=\"abc\" t=\"10\" >}}", "<https://www.youtube.com/watch?v=abc&t=10>" },
		{ SHORTCODE_HUGO, "{{< vimeo 55073825 >}}", "<https://vimeo.com/55073825>" },
		{ SHORTCODE_HUGO, "{{< x user=\"a\" id=\"12\" >}}", "<https://x.com/a/status/12>" },
		{ SHORTCODE_HUGO, "{{< gist spf13 7896402 >}}", "<https://gist.github.com/spf13/7896402>" },
		{ SHORTCODE_HUGO, "{{<figure src=\"a b.png\" alt=\"x\" >}}", "![x](<a b.png>)" },
		{ SHORTCODE_HUGO, "{{< figure src=\"a.png\" title=\"T\" caption=\"C *d*\" link=\"/l\" />}}",
		  "[![C *d*](a.png)](/l)\n*T*\n*C \\*d\\**" },
		{ SHORTCODE_HUGO, "[x]({{< ref \"blog/a.md#b\" >}})", "[x](/p/blog/a.md#b)" },
		{ SHORTCODE_HUGO, "{{< highlight go \"linenos=1\" >}}\nx := 1\n{{< /highlight >}}\n", "```go\nx := 1\n```\n" },
		{ SHORTCODE_HUGO, "{{< highlight md >}}\n```\nx\n```\n{{< / highlight >}}", "````md\n```\nx\n```\n````" },
		{ SHORTCODE_HUGO, "`{{</* youtube x */>}}`", "`{{< youtube x >}}`" },
		{ SHORTCODE_LIQUID, "{% highlight ruby linenos %}\nputs\n{% endhighlight %}", "```ruby\nputs\n```" },
		{ SHORTCODE_LIQUID, "{% raw %}{{ x }}{% endraw %}", "{{ x }}" },
		{ SHORTCODE_LIQUID, "{%- raw -%}{% if %}{%- endraw -%}", "{% if %}" },
		{ SHORTCODE_LIQUID, "a {% comment %}b--c{% endcomment %}", "a <!--b- -c-->" },
		{ SHORTCODE_LIQUID, "{% comment %}a\n\nb{% endcomment %}\nc", "<!--a\n\nb-->\nc" },
		{ SHORTCODE_LIQUID, "```\n{% comment %}a{% endcomment %}\n```\n{% comment %}b{% endcomment %}",
		  "```\n{% comment %}a{% endcomment %}\n```\n<!--b-->" },
		{ SHORTCODE_HEXO, "a\n{% blockquote %}{% endblockquote %}\n\nb", "a\n\n\nb" },
		{ SHORTCODE_LIQUID, "[a]({% post_url 2016-01-02-x %})", "[a](/p/2016-01-02-x)" },
		{ SHORTCODE_LIQUID, "[a]({% link\n_posts/x.md %}#b)", "[a](/f/_posts/x.md#b)" },
		{ SHORTCODE_LIQUID, "![a]({{ site.baseurl }}/i.png)", "![a](/i.png)" },
		{ SHORTCODE_LIQUID, "{{ \"/docs/\" | relative_url }} {{'/x'|prepend: site.baseurl}}", "/docs/ /x" },
		{ SHORTCODE_LIQUID, "{{ site.repository }}/issues", "https://example.org/r/issues" },
		{ SHORTCODE_LIQUID, "`{{ site.repository }}`", "`https://example.org/r`" },
		{ SHORTCODE_HEXO, "{% asset_img x.png 300 200 'Ti' %}", "![Ti](x.png \"Ti\")" },
		{ SHORTCODE_HEXO, "{% img left /i/x.png 300 \"T\" \"A\" %}", "![A](/i/x.png \"T\")" },
		{ SHORTCODE_HEXO, "{% codeblock Title lang:js %}\na\n{% endcodeblock %}", "```js\na\n```" },
		{ SHORTCODE_HEXO, "{% blockquote A. B, C %}\none\n\ntwo\n{% endblockquote %}\nx",
		  "> one\n> \n> two\n>\n> \xe2\x80\x94 A. B, C\nx" },
		{ SHORTCODE_HEXO, "{% post_link other 'Ti' %}", "[Ti](/p/other)" },
		{ SHORTCODE_ZOLA, "{{ youtube(id=\"abc\") }}", "<https://www.youtube.com/watch?v=abc>" },
		{ SHORTCODE_ZOLA, "{{ x }} {{closure}}", "{{ x }} {{closure}}" },
		{ SHORTCODE_ANY, "```\n{{< youtube abc >}}\n```\n`{% raw %}`\n{{< youtube abc >}}",
		  "```\n{{< youtube abc >}}\n```\n`{% raw %}`\n<https://www.youtube.com/watch?v=abc>" },
		{ SHORTCODE_ANY, "    {{ code }}\n\ntext", "    {{ code }}\n\ntext" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str text = convert(cases[i].from, cases[i].dialect);

		assert_str(text, cases[i].to);
		if (reports)
			fail_msg("reported: %s", cases[i].from);
	}
}

static void test_unknown_ones_stay_and_are_reported(void **state)
{
	static const struct { enum shortcode_dialect dialect; const char *text; int reports, line; } cases[] = {
		{ SHORTCODE_HUGO, "a\n{{< note >}}\nb\n{{< /note >}}\n", 1, 2 },
		{ SHORTCODE_HUGO, "{{% my/code a=1 %}}", 1, 1 },
		{ SHORTCODE_HUGO, "[x]({{< ref \"nowhere\" >}})", 1, 1 },
		{ SHORTCODE_HUGO, "{{ .Values.x }} {% x %}", 0, 0 },
		{ SHORTCODE_HUGO, "{{< highlight go >}} never closed", 1, 1 },
		{ SHORTCODE_HUGO, "{{< open", 0, 0 },
		{ SHORTCODE_LIQUID, "\n\n{% include a.html x=\"1\" %}", 1, 3 },
		{ SHORTCODE_LIQUID, "{% for a in b %}{{ a.c }}{% endfor %}", 2, 1 },
		{ SHORTCODE_LIQUID, "{{ page.title | upcase }}", 1, 1 },
		{ SHORTCODE_ZOLA, "{% quote(author=\"x\") %}a{% end %}", 1, 1 },
		{ SHORTCODE_HUGO, "{{< youtube \"javascript:alert(1)\" >}}", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str text;

		reports = 0;
		report_line = 0;
		text = convert(cases[i].text, cases[i].dialect);
		assert_str(text, cases[i].text);
		if (reports != cases[i].reports)
			fail_msg("%s: %d reports", cases[i].text, reports);
		assert_int_equal(report_line, cases[i].line);
	}
}

static void test_lines_of_the_file_are_found_again(void **state)
{
	struct shortcode_options options = { SHORTCODE_LIQUID, 10, target, variable, on_report, NULL };
	struct shortcode_result result;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(shortcode_convert(STR("one\n[a]({% link\n\nx %})\nlast {{ y }}"), &options, &arena, &result, &err), &err);
	assert_str(result.text, "one\n[a](/f/x)\nlast {{ y }}");
	assert_int_equal(report_line, 14);
	assert_int_equal(shortcode_source_line(&result, 10, 1), 10);
	assert_int_equal(shortcode_source_line(&result, 10, 3), 14);
}

static struct str shout(void *ctx, enum mdlink_kind kind, struct str address, int line)
{
	(void)ctx;
	if (str_is(address, "keep"))
		return STR_NONE;
	return arena_printf(&arena, "%d-%d-%.*s", (int)kind, line, STR_ARG(address));
}

static void test_addresses_are_rewritten_in_place(void **state)
{
	static const struct { const char *from, *to; } cases[] = {
		{ "[a](b)", "[a](0-1-b)" }, { "![a](b \"t\")", "![a](1-1-b \"t\")" }, { "[a](keep)", "[a](keep)" },
		{ "[![a](b)](c)", "[![a](1-1-b)](0-1-c)" }, { "[a](<b c>)", "[a](0-1-b c)" },
		{ "[a](b(c)d)", "[a](0-1-b\\(c\\)d)" }, { "[a](b\\_c)", "[a](0-1-b_c)" }, { "\\[a](b)", "\\[a](0-1-b)" },
		{ "[r]: b 't'\n\n[x][r]", "[r]: 2-1-b 't'\n\n[x][r]" }, { "[r]:\n  b", "[r]:\n  2-2-b" },
		{ "[^1]: b", "[^1]: b" }, { "> [r]: b", "> [r]: 2-1-b" },
		{ "<img alt=x src=\"b\">", "<img alt=x src=\"4-1-b\">" }, { "<a\nhref='b'>", "<a\nhref='3-2-b'>" },
		{ "<img src=b />", "<img src=4-1-b />" }, { "<!-- [a](b) -->", "<!-- [a](b) -->" },
		{ "`[a](b)` [a](b)", "`[a](b)` [a](0-1-b)" }, { "```\n[a](b)\n```\n[a](b)", "```\n[a](b)\n```\n[a](0-4-b)" },
		{ "- ```\n  [a](b)\n  ```", "- ```\n  [a](b)\n  ```" }, { "x\n\n    [a](b)", "x\n\n    [a](b)" },
		{ "- x\n\n    [a](b)", "- x\n\n    [a](0-3-b)" }, { "~~~\n[a](b)", "~~~\n[a](b)" },
		{ "[a]({{ b }}/c \"t\") d", "[a](0-1-{{ b }}/c \"t\") d" }, { "[r]: {% b c %}#d\ne", "[r]: 2-1-{% b c %}#d\ne" },
		{ "a < b [a](b)", "a < b [a](0-1-b)" }, { "[a] (b) [c]", "[a] (b) [c]" }, { "", "" },
		{ "\xc3\xa4 [a](\xc3\xa4)", "\xc3\xa4 [a](0-1-\xc3\xa4)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str out;
		struct err err = ERR_INIT;

		assert_ok(mdlink_rewrite(str_of(cases[i].from), shout, NULL, &arena, &out, &err), &err);
		assert_str(out, cases[i].to);
	}
}

static struct str nothing(void *ctx, enum mdlink_kind kind, struct str address, int line)
{
	(void)ctx, (void)kind, (void)address, (void)line;
	return STR_NONE;
}

static void test_hostile_texts_take_linear_time(void **state)
{
	static const char *const units[] = {
		"{{<", "{{< highlight x >}}", "{% raw %}", "{{", "{%", "{{< figure \"", "](", "](<", "![", "`", "``a`", "<a ",
		"<a href=", "<!--", "[a]:", "\n[a]:", "- ", "\n```", "{{</*", "a](b[", "\\", "\n\n    ", "{% comment %}", "{{ '",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		double begun_us = cpu_us();
		struct buf b = BUF_INIT(1 << 20);
		struct str out;
		struct err err = ERR_INIT;

		while (b.len < (1 << 20) - 100)
			buf_cstr(&b, units[i]);
		arena_reset(&arena);
		for (int d = 0; d < SHORTCODE_DIALECT__MAX; d++)
			convert(b.bytes, (enum shortcode_dialect)d);
		(void)!mdlink_rewrite(buf_view(&b), nothing, NULL, &arena, &out, &err);
		buf_release(&b);
		assert_worked_at_most(800, begun_us, "\"%s\"", units[i]);
	}
}

static void test_a_tag_that_is_open_inside_a_block_can_be_closed_behind_it(void **state)
{
	struct str text = convert("{% highlight x %}{% raw %}{% endhighlight %}\n{% raw %}{{ a }}{% endraw %}",
				  SHORTCODE_LIQUID);

	(void)state;
	assert_str(text, "```x\n{% raw %}\n```\n{{ a }}");
	assert_int_equal(reports, 1);
}

static void test_what_a_comment_hides_is_not_shown(void **state)
{
	static const char *const texts[] = {
		"{% comment %}hidden{% endcomment %}", "{% comment %}> hidden{% endcomment %}",
		"{% comment %}-> hidden{% endcomment %}", "{% comment %}--> hidden{% endcomment %}",
		"a {% comment %}hidden-{% endcomment %} b", "a {% comment %}hidden--{% endcomment %} b",
		"a {% comment %}x\n\nhidden{% endcomment %} b", "a {% comment %}x\n# hidden\n{% endcomment %}\nb",
		"{% comment %}x\n\nhidden\n\n> y{% endcomment %}\n\nb",
		"- a\n  {% comment %}\nhidden\n\n# hidden\n{% endcomment %}\n", "> a {% comment %}\n> hidden\n{% endcomment %}\n",
	};

	(void)state;
	markdown_init();
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct markdown_options options = { .extras = true, .raw_html = MARKDOWN_RAW_FILTERED };
		struct markdown_result page;
		struct err err = ERR_INIT;

		assert_ok(markdown_render(convert(texts[i], SHORTCODE_LIQUID), &options, &arena, &page, &err), &err);
		if (str_find(str_n(page.html.p, page.html.n), STR("hidden")) >= 0 || str_find(page.plain, STR("hidden")) >= 0)
			fail_msg("'%s' shows '%.*s'", texts[i], (int)page.html.n, page.html.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_known_shortcodes_become_markdown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_a_comment_hides_is_not_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_tag_that_is_open_inside_a_block_can_be_closed_behind_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_ones_stay_and_are_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines_of_the_file_are_found_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses_are_rewritten_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_texts_take_linear_time, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
