/* net_sigv4.c: AWS's signatures: the official vectors, and keys that are easily encoded wrongly. */
#include "unit.h"

#include "base/date.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "crypt/digest.h"
#include "net/sigv4.h"

static struct arena arena;

/* A request of a vector, taken apart. */
struct vector {
	const char *dir;
	struct json *context;
	struct sigv4_key key;
	struct sigv4_pair query[8], headers[12];
	struct sigv4 request;
	struct str token;
	char payload[SHA256_HEX_B];
};

static const char *vectors_dir(void)
{
	const char *data = getenv("PLATEN_SHARED_DATA"), *top = getenv("top_srcdir");
	if (!data)
		data = arena_printf(&arena, "%s/../shared/data", top ? top : ".").p;
	return path_join(&arena, data, "sigv4-vectors/aws-c-auth/tests/aws-signing-test-suite/v4");
}

static struct str load(const struct vector *v, const char *name)
{
	struct err err = ERR_INIT;
	struct str text;
	assert_ok(file_load(path_join(&arena, v->dir, name), 1 << 16, &arena, &text, &err), &err);
	return text;
}

static struct str decoded(struct str text)
{
	struct buf out = BUF_INIT(4096);
	assert_true(enc_percent_decode(&out, text, false));
	struct str kept = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return kept;
}

/* "GET /path?a=b HTTP/1.1": the path may hold spaces. */
static void take_target(struct vector *v, struct str line)
{
	ptrdiff_t first = str_find_char(line, ' '), last = str_rfind_char(line, ' ');
	struct str target = str_sub(line, (size_t)first + 1, (size_t)last), path = str_until(target, '?'), pair;
	struct str query = str_from(target, path.n + 1);
	v->request.method = str_sub(line, 0, (size_t)first);
	v->request.path = sigv4_path(&arena, str_from(decoded(path), 1));
	while (str_split(&query, '&', &pair)) {
		struct str name = str_until(pair, '=');
		v->query[v->request.query_count++] = (struct sigv4_pair){ decoded(name), decoded(str_from(pair, name.n + 1)) };
	}
}

static void add_header(struct vector *v, struct str name, struct str value)
{
	v->headers[v->request.header_count++] = (struct sigv4_pair){ name, value };
}

static void take_headers(struct vector *v, struct str *rest)
{
	struct str line;
	while (str_line(rest, &line) && line.n) {
		struct str name = str_until(line, ':');
		if (line.p[0] != ' ') {
			add_header(v, name, str_from(line, name.n + 1));
			continue;
		}
		assert_true(v->request.header_count > 0); /* it goes on */
		struct sigv4_pair *last = &v->headers[v->request.header_count - 1];
		last->value = ARENA_JOIN(&arena, last->value, STR("\n"), line);
	}
}

static void read_vector(struct vector *v, const char *dir)
{
	struct err err = ERR_INIT;
	struct date_parsed when;
	struct str line;
	*v = (struct vector){ .dir = dir };
	struct str text = load(v, "request.txt");
	assert_ok(json_parse(load(v, "context.json"), 1 << 16, &v->context, &err), &err);
	const struct json *credentials = json_get(v->context, "credentials");
	v->key = (struct sigv4_key){
		json_get_text(credentials, "access_key_id", STR("")), json_get_text(credentials, "secret_access_key", STR("")),
		json_get_text(v->context, "region", STR("")), json_get_text(v->context, "service", STR("")),
	};
	v->token = json_get_text(credentials, "token", STR_NONE);
	if (json_get_bool(v->context, "omit_session_token", false))
		v->token = STR_NONE;
	assert_ok(date_parse(json_get_text(v->context, "timestamp", STR("")), NULL, &when, &err), &err);
	v->request = (struct sigv4){ .key = &v->key, .query = v->query, .headers = v->headers, .now_ms = when.ms };
	assert_true(str_line(&text, &line));
	take_target(v, line);
	take_headers(v, &text);
	sha256_hex(text, v->payload);
	v->request.payload = str_of(v->payload);
}

static bool ends_with_signature(struct str text, struct str signature)
{
	return str_ends(text, str_trim(signature));
}

static void check_header_form(const char *dir)
{
	struct vector v;
	read_vector(&v, dir);
	if (json_get_bool(v.context, "sign_body", false))
		add_header(&v, STR("x-amz-content-sha256"), v.request.payload);
	if (str_given(v.token))
		add_header(&v, STR("X-Amz-Security-Token"), v.token);
	if (!ends_with_signature(sigv4_authorization(&v.request, &arena), load(&v, "header-signature.txt")))
		fail_msg("%s: the header is signed otherwise", dir);
	json_free(v.context);
}

static void check_query_form(const char *dir)
{
	struct vector v;
	read_vector(&v, dir);
	if (str_given(v.token))
		v.query[v.request.query_count++] = (struct sigv4_pair){ STR("X-Amz-Security-Token"), v.token };
	int expires_s = (int)json_get_int(v.context, "expiration_in_seconds", 0);
	if (!ends_with_signature(sigv4_presign(&v.request, expires_s, &arena), load(&v, "query-signature.txt")))
		fail_msg("%s: the address is signed otherwise", dir);
	json_free(v.context);
}

