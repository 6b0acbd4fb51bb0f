/* web_visible.c: tests of who may see a post, of numbers in addresses, and of the end of a year. */
#include "unit.h"

#include "base/zone.h"
#include "web/values.h"
#include "web/visible.h"
#include "web/visit.h"

static void every_status_and_visibility_at_every_time(void **state)
{
	static const char *const statuses[] = { "draft", "review", "published", "trash", "" };
	static const struct { const char *name; enum visible want; } visibilities[] = {
		{ "public", VISIBLE_YES }, { "unlisted", VISIBLE_YES }, { "password", VISIBLE_PASSWORD },
		{ "team", VISIBLE_TEAM }, { "", VISIBLE_NO }, { "unheard-of", VISIBLE_NO },
	};
	static const struct { int64_t published_ms; bool come; } times[] = {
		{ 0, false }, { 999, true }, { 1000, true }, { 1001, false },
	};
	(void)state;
	for (size_t s = 0; s < COUNT_OF(statuses); s++)
		for (size_t v = 0; v < COUNT_OF(visibilities); v++)
			for (size_t t = 0; t < COUNT_OF(times); t++) {
				bool seen = strcmp(statuses[s], "published") == 0 && times[t].come;
				assert_int_equal(visible_at(str_of(statuses[s]), str_of(visibilities[v].name),
							    times[t].published_ms, 1000),
						 seen ? visibilities[v].want : VISIBLE_NO);
			}
}

static void the_year_ends_at_midnight_of_the_site(void **state)
{
	const int64_t new_year_ms = INT64_C(1735689600000); /* 2025-01-01T00:00Z */
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;
	(void)state;
	assert_int_equal(values_year_ends_ms(zone_utc(), new_year_ms - 1), new_year_ms);
	assert_int_equal(values_year_ends_ms(zone_utc(), new_year_ms), new_year_ms + INT64_C(365) * 86400000);
	assert_ok(zone_get(STR("Asia/Tokyo"), &zone, &err), &err);
	assert_int_equal(values_year_ends_ms(zone, new_year_ms - 1), new_year_ms + INT64_C(365) * 86400000 - 9 * 3600000);
	assert_int_equal(values_year_ends_ms(zone, new_year_ms - 9 * 3600000 - 1), new_year_ms - 9 * 3600000);
}

static void numbers_have_one_spelling(void **state)
{
	static const char *const bad[] = { "", "0", "01", "-1", "+1", "1.0", " 1", "1 ", "1e3", "11",
					   "99999999999", "\xD9\xA1", "0x1" };
	int n = 7;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(visit_number(str_of(bad[i]), 10, &n));
	assert_int_equal(n, 7);
	assert_true(visit_number(STR("10"), 10, &n));
	assert_int_equal(n, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_year_ends_at_midnight_of_the_site),
		cmocka_unit_test(every_status_and_visibility_at_every_time),
		cmocka_unit_test(numbers_have_one_spelling),
	};
	return cmocka_run_group_tests_name("web visible", tests, NULL, NULL);
}
