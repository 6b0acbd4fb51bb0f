/* base_url.c: tests of splitting, judging and resolving addresses. */
#include "unit.h"

#include "base/url.h"

static void an_address_falls_into_its_pieces(void **state)
{
	(void)state;
	struct url url;
	struct err err = ERR_INIT;
	assert_ok(url_split(STR("https://me:pw@ex.org:8443/a/b?x=1&y#top"), &url, &err), &err);
	assert_str(url.scheme, "https");
	assert_str(url.userinfo, "me:pw");
	assert_str(url.host, "ex.org");
	assert_int_equal(url.port, 8443);
	assert_str(url.path, "/a/b");
	assert_str(url.query, "x=1&y");
	assert_str(url.fragment, "top");
	assert_ok(url_split(STR("http://[::1]:80?"), &url, &err), &err);
	assert_str(url.host, "[::1]");
	assert_int_equal(url.port, 80);
	assert_str(url.path, "");
	assert_true(str_given(url.query) && url.query.n == 0);
	assert_ok(url_split(STR("mailto:a@b"), &url, &err), &err);
	assert_false(str_given(url.host));
	assert_str(url.path, "a@b");
	assert_ok(url_split(STR("#x"), &url, &err), &err);
	assert_false(str_given(url.scheme));
	assert_str(url.fragment, "x");
	assert_ok(url_split(STR(""), &url, &err), &err);
	assert_str(url.path, "");
}

static void bad_addresses_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"http://a b/", "http://a/\n", "http://a:0/", "http://a:65536/", "http://a:x/", "http://[::1/",
		"http://[zz]/", "http://a/%4", "http://a<b/", "http://x:y@z:9:9/", "\x01",
	};
	struct url url;
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (url_split(str_of(bad[i]), &url, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	static const char *const not_web[] = { "ftp://a/", "http:///x", "//a/", "x", "http:", "https:a" };
	for (size_t i = 0; i < COUNT_OF(not_web); i++)
		if (url_parse_web(str_of(not_web[i]), &url, &err) != RC_INVALID)
			fail_msg("'%s' was taken", not_web[i]);
	assert_ok(url_parse_web(STR("HTTP://x.org"), &url, &err), &err);
	static char longer[URL_MAX_B + 2];
	memset(longer, 'a', sizeof longer - 1);
	assert_int_equal(url_split(str_of(longer), &url, &err), RC_LIMIT);
}

static void references_resolve_as_rfc_3986_section_5_4_says(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "g:h", "g:h" }, { "g", "http://a/b/c/g" }, { "./g", "http://a/b/c/g" },
		{ "g/", "http://a/b/c/g/" }, { "/g", "http://a/g" }, { "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" }, { "#s", "http://a/b/c/d;p?q#s" },
		{ "g#s", "http://a/b/c/g#s" }, { "g?y#s", "http://a/b/c/g?y#s" }, { ";x", "http://a/b/c/;x" },
		{ "g;x", "http://a/b/c/g;x" }, { "", "http://a/b/c/d;p?q" }, { ".", "http://a/b/c/" },
		{ "./", "http://a/b/c/" }, { "..", "http://a/b/" }, { "../", "http://a/b/" },
		{ "../g", "http://a/b/g" }, { "../..", "http://a/" }, { "../../", "http://a/" },
		{ "../../g", "http://a/g" }, { "../../../g", "http://a/g" }, { "../../../../g", "http://a/g" },
		{ "/./g", "http://a/g" }, { "/../g", "http://a/g" }, { "g.", "http://a/b/c/g." },
		{ ".g", "http://a/b/c/.g" }, { "g..", "http://a/b/c/g.." }, { "..g", "http://a/b/c/..g" },
		{ "./../g", "http://a/b/g" }, { "./g/.", "http://a/b/c/g/" }, { "g/./h", "http://a/b/c/g/h" },
		{ "g/../h", "http://a/b/c/h" }, { "g;x=1/./y", "http://a/b/c/g;x=1/y" },
		{ "g;x=1/../y", "http://a/b/c/y" }, { "g?y/./x", "http://a/b/c/g?y/./x" },
		{ "g#s/../x", "http://a/b/c/g#s/../x" }, { "http:g", "http:g" },
	};
	struct arena arena;
	struct err err = ERR_INIT;
	struct str out;
	arena_init(&arena, ARENA_MAX_B);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_ok(url_join(&arena, STR("http://a/b/c/d;p?q"), str_of(rows[i][0]), &out, &err), &err);
		assert_str(out, rows[i][1]);
	}
	assert_ok(url_join(&arena, STR("https://u@h:99"), STR("x?"), &out, &err), &err);
	assert_str(out, "https://u@h:99/x?");
	/* Found by fuzzing: resolving must not make a host of a path. */
	assert_ok(url_join(&arena, STR("http://h/"), STR("x:/..//evil/y"), &out, &err), &err);
	assert_str(out, "x:/.//evil/y");
	assert_int_equal(url_join(&arena, STR("/relative"), STR("x"), &out, &err), RC_INVALID);
	static const char *const dots[][2] = { { "/a/b/c/./../../g", "/a/g" }, { "mid/content=5/../6", "mid/6" },
					       { "/..", "/" }, { "/a/..", "/" }, { "../x", "x" }, { "", "" }, { "//a//", "//a//" } };
	for (size_t i = 0; i < COUNT_OF(dots); i++)
		assert_str(url_remove_dots(&arena, str_of(dots[i][0])), dots[i][1]);
	arena_release(&arena);
}

static void script_addresses_are_seen_through_disguise(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"javascript:alert(1)", "JavaScript:x", " javascript:x", "\x01javascript:x", "java\nscript:x",
		"java\tscript:x", "\njava\r\nscript\t:x", "vbscript:x", "data:text/html,x", "file:///etc/passwd",
		"blob:x", "javascript&colon;:x", "a:b", ":x", "feed:javascript:x",
	};
	static const char *const good[] = {
		"http://x", "HTTPS://x", "mailto:a@b", "tel:1", "/a:b", "a/b:c", "?a:b", "#a:b", "", "page",
		"a-rather-long-relative-name/x:y", "./a:b", "//host/x",
	};
	static const char *const only[] = { "https", NULL };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (url_is_safe(str_of(bad[i]), NULL))
			fail_msg("'%s' passed", bad[i]);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!url_is_safe(str_of(good[i]), NULL))
			fail_msg("'%s' was refused", good[i]);
	assert_false(url_is_safe(STR("http://x"), only));
	assert_true(url_is_safe(STR("https://x"), only));
	assert_true(url_is_absolute(STR("x:y")) && url_is_absolute(STR("//x")) && !url_is_absolute(STR("/x:y")));
	assert_str(url_scheme(STR("git+ssh://x")), "git+ssh");
	assert_false(str_given(url_scheme(STR("1a:b"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_falls_into_its_pieces),
		cmocka_unit_test(bad_addresses_are_refused),
		cmocka_unit_test(references_resolve_as_rfc_3986_section_5_4_says),
		cmocka_unit_test(script_addresses_are_seen_through_disguise),
	};
	return cmocka_run_group_tests_name("base url", tests, NULL, NULL);
}
