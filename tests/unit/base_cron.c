/* base_cron.c: tests of cron expressions: what is one, and when it comes next, also where clocks are set. */
#include "unit.h"

#include "base/cron.h"
#include "base/date.h"

static const struct zone *zone_of(const char *name)
{
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;
	assert_ok(zone_get(str_of(name), &zone, &err), &err);
	return zone;
}

static int64_t at(const struct zone *zone, const char *text)
{
	struct date_parsed parsed = { 0 };
	struct err err = ERR_INIT;
	assert_ok(date_parse(str_of(text), zone, &parsed, &err), &err);
	return parsed.ms;
}

/* The times after `from`, one after the other, as RFC 3339 with the zone's offset. */
static void comes(const char *expression, const char *zone_name, const char *from, const char *const *wanted)
{
	struct cron cron;
	struct err err = ERR_INIT;
	struct arena arena;
	const struct zone *zone = zone_of(zone_name);
	int64_t now_ms = at(zone, from);
	arena_init(&arena, 1 << 20);
	assert_ok(cron_parse(str_of(expression), &cron, &err), &err);
	for (size_t i = 0; wanted[i]; i++) {
		now_ms = cron_next(&cron, zone, now_ms);
		struct str got = date_rfc3339(&arena, zone, now_ms);
		if (!str_is(got, wanted[i]))
			fail_msg("'%s' in %s: %.*s, not %s", expression, zone_name, STR_ARG(got), wanted[i]);
	}
	arena_release(&arena);
}
#define COMES(expression, zone, from, ...) comes(expression, zone, from, (const char *const[]){ __VA_ARGS__, NULL })

