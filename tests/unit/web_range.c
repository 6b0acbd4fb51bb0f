/* web_range.c: tests of reading a Range header. */
#include "unit.h"

#include "web/range.h"

static void ranges_are_read_as_rfc_9110_says(void **state)
{
	static const struct { const char *header; enum range_result want; int64_t from, to; } table[] = {
		{ "bytes=0-0", RANGE_PART, 0, 0 },
		{ "bytes=0-", RANGE_PART, 0, 99 },
		{ "bytes=10-19", RANGE_PART, 10, 19 },
		{ "Bytes=90-1000", RANGE_PART, 90, 99 },
		{ "bytes=-1", RANGE_PART, 99, 99 },
		{ "bytes=-1000", RANGE_PART, 0, 99 },
		{ "bytes=99-99999999999999999999999", RANGE_PART, 99, 99 },
		{ "bytes=100-", RANGE_BEYOND, 0, 0 },
		{ "bytes=99999999999999999999999-", RANGE_BEYOND, 0, 0 },
		{ "bytes=-0", RANGE_BEYOND, 0, 0 },
		{ "bytes=5-4", RANGE_WHOLE, 0, 0 },
		{ "bytes=0-1,3-4", RANGE_WHOLE, 0, 0 },
		{ "bytes=", RANGE_WHOLE, 0, 0 },
		{ "bytes=-", RANGE_WHOLE, 0, 0 },
		{ "bytes=a-b", RANGE_WHOLE, 0, 0 },
		{ "bytes=+1-2", RANGE_WHOLE, 0, 0 },
		{ "bytes=1-2-3", RANGE_WHOLE, 0, 0 },
		{ "lines=1-2", RANGE_WHOLE, 0, 0 },
		{ "", RANGE_WHOLE, 0, 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct range range = { -1, -1 };
		enum range_result result = range_parse(str_of(table[i].header), 100, &range);
		if (result != table[i].want)
			fail_msg("'%s' gives %d", table[i].header, (int)result);
		if (result == RANGE_PART && (range.from != table[i].from || range.to != table[i].to))
			fail_msg("'%s' gives %lld to %lld", table[i].header, (long long)range.from,
				 (long long)range.to);
	}
}

static void an_empty_file_has_no_part(void **state)
{
	struct range range;
	(void)state;
	assert_int_equal(range_parse(STR("bytes=0-"), 0, &range), RANGE_BEYOND);
	assert_int_equal(range_parse(STR("bytes=-5"), 0, &range), RANGE_BEYOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_read_as_rfc_9110_says),
		cmocka_unit_test(an_empty_file_has_no_part),
	};
	return cmocka_run_group_tests_name("web range", tests, NULL, NULL);
}
