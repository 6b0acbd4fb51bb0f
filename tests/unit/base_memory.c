/* base_memory.c: tests of str, arena, buf and err. */
#include "unit.h"

#include <errno.h>

static void str_splits_at_separators_without_an_empty_tail(void **state)
{
	(void)state;
	struct str rest = STR("a,,b,"), part;
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "a");
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "");
	assert_true(str_split(&rest, ',', &part));
	assert_str(part, "b");
	assert_false(str_split(&rest, ',', &part));
}

static void str_lines_take_both_line_endings(void **state)
{
	(void)state;
	struct str rest = STR("one\r\n\ntwo"), line;
	assert_true(str_line(&rest, &line));
	assert_str(line, "one");
	assert_true(str_line(&rest, &line));
	assert_str(line, "");
	assert_true(str_line(&rest, &line));
	assert_str(line, "two");
	assert_false(str_line(&rest, &line));
}

static void str_integers_refuse_what_is_not_one(void **state)
{
	(void)state;
	int64_t value = 7;
	const char *bad[] = { "", "-", "+1", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(str_to_i64(str_of(bad[i]), &value));
	assert_int_equal(value, 7);
	assert_true(str_to_i64(STR("-9223372036854775808"), &value));
	assert_true(value == INT64_MIN);
	assert_true(str_to_i64(STR("9223372036854775807"), &value));
	assert_true(value == INT64_MAX);
}

static void str_slices_are_clamped(void **state)
{
	(void)state;
	assert_str(str_sub(STR("abc"), 1, 99), "bc");
	assert_str(str_sub(STR("abc"), 5, 2), "");
	assert_str(str_from(STR("abc"), 9), "");
	assert_str(str_from(STR_NONE, 3), "");
	assert_true(str_ends(STR("a.md"), STR(".md")));
	assert_false(str_ends(STR("md"), STR(".md")));
	assert_str(str_trim(STR(" \t\n x y \r\n")), "x y");
}

static void arena_keeps_its_limit_and_large_pieces_apart(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a, 100000);
	char *small = arena_alloc(&a, 10);
	assert_non_null(arena_try(&a, 50000));
	char *next = arena_alloc(&a, 10);
	assert_true(next > small && next - small < 100); /* the first block is still filled */
	assert_null(arena_try(&a, 60000));
	assert_null(arena_try(&a, SIZE_MAX));
	arena_reset(&a);
	assert_non_null(arena_try(&a, 90000));
	assert_str(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	assert_str(ARENA_JOIN(&a, STR("a"), STR(""), STR("bc")), "abc");
	arena_release(&a);
}

static void buf_over_its_limit_keeps_its_content_and_says_so(void **state)
{
	(void)state;
	struct buf b = BUF_INIT(8);
	struct err err = ERR_INIT;
	buf_cstr(&b, "12345");
	buf_cstr(&b, "6789");
	buf_cstr(&b, "6");
	assert_str(buf_view(&b), "12345");
	assert_int_equal(buf_status(&b, "the text", &err), RC_LIMIT);
	assert_string_equal(err.msg, "the text is larger than the limit of 8 bytes");
	buf_clear(&b);
	buf_printf(&b, "%08d", 42);
	assert_ok(buf_status(&b, "the text", &err), &err);
	assert_str(buf_view(&b), "00000042");
	buf_release(&b);
}

static void err_messages_are_one_line_of_whole_characters(void **state)
{
	(void)state;
	struct err err = ERR_INIT;
	char longer[ERR_MSG_MAX_B + 40];
	for (size_t i = 0; i + 2 < sizeof longer; i += 2)
		memcpy(longer + i, "\xC3\xA9", 3);
	assert_int_equal(err_set(&err, RC_INVALID, "x%s\n", longer), RC_INVALID);
	size_t len = strlen(err.msg);
	assert_true(len < ERR_MSG_MAX_B);
	assert_int_equal((unsigned char)err.msg[len - 1], 0xA9);
	assert_int_equal(err_set(&err, RC_IO, "a\nb\tc"), RC_IO);
	assert_string_equal(err.msg, "a b c");
	err_prefix(&err, "%s", "outer");
	assert_int_equal(err.rc, RC_IO);
	assert_string_equal(err.msg, "outer: a b c");
	assert_int_equal(err_sys(&err, RC_IO, ENOSPC, "cannot write"), RC_NOSPACE);
	assert_string_equal(err.msg, "cannot write: No space left on device");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(str_splits_at_separators_without_an_empty_tail),
		cmocka_unit_test(str_lines_take_both_line_endings),
		cmocka_unit_test(str_integers_refuse_what_is_not_one),
		cmocka_unit_test(str_slices_are_clamped),
		cmocka_unit_test(arena_keeps_its_limit_and_large_pieces_apart),
		cmocka_unit_test(buf_over_its_limit_keeps_its_content_and_says_so),
		cmocka_unit_test(err_messages_are_one_line_of_whole_characters),
	};
	return cmocka_run_group_tests_name("base memory", tests, NULL, NULL);
}
