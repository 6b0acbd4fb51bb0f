/* base_utf8.c: tests of UTF-8 decoding, folding and character classes. */
#include "unit.h"

#include "base/utf8.h"

static void only_rfc_3629_is_valid(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t good; /* length of the valid start */
	} rows[] = {
		{ "", 0 }, { "plain", 5 }, { "\xC3\xA9", 2 }, { "\xE2\x82\xAC", 3 }, { "\xF0\x9F\x98\x80", 4 },
		{ "\xED\x9F\xBF", 3 }, { "\xEE\x80\x80", 3 }, { "\xF4\x8F\xBF\xBF", 4 },
		{ "a\xC0\x80", 1 },             /* overlong NUL */
		{ "\xC1\xBF", 0 }, { "\xE0\x9F\xBF", 0 }, { "\xF0\x8F\xBF\xBF", 0 }, /* overlong */
		{ "\xED\xA0\x80", 0 },          /* a surrogate */
		{ "\xF4\x90\x80\x80", 0 }, { "\xF5\x80\x80\x80", 0 }, /* above U+10FFFF */
		{ "ab\x80", 2 }, { "ab\xFF", 2 }, { "\xE2\x82", 0 }, { "12345678\xE2\x82", 8 },
		{ "1234567\xC3\xA9" "89", 11 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(utf8_valid_up_to(str_of(rows[i].bytes)), rows[i].good);
	assert_true(utf8_valid(str_n("a\0b", 3)));
}

static void malformed_input_becomes_one_replacement_a_subpart(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(100);
	/* The example of Unicode 3.9, table 3-8. */
	utf8_repair(STR("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"), &out);
	assert_str(buf_view(&out), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xEF\xBF\xBD\xEF\xBF\xBD" "d");
	assert_int_equal(utf8_count(STR("\xE2\x82\xAC\xFFx")), 3);
	buf_release(&out);
}

static void every_character_survives_a_round_trip(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		char bytes[4];
		struct str s = { bytes, utf8_encode(c, bytes) };
		uint32_t back = 0;
		if (!utf8_valid(s) || !utf8_next(&s, &back) || back != c || s.n != 0)
			fail_msg("U+%04X came back as U+%04X", c, back);
	}
	char bytes[4];
	assert_int_equal(utf8_encode(0xD800, bytes), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	assert_int_equal(utf8_encode(0x110000, bytes), 3);
}

static void cuts_fall_between_characters(void **state)
{
	(void)state;
	assert_str(utf8_cut(STR("a\xC3\xA9z"), 2), "a");
	assert_str(utf8_cut(STR("a\xC3\xA9z"), 3), "a\xC3\xA9");
	assert_str(utf8_cut(STR("\xF0\x9F\x98\x80"), 3), "");
	assert_str(utf8_cut(STR("ab\xF0\x9F\x98\x80"), 5), "ab");
	assert_str(utf8_cut(STR("abc"), 9), "abc");
	assert_str(utf8_cut_chars(STR("\xC3\xA9\xE2\x82\xAC" "x"), 2), "\xC3\xA9\xE2\x82\xAC");
	assert_int_equal(utf8_cut(STR("\x80\x80\x80\x80\x80\x80"), 5).n, 5);
}

static void folding_takes_capitals_to_small_letters(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(200);
	utf8_fold_str(STR("AZaz\xC3\x84\xC3\x9E\xC3\x97\xC4\xB0\xC5\xB8\xC5\xBD \xCE\x91\xCE\xA3\xCF\x82 "
			  "\xD0\x81\xD0\xAF\xD1\x8F \xE1\xBA\x9E \xEF\xBC\xA1"), &out);
	assert_str(buf_view(&out), "azaz\xC3\xA4\xC3\xBE\xC3\x97\xC4\xB0\xC3\xBF\xC5\xBE \xCE\xB1\xCF\x83\xCF\x83 "
				   "\xD1\x91\xD1\x8F\xD1\x8F \xC3\x9F \xEF\xBD\x81");
	buf_release(&out);
	static const uint32_t rare[][2] = { /* beside the usual alphabets: Unicode's CaseFolding.txt, C and S */
		{ 0x01A6, 0x0280 }, { 0x01F7, 0x01BF }, { 0x0220, 0x019E }, { 0x023A, 0x2C65 }, { 0x024E, 0x024F },
		{ 0x03F7, 0x03F8 }, { 0x03FF, 0x037D }, { 0x1C88, 0xA64B }, { 0x1F88, 0x1F80 }, { 0x1FFC, 0x1FF3 },
		{ 0x2C62, 0x026B }, { 0xA732, 0xA733 }, { 0xA7AA, 0x0266 },
	};
	for (size_t i = 0; i < COUNT_OF(rare); i++)
		assert_int_equal(utf8_fold(rare[i][0]), rare[i][1]);
	for (uint32_t c = 0; c <= 0x10FFFF; c++)
		if (utf8_fold(utf8_fold(c)) != utf8_fold(c))
			fail_msg("U+%04X folds twice", c);
}

static void classes_tell_scripts_apart(void **state)
{
	(void)state;
	assert_true(utf8_is_cjk(0x6F22) && utf8_is_cjk(0x20000) && !utf8_is_cjk(0x3042) && !utf8_is_cjk('a'));
	assert_true(utf8_is_kana(0x3042) && utf8_is_kana(0x30AB) && utf8_is_kana(0xFF76) && !utf8_is_kana(0x6F22));
	assert_true(utf8_is_hangul(0xD55C) && !utf8_is_hangul(0x6F22));
	assert_true(utf8_is_unspaced(0x0E01) && utf8_is_unspaced(0x6F22) && !utf8_is_unspaced(0xD55C));
	assert_true(utf8_is_rtl(0x05D0) && utf8_is_rtl(0x0627) && !utf8_is_rtl('a') && !utf8_is_rtl(0x0430));
	assert_true(utf8_is_space(0xA0) && utf8_is_space(0x3000) && utf8_is_space('\n') && !utf8_is_space(0x200B));
	assert_true(utf8_is_mark(0x301) && !utf8_is_mark('a'));
	assert_true(utf8_is_word('a') && utf8_is_word('9') && utf8_is_word(0xE9) && utf8_is_word(0x430));
	assert_true(!utf8_is_word('-') && !utf8_is_word(0x2014) && !utf8_is_word(0x3002) && !utf8_is_word(0x1F600));
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0x6F22), 2);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_width(0x1F600), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_rfc_3629_is_valid),
		cmocka_unit_test(malformed_input_becomes_one_replacement_a_subpart),
		cmocka_unit_test(every_character_survives_a_round_trip),
		cmocka_unit_test(cuts_fall_between_characters),
		cmocka_unit_test(folding_takes_capitals_to_small_letters),
		cmocka_unit_test(classes_tell_scripts_apart),
	};
	return cmocka_run_group_tests_name("base utf8", tests, NULL, NULL);
}
