/* http_multipart.c: tests of forms with a file, given in pieces of every size. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "http/form.h"
#include "http/multipart.h"

struct body {
	struct http_body body;
	struct str left;
	size_t piece;
};

static enum rc give(struct http_body *body, void *bytes, size_t size_b, size_t *got, struct err *err)
{
	struct body *b = (struct body *)body;
	size_t n = b->piece < size_b ? b->piece : size_b;
	(void)err;
	*got = n < b->left.n ? n : b->left.n;
	memcpy(bytes, b->left.p, *got);
	b->left = str_from(b->left, *got);
	return RC_OK;
}

struct outcome {
	enum rc rc;
	struct http_pairs fields;
	struct str file_name, file;
};

static struct outcome read_form(struct arena *arena, struct str text, const char *type, size_t piece, int64_t max_b)
{
	struct outcome out = { .file_name = STR_NONE };
	struct err err = ERR_INIT;
	struct body body = { { give, -1 }, text, piece };
	struct http_pair header = { STR("content-type"), str_of(type) };
	struct http_request req = { .arena = arena, .headers = { &header, 1 }, .body = &body.body };
	char path[] = "/tmp/platen-multipart-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	out.rc = multipart_read(&req, max_b, fd, &out.fields, &out.file_name, &err);
	assert_true(out.rc == RC_OK || err.msg[0]);
	if (out.rc == RC_OK)
		assert_ok(file_load(path, 1 << 20, arena, &out.file, &err), &err);
	close(fd);
	unlink(path);
	return out;
}

#define TYPE "multipart/form-data; boundary=xyz"
#define FIELD(name, value) "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, value) "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" name \
	"\"\r\nContent-Type: text/plain\r\n\r\n" value "\r\n"
#define END "--xyz--\r\n"

static void fields_and_a_file_come_apart_in_pieces_of_any_size(void **state)
{
	struct str form = STR(FIELD("a", "1") FILE_PART("x.zip", "\r\n--xy\r\n--\0-\r\n") FIELD("b", "") FIELD("a", "zwei \xC3\xA9") END "behind");
	struct arena arena;
	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	for (size_t piece = 1; piece < form.n + 2; piece++) {
		struct outcome out = read_form(&arena, form, TYPE, piece, 100000);
		assert_int_equal(out.rc, RC_OK);
		assert_int_equal(out.fields.count, 3);
		assert_true(str_is(form_get(&out.fields, "a"), "1"));
		assert_true(str_empty(form_get(&out.fields, "b")));
		assert_true(str_is(out.fields.items[2].value, "zwei \xC3\xA9"));
		assert_true(str_is(out.file_name, "x.zip"));
		assert_true(str_eq(out.file, STR("\r\n--xy\r\n--\0-\r\n")));
	}
	arena_release(&arena);
}

static void what_browsers_send(void **state)
{
	struct arena arena;
	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	struct outcome none = read_form(&arena, STR(FIELD("a", "1") END), TYPE, 1000, 100000);
	assert_int_equal(none.rc, RC_OK);
	assert_false(str_given(none.file_name));
	struct outcome unchosen = read_form(&arena, STR(FILE_PART("", "") END), TYPE, 1000, 100000);
	assert_int_equal(unchosen.rc, RC_OK);
	assert_true(str_given(unchosen.file_name) && str_empty(unchosen.file_name));
	struct outcome quoted = read_form(&arena, STR(FILE_PART("a%22b.zip", "x") END), "multipart/form-data; boundary=\"xyz\"; x=y", 7, 100000);
	assert_int_equal(quoted.rc, RC_OK);
	assert_true(str_is(quoted.file_name, "a%22b.zip"));
	arena_release(&arena);
}

static void malformed_forms_are_refused(void **state)
{
	static const struct { const char *type; struct str text; enum rc rc; } cases[] = {
		{ TYPE, STR(""), RC_INVALID },
		{ TYPE, STR("--xyz"), RC_INVALID },
		{ TYPE, STR("--xyzz\r\n"), RC_INVALID },
		{ TYPE, STR("preamble\r\n" FIELD("a", "1") END), RC_INVALID },
		{ TYPE, STR(FIELD("a", "1")), RC_INVALID },
		{ TYPE, STR("--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n" END), RC_INVALID },
		{ TYPE, STR("--xyz\r\n\r\nx\r\n" END), RC_INVALID },
		{ TYPE, STR(FIELD("a", "\xFF") END), RC_INVALID },
		{ TYPE, STR(FIELD("a", "b\0c") END), RC_INVALID },
		{ TYPE, STR(FIELD("\xFF", "1") END), RC_INVALID },
		{ TYPE, STR(FILE_PART("a", "1") FILE_PART("b", "2") END), RC_INVALID },
		{ "multipart/form-data", STR(END), RC_UNSUPPORTED },
		{ "text/plain; boundary=xyz", STR(END), RC_UNSUPPORTED },
		{ "multipart/form-data; boundary=", STR(END), RC_INVALID },
		{ "multipart/form-data; boundary=\"\"", STR(END), RC_INVALID },
	};
	struct arena arena;
	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t piece = 1; piece < 50; piece += 7)
			assert_int_equal(read_form(&arena, cases[i].text, cases[i].type, piece, 100000).rc, cases[i].rc);
	assert_int_equal(read_form(&arena, STR(FIELD("a", "123456789") END), TYPE, 5, 30).rc, RC_LIMIT);
	arena_release(&arena);
}

/* A content that looks like a boundary all the time costs no more than its length. */
static void hostile_contents_take_no_time(void **state)
{
	struct buf text = BUF_INIT((size_t)16 << 20);
	struct arena arena;
	(void)state;
	arena_init(&arena, (size_t)64 << 20);
	BUF_LIT(&text, "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n");
	for (int i = 0; i < 100000; i++)
		BUF_LIT(&text, "\r\n--xy");
	BUF_LIT(&text, "\r\n" END);
	assert_int_equal(read_form(&arena, buf_view(&text), TYPE, 1000, (int64_t)16 << 20).rc, RC_OK);
	buf_release(&text);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_a_file_come_apart_in_pieces_of_any_size),
		cmocka_unit_test(what_browsers_send),
		cmocka_unit_test(malformed_forms_are_refused),
		cmocka_unit_test(hostile_contents_take_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
