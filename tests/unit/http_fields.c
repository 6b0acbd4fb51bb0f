/* http_fields.c: tests of cookies, forms, bodies, conditional requests and negotiation. */
#include "unit.h"

#include "http/conditional.h"
#include "http/cookie.h"
#include "http/form.h"
#include "http/negotiate.h"

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

static void cookies_are_found_among_others(void **state)
{
	(void)state;
	struct http_pair headers[] = { { STR("cookie"), STR("a=1; __Host-s=x=y ;b=\"q\"; a=2;; c") },
				       { STR("cookie"), STR("late=3") } };
	struct http_request req = { .headers = { headers, 2 } };
	assert_str(cookie_get(&req, "a"), "1");
	assert_str(cookie_get(&req, "__Host-s"), "x=y");
	assert_str(cookie_get(&req, "b"), "q");
	assert_str(cookie_get(&req, "late"), "3");
	assert_false(str_given(cookie_get(&req, "c")));
	assert_false(str_given(cookie_get(&req, "A")));
	assert_false(str_given(cookie_find(STR(""), "a")));
	assert_str(cookie_find(STR("a="), "a"), "");
}

static void cookies_are_written_whole_or_not_at_all(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(10000);
	struct err err = ERR_INIT;
	struct cookie c = { .name = "__Host-s", .value = STR("abc"), .max_age_s = 60, .secure = true, .http_only = true };
	assert_ok(cookie_write(&c, &out, &err), &err);
	assert_str(buf_view(&out), "__Host-s=abc; Path=/; Max-Age=60; SameSite=Lax; Secure; HttpOnly");
	buf_clear(&out);
	c = (struct cookie){ .name = "n", .value = STR(""), .path = STR("/blog/"), .max_age_s = -1, .site = COOKIE_STRICT };
	assert_ok(cookie_write(&c, &out, &err), &err);
	assert_str(buf_view(&out), "n=; Path=/blog/; SameSite=Strict");
	static const struct cookie bad[] = {
		{ .name = "", .max_age_s = -1 }, { .name = "a b", .max_age_s = -1 }, { .name = "a=", .max_age_s = -1 },
		{ .name = "a", .value = { "x;y", 3 } }, { .name = "a", .value = { "x\ny", 3 } },
		{ .name = "a", .value = { "x y", 3 } }, { .name = "a", .path = { "/;x", 3 } }, { .name = "a", .path = { "x", 1 } },
		{ .name = "__Host-a" }, { .name = "__Host-a", .secure = true, .path = { "/b", 2 } },
		{ .name = "__Secure-a" }, { .name = "a", .site = COOKIE_NONE },
	};
	buf_clear(&out);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(cookie_write(&bad[i], &out, &err), RC_INVALID);
	static char text[COOKIE_MAX_B + 1];
	memset(text, 'a', sizeof text);
	c.value = str_n(text, sizeof text);
	assert_int_equal(cookie_write(&c, &out, &err), RC_LIMIT);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

struct fake_body {
	struct http_body body;
	struct str rest;
	size_t step;
};

static enum rc fake_read(struct http_body *body, void *bytes, size_t size_b, size_t *got, struct err *err)
{
	struct fake_body *fake = (struct fake_body *)body;
	(void)err;
	size_t n = fake->rest.n < size_b ? fake->rest.n : size_b;
	n = n < fake->step ? n : fake->step;
	memcpy(bytes, fake->rest.p, n);
	fake->rest = str_from(fake->rest, n);
	*got = n;
	return RC_OK;
}

static enum rc read_it(struct str text, int64_t length_b, size_t max_b, struct buf *out)
{
	struct fake_body fake = { { fake_read, length_b }, text, 3 };
	struct http_request req = { .arena = &arena, .body = &fake.body };
	struct err err = ERR_INIT;
	return body_read(&req, max_b, out, &err);
}

static void bodies_are_bounded_and_complete(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(12);
	assert_int_equal(read_it(STR("0123456789"), 10, 10, &out), RC_OK);
	assert_str(buf_view(&out), "0123456789");
	buf_clear(&out);
	assert_int_equal(read_it(STR("0123456789"), -1, 10, &out), RC_OK);
	buf_clear(&out);
	assert_int_equal(read_it(STR("0123456789"), 10, 9, &out), RC_LIMIT);
	assert_int_equal(read_it(STR("0123456789"), -1, 9, &out), RC_LIMIT);
	assert_int_equal(read_it(STR("0123456789abc"), -1, 100, &out), RC_LIMIT); /* the buffer's own limit */
	assert_int_equal(read_it(STR("0123"), 10, 10, &out), RC_INVALID);
	assert_int_equal(read_it(STR("0123"), 2, 10, &out), RC_INVALID);
	assert_int_equal(out.len, 0);
	assert_int_equal(read_it(STR(""), 0, 0, &out), RC_OK);
	struct http_request none = { .arena = &arena };
	struct err err = ERR_INIT;
	assert_ok(body_read(&none, 10, &out, &err), &err);
	buf_release(&out);
}

static void forms_are_read_from_the_body(void **state)
{
	(void)state;
	struct http_pair headers[] = { { STR("content-type"), STR("application/x-www-form-urlencoded; charset=utf-8") } };
	struct fake_body fake = { { fake_read, -1 }, STR("a=1&tag=x&tag=y+z&%C3%A9=%26"), 5 };
	struct http_request req = { .arena = &arena, .headers = { headers, 1 }, .body = &fake.body };
	struct http_pairs fields;
	struct err err = ERR_INIT;
	struct str value;
	size_t at = 0;
	assert_ok(form_read(&req, 1000, &fields, &err), &err);
	assert_str(form_get(&fields, "\xC3\xA9"), "&");
	assert_true(form_next(&fields, "tag", &at, &value));
	assert_str(value, "x");
	assert_true(form_next(&fields, "tag", &at, &value));
	assert_str(value, "y z");
	assert_false(form_next(&fields, "tag", &at, &value));
	headers[0].value = STR("text/plain");
	assert_int_equal(form_read(&req, 1000, &fields, &err), RC_UNSUPPORTED);
	static const char *const bad[] = { "a=%", "a=%FF", "%00=x", "a%0=1" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(form_parse(&arena, str_of(bad[i]), 10, &fields, &err), RC_INVALID);
	assert_int_equal(form_parse(&arena, STR("a&b&c"), 2, &fields, &err), RC_LIMIT);
	assert_ok(form_parse(&arena, STR("=&&=x"), 2, &fields, &err), &err);
	assert_int_equal(fields.count, 2);
	assert_str(fields.items[0].name, "");
}

static void etag_lists_are_compared_weakly_and_strongly(void **state)
{
	(void)state;
	static const struct {
		const char *list, *etag;
		bool weak, strong;
	} rows[] = {
		{ "\"a\"", "\"a\"", true, true }, { "W/\"a\"", "\"a\"", true, false }, { "\"a\"", "W/\"a\"", true, false },
		{ "W/\"a\"", "W/\"a\"", true, false }, { "\"a\"", "\"b\"", false, false }, { "*", "\"a\"", true, true },
		{ " \"x\" , W/\"y\",\"a\"", "\"a\"", true, true }, { "\"x,\\\"a\\\"\"", "\"a\"", false, false },
		{ "a", "\"a\"", false, false }, { "\"a", "\"a\"", false, false }, { "", "\"a\"", false, false },
		{ "\"b\" x \"a\"", "\"a\"", false, false }, { "w/\"a\"", "\"a\"", false, false }, { "\"\"", "\"\"", true, true },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(etag_list_has(str_of(rows[i].list), str_of(rows[i].etag), true), rows[i].weak);
		assert_int_equal(etag_list_has(str_of(rows[i].list), str_of(rows[i].etag), false), rows[i].strong);
	}
	char text[ETAG_MAX_B];
	assert_str(etag_write(text, (struct hash128){ 1, 0xAB }, NULL), "\"000000000000000100000000000000ab\"");
	assert_str(etag_write(text, (struct hash128){ 1, 2 }, "br"), "\"00000000000000010000000000000002-br\"");
}

static void conditions_follow_their_precedence(void **state)
{
	(void)state;
	static const char early[] = "Sun, 06 Nov 1994 08:49:36 GMT", at[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	static const struct {
		enum http_method method;
		const char *match, *unmodified, *none, *modified;
		enum conditional_result want;
	} rows[] = {
		{ HTTP_GET, NULL, NULL, NULL, NULL, CONDITIONAL_SEND },
		{ HTTP_GET, NULL, NULL, "\"e\"", NULL, CONDITIONAL_NOT_MODIFIED },
		{ HTTP_HEAD, NULL, NULL, "W/\"e\"", NULL, CONDITIONAL_NOT_MODIFIED },
		{ HTTP_GET, NULL, NULL, "\"x\"", at, CONDITIONAL_SEND }, /* the date is not asked */
		{ HTTP_GET, NULL, NULL, "*", NULL, CONDITIONAL_NOT_MODIFIED },
		{ HTTP_PUT, NULL, NULL, "*", NULL, CONDITIONAL_FAILED },
		{ HTTP_GET, NULL, NULL, NULL, at, CONDITIONAL_NOT_MODIFIED },
		{ HTTP_GET, NULL, NULL, NULL, early, CONDITIONAL_SEND },
		{ HTTP_GET, NULL, NULL, NULL, "nonsense", CONDITIONAL_SEND },
		{ HTTP_POST, NULL, NULL, NULL, at, CONDITIONAL_SEND },
		{ HTTP_PUT, "\"e\"", NULL, NULL, NULL, CONDITIONAL_SEND },
		{ HTTP_PUT, "W/\"e\"", NULL, NULL, NULL, CONDITIONAL_FAILED },
		{ HTTP_PUT, "*", early, NULL, NULL, CONDITIONAL_SEND }, /* If-Match hides the date */
		{ HTTP_PUT, NULL, early, NULL, NULL, CONDITIONAL_FAILED },
		{ HTTP_PUT, NULL, at, NULL, NULL, CONDITIONAL_SEND },
		{ HTTP_GET, "\"e\"", NULL, "\"e\"", NULL, CONDITIONAL_NOT_MODIFIED },
	};
	const struct conditional now = { STR("\"e\""), INT64_C(784111777500) };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct http_pair headers[4];
		struct http_request req = { .method = rows[i].method, .headers = { headers, 0 } };
		const char *const names[] = { "if-match", "if-unmodified-since", "if-none-match", "if-modified-since" };
		const char *const values[] = { rows[i].match, rows[i].unmodified, rows[i].none, rows[i].modified };
		for (size_t j = 0; j < 4; j++)
			if (values[j])
				headers[req.headers.count++] = (struct http_pair){ str_of(names[j]), str_of(values[j]) };
		if (conditional_check(&req, &now) != rows[i].want)
			fail_msg("row %zu", i);
	}
	struct http_pair header = { STR("if-modified-since"), STR("Sun, 06 Nov 2094 08:49:36 GMT") };
	struct http_request req = { .method = HTTP_GET, .headers = { &header, 1 } };
	const struct conditional unknown = { STR_NONE, -1 };
	assert_int_equal(conditional_check(&req, &unknown), CONDITIONAL_SEND);
}

static void a_failed_condition_has_no_length_but_0(void **state)
{
	(void)state;
	struct arena own;
	struct http_response res;
	struct http_pair header = { STR("if-match"), STR("\"other\"") };
	struct buf head = BUF_INIT(4096);
	arena_init(&own, 4096);
	struct http_request req = { .arena = &own, .method = HTTP_GET, .headers = { &header, 1 } };
	for (int file = 0; file < 2; file++) {
		response_init(&res, &own);
		response_set(&res, "ETag", STR("\"e\""));
		res.body = STR("seven b");
		res.file_fd = file ? 0 : -1;
		res.file_length_b = 7;
		conditional_answer(&req, &res);
		buf_clear(&head);
		response_write_head(&res, &head);
		assert_int_equal(res.status, 412);
		assert_true(str_find(buf_view(&head), STR("Content-Length: 0\r\n")) > 0);
	}
	buf_release(&head);
	arena_release(&own);
}

static void codings_follow_their_weights(void **state)
{
	(void)state;
	const unsigned both = 1u << HTTP_GZIP | 1u << HTTP_BROTLI, gzip = 1u << HTTP_GZIP;
	static const struct {
		const char *header;
		enum http_coding of_both, of_gzip;
	} rows[] = {
		{ NULL, HTTP_IDENTITY, HTTP_IDENTITY }, { "", HTTP_IDENTITY, HTTP_IDENTITY },
		{ "gzip, deflate, br", HTTP_BROTLI, HTTP_GZIP }, { "gzip", HTTP_GZIP, HTTP_GZIP },
		{ "GZIP;q=1", HTTP_GZIP, HTTP_GZIP }, { "br;q=0.5, gzip;q=0.8", HTTP_GZIP, HTTP_GZIP },
		{ "br;q=0, *", HTTP_GZIP, HTTP_GZIP }, { "*", HTTP_BROTLI, HTTP_GZIP }, { "*;q=0", HTTP_IDENTITY, HTTP_IDENTITY },
		{ "identity", HTTP_IDENTITY, HTTP_IDENTITY }, { "identity;q=1, gzip;q=0.5", HTTP_IDENTITY, HTTP_IDENTITY },
		{ "identity;q=0.5, gzip;q=0.5", HTTP_GZIP, HTTP_GZIP }, { "gzip;q=0.001", HTTP_GZIP, HTTP_GZIP },
		{ "gzip;q=2", HTTP_IDENTITY, HTTP_IDENTITY }, { "gzip;q=x, br", HTTP_BROTLI, HTTP_IDENTITY },
		{ "gzip;q=0.0000", HTTP_IDENTITY, HTTP_IDENTITY }, { ";;,,;q=1, x-gzip", HTTP_GZIP, HTTP_GZIP },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (negotiate_coding(str_of(rows[i].header), both) != rows[i].of_both ||
		    negotiate_coding(str_of(rows[i].header), gzip) != rows[i].of_gzip)
			fail_msg("'%s'", rows[i].header ? rows[i].header : "(none)");
	}
	assert_int_equal(negotiate_coding(STR("br, gzip"), 0), HTTP_IDENTITY);
	assert_string_equal(http_coding_name(HTTP_BROTLI), "br");
}

static void json_is_sent_to_whoever_prefers_it(void **state)
{
	(void)state;
	static const char *const json[] = { "application/json", "application/problem+json, text/html;q=0.9",
					    "text/html;q=0.5, application/json", "application/*", "APPLICATION/JSON" };
	static const char *const html[] = { "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "",
					    "text/html, application/json", "application/json;q=0", "garbage", "a/b;q=" };
	for (size_t i = 0; i < COUNT_OF(json); i++)
		assert_true(negotiate_wants_json(str_of(json[i])));
	for (size_t i = 0; i < COUNT_OF(html); i++)
		assert_false(negotiate_wants_json(str_of(html[i])));
	assert_false(negotiate_wants_json(STR_NONE));
	assert_int_equal(negotiate_weight(STR("text/*;q=0.3, text/html;q=0.7, */*;q=0.5"), "text/html"), 700);
	assert_int_equal(negotiate_weight(STR("text/*;q=0.3, */*;q=0.5"), "text/plain"), 300);
	assert_int_equal(negotiate_weight(STR("text/*;q=0.3, */*;q=0.5"), "image/png"), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookies_are_found_among_others),
		cmocka_unit_test(cookies_are_written_whole_or_not_at_all),
		cmocka_unit_test(bodies_are_bounded_and_complete),
		cmocka_unit_test(forms_are_read_from_the_body),
		cmocka_unit_test(etag_lists_are_compared_weakly_and_strongly),
		cmocka_unit_test(conditions_follow_their_precedence),
		cmocka_unit_test(a_failed_condition_has_no_length_but_0),
		cmocka_unit_test(codings_follow_their_weights),
		cmocka_unit_test(json_is_sent_to_whoever_prefers_it),
	};
	return cmocka_run_group_tests_name("http fields", tests, setup, teardown);
}