static void fields_say_when(void **state)
{
	(void)state;
	COMES("* * * * *", "UTC", "2026-03-01T10:00:00Z", "2026-03-01T10:01:00Z", "2026-03-01T10:02:00Z");
	COMES("*/15 * * * *", "UTC", "2026-03-01T23:50:01Z", "2026-03-02T00:00:00Z", "2026-03-02T00:15:00Z");
	COMES("50/4 * * * *", "UTC", "2026-03-01T23:50:00Z", "2026-03-01T23:54:00Z", "2026-03-01T23:58:00Z", "2026-03-02T00:50:00Z");
	COMES("5,1,10-20/5 3 * * *", "UTC", "2026-03-01T03:01:00Z", "2026-03-01T03:05:00Z", "2026-03-01T03:10:00Z",
	      "2026-03-01T03:15:00Z", "2026-03-01T03:20:00Z", "2026-03-02T03:01:00Z");
	COMES("0 0 1 jan *", "UTC", "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z");
	COMES("0 12 * FEB-apr,Dec mon-FRI", "UTC", "2026-04-30T13:00:00Z", "2026-12-01T12:00:00Z");
	COMES("0 0 * * 7", "UTC", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
	COMES("0 0 * * 5-7", "UTC", "2026-03-01T00:00:00Z", "2026-03-06T00:00:00Z", "2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z");
	COMES("\t 0   0\t29 2 * ", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z");
	/* One of two restricted days suffices; a star with a step does not restrict. */
	COMES("0 0 13 * fri", "UTC", "2026-03-09T00:00:00Z", "2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z");
	COMES("0 0 */10 * fri", "UTC", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
	COMES("0 0 29 2 */6", "UTC", "2092-02-29T00:00:00Z", "2116-02-29T00:00:00Z", "2128-02-29T00:00:00Z");
}

static void nicknames_are_expressions(void **state)
{
	(void)state;
	COMES("@yearly", "UTC", "2026-03-01T10:00:00Z", "2027-01-01T00:00:00Z");
	COMES("@annually", "UTC", "2026-03-01T10:00:00Z", "2027-01-01T00:00:00Z");
	COMES("@monthly", "UTC", "2026-03-01T10:00:00Z", "2026-04-01T00:00:00Z");
	COMES("@Weekly", "UTC", "2026-03-01T10:00:00Z", "2026-03-08T00:00:00Z");
	COMES("@daily", "Asia/Kathmandu", "2026-03-01T10:00:00Z", "2026-03-02T00:00:00+05:45");
	COMES("@midnight", "UTC", "2026-03-01T10:00:00Z", "2026-03-02T00:00:00Z");
	COMES("@hourly", "Asia/Kathmandu", "2026-03-01T10:00:00Z", "2026-03-01T16:00:00+05:45");
	COMES("@every 90s", "UTC", "2026-03-01T10:00:01Z", "2026-03-01T10:01:30Z", "2026-03-01T10:03:00Z");
	COMES("@every 2h", "UTC", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z");
	COMES("@every 1s", "UTC", "2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z");
}

/* Berlin: at 2:00 on 2026-03-29 it is 3:00. */
static void a_time_that_clocks_skip_is_moved(void **state)
{
	(void)state;
	COMES("30 2 * * *", "Europe/Berlin", "2026-03-28T03:00:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00");
	COMES("30 2,3 * * *", "Europe/Berlin", "2026-03-28T04:00:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00");
	COMES("0,45 2-3 * * *", "Europe/Berlin", "2026-03-29T01:59:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:45:00+02:00",
	      "2026-03-30T02:00:00+02:00");
	COMES("*/30 * * * *", "Europe/Berlin", "2026-03-29T01:15:00", "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00");
	/* A day that begins at one o'clock, and one that was not there. */
	COMES("@daily", "America/Asuncion", "2023-09-30T12:00:00", "2023-10-01T01:00:00-03:00", "2023-10-02T00:00:00-03:00");
	COMES("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00:00", "2011-12-31T12:00:00+14:00", "2012-01-01T12:00:00+14:00");
	/* Half an hour. */
	COMES("10 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00", "2026-10-04T02:40:00+11:00", "2026-10-05T02:10:00+11:00");
}

/* Berlin: at 3:00 on 2026-10-25 it is 2:00 again. */
static void a_time_that_comes_twice_counts_once(void **state)
{
	(void)state;
	COMES("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00");
	COMES("0 2-3 * * *", "Europe/Berlin", "2026-10-24T12:00:00", "2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00");
	COMES("30 * * * *", "Europe/Berlin", "2026-10-25T01:00:00", "2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+02:00",
	      "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00");
	COMES("*/15 * 25 10 *", "Australia/Lord_Howe", "2026-10-25T23:50:00", "2027-10-25T00:00:00+11:00");
	COMES("*/20 * * * *", "Australia/Lord_Howe", "2026-04-05T01:40:00+11:00", "2026-04-05T01:40:00+10:30", "2026-04-05T02:00:00+10:30");
}

static void what_is_no_expression_is_refused_with_the_reason(void **state)
{
	(void)state;
	static const struct { const char *text, *why; } all[] = {
		{ "", "five fields" }, { "* * * *", "five fields" }, { "* * * * * *", "more than five" }, { "@", "five fields" },
		{ "@reboot", "five fields" }, { "60 * * * *", "'60' is no minute: it goes from 0 to 59" }, { "* 24 * * *", "hour" },
		{ "* * 0 * *", "day of the month" }, { "* * 32 * *", "day of the month" }, { "* * * 0 *", "month" }, { "* * * 13 *", "month" },
		{ "* * * * 8", "day of the week" }, { "* * * * -1", "day of the week" }, { "*/0 * * * *", "minute" }, { "*/60 * * * *", "minute" },
		{ "1-0 * * * *", "minute" }, { "1- * * * *", "minute" }, { "-1 * * * *", "minute" }, { "1,,2 * * * *", "minute" },
		{ "1, * * * *", "minute" }, { ",1 * * * *", "minute" }, { "** * * * *", "minute" }, { "*/ * * * *", "minute" },
		{ "1/2/3 * * * *", "minute" }, { "+1 * * * *", "minute" }, { "1.5 * * * *", "minute" }, { "jan * * * *", "minute" },
		{ "* * * january *", "month" }, { "* * * * monday", "day of the week" }, { "99999999999999999999 * * * *", "minute" },
		{ "0 0 30 2 *", "never comes" }, { "0 0 31 4,6,9,11 *", "never comes" }, { "@every", "five fields" }, { "@every 0s", "@every 0s" },
		{ "@every 5", "@every 5" }, { "@every -5s", "@every" }, { "@every 25h", "@every" }, { "@every 1d", "@every" }, { "@every 99999h", "@every" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct cron cron = { .every_s = 77 };
		struct err err = ERR_INIT;
		if (cron_parse(str_of(all[i].text), &cron, &err) != RC_INVALID || !strstr(err.msg, all[i].why))
			fail_msg("'%s': %s", all[i].text, err.msg);
		assert_int_equal(cron.every_s, 77);
	}
	char longest[CRON_TEXT_MAX_B + 2];
	memset(longest, '1', sizeof longest);
	assert_int_equal(cron_parse(str_n(longest, sizeof longest), &(struct cron){ 0 }, NULL), RC_LIMIT);
	/* Either suffices, so the date that never comes does no harm. */
	assert_int_equal(cron_parse(STR("0 0 30 2 mon"), &(struct cron){ 0 }, NULL), RC_OK);
}

static void the_rarest_date_is_found_in_no_time(void **state)
{
	(void)state;
	struct cron cron;
	struct err err = ERR_INIT;
	int64_t begun_us = (int64_t)cpu_us();
	assert_ok(cron_parse(STR("59 23 29 2 */7"), &cron, &err), &err); /* Sundays */
	for (int i = 0; i < 100; i++)
		assert_true(cron_next(&cron, zone_of("Europe/Berlin"), at(NULL, "2072-03-01T00:00:00Z") + i) > 0);
	assert_in_range((int64_t)cpu_us() - begun_us, 0, 2000000);
}

static void the_ends_of_time_are_no_trap(void **state)
{
	(void)state;
	struct cron cron;
	struct err err = ERR_INIT;
	static const char *const all[] = { "* * * * *", "30 2 * * *", "@every 7s", "0 0 29 2 */7" };
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		assert_ok(cron_parse(str_of(all[i]), &cron, &err), &err);
		assert_true(cron_next(&cron, NULL, INT64_MIN) >= 0);
		assert_true(cron_next(&cron, NULL, -1) >= 0);
		assert_int_equal(cron_next(&cron, NULL, INT64_MAX), -1);
		assert_int_equal(cron_next(&cron, NULL, DATE_MAX_MS), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_say_when),
		cmocka_unit_test(nicknames_are_expressions),
		cmocka_unit_test(a_time_that_clocks_skip_is_moved),
		cmocka_unit_test(a_time_that_comes_twice_counts_once),
		cmocka_unit_test(what_is_no_expression_is_refused_with_the_reason),
		cmocka_unit_test(the_rarest_date_is_found_in_no_time),
		cmocka_unit_test(the_ends_of_time_are_no_trap),
	};
	return cmocka_run_group_tests_name("base cron", tests, NULL, NULL);
}
