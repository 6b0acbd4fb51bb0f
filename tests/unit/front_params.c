/* front_params.c: tests of how CGI variables become a request. */
#include "unit.h"

#include "front/params.h"

static struct arena arena;
static struct http_request req;
static struct refusal refusal;
static int64_t length_b;

static void read_env(const char *const *env)
{
	arena_reset(&arena);
	req = (struct http_request){ .arena = &arena };
	params_read((char *const *)(uintptr_t)env, &req, &length_b, &refusal);
}

#define READ(...) read_env((const char *[]){ __VA_ARGS__, NULL })

static struct str header(const char *name)
{
	for (size_t i = 0; i < req.headers.count; i++)
		if (str_is(req.headers.items[i].name, name))
			return req.headers.items[i].value;
	return STR_NONE;
}

static void variables_become_fields_and_headers(void **state)
{
	(void)state;
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/a?b=c=d", "REMOTE_ADDR=192.0.2.1", "SERVER_PROTOCOL=HTTP/1.1",
	     "HTTP_ACCEPT_ENCODING=gzip", "HTTP_X_EMPTY=", "CONTENT_TYPE=text/plain", "CONTENT_LENGTH=12", "PATH=/bin");
	assert_int_equal(refusal.status, 0);
	assert_str(req.method_name, "GET");
	assert_str(req.target, "/a?b=c=d");
	assert_str(req.remote_addr, "192.0.2.1");
	assert_str(req.protocol, "HTTP/1.1");
	assert_str(req.scheme, "http");
	assert_int_equal(length_b, 12);
	assert_int_equal(req.headers.count, 4);
	assert_str(header("accept-encoding"), "gzip");
	assert_str(header("x-empty"), "");
	assert_str(header("content-type"), "text/plain");
	assert_str(header("content-length"), "12");
}

static void headers_that_contradict_the_server_are_dropped(void **state)
{
	(void)state;
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/", "HTTP_PROXY=http://evil", "HTTP_CONTENT_LENGTH=5",
	     "HTTP_CONTENT_TYPE=x", "CONTENT_LENGTH=", "CONTENT_TYPE=");
	assert_int_equal(req.headers.count, 0);
	assert_int_equal(length_b, PARAMS_NO_LENGTH);
}

static void of_duplicates_the_first_counts(void **state)
{
	(void)state;
	READ("REQUEST_METHOD=GET", "REQUEST_METHOD=POST", "REQUEST_URI=/", "REQUEST_URI=/admin");
	assert_str(req.method_name, "GET");
	assert_str(req.target, "/");
}

static void the_scheme_is_what_the_server_says(void **state)
{
	(void)state;
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/", "REQUEST_SCHEME=HTTPS");
	assert_str(req.scheme, "https");
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/", "HTTPS=on");
	assert_str(req.scheme, "https");
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/", "HTTPS=off", "HTTP_X_FORWARDED_PROTO=https");
	assert_str(req.scheme, "http");
}

static void targets_are_found_or_made(void **state)
{
	(void)state;
	static const struct { const char *uri, *script, *path, *query, *target; int status; } cases[] = {
		{ "REQUEST_URI=/x", "SCRIPT_NAME=/s", "PATH_INFO=/p", "QUERY_STRING=q", "/x", 0 },
		{ "REQUEST_URI=", "SCRIPT_NAME=/s", "PATH_INFO=/p", "QUERY_STRING=", "/s/p", 0 },
		{ "A=", "SCRIPT_NAME=", "PATH_INFO=/a b%?#\xC3\xA4", "QUERY_STRING=q=%20", "/a%20b%25%3F%23%C3%A4?q=%20", 0 },
		{ "REQUEST_URI=http://h.example/x?y", "A=", "A=", "A=", "/x?y", 0 },
		{ "REQUEST_URI=HTTPS://h.example", "A=", "A=", "A=", "/", 0 },
		{ "REQUEST_URI=*", "A=", "A=", "A=", "*", 0 },
		{ "A=", "A=", "A=", "A=", "", 400 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		READ("REQUEST_METHOD=GET", cases[i].uri, cases[i].script, cases[i].path, cases[i].query);
		assert_str(req.target, cases[i].target);
		assert_int_equal(refusal.status, cases[i].status);
	}
}

static void lengths_are_numbers_or_refused(void **state)
{
	(void)state;
	static const struct { const char *text; int64_t length_b; int status; } cases[] = {
		{ "CONTENT_LENGTH=0", 0, 0 }, { "CONTENT_LENGTH=-1", PARAMS_UNKNOWN_LENGTH, 0 },
		{ "CONTENT_LENGTH=9223372036854775807", INT64_MAX, 0 }, { "CONTENT_LENGTH=-2", PARAMS_NO_LENGTH, 400 },
		{ "CONTENT_LENGTH=+1", PARAMS_NO_LENGTH, 400 }, { "CONTENT_LENGTH= 1", PARAMS_NO_LENGTH, 400 },
		{ "CONTENT_LENGTH=0x10", PARAMS_NO_LENGTH, 400 },
		{ "CONTENT_LENGTH=9223372036854775808", PARAMS_NO_LENGTH, 400 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		READ("REQUEST_METHOD=POST", "REQUEST_URI=/", cases[i].text);
		assert_int_equal(length_b, cases[i].length_b);
		assert_int_equal(refusal.status, cases[i].status);
	}
}

static void limits_have_their_status(void **state)
{
	(void)state;
	static char many[HTTP_HEADERS_MAX + 1][32], large[HTTP_HEADERS_MAX_B + 32], target[HTTP_TARGET_MAX_B + 32];
	const char *env[HTTP_HEADERS_MAX + 4] = { "REQUEST_METHOD=GET", "REQUEST_URI=/" };
	for (size_t i = 0; i < COUNT_OF(many); i++) {
		snprintf(many[i], sizeof many[i], "HTTP_X%zu=v", i);
		env[2 + i] = i < HTTP_HEADERS_MAX ? many[i] : NULL;
	}
	read_env(env);
	assert_int_equal(refusal.status, 0);
	assert_int_equal(req.headers.count, HTTP_HEADERS_MAX);
	env[2 + HTTP_HEADERS_MAX] = many[HTTP_HEADERS_MAX];
	read_env(env);
	assert_int_equal(refusal.status, 431);

	memset(large, 'x', sizeof large - 1);
	memcpy(large, "HTTP_A=", 7);
	READ("REQUEST_METHOD=GET", "REQUEST_URI=/", large);
	assert_int_equal(refusal.status, 431);
	assert_str(req.target, "/");

	memset(target, 'x', sizeof target - 1);
	memcpy(target, "REQUEST_URI=/", 13);
	READ("REQUEST_METHOD=GET", target);
	assert_int_equal(refusal.status, 414);
	target[12 + HTTP_TARGET_MAX_B] = '\0';
	READ("REQUEST_METHOD=GET", target);
	assert_int_equal(refusal.status, 0);
	assert_int_equal(req.target.n, HTTP_TARGET_MAX_B);
	READ("REQUEST_URI=/");
	assert_int_equal(refusal.status, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variables_become_fields_and_headers),
		cmocka_unit_test(headers_that_contradict_the_server_are_dropped),
		cmocka_unit_test(of_duplicates_the_first_counts),
		cmocka_unit_test(the_scheme_is_what_the_server_says),
		cmocka_unit_test(targets_are_found_or_made),
		cmocka_unit_test(lengths_are_numbers_or_refused),
		cmocka_unit_test(limits_have_their_status),
	};
	arena_init(&arena, ARENA_MAX_B);
	int failed = cmocka_run_group_tests_name("front params", tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
