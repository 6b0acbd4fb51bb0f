/* crypt_totp.c: one-time codes by the clock. */
#include "unit.h"

#include "crypt/totp.h"

#define SECRET STR("12345678901234567890")

/* RFC 6238 appendix B, SHA-1; of its eight digits the last six. */
static void the_answers_of_the_rfc(void **state)
{
	static const struct { int64_t s; uint32_t code; } cases[] = {
		{ 59, 287082 }, { 1111111109, 81804 }, { 1111111111, 50471 }, { 1234567890, 5924 },
		{ 2000000000, 279037 }, { 20000000000, 353130 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[16];
		int64_t step = 0;
		assert_int_equal(totp_code(SECRET, cases[i].s / 30), cases[i].code);
		snprintf(text, sizeof text, "%06u", cases[i].code);
		assert_true(totp_check(SECRET, str_of(text), cases[i].s * 1000, 0, &step));
		assert_int_equal(step, cases[i].s / 30);
	}
}

static void a_code_holds_for_its_step_and_the_two_beside_it_and_once(void **state)
{
	int64_t at_ms = INT64_C(1234567890) * 1000, step = 0;
	(void)state;
	assert_true(totp_check(SECRET, STR("005 924"), at_ms - 30000, 0, &step));
	assert_true(totp_check(SECRET, STR("005924"), at_ms + 30000, 0, &step));
	assert_false(totp_check(SECRET, STR("005924"), at_ms - 60000, 0, &step));
	assert_false(totp_check(SECRET, STR("005924"), at_ms + 60000, 0, &step));
	assert_true(totp_check(SECRET, STR("005924"), at_ms, 0, &step));
	assert_false(totp_check(SECRET, STR("005924"), at_ms, step, &step));
}

static void what_is_no_code_is_none(void **state)
{
	static const char *const bad[] = { "", "5924", "0059244", "00592a", "-05924", "005924\n", ("\xC2\xA0" "05924"), "      " };
	int64_t step = 7;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(totp_check(SECRET, str_of(bad[i]), INT64_C(1234567890) * 1000, 0, &step));
	assert_false(totp_check(SECRET, STR_NONE, 0, 0, &step));
	assert_int_equal(step, 7);
}

static void the_secret_is_written_in_base32(void **state)
{
	char text[TOTP_SECRET_CHARS + 1];
	(void)state;
	totp_secret_text((const uint8_t *)"12345678901234567890", text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answers_of_the_rfc),
		cmocka_unit_test(a_code_holds_for_its_step_and_the_two_beside_it_and_once),
		cmocka_unit_test(what_is_no_code_is_none),
		cmocka_unit_test(the_secret_is_written_in_base32),
	};
	return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
