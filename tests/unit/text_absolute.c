/* text_absolute.c: tests of absolute addresses in HTML and of finding its scripts. */
#include "unit.h"

#include "text/absolute.h"
#include "text/inline.h"

#define PAGE "https://x.org/blog/2024/post?a=1#f"

static void addresses_are_resolved_against_the_page(void **state)
{
	static const struct { const char *page, *address, *want; } table[] = {
		{ PAGE, "/media/a.png", "https://x.org/media/a.png" },
		{ PAGE, "b.png", "https://x.org/blog/2024/b.png" },
		{ PAGE, "../b.png", "https://x.org/blog/2024/../b.png" },
		{ PAGE, "#note", "https://x.org/blog/2024/post?a=1#note" },
		{ PAGE, "?b=2", "https://x.org/blog/2024/post?b=2" },
		{ PAGE, "", "https://x.org/blog/2024/post?a=1" },
		{ PAGE, "//y.org/z", "https://y.org/z" },
		{ PAGE, "http://y.org/z", "http://y.org/z" },
		{ PAGE, "mailto:a@b.c", "mailto:a@b.c" },
		{ PAGE, "data:image/png;base64,AA==", "data:image/png;base64,AA==" },
		{ "https://x.org", "a", "https://x.org/a" },
		{ "https://x.org", "/a", "https://x.org/a" },
		{ "http://[::1]:8080/p/", "q", "http://[::1]:8080/p/q" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct buf out = BUF_INIT(1000);
		url_absolute(str_of(table[i].address), str_of(table[i].page), &out);
		assert_str(buf_view(&out), table[i].want);
		buf_release(&out);
	}
}

static void html_keeps_its_form_and_gets_absolute_addresses(void **state)
{
	static const struct { const char *html, *want; } table[] = {
		{ "<p>a &lt; b</p>", "<p>a &lt; b</p>" },
		{ "<a href=\"/x?a=1&amp;b\" class=k>y</a>", "<a href=\"https://x.org/x?a=1&amp;b\" class=\"k\">y</a>" },
		{ "<img src='c.png' alt=\"/not/an/address\">",
		  "<img src=\"https://x.org/blog/2024/c.png\" alt=\"/not/an/address\">" },
		{ "<img srcset=\"/a.png 1x, b.png 2x\">",
		  "<img srcset=\"https://x.org/a.png 1x, https://x.org/blog/2024/b.png 2x\">" },
		{ "<img srcset=\"/a.png, /b,c.png 2x\">",
		  "<img srcset=\"https://x.org/a.png, https://x.org/b,c.png 2x\">" },
		{ "a<script>if (a<b) x()</script>b<style>p{}</style>c", "abc" },
		{ "<p onclick=\"x()\" id=i>y</p>", "<p id=\"i\">y</p>" },
		{ "a<!-- <a href=/x> -->b", "ab" },
		{ "<p title='say \"/x\"'>", "<p title='say \"/x\"'>" },
		{ "<pre><code>a\n\n  b</code></pre>", "<pre><code>a\n\n  b</code></pre>" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct buf out = BUF_INIT(10000);
		struct str in = str_of(table[i].html);
		html_absolute(html_stored(in), STR(PAGE), &out);
		assert_str(buf_view(&out), table[i].want);
		buf_release(&out);
	}
}

static void hostile_html_takes_linear_time(void **state)
{
	static const char *const pieces[] = { "<a href=\"", "<!--", "<script", "<img srcset=\"a,", "</", "<a b=" };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		struct buf in = BUF_INIT((size_t)8 << 20), out = BUF_INIT((size_t)64 << 20);
		for (size_t n = 0; n < 100000; n++)
			buf_cstr(&in, pieces[i]);
		double begun_us = cpu_us();
		html_absolute(html_stored(buf_view(&in)), STR(PAGE), &out);
		assert_worked_at_most(100, begun_us, "'%s' repeated", pieces[i]);
		buf_release(&in);
		buf_release(&out);
	}
}

static void inline_code_is_found_as_a_browser_takes_it(void **state)
{
	(void)state;
	struct html_reader reader = { STR("<title>a</title><style>p{}</style>"
					  "<script type=\"application/ld+json\">{}</script><!-- <script>no</script> -->"
					  "<script src=\"https://s.example/x.js\"></script>"
					  "<SCRIPT type=module>\nif (a < b) c()\n</SCRIPT >"
					  "<script type=\"text/javascript\">1</script>"), 0 };
	struct inline_code code;
	assert_true(inline_next(&reader, &code));
	assert_false(code.script);
	assert_str(code.content, "p{}");
	assert_true(inline_next(&reader, &code));
	assert_true(code.script);
	assert_str(code.src, "https://s.example/x.js");
	assert_true(inline_next(&reader, &code));
	assert_false(str_given(code.src));
	assert_str(code.content, "\nif (a < b) c()\n");
	assert_true(inline_next(&reader, &code));
	assert_str(code.content, "1");
	assert_false(inline_next(&reader, &code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_resolved_against_the_page),
		cmocka_unit_test(html_keeps_its_form_and_gets_absolute_addresses),
		cmocka_unit_test(hostile_html_takes_linear_time),
		cmocka_unit_test(inline_code_is_found_as_a_browser_takes_it),
	};
	return cmocka_run_group_tests_name("text absolute", tests, NULL, NULL);
}