static void the_official_vectors_are_signed_as_they_say(void **state)
{
	(void)state;
	struct file_entries entries;
	struct err err = ERR_INIT;
	size_t checked = 0;
	if (!file_exists(vectors_dir())) {
		print_message("# skipped: no official vectors at %s\n", vectors_dir());
		return;
	}
	assert_ok(file_list(vectors_dir(), &arena, &entries, &err), &err);
	for (size_t i = 0; i < entries.count; i++) {
		struct str name = str_of(entries.items[i].name);
		if (str_ends(name, STR("-normalized"))) /* S3 does not */
			continue;
		check_header_form(path_join(&arena, vectors_dir(), entries.items[i].name));
		check_query_form(path_join(&arena, vectors_dir(), entries.items[i].name));
		checked++;
	}
	assert_in_range(checked, 30, 1000);
}

/* Bucket and key of AWS's own example for S3: "GET object" of "Authenticating Requests". */
static const struct sigv4_key example_key = {
	STR("AKIAIOSFODNN7EXAMPLE"), STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), STR("us-east-1"), STR("s3"),
};
#define EXAMPLE_MS INT64_C(1369353600000) /* 2013-05-24T00:00:00Z */
#define EMPTY_SHA256 STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

static void a_request_for_a_part_of_an_object_is_signed_as_amazon_shows(void **state)
{
	(void)state;
	const struct sigv4_pair headers[] = {
		{ STR("Host"), STR("examplebucket.s3.amazonaws.com") }, { STR("Range"), STR("bytes=0-9") },
		{ STR("x-amz-content-sha256"), EMPTY_SHA256 },
	};
	struct sigv4 r = { &example_key, STR("GET"), sigv4_path(&arena, STR("test.txt")), NULL, 0, headers, COUNT_OF(headers),
			   EMPTY_SHA256, EXAMPLE_MS };
	assert_str(sigv4_authorization(&r, &arena),
		   "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
		   "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
		   "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

static void an_address_is_presigned_as_amazon_shows(void **state)
{
	(void)state;
	const struct sigv4_pair host = { STR("Host"), STR("examplebucket.s3.amazonaws.com") };
	struct sigv4 r = { &example_key, STR("GET"), sigv4_path(&arena, STR("test.txt")), NULL, 0, &host, 1, SIGV4_UNSIGNED,
			   EXAMPLE_MS };
	assert_str(sigv4_presign(&r, 86400, &arena),
		   "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
		   "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
		   "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

static void odd_keys_become_one_path_and_stay_as_they_are(void **state)
{
	(void)state;
	static const struct { const char *key, *path; } all[] = {
		{ "", "/" }, { "a", "/a" }, { "a b", "/a%20b" }, { "a+b", "/a%2Bb" }, { "a//b", "/a//b" }, { "a/", "/a/" }, { "/a", "//a" },
		{ "../a", "/../a" }, { "a/./b/..", "/a/./b/.." }, { "100%", "/100%25" }, { "%2F", "/%252F" }, { "a=b&c?d#e", "/a%3Db%26c%3Fd%23e" },
		{ "\xc3\xa4\xe1\x88\xb4", "/%C3%A4%E1%88%B4" }, { "~-._", "/~-._" }, { "'(*)!$,:;@", "/%27%28%2A%29%21%24%2C%3A%3B%40" }, { "\\\"<>", "/%5C%22%3C%3E" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++)
		assert_str(sigv4_path(&arena, str_of(all[i].key)), all[i].path);
}

static void parameters_are_put_in_the_order_of_their_encoded_form(void **state)
{
	(void)state;
	const struct sigv4_pair pairs[] = {
		{ STR("prefix"), STR("a/b c") }, { STR("uploads"), STR("") }, { STR("A"), STR("2") }, { STR("A"), STR("1") },
		{ STR("a-b"), STR("+=&") }, { STR("\xc3\xa4"), STR("%") },
	};
	/* Plain, "\xc3\xa4" would be the last. */
	assert_str(sigv4_query(&arena, pairs, COUNT_OF(pairs)), "%C3%A4=%25&A=1&A=2&a-b=%2B%3D%26&prefix=a%2Fb%20c&uploads=");
	assert_str(sigv4_query(&arena, NULL, 0), "");
}

static void the_secret_is_in_nothing_that_is_sent(void **state)
{
	(void)state;
	const struct sigv4_pair host = { STR("Host"), STR("h") };
	struct sigv4 r = { &example_key, STR("GET"), STR("/"), NULL, 0, &host, 1, SIGV4_UNSIGNED, EXAMPLE_MS };
	assert_true(str_find(sigv4_authorization(&r, &arena), STR("wJalr")) < 0);
	assert_true(str_find(sigv4_presign(&r, 1, &arena), STR("wJalr")) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_official_vectors_are_signed_as_they_say),
		cmocka_unit_test(a_request_for_a_part_of_an_object_is_signed_as_amazon_shows),
		cmocka_unit_test(an_address_is_presigned_as_amazon_shows),
		cmocka_unit_test(odd_keys_become_one_path_and_stay_as_they_are),
		cmocka_unit_test(parameters_are_put_in_the_order_of_their_encoded_form),
		cmocka_unit_test(the_secret_is_in_nothing_that_is_sent),
	};
	arena_init(&arena, ARENA_MAX_B);
	int failed = cmocka_run_group_tests_name("net sigv4", tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
