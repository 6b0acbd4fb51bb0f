/* text_survey.c: tests of what a document is said to have, and where. */
#include "unit.h"

#include "base/clock.h"
#include "text/markdown.h"
#include "text/markdown_survey.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	markdown_init();
	arena_init(&arena, (size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct survey survey_of(struct str source)
{
	struct survey survey;
	struct err err = ERR_INIT;
	assert_ok(markdown_survey(source, &arena, &survey, &err), &err);
	return survey;
}

/* "2:h3(text) 4:a(text|address) 5:img(alt|address)" */
static struct str shown(struct str source)
{
	static const char *const names[] = { "h", "a", "img" };
	struct survey survey = survey_of(source);
	struct buf out = BUF_INIT((size_t)1 << 16);
	for (size_t i = 0; i < survey.count; i++) {
		const struct survey_item *item = &survey.items[i];
		buf_printf(&out, "%s%d:%s", i ? " " : "", item->line, names[item->kind]);
		if (item->kind == SURVEY_HEADING)
			buf_printf(&out, "%d(%.*s)", item->level, STR_ARG(item->text));
		else
			buf_printf(&out, "(%.*s|%.*s)", STR_ARG(item->text), STR_ARG(item->address));
	}
	struct str text = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void what_there_is_and_in_which_line(void **state)
{
	(void)state;
	static const struct { const char *source, *shown; } cases[] = {
		{ "", "" },
		{ "Words.\n\n# One\n\n### Three *x*\n\nTwo\n---\n", "3:h1(One) 5:h3(Three x) 7:h2(Two)" },
		{ "[a](/b)\nand\n[](/c) [d]()\n", "1:a(a|/b) 3:a(|/c) 3:a(d|)" },
		{ "![](/x.png)\n\n![A hill](/y.png)\n", "1:img(|/x.png) 3:img(A hill|/y.png)" },
		{ "[![](/x.png)](/y)\n", "1:a(|/y) 1:img(|/x.png)" },
		{ "> quoted\n> [a](/b)\n\n- x\n- [c](/d)\n", "2:a(a|/b) 5:a(c|/d)" },
		{ "x [ref] y\n\n[ref]: /there 'title'\n", "1:a(ref|/there)" },
		{ "`[no](/link)`\n\n    [nor](/this)\n", "" },
		{ "<div>\n<p>x</p>\n<img src='/a.png'>\n<a href=\"/b\">b</a> <img src=/c.png alt=''>\n</div>\n",
		  "3:img(|/a.png) 4:a(-|/b) 4:img(-|/c.png)" },
		{ "Text <img src=/a.png> and <a name=x>\n", "1:img(|/a.png)" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_str(shown(str_of(cases[i].source)), cases[i].shown);
}

static void a_document_of_links_ends_in_time(void **state)
{
	(void)state;
	struct buf text = BUF_INIT((size_t)8 << 20);
	int64_t begin_us = clock_monotonic_us();
	for (int i = 0; i < 60000; i++)
		buf_printf(&text, "[a](/%d)\n\n", i);
	assert_int_equal(survey_of(buf_view(&text)).count, SURVEY_ITEMS_MAX);
	buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		BUF_LIT(&text, "<img src=x\n");
	(void)survey_of(buf_view(&text));
	buf_release(&text);
	assert_true(clock_monotonic_us() - begin_us < 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_there_is_and_in_which_line),
		cmocka_unit_test(a_document_of_links_ends_in_time),
	};
	return cmocka_run_group_tests_name("text survey", tests, setup, teardown);
}
