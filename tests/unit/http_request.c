/* http_request.c: tests of request parsing and of response heads. */
#include "unit.h"

#include "http/request.h"
#include "http/response.h"

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

static enum rc parse(struct http_request *req, const char *method, struct str target, const char *mount)
{
	struct err err = ERR_INIT;
	*req = (struct http_request){ .arena = &arena, .method_name = str_of(method), .target = target };
	return request_parse(req, str_of(mount), &err);
}

static void paths_are_decoded_and_resolved_below_the_mount(void **state)
{
	(void)state;
	static const struct {
		const char *mount, *target, *path, *raw_path, *query;
		bool canonical;
	} rows[] = {
		{ "", "/", "/", "/", "", true },
		{ "", "/a/b?x=1", "/a/b", "/a/b", "x=1", true },
		{ "", "/a?", "/a", "/a", "", true },
		{ "", "/caf%C3%A9", "/caf\xC3\xA9", "/caf%C3%A9", "", true },
		{ "", "/caf\xC3\xA9", "/caf\xC3\xA9", "/caf\xC3\xA9", "", true },
		{ "", "/%61", "/a", "/%61", "", true },
		{ "", "/a/", "/a/", "/a/", "", true },
		{ "", "//a//b", "/a/b", "//a//b", "", false },
		{ "", "/a/./b/../c", "/a/c", "/a/./b/../c", "", false },
		{ "", "/a/%2e%2E/b", "/b", "/a/%2e%2E/b", "", false },
		{ "", "/../../x", "/x", "/../../x", "", false },
		{ "", "/a/..", "/", "/a/..", "", false },
		{ "", "/a/b/.", "/a/b/", "/a/b/.", "", false },
		{ "", "/...", "/...", "/...", "", true },
		{ "", "/a%3Fb", "/a?b", "/a%3Fb", "", true },
		{ "", "http://evil.example/a?x=1", "/a", "/a", "x=1", true },
		{ "", "https://evil.example", "/", "/", "", true },
		{ "", "http://h?x=1", "/", "/", "x=1", true },
		{ "/blog", "/blog/a", "/a", "/a", "", true },
		{ "/blog", "/blog/", "/", "/", "", true },
		{ "/blog", "/blog", "/", "", "", false },
		{ "/blog", "/bl%6Fg/a", "/a", "/bl%6Fg/a", "", false },
		{ "/blog", "/x/../blog/a", "/a", "/x/../blog/a", "", false },
		{ "/cgi-bin/platen", "/cgi-bin/platen/a/", "/a/", "/a/", "", true },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct http_request req;
		if (parse(&req, "GET", str_of(rows[i].target), rows[i].mount) != RC_OK)
			fail_msg("'%s' was refused", rows[i].target);
		assert_str(req.path, rows[i].path);
		assert_str(req.raw_path, rows[i].raw_path);
		assert_str(req.query, rows[i].query);
		if (request_is_canonical(&req) != rows[i].canonical)
			fail_msg("'%s': canonical is %d", rows[i].target, !rows[i].canonical);
	}
}

static struct str path_of(const char *start, const char *end)
{
	struct http_request req;
	enum rc rc = parse(&req, "GET", arena_printf(&arena, "%s%s", start, end), "");
	return rc == RC_OK ? req.path : STR("refused");
}

/* Paths that mean themselves are taken as they are, others are decoded: both must agree. */
static void an_escape_that_need_not_be_changes_nothing(void **state)
{
	(void)state;
	static const char alphabet[] = "/.a\\\x1F\x7F ~\xC3\xA4";
	char start[6] = "/";
	for (size_t n = 0; n < 10000; n++) {
		for (size_t i = 1, left = n; i < 5; i++, left /= 10)
			start[i] = alphabet[left % 10];
		arena_reset(&arena);
		assert_true(str_eq(path_of(start, "a"), path_of(start, "%61")));
	}
}

static void malformed_targets_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "a", "*", "?x", "/%", "/%4", "/%zz", "/a%00b", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b", "/%FF",
		"/%C0%AF", "/%ED%A0%80", "/a%0Ab", "/a\x7F", "/a#b", "/?x=%", "/?x=%FF", "/?x=%00", "ftp://x/",
		"/?%zz=1",
	};
	struct http_request req;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (parse(&req, "GET", str_of(bad[i]), "") != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(parse(&req, "GET", str_n("/a\0b", 4), ""), RC_INVALID);
	static const char *const outside[] = { "/", "/blo", "/blogx", "/blog/../x", "/Blog/", "/x" };
	for (size_t i = 0; i < COUNT_OF(outside); i++)
		if (parse(&req, "GET", str_of(outside[i]), "/blog") != RC_NOTFOUND)
			fail_msg("'%s' was taken", outside[i]);
	assert_int_equal(parse(&req, "OPTIONS", STR("*"), ""), RC_OK);
	assert_str(req.path, "*");
}

