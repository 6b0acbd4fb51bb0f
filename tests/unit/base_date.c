/* base_date.c: tests of calendar arithmetic, reading and writing dates. */
#include "unit.h"

#include "base/date.h"

static const struct zone *berlin(void)
{
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;
	assert_ok(zone_get(STR("Europe/Berlin"), &zone, &err), &err);
	return zone;
}

static void every_day_agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = DATE_MIN_MS / 86400000; day <= DATE_MAX_MS / 86400000; day++) {
		struct date d;
		struct tm tm;
		time_t t = (time_t)(day * 86400);
		date_civil(NULL, day * 86400000 + 86399999, &d);
		gmtime_r(&t, &tm);
		if (d.year != tm.tm_year + 1900 || d.month != tm.tm_mon + 1 || d.day != tm.tm_mday ||
		    d.weekday != tm.tm_wday || d.yearday != tm.tm_yday + 1 || date_days(d.year, d.month, d.day) != day ||
		    d.hour != 23 || d.ms != 999)
			fail_msg("day %lld came out as %04d-%02d-%02d", (long long)day, d.year, d.month, d.day);
		if (day % 13 == 0) {
			char want[16], got[16];
			int iso_year, week = date_iso_week(&d, &iso_year);
			strftime(want, sizeof want, "%G-%V", &tm);
			snprintf(got, sizeof got, "%d-%02d", iso_year, week);
			if (d.year > 1000)
				assert_string_equal(got, want);
		}
	}
	struct date d;
	date_civil(NULL, INT64_MIN, &d);
	assert_int_equal(d.year, 0);
	date_civil(NULL, INT64_MAX, &d);
	assert_int_equal(d.year, 9999);
	assert_true(date_days(2024, 13, 1) == date_days(2025, 1, 1) && date_days(2024, 0, 1) == date_days(2023, 12, 1));
	assert_true(date_days(2024, -11, 1) == date_days(2023, 1, 1));
}

static void front_matter_dates_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want; /* want in UTC */
		bool has_zone;
		enum date_precision precision;
	} rows[] = {
		{ "2024-05-01", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "2024-5-1", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "2024/05/01", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "20240501", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "  2024-05-01\n", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "2024-05-01 10:00", "2024-05-01T08:00:00Z", false, DATE_PRECISION_MINUTE },
		{ "2024-05-01T10:00", "2024-05-01T08:00:00Z", false, DATE_PRECISION_MINUTE },
		{ "2024-05-01 9:05", "2024-05-01T07:05:00Z", false, DATE_PRECISION_MINUTE },
		{ "2024-05-01 10:00:30", "2024-05-01T08:00:30Z", false, DATE_PRECISION_SECOND },
		{ "2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01t10:00:00z", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01T10:00:00+0200", "2024-05-01T08:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01T10:00:00+02", "2024-05-01T08:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01 10:00:00 -0700", "2024-05-01T17:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01 10:00 -07:00", "2024-05-01T17:00:00Z", true, DATE_PRECISION_MINUTE },
		{ "2024-05-01 10:00:00 +05:45", "2024-05-01T04:15:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01 10:00:00 UTC", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01 10:00:00.999999999 -0700 MST", "2024-05-01T17:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01T10:00:00,5Z", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2024-05-01 10:00:00 PM", "2024-05-01T20:00:00Z", false, DATE_PRECISION_SECOND },
		{ "2024-05-01 12:30 am", "2024-04-30T22:30:00Z", false, DATE_PRECISION_MINUTE },
		{ "20240501T100000Z", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", true, DATE_PRECISION_SECOND },
		{ "Wed, 01 May 2024 10:00:00 +0200", "2024-05-01T08:00:00Z", true, DATE_PRECISION_SECOND },
		{ "1 May 2024 10:00 EST", "2024-05-01T15:00:00Z", true, DATE_PRECISION_MINUTE },
		{ "Wed, 01 May 2024 10:00:00 GMT", "2024-05-01T10:00:00Z", true, DATE_PRECISION_SECOND },
		{ "Fri, 21 Nov 1997 09:55:06 -0600 (CST)", "1997-11-21T15:55:06Z", true, DATE_PRECISION_SECOND },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z", true, DATE_PRECISION_SECOND },
		{ "Sun Nov  6 08:49:37 UTC 1994", "1994-11-06T08:49:37Z", true, DATE_PRECISION_SECOND },
		{ "Sun Nov 06 08:49:37 -0700 1994", "1994-11-06T15:49:37Z", true, DATE_PRECISION_SECOND },
		{ "01 May 2024", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "May 1, 2024", "2024-04-30T22:00:00Z", false, DATE_PRECISION_DAY },
		{ "September 1, 2024 10:00", "2024-09-01T08:00:00Z", false, DATE_PRECISION_MINUTE },
		{ "2024-03-31 02:30", "2024-03-31T01:30:00Z", false, DATE_PRECISION_MINUTE }, /* gap */
		{ "2024-10-27 02:30", "2024-10-27T00:30:00Z", false, DATE_PRECISION_MINUTE }, /* overlap */
		{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", true, DATE_PRECISION_SECOND },
	};
	struct arena arena;
	arena_init(&arena, ARENA_MAX_B);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct date_parsed p;
		struct err err = ERR_INIT;
		assert_ok(date_parse(str_of(rows[i].text), berlin(), &p, &err), &err);
		struct str got = date_rfc3339(&arena, NULL, p.ms);
		if (!str_is(got, rows[i].want) || p.has_zone != rows[i].has_zone || p.precision != rows[i].precision)
			fail_msg("'%s' is %.*s, zone %d, precision %d", rows[i].text, STR_ARG(got), p.has_zone, p.precision);
	}
	struct date_parsed p;
	struct err err = ERR_INIT;
	assert_ok(date_parse(STR("1969-12-31T23:59:59.0015Z"), NULL, &p, &err), &err);
	assert_int_equal(p.ms, -999);
	arena_release(&arena);
}

static void what_is_no_date_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "x", "2024", "2024-05", "2024-13-01", "2024-00-01", "2024-02-30", "2023-02-29", "2024-05-32",
		"2024-05-01x", "2024-05-01T", "2024-05-01T10", "2024-05-01 25:00", "2024-05-01 24:00", "2024-05-01 10:60",
		"2024-05-01 10:00:61", "2024-05-01 10:00:00.", "2024-05-01 10:00:00 +2", "2024-05-01 10:00:00 +24:00",
		"2024-05-01 10:00:00 Mars", "2024-05-01 10:00:00 Z Z", "2024-05/01", "20245-05-01", "2024-5-001",
		"Wed, 01 Foo 2024 10:00:00 +0200", "Wed, 01 May", "May 2024", "31 Feb 2024", "tomorrow", "1714557600",
		"2024-05-01 13:00 PM", "2024-05-01 10:00:00 +02:00:00", "9999-12-31T23:59:59-01:00",
		"0000-01-01T00:00:00+01:00", "99999999", "2024-05-01 10:00 (x", "Mon", "Mon,",
	};
	struct date_parsed p = { .ms = 7 };
	struct err err = ERR_INIT;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (date_parse(str_of(bad[i]), berlin(), &p, &err) != RC_INVALID)
			fail_msg("'%s' was taken", bad[i]);
	assert_int_equal(p.ms, 7);
	assert_int_equal(date_parse(str_n("2024-05-01\0", 11), NULL, &p, &err), RC_INVALID);
	assert_int_equal(date_parse(STR_NONE, NULL, &p, &err), RC_INVALID);
	static char longer[200000];
	memset(longer, '1', sizeof longer);
	assert_int_equal(date_parse(str_n(longer, sizeof longer), NULL, &p, &err), RC_INVALID);
}

