/* http_router.c: tests of route patterns, their order, 404 and 405, and hostile paths. */
#include "unit.h"

#include "http/router.h"

static const struct {
	enum http_method method;
	const char *pattern;
} routes[] = {
	{ HTTP_GET, "/" },                      /* 0 */
	{ HTTP_GET, "/:slug" },
	{ HTTP_GET, "/:slug.md" },
	{ HTTP_GET, "/feed.xml" },
	{ HTTP_GET, "/tag/:slug" },
	{ HTTP_GET, "/tag/:slug/feed.xml" },    /* 5 */
	{ HTTP_GET, "/page/:n" },
	{ HTTP_GET, "/:year/:month/:name" },
	{ HTTP_GET, "/assets/:hash/*path" },
	{ HTTP_POST, "/cronhooks/:task" },
	{ HTTP_GET, "/admin/posts/:id" },       /* 10 */
	{ HTTP_DELETE, "/admin/posts/:post" },
	{ HTTP_POST, "/admin/posts/new" },
	{ HTTP_GET, "/tag/" },
	{ HTTP_GET, "/old/*rest" },
	{ HTTP_HEAD, "/page/:n" },              /* 15 */
};

static struct router *router;

static int setup(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	router = router_new();
	for (size_t i = 0; i < COUNT_OF(routes); i++)
		if (router_add(router, routes[i].method, routes[i].pattern, (int)i, &err) != RC_OK)
			return -1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	router_free(router);
	return 0;
}

static void the_most_specific_route_that_has_the_method_wins(void **state)
{
	(void)state;
	static const struct {
		enum http_method method;
		const char *path;
		int index;
		const char *allow; /* when there is none */
	} rows[] = {
		{ HTTP_GET, "/", 0, NULL }, { HTTP_GET, "/hello", 1, NULL }, { HTTP_HEAD, "/hello", 1, NULL },
		{ HTTP_GET, "/hello.md", 2, NULL }, { HTTP_GET, "/.md", 1, NULL }, { HTTP_GET, "/feed.xml", 3, NULL },
		{ HTTP_GET, "/tag/x", 4, NULL }, { HTTP_GET, "/tag/x/feed.xml", 5, NULL }, { HTTP_GET, "/page/2", 6, NULL },
		{ HTTP_HEAD, "/page/2", 15, NULL }, { HTTP_GET, "/2024/05/a", 7, NULL }, { HTTP_GET, "/tag/x/y", 7, NULL },
		{ HTTP_GET, "/assets/abc/css/a.css", 8, NULL }, { HTTP_GET, "/assets/abc/", -1, "" },
		{ HTTP_POST, "/cronhooks/ttl", 9, NULL }, { HTTP_GET, "/cronhooks/ttl", -1, "POST, OPTIONS" },
		{ HTTP_DELETE, "/admin/posts/7", 11, NULL }, { HTTP_GET, "/admin/posts/7", 10, NULL },
		{ HTTP_POST, "/admin/posts/7", -1, "GET, HEAD, DELETE, OPTIONS" },
		{ HTTP_GET, "/admin/posts/new", 10, NULL }, /* only POST has the literal */
		{ HTTP_PUT, "/admin/posts/new", -1, "GET, HEAD, POST, DELETE, OPTIONS" },
		{ HTTP_OPTIONS, "/hello", -1, "GET, HEAD, OPTIONS" }, { HTTP_OTHER, "/hello", -1, "GET, HEAD, OPTIONS" },
		{ HTTP_GET, "/tag/", 13, NULL }, { HTTP_GET, "/page/", -1, "" }, { HTTP_GET, "/hello/", -1, "" },
		{ HTTP_GET, "/a/b", -1, "" }, { HTTP_GET, "/a/b/c/d", -1, "" }, { HTTP_GET, "/old/a/b/c/d/", 14, NULL },
		{ HTTP_GET, "", -1, "" }, { HTTP_GET, "hello", -1, "" }, { HTTP_GET, "*", -1, "" }, { HTTP_GET, "/Feed.xml", 1, NULL },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct route_match match;
		char allow[ROUTE_ALLOW_MAX_B];
		bool found = router_match(router, rows[i].method, str_of(rows[i].path), &match);
		if (match.index != rows[i].index || found != (match.index >= 0))
			fail_msg("%s %s found %d", http_method_name(rows[i].method), rows[i].path, match.index);
		if (!found && *rows[i].allow)
			assert_str(route_allow(allow, match.allowed), rows[i].allow);
		else if (!found)
			assert_int_equal(match.allowed, 0);
	}
}