static void limits_are_kept(void **state)
{
	(void)state;
	static char text[HTTP_HEADERS_MAX_B + 10];
	struct http_request req;
	memset(text, 'a', sizeof text);
	text[0] = '/';
	assert_int_equal(parse(&req, "GET", str_n(text, HTTP_TARGET_MAX_B), ""), RC_OK);
	assert_int_equal(parse(&req, "GET", str_n(text, HTTP_TARGET_MAX_B + 1), ""), RC_LIMIT);
	struct http_pair headers[HTTP_HEADERS_MAX + 1];
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		headers[i] = (struct http_pair){ STR("x"), STR("y") };
	req = (struct http_request){ .arena = &arena, .method_name = STR("GET"), .target = STR("/"),
				     .headers = { headers, COUNT_OF(headers) } };
	assert_int_equal(request_parse(&req, STR(""), &err), RC_LIMIT);
	req.headers.count--;
	assert_ok(request_parse(&req, STR(""), &err), &err);
	headers[0].value = str_n(text, HTTP_HEADERS_MAX_B);
	assert_int_equal(request_parse(&req, STR(""), &err), RC_LIMIT);
	size_t n = 2;
	text[1] = '?';
	for (int i = 0; i <= HTTP_QUERY_FIELDS_MAX; i++, n += 2)
		memcpy(text + n, "a&", 2);
	assert_int_equal(parse(&req, "GET", str_n(text, n), ""), RC_LIMIT);
	assert_int_equal(parse(&req, "GET", str_n(text, n - 2), ""), RC_OK);
	assert_int_equal(req.params.count, HTTP_QUERY_FIELDS_MAX);
}

static void methods_headers_and_params_are_found(void **state)
{
	(void)state;
	struct http_request req;
	struct http_pair headers[] = { { STR("accept"), STR("a") }, { STR("accept"), STR("b") } };
	assert_int_equal(parse(&req, "GET", STR("/?a=1&b=x+y%26&a=2&empty=&bare&&"), ""), RC_OK);
	assert_str(request_param(&req, "a"), "1");
	assert_str(request_param(&req, "b"), "x y&");
	assert_str(request_param(&req, "empty"), "");
	assert_true(str_given(request_param(&req, "bare")));
	assert_false(str_given(request_param(&req, "none")));
	assert_int_equal(req.params.count, 5);
	req.headers = (struct http_pairs){ headers, 2 };
	assert_str(request_header(&req, "accept"), "a");
	assert_false(str_given(request_header(&req, "Accept")));
	for (int m = 0; m < HTTP_OTHER; m++) {
		assert_int_equal(parse(&req, http_method_name((enum http_method)m), STR("/"), ""), RC_OK);
		assert_int_equal(req.method, m);
	}
	assert_int_equal(parse(&req, "get", STR("/"), ""), RC_OK);
	assert_int_equal(req.method, HTTP_OTHER);
	assert_int_equal(parse(&req, "BREW", STR("/"), ""), RC_OK);
	assert_int_equal(req.method, HTTP_OTHER);
}

static void response_heads_take_the_cgi_form(void **state)
{
	(void)state;
	struct http_response res;
	struct buf out = BUF_INIT(20000);
	struct err err = ERR_INIT;
	response_init(&res, &arena);
	assert_int_equal(res.file_fd, -1);
	response_set(&res, "Content-Type", STR("text/plain"));
	response_set(&res, "content-type", STR("text/html"));
	assert_ok(response_header(&res, "Set-Cookie", STR("a=1"), &err), &err);
	assert_ok(response_header(&res, "Set-Cookie", STR("b=2"), &err), &err);
	assert_str(response_get(&res, "CONTENT-TYPE"), "text/html");
	assert_false(str_given(response_get(&res, "ETag")));
	res.body = STR("hello");
	response_write_head(&res, &out);
	assert_str(buf_view(&out), "Status: 200 OK\r\ncontent-type: text/html\r\nSet-Cookie: a=1\r\n"
				   "Set-Cookie: b=2\r\nContent-Length: 5\r\n\r\n");
	buf_clear(&out);
	response_init(&res, &arena);
	res.status = 304;
	response_write_head(&res, &out);
	assert_str(buf_view(&out), "Status: 304 Not Modified\r\n\r\n");
	buf_clear(&out);
	res.status = 299;
	res.file_fd = 0;
	res.file_length_b = 77;
	response_write_head(&res, &out);
	assert_str(buf_view(&out), "Status: 299\r\nContent-Length: 77\r\n\r\n");
	buf_release(&out);
}

static void response_values_cannot_split_the_response(void **state)
{
	(void)state;
	struct http_response res;
	struct err err = ERR_INIT;
	static char text[RESPONSE_HEADERS_MAX_B];
	response_init(&res, &arena);
	assert_int_equal(response_header(&res, "Location", STR("/\r\nSet-Cookie: x=1"), &err), RC_INVALID);
	assert_int_equal(response_header(&res, "Location", STR("/\n"), &err), RC_INVALID);
	assert_int_equal(response_header(&res, "Location", str_n("/\0", 2), &err), RC_INVALID);
	memset(text, 'a', sizeof text);
	assert_int_equal(response_header(&res, "X", str_n(text, sizeof text), &err), RC_LIMIT);
	assert_int_equal(res.header_count, 0);
	for (int i = 0; i < RESPONSE_HEADERS_MAX; i++)
		assert_ok(response_header(&res, "X", STR("y"), &err), &err);
	assert_int_equal(response_header(&res, "X", STR("y"), &err), RC_LIMIT);
	assert_string_equal(http_reason(404), "Not Found");
	assert_string_equal(http_reason(999), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_decoded_and_resolved_below_the_mount),
		cmocka_unit_test(an_escape_that_need_not_be_changes_nothing),
		cmocka_unit_test(malformed_targets_are_refused),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(methods_headers_and_params_are_found),
		cmocka_unit_test(response_heads_take_the_cgi_form),
		cmocka_unit_test(response_values_cannot_split_the_response),
	};
	return cmocka_run_group_tests_name("http request", tests, setup, teardown);
}
