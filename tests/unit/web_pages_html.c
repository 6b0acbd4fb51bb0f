/* web_pages_html.c: a page as a file carries its policy in itself. */
#include "unit.h"

#include "web/pages_html.h"

static void the_policy_comes_before_all_that_it_governs(void **state)
{
	static const struct { const char *page, *policy, *want; } cases[] = {
		{ "<html><head><title>a</title>", "default-src 'none'",
		  "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"><title>a</title>" },
		{ "<head>\n<meta charset=\"utf-8\">\n<title>", "a b; c",
		  "<head>\n<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"a b; c\">\n<title>" },
		{ "<head>", "a; frame-ancestors 'self'; sandbox ;; b",
		  "<head><meta http-equiv=\"Content-Security-Policy\" content=\"a; b\">" },
		{ "<head>", "img-src x\"><script>&",
		  "<head><meta http-equiv=\"Content-Security-Policy\" content=\"img-src x&quot;>&lt;script>&amp;\">" },
		{ "<head><meta charset=utf-8", "a",
		  "<head><meta http-equiv=\"Content-Security-Policy\" content=\"a\"><meta charset=utf-8" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out = BUF_INIT(4096);
		assert_true(pages_html(str_of(cases[i].page), str_of(cases[i].policy), &out));
		assert_str(buf_view(&out), cases[i].want);
		buf_release(&out);
	}
}

static void a_page_without_a_head_is_refused(void **state)
{
	static const char *const bad[] = { "", "<p>text", "<header>", "<html><HEADING>" };
	struct buf out = BUF_INIT(4096);
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(pages_html(str_of(bad[i]), STR("a"), &out));
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_comes_before_all_that_it_governs),
		cmocka_unit_test(a_page_without_a_head_is_refused),
	};
	return cmocka_run_group_tests_name("pages as files", tests, NULL, NULL);
}
