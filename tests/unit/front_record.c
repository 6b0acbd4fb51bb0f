/* front_record.c: tests of the record scan, and that libfcgi agrees with it. */
#include "unit.h"

#include "front/record.h"
#include "front/replay.h"

static struct buf wire;

static void put_record(unsigned type, unsigned id, const void *content, size_t n, unsigned padding)
{
	unsigned char header[RECORD_HEADER_B];
	record_header(header, (enum record_type)type, (uint16_t)id, n);
	header[6] = (unsigned char)padding;
	buf_put(&wire, header, sizeof header);
	buf_put(&wire, content, n);
	for (unsigned i = 0; i < padding; i++)
		buf_char(&wire, '\1');
}

static void put_begin(unsigned id)
{
	put_record(RECORD_BEGIN_REQUEST, id, "\0\1\1\0\0\0\0\0", 8, 0);
}

/* A request with one parameter and a body, its records padded and cut as `content_max` says. */
static void put_request(struct str params, struct str body, size_t content_max, unsigned padding)
{
	put_begin(7);
	for (struct str rest = params; rest.n; rest = str_from(rest, content_max))
		put_record(RECORD_PARAMS, 7, rest.p, rest.n < content_max ? rest.n : content_max, padding);
	put_record(RECORD_PARAMS, 7, "", 0, 0);
	for (struct str rest = body; rest.n; rest = str_from(rest, content_max))
		put_record(RECORD_STDIN, 7, rest.p, rest.n < content_max ? rest.n : content_max, padding);
	put_record(RECORD_STDIN, 7, "", 0, 0);
}

/* Feeds the wire in pieces of `piece_b`; gives the last event and where the head ended. */
static enum record_event feed(struct record_scan *scan, size_t piece_b, size_t *head_b, size_t *used_b)
{
	enum record_event event = RECORD_MORE;
	*scan = (struct record_scan){ 0 };
	*used_b = *head_b = 0;
	while (*used_b < wire.len && event != RECORD_DONE && event != RECORD_BAD) {
		size_t used, left = wire.len - *used_b;
		event = record_feed(scan, (unsigned char *)wire.bytes + *used_b, left < piece_b ? left : piece_b,
				    &used);
		*used_b += used;
		if (event == RECORD_HEAD)
			*head_b = *used_b;
	}
	return event;
}

static void requests_are_found_however_they_are_cut(void **state)
{
	(void)state;
	static const char params[] = "\x0b\x01REQUEST_URI/\x01\x80\0\0\x03" "Aabc\0\0\x01\0B";
	struct record_scan scan;
	size_t head_b, used_b;
	for (size_t content_max = 1; content_max < 40; content_max += 3) {
		for (size_t piece_b = 1; piece_b < 60; piece_b++) {
			buf_clear(&wire);
			put_request(str_n(params, sizeof params - 1), STR("body"), content_max, content_max % 5);
			buf_cstr(&wire, "next");
			assert_int_equal(feed(&scan, piece_b, &head_b, &used_b), RECORD_DONE);
			assert_int_equal(used_b, wire.len - 4);
			assert_int_equal(scan.head_b, head_b);
			assert_int_equal(scan.content_b, 4);
			assert_int_equal(scan.param_count, 4);
			assert_int_equal(scan.id, 7);
			assert_true(scan.keep && !scan.too_large && !scan.malformed);
		}
	}
}

static void libfcgi_finds_the_same_request(void **state)
{
	(void)state;
	static const char params[] = "\x0b\x01REQUEST_URI/\x01\x80\0\0\x03" "Aabc";
	struct replay replay;
	struct err err = ERR_INIT;
	FCGX_Request request;
	struct record_scan scan;
	size_t head_b, used_b;
	assert_int_equal(FCGX_Init(), 0);
	assert_ok(replay_open(&replay, &err), &err);
	for (size_t content_max = 1; content_max < 30; content_max++) {
		buf_clear(&wire);
		put_request(str_n(params, sizeof params - 1), STR("body"), content_max, content_max % 9);
		assert_int_equal(feed(&scan, SIZE_MAX, &head_b, &used_b), RECORD_DONE);
		assert_true(replay_head(&replay, (unsigned char *)wire.bytes, head_b, &request));
		assert_string_equal(FCGX_GetParam("REQUEST_URI", request.envp), "/");
		assert_string_equal(FCGX_GetParam("A", request.envp), "abc");
		replay_end(&request);
	}
	/* Cut off, it finds the end of the file and does not wait, and the next request is parsed again. */
	assert_false(replay_head(&replay, (unsigned char *)wire.bytes, 12, &request));
	assert_true(replay_empty_head(&replay, 3, &request));
	assert_null(FCGX_GetParam("REQUEST_URI", request.envp));
	replay_end(&request);
	replay_close(&replay);
}

