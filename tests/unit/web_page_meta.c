/* web_page_meta.c: a page brings its policy along, before anything that the policy is about. */
#include "unit.h"

#include <math.h>

#include "web/page_meta.h"

#define POLICY "default-src 'none'; script-src 'self' 'sha256-a+b/c='; frame-ancestors 'self'"
#define META "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self' " \
	"'sha256-a+b/c='\">"

static enum rc made(const char *page, const char *policy, struct buf *out)
{
	buf_init(out, 1 << 20);
	return page_meta_policy(str_of(page), str_of(policy), out, NULL);
}

static void the_policy_stands_before_all_it_is_about(void **state)
{
	(void)state;
	static const struct { const char *page, *want; } cases[] = {
		{ "<!DOCTYPE html><html lang=de><head><script>x</script></head>",
		  "<!DOCTYPE html><html lang=de><head>" META "<script>x</script></head>" },
		{ "<!DOCTYPE html>\n<!-- <head> -->\n<html>\n<HEAD class=\"a>b\">\n<meta charset=\"utf-8\">\n<title>x",
		  "<!DOCTYPE html>\n<!-- <head> -->\n<html>\n<HEAD class=\"a>b\">\n<meta charset=\"utf-8\">" META
		  "\n<title>x" },
		{ "<head><meta name=charset content=x>", "<head>" META "<meta name=charset content=x>" },
		{ "<head><!-- c --><meta CHARSET=utf-8><style>", "<head><!-- c --><meta CHARSET=utf-8>" META "<style>" },
		{ "<head>", "<head>" META },
		{ "<head>text<meta charset=utf-8>", "<head>" META "text<meta charset=utf-8>" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;
		assert_int_equal(made(cases[i].page, POLICY, &out), RC_OK);
		assert_str(buf_view(&out), cases[i].want);
		buf_release(&out);
	}
}

static void a_page_without_such_a_place_is_refused(void **state)
{
	(void)state;
	static const char *const pages[] = {
		"", "text", "<html><body>x", "<script>x</script><head>", "x<html><head>", "<html><link rel=x><head>",
		"<header><head>", "<!-- <head>", "</head><head>", "<html", "<head",
	};
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		struct buf out;
		if (made(pages[i], POLICY, &out) != RC_UNSUPPORTED || out.len)
			fail_msg("'%s' was taken", pages[i]);
		buf_release(&out);
	}
}

static void a_policy_cannot_leave_its_attribute(void **state)
{
	(void)state;
	static const struct { const char *policy, *want; } cases[] = {
		{ "img-src \"><script>&quot;", "<head><meta http-equiv=\"Content-Security-Policy\" "
		  "content=\"img-src &quot;><script>&amp;quot\">" },
		{ " sandbox allow-x;;REPORT-URI /r; a ;", "<head><meta http-equiv=\"Content-Security-Policy\" content=\"a\">" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;
		assert_int_equal(made("<head>", cases[i].policy, &out), RC_OK);
		assert_str(buf_view(&out), cases[i].want);
		buf_release(&out);
	}
}

static double refusal_us(const char *part, size_t size_b)
{
	struct buf page = BUF_INIT(size_b + 16), out = BUF_INIT(2 * size_b);
	while (page.len < size_b)
		buf_cstr(&page, part);
	double took_us = INFINITY;
	for (int tries = 0; tries < 3; tries++) { /* what is slow is slow each time */
		double begun_us = cpu_us();
		buf_clear(&out);
		assert_int_equal(page_meta_policy(buf_view(&page), STR(POLICY), &out, NULL), RC_UNSUPPORTED);
		begun_us = cpu_us() - begun_us;
		took_us = begun_us < took_us ? begun_us : took_us;
	}
	buf_release(&page);
	buf_release(&out);
	return took_us;
}

/* Eight times the page takes eight times as long; looking at everything again would take 64 times. */
static void hostile_pages_take_linear_time(void **state)
{
	(void)state;
	static const char *const parts[] = { "<html>", "<!-- ", "<html a=\"", "<", "<head" };
	double small_us = 0, large_us = 0;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		small_us += refusal_us(parts[i], (size_t)256 << 10);
		large_us += refusal_us(parts[i], (size_t)2 << 20);
	}
	assert_true(large_us < 24 * small_us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_stands_before_all_it_is_about),
		cmocka_unit_test(a_page_without_such_a_place_is_refused),
		cmocka_unit_test(a_policy_cannot_leave_its_attribute),
		cmocka_unit_test(hostile_pages_take_linear_time),
	};
	return cmocka_run_group_tests_name("web page meta", tests, NULL, NULL);
}