static void dates_are_written_in_four_forms(void **state)
{
	(void)state;
	const int64_t ms = INT64_C(1714557600123); /* 2024-05-01T10:00:00.123Z */
	struct arena arena;
	const struct zone *lima, *paris;
	struct err err = ERR_INIT;
	arena_init(&arena, ARENA_MAX_B);
	assert_ok(zone_get(STR("America/Lima"), &lima, &err), &err);
	assert_ok(zone_get(STR("Europe/Paris"), &paris, &err), &err);
	assert_str(date_rfc3339(&arena, NULL, ms), "2024-05-01T10:00:00Z");
	assert_str(date_rfc3339(&arena, zone_utc(), ms), "2024-05-01T10:00:00Z");
	assert_str(date_rfc3339(&arena, berlin(), ms), "2024-05-01T12:00:00+02:00");
	assert_str(date_rfc3339(&arena, lima, ms), "2024-05-01T05:00:00-05:00");
	assert_str(date_rfc822(&arena, berlin(), ms), "Wed, 01 May 2024 12:00:00 +0200");
	assert_str(date_rfc822(&arena, NULL, ms), "Wed, 01 May 2024 10:00:00 +0000");
	assert_str(date_iso(&arena, berlin(), INT64_C(1714516200000)), "2024-05-01"); /* 22:30Z the day before */
	assert_str(date_http(&arena, ms), "Wed, 01 May 2024 10:00:00 GMT");
	assert_str(date_http(&arena, -1), "Wed, 31 Dec 1969 23:59:59 GMT");
	/* Local mean time of Paris is 9 min 21 s ahead: written with whole minutes, still the same moment. */
	struct str old = date_rfc3339(&arena, paris, INT64_C(-3000000000000));
	struct date_parsed p;
	assert_ok(date_parse(old, NULL, &p, &err), &err);
	assert_int_equal(p.ms, INT64_C(-3000000000000));
	arena_release(&arena);
}

static void http_dates_come_in_three_forms(void **state)
{
	(void)state;
	int64_t ms = 0;
	static const char *const good[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
					    "Sun Nov  6 08:49:37 1994" };
	static const char *const bad[] = { "", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994", "0", "Sun", "x",
					   "Sun, 06 Nov 1994 08:49:37 GMT x" };
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(date_parse_http(str_of(good[i]), &ms));
		assert_int_equal(ms, INT64_C(784111777000));
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(date_parse_http(str_of(bad[i]), &ms));
}

static void local_readings_come_back(void **state)
{
	(void)state;
	struct date d;
	int64_t ms = date_day_ms(berlin(), 2024, 7, 14);
	date_civil(berlin(), ms, &d);
	assert_int_equal(d.hour, 0);
	assert_int_equal(d.day, 14);
	assert_int_equal(d.offset_s, 7200);
	assert_string_equal(d.abbr, "CEST");
	assert_int_equal(d.weekday, 0);
	assert_int_equal(d.yearday, 196);
	assert_int_equal(date_ms(berlin(), &d), ms);
	assert_true(date_is_valid(2000, 2, 29) && !date_is_valid(1900, 2, 29) && !date_is_valid(2024, 4, 31));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_agrees_with_the_c_library),
		cmocka_unit_test(front_matter_dates_are_read),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(dates_are_written_in_four_forms),
		cmocka_unit_test(http_dates_come_in_three_forms),
		cmocka_unit_test(local_readings_come_back),
	};
	return cmocka_run_group_tests_name("base date", tests, NULL, NULL);
}