static void assert_bad(const char *wrong)
{
	struct record_scan scan;
	size_t head_b, used_b;
	assert_int_equal(feed(&scan, SIZE_MAX, &head_b, &used_b), RECORD_BAD);
	assert_string_equal(scan.wrong, wrong);
	assert_int_equal(feed(&scan, 1, &head_b, &used_b), RECORD_BAD);
	assert_string_equal(scan.wrong, wrong);
	buf_clear(&wire);
}

static void what_libfcgi_cannot_bear_is_refused(void **state)
{
	(void)state;
	buf_clear(&wire);
	put_record(9, 0, "\x0e\0FCGI_MAX_CONNS", 16, 0);
	assert_bad("management record");
	put_record(RECORD_BEGIN_REQUEST, 1, "\0\1\0\0\0\0\0\0", 8, 8);
	assert_bad("padding where none belongs");
	put_begin(1);
	put_record(RECORD_PARAMS, 1, "", 0, 1);
	assert_bad("padding where none belongs");
	put_begin(1);
	put_record(RECORD_PARAMS, 1, "\3\3ab", 4, 0);
	put_record(RECORD_PARAMS, 1, "", 0, 0);
	assert_bad("PARAMS end inside a parameter");
	put_begin(1);
	put_begin(2);
	assert_bad("second request on a busy connection");
	put_record(RECORD_BEGIN_REQUEST, 1, "\0\3\0\0\0\0\0\0", 8, 0);
	assert_bad("role is not responder");
}

static void impossible_lengths_make_the_head_too_large(void **state)
{
	(void)state;
	static const char *const lengths[] = {
		"\xff\xff\xff\xff\xff\xff\xff\xff", "\xff\xff\xff\xff\x80\0\0\x05", "\x80\x03\0\0\0\0\0\0",
	};
	struct record_scan scan;
	size_t head_b, used_b;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		buf_clear(&wire);
		put_request(str_n(lengths[i], 8), STR(""), 3, 0);
		assert_int_equal(feed(&scan, 5, &head_b, &used_b), RECORD_DONE);
		assert_true(scan.too_large);
	}
}

static void texts_that_libfcgi_would_cut_are_marked(void **state)
{
	(void)state;
	static const struct { const char *params; size_t n; bool malformed; } cases[] = {
		{ "\1\3Aa\0b", 6, true }, { "\2\1A\0b", 5, true }, { "\2\1A=b", 5, true }, { "\1\3Aa=b", 6, false },
	};
	struct record_scan scan;
	size_t head_b, used_b;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&wire);
		put_request(str_n(cases[i].params, cases[i].n), STR(""), 2, 0);
		assert_int_equal(feed(&scan, 1, &head_b, &used_b), RECORD_DONE);
		assert_int_equal(scan.malformed, cases[i].malformed);
	}
}

static void endless_heads_are_cut_off(void **state)
{
	(void)state;
	static const char block[RECORD_CONTENT_MAX_B];
	struct record_scan scan = { 0 };
	enum record_event event = RECORD_MORE;
	size_t used, total_b = 0;
	buf_clear(&wire);
	put_begin(1);
	record_feed(&scan, (unsigned char *)wire.bytes, wire.len, &used);
	buf_clear(&wire);
	put_record(RECORD_PARAMS, 1, block, sizeof block, 0);
	while (event == RECORD_MORE) {
		event = record_feed(&scan, (unsigned char *)wire.bytes, wire.len, &used);
		total_b += used;
		assert_true(total_b < 2 * RECORD_HEAD_CUTOFF_B);
	}
	assert_int_equal(event, RECORD_BAD);
	assert_string_equal(scan.wrong, "endless PARAMS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_found_however_they_are_cut),
		cmocka_unit_test(libfcgi_finds_the_same_request),
		cmocka_unit_test(what_libfcgi_cannot_bear_is_refused),
		cmocka_unit_test(impossible_lengths_make_the_head_too_large),
		cmocka_unit_test(texts_that_libfcgi_would_cut_are_marked),
		cmocka_unit_test(endless_heads_are_cut_off),
	};
	buf_init(&wire, 1 << 20);
	int failed = cmocka_run_group_tests_name("front record", tests, NULL, NULL);
	buf_release(&wire);
	return failed;
}