static void captures_carry_the_names_of_their_route(void **state)
{
	(void)state;
	struct route_match match;
	assert_true(router_match(router, HTTP_GET, STR("/2024/05/a-b"), &match));
	assert_int_equal(match.param_count, 3);
	assert_str(route_param(&match, "year"), "2024");
	assert_str(route_param(&match, "name"), "a-b");
	assert_false(str_given(route_param(&match, "slug")));
	assert_true(router_match(router, HTTP_GET, STR("/a.b.md"), &match));
	assert_str(route_param(&match, "slug"), "a.b");
	assert_true(router_match(router, HTTP_GET, STR("/assets/x/a/../b"), &match));
	assert_str(route_param(&match, "path"), "a/../b");
	assert_true(router_match(router, HTTP_GET, STR("/admin/posts/1"), &match));
	assert_str(route_param(&match, "id"), "1");
	assert_true(router_match(router, HTTP_DELETE, STR("/admin/posts/1"), &match));
	assert_str(route_param(&match, "post"), "1");
}

static void malformed_patterns_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "a", "/:", "/:/a", "/*", "/*a/b", "/*a.x", "/:a/:a", "/a:b", "/:a*", "/a*",
					   "/:a/:b/:c/:d/:e/:f/:g/:h/:i" };
	struct router *r = router_new();
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (router_add(r, HTTP_GET, bad[i], 1, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(router_add(r, HTTP_OTHER, "/a", 1, &err), RC_INVALID);
	assert_int_equal(router_add(r, HTTP_GET, "/a", -1, &err), RC_INVALID);
	assert_ok(router_add(r, HTTP_GET, "/x/:a", 1, &err), &err);
	assert_int_equal(router_add(r, HTTP_GET, "/x/:b", 2, &err), RC_EXISTS);
	assert_ok(router_add(r, HTTP_POST, "/x/:b", 2, &err), &err);
	router_free(r);
}

/* Named and literal segments side by side at each of 8 levels: a path of that depth that fits
 * nothing makes the search try every branch, and still each only once. */
static void hostile_paths_cost_no_more_than_the_table(void **state)
{
	(void)state;
	struct router *r = router_new();
	struct err err = ERR_INIT;
	struct route_match match;
	char path[HTTP_TARGET_MAX_B];
	for (int bits = 0; bits < 256; bits++) {
		size_t n = 0;
		for (int level = 0; level < 8; level++)
			n += (size_t)snprintf(path + n, sizeof path - n, bits >> level & 1 ? "/a" : "/:p%d", level);
		assert_ok(router_add(r, HTTP_GET, path, bits, &err), &err);
	}
	int64_t start_us = (int64_t)cpu_us();
	for (int i = 0; i < 1000; i++) {
		assert_false(router_match(r, HTTP_GET, STR("/a/a/a/a/a/a/a/"), &match));
		assert_true(router_match(r, HTTP_GET, STR("/a/a/a/a/a/a/a/b"), &match));
		assert_int_equal(match.index, 127);
	}
	memset(path, '/', sizeof path);
	for (int i = 0; i < 1000; i++)
		assert_false(router_match(r, HTTP_GET, str_n(path, sizeof path), &match));
	assert_true((int64_t)cpu_us() - start_us < 3000000);
	router_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_specific_route_that_has_the_method_wins),
		cmocka_unit_test(captures_carry_the_names_of_their_route),
		cmocka_unit_test(malformed_patterns_are_refused),
		cmocka_unit_test(hostile_paths_cost_no_more_than_the_table),
	};
	return cmocka_run_group_tests_name("http router", tests, setup, teardown);
}
